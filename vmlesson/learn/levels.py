"""The ladder as data: levels of a few minutes, each a file of a dozen lines, judged by running.

A level is a file ``exercises/levels/NN-name.toml``; docs/writing.md says how to write one.  Whether
an answer is right is never in the file: a schedule is replayed, a function is explored.
"""

from __future__ import annotations

import ast
import linecache
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from .. import kernel
from ..errors import UserError
from ..explore import Failure, Result, ScheduleError, Trace, explore, replay
from ..files import course_root
from ..grade.answer import Subject
from ..grade.exercises import EXERCISES
from ..grade.feedback import SLIPS, exception_in_words, sentence
from ..grade.situations import Situations
from ..grade.stub import line_in, way_round
from ..kernel import Finding, Scenario
from ..replay.execution import INVERSION
from ..replay.labels import counted
from ..scenarios import scenarios

LOSE, FIND, FIX = "lose it", "find it", "fix it"
BASE = "v3.2"
RIGHT = "it is right"
"""The answer to *find it* that no situation is."""
HOLE = "..."
"""The line of a *fix it* that is to be written."""
STEPS, SECONDS = 1_000, 20.0

WORDS = {"title", "kind", "difficulty", "goal", "cures", "won", "solution", "wrong"}
MORE = {
    LOSE: {"program", "scenario", "form", "release", "loses"},
    FIND: {"message", "patch", "release"},
    FIX: {"code", "program", "release", "check"},
}
NEEDED = {LOSE: set[str](), FIND: {"message", "patch", "scenarios"}, FIX: {"code"}}
NUMBERS = {"minutes", "most", "walkers"}
DIFFICULTIES = ("easy", "moderate", "hard")


@dataclass(frozen=True)
class Level:
    """One level.

    Attributes:
        name: of its file, without the number in front.
        kind: "lose it", "find it" or "fix it".
        goal: what to do, in one sentence.
        cures: the misconception that it is against.
        won: what is said when it is done.
        solution, wrong: an answer that wins and one that does not, for the test.
        most: how many preemptions a schedule may have; None for any number.
        walkers: how many migrations there are; None for as many as a scenario has.
        data: the rest of its file: what is run.
    """

    name: str
    title: str
    kind: str
    difficulty: str
    minutes: int
    goal: str
    cures: str
    won: str
    solution: str
    wrong: str
    most: int | None = None
    walkers: int | None = None
    scenarios: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def release(self) -> str:
        """The kernel that is booted."""
        return self.data.get("release", BASE)

    @property
    def plain(self) -> bool:
        """Whether it is a first look at the kernel, without source, locks and page offsets."""
        return self.difficulty == "easy" and "scenario" in self.data

    @property
    def asked(self) -> str:
        """The name of the function that is patched, or asked for; "" in *lose it*."""
        return _asked(self.data)

    @property
    def choices(self) -> tuple[str, ...]:
        """What *find it* offers."""
        return (*sorted(self.scenarios), RIGHT)

    def to_dict(self) -> dict[str, Any]:
        """What a list of levels says of it, as plain JSON data."""
        said = ("name", "kind", "minutes", "difficulty", "title", "cures")
        return {key: getattr(self, key) for key in said}

    def program(self) -> Any:
        """What is driven in *lose it*, or shown at the start of the others."""
        if "program" in self.data:
            return self._with(_idle) if self.kind == FIX else self._defined("program")
        name = self.data.get("scenario") or (*self.scenarios, "merge-order")[0]
        form = self.data.get("form")
        (first, *_) = scenarios(name, form=form, walkers=self.walkers).values()
        return first.program(release=self.release)

    def code(self, answer: str | None = None) -> str:
        """The function of *fix it*, with `answer` in its hole, or in its place; *find it*'s."""
        if self.kind == FIND:
            lines = self.data["patch"].splitlines()
            return "\n".join(line[1:] for line in lines if not line.startswith("-"))
        text = self.data["code"]
        if answer is None:
            return text
        if "async def" in answer or f"def {self.asked}" in answer:
            return answer
        return re.sub(
            rf"^( *){re.escape(HOLE)}$",
            lambda hole: "\n".join(hole[1] + line for line in answer.strip("\n").splitlines()),
            text,
            flags=re.MULTILINE,
        )

    def judge(self, answer: Any) -> Outcome:
        """What comes of an answer: a schedule, one of `choices`, or lines of code.

        Raises:
            UserError: it is none of the choices; it is no text.
        """
        if self.kind == LOSE:
            return self._lost(answer)
        if self.kind == FIND:
            return self._found(answer)
        if not isinstance(answer, str):
            raise UserError(f"{self.name}: the answer is lines of code, in quotes, not {answer!r}")
        try:
            return self._fixed(defined(self.code(answer), self.asked))
        except (Exception, SystemExit) as error:  # its own, or of a set-up, which calls it as well
            return Outcome(False, as_sentence(_why(error)))

    # -- the three kinds

    def _lost(self, answer: Any) -> Outcome:
        program = self.program()
        try:
            trace = replay(program, answer, allow_prefix=True)
        except ScheduleError as error:
            return Outcome(False, f"{error}.")
        # Locks in opposite orders are reported where all went well, too: nobody is stuck yet.
        if trace.finding is None or trace.finding[0] == INVERSION:
            end = "and nothing went wrong" if trace.complete else "and it is not at its end yet"
            steps = counted(len(trace.steps), "step")
            return Outcome(False, f"{steps}, {end}. Step back, and choose again.")
        said = as_sentence(f"With {counted(trace.preemptions, 'preemption')}: {trace.finding[1]}")
        if self.data.get("loses", "") not in said:
            return Outcome(False, f"{said} That is not the one that was meant.")
        if self.most is not None and trace.preemptions > self.most:
            return Outcome(False, f"{said} Lost, but at most {self.most} allowed here.")
        return Outcome(True, said, trace, program)

    def _found(self, answer: Any) -> Outcome:
        if answer not in self.choices:
            raise UserError(f"{self.name}: {answer!r} is none of {', '.join(self.choices)}")
        function = defined(self.code(), self.asked)
        asked = self.scenarios if answer == RIGHT else (answer,)
        tried = 0
        for name in asked:
            result = self._explored(name, function)
            tried += result.executions
            if result.failures and answer == RIGHT:
                return Outcome(False, "Not quite: one of these situations breaks it. Which?")
            if result.failures:
                return self._shown(True, result.failures[0])
            if not result.complete:
                return _unfinished(result)
        said = f"nothing is lost in any of its {tried} classes, and the search was complete"
        if answer == RIGHT:
            return Outcome(True, f"In these {len(asked)} situations {said}.")
        return Outcome(False, f"{answer}: {said}. Look elsewhere.")

    def _fixed(self, function: Callable[..., Any]) -> Outcome:
        tried = 0
        check = [self.data["check"]] if "check" in self.data else []
        for name in [*self.scenarios, *check] or [""]:
            result = self._explored(name, function)
            tried += result.executions
            if not name and result.failures and result.failures[0].kind == "exception":
                result = self._explored(name, in_words(function, self.asked))
            if result.failures:
                return self._shown(False, result.failures[0])
            if not result.complete:
                return _unfinished(result)
        said = f"All {tried} classes of interleavings were tried, and every one holds."
        return Outcome(True, said if tried > 1 else "It does what it should.")

    def _explored(self, scenario: str, function: Callable[..., Any]) -> Result:
        limits: dict[str, Any] = {"steps": STEPS, "seconds": SECONDS}
        if not scenario:
            return explore(self._with(function), **limits)
        exercise = next((each for each in EXERCISES.values() if each.asked == self.asked), None)
        patch = Subject(exercise, function).patch if exercise is not None else function
        checks, total = _checks(self.asked), Result()
        if scenario in checks:
            forms = {each.name: each.scenario for each in checks[scenario]()}
        else:
            forms = scenarios(scenario, walkers=self.walkers)
        for form, each in forms.items():
            program = each.program(self.release, [patch])
            total = total + explore(program, **limits).in_form(form)
        return total

    def _shown(self, won: bool, failure: Failure) -> Outcome:
        trace = failure.trace() if failure.kind not in SLIPS else None
        said = as_sentence(sentence(failure.kind, failure.message))
        return Outcome(won, said, trace, failure.program)

    # -- code

    def _with(self, function: Callable[..., Any]) -> Any:
        made = self._defined("program")(function)
        return made.program(release=self.release) if isinstance(made, Scenario) else made

    def _defined(self, name: str) -> Any:
        return _run(self.data["program"], f"<{self.name}>")[name]


@dataclass(frozen=True)
class Outcome:
    """What came of an answer; `trace` is a run that shows it, of `program`."""

    won: bool
    said: str
    trace: Trace | None = None
    program: Any = None


def _unfinished(result: Result) -> Outcome:
    return Outcome(False, as_sentence(result.doubt or f"the search stopped {result.stopped}"))


def as_sentence(said: str) -> str:
    """With a capital in front, where no name of C's begins it, and a stop at its end."""
    begin = said[0] if "_" in said.partition(" ")[0] else said[0].upper()
    return begin + said[1:] + "." * (said[-1] not in ".!?")


def _why(error: BaseException) -> str:
    """Why an answer cannot be tried."""
    match error:
        case SyntaxError():
            return f"Python cannot read it: line {error.lineno}: {error.msg}"
        case Finding():
            return error.message
        case OSError():
            return f"a system call fails: {error}"
        case UserError():
            return str(error)
    return sentence("exception", f"{type(error).__name__}: {error}")


async def _idle(*_: Any) -> None:
    """What stands in a program for an answer that is not there yet."""


def defined(code: str, name: str) -> Callable[..., Any]:
    """The function of that name that a learner's text defines.

    Raises:
        UserError: it defines none; that reads behind the kernel's back.
        SyntaxError, NameError, TypeError: Python cannot read it.
    """
    found = _run(code, _file(name)).get(name)
    if not callable(found) or found is getattr(kernel, name, None):
        raise UserError(f"this text defines no {name}")
    function: Callable[..., Any] = found
    if past := way_round(function, _file(name).__eq__):  # type: ignore[no-untyped-call]
        raise UserError(f"{name} uses {past}, which goes around the kernel: read fields by name")
    return function


def _file(name: str) -> str:
    """What a stepper calls a learner's text that defines a function."""
    return f"<your {name}>"


def in_words(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The function of that name, whose exceptions name the line and what may have been meant."""

    async def answer(*args: Any) -> Any:
        try:
            return await function(*args)
        except (Exception, SystemExit) as error:
            line = line_in(error, _file(name).__eq__)  # type: ignore[no-untyped-call]
            raise Finding("exception", exception_in_words(error, line)) from None

    return answer


def _run(code: str, file: str) -> dict[str, Any]:
    """What a text defines, in the kernel's vocabulary; a stepper finds its lines by `file`."""
    names: dict[str, Any] = {name: getattr(kernel, name) for name in kernel.__all__}
    exec("from vmlesson.explore import Mutex, Shared", names)
    exec(compile(ast.parse(code, file), file, "exec"), names)
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    return names


# --------------------------------------------------------------------------------------- the files


def folder() -> Path:
    """Where the levels are: in the learner's copy of the course, or in the course itself."""
    here = Path.cwd()
    mine = (up / "exercises" / "levels" for up in (here, *here.parents))
    return next((each for each in mine if each.is_dir()), course_root() / "exercises" / "levels")


def all_levels() -> dict[str, Level]:
    """Every level by its name, in order."""
    return {each.name: each for each in map(read, sorted(folder().glob("*.toml")))}


def read(path: Path) -> Level:
    """The level of a file.

    Raises:
        UserError: something is wrong with it: file, line, key.
    """
    try:
        return _read(path.resolve(), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error


@cache
def _read(path: Path, text: str) -> Level:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name}: {error}") from error
    for key, why in _mistakes(data):
        found = re.search(rf"^{re.escape(key)}\b", text, flags=re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        raise UserError(f"{path.name}, line {line}: {key}: {why}")
    main = {key: data.pop(key) for key in WORDS | NUMBERS if key in data}
    chosen = tuple(data.pop("scenarios", ()))
    return Level(re.sub(r"^\d+-", "", path.stem), **main, scenarios=chosen, data=data)


def _asked(data: Mapping[str, Any]) -> str:
    found = re.search(r"def (\w+)", data.get("patch", "") + data.get("code", ""))
    return found[1] if found else ""


def _checks(asked: str) -> dict[str, Situations]:
    """What the checks of the exercise that asks for this function try, by their names."""
    checks = [each.checks for each in EXERCISES.values() if each.asked == asked]
    return {each.name: each.situations for each in chain(*checks)}


def _mistakes(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind = data.get("kind")
    if kind not in MORE:
        yield "kind", f"one of {', '.join(MORE)}, not {kind!r}"
        return
    words = WORDS | MORE[kind]
    for key in sorted(WORDS | NEEDED[kind] | {"minutes"}):
        if key not in data:
            yield key, "is missing"
    for key, value in data.items():
        if key not in words | NUMBERS | {"scenarios"}:
            yield key, f"a level of the kind {kind!r} has no such key"
        elif key in words and not (isinstance(value, str) and value.strip()):
            yield key, f"is to be a text, not {value!r}"
        elif key in NUMBERS and type(value) is not int:
            yield key, f"is to be a whole number, not {value!r}"
    if data.get("difficulty") not in DIFFICULTIES:
        yield "difficulty", f"one of {', '.join(DIFFICULTIES)}"
    if data["minutes"] not in range(1, 6):
        yield "minutes", "is to be from 1 to 5"
    if data.get("release", BASE) not in kernel.RELEASES:
        yield "release", f"one of {', '.join(kernel.RELEASES)}, not {data['release']!r}"
    named = data.get("scenarios", [])
    if not isinstance(named, list):
        yield "scenarios", "is to be a list of names of `vmlesson scenarios`"
        return
    run = [("scenarios", name, None) for name in named]
    if "scenario" in data:
        run.append(("scenario", data["scenario"], data.get("form")))
    for key, name, form in run:
        try:
            scenarios(name, form=form, walkers=data.get("walkers"))
        except UserError as error:
            yield key, str(error)
    if kind != FIND and not named and not {"program", "scenario"} & data.keys():
        yield "program", "is missing: what is run?"
    for key in {"program", "code"} & data.keys():
        try:
            made = {getattr(node, "name", "") for node in ast.parse(data[key]).body}
        except SyntaxError as error:
            yield key, f"is no Python: line {error.lineno} of it: {error.msg}"
        else:
            if key == "program" and key not in made:
                yield key, "defines no program()"
    if kind != LOSE and "program" not in data and _asked(data) not in kernel.SYMBOLS:
        yield "patch" if kind == FIND else "code", "defines no function of the kernel's"
    if data.get("check", "") not in {"", *_checks(_asked(data))}:
        yield "check", f"{data['check']!r} is no check of an exercise on {_asked(data)}"
    for key in ("solution", "wrong"):
        if kind == FIND and data[key] not in (*named, RIGHT):
            yield key, f"one of {', '.join(named)}, {RIGHT}"
    if kind == FIX and HOLE not in map(str.strip, data["code"].splitlines()):
        yield "code", f"has no line {HOLE} that is to be written"
    if kind == FIX and "program" in data and (named or "check" in data):
        yield "program", "would not be run: scenarios, or a check, are what is run"
