"""Moves by the hundred: system calls alone, compared with what Linux's own functions do.

A move is described by who moves, how much, from where to where, and what fails meanwhile.  Its
set-up and its right outcome are Linux's; only the calls that count are made with the answer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from itertools import product, starmap
from pathlib import Path
from typing import Any

from ..kernel import EFAULT, PAGE_SIZE, PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE, Finding
from ..kernel import Kernel, Scenario, Task, anon_vma_lock, anon_vma_unlock, page
from ..kernel import sys_exit, sys_fork, sys_mmap, sys_mprotect, sys_mremap, sys_munmap, sys_write
from ..kernel import unmap_and_move, vm_area_struct
from ..kernel.audit import bounds_of, slots_of, vmas_of, vmas_on
from ..kernel.locks import Lock
from ..kernel.mremap import MREMAP_FIXED, MREMAP_MAYMOVE
from ..kernel.mremap import move_ptes as linux_move_ptes
from ..kernel.pgtable import slots_between
from ..kernel.scenario import Patches
from ..kernel.tree import move_ptes as move_ptes_of_tree
from ..scenarios import address
from .alone import map_strangers
from .cause import ORDER
from .reference import Reference, difference, written
from .situations import Alone, Situation, Situations, generated

BASES = (0x1000, (1 << 20) + 0x100, (0x7FF << 24) + 0x100)
"""Page numbers of the middle of what is mapped: low, above 4 GiB, and near the top."""
TO = MREMAP_MAYMOVE | MREMAP_FIXED
"""The flags of a move to a place that is named."""


# --------------------------------------------------------------------------------- what came of it

MAPPED = "{} has mapped"
FAULTED = "the part of {}'s memory with an anon_vma, which a merge hands on, is"


def seen(kernel: Kernel) -> dict[str, str]:
    """What is mapped, has an anon_vma, and is stored, of each process.  Plain."""
    facts = {}
    for task in kernel.tasks:
        vmas = vmas_of(task.mm)
        facts[MAPPED.format(task)] = _ranges(vmas)
        faulted = [vma for vma in vmas if vma.__dict__["anon_vma"]]
        facts[FAULTED.format(task)] = _ranges(faulted)
        for slot, pte in slots_of(task.mm):
            stored = pte.page.__dict__["contents"][:8] if pte.page else bytes(8)
            facts[f"{task}'s page at {slot.address:#x} is"] = repr(stored)
    return facts


def _ranges(vmas: Iterable[vm_area_struct]) -> str:
    """What vmas cover; of two that touch, as one."""
    found: list[tuple[int, int]] = []
    for start, end, _ in map(bounds_of, vmas):
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    return ", ".join(f"{start:#x}-{end:#x}" for start, end in found) or "nothing"


# ------------------------------------------------------------------------------ the order, watched


async def move_ptes(*batch: Any) -> None:
    """Linux's; but a page moves only if no walk of its list can miss it, and else that is reported.

    From v3.7 on Linux's is told whether to take the root mutex; then no walk is there.
    """
    vma, old_table, old_addr, old_end, new_vma, _, new_addr, *need_rmap_locks = batch
    for what, vma_of_it, at in (("source", vma, old_addr), ("destination", new_vma, new_addr)):
        is_vma = isinstance(vma_of_it, vm_area_struct)  # its bounds are read: it may be freed
        if not is_vma or not vma_of_it.vm_start <= at < vma_of_it.vm_end:
            raise Finding("promise", f"the {what} of the move is {at:#x}, not in {vma_of_it}")
    if any(need_rmap_locks):
        return await move_ptes_of_tree(*batch[:7])
    for slot in slots_between(old_table, old_addr, old_end):
        moving = type(slot).pte.peek(slot).page
        family = None if moving is None else page.mapping.peek(moving)
        if family is None or Lock.owner.peek(family.root.mutex) is not None:
            continue
        order = vmas_on(family)
        if vma in order and new_vma in order and order.index(new_vma) < order.index(vma):
            unlocked = ", whose root's mutex was not held" if need_rmap_locks else ""
            raise Finding(
                "promise",
                f"when the page at {slot.address:#x} moved from {vma} to {new_vma}, {ORDER} in the "
                f"list of {family}{unlocked}: a walk can miss the page",
            )
    await linux_move_ptes.function(*batch[:7])


def undisturbed(function: Any) -> Callable[..., Any]:
    """The same; but its calls are looked at as `Running.undisturbed` ones."""

    @wraps(function)
    def called(*args: Any) -> Any:
        running = function(*args)
        if hasattr(running, "undisturbed"):
            running.undisturbed = True
        return running

    return called


class Watched(Alone[Any]):
    """Calls that nobody disturbs, with an eye on the order whenever ptes move, and on the lock."""

    def program(self, release: str | None = None, patches: Patches = ()) -> Any:
        """With the answer, and both eyes."""
        return super().program(release, (*map(undisturbed, patches), move_ptes))


@dataclass(eq=False)
class Calls(Reference):
    """System calls, and what Linux makes of them.

    Attributes:
        may_fail: whether -ENOMEM with nothing changed is right, too: an allocation fails that an
            answer may need and Linux does not.
        with_lists: whether the lists must be as Linux leaves them, and not only safe.
    """

    scenario = Watched
    may_fail = False
    with_lists = False

    def seen(self) -> dict[str, str]:
        """Everything; of the lists, where their order counts, how they are walked."""
        facts, families = seen(self.kernel), self.kernel.anon_vmas() if self.with_lists else ()
        walks = sorted(", ".join(map(str, vmas_on(family))) for family in families)
        return facts | {"the lists are": " / ".join(walks)}

    async def call(self) -> None:
        self.results = []
        for number, each in enumerate(self.calls(), 1):
            name = getattr(each, "__name__", "") or getattr(each, "name", "")
            self.results.append({f"{name} (call {number}) returns": written(await each)})

    def promise(self) -> None:
        """What came of it is what Linux makes of it."""
        now, right = self.seen(), dict(self.afterwards)
        failed = "-ENOMEM" in self.results[-1].values()
        if not (self.may_fail and failed and now == self.before):
            super().promise()
            for task in self.kernel.tasks:  # whoever gives an anon_vma to all of it harms nobody
                faulted = FAULTED.format(task)
                if faulted in now and now[faulted] == right.get(MAPPED.format(task)):
                    right[faulted] = now[faulted]
            wrong = difference(now, right, "lost")
            assert not wrong, f"afterwards {wrong}"
        broken = self.kernel.audit()
        assert not broken, broken[0]


# ----------------------------------------------------------------------------------------- one move

FAR, LOW = 1091, -1085
"""Positions of new places: three pages before the end of a table, so that a move needs two."""
FARTHEST, LOWEST = 1 << 34, (0x7FF << 24) - (1 << 14)
"""By how many pages a new place is farther away where there is room for it: above, and below,
where the addresses are less than the indices of what was near the top."""
RIGHTS = (None, PROT_NONE, None, PROT_READ | PROT_EXEC, PROT_READ)
"""What the moved memory may be used for in the end; as it was, where nothing is said."""
PLACES: dict[str, Callable[[int], tuple[int, int, int]]] = {
    "to a new place above": lambda n: (2, FAR, n + 4),
    "to a new place below": lambda n: (2, LOW, n + 4),
    "back behind what stayed": lambda n: (FAR, 2, n + 2),
    "back before what stayed": lambda n: (FAR, 2, n + 4),
    "back before what is older": lambda n: (FAR, 2, n + 4),
    "back behind a stranger": lambda n: (FAR, 2, n + 2),
    "back behind what is read-only": lambda n: (FAR, 2, n + 2),
    "back into its hole": lambda n: (FAR, 2, n + 4),
    "back from right behind its hole": lambda n: (n + 2, 2, n + 2),
    "up onto its own vma": lambda n: (2, n + 2, 2 * n + 3),
    "down onto its own vma": lambda n: (n + 2, 2, 2 * n + 3),
    "into a hole before its own vma": lambda n: (n + 2, 1, 2 * n + 3),
}
"""Of a move of n pages: the positions of source and target, and how many are mapped, from 0 on."""
CHILD = "K"
"""The child of who moves "after a fork"."""
PARENT = "P, who has five children"
FRONT = "back behind what stayed, while the rear stays away"
MIDDLE = "to a new place above, out of the middle of its vma"
MOVERS = ("P", "C", "P after a fork", "C, who has written", "G")
TOUCHED = ("all over", "first", "last", "read", "none")
LENGTHS = ("keeps its length", "shrinks", "grows")
FAILS = (None, *product(("page table", "vma", "avc"), (1, 2)))


def touches(touched: str, pages: int, number: int) -> dict[int, bool]:
    """Which pages of a range, from 0 on, are touched before it moves, and whether by a write."""
    last, middle = pages - 1, (pages - 1) // 2
    zero = touched == "all over" and number % 4 == 1 and last > 0  # then the first is only read
    ends = {"first": [0], "last": [last], "none": [], "far apart": [0, 5, 70, 600, 900]}
    between = [middle, middle + 1][: last - 1]
    inside = ends.get(touched, [0, int(zero), *between, last][number % 8 == 5 :])
    return {place: touched != "read" and not (zero and place == 0) for place in inside}


@dataclass(eq=False)
class Move(Calls):
    """One mremap with MREMAP_FIXED, of pages that some of a family share."""

    mover: str
    pages: int
    place: str
    touched: str
    length: str
    fails: tuple[str, int] | None
    base: int
    number: int = 0

    def seen(self) -> dict[str, str]:
        """Everything; but what cannot be cut out of the middle at first may be so at last."""
        facts = super().seen()
        ranges = [each.format(task) for task in self.kernel.tasks for each in (MAPPED, FAULTED)]
        return {what: facts[what] for what in facts if self.place != MIDDLE or what not in ranges}

    def at(self, position: int) -> int:
        """The address of a position."""
        if position >= FAR and self.base <= BASES[0]:
            position += FARTHEST
        if position < 0 and self.base > BASES[1]:
            position -= LOWEST
        return (self.base + position) * PAGE_SIZE

    def set_up(self) -> None:
        """Map, touch, fork, and move away what is to come back."""
        kernel, pages = self.kernel, self.pages
        rear = pages if self.place == FRONT else 0
        self.source, self.target, mapped = PLACES[self.place.partition(",")[0]](pages + rear)
        if self.source == FAR and self.number // 3 % 2:
            self.source = LOW
        parent = kernel.spawn("P")
        home, size = self.at(0), mapped * PAGE_SIZE
        faulted = self.touched not in ("read", "none") and "stranger" not in self.place
        if faulted and self.source in (FAR, LOW) and self.number % 4 == 2:
            home = self.at(self.source) - 2 * PAGE_SIZE
        before = 2 * PAGE_SIZE if self.number % 4 == 3 else 0
        parent.mmap(before + size, addr=home - before, fixed=True)
        if home != self.at(0):  # what moves was at home where it is, and what stays was not
            parent.write(home, b"x")
            parent.mremap(home, size, size, TO, self.at(0))
        self._touch(parent)
        if before:  # what stays of it is the first in every list
            parent.munmap(self.at(0) - PAGE_SIZE, PAGE_SIZE)
        task = parent
        for descendant in "CGH"[: "PCGH".index(self.mover[0])]:
            task = task.fork(descendant)
        if "written" in self.mover:
            self._touch(task)
        if "hole before" in self.place:
            task.munmap(self.at(self.target), pages * PAGE_SIZE)
        if "is older" in self.place:  # the lower end goes away, and what stays keeps its vma
            task.munmap(self.at(0), 2 * PAGE_SIZE)
        for number in range(5 if self.mover == PARENT else 0):  # who stand before what goes away
            parent.fork(f"K{number}")
        if self.place.startswith("back"):
            size = (pages + rear) * PAGE_SIZE
            task.mremap(self.at(2), size, size, TO, self.at(self.source))
        if "before what stayed" in self.place or "stranger" in self.place:
            task.munmap(self.at(0), 2 * PAGE_SIZE)
        if "stranger" in self.place:  # it fits, but has an anon_vma of its own
            task.mmap(2 * PAGE_SIZE, addr=self.at(0), fixed=True)
            task.write(self.at(1), b"new")
        if "read-only" in self.place:
            task.mprotect(self.at(0), 2 * PAGE_SIZE, PROT_READ)
        if "after" in self.mover or (self.fails and self.number % 3 == 1):
            parent.fork(CHILD)
        if self.number % 2 and not faulted and "right behind" in self.place:
            task.write(self.at(1), b"x")  # so a faulted vma swallows one that was never touched
        self.task = task
        self._be_one_of_many()
        if self.fails is not None:
            self.may_fail = self.fails[0] != "page table"
            kernel.fail_allocation(*self.fails)

    def _be_one_of_many(self) -> None:
        """What is nothing to a move, and may be so or otherwise: other vmas, and rights."""
        rights = RIGHTS[self.number % len(RIGHTS)]
        if rights is not None and "read-only" not in self.place:
            for start, end, _ in map(bounds_of, self.task.mm.vmas):
                self.task.mprotect(start, end - start, rights)
        if self.number % 2:
            map_strangers(self.task)

    def _touch(self, task: Task) -> None:
        """Touch what is touched of the range and, if anything is, the page before it."""
        start = 2 if self.place.startswith("back") else self.source
        inside = touches(self.touched, self.pages, self.number)
        before = {-1: self.touched != "read"} if inside else {}
        for place, writes in (before | inside).items():
            position = start + place
            if writes:
                task.write(self.at(position), f"{task} {position}".encode())
            else:
                task.read(self.at(position), 1)

    async def wait(self) -> None:
        """What a walk does that meets nobody: it holds the mutex of the lists for a while."""
        family = next(vma.anon_vma for vma in vmas_of(self.task.mm) if vma.anon_vma)
        await anon_vma_lock(family)
        await anon_vma_unlock(family)

    def calls(self) -> Iterator[Awaitable[Any]]:
        new_pages = self.pages + dict(zip(LENGTHS, (0, -1, 1), strict=True))[self.length]
        sizes = self.pages * PAGE_SIZE, new_pages * PAGE_SIZE
        yield sys_mremap(self.task, self.at(self.source), *sizes, TO, self.at(self.target))


CHOICES: dict[str, tuple[Any, ...]] = {
    "fails": FAILS,
    "pages": (2, 1, 6, 513),
    "length": LENGTHS,
    "mover": MOVERS,
    "touched": TOUCHED,
    "place": tuple(PLACES),
}
"""What describes a move, the usual first."""


KEPT = Path(__file__).with_name("moves.json")
"""The combinations of `CHOICES` in which Linux does something of its own: see tools/moves.py."""


MORE: tuple[tuple[Any, ...], ...] = (
    (("page table", 2), 1030, LENGTHS[0], "P", "far apart", "to a new place above"),
    (("page table", 1), 1030, LENGTHS[0], "C", "far apart", "back behind what stayed"),
    (("vma", 2), 2, LENGTHS[0], "P", "all over", MIDDLE),
    (None, 3, LENGTHS[0], "P", "all over", FRONT),
    (None, 3, LENGTHS[0], "C", "all over", FRONT),
    *(
        (None, 2, LENGTHS[0], PARENT, "all over", place)
        for place in PLACES
        if "what stayed" in place
    ),
)
"""Others, in which Linux does the same as in one of these, and an answer may not."""


@cache
def _kept() -> tuple[Situation, ...]:
    rows = json.loads(KEPT.read_text(encoding="utf-8"))
    found = tuple(_situation(number, values) for number, values in enumerate(rows))
    more = starmap(_situation, enumerate(MORE, len(found)))
    # First those without strangers: they are easier to look at.
    return (*found[::2], *found[1::2], *more)


def _situation(number: int, values: Sequence[Any]) -> Situation:
    chosen = dict(zip(CHOICES, values, strict=True))
    fails = chosen["fails"]
    lacking = "" if fails is None else f"; {fails[0]} number {fails[1]} cannot be allocated"
    inside = touches(chosen["touched"], chosen["pages"], number).items()
    touched = [f"{place} by a {'write' if writes else 'read'}" for place, writes in inside]
    sentence = (
        f"One mremap, by {chosen['mover']}: {chosen['pages']} page{'s' * (chosen['pages'] > 1)} "
        f"{chosen['place']}, and the range {chosen['length']}; touched before (pages from 0 on): "
        f"{', '.join(touched) or 'none'}{lacking}. Nobody else acts."
    )
    name = f"move {number}, {chosen['place']}"
    table, base = 512 if chosen["pages"] > 500 else 4, BASES[number % len(BASES)]
    if fails is None and number // 6 % 2:
        base -= 2  # so that a page table begins with what moves
    move = Move.alone("mremap", table, base=base, number=number, **chosen)
    return Situation(name, sentence, move, {}, chosen)


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


def _beside(
    name: str, act: Callable[[Any], Any], *values: Any, move: type[Move] = Move
) -> Scenario[Move]:
    """A move of these choices, and a CPU of that name which acts meanwhile."""
    chosen: dict[str, Any] = dict(zip(CHOICES, values, strict=True))
    return Watched(
        partial(move, base=BASES[0], **chosen),
        lambda one: {"mremap": one.call(), name: act(one)},
        move.promise,
        ptes_per_table=4,
    )


@generated(
    "One mremap, by {mover}: 6 pages {place}; {allocation}. Meanwhile another CPU holds the mutex "
    "of their lists.",
    mover=("P", "C, who has written", "H"),
    place=("to a new place above", "back behind what stayed"),
    allocation=("no allocation fails", "page table number 2 cannot be allocated"),
)
def waited_for(mover: str, place: str, allocation: str) -> Scenario[Move]:
    """A move that finds the mutex taken, and must come to the same."""
    fails = ("page table", 2) if "cannot" in allocation else None
    return _beside("walk", Move.wait, fails, 6, LENGTHS[0], mover, TOUCHED[0], place)


@dataclass(eq=False)
class Left(Move):
    """A move in a family, one of whom exits: what that one has had is nobody's any more."""

    def seen(self) -> dict[str, str]:
        """What there is of the others."""
        return {what: found for what, found in super().seen().items() if CHILD not in what}

    async def leave(self) -> None:
        """The child's exit: its vmas go off the lists, with their mutex."""
        await sys_exit(self.kernel.tasks[-1])


@generated(
    f"One mremap, by P: 2 pages {{place}}; {{allocation}}. Meanwhile its child {CHILD} exits.",
    place=("to a new place above", "back behind what stayed"),
    allocation=("no allocation fails", "page table number 1 cannot be allocated"),
)
def left_meanwhile(place: str, allocation: str) -> Scenario[Move]:
    """A move, while somebody goes off the lists."""
    fails = ("page table", 1) if "cannot" in allocation else None
    values = fails, 2, LENGTHS[0], "P after a fork", TOUCHED[0], place
    return _beside("exit", Left.leave, *values, move=Left)


# --------------------------------------------------------------------------------------- at random


KINDS = ("move", "move", "move", "write", "migrate", "migrate", "unmap", "protect")
BEFORE = (*KINDS, "map", "map", *["write"] * 8)
"""What may come before those that count: so that there is something to be moved."""
ON_PAGES = ("move", "migrate", "unmap", "protect")
"""What is done where a page is, if there is one."""
THROWS = 100


@dataclass(eq=False)
class Random(Calls):
    """Calls at random of a family of three, on few pages, with migrations between them."""

    seed: int
    with_lists: bool = False

    def set_up(self) -> None:
        """Some calls of Linux's own; then chance decides which ones will count."""
        self.random = random.Random(self.seed)
        self.kernel.spawn("P").mmap(8 * PAGE_SIZE, addr=address(0), fixed=True)
        for number in range(24):
            self._done(("fork",) if number in (10, 18) else BEFORE)
        before = self.kernel.snapshot()
        self.thrown = [self._done(KINDS) for _ in range(8)]
        self.kernel.restore(before)

    def _done(self, kinds: Sequence[str]) -> tuple[Any, ...]:
        """A call that was thrown, and has done something: one that does nothing tests nothing."""
        for _ in range(THROWS):
            thrown = self._throw(kinds)
            returned = self.kernel.run(self._call(*thrown))
            if not (isinstance(returned, int) and returned < 0):
                break
        return thrown

    def _throw(self, kinds: Sequence[str]) -> tuple[Any, ...]:
        """What, by whom, where, to where, and how many pages: it starts at one that is there."""
        kind, count = self.random.choice(kinds), self.random.randint(1, 3)
        position, target = self.random.sample((0, 2, 4, 6, 16, 18, 20, 22), 2)
        who, at = self.random.randrange(len(self.kernel.tasks)), address(position)
        there = [
            (number, slot.address)
            for number, task in enumerate(self.kernel.tasks)
            for slot, pte in slots_of(task.mm)
            if pte.page
        ]
        if there and kind in ON_PAGES:
            who, at = self.random.choice(there)
        return kind, who, at, address(target), count

    def calls(self) -> Iterator[Awaitable[Any]]:
        return starmap(self._call, self.thrown)

    def _call(self, kind: str, who: int, at: int, to: int, count: int) -> Awaitable[Any]:
        task, size = self.kernel.tasks[who], count * PAGE_SIZE
        match kind:
            case "move":
                return sys_mremap(task, at, size, 2 * PAGE_SIZE, TO, to)
            case "write":
                return sys_write(task, at, f"{task} {at:x}".encode())
            case "map":
                return sys_mmap(task, 4 * PAGE_SIZE, at, fixed=True)
            case "unmap":
                return sys_munmap(task, at, PAGE_SIZE)
            case "protect":
                rights = PROT_READ if count == 1 else PROT_READ | PROT_WRITE
                return sys_mprotect(task, at, 2 * PAGE_SIZE, rights)
            case "fork":
                return sys_fork(task, "CD"[len(self.kernel.tasks) - 1])
        return move_pages(task, at)


async def move_pages(task: Task, at: int) -> int:
    """move_pages(2) of one page; -EFAULT if none is mapped there."""
    slot = task.mm.slot_at(at)
    if slot is None or slot.pte.kind != "present" or slot.pte.page is None:
        return -EFAULT
    return await unmap_and_move(slot.pte.page)


MANY = "Moves, writes, migrations and more at random, one after the other: number {seed}."


random_calls = generated(MANY, seed=range(12))(partial(Random.alone, "calls"))
random_lists = generated(MANY, seed=range(12))(partial(Random.alone, "calls", with_lists=True))
