"""A talk as one HTML file: a notebook's slides with live steppers, for a hall without a network.

JupyterLab's property inspector says which cell is what (slide, subslide, fragment, skip, notes).
The notebook is executed in a copy; markdown is rendered, code highlighted, and every stepper's
document put into the page here, so that the page needs nothing but a browser: static/deck.js turns
the pages and static/stepper.js steps.  What was wrong with a notebook is told by cell, counted
from 1 as they stand in it.
"""

from __future__ import annotations

import base64
import mimetypes
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import mistune
import nbformat
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from ..errors import UserError
from ..files import refuse_existing, replace_file
from ..policy import policy
from .export import as_json
from .stepper import MODULE
from .stepper_still import still

STATIC = Path(__file__).with_name("static")
SECONDS = 120
"""For one cell."""
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGETS = "application/vnd.jupyter.widget-state+json"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body data-jp-theme-light="true">
<main>
<h1 class="hidden">{title}</h1>
{slides}
</main>
{documents}
<script type="module">{script}</script>
</body>
</html>
"""


@dataclass
class Slide:
    """A page of the talk: its cells in order, and what the speaker reads."""

    cells: list[tuple[int, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def minutes(self) -> float | None:
        """How long it takes: what its notes begin with ("2 min"); None if they do not say."""
        found = re.match(r"\W*(\d+(?:\.\d+)?) min\b", "\n".join(self.notes))
        return float(found[1]) if found else None

    @property
    def title(self) -> str:
        """The first heading in it, as plain text."""
        for _, cell in self.cells:
            found = re.search(r"^#+ +(.+?)#*$", cell.source, re.MULTILINE)
            if cell.cell_type == "markdown" and found:
                return re.sub(r"[`*]", "", found[1]).strip()
        return ""


def slides_of(notebook: Any) -> list[Slide]:
    """A notebook's slides.  What stands before the first is executed but not shown."""
    slides: list[Slide] = []
    for number, cell in enumerate(notebook.cells, 1):
        kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
        if kind in ("slide", "subslide"):
            slides.append(Slide())
        if kind == "skip" or not slides:
            continue
        if kind == "notes":
            slides[-1].notes.append(cell.source)
        else:
            slides[-1].cells.append((number, cell))
    return slides


# ------------------------------------------------------------------------- reading and executing


def read(path: Path) -> Any:
    """A notebook that has slides.

    Raises:
        UserError: there is none.
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UserError(f"no notebook {path}: {error.strerror}") from error
    except Exception as error:  # nbformat lets through whatever its parts raise
        raise UserError(f"{path} is no notebook: {error}") from error
    if not slides_of(notebook):
        raise UserError(
            f"{path} has no slides: in JupyterLab's property inspector give the cells a slide type"
        )
    return notebook


def execute(notebook: Any, name: str = "the notebook") -> Any:
    """The notebook with its outputs, run in an empty directory by this very Python.

    Raises:
        UserError: a cell raises, or does not end.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    copy = deepcopy(notebook)
    package = str(Path(__file__).parents[2])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
    }
    # A python3 kernel in the user's home may be another Python, which has no vmlesson.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        client = NotebookClient(
            copy,
            timeout=SECONDS,
            kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=40"],
            resources={"metadata": {"path": directory}},
        )
        try:
            client.execute(env=environment)
        except CellTimeoutError:
            cell = client.code_cells_executed
            raise UserError(f"{name}: code cell {cell} did not end within {SECONDS} s") from None
        except CellExecutionError as error:
            cell = next(number for number, each in enumerate(copy.cells, 1) if _raised(each))
            raise UserError(f"{name}: cell {cell} raises {error.ename}: {error.evalue}") from None
        except DeadKernelError as error:
            raise UserError(f"{name}: the kernel died: {error}") from None
    return copy


def _raised(cell: Any) -> bool:
    allowed = "raises-exception" in cell.metadata.get("tags", ())
    return not allowed and any(output.output_type == "error" for output in cell.get("outputs", ()))


# ---------------------------------------------------------------------------------------- as HTML


class _Renderer(mistune.HTMLRenderer):
    """Markdown with highlighted code, and with pictures taken in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(escape=False)
        self.folder = folder

    def block_code(self, code: str, info: str | None = None) -> str:
        return highlighted(code, (info or "text").split()[0])

    def image(self, text: str, url: str, title: str | None = None) -> str:
        path = self.folder / url
        if not url.startswith("data:") and not path.is_file():
            raise UserError(
                f"the picture {url} is not there: a deck takes in files beside the notebook"
            )
        if not url.startswith("data:"):
            url = _data(path.read_bytes(), mimetypes.guess_type(url)[0] or "image/png")
        return f'<img src="{escape(url)}" alt="{escape(text)}">'


def highlighted(code: str, language: str) -> str:
    """Code as HTML, its tokens told by class."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    text = highlight(code.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="source" tabindex="0"><code>{text}</code></pre>'


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


class Deck:
    """The slides of an executed notebook, as HTML."""

    def __init__(self, notebook: Any, folder: Path = Path(), notes: bool = True) -> None:
        self.notebook = notebook
        self.notes = notes
        self.markdown = mistune.create_markdown(renderer=_Renderer(folder), plugins=["table"])
        self.documents: list[dict[str, Any]] = []
        self.slides = slides_of(notebook)
        self.ids: list[str] = []

    def page(self) -> str:
        """The whole file.  It is the same for the same outputs."""
        sections = "\n".join(self.section(slide) for slide in self.slides)
        sources = (MODULE, STATIC / "deck.js")
        script = "\n".join(source.read_text(encoding="utf-8") for source in sources)
        # Outputs bring styles of their own; as nothing may be loaded, a style can load nothing.
        return PAGE.format(
            policy=f"{policy(script)}; img-src data:",
            title=escape(self.slides[0].title or "A talk"),
            style=(STATIC / "deck.css").read_text(encoding="utf-8"),
            slides=sections,
            documents="\n".join(
                f'<script type="application/json" id="document-{number}">'
                f"{as_json(document)}</script>"
                for number, document in enumerate(self.documents)
            ),
            script=script,
        )

    def section(self, slide: Slide) -> str:
        """One slide: its heading, and one column; two where a cell is tagged "right".

        A cell tagged "below" is below both.
        """
        parts: dict[str, list[str]] = {"left": [], "right": [], "below": []}
        steppers = len(self.documents)
        for number, cell in slide.cells:
            content = "\n".join(self.cell(number, cell))
            kind = cell.metadata.get("slideshow", {}).get("slide_type")
            fragment = ' class="fragment"' if kind == "fragment" else ""
            tags = cell.metadata.get("tags", ())
            side = next((side for side in ("right", "below") if side in tags), "left")
            if content:
                parts[side].append(f"<div{fragment}>{content}</div>")
        left, right, below = ("\n".join(part) for part in parts.values())
        found = re.match(r"<div>(<h[1-3]>.*?</h[1-3]>)", left)
        heading = found[1] if found else ""
        left = re.sub(r"<div>\s*</div>\n?", "", left.replace(heading, "", 1))
        sides = f'<div class="side">{left}</div>\n<div class="side">{right}</div>'
        body = (f'<div class="sides">{sides}</div>' if right else left) + below
        title = slide.title or f"Slide {len(self.ids) + 1}"
        live = ' class="live"' if len(self.documents) > steppers else ""
        minutes = f' data-minutes="{slide.minutes:g}"' if self.notes and slide.minutes else ""
        notes = self.markdown("\n\n".join(slide.notes)) if self.notes and slide.notes else ""
        return (
            f'<section id="{self._id(title)}"{live} aria-label="{escape(title)}"{minutes} '
            f'tabindex="-1">\n{heading}\n{body}\n'
            + (f"<template>{notes}</template>\n" if notes else "")
            + "</section>"
        )

    def _id(self, title: str) -> str:
        plain = re.sub(r"\W+", "-", title.lower()).strip("-")
        # A number alone would be taken for a place in the deck.
        name = plain if plain and not plain.isdigit() else f"slide-{plain}".rstrip("-")
        base, count = name, 1
        while name in self.ids:
            count += 1
            name = f"{base}-{count}"
        self.ids.append(name)
        return name

    # -- cells

    def cell(self, number: int, cell: Any) -> Iterator[str]:
        """The parts of a cell that are seen."""
        if cell.cell_type == "markdown":
            yield str(self.markdown(cell.source))
        if cell.cell_type != "code":
            return
        hidden = cell.metadata.get("jupyter", {})
        if not hidden.get("source_hidden") and cell.source.strip():
            yield highlighted(cell.source, "python")
        if hidden.get("outputs_hidden"):
            return
        said = ""
        for output in cell.outputs:
            if output.output_type == "stream":
                said += output.text
                continue
            if said:
                yield _plain(said)
            said = ""
            yield self.output(number, output)
        if said:
            yield _plain(said)

    def output(self, number: int, output: Any) -> str:
        """One output, in the richest form that a page on disk can show."""
        if output.output_type == "error":
            return _plain(f"{output.ename}: {output.evalue}")
        data = output.data
        document = self._document(data)
        if document is not None:
            return self.stepper(number, document)
        if "image/svg+xml" in data:
            return f"<figure>{_inline(data['image/svg+xml'])}</figure>"
        if "text/html" in data:
            return f'<div class="html">{data["text/html"]}</div>'
        for kind in ("image/png", "image/jpeg"):
            if kind in data:
                text = escape(data.get("text/plain", "a picture"))
                return f'<figure><img src="data:{kind};base64,{data[kind]}" alt="{text}"></figure>'
        if "text/markdown" in data:
            return str(self.markdown(data["text/markdown"]))
        return _plain(data.get("text/plain", ""))

    def _document(self, data: Any) -> dict[str, Any] | None:
        """What a stepper among the outputs shows; None if it is no stepper."""
        if WIDGET not in data:
            return None
        widgets = self.notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
        state = widgets.get(data[WIDGET]["model_id"], {}).get("state", {})
        document = state.get("doc")
        return document if isinstance(document, dict) and "states" in document else None

    def stepper(self, number: int, document: dict[str, Any]) -> str:
        """A place for a live stepper; in a preview its still, on paper a table."""
        drive = document.get("drive")
        if drive and not drive["whole"]:
            raise UserError(
                f"cell {number}: this Drive has too many states for a page; take fewer pages"
            )
        self.documents.append(document)
        return (
            f'<div class="stepper-host" data-document="{len(self.documents) - 1}"></div>'
            f'<figure class="still">{_inline(still(document))}</figure>'
            f'<div class="handout">{handout(document)}</div>'
        )


def handout(document: dict[str, Any]) -> str:
    """A run on paper: a row for each time that a CPU goes on until another does."""
    if document.get("drive"):
        return (
            "<p>In the hall this race is driven by hand: at each step somebody chooses a CPU.</p>"
        )
    steps = [document["pool"][document["steps"][place]["did"]] for place in document["run"]]
    lines, last = [], 0
    for cpu, turn in groupby(steps, key=lambda step: step["cpu"]):
        name, together = document["cpus"][cpu], list(turn)
        first, last = last + 1, last + len(together)
        said = (re.sub(r"^CPU .*?: ", "", step["sentence"]).rstrip(".") for step in together)
        changes = (change for step in together for change in step["changes"])
        cells = (name, _listed(said), _listed(changes))
        lines.append(
            f'<tr><th scope="row">{first}–{last}</th>'
            + "".join(f"<td>{escape(text)}</td>" for text in cells)
            + "</tr>"
        )
    verdict = document.get("verdict") or {}
    end = ": ".join(verdict[part] for part in ("kind", "message") if verdict.get(part))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("steps", "CPU", "does", "changes"))
    return (
        f"<table><caption>{escape(document['title'])}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table><p>{escape(end)}</p>"
    )


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def _plain(text: str) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return f'<pre class="said" tabindex="0">{escape(text.rstrip())}</pre>'


def _inline(svg: str) -> str:
    """An SVG as a part of a page: without what only a file of its own begins with."""
    return re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.DOTALL)


# ---------------------------------------------------------------------------------------- writing


@dataclass(frozen=True)
class Built:
    """What `build` wrote."""

    path: Path
    slides: int
    minutes: float

    def __str__(self) -> str:
        size = self.path.stat().st_size / 1e6
        minutes = f", {self.minutes:g} min" if self.minutes else ""
        slides = f"{self.slides} slide{'' if self.slides == 1 else 's'}"
        return f"{self.path}: {slides}{minutes}, {size:.1f} MB"


def build(source: Path, target: Path, *, notes: bool = True, force: bool = False) -> Built:
    """Execute a notebook and write its slides as one HTML file.

    Args:
        source: the notebook; it is not changed.
        target: the file.
        notes: whether the speaker's notes are in it.
        force: whether a file that is there already is replaced.

    Raises:
        UserError: no notebook or no slides in it; a cell raises; `target` is there already.
    """
    refuse_existing(target, force)  # before the work, not after
    deck = Deck(execute(read(source), source.name), source.parent, notes)
    page = deck.page()
    try:
        replace_file(target, page.encode())
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror}") from error
    minutes = sum(slide.minutes or 0 for slide in deck.slides)
    return Built(target, len(deck.slides), minutes)
