"""What a check found out about an answer, as data, as text and as HTML.

The HTML is made by hand: in a browser's tab there is no jinja2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from textwrap import indent
from typing import Any, TypeVar

from ..explore import Failure, Trace, as_text
from ..replay.table import as_html, html_table
from .feedback import SLIPS

COLUMNS = ("check", "points", "what it shows")
PLACE = "\0"
"""Stands for a figure in a text: nothing else has such a character."""
PRINTED = "What it prints in this run:"
T = TypeVar("T")
PASSED, FAILED, UNFINISHED, ERROR = "passed", "failed", "unfinished", "error"
Row = dict[str, Any]
"""A verdict as plain data, with ``body`` (HTML) and ``text``; later with whose it is."""


def unharmed(notes: list[str], what: str, do: Callable[[], T]) -> T | None:
    """What `do` gives; None, and a note, where it fails: nothing shown may cost a verdict."""
    try:
        return do()
    except Exception as error:
        notes.append(f"{what} could not be made: {type(error).__name__}: {error!s:.200}")
        return None


@dataclass
class Counterexample:
    """How a situation shows that an answer is wrong.

    Attributes:
        failure: the best schedule.
        trace: the schedule, executed again and recorded; None where that failed.
        where: what `vmlesson explore` needs for the same scenario; empty if it is not in the
            catalogue.
        rows: a table, its head first, that says more than the schedule does; empty if none does.
        printed: what the answer prints in it.
        program: what a figure plays again; it stays in the process that has judged.
        letters: what the names of the picture stand for, of those that are in the message.
    """

    situation: str
    sentence: str
    failure: Failure
    trace: Trace | None
    where: dict[str, Any]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    printed: str = ""
    program: Any = None
    letters: dict[str, str] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"program": None}

    def lasting(self) -> Counterexample:
        """The same without what is large: program, pictures, where each CPU is meanwhile."""
        trace = self.trace
        if trace is not None and trace.steps:
            steps = [replace(step, picture=None, cpus={}) for step in trace.steps]
            steps[-1] = replace(steps[-1], cpus=trace.steps[-1].cpus)
            trace = replace(trace, picture=None, steps=tuple(steps))
        return replace(self, program=None, trace=trace)

    @property
    def slip(self) -> bool:
        """Whether it says all by itself: no schedule makes it clearer, or none can be shown."""
        return self.failure.kind in SLIPS or self.trace is None

    @property
    def schedule(self) -> Trace | None:
        """The schedule, if it is what shows best that the answer is wrong."""
        return None if self.slip or self.rows else self.trace

    @property
    def line(self) -> int | None:
        """The learner's line at the end of the schedule."""
        steps = () if self.trace is None else self.trace.steps
        stack = steps[-1].stack if steps else ()
        return next(
            (at.line for at in reversed(stack) if not at.file.startswith("vmlesson/")), None
        )

    def to_dict(self) -> dict[str, Any]:
        table = "" if self.schedule is None else as_text(self.schedule)
        return {
            "situation": self.situation,
            "sentence": self.sentence,
            **self.where,
            **self.failure.to_dict(),
            "table": (_aligned(self.rows) or table).splitlines(),
            "printed": self.printed,
        }


@dataclass
class Checked:
    """One check of an answer.

    Attributes:
        message: one sentence: what was shown, or what is wrong.
        question: what leads on; "" if it passed.
        executions: how many classes of interleavings were tried.
        repeats: whether it says what the check above says: it is shown as "the same".
    """

    name: str
    passed: bool
    max_points: int
    message: str
    question: str = ""
    executions: int = 0
    finding: Counterexample | None = None
    repeats: bool = False

    @property
    def points(self) -> int:
        """What it is worth."""
        return self.max_points if self.passed else 0

    @property
    def shown(self) -> str:
        """What a row of the table says."""
        return "the same" if self.repeats else self.message

    @property
    def situation(self) -> str:
        """Where it failed, in words; "" if it did not."""
        if self.finding is None:
            return ""
        legend = "".join(f" {name} is {vma}." for name, vma in self.finding.letters.items())
        where = f"{self.name}, in this situation ({self.finding.situation})"
        return f"{where}: {self.finding.sentence}{legend}"

    def to_dict(self) -> dict[str, Any]:
        plain = ("name", "passed", "points", "max_points", "message", "question", "repeats")
        finding = None if self.finding is None else self.finding.to_dict()
        return {name: getattr(self, name) for name in plain} | {"counterexample": finding}


@dataclass(repr=False)
class Verdict:
    """What is known of one answer.

    Attributes:
        submission: where it came from, as the user named it; "" in a notebook.
        outcome: "passed", "failed", "unfinished" (a limit was reached that is not proved to be the
            answer's fault) or "error" (there was nothing to be judged).
        sentence: the outcome in one sentence.
        proof: of what passed, what is known now.
        seconds: how long the judge took.
        warnings: what never costs a point: unusual locking, cost, what the judge could not do.
        figure: the schedule in a stepper, for whoever can show one.
        notice: what is to be known before all else.
    """

    exercise: str
    submission: str
    outcome: str
    sentence: str
    max_points: int
    checks: list[Checked] = field(default_factory=list)
    proof: str = ""
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    figure: Any = None
    notice: str = ""

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"figure": None}

    @property
    def points(self) -> int:
        """What the passed checks are worth."""
        return sum(check.points for check in self.checks)

    @property
    def finding(self) -> Counterexample | None:
        """The finding whose schedule is shown."""
        told = self.told()
        finding = None if told is None else told.finding
        return None if finding is None or finding.schedule is None else finding

    def to_dict(self) -> dict[str, Any]:
        plain = ("exercise", "submission", "outcome", "sentence", "proof", "points", "max_points")
        return {name: getattr(self, name) for name in plain} | {
            "passed": self.outcome == PASSED,
            "seconds": round(self.seconds, 3),
            "checks": [check.to_dict() for check in self.checks],
            "warnings": self.warnings,
        }

    @property
    def headline(self) -> str:
        """The outcome and the points, in one line."""
        points = f"{self.outcome}, {self.points} of {self.max_points} points"
        return f"{self.exercise}: {points if self.checks else self.sentence}"

    @property
    def summary(self) -> str:
        """The outcome in words, where the table of the checks does not say it; else ""."""
        if not self.checks or any(check.message == self.sentence for check in self.checks):
            return ""
        return f"{self.sentence} {self.proof}".rstrip()

    def __str__(self) -> str:
        lines = [line for line in (self.notice, self.headline, self.summary) if line]
        for check in self.checks:
            mark, points = "ok" if check.passed else "--", f"{check.points}/{check.max_points}"
            lines.append(f"  {mark}  {check.name} ({points}): {check.shown}")
        lines += [f"  note: {warning}" for warning in self.warnings]
        if (told := self.told()) is not None and told.finding is not None:
            lines += ["", told.situation, ""]
            if told.finding.rows:
                lines += [_aligned(told.finding.rows), ""]
            if told.finding.schedule is not None:
                lines += [as_text(told.finding.schedule), ""]
            if told.finding.printed:
                lines += [PRINTED, indent(told.finding.printed.rstrip(), "    "), ""]
            lines.append(told.question)
        return "\n".join(lines)

    __repr__ = __str__

    def told(self) -> Checked | None:
        """The check whose situation is told: the first that fails, and has a step to show."""
        for one in self.checks:
            if not one.passed and one.finding is not None:
                if one.finding.slip:  # an exception comes in some situations, and not in others
                    return one if one.finding.failure.kind == "exception" else None
                if one.finding.rows or (one.finding.trace and one.finding.trace.steps):
                    return one
        return None

    def _repr_html_(self) -> str:
        return self.to_html()

    def _ipython_display_(self) -> None:
        """In a notebook: what is wrong, the stepper, the question."""
        from IPython import display

        show: Any = display.display
        if self.figure is None:
            show({"text/html": self.to_html(), "text/plain": str(self)}, raw=True)
            return
        before, _, after = self.to_html(picture=PLACE).partition(PLACE)
        show({"text/html": before, "text/plain": str(self)}, raw=True)
        unharmed(self.warnings, "the picture", lambda: show(self.figure))
        show({"text/html": after, "text/plain": ""}, raw=True)

    def to_html(self, picture: str | None = None) -> str:
        """As HTML; `picture` takes the place of the table that shows the schedule."""
        parts = []
        for said, _, line in (it.partition("\n") for it in (self.notice, self.headline) if it):
            parts.append(f"<p><strong>{escape(said)}</strong></p>")
            parts += [f"<pre>{escape(line)}</pre>"] if line else []
        if self.summary:
            parts.append(f"<p>{escape(self.summary)}</p>")
        if self.checks:
            parts.append(html_table(COLUMNS, map(_row, self.checks), whole=2))
        parts += [f"<p>note: {escape(warning)}</p>" for warning in self.warnings]
        check = self.told()
        if check is not None and (finding := check.finding) is not None:
            parts.append(f"<p>{escape(check.situation)}</p>")
            if finding.rows:
                head, *rows = ([escape(cell) for cell in row] for row in finding.rows)
                parts.append(html_table(head, rows, whole=len(head)))
            if finding.schedule is not None:
                parts.append(as_html(finding.schedule) if picture is None else picture)
            if finding.printed:
                parts.append(f"<p>{PRINTED}</p><pre>{escape(finding.printed)}</pre>")
            parts.append(f"<p>{escape(check.question)}</p>")
        return "".join(parts)


def _row(check: Checked) -> tuple[str, str, str]:
    mark = "✓" if check.passed else "✗"
    points = f"{check.points}/{check.max_points}"
    return f"{mark} {escape(check.name)}", points, escape(check.shown)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table as text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
