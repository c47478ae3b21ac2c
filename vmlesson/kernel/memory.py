"""Page faults, copying and zapping page tables: mm/memory.c.

Left out: files, swap, huge pages, growing stacks, accounting, TLBs.
"""

from __future__ import annotations

from .atomic import atomic
from .locks import Lock, down_read, spin_lock, spin_unlock, up_read
from .migrate import migration_entry_wait
from .mm_types import EFAULT, ENOMEM, PAGE_SIZE, PTE_NONE, PTE_ZERO, VM_EXEC, VM_READ, VM_WRITE
from .mm_types import find_vma, is_migration_entry, mk_pte, mm_struct, pte_slot, pte_t
from .mm_types import vm_area_struct
from .pgtable import alloc_page, get_page, lock_page, pte_alloc, pte_offset_map_lock, pte_read
from .pgtable import pte_unmap_unlock, ptep_get_and_clear, put_page, set_pte_at, slots_between
from .pgtable import tables_between, trylock_page, unlock_page
from .rmap import anon_vma_prepare, page_add_new_anon_rmap, page_dup_rmap, page_move_anon_rmap
from .rmap import page_remove_rmap
from .text import kernel_function, kernel_predicate

# ------------------------------------------------------------------------- what a program does


@atomic
def load(mm: mm_struct, address: int, length: int) -> bytes | None:
    """Ours: what a program reads at `address`, `length` bytes of a page; None if it must fault."""
    slot = mm.slot_at(address)
    pte = slot.pte if slot is not None else PTE_NONE
    if pte.kind not in ("present", "zero") or pte.protnone:
        return None
    offset = address % PAGE_SIZE
    contents = pte.page.contents if pte.page is not None else bytes(PAGE_SIZE)
    return contents[offset : offset + length]


@atomic
def store(mm: mm_struct, address: int, data: bytes) -> bool:
    """Ours: a program writes `data` at `address`, within a page; False if that must fault.

    The processor sets the dirty and the young bit of the pte in the same breath.
    """
    slot = mm.slot_at(address)
    pte = slot.pte if slot is not None else PTE_NONE
    if slot is None or pte.kind != "present" or not pte.write or pte.page is None:
        return False
    if not (pte.dirty and pte.young):
        slot.pte = pte._replace(dirty=True, young=True)
    offset = address % PAGE_SIZE
    old = pte.page.contents
    pte.page.contents = old[:offset] + data + old[offset + len(data) :]
    return True


async def read_byte_range(mm: mm_struct, address: int, length: int) -> bytes | int:
    """Ours: read `length` bytes, faulting as needed; -EFAULT where a program would die."""
    data = b""
    while len(data) < length:
        here = address + len(data)
        size = min(length - len(data), PAGE_SIZE - here % PAGE_SIZE)
        piece = await load(mm, here, size)
        if piece is not None:
            data += piece
        elif error := await do_page_fault(mm, here, False):
            return error
    return data


async def write_byte_range(mm: mm_struct, address: int, data: bytes) -> int:
    """Ours: write `data` at `address`, faulting as needed; -EFAULT where a program would die."""
    done = 0
    while done < len(data):
        here = address + done
        size = min(len(data) - done, PAGE_SIZE - here % PAGE_SIZE)
        if await store(mm, here, data[done : done + size]):
            done += size
        elif error := await do_page_fault(mm, here, True):
            return error
    return 0


# ----------------------------------------------------------------------------------------- faults


@kernel_function("arch/x86/mm/fault.c")
async def do_page_fault(mm: mm_struct, address: int, write: bool) -> int:
    """Handle a fault of a program at `address` (bytes).

    v3.0 to v3.3.  Takes mmap_sem for reading.

    Returns 0 (try again), -EFAULT (SIGSEGV: nothing mapped, or no such access) or -ENOMEM.
    """
    await down_read(mm.mmap_sem)
    vma = find_vma(mm, address)
    needed = VM_WRITE if write else VM_READ | VM_WRITE | VM_EXEC
    if vma is None or address < vma.vm_start or not vma.vm_flags & needed:
        result = -EFAULT
    else:
        result = await handle_mm_fault(mm, vma, address - address % PAGE_SIZE, write)
    await up_read(mm.mmap_sem)
    return result


@kernel_function("mm/memory.c")
async def handle_mm_fault(mm: mm_struct, vma: vm_area_struct, address: int, write: bool) -> int:
    """See to it that the access at `address` (bytes, page-aligned) can go on, or be tried again.

    v3.0 to v3.3, with handle_pte_fault.  mmap_sem is held for reading.

    Returns 0 or -ENOMEM.
    """
    if await pte_alloc(mm, address):
        return -ENOMEM
    slot = mm.slot_at(address)
    assert slot is not None
    entry = await pte_read(slot)
    if entry.kind == "none":
        return await do_anonymous_page(mm, vma, address, write)
    if is_migration_entry(entry):
        await migration_entry_wait(mm, address)
        return 0
    found = await pte_offset_map_lock(mm, address)
    assert found is not None
    slot, ptl = found
    if await pte_read(slot) != entry:
        await pte_unmap_unlock(slot, ptl)
        return 0
    if write and not entry.write:
        return await do_wp_page(mm, vma, address, slot, ptl, entry)
    await set_pte_at(slot, entry._replace(young=True, dirty=entry.dirty or write))
    await pte_unmap_unlock(slot, ptl)
    return 0


@kernel_function("mm/memory.c")
async def do_anonymous_page(mm: mm_struct, vma: vm_area_struct, address: int, write: bool) -> int:
    """First touch: a zeroed page for a write, the shared zero page for a read.

    v3.0 to v3.3.  mmap_sem is held for reading.  A read does not call anon_vma_prepare(): the vma
    stays without an anon_vma, though it now has a pte.

    Returns 0 or -ENOMEM.
    """
    new = None
    if write:
        if await anon_vma_prepare(vma):
            return -ENOMEM
        new = alloc_page()
        if new is None:
            return -ENOMEM
    found = await pte_offset_map_lock(mm, address)
    assert found is not None
    slot, ptl = found
    raced = (await pte_read(slot)).kind != "none"
    if not raced and new is None:
        await set_pte_at(slot, PTE_ZERO)
    elif not raced and new is not None:
        await page_add_new_anon_rmap(new, vma, address)
        await set_pte_at(slot, mk_pte(new, vma, write=True)._replace(dirty=True))
    await pte_unmap_unlock(slot, ptl)
    if raced and new is not None:
        await put_page(new)
    return 0


@kernel_function("mm/memory.c")
async def do_wp_page(
    mm: mm_struct, vma: vm_area_struct, address: int, slot: pte_slot, ptl: Lock, entry: pte_t
) -> int:
    """A write to a pte that does not allow it: reuse the page if nobody else maps it, else copy.

    v3.0 to v3.3.  Called with the ptl, returns without it.  A page that only this pte maps
    (mapcount 1) moves to the vma's own anon_vma and becomes writable; that needs the page lock,
    and if a try does not get it, the ptl is dropped to sleep and the pte looked at again.

    Returns 0 or -ENOMEM.
    """
    old = entry.page
    if old is not None:
        if not await trylock_page(old):
            await get_page(old)
            await pte_unmap_unlock(slot, ptl)
            await lock_page(old)
            await spin_lock(ptl)
            if await pte_read(slot) != entry:
                await unlock_page(old)
                await pte_unmap_unlock(slot, ptl)
                await put_page(old)
                return 0
            await put_page(old)
        if old.mapcount == 1:
            await page_move_anon_rmap(old, vma, address)
            await unlock_page(old)
            await set_pte_at(slot, mk_pte(old, vma, write=True)._replace(dirty=True))
            await pte_unmap_unlock(slot, ptl)
            return 0
        await unlock_page(old)
        await get_page(old)
    await pte_unmap_unlock(slot, ptl)
    error = await _copy_for_write(vma, address, slot, ptl, entry)
    if old is not None:
        await put_page(old)
    return error


async def _copy_for_write(
    vma: vm_area_struct, address: int, slot: pte_slot, ptl: Lock, entry: pte_t
) -> int:
    """The half of do_wp_page() that copies, without the ptl at entry and at return."""
    if await anon_vma_prepare(vma):
        return -ENOMEM
    new = alloc_page()
    if new is None:
        return -ENOMEM
    old = entry.page
    if old is not None:
        new.contents = old.contents
    await spin_lock(ptl)
    same = await pte_read(slot) == entry
    if same:
        await page_add_new_anon_rmap(new, vma, address)
        await set_pte_at(slot, mk_pte(new, vma, write=True)._replace(dirty=True))
        if old is not None:
            await page_remove_rmap(old)
    await pte_unmap_unlock(slot, ptl)
    if not same:
        await put_page(new)
    elif old is not None:
        await put_page(old)
    return 0


# ------------------------------------------------------------------------------------------- fork


@kernel_function("mm/memory.c")
async def copy_page_range(dst_mm: mm_struct, src_mm: mm_struct, vma: vm_area_struct) -> int:
    """Copy the ptes of `vma` into the child, for fork.

    v3.0 to v3.3.  Both mmap_sems are held for writing.  A vma without an anon_vma is skipped: its
    pages fault again.  Each table under the child's ptl and, nested in it, the parent's; no root
    mutex: the child's vma stands behind the parent's in all lists already.  Left out: that Linux
    drops both locks every 32 ptes if somebody waits; here they are held over a table.

    Returns 0 or -ENOMEM.
    """
    if vma.anon_vma is None:
        return 0
    for table in list(tables_between(src_mm, vma.vm_start, vma.vm_end)):
        for_child = max(table.start, vma.vm_start)
        if await pte_alloc(dst_mm, for_child):
            return -ENOMEM
        found = await pte_offset_map_lock(dst_mm, for_child)
        assert found is not None
        first, dst_ptl = found
        await spin_lock(table.ptl)
        for slot in slots_between(table, vma.vm_start, vma.vm_end):
            await copy_one_pte(first.table.slot(slot.address), slot)
        await spin_unlock(table.ptl)
        await spin_unlock(dst_ptl)
    return 0


@kernel_predicate("mm/memory.c")
def account(pte: pte_t) -> None:
    """Ours, the accounting of a pte that is copied or zapped.  v3.0 to v3.2: decodes no entry."""


@kernel_function("mm/memory.c")
async def copy_one_pte(dst: pte_slot, src: pte_slot) -> None:
    """Copy one pte of a private vma: both sides lose write access, a write migration entry too.

    v3.0 to v3.3.  Both ptls are held.
    """
    pte = await pte_read(src)
    if pte.kind == "none":
        return
    account(pte)
    if pte.write:
        pte = pte._replace(write=False)
        await set_pte_at(src, pte)
    if pte.kind == "present" and pte.page is not None:
        await get_page(pte.page)
        await page_dup_rmap(pte.page)
    await set_pte_at(dst, pte._replace(young=False))


# ---------------------------------------------------------------------------------------- zapping


@kernel_function("mm/memory.c")
async def unmap_vmas(mm: mm_struct, vmas: list[vm_area_struct]) -> None:
    """Empty all ptes of `vmas`.  v3.0 to v3.3.  Under each table's ptl; no root mutex."""
    for vma in vmas:
        for table in tables_between(mm, vma.vm_start, vma.vm_end):
            await spin_lock(table.ptl)
            for slot in slots_between(table, vma.vm_start, vma.vm_end):
                await zap_pte(slot)
            await spin_unlock(table.ptl)


@kernel_function("mm/memory.c")
async def zap_pte(slot: pte_slot) -> None:
    """Empty one slot, whose ptl is held: the body of zap_pte_range's loop.

    v3.0 to v3.3.  A present page loses a mapping and a reference; a migration entry has neither.
    """
    pte = await pte_read(slot)
    if pte.kind == "none":
        return
    await ptep_get_and_clear(slot)
    account(pte)
    if pte.kind == "present" and pte.page is not None:
        await page_remove_rmap(pte.page)
        await put_page(pte.page)
