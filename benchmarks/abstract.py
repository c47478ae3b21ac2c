"""The race of merge-order with everything else left out, on `Shared` and `Mutex`.

One mover carries N pages from src to dst, one page per hold of both page-table locks.  K walkers,
holding the anon_vma's mutex, each put back the entry of one page whose migration has ended: they
look for it in each vma in list order.  The list has dst before src, unless the fix moves it to the
tail before the first page goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmlesson.explore import Mutex, Shared

MIGRATING, PRESENT = "migrating", "present"


def merge_order(pages: int, walkers: int, fixed: bool) -> Callable[[], Any]:
    """The program for N pages and K walkers; walker k looks for page k."""
    if not 1 <= walkers <= pages:
        raise ValueError(f"walkers must be between 1 and the number of pages, not {walkers}")

    def program() -> Any:
        root = Mutex("root")
        order = Shared("list", ("dst", "src"))
        lock = {vma: Mutex(f"{vma}_ptl") for vma in ("src", "dst")}
        pte = {
            (vma, page): Shared(f"{vma}[{page}]", MIGRATING if vma == "src" else None)
            for vma in ("src", "dst")
            for page in range(pages)
        }

        async def mover() -> None:
            for vma in ("src", "dst"):  # find the old page table, then make the new one
                await lock[vma].acquire()
                await lock[vma].release()
            if fixed:
                await root.acquire()
                await order.write(("src", "dst"))
                await root.release()
            for page in range(pages):
                await lock["src"].acquire()
                await lock["dst"].acquire()
                entry = await pte["src", page].read()
                await pte["src", page].write(None)
                await pte["dst", page].write(entry)
                await lock["dst"].release()
                await lock["src"].release()

        async def walker(page: int) -> None:
            await root.acquire()
            for vma in await order.read():
                await lock[vma].acquire()
                if await pte[vma, page].read() == MIGRATING:
                    await pte[vma, page].write(PRESENT)
                await lock[vma].release()
            await root.release()

        def promise() -> None:
            for page in range(walkers):
                entries = {pte["src", page].value, pte["dst", page].value}
                assert MIGRATING not in entries, f"page {page} is lost"

        cpus = {"mover": mover()} | {f"walker{k}": walker(k) for k in range(walkers)}
        return cpus, promise

    return program
