"""The exercise moveto_tail: mutants of its solution, and what is known of an answer already."""

from __future__ import annotations

import pytest
from submissions import REFERENCE, RIGHT, Answer, moveto_tail

from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission
from vmlesson.grade.verdict import Verdict

EXERCISE = find_exercise("moveto_tail")


def judged(answer: Answer) -> Verdict:
    """What `vmlesson grade` says."""
    submission = Submission(answer.name, [("answer.py", answer.source)])
    return judge(EXERCISE, submission, seconds=60.0)


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


def test_an_answer_of_a_class_is_explored_once(monkeypatch) -> None:
    first = judged(RIGHT[0])
    monkeypatch.setattr("vmlesson.grade.checks.explore", lambda *_, **__: 1 / 0)
    second = judged(RIGHT[0])
    assert (first.outcome, second.outcome) == ("passed", "passed")
    assert [one.executions for one in first.checks] == [one.executions for one in second.checks]


UNLOCKED = """
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
"""


@pytest.mark.parametrize("body", ["pass", UNLOCKED])
def test_who_makes_the_same_mistake_is_told_the_same(body: str) -> None:
    first, *others = (judged(moveto_tail("wrong", body)) for _ in range(3))
    assert first.outcome == "failed"
    for other in others:
        assert str(other) == str(first)
        assert other.to_dict() | {"seconds": 0} == first.to_dict() | {"seconds": 0}
        assert other.finding.trace.picture == first.finding.trace.picture is not None
