"""What chapters play with: a process with four pages, its child, and two pages that move."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from ..errors import check_kind, check_whole
from ..kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel, Scenario, Task, page
from ..kernel import sys_mremap
from ..scenarios import page_at

PTES_PER_TABLE = 16
"""So that a page table fits into a picture; real ones have 512."""
FLAGS = MREMAP_MAYMOVE | MREMAP_FIXED
Move = tuple[Task, int, int]


def at(number: int) -> int:
    """The address of a page, in bytes."""
    check_whole("the number of a page", number, 0)
    return number * PAGE_SIZE


def boot(release: str = "v3.2", *patches: Any) -> Kernel:
    """A kernel with small page tables."""
    return Kernel(release, patches, ptes_per_table=PTES_PER_TABLE)


def written(*pages: int, kernel: Kernel | None = None) -> Task:
    """A process P that has mapped these pages, which lie side by side, and has written to each."""
    kernel = kernel or boot()
    check_kind("kernel", kernel, Kernel, "a kernel that is booted, by boot() or Kernel(…)")
    task = kernel.spawn("P")
    task.mmap(len(pages) * PAGE_SIZE, addr=at(pages[0]), fixed=True)
    for each in pages:
        task.write(at(each), b"from P")
    return task


def four_pages(kernel: Kernel | None = None) -> Task:
    """A process P that has written to pages 100 to 103; on a fresh Linux 3.2 if nothing is said."""
    return written(0x100, 0x101, 0x102, 0x103, kernel=kernel)


def parent_and_child(kernel: Kernel) -> tuple[Task, Task]:
    """P has written to pages 100 and 101, and forked C, which has written to page 101."""
    parent = written(0x100, 0x101, kernel=kernel)
    child = parent.fork("C")
    child.write(at(0x101), b"from C")
    return parent, child


def move(task: Task, first: int, to: int, pages: int = 2) -> None:
    """Pages from `first` on go to another place: mremap(2) with MREMAP_FIXED."""
    task.mremap(at(first), at(pages), at(pages), FLAGS, at(to))


def page_of(task: Task, number: int) -> page:
    """The page that `task` has mapped there."""
    return page_at(task, at(number))


def _going(kernel: Kernel) -> Move:
    return four_pages(kernel), 0x102, 0x140


def _returning(kernel: Kernel) -> Move:
    task, home, far = _going(kernel)
    move(task, home, far)
    return task, far, home


def _mremap(move: Move) -> dict[str, Coroutine[Any, Any, Any]]:
    task, old, new = move
    return {"mremap": sys_mremap(task, at(old), at(2), at(2), FLAGS, at(new))}


AWAY = Scenario(_going, _mremap, name="away", ptes_per_table=PTES_PER_TABLE)
"""P's last two pages move to 140, where nothing is."""
BACK = Scenario(_returning, _mremap, name="back", ptes_per_table=PTES_PER_TABLE)
"""They have moved there, and come home."""
