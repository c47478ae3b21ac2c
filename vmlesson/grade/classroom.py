"""A class: many submissions, judged side by side, each judge in a process of its own.

The process that starts here judges nothing.  It hands submissions to its workers, watches their
time, and writes down what they find: what a worker that dies was doing is "unfinished", and a new
one takes the rest.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UserError
from .exercises import EXERCISES, Exercise, find_exercise
from .report import ERROR, UNFINISHED, Report
from .submission import Submission, read

if TYPE_CHECKING:
    from .pages import Draw

SUFFIXES = (".py", ".ipynb")
MOODLE = re.compile(r"_(assignsubmission_[a-z]+(_.*)?|onlinetext_?|file_?)$", re.DOTALL)
ASSIGNED = "_assignsubmission_"
"""In every name that Moodle makes."""
NOTHING = "no notebook was handed in"
PATIENCE = 240.0
"""Seconds that a judge may take beyond those of the submission, before it is given up."""


@dataclass(frozen=True)
class Task:
    """One submission of somebody's: `learner` is who, `key` what tells it from all others."""

    path: Path
    name: str
    learner: str
    key: str


Row = dict[str, Any]
"""A report as plain data, with ``learner``, ``key``, ``body`` (HTML) and ``text``."""


def collect(exercise: Exercise, places: Sequence[Path], pattern: str | None = None) -> list[Task]:
    """The submissions in files and directories, in order.

    Args:
        places: files, or directories as a class hands them in: one file a learner, or a directory
            for each (as nbgrader and Moodle make them).
        pattern: a regular expression for the path below the directory; its first group, or all of
            it, is the learner's name.

    Raises:
        UserError: a place that is not there, or holds no submission; a pattern that is none.
    """
    try:
        regex = None if pattern is None else re.compile(pattern)
    except re.error as error:
        raise UserError(f"--id {pattern!r} is no regular expression: {error}") from None
    found = [(place, _submissions(exercise, place)) for place in places]
    apart = _a_directory_each(found)
    tasks, without = [], []
    for place, files in found:
        whose = _owner(exercise, place, files, apart)
        tasks += [_task(exercise, path, _learner(place, path, whose, regex)) for path in files]
        those = [] if files and whose else list(_learners(exercise, place, whose, regex))
        if not files and not those:
            raise UserError(f"{place} holds no .py or .ipynb file")
        without += those
    there = {task.learner for task in tasks}
    empty = {who: _task(exercise, path, who) for who, path in without if who not in there}
    return sorted([*tasks, *empty.values()], key=lambda task: task.path) if empty else tasks


def _submissions(exercise: Exercise, place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(_files(exercise, place))
    if not place.is_file():
        raise UserError(f"{place}: no such file or directory")
    if place.suffix not in SUFFIXES:
        raise UserError(f"{place} is no .py and no .ipynb file")
    return [place]


def _task(exercise: Exercise, path: Path, learner: str) -> Task:
    digest = hashlib.sha256(exercise.name.encode() + b"\0" + _bytes(path)).hexdigest()
    return Task(path, str(path), learner, f"{path.resolve()}:{digest[:16]}")


def _a_directory_each(found: Sequence[tuple[Path, list[Path]]]) -> bool:
    """Whether the places are what a shell makes of submitted/*: a directory for each learner."""
    few = [place for place, files in found if place.is_dir() and len(files) <= 1]
    return len(found) > 1 and 2 * len(few) >= len(found) and any(files for _, files in found)


def _owner(exercise: Exercise, place: Path, files: list[Path], apart: bool) -> str | None:
    """Whose a place is; None if it is a class's, or if its name does not say."""
    usual = _is_one_learners(exercise, place, files)
    place = place.resolve()
    if place.is_dir():
        own = apart or usual or ASSIGNED in place.name
    else:
        own = place.stem == exercise.name or ASSIGNED in place.parent.name
        place = place.parent
    while place.name == exercise.name:
        place = place.parent
    return MOODLE.sub("", place.name) if own else None


def _is_one_learners(exercise: Exercise, place: Path, files: list[Path]) -> bool:
    """Whether a directory holds what nbgrader keeps of one learner, and not a class."""
    below = [path.relative_to(place) for path in files if place.is_dir()]
    if any(set(path.parts[:-1]) - {exercise.name} for path in below):
        return False
    stems = {path.stem for path in below}
    usual = exercise.name in stems and all(stem.startswith(exercise.name) for stem in stems)
    return usual or ((place / exercise.name).is_dir() and len(below) <= 1)


def _learner(place: Path, path: Path, whose: str | None, regex: re.Pattern[str] | None) -> str:
    """Whose a submission is: what the regular expression finds, or the place's, or its name's."""
    above = place if place.is_dir() else place.parent
    below = path.relative_to(above)
    for shown in (below, above.resolve().name / below):
        if regex is not None and regex.search(shown.as_posix()):
            return learner_of(shown, regex)
    return learner_of(below) if whose is None else whose


def _learners(
    exercise: Exercise, place: Path, whose: str | None, regex: re.Pattern[str] | None
) -> Iterator[tuple[str, Path]]:
    """Those who have a directory in nbgrader's or Moodle's layout, whatever is in it."""
    if whose is not None:
        yield whose, place
    elif place.is_dir():
        inside = [path for path in sorted(place.iterdir()) if not path.name.startswith(".")]
        usual = any((path / exercise.name).is_dir() for path in inside)
        for path in inside:
            if ASSIGNED in path.name or (usual and path.is_dir() and path.name not in EXERCISES):
                below = Path(path.name, exercise.name) if path.is_dir() else Path(path.name)
                yield learner_of(below, regex), path


def names_of_tasks(tasks: Sequence[Task]) -> dict[str, str]:
    """What to call each, by its key: the learner, and the file too if there are several."""
    counts = Counter(task.learner for task in tasks)
    return {
        task.key: f"{task.learner} ({task.path.name})" if counts[task.learner] > 1 else task.learner
        for task in tasks
    }


def left_out(exercise: Exercise, places: Sequence[Path]) -> list[Path]:
    """The files in the directories that nobody looks at: no .py and no .ipynb, a .zip perhaps."""
    return [
        path
        for place in places
        if place.is_dir()
        for path in sorted(_below(exercise, place))
        if path.suffix not in SUFFIXES
    ]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _files(exercise: Exercise, directory: Path) -> Iterator[Path]:
    return (path for path in _below(exercise, directory) if path.suffix in SUFFIXES)


def _below(exercise: Exercise, directory: Path) -> Iterator[Path]:
    others = set(EXERCISES) - {exercise.name}
    for path in directory.rglob("*"):
        parts = path.relative_to(directory).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        if hidden or not path.is_file():
            continue
        if not others & {*parts[:-1], path.stem}:
            yield path


def learner_of(below: Path, regex: re.Pattern[str] | None = None) -> str:
    """Whose a submission is, from its path below the directory that was named."""
    if regex is not None and (found := regex.search(below.as_posix())):
        return next((group for group in found.groups() if group), found[0])
    first = below.parts[0] if len(below.parts) > 1 else below.stem
    return MOODLE.sub("", first)


# ------------------------------------------------------------------------------------------ workers


class Worker:
    """A process that judges."""

    def __init__(self, exercise: Exercise, seconds: float, draw: Draw | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_work, args=(theirs, exercise.name, seconds, draw), daemon=False
        )
        self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.deadline = 0.0

    def give(self, task: Task, seconds: float) -> None:
        """Let it judge a submission."""
        self.task, self.deadline = task, time.monotonic() + seconds + PATIENCE
        self.pipe.send((str(task.path), task.name))

    def end(self) -> None:
        """End it, whatever it does."""
        self.pipe.close()
        if self.task is not None:
            self.process.kill()
        self.process.join()


def _work(pipe: Connection, name: str, seconds: float, draw: Draw | None) -> None:
    from .judge import judge
    from .pages import feedback

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    exercise = find_exercise(name)
    with suppress(EOFError, BrokenPipeError):
        while True:
            path, shown = pipe.recv()
            try:
                submission = _read(Path(path), shown)
                report = judge(exercise, submission, seconds)
                found = report.to_dict(), feedback(report, submission, draw), str(report)
            except Exception as error:  # the class goes on, and the instructor is told
                found = _lost(exercise, shown, f"the judge ended by {error!r:.300}")
            pipe.send(found)


def _read(path: Path, name: str) -> Submission:
    if path.is_dir() or path.suffix not in SUFFIXES:
        return Submission(name, error=NOTHING)
    return read(path, name)


def grade_all(
    exercise: Exercise,
    tasks: Sequence[Task],
    jobs: int,
    seconds: float,
    done: Callable[[Task, Row], None],
    draw: Draw | None = None,
) -> None:
    """Judge submissions side by side; `done` is called with each as it is ready.

    `draw` makes figures for the pages; a worker imports it by its name.

    Raises:
        UserError: this system cannot.
    """
    if not hasattr(os, "fork"):
        raise UserError(
            "submissions are judged where processes can fork: Linux, macOS, or WSL on Windows; "
            "check in a notebook works everywhere"
        )
    todo = list(reversed(tasks))
    workers: list[Worker] = []
    try:
        while todo or any(worker.task for worker in workers):
            while todo and sum(1 for one in workers if one.task) < jobs:
                idle = next((one for one in workers if not one.task), None)
                if idle is None:
                    idle = Worker(exercise, seconds, draw)
                    workers.append(idle)
                idle.give(todo.pop(), seconds)
            _collect_one(exercise, workers, done)
    finally:
        for worker in workers:
            worker.end()


def _collect_one(
    exercise: Exercise, workers: list[Worker], done: Callable[[Task, Row], None]
) -> None:
    busy = {worker.pipe: worker for worker in workers if worker.task}
    ready = wait(list(busy), timeout=1.0)
    for pipe, worker in busy.items():
        task = worker.task
        assert task is not None
        if pipe in ready:
            try:
                row, body, text = worker.pipe.recv()
            except (EOFError, OSError):
                row, body, text = _lost(exercise, task.name, "the judge ended")
                worker.end()
                workers.remove(worker)
            worker.task = None
        elif time.monotonic() > worker.deadline:
            worker.end()
            worker.task = None
            workers.remove(worker)
            row, body, text = _lost(exercise, task.name, "the judge took too long")
        else:
            continue
        done(task, row | {"learner": task.learner, "key": task.key, "body": body, "text": text})


def _lost(exercise: Exercise, name: str, why: str) -> tuple[Row, str, str]:
    from .pages import feedback

    sentence = f"{why}, for no reason that is proved to be the submission's"
    report = Report(exercise.name, name, UNFINISHED, sentence, exercise.max_points)
    return report.to_dict(), feedback(report), str(report)


# ----------------------------------------------------------------------------------------- a record


class Record:
    """What was found out so far, in a directory: to go on where an interrupted run was.

    `script` is what the figures in learners' pages need.
    """

    def __init__(self, directory: Path, exercise: Exercise, script: str = "") -> None:
        self.directory = directory
        self.exercise = exercise
        self.script = script
        try:
            (directory / "feedback").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot write to {directory}: {error.strerror}") from None
        self.file = directory / f"{exercise.name}.jsonl"
        self.rows: dict[str, Row] = {}
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    row = json.loads(line)
                    self.rows[row["key"]] = row

    def known(self, task: Task) -> Row | None:
        """What was found of the same bytes at the same place; "unfinished" is tried again."""
        row = self.rows.get(task.key)
        return None if row is None or row["outcome"] == UNFINISHED or "body" not in row else row

    def add(self, row: Row) -> None:
        """Keep a row, at once."""
        self.rows[row["key"]] = row
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def finish(self, tasks: Sequence[Task]) -> None:
        """Write the gradebook, the JSON, a page for each learner and one for the instructor."""
        from .pages import feedback_page, instructors_page, names_of_pages, write_csv

        found = [self.rows.get(task.key, {}) for task in tasks]
        rows = [row for row in found if "body" in row]
        name = self.exercise.name
        pages = names_of_pages(rows)
        for row, page in zip(rows, pages, strict=True):
            self._write(f"feedback/{page}", feedback_page(row, self.script))
        write_csv(self.directory / f"{name}.csv", rows)
        self._write(f"{name}.json", json.dumps([as_json(row) for row in rows], indent=1))
        self._write(f"{name}.html", instructors_page(self.exercise, rows, pages))

    def _write(self, name: str, text: str) -> None:
        # An answer may have put into a message what no encoding has a place for.
        (self.directory / name).write_text(text, encoding="utf-8", errors="backslashreplace")


def as_json(row: Row) -> Row:
    """A row without its pages."""
    return {name: value for name, value in row.items() if name not in ("body", "key", "text")}


def outcomes(rows: Sequence[Row]) -> Counter[str]:
    """How many of each outcome."""
    return Counter(row["outcome"] for row in rows)


def exit_status(rows: Sequence[Row]) -> int:
    """0 if all passed, 2 if none could be judged, else 1."""
    counts = outcomes(rows)
    if counts["passed"] == len(rows):
        return 0
    return 2 if counts[ERROR] == len(rows) else 1
