"""Points into nbgrader's gradebook, through its own interface: they come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import UserError
from .exercises import Exercise

CELL = "points"
"""The graded cell of every exercise's notebook."""


def is_writable(path: Path) -> None:
    """Find out before the judging whether the points can be written in the end.

    Raises:
        UserError: nbgrader is not installed; there is no such directory; the file is no gradebook.
    """
    if find_spec("nbgrader") is None:
        raise UserError("--gradebook needs nbgrader: pip install vmlesson[instructor]")
    if not path.parent.is_dir():
        raise UserError(f"--gradebook {path}: there is no directory {path.parent}")
    if path.is_dir() or (path.exists() and not _is_database(path)):
        raise UserError(f"--gradebook {path} is no gradebook of nbgrader's")


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) in (b"", b"SQLite format 3\0")


def write_gradebook(path: Path, exercise: Exercise, rows: Sequence[dict[str, Any]]) -> None:
    """Write every learner's points as the score of the exercise's graded cell.

    They take the place of what autograde may have put there.

    Raises:
        UserError: as `is_writable`.
    """
    is_writable(path)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path.absolute()}") as book:
        book.update_or_create_assignment(exercise.name)
        notebook = assignment = exercise.name
        book.update_or_create_notebook(notebook, assignment)
        book.update_or_create_grade_cell(
            CELL, notebook, assignment, max_score=exercise.max_points, cell_type="code"
        )
        for row in rows:
            if row["outcome"] not in ("passed", "failed"):
                continue
            learner = row["learner"]
            book.update_or_create_student(learner)
            book.update_or_create_submission(exercise.name, learner)
            grade = book.find_grade(CELL, notebook, assignment, learner)
            grade.manual_score = float(row["points"])
            grade.needs_manual_grade = False
            book.db.commit()
