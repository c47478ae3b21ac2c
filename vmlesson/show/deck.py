"""The slides of an executed notebook, as one page.

What a page on disk cannot show is left out, and said: `Deck.faults` names the cell, counted from 1
as they stand in the notebook, and the reason.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import mistune
from markupsafe import Markup, escape
from mistune.plugins.math import math
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .formula import formula
from .height import HALL, MOST, height
from .pages import render
from .stepper_still import still
from .turns import turns

STATIC = Path(__file__).with_name("static")
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGETS = "application/vnd.jupyter.widget-state+json"
LOADED = re.compile(
    r"""(<(?:img|video|audio|source)\b[^>]*?\bsrc=)(["']?)(.*?)\2(?=\s|/?>)""", re.DOTALL
)
DEAD = re.compile(r"<(script|iframe|object|embed)\b", re.IGNORECASE)
HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)


@dataclass
class Slide:
    """A page of the talk: its cells in order, and what the speaker reads."""

    cells: list[tuple[int, Any]] = field(default_factory=list)
    notes: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def minutes(self) -> float | None:
        """How long it takes: what its notes begin with ("2 min"); None if they do not say."""
        return self._time(r"\W*(\d+(?:\.\d+)?) min\b")

    @property
    def short(self) -> float | None:
        """How long it takes in the short talk ("2 min, short: 1 min"); None: it is not in it."""
        return self._time(r"\W*\S+ min, short: (\d+(?:\.\d+)?) min\b")

    def _time(self, pattern: str) -> float | None:
        found = re.match(pattern, "\n".join(cell.source for _, cell in self.notes))
        return float(found[1]) if found else None

    @property
    def title(self) -> str:
        """The first heading in it, as plain text."""
        written = (cell.source for _, cell in self.cells if cell.cell_type == "markdown")
        found = HEADING.search("".join(str(mistune.html(text)) for text in written))
        return unescape(re.sub(r"<[^>]*>", "", found[1])).strip() if found else ""


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
            slides[-1].notes.append((number, cell))
        else:
            slides[-1].cells.append((number, cell))
    return slides


class _Renderer(mistune.HTMLRenderer):
    """Markdown with highlighted code and drawn formulas."""

    def __init__(self) -> None:
        super().__init__(escape=False)

    def block_code(self, code: str, info: str | None = None) -> str:
        return highlighted(code, (info or "text").split()[0])

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f'<img src="{escape(url)}" alt="{escape(text)}">'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#"):  # in the notebook it leads to the heading, here to the slide
            url = "#" + _slug(unquote(url))
        return super().link(text, url, title)


class Deck:
    """The slides of an executed notebook, as HTML.

    Args:
        folder: where the notebook is; pictures are looked for from there.
        notes: whether what the speaker reads is in the page.
        speaker: who talks, where and when; stands on the first slide.
    """

    def __init__(
        self, notebook: Any, folder: Path = Path(), notes: bool = True, speaker: str = ""
    ) -> None:
        self.notebook = notebook
        self.folder = folder
        self.notes = notes
        self.speaker = speaker
        self.faults: list[str] = []
        self.documents: list[dict[str, Any]] = []
        self.slides = slides_of(notebook)
        self.ids: list[str] = []
        self.number = 0
        renderer = _Renderer()
        plugins: list[Any] = ["table", "strikethrough", "task_lists", math]
        self.markdown = mistune.create_markdown(renderer=renderer, plugins=plugins)
        renderer.register("inline_math", lambda _, text: self.formula(text))
        renderer.register("block_math", lambda _, text: self.formula(text, "p"))

    def page(self) -> str:
        """The whole file.  It is the same for the same outputs."""
        slides = [self.section(slide) for slide in self.slides]
        return render(
            "deck.html",
            self.slides[0].title or "A talk",
            script=(STATIC / "deck.js").read_text(encoding="utf-8"),
            style=(STATIC / "deck.css").read_text(encoding="utf-8"),
            slides=slides,
            speaker=self.speaker,
            documents=self.documents,
        )

    def section(self, slide: Slide) -> dict[str, Any]:
        """One slide: its heading, and one column; two where a cell is tagged "right".

        A cell tagged "below" is below both.  Fragments come in the notebook's order.
        """
        parts: dict[str, list[str]] = {"left": [], "right": [], "below": []}
        steppers = len(self.documents)
        for order, (number, cell) in enumerate(slide.cells):
            content = "\n".join(self.cell(number, cell))
            kind = cell.metadata.get("slideshow", {}).get("slide_type")
            fragment = f' class="fragment" data-order="{order}"' if kind == "fragment" else ""
            tags = cell.metadata.get("tags", ())
            side = next((side for side in ("right", "below") if side in tags), "left")
            if content:
                parts[side].append(f"<div{fragment}>{content}</div>")
        left, right, below = ("\n".join(part) for part in parts.values())
        found = re.match(r"<div>(<h[1-3]>.*?</h[1-3]>)", left)
        heading = found[1] if found else ""
        left = re.sub(r"<div>\s*</div>\n?", "", left.replace(heading, "", 1))
        live = len(self.documents) > steppers
        title = slide.title or f"Slide {len(self.ids) + 1}"
        high = 0 if live else height(heading, left, right, below)
        if high > MOST:
            first = slide.cells[0][0] if slide.cells else self.number
            self.faults.append(
                f"cell {first}: the slide “{title}” needs about {high:.0f} of {HALL} pixels: "
                "split it in two"
            )
        notes = "\n".join(self.written(*note) for note in slide.notes if self.notes)
        return {
            "id": self._id(title),
            "title": title,
            "live": live,
            "minutes": f"{slide.minutes:g}" if self.notes and slide.minutes else "",
            "short": f"{slide.short:g}" if slide.short else "",
            "heading": Markup(heading),
            "left": Markup(left),
            "right": Markup(right),
            "below": Markup(below),
            "notes": Markup(notes),
        }

    def _id(self, title: str) -> str:
        plain = _slug(title)
        # A number alone would be taken for a place in the deck, document-0 is a stepper's.
        taken = re.fullmatch(r"(document-)?\d*", plain)
        name = f"slide-{plain}".rstrip("-") if taken else plain
        base, count = name, 1
        while name in self.ids:
            count += 1
            name = f"{base}-{count}"
        self.ids.append(name)
        return name

    # -- cells

    def fault(self, reason: str) -> str:
        """Note what the cell that is looked at wants and a page cannot do; nothing, to be shown."""
        self.faults.append(f"cell {self.number}: {reason}")
        return ""

    def cell(self, number: int, cell: Any) -> Iterator[str]:
        """The parts of a cell that are seen."""
        self.number = number
        if cell.cell_type == "markdown":
            yield self.written(number, cell)
        if cell.cell_type != "code":
            return
        hidden = cell.metadata.get("jupyter", {})
        if not hidden.get("source_hidden") and cell.source.strip():
            yield highlighted(cell.source, "python")
        if hidden.get("outputs_hidden"):
            return
        for printed, outputs in groupby(cell.outputs, lambda each: each.output_type == "stream"):
            if not printed:
                yield from map(self.output, outputs)
            elif said := "".join(each.text for each in outputs):
                yield _plain(said)

    def written(self, number: int, cell: Any) -> str:
        """A cell of markdown."""
        self.number = number
        return self.taken_in(str(self.markdown(cell.source)), cell.get("attachments", {}))

    def output(self, output: Any) -> str:
        """One output, in the richest form that a page on disk can show."""
        if output.output_type == "error":
            return _plain(f"{output.ename}: {output.evalue}")
        data = output.data
        if WIDGET in data and "image/svg+xml" not in data:  # else it has a picture for paper
            return self.widget(data)
        if "image/svg+xml" in data:
            return f"<figure>{_inline(data['image/svg+xml'])}</figure>"
        if "text/latex" in data:
            tex = data["text/latex"].strip().removeprefix(r"$\displaystyle").strip("$ ")
            return self.formula(tex, "p")
        if "text/html" in data:
            return f'<div class="html">{self.taken_in(data["text/html"])}</div>'
        for kind in ("image/png", "image/jpeg", "image/gif"):
            if kind in data:
                text = escape(data.get("text/plain", "a picture"))
                return f'<figure><img src="data:{kind};base64,{data[kind]}" alt="{text}"></figure>'
        if "text/markdown" in data:
            return self.taken_in(str(self.markdown(data["text/markdown"])))
        if "application/javascript" in data:
            return self.fault("it gives a script, but only the deck's own scripts run")
        if set(data) - {"text/plain"} and any(kind.startswith("application/") for kind in data):
            kinds = ", ".join(sorted(set(data) - {"text/plain"}))
            self.fault(f"it gives {kinds}, which a page on disk cannot show")
        return _plain(data.get("text/plain", ""))

    def formula(self, tex: str, around: str = "span") -> str:
        """TeX math, drawn."""
        try:
            return f"<{around}>{formula(tex)}</{around}>"
        except ValueError as error:
            why = str(error).strip().splitlines()[-1]
            return self.fault(f"the formula {tex.strip()} cannot be drawn: {why}")

    def taken_in(self, html: str, attachments: Any = ()) -> str:
        """HTML with the files that it names in it; what cannot be had or would not run is noted."""
        for tag in sorted({found.lower() for found in DEAD.findall(html)}):
            self.fault(f"<{tag}> does nothing in a page that is not allowed to load anything")

        def content(found: re.Match[str]) -> str:
            start, quote, url = found.groups()
            quote = quote or '"'
            return start + quote + self._data(unescape(url), attachments) + quote

        return LOADED.sub(content, html)

    def _data(self, url: str, attachments: Any) -> str:
        name = unquote(url)
        if url.startswith("data:"):
            return url
        if name.startswith("attachment:"):
            for kind, content in attachments.get(name.removeprefix("attachment:"), {}).items():
                return f"data:{kind};base64,{content}"
        elif url.startswith(("http:", "https:", "//")):
            return self.fault(f"{url} is on another host: save it beside the notebook")
        else:
            with suppress(OSError):
                content = (self.folder / name).read_bytes()
                kind = mimetypes.guess_type(name)[0] or "image/png"
                return f"data:{kind};base64,{base64.b64encode(content).decode()}"
        return self.fault(f"{name} is not there: files are looked for beside the notebook")

    def widget(self, data: Any) -> str:
        """A stepper; of another widget its text."""
        states = self.notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
        model = states.get(data[WIDGET]["model_id"], {})
        document = model.get("state", {}).get("doc")
        if isinstance(document, dict) and "states" in document:
            return self.stepper(document)
        kind = model.get("model_name", "a widget").removesuffix("Model")
        self.fault(f"{kind} needs a kernel, and a deck has none; only steppers are live in one")
        return _plain(data.get("text/plain", ""))

    def stepper(self, document: dict[str, Any]) -> str:
        """A place for a live stepper; in a preview its still, on paper a table."""
        drive = document.get("drive")
        if drive and not drive["whole"]:
            return self.fault("this Drive has too many states for a page; take fewer pages")
        self.documents.append(document)
        return (
            f'<div class="stepper-host" data-document="{len(self.documents) - 1}"></div>'
            f'<figure class="still">{_inline(still(document))}</figure>'
            f'<div class="handout">{turns(document)}</div>'
        )


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def highlighted(code: str, language: str) -> str:
    """Code as HTML, its tokens told by class."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    text = highlight(code.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    return _pre("source", "source", f"<code>{text}</code>")


def _plain(text: str) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"^.*\r(?!\n)", "", text, flags=re.MULTILINE)  # a line that was written over
    lines = text.rstrip().split("\n")  # each is a block: what is too long goes on further in
    return _pre("said", "output", "".join(f"<span>{escape(line)}\n</span>" for line in lines))


def _pre(kind: str, label: str, content: str) -> str:
    """Lines that may be wider than the page: keys reach them, and they say what they are."""
    return f'<pre class="{kind}" tabindex="0" role="group" aria-label="{label}">{content}</pre>'


def _inline(svg: str) -> str:
    """An SVG as a part of a page: without what only a file of its own begins with."""
    return re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.DOTALL)
