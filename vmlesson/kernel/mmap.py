"""Mapping, merging, splitting and unmapping: mm/mmap.c.

Left out everywhere: files, policies, huge pages, stacks that grow, mlock, overcommit, resource
limits but that of may_expand_vm(), the hole cache of get_unmapped_area (free_area_cache: which
makes 3.x choose a lower hole now and then; fixed addresses avoid the difference).
"""

from __future__ import annotations

from .alloc import allocation
from .bug import BUG_ON
from .memory import unmap_vmas
from .mm_types import ACCESS, DAC_MMAP_MIN_ADDR, EINVAL, ENOMEM, EPERM, MMAP_MIN_ADDR, PAGE_SHIFT
from .mm_types import PAGE_SIZE, TASK_SIZE, VM_ACCOUNT, VM_EXEC, VM_MAYEXEC, VM_MAYREAD, VM_MAYWRITE
from .mm_types import VM_NORESERVE, VM_READ, VM_WRITE, anon_vma, detach_vma, find_vma, find_vma_prev
from .mm_types import insert_vma, kfree, mm_struct, page_align, set_vma_bounds, vm_area_struct
from .mm_types import vma_pages
from .pgtable import MOST_TABLES, free_pgd_range
from .rmap import anon_vma_clone, anon_vma_lock, anon_vma_merge, anon_vma_unlock, chain_is_singular
from .rmap import unlink_anon_vmas
from .text import kernel_function, kernel_predicate

PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC = 0, VM_READ, VM_WRITE, VM_EXEC
MAX_MAP_COUNT = 65530
"""How many vmas an mm may have, as /proc/sys/vm/max_map_count says by default."""

# ---------------------------------------------------------------------------------- searching


def round_hint_to_min(hint: int) -> int:
    """A hint for mmap, in bytes, as it is tried: rounded down to a page, not below mmap_min_addr.

    include/linux/security.h, v3.0.  Plain.  A hint that lies in page 0 is none.
    """
    hint -= hint % PAGE_SIZE
    return max(hint, MMAP_MIN_ADDR) if hint else 0


def get_unmapped_area(mm: mm_struct, addr: int, length: int, fixed: bool) -> int:
    """Where to map `length` bytes: `addr` if `fixed` or free, else the highest place that fits.

    v3.0 to v3.3, arch_get_unmapped_area_topdown without its hole cache, and without the search
    upwards that follows where there is no room below mmap_base.  Plain; mmap_sem is held.  A hint
    has been through round_hint_to_min().

    Returns an address in bytes, -ENOMEM (no room), or -EINVAL (fixed and unaligned).
    """
    if length > TASK_SIZE:
        return -ENOMEM
    if fixed:
        if addr > TASK_SIZE - length:
            return -ENOMEM
        return -EINVAL if addr % PAGE_SIZE else addr
    if addr:
        blocker = find_vma(mm, addr)
        free = blocker is None or addr + length <= blocker.vm_start
        if TASK_SIZE - length >= addr and free:
            return addr
    ceiling = mm.mmap_base
    for vma in reversed(mm.vmas):
        if vma.vm_end <= ceiling - length:
            break
        ceiling = min(ceiling, vma.vm_start)
    return ceiling - length if ceiling - length >= PAGE_SIZE else -ENOMEM


def may_expand_vm(mm: mm_struct, length: int) -> bool:
    """Whether `mm` may map `length` bytes more: Linux asks RLIMIT_AS, this MOST_TABLES.  Plain."""
    mapped = sum(vma.vm_end - vma.vm_start for vma in mm.vmas)
    return mapped + length <= MOST_TABLES * mm.table_span


# ------------------------------------------------------------------------------------- merging


@kernel_predicate("mm/mmap.c")
def is_mergeable_anon_vma(
    av1: anon_vma | None,
    av2: anon_vma | None,
    vma: vm_area_struct | None,
    owner: vm_area_struct | None = None,
    copied_from: vm_area_struct | None = None,
) -> bool:
    """Whether ranges of these anon_vmas may be one vma; `vma` is the existing neighbour, or None.

    v3.0 to v6.15 (the rule of 965f55dea0e3): an unfaulted side goes with anything whose chain has
    one node; so a faulted range never joins an unfaulted neighbour, whose chain is empty.  Whose
    the range is, or whose it was where mremap copies it from, is asked since v6.16.
    """
    if (av1 is None or av2 is None) and (vma is None or chain_is_singular(vma)):
        return True
    return av1 is av2


def can_vma_merge_before(
    vma: vm_area_struct,
    vm_flags: int,
    anon_vma: anon_vma | None,
    vm_pgoff: int,
    *whose: vm_area_struct | None,
) -> bool:
    """Whether a range that ends where `vma` starts, at `vm_pgoff` (pages), can join it.  Plain."""
    return (
        vma.vm_flags == vm_flags
        and is_mergeable_anon_vma(anon_vma, vma.anon_vma, vma, *whose)
        and vma.vm_pgoff == vm_pgoff
    )


def can_vma_merge_after(
    vma: vm_area_struct,
    vm_flags: int,
    anon_vma: anon_vma | None,
    vm_pgoff: int,
    *whose: vm_area_struct | None,
) -> bool:
    """Whether a range that starts where `vma` ends, at `vm_pgoff` (pages), can join it.  Plain."""
    return (
        vma.vm_flags == vm_flags
        and is_mergeable_anon_vma(anon_vma, vma.anon_vma, vma, *whose)
        and vma.vm_pgoff + vma_pages(vma) == vm_pgoff
    )


@kernel_function("mm/mmap.c")
async def vma_merge(
    mm: mm_struct,
    prev: vm_area_struct | None,
    addr: int,
    end: int,
    vm_flags: int,
    anon_vma: anon_vma | None,
    pgoff: int,
    copied_from: vm_area_struct | None = None,
) -> vm_area_struct | None:
    """Extend a neighbour to cover [addr, end), in bytes, instead of making a new vma.

    v3.0 to v6.18, with all eight cases of the comment in mm/mmap.c.  mmap_sem is held for writing.
    `prev` is the vma below `addr`, `pgoff` the page offset of `addr`, `anon_vma` that of the range
    (None if it is unfaulted); `copied_from`, since v6.16, the vma whose ptes mremap will move
    there.  Left out of the arguments: file and policy.

    Returns the vma that now covers the range; None if there is no merge, or no memory for it.
    """
    pages = (end - addr) >> PAGE_SHIFT
    vmas = mm.vmas
    place = vmas.index(prev) + 1 if prev is not None else 0
    area = next = vmas[place] if place < len(vmas) else None
    owner = None
    if prev is not None and addr < prev.vm_end:  # mprotect of the upper part of `prev`
        owner = prev
    elif area is not None and area.vm_start <= addr:  # mprotect of `area`, or its lower part
        owner = area
    if next is not None and next.vm_end == end:  # mprotect of the whole of `area`
        next = vmas[place + 1] if place + 1 < len(vmas) else None

    whose = owner, copied_from
    fits_next = (
        next is not None
        and end == next.vm_start
        and can_vma_merge_before(next, vm_flags, anon_vma, pgoff + pages, *whose)
    )
    if (
        prev is not None
        and prev.vm_end == addr
        and can_vma_merge_after(prev, vm_flags, anon_vma, pgoff, *whose)
    ):
        new_end = end
        if fits_next and next is not None:
            if is_mergeable_anon_vma(prev.anon_vma, next.anon_vma, None):
                new_end = next.vm_end
        if copied_from is not None and await dup_anon_vma(prev, copied_from):
            return None
        error = await vma_adjust(prev, prev.vm_start, new_end, prev.vm_pgoff)
        return None if error else prev

    if fits_next and next is not None and area is not None:
        if prev is not None and addr < prev.vm_end:
            error = await vma_adjust(prev, prev.vm_start, addr, prev.vm_pgoff)
        elif copied_from is not None and await dup_anon_vma(area, copied_from):
            return None
        else:
            error = await vma_adjust(area, addr, next.vm_end, next.vm_pgoff - pages)
        return None if error else area
    return None


@kernel_function("mm/vma.c", new=True)
async def dup_anon_vma(dst: vm_area_struct, src: vm_area_struct) -> int:
    """Register `dst`, which will take in ptes of `src`, where that is registered; 0 or -ENOMEM.

    v6.16 to v6.18.7, where it is only done for a vma that disappears in a merge, which vma_adjust()
    does here: so for `src`, from which mremap copies, nothing is.  mmap_sem is held for writing.
    """
    return 0


@kernel_function("mm/mmap.c")
async def vma_adjust(
    vma: vm_area_struct, start: int, end: int, pgoff: int, insert: vm_area_struct | None = None
) -> int:
    """Give `vma` new bounds, and its neighbours what that takes from them or leaves to them.

    v3.0 to v3.3.  mmap_sem is held for writing.  start and end in bytes, pgoff in pages.  With
    `insert`, that vma takes over what `vma` leaves.  Otherwise the vma behind grows, shrinks or
    (one or two of them) disappears; whoever takes over pages of a faulted vma and has no anon_vma
    gets a clone of its chain first.

    The root mutex of whom adjust_lock() names is held over the change.

    Returns 0, or -ENOMEM with nothing changed.  One exception, a bug of these releases: of two
    vmas that disappear the first is gone if the clone for the second then fails.
    """
    mm = vma.vm_mm
    while True:
        next = vma.vm_next
        importer = exporter = None
        new_end, border, removed = end, None, False
        if next is not None and insert is None:
            if end >= next.vm_end:
                exporter, importer, removed = next, vma, True
                new_end = next.vm_end
            elif end > next.vm_start:
                exporter, importer, border = next, vma, end
            elif end < vma.vm_end:
                exporter, importer, border = vma, next, end
        if exporter is not None and importer is not None:
            if exporter.anon_vma is not None and importer.anon_vma is None:
                if await anon_vma_clone(importer, exporter):
                    return -ENOMEM
                importer.anon_vma = exporter.anon_vma

        shifts = next if border is not None else None
        family = adjust_lock(vma, importer is not None or start != vma.vm_start, shifts)
        if family is not None:
            await anon_vma_lock(family)
        if (start, new_end, pgoff) != (vma.vm_start, vma.vm_end, vma.vm_pgoff):
            await adjust_bounds(vma, start, new_end, pgoff)
        if next is not None and border is not None:
            shift = (border - next.vm_start) >> PAGE_SHIFT
            await adjust_bounds(next, border, next.vm_end, next.vm_pgoff + shift)
        if next is not None and removed:
            detach_vma(mm, next)
        if insert is not None:
            insert_vma(mm, insert)
        if family is not None:
            await anon_vma_unlock(family)

        if next is None or not removed:
            return 0
        await anon_vma_merge(vma, next)
        kfree(next)
        if new_end == end:
            return 0


@kernel_predicate("mm/mmap.c")
def adjust_lock(
    vma: vm_area_struct, moves: bool, shifting: vm_area_struct | None
) -> anon_vma | None:
    """Ours, the lock rule of vma_adjust(): the anon_vma whose root mutex it holds, or None.

    v3.0 to v3.6.  That of `vma`, if it `moves`: pages change hands without `insert`, or the start
    changes.  Changing only the end takes no lock; and the vma behind whose start is `shifting` is
    not asked: if it has an anon_vma and `vma` has none, its border moves under no lock.
    """
    return vma.anon_vma if moves else None


@kernel_function("mm/mmap.c")
async def adjust_bounds(vma: vm_area_struct, start: int, end: int, pgoff: int) -> None:
    """Ours, the writes of vma_adjust(): start and end in bytes, pgoff in pages.

    v3.0 to v3.6.  Under the root mutex if adjust_lock() names one.
    """
    await set_vma_bounds(vma, start, end, pgoff)


@kernel_function("mm/mmap.c")
async def __split_vma(mm: mm_struct, vma: vm_area_struct, addr: int, new_below: bool) -> int:
    """Split `vma` at `addr` (bytes); the new struct is the lower part if `new_below`.

    v3.0 to v3.3.  mmap_sem is held for writing.  The new piece is cloned to the tail
    of all lists before the old one shrinks: for a while both cover it, so that a walk may meet a
    pte twice but never not at all.

    Returns 0, or -ENOMEM (no memory) with nothing changed.
    """
    if not allocation("vma"):
        return -ENOMEM
    pgoff = vma.vm_pgoff + ((addr - vma.vm_start) >> PAGE_SHIFT)
    if new_below:
        new = vm_area_struct(mm, vma.vm_start, addr, vma.vm_flags, vma.vm_pgoff)
    else:
        new = vm_area_struct(mm, addr, vma.vm_end, vma.vm_flags, pgoff)
    new.anon_vma = vma.anon_vma
    if await anon_vma_clone(new, vma):
        kfree(new)
        return -ENOMEM
    if new_below:
        error = await vma_adjust(vma, addr, vma.vm_end, pgoff, new)
    else:
        error = await vma_adjust(vma, vma.vm_start, addr, vma.vm_pgoff, new)
    BUG_ON(error, at="mm/mmap.c __split_vma")
    return 0


@kernel_function("mm/mmap.c")
async def split_vma(mm: mm_struct, vma: vm_area_struct, addr: int, new_below: bool) -> int:
    """__split_vma() for a caller that must keep to the limit of vmas: mprotect.

    v3.0 to v3.3.  mmap_sem is held for writing.

    Returns 0, or -ENOMEM (too many vmas, no memory) with nothing changed.
    """
    if mm.map_count >= MAX_MAP_COUNT:
        return -ENOMEM
    return await __split_vma(mm, vma, addr, new_below)


@kernel_function("mm/mmap.c")
async def copy_vma(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> tuple[vm_area_struct, vm_area_struct | None]:
    """The vma at `addr` for `length` bytes that mremap will move the ptes of `vma` into.

    v3.0 to v3.2.  mmap_sem is held for writing.  An existing vma that it can extend (vma_merge),
    wherever that stands in the lists, else a new one, cloned to the tail of all of them: in that
    case the new node is for a moment an alias of src's, as the chain is cloned before the bounds
    are set.  An unfaulted vma takes the pgoff of its new place.

    Returns (vma as the caller must use it from now on, new vma; None for want of memory): the
    merge may have swallowed an unfaulted `vma`.
    """
    mm = vma.vm_mm
    vma_start = vma.vm_start
    if vma.anon_vma is None:
        pgoff = addr >> PAGE_SHIFT
    prev = find_vma_prev(mm, addr)
    new_vma = await vma_merge(mm, prev, addr, addr + length, vma.vm_flags, vma.anon_vma, pgoff)
    if new_vma is not None:
        if new_vma.vm_start <= vma_start < new_vma.vm_end:
            vma = new_vma
        return vma, new_vma
    return vma, await new_vma_like(vma, addr, length, pgoff)


@kernel_function("mm/mmap.c")
async def new_vma_like(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> vm_area_struct | None:
    """Ours, the half of copy_vma() that allocates: a clone of `vma` at `addr`, `length` bytes long.

    v3.0 to v3.6.  mmap_sem is held for writing.  The chain is cloned before the bounds are set.

    Returns None for want of memory.
    """
    if not allocation("vma"):
        return None
    mm = vma.vm_mm
    new_vma = vm_area_struct(mm, vma.vm_start, vma.vm_end, vma.vm_flags, vma.vm_pgoff)
    new_vma.anon_vma = vma.anon_vma
    if await anon_vma_clone(new_vma, vma):
        kfree(new_vma)
        return None
    await set_vma_bounds(new_vma, addr, addr + length, pgoff)
    insert_vma(mm, new_vma)
    return new_vma


# ------------------------------------------------------------------------------ the system calls


@kernel_function("mm/mmap.c")
async def do_mmap(
    mm: mm_struct, addr: int, length: int, prot: int, fixed: bool, noreserve: bool = False
) -> int:
    """Map `length` bytes of private anonymous memory, at `addr` if `fixed`.

    v3.0 to v3.3, do_mmap_pgoff and mmap_region.  mmap_sem is held for writing.  What is mapped
    there already is unmapped; then a neighbour is extended, or a new vma is made.  What may be
    written has VM_ACCOUNT, but not with `noreserve` (MAP_NORESERVE), which is a flag of its own.

    Returns the address in bytes, -EINVAL (no length; fixed and unaligned), -ENOMEM, or -EPERM (an
    ordinary user below dac_mmap_min_addr).
    """
    if length == 0:
        return -EINVAL
    if not fixed:
        addr = round_hint_to_min(addr)
    length = page_align(length)
    if length == 0 or mm.map_count > MAX_MAP_COUNT:
        return -ENOMEM
    addr = get_unmapped_area(mm, addr, length, fixed)
    if addr < 0:
        return addr
    if addr < DAC_MMAP_MIN_ADDR:
        return -EPERM
    vm_flags = prot & ACCESS | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC
    if noreserve:
        vm_flags |= VM_NORESERVE
    elif prot & VM_WRITE:
        vm_flags |= VM_ACCOUNT

    blocker = find_vma(mm, addr)
    if blocker is not None and blocker.vm_start < addr + length:
        if await do_munmap(mm, addr, length):
            return -ENOMEM
    if not may_expand_vm(mm, length):
        return -ENOMEM
    prev = find_vma_prev(mm, addr)
    pgoff = addr >> PAGE_SHIFT
    if await vma_merge(mm, prev, addr, addr + length, vm_flags, None, pgoff) is not None:
        return addr
    if not allocation("vma"):
        return -ENOMEM
    insert_vma(mm, vm_area_struct(mm, addr, addr + length, vm_flags, pgoff))
    return addr


@kernel_function("mm/mmap.c")
async def do_munmap(mm: mm_struct, start: int, length: int) -> int:
    """Unmap [start, start + length), in bytes.

    v3.0 to v3.3.  mmap_sem is held for writing.  A vma that is cut at its lower end keeps its
    struct for the upper part, one that is cut at its upper end for the lower part.

    Returns 0 (also where nothing was mapped), -EINVAL (unaligned, no length, out of range) or
    -ENOMEM (a split would exceed the number of vmas, or finds no memory: the first of two splits is
    not undone then).
    """
    if start % PAGE_SIZE or start > TASK_SIZE or length > TASK_SIZE - start:
        return -EINVAL
    length = page_align(length)
    if length == 0:
        return -EINVAL
    end = start + length
    vma = find_vma(mm, start)
    if vma is None or vma.vm_start >= end:
        return 0
    if start > vma.vm_start:
        if end < vma.vm_end and mm.map_count >= MAX_MAP_COUNT:
            return -ENOMEM
        if error := await __split_vma(mm, vma, start, new_below=False):
            return error
    last = find_vma(mm, end)
    if last is not None and end > last.vm_start:
        if error := await __split_vma(mm, last, end, new_below=True):
            return error
    doomed = [vma for vma in mm.vmas if start <= vma.vm_start < end]
    mm.vmas = tuple(vma for vma in mm.vmas if vma not in doomed)
    await unmap_region(mm, doomed)
    return 0


@kernel_function("mm/mmap.c")
async def unmap_region(mm: mm_struct, vmas: list[vm_area_struct]) -> None:
    """Empty the ptes of `vmas`, which are already out of the mm; free their page tables, and them.

    v3.0 to v3.3, with free_pgtables of mm/memory.c and remove_vma.  mmap_sem is held for writing,
    or nobody else uses the mm any more.  Every vma leaves the lists of its anon_vmas *before* its
    page tables are freed: a walker must not find a vma without tables.  Left out: the grouping;
    Linux goes on to the next vmas that lie near each other when it has freed the tables of these,
    here all leave their lists first.
    """
    await unmap_vmas(mm, vmas)
    start, end = vmas[0].vm_start, vmas[-1].vm_end
    below, above = find_vma_prev(mm, start), find_vma(mm, end)
    floor = 0 if below is None else below.vm_end
    ceiling = TASK_SIZE + PAGE_SIZE if above is None else above.vm_start
    for vma in vmas:
        await unlink_anon_vmas(vma)
    for vma in vmas:
        await free_pgd_range(mm, vma.vm_start, vma.vm_end, floor, ceiling)
    for vma in vmas:
        kfree(vma)


@kernel_function("mm/mmap.c")
async def exit_mmap(mm: mm_struct) -> None:
    """Take an address space apart.  v3.0 to v3.3.  Nobody else uses the mm any more."""
    doomed, mm.vmas = list(mm.vmas), ()
    if doomed:
        await unmap_region(mm, doomed)
