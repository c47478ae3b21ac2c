"""Faults, moving page tables, migration: where pages are, and what becomes of their entries."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmlesson import kernel
from vmlesson.explore import explore
from vmlesson.kernel import (
    EAGAIN,
    EFAULT,
    ENOMEM,
    PAGE_SIZE,
    SWAP_AGAIN,
    Finding,
    Kernel,
    Scenario,
    Task,
    anon_vma_unlock,
    get_page,
    list_add_tail,
    list_del,
    move_page_tables,
    page,
    page_get_anon_vma,
    page_lock_anon_vma,
    put_anon_vma,
    put_page,
    remove_migration_pte,
    rmap_walk_anon,
    sys_exit,
    sys_munmap,
    sys_read,
    sys_write,
    try_to_unmap,
    unlock_page,
    unmap_and_move,
    vma_address,
)
from vmlesson.kernel.atomic import CPU
from vmlesson.kernel.audit import chain_of
from vmlesson.kernel.migrate import unmap_for_migration

sys.path.insert(0, str(Path(__file__).parent))
from world import BASE, Recorded, World, at

P = PAGE_SIZE
RELEASES = ["v3.0", "v3.1", "v3.2", "v3.3"]

# ---------------------------------------------------------------------------------------- faults


def test_read_fault_maps_the_zero_page_and_the_vma_stays_unfaulted() -> None:
    world = World().do("map 0-2")
    assert world.reads(0) == ""
    assert [world.kind(i) for i in range(3)] == ["zero", "none", "none"]
    assert world.vma(0).anon_vma is None
    assert world.kernel.pages() == []
    world.touch(0)
    assert world.kind(0) == "present"
    assert world.vma(0).anon_vma is not None
    world.end()


def test_a_zero_page_moves_with_its_unfaulted_vma() -> None:
    world = World().do("map 0; map 30")
    world.reads(30)
    world.do("move 30 1")
    assert world.vmas() == [(0, 2)]
    assert world.kind(1) == "zero"
    world.end()


def test_fork_copies_on_write_and_reuses_the_last_copy() -> None:
    world = World().do("map 0 t; fork")
    shared = world.page(0)
    assert (shared.mapcount, shared.count) == (2, 2)
    world.touch(0)
    assert world.page(0) is not shared
    assert world.page(0).mapping is world.vma(0).anon_vma
    assert (shared.mapcount, shared.count) == (1, 1)
    assert world.reads(0) == "C 0"
    world.do("parent")
    assert world.reads(0) == "P 0"
    world.touch(0)
    assert world.page(0) is shared
    world.end()


def test_the_last_user_of_a_page_takes_it_into_its_own_anon_vma() -> None:
    world = World().do("map 0 t; fork")
    shared = world.page(0)
    world.parent.exit()
    assert shared.mapping is not world.vma(0).anon_vma
    assert world.reads(0) == "P 0"
    world.touch(0)
    assert world.page(0) is shared
    assert shared.mapping is world.vma(0).anon_vma
    world.end()


def test_a_vma_without_an_anon_vma_is_not_copied() -> None:
    world = World().do("map 0")
    world.reads(0)
    world.do("fork")
    assert world.kind(0) == "none"
    world.end()


def test_what_is_written_and_read_may_cross_pages() -> None:
    world = World().do("map 0-2")
    world.task.write(at(1) - 3, b"across the border")
    assert world.task.read(at(1) - 5, 20) == b"\0\0across the border\0"
    assert [len(page.contents) for page in world.kernel.pages()] == [P, P]
    world.end()


@pytest.mark.parametrize("writes", [False, True])
def test_a_read_beside_another_first_touch_takes_no_page(writes: bool) -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(P, at(0), fixed=True)
        return task

    def cpus(task: Task) -> dict[str, object]:
        other = sys_write(task, at(0), b"x") if writes else sys_read(task, at(0), 1)
        return {"a": sys_read(task, at(0), 1), "b": other}

    def promise(task: Task) -> None:
        slot = task.mm.slot_at(at(0))
        assert slot is not None
        assert (len(task.kernel.pages()), slot.pte.dirty) == (writes, writes)

    result = explore(Scenario(setup, cpus, promise, ptes_per_table=2))  # type: ignore[arg-type]
    assert (result.verdict, result.complete) == ("holds", True), result


# ---------------------------------------------------------------------------- moving page tables


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize(("ptes", "batch"), [(2, 1), (2, 64), (3, 2), (8, 3), (16, 64), (512, 64)])
@pytest.mark.parametrize("to", [40, 41, 45])
def test_moves_over_borders_of_tables(ptes: int, batch: int, to: int, split: bool) -> None:
    world = World(ptes_per_table=ptes, pages_per_batch=batch, split_ptlocks=split)
    world.do("map 0-11")
    touched = [0, 1, 2, 5, 8, 11]
    for position in touched:
        world.touch(position)
    world.move(1, 11, to)
    for position in range(1, 12):
        there = position in touched
        assert world.kind(to + position - 1) == ("present" if there else "none")
        assert world.reads(to + position - 1) == (f"P {position}" if there else "")
    world.end()


def test_a_batch_holds_both_locks_or_the_one() -> None:
    for split, locks in ((True, 2), (False, 1)):
        world = World(ptes_per_table=4, pages_per_batch=64, split_ptlocks=split)
        world.do("map 0-3 t; map 40-43 r; touch 0; unmap 40-43; map 40-43; move 0-3 40; map 0-3 t")
        world.do("move 40-43 0")
        vma = world.vma(0)
        call = Recorded(world.kernel, move_page_tables(vma, at(0), vma, at(0) + 4 * P * 64, 4 * P))
        assert call.result == 4 * P
        moving = call.operations[call.operations.index("ptep_get_and_clear") - locks :]
        assert moving[:locks] == ["spin_lock"] * locks
        assert moving[locks : locks + 8] == ["ptep_get_and_clear", "set_pte_at"] * 4
        assert moving[locks + 8 :] == ["spin_unlock"] * locks


def test_batches_are_as_long_as_they_may_be() -> None:
    world = World(ptes_per_table=512, pages_per_batch=64).do("map 0-199 t")
    world.kernel.hits.clear()
    world.move(0, 200, 512)
    assert world.kernel.hits["move_ptes"] == 4
    world = World(ptes_per_table=512).do("map 0-199")
    world.move(0, 200, 1000)
    assert world.kernel.hits["move_ptes"] == 0  # there are no page tables at all
    world.end()


@pytest.mark.parametrize("release", ["v3.0", "v3.2", "v3.3"])
@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("nth", range(1, 7))
def test_the_error_path_brings_everything_back(nth: int, merged: bool, release: str) -> None:
    world = World(release, ptes_per_table=4, pages_per_batch=2)
    start, to = 1, 42
    if merged:
        world.do("map 41-50 t; move 42-50 1")
    else:
        world.do("map 1-9 t")
    written = {i: world.reads(i) for i in range(1, 10)}
    before = world.vmas()
    world.kernel.fail_allocation("page table", nth)
    try:
        world.move(start, 9, to)
    except OSError:
        assert nth <= 3
        assert world.vmas() == before
        assert {i: world.reads(i) for i in range(1, 10)} == written
    else:
        assert nth > 2
        assert {i: world.reads(i + to - start) for i in range(1, 10)} == written
    world.end()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 9),
    st.integers(1, 9),
    st.sets(st.integers(0, 11)),
    st.integers(0, 9),
    st.integers(1, 12),
    st.integers(20, 40),
)
def test_any_move_there_and_back(
    ptes: int, batch: int, touched: set[int], start: int, count: int, to: int
) -> None:
    count = min(count, 12 - start)
    world = World(ptes_per_table=ptes, pages_per_batch=batch).do("map 0-11")
    for position in touched:
        world.touch(position)
    world.move(start, count, to)
    assert world.kernel.audit() == []
    world.move(to, count, start)
    for position in range(12):
        assert world.reads(position) == (f"P {position}" if position in touched else "")
    world.end()


# ------------------------------------------------------------------------------------ walks


def test_vma_address_is_the_address_or_efault() -> None:
    world = World().do("map 0-3 t")
    page, vma = world.page(2), world.vma(0)
    assert world.kernel.run(vma_address(page, vma)) == at(2)
    world.do("move 1-2 30; map 9 t")
    assert world.kernel.run(vma_address(page, world.vma(30))) == at(31)
    assert world.kernel.run(vma_address(page, world.vma(0))) == -EFAULT
    assert world.kernel.run(vma_address(page, world.vma(3))) == -EFAULT
    assert world.kernel.run(vma_address(page, world.vma(9))) == -EFAULT


def test_a_walk_goes_from_head_to_tail_and_ends_early_if_told_to() -> None:
    world = World().do("map 0-1 t; fork; move 1 30; parent")
    page, seen = world.page(1), []

    async def note(page: object, vma: object, address: int, answer: int) -> int:
        seen.append((str(vma), address // P - BASE))
        return answer

    assert world.kernel.run(_locked_walk(page, note, SWAP_AGAIN)) == SWAP_AGAIN
    assert [where for _, where in seen] == [1, 30]
    seen.clear()
    assert world.kernel.run(_locked_walk(page, note, 0)) == 0
    assert [where for _, where in seen] == [1]
    with pytest.raises(Finding, match=r"kernel BUG at mm/rmap.c rmap_walk"):
        world.kernel.run(rmap_walk_anon(page, note, 1))


async def _locked_walk(page: object, note: object, answer: int) -> int:
    from vmlesson.kernel import lock_page

    await lock_page(page)  # type: ignore[arg-type]
    result = await rmap_walk_anon(page, note, answer)  # type: ignore[arg-type]
    await unlock_page(page)  # type: ignore[arg-type]
    return result


def test_pinning_and_locking_an_anon_vma() -> None:
    world = World().do("map 0 t")
    page, family = world.page(0), world.vma(0).anon_vma
    assert family is not None
    assert world.kernel.run(page_get_anon_vma(page)) is family
    assert family.refcount == 2
    family.refcount = 1
    assert world.kernel.run(page_lock_anon_vma(page)) is family
    assert family.refcount == 1
    assert family.mutex.owner is not None
    world = World().do("map 0 t")
    page = world.page(0)
    world.kernel.run(get_page(page))
    world.do("unmap 0")
    assert world.kernel.run(page_get_anon_vma(page)) is None
    assert world.kernel.run(page_lock_anon_vma(page)) is None
    world.kernel.run(put_page(page))
    world.end()


def test_the_last_vma_may_go_while_its_anon_vma_is_pinned() -> None:
    """A child's: with the last reference goes the one that it has on its root."""

    async def lock_and_unlock(page: page) -> None:
        family = await page_lock_anon_vma(page)
        if family is not None:
            await anon_vma_unlock(family)

    def setup(kernel: Kernel) -> Task:
        parent, child = parent_and_child(kernel)
        child.write(at(0), b"mine")
        parent.exit()
        return child

    def cpus(task: Task) -> dict[str, object]:
        slot = task.mm.slot_at(at(0))
        assert slot is not None
        assert slot.pte.page is not None
        return {"rmap": lock_and_unlock(slot.pte.page), "exit": sys_munmap(task, at(0), P)}

    def promise(task: Task) -> None:
        assert task.kernel.anon_vmas() == []

    result = explore(Scenario(setup, cpus, promise, ptes_per_table=2))  # type: ignore[arg-type]
    assert (result.verdict, result.complete) == ("holds", True), result


# ----------------------------------------------------------------------------------- migration


@pytest.mark.parametrize("release", RELEASES)
def test_a_page_migrates_wherever_it_is_mapped(release: str) -> None:
    world = World(release).do("map 0-2 t; fork; move 1 30; parent; move 0-1 50")
    old = world.page(51)
    assert world.page(30, world.task.kernel.tasks[1]) is old
    assert world.kernel.run(unmap_and_move(old)) == 0
    new = world.page(51)
    assert new is not old
    assert (old.count, old.mapcount, old.mapping) == (0, 0, None)
    assert (new.count, new.mapcount) == (2, 2)
    assert world.reads(51) == "P 1"
    assert world.reads(30, task=world.kernel.tasks[1]) == "P 1"
    world.end()


def test_write_access_survives_a_migration_only_where_it_was() -> None:
    world = World().do("map 0-1 t; fork; parent")
    assert world.kernel.run(unmap_and_move(world.page(0))) == 0
    slot = world.task.mm.slot_at(at(0))
    assert slot is not None
    assert not slot.pte.write
    world = World().do("map 0 t")
    world.kernel.run(unmap_and_move(world.page(0)))
    slot = world.task.mm.slot_at(at(0))
    assert slot is not None
    assert slot.pte.write
    world.end()


def test_a_migration_keeps_a_page_dirty_and_shut() -> None:
    world = World().do("map 0 t; prot 0 -")
    assert world.page(0).flags == set()
    assert world.kernel.run(unmap_and_move(world.page(0))) == 0
    assert world.page(0).flags == {"dirty"}
    with pytest.raises(OSError, match="Bad address"):
        world.reads(0)
    world.end()


def test_a_write_sets_both_bits_of_the_pte_again() -> None:
    world = World().do("map 0 t; fork; parent")
    world.task.kernel.tasks[1].exit()
    slot = world.task.mm.slot_at(at(0))
    assert slot is not None
    for bits in ({"dirty": False}, {"young": False}):
        slot.pte = slot.pte._replace(write=True, **bits)
        world.touch(0)
        assert (slot.pte.dirty, slot.pte.young) == (True, True)


def test_a_childs_own_page_stays_in_the_childs_family() -> None:
    world = World().do("map 0 t; fork; touch 0")
    before = world.page(0)
    kept = before.mapping, before.index
    assert kept[0] is not before.mapping.root, "the parent's"
    assert world.kernel.run(unmap_and_move(before)) == 0
    after = world.page(0)
    assert after is not before
    assert (after.mapping, after.index) == kept


def test_an_extra_reference_makes_it_give_up_and_undo() -> None:
    world = World().do("map 0 t; fork")
    old = world.page(0)
    world.kernel.run(get_page(old))
    assert world.kernel.run(unmap_and_move(old)) == -EAGAIN
    assert world.page(0) is old
    assert (old.mapcount, old.count) == (2, 3)
    world.kernel.run(put_page(old))
    assert world.kernel.run(unmap_and_move(old)) == 0
    world.end()


def test_migration_without_memory_or_of_a_free_page() -> None:
    world = World().do("map 0 t")
    old = world.page(0)
    world.kernel.fail_allocation("page", 1)
    assert world.kernel.run(unmap_and_move(old)) == -ENOMEM
    assert world.reads(0) == "P 0"
    world.do("unmap 0")
    assert world.kernel.run(unmap_and_move(old)) == 0
    world.end()


def test_walk_1_that_misses_a_vma_leaves_the_page_where_it_was() -> None:
    world = World().do("map 0 t; fork")
    old = world.page(0)
    root = old.mapping
    assert root is not None
    hidden = root.head.peek()[-1].same_anon_vma
    world.kernel.run(list_del(hidden))
    assert world.kernel.run(unmap_and_move(old)) == -EAGAIN
    assert world.page(0) is old
    world.kernel.run(list_add_tail(hidden, root.head))
    world.end()


def test_walk_1_ends_as_soon_as_the_page_is_not_mapped_any_more() -> None:
    world = World().do("map 0-3 t; unmap 2; fork; parent")
    page = world.page(3)
    world.parent.kernel.tasks[1].exit()
    from vmlesson.kernel import lock_page

    world.kernel.run(get_page(page))
    world.kernel.run(lock_page(page))
    call = Recorded(world.kernel, try_to_unmap(page))
    assert call.result == 0
    assert call.operations.count("list_next") == 2


def stale(world: World, position: int = 0) -> None:
    """Leave a migration entry behind, its page unlocked."""
    old = world.page(position)
    world.kernel.run(get_page(old))
    pinned = world.kernel.run(unmap_for_migration(old))
    assert pinned is not None
    world.kernel.run(put_anon_vma(pinned))
    world.kernel.run(unlock_page(old))
    world.kernel.run(put_page(old))


EVENTS: dict[str, tuple[Callable[[World], object], str]] = {
    "read": (lambda w: w.reads(0), "v3.0"),
    "write": (lambda w: w.touch(0), "v3.0"),
    "fork": (lambda w: w.do("fork"), "v3.3"),
    "munmap": (lambda w: w.do("unmap 0"), "v3.3"),
    "exit": (lambda w: w.task.exit(), "v3.3"),
    "mprotect": (lambda w: w.do("prot 0 r"), ""),
    "mremap": (lambda w: w.do("move 0 30"), ""),
}
"""What meets the entry, and since which release it decodes it."""
LINES = {"v3.0": ":105", "v3.1": ":126", "v3.2": ":126", "v3.3": ":126", "v3.7": ":129"}


@pytest.mark.parametrize("release", kernel.RELEASES)
@pytest.mark.parametrize("event", EVENTS)
def test_who_hits_the_bug_on(event: str, release: str) -> None:
    world = World(release).do("map 0-1 t")
    stale(world)
    act, since = EVENTS[event]
    order = [*kernel.RELEASES]
    if not since or order.index(release) < order.index(since):
        act(world)
        return
    bug = rf"^BUG: kernel BUG at include/linux/swapops.h{LINES.get(release, '')}!$"
    with pytest.raises(Finding, match=bug):
        act(world)


@pytest.mark.parametrize("release", RELEASES)
def test_a_walk_for_another_page_that_meets_a_stale_entry(release: str) -> None:
    world = World(release).do("map 0 t")
    other = World(release).do("map 0 t").page(0)
    stale(world)
    with pytest.raises(Finding, match=r"swapops.h"):
        world.kernel.run(remove_migration_pte(other, world.vma(0), at(0), other))


def test_fork_turns_a_write_entry_into_two_read_entries() -> None:
    world = World("v3.2").do("map 0 t")
    stale(world)
    world.do("fork")
    for task in (world.parent, world.task):
        slot = task.mm.slot_at(at(0))
        assert slot is not None
        assert (slot.pte.kind, slot.pte.write) == ("migration", False)


def test_mprotect_turns_a_write_entry_into_a_read_entry() -> None:
    world = World().do("map 0 t")
    stale(world)
    world.do("prot 0 r")
    slot = world.task.mm.slot_at(at(0))
    assert slot is not None
    assert (slot.pte.kind, slot.pte.write, slot.pte.protnone) == ("migration", False, False)


def test_who_touches_a_migrating_page_waits_and_goes_on() -> None:
    kernel = Kernel()
    task = kernel.spawn("P")
    task.mmap(P, at(0), fixed=True)
    task.write(at(0), b"before")
    slot = task.mm.slot_at(at(0))
    assert slot is not None
    assert slot.pte.page is not None
    reader, mover = CPU("reader", 1, kernel), CPU("mover", 2, kernel)
    mover.start(_migrate(slot.pte.page))
    while slot.pte.kind != "migration" or len(mover.held) > 1:
        mover.step()
    reader.start(sys_read(task, at(0), 6))
    while reader.enabled:
        reader.step()
    assert str(reader.pending).startswith("wait_on_page_locked")
    while mover.pending is not None:
        mover.step()
    assert mover.result == -EAGAIN  # the one who waits holds a reference
    while reader.pending is not None:
        assert reader.enabled
        reader.step()
    assert reader.result == b"before"
    assert kernel.audit() == []


async def _migrate(page: object) -> int:
    return await unmap_and_move(page)  # type: ignore[arg-type]


@pytest.mark.parametrize("release", RELEASES)
def test_a_write_against_a_migration_is_never_lost(release: str) -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(P, at(0), fixed=True)
        task.write(at(0), b"before")
        return task

    def cpus(task: Task) -> dict[str, object]:
        slot = task.mm.slot_at(at(0))
        assert slot is not None
        return {"writer": sys_write(task, at(0), b"after"), "mover": _migrate(slot.pte.page)}

    def promise(task: Task) -> None:
        assert task.read(at(0), 6) == b"aftere"
        assert task.kernel.audit() == []

    scenario = Scenario(setup, cpus, promise, ptes_per_table=2)  # type: ignore[arg-type]
    result = explore(scenario, release=release)
    assert (result.verdict, result.complete) == ("holds", True), result


def parent_and_child(kernel: Kernel) -> tuple[Task, Task]:
    """P has written to a page, and forked C."""
    parent = kernel.spawn("P")
    parent.mmap(P, at(0), fixed=True)
    parent.write(at(0), b"before")
    return parent, parent.fork("C")


@pytest.mark.parametrize("release", ["v3.0", "v3.3", "today"])
@pytest.mark.parametrize(
    ("call", "left"),
    [
        (lambda child: sys_write(child, at(0), b"after"), b"aftere"),
        (lambda child: sys_munmap(child, at(0), P), None),
        (sys_exit, None),
    ],
    ids=["write", "munmap", "exit"],
)
def test_a_shared_page_migrates_whatever_its_other_user_does(
    call: Callable[[Task], object], left: bytes | None, release: str
) -> None:
    def cpus(tasks: tuple[Task, Task]) -> dict[str, object]:
        slot = tasks[0].mm.slot_at(at(0))
        assert slot is not None
        return {"child": call(tasks[1]), "mover": _migrate(slot.pte.page)}

    def promise(tasks: tuple[Task, Task]) -> None:
        parent, child = tasks
        assert parent.read(at(0), 6) == b"before"
        assert left is None or child.read(at(0), 6) == left
        assert parent.kernel.audit() == []

    scenario = Scenario(parent_and_child, cpus, promise, ptes_per_table=2)  # type: ignore[arg-type]
    result = explore(scenario, release=release)
    assert (result.verdict, result.complete) == ("holds", True), result


def test_a_page_that_is_unmapped_before_it_migrates_is_freed() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(P, at(0), fixed=True)
        task.write(at(0), b"before")
        return task

    def cpus(task: Task) -> dict[str, object]:
        slot = task.mm.slot_at(at(0))
        assert slot is not None
        return {"munmap": sys_munmap(task, at(0), P), "mover": _migrate(slot.pte.page)}

    def promise(task: Task) -> None:
        assert task.kernel.pages() == []
        task.exit()

    result = explore(Scenario(setup, cpus, promise, ptes_per_table=2))  # type: ignore[arg-type]
    assert (result.verdict, result.complete) == ("holds", True), result


def test_a_parent_and_two_threads_of_its_child_write_at_once() -> None:
    """Who slept for the page lock looks again: the page may be another's alone by now."""

    def cpus(tasks: tuple[Task, Task]) -> dict[str, object]:
        parent, child = tasks
        return {
            "parent": sys_write(parent, at(0), b"P"),
            "first": sys_write(child, at(0), b"a"),
            "second": sys_write(child, at(0) + 1, b"b"),
        }

    def promise(tasks: tuple[Task, Task]) -> None:
        assert [task.read(at(0), 6) for task in tasks] == [b"Pefore", b"abfore"]
        assert tasks[0].kernel.audit() == []

    result = explore(Scenario(parent_and_child, cpus, promise, ptes_per_table=2))  # type: ignore[arg-type]
    assert (result.verdict, result.complete) == ("holds", True), result


def test_two_first_writes_race_for_the_anon_vma() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(2 * P, at(0), fixed=True)
        return task

    def cpus(task: Task) -> dict[str, object]:
        return {"a": sys_write(task, at(0), b"a"), "b": sys_write(task, at(1), b"b")}

    def promise(task: Task) -> None:
        assert task.read(at(0), 1) + task.read(at(1), 1) == b"ab"
        # Each CPU's from its own pool: the same in each schedule.
        assert [page.pfn for page in task.kernel.pages()] == [(1 << 20) + 1, (2 << 20) + 1]
        (vma,) = task.mm.vmas
        assert len(chain_of(vma)) == 1
        assert task.kernel.audit() == []
        task.exit()

    for split in (True, False):
        scenario = Scenario(setup, cpus, promise, ptes_per_table=2, split_ptlocks=split)  # type: ignore[arg-type]
        result = explore(scenario)
        assert (result.verdict, result.complete) == ("holds", True), result
