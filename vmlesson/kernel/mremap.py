"""Moving and resizing mappings: mm/mremap.c.

The ptes are moved, not the pages.  Left out everywhere: files, huge pages, TLBs, mlock, KSM,
accounting (but for its flag, which merging compares) and overcommit.
"""

from __future__ import annotations

from .alloc import booted_kernel
from .locks import spin_lock, spin_unlock
from .mm_types import DAC_MMAP_MIN_ADDR, EFAULT, EINVAL, ENOMEM, EPERM, PAGE_SHIFT, PAGE_SIZE
from .mm_types import TASK_SIZE, ULONG_MAX, VM_ACCOUNT, find_vma, mm_struct, page_align, page_table
from .mm_types import vm_area_struct
from .mmap import MAX_MAP_COUNT, copy_vma, do_munmap, get_unmapped_area, may_expand_vm, vma_adjust
from .pgtable import pmd_read, pte_alloc, ptep_get_and_clear, set_pte_at, slots_between
from .text import kernel_function, kernel_predicate

MREMAP_MAYMOVE, MREMAP_FIXED = 1, 2


@kernel_function("mm/mremap.c")
async def move_ptes(
    vma: vm_area_struct,
    old_table: page_table,
    old_addr: int,
    old_end: int,
    new_vma: vm_area_struct,
    new_table: page_table,
    new_addr: int,
) -> None:
    """Move the ptes of [old_addr, old_end), in bytes, to `new_addr`: one batch.

    v3.0 to v3.3.  Holds the old ptl and, nested in it, the new one (if they are two): so a batch
    is atomic for whoever takes either, and not for whoever looks without.  Every pte but none is
    cleared and stored at its new place, migration entries alike.  No lock of the anon_vma's.
    """
    await spin_lock(old_table.ptl)
    if new_table.ptl is not old_table.ptl:
        await spin_lock(new_table.ptl)
    for old_slot in slots_between(old_table, old_addr, old_end):
        if old_slot.pte.kind == "none":
            continue
        pte = await ptep_get_and_clear(old_slot)
        await set_pte_at(new_table.slot(old_slot.address - old_addr + new_addr), pte)
    if new_table.ptl is not old_table.ptl:
        await spin_unlock(new_table.ptl)
    await spin_unlock(old_table.ptl)


@kernel_function("mm/mremap.c")
async def move_page_tables(
    vma: vm_area_struct,
    old_addr: int,
    new_vma: vm_area_struct,
    new_addr: int,
    length: int,
) -> int:
    """Move the ptes of `length` bytes at `old_addr` of `vma` to `new_addr` of `new_vma`.

    v3.0 to v3.6.  mmap_sem is held for writing.  In batches of at most 64 pages (a parameter
    here) that cross no border of a page table on either side; a page table is allocated where the
    new place has none, and where that fails it stops.

    Returns the number of bytes done, with ptes or without.
    """
    mm = vma.vm_mm
    batch = booted_kernel().pages_per_batch * PAGE_SIZE
    span = mm.table_span
    done = 0
    while done < length:
        old, new = old_addr + done, new_addr + done
        extent = min(length - done, span - old % span)
        old_table = await pmd_read(mm, old)
        if old_table is not None:
            if await pte_alloc(mm, new):
                break
            new_table = mm.pmd_at(new).table
            assert new_table is not None
            extent = min(extent, span - new % span, batch)
            await move_ptes(vma, old_table, old, old + extent, new_vma, new_table, new)
        done += extent
    return done


@kernel_function("mm/mremap.c")
async def move_vma(
    vma: vm_area_struct, old_addr: int, old_len: int, new_len: int, new_addr: int
) -> int:
    """Move `old_len` bytes at `old_addr` of `vma` to `new_addr`, where they may grow to `new_len`.

    v3.0 to v3.2.  mmap_sem is held for writing; nothing is mapped at the new place.  If a page
    table for the new place cannot be had half-way, what was moved is moved back, and the new range
    is unmapped instead of the old one.

    Returns the new address in bytes, or -ENOMEM with the source mapped as before.
    """
    mm = vma.vm_mm
    if mm.map_count >= MAX_MAP_COUNT - 3:
        return -ENOMEM
    new_pgoff = vma.vm_pgoff + ((old_addr - vma.vm_start) >> PAGE_SHIFT)
    vma, new_vma = await copy_vma(vma, new_addr, new_len, new_pgoff)
    if new_vma is None:
        return -ENOMEM
    moved_len = await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)
    if moved_len < old_len:
        await move_page_tables(new_vma, new_addr, vma, old_addr, moved_len)
        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM
    await unmap_source(mm, old_addr, old_len)
    return new_addr


async def unmap_source(mm: mm_struct, addr: int, length: int) -> None:
    """Ours, the end of move_vma(): unmap [addr, addr + length), in bytes, a part of one vma.

    v3.0 to v6.18.  mmap_sem is held for writing.  If there is no memory for it the range stays,
    empty, and all of its vma has lost VM_ACCOUNT: until mprotect makes it writable anew, it merges
    with nothing that has that.  (Linux hides the flag before, and restores it after a success;
    nobody can look in between.)
    """
    vma = find_vma(mm, addr)
    assert vma is not None
    start, end = vma.vm_start, vma.vm_end
    if await do_munmap(mm, addr, length):
        for piece in mm.vmas:
            if start <= piece.vm_start < end:
                piece.vm_flags &= ~VM_ACCOUNT


def vma_to_resize(mm: mm_struct, addr: int, old_len: int, new_len: int) -> vm_area_struct | int:
    """The vma that `old_len` bytes at `addr` lie in, if they may become `new_len`.

    v3.0 to v3.3.  Plain; mmap_sem is held.  Left out: page offsets that overflow, which 64 bits
    cannot.

    Returns the vma; or -EFAULT (nothing mapped at addr, or the range crosses the vma's end), or
    -ENOMEM (may_expand_vm).
    """
    vma = find_vma(mm, addr)
    if vma is None or vma.vm_start > addr or old_len > vma.vm_end - addr:
        return -EFAULT
    return vma if may_expand_vm(mm, new_len - old_len) else -ENOMEM


def vma_expandable(vma: vm_area_struct, delta: int) -> bool:
    """Whether `vma` can grow by `delta` bytes where it is.  v3.0 to v3.3.  Plain."""
    length, next = vma.vm_end + delta - vma.vm_start, vma.vm_next
    if next is not None and next.vm_start < vma.vm_start + length:
        return False
    return get_unmapped_area(vma.vm_mm, vma.vm_start, length, fixed=True) >= 0


@kernel_predicate("mm/mremap.c")
def cannot_resize(mm: mm_struct, addr: int, old_len: int, new_len: int) -> int:
    """Ours, what do_mremap() checks first unless a new address is given: 0 or a negative errno.

    v3.0 to v4.13: nothing.  Who shrinks is not asked whether anything is mapped.
    """
    return 0


@kernel_function("mm/mremap.c")
async def expand_vma(vma: vm_area_struct, end: int) -> int:
    """Ours, a part of do_mremap(): let `vma` end at `end` (bytes); 0 or -ENOMEM.

    v3.0 to v6.0.  mmap_sem is held for writing.  It never joins the vma behind.
    """
    return await vma_adjust(vma, vma.vm_start, end, vma.vm_pgoff)


@kernel_function("mm/mremap.c")
async def mremap_to(mm: mm_struct, addr: int, old_len: int, new_len: int, new_addr: int) -> int:
    """mremap(2) with MREMAP_FIXED: move to `new_addr`, whatever is mapped there.

    v3.0 to v3.3.  mmap_sem is held for writing.  The new range is unmapped *before* the old one is
    checked, and stays so if the check fails.

    Returns the new address, -EINVAL, -EPERM (an ordinary user below dac_mmap_min_addr), or what
    vma_to_resize() and move_vma() say.
    """
    if new_addr % PAGE_SIZE or new_addr > TASK_SIZE - new_len:
        return -EINVAL
    old_end = (addr + old_len) & ULONG_MAX
    if new_addr <= addr < new_addr + new_len or addr <= new_addr < old_end:
        return -EINVAL
    if new_addr < DAC_MMAP_MIN_ADDR:
        return -EPERM
    if error := await do_munmap(mm, new_addr, new_len):
        return error
    if old_len >= new_len:
        error = await do_munmap(mm, addr + new_len, old_len - new_len)
        if error and old_len != new_len:
            return error
        old_len = new_len
    vma = vma_to_resize(mm, addr, old_len, new_len)
    if isinstance(vma, int):
        return vma
    return await move_vma(vma, addr, old_len, new_len, new_addr)


@kernel_function("mm/mremap.c")
async def do_mremap(
    mm: mm_struct, addr: int, old_len: int, new_len: int, flags: int, new_addr: int
) -> int:
    """mremap(2), after mmap_sem is taken for writing.

    v3.0 to v6.18, with what cannot_resize(), mremap_to() and expand_vma() have in each; no other
    flag is known.  Lengths in bytes are rounded up to pages first.  Shrinking unmaps the tail.

    Returns the address of the mapping in bytes, or -EINVAL, -EFAULT, -ENOMEM, -EPERM.
    """
    if flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE) or addr % PAGE_SIZE:
        return -EINVAL
    old_len, new_len = page_align(old_len), page_align(new_len)
    if new_len == 0:
        return -EINVAL
    if flags & MREMAP_FIXED:
        if not flags & MREMAP_MAYMOVE:
            return -EINVAL
        return await mremap_to(mm, addr, old_len, new_len, new_addr)

    if error := cannot_resize(mm, addr, old_len, new_len):
        return error
    if old_len >= new_len:
        error = await do_munmap(mm, addr + new_len, old_len - new_len)
        return error if error and old_len != new_len else addr

    vma = vma_to_resize(mm, addr, old_len, new_len)
    if isinstance(vma, int):
        return vma
    if old_len == vma.vm_end - addr and vma_expandable(vma, new_len - old_len):
        return await expand_vma(vma, addr + new_len) or addr
    if not flags & MREMAP_MAYMOVE:
        return -ENOMEM
    place = get_unmapped_area(mm, 0, new_len, fixed=False)
    if place < 0:
        return place
    return await move_vma(vma, addr, old_len, new_len, place)
