"""What a program can see of today's merging and moving: the release "running".

A series on top of v3.3, each rule under the change that brought it, for whatever shows in return
values, /proc/PID/maps and contents.  It was held against a running 6.18.44, call by call.

Only what shows is modelled.  What keeps walks and moves apart is that of v3.3 (since v3.7 it is a
tree of intervals, and the root's lock around the moves): so "running" is no place to explore races.
"""

from __future__ import annotations

from .bug import VM_BUG_ON
from .mm_types import (
    DAC_MMAP_MIN_ADDR,
    EFAULT,
    EINVAL,
    ENOMEM,
    EPERM,
    PAGE_SHIFT,
    PAGE_SIZE,
    TASK_SIZE,
    ULONG_MAX,
    VM_ACCOUNT,
    VM_WRITE,
    anon_vma,
    find_vma,
    find_vma_prev,
    mm_struct,
    page_align,
    vm_area_struct,
    vma_pages,
)
from .mmap import (
    MAX_MAP_COUNT,
    do_munmap,
    get_unmapped_area,
    is_mergeable_anon_vma,
    new_vma_like,
    split_vma,
    vma_adjust,
)
from .mmap import vma_merge as vma_merge_symbol
from .mprotect import change_protection
from .mremap import MREMAP_FIXED, MREMAP_MAYMOVE, move_vma, vma_expandable
from .mremap import mremap_to as mremap_to_symbol
from .releases import anon_vma_moveto_tail
from .rmap import anon_vma_clone, chain_is_singular
from .text import RELEASES, Patch, Release, kernel_function

# ------------------------------------------------------------------- 879bca0a2c4f, v6.16: merging


async def vma_merge(
    mm: mm_struct,
    prev: vm_area_struct | None,
    addr: int,
    end: int,
    vm_flags: int,
    anon_vma: anon_vma | None,
    pgoff: int,
) -> vm_area_struct | None:
    """Extend a neighbour to cover [addr, end), in bytes, instead of making a new vma.

    mm/vma.c, v6.16.  As in v3.3, but a faulted range may also join a neighbour that is unfaulted,
    which then gets the chain of the range's vma; unless that chain has more than one node, as
    that of a fork's child has.

    Returns the vma that now covers the range; None if there is no merge, or no memory for it.
    """
    return await _merge(mm, prev, addr, end, vm_flags, anon_vma, pgoff, None)


@kernel_function("mm/vma.c", new=True)
async def vma_merge_copied_range(
    vma: vm_area_struct, prev: vm_area_struct | None, addr: int, end: int, pgoff: int
) -> vm_area_struct | None:
    """As vma_merge(), for the range that mremap will move ptes of `vma` to.

    mm/vma.c.  It is `vma` whose chain must have one node, and is inherited (61f67c230a5e and
    3b617fd3d317, v6.18.8).
    """
    mm = vma.vm_mm
    return await _merge(mm, prev, addr, end, vma.vm_flags, vma.anon_vma, pgoff, vma)


async def _merge(
    mm: mm_struct,
    prev: vm_area_struct | None,
    addr: int,
    end: int,
    vm_flags: int,
    anon_vma: anon_vma | None,
    pgoff: int,
    copied_from: vm_area_struct | None,
) -> vm_area_struct | None:
    pages = (end - addr) >> PAGE_SHIFT
    vmas = mm.vmas
    place = vmas.index(prev) + 1 if prev is not None else 0
    area = next = vmas[place] if place < len(vmas) else None
    middle = None
    if prev is not None and addr < prev.vm_end:  # mprotect of the upper part of `prev`
        middle = prev
    elif area is not None and area.vm_start <= addr:  # mprotect of `area`, or its lower part
        middle = area
    if next is not None and next.vm_end == end:
        next = vmas[place + 1] if place + 1 < len(vmas) else None

    owner = copied_from or middle
    inherited = owner is not None and not _is_alone(owner)

    def joins(neighbour: vm_area_struct) -> bool:
        if anon_vma is not None and neighbour.anon_vma is None:
            return not inherited
        if anon_vma is None and neighbour.anon_vma is not None:
            return chain_is_singular(neighbour)
        return neighbour.anon_vma is anon_vma

    fits_prev = (
        prev is not None
        and prev.vm_end == addr
        and prev.vm_flags == vm_flags
        and prev.vm_pgoff + vma_pages(prev) == pgoff
        and joins(prev)
    )
    fits_next = (
        next is not None
        and end == next.vm_start
        and next.vm_flags == vm_flags
        and next.vm_pgoff == pgoff + pages
        and joins(next)
    )
    if fits_prev and prev is not None:
        new_end = end
        if fits_next and next is not None:
            if is_mergeable_anon_vma(prev.anon_vma, next.anon_vma, None):
                new_end = next.vm_end
        if await _inherit_chain(prev, copied_from):
            return None
        error = await vma_adjust(prev, prev.vm_start, new_end, prev.vm_pgoff)
        return None if error else prev

    if fits_next and next is not None and area is not None:
        if prev is not None and addr < prev.vm_end:
            error = await vma_adjust(prev, prev.vm_start, addr, prev.vm_pgoff)
        elif await _inherit_chain(area, copied_from):
            return None
        else:
            error = await vma_adjust(area, addr, next.vm_end, next.vm_pgoff - pages)
        return None if error else area
    return None


def _is_alone(vma: vm_area_struct) -> bool:
    """Whether no page of `vma` can be a parent's: its chain has at most one node.  Plain."""
    return vma.anon_vma is None or chain_is_singular(vma)


async def _inherit_chain(target: vm_area_struct, source: vm_area_struct | None) -> int:
    """Register an unfaulted `target` of mremap as its `source` is; 0 or -ENOMEM."""
    if source is None or source.anon_vma is None or target.anon_vma is not None:
        return 0
    if error := await anon_vma_clone(target, source):
        return error
    target.anon_vma = source.anon_vma
    return 0


async def copy_vma(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> tuple[vm_area_struct, vm_area_struct | None]:
    """The vma at `addr` for `length` bytes that mremap will move the ptes of `vma` into.

    mm/vma.c.  As in v3.3; but it merges by vma_merge_copied_range().

    Returns (vma as the caller must use it from now on, new vma; None for want of memory).
    """
    mm = vma.vm_mm
    vma_start = vma.vm_start
    faulted_in_anon_vma = vma.anon_vma is not None
    if not faulted_in_anon_vma:
        pgoff = addr >> PAGE_SHIFT
    prev = find_vma_prev(mm, addr)
    new_vma = await vma_merge_copied_range(vma, prev, addr, addr + length, pgoff)
    if new_vma is None:
        return vma, await new_vma_like(vma, addr, length, pgoff)
    if new_vma.vm_start <= vma_start < new_vma.vm_end:
        VM_BUG_ON(faulted_in_anon_vma, at="mm/vma.c copy_vma")
        vma = new_vma
    else:
        await anon_vma_moveto_tail(new_vma)
    return vma, new_vma


# ------------------------------------------------------------------------ v6.7: VM_ACCOUNT can go


async def mprotect_fixup(
    vma: vm_area_struct, prev: vm_area_struct | None, start: int, end: int, newflags: int
) -> tuple[int, vm_area_struct]:
    """Give [start, end) of `vma`, in bytes, the flags `newflags`: merge, or split, then the ptes.

    mm/mprotect.c.  As in v3.3; but a vma that is no longer writable loses VM_ACCOUNT again while
    it is unfaulted, and so can merge with what was mapped read-only from the start.

    Returns (0 or -ENOMEM, the vma that now covers the range).
    """
    mm = vma.vm_mm
    oldflags = vma.vm_flags
    if newflags == oldflags:
        return 0, vma
    if newflags & VM_WRITE:
        newflags |= VM_ACCOUNT
    elif vma.anon_vma is None:
        newflags &= ~VM_ACCOUNT
    pgoff = vma.vm_pgoff + ((start - vma.vm_start) >> PAGE_SHIFT)
    merged = await vma_merge_symbol(mm, prev, start, end, newflags, vma.anon_vma, pgoff)
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


# -------------------------------------------------------------------------------- mremap's changes


async def mremap_to(mm: mm_struct, addr: int, old_len: int, new_len: int, new_addr: int) -> int:
    """mremap(2) with MREMAP_FIXED: move to `new_addr`, whatever is mapped there.

    mm/mremap.c, v6.17.  The old range is checked before the new one is unmapped.  Without a
    change of length it may span several vmas and holes: each piece is moved by itself, and only
    what a piece covers is unmapped.  Whether there may be so many vmas is asked before all that.

    Returns the new address, -EINVAL, -EFAULT, -ENOMEM or -EPERM.
    """
    if new_addr % PAGE_SIZE or new_addr > TASK_SIZE - new_len:
        return -EINVAL
    old_end = (addr + old_len) & ULONG_MAX
    if new_addr < old_end and addr < new_addr + new_len:
        return -EINVAL
    if mm.map_count + 2 >= MAX_MAP_COUNT - 3:
        return -ENOMEM
    vma = find_vma(mm, addr)
    if vma is None or vma.vm_start > addr:
        return -EFAULT
    if old_len == 0:
        return -EINVAL
    if old_len != new_len:
        if min(old_len, new_len) > vma.vm_end - addr:
            return -EFAULT
        return await _move_one(mm, addr, old_len, new_len, new_addr)
    at, finish = addr, addr + old_len
    while at < finish:
        vma = find_vma(mm, at)
        if vma is None or vma.vm_start >= finish:
            break
        at, end = max(at, vma.vm_start), min(vma.vm_end, finish)
        result = await _move_one(mm, at, end - at, end - at, at - addr + new_addr)
        if result < 0:
            return result
        at = end
    return new_addr


async def _move_one(mm: mm_struct, addr: int, old_len: int, new_len: int, new_addr: int) -> int:
    """Move one piece, which lies in one vma; its new address, -ENOMEM or -EPERM."""
    if error := await do_munmap(mm, new_addr, new_len):
        return error
    if old_len > new_len:
        if error := await do_munmap(mm, addr + new_len, old_len - new_len):
            return error
        old_len = new_len
    if new_addr < DAC_MMAP_MIN_ADDR:
        return -EPERM
    vma = find_vma(mm, addr)
    assert vma is not None
    return await move_vma(vma, addr, old_len, new_len, new_addr)


async def do_mremap(
    mm: mm_struct, addr: int, old_len: int, new_len: int, flags: int, new_addr: int
) -> int:
    """mremap(2), after mmap_sem is taken for writing.

    mm/mremap.c.  As in v3.3, but for four rules: something must be mapped at `addr` (550a7d60bd5e,
    v5.16); old_len 0 is refused for private memory (dba58d3b8c50, v4.14); growing in place joins
    the vma behind if that fits (ca3d76b0aa80, v6.1); MREMAP_FIXED is mremap_to().

    Returns the address of the mapping in bytes, or -EINVAL, -EFAULT, -ENOMEM.
    """
    if flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE) or addr % PAGE_SIZE:
        return -EINVAL
    old_len, new_len = page_align(old_len), page_align(new_len)
    if new_len == 0 or new_len > TASK_SIZE:
        return -EINVAL
    if flags & MREMAP_FIXED:
        if not flags & MREMAP_MAYMOVE:
            return -EINVAL
        return await mremap_to_symbol(mm, addr, old_len, new_len, new_addr)

    vma = find_vma(mm, addr)
    if vma is None or vma.vm_start > addr:
        return -EFAULT
    if old_len == 0:
        return -EINVAL
    if old_len >= new_len:
        error = await do_munmap(mm, addr + new_len, old_len - new_len)
        return error if error and old_len != new_len else addr
    if old_len > vma.vm_end - addr:
        return -EFAULT
    if old_len == vma.vm_end - addr and vma_expandable(vma, new_len - old_len):
        return addr if await _grow(vma, addr + new_len) else -ENOMEM
    if not flags & MREMAP_MAYMOVE:
        return -ENOMEM
    place = get_unmapped_area(mm, 0, new_len, fixed=False)
    if place < 0:
        return place
    return await move_vma(vma, addr, old_len, new_len, place)


async def _grow(vma: vm_area_struct, end: int) -> bool:
    """Let `vma` end at `end` (bytes), and join what is there if that fits; whether it worked."""
    pgoff = vma.vm_pgoff + vma_pages(vma)
    arguments = vma.vm_mm, vma, vma.vm_end, end, vma.vm_flags, vma.anon_vma, pgoff
    return await vma_merge_symbol(*arguments) is not None


# ------------------------------------------------------------------------------------------ series

UNACCOUNT_UNFAULTED = Patch(
    "20230626204612.106165-1-lstoakes@gmail.com",
    [mprotect_fixup],
    "mm/mprotect: allow unfaulted VMAs to be unaccounted on mprotect() (v6.7)",
)
MERGE_FAULTED = Patch(
    "879bca0a2c4f",
    [vma_merge, vma_merge_copied_range, copy_vma],
    "mm/vma: fix incorrectly disallowed anonymous VMA merges (v6.16), "
    "with its repairs 61f67c230a5e and 3b617fd3d317 (v6.18.8)",
)
MREMAP_OF_TODAY = Patch(
    "ca3d76b0aa80",
    [mremap_to, do_mremap],
    "mm: add merging after mremap resize (v6.1), with what else a program sees of "
    "dba58d3b8c50 (v4.14), 550a7d60bd5e (v5.16) and "
    "mm/mremap: permit mremap() move of multiple VMAs (v6.17)",
)

RELEASES["running"] = Release(
    "running",
    (UNACCOUNT_UNFAULTED, MERGE_FAULTED, MREMAP_OF_TODAY),
    after="v3.3",
    swapops_bug_line=126,
)
