"""What became of merging and moving: the releases "v6.16" and "today".

A series on top of v3.7, each rule under the change that brought it, for whatever shows in return
values, /proc/PID/maps and contents; it was compared with a running 6.18.44, call by call.  What
keeps walks and moves apart is the tree and the lock of v3.7.  Left out of what came between is what
only makes it faster, and what huge pages need: a lock for many readers, the reuse of an ancestor's
idle anon_vma by fork, moving whole page tables, locks of single vmas.

"v6.16" stands for 6.16 to 6.18.7 (6.16 itself refuses a move of several vmas), "today" for 6.18.8
and later.  "running" is another name of today, for the model beside a running kernel.
"""

from __future__ import annotations

from .mm_types import DAC_MMAP_MIN_ADDR, EFAULT, EINVAL, ENOMEM, EPERM, PAGE_SIZE, TASK_SIZE
from .mm_types import ULONG_MAX, VM_ACCOUNT, VM_WRITE, anon_vma, find_vma, mm_struct
from .mm_types import vm_area_struct, vma_pages
from .mmap import MAX_MAP_COUNT, do_munmap, vma_merge
from .mmap import dup_anon_vma as dup_anon_vma_before
from .mmap import is_mergeable_anon_vma as is_mergeable_anon_vma_before
from .mprotect import accounted as accounted_before
from .mremap import move_vma, vma_to_resize
from .rmap import anon_vma_clone, chain_is_singular
from .text import RELEASES, Patch, Release
from .tree import LOCK_WHERE_NEEDED

# ---------------------------------------------------------- 9b9143298585, v6.7: VM_ACCOUNT can go


def accounted(vma: vm_area_struct, newflags: int) -> int:
    """Ours, a part of mprotect_fixup(): `newflags`, with or without VM_ACCOUNT.

    mm/mprotect.c, v6.7.  A vma that is no longer writable loses it while it is unfaulted, and so
    can merge with what was mapped read-only from the start.
    """
    if newflags & VM_WRITE or vma.anon_vma is not None:
        return accounted_before.function(vma, newflags)
    return newflags & ~VM_ACCOUNT


# ------------------------------------------------------------------- 879bca0a2c4f, v6.16: merging


def is_mergeable_anon_vma(
    av1: anon_vma | None,
    av2: anon_vma | None,
    vma: vm_area_struct | None,
    owner: vm_area_struct | None = None,
    copied_from: vm_area_struct | None = None,
) -> bool:
    """Whether ranges of these anon_vmas may be one vma; `vma` is the existing neighbour, or None.

    mm/vma.c, v6.16.  As before; but a faulted range may also join a neighbour that is unfaulted,
    which then gets the chain of the range's owner; unless that chain has more than one node, as
    that of a fork's child has.
    """
    if av1 is not None and av2 is None and vma is not None:
        return owner is None or owner.anon_vma is None or chain_is_singular(owner)
    return is_mergeable_anon_vma_before.function(av1, av2, vma)


def _with_copied_from(
    av1: anon_vma | None,
    av2: anon_vma | None,
    vma: vm_area_struct | None,
    owner: vm_area_struct | None = None,
    copied_from: vm_area_struct | None = None,
) -> bool:
    """Whether ranges of these anon_vmas may be one vma; `vma` is the existing neighbour, or None.

    mm/vma.c, v6.18.8.  As before; but for a range that mremap copies, the chain of the vma that it
    is copied from decides.
    """
    return is_mergeable_anon_vma(av1, av2, vma, copied_from or owner)


async def merge_copied_range(
    vma: vm_area_struct, prev: vm_area_struct | None, addr: int, end: int, pgoff: int
) -> vm_area_struct | None:
    """Ours, the half of copy_vma() that merges: vma_merge() for [addr, end), in bytes.

    mm/vma.c, v6.16.  vma_merge() knows that the range is copied from `vma`.

    Returns the vma that now covers the range, or None.
    """
    return await vma_merge(vma.vm_mm, prev, addr, end, vma.vm_flags, vma.anon_vma, pgoff, vma)


# --------------------------------------------------------------------------- 61f67c230a5e, v6.18.8


async def dup_anon_vma(dst: vm_area_struct, src: vm_area_struct) -> int:
    """Register an unfaulted `dst`, which will take in ptes of `src`, where that is registered.

    mm/vma.c, v6.18.8.  Before the bounds of `dst` change.

    Returns 0 or -ENOMEM.
    """
    if src.anon_vma is None or dst.anon_vma is not None:
        return 0
    if error := await anon_vma_clone(dst, src):
        return error
    dst.anon_vma = src.anon_vma
    return 0


# -------------------------------------------------------------------------------- mremap's changes


async def mremap_to(mm: mm_struct, addr: int, old_len: int, new_len: int, new_addr: int) -> int:
    """mremap(2) with MREMAP_FIXED: move to `new_addr`, whatever is mapped there.

    mm/mremap.c, v6.17 (d23cb648e365).  The old range is checked before the new one is unmapped.
    Without a change of length it may span several vmas and holes: each piece is moved by itself,
    and only what a piece covers is unmapped.  Whether there may be so many vmas is asked before.

    Returns the new address, -EINVAL, -EFAULT, -ENOMEM or -EPERM.
    """
    if new_addr % PAGE_SIZE or new_addr > TASK_SIZE - new_len:
        return -EINVAL
    old_end = (addr + old_len) & ULONG_MAX
    if new_addr < old_end and addr < new_addr + new_len:
        return -EINVAL
    if mm.map_count + 2 >= MAX_MAP_COUNT - 3:
        return -ENOMEM
    if error := cannot_resize(mm, addr, old_len, new_len):
        return error
    if old_len != new_len:
        resized = vma_to_resize(mm, addr, min(old_len, new_len), new_len)
        if isinstance(resized, int):
            return resized
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


def cannot_resize(mm: mm_struct, addr: int, old_len: int, new_len: int) -> int:
    """Ours, what do_mremap() checks first unless a new address is given: 0 or a negative errno.

    mm/mremap.c, v6.18.  -EINVAL: a length above the address space, old_len 0 of private memory
    (dba58d3b8c50, v4.14); -EFAULT: nothing is mapped at `addr` (550a7d60bd5e, v5.16).
    """
    if new_len > TASK_SIZE:
        return -EINVAL
    vma = find_vma(mm, addr)
    if vma is None or vma.vm_start > addr:
        return -EFAULT
    return 0 if old_len else -EINVAL


async def expand_vma(vma: vm_area_struct, end: int) -> int:
    """Ours, a part of do_mremap(): let `vma` end at `end` (bytes); 0 or -ENOMEM.

    mm/mremap.c, v6.1 (ca3d76b0aa80).  It joins what is there, if that fits.
    """
    pgoff = vma.vm_pgoff + vma_pages(vma)
    arguments = vma.vm_mm, vma, vma.vm_end, end, vma.vm_flags, vma.anon_vma, pgoff
    return 0 if await vma_merge(*arguments) is not None else -ENOMEM


# ------------------------------------------------------------------------------------------ series

_with_copied_from.__name__ = "is_mergeable_anon_vma"

UNACCOUNT_UNFAULTED = Patch(
    "9b9143298585",
    [accounted],
    "mm/mprotect: allow unfaulted VMAs to be unaccounted on mprotect() (v6.7)",
)
MREMAP_OF_TODAY = Patch(
    "ca3d76b0aa80",
    [mremap_to, cannot_resize, expand_vma],
    "mm: add merging after mremap resize (v6.1), with what else a program sees of "
    "dba58d3b8c50 (v4.14), 550a7d60bd5e (v5.16) and "
    "d23cb648e365, mm/mremap: permit mremap() move of multiple VMAs (v6.17)",
)
MERGE_FAULTED = Patch(
    "879bca0a2c4f",
    [is_mergeable_anon_vma, merge_copied_range, dup_anon_vma_before],
    "mm/vma: fix incorrectly disallowed anonymous VMA merges (v6.16)",
    after=LOCK_WHERE_NEEDED.commit,
)
COPY_THE_CHAIN = Patch(
    "61f67c230a5e",
    [dup_anon_vma],
    "mm/vma: fix anon_vma UAF on mremap() faulted, unfaulted merge (v6.18.8)",
    after="879bca0a2c4f",
)
NOT_IF_FORKED = Patch(
    "3b617fd3d317",
    [_with_copied_from],
    "mm/vma: enforce VMA fork limit on unfaulted, faulted mremap merge too (v6.18.8)",
    after="61f67c230a5e",
)

for _release in (
    Release("v6.16", (UNACCOUNT_UNFAULTED, MREMAP_OF_TODAY, MERGE_FAULTED), "v3.7", None),
    Release("today", (COPY_THE_CHAIN, NOT_IF_FORKED), "v6.16", None),
    Release("running", (), "today", None),
):
    RELEASES[_release.name] = _release
