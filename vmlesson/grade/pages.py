"""What a class gets: a page for each learner, a gradebook, a page for the instructor."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..policy import policy
from .exercises import Exercise
from .folds import answers
from .process import Abort
from .report import ERROR, SAME, UNFINISHED, Report
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
td:last-child, li { white-space: pre-wrap; }
thead th { background: var(--sunk); }
details { overflow-x: auto; margin: 1rem 0; } summary { cursor: pointer; padding: .6em 0; }
@media print { .stepper-host, summary { display: none; } }
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or cuts off before it looks."""

MOST_NAMES = 5
"""How many of those who made a mistake are named."""

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
    if report.outcome == UNFINISHED:
        return _not_judged(report)
    finding = report.finding
    if draw is None or submission is None or finding is None:
        return report.to_html()
    title = f"{report.exercise}: {finding.situation}"
    texts = dict(submission.cells) | submission.texts
    program = finding.failure.program
    try:
        return report.to_html(draw(program, finding.trace, title, answers(), texts))
    except Abort:  # more would have to be asked of code that has been stopped
        return report.to_html()
    except Exception as error:  # a picture must not cost anybody a verdict
        report.warnings.append(f"the picture could not be made: {error!r:.200}")
        return report.to_html()


def _not_judged(report: Report) -> str:
    """No table of checks: that none of them was passed proves nothing."""
    notes = [report.sentence, *(f"note: {warning}" for warning in report.warnings)]
    head = f"{report.exercise}: not judged yet; your teacher has been told"
    return f"<p><strong>{escape(head)}</strong></p>" + "".join(
        f"<p>{escape(note)}</p>" for note in notes
    )


def feedback_page(row: dict[str, Any], script: str = "") -> str:
    """The page of a learner, from its row."""
    file = Path(row["submission"])
    whose = f"{row['learner']}, {file.name}" if file.suffix else row["learner"]
    title = f"{row['exercise']}: your answer"
    return page(title, f"<p>{escape(whose)}</p>{row['body']}", script)


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
                     row["outcome"], row["submission"],
                     " ".join(_brief(row).split()))  # fmt: skip
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
    if open_ones := _to_be_looked_at(rows):
        items = "".join(f"<li>{escape(each)}</li>" for each in open_ones)
        body.append(f"<h2>To be looked at</h2><ul>{items}</ul>")
    if mistakes := _common_mistakes(rows):
        items = "".join(f"<li>{escape(each)}</li>" for each in mistakes)
        body.append(f"<h2>Common mistakes</h2><ul>{items}</ul>")
    lines = "".join(
        f'<tr><td><a href="feedback/{escape(page, quote=True)}">{escape(row["learner"])}</a></td>'
        f"<td>{escape(row['outcome'])}</td><td>{row['points']}/{row['max_points']}</td>"
        f"<td>{escape(_brief(row))}</td></tr>"
        for row, page in zip(rows, pages, strict=True)
    )
    head = "<tr><th>learner</th><th>outcome</th><th>points</th><th>in a sentence</th></tr>"
    body.append(f"<h2>Everybody</h2><table>{head}{lines}</table>")
    return page(f"{exercise.name}: the class", "".join(body))


def _to_be_looked_at(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Who handed in more than one, who is unfinished, and what could not be judged."""
    files = _grouped((row["learner"], row["submission"]) for row in rows)
    doubles = [
        f"{learner}: {len(names)} submissions: {', '.join(names)}"
        for learner, names in files.items()
        if len(names) > 1
    ]
    return doubles + [
        f"{row['learner']}: {outcome}: {row['sentence']}"
        for outcome in (UNFINISHED, ERROR)
        for row in rows
        if row["outcome"] == outcome
    ]


def _common_mistakes(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The ten most common, and who made them."""
    found = _grouped(
        (f"{check['name']}: {_general(check['message'])}", row["learner"])
        for row in rows
        for check in row["checks"]
        if not check["passed"] and check["counterexample"] and check["message"] != SAME
    )
    common = sorted(found.items(), key=lambda each: -len(each[1]))[:10]
    return [f"{len(learners)} × {what} ({_some(learners)})" for what, learners in common]


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _brief(row: dict[str, Any]) -> str:
    """The sentence without what is about the table of checks, which only a learner's page has."""
    return str(row["sentence"]).partition(" This is proved,")[0]


def _general(message: str) -> str:
    """A message without the line: the same mistake on another line is the same mistake."""
    return re.sub(r"line \d+: ", "", message)
