"""Whose a submission is, by where it lies: as nbgrader, a learning platform or a shell keeps it.

nbgrader has ``NAME/EXERCISE/FILE``; Moodle ``NAME_NUMBER_assignsubmission_file_`` before a file or
as a directory; Canvas ``NAME_NUMBER_NUMBER_FILE``; Gradescope ``submission_NUMBER/FILE`` and a list
of the names; GitHub Classroom ``EXERCISE-NAME/FILE``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError
from .submission import LARGEST

MOODLE = re.compile(r"_(assignsubmission_[a-z]+(_.*)?|onlinetext_?|file_?)$", re.DOTALL)
ASSIGNED = "_assignsubmission_"
"""In every name that Moodle makes."""
CANVAS = re.compile(r"(?P<name>.+?)_(?:LATE_)?(?P<number>\d+)_\d+_(?=.)", re.DOTALL)
METADATA = "submission_metadata.yml"
COPY = re.compile(r"([ _-]?\(\d+\)|-\d+)$")
"""What a browser or a platform puts behind the name of a second copy."""


@dataclass(frozen=True)
class Learner:
    """Somebody who handed in; `number` is what the `platform` knows her by, if it has her."""

    name: str
    platform: str = ""
    number: str = ""


def own_name(file: str) -> str:
    """What a learner called a file, in small letters, without what was put around it."""
    name = file.partition(ASSIGNED)[2].partition("_")[2] or CANVAS.sub("", file, count=1)
    return COPY.sub("", name.partition(".")[0]).lower()


def learner_of(below: Path, exercise: str = "", known: dict[str, Learner] | None = None) -> Learner:
    """Whose a submission is, from its path below the directory of a class.

    Args:
        exercise: its name, which GitHub Classroom puts before the learner's.
        known: what Gradescope's list says of each of its directories.
    """
    first = below.parts[0]
    if known and first in known:
        return known[first]
    alone = len(below.parts) == 1
    if ASSIGNED in first:
        name = MOODLE.sub("", first.partition(".")[0] if alone else first)
        return Learner(name, "moodle", name.rpartition("_")[2])
    if alone and (found := CANVAS.match(first)):
        return Learner(found["name"], "canvas", found["number"])
    name = MOODLE.sub("", below.stem if alone else first)
    begin = re.match(rf"{exercise.replace('_', '[_-]')}-(?=.)", name) if exercise else None
    return Learner(name[begin.end() :], "github") if begin and not alone else Learner(name)


def by_expression(paths: list[Path], expression: re.Pattern[str] | None) -> Learner | None:
    """Whom a regular expression finds in the first path that it fits: its first group, or all."""
    for path in paths:
        if expression is not None and (found := expression.search(path.as_posix())):
            return Learner(next((group for group in found.groups() if group), found[0]))
    return None


def of_gradescope(place: Path) -> dict[str, Learner]:
    """What Gradescope's list of a class says; {} where there is none.

    Raises:
        UserError: it cannot be read.
    """
    file = place / METADATA
    if file.is_symlink() or not file.is_file():
        return {}
    import yaml

    try:
        if file.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        listed = yaml.safe_load(file.read_text(encoding="utf-8"))
        return {str(each): _submitters(entry) for each, entry in listed.items()}
    except (OSError, ValueError, AttributeError, LookupError, TypeError, yaml.YAMLError) as error:
        why = f"{error}".splitlines()[0]
        raise UserError(f"{file} is not a list of Gradescope's: {why}") from None


def _submitters(entry: dict[str, Any]) -> Learner:
    people = entry[":submitters"]
    number = str(people[0].get(":email") or people[0].get(":sid") or "")
    return Learner(", ".join(str(each[":name"]) for each in people), "gradescope", number)
