"""Page tables, ptes, and what is done with a page: arch/x86/include/asm/pgtable.h, mm/memory.c.

Two levels are enough: an entry of the mm points to a page table or to none, a page table holds
ptes.  How many is a parameter of the booted kernel, 512 as on x86-64 or 2 for a picture.  So is
whether each table has its own lock or all share the mm's page_table_lock (both exist:
CONFIG_SPLIT_PTLOCK_CPUS).

Left out: TLBs, which a model with one memory does not have.  What names no release is the same in
every release of the model.
"""

from __future__ import annotations

from collections.abc import Iterator

from .alloc import allocation, booted_kernel
from .atomic import Finding, Operation, atomic, atomic_when, forwards
from .bug import BUG_ON, oops
from .counters import at_most, atomic_dec, atomic_inc
from .locks import Lock, drop, is_free, might_sleep, spin_lock, spin_unlock, take
from .mm_types import ENOMEM, PTE_NONE, kfree, mm_struct, page, page_table, pmd, pte_slot, pte_t
from .text import kernel_function

MOST_TABLES = 1 << 18
"""How many page tables an mm may need: 512 GiB, with tables as on x86-64."""

# ------------------------------------------------------------------------------------- the ptes


@atomic
def pmd_read(mm: mm_struct, address: int) -> page_table | None:
    """Ours: the page table for `address` (bytes), or None."""
    return mm.pmd_at(address).table


async def pte_offset_map_lock(mm: mm_struct, address: int) -> tuple[pte_slot, Lock] | None:
    """The slot for `address` (bytes), with its lock held, and the lock; None without a table.

    (include/linux/mm.h)
    """
    table = await pmd_read(mm, address)
    if table is None:
        return None
    slot = table.slot(address)
    await spin_lock(table.ptl)
    return slot, table.ptl


@forwards
def pte_unmap_unlock(slot: pte_slot, ptl: Lock) -> Operation[None]:
    """Drop what pte_offset_map_lock() took.  (include/linux/mm.h)"""
    if not isinstance(slot, pte_slot):
        raise TypeError(f"{slot} is not a slot; pte_offset_map_lock(mm, address) gives it and ptl")
    return spin_unlock(ptl)


@atomic
def pte_read(slot: pte_slot) -> pte_t:
    """Ours: the pte in `slot`."""
    return slot.pte


@atomic
def ptep_get_and_clear(slot: pte_slot) -> pte_t:
    """Empty `slot`, whose ptl is held; what it held."""
    pte = slot.pte
    slot.pte = PTE_NONE
    return pte


@atomic
def set_pte_at(slot: pte_slot, pte: pte_t) -> None:
    """Store `pte` in `slot`, whose ptl is held."""
    slot.pte = pte


def slots_between(table: page_table, start: int, end: int) -> Iterator[pte_slot]:
    """Ours: the slots of `table` for addresses in [start, end), in bytes.  Plain: no step."""
    return (slot for slot in table.slots if start <= slot.address < end)


def tables_between(mm: mm_struct, start: int, end: int) -> Iterator[page_table]:
    """Ours: the page tables that cover part of [start, end), in bytes, in address order.  Plain.

    Each entry is looked at, and one that has no table yet is one that somebody may fill.
    """
    if end - start > MOST_TABLES * mm.table_span:  # whoever writes bounds is not asked before
        raise Finding("exception", f"[{start:#x}, {end:#x}) is longer than an address space may be")
    for address in range(start - start % mm.table_span, end, mm.table_span):
        table = mm.pmd_at(address).table
        if table is not None:
            yield table


# ----------------------------------------------------------------------------- making page tables


@atomic
def pmd_populate(entry: pmd, table: page_table) -> None:
    """Let `entry` point to `table`; page_table_lock is held.  (arch/x86/include/asm/pgalloc.h)"""
    entry.table = table


@atomic
def pmd_clear(entry: pmd) -> None:
    """Let `entry` point to no table: no vma needs it.  (arch/x86/include/asm/pgtable.h)"""
    entry.table = None


@kernel_function("mm/memory.c")
async def pte_alloc(mm: mm_struct, address: int) -> int:
    """See to it that there is a page table for `address` (bytes).

    v3.0 to v3.3, pte_alloc_map without the map.  Allocates outside of any lock, then looks again
    under page_table_lock: somebody else may have been faster.

    Returns 0, or -ENOMEM.
    """
    if await pmd_read(mm, address) is not None:
        return 0
    if not allocation("page table"):
        return -ENOMEM
    table = page_table(mm, address - address % mm.table_span)
    entry = mm.pmd_at(address)
    await spin_lock(mm.page_table_lock)
    if entry.table is None:
        await pmd_populate(entry, table)
    else:
        pte_free(table)
    await spin_unlock(mm.page_table_lock)
    return 0


def pte_free(table: page_table) -> None:
    """Give back a page table, with its slots: using one afterwards is caught.
    (arch/x86/include/asm/pgalloc.h)
    """
    for slot in table.slots:
        kfree(slot)
    if table._kernel is not None:
        own = () if table.ptl is table.mm.page_table_lock else (table.ptl,)
        table._kernel.disown(*table.slots, *own)
    kfree(table)


@kernel_function("mm/memory.c")
async def free_pgd_range(mm: mm_struct, start: int, end: int, floor: int, ceiling: int) -> None:
    """Free the page tables of [start, end) that nothing in [floor, ceiling) but it needs.

    v3.0 to v3.3.  `floor` is where the vma below ends, `ceiling` where the one above starts, all
    in bytes: a table that reaches beyond them stays.
    """
    for table in list(tables_between(mm, start, end)):
        if table.start >= floor and table.start + mm.table_span <= ceiling:
            await pmd_clear(mm.pmd_at(table.start))
            pte_free(table)


# ------------------------------------------------------------------------------------ the pages


def alloc_page() -> page | None:
    """A new page frame, zeroed, with one reference; None if the allocation fails.  Plain: no step.
    (include/linux/gfp.h)

    Frames come from a pool per CPU and are not used again within an execution: a shared allocator
    would make every two allocations conflict, and a frame that comes back could hide a stale pte.
    """
    if not allocation("page"):
        return None
    return page(booted_kernel().next_pfn())


@atomic
def get_page(page: page) -> None:
    """Take a reference; the caller knows that there is one.  (include/linux/mm.h)"""
    BUG_ON(at_most(page, "count", 0), at="include/linux/mm.h get_page")
    atomic_inc(page, "count")


@atomic
def get_page_unless_zero(page: page) -> bool:
    """Take a reference unless the page is free; whether it was taken.  (include/linux/mm.h)"""
    if at_most(page, "count", 0):
        return False
    atomic_inc(page, "count")
    return True


@atomic
def put_page(page: page) -> None:
    """Drop a reference; the last one frees the page.  (mm/swap.c)"""
    if at_most(page, "count", 0):
        oops("kernel BUG: the reference count of a page falls below 0 (mm/swap.c put_page)")
    atomic_dec(page, "count")
    if at_most(page, "count", 0):
        if not at_most(page, "mapcount", 0) or page.owner is not None:
            oops(f"BUG: Bad page state: {page} is freed while mapped or locked (mm/page_alloc.c)")
        page.mapping = None
        page.flag_names = frozenset()


# -------------------------------------------------------------------------------- the page lock
# A page is its own lock.  Whoever puts a migration entry somewhere holds it until every copy of
# the entry has been replaced.


@atomic_when(Lock.owner, is_free)
def lock_page(page: page) -> None:
    """Take the page lock, sleeping while another CPU holds it.  (include/linux/pagemap.h)"""
    might_sleep()
    take(page, waited=True)


@atomic
def trylock_page(page: page) -> bool:
    """Take the page lock if it is free, never sleeping; whether it was taken.
    (include/linux/pagemap.h)
    """
    if page.owner is not None:
        return False
    take(page, waited=False)
    return True


@atomic
def unlock_page(page: page) -> None:
    """Drop the page lock.  From here on a migration entry that still names the page is poison.
    (mm/filemap.c)
    """
    drop(page)


@atomic_when(Lock.owner, is_free)
def wait_on_page_locked(page: page) -> None:
    """Wait until nobody holds the page lock, without taking it.  (include/linux/pagemap.h)"""
    might_sleep()
    assert page.owner is None
