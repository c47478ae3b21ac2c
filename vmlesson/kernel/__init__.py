"""A small, exact model of how Linux 3.0 to 3.3 maps anonymous memory.

One file per kernel file, by its name (rmap, mmap, mremap, migrate, memory, mprotect, fork), and the
few things under them: atomic (the await), list, locks, mm_types, text, bug.
"""

from .atomic import Finding, NotDriven, run
from .boot import (
    Kernel,
    Mapping,
    Task,
    sys_exit,
    sys_fork,
    sys_mmap,
    sys_mprotect,
    sys_mremap,
    sys_munmap,
    sys_read,
    sys_write,
)
from .bug import BUG_ON, VM_BUG_ON
from .list import (
    list_add,
    list_add_tail,
    list_del,
    list_empty,
    list_for_each_entry,
    list_head,
    list_is_last,
    list_move,
    list_move_tail,
)
from .locks import (
    down_read,
    down_write,
    mutex,
    mutex_lock,
    mutex_trylock,
    mutex_unlock,
    rw_semaphore,
    spin_lock,
    spin_unlock,
    spinlock,
    up_read,
    up_write,
)
from .migrate import (
    migration_entry_wait,
    move_to_new_page,
    remove_migration_pte,
    remove_migration_ptes,
    unmap_and_move,
)
from .mm_types import (
    EACCES,
    EAGAIN,
    EFAULT,
    EINVAL,
    ENOMEM,
    PAGE_SHIFT,
    PAGE_SIZE,
    TASK_SIZE,
    anon_vma,
    anon_vma_chain,
    is_migration_entry,
    migration_entry_to_page,
    mk_pte,
    mm_struct,
    page,
    pte_t,
    set_vma_bounds,
    vm_area_struct,
    vma_bounds,
)
from .mmap import (
    PROT_EXEC,
    PROT_NONE,
    PROT_READ,
    PROT_WRITE,
    copy_vma,
    do_mmap,
    do_munmap,
    find_vma,
    find_vma_prev,
    insert_vma,
    new_vma_like,
    split_vma,
    vma_adjust,
    vma_merge,
)
from .mremap import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    do_mremap,
    move_page_tables,
    move_ptes,
    move_vma,
)
from .pagelock import lock_page, trylock_page, unlock_page, wait_on_page_locked
from .pgtable import (
    get_page,
    pmd_read,
    pte_alloc,
    pte_offset_map_lock,
    pte_read,
    pte_unmap_unlock,
    ptep_get_and_clear,
    put_page,
    set_pte_at,
)
from .releases import anon_vma_moveto_tail
from .rmap import (
    SWAP_AGAIN,
    anon_vma_clone,
    anon_vma_fork,
    anon_vma_lock,
    anon_vma_prepare,
    anon_vma_unlock,
    linear_page_index,
    lock_anon_vma_root,
    page_add_anon_rmap,
    page_get_anon_vma,
    page_lock_anon_vma,
    page_mapped,
    put_anon_vma,
    rmap_walk_anon,
    try_to_unmap,
    unlink_anon_vmas,
    unlock_anon_vma_root,
    vma_address,
)
from .scenario import Scenario
from .text import RELEASES, SYMBOLS, Patch, Release, kernel_function
