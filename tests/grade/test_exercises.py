"""The exercises: as given, their solutions, and what an answer is told beside its points."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from types import ModuleType

import pytest
from other_answers import RULE, SOLUTIONS, WRONG, changed
from practice import checked

from vmlesson.errors import UserError
from vmlesson.grade import check, hint
from vmlesson.grade.exercises import EXERCISES, find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission, read
from vmlesson.grade.verdict import Verdict


def judged(exercise: str, source: str) -> Verdict:
    submission = Submission("answer.py", [("answer.py", source)])
    return judge(find_exercise(exercise), submission, seconds=60.0)


@pytest.mark.parametrize("number", [0, 4, "2", [1]])
def test_a_hint_that_is_not_there_is_told_so(number: object) -> None:
    with pytest.raises(UserError, match="there are hints 1 to 3"):
        hint("moveto_tail", number)


@pytest.mark.parametrize(
    ("rule", "taken"),
    [(RULE, 184), ("return True", 224), ("return new_vma.vm_pgoff < 1 << 40", 224)],
)
def test_a_lock_that_is_not_needed_is_right_and_said_to_be_paid_for(rule: str, taken: int) -> None:
    report = judged("rmap_locks", changed("rmap_locks", (RULE, rule)))
    assert report.outcome == "passed", str(report)
    (said,) = report.warnings
    assert said.startswith("of 224 moves into a vma that was there, it takes")
    assert f"into a vma that was there, it takes the lock for {taken}; only 136" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def need_rmap_locks(vma, new_vma):\n    pass", "returns None, but must return True or"),
        ("async def need_rmap_locks(vma, new_vma):\n    return True", "write def, not async def"),
        ("need_rmap_locks = 7", "need_rmap_locks is an int, but must be a def"),
    ],
)
def test_what_must_answer_at_once_is_told_so(body: str, said: str) -> None:
    report = judged("rmap_locks", f"from vmlesson.kernel import *\n\n{body}\n")
    assert report.outcome in ("failed", "error")
    assert said in report.sentence


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_passes_and_the_exercise_is_not_yet_solved(exercise: str) -> None:
    source = SOLUTIONS / exercise / f"{exercise}.ipynb"
    release = SOLUTIONS.parent / "exercises" / exercise / f"{exercise}.ipynb"
    assert judge(find_exercise(exercise), read(source), 60.0).outcome == "passed"
    report = judge(find_exercise(exercise), read(release), 60.0)
    assert (report.outcome, report.points) == ("failed", 0)
    assert "not yet" in report.sentence


@pytest.mark.parametrize(
    ("exercise", "answer", "points"),
    [
        ("count_the_calls", [0, 1, 1, 0, 2, 2], 6),
        ("count_the_calls", (0, 1, 1, 0, 2, 1), 5),
        ("count_the_calls", [True, "1"], 0),
        ("count_the_calls", 7, 0),
        ("break_it", ["mremap", "nobody"], 0),
        ("break_it", "mremap", 0),
    ],
)
def test_values(exercise: str, answer: object, points: int) -> None:
    assert judged(exercise, f"answer = {answer!r}").points == points


@pytest.mark.parametrize("kind", [str, type("", (), {}), inspect.Parameter])
def test_a_value_of_any_kind_is_told_that_it_is_none(kind: type) -> None:
    value = kind("x", inspect.Parameter.KEYWORD_ONLY) if kind is inspect.Parameter else kind()
    report = check.count_the_calls(value)
    assert (report.outcome, report.points) == ("failed", 0)


def test_a_schedule_that_loses_the_page_with_too_many_preemptions_is_worth_less() -> None:
    hasty = ["migration", "mremap"] + ["migration"] * 10 + ["mremap"] * 12
    report = judged("break_it", f"answer = {hasty + ['migration'] * 10 + ['mremap'] * 6!r}")
    assert [check.passed for check in report.checks] == [True, False], str(report)
    assert "that could have gone on?" in report.sentence


@pytest.mark.parametrize("name", EXERCISES)
def test_a_notebook_and_the_teachers_table_say_what_the_judge_goes_by(name: str) -> None:
    exercise = EXERCISES[name]
    cells = json.loads((SOLUTIONS / name / f"{name}.ipynb").read_text("utf-8"))["cells"]
    said = {cell["id"]: "".join(cell["source"]) for cell in cells}
    assert said["task"].startswith(f"# {exercise.title}\n")
    promise = exercise.promise[0].upper() + exercise.promise[1:]
    assert said["promise"] == f"**The promise.** {promise}."
    header, _, checked = said["task"].rpartition("*")[0].rpartition("\n")[2].rpartition("Checked: ")
    assert exercise.difficulty in ("easy", "moderate", "hard")
    how = f"*{exercise.difficulty.capitalize()}, {exercise.minutes} minutes. Vocabulary: "
    assert header.startswith(how)
    points = ", ".join(f"{check.name} ({check.points})" for check in exercise.checks)
    if exercise.judge is None:
        assert checked == f"{points}."
    else:
        numbers = [int(number) for number in re.findall(r"\((\d+)\)", checked)]
        assert sum(numbers) == exercise.max_points or "one point for each" in checked
    teaching = (SOLUTIONS.parent / "docs" / "teaching.md").read_text("utf-8")
    assert f"| `{name}` | {exercise.minutes} |" in teaching


WITHOUT = {
    "call_site": "W1 no call",
    "error_path": "W34 no second call",
    "rmap_locks": "never",
}
"""What Linux had in its place before the fix that an exercise is about."""


@pytest.mark.parametrize("name", WITHOUT)
def test_the_bug_that_was_fixed_is_told_first_and_shown_on_few_vmas(name: str) -> None:
    (change,) = [
        change for exercise, what, *change, _ in WRONG if (exercise, what) == (name, WITHOUT[name])
    ]
    report = checked(name, changed(name, *change))
    assert not report.checks[0].passed
    assert report.finding is not None
    assert report.finding.trace is not None
    assert len(report.finding.trace.picture["vmas"]) <= 2


def test_the_released_notebooks_are_in_step_with_the_solutions(
    tool: Callable[[str], ModuleType],
) -> None:
    pytest.importorskip("nbgrader")
    for path, text in tool("release").releases().items():
        assert path.read_text(encoding="utf-8") == text, f"run tools/release.py for {path}"
