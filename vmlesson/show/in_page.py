"""A drawing where Python cannot start a process: in a browser tab the page itself draws it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .look import THEME
from .render import with_more


class InPage(anywidget.AnyWidget):
    """The graph of a drawing, drawn by the Graphviz that the site serves (static/in_page.js)."""

    _esm = Path(__file__).with_name("static") / "in_page.js"
    drawing = traitlets.Dict().tag(sync=True)

    def __init__(self, source: str, title: str, description: str, table: str) -> None:
        head = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        drawing = {"dot": source, "head": head, "style": THEME, "table": table}
        super().__init__(drawing=drawing)


def bundle(source: str, title: str, description: str, table: str, text: str) -> dict[str, Any]:
    """What a notebook shows of a drawing there; `text` where there are no widgets."""
    made = InPage(source, title, description, table)._repr_mimebundle_()
    data: dict[str, Any] = with_more(made, {"text/plain": text})
    return data
