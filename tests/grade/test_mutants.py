"""Every solution with one thing changed: it fails, unless it still does the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mutants import mutants

from vmlesson.grade.exercises import EXERCISES, find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission

HARMLESS = {
    "vma_address": (
        "twice: start, end, pgoff = await vma_bounds(vma)",
        "twice: address = start + (page.index - pgoff) * PAGE_SIZE",
        "twice: return address if start <= address < end else -EFAULT",
    ),
    "rmap_walk": (
        "twice: result = SWAP_AGAIN",
        "after the next: result = SWAP_AGAIN",
        "twice: anon_vma = page.mapping",
        "twice: if anon_vma is None:",
        "twice: return result",
        "twice: address = await vma_address(page, avc.vma)",
        "twice: if result != SWAP_AGAIN:",
        "twice: break",
        # It looks before each call what the one before returned.
        "after the next: result = await rmap_one(page, avc.vma, address, arg)",
    ),
    "pte_peek": (
        "twice: if found is None:",
        "twice: slot, ptl = found",
        "twice: pte = await pte_read(slot)",
        "twice: return SWAP_AGAIN",
        "twice: await set_pte_at(slot, mk_pte(new, vma, write=pte.write))",
        # All three happen under the lock of the pte.
        "after the next: await get_page(new)",
        "after the next: await set_pte_at(slot, mk_pte(new, vma, write=pte.write))",
    ),
    "moveto_tail": (
        "twice: root = None",
        "twice: for avc in reversed(dst.anon_vma_chain):",
        "twice: root = await lock_anon_vma_root(root, avc.anon_vma)",
    ),
    "call_site": (
        "twice: mm, vma_start = (vma.vm_mm, vma.vm_start)",
        "after the next: mm, vma_start = (vma.vm_mm, vma.vm_start)",
        # An untouched vma that keeps its pgoff merges less often, and that is all.
        "without: if vma.anon_vma is None:",
        "without: pgoff = addr // PAGE_SIZE",
        "twice: if vma.anon_vma is None:",
        "after the next: if vma.anon_vma is None:",
        "twice: prev = find_vma_prev(mm, addr)",
        "twice: if new_vma is None:",
        "twice: return (vma, new_vma)",
        "twice: pgoff = addr // PAGE_SIZE",
        "twice: if new_vma.vm_start <= vma_start < new_vma.vm_end:",
        "twice: vma = new_vma",
        "twice: await anon_vma_moveto_tail(new_vma)",
        # If they start together, they are the same vma, which has grown.
        "line 12, 9: new_vma.vm_start < vma_start < new_vma.vm_end",
    ),
    "error_path": (
        "twice: mm = vma.vm_mm",
        "after the next: mm = vma.vm_mm",
        "twice: new_pgoff = vma.vm_pgoff + (old_addr - vma.vm_start) // PAGE_SIZE",
        "twice: if new_vma is None:",
        "twice: await do_munmap(mm, old_addr, old_len)",
        "twice: return new_addr",
        "twice: return -ENOMEM",
        "twice: await anon_vma_moveto_tail(vma)",
        "twice: await move_page_tables(new_vma, new_addr, vma, old_addr, moved)",
        # In this model move_page_tables asks its vmas for nothing but their mm.
        "line 10, 35: new_vma",
        "line 10, 50: vma",
        "line 15, 31: vma",
        "line 15, 50: new_vma",
    ),
}


def cases() -> Iterator[object]:
    for exercise in (name for name, each in EXERCISES.items() if each.parameters):
        for what, source in mutants(exercise).items():
            marks = [] if what.startswith("without") else [pytest.mark.slow]
            yield pytest.param(exercise, what, source, id=f"{exercise}: {what}", marks=marks)


@pytest.mark.parametrize(("exercise", "what", "source"), list(cases()))
def test_a_mutant_fails_unless_it_does_the_same(exercise: str, what: str, source: str) -> None:
    report = judge(find_exercise(exercise), Submission("answer.py", [("answer.py", source)]), 60.0)
    expected = "passed" if what in HARMLESS[exercise] else "failed"
    assert report.outcome == expected, str(report)
    assert report.points < report.max_points or expected == "passed"


@pytest.mark.parametrize("exercise", HARMLESS)
def test_every_mutant_that_is_named_exists(exercise: str) -> None:
    assert set(HARMLESS[exercise]) <= mutants(exercise).keys()
