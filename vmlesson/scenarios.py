"""The catalogue: named situations in which mremap, fork and exit meet a page under migration.

Each is the set-up of one race: system calls that build the lists, one call that is critical, and
the pages that are under migration meanwhile.  A page under migration stands, at the start, at the
arranged midpoint: walk 1 has put the migration entries, walk 2 is to replace them.  (Only
whole-migration starts at the first line of both.)  After every execution every page is touched and
read back, and the whole state is audited.

Positions are page numbers here; N is the number of pages that the critical call moves, K the
number of pages under migration, each on a CPU of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .errors import UserError
from .explore import Result, ScheduleError, Trace, explore, replay
from .kernel import (
    EFAULT,
    ENOMEM,
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SHIFT,
    PAGE_SIZE,
    PROT_READ,
    PROT_WRITE,
    Finding,
    Kernel,
    Scenario,
    Task,
    anon_vma,
    get_page,
    page,
    sys_exit,
    sys_fork,
    sys_mprotect,
    sys_mremap,
    unmap_and_move,
    vm_area_struct,
    vma_address,
)
from .kernel.atomic import atomic
from .kernel.locks import inherit
from .kernel.migrate import move_unmapped, unmap_for_migration
from .kernel.pgtable import alloc_page
from .kernel.scenario import DEFAULT_RELEASE, Patches
from .kernel.text import find_release

BASE = 0x100
"""The page number that position 0 stands for: so that nothing lies at address 0."""
FAR, LOW = 64, -64
"""Positions of "somewhere else", above and below everything."""
PTES_PER_TABLE = 16


def address(position: int) -> int:
    """The address of a position, in bytes."""
    return (BASE + position) * PAGE_SIZE


# -------------------------------------------------------------------------------------- the stage


class Stage:
    """A situation under construction, and what its programs must read back at the end."""

    def __init__(self, kernel: Kernel, pages: int, walkers: int = 0, first: int = 0) -> None:
        self.kernel = kernel
        self.pages = pages
        self.walkers = walkers
        self.first = first
        self.arranged = True
        self.written: dict[tuple[Task, int], bytes] = {}
        self.candidates: list[tuple[Task, int]] = []
        self.coroutines: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {}
        self.moves: list[tuple[Task, int, int, int]] = []
        self.expected: dict[str, Any] = {}
        self.results: dict[str, Any] = {}
        self.stays_unfaulted: Task | None = None
        self.everybody_exits = False

    # -- the set-up

    def map(self, task: Task, start: int, count: int, touch: bool = True) -> None:
        """Map `count` pages, and write to each if `touch`."""
        task.mmap(count * PAGE_SIZE, addr=address(start), fixed=True)
        for position in range(start, start + count) if touch else ():
            self.write(task, position)

    def write(self, task: Task, position: int) -> None:
        """Write to a page what names the task and the place."""
        data = f"{task} {position}".encode()
        task.write(address(position), data)
        self.written[task, position] = data

    def move(self, task: Task, start: int, count: int, to: int) -> None:
        """mremap(2) with MREMAP_FIXED."""
        size = count * PAGE_SIZE
        task.mremap(address(start), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, address(to))
        self._carry(task, start, count, to)

    def unmap(self, task: Task, start: int, count: int) -> None:
        """munmap(2)."""
        task.munmap(address(start), count * PAGE_SIZE)
        for position in range(start, start + count):
            self.written.pop((task, position), None)

    def fork(self, task: Task, name: str) -> Task:
        """fork(2)."""
        child = task.fork(name)
        for owner, position in list(self.written):
            if owner is task:
                self.written[child, position] = self.written[task, position]
        return child

    def _carry(self, task: Task, start: int, count: int, to: int) -> None:
        carried = [self.written.pop((task, start + i), None) for i in range(count)]
        for i, data in enumerate(carried):
            if data is not None:
                self.written[task, to + i] = data

    def page_at(self, task: Task, position: int) -> page:
        """The page that `task` has mapped there."""
        slot = task.mm.slot_at(address(position))
        found = None if slot is None else slot.pte.page
        assert found is not None, f"{task} has no page at {position}"
        return found

    # -- the race

    def race_move(
        self, name: str, task: Task, start: int, count: int, to: int, fails: bool = False
    ) -> None:
        """A CPU that moves `count` pages; `fails` if a page table is not to be had half-way."""
        size, flags = count * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED
        call = partial(sys_mremap, task, address(start), size, size, flags, address(to))
        self.race(name, call, -ENOMEM if fails else address(to))
        self.candidates += [(task, start + i) for i in range(count)]
        if not fails:
            self.moves.append((task, start, count, to))

    def race(
        self, name: str, call: Callable[[], Coroutine[Any, Any, Any]], returns: Any = None
    ) -> None:
        """A CPU that makes one call, which must return `returns` (None: anything)."""

        async def cpu() -> None:
            self.results[name] = await call()

        self.coroutines[name] = cpu
        self.expected[name] = returns

    def read_bounds_in_three_steps(self) -> None:
        """From now on whoever may act meanwhile can act between two fields of a vma."""
        text = self.kernel.text
        if text["vma_address"] is vma_address.function:
            text["vma_address"] = vma_address_in_three_steps

    def begin_migrations(self) -> None:
        """Put K pages under migration, each on a CPU of its own.

        Those that move come first, then those that stay.  A page that several processes share is
        one page.

        Raises:
            UserError: there are not so many.
        """
        if not self.walkers:
            return
        places = [*self.candidates, *(at for at in self.written if at not in self.candidates)]
        pages = list(dict.fromkeys(self.page_at(*at) for at in places))
        chosen = pages[self.first : self.first + self.walkers]
        if len(chosen) < self.walkers:
            raise UserError(
                f"{self.walkers} walkers from page {self.first} on: there are {len(pages)} pages"
            )
        for number, old in enumerate(chosen, 1):
            name = "migration" if self.walkers == 1 else f"migration {number}"
            if self.arranged:
                midpoint = self.kernel.run(_to_midpoint(old))
                self.race(name, partial(_from_midpoint, *midpoint), 0)
            else:
                self.race(name, partial(_migrate, old))

    def end_of_setup(self) -> None:
        """From now on, what must be read back is what must be there after the race."""
        for task, start, count, to in self.moves:
            self._carry(task, start, count, to)

    def cpus(self) -> Mapping[str, Coroutine[Any, Any, Any]]:
        """Fresh coroutines for one execution."""
        self.results = {}
        return {name: cpu() for name, cpu in self.coroutines.items()}

    def promise(self) -> None:
        """Nothing is lost: every page can be touched, and every invariant holds."""
        for (task, position), data in self.written.items():
            self._touch(task, position, data)
        for child in [child for child in self.results.values() if isinstance(child, Task)]:
            for (task, position), data in self.written.items():
                if child.name == f"{task}.child" and not child.exited:
                    self._touch(child, position, data)
        for name, returns in self.expected.items():
            got = self.results.get(name)
            assert returns is None or got == returns, f"{name} returned {got}, not {returns}"
        if self.stays_unfaulted is not None:
            for vma in self.stays_unfaulted.mm.vmas:
                assert vma.anon_vma is None, f"{vma} was never written to, and has {vma.anon_vma}"
        broken = self.kernel.audit()
        assert not broken, broken[0]
        if self.everybody_exits:
            for task in self.kernel.tasks:
                task.exit()

    def _touch(self, task: Task, position: int, data: bytes) -> None:
        place = f"{task}'s page at {address(position):#x}"
        try:
            got = task.read(address(position), len(data))
        except Finding as finding:
            raise AssertionError(f"{place} is lost: touching it is a {finding.message}") from None
        except OSError as error:
            raise AssertionError(f"{place} is lost: touching it gives {error}") from None
        assert got == data, f"{place} is lost: it reads {got!r}, not {data!r}"


@atomic
def vma_field(vma: vm_area_struct, name: str) -> int:
    """One of vm_start, vm_end (bytes) and vm_pgoff (pages)."""
    value: int = getattr(vma, name)
    return value


async def vma_address_in_three_steps(page: page, vma: vm_area_struct) -> int:
    """vma_address(), as the processor does it: a field at a time, with nothing that keeps them."""
    start = await vma_field(vma, "vm_start")
    address = start + ((page.index - await vma_field(vma, "vm_pgoff")) << PAGE_SHIFT)
    if not start <= address < await vma_field(vma, "vm_end"):
        return -EFAULT
    return address


async def _to_midpoint(old: page) -> tuple[page, page, anon_vma | None]:
    """Half of unmap_and_move(), alone: the old page, the new one, the pinned anon_vma."""
    await get_page(old)
    new = alloc_page()
    assert new is not None
    pinned = await unmap_for_migration(old)
    return old, new, pinned


async def _from_midpoint(old: page, new: page, pinned: anon_vma | None) -> int:
    """The other half, on a CPU of its own, which takes the page lock over."""
    inherit(old)
    return await move_unmapped(old, new, pinned)


async def _migrate(old: page) -> int:
    """All of it."""
    return await unmap_and_move(old)


# ---------------------------------------------------------------------------------- the catalogue


@dataclass(frozen=True)
class Form:
    """One form of a scenario: its set-up, and parameters of the kernel that it needs."""

    build: Callable[[Stage], None]
    ptes_per_table: int = PTES_PER_TABLE
    pages_per_batch: int = 64


@dataclass(frozen=True)
class Entry:
    """One scenario of the catalogue."""

    name: str
    number: str
    sentence: str
    forms: Callable[[int], Mapping[str, Form]]
    pages: int
    walkers: int

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "name": self.name,
            "number": self.number,
            "sentence": self.sentence,
            "pages": self.pages,
            "walkers": self.walkers,
            "forms": list(self.forms(self.pages)),
        }


CATALOGUE: dict[str, Entry] = {}

Forms = Callable[[int], Mapping[str, Form]]


def _entry(
    name: str, number: str, sentence: str, pages: int = 2, walkers: int = 1
) -> Callable[[Forms], Forms]:
    def decorate(forms: Forms) -> Forms:
        CATALOGUE[name] = Entry(name, number, sentence, forms, pages, walkers)
        return forms

    return decorate


def _chunks(pages: int, builds: Mapping[str, Callable[[Stage], None]]) -> dict[str, Form]:
    """Each set-up with the range moved in one batch and, where it can be, in two."""
    forms = {}
    for name, build in builds.items():
        forms[f"{name}one chunk"] = Form(build)
        if pages >= 2:
            forms[f"{name}two chunks"] = Form(build, pages_per_batch=(pages + 1) // 2)
    return forms


@_entry(
    "fresh-destination",
    "S0",
    "A range moves to where nothing is: the new vma is the last of the list.",
)
def _fresh_destination(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, pages)
        stage.race_move("mremap", task, 0, pages, FAR)

    return _chunks(pages, {"": build})


def _away_and_back(stage: Stage, task: Task, away: int) -> None:
    """Lines 2 and 3 of the commit's race: pages [2, 2 + N) have gone away, and come back."""
    stage.move(task, 2, stage.pages, away)
    stage.race_move("mremap", task, away, stage.pages, 2)
    stage.candidates.append((task, 0))


@_entry(
    "merge-order",
    "S1",
    "Part of an area went away and comes back: it merges into the old vma, which stands first.",
)
def _merge_order(pages: int) -> Mapping[str, Form]:
    def build(away: int, stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, 2 + pages)
        _away_and_back(stage, task, away)

    return _chunks(pages, {"above, ": partial(build, FAR), "below, ": partial(build, LOW)})


@_entry(
    "seed-program",
    "S2",
    "The two mremaps of the commit's program: the way back closes the hole between two vmas.",
)
def _seed_program(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, 6 * pages + 1)
        stage.move(task, 5 * pages, pages, 0)
        stage.race_move("mremap", task, 0, pages, 5 * pages)

    return _chunks(pages, {"": build})


@_entry(
    "merge-next",
    "S3",
    "The range comes back to the vma behind it, which stands last already: leave it there.",
)
def _merge_next(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, pages + 4)
        stage.move(task, 2, pages, FAR)
        stage.unmap(task, 0, 2)
        stage.race_move("mremap", task, FAR, pages, 2)

    return _chunks(pages, {"": build})


@_entry(
    "merge-next-higher",
    "S4",
    "The destination stands before the source although its pgoff is larger: lists are not sorted.",
)
def _merge_next_higher(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        high = 2 * pages + 1
        stage.map(task, 0, high + 2)
        task.mprotect(address(high), 2 * PAGE_SIZE, PROT_READ)
        stage.move(task, 1, 2 * pages, FAR)
        task.mprotect(address(high), 2 * PAGE_SIZE, PROT_READ | PROT_WRITE)
        stage.race_move("mremap", task, FAR + pages, pages, 1 + pages)

    return _chunks(pages, {"": build})


@_entry(
    "fork-shared",
    "S5",
    "A child moves pages that it shares with its parent: the walk uses the parent's list.",
)
def _fork_shared(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 2 + pages)
        _away_and_back(stage, stage.fork(parent, "C"), FAR)

    return _chunks(pages, {"": build})


@_entry(
    "fork-own",
    "S6",
    "As fork-shared, but the child has written: its pages are its own, the walk uses its own list.",
)
def _fork_own(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 2 + pages)
        child = stage.fork(parent, "C")
        for position in range(2 + pages):
            stage.write(child, position)
        _away_and_back(stage, child, FAR)

    return _chunks(pages, {"": build})


@_entry(
    "grandchild",
    "S7",
    "Three generations; the pages are of the middle one: the list that every shortcut forgets.",
)
def _grandchild(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 2 + pages)
        middle = stage.fork(parent, "M")
        for position in range(2 + pages):
            stage.write(middle, position)
        _away_and_back(stage, stage.fork(middle, "G"), FAR)

    return _chunks(pages, {"": build})


@_entry(
    "parent-after-fork",
    "S8",
    "A parent forks while part of its area is away, and then brings it back.",
)
def _parent_after_fork(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 2 + pages)
        stage.move(parent, 2, pages, FAR)
        stage.fork(parent, "C")
        stage.race_move("mremap", parent, FAR, pages, 2)

    return _chunks(pages, {"": build})


def _table(pages: int) -> int:
    """A number of ptes per table that holds N pages and one more: a power of two."""
    return max(4, 1 << pages.bit_length())


@_entry(
    "error-path",
    "S9",
    "The second page table cannot be had: what was moved to a new vma goes back where it was.",
    pages=1,
)
def _error_path(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, pages + 1)
        stage.kernel.fail_allocation("page table", 2)
        stage.race_move("mremap", task, 0, pages + 1, FAR - pages, fails=True)

    return {"": Form(build, ptes_per_table=_table(pages))}


@_entry(
    "error-path-merged",
    "S10",
    "As error-path, but the range had merged with the vma at the destination.",
    pages=1,
)
def _error_path_merged(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, -pages - 1, pages + 2)
        stage.move(task, -pages, pages + 1, FAR)
        stage.kernel.fail_allocation("page table", 1)
        stage.race_move("mremap", task, FAR, pages + 1, -pages, fails=True)

    return {"": Form(build, ptes_per_table=_table(pages))}


@_entry(
    "error-path-fork",
    "S11",
    "As error-path, in a child, with pages that it shares with its parent.",
    pages=1,
)
def _error_path_fork(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, pages + 1)
        child = stage.fork(parent, "C")
        stage.kernel.fail_allocation("page table", 2)
        stage.race_move("mremap", child, 0, pages + 1, FAR - pages, fails=True)

    return {"": Form(build, ptes_per_table=_table(pages))}


@_entry(
    "bystander",
    "S12",
    "The page under migration is one of the destination's old ones, and does not move.",
)
def _bystander(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, 2 + pages)
        _away_and_back(stage, task, FAR)
        stage.candidates = [(task, i) for i in range(2)] + stage.candidates[:pages]

    return _chunks(pages, {"": build})


@_entry(
    "two-movers",
    "S13",
    "Two processes that share a list move at the same time: neither may disturb the other's order.",
    pages=1,
)
def _two_movers(pages: int) -> Mapping[str, Form]:
    def child_comes_back(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 1 + pages)
        child = stage.fork(parent, "C")
        for position in range(1, 1 + pages):
            stage.write(child, position)
        stage.move(child, 1, pages, FAR)
        stage.race_move("mremap of P", parent, 1, pages, LOW)
        stage.race_move("mremap of C", child, FAR, pages, 1)

    def parent_comes_back(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, 1 + pages)
        stage.move(parent, 1, pages, FAR)
        child = stage.fork(parent, "C")
        for position in range(FAR, FAR + pages):
            stage.write(parent, position)
        stage.race_move("mremap of C", child, FAR, pages, LOW)
        stage.race_move("mremap of P", parent, FAR, pages, 1)

    return {
        "the child comes back": Form(child_comes_back),
        "the parent comes back": Form(parent_comes_back),
    }


@_entry(
    "third-process",
    "S14",
    "Somebody else forks and exits meanwhile; the page under migration is in a third vma.",
    pages=1,
)
def _third_process(pages: int) -> Mapping[str, Form]:
    def family(stage: Stage) -> tuple[Task, Task]:
        """P with its range away, list D N, and T, whose one vma stands behind both."""
        first = stage.kernel.spawn("P")
        stage.map(first, 0, 1 + pages)
        stage.move(first, 1, pages, FAR)
        third = stage.fork(first, "T")
        stage.unmap(third, FAR, pages)
        stage.race_move("mremap", first, FAR, pages, 1)
        stage.candidates = [(third, 0), *stage.candidates]
        return first, third

    def forks_and_exits(stage: Stage) -> None:
        first, _ = family(stage)
        other = stage.fork(first, "O")
        stage.unmap(other, FAR, pages)

        async def fork_and_exit() -> int:
            child = await sys_fork(other)
            return await sys_exit(child) if isinstance(child, Task) else child

        stage.race("fork and exit", fork_and_exit, 0)

    def child_exits(stage: Stage) -> None:
        _, third = family(stage)
        stage.race("exit", partial(sys_exit, third.fork("C")), 0)

    return {"another forks and exits": Form(forks_and_exits), "a child exits": Form(child_exits)}


@_entry(
    "quiescent",
    "S16",
    "Nobody else acts; afterwards every page is found by a walk, and nothing is left at exit.",
    walkers=0,
)
def _quiescent(pages: int) -> Mapping[str, Form]:
    def alone(build: Callable[[Stage], None], stage: Stage) -> None:
        stage.walkers = 0
        stage.everybody_exits = True
        build(stage)

    forms = {}
    for name in (
        "fresh-destination",
        "merge-order",
        "seed-program",
        "merge-next",
        "merge-next-higher",
        "grandchild",
        "parent-after-fork",
        "error-path",
        "error-path-merged",
        "error-path-fork",
    ):
        form = next(iter(CATALOGUE[name].forms(pages).values()))
        forms[name] = Form(partial(alone, form.build), form.ptes_per_table)
    return forms


@_entry(
    "unfaulted",
    "S17",
    "The source was never faulted: the merge may swallow it; the chains are empty.",
    pages=1,
    walkers=0,
)
def _unfaulted(pages: int) -> Mapping[str, Form]:
    def build(neighbours: tuple[int, ...], start: int, stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        for position in neighbours:
            stage.map(task, position, pages, touch=False)
        stage.map(task, start, pages, touch=False)
        task.read(address(start), 1)
        stage.walkers = 0
        stage.everybody_exits = True
        stage.race_move("mremap", task, start, pages, 0)
        stage.written[task, 0] = bytes(8)
        stage.stays_unfaulted = task

    return {
        "swallowed by prev": Form(partial(build, (-pages,), pages)),
        "next is the source": Form(partial(build, (), pages)),
        "prev grows": Form(partial(build, (-pages,), FAR)),
    }


@_entry(
    "fork-migrating",
    "S18",
    "A process forks while one of its pages is under migration.",
)
def _fork_migrating(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        parent = stage.kernel.spawn("P")
        stage.map(parent, 0, pages)
        stage.race("fork", partial(sys_fork, parent, "P.child"))
        stage.candidates = [(parent, i) for i in range(pages)]

    return {"": Form(build)}


@_entry(
    "pte-peek",
    "S19",
    "One page moves while its migration entry is looked for: v3.0 looks without the ptl.",
    pages=1,
)
def _pte_peek(pages: int) -> Mapping[str, Form]:
    return {"": Form(_fresh_destination(pages)["one chunk"].build)}


@_entry(
    "whole-migration",
    "",
    "The complete migration of a page against the complete mremap that brings its range home.",
    pages=1,
)
def _whole_migration(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, 2 + pages)
        stage.move(task, 2, pages, FAR)
        stage.race_move("mremap", task, FAR, pages, 2)
        stage.arranged = False

    return {"": Form(build)}


@_entry(
    "merge-faulted",
    "",
    "Moved pages merge into a vma that was never faulted; then one of them is to migrate.",
    pages=1,
    walkers=0,
)
def _merge_faulted(pages: int) -> Mapping[str, Form]:
    def build(neighbours: tuple[int, ...], stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, pages)
        stage.move(task, 0, pages, FAR)
        for position in neighbours:
            stage.map(task, position, pages, touch=False)
        moved = stage.page_at(task, FAR)
        stage.race_move("mremap", task, FAR, pages, 0)
        come_back = stage.coroutines["mremap"]

        async def and_migrate() -> None:
            await come_back()
            await unmap_and_move(moved)

        stage.coroutines["mremap"] = and_migrate

    return {
        "behind it": Form(partial(build, (-pages,))),
        "before it": Form(partial(build, (pages,))),
        "between two": Form(partial(build, (-pages, pages))),
    }


@_entry(
    "mprotect-border",
    "",
    "mprotect moves the border between an unfaulted vma and a faulted one, where the page is.",
    pages=1,
)
def _mprotect_border(pages: int) -> Mapping[str, Form]:
    def build(stage: Stage) -> None:
        task = stage.kernel.spawn("T")
        stage.map(task, 0, 3, touch=False)
        task.mprotect(address(0), 2 * PAGE_SIZE, PROT_READ)
        for position in range(2, 2 + pages):
            stage.map(task, position, 1)
        stage.candidates = [(task, 2 + i) for i in range(pages)]
        stage.read_bounds_in_three_steps()
        rights = PROT_READ | PROT_WRITE
        stage.race("mprotect", partial(sys_mprotect, task, address(1), PAGE_SIZE, rights), 0)

    return {"": Form(build)}


# ----------------------------------------------------------------------------------- for its users


def find(name: str) -> Entry:
    """The scenario of that name, or number ("S7").

    Raises:
        UserError: there is none; lists those that there are.
    """
    for entry in CATALOGUE.values():
        if name in (entry.name, entry.number) and name:
            return entry
    raise UserError(f"unknown scenario {name!r}; there are {', '.join(CATALOGUE)}")


def scenarios(
    name: str,
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    first: int = 0,
) -> dict[str, Scenario[Stage]]:
    """The forms of a scenario, ready to be explored, by their names.

    Args:
        name: as in `find`.
        pages: N, how many pages the critical call moves (1 to 16); the scenario's own by default.
        walkers: K, how many of them are under migration (0 to N); the scenario's own by default.
        form: only this one.
        first: which page is the first under migration, counted from 0: those that move, then those
            of the same vmas, and of others, that stay.

    Raises:
        UserError: unknown name or form; a number out of range.
    """
    entry = find(name)
    pages = entry.pages if pages is None else pages
    walkers = min(entry.walkers, pages) if walkers is None else walkers
    if first < 0:
        raise UserError(f"first is {first}; count the pages from 0")
    if not 1 <= pages <= 16:
        raise UserError(f"pages is {pages}; it must be from 1 to 16")
    if not 0 <= walkers <= pages:
        raise UserError(f"walkers is {walkers}; it must be from 0 to {pages}, the number of pages")
    forms = entry.forms(pages)
    if form is not None and form not in forms:
        named = ", ".join(repr(each) for each in forms if each) or "only one, without a name"
        raise UserError(f"unknown form {form!r} of {entry.name}; there are {named}")
    return {
        each: _scenario(entry.name, forms[each], pages, walkers, first)
        for each in forms
        if form is None or each == form
    }


def _scenario(name: str, form: Form, pages: int, walkers: int, first: int) -> Scenario[Stage]:
    def setup(kernel: Kernel) -> Stage:
        stage = Stage(kernel, pages, walkers, first)
        form.build(stage)
        stage.begin_migrations()
        stage.end_of_setup()
        return stage

    return Scenario(
        setup,
        Stage.cpus,
        Stage.promise,
        name=name,
        ptes_per_table=form.ptes_per_table,
        pages_per_batch=form.pages_per_batch,
    )


def explore_scenario(
    name: str,
    release: str = DEFAULT_RELEASE,
    *,
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    first: int = 0,
    patches: Patches = (),
    executions: int | None = None,
    seconds: float | None = None,
) -> Result:
    """Try every schedule of every form of a scenario; counts are sums over the forms.

    Args:
        name, pages, walkers, form, first: as in `scenarios`.
        release, patches: of the kernel that is booted.
        executions: stop each form after so many.
        seconds: stop each form after so long.

    Raises:
        UserError: an unknown name, form or release; a number out of range.
    """
    find_release(release)
    total = Result()
    for each, scenario in scenarios(name, pages, walkers, form, first).items():
        found = explore(
            scenario, release=release, patches=patches, executions=executions, seconds=seconds
        )
        total = total + replace(found.in_form(each), consequence="lose a page")
        if found.interrupted:
            break
    return total


def replay_file(path: Path, number: int = 1) -> Trace:
    """Run a failing schedule again, from a file that ``vmlesson explore --json`` wrote.

    Args:
        path: the file.
        number: which of its failures, counted from 1.

    Raises:
        UserError: the file cannot be read, holds something else, or its schedule does not fit.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UserError(f"cannot read a schedule from {path}: {error}") from None
    try:
        name, release = str(saved["scenario"]), str(saved["release"])
        pages, walkers, first = saved["pages"], saved["walkers"], saved["first"]
        failures = list(saved["failures"])
        if not all(isinstance(number, int) for number in (pages, walkers, first)):
            raise TypeError("pages, walkers and first are numbers")
    except (KeyError, TypeError) as error:
        raise UserError(f"{path} is no output of vmlesson explore --json: {error!r}") from None
    if not 1 <= number <= len(failures):
        raise UserError(f"{path} has {len(failures)} failures; there is no number {number}")
    failure = failures[number - 1]
    form = failure.get("form", "") if isinstance(failure, dict) else ""
    find_release(release)
    (scenario,) = scenarios(name, pages, walkers, form, first).values()
    try:
        return replay(scenario, failure, release=release)
    except ScheduleError as error:
        raise UserError(f"{path} does not fit {name} on {release}: {error}") from None
