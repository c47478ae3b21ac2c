"""Moves by the hundred: system calls alone, held against what Linux's own functions make of them.

A move is described by who moves, how much, from where to where, and what fails meanwhile.  Its
set-up and its right outcome are Linux's; only the calls that count are made with the answer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from ..kernel import PAGE_SIZE, PROT_READ, PROT_WRITE, Finding, Kernel, Scenario, Task, page
from ..kernel import sys_fork, sys_mmap, sys_mprotect, sys_mremap, sys_munmap, sys_write
from ..kernel import unmap_and_move, vm_area_struct
from ..kernel.audit import bounds_of, slots_of, vmas_of, walk_order
from ..kernel.locks import Lock
from ..kernel.mm_types import page_table
from ..kernel.mremap import MREMAP_FIXED, MREMAP_MAYMOVE
from ..kernel.mremap import move_ptes as linux_move_ptes
from ..kernel.pgtable import slots_between
from ..kernel.scenario import Patches
from ..kernel.tree import move_ptes as move_ptes_of_tree
from ..scenarios import address
from .reference import Reference, written
from .situations import Alone, Situation, Situations, generated

BASES = (0x1000, (1 << 20) + 0x100, (0x7FF << 20) + 0x100)
"""Page numbers of the middle of what is mapped: low, above 4 GiB, and near the top."""
TO = MREMAP_MAYMOVE | MREMAP_FIXED
"""The flags of a move to a place that is named."""


# --------------------------------------------------------------------------------- what came of it


class Seen(NamedTuple):
    """What is there: of each process, and of each list."""

    mapped: dict[str, list[tuple[int, int]]]
    faulted: dict[str, list[tuple[int, int]]]
    contents: dict[str, dict[int, bytes]]
    lists: list[list[str]]


def seen(kernel: Kernel) -> Seen:
    """What is mapped, has an anon_vma, is stored, and in which order the lists are.  Plain."""
    alive = [task for task in kernel.tasks if not task.exited]
    vmas = {task.name: vmas_of(task.mm) for task in alive}
    return Seen(
        {name: _joined(bounds_of(vma)[:2] for vma in found) for name, found in vmas.items()},
        {
            name: _joined(bounds_of(vma)[:2] for vma in found if vma.__dict__["anon_vma"])
            for name, found in vmas.items()
        },
        {
            task.name: {
                slot.address: pte.page.__dict__["contents"][:8] if pte.page else bytes(8)
                for slot, pte in slots_of(task.mm)
            }
            for task in alive
        },
        sorted([str(vma) for vma in walk_order(family)] for family in kernel.anon_vmas()),
    )


def _joined(ranges: Iterator[tuple[int, ...]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        if found and found[-1][1] == start:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _differs(now: Seen, right: Seen, with_lists: bool) -> str:
    """What is not as it must be, in words; "" if all is."""
    for name, ranges in right.mapped.items():
        if now.mapped.get(name) != ranges:
            return f"{name} has mapped {_ranges(now.mapped.get(name, []))}, not {_ranges(ranges)}"
        if now.faulted[name] != ranges and now.faulted[name] != right.faulted[name]:
            return (
                f"of {name}, {_ranges(now.faulted[name])} has an anon_vma, and it should be "
                f"{_ranges(right.faulted[name])}"
            )
        for at in sorted(right.contents[name].keys() | now.contents[name].keys()):
            stored, wanted = now.contents[name].get(at), right.contents[name].get(at)
            if stored != wanted:
                return f"{name}'s page at {at:#x} is {stored or 'lost'!r}, and should be {wanted!r}"
    if with_lists and now.lists != right.lists:
        found = " / ".join(", ".join(each) for each in now.lists if each not in right.lists)
        should = " / ".join(", ".join(each) for each in right.lists if each not in now.lists)
        return f"the lists are {found}, and should be {should}"
    return ""


def _ranges(ranges: list[tuple[int, int]]) -> str:
    return ", ".join(f"{start:#x}-{end:#x}" for start, end in ranges) or "nothing"


# ------------------------------------------------------------------------------ the order, watched


async def move_ptes(
    vma: vm_area_struct,
    old_table: page_table,
    old_addr: int,
    old_end: int,
    new_vma: vm_area_struct,
    new_table: page_table,
    new_addr: int,
    *need_rmap_locks: bool,
) -> None:
    """Linux's; but a page moves only if no walk of its list can miss it, and else it is said.

    From v3.7 on Linux's is told whether to take the root mutex; then no walk is there.
    """
    for what, vma_of_it, at in (("source", vma, old_addr), ("destination", new_vma, new_addr)):
        if not isinstance(vma_of_it, vm_area_struct) or not _is_in(vma_of_it, at):
            raise Finding("promise", f"the {what} of the move is {at:#x}, and not in {vma_of_it}")
    batch = vma, old_table, old_addr, old_end, new_vma, new_table, new_addr
    if any(need_rmap_locks):
        return await move_ptes_of_tree(*batch)
    for slot in slots_between(old_table, old_addr, old_end):
        moving = type(slot).pte.peek(slot).page
        family = None if moving is None else page.mapping.peek(moving)
        if family is None or Lock.owner.peek(family.root.mutex) is not None:
            continue
        order = walk_order(family)
        if vma in order and new_vma in order and order.index(new_vma) < order.index(vma):
            raise Finding(
                "promise",
                f"when the page at {slot.address:#x} moved from {vma} to {new_vma}, the latter "
                f"stood before the former in the list of {family}: a walk can miss the page",
            )
    await linux_move_ptes.function(*batch)


def _is_in(vma: vm_area_struct, at: int) -> bool:
    start, end, _ = bounds_of(vma)
    return start <= at < end


class Watched(Alone["Calls"]):
    """Calls that nobody disturbs, with an eye on the order whenever ptes move."""

    def program(self, release: str | None = None, patches: Patches = ()) -> Any:
        """With the answer, and the eye."""
        return super().program(release, (*patches, move_ptes))


class Calls(Reference):
    """System calls, and what Linux makes of them.

    Attributes:
        may_fail: whether -ENOMEM with nothing changed is right, too: an allocation fails that an
            answer may need and Linux does not.
        with_lists: whether the lists must be as Linux leaves them, and not only safe.
    """

    may_fail = False
    with_lists = False

    def seen(self) -> Seen:
        """Everything."""
        return seen(self.kernel)

    async def call(self) -> None:
        """All of the calls, and what each returns."""
        self.results = []
        for number, each in enumerate(self.calls(), 1):
            name = getattr(each, "__name__", "") or getattr(each, "name", "")
            self.results.append({f"{name} (call {number}) returns": written(await each)})

    def promise(self) -> None:
        """What came of it is what Linux makes of it."""
        now = self.seen()
        failed = "-ENOMEM" in self.results[-1].values()
        if not (self.may_fail and failed and now[:3] == self.before[:3]):
            super().promise()
            wrong = _differs(now, self.afterwards, self.with_lists)
            assert not wrong, f"afterwards {wrong}"
        broken = self.kernel.audit()
        assert not broken, broken[0]


# ----------------------------------------------------------------------------------------- one move

PLACES = (
    "to a new place above",
    "to a new place below",
    "back behind what stayed",
    "back before what stayed",
    "back into its hole",
    "back from right behind its hole",
    "up onto its own vma",
    "down onto its own vma",
    "into a hole before its own vma",
)
MOVERS = ("P", "C", "P after a fork", "C, who has written", "G")
TOUCHED = ("all", "first", "last", "read", "none")
LENGTHS = ("keeps", "shrinks", "grows")
FAILS: tuple[tuple[str, int] | None, ...] = (
    None,
    ("page table", 1),
    ("page table", 2),
    ("vma", 1),
    ("vma", 2),
    ("avc", 1),
    ("avc", 2),
)
FAR, LOW = 1091, -1085
"""Positions of new places: three pages before the end of a table, so that a move needs two."""


class Move(Calls):
    """One mremap with MREMAP_FIXED, of pages that some of a family share."""

    def __init__(
        self,
        kernel: Kernel,
        mover: str,
        pages: int,
        place: str,
        touched: str,
        length: str,
        fails: tuple[str, int] | None,
        base: int,
    ) -> None:
        self.mover, self.pages, self.place, self.touched = mover, pages, place, touched
        self.new_pages = pages + {"keeps": 0, "shrinks": -1, "grows": 1}[length]
        self.fails, self.base = fails, base
        self.may_fail = fails is not None and fails[0] != "page table"
        super().__init__(kernel)

    def at(self, position: int) -> int:
        """The address of a position."""
        return (self.base + position) * PAGE_SIZE

    def set_up(self) -> None:
        """Map, touch, fork, and move away what is to come back."""
        kernel, pages = self.kernel, self.pages
        first, self.source, self.target, mapped = self._layout()
        parent = kernel.spawn("P")
        parent.mmap(mapped * PAGE_SIZE, addr=self.at(first), fixed=True)
        self._touch(parent)
        task = parent
        if self.mover[0] in "CG":
            task = parent.fork("C")
        if self.mover == "G":
            task = task.fork("G")
        if "written" in self.mover:
            self._touch(task)
        if "hole before" in self.place:
            task.munmap(self.at(self.target), pages * PAGE_SIZE)
        if self.place.startswith("back"):
            self._move(task, 2, self.source)
        if "before what" in self.place:
            task.munmap(self.at(0), 2 * PAGE_SIZE)
        if "after" in self.mover:
            parent.fork("C")
        self.task = task
        if self.fails is not None:
            kernel.fail_allocation(*self.fails)

    def _layout(self) -> tuple[int, int, int, int]:
        """Positions: of the area, the source and the target; and the area's length in pages."""
        n = self.pages
        return {
            "to a new place above": (0, 2, FAR, n + 4),
            "to a new place below": (0, 2, LOW, n + 4),
            "back behind what stayed": (0, FAR, 2, n + 2),
            "back before what stayed": (0, FAR, 2, n + 4),
            "back into its hole": (0, FAR, 2, n + 4),
            "back from right behind its hole": (0, n + 2, 2, n + 2),
            "up onto its own vma": (0, 2, n + 2, 2 * n + 3),
            "down onto its own vma": (0, n + 2, 2, 2 * n + 3),
            "into a hole before its own vma": (0, n + 2, 1, 2 * n + 3),
        }[self.place]

    def _touch(self, task: Task) -> None:
        """Touch the page before the range, and in it the first, the last, both or none."""
        start = 2 if self.place.startswith("back") else self.source
        ends = {"first": [start], "last": [start + self.pages - 1], "none": []}
        inside = ends.get(self.touched, [start, start + self.pages - 1])
        for position in dict.fromkeys([*([start - 1] if inside else []), *inside]):
            if self.touched == "read":
                task.read(self.at(position), 1)
            else:
                task.write(self.at(position), f"{task} {position}".encode())

    def _move(self, task: Task, source: int, target: int) -> None:
        size = self.pages * PAGE_SIZE
        task.mremap(self.at(source), size, size, TO, self.at(target))

    def calls(self) -> Iterator[Awaitable[Any]]:
        """The move."""
        sizes = self.pages * PAGE_SIZE, self.new_pages * PAGE_SIZE
        yield sys_mremap(self.task, self.at(self.source), *sizes, TO, self.at(self.target))


CHOICES: dict[str, tuple[Any, ...]] = {
    "fails": FAILS,
    "pages": (2, 1, 6, 513),
    "length": LENGTHS,
    "mover": MOVERS,
    "touched": TOUCHED,
    "place": PLACES,
}
"""What describes a move, the usual first."""


def scenario_of(number: int, **chosen: Any) -> Scenario[Calls]:
    """The scenario of a move; `number` turns the base addresses over."""
    make = partial(Move, base=BASES[number % len(BASES)], **chosen)
    table = 512 if chosen["pages"] > 500 else 4
    return Watched(make, lambda move: {"mremap": move.call()}, Calls.promise, ptes_per_table=table)


KEPT = Path(__file__).with_name("moves.json")
"""The combinations of `CHOICES` in which Linux does something of its own: see tools/moves.py."""


@cache
def _kept() -> tuple[Situation, ...]:
    rows = json.loads(KEPT.read_text(encoding="utf-8"))
    return tuple(_situation(number, values) for number, values in enumerate(rows))


def _situation(number: int, values: list[Any]) -> Situation:
    chosen = dict(zip(CHOICES, values, strict=True))
    fails = chosen["fails"]
    lacking = "" if fails is None else f"; {fails[0]} number {fails[1]} cannot be had"
    sentence = (
        f"{chosen['mover']} moves {chosen['pages']} pages {chosen['place']}, and the range "
        f"{chosen['length']}; touched: {chosen['touched']}{lacking}. Nobody else acts."
    )
    name = f"move {number}, {chosen['place']}"
    return Situation(name, sentence, scenario_of(number, **chosen), {}, chosen)


def moves(*places: str, fails: bool, movers: str | None = None) -> Situations:
    """The moves to places that are called so, or to all: of "P", of its "families", of both."""

    def situations() -> Iterator[Situation]:
        for situation in _kept():
            chosen = situation.choices
            alone = "P" if chosen["mover"] == "P" else "families"
            if (chosen["fails"] is not None) is fails and movers in (None, alone):
                if not places or any(place in chosen["place"] for place in places):
                    yield situation

    return situations


# --------------------------------------------------------------------------------------- at random


KINDS = ("move", "move", "move", "write", "migrate", "migrate", "unmap", "protect")
BEFORE = (*KINDS, "map", "map", "write")
"""What may come before those that count: so that there is something to be moved."""
THROWS = 100


class Random(Calls):
    """Calls at random of a family of three, on few pages, with migrations between them."""

    def __init__(self, kernel: Kernel, seed: int, with_lists: bool) -> None:
        self.random = random.Random(seed)
        self.with_lists = with_lists
        super().__init__(kernel)

    def set_up(self) -> None:
        """Some calls of Linux's own; then it is thrown which ones will count."""
        self.kernel.spawn("P").mmap(8 * PAGE_SIZE, addr=address(0), fixed=True)
        for number in range(24):
            self._done(("fork",) if number in (8, 14) else BEFORE)
        before = self.kernel.snapshot()
        self.thrown = [self._done(KINDS) for _ in range(8)]
        self.kernel.restore(before)

    def _done(self, kinds: Sequence[str]) -> tuple[Any, ...]:
        """A call that was thrown, and has done something: one that does nothing tests nothing."""
        for _ in range(THROWS):
            thrown = self._throw(kinds)
            returned = [self.kernel.run(each) for each in self._calls(thrown)]
            if returned and not (isinstance(returned[0], int) and returned[0] < 0):
                break
        return thrown

    def _throw(self, kinds: Sequence[str]) -> tuple[Any, ...]:
        kind = self.random.choice(kinds)
        position, target = self.random.sample((0, 2, 4, 6, 16, 18, 20, 22), 2)
        return kind, self.random.randrange(3), position, target, self.random.randint(1, 3)

    def calls(self) -> Iterator[Awaitable[Any]]:
        """Those that were thrown."""
        for thrown in self.thrown:
            yield from self._calls(thrown)

    def _calls(self, thrown: tuple[Any, ...]) -> Iterator[Awaitable[Any]]:
        kind, who, position, target, count = thrown
        task = self.kernel.tasks[who % len(self.kernel.tasks)]
        at, size = address(position), count * PAGE_SIZE
        if kind == "move":
            yield sys_mremap(task, at, size, 2 * PAGE_SIZE, TO, address(target))
        elif kind == "write":
            yield sys_write(task, at, f"{task} {position}".encode())
        elif kind == "map":
            yield sys_mmap(task, 4 * PAGE_SIZE, at, fixed=True)
        elif kind == "unmap" and _page_at(task, at) is not None:
            yield sys_munmap(task, at, PAGE_SIZE)
        elif kind == "protect":
            rights = PROT_READ if count == 1 else PROT_READ | PROT_WRITE
            yield sys_mprotect(task, at, 2 * PAGE_SIZE, rights)
        elif kind == "fork":
            yield sys_fork(task, "CD"[len(self.kernel.tasks) - 1])
        elif kind == "migrate" and (there := _page_at(task, at)) is not None:
            yield unmap_and_move(there)


def _page_at(task: Task, addr: int) -> page | None:
    """The page that is mapped at an address; None if none is."""
    slot = task.mm.slot_at(addr)
    return None if slot is None or slot.pte.kind != "present" else slot.pte.page


MANY = "Moves, writes, migrations and more at random, one after the other: number {seed}."


def _at_random(seed: int, with_lists: bool) -> Scenario[Calls]:
    made = partial(Random, seed=seed, with_lists=with_lists)
    return Watched(made, lambda calls: {"calls": calls.call()}, Calls.promise, ptes_per_table=4)


@generated(MANY, seed=range(12))
def random_calls(seed: int) -> Scenario[Calls]:
    """What Linux makes of calls at random, the answer makes of them."""
    return _at_random(seed, with_lists=False)


@generated(MANY, seed=range(12))
def random_lists(seed: int) -> Scenario[Calls]:
    """The same, and the lists are in Linux's order."""
    return _at_random(seed, with_lists=True)
