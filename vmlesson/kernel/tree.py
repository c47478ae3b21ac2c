"""The series of v3.7: a tree ordered by page offset, and the root mutex only where it is needed.

An anon_vma's list becomes a tree of intervals (Michel Lespinasse).  A walk for a page asks it for
the vmas whose interval contains the page's index, and gets them in order of their start;
equals in order of insertion.  In the model it stays a list that is kept in this order:
vma_address() passes over the vmas that the tree would not have named, so a walk meets the same vmas
in the same order, and an interval that is too short for the page costs a step here and none there.

Read in 3.7.2; which commit of the series changed which rule is inferred from their subjects.
"""

from __future__ import annotations

from typing import Any, cast

from .alloc import allocation, booted_kernel
from .atomic import atomic
from .bug import VM_BUG_ON
from .list import link, list_del
from .mm_types import ENOMEM, PAGE_SHIFT, PAGE_SIZE, anon_vma, anon_vma_chain, find_vma_prev
from .mm_types import insert_vma, kfree, page_table, vm_area_struct
from .mmap import MAX_MAP_COUNT, vma_merge
from .mmap import adjust_bounds as adjust_bounds_before
from .mmap import copy_vma as copy_vma_symbol
from .mmap import new_vma_like as new_vma_like_symbol
from .mremap import move_page_tables as move_page_tables_symbol
from .mremap import move_ptes as move_ptes_before
from .mremap import move_vma as move_vma_before
from .mremap import unmap_source
from .pgtable import pmd_read, pte_alloc
from .rmap import anon_vma_clone, anon_vma_lock, anon_vma_unlock
from .text import RELEASES, Patch, Release, kernel_function, kernel_predicate

move_ptes_of_tree, move_page_tables_of_tree = (
    cast("Any", move_ptes_before),  # which have one argument more from here on
    cast("Any", move_page_tables_symbol),
)

# ---------------------------------------------------------------------------------- 108d6642ad81


async def move_ptes(
    vma: vm_area_struct,
    old_table: page_table,
    old_addr: int,
    old_end: int,
    new_vma: vm_area_struct,
    new_table: page_table,
    new_addr: int,
    need_rmap_locks: bool = True,
) -> None:
    """Move the ptes of [old_addr, old_end), in bytes, to `new_addr`: one batch.

    mm/mremap.c, v3.7.  As before; but if `need_rmap_locks` the root mutex of the source's anon_vma,
    where it has one, is held around it.  108d6642ad81 alone has no such argument, and always does.
    """
    family = vma.anon_vma if need_rmap_locks else None
    if family is not None:
        await anon_vma_lock(family)
    await move_ptes_before.function(vma, old_table, old_addr, old_end, new_vma, new_table, new_addr)
    if family is not None:
        await anon_vma_unlock(family)


# ---------------------------------------------------------------------------------- bf181b9f9d8d


@atomic
def anon_vma_interval_tree_insert(node: anon_vma_chain, root: anon_vma) -> None:
    """Put `node` behind all whose vma starts, by vm_pgoff, at or before its own.

    mm/interval_tree.c, v3.7.  The root mutex is held.
    """
    start = node.vma.vm_pgoff
    place = root.head.before
    while place is not root.head and place.entry.vma.vm_pgoff > start:
        place = place.before
    link(node.same_anon_vma, place)


async def anon_vma_chain_link(vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma) -> None:
    """Register `vma` with an anon_vma by `avc`: first in its own chain, by its start in the tree.

    mm/rmap.c, v3.7.  The root mutex is held.
    """
    avc.vma = vma
    avc.anon_vma = anon_vma
    link(avc.same_vma, vma.anon_vma_chain)
    await anon_vma_interval_tree_insert(avc, anon_vma)


async def adjust_bounds(vma: vm_area_struct, start: int, end: int, pgoff: int) -> None:
    """Ours, the writes of vma_adjust(): start and end in bytes, pgoff in pages.

    mm/mmap.c, v3.7.  The key of a node is not stored in it: so the vma's nodes are taken out of
    their trees before (anon_vma_interval_tree_pre_update_vma) and put in again after
    (..._post_update_vma), each behind its equals.
    """
    for avc in vma.anon_vma_chain:
        await list_del(avc.same_anon_vma)
    await adjust_bounds_before.function(vma, start, end, pgoff)
    for avc in vma.anon_vma_chain:
        await anon_vma_interval_tree_insert(avc, avc.anon_vma)


def _lock_always(
    vma: vm_area_struct, moves: bool, shifting: vm_area_struct | None
) -> anon_vma | None:
    """Ours, the lock rule of vma_adjust() between bf181b9f9d8d and ca42b26ab8e7: that of `vma`."""
    return vma.anon_vma


# ------------------------------------------------------------------------ 523d4e2008fd: copy_vma


async def new_vma_like(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> vm_area_struct | None:
    """Ours, the half of copy_vma() that allocates: a clone of `vma` at `addr`, `length` bytes long.

    mm/mmap.c, v3.7.  As before; but the bounds are set before the chain is cloned, which inserts it
    by them.

    Returns None for want of memory.
    """
    if not allocation("vma"):
        return None
    mm = vma.vm_mm
    new_vma = vm_area_struct(mm, addr, addr + length, vma.vm_flags, pgoff)
    new_vma.anon_vma = vma.anon_vma
    if await anon_vma_clone(new_vma, vma):
        kfree(new_vma)
        return None
    insert_vma(mm, new_vma)
    return new_vma


# -------------------------------------------------------------------- ca42b26ab8e7: the lock rule


def adjust_lock(
    vma: vm_area_struct, moves: bool, shifting: vm_area_struct | None
) -> anon_vma | None:
    """Ours, the lock rule of vma_adjust(): the anon_vma whose root mutex it holds, or None.

    mm/mmap.c, v3.7.  That of `vma`, or else of the vma behind whose start is `shifting`.
    """
    return vma.anon_vma or (shifting.anon_vma if shifting is not None else None)


# ------------------------------------------------------------------ 38a76013ad80: only where needed


@kernel_predicate("mm/mmap.c", new=True)
def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
    """Whether ptes that move from `vma` into `new_vma`, which was there before, can pass a walk.

    An expression of copy_vma() in v3.7, and the same in 6.19.  Both have their bounds of after the
    merge; mmap_sem is held for writing.  With equal starts the destination, just inserted again,
    is behind the source, and no lock would be needed; the rule does not rely on it.
    """
    return new_vma.vm_pgoff <= vma.vm_pgoff


@kernel_function("mm/mmap.c", new=True)
async def merge_copied_range(
    vma: vm_area_struct, prev: vm_area_struct | None, addr: int, end: int, pgoff: int
) -> vm_area_struct | None:
    """Ours, the half of copy_vma() that merges: vma_merge() for [addr, end), in bytes.

    v3.7.  Returns the vma that now covers the range, or None.
    """
    return await vma_merge(vma.vm_mm, prev, addr, end, vma.vm_flags, vma.anon_vma, pgoff)


async def copy_vma(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> tuple[vm_area_struct, vm_area_struct | None, bool]:
    """The vma at `addr` for `length` bytes that mremap will move the ptes of `vma` into.

    mm/mmap.c, v3.7.  As before v3.3; but it says whether the moves need the root mutex, which an
    existing vma that it extends may do, and a new one, the last of its equals, never does.

    Returns (vma as the caller must use it from now on, new vma; None for want of memory, whether
    the moves need the lock).
    """
    vma_start = vma.vm_start
    faulted_in_anon_vma = vma.anon_vma is not None
    if not faulted_in_anon_vma:
        pgoff = addr >> PAGE_SHIFT
    prev = find_vma_prev(vma.vm_mm, addr)
    new_vma = await merge_copied_range(vma, prev, addr, addr + length, pgoff)
    if new_vma is None:
        return vma, await new_vma_like_symbol(vma, addr, length, pgoff), False
    if new_vma.vm_start <= vma_start < new_vma.vm_end:
        VM_BUG_ON(faulted_in_anon_vma, at="mm/mmap.c copy_vma")
        vma = new_vma
    return vma, new_vma, need_rmap_locks(vma, new_vma)


async def move_page_tables(
    vma: vm_area_struct,
    old_addr: int,
    new_vma: vm_area_struct,
    new_addr: int,
    length: int,
    need_rmap_locks: bool,
) -> int:
    """Move the ptes of `length` bytes at `old_addr` of `vma` to `new_addr` of `new_vma`.

    mm/mremap.c, v3.7.  As before; but `need_rmap_locks` is handed on to move_ptes().

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
            batch_of = vma, old_table, old, old + extent, new_vma, new_table, new
            await move_ptes_of_tree(*batch_of, need_rmap_locks)
        done += extent
    return done


async def move_vma(
    vma: vm_area_struct, old_addr: int, old_len: int, new_len: int, new_addr: int
) -> int:
    """Move `old_len` bytes at `old_addr` of `vma` to `new_addr`, where they may grow to `new_len`.

    mm/mremap.c, v3.7.  As before v3.3; but the root mutex is taken for each batch, if copy_vma()
    says so, and always if what was moved is moved back.

    Returns the new address in bytes, or -ENOMEM with the source mapped as before.
    """
    mm = vma.vm_mm
    if mm.map_count >= MAX_MAP_COUNT - 3:
        return -ENOMEM
    new_pgoff = vma.vm_pgoff + ((old_addr - vma.vm_start) >> PAGE_SHIFT)
    copied = cast("Any", await copy_vma_symbol(vma, new_addr, new_len, new_pgoff))
    vma, new_vma, need = copied
    if new_vma is None:
        return -ENOMEM
    moved_len = await move_page_tables_of_tree(vma, old_addr, new_vma, new_addr, old_len, need)
    if moved_len < old_len:
        await move_page_tables_of_tree(new_vma, new_addr, vma, old_addr, moved_len, True)
        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM
    await unmap_source(mm, old_addr, old_len)
    return new_addr


# -------------------------------------------------------------------------------------- the release


async def _move_ptes_unlocked(*batch: Any) -> None:
    """Ours: move_ptes() without the root's lock, even where it is told to take it."""
    await move_ptes_before.function(*batch[:7])


_lock_always.__name__ = "adjust_lock"
_move_ptes_unlocked.__name__ = "move_ptes"

ALWAYS_LOCK = Patch(
    "108d6642ad81",
    [copy_vma_symbol, move_vma_before, move_ptes],
    "mm anon rmap: remove anon_vma_moveto_tail",
    after="948f017b093a",
    removes=["anon_vma_moveto_tail"],
)
INTERVAL_TREE = Patch(
    "bf181b9f9d8d",
    [anon_vma_chain_link, adjust_bounds, _lock_always],
    "mm anon rmap: replace same_anon_vma linked list with an interval tree.",
    after="108d6642ad81",
)
BOUNDS_FIRST = Patch(
    "523d4e2008fd",
    [new_vma_like],
    "mm anon rmap: in mremap, set the new vma's position before anon_vma_clone()",
    after="bf181b9f9d8d",
)
LOCK_FOR_NEXT = Patch(
    "ca42b26ab8e7",
    [adjust_lock],
    "mm: fix potential anon_vma locking issue in mprotect()",
    after="bf181b9f9d8d",
)
LOCK_WHERE_NEEDED = Patch(
    "38a76013ad80",
    [need_rmap_locks, merge_copied_range, copy_vma, move_page_tables, move_vma],
    "mm: avoid taking rmap locks in move_ptes()",
    after="108d6642ad81",
)
NEVER_LOCK = Patch(
    "", [_move_ptes_unlocked], "the tree alone, which nobody shipped", after="38a76013ad80"
)

RELEASES["v3.7"] = Release(
    "v3.7",
    (ALWAYS_LOCK, INTERVAL_TREE, BOUNDS_FIRST, LOCK_FOR_NEXT, LOCK_WHERE_NEEDED),
    after="v3.3",
    swapops_bug_line=129,
)
