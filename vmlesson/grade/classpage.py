"""The instructor's page of a class: who is to be looked at, what is common, and everybody."""

from __future__ import annotations

import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from statistics import mean
from typing import TYPE_CHECKING, Any

from .. import __version__
from .exercises import Exercise
from .pages import page
from .verdict import ERROR, UNFINISHED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
MOST_NAMES = 5
"""How many of those who made a mistake are named."""
MOST_MISTAKES = 10
BLUE = "#0072b2"


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
    link = {row["learner"]: _link(row["learner"], file)
            for row, file in zip(rows, pages, strict=True)}  # fmt: skip
    mistakes = _common_mistakes(rows)
    body = [
        f"<p>{_summary(exercise, rows)}</p>",
        _list("Changed since the last report", map(escape, changed)),
        _list("To be looked at", _to_be_looked_at(rows, link)),
        _figure(exercise, rows, mistakes),
        _list("Common mistakes", (
            f"{len(learners)} × {escape(what)} ({_some(learners, link)})"
            for what, learners in mistakes.items()
        ), "ol"),
        _checks(rows),
        _everybody(rows, pages),
        _list("Not looked at", map(escape, unseen)),
        f"<p>{datetime.date.today().isoformat()}, vmlesson {__version__}</p>",
    ]  # fmt: skip
    return page(f"{exercise.name}: the class", "".join(body))


def _summary(exercise: Exercise, rows: Sequence[Row]) -> str:
    counts = Counter(row["outcome"] for row in rows)
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    points = [row["points"] for row in rows if row["outcome"] != UNFINISHED]
    average = f" On average {mean(points):.1f} of {exercise.max_points} points." if points else ""
    return f"{len(rows)} submissions: {escape(said)}.{average}"


def _link(text: str, file: str) -> str:
    return f'<a href="feedback/{escape(file, quote=True)}">{escape(text)}</a>'


def _list(title: str, items: Iterable[str], tag: str = "ul") -> str:
    inside = "".join(f"<li>{each}</li>" for each in items)
    return f"<h2>{title}</h2><{tag}>{inside}</{tag}>" if inside else ""


def _to_be_looked_at(rows: Sequence[Row], link: dict[str, str]) -> list[str]:
    """Who handed in more than one, who is unfinished, and what could not be judged."""
    files = _grouped((row["learner"], row["submission"]) for row in rows)
    doubles = [
        f"{link[learner]}: {len(names)} submissions: {escape(', '.join(names))}"
        for learner, names in files.items()
        if len(names) > 1
    ]
    return doubles + [
        f"{link[row['learner']]}: {outcome}: {escape(row['sentence'])}"
        for outcome in (UNFINISHED, ERROR)
        for row in rows
        if row["outcome"] == outcome
    ]


def _common_mistakes(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The most common, and who made them."""
    found = _grouped(
        (f"{check['name']}: {_general(check['message'])}", row["learner"])
        for row in rows
        for check in row["checks"]
        if not check["passed"] and check["counterexample"] and not check["repeats"]
    )
    return dict(sorted(found.items(), key=lambda each: -len(each[1]))[:MOST_MISTAKES])


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _some(names: Sequence[str], link: dict[str, str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else ""
    return ", ".join(link[name] for name in names[:MOST_NAMES]) + more


def _general(message: str) -> str:
    """A message without the line: the same mistake on another line is the same mistake."""
    return re.sub(r"line \d+: ", "", message)


def _checks(rows: Sequence[Row]) -> str:
    tried = _grouped((each["name"], each["passed"]) for row in rows for each in row["checks"])
    lines = "".join(
        f"<tr><td>{escape(name)}</td><td>{sum(map(bool, passed))} of {len(passed)}</td></tr>"
        for name, passed in tried.items()
    )
    head = "<thead><tr><th>check</th><th>passed by</th></tr></thead>"
    return f"<h2>Checks</h2><table>{head}{lines}</table>" if lines else ""


def _everybody(rows: Sequence[Row], pages: Sequence[str]) -> str:
    lines = "".join(
        f"<tr><td>{_link(row['learner'], file)}</td>"
        f"<td>{escape(row['outcome'])}</td><td>{row['points']}/{row['max_points']}</td>"
        f"<td>{escape(row['sentence'])}</td></tr>"
        for row, file in zip(rows, pages, strict=True)
    )
    head = (
        "<thead><tr><th>learner</th><th>outcome</th><th>points</th><th>in a sentence</th></tr>"
        "</thead>"
    )
    return f"<h2>Everybody</h2><table>{head}{lines}</table>"


# ------------------------------------------------------------------------------------ the figure


def _figure(exercise: Exercise, rows: Sequence[Row], mistakes: dict[str, list[str]]) -> str:
    """How the points and the mistakes are distributed; nothing that an answer said is in it."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    final = Counter(row["points"] for row in rows if row["outcome"] != UNFINISHED)
    made = {number: len(learners) for number, learners in enumerate(mistakes.values(), 1)}
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": exercise.name, "font.size": 11}):
        figure = Figure(figsize=(10, 3), layout="constrained")
        points, common = figure.subplots(1, 2)
        _bars(points, {each: final[each] for each in range(exercise.max_points + 1)}, "points")
        _bars(common, made, "number of the mistake")
        svg = io.StringIO()
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
    picture = svg.getvalue().partition("<svg")[2].replace("#000000", "currentColor")
    label = "how many learners have how many points, and made which mistake"
    return f'<h2>Distribution</h2><svg role="img" aria-label="{label}" fill="currentColor"{picture}'


def _bars(axes: Axes, heights: dict[int, int], label: str) -> None:
    axes.bar(list(heights), list(heights.values()), color=BLUE)
    most = max(heights.values(), default=0)
    axes.set(xlabel=label, ylabel="learners", xticks=list(heights), ylim=(0, 1.05 * max(most, 4)))
    axes.locator_params(axis="y", integer=True)
    axes.spines[["top", "right"]].set_visible(False)
