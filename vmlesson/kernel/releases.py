"""The history of the fix: each release is the one before it plus patches.

v3.0 is what the other files of this package hold.  Here are the functions that later commits
changed, whole, under the commit that brought them.
"""

from __future__ import annotations

from .bug import VM_BUG_ON
from .list import list_add_tail, list_del
from .migrate import restore_pte
from .mm_types import ENOMEM, PAGE_SHIFT, anon_vma, find_vma_prev, is_migration_entry
from .mm_types import migration_entry_to_page, page, pte_t, vm_area_struct
from .mmap import MAX_MAP_COUNT, new_vma_like, vma_merge
from .mmap import copy_vma as copy_vma_symbol
from .mremap import move_page_tables, unmap_source
from .rmap import lock_anon_vma_root, unlock_anon_vma_root
from .text import RELEASES, Patch, Release, kernel_function

# ---------------------------------------------------------------------------- 486cf46f3f9b, v3.1


async def remove_migration_pte(new: page, vma: vm_area_struct, addr: int, old: page) -> int:
    """Replace a migration entry for `old` at `addr` (bytes) of `vma`, if there is one, by `new`.

    mm/migrate.c, v3.1 to v3.3.  As in v3.0, but takes the ptl before it looks.

    Returns SWAP_AGAIN.
    """
    return await restore_pte(new, vma, addr, old)


# ---------------------------------------------------------------------------- 948f017b093a, v3.3


@kernel_function("mm/rmap.c", new=True)
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    """Put `dst` behind all others in every list that it is on.

    v3.3 to v3.6.  mmap_sem is held for writing; the root mutex is taken and dropped.  A
    walk in progress is waited for; one that starts later meets dst last.  Nothing is allocated, so
    it cannot fail; for a vma without an anon_vma it does nothing.
    """
    root: anon_vma | None = None
    for avc in reversed(dst.anon_vma_chain):
        VM_BUG_ON(avc.vma is not dst, at="mm/rmap.c anon_vma_moveto_tail")
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_del(avc.same_anon_vma)
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
    await unlock_anon_vma_root(root)


async def copy_vma(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> tuple[vm_area_struct, vm_area_struct | None]:
    """The vma at `addr` for `length` bytes that mremap will move the ptes of `vma` into.

    mm/mmap.c, v3.3.  As before; but an existing vma that it extends goes to the tail of its lists,
    unless the merge has swallowed `vma`, which only an unfaulted one can be.

    Returns (vma as the caller must use it from now on, new vma; None for want of memory).
    """
    mm = vma.vm_mm
    vma_start = vma.vm_start
    faulted_in_anon_vma = vma.anon_vma is not None
    if not faulted_in_anon_vma:
        pgoff = addr >> PAGE_SHIFT
    prev = find_vma_prev(mm, addr)
    new_vma = await vma_merge(mm, prev, addr, addr + length, vma.vm_flags, vma.anon_vma, pgoff)
    if new_vma is not None:
        if new_vma.vm_start <= vma_start < new_vma.vm_end:
            VM_BUG_ON(faulted_in_anon_vma, at="mm/mmap.c copy_vma")
            vma = new_vma
        else:
            await anon_vma_moveto_tail(new_vma)
        return vma, new_vma
    return vma, await new_vma_like(vma, addr, length, pgoff)


async def move_vma(
    vma: vm_area_struct, old_addr: int, old_len: int, new_len: int, new_addr: int
) -> int:
    """Move `old_len` bytes at `old_addr` of `vma` to `new_addr`, where they may grow to `new_len`.

    mm/mremap.c, v3.3.  As before; but before what was moved is moved back, the source, which now
    is the destination, goes to the tail of its lists.

    Returns the new address in bytes, or -ENOMEM with the source mapped as before.
    """
    mm = vma.vm_mm
    if mm.map_count >= MAX_MAP_COUNT - 3:
        return -ENOMEM
    new_pgoff = vma.vm_pgoff + ((old_addr - vma.vm_start) >> PAGE_SHIFT)
    vma, new_vma = await copy_vma_symbol(vma, new_addr, new_len, new_pgoff)
    if new_vma is None:
        return -ENOMEM
    moved_len = await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)
    if moved_len < old_len:
        await anon_vma_moveto_tail(vma)
        await move_page_tables(new_vma, new_addr, vma, old_addr, moved_len)
        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM
    await unmap_source(mm, old_addr, old_len)
    return new_addr


# ---------------------------------------------------------------------------- 9f9f1acd713d, v3.3
# That 3.3 decodes these entries was read; a mail queues the commit for 3.3 (Andrew Morton, January
# 2012), and those who blame these lines give its hash.


def account(pte: pte_t) -> None:
    """Ours, the accounting of a pte that is copied or zapped.

    mm/memory.c, v3.3.  Decodes a migration entry to find its page: BUG_ON that is unlocked.
    """
    if is_migration_entry(pte):
        migration_entry_to_page(pte)


# -------------------------------------------------------------------------------------- releases

LOCKLESS_PEEK = Patch(
    "486cf46f3f9b",
    [remove_migration_pte],
    "mm: fix race between mremap and removing migration entry",
)
HUGE_PAGES_MOVED = Patch(
    "37a1c49a91ad, 7b6efc2bc4f1, ebed48460be5",
    [],
    "thp: mremap support and TLB optimization, and what it needs: huge pages are moved whole; "
    "with pages of 4 KiB only, as here, nothing changes",
)
ENFORCE_ORDER = Patch(
    "948f017b093a",
    [anon_vma_moveto_tail, copy_vma, move_vma],
    "mremap: enforce rmap src/dst vma ordering in case of vma_merge() succeeding in copy_vma()",
)
RSS_OF_MIGRATION_ENTRIES = Patch(
    "9f9f1acd713d",
    [account],
    "mm: fix rss count leakage during migration",
)

for _release in (
    Release("v3.0", (), after="", swapops_bug_line=105),
    Release("v3.1", (LOCKLESS_PEEK,), after="v3.0", swapops_bug_line=126),
    Release("v3.2", (HUGE_PAGES_MOVED,), after="v3.1", swapops_bug_line=126),
    Release("v3.3", (ENFORCE_ORDER, RSS_OF_MIGRATION_ENTRIES), after="v3.2", swapops_bug_line=126),
):
    RELEASES[_release.name] = _release
