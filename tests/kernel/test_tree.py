"""v3.7: what the tree's order is, when a move needs the lock, and which patches fit."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from vmlesson.errors import UserError
from vmlesson.explore import explore, replay
from vmlesson.kernel import (
    ALWAYS_LOCK,
    NEVER_LOCK,
    PAGE_SIZE,
    PROT_EXEC,
    PROT_READ,
    PROT_WRITE,
    RELEASES,
    SYMBOLS,
    Kernel,
    Patch,
    Scenario,
    Task,
    anon_vma_moveto_tail,
    need_rmap_locks,
    sys_mprotect,
    sys_mremap,
    vm_area_struct,
)
from vmlesson.kernel.audit import walk_order
from vmlesson.scenarios import scenarios

ARENA = 0x100000
LAYOUTS = (
    *("fresh-destination", "merge-order", "seed-program", "merge-next", "merge-next-higher"),
    *("fork-own", "grandchild", "error-path-merged"),
)


def at(page: int) -> int:
    return ARENA + page * PAGE_SIZE


def histories(kernel: Kernel, seed: int, moves: int = 40) -> None:
    """An area that is written to, and parts of it that go away and come home, in a family."""
    rng = random.Random(seed)
    tasks = [kernel.spawn("T")]
    tasks[0].mmap(8 * PAGE_SIZE, at(0), fixed=True)
    for page in range(8):
        tasks[0].write(at(page), b"x")
    for _ in range(moves):
        task, page, size = rng.choice(tasks), rng.randrange(8), rng.randrange(1, 5) * PAGE_SIZE
        home, away = rng.sample((page, page + 20), 2)
        what = rng.random()
        try:
            if what < 0.8:
                task.mremap(at(home), size, size, 3, at(away))
            elif what < 0.9:
                task.mprotect(at(page), size, rng.choice((1, 3)))
            elif what < 0.95:
                task.munmap(at(page), PAGE_SIZE)
            elif len(tasks) < 3:
                tasks.append(task.fork())
        except OSError:
            pass


@pytest.mark.parametrize("seed", range(30))
def test_the_tree_is_sorted_and_nothing_else_differs(seed: int) -> None:
    new, old = Kernel("v3.7", ptes_per_table=8), Kernel("v3.3", ptes_per_table=8)
    for kernel in (new, old):
        histories(kernel, seed)
        assert kernel.audit() == []
    assert [task.maps() for task in new.tasks] == [task.maps() for task in old.tasks]
    for family in new.anon_vmas():
        starts = [vma.vm_pgoff for vma in walk_order(family)]
        assert starts == sorted(starts)


def test_a_merged_destination_is_behind_unless_it_starts_below() -> None:
    """Equal starts are in order: so `<` is exact, and the kernel's `<=` is on the safe side."""
    seen: Counter[tuple[str, bool]] = Counter()

    def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
        if vma is not new_vma and vma.anon_vma is not None:
            order = walk_order(vma.anon_vma)
            starts = new_vma.vm_pgoff - vma.vm_pgoff
            how = "below" if starts < 0 else "above" if starts else "equal"
            seen[how, order.index(vma) < order.index(new_vma)] += 1
        return True

    for seed in range(150):
        histories(Kernel("v3.7", [need_rmap_locks], ptes_per_table=8), seed)
    assert set(seen) == {("below", False), ("equal", True), ("above", True)}
    assert all(times >= 5 for times in seen.values())


@pytest.mark.parametrize(("patches", "grown", "border"), [(0, 0, 0), (2, 1, 0), (4, 1, 1)])
def test_the_tree_locks_each_change_and_only_a_later_commit_that_of_the_next_vma(
    patches: int, grown: int, border: int
) -> None:
    rights = PROT_READ | PROT_WRITE | PROT_EXEC

    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(6 * PAGE_SIZE, at(0), fixed=True)
        task.mprotect(at(4), 2 * PAGE_SIZE, rights)
        task.write(at(4), b"what is below was never touched")
        return task

    def locks(call: Callable[[Task], Any]) -> int:
        scenario = Scenario(setup, lambda task: {"P": call(task)}, None)
        program = scenario.program(release="v3.3", patches=RELEASES["v3.7"].patches[:patches])
        return sum(step.op.name == "mutex_lock" for step in replay(program).steps)

    assert grown == locks(lambda task: sys_mremap(task, at(4), 2 * PAGE_SIZE, 3 * PAGE_SIZE, 0, 0))
    assert border == locks(lambda task: sys_mprotect(task, at(3), PAGE_SIZE, rights))


RULES: dict[str, tuple[Callable[[vm_area_struct, vm_area_struct], bool], bool]] = {
    "<=": (lambda vma, new_vma: new_vma.vm_pgoff <= vma.vm_pgoff, True),
    "<": (lambda vma, new_vma: new_vma.vm_pgoff < vma.vm_pgoff, True),
    "always": (lambda vma, new_vma: True, True),
    "never": (lambda vma, new_vma: False, False),
    ">": (lambda vma, new_vma: new_vma.vm_pgoff > vma.vm_pgoff, False),
    "==": (lambda vma, new_vma: new_vma.vm_pgoff == vma.vm_pgoff, False),
    "by address": (lambda vma, new_vma: new_vma.vm_start < vma.vm_start, False),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_decides(rule: str) -> None:
    answer, right = RULES[rule]

    def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
        return answer(vma, new_vma)

    verdicts = {
        explore(scenario, release="v3.7", patches=[need_rmap_locks]).verdict
        for name in LAYOUTS
        for scenario in scenarios(name).values()
    }
    assert verdicts == ({"holds"} if right else {"holds", "fails"})


# ------------------------------------------------------------------------------------ what fits


def test_a_patch_that_does_not_fit_a_release_is_refused_by_name() -> None:
    with pytest.raises(UserError, match=r"does not fit v3\.3: it comes after 38a76013ad80"):
        Kernel("v3.3", [NEVER_LOCK])
    with pytest.raises(UserError, match=r"108d6642ad81 does not fit v3\.2"):
        Kernel("v3.2", [ALWAYS_LOCK])
    with pytest.raises(UserError, match=r"108d6642ad81 does not fit v3\.7, which has it already"):
        Kernel("v3.7", [ALWAYS_LOCK])
    with pytest.raises(UserError, match=r"write \[108d6642ad81\]"):
        Kernel("v3.3", ALWAYS_LOCK)
    with pytest.raises(UserError, match=r"c0ffee does not fit v3\.3, which has no move_tail"):
        Kernel("v3.3", [Patch("c0ffee", [], removes=["move_tail"])])
    *first, last = RELEASES["v3.7"].patches
    assert Kernel("v3.3", [*first, last]).text == Kernel("v3.7").text


def test_a_function_that_nothing_calls_is_refused_with_the_releases_that_do() -> None:
    def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
        return True

    with pytest.raises(UserError, match=r"nothing in v3.3 calls need_rmap_locks.* in v3\.7"):
        Kernel("v3.3", [need_rmap_locks])
    with pytest.raises(UserError, match=r"nothing in v3.7 calls anon_vma_moveto_tail.* in v3\.3$"):
        Kernel("v3.7", [anon_vma_moveto_tail.function])


def test_who_answers_at_once_is_no_coroutine() -> None:
    async def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
        return True

    with pytest.raises(UserError, match="write def, not async def"):
        Kernel("v3.7", [need_rmap_locks])


def test_a_predicate_answers_outside_of_any_cpu_too() -> None:
    kernel = Kernel("v3.7")
    task: Task = kernel.spawn("T")
    task.mmap(PAGE_SIZE, ARENA, fixed=True)
    task.mmap(PAGE_SIZE, ARENA + 2 * PAGE_SIZE, fixed=True)
    low, high = task.mm.vmas
    assert need_rmap_locks(high, low)
    assert not need_rmap_locks(low, high)
    assert "plain kernel function need_rmap_locks" in repr(SYMBOLS["need_rmap_locks"])
