"""Every way in which a range that went away can come back to what stayed, on few pages.

For the lock rule of v3.7: whatever the two vmas are, ptes move where no walk can miss them, or
with the root mutex held.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..kernel import PAGE_SIZE, Scenario, sys_mremap
from ..scenarios import address
from .moves import TO, Calls
from .situations import generated

AREA = 4
FAR, LOW = 64, -64
MOVERS = ("P", "P, which then forked", "C", "C, which has written")
RANGES = tuple(combinations(range(AREA + 1), 2))
"""All (first page, page behind the last) within the area."""


@dataclass(eq=False)
class Layout(Calls):
    """Pages `away` of an area have gone away, and those of `back` come back to their place.

    `stayed` names what else of the area is still mapped: the pages below, those above, or both;
    `afar` is by how many pages they have gone.
    """

    mover: str
    away: tuple[int, int]
    back: tuple[int, int]
    stayed: str
    afar: int

    def set_up(self) -> None:
        """Map, touch, fork, and move away what is to come back."""
        self.task = task = self.kernel.spawn("P")
        task.mmap(AREA * PAGE_SIZE, addr=address(0), fixed=True)
        self._touch()
        if self.mover[0] == "C":
            self.task = task.fork("C")
        if "written" in self.mover:
            self._touch()
        first, end = self.away
        size = (end - first) * PAGE_SIZE
        self.task.mremap(address(first), size, size, TO, address(self.afar + first))
        if "below" not in self.stayed and first:
            self.task.munmap(address(0), first * PAGE_SIZE)
        if "above" not in self.stayed and end < AREA:
            self.task.munmap(address(end), (AREA - end) * PAGE_SIZE)
        if "forked" in self.mover:
            task.fork("C")

    def _touch(self) -> None:
        for position in range(AREA):
            self.task.write(address(position), f"{self.task} {position}".encode())

    def calls(self) -> Iterator[Awaitable[Any]]:
        """The way back."""
        first, end = self.back
        size = (end - first) * PAGE_SIZE
        yield sys_mremap(self.task, address(self.afar + first), size, size, TO, address(first))


@generated(
    f"Of {AREA} pages {{mover}} has moved {{away}} away (from, to before) by {{afar}}, "
    "what stayed is {stayed}, and {back} come back. Nobody else acts.",
    mover=MOVERS,
    away=RANGES,
    back=RANGES,
    stayed=("below", "above", "below and above"),
    afar=(FAR, LOW),
)
def layouts(
    mover: str, away: tuple[int, int], back: tuple[int, int], stayed: str, afar: int
) -> Scenario[Any] | None:
    """The range comes back to a vma that is there: to one that ends or begins where it does."""
    below = "below" in stayed and 0 < away[0] == back[0]
    above = "above" in stayed and back[1] == away[1] < AREA
    unused = ("below" in stayed and away[0] == 0) or ("above" in stayed and away[1] == AREA)
    if not away[0] <= back[0] < back[1] <= away[1] or unused or not (below or above):
        return None
    return Layout.alone("mremap", 512, mover=mover, away=away, back=back, stayed=stayed, afar=afar)
