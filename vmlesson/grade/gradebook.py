"""Points into nbgrader's gradebook, through its own interface: they come from outside."""

from __future__ import annotations

import sqlite3
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import UserError
from .exercises import Exercise
from .report import UNFINISHED

CELL = "points"
"""The graded cell of every exercise's notebook."""


def refuse_unwritable(path: Path, exercise: Exercise) -> None:
    """Find out before the judging whether the points can be written in the end.

    Raises:
        UserError: nbgrader is not installed; there is no such directory; the file is no gradebook,
            or does not know the exercise.
    """
    if find_spec("nbgrader") is None:
        raise UserError("--gradebook needs nbgrader: pip install vmlesson[instructor]")
    if not path.parent.is_dir():
        raise UserError(f"--gradebook {path}: there is no directory {path.parent}")
    if path.is_dir() or (path.exists() and not _is_database(path)):
        raise UserError(f"--gradebook {path} is no gradebook of nbgrader's")
    if not path.exists() or not _knows(path, exercise.name):
        # What is missing is only made by nbgrader: it also keeps the cells that autograde needs.
        raise UserError(
            f"--gradebook {path} has no assignment {exercise.name}; "
            f"run nbgrader generate_assignment {exercise.name} --force before"
        )


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) in (b"", b"SQLite format 3\0")


def _knows(path: Path, assignment: str) -> bool:
    """Whether the book has the graded cell of an assignment; nothing is written to find out."""
    query = (
        "select count(*) from grade_cells join base_cell using (id)"
        " join notebook on notebook.id = notebook_id"
        " join assignment on assignment.id = assignment_id"
        " where base_cell.name = ? and notebook.name = ? and assignment.name = ?"
    )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as book:
            found = book.execute(query, (CELL, assignment, assignment)).fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(found[0])


def write_gradebook(path: Path, exercise: Exercise, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Write every learner's points as the score of the exercise's graded cell.

    They take the place of what autograde may have put there, which the learner's own process
    computed: no point of its stays, whatever the outcome is.

    Returns:
        whose points are not final, and why.

    Raises:
        UserError: as `refuse_unwritable`.
    """
    refuse_unwritable(path, exercise)
    from nbgrader.api import Gradebook, MissingEntry

    name, not_final = exercise.name, []
    handed_in = Counter(row["learner"] for row in rows)
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{path.absolute()}") as book:
        warnings.filterwarnings("ignore", "Object of type")  # nbgrader's own, of each submission
        book.find_grade_cell(CELL, name, name).max_score = exercise.max_points
        for learner, row in {row["learner"]: row for row in rows}.items():
            why = _why_not_final(row, handed_in[learner])
            book.update_or_create_student(learner)
            book.update_or_create_submission(name, learner)
            try:
                grade = book.find_grade(CELL, name, name, learner)
            except MissingEntry:
                not_final.append(f"{learner}: autograde left no place for the points")
                continue
            _write(grade, None if why else float(row["points"]))
            if why:
                not_final.append(f"{learner}: {why}")
        for submission in book.assignment_submissions(name):
            learner = submission.student.id
            if learner not in handed_in and submission.score:
                not_final.append(f"{learner}: not among what was judged; autograde's points stay")
        book.db.commit()
    return not_final


def _why_not_final(row: dict[str, Any], handed_in: int) -> str:
    if handed_in > 1:
        return f"{handed_in} submissions; which one counts?"
    return f"unfinished, {row['sentence']}" if row["outcome"] == UNFINISHED else ""


def _write(grade: Any, points: float | None) -> None:
    """Set the score of a cell; None is none yet: somebody has to give it."""
    grade.auto_score = points or 0.0
    grade.manual_score = points
    grade.needs_manual_grade = points is None
