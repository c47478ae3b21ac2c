"""The exercise moveto_tail: no wrong answer passes, no right one fails."""

from __future__ import annotations

import itertools
import types
from pathlib import Path

import pytest
from submissions import REFERENCE, RIGHT, WRONG, Answer, moveto_tail

from vmlesson.grade import check
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission
from vmlesson.grade.verdict import Verdict

EXERCISE = find_exercise("moveto_tail")


def in_process(answer: Answer) -> Verdict:
    """What a notebook says."""
    space = types.ModuleType("answer").__dict__
    exec(compile(answer.source, "a cell", "exec"), space)
    report = check.moveto_tail(space["anon_vma_moveto_tail"])
    assert isinstance(report, Verdict)
    return report


def judged(answer: Answer) -> Verdict:
    """What `vmlesson grade` says."""
    submission = Submission(answer.name, [("answer.py", answer.source)])
    return judge(EXERCISE, submission, seconds=60.0)


def first_failed(report: Verdict) -> str:
    return next((one.name for one in report.checks if not one.passed), "")


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: answer.name)
@pytest.mark.parametrize("how", [in_process, judged])
def test_a_wrong_answer_is_caught_by_the_check_that_one_expects(how, answer: Answer) -> None:
    report = how(answer)
    assert report.outcome == "failed"
    assert first_failed(report) == answer.caught
    assert report.points < report.max_points
    failed = [one for one in report.checks if not one.passed and one.finding]
    assert failed, "every wrong answer is shown how it goes wrong"
    assert failed[0].question


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: answer.name)
def test_a_right_answer_passes_where_it_is_judged(answer: Answer) -> None:
    report = judged(answer)
    assert (report.outcome, report.points) == ("passed", report.max_points), str(report)
    assert "executions" in report.proof


@pytest.mark.parametrize("answer", [RIGHT[0], RIGHT[4]], ids=lambda answer: answer.name)
def test_a_right_answer_passes_in_a_notebook(answer: Answer) -> None:
    report = in_process(answer)
    assert (report.outcome, report.points) == ("passed", report.max_points), str(report)


def mutants() -> list[Answer]:
    """The reference with one line left out, doubled, or exchanged with the next."""
    lines = REFERENCE.strip("\n").split("\n")
    found = []
    for i in range(len(lines)):
        found.append(("without", i, lines[:i] + lines[i + 1 :]))
        found.append(("twice", i, lines[: i + 1] + lines[i:]))
    for i, _ in enumerate(lines[:-1]):
        found.append(("exchanged", i, [*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]))
    answers = []
    for what, i, mutant in found:
        answer = moveto_tail(f"{what} line {i}", "\n".join(mutant))
        try:
            compile(answer.source, "mutant", "exec")
        except SyntaxError:
            continue
        answers.append(answer)
    return answers


@pytest.mark.parametrize("answer", mutants(), ids=lambda answer: answer.name)
def test_a_mutant_of_the_reference_fails_unless_it_is_harmless(answer: Answer) -> None:
    assert (judged(answer).outcome == "passed") == (answer.name in {"twice line 0", "twice line 2"})


def test_the_same_points_in_a_notebook_and_where_it_is_judged() -> None:
    for answer in itertools.islice(WRONG, 0, None, 4):
        here, there = in_process(answer), judged(answer)
        assert [one.passed for one in here.checks] == [one.passed for one in there.checks]


def test_an_answer_of_a_class_is_proved_once(tmp_path: Path) -> None:
    first, second = judged(RIGHT[0]), judged(RIGHT[0])
    assert [one.executions for one in first.checks] == [one.executions for one in second.checks]
    assert second.seconds < first.seconds or first.seconds < 0.5
