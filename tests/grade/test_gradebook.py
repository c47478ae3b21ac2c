"""nbgrader's gradebook: what the judge says takes the place of what autograde left there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vmlesson.cli import main
from vmlesson.errors import UserError
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.gradebook import CELL, refuse_unwritable, write_gradebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore:Object of type")  # nbgrader's own
NAME = "moveto_tail"
EXERCISE = find_exercise(NAME)


def row(learner: str, outcome: str, points: int = 0) -> dict[str, Any]:
    return {"learner": learner, "outcome": outcome, "points": points, "sentence": "so it is"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A book in which autograde has given everybody all the points."""
    from nbgrader.api import Gradebook

    path = tmp_path / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment(NAME)
        book.add_notebook(NAME, NAME)
        book.add_grade_cell(CELL, NAME, NAME, max_score=12, cell_type="code")
        for learner in ("ada", "bob", "eve", "joe"):
            book.add_student(learner)
            book.add_submission(NAME, learner)
            grade = book.find_grade(CELL, NAME, NAME, learner)
            grade.auto_score, grade.needs_manual_grade = 12.0, False
        book.db.commit()
    return path


def scores(path: Path) -> dict[str, tuple[float, bool]]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path}") as book:
        found = book.assignment_submissions(NAME)
        return {each.student.id: (each.score, bool(each.needs_manual_grade)) for each in found}


def test_no_point_that_a_learners_process_gave_itself_stays(path: Path) -> None:
    rows = [row("ada", "passed", 12), row("bob", "unfinished"), row("eve", "error")]
    said = write_gradebook(path, EXERCISE, [*rows, row("new", "failed", 3)])
    assert scores(path) == {
        "ada": (12, False),
        "bob": (0, True),
        "eve": (0, False),
        "new": (3, False),
        "joe": (12, False),
    }
    assert said[0] == "bob: unfinished, so it is"
    assert said[1].startswith("joe: not among what was judged")
    assert len(said) == 2


def test_an_older_verdict_does_not_stand_for_what_is_unfinished(path: Path) -> None:
    write_gradebook(path, EXERCISE, [row("ada", "passed", 12)])
    write_gradebook(path, EXERCISE, [row("ada", "unfinished")])
    assert scores(path)["ada"] == (0, True)


def test_of_two_submissions_none_counts_before_somebody_chose(path: Path) -> None:
    said = write_gradebook(path, EXERCISE, [row("ada", "failed", 1), row("ada", "passed", 12)])
    assert scores(path)["ada"] == (0, True)
    assert said[0].startswith("ada: 2 submissions")


@pytest.mark.parametrize("content", [None, b""])
def test_a_book_without_the_assignment_is_refused_and_left_alone(
    tmp_path: Path, content: bytes | None, capsys
) -> None:
    path, answer = tmp_path / "gradebook.db", tmp_path / "ada.py"
    answer.write_text("")
    if content is not None:
        path.write_bytes(content)
    assert main(["grade", NAME, str(answer), "--gradebook", str(path)]) == 2
    said = capsys.readouterr()
    assert "nbgrader generate_assignment moveto_tail --force" in said.err
    assert not said.out, "nothing was judged"
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_book_of_another_exercise_is_refused(path: Path) -> None:
    refuse_unwritable(path, EXERCISE)
    with pytest.raises(UserError, match="has no assignment rmap_walk"):
        refuse_unwritable(path, find_exercise("rmap_walk"))


def test_whose_points_are_not_final_is_printed(path: Path, capsys) -> None:
    answer = path.parent / "eve.py"
    answer.write_text("syntax error (")
    main(["grade", NAME, str(answer), "--gradebook", str(path)])
    error = capsys.readouterr().err
    assert "not final" in error
    assert "ada: not among what was judged" in error
    assert scores(path)["eve"] == (0, False)
