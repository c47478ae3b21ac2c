"""A booted kernel, and the processes that run on it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from operator import index
from typing import Any, NamedTuple, TypeVar

from ..errors import UserError, check_whole, instead_of
from . import atomic as _atomic
from .atomic import BOOT, Field, Finding, Named, from_outside, run
from .audit import audit
from .fork import dup_mmap, mmput
from .list import list_head
from .locks import down_write, up_write
from .memory import read_byte_range, write_byte_range
from .mm_types import ULONG_MAX, VM_EXEC, VM_READ, VM_WRITE, anon_vma, mm_struct, page
from .mm_types import vm_area_struct
from .mmap import PROT_READ, PROT_WRITE, do_mmap, do_munmap
from .mprotect import do_mprotect
from .mremap import do_mremap
from .text import Patch, find_release, release_text

R = TypeVar("R")
PTES_PER_TABLE, PAGES_PER_BATCH = 512, 64
KINDS_OF_ALLOCATION = ("page table", "page", "vma", "avc", "anon_vma")


def _check_allocation(of: str) -> None:
    if of not in KINDS_OF_ALLOCATION:
        raise UserError(f"unknown allocation {of!r}; {instead_of(of, KINDS_OF_ALLOCATION)}")


class Kernel(Named):
    """A booted kernel: the text of a release, patched, and all that it has made.

    Args:
        release: "v3.0" to "v3.3", "v3.7", "v6.16" or "today", which is "running" as well.
        patches: functions, each taking the place of the kernel function of that name, or Patches.
        ptes_per_table: 2 to 512; 512 on x86-64.
        pages_per_batch: how many pages move_ptes() moves under one hold of its locks; 64 in Linux.
        split_ptlocks: whether each page table has its own lock, or the mm has one for all.

    Raises:
        UserError: unknown release; a patch that replaces nothing, or does not fit the release; a
            parameter out of range.
    """

    tasks = Field[tuple["Task", ...]]()

    def __init__(
        self,
        release: str = "v3.3",
        patches: Iterable[Callable[..., Awaitable[Any]] | Patch] = (),
        *,
        ptes_per_table: int = PTES_PER_TABLE,
        pages_per_batch: int = PAGES_PER_BATCH,
        split_ptlocks: bool = True,
    ) -> None:
        check_whole("ptes_per_table", ptes_per_table, 2, 512)
        check_whole("pages_per_batch", pages_per_batch, 1, 512)
        self.release = find_release(release)
        self.text = release_text(release, patches)
        self.ptes_per_table = ptes_per_table
        self.pages_per_batch = pages_per_batch
        self.split_ptlocks = split_ptlocks
        self.key = 0  # before all that is made
        self.objects: dict[int, Named] = {self.key: self}
        self._hits: Counter[str] = Counter()
        self.hits_asked = False  # whether the promise has, or anybody else
        self.tasks = ()
        self._failing: dict[str, int] = {}
        self._boot_counts: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"<Linux {self.release.name}, {len(self.tasks)} tasks>"

    # -- what a driver asks of its text

    def lookup(self, name: str, args: tuple[Any, ...]) -> Callable[..., Any]:
        """The function that a call of `name` runs; counts the call."""
        if name not in self.text:
            raise AttributeError(f"Linux {self.release.name} has no function {name}")
        self._hits[name] += 1
        return self.text[name]

    def adopt(self, made: Named) -> None:
        """Remember an object, for snapshots."""
        self.objects[made.key] = made

    def disown(self, *freed: Named) -> None:
        """Forget objects that are freed while nobody races: they never change again.

        A vma is remembered, as the letter that pictures call it by is not given again; and so is
        what is still linked into a list.
        """
        if _atomic.current is not BOOT:
            return
        for made in freed:
            heads = [part for part in vars(made).values() if isinstance(part, list_head)]
            linked = any(isinstance(list_head.next.peek(head), list_head) for head in heads)
            if not linked and not isinstance(made, vm_area_struct):
                for each in (made, *heads):
                    self.objects.pop(each.key, None)

    def run(self, awaitable: Awaitable[R]) -> R:
        """Drive an operation, kernel function or coroutine of this kernel to its end, alone."""
        return run(awaitable, text=self)

    # -- what its CPUs ask

    def _counts(self) -> Counter[str]:
        cpu = _atomic.current or BOOT
        return self._boot_counts if cpu is BOOT else cpu.counts

    def allocation_succeeds(self, of: str) -> bool:
        """Count an allocation on the running CPU; False if it is the one to fail."""
        counts = self._counts()
        counts[of] += 1
        return counts[of] != self._failing.get(of)

    def next_pfn(self) -> int:
        """A page frame number from the pool of the running CPU."""
        counts = self._counts()
        counts["pfn"] += 1
        return ((_atomic.current or BOOT).index << 20) + counts["pfn"]

    def next_anon_vma_name(self) -> str:
        """A, B, C, … for those of the set-up; of another CPU's, with its name."""
        counts, cpu = self._counts(), _atomic.current or BOOT
        number = counts["anon_vma name"]
        counts["anon_vma name"] += 1
        name = chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")
        return name if cpu is BOOT else f"{name}@{cpu}"

    # -- what its users ask

    def spawn(self, name: str) -> Task:
        """A new process with an empty address space.

        Raises:
            UserError: a task of that name lives; it is no name.
        """
        self.check_name(name)
        return self.run(_new_task(self, name))

    def check_name(self, name: str) -> None:
        """See that a task may be called so; raises as `spawn`."""
        if not isinstance(name, str) or not name:
            raise UserError(f"a task's name is {name!r}; it must be a text, such as 'P'")
        if any(task.name == name and not task.exited for task in self.tasks):
            raise UserError(f"there is a task {name!r} already; choose another name")

    def fail_allocation(self, of: str, nth: int) -> None:
        """Let the `nth` allocation of a kind ("page table", "page", "vma", "avc", "anon_vma") fail.

        It is counted from now on, on each CPU apart.

        Raises:
            UserError: unknown kind; nth below 1.
            RuntimeError: a CPU that races does so.
        """
        from_outside("fail_allocation")
        _check_allocation(of)
        check_whole("nth", nth, 1)
        self._failing[of] = nth
        self._boot_counts[of] = 0

    def allocations(self, of: str) -> int:
        """How many of a kind were asked for since `fail_allocation`; what races is not counted.

        Raises:
            UserError: unknown kind.
        """
        _check_allocation(of)
        return self._boot_counts[of]

    @property
    def hits(self) -> Counter[str]:
        """How often each of its functions was called, by name.  RuntimeError, if a CPU asks."""
        from_outside("hits")
        self.__dict__["hits_asked"] = True
        return self._hits

    def pages(self) -> list[page]:
        """Every page that is not free, by page frame number.  RuntimeError, if a CPU asks."""
        from_outside("pages")
        found = [made for made in self.objects.values() if isinstance(made, page)]
        return sorted((each for each in found if page.count.peek(each)), key=lambda each: each.pfn)

    def anon_vmas(self) -> list[anon_vma]:
        """Every anon_vma that is not freed, oldest first.  RuntimeError, if a CPU asks."""
        from_outside("anon_vmas")
        found = [made for made in self.objects.values() if isinstance(made, anon_vma)]
        return [each for each in found if anon_vma.refcount.peek(each)]

    def audit(self) -> list[str]:
        """What is wrong while nobody acts, one sentence each; none if all is well."""
        return audit(self)

    # -- snapshots

    def snapshot(self) -> Snapshot:
        """The whole state, to be restored any number of times.  Nobody may be in a step."""
        return Snapshot(self)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to the state of `snapshot`; what was made since is gone."""
        snapshot.restore(self)


class Snapshot:
    """The values of all fields of all objects.  They are immutable, but for an mm's `pmds`."""

    def __init__(self, kernel: Kernel) -> None:
        self.objects = dict(kernel.objects)
        self.states = [
            (made, type(made), made.__dict__.copy())
            for made in self.objects.values()
            if made is not kernel  # of which only the tasks are state
        ]
        for _, _, state in self.states:
            if "pmds" in state:
                state["pmds"] = dict(state["pmds"])
        self.tasks = kernel.tasks
        self.held = [lock for lock in BOOT.held if self.objects.get(lock.key) is lock]
        self.counts = Counter(kernel._boot_counts), Counter(kernel._hits), dict(kernel._failing)

    def restore(self, kernel: Kernel) -> None:
        """Put everything back as it was."""
        kernel.objects = dict(self.objects)
        for made, cls, state in self.states:
            if made.__class__ is not cls:
                made.__class__ = cls
            fields = made.__dict__
            fields.update(state)
            if "pmds" in state:
                fields["pmds"] = dict(state["pmds"])
        kernel.tasks = self.tasks
        BOOT.held, BOOT.nested = list(self.held), []
        boot_counts, hits, failing = self.counts
        kernel._boot_counts, kernel._hits = Counter(boot_counts), Counter(hits)
        kernel._failing = dict(failing)


# --------------------------------------------------------------------------------------- processes


class Mapping(NamedTuple):
    """One line of /proc/PID/maps: start and end in bytes, access rights, offset in pages."""

    start: int
    end: int
    perms: str
    pgoff: int

    def __str__(self) -> str:
        return f"{self.start:x}-{self.end:x} {self.perms}"


class Task(Named):
    """A process.  Its system calls run to the end when called plainly, and raise OSError.

    It is named by its address space.
    """

    kernel: Kernel
    name: str
    mm: mm_struct
    exited = Field[bool]()
    children = Field[int]()

    def __init__(self, kernel: Kernel, name: str, mm: mm_struct) -> None:
        self.__dict__.update(key=-(mm.key << 44), kernel=kernel, name=name, mm=mm)
        kernel.adopt(self)
        self.exited = False
        self.children = 0

    def __repr__(self) -> str:
        return f"<task {self.name}{', exited' if self.exited else ''}>"

    def __str__(self) -> str:
        return self.name

    def _call(self, coroutine: Awaitable[R]) -> R:
        before = list(BOOT.held)
        result = self.kernel.run(coroutine)
        for lock in BOOT.held:
            if lock not in before:
                raise Finding("lock held at return", f"{lock} is held at return to {self}")
        if isinstance(result, int) and result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    def mmap(
        self,
        length: int,
        addr: int | None = None,
        prot: int = PROT_READ | PROT_WRITE,
        fixed: bool = False,
        noreserve: bool = False,
    ) -> int:
        """Map `length` bytes of private anonymous memory; the address.  EINVAL, ENOMEM, EPERM."""
        return self._call(sys_mmap(self, length, addr, prot, fixed, noreserve))

    def munmap(self, addr: int, length: int) -> None:
        """Unmap `length` bytes.  EINVAL, ENOMEM."""
        self._call(sys_munmap(self, addr, length))

    def mprotect(self, addr: int, length: int, prot: int) -> None:
        """Change the access rights of `length` bytes.  EINVAL, ENOMEM."""
        self._call(sys_mprotect(self, addr, length, prot))

    def mremap(
        self, old: int, old_len: int, new_len: int, flags: int = 0, new_addr: int | None = None
    ) -> int:
        """Resize or move a mapping; its address.  EINVAL, EFAULT, ENOMEM, EPERM."""
        return self._call(sys_mremap(self, old, old_len, new_len, flags, new_addr))

    def fork(self, name: str | None = None) -> Task:
        """A child with a copy of the address space.  ENOMEM."""
        if name is not None:
            self.kernel.check_name(name)
        result = self._call(sys_fork(self, name))
        assert isinstance(result, Task)
        return result

    def write(self, addr: int, data: bytes) -> None:
        """Write bytes, as a program does.  EFAULT where it would get a SIGSEGV."""
        self._call(sys_write(self, addr, data))

    def read(self, addr: int, n: int) -> bytes:
        """Read `n` bytes, as a program does.  EFAULT where it would get a SIGSEGV."""
        result = self._call(sys_read(self, addr, n))
        assert isinstance(result, bytes)
        return result

    def exit(self) -> None:
        """End the process.

        Raises:
            Finding: the last process is gone, and something that it used is not.
        """
        self._call(sys_exit(self))
        if all(task.exited for task in self.kernel.tasks):
            for leak in self.kernel.audit():
                raise Finding("BUG", leak)

    def maps(self) -> list[Mapping]:
        """What /proc/PID/maps would show.

        Raises:
            UserError: the task has exited.
        """
        _alive(self)
        return [
            Mapping(vma.vm_start, vma.vm_end, perms(vma.vm_flags), vma.vm_pgoff)
            for vma in self.mm.vmas
        ]


def perms(flags: int) -> str:
    letters = ((VM_READ, "r"), (VM_WRITE, "w"), (VM_EXEC, "x"))
    return "".join(letter if flags & bit else "-" for bit, letter in letters) + "p"


def _alive(task: Task) -> mm_struct:
    if task.exited:
        raise UserError(f"task {task} has exited; it has no address space any more")
    return task.mm


async def _new_task(kernel: Kernel, name: str) -> Task:
    mm = mm_struct(name, kernel.ptes_per_table, kernel.split_ptlocks)
    task = Task(kernel, name, mm)
    kernel.tasks = (*kernel.tasks, task)
    return task


# ---------------------------------------------------------------------------------- system calls


def _ulong(what: str, number: int | None) -> int:
    """A number as the kernel gets it: an unsigned long; NULL is 0.

    Raises:
        UserError: it is no whole number; asked before any lock is taken, which nobody would drop.
    """
    try:
        return index(0 if number is None else number) & ULONG_MAX
    except TypeError:
        raise UserError(f"{what} is {number!r}; it must be a whole number") from None


async def sys_mmap(
    task: Task,
    length: int,
    addr: int | None = None,
    prot: int = PROT_READ | PROT_WRITE,
    fixed: bool = False,
    noreserve: bool = False,
) -> int:
    """mmap(2) of private anonymous memory; the address, or a negative errno."""
    mm, prot = _alive(task), _ulong("prot", prot)
    addr, length = _ulong("addr", addr), _ulong("length", length)
    await down_write(mm.mmap_sem)
    result = await do_mmap(mm, addr, length, prot, fixed, noreserve)
    await up_write(mm.mmap_sem)
    return result


async def sys_munmap(task: Task, addr: int, length: int) -> int:
    """munmap(2); 0, or a negative errno."""
    mm, addr, length = _alive(task), _ulong("addr", addr), _ulong("length", length)
    await down_write(mm.mmap_sem)
    result = await do_munmap(mm, addr, length)
    await up_write(mm.mmap_sem)
    return result


async def sys_mprotect(task: Task, addr: int, length: int, prot: int) -> int:
    """mprotect(2); 0, or a negative errno."""
    mm, prot = _alive(task), _ulong("prot", prot)
    addr, length = _ulong("addr", addr), _ulong("length", length)
    await down_write(mm.mmap_sem)
    result = await do_mprotect(mm, addr, length, prot)
    await up_write(mm.mmap_sem)
    return result


async def sys_mremap(
    task: Task, old: int, old_len: int, new_len: int, flags: int = 0, new_addr: int | None = None
) -> int:
    """mremap(2); the address, or a negative errno."""
    mm, old, flags = _alive(task), _ulong("old", old), _ulong("flags", flags)
    old_len, new_len = _ulong("old_len", old_len), _ulong("new_len", new_len)
    new_addr = _ulong("new_addr", new_addr)
    await down_write(mm.mmap_sem)
    result = await do_mremap(mm, old, old_len, new_len, flags, new_addr)
    await up_write(mm.mmap_sem)
    return result


async def sys_fork(task: Task, name: str | None = None) -> Task | int:
    """fork(2); the child, or -ENOMEM."""
    _alive(task)
    task.children += 1
    child = await _new_task(task.kernel, name or f"{task.name}.{task.children}")
    if error := await dup_mmap(child.mm, task.mm):
        await sys_exit(child)
        return error
    return child


async def sys_exit(task: Task) -> int:
    """exit(2), as far as memory goes; 0."""
    mm = _alive(task)
    task.exited = True
    await mmput(mm)
    return 0


async def sys_read(task: Task, addr: int, n: int) -> bytes | int:
    """Read `n` bytes of the task's memory, as a program does; -EFAULT where it would die."""
    check_whole("n", n, 0)
    return await read_byte_range(_alive(task), _ulong("addr", addr), n)


async def sys_write(task: Task, addr: int, data: bytes) -> int:
    """Write bytes into the task's memory, as a program does; 0, or -EFAULT where it would die."""
    if not isinstance(data, bytes | bytearray):
        raise UserError(f"data is {data!r}; it must be bytes, such as b'hello'")
    return await write_byte_range(_alive(task), _ulong("addr", addr), data)
