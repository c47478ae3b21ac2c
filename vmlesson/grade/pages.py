"""What a class gets: a page for each learner, a gradebook, a page for the instructor."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from .exercises import Exercise
from .report import Report

STYLE = """
body { font: 18px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em;
       color: #000; background: #fff; }
table { border-collapse: collapse; } th, td { border: 1px solid #888; padding: .2em .6em;
       text-align: left; vertical-align: top; }
"""


def page(title: str, body: str) -> str:
    """A page that needs nothing else."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def feedback_page(report: Report) -> str:
    """What a learner gets back."""
    return page(f"{report.exercise}: your answer", report.to_html())


def names_of_pages(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A file name for each learner's page: equal names are numbered, and overwrite nothing."""
    taken: Counter[str] = Counter()
    names = []
    for row in rows:
        name = re.sub(r"[^\w.-]+", "_", f"{row['learner']}-{row['exercise']}").lstrip(".")
        taken[name.lower()] += 1
        count = taken[name.lower()]
        names.append(f"{name}{f'-{count}' if count > 1 else ''}.html")
    return names


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """The gradebook: one line a submission, columns named as nbgrader names them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["assignment", "student_id", "score", "max_score", "outcome", "submission", "sentence"]
        )
        for row in rows:
            cells = (row["exercise"], row["learner"], row["points"], row["max_points"],
                     row["outcome"], row["submission"], row["sentence"])  # fmt: skip
            writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def instructors_page(
    exercise: Exercise, rows: Sequence[dict[str, Any]], pages: Sequence[str]
) -> str:
    """Who is unfinished, which mistakes are common, and a line for everybody."""
    counts = Counter(row["outcome"] for row in rows)
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    body = [f"<p>{len(rows)} submissions: {escape(said)}.</p>"]
    open_ones = [row for row in rows if row["outcome"] in ("unfinished", "error")]
    if open_ones:
        items = "".join(
            f"<li>{escape(': '.join((row['learner'], row['outcome'], row['sentence'])))}</li>"
            for row in open_ones
        )
        body.append(f"<h2>To be looked at</h2><ul>{items}</ul>")
    mistakes = Counter(
        f"{check['name']}: {_general(check['message'])}"
        for row in rows
        for check in row["checks"]
        if not check["passed"] and check["counterexample"]
    )
    if mistakes:
        items = "".join(f"<li>{n} × {escape(what)}</li>" for what, n in mistakes.most_common(10))
        body.append(f"<h2>Common mistakes</h2><ul>{items}</ul>")
    lines = "".join(
        f'<tr><td><a href="feedback/{escape(page, quote=True)}">{escape(row["learner"])}</a></td>'
        f"<td>{escape(row['outcome'])}</td><td>{row['points']}/{row['max_points']}</td>"
        f"<td>{escape(row['sentence'])}</td></tr>"
        for row, page in zip(rows, pages, strict=True)
    )
    head = "<tr><th>learner</th><th>outcome</th><th>points</th><th></th></tr>"
    body.append(f"<h2>Everybody</h2><table>{head}{lines}</table>")
    return page(f"{exercise.name}: the class", "".join(body))


def _general(message: str) -> str:
    """A message without the line: the same mistake on another line is the same mistake."""
    return re.sub(r"line \d+: ", "", message)
