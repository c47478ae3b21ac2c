"""The legend below a drawing: only what occurs in it."""

from __future__ import annotations

from collections.abc import Sequence

from .canvas import LINE, Canvas
from .cells import LOOKS
from .look import LIST, width_of

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
            _line(canvas, kind, x, y + LINE / 2)
        canvas.text(f"legend {kind or 'units'}", "legend", x + sample, y, text)
        x += sample + length + 4


def _line(canvas: Canvas, kind: str, x: float, y: float) -> None:
    start, end = (
        canvas.node(f"legend {kind} {x}", "legend", x, y, 0.0, 0.0, style="invis", shape="point")
        for x in (x, x + SAMPLE)
    )
    look = {"penwidth": 1.6} if kind == "same_vma" else LIST
    tip = {"arrow": (x + SAMPLE, y)} if kind != "same_vma" else {}
    to = x + SAMPLE - (9 if tip else 0)
    canvas.line(f"legend {kind} sample", kind, start, end, [(x, y), (to, y)], **tip, **look)
