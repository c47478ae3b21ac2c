"""Every way in which a range that went away can come back to what stayed, on few pages.

For the lock rule of v3.7: whatever the two vmas are, ptes move where no walk can miss them, or
with the root mutex held.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..kernel import PAGE_SIZE, PROT_EXEC, PROT_READ, PROT_WRITE, Scenario, sys_mremap
from .alone import map_strangers
from .moves import TO, Calls
from .situations import generated

AREA = 4
AFAR = {"far above": 64, "far below": -64, "right above": AREA}
MOVERS = ("P", "P, which then forked", "C", "C, which has written")
RANGES = tuple(combinations(range(AREA + 1), 2))
"""All (first part, part behind the last) within the area."""
BASES = (1 << 16, (1 << 32) - 1)
"""Page numbers of the first part: the lowest, and one where numbers come to need 33 bits."""
PAGES = (1, 40, 1, 40, 1, 513, 1, 40, 1, 40, 1)
"""How many pages a part has: one, more, and more than a page table."""


@dataclass(eq=False)
class Layout(Calls):
    """Parts `away` of an area have gone away, and those of `back` come back to their place.

    `stayed` names what else of the area is still mapped: the parts below, those above, or both;
    `afar` says on which side they are meanwhile.  How far away, where the area is, how many pages
    a part has, and what may be done with it, is nothing to the rule: each is so in some.
    """

    mover: str
    away: tuple[int, int]
    back: tuple[int, int]
    stayed: str
    afar: str

    def at(self, part: int) -> int:
        """The address of a part."""
        return self.base + part * self.size

    def set_up(self) -> None:
        """Map, touch, fork, and move away what is to come back."""
        self.task = task = self.kernel.spawn("P")
        self.by = AFAR[self.afar]
        number = sum((MOVERS.index(self.mover), RANGES.index(self.away), RANGES.index(self.back)))
        self.base = BASES[number % 2] * PAGE_SIZE
        pages = PAGES[number // 2]
        self.size = pages * PAGE_SIZE
        if pages > 1:
            map_strangers(task)
        near = self.afar == "right above"
        if near:
            self.by = self.away[1] - self.away[0]
        elif number // 3 % 2:  # to where, or from where, an address is less than an index
            lowest = (BASES[0] * PAGE_SIZE - self.base) // self.size
            self.by = (64 << 22) // pages if self.by > 0 else lowest or self.by
        home, size = self.at(self.by if number // 5 % 2 and not near else 0), AREA * self.size
        task.mmap(size, addr=home, fixed=True)
        if home != self.at(0):  # what stays has moved, too
            task.write(home, b"x")
            task.mremap(home, size, size, TO, self.at(0))
        self._touch()
        if self.mover[0] == "C":
            self.task = task.fork("C")
        if "written" in self.mover:
            self._touch()
        if near or number // 4 % 2:
            rights = PROT_READ | (0, PROT_EXEC, PROT_EXEC | PROT_WRITE)[number % 3 * near]
            self.task.mprotect(self.at(0), AREA * self.size, rights)
        first, end = self.away
        size = (end - first) * self.size
        self.task.mremap(self.at(first), size, size, TO, self.at(self.by + first))
        if "below" not in self.stayed and first:
            self.task.munmap(self.at(0), first * self.size)
        if "above" not in self.stayed and end < AREA:
            self.task.munmap(self.at(end), (AREA - end) * self.size)
        if "forked" in self.mover:
            task.fork("C")

    def _touch(self) -> None:
        for position in range(AREA):
            self.task.write(self.at(position), f"{self.task} {position}".encode())

    def calls(self) -> Iterator[Awaitable[Any]]:
        first, end = self.back
        size = (end - first) * self.size
        yield sys_mremap(self.task, self.at(self.by + first), size, size, TO, self.at(first))


@generated(
    f"Of {AREA} parts, those in [{{away[0]}}, {{away[1]}}) have gone {{afar}}, those {{stayed}} "
    "are left; those in [{back[0]}, {back[1]}) come back. By {mover}; nobody else acts.",
    mover=MOVERS,
    away=sorted(RANGES, key=lambda away: away[0] == 0),  # a usual mistake forgets what is below
    back=RANGES,
    stayed=("below", "above", "below and above"),
    afar=tuple(AFAR),
)
def layouts(
    mover: str, away: tuple[int, int], back: tuple[int, int], stayed: str, afar: str
) -> Scenario[Any] | None:
    """The range comes back to a vma that is there: to one that ends or begins where it does."""
    below = "below" in stayed and 0 < away[0] == back[0]
    above = "above" in stayed and back[1] == away[1] < AREA
    unused = ("below" in stayed and away[0] == 0) or ("above" in stayed and away[1] == AREA)
    if afar == "right above" and (stayed != "below" or away[1] < AREA):
        return None  # something is there
    if not away[0] <= back[0] < back[1] <= away[1] or unused or not (below or above):
        return None
    return Layout.alone("mremap", 512, mover=mover, away=away, back=back, stayed=stayed, afar=afar)
