"""A drawing on a screen, in a notebook, in a file: always, with whatever Graphviz there is.

The dot of the system draws if there is one, else the program of the graphviz-pure wheel, which is
installed with this package.  Without either a drawing is its text, and says why.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import graphviz

from ..errors import UserError
from ..files import refuse_existing, write_file
from ..replay.table import html_table
from .look import THEME

SECONDS = 30
"""How long one drawing may take; none needs one."""
LEAST = 0.6
"""How small a page may make a drawing: its letters, 20 pixels high, are 12 then."""


class CannotRender(Exception):
    """No Graphviz could draw; the message says why in one line."""


def programs() -> Iterator[str]:
    """The Graphviz programs of this system, the one to be preferred first."""
    scripts = sysconfig.get_path("scripts")
    pure = os.path.join(scripts, "graphviz-pure.exe" if os.name == "nt" else "graphviz-pure")
    for found in (shutil.which("dot"), shutil.which(pure), shutil.which("graphviz-pure")):
        if found:
            yield found


def render(source: str, format: str) -> bytes:
    """A drawing with fixed places, drawn: "svg", "png", "pdf".

    Raises:
        CannotRender: there is no Graphviz, or none that can.
    """
    reason = "there is no Graphviz here: neither dot nor graphviz-pure"
    for program in programs():
        try:
            return run(program, source, format)
        except CannotRender as error:
            reason = str(error)
    if format == "pdf":
        reason += "; PDF needs the dot of the system"
    raise CannotRender(reason)


def run(program: str, source: str, format: str) -> bytes:
    """A drawing with fixed places, drawn by one Graphviz.

    Raises:
        CannotRender: it cannot.
    """
    command = [program, "-Kneato", "-n2", f"-T{format}"]
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRender(f"{program} does not run: {error}") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotRender(
            f"{program} cannot draw {format}: {said[-1] if said else 'it says nothing'}"
        )
    return done.stdout


@dataclass(frozen=True)
class Table:
    """The content of a drawing as rows of text."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def html(self) -> str:
        """The table as HTML; the first cell of a row is its heading."""
        rows = (map(escape, row) for row in self.rows)
        caption = f"<caption>{escape(self.caption)}</caption>"
        return html_table(map(escape, self.head), rows, caption)


class Shown:
    """Something that shows itself in a notebook, and can be saved.

    ``title`` and ``description`` are what a screen reader says, ``table`` is the same content in
    rows, ``text`` the same in letters.
    """

    formats: tuple[str, ...] = ()
    """The suffixes of files that it can be saved to."""

    def __init__(self, title: str, description: str, table: Table, text: str) -> None:
        self.title = title
        self.description = description
        self.table = table
        self.text = text

    def draw(self, format: str) -> bytes:
        """The content of a file of that format.

        Raises:
            CannotRender: it cannot be drawn here: there is no Graphviz, or no matplotlib, that can.
        """
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.title}>"

    # -- shown

    def svg(self) -> str:
        """An SVG element, which follows the theme of the page that it is in; raises as `draw`."""
        drawn = self.draw("svg").decode()
        start = drawn.index("<svg")
        end = drawn.index(">", start)
        # Its parts have titles of their own, by which Graphviz knows them: for the pointer.
        parts = drawn[end + 1 : drawn.rindex("</svg>")]
        mark = hashlib.sha1(drawn.encode(), usedforsecurity=False).hexdigest()[:8]
        return (
            f'{drawn[start:end]} class="vmlesson" role="img" '
            f'aria-labelledby="vm-title-{mark}" aria-describedby="vm-desc-{mark}">\n'
            f'<title id="vm-title-{mark}">{escape(self.title)}</title>'
            f'<desc id="vm-desc-{mark}">{escape(self.description)}</desc>'
            f'<style>{THEME}</style><g aria-hidden="true">{parts}</g></svg>\n'
        )

    def html(self) -> str:
        """The drawing with its table below; its text where nothing can draw it."""
        return str(Shown._repr_mimebundle_(self)["text/html"])

    def _folded_table(self) -> str:
        return f"<details><summary>The same as a table</summary>{self.table.html()}</details>"

    def _repr_svg_(self) -> str | None:
        try:
            return self.svg()
        except CannotRender:
            return None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        try:
            svg = self.svg()
        except CannotRender as error:
            why = f"Drawn in letters, as {error}."
            shown = f"<pre>{escape(self.text)}</pre><p>{escape(why)}</p>"
            data = {"text/plain": f"{self.text}\n{why}"}
        else:
            shown = in_a_page(svg, self.title)
            data = {"image/svg+xml": svg, "text/plain": self.text}
        figure = f'<figure style="margin: 0">{shown}{self._folded_table()}</figure>'
        return {"text/html": figure} | data

    # -- saved

    def save(self, path: str | Path, force: bool = False) -> Path:
        """Write a file, of the format that its suffix names; its path.

        Raises:
            UserError: another suffix; something is there already, and `force` is not given; no
                such directory; it cannot be drawn here.
        """
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in self.formats:
            suffixes = ", ".join(f".{each}" for each in self.formats)
            raise UserError(f"cannot write {path}: its name must end in one of {suffixes}")
        refuse_existing(path, force)
        try:
            content = self.svg().encode() if format == "svg" else self.draw(format)
        except CannotRender as error:
            raise UserError(f"cannot write {path}: {error}") from error
        write_file(path, content)
        return path


class Drawing(Shown):
    """A graph: ``graph`` is the graphviz.Digraph, ``source`` its text.

    ``picture`` is the plain data that it was made from, ``mm`` the id of the mm that was asked
    for, if it was one.  To be saved as PDF it needs the dot of the system.
    """

    formats = ("svg", "png", "pdf", "dot")

    def __init__(
        self,
        graph: graphviz.Digraph,
        title: str,
        description: str,
        table: Table,
        text: str,
        picture: dict[str, Any],
        mm: str | None = None,
    ) -> None:
        super().__init__(title, description, table, text)
        self.graph = graph
        self.picture = picture
        self.mm = mm

    @property
    def source(self) -> str:
        """The graph in the DOT language."""
        return str(self.graph.source)

    def draw(self, format: str) -> bytes:
        return self.source.encode() if format == "dot" else render(self.source, format)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if "pyodide" not in sys.modules:
            return super()._repr_mimebundle_(include, exclude)
        from .in_page import bundle

        return bundle(self.source, self.title, self.description, self._folded_table(), self.text)


def in_a_page(svg: str, title: str) -> str:
    """An SVG as a part of a page, as wide as it, but never so small that it cannot be read.

    Where a notebook is not trusted, an SVG is taken out and its letters stay: so there it is
    hidden, as its style sheet is taken out, too, and the same is there as an image, in one theme.
    """
    found = re.search(r'width="([\d.]+)pt"', svg)
    least = f"; min-width: {float(found[1]) * LEAST:.0f}pt" if found else ""
    style = f"max-width: 100%; height: auto{least}"
    fitted = svg.replace("<svg", f'<svg style="{style}"', 1)
    content = base64.b64encode(svg.encode()).decode()
    return (
        "<style>.vmlesson-live { display: block !important } .vmlesson-still { display: none }"
        '</style><div style="overflow-x: auto">'
        f'<div class="vmlesson-live" hidden="hidden">{fitted}</div>'
        f'<img class="vmlesson-still" style="{style}" alt="{escape(title)}" '
        f'src="data:image/svg+xml;base64,{content}"></div>'
    )


def with_more(made: Any, more: dict[str, Any]) -> Any:
    """A widget's outputs (and their metadata), and `more`, for where there are no widgets."""
    data, *metadata = made if isinstance(made, tuple) else (made,)
    data = dict(data or {}) | more
    return (data, *metadata) if metadata else data
