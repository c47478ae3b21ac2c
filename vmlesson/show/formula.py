"""A formula of a notebook as a picture: matplotlib's own TeX, so that a page needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.path import Path as Curve

SIZE = 100
"""Of a letter, in the units of the picture: coordinates are whole numbers then."""


def formula(tex: str) -> Markup:
    """An SVG as high as the text that it stands in, in its colour; its name is its source.

    Raises:
        ValueError: matplotlib does not know what is in it; the message says what.
    """
    # Most decks have none, and matplotlib looks for every font of a machine when it is imported.
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser
    from matplotlib.textpath import TextPath

    text = f"${' '.join(tex.split())}$"
    font = FontProperties(family="DejaVu Sans", size=SIZE)
    box = MathTextParser("path").parse(text, 72, font)[:3]
    width, height, depth = (round(side) + 2 for side in box)
    shape = Markup(
        '<svg class="math" role="img" aria-label="{tex}" viewBox="0 {top} {width} {height}" '
        'style="width: {em:.2f}em; vertical-align: {down:.2f}em"><path d="{d}"/></svg>'
    )
    return shape.format(
        tex=tex.strip(),
        top=depth - height,
        width=width,
        height=height,
        em=width / SIZE,
        down=-depth / SIZE,
        d=_curve(TextPath((0, 0), text, size=SIZE, prop=font)),
    )


def _curve(path: Curve) -> str:
    letters = {path.MOVETO: "M", path.LINETO: "L", path.CURVE3: "Q", path.CURVE4: "C"}
    parts = []
    for points, code in path.iter_segments(simplify=False):
        if code == path.CLOSEPOLY:
            parts.append("Z")
            continue
        # A picture's y grows downwards.
        pairs = zip(points[::2], -points[1::2], strict=True)
        parts.append(letters[code] + " ".join(f"{x:.0f} {y:.0f}" for x, y in pairs))
    return "".join(parts)
