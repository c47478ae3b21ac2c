"""What a class has handed in: which files, whose they are, and what is refused by name.

Nothing is followed that may lead elsewhere: a link, or what is not a file, is named and not read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .. import __version__
from ..errors import UserError
from .exercises import EXERCISES, Exercise
from .learners import ASSIGNED, CANVAS, METADATA, Learner, by_expression, learner_of, of_gradescope
from .learners import own_name
from .submission import Submission, contents, digest_of, kind, read
from .verdict import ERROR, UNFINISHED, Row

NOTHING = "no notebook was handed in"
LINK = "is a link, and links are not followed: the file itself is wanted"
OTHERS = {"timestamp.txt", "submission_secret.txt", METADATA, "Thumbs.db", "desktop.ini"}
"""Files that nbgrader, Gradescope and Windows put beside what is handed in."""
JUDGING = ("kernel", "replay", "explore", "scenarios", "grade")
"""The parts of this package that a verdict depends on."""


@dataclass(frozen=True)
class Task:
    """One submission of somebody's.

    Attributes:
        name: the path as the user named it.
        key: what tells it from all others, whatever is in it.
        refused: why it is not even read, in words; "" if it is.
        beside: other files of the same learner, which are not judged.
    """

    path: Path
    name: str
    learner: str
    key: str
    platform: str = ""
    number: str = ""
    refused: str = ""
    beside: tuple[str, ...] = ()

    def whose(self) -> dict[str, str]:
        """What a row says of it."""
        return {"learner": self.learner, "key": self.key, "version": judged_by(),
                "platform": self.platform, "number": self.number}  # fmt: skip

    def is_of(self, row: Row) -> bool:
        """Whether a row is of these contents, judged by the same."""
        digest = ""
        with suppress(OSError):
            digest = "" if self.refused else digest_of(contents(self.path))
        return bool(row.get("version") == judged_by() and row.get("digest") == digest)

    def submission(self) -> Submission:
        """What was handed in, as text."""
        if self.refused:
            outcome = ERROR if self.refused in (NOTHING, LINK) else UNFINISHED
            file = "" if self.refused == NOTHING else f"{Path(self.name).name} "
            return Submission(self.name, error=f"{file}{self.refused}", outcome=outcome)
        found = read(self.path, self.name)
        if self.beside:
            found.notes.append(f"beside it, and not judged: {', '.join(self.beside)}")
        return found


def collect_all(
    exercises: Sequence[Exercise], places: Sequence[Path], pattern: str | None = None
) -> dict[Exercise, list[Task]]:
    """What was handed in for each of these; of several, those for which there is something.

    Raises:
        UserError: as `collect`; there is something for none.
    """
    if not exercises[1:]:
        return {exercises[0]: collect(exercises[0], places, pattern)}
    found = {}
    for exercise in exercises:
        try:
            found[exercise] = collect(exercise, places, pattern, named=True)
        except NothingThere as nothing:
            last = nothing
    if not found:
        raise UserError(f"{last} that is named after an exercise")
    return found


class NothingThere(UserError):
    """A place holds no submission."""


def collect(
    exercise: Exercise,
    places: Sequence[Path],
    pattern: str | None = None,
    named: bool = False,
    learner: str | None = None,
) -> list[Task]:
    """The submissions in files and directories, in order.

    Args:
        places: files, or directories as a class hands them in: one file a learner, or a directory
            for each (see `vmlesson.grade.learners`).
        pattern: a regular expression for the path below the directory; its first group, or all of
            it, is the learner's name.
        named: take only what is named after the exercise, or lies in a directory that is.
        learner: whose all of it is, if that is known.

    Raises:
        UserError: a place that is not there, or holds no submission; a pattern that is none.
    """
    try:
        regex = None if pattern is None else re.compile(pattern)
    except re.error as error:
        raise UserError(f"--id {pattern!r} is not a regular expression: {error}") from None
    found = [(place, sorted(_found(exercise, place, len(places) > 1, named))) for place in places]
    apart = _a_directory_each(found)
    tasks: list[Task] = []
    without: list[tuple[Learner, Path, str]] = []
    for place, seen in found:
        files = [path for path, why in seen if not why]
        owner = Learner(learner) if learner else _owner(exercise, place, files, apart)
        at = Place(exercise, place, owner, regex, of_gradescope(place) if place.is_dir() else {})
        tasks += [_task(exercise, path, at.learner(path)) for path in files]
        unread = [(at.learner(path), path, why) for path, why in seen if why]
        empty = [] if files and owner else list(at.empty())
        if not files and not unread and not empty:
            raise NothingThere(f"{place} holds no .py or .ipynb file")
        without += [*unread, *empty]
    if named and not tasks and all(why == NOTHING for _, _, why in without):
        raise NothingThere(f"{places[0]} holds no .py or .ipynb file")
    tasks = _of_each(exercise, tasks)
    there = {task.learner for task in tasks}
    for whose, path, why in without:
        if whose.name not in there:
            there.add(whose.name)
            tasks.append(_task(exercise, path, whose, why))
    return sorted(tasks, key=lambda task: task.path) if without else tasks


def _found(
    exercise: Exercise, place: Path, one_of_many: bool, named: bool
) -> Iterator[tuple[Path, str]]:
    """The submissions below a place, and what is refused there, with the reason."""
    if not os.path.lexists(place):
        raise UserError(f"{place}: no such file or directory")
    if place.is_symlink() and (one_of_many or not place.is_dir()):
        yield place, LINK
    elif place.is_dir():
        for path, why in below(exercise, place):
            inside = path.relative_to(place).parts
            if (why or kind(path.name)) and not (
                named and exercise.name not in (*inside[:-1], own_name(path.name))
            ):
                yield path, why
    elif kind(place.name):
        yield place, ""
    else:
        raise UserError(f"{place} is neither a .py nor an .ipynb file")


def below(exercise: Exercise, directory: Path) -> Iterator[tuple[Path, str]]:
    """The files of an exercise below a directory, in order, and "", or why one is not read."""
    others = set(EXERCISES) - {exercise.name}
    todo = [directory]
    while todo:
        here = todo.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield here, f"cannot be read by you: {error.strerror}"
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith((".", "__pycache__", "__MACOSX")) or entry.name in OTHERS:
                continue
            if {entry.name, own_name(entry.name)} & others:
                continue
            if entry.is_symlink():
                yield path, LINK
            elif entry.is_dir(follow_symlinks=False):
                todo.append(path)
            else:  # a pipe, too: reading it says that it is no file
                yield path, ""


def _task(exercise: Exercise, path: Path, learner: Learner, refused: str = "") -> Task:
    key = digest_of(f"{exercise.name}\0{learner.name}\0{path.absolute()}\0{refused}")
    return Task(path, str(path), learner.name, key, learner.platform, learner.number, refused)


@cache
def judged_by() -> str:
    """What a verdict depends on beside the submission: this package's version, text and data."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parents[1]
    for name in JUDGING:
        for file in sorted((package / name).rglob("*")):
            if file.suffix in (".py", ".json", ".toml"):
                digest.update(file.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _of_each(exercise: Exercise, tasks: Sequence[Task]) -> list[Task]:
    """The files that count: of one learner's those with the exercise's name, notebooks first."""
    files: dict[str, dict[str, Task]] = {}
    for task in tasks:
        files.setdefault(task.learner, {})[task.key] = task
    beside: dict[str, tuple[str, ...]] = {}
    for mine in files.values():
        named = [one for one in mine.values() if own_name(one.path.name) == exercise.name]
        named = named or list(mine.values())
        count = [one for one in named if kind(one.path.name) == ".ipynb"] or named
        others = tuple(one.path.name for one in mine.values() if one not in count)
        beside |= {one.key: others for one in count}
    unique = {task.key: task for task in tasks}
    return [replace(task, beside=beside[key]) for key, task in unique.items() if key in beside]


def _a_directory_each(found: Sequence[tuple[Path, list[tuple[Path, str]]]]) -> bool:
    """Whether the places are what a shell makes of submitted/*: a directory for each learner."""
    few = [place for place, files in found if place.is_dir() and len(files) <= 1]
    return len(found) > 1 and 2 * len(few) >= len(found) and any(files for _, files in found)


def _owner(exercise: Exercise, place: Path, files: list[Path], apart: bool) -> Learner | None:
    """Whose a place is; None if it is a class's, or if its name does not say."""
    usual = _is_one_learners(exercise, place, files)
    place = place.absolute() if place.is_symlink() else place.resolve()
    if place.is_dir():
        own = apart or usual or ASSIGNED in place.name
    else:
        own = own_name(place.name) == exercise.name or ASSIGNED in place.parent.name
        if CANVAS.match(place.name):
            return learner_of(Path(place.name))
        place = place.parent
    while place.name == exercise.name:
        place = place.parent
    return learner_of(Path(place.name, "here"), exercise.name) if own else None


def _is_one_learners(exercise: Exercise, place: Path, files: list[Path]) -> bool:
    """Whether a directory holds what nbgrader keeps of one learner, and not a class."""
    inside = [path.relative_to(place) for path in files if place.is_dir()]
    if any(set(path.parts[:-1]) - {exercise.name} for path in inside):
        return False
    stems = {path.stem.lower() for path in inside if not CANVAS.match(path.name)}
    usual = exercise.name in stems and all(stem.startswith(exercise.name) for stem in stems)
    return usual or ((place / exercise.name).is_dir() and len(inside) <= 1)


@dataclass(frozen=True)
class Place:
    """A place that was named, and what tells whose a submission there is.

    Attributes:
        owner: whose all of it is; None if it is a class's.
        expression: a regular expression that finds a learner's name in a path.
        known: what Gradescope's list says of each directory.
    """

    exercise: Exercise
    path: Path
    owner: Learner | None
    expression: re.Pattern[str] | None
    known: dict[str, Learner]

    def learner(self, path: Path) -> Learner:
        """Whose a submission is: what the expression finds, or the place's, or its name's."""
        above = self.path if self.path.is_dir() and path != self.path else path.parent
        shown = path.relative_to(above)
        found = by_expression([shown, above.resolve().name / shown], self.expression)
        return found or self.owner or learner_of(shown, self.exercise.name, self.known)

    def empty(self) -> Iterator[tuple[Learner, Path, str]]:
        """Those who have a directory in a layout that is known, whatever is in it."""
        if self.owner is not None:
            yield self.owner, self.path, NOTHING
        elif self.path.is_dir():
            name = self.exercise.name
            try:
                inside = [each for each in sorted(self.path.iterdir()) if each.name[0] != "."]
            except OSError:
                return
            usual = any((each / name).is_dir() for each in inside if not each.is_symlink())
            for each in inside:
                shown = Path(each.name, name) if each.is_dir() else Path(each.name)
                whose = learner_of(shown, name, self.known)
                own = whose.platform not in ("", "canvas")  # which has no directories
                if own or (usual and each.is_dir() and each.name not in EXERCISES):
                    yield by_expression([shown], self.expression) or whose, each, NOTHING


def left_out(exercises: Sequence[Exercise], places: Sequence[Path]) -> list[str]:
    """What nobody looks at, and why: what is no .py and no .ipynb, a .zip perhaps; links."""
    found = (
        (path, why or "neither .py nor .ipynb")
        for place in places
        if place.is_dir() and not (place.is_symlink() and len(places) > 1)
        for exercise in exercises
        for path, why in below(exercise, place)
        if why or not kind(path.name)
    )
    return sorted({f"{path} ({why})" for path, why in found})


def names_of_tasks(tasks: Sequence[Task]) -> dict[str, str]:
    """What to call each, by its key: the learner, and the file too if there are several."""
    counts = Counter(task.learner for task in tasks)
    files = {task.key: f" ({task.name})" * (counts[task.learner] > 1) for task in tasks}
    return {task.key: f"{task.learner}{files[task.key]}" for task in tasks}
