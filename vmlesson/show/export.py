"""A stepper as one HTML file that opens from disk, with no network, no kernel and no Python.

Also as a figure inside another page: its document as plain data, and one script for all.  And a
step of it as a picture, for papers and for other people's slides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..explore import Failure, Trace, explore, replay
from ..files import refuse_existing, write_file
from ..replay.table import as_html
from ..scenarios import find, scenarios
from .drive import Drive
from .graphs import chains
from .pages import as_json, render
from .render import Drawing
from .stepper import MODULE, decisive_step, document_of, of_trace, titled
from .turns import turns

STATIC = Path(__file__).with_name("static")
PICTURES = (".svg", ".png", ".pdf")
FORMATS = (".html", *PICTURES)
NODES = 2_000
"""How far is looked for the decisive step of a figure: a class has many pages."""


def page(document: dict[str, Any], begin: int = 0) -> str:
    """The text of a page that shows a stepper's document, from the step `begin` on.

    It is the same for the same document.  On paper a run stands as its turns.
    """
    return render(
        "stepper.html",
        document["title"] or "A recorded run",
        script=MODULE.read_text(encoding="utf-8") + "alone();\n",
        style=(STATIC / "alone.css").read_text(encoding="utf-8"),
        seen=to_be_seen(document),
        text=document["text"],
        turns=turns(document),
        documents=[document],
        begin=begin,
    )


def to_be_seen(document: dict[str, Any]) -> str:
    """What a reader is to look for in a run, in one sentence."""
    verdict = document.get("verdict") or {}
    names = " and ".join(document["cpus"])
    if document.get("drive"):
        return f"You choose at each step which of {names} goes next: can you break the promise?"
    if verdict.get("outcome") != "fails":
        return f"A run of {names}, step by step: press →."
    words = verdict.get("words") or verdict["kind"]
    decisive = document.get("decisive")
    when = f"; from step {decisive} on it is inevitable" if decisive else ""
    return f"{names}, step by step (→), until {words}{when}."


def write_page(document: dict[str, Any], path: Path, force: bool = False, begin: int = 0) -> Path:
    """Write the page of a document, opened at the step `begin`; its path.

    Raises:
        UserError: something is there already, and `force` is not given; it cannot be written.
    """
    refuse_existing(path, force)
    write_file(path, page(document, begin).encode())
    return path


def script() -> str:
    """What brings the figures of a page to life."""
    return MODULE.read_text(encoding="utf-8") + "figures();\n"


def figure(
    program: Any,
    trace: Trace,
    title: str,
    folded: Collection[str] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """A run that fails, as a part of a page that ends with `script`; below it, for print and for
    where no script runs, its table.

    Args:
        program: what the run is a run of.
        folded, texts: as for `vmlesson.show.stepper_source.Sources`.
    """
    document = document_of(program, trace, title, folded, texts, NODES)
    return (
        '<div class="stepper-figure"><div class="stepper-host"></div>'
        f'<script type="application/json">{as_json(document)}</script>'
        f"<details open><summary>The schedule as a table</summary>{as_html(trace)}</details></div>"
    )


def export(
    name: str,
    path: str | Path,
    *,
    release: str = "v3.2",
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    step: int | None = None,
    drive: bool = False,
    force: bool = False,
) -> Path:
    """Write a scenario of the catalogue as a page, or a step of it as a picture.

    The suffix of `path` says which: .html, .svg, .png, .pdf.

    The run with the fewest preemptions that fails; where none does, the one in which every CPU runs
    to its end in turn.  A page opens after `step` steps, by default at the beginning, a picture
    shows the state then, by default that of the decisive step.  With `drive`, a page in which the
    reader chooses who goes next.

    Raises:
        UserError: unknown scenario, form or release; no such step; something is at `path` already,
            and `force` is not given; with `drive`, a step, or too many states for a page.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise UserError(f"cannot write {path}: its name must end in one of {', '.join(FORMATS)}")
    if drive and path.suffix.lower() != ".html":
        raise UserError(f"cannot write {path}: a race to be driven is a page (.html)")
    if drive and step is not None:
        raise UserError(f"step {step}: a race to be driven has no steps yet")
    refuse_existing(path, force)  # before the work, not after
    forms = scenarios(name, pages, walkers, form)
    if drive:
        return Drive(name, release, pages=pages, walkers=walkers, form=form).to_html(path, force)
    results = {
        label: explore(each, release=release).in_form(label) for label, each in forms.items()
    }
    failures = [failure for result in results.values() for failure in result.failures]
    failure = min(failures, key=lambda each: each.cost, default=None)
    label, scenario = next(iter(forms.items()))
    trace = failure.trace() if failure else replay(scenario.program(release=release))
    if step is not None and step not in range(len(trace.steps) + 1):
        raise UserError(f"there is no step {step}: this run has {len(trace.steps)}")
    if path.suffix.lower() in PICTURES:
        return _picture(failure, trace, step).save(path, force)
    title = titled(find(name).name, release, failure.form if failure else label)
    document = document_of(failure.program, trace, title) if failure else of_trace(trace, title)
    return write_page(document, path, force, step or 0)


def _picture(failure: Failure | None, trace: Trace, step: int | None) -> Drawing:
    """The state after a step; where none is named, after the decisive one, or at the end."""
    if step is None:
        step = (decisive_step(failure.program, trace) if failure else None) or len(trace.steps)
    picture = trace.steps[step - 1].picture if step else trace.picture
    return chains(picture, pages=True)
