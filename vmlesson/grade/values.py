"""Exercises that ask for a value: a prediction, and a schedule."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

from ..errors import UserError
from ..explore import Trace, replay
from ..kernel import Kernel, Scenario, pte_t
from ..scenarios import FAR, Stage, scenarios
from .stub import Wire, an
from .verdict import Checked

MOVETO_TAIL = "anon_vma_moveto_tail"
BROKEN = "v3.2"
MOST_PREEMPTIONS = 2
CHEAP = f"at most {MOST_PREEMPTIONS} preemptions"
LOSES, LOSES_NOT = "it loses a page", "it does not lose a page"

# --------------------------------------------------------------------------------- count_the_calls


def _away(stage: Stage) -> None:
    stage.move(stage.spawn("T", 0, 4), 2, 2, FAR)


def _home_again(stage: Stage) -> None:
    _away(stage)
    (task,) = stage.kernel.tasks
    stage.move(task, FAR, 2, 2)


def _untouched(stage: Stage) -> None:
    task = stage.spawn("T", 0, 2, touch=False)
    stage.map(task, FAR, 2, touch=False)
    stage.move(task, FAR, 2, 2)


def _grows(stage: Stage) -> None:
    task = stage.kernel.spawn("T")
    start = task.mmap(4 * 4096)
    task.write(start, b"x")
    task.munmap(start + 2 * 4096, 2 * 4096)
    task.mremap(start, 2 * 4096, 4 * 4096)


def _child(stage: Stage) -> None:
    parent = stage.spawn("T", 0, 4)
    child = stage.fork(parent, "C")
    for task in (child, parent):
        stage.move(task, 2, 2, FAR)
        stage.move(task, FAR, 2, 2)


def _fails_back(stage: Stage) -> None:
    task = stage.spawn("T", -2, 3)
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
    ("map three, touch them, move two away; then back, but a page table is refused", _fails_back),
)


def count(sequence: Callable[[Stage], None]) -> int:
    """How often the model's own probe sees the call."""
    kernel = Kernel("v3.3", ptes_per_table=4)
    sequence(Stage(kernel, 2))
    return kernel.hits[MOVETO_TAIL]


def counted(answer: Any) -> list[Checked]:
    """Compare predictions with the probe."""
    malformed = _no_list_of_numbers(answer)
    checks = []
    for index, (what, sequence) in enumerate(SEQUENCES):
        name = f"{index + 1}: {what}"
        given = None if malformed else answer[index]
        if malformed or not isinstance(given, int) or type(given) is bool:
            why = malformed or f"a whole number is asked for, not {_in_words(given)}"
            checks.append(Checked(name, False, 1, why))
        elif given == count(sequence):
            checks.append(Checked(name, True, 1, f"the probe counts {given}, too"))
        else:
            question = "Which mremaps of it merge into another vma, and which fail?"
            checks.append(Checked(name, False, 1, f"the probe does not count {given}", question))
    return checks


MOST_LETTERS = 100
"""How much of the name of a type is shown."""


class Odd:
    """A value that stays in the learner's process, known by its type."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return an(self.kind)


def odd(tag: str, inner: Any) -> Odd:
    """What stands for a value that the child names by its type."""
    return Odd(str(inner)[:MOST_LETTERS] if tag == "x" else "value")


def received(encoded: Any) -> Any:
    """A learner's value, as the judge has it."""
    wire: Any = Wire
    return wire(pte_t, None, odd).decoded(encoded)


def handed_in(value: Any) -> Any:
    """A learner's value as the judge would have it: of what is odd, and of what is long, a word."""
    wire: Any = Wire
    encoded = wire(pte_t, lambda each: ("x", type(each).__name__), None).encoded(value)
    return received(json.loads(json.dumps(encoded)))


def _no_list_of_numbers(answer: Any) -> str:
    """Why an answer has no number for each sequence; "" if it has."""
    wanted = f"a list of {len(SEQUENCES)} numbers is asked for"
    if not isinstance(answer, list | tuple):
        return f"{wanted}, not {_in_words(answer)}"
    return "" if len(answer) == len(SEQUENCES) else f"{wanted}, not of {len(answer)}"


def _in_words(value: Any) -> str:
    """A value that is not what was asked for: its type, and itself if it is short."""
    kind = (value.kind if isinstance(value, Odd) else type(value).__name__) or "value"
    text = repr(value) if isinstance(value, bool | float | str) else ""
    return f"{an(kind)} {text}".rstrip() if len(text) < 40 else an(kind)


# ----------------------------------------------------------------------------------------- break_it


def race_to_break() -> Scenario[Stage]:
    """The race of the commit, one page and one migration."""
    (scenario,) = scenarios("merge-order", 1, 1, form="above, one batch").values()
    return scenario


def played(answer: Any, allow_prefix: bool = True) -> Trace:
    """The schedule, or the beginning of one, executed on v3.2.

    Raises:
        UserError: it is none; a ScheduleError, if it does not fit.
    """
    if malformed := _no_schedule(answer):
        raise UserError(malformed)
    return replay(race_to_break(), list(answer), release=BROKEN, allow_prefix=allow_prefix)


def broken_by(answer: Any) -> list[Checked]:
    """Play a schedule, and see whether it loses the page."""
    try:
        trace = played(answer, allow_prefix=False)
    except UserError as error:
        # No question leads on where there is no schedule to look at.
        return [Checked(LOSES_NOT, False, 3, str(error)), Checked(CHEAP, False, 2, str(error))]
    lost = trace.finding is not None and trace.finding[0] == "promise"
    few = trace.preemptions <= MOST_PREEMPTIONS
    said = ": ".join(trace.finding) if trace.finding else "every page is found in the end"
    where = "" if lost else "Which slot does the walk look at, and where is the entry then?"
    used = f"it has {trace.preemptions}" if lost else "counts once a page is lost"
    left = "" if few or not lost else "Which of the switches leave a CPU that could have gone on?"
    return [
        Checked(LOSES if lost else LOSES_NOT, lost, 3, said, where),
        Checked(CHEAP, lost and few, 2, used, left),
    ]


def _no_schedule(answer: Any) -> str:
    """Why an answer is no schedule; "" if it may be one."""
    wanted = "a schedule is a list of the names of CPUs"
    if not isinstance(answer, list | tuple):
        return f"{wanted}, not {_in_words(answer)}"
    odd = next((name for name in answer if not isinstance(name, str)), "")
    return f"{wanted}, but {_in_words(odd)} is not one" if not isinstance(odd, str) else ""
