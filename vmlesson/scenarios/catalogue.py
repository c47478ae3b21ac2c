"""The catalogue: named situations in which mremap, fork and exit meet a page under migration.

Each entry is a function that builds the situation on a stage; N is `stage.pages`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..kernel import PAGE_SIZE, PROT_READ, PROT_WRITE, Task, sys_exit, sys_fork, sys_mprotect
from ..kernel import unmap_and_move
from .stage import Stage, address

FAR, LOW = 64, -64
"""Positions of "somewhere else", above and below everything."""
PTES_PER_TABLE = 16

Build = Callable[..., None]


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
        return vars(self) | {"forms": list(self.forms(self.pages))}


CATALOGUE: dict[str, Entry] = {}


def _entry(
    name: str,
    number: str,
    pages: int = 2,
    walkers: int = 1,
    forms: Mapping[str, tuple[Any, ...]] | None = None,
    ptes: Callable[[int], int] = lambda pages: PTES_PER_TABLE,
    batches: bool = False,
) -> Callable[[Build], Build]:
    """Put a function that builds a situation into the catalogue, with its docstring.

    Args:
        name, number: what it is called.
        pages, walkers: N and K if nobody says otherwise.
        forms: by the name of each form, what the function is given besides the stage.
        ptes: of N, how many ptes a page table is to have.
        batches: each form with the range moved in one batch and, where it can be, in two.
    """

    def made(build: Build) -> Build:
        def of(pages: int) -> dict[str, Form]:
            found = {}
            for form, arguments in (forms or {"": ()}).items():
                body = partial(build, *arguments)
                found[f"{form}one batch" if batches else form] = Form(body, ptes(pages))
                if batches and pages >= 2:
                    half = (pages + 1) // 2
                    found[f"{form}two batches"] = Form(body, ptes(pages), half)
            return found

        CATALOGUE[name] = Entry(name, number, build.__doc__ or "", of, pages, walkers)
        return build

    return made


@_entry("fresh-destination", "S0", batches=True)
def _fresh_destination(stage: Stage) -> None:
    """A range moves to where nothing is: the new vma is the last of the list."""
    task = stage.spawn("T", 0, stage.pages)
    stage.race_move("mremap", task, 0, stage.pages, FAR)


def _away_and_back(stage: Stage, task: Task, away: int) -> None:
    """Lines 2 and 3 of the commit's race: pages [2, 2 + N) have gone away, and come back."""
    stage.move(task, 2, stage.pages, away)
    stage.race_move("mremap", task, away, stage.pages, 2)
    stage.candidates.append((task, 0))


@_entry("merge-order", "S1", forms={"above, ": (FAR,), "below, ": (LOW,)}, batches=True)
def _merge_order(away: int, stage: Stage) -> None:
    """Part of an area went away and comes back: it merges into the old vma, which stands first."""
    _away_and_back(stage, stage.spawn("T", 0, 2 + stage.pages), away)


@_entry("seed-program", "S2", batches=True)
def _seed_program(stage: Stage) -> None:
    """The two mremaps of the commit's program: the way back closes the hole between two vmas."""
    pages = stage.pages
    task = stage.spawn("T", 0, 6 * pages + 1)
    stage.move(task, 5 * pages, pages, 0)
    stage.race_move("mremap", task, 0, pages, 5 * pages)


@_entry("merge-next", "S3", batches=True)
def _merge_next(stage: Stage) -> None:
    """The range comes back to the vma behind it, which stands last already: leave it there."""
    task = stage.spawn("T", 0, stage.pages + 4)
    stage.move(task, 2, stage.pages, FAR)
    stage.unmap(task, 0, 2)
    stage.race_move("mremap", task, FAR, stage.pages, 2)


@_entry("merge-next-higher", "S4", batches=True)
def _merge_next_higher(stage: Stage) -> None:
    """The destination stands before the source although its pgoff is larger: no list is sorted."""
    pages = stage.pages
    high = 2 * pages + 1
    task = stage.spawn("T", 0, high + 2)
    task.mprotect(address(high), 2 * PAGE_SIZE, PROT_READ)
    stage.move(task, 1, 2 * pages, FAR)
    task.mprotect(address(high), 2 * PAGE_SIZE, PROT_READ | PROT_WRITE)
    stage.race_move("mremap", task, FAR + pages, pages, 1 + pages)


@_entry("fork-shared", "S5", batches=True)
def _fork_shared(stage: Stage) -> None:
    """A child moves pages that it shares with its parent: the walk uses the parent's list."""
    parent = stage.spawn("P", 0, 2 + stage.pages)
    _away_and_back(stage, stage.fork(parent, "C"), FAR)


def _fork_and_write(stage: Stage, name: str) -> Task:
    """A child that has pages of its own."""
    child = stage.fork(stage.spawn("P", 0, 2 + stage.pages), name)
    for position in range(2 + stage.pages):
        stage.write(child, position)
    return child


@_entry("fork-own", "S6", batches=True)
def _fork_own(stage: Stage) -> None:
    """Like fork-shared, but the child has written: pages of its own, and a walk of its own list."""
    _away_and_back(stage, _fork_and_write(stage, "C"), FAR)


@_entry("grandchild", "S7", batches=True)
def _grandchild(stage: Stage) -> None:
    """Three generations; the pages belong to the middle one: the list every shortcut forgets."""
    _away_and_back(stage, stage.fork(_fork_and_write(stage, "M"), "G"), FAR)


@_entry("parent-after-fork", "S8", batches=True)
def _parent_after_fork(stage: Stage) -> None:
    """A parent forks while part of its area is away, and then brings it back."""
    parent = stage.spawn("P", 0, 2 + stage.pages)
    stage.move(parent, 2, stage.pages, FAR)
    stage.fork(parent, "C")
    stage.race_move("mremap", parent, FAR, stage.pages, 2)


def _table(pages: int) -> int:
    """A number of ptes per table that holds N pages and one more: a power of two."""
    return max(4, 1 << pages.bit_length())


@_entry("error-path", "S9", pages=1, ptes=_table)
def _error_path(stage: Stage) -> None:
    """The second page table cannot be had: what was moved to a new vma goes back where it was."""
    task = stage.spawn("T", 0, stage.pages + 1)
    stage.kernel.fail_allocation("page table", 2)
    stage.race_move("mremap", task, 0, stage.pages + 1, FAR - stage.pages, fails=True)


@_entry("error-path-merged", "S10", pages=1, ptes=_table)
def _error_path_merged(stage: Stage) -> None:
    """Like error-path, but the range had merged with the vma at the destination."""
    pages = stage.pages
    task = stage.spawn("T", -pages - 1, pages + 2)
    stage.move(task, -pages, pages + 1, FAR)
    stage.kernel.fail_allocation("page table", 1)
    stage.race_move("mremap", task, FAR, pages + 1, -pages, fails=True)


@_entry("error-path-fork", "S11", pages=1, ptes=_table)
def _error_path_fork(stage: Stage) -> None:
    """Like error-path, in a child, with pages that it shares with its parent."""
    child = stage.fork(stage.spawn("P", 0, stage.pages + 1), "C")
    stage.kernel.fail_allocation("page table", 2)
    stage.race_move("mremap", child, 0, stage.pages + 1, FAR - stage.pages, fails=True)


@_entry("bystander", "S12", batches=True)
def _bystander(stage: Stage) -> None:
    """The page under migration is one of the destination's old ones, and does not move."""
    task = stage.spawn("T", 0, 2 + stage.pages)
    _away_and_back(stage, task, FAR)
    stage.candidates = [(task, i) for i in range(2)] + stage.candidates[: stage.pages]


COMES_BACK = {"the child comes back": ("child",), "the parent comes back": ("parent",)}


@_entry("two-movers", "S13", pages=1, forms=COMES_BACK)
def _two_movers(who: str, stage: Stage) -> None:
    """Two processes that share a list move at once: neither may disturb the other's order."""
    pages = stage.pages
    parent = stage.spawn("P", 0, 1 + pages)
    if who == "parent":
        stage.move(parent, 1, pages, FAR)
    child = stage.fork(parent, "C")
    if who == "child":
        for position in range(1, 1 + pages):
            stage.write(child, position)
        stage.move(child, 1, pages, FAR)
        stage.race_move("mremap of P", parent, 1, pages, LOW)
        stage.race_move("mremap of C", child, FAR, pages, 1)
    else:
        for position in range(FAR, FAR + pages):
            stage.write(parent, position)
        stage.race_move("mremap of C", child, FAR, pages, LOW)
        stage.race_move("mremap of P", parent, FAR, pages, 1)


OTHER = {"another forks and exits": ("forks",), "a child exits": ("exits",)}


@_entry("third-process", "S14", pages=1, forms=OTHER)
def _third_process(somebody: str, stage: Stage) -> None:
    """Somebody else forks and exits meanwhile; the page under migration is in a third vma."""
    # P with its range away, list D N, and T, whose one vma stands behind both.
    pages = stage.pages
    first = stage.spawn("P", 0, 1 + pages)
    stage.move(first, 1, pages, FAR)
    third = stage.fork(first, "T")
    stage.unmap(third, FAR, pages)
    stage.race_move("mremap", first, FAR, pages, 1)
    stage.candidates = [(third, 0), *stage.candidates]
    if somebody == "exits":
        stage.race("exit", partial(sys_exit, third.fork("C")), 0)
        return
    other = stage.fork(first, "O")
    stage.unmap(other, FAR, pages)

    async def fork_and_exit() -> int:
        child = await sys_fork(other)
        return await sys_exit(child) if isinstance(child, Task) else child

    stage.race("fork and exit", fork_and_exit, 0)


ALONE = (
    *("fresh-destination", "merge-order", "seed-program", "merge-next", "merge-next-higher"),
    *("grandchild", "parent-after-fork", "error-path", "error-path-merged", "error-path-fork"),
)


def _quiescent(pages: int) -> Mapping[str, Form]:
    def alone(build: Callable[[Stage], None], stage: Stage) -> None:
        stage.walkers, stage.everybody_exits = 0, True
        build(stage)

    first = {name: next(iter(CATALOGUE[name].forms(pages).values())) for name in ALONE}
    return {
        name: Form(partial(alone, form.build), form.ptes_per_table) for name, form in first.items()
    }


CATALOGUE["quiescent"] = Entry(
    "quiescent",
    "S16",
    "Nobody else acts; afterwards every page is found by a walk, and nothing is left at exit.",
    _quiescent,
    pages=2,
    walkers=0,
)


UNFAULTED = {
    "swallowed by prev": (True, False),
    "next is the source": (False, False),
    "prev grows": (True, True),
}


@_entry("unfaulted", "S17", pages=1, walkers=0, forms=UNFAULTED)
def _unfaulted(below: bool, from_afar: bool, stage: Stage) -> None:
    """The source was never faulted: the merge may swallow it; the chains are empty."""
    pages = stage.pages
    start = FAR if from_afar else pages
    task = stage.kernel.spawn("T")
    for position in (-pages, start) if below else (start,):
        stage.map(task, position, pages, touch=False)
    task.read(address(start), 1)
    stage.walkers, stage.everybody_exits = 0, True
    stage.race_move("mremap", task, start, pages, 0)
    stage.written[task, 0] = bytes(8)
    stage.stays_unfaulted = task


@_entry("fork-migrating", "S18")
def _fork_migrating(stage: Stage) -> None:
    """A process forks while one of its pages is under migration."""
    parent = stage.spawn("P", 0, stage.pages)
    stage.race("fork", partial(sys_fork, parent, "P.child"))
    stage.candidates = [(parent, i) for i in range(stage.pages)]


@_entry("pte-peek", "S19", pages=1)
def _pte_peek(stage: Stage) -> None:
    """One page moves while its migration entry is looked for: v3.0 looks without the ptl."""
    _fresh_destination(stage)


@_entry("whole-migration", "", pages=1)
def _whole_migration(stage: Stage) -> None:
    """The complete migration of a page against the complete mremap that brings its range home."""
    task = stage.spawn("T", 0, 2 + stage.pages)
    stage.move(task, 2, stage.pages, FAR)
    stage.race_move("mremap", task, FAR, stage.pages, 2)
    stage.arranged = False


NEIGHBOURS = {"behind it": ((-1,),), "before it": ((1,),), "between two": ((-1, 1),)}


@_entry("merge-faulted", "", pages=1, walkers=0, forms=NEIGHBOURS)
def _merge_faulted(neighbours: tuple[int, ...], stage: Stage) -> None:
    """Moved pages merge into a vma that was never faulted; then one of them is to migrate."""
    pages = stage.pages
    task = stage.spawn("T", 0, pages)
    stage.move(task, 0, pages, FAR)
    for side in neighbours:
        stage.map(task, side * pages, pages, touch=False)
    moved, stage.walkers = stage.page_at(task, FAR), 0
    stage.race_move("mremap", task, FAR, pages, 0)
    come_back = stage.coroutines["mremap"]

    async def and_migrate() -> None:
        await come_back()
        await unmap_and_move(moved)

    stage.coroutines["mremap"] = and_migrate


@_entry("mprotect-border", "", pages=1)
def _mprotect_border(stage: Stage) -> None:
    """mprotect moves the border between an unfaulted vma and a faulted one, where the page is."""
    task = stage.spawn("T", 0, 3, touch=False)
    task.mprotect(address(0), 2 * PAGE_SIZE, PROT_READ)
    for position in range(2, 2 + stage.pages):
        stage.map(task, position, 1)
    stage.candidates = [(task, 2 + i) for i in range(stage.pages)]
    stage.read_bounds_in_three_steps()
    rights = PROT_READ | PROT_WRITE
    stage.race("mprotect", partial(sys_mprotect, task, address(1), PAGE_SIZE, rights), 0)
