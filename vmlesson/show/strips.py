"""The page tables: what every pte of a vma holds, as a strip of cells under it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from .canvas import LINE, Canvas
from .cells import CELL_H, CELL_W, HALF, PAD, card_widths, draw_card, draw_cell, explain
from .letters import letters, rows_of_table
from .look import RULE, Item, by_id, page_number, width_of
from .render import Drawing, Table
from .scene import Scene, roles_in, subject

GAP = 12
CELLS_PER_LINE = 16


def tables(what: Any, *, src: Any = None, dst: Any = None, legend: bool = True) -> Drawing:
    """The ptes of a task, an mm, a kernel or a picture taken before, under their vmas.

    A cell is a pte, a bracket below cells a page table.  A pte that is none, one that maps a page
    frame (below its number, the anon_vma of the page; r: read-only), one that maps the zero page
    and a migration entry differ in border, word and colour.  Rows stand by address; a vma of more
    than 64 pages shows only the ptes that are not none.

    Args:
        what, src, dst, legend: as for `vmlesson.show.chains`.

    Raises:
        UserError: the task has exited; there is no such vma.
    """
    picture, mm, name = subject(what)
    own = [vma for vma in picture["vmas"] if mm in (None, vma["mm"])]
    scene = Scene(picture | {"vmas": own}, mm, pages=True, roles=roles_in(picture, src, dst))
    canvas = Canvas()
    strips = Strips(canvas, scene)
    strips.draw()
    if legend:
        kinds = {cell["kind"] for vma in scene.rows for cell in vma["cells"]}
        explain(canvas, sorted(kinds))
    title = "Page tables" + (f" of {name}" if name else "")
    said = [*scene.sentences(), *strips.sentences()]
    return Drawing(
        canvas.digraph(title, "tables"),
        title,
        " ".join(said),
        Table(title, *rows_of_table(scene)),
        letters(title, scene),
        picture,
        mm,
    )


class Strips:
    """Draws mms as frames, and in them each vma with its cells."""

    def __init__(self, canvas: Canvas, scene: Scene) -> None:
        self.canvas = canvas
        self.scene = scene
        self.tables = by_id(scene.picture, "tables")
        self.locks = by_id(scene.picture, "locks")

    def sentences(self) -> list[str]:
        """Which page-table locks are held."""
        return [
            f"The ptl of page table {page_number(table['start'])} is held by {', '.join(owners)}."
            for table in self.tables.values()
            if (owners := self.locks[table["lock"]]["owners"])
        ]

    def draw(self) -> None:
        """Draw everything, one mm below the other."""
        y = 0.0
        width = max([230.0, *map(self._width, self.scene.rows)])
        for number, mm in enumerate(self.scene.mms):
            y += GAP * bool(number)
            top = y
            first = len(self.canvas.nodes)
            y += LINE + 8
            rows = sorted(self.scene.of(mm), key=lambda vma: int(vma["start"]))
            for vma in rows:
                self._vma(vma, GAP, y, width)
                y = self.canvas.bottom + GAP
            if not rows:
                self.canvas.text(mm["id"] + " empty", "note", GAP, y, "nothing is mapped")
                y += LINE + GAP
            corners = 0.0, top, width + 2 * GAP, y
            self.canvas.cluster(mm["id"], "mm", f"mm {mm['name']}", corners, first)

    def _lines(self, vma: Item) -> list[list[list[Item]]]:
        """The cells of a vma in lines, and in each those of one page table together."""
        cells = vma["cells"]
        lines = [cells[at : at + CELLS_PER_LINE] for at in range(0, len(cells), CELLS_PER_LINE)]
        return [[list(group) for _, group in groupby(line, lambda c: c["table"])] for line in lines]

    def _width(self, vma: Item) -> float:
        strips = [
            sum(self._group_width(group) + GAP for group in line) - GAP for line in self._lines(vma)
        ]
        return max(*card_widths(self.scene, vma), max(strips, default=0) + 2 * PAD)

    def _group_width(self, group: list[Item]) -> float:
        return max(
            len(group) * CELL_W, *(width_of(line) * 1.1 + 8 for line in self._bracket(group))
        )

    def _bracket(self, group: list[Item]) -> list[str]:
        """What is said below cells of one page table."""
        table = self.tables.get(group[0]["table"])
        if table is None:
            return ["no table"]
        owners = self.locks[table["lock"]]["owners"]
        held = [f"ptl: {', '.join(owners)}"] if owners else []
        return [f"table {page_number(table['start'])}", *held]

    def _vma(self, vma: Item, x: float, y: float, width: float) -> None:
        top = y
        y += 2 * HALF + PAD
        for line in self._lines(vma):
            lowest, at = y, x + PAD
            for group in line:
                self._group(vma, group, at, y)
                lowest = max(lowest, y + CELL_H + 6 + LINE * len(self._bracket(group)))
                at += self._group_width(group) + GAP
            y = lowest + 4
        pages = (vma["end"] - vma["start"]) >> 12
        if len(vma["cells"]) < pages:
            others = "all" if not vma["cells"] else "the other"
            note = f"{others} {pages - len(vma['cells']):,} are none"
            self.canvas.text(vma["id"] + " note", "note", x + PAD, y + 2, note)
            y += LINE + 6
        draw_card(self.canvas, self.scene, vma, (x, top, width, y - top))

    def _group(self, vma: Item, group: list[Item], x: float, y: float) -> None:
        """Draw cells of one page table, and the bracket below them."""
        ids = [
            draw_cell(self.canvas, self.scene, vma, cell, x + number * CELL_W, y)
            for number, cell in enumerate(group)
        ]
        left, right, low = x + 3, x + len(group) * CELL_W - 3, y + CELL_H + 7
        id = f"{ids[0]} table"
        points = [(left, low - 5), (left, low), (right, low), (right, low - 5)]
        self.canvas.line(id, "table", ids[0], ids[-1], points, color=RULE, penwidth=1.6)
        for number, text in enumerate(self._bracket(group)):
            self.canvas.text(f"{id} {number}", "table", x + 2, low + 1 + LINE * number, text)
