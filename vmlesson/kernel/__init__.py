"""A small, exact model of how Linux maps anonymous memory, from 3.0 to today.

To be read in this order, as each file stands on those before it: atomic, the await; text, bug,
locks, alloc, list, counters, mm_types, pgtable; one file per kernel file, by its name: rmap,
migrate, memory, mmap, mremap, mprotect, fork; the patches between the releases: releases (3.0 to
3.3), tree (3.7), today (6.16 and later); and what looks at the model and boots it: audit, boot,
scenario.
"""

from .atomic import Finding, NotDriven, run
from .audit import walk_order
from .boot import Kernel, Mapping, Task, sys_exit, sys_fork, sys_mmap, sys_mprotect, sys_mremap
from .boot import sys_munmap, sys_read, sys_write
from .bug import BUG_ON, VM_BUG_ON
from .list import list_add, list_add_tail, list_del, list_empty, list_for_each_entry, list_head
from .list import list_is_last, list_move, list_move_tail
from .locks import down_read, down_write, mutex, mutex_lock, mutex_trylock, mutex_unlock
from .locks import rw_semaphore, spin_lock, spin_unlock, spinlock, up_read, up_write
from .migrate import migration_entry_wait, move_to_new_page, remove_migration_pte
from .migrate import remove_migration_ptes, unmap_and_move
from .mm_types import EAGAIN, EFAULT, EINVAL, ENOMEM, PAGE_SHIFT, PAGE_SIZE, TASK_SIZE
from .mm_types import anon_vma, anon_vma_chain, find_vma, find_vma_prev, insert_vma
from .mm_types import is_migration_entry, kfree, migration_entry_to_page, mk_pte, mm_struct, page
from .mm_types import pte_t, set_vma_bounds, vm_area_struct, vma_bounds
from .mmap import PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE, copy_vma, do_mmap, do_munmap
from .mmap import new_vma_like, split_vma, vma_adjust, vma_merge
from .mremap import MREMAP_FIXED, MREMAP_MAYMOVE, do_mremap, move_page_tables, move_ptes, move_vma
from .pgtable import get_page, lock_page, pmd_read, pte_alloc, pte_offset_map_lock, pte_read
from .pgtable import pte_unmap_unlock, ptep_get_and_clear, put_page, set_pte_at, trylock_page
from .pgtable import unlock_page, wait_on_page_locked
from .releases import anon_vma_moveto_tail
from .rmap import SWAP_AGAIN, anon_vma_clone, anon_vma_fork, anon_vma_lock, anon_vma_prepare
from .rmap import anon_vma_unlock, get_anon_vma, linear_page_index, lock_anon_vma_root
from .rmap import page_add_anon_rmap, page_get_anon_vma, page_lock_anon_vma, page_mapped
from .rmap import put_anon_vma, rmap_walk_anon, try_to_unmap, unlink_anon_vmas
from .rmap import unlock_anon_vma_root, vma_address
from .scenario import Scenario
from .text import RELEASES, SYMBOLS, Patch, Release, kernel_function
from .today import COPY_THE_CHAIN, NOT_IF_FORKED
from .tree import ALWAYS_LOCK, NEVER_LOCK, need_rmap_locks

# fmt: off
__all__ = [
    "ALWAYS_LOCK", "BUG_ON", "COPY_THE_CHAIN", "EAGAIN", "EFAULT", "EINVAL", "ENOMEM",
    "MREMAP_FIXED", "MREMAP_MAYMOVE", "NEVER_LOCK", "NOT_IF_FORKED", "PAGE_SHIFT", "PAGE_SIZE",
    "PROT_EXEC", "PROT_NONE", "PROT_READ", "PROT_WRITE", "RELEASES", "SWAP_AGAIN", "SYMBOLS",
    "TASK_SIZE", "VM_BUG_ON", "Finding", "Kernel", "Mapping", "NotDriven", "Patch", "Release",
    "Scenario", "Task", "anon_vma", "anon_vma_chain", "anon_vma_clone", "anon_vma_fork",
    "anon_vma_lock", "anon_vma_moveto_tail", "anon_vma_prepare", "anon_vma_unlock", "copy_vma",
    "do_mmap", "do_mremap", "do_munmap", "down_read", "down_write", "find_vma", "find_vma_prev",
    "get_anon_vma", "get_page", "insert_vma", "is_migration_entry", "kernel_function", "kfree",
    "linear_page_index",
    "list_add", "list_add_tail", "list_del", "list_empty", "list_for_each_entry", "list_head",
    "list_is_last", "list_move", "list_move_tail", "lock_anon_vma_root", "lock_page",
    "migration_entry_to_page", "migration_entry_wait", "mk_pte", "mm_struct", "move_page_tables",
    "move_ptes", "move_to_new_page", "move_vma", "mutex", "mutex_lock", "mutex_trylock",
    "mutex_unlock", "need_rmap_locks", "new_vma_like", "page", "page_add_anon_rmap",
    "page_get_anon_vma", "page_lock_anon_vma", "page_mapped", "pmd_read", "pte_alloc",
    "pte_offset_map_lock", "pte_read", "pte_t", "pte_unmap_unlock", "ptep_get_and_clear",
    "put_anon_vma", "put_page", "remove_migration_pte", "remove_migration_ptes", "rmap_walk_anon",
    "run", "rw_semaphore", "set_pte_at", "set_vma_bounds", "spin_lock", "spin_unlock", "spinlock",
    "split_vma", "sys_exit", "sys_fork", "sys_mmap", "sys_mprotect", "sys_mremap", "sys_munmap",
    "sys_read", "sys_write", "try_to_unmap", "trylock_page", "unlink_anon_vmas",
    "unlock_anon_vma_root", "unlock_page", "unmap_and_move", "up_read", "up_write",
    "vm_area_struct", "vma_address", "vma_adjust", "vma_bounds", "vma_merge", "wait_on_page_locked",
    "walk_order",
]
# fmt: on
