"""The page that a learner gets back; it needs nothing else."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..show.pages import render
from .collect import Task
from .exercises import answers
from .process import Abort
from .submission import Submission
from .verdict import UNFINISHED, Verdict, unharmed

TEMPLATES = Path(__file__).with_name("templates")
STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")

LONGEST_NAME = 50
"""Letters; of four bytes each they still leave room for the rest in what a file may be called."""

Draw = Callable[..., str]
"""Makes a live figure of a run that fails, from its program, its record and a title; it is told
what to fold and the text of the submission (see `vmlesson.show.export`)."""


def page(title: str, body: str, script: str = "") -> str:
    """A page that needs nothing else, from HTML; `script` is for the figures in it."""
    script = script if 'class="stepper-figure"' in body else ""
    return str(render("page.html", title, script=script, style=STYLE, folder=TEMPLATES,
                      body=Markup(body)))  # fmt: skip


def feedback(
    report: Verdict, submission: Submission | None = None, draw: Draw | None = None
) -> str:
    """What a learner gets back, as the body of a page."""
    if report.outcome == UNFINISHED:
        return _not_judged(report)
    finding = report.finding
    if draw is None or submission is None or finding is None:
        return report.to_html()
    title = f"{report.exercise}: {finding.situation}"
    texts = dict(submission.cells) | submission.texts
    program = finding.program
    try:
        drawn = unharmed(
            report.warnings,
            "the picture",
            lambda: report.to_html(draw(program, finding.trace, title, answers(), texts)),
        )
    except Abort:  # more would have to be asked of code that has been stopped
        drawn = None
    return report.to_html() if drawn is None else drawn


def _not_judged(report: Verdict) -> str:
    """No table of checks: that none of them was passed proves nothing."""
    head = f"{report.exercise}: not judged yet; your teacher has been told"
    notes = [report.sentence, *(f"note: {warning}" for warning in report.warnings)]
    said = [Markup("<p>{}</p>").format(note) for note in notes]
    return str(Markup("<p><strong>{}</strong></p>").format(head) + Markup("").join(said))


def feedback_page(row: dict[str, Any], script: str = "") -> str:
    """The page of a learner, from its row."""
    file = Path(row["submission"])
    whose = f"{row['learner']}, {file.name}" if file.suffix else row["learner"]
    title = f"{row['exercise']}: your answer"
    return page(title, Markup("<p>{}</p>{}").format(whose, Markup(row["body"])), script)


def names_of_pages(exercise: str, tasks: Sequence[Task]) -> dict[str, str]:
    """A file name for each learner's page, by the task's key.

    Where a name had to be changed or cut, or is not the only one, what it was is added as a digest.
    """
    names = {task.key: re.sub(r"[^\w.-]+", "_", task.learner).lstrip(".") for task in tasks}
    taken = Counter(name.lower() for name in names.values())
    for task in tasks:
        name = names[task.key]
        if taken[name.lower()] > 1 or name != task.learner or len(name) > LONGEST_NAME:
            whose = f"{task.learner}\0{task.name}".encode(errors="surrogateescape")
            name = f"{name[:LONGEST_NAME]}-{hashlib.sha256(whose).hexdigest()[:8]}"
        names[task.key] = f"{name}-{exercise}.html"
    return names
