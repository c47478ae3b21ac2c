"""How long a graph takes, from a kernel to SVG."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel
from vmlesson.show import render
from vmlesson.show.graphs import chains

HEAD = ("vmas", "mms", "anon_vmas", "graphviz", "layout ms", "drawn ms", "all ms")


def family(vmas: int, line: bool) -> Kernel:
    """A family of 5 with so many vmas each: children of one, or each the child of the last."""
    kernel = Kernel()
    parent = task = kernel.spawn("P")
    size, base = 2 * PAGE_SIZE, 0x100 * PAGE_SIZE
    task.mmap(vmas * size, addr=base, fixed=True)
    task.write(base, bytes(vmas * size))
    for number in range(1, vmas, 2):
        place = base + (64 + 2 * number) * size
        task.mremap(base + number * size, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place)
    for number in range(1, 5):
        task = (task if line else parent).fork(f"C{number}")
    return kernel


def rows() -> Iterator[tuple[int | str | float, ...]]:
    """For each size and each Graphviz of this system, the times; HEAD names the columns."""
    for vmas, line in ((1, True), (6, False), (6, True)):
        kernel = family(vmas, line)
        drawing = chains(kernel)
        counts = [len(drawing.picture[section]) for section in ("vmas", "mms", "anon_vmas")]
        layout = best(partial(chains, kernel))
        for program in dict.fromkeys(render.programs()):
            drawn = best(partial(render.run, program, drawing.source, "svg"))
            name = Path(program).name
            yield (*counts, name, round(layout, 1), round(drawn, 1), round(layout + drawn, 1))


def best(action: Callable[[], object], times: int = 5) -> float:
    """The least of some runs, in milliseconds."""

    def once() -> float:
        begun = time.perf_counter()
        action()
        return 1000 * (time.perf_counter() - begun)

    return min(once() for _ in range(times))


if __name__ == "__main__":
    print(*HEAD, sep="\t")
    for row in rows():
        print(*row, sep="\t")
