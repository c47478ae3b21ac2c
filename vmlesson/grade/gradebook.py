"""Points into nbgrader's gradebook, through its own interface: they come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import UserError
from .exercises import Exercise

CELL = "points"
"""The graded cell of every exercise's notebook."""


def write_gradebook(path: Path, exercise: Exercise, rows: Sequence[dict[str, Any]]) -> None:
    """Write every learner's points as the score of the exercise's graded cell.

    They take the place of what autograde may have put there.

    Raises:
        UserError: nbgrader is not installed, or the file is no gradebook.
    """
    try:
        from nbgrader.api import Gradebook
    except ImportError:
        raise UserError("--gradebook needs nbgrader: pip install vmlesson[instructor]") from None
    if not path.parent.is_dir():
        raise UserError(f"--gradebook {path}: there is no directory {path.parent}")
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
