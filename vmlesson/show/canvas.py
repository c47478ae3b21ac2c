"""A drawing with every place computed: a Graphviz graph that no layout can move.

A picture that is redrawn after a step must not jump, and a row must be a row.  So nodes, edges and
clusters carry their positions, and Graphviz (``neato -n2``) only draws them: the same picture
whatever its version.  Lengths are in points; y grows downwards here, as lists do, and upwards in
the DOT source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphviz

from .look import BLACK, BOLD, INK, PAPER, RULE, SANS, SIZE, width_of

MARGIN = 8
LINE = 22
"""The height of a line of text."""

Point = tuple[float, float]


@dataclass(frozen=True)
class _Cluster:
    id: str
    kind: str
    label: str
    box: tuple[float, float, float, float]
    members: tuple[str, ...]


class Canvas:
    """Collects what is to be drawn, and knows how far it reaches."""

    def __init__(self) -> None:
        self.nodes: dict[str, tuple[Point, dict[str, str]]] = {}
        self.edges: list[tuple[str, str, Sequence[Point], Point | None, dict[str, str]]] = []
        self.clusters: list[_Cluster] = []
        self.right = 0.0
        self.bottom = 0.0

    def reach(self, x: float, y: float) -> None:
        """Let the drawing be at least so large."""
        self.right, self.bottom = max(self.right, x), max(self.bottom, y)

    def node(
        self,
        id: str,
        kind: str,
        x: float,
        y: float,
        w: float,
        h: float,
        text: str = "",
        **attributes: Any,
    ) -> str:
        """A node `w` wide and `h` high, its upper left corner at (x, y); its id.

        `kind` is its class; a fill is given as ``fillcolor``, and text on it is black; text may be
        ``bold``.  Other attributes are Graphviz's.
        """  # fmt: skip
        self.reach(x + w, y + h)
        look: dict[str, Any] = {"id": id, "class": kind, "width": w / 72, "height": h / 72}
        look |= attributes
        look["label"] = graphviz.escape(text) + "\\l" * look.pop("left", False)
        if look.pop("bold", False):
            look["fontname"] = BOLD
        if "fillcolor" in look:
            look.setdefault("fontcolor", BLACK)
            look["style"] = f"{look['style']},filled" if "style" in look else "filled"
        self.nodes[id] = (x + w / 2, y + h / 2), _texts(look)
        return id

    def text(self, id: str, kind: str, x: float, y: float, text: str, **attributes: Any) -> str:
        """A line of text without a border, from (x, y) to the right; its id."""
        # A text that turned out wider than its node would not start at its left.
        room = width_of(text, bold="bold" in attributes) * 1.1 + 8
        return self.node(id, kind, x, y, room, LINE, text, shape="none", left=True, **attributes)

    def line(
        self, id: str, kind: str, tail: str, head: str, points: Sequence[Point], **attributes: Any
    ) -> None:
        """An edge from node to node, drawn straight from point to point."""
        last = points[0]
        curve = [last]
        for point in points[1:]:
            curve += [last, point, point]
            last = point
        self.curve(id, kind, tail, head, curve, **attributes)

    def sample(
        self, what: str, kind: str, x: float, y: float, length: float, tip: float = 0, **look: Any
    ) -> None:
        """A line in a legend, from (x, y) to the right; with a `tip` that is so long."""
        start, end = (
            self.node(f"legend {what} {at}", "legend", at, y, 0, 0, style="invis", shape="point")
            for at in (x, x + length)
        )
        points, arrow = [(x, y), (x + length - tip, y)], (x + length, y) if tip else None
        self.line(f"legend {what} sample", kind, start, end, points, arrow=arrow, **look)

    def curve(
        self, id: str, kind: str, tail: str, head: str, points: Sequence[Point],
        arrow: Point | None = None, **attributes: Any,
    ) -> None:  # fmt: skip
        """An edge along Bézier curves; with ``arrow``, the point that it then points to."""
        for x, y in points:
            self.reach(x, y)
        if arrow is not None:
            attributes["dir"] = "forward"
        look = {"id": id, "class": kind} | attributes
        self.edges.append((tail, head, points, arrow, _texts(look)))

    def cluster(
        self, id: str, kind: str, label: str, corners: tuple[float, float, float, float], first: int
    ) -> None:
        """A frame around node number `first` and all later ones; left, top, right and bottom."""
        self.reach(*corners[2:])
        self.clusters.append(_Cluster(id, kind, label, corners, tuple(self.nodes)[first:]))

    # -- as DOT

    def digraph(self, name: str, kind: str) -> graphviz.Digraph:
        """The drawing as a graph; `name` is its title, `kind` its class."""
        width, height = self.right + 2 * MARGIN, self.bottom + 2 * MARGIN
        graph = graphviz.Digraph(
            graphviz.escape(name), comment="draw with: neato -n2", engine="neato"
        )
        graph.attr(
            "graph", id="drawing", **{"class": kind}, bb=f"0,0,{width:g},{height:g}", bgcolor=PAPER,
            outputorder="edgesfirst", pad="0", fontname=SANS, fontsize=str(SIZE),
            fontcolor=INK,
        )  # fmt: skip
        graph.attr(
            "node", shape="box", fixedsize="true", margin="0", color=INK, fontcolor=INK,
            fontname=SANS, fontsize=str(SIZE),
        )  # fmt: skip
        graph.attr("edge", color=INK, dir="none", arrowsize="0.9")
        # Corners hold the size, whatever Graphviz makes of bb.
        for name, pos in (("corner 1", f"0,{height:g}"), ("corner 2", f"{width:g},0")):
            graph.node(name, pos=pos, style="invis", width="0", height="0", label="")
        inside = {member for cluster in self.clusters for member in cluster.members}
        for cluster in self.clusters:
            with graph.subgraph(name=f"cluster {cluster.id}") as sub:
                left, top, right, bottom = cluster.box
                box = f"{self._place((left, bottom))},{self._place((right, top))}"
                sub.attr(
                    id=cluster.id, label=graphviz.escape(cluster.label), style="rounded",
                    color=RULE, bb=box, lp=self._place(((left + right) / 2, top + LINE / 2 + 3)),
                    lwidth=f"{(right - left) / 72:.3f}", lheight=f"{LINE / 72:.3f}",
                    **{"class": cluster.kind},
                )  # fmt: skip
                for member in cluster.members:
                    self._put(sub, member)
        for id in self.nodes:
            if id not in inside:
                self._put(graph, id)
        for tail, head, points, arrow, texts in self.edges:
            places = [self._place(point) for point in points]
            if arrow is not None:
                places.insert(0, f"e,{self._place(arrow)}")
            graph.edge(tail, head, pos=" ".join(places), **texts)
        return graph

    def _place(self, point: Point) -> str:
        return f"{point[0] + MARGIN:g},{self.bottom + MARGIN - point[1]:g}"

    def _put(self, graph: graphviz.Digraph, id: str) -> None:
        at, texts = self.nodes[id]
        graph.node(id, pos=self._place(at), **texts)


def _texts(look: dict[str, Any]) -> dict[str, str]:
    return {
        name: f"{value:.4g}" if isinstance(value, float) else str(value)
        for name, value in look.items()
    }
