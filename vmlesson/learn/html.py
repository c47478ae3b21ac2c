"""What a cell shows as HTML."""

from __future__ import annotations


class Html:
    """A piece of HTML with a plain text for where there is none."""

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text
