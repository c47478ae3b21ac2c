"""For a notebook's cells: ``check.moveto_tail(anon_vma_moveto_tail)``, ``hint("moveto_tail")``."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from html import escape
from typing import Any

from ..console import in_notebook
from ..errors import UserError, check_kind
from ..explore import Trace, as_text, replay
from ..replay.schedule import in_turn
from ..progress import Progress
from .answer import Subject, objection
from .checks import check_all, check_value
from .exercises import EXERCISES, Exercise, answers, find_exercise
from .feedback import sentence
from .history import stale
from .onward import Onward
from .values import BROKEN, broken_by, handed_in, played, race_to_break
from .verdict import ERROR, FAILED, PASSED, UNFINISHED, Verdict, unharmed

NODES = 2_000
"""How far is looked for the decisive step: the answer is waited for."""
PLAYED = 1000
"""The most steps of a run that is played; a stepper of more is a burden to a browser."""


class ForEach:
    """An attribute for each exercise: what `of` makes of it, a function of an answer.

    `names` are those that are offered.
    """

    def __init__(self, of: Callable[[Exercise], Callable[..., Any]], names: list[str]) -> None:
        self._of, self._names = of, names

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._of(find_exercise(name))
        except UserError as error:
            raise AttributeError(str(error)) from None

    def __dir__(self) -> list[str]:
        return self._names


def _checker(exercise: Exercise) -> Callable[[Any], Verdict]:
    """What checks an answer, in this process."""

    def check(answer: Any) -> Verdict:
        report = check_here(exercise, answer)
        report.notice = stale(exercise.asked, exercise.parameters, answer)
        if report.outcome == PASSED and in_notebook():
            notes = report.warnings
            unharmed(notes, "the note of your progress", partial(_solved, exercise.name, answer))
            report.figure = unharmed(
                notes, "the way on", lambda: Onward(exercise, [*solved(), exercise.name])
            )
        return report

    check.__name__ = check.__qualname__ = exercise.name
    check.__doc__ = f"Check {exercise.signature}: {exercise.promise}."
    return check


check = ForEach(_checker, list(EXERCISES))


def _solved(name: str, answer: Any) -> None:
    """Note what passed, with its text: a notebook may be closed without being saved."""
    text = repr(answer)
    if callable(answer):
        with suppress(OSError, TypeError):  # its cell is not at hand
            text = inspect.getsource(answer)
    Progress().note("exercises", name, passed=True, source=text)


def check_here(exercise: Exercise, answer: Any) -> Verdict:
    """Check an answer in this process; say at once that it is running."""
    if answer is None or answer is ...:
        return _not_yet(exercise)
    if exercise.judge is not None:
        return check_value(exercise, handed_in(answer))
    if why := objection(exercise, answer):
        return exercise.verdict(ERROR, why)
    with status(exercise.name) as say:
        subject = Subject(exercise, answer)
        report = check_all(subject, tell=say)
        if subject.interrupted_at is not None:
            report.outcome, report.sentence = UNFINISHED, _interrupted(subject)
    finding = report.finding
    if finding is not None and finding.trace is not None and in_notebook():
        title, program = f"{exercise.name}: {finding.situation}", finding.program
        draw = partial(in_stepper, finding.trace, title, program)
        report.figure = unharmed(report.warnings, "the picture", draw)
    return report


def _interrupted(subject: Subject) -> str:
    return f"Interrupted: your function was at line {subject.interrupted_at} of its cell."


def _not_yet(exercise: Exercise) -> Verdict:
    sentence = f"not yet: write {exercise.to_write}, then run this cell again"
    return exercise.verdict(FAILED, sentence)


@contextmanager
def status(name: str) -> Iterator[Callable[[str], None]]:
    """In a notebook, one line that says what is being checked; it is told by what is yielded."""
    shown: Any = None
    if in_notebook():
        from IPython import display

        shown = display
    line = shown and shown.display(shown.HTML(""), display_id=True)

    def show(html: str) -> None:
        if line is not None:  # nobody shows anything outside of a kernel
            line.update(shown.HTML(html))

    def say(what: str) -> None:
        show(f"<em>checking {escape(name)}: {escape(what)} …</em>")

    say("begins")
    try:
        yield say
    finally:
        show("")


def attempt(function: Callable[[], Any]) -> Any:
    """What `function` returns; None while its body is still to be written."""
    check_kind("attempt", function, Callable, "a function")
    try:
        return function()
    except NotImplementedError:
        return None


def play_here(exercise: Exercise, answer: Any) -> Any:
    """The answer in the first race of its checks: each CPU runs as far as it can."""
    if why := objection(exercise, answer):
        return exercise.verdict(ERROR, why)
    if why := stale(exercise.asked, exercise.parameters, answer, "plays"):
        print(why)
    race = next(
        situation
        for check in exercise.checks
        for situation in check.situations()
        if situation.catalogue
    )
    subject = Subject(exercise, answer)
    program = race.scenario.program(exercise.release, [subject.patch])
    try:
        trace = replay(program, in_turn(program, PLAYED), allow_prefix=True)
    except KeyboardInterrupt:
        if subject.interrupted_at is None:
            raise
        said = _interrupted(subject)
        return exercise.verdict(UNFINISHED, said)
    if not trace.steps:  # it was called while the race was set up
        said = "it has no race yet" if trace.finding is None else sentence(*trace.finding)
        return exercise.verdict(FAILED, said)
    return in_stepper(trace, f"{exercise.name}: {race.name}")


def play_schedule(exercise: Exercise, *answer: Any) -> Any:
    """A schedule, or the beginning of one, step by step; without any, a race to be driven.

    What was driven to an end is ``.schedule``.
    """
    if exercise.judge is not broken_by:
        raise UserError(f"{exercise.name} asks for no schedule: there is nothing to play")
    if not answer:
        from ..show.drive import Drive

        return Drive(race_to_break(), BROKEN, title=exercise.title, folded=answers(solved()))
    if answer[0] in (None, []):  # nothing is driven yet
        return _not_yet(exercise)
    try:
        return in_stepper(played(answer[0]), exercise.name)
    except UserError as error:
        return exercise.verdict(FAILED, str(error))


play = ForEach(
    lambda exercise: partial(play_here if exercise.judge is None else play_schedule, exercise),
    [name for name, each in EXERCISES.items() if each.judge in (None, broken_by)],
)


def in_stepper(trace: Trace, title: str, program: Any = None) -> Any:
    """A recorded run as it is best looked at: in the stepper, in a notebook.

    It opens where a run of `program` that fails could not be saved any more.  What other exercises
    ask for is folded until they are solved.
    """
    if not in_notebook():
        return as_text(trace)
    from ..show.stepper import Stepper, decisive_step

    decisive = None if program is None else decisive_step(program, trace, NODES)
    return Stepper(trace, title, folded=answers(solved()), decisive=decisive)


def solved() -> list[str]:
    """The exercises that this learner has solved."""
    entries = Progress().entries("exercises")
    return [name for name, entry in entries.items() if entry.get("passed")]


_shown: Counter[str] = Counter()


class Hint(str):
    """One step of a hint ladder, which a notebook shows as it is."""

    __slots__ = ()
    __repr__ = str.__str__


def hint(name: str, number: int | None = None) -> Hint:
    """The next hint of an exercise, or hint `number` (1 to 3).

    Raises:
        UserError: no such exercise; no such hint.
    """
    hints = find_exercise(name).hints
    if number is None:
        _shown[name] = min(_shown[name] + 1, len(hints))
        number = _shown[name]
    if number not in range(1, len(hints) + 1):
        raise UserError(f"hint {number} of {name}: there are hints 1 to {len(hints)}")
    more = "" if number == len(hints) else " (ask again for the next)"
    return Hint(f"Hint {number} of {len(hints)}: {hints[number - 1]}{more}")
