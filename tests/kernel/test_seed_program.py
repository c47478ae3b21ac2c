"""The commit's program, call by call: the vmas and list A, as its history was decoded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vmlesson.kernel import PAGE_SIZE, copy_vma, do_munmap, move_page_tables
from vmlesson.kernel.audit import walk_order

sys.path.insert(0, str(Path(__file__).parent))
from world import World, at

P = PAGE_SIZE
HALF = 2
P3, P2, BLOCK = 1, 1 + 2 * HALF, 1 + 4 * HALF
MIDDLE, END = BLOCK + HALF, BLOCK + 2 * HALF


@pytest.mark.parametrize(("release", "after_merge"), [("v3.2", "V U N"), ("v3.3", "V N U")])
def test_list_a_after_each_call(release: str, after_merge: str) -> None:
    world = World(release, ptes_per_table=4, pages_per_batch=2)
    world.do(f"map 0-{END} t")
    mm, kernel = world.task.mm, world.kernel
    names = {world.vma(0): "V"}
    family = world.vma(0).anon_vma
    assert family is not None

    def walk() -> str:
        return " ".join(names.get(vma, "?") for vma in walk_order(family))

    assert world.vmas() == [(0, END + 1)]
    assert walk() == "V"

    assert kernel.run(do_munmap(mm, at(P3), HALF * P)) == 0  # mremap 1, its three parts
    names[world.vma(P3 + HALF)] = "U"
    assert world.vmas() == [(0, P3), (P3 + HALF, END + 1)]
    assert walk() == "V U"

    src = world.vma(MIDDLE)
    vma, new = kernel.run(copy_vma(src, at(P3), HALF * P, at(MIDDLE) // P))
    assert vma is src
    assert new is not None
    names[new] = "N"
    assert world.vmas() == [(0, P3), (P3, P3 + HALF), (P3 + HALF, END + 1)]
    assert walk() == "V U N"
    assert kernel.run(move_page_tables(src, at(MIDDLE), new, at(P3), HALF * P)) == HALF * P

    assert kernel.run(do_munmap(mm, at(MIDDLE), HALF * P)) == 0
    names[world.vma(END)] = "W"
    assert world.vmas() == [(0, P3), (P3, P3 + HALF), (P3 + HALF, MIDDLE), (END, END + 1)]
    assert walk() == "V U N W"

    hits = kernel.hits["anon_vma_moveto_tail"]
    dst = world.vma(P3 + HALF)
    src, merged = kernel.run(copy_vma(new, at(MIDDLE), HALF * P, new.vm_pgoff))  # mremap 2
    assert (src, merged) == (new, dst)
    assert world.vmas() == [(0, P3), (P3, P3 + HALF), (P3 + HALF, END + 1)]
    assert walk() == after_merge
    assert kernel.hits["anon_vma_moveto_tail"] - hits == (release == "v3.3")
    kernel.run(move_page_tables(src, at(P3), dst, at(MIDDLE), HALF * P))
    kernel.run(do_munmap(mm, at(P3), HALF * P))
    assert walk() == "V U"
    assert [world.reads(i) for i in range(P2, END)] == [f"P {i}" for i in range(P2, END)]
    world.end()


@pytest.mark.parametrize("release", ["v3.0", "v3.1", "v3.2", "v3.3"])
def test_the_two_moves_leave_one_vma_less_p3s_first_half(release: str) -> None:
    world = World(release).do(f"map 0-{END} t")
    assert world.move(MIDDLE, HALF, P3) == at(P3)
    assert world.vmas() == [(0, P3), (P3, P3 + HALF), (P3 + HALF, MIDDLE), (END, END + 1)]
    assert world.move(P3, HALF, MIDDLE) == at(MIDDLE)
    assert world.vmas() == [(0, P3), (P3 + HALF, END + 1)]
    assert world.kernel.hits["anon_vma_moveto_tail"] == (release == "v3.3")
    world.end()
