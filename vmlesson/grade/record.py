"""What is kept of a class in a directory: what was judged, line by line, and what is made of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import UserError
from ..files import write_file
from .classpage import instructors_page
from .collect import Task
from .exercises import Exercise
from .pages import feedback_page, names_of_pages
from .submission import kind
from .tables import gradebook, platforms
from .verdict import ERROR, UNFINISHED, Row


class Record:
    """What was found out so far: to go on where an interrupted run was, and to compare with it.

    A row's page lies in ``feedback/``, and the row in a file of lines; of a class of thousands only
    what all rows are looked at for is in memory (see `in_brief`).

    Args:
        tasks: all that are to be judged.
        script: what the figures in learners' pages need.
        again: whether what is known is judged anew.
    """

    def __init__(
        self,
        directory: Path,
        exercise: Exercise,
        tasks: Sequence[Task],
        script: str = "",
        again: bool = False,
    ) -> None:
        self.directory = directory
        self.exercise = exercise
        self.tasks = tasks
        self.script = script
        make_directory(directory / "feedback")
        self.pages = names_of_pages(exercise.name, tasks)
        self.page = directory / f"{exercise.name}.html"
        self.file = directory / f"{exercise.name}.jsonl"
        self.rows: dict[str, Row] = {}
        self.places: dict[str, int] = {}
        self.before: dict[tuple[str, str], Row] = {}
        self._read()
        self.rows = {} if again else {
            task.key: self.rows[task.key] for task in tasks if self._is_known(task)
        }  # fmt: skip

    def _read(self) -> None:
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            while line := file.readline():
                with suppress(ValueError, KeyError, TypeError):
                    row = json.loads(line)
                    self.rows[row["key"]] = in_brief(row)
                    self.before[row["learner"], row["submission"]] = self.rows[row["key"]]
                    self.places[row["key"]] = file.tell() - len(line)

    def _is_known(self, task: Task) -> bool:
        """Whether the same was judged by the same; "unfinished" is tried again."""
        row = self.rows.get(task.key)
        if row is None or row["outcome"] == UNFINISHED:
            return False
        page = self.directory / "feedback" / self.pages[task.key]
        return page.exists() and task.is_of(row)

    def add(self, row: Row) -> None:
        """Keep a row, at once, and write its page."""
        page = self.directory / "feedback" / self.pages[row["key"]]
        # No wait for the disk: a page whose row is not kept below is written again.
        text = feedback_page(row, self.script)
        page.write_text(text, encoding="utf-8", errors="backslashreplace")
        line = json.dumps(as_json(row) | {"key": row["key"]})
        with self.file.open("ab") as file:
            self.places[row["key"]] = file.tell()
            file.write(f"{line}\n".encode())
        self.rows[row["key"]] = in_brief(row)

    def whole(self) -> Iterator[Row]:
        """The rows as they were judged, in the order of the tasks."""
        with self.file.open("rb") as file:
            for task in self.tasks:
                if task.key in self.rows:
                    file.seek(self.places[task.key])
                    yield as_json(json.loads(file.readline()))

    def _as_list(self) -> Iterator[bytes]:
        begin = "["
        for row in self.whole():
            yield f"{begin}\n{json.dumps(row, indent=1)}".encode()
            begin = ","
        yield b"\n]\n"

    def changed(self) -> list[str]:
        """Whose verdict is another than in the last report of the same file, in words."""
        found = []
        for row in self.rows.values():
            old = self.before.get((row["learner"], row["submission"]), row)
            was, now = (f"{each['outcome']}, {each['points']} points" for each in (old, row))
            if was != now:
                found.append(f"{row['learner']}: {now}; before: {was}")
        return found

    def finish(self, unseen: Sequence[str] = ()) -> None:
        """Write the gradebooks, the JSON, and the instructor's page; `unseen` is named there."""
        tasks = [task for task in self.tasks if task.key in self.rows]
        rows, name = [self.rows[task.key] for task in tasks], self.exercise.name
        pages = [self.pages[task.key] for task in tasks]
        for end, text in {"csv": gradebook(rows), **platforms(self.exercise, rows)}.items():
            write(self.directory / f"{name}.{end}", text)
        write(self.directory / f"{name}.json", self._as_list() if rows else "[]")
        page = instructors_page(self.exercise, rows, pages, self.changed(), unseen)
        write(self.page, page)


def in_brief(row: Row) -> Row:
    """What all rows are looked at for: no page, no schedule."""
    checks = [
        {each: check[each] for each in ("name", "passed", "message", "repeats")}
        | {"counterexample": bool(check["counterexample"])}
        for check in row["checks"]
    ]
    return {name: value for name, value in as_json(row).items() if name != "warnings"} | {
        "checks": checks
    }


def write(file: Path, text: str | Iterable[bytes]) -> None:
    """Write a file, a text or pieces of one, all of it or nothing.

    Raises:
        UserError: that cannot be.
    """
    # An answer may have put into a message what no encoding has a place for.
    write_file(file, text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text)


def make_directory(directory: Path) -> None:
    """Make a directory, and those above it.

    Raises:
        UserError: that cannot be.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write to {directory}: {error.strerror}") from None


def anonymous(tasks: Sequence[Task], directory: Path) -> list[Task]:
    """The same without names: ``learner 7`` stands for whoever is the seventh in ``names.json``.

    That file stays with the instructor; a later report gives the same numbers.
    """
    make_directory(directory)
    file = directory / "names.json"
    try:
        names = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    except ValueError:
        raise UserError(f"{file} is not a list of names; name another directory") from None
    names += sorted({task.learner for task in tasks} - set(names))
    write(file, json.dumps(names, indent=1))
    numbers = {name: f"learner {number}" for number, name in enumerate(names, 1)}
    handed_in = Counter[str]()
    nameless = []
    for task in tasks:
        learner = numbers[task.learner]
        handed_in[learner] += 1
        number = handed_in[learner]
        name = learner + (f" ({number})" if number > 1 else "") + kind(task.path.name)
        key = f"{learner}, {number}"
        nameless.append(Task(task.path, name, learner, key, refused=task.refused))
    return nameless


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
