"""Reverse mapping of anonymous pages: mm/rmap.c, include/linux/rmap.h.

Who maps this page?  page->mapping is an anon_vma; its list leads through anon_vma_chains to every
vma in which the page may be mapped; each vma gives an address, each address a pte.

Left out everywhere: memory cgroups, KSM, mlock, the LRU's use of referenced bits, RCU (a CPU that
is between two awaits cannot lose what it holds).  What names no release is the same in
every release of the model.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .alloc import allocation, booted_kernel
from .atomic import Operation, atomic, forwards
from .bug import BUG_ON, VM_BUG_ON, oops
from .counters import at_most, atomic_dec, atomic_inc
from .list import link, list_add_tail, list_del, list_empty, list_for_each_entry, unlink
from .locks import mutex_lock, mutex_unlock, spin_lock, spin_unlock
from .mm_types import ACCESS, EFAULT, ENOMEM, PAGE_SHIFT, anon_vma, anon_vma_chain, kfree
from .mm_types import make_migration_entry, mm_struct, page, pte_slot, pte_t, vm_area_struct
from .mm_types import vma_bounds, vma_pages
from .mm_types import anon_vma as new_anon_vma
from .pgtable import pmd_read, pte_read, pte_unmap_unlock, ptep_get_and_clear, put_page, set_pte_at
from .text import kernel_function

SWAP_SUCCESS, SWAP_AGAIN = 0, 1

RmapOne = Callable[[page, vm_area_struct, int, Any], Awaitable[int]]

# ------------------------------------------------------------------------------ the root's lock


@forwards
def anon_vma_lock(anon_vma: anon_vma) -> Operation[None]:
    """Take the mutex of the anon_vma's root, waiting for it.  (include/linux/rmap.h)"""
    return mutex_lock(_root(anon_vma).mutex)


@forwards
def anon_vma_unlock(anon_vma: anon_vma) -> Operation[None]:
    """Drop the mutex of the anon_vma's root.  (include/linux/rmap.h)"""
    return mutex_unlock(_root(anon_vma).mutex)


def _root(anon_vma: anon_vma) -> anon_vma:
    if not isinstance(anon_vma, new_anon_vma | None):
        raise TypeError(f"{anon_vma} is not an anon_vma; vma.anon_vma is one, as is avc.anon_vma")
    return anon_vma.root


async def lock_anon_vma_root(root: anon_vma | None, anon_vma: anon_vma) -> anon_vma:
    """In a loop over a chain: keep `root` locked, or lock the anon_vma's root if none is.

    Returns the root whose mutex is now held.  A root other than `root` would be a broken chain:
    Linux warns once, drops the one and takes the other, and so does this.  (mm/rmap.c)
    """
    new_root = _root(anon_vma)
    if new_root is root:
        return root
    if root is not None:
        await mutex_unlock(root.mutex)
    await mutex_lock(new_root.mutex)
    return new_root


async def unlock_anon_vma_root(root: anon_vma | None) -> None:
    """Drop what lock_anon_vma_root() holds; None is fine.  (mm/rmap.c)"""
    if root is not None:
        await mutex_unlock(root.mutex)


# --------------------------------------------------------------------------- counting references


@atomic
def get_anon_vma(anon_vma: anon_vma) -> None:
    """Take a reference; the caller knows that there is one.  (include/linux/rmap.h)"""
    BUG_ON(at_most(anon_vma, "refcount", 0), at="include/linux/rmap.h get_anon_vma")
    atomic_inc(anon_vma, "refcount")


@atomic
def get_anon_vma_unless_freed(anon_vma: anon_vma) -> bool:
    """Ours: take a reference unless the count is 0 (atomic_inc_not_zero); whether it was taken."""
    if at_most(anon_vma, "refcount", 0):
        return False
    atomic_inc(anon_vma, "refcount")
    return True


@atomic
def put_anon_vma_testzero(anon_vma: anon_vma) -> bool:
    """Ours: drop a reference (atomic_dec_and_test); whether it was the last."""
    if at_most(anon_vma, "refcount", 0):
        oops("kernel BUG: an anon_vma's refcount falls below 0 (include/linux/rmap.h)")
    atomic_dec(anon_vma, "refcount")
    return at_most(anon_vma, "refcount", 0)


@kernel_function("include/linux/rmap.h")
async def put_anon_vma(anon_vma: anon_vma) -> None:
    """Drop a reference to an anon_vma, and with the last one free it.

    v3.0 to v3.3.  A child's last reference drops the one that it holds on its root.  Left out:
    anon_vma_free's wait for a trylocker of the fast path of page_lock_anon_vma, which the model
    does not have.
    """
    if not await put_anon_vma_testzero(anon_vma):
        return
    BUG_ON(anon_vma.head.next is not anon_vma.head, at="mm/rmap.c: a freed anon_vma has a list")
    if anon_vma.root is not anon_vma:
        await put_anon_vma(anon_vma.root)


# ----------------------------------------------------------------------- building and tearing down


@kernel_function("mm/rmap.c")
async def anon_vma_chain_link(vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma) -> None:
    """Register `vma` with an anon_vma by `avc`: first in its own chain, last in the list.

    v3.0 to v3.6.  The root mutex is held.
    """
    avc.vma = vma
    avc.anon_vma = anon_vma
    link(avc.same_vma, vma.anon_vma_chain)
    await list_add_tail(avc.same_anon_vma, anon_vma.head)


def chain_is_singular(vma: vm_area_struct) -> bool:
    """Ours: whether `vma` is registered with exactly one anon_vma (list_is_singular).  Plain."""
    return sum(1 for _ in vma.anon_vma_chain) == 1


def find_mergeable_anon_vma(vma: vm_area_struct) -> anon_vma | None:
    """The anon_vma of a neighbour with which `vma` could merge later: the next one's first.

    mm/mmap.c, v3.0 to v3.3.  Plain; mmap_sem is held.  Never across a fork: the neighbour's chain
    has one node.
    """
    vmas = vma.vm_mm.vmas
    place = vmas.index(vma)
    if place + 1 < len(vmas):
        near = vmas[place + 1]
        if _reusable(near, vma, near):
            return near.anon_vma
    if place > 0:
        near = vmas[place - 1]
        if _reusable(near, near, vma):
            return near.anon_vma
    return None


def _reusable(old: vm_area_struct, below: vm_area_struct, above: vm_area_struct) -> bool:
    """Whether `old`, one of the two, has an anon_vma that the other may use as well."""
    compatible = (
        below.vm_end == above.vm_start
        and (below.vm_flags ^ above.vm_flags) & ~ACCESS == 0
        and above.vm_pgoff == below.vm_pgoff + vma_pages(below)
    )
    return compatible and old.anon_vma is not None and chain_is_singular(old)


@kernel_function("mm/rmap.c")
async def anon_vma_prepare(vma: vm_area_struct) -> int:
    """Give a vma an anon_vma before its first anonymous page.

    v3.0 to v3.3.  mmap_sem is held for reading.  Uses a neighbour's anon_vma where the two could
    merge later (find_mergeable_anon_vma), else a new one.  Takes the root mutex, then
    page_table_lock, under which it looks again: another thread of the process may have won.

    Returns 0, or -ENOMEM.
    """
    if vma.anon_vma is not None:
        return 0
    if not allocation("avc"):
        return -ENOMEM
    avc = anon_vma_chain()
    allocated = None
    family = find_mergeable_anon_vma(vma)
    if family is None:
        if not allocation("anon_vma"):
            kfree(avc)
            return -ENOMEM
        family = allocated = new_anon_vma(booted_kernel().next_anon_vma_name())

    await anon_vma_lock(family)
    await spin_lock(vma.vm_mm.page_table_lock)
    won = vma.anon_vma is None
    if won:
        vma.anon_vma = family
        await anon_vma_chain_link(vma, avc, family)
    await spin_unlock(vma.vm_mm.page_table_lock)
    await anon_vma_unlock(family)

    if not won:
        if allocated is not None:
            await put_anon_vma(allocated)
        kfree(avc)
    return 0


@kernel_function("mm/rmap.c")
async def anon_vma_clone(dst: vm_area_struct, src: vm_area_struct) -> int:
    """Register `dst` wherever `src` is registered.

    v3.0 to v3.3.  mmap_sem is held for writing.  Walks src's same_vma list oldest first; each new
    avc becomes the first of dst's same_vma list (so that the order is kept) and the *last* of its
    anon_vma's list, under the root mutex, taken on demand.  Does not set dst->anon_vma.

    Returns 0, or -ENOMEM after undoing everything.  Left out: the attempt to allocate without
    sleeping before the lock is dropped for it; an allocation here fails or not.
    """
    root: anon_vma | None = None
    for pavc in reversed(src.anon_vma_chain):
        if not allocation("avc"):
            await unlock_anon_vma_root(root)
            await unlink_anon_vmas(dst)
            return -ENOMEM
        avc = anon_vma_chain()
        family = pavc.anon_vma
        root = await lock_anon_vma_root(root, family)
        await anon_vma_chain_link(dst, avc, family)
    await unlock_anon_vma_root(root)
    return 0


@kernel_function("mm/rmap.c")
async def anon_vma_fork(vma: vm_area_struct, pvma: vm_area_struct) -> int:
    """Attach a child's vma: to all anon_vmas of the parent's, and to a new one of its own.

    v3.0 to v3.3.  Both mmap_sems are held for writing.  The child's nodes go to the tail of every
    ancestor's list, before any pte is copied.  The new anon_vma has the parent's root, and a
    reference on it.

    Returns 0, or -ENOMEM after undoing everything.
    """
    if pvma.anon_vma is None:
        return 0
    if await anon_vma_clone(vma, pvma):
        return -ENOMEM
    if not allocation("anon_vma"):
        await unlink_anon_vmas(vma)
        return -ENOMEM
    family = new_anon_vma(booted_kernel().next_anon_vma_name())
    if not allocation("avc"):
        await put_anon_vma(family)
        await unlink_anon_vmas(vma)
        return -ENOMEM
    avc = anon_vma_chain()
    family.root = pvma.anon_vma.root
    await get_anon_vma(family.root)
    vma.anon_vma = family
    await anon_vma_lock(family)
    await anon_vma_chain_link(vma, avc, family)
    await anon_vma_unlock(family)
    return 0


@kernel_function("mm/rmap.c")
async def unlink_anon_vmas(vma: vm_area_struct) -> None:
    """Take a vma out of all lists, before its page tables are freed.

    v3.0 to v3.3.  mmap_sem is held for writing.  First pass, with the root mutex, newest first:
    unlink and free each avc, except those whose anon_vma's list is now empty.  Second pass,
    unlocked: drop the references of these anon_vmas, and free their avcs.
    """
    root: anon_vma | None = None
    for avc in vma.anon_vma_chain:
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_del(avc.same_anon_vma)
        if await list_empty(avc.anon_vma.head):
            continue
        unlink(avc.same_vma)
        kfree(avc)
    await unlock_anon_vma_root(root)

    for avc in vma.anon_vma_chain:
        await put_anon_vma(avc.anon_vma)
        unlink(avc.same_vma)
        kfree(avc)


@kernel_function("include/linux/rmap.h")
async def anon_vma_merge(vma: vm_area_struct, next: vm_area_struct) -> None:
    """Unlink `next`, which has been merged into `vma`.

    v3.0 to v3.3.  mmap_sem is held for writing; the root mutex is taken by unlink_anon_vmas().
    """
    VM_BUG_ON(
        next.anon_vma is not None and vma.anon_vma is not next.anon_vma,
        at="include/linux/rmap.h anon_vma_merge",
    )
    await unlink_anon_vmas(next)


# ------------------------------------------------------------------------------------ a page's ptes


@atomic
def page_mapped(page: page) -> bool:
    """Whether at least one pte maps the page.  (include/linux/mm.h)"""
    return not at_most(page, "mapcount", 0)


@atomic
def page_add_new_anon_rmap(page: page, vma: vm_area_struct, address: int) -> None:
    """Count the first mapping of a new page, and set its mapping and index.  Under the ptl."""
    VM_BUG_ON(vma.anon_vma is None, at="mm/rmap.c __page_set_anon_rmap")
    page.mapcount = 1
    page.mapping = vma.anon_vma
    page.index = linear_page_index(vma, address)


@atomic
def page_add_anon_rmap(page: page, vma: vm_area_struct, address: int) -> None:
    """Count one more mapping of an anonymous page, which is locked.  Under the ptl.

    On the first mapping, a page that has no anon_vma yet gets the *root* of the vma's; one that
    has keeps mapping and index.
    """
    VM_BUG_ON(page.owner is None, at="mm/rmap.c page_add_anon_rmap")
    atomic_inc(page, "mapcount")
    if at_most(page, "mapcount", 1) and page.mapping is None:
        BUG_ON(vma.anon_vma is None, at="mm/rmap.c __page_set_anon_rmap")
        assert vma.anon_vma is not None
        page.mapping = vma.anon_vma.root
        page.index = linear_page_index(vma, address)


@atomic
def page_move_anon_rmap(page: page, vma: vm_area_struct, address: int) -> None:
    """Give a locked page that only `vma` maps to the vma's own anon_vma.  Under the ptl."""
    VM_BUG_ON(page.owner is None, at="mm/rmap.c page_move_anon_rmap")
    VM_BUG_ON(vma.anon_vma is None, at="mm/rmap.c page_move_anon_rmap")
    VM_BUG_ON(page.index != linear_page_index(vma, address), at="mm/rmap.c page_move_anon_rmap")
    page.mapping = vma.anon_vma


@atomic
def page_dup_rmap(page: page) -> None:
    """Count one more mapping, by fork, under both ptls.  (include/linux/rmap.h)"""
    atomic_inc(page, "mapcount")


@atomic
def page_remove_rmap(page: page) -> None:
    """Count one mapping less; mapping and index stay.  Under the ptl."""
    if at_most(page, "mapcount", 0):
        oops("kernel BUG: the mapcount of a page falls below 0 (mm/rmap.c page_remove_rmap)")
    atomic_dec(page, "mapcount")


def linear_page_index(vma: vm_area_struct, address: int) -> int:
    """The index, in pages, that a page at `address` (bytes) of `vma` has.  Plain.
    (include/linux/pagemap.h)
    """
    return vma.vm_pgoff + ((address - vma.vm_start) >> PAGE_SHIFT)


# --------------------------------------------------------------------------------------- walks


@kernel_function("mm/rmap.c")
async def vma_address(page: page, vma: vm_area_struct) -> int:
    """The address in `vma`, in bytes, at which `page` would be mapped; -EFAULT if outside it.

    v3.0 to v3.3.  Reads the vma's bounds with no lock of the mm.
    """
    start, end, pgoff = await vma_bounds(vma)
    address = start + ((page.index - pgoff) << PAGE_SHIFT)
    if not start <= address < end:
        return -EFAULT
    return address


@kernel_function("mm/rmap.c")
async def page_get_anon_vma(page: page) -> anon_vma | None:
    """Pin the anon_vma of a mapped page; None if the page is not mapped, or no longer.

    v3.0 to v3.3.  Takes no lock: the reference is taken only if the count is not 0, and then the
    page must still be mapped.
    """
    family = page.mapping
    if family is None or not await page_mapped(page):
        return None
    if not await get_anon_vma_unless_freed(family):
        return None
    if not await page_mapped(page):
        await put_anon_vma(family)
        return None
    return family


@kernel_function("mm/rmap.c")
async def page_lock_anon_vma(page: page) -> anon_vma | None:
    """The anon_vma of a mapped page, with its root mutex held; None if it is not mapped.

    v3.0 to v3.3, as the slow path does it: pin, sleep on the mutex, unpin.  Left out: the fast
    path, a trylock without the pin, which ends in the same state.
    """
    family = await page_get_anon_vma(page)
    if family is None:
        return None
    await anon_vma_lock(family)
    if await put_anon_vma_testzero(family):
        await anon_vma_unlock(family)
        if family.root is not family:
            await put_anon_vma(family.root)
        return None
    return family


@kernel_function("mm/rmap.c")
async def rmap_walk_anon(page: page, rmap_one: RmapOne, arg: Any) -> int:
    """Call ``rmap_one(page, vma, address, arg)`` for every vma in which `page` may be mapped.

    v3.0 to v3.3.  The page is locked, and its anon_vma is pinned by the caller, as the page is
    usually unmapped.  Takes the root mutex for the whole walk, head to tail.

    Returns what the last call returned; ends early if that is not SWAP_AGAIN.
    """
    VM_BUG_ON(page.owner is None, at="mm/rmap.c rmap_walk")
    result = SWAP_AGAIN
    family = page.mapping
    if family is None:
        return result
    await anon_vma_lock(family)
    async for avc in list_for_each_entry(family.head):
        vma = avc.vma
        address = await vma_address(page, vma)
        if address == -EFAULT:
            continue
        result = await rmap_one(page, vma, address, arg)
        if result != SWAP_AGAIN:
            break
    await anon_vma_unlock(family)
    return result


@kernel_function("mm/rmap.c")
async def page_check_address(page: page, mm: mm_struct, address: int) -> pte_slot | None:
    """The slot at `address` with its ptl held, if it maps `page`; else None.

    v3.0 to v3.3, with sync=0: gives up on a pte that a look *without* the ptl finds not present.
    A miss is harmless here, since the page then stays mapped.
    """
    table = await pmd_read(mm, address)
    if table is None:
        return None
    slot = table.slot(address)
    if (await pte_read(slot)).kind != "present":
        return None
    await spin_lock(table.ptl)
    pte = await pte_read(slot)
    if pte.kind == "present" and pte.page is page:
        return slot
    await spin_unlock(table.ptl)
    return None


@kernel_function("mm/rmap.c")
async def try_to_unmap_one(page: page, vma: vm_area_struct, address: int) -> int:
    """Replace the pte of `page` at `address` by a migration entry.

    v3.0 to v3.3, for an anonymous page and TTU_MIGRATION | TTU_IGNORE_MLOCK | TTU_IGNORE_ACCESS.
    Under the ptl: clear the pte, store a migration entry (of write type if the pte was writable),
    drop one of mapcount and one reference.  Left out: TLB flush and MMU notifiers.

    Returns SWAP_AGAIN.
    """
    mm = vma.vm_mm
    slot = await page_check_address(page, mm, address)
    if slot is None:
        return SWAP_AGAIN
    pte: pte_t = await ptep_get_and_clear(slot)
    if pte.dirty:
        page.flag_names |= {"dirty"}
    await set_pte_at(slot, make_migration_entry(page, pte.write))
    await page_remove_rmap(page)
    await put_page(page)
    await pte_unmap_unlock(slot, slot.table.ptl)
    return SWAP_AGAIN


@kernel_function("mm/rmap.c")
async def try_to_unmap(page: page) -> int:
    """Replace every pte of an anonymous page by a migration entry, as far as it can.

    v3.0 to v3.3, try_to_unmap_anon for migration.  The page is locked.  Takes the root mutex
    (page_lock_anon_vma); the walk ends as soon as the page is not mapped any more.  Left out: the
    temporary stack of exec, which is skipped.

    Returns SWAP_SUCCESS if the page is unmapped, else SWAP_AGAIN.
    """
    BUG_ON(page.owner is None, at="mm/rmap.c try_to_unmap")
    family = await page_lock_anon_vma(page)
    if family is not None:
        async for avc in list_for_each_entry(family.head):
            vma = avc.vma
            address = await vma_address(page, vma)
            if address == -EFAULT:
                continue
            result = await try_to_unmap_one(page, vma, address)
            if result != SWAP_AGAIN or not await page_mapped(page):
                break
        await anon_vma_unlock(family)
    return SWAP_AGAIN if await page_mapped(page) else SWAP_SUCCESS
