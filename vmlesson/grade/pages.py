"""What a class gets: a page for each learner, a gradebook, a page for the instructor."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..policy import policy
from .exercises import Exercise
from .folds import answers
from .process import Abort
from .report import SAME, Report
from .submission import Submission

STYLE = """
:root { color-scheme: light dark; --ink: #111; --bg: #fff; --quiet: #555; --rule: #bbb;
        --sunk: #f4f4f2; --link: #00568a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f2f2; --bg: #111; --quiet: #b9b9b9; --rule: #666; --sunk: #1e1e1e;
          --link: #7cc4f0; } }
body { font: 17px/1.5 "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif;
       max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem; color: var(--ink);
       background: var(--bg); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1rem; } h2 { font-size: 1.25rem; }
a { color: var(--link); }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid var(--rule); padding: .25em .7em; text-align: left;
         vertical-align: top; }
td:first-child { min-width: 9rem; max-width: 24rem; }
td:first-child, td:last-child { overflow-wrap: anywhere; }
thead th { background: var(--sunk); }
details { overflow-x: auto; margin: 1rem 0; } summary { cursor: pointer; padding: .6em 0; }
@media print { .stepper-host, summary { display: none; } }
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or cuts off before it looks."""

Draw = Callable[..., str]
"""Makes a live figure of a run that fails, from its program, its record and a title; it is told
what to fold and the text of the submission (see `vmlesson.show.embed`)."""


def page(title: str, body: str, script: str = "") -> str:
    """A page that needs nothing else; `script` is for the figures in it."""
    script = script if 'class="stepper-figure"' in body else ""
    end = f'<script type="module">{script}</script>' if script else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script)}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main>{end}</body></html>\n"
    )


def feedback(report: Report, submission: Submission | None = None, draw: Draw | None = None) -> str:
    """What a learner gets back, as the body of a page."""
    finding = report.finding
    if draw is None or submission is None or finding is None:
        return report.to_html()
    title, texts = f"{report.exercise}: {finding.situation}", dict(submission.cells)
    program = finding.failure.program
    try:
        return report.to_html(draw(program, finding.trace, title, answers(), texts))
    except Abort:  # more would have to be asked of code that has been stopped
        return report.to_html()


def feedback_page(row: dict[str, Any], script: str = "") -> str:
    """The page of a learner, from its row."""
    return page(f"{row['exercise']}: your answer", row["body"], script)


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
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
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
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


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
        if not check["passed"] and check["counterexample"] and check["message"] != SAME
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
    head = "<tr><th>learner</th><th>outcome</th><th>points</th><th>in a sentence</th></tr>"
    body.append(f"<h2>Everybody</h2><table>{head}{lines}</table>")
    return page(f"{exercise.name}: the class", "".join(body))


def _general(message: str) -> str:
    """A message without the line: the same mistake on another line is the same mistake."""
    return re.sub(r"line \d+: ", "", message)
