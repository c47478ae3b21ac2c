"""Changing access rights: mm/mprotect.c.

Left out: files, huge pages, growing stacks.
"""

from __future__ import annotations

from .locks import spin_lock, spin_unlock
from .mm_types import ACCESS, EINVAL, ENOMEM, PAGE_SHIFT, PAGE_SIZE, ULONG_MAX, VM_ACCOUNT
from .mm_types import VM_NORESERVE, VM_WRITE, find_vma, find_vma_prev, is_migration_entry, mm_struct
from .mm_types import page_align, vm_area_struct
from .mmap import split_vma, vma_merge
from .pgtable import pte_read, set_pte_at, slots_between, tables_between
from .text import kernel_function, kernel_predicate

PROT_SEM, PROT_GROWSDOWN, PROT_GROWSUP = 0x8, 0x1000000, 0x2000000
PROT_GROWS = PROT_GROWSDOWN | PROT_GROWSUP


@kernel_function("mm/mprotect.c")
async def do_mprotect(mm: mm_struct, start: int, length: int, prot: int) -> int:
    """Give [start, start + length), in bytes, the access rights `prot`, vma by vma.

    v3.0 to v3.3, sys_mprotect.  mmap_sem is held for writing.  PROT_SEM is accepted and does
    nothing.  PROT_GROWSDOWN and PROT_GROWSUP ask for a stack that grows that way: none does here.

    Leaves out -EACCES: whatever is mapped here may get any right.

    Returns 0, -EINVAL (unaligned; no such rights; no such stack) or -ENOMEM (the range wraps; no
    memory to split; a hole, and what precedes it *has* been changed).
    """
    grows, prot = prot & PROT_GROWS, prot & ~PROT_GROWS
    if grows == PROT_GROWS or start % PAGE_SIZE:
        return -EINVAL
    if length == 0:
        return 0
    end = (start + page_align(length)) & ULONG_MAX
    if end <= start:
        return -ENOMEM
    if prot & ~(ACCESS | PROT_SEM):
        return -EINVAL
    prot &= ACCESS
    vma = find_vma(mm, start)
    if vma is None or vma.vm_start >= (end if grows == PROT_GROWSDOWN else start + 1):
        return -ENOMEM
    if grows:
        return -EINVAL
    prev = vma if start > vma.vm_start else find_vma_prev(mm, start)
    nstart = start
    while True:
        newflags = prot | (vma.vm_flags & ~ACCESS)
        tmp = min(vma.vm_end, end)
        error, prev = await mprotect_fixup(vma, prev, nstart, tmp, newflags)
        if error:
            return error
        nstart = max(tmp, prev.vm_end)
        if nstart >= end:
            return 0
        following = prev.vm_next
        if following is None or following.vm_start != nstart:
            return -ENOMEM
        vma = following


@kernel_function("mm/mprotect.c")
async def mprotect_fixup(
    vma: vm_area_struct, prev: vm_area_struct | None, start: int, end: int, newflags: int
) -> tuple[int, vm_area_struct]:
    """Give [start, end) of `vma`, in bytes, the flags `newflags`: merge, or split, then the ptes.

    v3.0 to v6.18.  mmap_sem is held for writing.

    Returns (0 or -ENOMEM, the vma that now covers the range).
    """
    mm = vma.vm_mm
    if newflags == vma.vm_flags:
        return 0, vma
    newflags = accounted(vma, newflags)
    pgoff = vma.vm_pgoff + ((start - vma.vm_start) >> PAGE_SHIFT)
    merged = await vma_merge(mm, prev, start, end, newflags, vma.anon_vma, pgoff)
    if merged is not None:
        vma = merged
    else:
        if start != vma.vm_start:
            if await split_vma(mm, vma, start, new_below=True):
                return -ENOMEM, vma
        if end != vma.vm_end:
            if await split_vma(mm, vma, end, new_below=False):
                return -ENOMEM, vma
    vma.vm_flags = newflags
    await change_protection(vma, start, end)
    return 0, vma


@kernel_predicate("mm/mprotect.c")
def accounted(vma: vm_area_struct, newflags: int) -> int:
    """Ours, a part of mprotect_fixup(): `newflags`, with or without VM_ACCOUNT.

    v3.0 to v6.6.  A private vma that becomes writable gains it, and mprotect never takes it away.
    """
    becomes_writable = newflags & ~vma.vm_flags & VM_WRITE
    if becomes_writable and not newflags & VM_NORESERVE:
        return newflags | VM_ACCOUNT
    return newflags


@kernel_function("mm/mprotect.c")
async def change_protection(vma: vm_area_struct, start: int, end: int) -> None:
    """Bring the ptes of [start, end), in bytes, in line with the flags of `vma`.

    v3.0 to v3.3, change_pte_range.  Under the ptl, table by table.  The ptes of a private vma lose
    write access whatever its new flags are, and a write migration entry becomes a read entry: the
    next write fault gives it back.
    """
    protnone = not vma.vm_flags & ACCESS
    for table in tables_between(vma.vm_mm, start, end):
        await spin_lock(table.ptl)
        for slot in slots_between(table, start, end):
            pte = await pte_read(slot)
            if is_migration_entry(pte):
                await set_pte_at(slot, pte._replace(write=False))
            elif pte.kind != "none":
                await set_pte_at(slot, pte._replace(write=False, protnone=protnone))
        await spin_unlock(table.ptl)
