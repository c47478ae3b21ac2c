"""Merging, splitting, cloning, forking: which vma struct remains, on which lists, which lock."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vmlesson.kernel import (
    PAGE_SIZE,
    RELEASES,
    Finding,
    Kernel,
    anon_vma_chain,
    anon_vma_lock,
    anon_vma_moveto_tail,
    anon_vma_unlock,
    copy_vma,
    do_munmap,
    down_read,
    get_page,
    list_add_tail,
    list_del,
    list_for_each_entry,
    lock_anon_vma_root,
    mk_pte,
    mutex_trylock,
    page,
    pte_read,
    pte_unmap_unlock,
    put_anon_vma,
    put_page,
    sys_fork,
    sys_mmap,
    sys_mprotect,
    sys_mremap,
    unmap_and_move,
    up_read,
    up_write,
    vma_adjust,
    vma_merge,
)
from vmlesson.kernel.atomic import BOOT
from vmlesson.kernel.audit import chain_of, walk_order
from vmlesson.kernel.list import LIST_POISON
from vmlesson.kernel.mm_types import make_migration_entry
from vmlesson.kernel.mprotect import do_mprotect
from vmlesson.kernel.rmap import (
    get_anon_vma,
    page_add_anon_rmap,
    page_move_anon_rmap,
    page_remove_rmap,
)

sys.path.insert(0, str(Path(__file__).parent))
from world import Recorded, World, at, rights

P = PAGE_SIZE


def protect(world: World, start: int, count: int, letters: str) -> Recorded:
    call = sys_mprotect(world.task, at(start), count * P, rights(letters))
    return Recorded(world.kernel, call)


# ------------------------------------------------------------------------- the cases of vma_merge


def test_case_1_prev_takes_the_hole_and_next() -> None:
    world = World().do("map 0-2 t; unmap 1")
    prev = world.vma(0)
    call = Recorded(world.kernel, sys_mmap(world.task, P, at(1), fixed=True))
    assert world.vmas() == [(0, 3)]
    assert world.vma(2) is prev
    assert world.walk(0) == ["P0"]
    assert call.root_locks == 2  # over the change, and to unlink next
    world.end()


def test_case_2_prev_grows_without_a_lock() -> None:
    world = World().do("map 0 t")
    prev = world.vma(0)
    call = Recorded(world.kernel, sys_mmap(world.task, P, at(1), fixed=True))
    assert world.vmas() == [(0, 2)]
    assert world.vma(1) is prev
    assert call.root_locks == 0
    world.end()


def test_case_3_next_grows_down_under_the_root_mutex() -> None:
    world = World().do("map 1 t")
    next = world.vma(1)
    pgoff = next.vm_pgoff
    call = Recorded(world.kernel, sys_mmap(world.task, P, at(0), fixed=True))
    assert world.vmas() == [(0, 2)]
    assert world.vma(0) is next
    assert next.vm_pgoff == pgoff - 1
    assert call.root_locks == 1
    world.end()


def test_case_4_the_border_moves_down() -> None:
    world = World().do("map 0-5 t; prot 4-5 r")
    prev, next = world.vma(0), world.vma(4)
    call = protect(world, 2, 2, "r")
    assert world.vmas() == [(0, 2), (2, 6)]
    assert (world.vma(0), world.vma(2)) == (prev, next)
    assert next.vm_pgoff == prev.vm_pgoff + 2
    assert call.root_locks == 1
    world.end()


def test_case_4_looks_at_the_shrinking_vma_only() -> None:
    """The lock rule misses a faulted next whose start changes: a bug up to 3.6."""
    world = World().do("map 0-3; map 4-5 r; prot 4-5 rw; prot 4-5 r")
    world.do("prot 4-5 rw; prot 4-5 rwx; touch 4; prot 4-5 r")
    assert world.vma(0).anon_vma is None
    assert world.vma(4).anon_vma is not None
    call = protect(world, 2, 2, "r")
    assert world.vmas() == [(0, 2), (2, 6)]
    assert call.root_locks == 0
    world.end()


def test_case_5_the_border_moves_up() -> None:
    world = World().do("map 0-5 t; prot 0-1 r")
    prev, vma = world.vma(0), world.vma(2)
    call = protect(world, 2, 2, "r")
    assert world.vmas() == [(0, 4), (4, 6)]
    assert (world.vma(0), world.vma(4)) == (prev, vma)
    assert call.root_locks == 1
    world.end()


def test_case_6_all_three_become_prev() -> None:
    world = World().do("map 0-5 t; prot 2-3 r")
    prev = world.vma(0)
    call = protect(world, 2, 2, "rw")
    assert world.vmas() == [(0, 6)]
    assert world.vma(5) is prev
    assert world.walk(0) == ["P0"]
    assert call.root_locks == 4
    world.end()


def test_case_7_prev_absorbs_the_vma() -> None:
    world = World().do("map 0-3 t; prot 0-1 r")
    prev = world.vma(0)
    protect(world, 2, 2, "r")
    assert world.vmas() == [(0, 4)]
    assert world.vma(3) is prev
    world.end()


def test_case_8_the_vma_absorbs_next_and_then_gets_the_flags() -> None:
    world = World().do("map 0-5 t; prot 0-1 rwx; prot 2-3 r")
    middle = world.vma(2)
    protect(world, 2, 2, "rw")
    assert world.vmas() == [(0, 2), (2, 6)]
    assert world.vma(5) is middle
    assert [m.perms for m in world.task.maps()] == ["rwxp", "rw-p"]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("program", "vmas"),
    [("map 8-9 t; move 8-9 4; map 10", [(4, 6), (10, 11)]),
     ("map 1-2 t; move 1-2 5; map 0", [(0, 1), (5, 7)])],
)  # fmt: skip
def test_nothing_merges_over_a_hole(
    release: str, program: str, vmas: list[tuple[int, int]]
) -> None:
    """Though the offset of what was moved there would fit."""
    world = World(release).do(program)
    assert world.vmas() == vmas
    world.end()


@pytest.mark.parametrize("release", ["v6.16", "today", "running"])
@pytest.mark.parametrize(
    ("beside", "changed", "alone", "inherited"),
    [
        ("0", "1", [(0, 2), (2, 3)], [(0, 1), (1, 2), (2, 3)]),
        ("3", "2", [(1, 2), (2, 4)], [(1, 2), (2, 3), (3, 4)]),
        ("0", "1-2", [(0, 3)], [(0, 1), (1, 3)]),
        ("3", "1-2", [(1, 4)], [(1, 3), (3, 4)]),
    ],
)
def test_since_6_16_what_is_faulted_joins_what_is_not_unless_it_was_inherited(
    release: str,
    beside: str,
    changed: str,
    alone: list[tuple[int, int]],
    inherited: list[tuple[int, int]],
) -> None:
    for fork, vmas in (("", alone), ("fork;", inherited)):
        world = World(release).do(f"map 1-2 t; {fork} map {beside} rwx; prot {changed} rwx")
        assert world.vmas() == vmas
        world.end()


def test_whoever_takes_pages_of_a_faulted_vma_gets_its_chain() -> None:
    world = World().do("map 0; map 2 t")
    prev, family = world.vma(0), world.vma(2).anon_vma
    world.do("map 1")
    assert world.vmas() == [(0, 3)]
    assert world.vma(2) is prev
    assert prev.anon_vma is family
    assert world.walk(0) == ["P0"]
    world.end()


def test_no_merge_without_memory_for_the_clone() -> None:
    world = World().do("map 0; map 2 t")
    world.kernel.fail_allocation("avc", 1)
    world.do("map 1")
    assert world.vmas() == [(0, 1), (1, 2), (2, 3)]
    world.end()


def test_case_6_without_memory_for_the_second_clone_is_the_bug_that_it_was() -> None:
    """The first of two vmas is gone already; mprotect goes on with it.  (Fixed much later.)"""
    world = World().do("map 0; map 1 rwx; map 2 t")
    world.kernel.fail_allocation("avc", 1)
    with pytest.raises(Finding, match=r"use-after-free of vm_area_struct in mprotect_fixup"):
        world.do("prot 1 rw")


def test_vma_merge_and_vma_adjust_by_hand() -> None:
    world = World().do("map 0 t; map 2 t")
    mm, kernel = world.task.mm, world.kernel
    first, second = mm.vmas
    args = mm, first, at(1), at(2), first.vm_flags
    merged = Recorded(kernel, vma_merge(*args, None, at(1) // P))
    assert merged.result is first
    assert world.vmas() == [(0, 2), (2, 3)]
    args = mm, second, at(3), at(4), first.vm_flags
    assert Recorded(kernel, vma_merge(*args, first.anon_vma, at(3) // P)).result is None
    grown = Recorded(kernel, vma_adjust(second, at(2), at(5), second.vm_pgoff))
    assert (grown.result, grown.root_locks) == (0, 0)
    assert world.vmas() == [(0, 2), (2, 5)]


# -------------------------------------------------------------------------- splits and the lists


def test_the_new_piece_of_a_split_stands_last() -> None:
    world = World().do("map 0-5 t")
    old = world.vma(0)
    world.do("unmap 2-3")
    assert world.walk(0) == ["P0", "P4"]
    assert world.vma(0) is old
    world.do("unmap 0")  # the start is cut off: the old struct keeps the upper part
    assert world.vma(1) is old
    assert world.walk(1) == ["P1", "P4"]
    world.end()


def test_mprotect_splits_with_the_new_struct_below() -> None:
    world = World().do("map 0-4 t")
    old = world.vma(0)
    world.do("prot 3-4 r")
    assert world.vma(3) is old
    assert world.walk(0) == ["P3", "P0"]
    world.end()


def test_a_split_at_the_lower_end_locks_twice_at_the_upper_once() -> None:
    """Once to clone; and over the change only if the start changes."""
    world = World().do("map 0-5 t")
    upper = Recorded(world.kernel, do_munmap(world.task.mm, at(4), 2 * P))
    assert upper.operations.count("mutex_lock") == 2  # clone, unlink
    lower = Recorded(world.kernel, do_munmap(world.task.mm, at(0), 2 * P))
    assert lower.operations.count("mutex_lock") == 3  # clone, change of start, unlink
    world.end()


def test_order_of_the_two_lists() -> None:
    """same_vma: newest first.  same_anon_vma: in the order of linking."""
    world = World().do("map 0-3 t")
    middle = world.parent.fork("M")
    grandchild = middle.fork("G")
    world.kernel.run(sys_mremap(grandchild, at(3), P, P, 3, at(30)))
    for task, families in ((world.parent, "A"), (middle, "BA"), (grandchild, "CBA")):
        for vma in task.mm.vmas:
            assert "".join(avc.anon_vma.name for avc in chain_of(vma)) == families
            assert list(reversed(vma.anon_vma_chain)) == chain_of(vma)[::-1]
    assert world.walk(0) == ["P0", "M0", "G0", "G30"]
    chain = chain_of(grandchild.mm.vmas[0])
    assert [str(v.vm_mm) for v in walk_order(chain[1].anon_vma)] == ["M", "G", "G"]
    root = world.vma(0).anon_vma
    assert root is not None
    assert {avc.anon_vma.root for avc in chain} == {root}
    assert root.refcount == 3
    world.end()


def test_anon_vmas_are_named_by_letters_and_then_by_letters_and_numbers() -> None:
    world = World()
    for position in range(0, 106, 2):
        world.map(position, 1, "t")
    names = [family.name for family in world.kernel.anon_vmas()]
    assert [names[i] for i in (0, 25, 26, 51, 52)] == ["A", "Z", "A1", "Z1", "A2"]


def test_a_child_keeps_its_root_alive() -> None:
    world = World().do("map 0 t; fork")
    root = world.vma(0, world.parent).anon_vma
    assert root is not None
    world.parent.exit()
    assert root.refcount == 2  # the child's node on its list, and the child's own anon_vma
    world.task.munmap(at(0), P)
    assert root.refcount == 0
    world.end()


def test_a_write_fault_uses_the_next_ones_anon_vma_first() -> None:
    world = World().do("map 0 rw t; map 1 r; map 2 rwx t")
    assert world.vma(0).anon_vma is not world.vma(2).anon_vma
    world.do("prot 1 rw")  # joins prev, so that the border to next is what is compared
    world = World().do("map 0 rwx t; map 1 r; map 2 rwx t; prot 1 rw; touch 1")
    assert world.vma(1).anon_vma is world.vma(2).anon_vma
    assert world.vma(1).anon_vma is not world.vma(0).anon_vma
    world.end()


def test_a_write_fault_uses_the_previous_ones_else() -> None:
    world = World().do("map 0 rwx t; map 1; touch 1")
    assert world.vma(1).anon_vma is world.vma(0).anon_vma
    world.end()


def test_a_write_fault_never_uses_an_inherited_one() -> None:
    world = World().do("map 0 rwx t; fork; map 1; touch 1")
    assert world.vma(1).anon_vma is not world.vma(0).anon_vma
    world.end()


def test_a_write_fault_uses_no_anon_vma_from_beyond_a_hole() -> None:
    """Though what is there has the offset that would follow."""
    world = World().do("map 0-3 t; move 2-3 30; unmap 0-1; map 0-1; touch 0")
    assert world.vma(30).vm_pgoff == world.vma(0).vm_pgoff + 2
    assert world.vma(0).anon_vma is not world.vma(30).anon_vma
    world.end()


# ------------------------------------------------------------------------------------- copy_vma


def test_copy_vma_swallows_an_unfaulted_source_only() -> None:
    world = World().do("map 3; map 5")
    mm, src = world.task.mm, world.vma(5)
    vma, new = Recorded(world.kernel, copy_vma(src, at(4), P, src.vm_pgoff)).result
    assert vma is new is world.vma(3)
    assert world.vmas() == [(3, 6)]
    assert mm.map_count == 1


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("touched", ["", " t"])
def test_what_comes_home_is_one_vma_again(release: str, touched: str) -> None:
    world = World(release).do(f"map 0-3{touched}; move 2-3 30; move 30-31 2")
    assert world.vmas() == [(0, 4)]
    world.end()


def test_copy_vma_puts_a_merged_destination_last() -> None:
    for release, walk in (("v3.2", ["P0", "P30"]), ("v3.3", ["P30", "P0"])):
        world = World(release).do("map 0-3 t; move 2-3 30")
        src = world.vma(30)
        call = Recorded(world.kernel, copy_vma(src, at(2), 2 * P, src.vm_pgoff))
        assert call.result == (src, world.vma(0))
        assert world.walk(0) == walk
        assert call.root_locks == (release == "v3.3")


def test_moveto_tail_holds_one_mutex_over_all_nodes() -> None:
    from vmlesson.kernel import anon_vma_moveto_tail

    world = World().do("map 0-3 t; fork; move 2-3 30")
    call = Recorded(world.kernel, anon_vma_moveto_tail(world.vma(0)))
    assert call.operations == ["mutex_lock", *["list_del", "list_add_tail"] * 2, "mutex_unlock"]
    unfaulted = World().do("map 0")
    assert Recorded(unfaulted.kernel, anon_vma_moveto_tail(unfaulted.vma(0))).operations == []


# ------------------------------------------------------------------------------------------ fork


def test_fork_links_before_it_copies() -> None:
    world = World().do("map 0-1 t; map 5 t; map 9")
    call = Recorded(world.kernel, sys_fork(world.task, "C"))
    links = [i for i, name in enumerate(call.operations) if name == "list_add_tail"]
    copies = [i for i, name in enumerate(call.operations) if name == "page_dup_rmap"]
    assert len(links) == 4
    assert links[1] < copies[0] < copies[1] < links[2] < links[3] < copies[2]
    copy = call.result.mm.slot_at(at(0))
    assert not copy.pte.young
    assert [world.kind(i, call.result) for i in (0, 1, 5, 9)] == ["present"] * 3 + ["none"]
    world.end()


@pytest.mark.parametrize("of", ["vma", "avc", "anon_vma", "page table"])
def test_a_fork_without_memory_leaves_nothing(of: str) -> None:
    world = World(ptes_per_table=2).do("map 0-5 t; map 9 t")
    for nth in range(1, 9):
        world.kernel.fail_allocation(of, nth)
        try:
            child = world.parent.fork(f"C{nth}")
        except OSError:
            assert world.kernel.audit() == []
            continue
        assert child.read(at(5), 3) == b"P 5"
        break
    else:
        raise AssertionError("fork never succeeded")
    world.end()


# -------------------------------------------------------------- findings end the CPU, and say where


def test_list_debug() -> None:
    kernel = Kernel()
    task = kernel.spawn("P")
    task.mmap(P, at(0), fixed=True)
    task.write(at(0), b"x")
    (avc,) = chain_of(task.mm.vmas[0])
    node, head = avc.same_anon_vma, avc.anon_vma.head
    with pytest.raises(Finding, match=r"BUG: list_add: .*\(include/linux/list.h\)"):
        kernel.run(list_add_tail(avc.same_vma, head))
    kernel.run(list_del(node))
    assert node.next == node.prev == LIST_POISON
    with pytest.raises(Finding, match=r"BUG: list_del corruption.*LIST_POISON1 \(lib/list_debug.c"):
        kernel.run(list_del(node))
    kernel.run(list_add_tail(node, head))
    node.next = node
    assert head.peek() == [avc], "it ends"
    with pytest.raises(Finding, match=r"BUG: list_del corruption.*lib/list_debug.c"):
        kernel.run(list_del(node))


def locked(page: Any) -> Any:
    page.owner = BOOT
    return page


def freed(world: World) -> Any:
    page = world.page(0)
    world.do("unmap 0")
    return page


def gone(world: World) -> Any:
    family = world.vma(0).anon_vma
    world.do("unmap 0")
    return family


def astray(world: World) -> Any:
    """A walk of a list that leads into another one."""
    head, other = (world.vma(position).anon_vma.head for position in (0, 5))
    other.prev.next.prev, head.prev.next = head.prev, other
    return _walk(head)


async def _walk(head: Any) -> None:
    async for _ in list_for_each_entry(head):
        pass


def add_behind_a_torn_end(world: World) -> Any:
    head = world.vma(0).anon_vma.head
    node = anon_vma_chain().same_anon_vma
    head.prev.next = node
    return list_add_tail(node, head)


def of_another(world: World) -> Any:
    put = chain_of(world.vma(0))[0]
    put.vma = world.vma(5)
    return anon_vma_moveto_tail(world.vma(0))


SAID: list[tuple[str, Callable[[World], Any]]] = [
    ("list_add corruption. prev->next should be next", add_behind_a_torn_end),
    ("a walk of anon_vma A.head has run into anon_vma B.head in no function", astray),
    ("mm/rmap.c anon_vma_moveto_tail", of_another),
    ("mm/rmap.c: a freed anon_vma has a list", lambda w: put_anon_vma(w.vma(0).anon_vma)),
    ("an anon_vma's refcount falls below 0", lambda w: put_anon_vma(gone(w))),
    ("include/linux/rmap.h get_anon_vma", lambda w: get_anon_vma(gone(w))),
    ("include/linux/mm.h get_page", lambda w: get_page(freed(w))),
    ("the reference count of a page falls below 0", lambda w: put_page(freed(w))),
    ("the mapcount of a page falls below 0", lambda w: page_remove_rmap(freed(w))),
    ("is freed while mapped or locked", lambda w: put_page(w.page(0))),
    ("is freed while mapped or locked", lambda w: put_page(locked(page(1)))),
    ("mm/rmap.c page_add_anon_rmap", lambda w: page_add_anon_rmap(w.page(0), w.vma(0), at(0))),
    ("mm/rmap.c page_move_anon_rmap", lambda w: page_move_anon_rmap(w.page(0), w.vma(0), at(0))),
    (
        "mm/rmap.c page_move_anon_rmap",
        lambda w: page_move_anon_rmap(locked(w.page(0)), w.vma(0), at(1)),
    ),
]


@pytest.mark.parametrize(("says", "act"), SAID)
def test_what_a_debug_kernel_says(says: str, act: Callable[[World], Any]) -> None:
    world = World().do("map 0 t; map 5 t")
    with pytest.raises(Finding, match=f"^BUG: .*{re.escape(says)}"):
        world.kernel.run(act(world))


def test_following_a_poisoned_pointer_says_where() -> None:
    world = World().do("map 0 t")
    (avc,) = chain_of(world.vma(0))
    world.kernel.run(list_del(avc.same_vma))
    with pytest.raises(TypeError, match="async for"):
        list(avc.anon_vma.head)
    world = World().do("map 0 t")
    (avc,) = chain_of(world.vma(0))
    avc.anon_vma.head.next = "LIST_POISON"
    with pytest.raises(Finding, match=r"LIST_POISON in try_to_unmap \(mm/rmap.c\)"):
        world.kernel.run(unmap_and_move(world.page(0)))


@pytest.mark.parametrize(
    "call",
    [anon_vma_lock, anon_vma_unlock, lambda wrong: lock_anon_vma_root(None, wrong), walk_order],
)
def test_what_is_no_anon_vma_is_said_to_be_none(call) -> None:
    world = World().do("map 0 t")
    for wrong in (5, world.vma(0)):
        with pytest.raises(TypeError, match=f"^{wrong} is not an anon_vma; vma.anon_vma is one"):
            world.kernel.run(call(wrong))


def test_another_root_is_locked_when_the_one_that_is_held_is_dropped() -> None:
    world = World().do("map 0 t; map 5 t")
    one, other = world.vma(0).anon_vma, world.vma(5).anon_vma
    assert one is not None
    assert other is not None
    world.kernel.run(anon_vma_lock(one))
    assert world.kernel.run(lock_anon_vma_root(one, other)) is other
    assert (one.mutex.owner, other.mutex.owner is None) == (None, False)


def test_who_drops_what_he_does_not_hold_is_told_who_does() -> None:
    world = World().do("map 0 t")
    sem = world.task.mm.mmap_sem
    with pytest.raises(Finding, match=r"boot drops P's mmap_sem \(write\), which is free$"):
        world.kernel.run(up_write(sem))
    world.kernel.run(down_read(sem))
    with pytest.raises(Finding, match=r"\(write\), which is held for read by boot$"):
        world.kernel.run(up_write(sem))
    world.kernel.run(up_read(sem))


def test_who_only_tries_is_told_that_a_mutex_is_taken() -> None:
    world = World().do("map 0 t")
    mutex = world.vma(0).anon_vma.mutex
    assert world.kernel.run(mutex_trylock(mutex)) is True
    assert world.kernel.run(mutex_trylock(mutex)) is False
    assert mutex.owner is BOOT


def test_what_ptes_and_nodes_are_called() -> None:
    world = World().do("map 0 t")
    frame, vma = world.page(0), world.vma(0)
    frame.owner = BOOT
    ptes = [mk_pte(frame, vma), mk_pte(frame, vma, write=True), make_migration_entry(frame, True)]
    assert [*map(str, ptes)] == ["page 0x1 r", "page 0x1 rw", "migration entry for page 0x1 rw"]
    (avc,) = chain_of(vma)
    assert (str(avc.same_anon_vma), str(avc.same_vma)) == (str(avc), f"{avc}.same_vma")
    assert str(vma.anon_vma.head) == "anon_vma A.head"


def test_what_is_no_slot_is_said_to_be_none() -> None:
    world = World().do("map 0 t")
    (table,) = world.task.mm.tables()
    with pytest.raises(TypeError, match=r"not a slot; pte_offset_map_lock\(mm, address\) gives it"):
        world.kernel.run(pte_unmap_unlock(table, table.ptl))


def test_using_freed_memory_says_what_and_where() -> None:
    world = World().do("map 0 t")
    vma = world.vma(0)
    world.do("unmap 0")
    call = do_mprotect(world.task.mm, at(0), P, 1)
    assert world.kernel.run(call) < 0
    for touch in ("vm_start", "anon_vma_chain", "vm_mm", "anon_vma"):
        with pytest.raises(Finding, match="use-after-free of vm_area_struct"):
            getattr(vma, touch)
    from vmlesson.kernel import anon_vma_moveto_tail

    where = r"use-after-free of vm_area_struct in anon_vma_moveto_tail \(mm/rmap.c\)"
    with pytest.raises(Finding, match=where):
        world.kernel.run(anon_vma_moveto_tail(vma))


@pytest.mark.parametrize("release", ["v3.0", "v3.3", "running"])
def test_mprotect_does_not_make_more_vmas_than_there_may_be(monkeypatch, release: str) -> None:
    world = World(release).do("map 0-9")
    monkeypatch.setattr("vmlesson.kernel.mmap.MAX_MAP_COUNT", 2)
    world.do("prot 0-1 r")
    with pytest.raises(OSError, match="Cannot allocate memory"):
        world.do("prot 5 r")
    assert len(world.task.mm.vmas) == 2


def test_who_keeps_a_slot_of_a_freed_table_is_caught() -> None:
    world = World().do("map 0 t")
    slot = world.task.mm.slot_at(at(0))
    world.do("unmap 0")
    with pytest.raises(Finding, match="use-after-free of pte_slot"):
        world.kernel.run(pte_read(slot))


@pytest.mark.parametrize("split", [True, False])
def test_a_kernel_in_plain_use_remembers_no_more_than_the_names_of_vmas(split: bool) -> None:
    kernel = Kernel("v3.3", split_ptlocks=split)
    task = kernel.spawn("P")
    task.mmap(2 * PAGE_SIZE, at(0), fixed=True)
    task.write(at(0), b"x")

    def away_and_home() -> int:
        before = len(kernel.objects)
        for here, there in ((0, 2048), (2048, 0)):
            task.mremap(at(here), 2 * PAGE_SIZE, 2 * PAGE_SIZE, 3, at(there))
        return len(kernel.objects) - before

    away_and_home()
    assert [away_and_home() for _ in range(10)] == [4] * 10  # two vmas, each with its list head
    assert kernel.audit() == []
