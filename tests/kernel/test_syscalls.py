"""What system calls return, and what they leave mapped."""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from vmlesson.errors import UserError
from vmlesson.kernel import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_NONE,
    PROT_READ,
    PROT_WRITE,
    RELEASES,
    TASK_SIZE,
    Finding,
    Kernel,
    anon_vma_moveto_tail,
    run,
    set_vma_bounds,
    sys_mprotect,
    sys_write,
)
from vmlesson.kernel.atomic import NotDriven
from vmlesson.kernel.mm_types import DAC_MMAP_MIN_ADDR, MMAP_BASE, MMAP_MIN_ADDR
from vmlesson.kernel.pgtable import alloc_page, tables_between

sys.path.insert(0, str(Path(__file__).parent))
from world import World, at

MOVE = MREMAP_MAYMOVE | MREMAP_FIXED

READY_MADE = [
    ("1", "map 0; map 1", [(0, 2)]),
    ("2", "map 0 t; map 1", [(0, 2)]),
    ("3", "map 0 t; map 2 t; map 1", [(0, 2), (2, 3)]),
    ("4", "map 0 t; map 2; map 1", [(0, 3)]),
    ("5", "map 0 t; fork; map 1", [(0, 1), (1, 2)]),
    ("6", "map 0 t; fork; parent; map 1", [(0, 2)]),
    ("7", "map 0-1; prot 0-1 r; map 2 r", [(0, 2), (2, 3)]),
    ("8", "map 0-1; touch 0; prot 0-1 r; map 2 r", [(0, 2), (2, 3)]),
    ("9", "map 0; map 3; grow 0 3", [(0, 3), (3, 4)]),
    ("10", "map 0; map 3; touch 0; touch 3; grow 0 3", [(0, 3), (3, 4)]),
    ("11", "map 0; map 30; move 30 1", [(0, 2)]),
    ("12", "map 10-11 t; move 10-11 30; map 9; move 30-31 10", [(9, 10), (10, 12)]),
    ("13", "map 0; map 1 rwx t; prot 1 rw", [(0, 1), (1, 2)]),
    ("14", "map 0-2 t; unmap 1; map 1", [(0, 3)]),
    ("15", "map 0-2 t; fork; unmap 1; map 1", [(0, 1), (1, 2), (2, 3)]),
    ("16", "map 0-2 t; fork; prot 1 r; prot 1 rw", [(0, 3)]),
    ("17 child", "map 0-1 t; prot 1 rwx; fork; prot 1 rw", [(0, 1), (1, 2)]),
    ("17 parent", "map 0-1 t; prot 1 rwx; fork; parent; prot 1 rw", [(0, 2)]),
    ("18", "map 0-1 t; move 1 30; move 30 1", [(0, 2)]),
    ("18 child", "map 0-1 t; fork; move 1 30; move 30 1", [(0, 2)]),
    ("19", "map 0 t; map 1 r; map 2 t; prot 1 rw", [(0, 2), (2, 3)]),
    ("20", "map 0; map 1 rwx t; map 2; prot 1 rw", [(0, 1), (1, 2), (2, 3)]),
    ("21", "map 0-1 t; prot 1 rwx; map 2; prot 1 rw", [(0, 2), (2, 3)]),
    ("22", "map 0; map 1 rwx; map 2 t; prot 1 rw", [(0, 3)]),
    ("23", "map 0 t; map 1 rwx t; prot 1 rw", [(0, 2)]),
    ("24", "map 10-11 t; fork; move 10-11 30; map 9; move 30-31 10", [(9, 10), (10, 12)]),
    ("25", "map 1-2 rwx; prot 2 r; map 1 r", [(1, 2), (2, 3)]),
    ("26", "map 3-4; map 6-9; grow 4 2", [(3, 6), (6, 10)]),
    ("27", "map 3; map 5; move 5 4", [(3, 5)]),
    (
        "28",
        "map 0-4 t; prot 3-4 r; move 1-2 20; prot 3-4 rw; move 21 2",
        [(0, 1), (2, 5), (20, 21)],
    ),
    ("29", "map 0-5 t; move 2-3 20; unmap 0-1; move 20-21 2", [(2, 6)]),
]


@pytest.mark.parametrize(("number", "program", "expected"), READY_MADE)
@pytest.mark.parametrize("release", ["v3.0", "v3.3"])
def test_ready_made_cases(
    number: str, program: str, expected: list[tuple[int, int]], release: str
) -> None:
    world = World(release).do(program)
    assert world.vmas() == expected, number
    world.end()


def error_of(call: object, *args: object) -> str | None:
    try:
        call(*args)  # type: ignore[operator]
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return None


P = PAGE_SIZE


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((at(0), P, P, 8), "EINVAL"),
        ((at(0) + 1, P, P, 0), "EINVAL"),
        ((at(0), P, 0, 0), "EINVAL"),
        ((at(0), P, P, MREMAP_FIXED, at(30)), "EINVAL"),
        ((at(0), P, P, MOVE, at(30) + 1), "EINVAL"),
        ((at(0), P, P, MOVE, at(0)), "EINVAL"),
        ((at(0), 2 * P, 2 * P, MOVE, at(1)), "EINVAL"),
        ((at(1), 2 * P, 2 * P, MOVE, at(0)), "EINVAL"),
        ((at(0), P, P, MOVE, TASK_SIZE), "EINVAL"),
        ((at(0), P, TASK_SIZE + P, MOVE, at(30)), "EINVAL"),
        ((at(0), P, P, MOVE, -P), "EINVAL"),
        ((at(10), P, 2 * P, 0), "EFAULT"),
        ((at(10), P, P, MOVE, at(30)), "EFAULT"),
        ((at(3), 2 * P, 3 * P, 0), "EFAULT"),
        ((at(5), P, 2 * P, 0), "EFAULT"),
        ((at(5), P, P, MOVE, at(30)), "EFAULT"),
        ((at(3), P, P, MOVE, at(2)), None),
        ((at(2), P, P, MOVE, at(3)), None),
        ((at(0), P, 2 * P, 0), "ENOMEM"),
        ((at(3), P, TASK_SIZE, MREMAP_MAYMOVE), "ENOMEM"),
        ((at(10), P, P, 0), "nothing there"),
        ((at(10), 2 * P, P, 0), "nothing there"),
        ((at(2), 4 * P, 4 * P, 0), None),
        ((at(0), 1, 1, 0), None),
        ((at(3), 1, P + 1, 0), None),
    ],
)
def test_errors_of_mremap(args: tuple[int, ...], expected: str | None, release: str) -> None:
    if expected == "nothing there":  # since 550a7d60bd5e, v5.16, that is asked at once
        expected = "EFAULT" if release in ("v6.16", "today", "running") else None
    world = World(release).do("map 0-3 t; map 6 t")
    assert error_of(world.task.mremap, *args) == expected
    world.end()


@pytest.mark.parametrize(
    ("call", "args", "expected"),
    [
        ("munmap", (at(0) + 1, P), "EINVAL"),
        ("munmap", (at(0), 0), "EINVAL"),
        ("munmap", (TASK_SIZE, P), "EINVAL"),
        ("munmap", (-P, P), "EINVAL"),
        ("munmap", (at(0), -2 * P), "EINVAL"),
        ("munmap", (at(100), P), None),
        ("mprotect", (at(0) + 1, P, PROT_READ), "EINVAL"),
        ("mprotect", (at(0), 0, PROT_READ), None),
        ("mprotect", (at(0), 0, 0x3000000), "EINVAL"),
        ("mprotect", (at(0), -P, PROT_READ), "ENOMEM"),
        ("mprotect", (at(0), P, 1 << 20), "EINVAL"),
        ("mprotect", (at(10), P, PROT_READ), "ENOMEM"),
        ("mmap", (0, at(0), PROT_READ, True), "EINVAL"),
        ("mmap", (P, at(0) + 1, PROT_READ, True), "EINVAL"),
        ("mmap", (TASK_SIZE + P, None), "ENOMEM"),
        ("mmap", (-1, None), "ENOMEM"),
        ("mmap", (P, TASK_SIZE, PROT_READ, True), "ENOMEM"),
        ("mmap", (1, None), None),
    ],
)
def test_errors_of_the_others(call: str, args: tuple[int, ...], expected: str | None) -> None:
    world = World().do("map 0-3 t")
    assert error_of(getattr(world.task, call), *args) == expected
    assert world.vmas() == [(0, 4)] or (call, expected) == ("mmap", None)
    world.end()


def test_access_that_a_program_dies_of() -> None:
    world = World().do("map 0 r; map 1 -; map 2 w; map 12")
    for call, args, expected in [
        ("write", (at(0), b"x"), "EFAULT"),
        ("read", (at(0), 1), None),
        ("read", (at(1), 1), "EFAULT"),
        ("write", (at(1), b"x"), "EFAULT"),
        ("read", (at(2), 1), None),
        ("write", (at(2), b"x"), None),
        ("read", (at(9), 1), "EFAULT"),
    ]:
        assert error_of(getattr(world.task, call), *args) == expected, (call, args)
    world.end()


def test_rights_come_and_go() -> None:
    world = World().do("map 0 t; prot 0 -")
    assert error_of(world.task.read, at(0), 1) == "EFAULT"
    world.do("prot 0 r")
    assert world.reads(0) == "P 0"
    assert error_of(world.task.write, at(0), b"x") == "EFAULT"
    world.do("prot 0 rw; touch 0")
    world.end()


def test_mmap_takes_rights_and_nothing_else() -> None:
    world = World()
    world.task.mmap(P, at(0), PROT_READ | PROT_WRITE | 1 << 20, fixed=True)
    world.task.mmap(P, at(1), fixed=True)
    assert world.vmas() == [(0, 2)]


# ---------------------------------------------------------------------------- mremap in all forms


def test_shrinking_unmaps_the_tail_even_over_holes() -> None:
    world = World().do("map 0-3 t; map 6-7 t")
    assert world.task.mremap(at(1), 6 * P, P) == at(1)
    assert world.vmas() == [(0, 2), (7, 8)]
    world.end()


def test_growing_in_place_only_raises_the_end_and_takes_no_lock() -> None:
    world = World().do("map 0-1 t; map 5")
    first = world.vma(0)
    assert world.grow(0, 2, 4) == at(0)
    assert world.vmas() == [(0, 4), (5, 6)]
    assert world.vma(3) is first
    assert world.reads(1) == "P 1"
    assert world.reads(3) == ""
    world.end()


def test_growing_where_there_is_no_room_moves() -> None:
    world = World().do("map 0-1 t; map 2 r")
    place = world.task.mremap(at(0), 2 * P, 4 * P, MREMAP_MAYMOVE)
    assert place == MMAP_BASE - 4 * P
    assert world.task.read(place + P, 3) == b"P 1"
    assert world.vmas()[0] == (2, 3)
    world.end()


def test_growing_the_middle_of_a_vma_moves_it() -> None:
    world = World().do("map 0-3 t")
    place = world.task.mremap(at(1), P, 2 * P, MREMAP_MAYMOVE)
    assert world.vmas()[:2] == [(0, 1), (2, 4)]
    assert world.task.read(place, 3) == b"P 1"
    world.end()


@pytest.mark.parametrize(("new_count", "vmas"), [(3, [(0, 1), (30, 33)]), (1, [(0, 1), (30, 31)])])
def test_fixed_with_another_length(new_count: int, vmas: list[tuple[int, int]]) -> None:
    world = World().do("map 0-2 t; map 29-35 r")
    world.unmap(29, 7)
    assert world.move(1, 2, 30, new_count) == at(30)
    assert world.vmas() == vmas
    assert [world.reads(30 + i) for i in range(new_count)] == ["P 1", "P 2", ""][:new_count]
    world.end()


def test_old_len_zero_makes_a_second_empty_mapping() -> None:
    world = World().do("map 0-1 t")
    assert world.task.mremap(at(0), 0, 2 * P, MOVE, at(30)) == at(30)
    assert world.vmas() == [(0, 2), (30, 32)]
    assert [world.kind(i) for i in (0, 1, 30, 31)] == ["present", "present", "none", "none"]
    assert world.vma(30).vm_pgoff == world.vma(0).vm_pgoff
    assert world.walk(0) == ["P0", "P30"]
    world.end()


@pytest.mark.parametrize("release", ["v6.16", "today", "running"])
def test_today_there_is_no_old_len_zero_of_private_memory(release: str) -> None:
    world = World(release).do("map 0-1 t")
    assert error_of(world.task.mremap, at(0), 0, 2 * P, MOVE, at(30)) == "EINVAL"
    assert error_of(world.task.mremap, at(0), 0, 2 * P, MREMAP_MAYMOVE) == "EINVAL"
    assert world.vmas() == [(0, 2)]


def test_side_effects_stay_after_an_error() -> None:
    """Linux 3.x unmaps the destination, and the source's tail, before it checks the source."""
    world = World().do("map 0-1 t; map 3-4 t; map 30-35 t")
    assert error_of(world.task.mremap, at(0), 4 * P, 3 * P, MOVE, at(30)) == "EFAULT"
    assert world.vmas() == [(0, 2), (4, 5), (33, 36)]
    assert error_of(world.task.mremap, at(10), P, P, MOVE, at(33)) == "EFAULT"
    assert world.vmas() == [(0, 2), (4, 5), (34, 36)]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("which", "left"), [(2, [(0, 4)]), (3, [(0, 1), (1, 4)])], ids=["first split", "second"]
)
def test_what_a_move_cannot_unmap_is_accounted_no_more(
    release: str, which: int, left: list[tuple[int, int]]
) -> None:
    """The pages have moved, and so the call succeeds."""
    world = World(release).do("map 0-3 t")
    world.kernel.fail_allocation("vma", which)
    assert world.task.mremap(at(1), P, P, MOVE, at(30)) == at(30)
    assert world.do("map 4").vmas() == [*left, (4, 5), (30, 31)]
    world.do("prot 2-3 r; prot 2-3 rw; unmap 4; map 4")
    assert world.vmas()[-2:] == [(2, 5), (30, 31)]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
def test_what_was_never_writable_is_not_accounted(release: str) -> None:
    """And so it joins its neighbours again; since Linux 6.7, what was never touched does, too."""
    assert World(release).do("map 0-3 r; prot 1 -; prot 1 rx; prot 1 r").vmas() == [(0, 4)]
    later = release in ("v6.16", "today", "running")
    left = [(0, 4)] if later else [(0, 1), (1, 2), (2, 4)]
    assert World(release).do("map 0-3 r; prot 1 rw; prot 1 r").vmas() == left


@pytest.mark.parametrize("release", RELEASES)
def test_what_moves_may_end_where_the_address_space_does(release: str) -> None:
    world = World(release).do("map 0-1 t")
    top = TASK_SIZE - 2 * P
    assert world.task.mremap(at(0), 2 * P, 2 * P, MOVE, top) == top
    assert world.task.read(top + P, 3) == b"P 1"
    assert error_of(world.task.mremap, top, 2 * P, 2 * P, MOVE, top + P) == "EINVAL"
    assert error_of(world.task.mremap, top, 2 * P, 3 * P) == "ENOMEM"
    world.end()


@pytest.mark.parametrize("release", ["v6.16", "today", "running"])
def test_several_vmas_move_with_the_holes_between_and_behind_them(release: str) -> None:
    world = World(release).do("map 0-1 t; map 3 t; map 8 t; map 31 r; map 32 r; map 35 r")
    assert world.move(0, 6, 30) == at(30)
    assert world.vmas() == [(8, 9), (30, 32), (32, 33), (33, 34), (35, 36)]
    assert [world.reads(30 + i) for i in (0, 1, 3)] == ["P 0", "P 1", "P 3"]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
def test_the_last_table_of_all_is_freed(release: str) -> None:
    task = Kernel(release).spawn("P")
    task.mmap(P, TASK_SIZE - P, fixed=True)
    assert task.kernel.run(sys_write(task, TASK_SIZE - P, b"the last page")) == 0
    last = TASK_SIZE - P, TASK_SIZE
    assert len([*tables_between(task.mm, *last)]) == 1
    task.munmap(TASK_SIZE - P, P)
    assert not [*tables_between(task.mm, *last)]


def test_memory_that_is_not_reserved_is_never_accounted() -> None:
    world = World()
    world.task.mmap(P, at(0), PROT_READ | PROT_WRITE, fixed=True, noreserve=True)
    world.do("map 1; prot 0-1 r")
    assert world.vmas() == [(0, 1), (1, 2)]
    world.task.mmap(P, at(2), PROT_READ, fixed=True)
    assert world.vmas() == [(0, 1), (1, 2), (2, 3)], "what was writable stays accounted"
    world.task.mmap(P, at(1), PROT_READ, fixed=True, noreserve=True)
    assert world.vmas() == [(0, 2), (2, 3)]
    assert world.do("prot 0-1 rw; prot 0 r").vmas() == [(0, 1), (1, 2), (2, 3)]
    assert world.do("prot 0 rw").vmas() == [(0, 2), (2, 3)]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
def test_mprotect_goes_on_over_what_has_these_rights_already(release: str) -> None:
    world = World(release).do("map 0 r; map 1; map 2 r; map 3")
    assert world.kernel.run(sys_mprotect(world.task, at(0), 4 * P, PROT_READ)) == 0
    assert {each.perms for each in world.task.maps()} == {"r--p"}
    world.end()


def test_mprotect_changes_what_precedes_a_hole() -> None:
    world = World().do("map 0-1 t; map 3 t")
    assert error_of(world.task.mprotect, at(0), 4 * P, PROT_READ) == "ENOMEM"
    assert [(m.perms, v) for m, v in zip(world.task.maps(), world.vmas(), strict=True)] == [
        ("r--p", (0, 2)),
        ("rw-p", (3, 4)),
    ]
    world.end()


@pytest.mark.parametrize("release", RELEASES)
def test_too_many_vmas(monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    from vmlesson.kernel import mmap, mremap, releases, today, tree

    for module in (mmap, mremap, releases, tree, today):
        monkeypatch.setattr(module, "MAX_MAP_COUNT", 4)
    world = World(release).do("map 0-4; map 6; map 8; map 10")
    assert error_of(world.task.munmap, at(1), P) == "ENOMEM"
    assert error_of(world.task.munmap, at(0), P) is None
    assert error_of(world.task.mremap, at(8), P, P, MOVE, at(30)) == "ENOMEM"
    world.do("map 12")
    assert error_of(world.task.mmap, P, at(14), PROT_READ, True) == "ENOMEM"


@pytest.mark.parametrize("release", RELEASES)
def test_near_the_limit_of_vmas_today_nothing_is_unmapped(
    monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    from vmlesson.kernel import mmap, mremap, releases, today, tree

    enough, kept = (9, 3) if release in ("v6.16", "today", "running") else (6, 2)
    for limit, error, left in ((enough, None, 2), (enough - 1, "ENOMEM", kept)):
        for module in (mmap, mremap, releases, tree, today):
            monkeypatch.setattr(module, "MAX_MAP_COUNT", limit)
        world = World(release).do("map 0; map 10; map 30")
        assert error_of(world.task.mremap, at(0), P, P, MOVE, at(30)) == error
        assert len(world.task.maps()) == left


# ------------------------------------------------------------------------------------- placement


def test_placement_is_top_down_and_takes_the_highest_hole_that_fits() -> None:
    task = Kernel().spawn("P")
    assert task.mmap(4 * P) == MMAP_BASE - 4 * P
    assert task.mmap(16 * P, prot=PROT_READ) == MMAP_BASE - 20 * P
    assert task.mmap(2 * P) == MMAP_BASE - 22 * P
    task.munmap(MMAP_BASE - 4 * P, 4 * P)
    task.munmap(MMAP_BASE - 18 * P, 2 * P)
    assert task.mmap(8 * P) == MMAP_BASE - 30 * P
    assert task.mmap(2 * P) == MMAP_BASE - 2 * P
    assert task.mmap(2 * P) == MMAP_BASE - 4 * P
    assert task.mmap(2 * P) == MMAP_BASE - 18 * P


def test_a_hint_is_used_where_it_is_free_and_rounded_down() -> None:
    world = World().do("map 0-1; map 6")
    assert world.task.mmap(P, at(6) - 1) == at(5)
    assert world.task.mmap(P, at(6) + 1) == MMAP_BASE - P
    assert world.task.mmap(P, at(1)) == MMAP_BASE - 2 * P
    assert world.task.mmap(P, at(1), fixed=True) == at(1)


@pytest.mark.parametrize("release", RELEASES)
def test_nobody_gets_a_page_below_the_lowest_address(release: str) -> None:
    task = Kernel(release).spawn("P")
    assert task.mmap(P, P - 1) == MMAP_BASE - P
    assert task.mmap(P, P) == MMAP_MIN_ADDR
    assert task.mmap(P, TASK_SIZE) == MMAP_BASE - 2 * P
    assert error_of(task.mmap, P, 0, PROT_READ, True) == "EPERM"
    assert task.mmap(P, DAC_MMAP_MIN_ADDR, fixed=True) == DAC_MMAP_MIN_ADDR
    there = task.mmap(2 * P)
    assert error_of(task.mremap, there, P, P, MOVE) == "EPERM"
    assert error_of(task.mprotect, there, 2 * P, PROT_READ) is None
    assert task.mremap(there, P, P, MOVE, DAC_MMAP_MIN_ADDR) == DAC_MMAP_MIN_ADDR


@pytest.mark.parametrize("release", RELEASES)
def test_a_shorter_move_to_page_0_has_lost_its_tail_today(release: str) -> None:
    task = Kernel(release).spawn("P")
    there = task.mmap(2 * P)
    assert error_of(task.mremap, there, 2 * P, P, MOVE) == "EPERM"
    assert len(task.maps()) == 1
    left = 1 if release in ("v6.16", "today", "running") else 2
    assert task.maps()[0].end == there + left * P


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("prot", "error"),
    [
        (PROT_READ | 0x8, None),
        (PROT_READ | 0x10, "EINVAL"),
        (PROT_READ | 0x1000000, "EINVAL"),
        (PROT_READ | 0x2000000, "EINVAL"),
        (PROT_READ | 0x3000000, "EINVAL"),
    ],
    ids=["semaphores", "unknown", "down", "up", "both ways"],
)
def test_odd_protections(release: str, prot: int, error: str | None) -> None:
    task = Kernel(release).spawn("P")
    task.mmap(P, at(2), fixed=True)
    assert error_of(task.mprotect, at(2), P, prot) == error
    assert str(task.maps()[0]) == f"{at(2):x}-{at(3):x} {'rw-p' if error else 'r--p'}"
    task.mmap(P, at(3), fixed=True)
    task.mprotect(at(3), P, PROT_READ)
    assert len(task.maps()) == (2 if error else 1)


def test_a_stack_that_is_not_there() -> None:
    task = World().do("map 2").task
    assert error_of(task.mprotect, at(1), 2 * P, PROT_READ | 0x1000000) == "EINVAL"
    assert error_of(task.mprotect, at(0), P, PROT_READ | 0x1000000) == "ENOMEM"
    assert error_of(task.mprotect, at(1), P, PROT_READ | 0x1000000) == "ENOMEM"
    assert error_of(task.mprotect, at(1), 2 * P, PROT_READ | 0x2000000) == "ENOMEM"


def test_no_length_overflows_a_page_offset() -> None:
    task = World().do("map 0").task
    assert error_of(task.mremap, at(0), P, 2**64 - P, MREMAP_MAYMOVE) == "ENOMEM"


def test_no_room() -> None:
    task = Kernel().spawn("P")
    assert error_of(task.mmap, TASK_SIZE) == "ENOMEM"
    gap = 1 << 38
    places = [task.mmap(P, MMAP_BASE - far, fixed=True) for far in range(gap, MMAP_BASE, gap)]
    assert error_of(task.mmap, gap + P) == "ENOMEM"
    assert error_of(task.mremap, places[1], P, gap + P, MREMAP_MAYMOVE) == "ENOMEM"
    assert [each.start for each in task.maps()] == sorted(places)


# ---------------------------------------------------------------------------------- bad arguments


@pytest.mark.parametrize("release", RELEASES)
def test_more_than_the_model_goes_through_is_refused_and_nothing_stays_locked(release: str) -> None:
    """RLIMIT_AS, so to speak: 512 GiB of page tables as on x86-64, in one vma or in several."""
    terabyte, quarter = 1 << 40, 1 << 37
    task = Kernel(release).spawn("P")
    place = task.mmap(quarter, quarter * 2, fixed=True)
    task.mmap(quarter, quarter * 9, prot=PROT_READ)
    before = task.maps()
    assert error_of(task.mmap, terabyte) == "ENOMEM"
    assert error_of(task.mremap, place, quarter, terabyte, MREMAP_MAYMOVE) == "ENOMEM"
    to = MREMAP_MAYMOVE | MREMAP_FIXED, terabyte * 2
    assert error_of(task.mremap, place, quarter, terabyte, *to) == "ENOMEM"
    assert task.maps() == before
    assert task.mremap(place, quarter, 3 * quarter) == place
    assert error_of(task.mmap, PAGE_SIZE) == "ENOMEM"


def test_bounds_that_are_too_long_to_go_through_are_refused() -> None:
    """No call makes such a vma; code that writes bounds itself can."""
    task = Kernel().spawn("P")
    start, length = task.mmap(1 << 20, 1 << 30, fixed=True), 1 << 40
    (vma,) = task.mm.vmas
    run(set_vma_bounds(vma, start, start + length, vma.vm_pgoff))
    says = f"[{start:#x}, {start + length:#x}) is longer than an address space may be"
    with pytest.raises(Finding, match=re.escape(says)):
        task.munmap(start, length)


def test_a_task_that_has_exited_has_no_memory() -> None:
    world = World().do("map 0 t")
    world.task.exit()
    for call in (lambda: world.task.maps(), lambda: world.task.read(at(0), 1), world.task.fork):
        with pytest.raises(UserError, match="P has exited"):
            call()
    assert repr(world.task) == "<task P, exited>"
    assert repr(world.kernel.spawn("P")) == "<task P>"


def test_unknown_names_are_told_with_those_there_are() -> None:
    with pytest.raises(UserError, match=r"v3\.0, v3\.1, v3\.2, v3\.3"):
        Kernel("v9")
    kernel = Kernel()
    with pytest.raises(UserError, match="page table, page, vma"):
        kernel.fail_allocation("memory", 1)
    with pytest.raises(UserError, match="page table, page, vma"):
        kernel.allocations("memory")
    with pytest.raises(UserError, match="did you mean page table"):
        kernel.allocations("page_table")
    with pytest.raises(UserError, match="nth is 0; it must be a whole number, 1 or more"):
        kernel.fail_allocation("page", 0)
    kernel.spawn("P")
    with pytest.raises(UserError, match="already"):
        kernel.spawn("P")

    async def copy_vmas() -> None: ...

    with pytest.raises(UserError, match="did you mean copy_vma"):
        Kernel("v3.3", [copy_vmas])


def test_v3_2_has_no_such_function() -> None:
    assert "anon_vma_moveto_tail" not in Kernel("v3.2").text
    assert "anon_vma_moveto_tail" in Kernel("v3.3").text


def test_prot_none_is_zero() -> None:
    assert PROT_NONE == 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda task: task.mmap("4096"), "length is '4096'; it must be a whole number"),
        (lambda task: task.mmap(PAGE_SIZE, 1.5), "addr is 1.5"),
        (lambda task: task.mmap(PAGE_SIZE, prot="rw"), "prot is 'rw'"),
        (lambda task: task.munmap(None, "1"), "length is '1'"),
        (lambda task: task.mprotect(at(0), PAGE_SIZE, "r"), "prot is 'r'"),
        (lambda task: task.mremap(at(0), PAGE_SIZE, PAGE_SIZE, "MAYMOVE"), "flags is 'MAYMOVE'"),
        (lambda task: task.mremap(at(0), PAGE_SIZE, PAGE_SIZE, MOVE, "2"), "new_addr is '2'"),
        (lambda task: task.write(at(0), "hello"), "data is 'hello'; it must be bytes"),
        (lambda task: task.write("0", b"hello"), "addr is '0'"),
        (lambda task: task.read(at(0), -1), "n is -1; it must be a whole number, 0 or more"),
        (lambda task: task.fork("T"), "there is a task 'T' already"),
        (lambda task: task.fork(5), "a task's name is 5; it must be a text"),
    ],
)
def test_an_argument_of_another_kind_is_refused_and_leaves_no_lock(call: Any, says: str) -> None:
    task = Kernel().spawn("T")
    with pytest.raises(UserError, match=re.escape(says)):
        call(task)
    assert task.mmap(PAGE_SIZE, at(0), fixed=True) == at(0)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("ptes_per_table", 1),
        ("ptes_per_table", 2.5),
        ("ptes_per_table", "4"),
        ("ptes_per_table", 513),
        ("pages_per_batch", 0),
    ],
)
def test_a_kernel_of_no_such_size(parameter: str, value: object) -> None:
    with pytest.raises(UserError, match=f"{parameter} is {value!r}; it must be a whole number"):
        Kernel(**{parameter: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ask", "kind", "says"),
    [
        (
            lambda: run(anon_vma_moveto_tail),
            TypeError,
            "nothing to run: call it, as in run(f(...))",
        ),
        (alloc_page, NotDriven, "memory is allocated by a CPU: write kernel.run(...)"),
        (lambda: Kernel(patches=None), UserError, "patches are a list"),
        (lambda: Kernel(patches=anon_vma_moveto_tail), UserError, "write [anon_vma_moveto_tail]"),
        (lambda: Kernel(["v3.3"]), UserError, "unknown release ['v3.3']"),
    ],
)
def test_what_is_no_call_no_list_and_no_release(ask: Any, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=re.escape(says)):
        ask()
