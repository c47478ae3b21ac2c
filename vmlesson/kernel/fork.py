"""Making and ending processes, as far as memory goes: kernel/fork.c.

Left out: everything but the address space; VM_DONTCOPY; accounting.
"""

from __future__ import annotations

from .alloc import allocation
from .locks import down_write, up_write
from .memory import copy_page_range
from .mm_types import ENOMEM, insert_vma, kfree, mm_struct, vm_area_struct
from .mmap import exit_mmap
from .rmap import anon_vma_fork
from .text import kernel_function


@kernel_function("kernel/fork.c")
async def dup_mmap(mm: mm_struct, oldmm: mm_struct) -> int:
    """Fill the child's empty `mm` with a copy of the parent's.

    v3.0 to v3.3.  Takes the parent's mmap_sem for writing and, nested, the child's.  For each vma
    in address order: copy the struct; link it (anon_vma_fork: at the tail of all the parent's
    lists); only then copy the ptes.

    Returns 0, or -ENOMEM with the child half filled, for the caller to take apart.
    """
    await down_write(oldmm.mmap_sem)
    await down_write(mm.mmap_sem)
    result = 0
    for parent in oldmm.vmas:
        if not allocation("vma"):
            result = -ENOMEM
            break
        child = vm_area_struct(mm, parent.vm_start, parent.vm_end, parent.vm_flags, parent.vm_pgoff)
        if await anon_vma_fork(child, parent):
            kfree(child)
            result = -ENOMEM
            break
        insert_vma(mm, child)
        if await copy_page_range(mm, oldmm, parent):
            result = -ENOMEM
            break
    await up_write(mm.mmap_sem)
    await up_write(oldmm.mmap_sem)
    return result


@kernel_function("kernel/fork.c")
async def mmput(mm: mm_struct) -> None:
    """Drop the last user of an address space: exit takes it apart.  v3.0 to v3.3."""
    await exit_mmap(mm)
