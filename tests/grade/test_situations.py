"""Situations that only checks have: Linux keeps the promise in them, and who does not is caught."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from other_answers import by_hand, changed, solution
from rare_answers import RARE

from vmlesson.explore import Result, explore
from vmlesson.explore.kept import Learned
from vmlesson.grade.alone import (
    at_home,
    ended,
    moved,
    moved_to_tail,
    never_faulted,
    nothing_to_walk,
    outside,
    restored,
    restored_in_motion,
    restored_meanwhile,
    visited,
    visited_meanwhile,
    walked_meanwhile,
)
from vmlesson.grade.exercises import EXERCISES
from vmlesson.grade.judge import judge
from vmlesson.grade.layouts import layouts
from vmlesson.grade.moves import KEPT, moves, random_calls, random_lists
from vmlesson.grade.situations import Situations, both, races
from vmlesson.grade.submission import Submission
from vmlesson.kernel import Kernel
from vmlesson.kernel.mmap import copy_vma
from vmlesson.kernel.mremap import move_vma

GENERATED: dict[str, Situations] = {
    "moveto_tail": both(moved_to_tail, never_faulted, walked_meanwhile, random_lists),
    "vma_address": both(at_home, moved, outside),
    "rmap_walk": both(visited, visited_meanwhile, nothing_to_walk, ended),
    "pte_peek": both(restored, restored_in_motion, restored_meanwhile),
    "call_site": both(moves(fails=False), random_calls),
    "error_path": moves(fails=True),
    "rmap_locks": layouts,
}
ANY_ENTRY = changed("pte_peek", (" and migration_entry_to_page(pte) is old", ""))
WRITABLE = changed("pte_peek", ("write=pte.write", "write=True"))
UNLINKS = changed(
    "error_path",
    by_hand(
        "        await anon_vma_moveto_tail(vma)\n",
        "await unlink_anon_vmas(vma); await anon_vma_clone(vma, new_vma)",
    ),
)
NOTHING = f"{EXERCISES['moveto_tail'].signature}:\n    pass\n"
STAYS = races("error-path", "error-path-merged", first=1)


UNLIKE = {"steps": 0, "seconds": 0}
"""Of a result: what was to be done for it, which is less after other answers."""


def function_of(source: str, name: str) -> Any:
    space: dict[str, Any] = {}
    exec(source, space)
    return space[name]


def explored(situations: Situations, release: str, *patches: Any) -> dict[str, Result]:
    return {each.name: explore(each.scenario.program(release, patches)) for each in situations()}


@pytest.mark.parametrize("exercise", GENERATED)
def test_linux_keeps_the_promise_in_every_generated_situation(exercise: str) -> None:
    release = max("v3.3", EXERCISES[exercise].release)
    results = explored(GENERATED[exercise], release)
    assert 5 < len(results) < 300
    failed = {name: each.failures[0].message for name, each in results.items() if each.failures}
    assert not failed


@pytest.mark.parametrize(
    ("situations", "old", "said"),
    [
        (moves("back", "into a hole", fails=False), copy_vma.function, "the latter stood before"),
        (moves(fails=True), move_vma.function, "the latter stood before"),
    ],
)
def test_what_linux_did_before_the_fix_is_caught_by_the_order_at_the_move(
    situations: Situations, old: Any, said: str
) -> None:
    results = explored(situations, "v3.3", old)
    messages = [each.failures[0].message for each in results.values() if each.failures]
    assert messages
    assert all(said in each for each in messages)


def test_the_moves_that_are_kept_go_different_ways_and_no_other_way_is_left_out(
    tool: Callable[[str], ModuleType],
) -> None:
    moves = tool("moves")
    kept = [tuple(row) for row in json.loads(KEPT.read_text("utf-8"))]
    drawn = random.Random(11).sample(list(moves.combinations()), 60)
    ways = [moves.way(values) for values in kept]
    assert all(way not in ways[:number] for number, way in enumerate(ways))
    assert [values for values in drawn if moves.way(values) not in ways] == []


def test_what_is_said_to_be_touched_before_a_move_is_touched() -> None:
    for each in moves(fails=False, movers="P")():
        move = each.scenario.setup(Kernel("v3.3", **each.scenario.geometry))
        slots = (move.task.mm.slot_at(move.at(move.source + n)) for n in range(move.pages))
        kinds = [slot.pte.kind if slot else "none" for slot in slots]
        how = {"zero": "read", "present": "write"}
        found = [(str(n), how[kind]) for n, kind in enumerate(kinds) if kind != "none"]
        assert re.findall(r"(\d+) by a (read|write)", each.sentence) == found, each.sentence


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ANY_ENTRY, "migration entry for"),
        (WRITABLE, "the ptes that have become writable are"),
    ],
)
def test_an_entry_that_is_replaced_wrongly_shows(source: str, said: str) -> None:
    results = explored(restored, "v3.0", function_of(source, "remove_migration_pte"))
    assert any(said in each.failures[0].message for each in results.values() if each.failures)


def test_who_is_on_no_list_for_a_while_loses_a_page_that_stays() -> None:
    results = explored(STAYS, "v3.3", function_of(UNLINKS, "move_vma"))
    assert {each.verdict for each in results.values()} == {"fails"}
    assert all("a page that stays" in name for name in results)
    right = explored(STAYS, "v3.3", function_of(solution("error_path"), "move_vma"))
    assert {each.verdict for each in right.values()} == {"holds"}


@pytest.mark.parametrize("name", ["merge-order", "fork-own", "error-path-fork"])
def test_what_is_kept_of_other_answers_changes_no_result(name: str) -> None:
    """CPUs that never call the answer are learned once; who wrote before one matters to nobody."""
    head = "from vmlesson.kernel import *\n\nasync def anon_vma_moveto_tail(dst):\n"
    wrong = ("pass", "await anon_vma_lock(dst.anon_vma)")
    sources = [solution("moveto_tail"), *(f"{head}    {line}\n" for line in wrong)]
    sources.append(sources[0].replace("reversed", "list"))
    answers = [function_of(source, "anon_vma_moveto_tail") for source in sources]
    for situation in races(name)():
        fewer = []
        for answer in answers:
            program = situation.scenario.program("v3.3", [answer])
            after_others = explore(program)
            program.lend, program.keep = Learned, id
            alone = explore(program)
            assert after_others.to_dict() | UNLIKE == alone.to_dict() | UNLIKE
            fewer.append(alone.steps - after_others.steps)
        assert fewer[0] == 0
        assert all(fewer[1:])


@pytest.mark.parametrize("name", ["merge-order", "error-path-fork", "third-process"])
def test_what_a_cpu_is_thought_to_touch_changes_no_result(name: str) -> None:
    """Each touches everything, at all times, under no lock: that is slower, and as right."""
    answer = function_of(solution("moveto_tail"), "anon_vma_moveto_tail")
    for situation in races(name)():
        program = situation.scenario.program("v3.3", [answer])
        kept: list[Learned] = []
        program.lend, program.keep = Learned, kept.append
        right = explore(program)
        touched = kept[0].touched
        assert len(touched) > 1
        whole = {at: {frozenset(): 1000} for seen, _ in touched.values() for at in seen}
        suspicious = Learned()
        suspicious.touched = dict.fromkeys(touched, (whole, whole))
        program.lend = lambda known=suspicious: known
        assert explore(program).to_dict() | UNLIKE == right.to_dict() | UNLIKE


def test_of_a_program_that_fails_no_touch_is_kept() -> None:
    """Or one answer could make the checks of all that come after it slow."""
    (situation, *_) = races("merge-order")()
    program = situation.scenario.program("v3.3", [function_of(NOTHING, "anon_vma_moveto_tail")])
    kept: list[Learned] = []
    program.lend, program.keep = Learned, kept.append
    assert explore(program).verdict == "fails"
    assert [each.touched for each in kept] == [{}]


@pytest.mark.parametrize("body", ["nonsense", "raise ValueError(7)", "return 1, 2, 3", "vma.x"])
@pytest.mark.parametrize("exercise", [name for name, each in EXERCISES.items() if each.parameters])
def test_an_answer_that_breaks_the_set_up_fails_like_any_other(exercise: str, body: str) -> None:
    asked = EXERCISES[exercise]
    source = f"from vmlesson.kernel import *\n\n{asked.signature}:\n    {body}\n"
    report = judge(asked, Submission("answer.py", [("answer.py", source)]), 60.0)
    assert report.outcome == "failed", str(report)
    assert report.points < report.max_points
    if body == "raise ValueError(7)":
        assert "line 4: ValueError: 7" in report.sentence


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("exercise", "changes"),
    [(exercise, changes) for exercise, _, changes in RARE],
    ids=[f"{exercise}: {what}" for exercise, what, _ in RARE],
)
def test_an_answer_that_is_wrong_in_a_rare_case_fails(
    exercise: str, changes: tuple[str, ...]
) -> None:
    source = changed(exercise, changes)
    report = judge(EXERCISES[exercise], Submission("answer.py", [("answer.py", source)]), 60.0)
    assert report.outcome == "failed", str(report)
    assert report.points < report.max_points
