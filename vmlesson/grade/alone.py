"""One function alone: what it must do to a list, a pte or a number, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from typing import Any

from ..kernel import (
    EFAULT,
    ENOMEM,
    PAGE_SIZE,
    PROT_READ,
    PROT_WRITE,
    SWAP_AGAIN,
    Kernel,
    Scenario,
    Task,
    anon_vma,
    anon_vma_chain,
    anon_vma_lock,
    anon_vma_moveto_tail,
    anon_vma_unlock,
    get_page,
    list_for_each_entry,
    lock_page,
    page,
    remove_migration_pte,
    rmap_walk_anon,
    sys_exit,
    sys_fork,
    sys_mprotect,
    sys_munmap,
    unlock_page,
    vm_area_struct,
    vma_address,
)
from ..kernel.audit import bounds_of
from ..kernel.locks import Lock
from ..kernel.migrate import copy_contents, copy_identity, unmap_for_migration
from ..kernel.mm_types import pte_slot, pte_t
from ..kernel.pgtable import alloc_page
from ..scenarios import FAR, Stage, address
from .situations import Alone, Attempt, generated

# ----------------------------------------------------------------------------- anon_vma_moveto_tail


ABOVE = 1 << 20
"""A position above 4 GiB."""


class Family:
    """vmas that must go to the tail, and the lists that they are on, as they were at the call."""

    def __init__(self, kernel: Kernel, generations: int, dsts: str) -> None:
        vmas = _generations(kernel, generations)
        choice = {"first": vmas[:1], "the one that moved": vmas[1:2], "all, twice": vmas * 2}
        self.dsts = choice.get(dsts, vmas[:1] * 2)
        self.wrong = ""
        self.walked: list[anon_vma_chain] = []

    async def call(self) -> None:
        """What mremap does: the call."""
        for dst in self.dsts:
            lists = {avc.anon_vma: avc.anon_vma.head.peek() for avc in dst.anon_vma_chain}
            chain = list(dst.anon_vma_chain)
            await anon_vma_moveto_tail(dst)
            self.wrong = self.wrong or _out_of_order(dst, lists, chain)

    async def walk(self, family: anon_vma) -> None:
        """What migration does: every vma of the list, with the root's mutex."""
        self.walked = []
        await anon_vma_lock(family)
        async for avc in list_for_each_entry(family.head):
            self.walked.append(avc)
        await anon_vma_unlock(family)

    def promise(self) -> None:
        """dst is the last of each list, once; the others keep their order."""
        wrong, self.wrong = self.wrong, ""
        assert not wrong, wrong

    def promise_of_walk(self, family: anon_vma) -> None:
        """The walk has met every vma of the list, once."""
        for avc in family.head.peek():
            met = sum(1 for one in self.walked if one is avc)
            assert met == 1, f"a walk of the list of {family} {_times(met)} {avc.__dict__['vma']}"
        self.promise()


def _out_of_order(
    dst: vm_area_struct,
    lists: dict[anon_vma, list[anon_vma_chain]],
    chain: list[anon_vma_chain],
) -> str:
    """What is not as it must be after a call for `dst`; "" if all is."""
    for family, before in lists.items():
        own = [avc for avc in before if avc.__dict__["vma"] is dst]
        right = [avc for avc in before if avc not in own] + own
        now = family.head.peek()
        if now != right:
            return (
                f"dst is {dst}; in the list of {family} it must be the last, and the others must "
                f"keep their order: {_in_order(right)}; but the list is {_in_order(now)}"
            )
    if list(dst.anon_vma_chain) != chain:
        return f"the same_vma list of {dst}, which is private to the process, has changed"
    if dst.anon_vma is not None and not chain:
        return f"{dst} was never touched, and has an anon_vma now"
    return ""


def _times(count: int) -> str:
    return f"met {count} times" if count else "never met"


def _in_order(entries: list[anon_vma_chain]) -> str:
    return ", ".join(str(entry.__dict__["vma"]) for entry in entries) or "empty"


def _generations(kernel: Kernel, generations: int) -> list[vm_area_struct]:
    """The vmas of so many generations, of which the youngest moved half of its area away.

    The youngest one's first; of no generation, a vma that was never touched.
    """
    stage = Stage(kernel, 1)
    task = kernel.spawn("P")
    stage.map(task, 0, 2, touch=generations > 0)
    for name in ("M", "G", "H")[: max(0, generations - 1)]:
        for position in range(2) if name != "M" else ():
            stage.write(task, position)
        task = stage.fork(task, name)
    if generations:
        stage.move(task, 1, 1, ABOVE)
    if generations > 1:
        stage.move(kernel.tasks[0], 0, 1, ABOVE)  # so it comes last, where the youngest was
    youngest_first = [*task.mm.vmas, *(vma for each in kernel.tasks[:-1] for vma in each.mm.vmas)]
    return youngest_first


def _called(generations: int, dst: str) -> Scenario[Family]:
    make = partial(Family, generations=generations, dsts=dst)
    return Alone(make, lambda family: {"mremap": family.call()}, Family.promise, ptes_per_table=4)


@generated(
    "The youngest of {generations} generations moved half of an area away; dst: {dst}.",
    generations=(1, 3, 2, 4),
    dst=("first", "the one that moved", "called twice", "all, twice"),
)
def moved_to_tail(generations: int, dst: str) -> Scenario[Family]:
    """The call alone: what the lists are on return."""
    return _called(generations, dst)


@generated("dst was never touched: it has no anon_vma, and is on no list.", dst=("never touched",))
def never_faulted(dst: str) -> Scenario[Family]:
    """The call with a vma that has no anon_vma."""
    return _called(0, dst)


@generated(
    "Meanwhile another CPU walks list {number} of dst's, with the root's mutex held, and must meet "
    "every vma once.",
    number=(0, 1, 2),
)
def walked_meanwhile(number: int) -> Scenario[Family]:
    """The call while another CPU walks one of the lists, under the root's mutex."""

    def walked(family: Family) -> anon_vma:
        lists: list[anon_vma] = [avc.anon_vma for avc in family.dsts[0].anon_vma_chain]
        return lists[number]

    return Alone(
        partial(Family, generations=3, dsts="first"),
        lambda family: {"mremap": family.call(), "walk": family.walk(walked(family))},
        lambda family: family.promise_of_walk(walked(family)),
    )


# -------------------------------------------------------------------------------------- vma_address

BASES = {"low": 0x1000, "above 4 GiB": (1 << 20) + 7, "where mmap places it": None}
"""Page numbers of the first page."""
BLOCKS = "An area of {pages} pages, {base}, and one more before and behind it; {where}."


class Places:
    """Pages, vmas, and where in them each is, or is not."""

    def __init__(self, kernel: Kernel, base: int | None, pages: int, where: str, own: bool) -> None:
        task = kernel.spawn("T")
        size = pages * PAGE_SIZE
        start = None if base is None else base * PAGE_SIZE
        first = task.mmap(size + 2 * PAGE_SIZE, addr=start)
        inner = first + PAGE_SIZE
        touched = {first, inner, inner + pages // 2 * PAGE_SIZE, inner + size - PAGE_SIZE}
        touched.add(inner + size)
        for at in touched:
            task.write(at, b"x")
        task.mprotect(inner, size, PROT_READ)
        self.moved = 0
        if where != "at home":
            away = inner + 3 * (size if where == "moved up" else -size)
            task.mremap(inner, size, size, 3, away)
            self.moved = away - inner
        slots = [(at, at + self.moved * (first < at < inner + size)) for at in sorted(touched)]
        places = [(_page_at(task, now), now) for _, now in slots]
        self.asked = [
            (found, vma, now if is_own else -EFAULT)
            for found, now in places
            for vma in task.mm.vmas
            for is_own in [bounds_of(vma)[0] <= now < bounds_of(vma)[1]]
            if is_own is own
        ]
        self.got: list[Any] = []

    async def ask(self) -> None:
        """What a walk does."""
        self.got = [await vma_address(found, vma) for found, vma, _ in self.asked]

    def promise(self) -> None:
        """Every answer is right."""
        wrong = [
            f"for index {found.__dict__['index']:#x} in {vma!r} it returned {_address(got)}, and "
            f"{_address(right)} is right"
            for (found, vma, right), got in zip(self.asked, self.got, strict=True)
            if got != right
        ]
        assert not wrong, "; ".join(wrong[:3])


def _page_at(task: Task, at: int) -> page:
    slot = task.mm.slot_at(at)
    assert slot is not None
    assert slot.pte.page is not None
    return slot.pte.page


def _address(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return repr(value)
    return "-EFAULT" if value == -EFAULT else f"{value:#x}"


def _placed(base: str, pages: int, where: str, own: bool) -> Scenario[Places]:
    make = partial(Places, base=BASES[base], pages=pages, where=where, own=own)
    return Alone(make, lambda places: {"walk": places.ask()}, Places.promise, ptes_per_table=4)


@generated(BLOCKS, pages=(3, 1, 513), base=BASES, where=("at home",))
def at_home(pages: int, base: str, where: str) -> Scenario[Places]:
    """Pages that are in the vma, which never moved."""
    return _placed(base, pages, where, own=True)


@generated(BLOCKS, pages=(3, 1, 513), base=BASES, where=("moved up", "moved down"))
def moved(pages: int, base: str, where: str) -> Scenario[Places]:
    """Pages that are in the vma, which keeps its vm_pgoff."""
    return _placed(base, pages, where, own=True)


@generated(BLOCKS, pages=(3, 1, 513), base=BASES, where=("at home", "moved up", "moved down"))
def outside(pages: int, base: str, where: str) -> Scenario[Places]:
    """Pages that are in another vma of the same list."""
    return _placed(base, pages, where, own=False)


# ----------------------------------------------------------------------------------- rmap_walk_anon


class Visits:
    """A page, the vmas in which it may be, and whom the walk called back for."""

    def __init__(self, kernel: Kernel, whose: str, stop: int, value: int) -> None:
        self.stop, self.value = stop, value
        self.argument = ("what is handed through",)
        self.calls: list[tuple[Any, ...]] = []
        self.unlocked = False
        self.result: Any = None
        stage = Stage(kernel, 1)
        task = kernel.spawn("P")
        stage.map(task, 0, 6, touch=False)
        stage.write(task, 0)
        stage.write(task, 1)
        stage.move(task, 2, 2, FAR)  # it is on the list, and has no page table
        for name in ("C", "G"):
            task = stage.fork(task, name)
            if whose == name:
                stage.write(task, 1)
        stage.fork(task, "H")
        place = 4 if whose == "P, since the forks" else 1
        if place == 4:
            stage.write(kernel.tasks[0], 4)  # where the others have no page table
        owner = {each.name: each for each in kernel.tasks}.get(whose, kernel.tasks[0])
        self.page = stage.page_at(owner, place)
        if whose == "nobody":
            self.page.__dict__["mapping"] = None
        self.right = list(_places_of(self.page))

    async def walk(self) -> None:
        """What migration does."""
        await lock_page(self.page)
        self.result = await rmap_walk_anon(self.page, self.visit, self.argument)
        await unlock_page(self.page)

    @property
    def visit(self) -> Callable[..., Coroutine[Any, Any, int]]:
        """The callback: ends the walk at the call that was chosen."""

        async def rmap_one(found: page, vma: vm_area_struct, at: int, arg: Any) -> int:
            family = self.page.mapping
            if family is not None and Lock.owner.peek(family.root.mutex) is None:
                self.unlocked = True
            self.calls.append((found, vma, at, arg))
            return self.value if len(self.calls) == self.stop else SWAP_AGAIN

        return rmap_one

    def promise(self) -> None:
        """Every vma in which the page may be, in order; and what came last is returned."""
        calls, self.calls = self.calls, []
        unlocked, self.unlocked = self.unlocked, False
        right = self.right[: self.stop] if self.stop else self.right
        assert [(vma, at) for _, vma, at, _ in calls] == right, (
            f"rmap_one must be called for {_visits(right)}, in this order; it was called for "
            f"{_visits([(vma, at) for _, vma, at, _ in calls])}"
        )
        assert all(found is self.page and arg == self.argument for found, _, _, arg in calls), (
            "rmap_one must be called with the page and with arg, as they were given"
        )
        assert not unlocked, "rmap_one was called without the mutex of the anon_vma's root"
        wanted = self.value if self.stop else SWAP_AGAIN
        assert self.result == wanted, f"it returned {self.result!r}, and rmap_one last {wanted}"


def _places_of(found: page) -> Iterator[tuple[vm_area_struct, int]]:
    """Each vma of the page's list in which it may be, and where; in order.  Plain."""
    family, index = found.__dict__["mapping"], found.__dict__["index"]
    for avc in family.head.peek() if family is not None else ():
        vma = avc.__dict__["vma"]
        start, end, pgoff = bounds_of(vma)
        at = start + (index - pgoff) * PAGE_SIZE
        if start <= at < end:
            yield vma, at


def _visits(visits: list[tuple[Any, int]]) -> str:
    return ", ".join(f"{vma} at {at:#x}" for vma, at in visits) or "none"


def _visited(whose: str, stop: int = 0, value: int = 0) -> Scenario[Visits]:
    make = partial(Visits, whose=whose, stop=stop, value=value)
    return Alone(make, lambda visits: {"walk": visits.walk()}, Visits.promise, ptes_per_table=4)


@generated(
    "Four generations share a list, in which some vmas have no page table; the page is {whose}'s.",
    whose=("P", "C", "G", "P, since the forks"),
)
def visited(whose: str) -> Scenario[Visits]:
    """A walk alone, to the end of the list."""
    return _visited(whose)


@generated(
    "The page is {whose}'s; call number {stop} of rmap_one returns {value}, which is not "
    "SWAP_AGAIN.",
    whose=("P", "C"),
    stop=(1, 2, 3),
    value=(77, 0, -ENOMEM),
)
def ended(whose: str, stop: int, value: int) -> Scenario[Visits]:
    """A walk that rmap_one ends."""
    return _visited(whose, stop, value)


@generated("A page that has no anon_vma: there is nothing to walk.", page=("of nobody",))
def nothing_to_walk(page: str) -> Scenario[Visits]:
    """A page without an anon_vma."""
    return _visited("nobody")


# ---------------------------------------------------------------------------- remove_migration_pte

ENTRIES = (
    "its own entry, for writing",
    "its own entry, for reading",
    "its own entry, and the new page has no anon_vma yet",
    "the entry of another page",
    "a page that is mapped",
    "no page, in a table",
    "no page table",
)


class Restored:
    """A page that came to another frame, and a place where an entry for it may be."""

    def __init__(self, kernel: Kernel, entry: str, position: int) -> None:
        stage = Stage(kernel, 1)
        parent = kernel.spawn("P")
        stage.map(parent, 0, 3)
        parent.mmap(3 * PAGE_SIZE, addr=address(3), fixed=True)
        parent.mmap(PAGE_SIZE, addr=address(FAR), fixed=True)
        task = stage.fork(parent, "C") if entry == ENTRIES[1] else parent
        self.old = stage.page_at(task, position)
        other = stage.page_at(task, position + 1)
        self.new = kernel.run(_in_migration(self.old))
        if entry == ENTRIES[2]:
            self.new.mapping, self.new.index = None, 0
        if entry == ENTRIES[3]:
            kernel.run(_in_migration(other))
        places = {ENTRIES[3]: position + 1, ENTRIES[4]: position + 1, ENTRIES[5]: 4}
        self.at = address(FAR if entry == ENTRIES[6] else places.get(entry, position))
        self.vma = next(
            vma for vma in task.mm.vmas if bounds_of(vma)[0] <= self.at < bounds_of(vma)[1]
        )
        self.mine = entry in ENTRIES[:3]
        self.kernel = kernel
        self.before = self._state()
        self.result: Any = None

    async def call(self) -> None:
        """What the walk does."""
        self.result = await remove_migration_pte(self.new, self.vma, self.at, self.old)

    def _state(self) -> dict[Any, Any]:
        """Every pte, and of every page what says who maps it."""
        slots = {
            slot: pte_slot.pte.peek(slot)
            for slot in self.kernel.objects.values()
            if isinstance(slot, pte_slot)
        }
        pages = [each for each in self.kernel.objects.values() if isinstance(each, page)]
        fields = (page.mapcount, page.count, page.mapping, page.index)
        return {**slots, **{each: tuple(field.peek(each) for field in fields) for each in pages}}

    def promise(self) -> None:
        """An entry for the page is a pte of the new one; everything else is as it was."""
        now = self._state()
        right = dict(self.before)
        slot = next(
            (
                s
                for s in right
                if isinstance(s, pte_slot) and s.address == self.at and s.mm is self.vma.vm_mm
            ),
            None,
        )
        if self.mine:
            mapped, count, family, index = right[self.new]
            if family is None:
                vma = self.vma.__dict__
                family = vma["anon_vma"].root
                index = vma["vm_pgoff"] + (self.at - vma["vm_start"]) // PAGE_SIZE
            right[self.new] = mapped + 1, count + 1, family, index
            entry, pte = right.pop(slot), now.pop(slot)
            assert isinstance(pte, pte_t)
            assert (pte.kind, pte.page) == ("present", self.new), (
                f"the entry for the old page must become a pte of the new one; the pte at "
                f"{self.at:#x} is {pte}"
            )
            assert entry.write or not pte.write, "a pte has become writable that was not"
        for what in {**right, **now}:
            old, got = right.get(what), now.get(what)
            named = "the new page" if what is self.new else what
            shown = "mapcount, count, mapping, index are" if isinstance(what, page) else "it is"
            assert old == got, f"{named}: {shown} {got}, and {old} is right"
        assert self.result == SWAP_AGAIN, f"it returned {self.result!r}, and not SWAP_AGAIN"


async def _in_migration(old: page) -> page:
    """Half of a migration, alone; the new page, locked, which no pte maps yet."""
    new = alloc_page()
    assert new is not None
    await get_page(old)
    await unmap_for_migration(old)
    await lock_page(new)
    await copy_identity(new, old)
    await copy_contents(new, old)
    return new


@generated(
    "The function alone; at the address is {entry}; page {position} of its area.",
    position=(0, 1),
    entry=ENTRIES,
)
def restored(position: int, entry: str) -> Scenario[Restored]:
    """One pte, and the page that may go into it."""
    make = partial(Restored, entry=entry, position=position)
    return Alone(make, lambda one: {"walk": one.call()}, Restored.promise, ptes_per_table=4)


CALLS: Mapping[str, Callable[[Task], Coroutine[Any, Any, Any]]] = {
    "munmap": lambda task: sys_munmap(task, address(0), PAGE_SIZE),
    "mprotect": lambda task: sys_mprotect(task, address(0), PAGE_SIZE, PROT_READ),
    "fork": sys_fork,
    "exit": sys_exit,
}


@generated(
    "A page that parent and child share is put back, and {who} calls {call} meanwhile.",
    call=CALLS,
    who=("P", "C"),
)
def restored_meanwhile(call: str, who: str) -> Scenario[Stage]:
    """Somebody acts on the page while its ptes are put back."""

    def setup(kernel: Kernel) -> Stage:
        stage = Stage(kernel, 1, 1, 0)
        parent = kernel.spawn("P")
        stage.map(parent, 0, 1)
        child = stage.fork(parent, "C")
        task = parent if who == "P" else child
        stage.begin_migrations()
        stage.race(call, lambda: CALLS[call](task))
        if call in ("munmap", "exit"):
            stage.written.pop((task, 0))
        stage.end_of_setup()
        return stage

    return Attempt(setup, Stage.cpus, _still_apart)


def _still_apart(stage: Stage) -> None:
    """Nothing is lost; and what the child writes is the child's alone."""
    stage.promise()
    if len(stage.written) > 1:
        parent, child = stage.kernel.tasks[:2]
        before = stage.written[parent, 0]
        child.mprotect(address(0), PAGE_SIZE, PROT_READ | PROT_WRITE)
        child.write(address(0), b"the child's own")
        got = parent.read(address(0), len(before))
        assert got == before, (
            f"the parent reads {got!r} after the child has written: a page that they share has "
            f"become writable"
        )
