"""The instructor's page of a class: whom to look at, which mistakes are common, and everybody."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean
from typing import TypeVar

from .. import __version__
from ..show.pages import fill
from .exercises import Exercise
from .pages import TEMPLATES, page
from .verdict import ERROR, UNFINISHED, Row

T = TypeVar("T")
MOST_NAMES = 5
"""How many of those who made a mistake are named."""
MOST_MISTAKES = 10


def instructors_page(
    exercise: Exercise,
    rows: Sequence[Row],
    pages: Sequence[str],
    changed: Sequence[str] = (),
    unseen: Sequence[str] = (),
) -> str:
    """The class in one exercise.

    Args:
        pages: the file of each row's learner.
        changed: whose verdict is another than in the last report.
        unseen: files that nobody looked at.
    """
    counts = Counter(row["outcome"] for row in rows)
    points = [row["points"] for row in rows if row["outcome"] != UNFINISHED]
    files = _grouped((row["learner"], row["submission"]) for row in rows)
    body = fill(
        "class.html",
        TEMPLATES,
        exercise=exercise,
        rows=rows,
        everybody=list(zip(rows, pages, strict=True)),
        page_of={row["learner"]: file for row, file in zip(rows, pages, strict=True)},
        counts=", ".join(f"{count} {outcome}" for outcome, count in counts.items()),
        average=mean(points) if points else None,
        doubles={learner: names for learner, names in files.items() if len(names) > 1},
        pending=[row for outcome in (UNFINISHED, ERROR) for row in rows
                 if row["outcome"] == outcome],
        how_many=dict.fromkeys(range(exercise.max_points + 1), 0) | Counter(points),
        mistakes=_common_mistakes(rows),
        named=MOST_NAMES,
        checks=_grouped((each["name"], each["passed"]) for row in rows for each in row["checks"]),
        changed=changed,
        unseen=unseen,
        today=datetime.date.today().isoformat(),
        version=__version__,
    )  # fmt: skip
    return page(f"{exercise.name}: the class", body)


def _common_mistakes(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The most common, and who made them."""
    found = _grouped(
        # The same mistake on another line is the same mistake.
        (f"{check['name']}: {re.sub('line [0-9]+: ', '', check['message'])}", row["learner"])
        for row in rows
        for check in row["checks"]
        if not check["passed"] and check["counterexample"] and not check["repeats"]
    )
    return dict(sorted(found.items(), key=lambda each: -len(each[1]))[:MOST_MISTAKES])


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
