"""A vma as a card, a pte as a cell of it, and the legend below, of only what occurs.

The four kinds of pte are told apart by border, word and number before colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .canvas import LINE, Canvas
from .look import CHANGED, CODE, DESTINATION, INK, MIGRATION, PANEL, PAPER, PRESENT, RULE, SOURCE
from .look import LIST, Item, bounds, pte, width_of
from .scene import Scene

HALF = 25
"""The height of either half of a vma's card: its name, its range."""
CELL_W, CELL_H = 50, 48
PAD = 6
"""Between the border of a card and its cells."""
ROLES = {"source": SOURCE, "destination": DESTINATION}

LOOKS: dict[str, dict[str, Any]] = {
    "none": {"fillcolor": PAPER, "fontcolor": INK, "style": "dashed", "color": RULE},
    "present": {"fillcolor": PRESENT},
    "zero": {"fillcolor": PAPER, "fontcolor": INK, "peripheries": 2},
    "migration": {"fillcolor": MIGRATION, "penwidth": 3},
}

SAMPLE = 34
UNITS = "ranges and pgoff: pages, hex"
TEXTS = {
    "same_vma": "same_vma",
    "same_anon_vma": "same_anon_vma, in walk order",
    "present": "page frame (r: read-only), its anon_vma",
    "zero": "the zero page",
    "migration": "migration entry",
    "none": "nothing",
}


def draw_cell(
    canvas: Canvas, scene: Scene, vma: Item, cell: Item, x: float, y: float, prefix: str = ""
) -> str:
    """Draw a pte with its upper left corner at (x, y), in two lines of text; its id."""
    id = f"{vma['id']} {cell['address']}"
    changed = id in scene.changed
    look = dict(LOOKS[cell["kind"]])
    if changed:
        look |= {"penwidth": 4, "color": CHANGED}
    kind = f"pte {cell['kind']}{' changed' if changed else ''}"
    inset = 4 if "penwidth" in look else 2
    if "peripheries" in look:
        inset = 10  # the outer border lies outside of the node
    return canvas.node(
        prefix + id, kind, x + inset / 2, y + inset / 2, CELL_W - inset, CELL_H - inset,
        "\n".join(filter(None, pte(cell, scene.frames, scene.families))), **look,
    )  # fmt: skip


def card_widths(scene: Scene, vma: Item) -> tuple[float, float]:
    """How wide the name of a vma and its range must be."""
    return width_of(scene.heading(vma), bold=True) + 20, width_of(bounds(vma), code=True) + 20


def draw_card(
    canvas: Canvas, scene: Scene, vma: Item, corners: tuple[float, float, float, float],
    prefix: str = "", name_width: float = 0,
) -> None:  # fmt: skip
    """Draw a vma's name and range, and a frame around them and what is below.

    The range stands below the name, or right of it if the name has a `name_width`.  `corners` are
    left, top, width and height.
    """
    x, y, w, h = corners
    id = prefix + vma["id"]
    role = scene.roles.get(vma["id"], "")
    changed = vma["id"] in scene.changed
    fill = {"fillcolor": ROLES[role]} if role else {"fillcolor": PANEL, "fontcolor": INK}
    right, down = (name_width, 0) if name_width else (0, HALF)
    canvas.node(
        id + " name", "vma-name", x, y, name_width or w, HALF, scene.heading(vma), bold=True,
        **fill,
    )  # fmt: skip
    canvas.node(
        id + " range", "vma-range", x + right, y + down, w - right, HALF, bounds(vma),
        fontname=CODE, fillcolor=PAPER, fontcolor=INK,
    )  # fmt: skip
    look: dict[str, Any] = {"penwidth": 4, "color": CHANGED} if changed else {"penwidth": 1.6}
    if not vma["inserted"]:
        look["style"] = "dashed"
    kind = " ".join(filter(None, ["vma", role, "changed" if changed else ""]))
    canvas.node(id, kind, x, y, w, h, **look)


def explain(canvas: Canvas, kinds: Sequence[str]) -> None:
    """Add samples of `kinds` and their meaning below what is drawn, and the units."""
    width = max(canvas.right, 420)
    x, y = 0.0, canvas.bottom + 16
    for kind in (*kinds, ""):
        text = TEXTS.get(kind, UNITS)
        length = width_of(text) * 1.1 + 8
        sample = SAMPLE + 8 if kind else 0
        if x and x + sample + length > width:
            x, y = 0, y + LINE + 6
        if kind in LOOKS:
            canvas.node(f"legend {kind} sample", f"pte {kind}", x + 6, y + 3, SAMPLE - 10, LINE - 6,
                        **LOOKS[kind])  # fmt: skip
        elif kind:
            tip, look = (0, {"penwidth": 1.6}) if kind == "same_vma" else (9, LIST)
            canvas.sample(kind, kind, x, y + LINE / 2, SAMPLE, tip, **look)
        canvas.text(f"legend {kind or 'units'}", "legend", x + sample, y, text)
        x += sample + length + 4
