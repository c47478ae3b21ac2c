"""Every solution with one thing changed: it fails, unless it still does the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from mutants import mutants

from vmlesson.grade.exercises import EXERCISES, Exercise, find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission

HARMLESS = {
    "vma_address": (
        "done_twice, line 3: start, end, pgoff = await vma_bounds(vma)",
        "done_twice, line 5: address = start + (page.index - pgoff) * PAGE_SIZE",
        "done_twice, line 6: return address if start <= address < end else -EFAULT",
    ),
    "rmap_walk": (
        "done_twice, line 3: result = SWAP_AGAIN",
        "after_the_next, line 3: anon_vma = page.mapping",
        "done_twice, line 4: anon_vma = page.mapping",
        "done_twice, line 6: if anon_vma is None:",
        "done_twice, line 17: return result",
        "done_twice, line 7: return result",
        "done_twice, line 10: address = await vma_address(page, avc.vma)",
        "done_twice, line 13: if result != SWAP_AGAIN:",
        "done_twice, line 14: break",
        # It looks before each call, or where there was none, what the one before returned.
        "after_the_next, line 12: if result != SWAP_AGAIN:",
        "out_of_its_block, line 11: if result != SWAP_AGAIN:",
        # A loop that returns in its first round.
        "decided_otherwise, line 6: while anon_vma is None:",
        # An address is never less than that.
        "compared_otherwise, line 11: if address > -EFAULT:",
    ),
    "pte_peek": (
        "done_twice, line 5: if found is None:",
        "done_twice, line 7: slot, ptl = found",
        "done_twice, line 8: pte = await pte_read(slot)",
        "done_twice, line 14: return SWAP_AGAIN",
        "done_twice, line 6: return SWAP_AGAIN",
        "done_twice, line 11: await set_pte_at(slot, mk_pte(new, vma, write=pte.write))",
        # All three happen under the lock of the pte.
        "after_the_next, line 10: await set_pte_at(slot, mk_pte(new, vma, write=pte.write))",
        "after_the_next, line 11: await page_add_anon_rmap(new, vma, addr)",
        # A loop that returns in its first round.
        "decided_otherwise, line 5: while found is None:",
        # Read-only: the next write makes it writable again.
        "other_arguments, line 11: await set_pte_at(slot, mk_pte(new, vma))",
    ),
    "moveto_tail": (
        "done_twice, line 4: root = None",
        "done_twice, line 5: for avc in reversed(dst.anon_vma_chain):",
        "done_twice, line 6: root = await lock_anon_vma_root(root, avc.anon_vma)",
        # All lists of one vma have one root, and may be taken in any order.
        "another_name, line 5: for avc in list(dst.anon_vma_chain):",
        "another_name, line 6: root = await lock_anon_vma_root(root, dst.anon_vma)",
    ),
    "call_site": (
        "done_twice, line 3: mm, vma_start = (vma.vm_mm, vma.vm_start)",
        "done_twice, line 4: if vma.anon_vma is None:",
        "done_twice, line 5: pgoff = addr // PAGE_SIZE",
        "done_twice, line 6: prev = find_vma_prev(mm, addr)",
        "done_twice, line 10: else:",
        "done_twice, line 11: vma = new_vma",
        "done_twice, line 14: await anon_vma_moveto_tail(new_vma)",
        "done_twice, line 16: return (vma, new_vma)",
        "after_the_next, line 3: if vma.anon_vma is None:",
        "after_the_next, line 4: prev = find_vma_prev(mm, addr)",
        # What was extended begins with the source only if it is the source.
        "compared_otherwise, line 10: elif new_vma.vm_start < vma_start < new_vma.vm_end:",
    ),
    "error_path": (
        "done_twice, line 3: mm = vma.vm_mm",
        "done_twice, line 4: new_pgoff = vma.vm_pgoff + (old_addr - vma.vm_start) // PAGE_SIZE",
        "done_twice, line 6: if new_vma is None:",
        "done_twice, line 7: return -ENOMEM",
        "done_twice, line 11: await anon_vma_moveto_tail(vma)",
        "done_twice, line 13: await move_page_tables(new_vma, new_addr, vma, old_addr, moved)",
        "done_twice, line 15: await do_munmap(mm, old_addr, old_len)",
        "done_twice, line 16: return new_addr",
        "after_the_next, line 3: new_pgoff = vma.vm_pgoff + (old_addr - vma.vm_start) // PAGE_SIZE",
        # A loop that returns in its first round.
        "decided_otherwise, line 6: while new_vma is None:",
        # No more is moved than was asked for.
        "compared_otherwise, line 9: if moved != old_len:",
        # Where nothing has arrived there is nothing to go back.
        "another_name, line 13: await move_page_tables(new_vma, new_addr, vma, old_addr, new_len)",
        "another_name, line 13: await move_page_tables(new_vma, new_addr, vma, old_addr, old_len)",
    ),
    "rmap_locks": (
        "done_twice, line 4: return new_vma.vm_pgoff <= vma.vm_pgoff",
        "compared_otherwise, line 4: return new_vma.vm_pgoff < vma.vm_pgoff",
        # Always.
        "another_name, line 4: return vma.vm_pgoff <= vma.vm_pgoff",
        "another_name, line 4: return new_vma.vm_pgoff <= new_vma.vm_pgoff",
    ),
}


def one_failure(name: str) -> Exercise:
    """An exercise whose checks end with the first that fails: nobody asks for the others here."""
    exercise = find_exercise(name)
    return replace(exercise, checks=tuple(replace(one, last=True) for one in exercise.checks))


def cases() -> Iterator[object]:
    for exercise in HARMLESS:
        for what, source in mutants(exercise).items():
            marks = [] if what.startswith("left_out") else [pytest.mark.slow]
            yield pytest.param(exercise, what, source, id=f"{exercise}: {what}", marks=marks)


@pytest.mark.parametrize(("exercise", "what", "source"), list(cases()))
def test_a_mutant_fails_unless_it_does_the_same(exercise: str, what: str, source: str) -> None:
    report = judge(one_failure(exercise), Submission("answer.py", [("answer.py", source)]), 60.0)
    expected = "passed" if what in HARMLESS[exercise] else "failed"
    assert report.outcome == expected, str(report)
    assert report.points < report.max_points or expected == "passed"


@pytest.mark.parametrize("exercise", HARMLESS)
def test_every_mutant_that_is_named_exists(exercise: str) -> None:
    assert set(HARMLESS[exercise]) <= mutants(exercise).keys()


def test_every_function_that_is_asked_for_has_its_mutants() -> None:
    asked = [name for name, exercise in EXERCISES.items() if exercise.parameters]
    assert sorted(HARMLESS) == sorted(asked)
