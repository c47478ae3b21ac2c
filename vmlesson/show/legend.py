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
            tip, look = (0, {"penwidth": 1.6}) if kind == "same_vma" else (9, LIST)
            canvas.sample(kind, kind, x, y + LINE / 2, SAMPLE, tip, **look)
        canvas.text(f"legend {kind or 'units'}", "legend", x + sample, y, text)
        x += sample + length + 4
