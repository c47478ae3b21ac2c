"""Predictions: a question before a decisive cell, answered before it is run.

The questions are in questions/NN.toml, one file a chapter.  A question is

    [name]
    ask = "What does `x` hold?"
    options = ["1", "2"]            # without options the answer is a whole number
    answer = 2                      # the number of the right option, or the number itself
    replies = ["…", "…"]            # one for each option; for a number: right, wrong

The answer stays in Python: neither the cell nor the page tells it before it is given.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import anywidget
import traitlets

from ..errors import UserError, instead_of
from ..progress import Progress
from ..show.render import with_more

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One question; see the top of this file."""

    name: str
    ask: str
    answer: int
    replies: tuple[str, ...]
    options: tuple[str, ...] = ()

    @property
    def order(self) -> list[int]:
        """The numbers of the options in the order in which they are shown: by chance, always so."""
        numbers = range(1, len(self.options) + 1)
        return sorted(numbers, key=lambda number: crc32(f"{number} {self.name}".encode()))

    def reply(self, given: int) -> str:
        """What is said to an answer."""
        verdict = "Yes." if given == self.answer else "Not quite."
        place = given - 1 if self.options else int(given != self.answer)
        return f"{verdict} {self.replies[place]}"

    def check(self, given: Any) -> int:
        """`given` as a whole number.

        Raises:
            UserError: it is none, or there is no such option.
        """
        if type(given) is not int and not (isinstance(given, str) and given.strip().isdecimal()):
            raise UserError(f"the answer is a whole number, not {given!r}")
        number = int(given)
        if self.options and not 1 <= number <= len(self.options):
            raise UserError(f"there is no option {number}; choose 1 to {len(self.options)}")
        return number

    def __str__(self) -> str:
        lines = [f"Predict: {self.ask}"]
        lines += [f"  {number}. {option}" for number, option in enumerate(self.options, 1)]
        hint = "number of an option" if self.options else "number"
        return "\n".join([*lines, f'To answer without the buttons: predict("{self.name}", {hint})'])


@cache
def questions(chapter: str) -> dict[str, Question]:
    """The questions of a chapter ("01") by their full names ("01/two-increments").

    Raises:
        UserError: it has none.
    """
    path = HERE / "questions" / f"{chapter}.toml"
    if not path.is_file():
        there = ", ".join(sorted(path.stem for path in path.parent.glob("*.toml")))
        raise UserError(f"there are no questions for chapter {chapter!r}; there are for {there}")
    with path.open("rb") as file:
        found = tomllib.load(file)
    return {f"{chapter}/{name}": _question(f"{chapter}/{name}", found[name]) for name in found}


def _question(name: str, data: dict[str, Any]) -> Question:
    options, replies = tuple(data.get("options", ())), tuple(data["replies"])
    question = Question(name, data["ask"], data["answer"], replies, options)
    assert len(replies) == (len(options) or 2), f"{name}: a reply for each option"
    assert not options or 1 <= question.answer <= len(options), f"{name}: the answer is an option"
    return question


def find(name: str) -> Question:
    """The question of that full name.

    Raises:
        UserError: there is none.
    """
    found = questions(str(name).partition("/")[0])
    if name not in found:
        raise UserError(f"no question {name!r}; {instead_of(name, found)}")
    return found[name]


class Prediction(anywidget.AnyWidget):
    """A question with its options, and the reply to what was chosen."""

    _esm = HERE / "static" / "quiz.js"
    _css = HERE / "quiz.css"
    question = traitlets.Dict().tag(sync=True)
    given = traitlets.Int(allow_none=True, default_value=None).tag(sync=True)
    judged = traitlets.Int(allow_none=True, default_value=None).tag(sync=True)
    reply = traitlets.Unicode().tag(sync=True)
    right = traitlets.Bool().tag(sync=True)

    def __init__(self, question: Question, **more: Any) -> None:
        self.asked = question
        shown = {
            "name": question.name,
            "ask": question.ask,
            "options": list(question.options),
            "order": question.order,
        }
        super().__init__(question=shown, **more)
        before = Progress().entries("predictions").get(question.name)
        if before is not None:
            self._answer(int(before.get("given", 0)))
        self.observe(self._given, "given")

    def answer(self, given: Any) -> None:
        """Answer, as by the buttons."""
        self.given = self.asked.check(given)

    def _given(self, change: Any) -> None:
        if change["new"] is not None:
            self._answer(change["new"])
            before = Progress().entries("predictions").get(self.asked.name, {})
            # What was predicted is the first guess; the others were made knowing its reply.
            guess = before.get("guess", before.get("right", bool(self.right)))
            kept = {"given": change["new"], "right": bool(self.right), "guess": bool(guess)}
            Progress().note("predictions", self.asked.name, **kept)

    def _answer(self, given: int) -> None:
        try:
            self.asked.check(given)
        except UserError:
            return  # an answer to an older form of the question
        with self.hold_sync():
            self.given = self.judged = given
            self.right = given == self.asked.answer
            self.reply = self.asked.reply(given)

    def __str__(self) -> str:
        return f"{self.asked}\n{self.reply}".rstrip()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_more(super()._repr_mimebundle_(**options), {"text/plain": str(self)})


def predict(name: str, answer: Any = None) -> Prediction:
    """Ask a question of a chapter, by its name; `answer` it here, or with the buttons.

    Raises:
        UserError: no such question; no such answer.
    """
    prediction = Prediction(find(name))
    if answer is not None:
        prediction.answer(answer)
    return prediction
