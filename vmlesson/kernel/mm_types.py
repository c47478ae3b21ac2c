"""What memory is made of: include/linux/mm_types.h, include/linux/rmap.h, include/linux/swapops.h.

Addresses and lengths are in bytes, ``pgoff`` and ``index`` in pages of PAGE_SIZE bytes.

Left out of all structs: what has no part in anonymous memory (files, policies, NUMA, mlock,
accounting, memory cgroups, huge pages), and the search structures beside the sorted list of vmas
(red-black tree, caches), which only make a search faster.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from ..errors import check_kind
from . import atomic as _atomic
from .alloc import Booted
from .atomic import FIELDS_PER_OBJECT, Field, Named, atomic, note_all_written
from .counters import atomic_t
from .bug import BUG_ON, oops, where
from .list import list_head
from .locks import Lock, mutex, rw_semaphore, spinlock

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
ZEROS = bytes(PAGE_SIZE)
TASK_SIZE = (1 << 47) - PAGE_SIZE
ULONG_MAX = (1 << 64) - 1

MMAP_BASE = 0x7FFFF7FFF000
"""Where top-down placement starts, in bytes: a usual address, without ASLR."""

MMAP_MIN_ADDR, DAC_MMAP_MIN_ADDR = 0x10000, 0x1000
"""The lowest address, in bytes, that a hint is raised to, and the lowest that an ordinary user may
map: CONFIG_LSM_MMAP_MIN_ADDR and CONFIG_DEFAULT_MMAP_MIN_ADDR (/proc/sys/vm/mmap_min_addr) where
nobody has changed them, on x86."""

VM_READ, VM_WRITE, VM_EXEC = 0x1, 0x2, 0x4
ACCESS = VM_READ | VM_WRITE | VM_EXEC
VM_MAYREAD, VM_MAYWRITE, VM_MAYEXEC = 0x10, 0x20, 0x40
VM_ACCOUNT, VM_NORESERVE = 0x100000, 0x200000

EPERM, EAGAIN, ENOMEM, EFAULT, EINVAL = 1, 11, 12, 14, 22


def page_align(length: int) -> int:
    """`length` in bytes, rounded up to whole pages; an unsigned long, which may wrap to 0."""
    return (length + PAGE_SIZE - 1) & (ULONG_MAX ^ (PAGE_SIZE - 1))


MADE_WITH_IT = "made with it"
"""The location of what never changes, and ends with its object: reading it races with freeing."""


class KernelObject(Named):
    """An object that belongs to the kernel on whose CPU it was made; None outside of any step."""

    def __init__(self) -> None:
        super().__init__()
        self._kernel = cast("Booted | None", _atomic.current and _atomic.current.text)


def kfree(freed: Named) -> None:
    """Give an object back: whoever touches it from now on has a finding.

    A write of all its fields: no step that looks at it may change places with this one unseen.
    """
    check_kind("kfree", freed, Named, "an object of the kernel's")
    note_all_written(freed)
    if is_freed(freed):
        _use_after_free(freed)
    cls = type(freed)
    if cls not in _freed_classes:
        # The fields of the class: another object of it may have had more of them than this one.
        poison = dict.fromkeys(
            cls.fields, property(_use_after_free, lambda self, value: _use_after_free(self))
        )
        _freed_classes[cls] = type(f"freed_{cls.__name__}", (cls,), poison)
    object.__setattr__(freed, "__class__", _freed_classes[cls])  # which note_all_written() told
    kernel = freed.__dict__.get("_kernel")
    if kernel is not None:
        kernel.disown(freed)


def is_freed(made: Named) -> bool:
    """Whether kfree() got it."""
    cls = type(made)
    return _freed_classes.get(cls.__base__) is cls


_freed_classes: dict[type | None, type] = {}


def _use_after_free(freed: Any) -> None:
    if _atomic.current is not None:
        _atomic.current.reads.add(freed.key)
    kind = type(freed).__name__.removeprefix("freed_")
    oops(f"BUG: KASAN: use-after-free of {kind} in {where()}")


# ------------------------------------------------------------------------------------ anon_vma


class anon_vma(KernelObject):
    """One family of anonymous pages, and the list of the vmas in which they may be mapped.

    ``root`` is the oldest ancestor; only the root's ``mutex`` is ever used.  ``refcount`` counts
    1 for a list that is or will be non-empty, 1 for each descendant, 1 for each pin.  The memory
    of a freed one stays an anon_vma (SLAB_DESTROY_BY_RCU): so it is not poisoned.
    """

    root = Field["anon_vma"]()
    refcount = atomic_t()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.root = self
        self.refcount = 1
        self.mutex = mutex(f"{self}'s mutex")
        self.head = list_head("same_anon_vma", of=self)

    def __str__(self) -> str:
        return f"anon_vma {self.name}"

    __repr__ = __str__


class anon_vma_chain(KernelObject):
    """One edge between a vma and an anon_vma: a node of either's list."""

    vma = Field["vm_area_struct"]()
    anon_vma = Field["anon_vma"]()
    same_vma = Field["list_head"](MADE_WITH_IT)
    same_anon_vma = Field["list_head"](MADE_WITH_IT)

    def __init__(self) -> None:
        super().__init__()
        self.same_vma = list_head("same_vma", entry=self)
        self.same_anon_vma = list_head("same_anon_vma", entry=self)

    def __str__(self) -> str:
        ends = self.__dict__.get("vma"), self.__dict__.get("anon_vma")
        return (
            f"avc({ends[0]}, {getattr(ends[1], 'name', '?')})"
            if ends[0] is not None
            else "avc(not linked)"
        )

    __repr__ = __str__


# ----------------------------------------------------------------------------------------- vma


class vm_area_struct(KernelObject):
    """One contiguous mapping, [vm_start, vm_end) in bytes; vm_pgoff in pages.

    For private anonymous memory vm_pgoff is vm_start >> 12 when it is mapped, and does not follow
    a vma that is moved once it has been faulted.
    """

    vm_start = Field[int]("bounds")
    vm_end = Field[int]("bounds")
    vm_pgoff = Field[int]("bounds")
    vm_flags = Field[int]()
    anon_vma = Field["anon_vma | None"]()
    vm_mm = Field["mm_struct"](MADE_WITH_IT)
    anon_vma_chain = Field["list_head"](MADE_WITH_IT)

    def __init__(
        self, vm_mm: mm_struct, vm_start: int, vm_end: int, vm_flags: int, vm_pgoff: int
    ) -> None:
        super().__init__()
        self.vm_mm = vm_mm
        self.vm_start = vm_start
        self.vm_end = vm_end
        self.vm_pgoff = vm_pgoff
        self.vm_flags = vm_flags
        self.anon_vma = None
        self.anon_vma_chain = list_head("same_vma", of=self)

    def __str__(self) -> str:
        fields = self.__dict__
        return f"{fields['vm_mm']}:{fields['vm_start']:x}-{fields['vm_end']:x}"

    def __repr__(self) -> str:
        return f"<vma {self} pgoff {self.__dict__['vm_pgoff']:#x}>"

    @property
    def vm_next(self) -> vm_area_struct | None:
        """The vma behind this one in its mm, if it is in it; plain: mmap_sem guards the order."""
        vmas = self.vm_mm.vmas
        place = vmas.index(self) + 1 if self in vmas else len(vmas)
        return vmas[place] if place < len(vmas) else None


@atomic
def vma_bounds(vma: vm_area_struct) -> tuple[int, int, int]:
    """(vm_start, vm_end in bytes, vm_pgoff in pages), read at once."""
    return vma.vm_start, vma.vm_end, vma.vm_pgoff


@atomic
def set_vma_bounds(vma: vm_area_struct, start: int, end: int, pgoff: int) -> None:
    """Write a vma's bounds at once; start and end in bytes, pgoff in pages."""
    vma.vm_start, vma.vm_end, vma.vm_pgoff = start, end, pgoff


# ---------------------------------------------------------------------------------------- page


class page(Lock, KernelObject):
    """A page frame and its struct page; ``pfn`` is its page frame number.

    The page is its own lock (PG_locked).  ``mapping`` is the anon_vma of an anonymous page, kept
    when it is unmapped; ``index`` its linear page offset; ``mapcount`` the number of ptes that
    map it (Linux stores one less); ``count`` the number of references.  ``contents`` are its
    PAGE_SIZE bytes.
    """

    mapping = Field["anon_vma | None"]()
    index = Field[int]()
    mapcount = atomic_t()
    count = atomic_t()
    contents = Field[bytes]()
    flag_names = Field[frozenset[str]]()

    def __init__(self, pfn: int) -> None:
        super().__init__(f"page {pfn:#x}")
        self.pfn = pfn
        self.mapping = None
        self.index = 0
        self.mapcount = 0
        self.count = 1
        self.contents = ZEROS
        self.flag_names = frozenset()

    def __repr__(self) -> str:
        return f"<page frame {self.pfn:#x}>"

    @property
    def flags(self) -> frozenset[str]:
        """Names of the flags that are set: locked, dirty."""
        return self.flag_names | ({"locked"} if self.owner is not None else frozenset())


class pte_t(NamedTuple):
    """A page-table entry: a value.

    `kind` is "none", "present", "zero" (the shared zero page, special: in no rmap) or "migration"
    (then `page` is the old page, and `write` tells a write entry from a read entry).  `protnone`:
    not accessible at all, as after mprotect(PROT_NONE).
    """

    kind: str
    page: page | None = None
    write: bool = False
    dirty: bool = False
    young: bool = False
    protnone: bool = False

    def __str__(self) -> str:
        if self.page is None:
            return self.kind
        access = "rw" if self.write else "r"
        return f"{'migration entry for ' if self.kind == 'migration' else ''}{self.page} {access}"


PTE_NONE = pte_t("none")
PTE_ZERO = pte_t("zero", young=True)


def mk_pte(page: page, vma: vm_area_struct, write: bool = False) -> pte_t:
    """A present, young pte for `page` with the protection of a private `vma`.

    With `write` it is writable, as by pte_mkwrite(), whatever the vma says: whoever asks for that
    has looked.  (So in 3.15 still; in 4.18 migration looks again.)  What migration stores is old in
    Linux, not young; nothing here looks at that.
    """
    access = vma.vm_flags & (VM_READ | VM_WRITE | VM_EXEC)
    return pte_t("present", page, write, False, True, not access)


def make_migration_entry(page: page, write: bool) -> pte_t:
    """A migration entry for `page`, which must be locked."""
    BUG_ON(page.owner is None, at="include/linux/swapops.h")
    return pte_t("migration", page, write)


def is_migration_entry(pte: pte_t) -> bool:
    """Whether `pte` is a migration entry, of either type."""
    return pte.kind == "migration"


def migration_entry_to_page(pte: pte_t) -> page:
    """The old page that a migration entry names.

    BUG_ON it is unlocked: whoever put the entry there holds the page lock until every copy of the
    entry has been replaced.  (include/linux/swapops.h, line 105 up to v3.0, 126 in v3.1 to v3.3,
    129 in v3.6 and v3.7)
    """
    assert pte.page is not None
    kernel = pte.page._kernel
    line = kernel.release.swapops_bug_line if kernel is not None else 126
    place = "include/linux/swapops.h" if line is None else f"include/linux/swapops.h:{line}"
    BUG_ON(pte.page.owner is None, at=place)
    return pte.page


# --------------------------------------------------------------------------------- page tables


class pte_slot(Named):
    """The place of one pte in a page table; `address` in bytes, of its mm."""

    table: page_table
    mm: mm_struct
    address: int
    pte = Field[pte_t]()

    def __init__(self, table: page_table, mm: mm_struct, address: int) -> None:
        super().__init__()
        self.__dict__.update(table=table, mm=mm, address=address)  # of which there are many
        self.pte = PTE_NONE

    def __str__(self) -> str:
        return f"pte {self.mm}:{self.address:x}"


class page_table(KernelObject):
    """A page of ptes, for addresses from `start` (bytes), and the lock that guards them."""

    slots = Field[tuple[pte_slot, ...]]()
    mm = Field["mm_struct"](MADE_WITH_IT)
    start = Field[int](MADE_WITH_IT)
    ptl = Field["Lock"](MADE_WITH_IT)

    def __init__(self, mm: mm_struct, start: int) -> None:
        super().__init__()
        self.mm = mm
        self.start = start
        self.slots = tuple(
            pte_slot(self, mm, start + i * PAGE_SIZE) for i in range(mm.ptes_per_table)
        )
        self.ptl = spinlock(f"ptl {mm}:{start:x}") if mm.split_ptlocks else mm.page_table_lock

    def __str__(self) -> str:
        fields = self.__dict__
        return f"page table {fields['mm']}:{fields['start']:x}"

    def slot(self, address: int) -> pte_slot:
        """The slot for `address` (bytes).  Plain: no step."""
        return self.slots[(address - self.start) >> PAGE_SHIFT]


class pmd(Named):
    """The entry of an mm that points to a page table, or to none.

    It is named by its place, not by who looked at it first.
    """

    mm: mm_struct
    index: int
    table = Field[page_table | None]()

    def __init__(self, mm: mm_struct, index: int) -> None:
        key = -(mm.key << 44) - (index + 1) * FIELDS_PER_OBJECT
        self.__dict__.update(key=key, mm=mm, index=index, table=None)

    def __str__(self) -> str:
        return f"pmd {self.mm}:{self.index * self.mm.table_span:x}"


class mm_struct(KernelObject):
    """One address space: its vmas, sorted by address, and its page tables.

    ``table_span`` is what one page table covers, in bytes.
    """

    vmas = Field[tuple[vm_area_struct, ...]]()

    def __init__(self, name: str, ptes_per_table: int, split_ptlocks: bool) -> None:
        super().__init__()
        self.name = name
        self.ptes_per_table = ptes_per_table
        self.table_span = ptes_per_table * PAGE_SIZE
        self.split_ptlocks = split_ptlocks
        self.mmap_sem = rw_semaphore(f"{name}'s mmap_sem")
        self.page_table_lock = spinlock(f"{name}'s page_table_lock")
        self.pmds: dict[int, pmd] = {}
        self.mmap_base = MMAP_BASE
        self.vmas = ()

    def __str__(self) -> str:
        return self.name

    __repr__ = __str__

    @property
    def map_count(self) -> int:
        """The number of vmas."""
        return len(self.vmas)

    def pmd_at(self, address: int) -> pmd:
        """The entry for `address` (bytes)."""
        index = address // self.table_span
        if index not in self.pmds:
            entry = self.pmds[index] = pmd(self, index)
            if self._kernel is not None:
                self._kernel.adopt(entry)
        return self.pmds[index]

    def slot_at(self, address: int) -> pte_slot | None:
        """The slot for `address` (bytes), None without a page table.  Plain: no step."""
        table = self.pmd_at(address).table
        if table is None:
            return None
        return table.slot(address)

    def tables(self) -> list[page_table]:
        """The page tables in address order.  Plain: a CPU has looked wherever one may be."""
        for vma in () if _atomic.current is None else self.vmas:
            for address in range(vma.vm_start, vma.vm_end + self.table_span - 1, self.table_span):
                self.pmd_at(min(address, vma.vm_end - 1))
        found = [self.pmds[index].table for index in sorted(self.pmds)]
        return [table for table in found if table is not None]


# ------------------------------------------------------------------------------- searching vmas


def find_vma(mm: mm_struct, addr: int) -> vm_area_struct | None:
    """The first vma that ends above `addr` (bytes).  Plain; mmap_sem is held."""
    return next((vma for vma in mm.vmas if addr < vma.vm_end), None)


def find_vma_prev(mm: mm_struct, addr: int) -> vm_area_struct | None:
    """The last vma that ends at or below `addr` (bytes).  Plain; mmap_sem is held.

    Linux's also returns what find_vma() does.
    """
    return next((vma for vma in reversed(mm.vmas) if vma.vm_end <= addr), None)


def insert_vma(mm: mm_struct, vma: vm_area_struct) -> None:
    """Ours: put `vma` into its mm, in address order.  Plain; mmap_sem is held for writing."""
    mm.vmas = tuple(sorted((*mm.vmas, vma), key=lambda each: each.vm_start))


def detach_vma(mm: mm_struct, vma: vm_area_struct) -> None:
    """Ours: take `vma` out of its mm.  Plain; mmap_sem is held for writing."""
    mm.vmas = tuple(each for each in mm.vmas if each is not vma)


def vma_pages(vma: vm_area_struct) -> int:
    """The length of `vma`, in pages.  (include/linux/mm.h)"""
    return (vma.vm_end - vma.vm_start) >> PAGE_SHIFT
