"""One function alone: what it does to a list, a pte or a number, whatever it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any

from ..kernel import EAGAIN, EFAULT, ENOMEM, PAGE_SIZE, PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE
from ..kernel import SWAP_AGAIN, Kernel, Scenario, Task, anon_vma, anon_vma_chain, anon_vma_lock
from ..kernel import anon_vma_moveto_tail, anon_vma_unlock, down_write, get_page
from ..kernel import list_for_each_entry, lock_page, page, page_get_anon_vma, put_page
from ..kernel import pte_offset_map_lock, pte_unmap_unlock, ptep_get_and_clear
from ..kernel import remove_migration_pte, rmap_walk_anon, set_pte_at, spin_lock, spin_unlock
from ..kernel import sys_exit, sys_fork, sys_mprotect, sys_munmap, unlock_page, up_write
from ..kernel import vm_area_struct, vma_address, walk_order
from ..kernel.audit import bounds_of, families_of, slots_of, vma_at, vmas_on
from ..kernel.locks import Lock
from ..kernel.migrate import copy_contents, copy_identity, unmap_for_migration
from ..kernel.mm_types import ACCESS, detach_vma, pte_slot
from ..kernel.pgtable import alloc_page
from ..kernel.rmap import try_to_unmap_one
from ..scenarios import FAR, Stage, address, page_at
from .reference import OF_A_WALK, Reference, difference, listed, written
from .situations import Alone, Attempt, Situations, both, generated
from .stub import refuse_names

# ----------------------------------------------------------------------------- anon_vma_moveto_tail


STAYED, WENT = "the half that stayed", "the half that moved"
TWICE, EACH = f"{STAYED}, twice", "each vma in turn, and then each again"
ONLY = f"{STAYED}, and the other is unmapped"
ABOVE = 0x7FF << 24
"""A position far above 4 GiB, near the top."""


@dataclass(eq=False)
class Family(Reference):
    """vmas that must go to the tail, and the lists that they are on."""

    generations: int
    dst: str
    walked: list[anon_vma_chain] = field(default_factory=list)

    def set_up(self) -> None:
        """The youngest of the generations has moved half of its area away."""
        vmas = _generations(self.kernel, self.generations)
        twice = {TWICE: vmas[:1] * 2, EACH: vmas * 2}
        once = vmas[1:2] if self.dst == WENT else vmas[:1]
        self.dsts = twice.get(self.dst, once)
        if self.dst == ONLY:
            (at, end, _), task = bounds_of(vmas[1]), self.kernel.tasks[self.generations - 1]
            task.munmap(at, end - at)

    def calls(self) -> Iterator[Awaitable[Any]]:
        yield from map(self._to_tail, self.dsts)

    async def _to_tail(self, dst: vm_area_struct) -> dict[str, str]:
        await down_write(dst.vm_mm.mmap_sem)
        await anon_vma_moveto_tail(dst)
        await up_write(dst.vm_mm.mmap_sem)
        facts, after = {}, f"after the call for {dst}"
        lists = families_of(dst)
        for each in self.kernel.objects.values():
            if type(each) is anon_vma:
                place = "must be the last" if each in lists else "is not on it"
                facts[f"{after}, which {place}, the list of {each} is"] = listed(vmas_on(each))
            elif type(each) is vm_area_struct:  # and is not freed
                chain = listed(families_of(each))
                facts[f"{after}, the anon_vma of {each} is"] = str(each.__dict__["anon_vma"])
                facts[f"{after}, the same_vma list of {each} has avcs for"] = chain
        return facts

    async def walk(self, family: anon_vma) -> None:
        """What migration does: every vma of the list, with the root's mutex."""
        self.walked = []
        await anon_vma_lock(family)
        async for avc in list_for_each_entry(family.head):
            await spin_lock(avc.vma.vm_mm.page_table_lock)  # which all tables may share
            self.walked.append(avc)
            await spin_unlock(avc.vma.vm_mm.page_table_lock)
        await anon_vma_unlock(family)

    def promise_of_walk(self, family: anon_vma) -> None:
        """The walk has met every vma of the list, once."""
        for avc in family.head.peek():
            met = sum(1 for one in self.walked if one is avc)
            vma = avc.__dict__["vma"]
            times = f"met {vma} {met} times" if met else f"never met {vma}"
            assert met == 1, f"a walk of the list of {family} {times}"
        self.promise()


def _generations(kernel: Kernel, generations: int) -> list[vm_area_struct]:
    """The vmas of so many generations, of which the youngest moved half of its area away.

    The youngest one's first; of no generation, a vma that was never touched.  An even number of
    them has much that is nothing to the call: length, rights, neighbours, and a migration.
    """
    stage = Stage(kernel, 1)
    odd = generations % 2 == 1
    start, half = (0, 1) if odd else (0x100, 2048)
    task = _spawn(stage, start, 2 * half, fallen=generations > 0 and not odd)
    ends = (start, start + half) if generations else ()
    for position in ends:
        stage.write(task, position)
    for name in ("M", "G", "H")[: max(0, generations - 1)]:
        for position in ends if name != "M" else ():
            stage.write(task, position)
        task = stage.fork(task, name)
    if generations:
        stage.move(task, start + half, half, ABOVE)
    if generations > 1:
        stage.move(kernel.tasks[0], start, half, ABOVE)  # so it comes last, where the youngest was
    vmas = [*task.mm.vmas, *(vma for each in kernel.tasks[:-1] for vma in each.mm.vmas)]
    if generations and not odd:
        for vma, rights in zip(vmas, (PROT_NONE, PROT_READ | PROT_EXEC), strict=False):
            (at, end, _), size = bounds_of(vma), half * PAGE_SIZE
            task.mmap(PAGE_SIZE, addr=end, prot=PROT_WRITE | PROT_EXEC, fixed=True)
            task.write(end, b"x")  # so that a neighbour is of another family
            task.mprotect(at, size, rights)
            kernel.run(_in_migration(page_at(task, at)))
        for each in kernel.tasks:
            map_strangers(each)
        for number in range(7 if generations > 3 else 0):
            stage.fork(task, f"K{number}")
    return vmas


def _spawn(stage: Stage, start: int, count: int, fallen: bool) -> Task:
    """P with an area; of one that is `fallen`, from far above, addresses are below indices."""
    home = ABOVE // 2 if fallen else start
    task = stage.spawn("P", home, count, touch=False)
    if fallen:
        stage.write(task, home)
        stage.move(task, home, count, start)
    return task


def map_strangers(task: Task) -> None:
    """A process has more vmas, tables and families than what is looked at."""
    for number in (*range(0x20, 0x30, 2), ABOVE + 0xF000):
        at = number * PAGE_SIZE
        task.mmap(PAGE_SIZE, addr=at, prot=PROT_READ | PROT_WRITE, fixed=True)
        if number % 8 in (0, 6):
            task.write(at, b"x")
        if number % 8 == 2:
            task.read(at, 1)


@generated(
    "Generations of processes: {generations}. The youngest has moved half of its area away; dst is "
    "{dst}.",
    generations=(1, 3, 2, 4),
    dst=(STAYED, WENT, TWICE, EACH, ONLY),
)
def moved_to_tail(generations: int, dst: str) -> Scenario[Family]:
    """The call alone: what the lists are on return."""
    return Family.alone("mremap", 16, generations=generations, dst=dst)


@generated("dst was never touched: it has no anon_vma, and is on no list.", dst=("never touched",))
def never_faulted(dst: str) -> Scenario[Family]:
    """The call with a vma that has no anon_vma."""
    return Family.alone("mremap", generations=0, dst=dst)


@generated(
    "Generations of processes: {generations}. The youngest has moved half of its area away; dst is "
    "{dst}. Meanwhile another CPU walks one of the lists that dst is on (number {number}), with "
    "the root's mutex, and must meet every vma once.",
    generations=(3, 4, 2),
    number=(0, 1, 2, 3),
    dst=(STAYED, WENT, ONLY),
)
def walked_meanwhile(generations: int, number: int, dst: str) -> Scenario[Family] | None:
    """The call while another CPU walks one of the lists, under the root's mutex."""
    few = generations != 3 and dst != STAYED and (generations, number) != (4, 0)
    if number >= generations or few:
        return None

    def walked(family: Family) -> anon_vma:
        lists: list[anon_vma] = [avc.anon_vma for avc in family.dsts[0].anon_vma_chain]
        return lists[number]

    return Alone(
        partial(Family, generations=generations, dst=dst),
        lambda family: {"mremap": family.call(), "walk": family.walk(walked(family))},
        lambda family: family.promise_of_walk(walked(family)),
        ptes_per_table=16,
    )


# -------------------------------------------------------------------------------------- vma_address

BASES = {"low": 0x800, "above 4 GiB": (1 << 32) - 2, "where mmap places it": None}
"""Page numbers of the first page: one that is less than the most pages that there are behind it,
and one where they come to need 33 bits."""
BLOCKS = "An area of {pages} pages, {base}, with one more before it and one behind; {where}."
WORST = 5
"""How many wrong values are shown."""


@dataclass(eq=False)
class Places(Reference):
    """Pages, vmas, and where in them each is, or is not."""

    base: str
    pages: int
    where: str
    own: bool

    def set_up(self) -> None:
        """Map, fork, touch and move the area; what is asked for are all pages in all vmas.

        Of all those on whose list they are.  The child has no page table but the first.
        """
        task, pages = self.kernel.spawn("T"), self.pages
        if (pages // 2 + list(BASES).index(self.base)) % 2:
            map_strangers(task)
        size = pages * PAGE_SIZE
        base = BASES[self.base]
        first = task.mmap(size + 2 * PAGE_SIZE, addr=None if base is None else base * PAGE_SIZE)
        task.write(first, b"x")
        child = task.fork("C")
        inner = first + PAGE_SIZE
        behind = inner + size
        touched = {first, inner, inner + pages // 2 * PAGE_SIZE, behind - PAGE_SIZE, behind}
        if pages == 22:  # where a page's share of an area is rounded otherwise than elsewhere
            touched.update(range(inner, behind, PAGE_SIZE))
        for at in touched:
            task.write(at, b"x")
        for number in range(5 if pages == 3 else 0):
            task.fork(f"K{number}")
        task.mprotect(first, PAGE_SIZE, PROT_NONE)
        task.mprotect(behind, PAGE_SIZE, PROT_READ | PROT_EXEC)
        away = {"at home": inner, "moved up": inner + 3 * size, "moved down": inner - 3 * size}
        away["moved up by a page"] = inner + PAGE_SIZE
        far = inner % (1 << 32) if base is None else inner ^ 1 << 46  # less than an index, or more
        moved = away.get(self.where, far) - inner
        if moved == PAGE_SIZE:  # by less than it is long: by way of another place
            task.mremap(inner, size, size, 3, far)
            task.mremap(far, size, size, 3, inner + moved)
        elif moved:
            task.mremap(inner, size, size, 3, inner + moved)
        places = [at + moved * (first < at < behind) for at in sorted(touched)]
        self.asked = [
            (page_at(task, now), vma)
            for now in places
            for vma in (*task.mm.vmas, *child.mm.vmas)
            if _is_listed(vma, page_at(task, now)) and _has(vma, page_at(task, now)) is self.own
        ]
        detach_vma(child.mm, child.mm.vmas[-1])  # as one that is unmapped, and still on its lists

    def calls(self) -> Iterator[Awaitable[Any]]:
        for found, vma in self.asked:
            yield self._ask(found, vma)

    async def _ask(self, found: page, vma: vm_area_struct) -> dict[str, str]:
        got = await vma_address(found, vma)
        return {f"for index {found.__dict__['index']:#x} in {vma!r} it returns": written(got)}

    def rows(self) -> list[tuple[str, ...]]:
        """What was wrong, value by value."""
        asked = zip(self.asked, self.results, self.right, strict=False)
        wrong = [
            (str(found), f"{found.__dict__['index']:#x}", repr(vma), *got.values(), *right.values())
            for (found, vma), got, right in asked
            if got != right
        ]
        return [("page", "index", "vma", "returned", "wanted"), *wrong[:WORST]]


def _is_listed(vma: vm_area_struct, found: page) -> bool:
    family = page.mapping.peek(found)
    return family is not None and vma in walk_order(family)


def _has(vma: vm_area_struct, found: page) -> bool:
    start, end, pgoff = bounds_of(vma)
    return found.__dict__["index"] - pgoff in range((end - start) // PAGE_SIZE)


def _blocks(*where: str, own: bool, pages: tuple[int, ...] = (3, 1, 513)) -> Situations:
    made = partial(Places.alone, "walk", own=own)
    return generated(BLOCKS, pages=pages, base=BASES, where=where)(made)


at_home = _blocks("at home", own=True, pages=(3, 1, 22, 513, 2050, 5000))
"""Pages that are in the vma, which never moved; not many more, as one may count page by page."""
moved = _blocks("moved up", "moved down", "moved far", "moved up by a page", own=True)
"""Pages that are in the vma, which keeps its vm_pgoff."""
outside = both(
    _blocks("at home", "moved up", "moved down", "moved far", own=False),
    _blocks("at home", own=False, pages=(5000,)),
)
"""Pages that are in another vma of the same list."""


# ----------------------------------------------------------------------------------- rmap_walk_anon

UNMAPPED, UNLISTED = "of nobody any more", "of nobody any more, whose list is empty"
MANY, SINCE = "P, with ten children more; rmap_one unmaps it", "P, since the forks"


@dataclass(eq=False)
class Visits(Reference):
    """A page, the vmas in which it may be, and whom the walk called back for."""

    whose: str
    stop: int = 0
    value: int = 0
    argument: object = None
    visits: list[str] = field(default_factory=list)

    def set_up(self) -> None:
        """Four generations on a list, of which the last vma is one that was split off."""
        kernel, whose = self.kernel, self.whose
        base = {"C": ABOVE, SINCE: ABOVE, "G": 0xFF}.get(whose, 0)  # of which one is at 2 MiB
        stage = Stage(kernel, 1)
        task = _spawn(stage, base, 2050 if whose == SINCE else 6, fallen=whose == "P")
        stage.write(task, base)
        stage.write(task, base + 1)
        stage.move(task, base + 2, 2, base + 4 * FAR)  # on the list, and has no page table
        if whose == MANY:
            map_strangers(task)
        for name in ("C", "G"):
            task = stage.fork(task, name)
            if whose == name:
                stage.write(task, base + 1)
        stage.fork(task, "H").mprotect(address(base), 2 * PAGE_SIZE, PROT_NONE)
        kernel.tasks[1].mprotect(address(base), 2 * PAGE_SIZE, PROT_READ | PROT_EXEC)
        task.mprotect(address(base), PAGE_SIZE, PROT_READ)  # what it splits off has page 1
        for rights in range(10 if whose == MANY else 0):
            child = stage.fork(kernel.tasks[0], f"K{rights}")
            stage.write(child, base + 1)
            child.mprotect(address(base), 2 * PAGE_SIZE, rights % 8)
        place = base + (4 if whose == SINCE else 1)
        if whose == SINCE:
            stage.write(kernel.tasks[0], place)  # where the others have no page table, or no page
            kernel.tasks[1].read(address(place), 1)
        if whose == UNLISTED:
            task = stage.spawn("Q", place, 1)
        owner = {each.name: each for each in kernel.tasks}.get(whose, kernel.tasks[0])
        self.page = stage.page_at(task if whose == UNLISTED else owner, place)
        arguments = {"C": None, "G": 0, MANY: self.page}
        self.argument = arguments.get(whose, ("what is handed through",))
        if whose in (UNMAPPED, UNLISTED, MANY):  # as whoever unmaps a page has it, too
            kernel.run(get_page(self.page))
        if whose in (UNMAPPED, UNLISTED):
            kernel.run(page_get_anon_vma(self.page))
            for each in kernel.tasks:
                stage.unmap(each, place, 1)
        if whose == "of nobody":
            self.page.__dict__["mapping"] = None

    def calls(self) -> Iterator[Awaitable[Any]]:
        yield self._walk()

    async def _walk(self) -> dict[str, str]:
        self.visits = []
        await lock_page(self.page)
        result = await rmap_walk_anon(self.page, self.visit, self.argument)
        await unlock_page(self.page)
        calls = {f"call {n} of rmap_one is for": visit for n, visit in enumerate(self.visits, 1)}
        return calls | {"it returns": written(result, OF_A_WALK)}

    @property
    def visit(self) -> Callable[..., Coroutine[Any, Any, int]]:
        """The callback: ends the walk at the call that was chosen."""

        async def rmap_one(found: page, vma: vm_area_struct, at: int, arg: Any) -> int:
            family = self.page.mapping
            unlocked = family is not None and Lock.owner.peek(family.root.mutex) is None
            self.visits.append(
                f"{vma} at {written(at)}"
                + " with another page" * (found is not self.page)
                + " with another arg" * (arg != self.argument)
                + " without the root's mutex" * unlocked
            )
            await spin_lock(vma.vm_mm.page_table_lock)  # which all tables may share
            await spin_unlock(vma.vm_mm.page_table_lock)
            if self.whose == MANY:
                await try_to_unmap_one(found, vma, at)
            return self.value if len(self.visits) == self.stop else SWAP_AGAIN

        @wraps(rmap_one)
        async def in_order(*args: Any, **named: Any) -> int:
            refuse_names(named)  # type: ignore[no-untyped-call]
            return await rmap_one(*args)

        return in_order

    async def disturb(self) -> None:
        """What a merge does: the first vma of the list goes to its tail, with the mutex."""
        family = page.mapping.peek(self.page)
        assert family is not None
        first = vmas_on(family)[0]
        await down_write(first.vm_mm.mmap_sem)
        await anon_vma_moveto_tail(first)
        await up_write(first.vm_mm.mmap_sem)

    def promise_disturbed(self) -> None:
        """Linux's calls of rmap_one, in whatever order."""
        called = Counter(self.visits)
        for what, right in self.right[0].items():
            times = called[right] if "call" in what else 1
            assert times == 1, f"rmap_one is called {times} times for {right}; expected once"


visited = generated(
    "Four generations share a list, in which some vmas have no page table; a page of {whose}.",
    whose=("P", "C", "G", SINCE, MANY),
)(partial(Visits.alone, "walk"))
"""A walk alone, to the end of the list."""


@dataclass(eq=False)
class Split(Visits):
    """The second page of an area, whose first page gets other rights: a vma of its own."""

    def set_up(self) -> None:
        """Two pages."""
        stage = Stage(self.kernel, 1)
        task = stage.spawn("P", 0, 2)
        self.page = stage.page_at(task, 1)

    async def protect(self) -> None:
        """What splits the area: it keeps the front, and shrinks under no lock of the list."""
        await sys_mprotect(self.kernel.tasks[0], address(0), PAGE_SIZE, PROT_READ)

    def promise(self) -> None:
        """Wherever the page is looked for, there it is."""
        place = f" at {written(address(1))}"
        assert self.visits, "rmap_one is called for none; expected once or more"
        for number, visit in enumerate(self.visits, 1):
            assert visit.endswith(place), (
                f"call {number} of rmap_one is for {visit}, while the vma shrinks; expected{place}"
            )


@generated("The second page of {whose}'s area; meanwhile mprotect splits off the first.", whose="P")
def visited_while_split(whose: str) -> Scenario[Split]:
    """A walk of a list, one of whose vmas becomes shorter than it was."""
    return Alone(
        partial(Split, whose=whose),
        lambda split: {"walk": split.call(), "mprotect": split.protect()},
        Split.promise,
        ptes_per_table=4,
    )


@generated(
    "A page of {whose}; meanwhile the first vma of the list goes to its tail.", whose=(MANY,)
)
def visited_meanwhile(whose: str) -> Scenario[Visits]:
    """A walk of a long list, while another CPU waits for its mutex."""
    return Alone(
        partial(Visits, whose=whose),
        lambda visits: {"walk": visits.call(), "mremap": visits.disturb()},
        Visits.promise_disturbed,
        ptes_per_table=4,
    )


ended = generated(
    "The page is {whose}'s; call number {stop} of rmap_one returns {value}, which is not "
    "SWAP_AGAIN.",
    whose=("P", "C"),
    stop=(1, 2, 3, 4),
    value=(2, 0, -1, 1 << 40, -ENOMEM, 3, -EFAULT, -EAGAIN),
)(partial(Visits.alone, "walk"))
"""A walk that rmap_one ends."""
nothing_to_walk = generated(
    "A page {whose}: nobody is to be visited.", whose=("of nobody", UNMAPPED, UNLISTED)
)(partial(Visits.alone, "walk"))
"""A page without an anon_vma, and two that all have unmapped."""


# ---------------------------------------------------------------------------- remove_migration_pte

ZERO = "the zero page"
"""What a child has that has only read where its parent has a page."""
GRANDCHILD = "its own entry, in a grandchild that may do everything there"
RIGHTS = {
    "nobody may read": PROT_NONE,
    "may execute": PROT_READ | PROT_EXEC,
    "may do everything": PROT_READ | PROT_WRITE | PROT_EXEC,
}
"""What may be done at the address, by words of the entry there; else it is read and written."""


@dataclass(eq=False)
class Restored(Reference):
    """A page that came to another frame, and a place where an entry for it may be."""

    entry: str
    position: int

    def set_up(self) -> None:
        """Half of a migration."""
        kernel, entry, base = self.kernel, self.entry, (ABOVE + 0xFF) * self.position
        count = 30 if self.position else 6
        position = base + self.position  # the second is at a multiple of 2 MiB
        stage = Stage(kernel, 1)
        task = parent = _spawn(stage, base, count, fallen=not self.position)
        for number in range(3):
            stage.write(parent, base + number)
        stage.move(parent, base + count - 1, 1, base + FAR)
        if any(words in entry for words in ("for reading", "since a fork", "comes back")):
            task = stage.fork(parent, "C")
        if entry == GRANDCHILD:
            task = stage.fork(stage.fork(parent, "C"), "G")
        others = range(4 if "for reading" in entry and self.position else 0)
        before = [stage.fork(parent, f"K{number}") for number in others]
        for words, rights in RIGHTS.items():
            if words in entry:
                task.mprotect(address(position), PAGE_SIZE, rights)
        if entry == ZERO:  # whoever has the page has written to it after the fork
            task, position = stage.fork(parent, "C"), base + 3
            task.read(address(position), 1)
            stage.write(parent, position)
        self.old = stage.page_at(parent if entry == ZERO else task, position)
        if "parent" in entry or before:
            task = parent
        if "since a fork" in entry:
            stage.write(task, position)
        elsewhere = position + ("another page" in entry or "mapped" in entry)
        other = self.old if entry == ZERO else stage.page_at(task, elsewhere)
        self.new = kernel.run(_in_migration(self.old))
        for each in before:
            vma = each.mm.vmas[0]
            kernel.run(remove_migration_pte(self.new, vma, address(position), self.old))
        if "comes back" in entry:  # and the parent has it again
            self.new, vma = self.old, parent.mm.vmas[0]
            kernel.run(remove_migration_pte(self.old, vma, address(position), self.old))
        if "no anon_vma yet" in entry:
            self.new.mapping, self.new.index = None, 0
        if "another page" in entry or "since a fork" in entry:
            kernel.run(_in_migration(other))
        at = {"no page, in a table": base + 3, "no page table": base + FAR}.get(entry, elsewhere)
        self.at = address(at)
        (self.vma,) = (vma for vma in task.mm.vmas if vma.vm_start <= self.at < vma.vm_end)
        self.writable = [slot for slot in self._slots() if slot.pte.write]
        if self.position:
            detach_vma(task.mm, self.vma)  # as one that is unmapped, and still on its lists

    def calls(self) -> Iterator[Awaitable[Any]]:
        yield self._restore()

    async def _restore(self) -> dict[str, str]:
        family = self.vma.anon_vma
        assert family is not None
        await anon_vma_lock(family)
        result = await remove_migration_pte(self.new, self.vma, self.at, self.old)
        await anon_vma_unlock(family)
        return {"it returns": written(result, OF_A_WALK)}

    def seen(self) -> dict[str, str]:
        slots = self._slots()
        ptes = {slot: pte_slot.pte.peek(slot) for slot in slots}
        facts = {
            # Whether it may be written says the line below: the next write makes it so.
            f"the pte at {slot.address:#x} of {slot.mm} is": f"{pte._replace(write=False)}"
            + ", for nobody" * pte.protnone
            for slot, pte in ptes.items()
        }
        grown = [slot for slot in slots if ptes[slot].write and slot not in self.writable]
        facts["the ptes that have become writable are"] = listed(grown)
        for each in self.kernel.objects.values():
            if isinstance(each, page):
                whose = "the new page" if each is self.new else str(each)
                for field in (page.mapcount, page.count, page.mapping, page.index):
                    facts[f"the {field.name} of {whose} is"] = str(field.peek(each))
        return facts

    async def carry(self) -> None:
        """Empty the pte for a moment, with its lock, as whoever moves or changes it does."""
        found = await pte_offset_map_lock(self.vma.vm_mm, self.at)
        if found is not None:
            slot, ptl = found
            await set_pte_at(slot, await ptep_get_and_clear(slot))
            await pte_unmap_unlock(slot, ptl)

    def promise(self) -> None:
        wrong = difference(self.seen(), self.afterwards)
        assert not wrong, wrong
        super().promise()

    def _slots(self) -> list[pte_slot]:
        return [each for each in self.kernel.objects.values() if isinstance(each, pte_slot)]


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


RESTORED: Mapping[str, Sequence[Any]] = {
    "position": (0, 1),
    "entry": (
        "its own entry, for writing",
        "its own entry, for reading",
        "its own entry, and the new page has no anon_vma yet",
        "the entry of another page",
        "a page that is mapped",
        ZERO,
        "no page, in a table",
        "no page table",
        "its own entry, and nobody may read there",
        "its own entry, where one may execute",
        GRANDCHILD,
        "its own entry, and the old page comes back",
        "the entry of the page that a child has since a fork",
        "the entry of the page that a parent has since a fork",
    ),
}
restored = generated(
    "The function alone; at the address is {entry}; page {position} of its area.", **RESTORED
)(partial(Restored.alone, "walk"))
"""One pte, and the page that may go into it."""


@generated(
    "At the address is {entry}, which another CPU, with its lock, takes out and puts back; page "
    "{position} of its area (for page 0 each page table has its own lock, for 1 all share one).",
    **RESTORED,
)
def restored_in_motion(position: int, entry: str) -> Scenario[Restored] | None:
    """The same, while a look without the lock may find nothing."""
    if entry.startswith("no page"):
        return None  # there is nothing to take out
    return Alone(
        partial(Restored, entry=entry, position=position),
        lambda one: {"walk": one.call(), "other": one.carry()},
        Restored.promise,
        ptes_per_table=4,
        split_ptlocks=position == 0,
    )


CALLS: Mapping[str, Callable[[Task], Coroutine[Any, Any, Any]]] = {
    "munmap": lambda task: sys_munmap(task, address(0), PAGE_SIZE),
    "mprotect": lambda task: sys_mprotect(task, address(-1), 2 * PAGE_SIZE, PROT_NONE),
    "fork": sys_fork,
    "exit": sys_exit,
}


@generated(
    "A page of P, which has a child C, is put into {frame}, and {who} calls {call} meanwhile.",
    call=CALLS,
    who=("P", "C"),
    frame=("a new frame", "the old frame"),
)
def restored_meanwhile(call: str, who: str, frame: str) -> Scenario[Stage]:
    """Somebody acts on the page while its ptes are put back."""

    def setup(kernel: Kernel) -> Stage:
        stage = Stage(kernel, 1, 1, 0)
        parent = stage.spawn("P", -1, 2, touch=False)  # two tables
        for position in (0, -1):
            stage.write(parent, position)
        child = stage.fork(parent, "C")
        task = parent if who == "P" else child
        if (who, call) == ("P", "fork"):
            stage.write(parent, 0)  # the page is its own, and may be written until the child has it
        old = stage.page_at(parent, 0)
        stage.begin_migrations()
        if frame == "the old frame":
            migration = stage.coroutines["migration"]
            stage.coroutines["migration"] = lambda: _held(old, migration)
            stage.expected["migration"] = -EAGAIN
        stage.race(call, lambda: CALLS[call](task))
        for position in {"fork": [], "munmap": [0]}.get(call, [0, -1]):
            stage.written.pop((task, position))
        stage.end_of_setup()
        return stage

    return Attempt(setup, Stage.cpus, _still_apart, ptes_per_table=4)


async def _held(old: page, migration: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """A migration of a page that somebody holds on to, so that it stays where it is."""
    await get_page(old)
    await migration()
    await put_page(old)


def _still_apart(stage: Stage) -> None:
    """Nothing is lost; nobody may write to what several have, or read what mprotect has closed."""
    stage.promise()
    for task in stage.kernel.tasks:
        for slot, pte in slots_of(task.mm):
            place = f"{pte.page} at {slot.address:#x}"
            shared = pte.page is not None and page.mapcount.peek(pte.page) > 1
            assert not (shared and pte.write), (
                f"{task} may write to {place}, though others have it, too: a page that they share "
                f"has become writable"
            )
            vma = vma_at(task.mm, slot.address)
            assert vma is None or pte.protnone == (not vma.vm_flags & ACCESS), (
                f"{task} has {place} with the rights that {vma} had before an mprotect"
            )
