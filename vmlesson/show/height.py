"""How high a slide will be, without a browser: near enough to say that it is far too high."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import zip_longest

HALL = 720
"""Pixels that a slide has, 1280 wide; the deck scales it as a whole."""
MOST = round(HALL / 0.86)
"""What the deck shrinks to fit: its text is then 26 pixels high instead of 30."""
PADDING, WIDE, GAP = 58, 1200, 32
# Of a line in pixels, by the element that it is in: its height, the space around, a letter's width.
TEXT = {
    "h1": (64, 20, 30),
    "h2": (44, 13, 20),
    "h3": (32, 10, 15),
    "pre": (29.5, 32, 13.24),
    "td": (37.5, 12, 14),
    "th": (37.5, 12, 14),
    "li": (42, 9, 14),
    "p": (42, 15, 14),
    "dd": (42, 9, 14),
}


class _Blocks(HTMLParser):
    """The blocks of a part of a slide, each as high as its lines."""

    def __init__(self, wide: float) -> None:
        super().__init__()
        self.wide = wide
        self.high = 0.0
        self.open: list[str] = []
        self.said = ""
        self.small = False
        self.rows: list[list[list[int]]] = []
        """Of the table that is open: its rows, their cells, the letters of each line."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TEXT:
            self.close()
            self.open.append(tag)
        elif tag == "tr":
            self.rows.append([])
        elif tag == "small":
            self.small = True
        elif tag == "br":
            self.said += "\n"
        elif tag == "svg" and ("class", "math") not in attrs:
            found = re.match(r"([\d.]+)pt", dict(attrs).get("height") or "")
            self.high += min(float(found[1]) * 4 / 3 * 0.9, HALL / 2) if found else 0

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == self.open[-1]:
            self.close()
            self.open.pop()
        elif tag == "small":
            self.small = False
        elif tag == "table":
            self.high += self.table()
            self.rows = []

    def handle_data(self, data: str) -> None:
        # Two thirds as wide: so many letters of the others.
        self.said += data[: len(data) * 2 // 3] if self.small else data

    def close(self) -> None:
        """The text so far ends here."""
        said, self.said = self.said.strip("\n"), ""
        if not self.open or not said.strip():
            return
        tag = self.open[-1]
        line, space, letter = TEXT[tag]
        if tag in ("td", "th"):
            if not self.rows:  # a cell outside of any row
                self.rows.append([])
            self.rows[-1].append([len(row) for row in said.split("\n")])
            return
        rows = said.split("\n") if tag == "pre" else [" ".join(said.split())]
        self.high += line * _lines(map(len, rows), self.wide / letter) + space

    def table(self) -> float:
        """The rows of a table, whose columns get room by their longest lines."""
        line, space, letter = TEXT["td"]
        wide: list[int] = []
        for row in self.rows:
            longest = [max(cell) for cell in row]
            wide = [max(pair) for pair in zip_longest(wide, longest, fillvalue=0)]
        share = min(1, self.wide / letter / max(1, sum(wide)))
        return sum(
            space
            + line
            * max(_lines(cell, column * share) for cell, column in zip(row, wide, strict=False))
            for row in self.rows
            if row
        )


def _lines(letters: Iterable[int], fits: float) -> int:
    return sum(max(1, math.ceil(each / max(1, fits))) for each in letters)


def height(heading: str, left: str, right: str, below: str) -> float:
    """Pixels, at least: pictures shrink as far as they may, and are counted so."""
    wide = (WIDE - GAP) / 2 if right else WIDE
    columns = max(_measured(left, wide), _measured(right, wide))
    return PADDING + _measured(heading, WIDE) + columns + _measured(below, WIDE)


def _measured(html: str, wide: float) -> float:
    blocks = _Blocks(wide)
    blocks.feed(html)
    return blocks.high
