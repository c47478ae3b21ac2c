"""What a search found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from ..replay.labels import third_person
from ..replay.table import WIDTH, as_html, as_text
from .failure import Failure, best_of
from .races import Warning
from .reach import Graph, Reach

PHRASES = {
    "promise": "break the promise",
    "BUG": "hit a BUG",
    "exception": "raise an exception",
    "unwritten": "are not written yet",
    "deadlock": "deadlock",
    "lock held at return": "return with a lock held",
    "unlock by another": "drop a lock of another CPU",
    "lock-order inversion": "take two locks in opposite orders",
    "endless": "do not end",
    "never awaited": "forget an await",
}

COUNTABLE = 300_000
"""The most states of a program whose interleavings are counted."""


@dataclass
class Result:
    """What `explore` found.

    Attributes:
        executions: maximal executions (deadlocked ones too).  Where `complete`, the number of
            classes of interleavings.
        failing: how many of them fail.
        complete: whether every class was tried.
        steps: steps taken to learn what the CPUs do, including those that lead back to a state.
        seconds: how long the search took.
        failures: the best schedule for each (kind, message), best first.
        warnings: what is unusual; it never changes the verdict.
        stopped: why the search is not complete, in words ("at its limit of 2 s").
        interrupted: whether Ctrl-C, or a notebook's button, stopped it.
        doubt: what the program did that a search relies on it not doing, in words: the result is
            then unfinished, whatever was found.
        consequence: what a failing class does, in words; otherwise the kinds of failure say it.
        programs: what was explored; a scenario has one for each form.
        counted: `interleavings` and `failing_interleavings`, once they were asked for.
    """

    executions: int = 0
    failing: int = 0
    complete: bool = True
    steps: int = 0
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    stopped: str = ""
    interrupted: bool = False
    doubt: str = ""
    consequence: str = ""
    programs: tuple[Any, ...] = field(default=(), repr=False, compare=False)
    counted: tuple[int, int] | None = field(default=None, repr=False, compare=False)

    @property
    def interleavings(self) -> int | None:
        """How many schedules there are, exactly; worked out when it is asked for.

        None where that is more than this can do: the program has more than COUNTABLE states, or
        does not always end.
        """
        return self._count(0)

    @property
    def failing_interleavings(self) -> int | None:
        """How many of the `interleavings` fail, exactly; None where those are."""
        return self._count(1)

    def _count(self, which: int) -> int | None:
        if self.counted is None:
            parts = self._asked(Reach.interleavings)
            if not parts:
                return None
            self.counted = sum(ways for ways, _ in parts), sum(failing for _, failing in parts)
        return self.counted[which]

    @property
    def graph(self) -> Graph | None:
        """All states and steps, coloured by what can still come; None as `interleavings`.

        Worked out when it is asked for.
        """
        parts = self._asked(Reach.graph)
        return sum(parts, Graph((), ())) if parts else None

    def _asked(self, question: Callable[[Reach], Any]) -> list[Any]:
        """What the states of each program answer; nothing, where they are too many to be asked."""
        answers: list[Any] = []
        if any(failure.kind == "endless" for failure in self.failures):
            return answers
        for program in self.programs:
            answers.append(question(Reach(program, nodes=COUNTABLE)))
            if answers[-1] is None:
                return []
        return answers

    @property
    def verdict(self) -> str:
        """ "holds", "fails", or "unfinished" (a limit was reached before any failure)."""
        if self.failing and not self.doubt:
            return "fails"
        return "holds" if self.complete else "unfinished"

    def __add__(self, other: Result) -> Result:
        """Both searches as one: counts are sums, the failures of both are listed."""
        return Result(
            executions=self.executions + other.executions,
            failing=self.failing + other.failing,
            complete=self.complete and other.complete,
            steps=self.steps + other.steps,
            seconds=self.seconds + other.seconds,
            failures=best_of(self.failures + other.failures),
            warnings=list(dict.fromkeys(self.warnings + other.warnings)),
            stopped=self.stopped or other.stopped,
            interrupted=self.interrupted or other.interrupted,
            doubt=self.doubt or other.doubt,
            consequence=self.consequence or other.consequence,
            programs=self.programs + other.programs,
        )

    def in_form(self, form: str) -> Result:
        """The same, every failure labelled with the form of the scenario that shows it."""
        return replace(self, failures=[replace(failure, form=form) for failure in self.failures])

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "verdict": self.verdict,
            "complete": self.complete,
            "executions": self.executions,
            "failing": self.failing,
            "interleavings": self.counted and self.counted[0],
            "failing_interleavings": self.counted and self.counted[1],
            "steps": self.steps,
            "seconds": round(self.seconds, 3),
            "failures": [failure.to_dict() for failure in self.failures],
            "warnings": [str(warning) for warning in self.warnings],
        }

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if self.doubt:
            return f"unfinished: {self.doubt}"
        end = "the search was complete" if self.complete else f"the search stopped {self.stopped}"
        seen = "" if self.complete else " seen so far"
        classes = f"{'class' if self.executions == 1 else 'classes'} of interleavings{seen}"
        if not self.failing:
            verb = third_person(self.consequence) if self.consequence else "fails"
            return f"{self.verdict}: none of {self.executions:,} {classes} {verb}; {end}"
        count = f"{self.failing:,} of {self.executions:,} {classes}"
        return f"fails: {count} {self._what_they_do()}; {end}"

    def _what_they_do(self) -> str:
        kinds = {failure.kind for failure in self.failures}
        what = self.consequence or (PHRASES.get(kinds.pop(), "fail") if len(kinds) == 1 else "fail")
        return what if self.failing > 1 else third_person(what)

    def text(self, width: int = WIDTH) -> str:
        """What was found, and the best failure as a table of so many columns."""
        if self.doubt or not self.failures or self.failures[0].kind == "endless":
            return self.sentence
        return f"{self.sentence}\n\n{as_text(self.failures[0].trace(), width)}"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        sentence = f"<p><strong>{escape(self.sentence)}</strong></p>"
        if self.doubt or not self.failures or self.failures[0].kind == "endless":
            return sentence
        return sentence + as_html(self.failures[0].trace())
