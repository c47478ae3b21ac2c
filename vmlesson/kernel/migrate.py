"""Moving a page to another frame while it is in use: mm/migrate.c.

Every pte of the old page becomes a migration entry (walk 1), the contents are copied, every entry
becomes a pte of the new page (walk 2).  Walk 2 must not miss one: after it the old page is
unlocked, and whoever meets an entry that still names it hits a BUG_ON.

Left out: KSM, memory cgroups, writeback, swap cache, files, huge pages.
"""

from __future__ import annotations

from .atomic import atomic
from .mm_types import EAGAIN, ENOMEM, anon_vma, is_migration_entry, migration_entry_to_page, mk_pte
from .mm_types import mm_struct, page, vm_area_struct
from .pgtable import alloc_page, get_page, get_page_unless_zero, lock_page, pmd_read
from .pgtable import pte_offset_map_lock, pte_read, pte_unmap_unlock, put_page, set_pte_at
from .pgtable import unlock_page, wait_on_page_locked
from .rmap import SWAP_AGAIN, page_add_anon_rmap, page_get_anon_vma, page_mapped, put_anon_vma
from .rmap import rmap_walk_anon, try_to_unmap
from .text import kernel_function


@kernel_function("mm/migrate.c")
async def remove_migration_pte(new: page, vma: vm_area_struct, addr: int, old: page) -> int:
    """Replace a migration entry for `old` at `addr` (bytes) of `vma`, if there is one, by `new`.

    v3.0.  Looks at the pte *without* the ptl first, and skips it if it is no swap-type entry: so
    it can miss an entry that mremap carries from one slot to another at that moment.  (486cf46f3f9b
    removes that look.)  Then, under the ptl: take a reference on `new`, store a pte with the vma's
    protection, writable if the entry was of write type, count the mapping.

    Returns SWAP_AGAIN.
    """
    table = await pmd_read(vma.vm_mm, addr)
    if table is None:
        return SWAP_AGAIN
    if not is_migration_entry(await pte_read(table.slot(addr))):
        return SWAP_AGAIN
    return await restore_pte(new, vma, addr, old)


async def restore_pte(new: page, vma: vm_area_struct, addr: int, old: page) -> int:
    """Ours, the half of remove_migration_pte() that holds the ptl.  Returns SWAP_AGAIN."""
    found = await pte_offset_map_lock(vma.vm_mm, addr)
    if found is None:
        return SWAP_AGAIN
    slot, ptl = found
    pte = await pte_read(slot)
    if is_migration_entry(pte) and migration_entry_to_page(pte) is old:
        await get_page(new)
        await set_pte_at(slot, mk_pte(new, vma, write=pte.write))
        await page_add_anon_rmap(new, vma, addr)
    await pte_unmap_unlock(slot, ptl)
    return SWAP_AGAIN


@kernel_function("mm/migrate.c")
async def remove_migration_ptes(old: page, new: page) -> None:
    """Walk 2: replace every migration entry for `old` by a pte for `new`.

    v3.0 to v3.3.  `old` and `new` are locked, the anon_vma is pinned.  To undo walk 1, both are
    the same page.
    """
    await rmap_walk_anon(new, remove_migration_pte, old)


@kernel_function("mm/migrate.c")
async def migration_entry_wait(mm: mm_struct, address: int) -> None:
    """A fault on a migration entry: wait until the page is unlocked, then try again.

    v3.0 to v3.3.  Under the ptl reads the pte again, and decodes it if it still is a migration
    entry: BUG_ON its page is unlocked.  Takes a reference unless the page is free (then it just
    tries again), drops the ptl, waits for the page lock.
    """
    found = await pte_offset_map_lock(mm, address)
    if found is None:
        return
    slot, ptl = found
    pte = await pte_read(slot)
    if not is_migration_entry(pte):
        await pte_unmap_unlock(slot, ptl)
        return
    page = migration_entry_to_page(pte)
    referenced = await get_page_unless_zero(page)
    await pte_unmap_unlock(slot, ptl)
    if referenced:
        await wait_on_page_locked(page)
        await put_page(page)


@kernel_function("mm/migrate.c")
async def move_to_new_page(new: page, old: page) -> int:
    """Copy a page that is no longer mapped, and let the ptes of `new` take the entries' places.

    v3.0 to v3.3, for an anonymous page without swap cache.  `old` is locked; locks `new` over the
    whole.  Copies index and mapping; gives up if somebody but the isolation holds a reference on
    `old`; copies contents and flags; then walk 2.

    Returns 0, or -EAGAIN with the entries still in place.
    """
    await lock_page(new)
    await copy_identity(new, old)
    if await page_count(old) == 1:
        await copy_contents(new, old)
        await remove_migration_ptes(old, new)
        result = 0
    else:
        await forget_identity(new)
        result = -EAGAIN
    await unlock_page(new)
    return result


@atomic
def copy_identity(new: page, old: page) -> None:
    """Ours, a part of move_to_new_page(): copy index and mapping."""
    new.index, new.mapping = old.index, old.mapping


@atomic
def forget_identity(new: page) -> None:
    """Ours: undo copy_identity()."""
    new.mapping = None


@atomic
def page_count(page: page) -> int:
    """The number of references.  (include/linux/mm.h)"""
    return page.count


@atomic
def copy_contents(new: page, old: page) -> None:
    """Ours, of migrate_page_copy(): copy the bytes and the flags."""
    new.contents = old.contents
    new.flag_names = old.flag_names


@kernel_function("mm/migrate.c")
async def unmap_and_move(page: page) -> int:
    """Migrate one anonymous page to a new frame: the whole of it, as "the migration CPU" does.

    v3.0 to v3.3 (which splits it in two, in the same order).  Linux isolates the page from the LRU
    before and frees it after: here that is the first and the last step, a reference.  Sleeps for
    the page lock, as from the fourth pass of migrate_pages on.

    Returns 0, also where the page was freed meanwhile; -ENOMEM; -EAGAIN (the page could not be
    unmapped everywhere or somebody holds a reference; the old page is mapped as before).
    """
    if not await get_page_unless_zero(page):
        return 0
    new = alloc_page()
    if new is None:
        await put_page(page)
        return -ENOMEM
    if await page_count(page) == 1:
        await put_page(page)
        await put_page(new)
        return 0
    anon_vma = await unmap_for_migration(page)
    return await move_unmapped(page, new, anon_vma)


async def unmap_for_migration(page: page) -> anon_vma | None:
    """Ours, the first half of unmap_and_move(): lock, pin, walk 1; the pinned anon_vma."""
    await lock_page(page)
    anon_vma = await page_get_anon_vma(page)
    if anon_vma is not None:
        await try_to_unmap(page)
    return anon_vma


async def move_unmapped(old: page, new: page, anon_vma: anon_vma | None) -> int:
    """Ours, the second half of unmap_and_move(): `old` is locked and isolated.  Returns as that."""
    result = -EAGAIN
    if anon_vma is not None:
        if not await page_mapped(old):
            result = await move_to_new_page(new, old)
        if result:
            await remove_migration_ptes(old, old)
        await put_anon_vma(anon_vma)
    await unlock_page(old)
    await put_page(old)
    await put_page(new)
    return result
