"""The chains: which vma is on which anon_vma's list, and in which order a walk meets them."""

from __future__ import annotations

from typing import Any

from .canvas import LINE, Canvas
from .cells import CELL_H, CELL_W, HALF, PAD, card_widths, draw_card, draw_cell, explain
from .letters import letters, rows_of_table
from .look import BLACK, CHANGED, CURSOR, INK, LIST, PANEL, PAPER, Item, width_of
from .render import Drawing, Table
from .scene import Scene, cursors_in, roles_in, subject

KNOT = 30
CELLS_PER_LINE = 8
GAP, DENSE_GAP = 12, 18
ARROW = 9
MANY = 12
"""From so many rows on, a card is one line, and an anon_vma with one vma has no head."""
WIDEST = 900
"""In points; where a drawing would be wider, its heads say only the names."""


def chains(
    what: Any,
    *,
    src: Any = None,
    dst: Any = None,
    pages: bool = False,
    cursor: Any = None,
    legend: bool = True,
) -> Drawing:
    """The vmas, avcs and anon_vmas of a task, an mm, a kernel, or a picture taken before.

    Of a task or mm: its own, and all others that stand on the same lists.

    Args:
        what: a Task, an mm_struct, a Kernel, or what `vmlesson.show.picture` returned.
        src: the vma to mark as the source, itself or by its name in the drawing; by default that
            of a move in progress, as is `dst`, the destination.
        pages: whether to show the ptes in each vma, with page frames and their anon_vmas.
        cursor: where a walk stands, an avc or (vma, anon_vma); by default as the picture has it.
        legend: whether to explain the lines.

    Raises:
        UserError: the task has exited; there is no such vma or avc.
    """
    picture, mm, name = subject(what)
    roles, cursors = roles_in(picture, src, dst), cursors_in(picture, cursor)
    title = "anon_vma chains" + (f" of {name}" if name else "")
    return draw_chains(Scene(picture, mm, pages, roles, cursors), title, legend)


def draw_chains(scene: Scene, title: str, legend: bool) -> Drawing:
    """The chains of a scene; `legend` is as for `chains`."""
    canvas = Canvas()
    Panel(canvas, scene).draw(0, 0)
    if legend:
        explain(canvas, legend_of(scene))
    return Drawing(
        canvas.digraph(title, "chains"),
        title,
        " ".join(scene.sentences()),
        Table(title, *rows_of_table(scene)),
        letters(title, scene),
        scene.picture,
        scene.mm,
    )


def legend_of(scene: Scene) -> list[str]:
    """The kinds of things in a scene that need to be explained."""
    kinds = {cell["kind"] for vma in scene.rows for cell in vma["cells"]} if scene.pages else set()
    return [*(["same_vma", "same_anon_vma"] if scene.knots else []), *sorted(kinds)]


class Panel:
    """Draws a scene: mms as frames of rows, and right of them the columns."""

    def __init__(self, canvas: Canvas, scene: Scene, prefix: str = "", brief: bool = False) -> None:
        self.canvas = canvas
        self.scene = scene
        self.prefix = prefix
        self.dense = len(scene.rows) > MANY
        self.brief = brief or self.dense
        self.name_width, self.card_width = self._card_widths()
        self.card_height = HALF if self.dense else 2 * HALF
        self.middle: dict[str, float] = {}
        """Where the thread of each vma runs: its y."""
        self.knot_at: dict[str, tuple[float, float]] = {}
        """Where each knot begins and ends: its x."""
        self.thread_end: dict[str, float] = {}
        """Where the thread of each vma ends: its x."""
        self.brief = self.brief or self.width > WIDEST
        self.lane_widths = self._lane_widths()

    @property
    def width(self) -> float:
        """How wide the drawing will be."""
        return (
            self.card_width + 2 * GAP + sum(self._lane_widths()) + (GAP if self.scene.knots else 0)
        )

    def draw(self, x: float, y: float) -> float:
        """Draw with the upper left corner at (x, y); the y of the lower edge."""
        bottom = self._rows(x, y)
        edge = x + self.card_width + 2 * GAP
        for family, lane in self.scene.lanes.items():
            left = edge + GAP + sum(self.lane_widths[:lane])
            self._column(family, left + self._centre(lane))
        for vma in self.scene.rows:
            self._thread(vma)
        self.canvas.reach(x + self.width, bottom)
        return bottom

    # -- rows

    def _card_widths(self) -> tuple[float, float]:
        """How wide the names are, if they stand left of the ranges, and the cards."""
        cards = [card_widths(self.scene, vma) for vma in self.scene.rows]
        names, ranges = [max(widths) for widths in zip(*cards, strict=True)] if cards else (0, 0)
        at_least = [150.0, *(width_of(self.scene.label(mm)) - 8 for mm in self.scene.mms)]
        for vma in self.scene.rows if self.scene.pages else ():
            at_least.append(min(len(vma["cells"]), CELLS_PER_LINE) * CELL_W + 2 * PAD)
        if self.dense:
            return names, max(names + ranges, *at_least)
        return 0, max(names, ranges, *at_least)

    def _height(self, vma: Item) -> float:
        lines = -(-len(vma["cells"]) // CELLS_PER_LINE) if self.scene.pages else 0
        return self.card_height + lines * CELL_H + (2 * PAD if lines else 0)

    def _rows(self, x: float, y: float) -> float:
        """Draw the rows, one mm below the other."""
        heads = self._heads()
        for number, mm in enumerate(self.scene.mms):
            y += GAP * bool(number)
            rows = self.scene.of(mm)
            need = heads.get(rows[0]["id"], 0) if rows else 0
            top = y + max(0, need - LINE - 4)
            y = top + LINE + 8
            first = len(self.canvas.nodes)
            for place, vma in enumerate(rows):
                if place:
                    y += max(DENSE_GAP if self.dense else GAP, heads.get(vma["id"], 0) + 2)
                self._row(vma, x + GAP, y)
                y += self._height(vma)
            if not rows:
                empty = f"{self.prefix}{mm['id']} empty"
                self.canvas.text(empty, "note", x + GAP, y, "nothing is mapped")
                y += LINE
            y += GAP
            corners = x, top, x + self.card_width + 2 * GAP, y
            self.canvas.cluster(self.prefix + mm["id"], "mm", self.scene.label(mm), corners, first)
        return y

    def _heads(self) -> dict[str, float]:
        """How high the highest head is that stands above each vma."""
        heads: dict[str, float] = {}
        for family, avcs in self.scene.knots.items():
            vma = self.scene.rows[min(map(self.scene.row_of, avcs))]["id"]
            heads[vma] = max(heads.get(vma, 0), self._head_height(family))
        return heads

    def _row(self, vma: Item, x: float, y: float) -> None:
        """Draw a vma: its card and its ptes."""
        width, height = self.card_width, self._height(vma)
        self._strip(vma, x + PAD, y + self.card_height + PAD)
        corners = x, y, width, height
        draw_card(self.canvas, self.scene, vma, corners, self.prefix, self.name_width)
        self.middle[vma["id"]] = y + self.card_height / 2
        self.thread_end[vma["id"]] = x + width

    def _strip(self, vma: Item, x: float, y: float) -> None:
        for number, cell in enumerate(vma["cells"] if self.scene.pages else ()):
            down, right = divmod(number, CELLS_PER_LINE)
            place = x + right * CELL_W, y + down * CELL_H
            draw_cell(self.canvas, self.scene, vma, cell, *place, self.prefix)

    # -- columns

    def _head(self, family: str) -> str:
        item = self.scene.families.get(family)
        if item is None:
            return "freed"
        lines = [item["name"] if self.brief else f"anon_vma {item['name']}"]
        if item["root"] == family:
            lines.append("root")
            for lock in self.scene.picture.get("locks", ()):
                if lock["guards"] == family and lock["owners"]:
                    lines.append(f"held by {lock['owners'][0]}")
        if item["broken"]:
            lines.append("broken list")
        return "\n".join(lines)

    def _headless(self, family: str) -> bool:
        """Whether the one knot of a column says its name."""
        root = self.scene.families.get(family, {}).get("root") == family
        return self.dense and len(self.scene.knots[family]) == 1 and not root

    def _head_width(self, family: str) -> float:
        return max(36, *(width_of(line, bold=True) + 12 for line in self._head(family).split("\n")))

    def _head_height(self, family: str) -> float:
        """From the top of a column's head to that of its first row."""
        if self._headless(family):
            return 0
        return LINE * len(self._head(family).split("\n")) + 4 + ARROW + 8

    def _tag(self, avc: str) -> str:
        cpus = [cpu for cpu in self.scene.cursors.get(avc, ()) if cpu]
        return "walk" + (f" of {', '.join(cpus)}" if cpus else "")

    def _right(self, family: str) -> float:
        """How far a column reaches to the right of its centre."""
        reach = self._head_width(family) / 2
        for avc in self.scene.knots[family]:
            if avc in self.scene.cursors:
                reach = max(reach, KNOT / 2 + 12 + width_of(self._tag(avc)))
        return max(reach, KNOT / 2 + 48 if self._arcs(family) else 0)

    def _lane_widths(self) -> list[float]:
        return [
            self._centre(lane) + max(self._right(family) for family in self._in(lane)) + GAP
            for lane in range(1 + max(self.scene.lanes.values(), default=-1))
        ]

    def _centre(self, lane: int) -> float:
        return max(self._head_width(family) for family in self._in(lane)) / 2

    def _in(self, lane: int) -> list[str]:
        return [family for family, its in self.scene.lanes.items() if its == lane]

    def _listed(self, family: str) -> list[str]:
        return [avc for avc in self.scene.knots[family] if avc in self.scene.places]

    def _arcs(self, family: str) -> bool:
        """Whether the order of the list is not that of the rows."""
        rows = [self.scene.row_of(avc) for avc in self._listed(family)]
        return rows != sorted(rows)

    def _column(self, family: str, x: float) -> None:
        """Draw an anon_vma: its head, its knots, and the list from one to the next."""
        canvas, avcs = self.canvas, self.scene.knots[family]
        at = {avc: self.middle[self.scene.avcs[avc]["vma"]] for avc in avcs}
        width, lines = self._head_width(family), self._head(family).count("\n") + 1
        height = lines * LINE + 4
        below = min(at.values()) - KNOT / 2 - ARROW - 8
        root = self.scene.families.get(family, {}).get("root") == family
        for avc in avcs:
            self._knot(avc, x, at[avc], name=self._head(family) if self._headless(family) else "")
        if self._headless(family):
            return
        head = canvas.node(
            self.prefix + family, "anon_vma root" if root else "anon_vma", x - width / 2,
            below - height, width, height, self._head(family), fillcolor=PANEL, fontcolor=INK,
            bold=True, peripheries=2 if root else 1,
        )  # fmt: skip
        tail, y = head, below
        listed = self._listed(family)
        for avc in listed:
            between = [other for other in avcs if y < at[other] < at[avc]]
            down = at[avc] > y and not between
            self._link(tail, avc, x, y + (0 if tail == head else KNOT / 2), at[avc], down)
            tail, y = self.prefix + avc, at[avc]

    def _link(self, tail: str, avc: str, x: float, y: float, to: float, down: bool) -> None:
        """The arrow from the lower edge of `tail` to an avc: down, or around what is between."""
        id, kind, head = f"{self.prefix}{avc} next", "same_anon_vma", self.prefix + avc
        if down:
            tip = x, to - KNOT / 2
            points = [(x, y), (x, tip[1] - ARROW)]
            self.canvas.line(id, kind, tail, head, points, arrow=tip, **LIST)
            return
        side = 1 if to > y else -1
        bow = x + KNOT / 2 + (30 if to > y else 60)
        start = x + KNOT * 0.4, y - KNOT * 0.2
        tip = x + KNOT * 0.4, to - KNOT * 0.3 * side
        end = tip[0] + ARROW * 0.8, tip[1] - ARROW * 0.6 * side
        points = [start, (bow, start[1]), (bow, end[1]), end]
        self.canvas.curve(id, kind, tail, head, points, arrow=tip, **LIST)

    def _knot(self, avc: str, x: float, y: float, name: str) -> None:
        """Draw an avc: a circle with its place on the list."""
        place = self.scene.places.get(avc)
        look: dict[str, Any] = {"fillcolor": PAPER, "fontcolor": INK, "penwidth": 1.6}
        kind = "avc"
        if place is None:
            look["style"] = "dashed"
        if avc in self.scene.changed:
            look |= {"penwidth": 4, "color": CHANGED}
            kind += " changed"
        if avc in self.scene.cursors:
            look |= {"fillcolor": CURSOR, "fontcolor": BLACK, "penwidth": 3}
            kind += " cursor"
            width = width_of(self._tag(avc)) + 8
            self.canvas.node(
                f"{self.prefix}{avc} walk", "cursor", x + KNOT / 2 + 2, y - LINE / 2, width, LINE,
                self._tag(avc), fillcolor=CURSOR,
            )  # fmt: skip
        width = KNOT + 8 * len(name)
        self.canvas.node(
            self.prefix + avc, kind, x - width / 2, y - KNOT / 2, width, KNOT,
            name + ("off" if place is None else str(place)), shape="ellipse", **look,
        )  # fmt: skip
        self.knot_at[avc] = x - width / 2, x + width / 2

    def _thread(self, vma: Item) -> None:
        """Draw the same_vma list of a vma: through its knots, its own anon_vma first."""
        y, x, tail = self.middle[vma["id"]], self.thread_end[vma["id"]], self.prefix + vma["id"]
        for avc in vma["chain"]:
            if avc not in self.knot_at:
                continue
            head, (left, right) = self.prefix + avc, self.knot_at[avc]
            points = [(x, y), (left, y)]
            self.canvas.line(f"{head} of", "same_vma", tail, head, points, penwidth=1.6)
            x, tail = right, head
        self.thread_end[vma["id"]] = x
