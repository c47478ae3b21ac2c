"""Each allocation of each system call fails in turn: no state is lost, and the errno is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vmlesson.kernel import (
    ENOMEM,
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_READ,
    PROT_WRITE,
    Kernel,
    Task,
)
from vmlesson.kernel.audit import slots_of
from vmlesson.kernel.boot import KINDS_OF_ALLOCATION

MOVE = MREMAP_MAYMOVE | MREMAP_FIXED
START = 0x100
State = dict[str, dict[int, bytes]]


def at(page: int) -> int:
    return (START + page) * PAGE_SIZE


def pages(count: int) -> int:
    return count * PAGE_SIZE


def situation(release: str) -> tuple[Kernel, Task]:
    """A parent and a child: faulted and unfaulted vmas, split ones, one that was moved."""
    kernel = Kernel(release, ptes_per_table=2, pages_per_batch=2)
    parent = kernel.spawn("P")
    parent.mmap(pages(8), at(0), fixed=True)
    parent.mmap(pages(4), at(12), fixed=True)
    for page in (0, 1, 2, 4, 5, 6, 7):
        parent.write(at(page), b"%d" % page)
    parent.mprotect(at(2), pages(2), PROT_READ)
    parent.mremap(at(4), pages(4), pages(4), MOVE, at(30))
    child = parent.fork("C")
    child.write(at(0), b"mine")
    return kernel, child


CALLS: dict[str, Callable[[Task], Any]] = {
    "mmap": lambda task: task.mmap(pages(3), at(20), fixed=True),
    "mmap over others": lambda task: task.mmap(pages(13), at(1), fixed=True),
    "mmap beside": lambda task: task.mmap(pages(4), at(8), fixed=True),
    "munmap inside": lambda task: task.munmap(at(31), pages(2)),
    "munmap of several": lambda task: task.munmap(at(1), pages(30)),
    "mprotect inside": lambda task: task.mprotect(at(31), pages(2), PROT_READ),
    "mprotect of several": lambda task: task.mprotect(at(1), pages(2), PROT_READ),
    "mprotect that merges": lambda task: task.mprotect(at(2), pages(2), PROT_READ | PROT_WRITE),
    "grow in place": lambda task: task.mremap(at(30), pages(4), pages(7)),
    "grow elsewhere": lambda task: task.mremap(at(0), pages(2), pages(9), MREMAP_MAYMOVE),
    "shrink": lambda task: task.mremap(at(30), pages(4), pages(1)),
    "move": lambda task: task.mremap(at(30), pages(4), pages(4), MOVE, at(60)),
    "move a part": lambda task: task.mremap(at(31), pages(2), pages(2), MOVE, at(60)),
    "move home": lambda task: task.mremap(at(30), pages(4), pages(4), MOVE, at(4)),
    "move onto others": lambda task: task.mremap(at(30), pages(4), pages(4), MOVE, at(0)),
    "move and grow": lambda task: task.mremap(at(0), pages(2), pages(6), MOVE, at(61)),
    "move what is unfaulted": lambda task: task.mremap(at(13), pages(2), pages(2), MOVE, at(20)),
    "move into the middle": lambda task: task.mremap(at(2), pages(2), pages(2), MOVE, at(31)),
    "move and shrink": lambda task: task.mremap(at(30), pages(3), pages(1), MOVE, at(60)),
    "fork": lambda task: task.fork("G"),
    "first write": lambda task: task.write(at(13), b"new"),
    "first write to a shared page": lambda task: task.write(at(1), b"new"),
    "first write to what was read": lambda task: (task.read(at(15), 1), task.write(at(15), b"x")),
    "first read": lambda task: task.read(at(15), 3),
}
EMPTIES = {
    "mmap over others": range(1, 14),
    "munmap of several": range(1, 31),
    "move home": range(4, 8),
    "move onto others": range(4),
    "move into the middle": range(31, 33),
    "move and shrink": range(31, 33),
}
"""Pages that a call may have unmapped when it fails: what is in its way goes first."""


def contents(kernel: Kernel) -> State:
    """What every living process has in its pages, zeros left out; without a fault."""
    return {
        task.name: {
            slot.address: pte.page.contents[:8]
            for slot, pte in slots_of(task.mm)
            if pte.page is not None and any(pte.page.contents[:8])
        }
        for task in kernel.tasks
        if not task.exited
    }


def errno_of(call: Callable[[Task], Any], task: Task) -> int:
    try:
        call(task)
    except OSError as error:
        return error.errno or 0
    return 0


def without(state: State, emptied: range) -> State:
    gone = {at(page) for page in emptied}
    mine = {place: data for place, data in state["C"].items() if place not in gone}
    return {**state, "C": mine}


@pytest.mark.parametrize("release", ["v3.0", "v3.2", "v3.3", "v3.7", "running"])
@pytest.mark.parametrize("of", KINDS_OF_ALLOCATION)
@pytest.mark.parametrize("call", CALLS)
def test_each_allocation_fails_in_turn(call: str, of: str, release: str) -> None:
    kernel, task = situation(release)
    CALLS[call](task)
    succeeded = contents(kernel)
    for nth in range(1, 40):
        kernel, task = situation(release)
        before = contents(kernel)
        kernel.fail_allocation(of, nth)
        errno = errno_of(CALLS[call], task)
        if errno:
            assert errno == ENOMEM
            emptied = EMPTIES.get(call, range(0))
            assert without(contents(kernel), emptied) == without(before, emptied)
        else:
            assert contents(kernel) == succeeded
        assert kernel.audit() == []
        asked = kernel._boot_counts[of]
        assert errno or asked < nth or not call.startswith("first"), "nothing takes its place"
        kernel._failing.clear()
        if asked >= nth:
            continue
        for each in kernel.tasks:
            if not each.exited:
                each.exit()  # the last one finds what is left over
        return
    raise AssertionError("it never ran out of allocations to fail")


@pytest.mark.parametrize("release", ["v3.0", "v3.2", "v3.3", "v3.7", "running"])
@pytest.mark.parametrize("of", KINDS_OF_ALLOCATION)
@pytest.mark.parametrize("call", CALLS)
def test_what_failed_once_can_be_done_again(call: str, of: str, release: str) -> None:
    kernel, task = situation(release)
    CALLS[call](task)
    succeeded = contents(kernel)
    kernel, task = situation(release)
    kernel.fail_allocation(of, 1)
    if errno_of(CALLS[call], task) and call != "fork":  # the next child has another name
        CALLS[call](task)
        assert contents(kernel) == succeeded
    assert kernel.audit() == []
    for each in kernel.tasks:
        if not each.exited:
            each.exit()


@pytest.mark.parametrize("side", [-2, 2])
@pytest.mark.parametrize("nth", [None, 1])
def test_what_moves_beside_the_unfaulted_stays_apart_if_its_chain_cannot_be_copied(
    side: int, nth: int | None
) -> None:
    kernel = Kernel("today")
    task = kernel.spawn("P")
    task.mmap(pages(2), at(0), fixed=True)
    task.write(at(0), b"here")
    task.mremap(at(0), pages(2), pages(2), MOVE, at(30))
    task.mmap(pages(2), at(side), fixed=True)
    if nth is not None:
        kernel.fail_allocation("avc", nth)
    task.mremap(at(30), pages(2), pages(2), MOVE, at(0))
    assert len(task.maps()) == (1 if nth is None else 2)
    assert task.read(at(0), 4) == b"here"
    assert kernel.audit() == []


def test_of_several_vmas_those_that_have_moved_stay_moved_when_memory_runs_out() -> None:
    kernel = Kernel("today")
    task = kernel.spawn("P")
    task.mmap(pages(4), at(0), fixed=True)
    task.write(at(0), b"one")
    task.write(at(2), b"two")
    task.mprotect(at(2), pages(2), PROT_READ)
    kernel.fail_allocation("vma", 2)
    with pytest.raises(OSError, match="Cannot allocate memory"):
        task.mremap(at(0), pages(4), pages(4), MOVE, at(30))
    assert [each.start for each in task.maps()] == [at(2), at(30)]
    assert (task.read(at(30), 3), task.read(at(2), 3)) == (b"one", b"two")
    assert kernel.audit() == []


def test_a_page_table_that_no_vma_needs_is_found() -> None:
    kernel, task = situation("v3.3")
    task.mm.vmas = task.mm.vmas[1:]
    assert any("the page table of C" in sentence for sentence in kernel.audit())
