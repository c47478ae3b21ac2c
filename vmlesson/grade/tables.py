"""The points of a class as tables: ours, and in the forms that learning platforms import."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ..console import printable
from .exercises import Exercise
from .verdict import UNFINISHED, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or cuts off before it looks."""
HEAD = ("assignment", "student_id", "score", "max_score", "outcome", "submission", "sentence")


def gradebook(rows: Sequence[Row]) -> str:
    """One line a submission, columns named as nbgrader names them."""
    return _csv(HEAD, ((row["exercise"], row["learner"], row["points"], row["max_points"],
                        row["outcome"], row["submission"], row["sentence"].partition("\n")[0])
                       for row in rows))  # fmt: skip


def whole_course(names: Sequence[str], rows: Sequence[Row]) -> str:
    """One line a learner, a column an exercise; empty where nothing final is known."""
    points = {(row["learner"], row["exercise"]): row["points"] for row in _final(rows)}
    return _csv(
        ("student_id", *names, "sum"),
        (
            (who, *(points.get((who, name), "") for name in names),
             sum(points.get((who, name), 0) for name in names))
            for who in sorted({row["learner"] for row in rows})
        ),
    )  # fmt: skip


def platforms(exercise: Exercise, rows: Sequence[Row]) -> dict[str, str]:
    """The points as Canvas, Moodle and Gradescope take them, for those that somebody came from.

    Who is "unfinished", or handed in two that both count, is not in them.
    """
    of = {name: [row for row in _final(rows) if row.get("platform") == name]
          for name in ("canvas", "moodle", "gradescope")}  # fmt: skip
    most, found = exercise.max_points, {}
    if those := of["canvas"]:
        lines = [("    Points Possible", "", "", "", "", most)]
        lines += [(row["learner"], row["number"], "", "", "", row["points"]) for row in those]
        head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise.name)
        found["canvas.csv"] = _csv(head, lines)
    if those := of["moodle"]:
        found["moodle.csv"] = _csv(
            ("Identifier", "Full name", "Grade", "Maximum Grade"),
            ((f"Participant {row['number']}", row["learner"].rpartition("_")[0], row["points"],
              most) for row in those),
        )  # fmt: skip
    if those := of["gradescope"]:
        found["gradescope.csv"] = _csv(
            ("Name", "Email", "Total Score", "Max Points"),
            ((row["learner"], row["number"], row["points"], most) for row in those),
        )
    return found


def _final(rows: Sequence[Row]) -> list[Row]:
    times = Counter((row["exercise"], row["learner"]) for row in rows)
    return [
        row
        for row in rows
        if row["outcome"] != UNFINISHED and times[row["exercise"], row["learner"]] == 1
    ]


def _csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(map(_harmless, line) for line in lines)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula, and that steers no terminal."""
    if not isinstance(cell, str):
        return cell
    return f"'{printable(cell)}" if cell.startswith(FORMULA) else printable(cell)
