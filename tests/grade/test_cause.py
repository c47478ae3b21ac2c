"""What a failure began with is said first; and of Linux's own runs there is nothing to be said."""

from __future__ import annotations

from random import Random

import pytest
from other_answers import WRONG as OTHER_WRONG
from other_answers import changed
from rare_answers import RARE
from submissions import WRONG

from vmlesson.explore import replay
from vmlesson.grade.cause import cause
from vmlesson.grade.exercises import EXERCISES, find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission
from vmlesson.kernel.atomic import BOOT
from vmlesson.replay.execution import Execution, Program
from vmlesson.scenarios import explore_scenario, scenarios

SOURCES = {("moveto_tail", answer.name): answer.source for answer in WRONG} | {
    (exercise, what): changed(exercise, changes)
    for exercise, what, changes, *_ in (*OTHER_WRONG, *RARE)
}


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("exercise", "what", "check", "said"),
    [
        ("moveto_tail", "W5 no lock", "the lock", "C was changed without the mutex of its root"),
        ("moveto_tail", "W6 each anon_vma's own mutex", "the lock", "anon_vma C's mutex instead"),
        ("moveto_tail", "W7 page_table_lock", "the lock", "with G's page_table_lock instead"),
        ("moveto_tail", "W16b two holds", "the lock", "C was walked while G: X was off it"),
        ("moveto_tail", "the lock of dst.vm_mm.vmas", "the lock", "D was changed without the"),
        ("call_site", "W30 by pgoff", "not by address", "V stood before X in"),
        ("pte_peek", "the look is still there", "the moving entry", "without the lock of the pte"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_the_rule_that_it_breaks(
    exercise: str, what: str, check: str, said: str
) -> None:
    submission = Submission("answer.py", [("answer.py", SOURCES[exercise, what])])
    report = judge(find_exercise(exercise), submission, 60.0)
    message = next(one.message for one in report.checks if one.name == check)
    begin, so, _ = message.partition("; so ")
    assert said in begin
    assert so


def at_random(program: Program, random: Random) -> list[str]:
    """A schedule in which a CPU mostly goes on."""
    execution = Execution(program, BOOT.made)
    names: list[str] = []
    cpu = None
    try:
        while can := execution.enabled():
            if cpu not in can or random.random() < 0.3:
                cpu = random.choice(can)
            names.append(cpu.name)
            cpu.step()
    finally:
        execution.close()
    return names


@pytest.mark.parametrize("release", ["v3.3", "v3.7"])
@pytest.mark.parametrize(
    "name",
    [
        "merge-order", "error-path", "grandchild", "third-process", "two-movers", "fork-own",
        "fresh-destination", "pte-peek",
    ],
)  # fmt: skip
def test_linux_breaks_no_rule_where_nothing_is_lost(name: str, release: str) -> None:
    random = Random(name)
    for scenario in scenarios(name).values():
        program = scenario.program(release)
        for schedule in (None, *(at_random(program, random) for _ in range(3))):
            trace = replay(program, schedule)
            assert cause(trace, EXERCISES["moveto_tail"].asked) == "", trace.schedule


def test_of_the_race_of_the_commit_the_order_is_the_cause() -> None:
    failure = explore_scenario("merge-order", "v3.2").failures[0]
    assert "stood before" in cause(failure.trace(), "anon_vma_moveto_tail")


def test_a_message_has_the_names_of_the_picture_and_the_text_says_what_they_stand_for() -> None:
    source = SOURCES["moveto_tail", "W4 the first and the last"]
    report = judge(
        find_exercise("moveto_tail"), Submission("answer.py", [("answer.py", source)]), 60.0
    )
    assert report.sentence.endswith("is M: W, G: X, G: Y; expected M: W, G: Y, G: X.")
    assert "G: X is G:100000-101000." in str(report)
    assert "G: X is G:100000-101000." in report.to_html()
