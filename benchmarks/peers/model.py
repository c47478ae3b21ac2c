"""The race as other model checkers are given it, too: python -m benchmarks.peers.model N K V.

V is 0 for the order as it was, 1 for the fixed one.  Each line that awaits is one atomic step;
mremap.pml and mremap.hny take the same ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from vmlesson.explore import Mutex, Shared, explore


def model(pages: int, walkers: int, fixed: bool) -> Callable[[], Any]:
    """One mover of `pages` pages; walker p puts back the entry of page p."""

    def program() -> Any:
        vmas = Shared("list", ("D", "S"))
        bounds = {
            "D": Shared("D.bounds", (0, pages, 0)),
            "S": Shared("S.bounds", (1000, 1000 + pages, pages)),
        }
        pte = {
            "S": [Shared(f"src{i}", "entry" if i < walkers else "page") for i in range(pages)],
            "D": [Shared(f"dst{i}", "none") for i in range(pages)],
        }
        root, ptl = Mutex("root"), {"S": Mutex("pts"), "D": Mutex("ptd")}
        locked = [Shared(f"page {p} locked", True) for p in range(walkers)]

        async def unlink(vma: str) -> None:
            await vmas.write(tuple(each for each in vmas.value if each != vma))

        async def mover() -> None:
            await bounds["D"].write((0, 2 * pages, 0))
            if fixed:
                await root.acquire()
                await unlink("D")
                await vmas.write((*vmas.value, "D"))
                await root.release()
            for i in range(pages):
                await ptl["S"].acquire()
                await ptl["D"].acquire()
                entry = pte["S"][i].value
                await pte["S"][i].write("none")
                await pte["D"][i].write(entry)
                await ptl["D"].release()
                await ptl["S"].release()
            await root.acquire()
            await unlink("S")
            await root.release()

        async def walker(page: int) -> None:
            await root.acquire()
            vma = None
            while True:
                order = await vmas.read()
                place = 0 if vma is None else order.index(vma) + 1
                if place == len(order):
                    break
                vma = order[place]
                start, end, pgoff = await bounds[vma].read()
                if start <= start + pages + page - pgoff < end:
                    await ptl[vma].acquire()
                    if await pte[vma][page].read() == "entry":
                        await pte[vma][page].write("page")
                    await ptl[vma].release()
            await root.release()
            await locked[page].write(False)

        def promise() -> None:
            assert all(each.value != "entry" for each in pte["S"] + pte["D"]), "a page is lost"

        return {"mover": mover(), **{f"walker {p}": walker(p) for p in range(walkers)}}, promise

    return program


if __name__ == "__main__":
    pages, walkers, fixed = map(int, sys.argv[1:])
    found = explore(model(pages, walkers, bool(fixed)))
    print("verdict", found.verdict, "classes", found.executions)
