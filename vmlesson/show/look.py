"""The one look of every picture: colours, fonts, the words of a page and of a pte.

The stepper's style sheet (web/src/stepper.css) has the same colours; a test holds it to them.

Okabe and Ito's colours are fills under black text, and never speak alone: a word, a shape or a
line style says the same.  The themed ones are written into a drawing as they are on white paper;
`THEME` replaces them wherever a page says that it is dark, by the exact colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]
"""One object of a picture, as `vmlesson.replay.picture` has it."""


def by_id(picture: Item, section: str) -> dict[str, Item]:
    """The objects of a section of a picture."""
    return {item["id"]: item for item in picture[section]}


INK = "#111111"
PAPER = "#fefefe"
PANEL = "#ececec"
RULE = "#767676"
THREAD = "#0072b2"

BLACK = "#000000"
"""Text on a fill, in either theme."""
SOURCE = "#e69f00"
DESTINATION = "#56b4e9"
MIGRATION = "#f0e442"
PRESENT = "#e6e6e6"
CURSOR = "#cc79a7"
CHANGED = "#009e73"
"""What the last step changed, or what differs: a thick border, and a word or a Δ."""
LOST = "#d55e00"
"""What went wrong, or the way on which it will."""

LIST = {"color": THREAD, "style": "dashed", "penwidth": 2.4}
"""A same_anon_vma list, as an edge; a same_vma list is solid and thin."""

SANS, BOLD, CODE = "Helvetica", "Helvetica-Bold", "Courier New"
"""Names that every Graphviz has the font for, and writes into an SVG as browsers know it."""

SIZE = 15
"""Of all text, in points: 20 pixels on a screen."""

_THEMED = {
    "ink": (INK, "var(--jp-content-font-color0, var(--vscode-editor-foreground, #111111))"),
    "paper": (PAPER, "var(--jp-layout-color0, var(--vscode-editor-background, #fefefe))"),
    "panel": (PANEL, "var(--jp-layout-color2, #ececec)"),
    "rule": (RULE, "#767676"),
    "thread": (THREAD, "#0072b2"),
}

_DARK = '[data-jp-theme-light="false"] .vmlesson, .vscode-dark .vmlesson'

THEME = "\n".join(
    (
        *(f".vmlesson {{ --vm-{name}: {value}; }}" for name, (_, value) in _THEMED.items()),
        f"{_DARK} {{ --vm-rule: #9a9a9a; --vm-thread: #56b4e9; --vm-panel: #3c3c3c; }}",
        ".vscode-dark .vmlesson { --vm-paper: var(--vscode-editor-background, #1e1e1e); }",
        # Graphviz writes attributes, matplotlib styles.
        *(
            f'.vmlesson [{what}="{colour}"], .vmlesson [style*="{what}: {colour}"] '
            f"{{ {what}: var(--vm-{name}) !important; }}"
            for name, (colour, _) in _THEMED.items()
            for what in ("fill", "stroke")
        ),
        "@media (forced-colors: active) { .vmlesson { forced-color-adjust: none; } }",
    )
)
"""The style sheet of a drawing.  A page may set --vm-ink and its like on an element between."""


_NARROW, _WIDE = frozenset(" .,:;|!'()[]/ijltfr-·"), frozenset("mwMWGOQ@%")


def width_of(text: str, code: bool = False, bold: bool = False) -> float:
    """How wide a line of text is, in points: enough for DejaVu Sans, which is wide."""
    if code:
        return len(text) * SIZE * 0.6
    hundredths = sum(
        34 if c in _NARROW else 85 if c in _WIDE else 70 if c.isupper() else 57 for c in text
    )
    return hundredths / 100 * SIZE * (1.18 if bold else 1)


# ------------------------------------------------------------------------------------- in words

PAGE_SHIFT = 12


def page_number(address: int) -> str:
    """An address in bytes as the number of its page, in hex: what the pictures count in."""
    return f"{address >> PAGE_SHIFT:x}"


def page_name(pfn: int) -> str:
    """A page frame: those that CPU k has taken from its pool are k.1, k.2, …"""
    pool, number = pfn >> 20, pfn & 0xFFFFF
    return f"{pool}.{number:x}" if pool else f"{number:x}"


def span(vma: Item) -> str:
    """The range of a vma in pages, hexadecimal."""
    return f"[{page_number(vma['start'])}, {page_number(vma['end'])})"


def bounds(vma: Item) -> str:
    """The range of a vma and its pgoff, in pages, hexadecimal."""
    return f"{span(vma)} pgoff {vma['pgoff']:x}"


def pte(cell: Item, pages: Mapping[str, Item], families: Mapping[str, Item]) -> tuple[str, str]:
    """The two lines of a pte's cell: what it holds, and of which kind or anon_vma that is."""
    if cell["kind"] == "none":
        return "none", ""
    if cell["kind"] == "zero":
        return "zero", "page"
    if cell["kind"] == "migration":
        return page_name(cell["pfn"]), "mig"
    mapping = families.get(str(pages.get(cell["page"], {}).get("mapping")), {})
    return page_name(cell["pfn"]) + ("" if cell["write"] else " r"), mapping.get("name", "")


def short(cell: Item, pages: Mapping[str, Item], families: Mapping[str, Item]) -> str:
    """A pte as its cell shows it, in one line."""
    return " ".join(filter(None, pte(cell, pages, families)))
