"""Exercises that ask for a value: a prediction, and a schedule."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from ..explore import ScheduleError, Trace, replay
from ..kernel import Kernel, Scenario
from ..scenarios import FAR, Stage, scenarios
from .report import Checked

MOVETO_TAIL = "anon_vma_moveto_tail"
MOST_PREEMPTIONS = 2

# --------------------------------------------------------------------------------- count_the_calls


def _away(stage: Stage) -> None:
    task = stage.kernel.spawn("T")
    stage.map(task, 0, 4)
    stage.move(task, 2, 2, FAR)


def _home_again(stage: Stage) -> None:
    _away(stage)
    (task,) = stage.kernel.tasks
    stage.move(task, FAR, 2, 2)


def _untouched(stage: Stage) -> None:
    task = stage.kernel.spawn("T")
    stage.map(task, 0, 2, touch=False)
    stage.map(task, FAR, 2, touch=False)
    stage.move(task, FAR, 2, 2)


def _grows(stage: Stage) -> None:
    task = stage.kernel.spawn("T")
    start = task.mmap(4 * 4096)
    task.write(start, b"x")
    task.munmap(start + 2 * 4096, 2 * 4096)
    task.mremap(start, 2 * 4096, 4 * 4096)


def _child(stage: Stage) -> None:
    parent = stage.kernel.spawn("T")
    stage.map(parent, 0, 4)
    child = stage.fork(parent, "C")
    for task in (child, parent):
        stage.move(task, 2, 2, FAR)
        stage.move(task, FAR, 2, 2)


def _fails_back(stage: Stage) -> None:
    task = stage.kernel.spawn("T")
    stage.map(task, -2, 3)
    stage.move(task, -1, 2, FAR)
    stage.kernel.fail_allocation("page table", 1)
    with contextlib.suppress(OSError):
        stage.move(task, FAR, 2, -1)


SEQUENCES: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("map four pages, touch them, move the last two to where nothing is", _away),
    ("the same, and then move them back where they were", _home_again),
    ("map two pages and touch none; map two elsewhere, touch none, move them behind", _untouched),
    ("map four pages, touch the first, unmap the last two, grow by two in place", _grows),
    ("map four, touch them, fork; child and parent each move two away and back", _child),
    ("map three, touch them, move two away; then back, but a page table is lacking", _fails_back),
)


def count(sequence: Callable[[Stage], None]) -> int:
    """How often the model's own probe sees the call."""
    kernel = Kernel("v3.3", ptes_per_table=4)
    sequence(Stage(kernel, 2))
    return kernel.hits[MOVETO_TAIL]


def counted(answer: Any) -> list[Checked]:
    """Compare predictions with the probe."""
    numbers = answer if isinstance(answer, list | tuple) else []
    checks = []
    for index, (what, sequence) in enumerate(SEQUENCES):
        given = numbers[index] if index < len(numbers) else None
        right = type(given) is int and given == count(sequence)
        message = f"the probe counts {given}, too" if right else _not_so(given)
        question = "" if right else "Which mremaps of it merge into another vma, and which fail?"
        checks.append(Checked(f"{index + 1}: {what}", right, int(right), 1, message, question))
    return checks


def _not_so(given: Any) -> str:
    if type(given) is not int:
        return f"a number is asked for, not {str(given)[:40]!r}"
    return f"the probe does not count {given}"


# ----------------------------------------------------------------------------------------- break_it


def race_to_break() -> Scenario[Stage]:
    """The race of the commit, one page and one migration."""
    (scenario,) = scenarios("merge-order", 1, 1, form="above, one chunk").values()
    return scenario


def played(answer: Any) -> Trace:
    """The schedule, executed on v3.2.

    Raises:
        ScheduleError: it does not fit.
    """
    return replay(race_to_break(), answer, release="v3.2")


def broken_by(answer: Any) -> list[Checked]:
    """Play a schedule, and see whether it loses the page."""
    loses, cheap = "it loses a page", f"at most {MOST_PREEMPTIONS} preemptions"
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        why = "a schedule is a list of the names of CPUs"
        return [_check(loses, False, 3, why), _check(cheap, False, 2, why)]
    try:
        trace = played(list(answer)[:10_000])
    except ScheduleError as error:
        why = str(error)
        return [_check(loses, False, 3, why), _check(cheap, False, 2, why)]
    lost = trace.finding is not None and trace.finding[0] == "promise"
    few = trace.preemptions <= MOST_PREEMPTIONS
    said = ": ".join(trace.finding) if trace.finding else "every page is found in the end"
    used = f"it has {trace.preemptions}"
    return [_check(loses, lost, 3, said), _check(cheap, lost and few, 2, used)]


def _check(name: str, passed: bool, points: int, message: str) -> Checked:
    question = "" if passed else "Which slot does the walk look at, and where is the entry then?"
    return Checked(name, passed, points if passed else 0, points, message, question)
