"""The stage: a situation under construction, the race that follows, and what must be read back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from ..errors import UserError, check_whole
from ..kernel import EFAULT, ENOMEM, MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SHIFT, PAGE_SIZE, Finding
from ..kernel import Kernel, Task, anon_vma, get_page, page, sys_mremap, unmap_and_move
from ..kernel import find_vma, vm_area_struct
from ..kernel.atomic import Field, Named, atomic
from ..kernel.locks import inherit
from ..kernel.mm_types import MADE_WITH_IT
from ..kernel.migrate import move_unmapped, unmap_for_migration
from ..kernel.pgtable import alloc_page
from ..replay.labels import returned

BASE = 0x100
"""The page number that position 0 stands for: so that nothing lies at address 0."""


def address(position: int) -> int:
    """The address of a position, in bytes."""
    check_whole("position", position, -BASE)
    return (BASE + position) * PAGE_SIZE


def page_at(task: Task, at: int) -> page:
    """The page that `task` has mapped at an address, in bytes.

    Raises:
        UserError: it has none there.
    """
    slot = task.mm.slot_at(at)
    found = None if slot is None else slot.pte.page
    if found is None:
        raise UserError(f"{task} has no page at {at:#x}: nothing was written there")
    return found


class Returned(Named):
    """What a call has returned: it is told in no picture and in no table."""

    value = Field[Any](MADE_WITH_IT)

    def __init__(self) -> None:
        super().__init__()
        self.value = None


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
        self.emptied: list[tuple[Task, int, int]] = []
        self.expected: dict[str, Any] = {}
        self.results: dict[str, Returned] = {}
        self.stays_unfaulted: Task | None = None
        self.everybody_exits = False

    # -- the set-up

    def spawn(self, name: str, start: int, count: int, touch: bool = True) -> Task:
        """A process with `count` pages mapped."""
        task = self.kernel.spawn(name)
        self.map(task, start, count, touch)
        return task

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
        return page_at(task, address(position))

    # -- the race

    def race_move(
        self, name: str, task: Task, start: int, count: int, to: int, fails: bool = False
    ) -> None:
        """A CPU that moves `count` pages; `fails` if a page table cannot be allocated half-way."""
        size, flags = count * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED
        call = partial(sys_mremap, task, address(start), size, size, flags, address(to))
        self.race(name, call, -ENOMEM if fails else address(to))
        self.candidates += [(task, start + i) for i in range(count)]
        self.emptied.append((task, to if fails else start, count))
        if not fails:
            self.moves.append((task, start, count, to))

    def race(self, name: str, call: Callable[[], Awaitable[Any]], returns: Any = None) -> None:
        """A CPU that makes one call, which must return `returns` (None: anything)."""

        result = self.results[name] = Returned()

        async def cpu() -> None:
            result.value = await call()

        self.coroutines[name] = cpu
        self.expected[name] = returns

    def read_bounds_in_three_steps(self) -> None:
        """From now on whoever may act meanwhile can act between two fields of a vma.

        Whatever vma_address() this kernel was given: a processor reads one field at a time.
        """
        self.kernel.text["vma_address"] = vma_address_in_three_steps

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
                f"page {self.first + len(chosen)} cannot be put under migration: there are "
                f"{len(pages)}, counted from 0"
            )
        for number, old in enumerate(chosen, 1):
            name = "migration" if self.walkers == 1 else f"migration {number}"
            if self.arranged:
                midpoint = self.kernel.run(_to_midpoint(old))
                self.race(name, partial(_from_midpoint, *midpoint), 0)
            else:
                self.race(name, partial(unmap_and_move, old))

    def end_of_setup(self) -> None:
        """From now on, what must be read back is what must be there after the race."""
        for task, start, count, to in self.moves:
            self._carry(task, start, count, to)

    def cpus(self) -> Mapping[str, Coroutine[Any, Any, Any]]:
        """Fresh coroutines for one execution."""
        return {name: cpu() for name, cpu in self.coroutines.items()}

    def promise(self) -> None:
        """Nothing is lost or left behind: every page can be touched, every invariant holds."""
        for (task, position), data in self.written.items():
            self._touch(task, position, data)
        results = {name: result.value for name, result in self.results.items()}
        for child in [child for child in results.values() if isinstance(child, Task)]:
            for (task, position), data in self.written.items():
                if child.name == f"{task}.child" and not child.exited:
                    self._touch(child, position, data)
        for name, returns in self.expected.items():
            got = results.get(name)
            said = f"{name} returned {returned(got)}, not {returned(returns)}"
            assert returns is None or got == returns, said
        for task, start, count in self.emptied:
            after = find_vma(task.mm, address(start))
            left = None if after is None else max(after.vm_start, address(start))
            gone = left is None or left >= address(start + count)
            assert gone, f"{task} has something left at {left:#x}: nobody unmapped it"
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
