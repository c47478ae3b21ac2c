"""The map of all that can happen: every state of a program, and whether it can still go wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from graphlib import TopologicalSorter
from itertools import count, pairwise
from typing import Any

from ..errors import UserError, check_kind
from ..explore import Graph, Result
from .canvas import LINE, Canvas
from .look import INK, LOST, MIGRATION, PAPER, width_of
from .render import Drawing, Table

MOST = 400
"""How many states are drawn; more would be dots that nobody can tell apart."""
WORDY = 60
"""Up to so many states each says in how many ways it goes on."""
ROW, GAP = 46, 14
DOT = 16
NARROW = 560
"""In points: what is narrower stands in the middle of the legend."""
FATES: dict[str, tuple[str, dict[str, Any]]] = {
    "can": ("can still fail", {"fillcolor": MIGRATION, "shape": "ellipse"}),
    "lost": ("fails, whatever comes", {"fillcolor": LOST, "shape": "box"}),
    "safe": ("cannot fail any more", {"fillcolor": PAPER, "fontcolor": INK, "shape": "ellipse"}),
}
LINES = ("solid", "dashed", "dotted")
"""Whose step an edge is: of the first CPU, of the second, of any other."""
TITLE = "all that can happen"


def states(result: Result) -> Drawing:
    """The states of a program that was explored: a row for each step, what comes after is below.

    Where two orders of steps lead to the same state, they meet.  The number in a state is in how
    many ways it goes on to an end; a solid line is a step of the first CPU.

    Args:
        result: what `explore` returned.

    Raises:
        UserError: there are more than 400 states; `result` is something else.
    """
    check_kind("states", result, Result, "what explore(…) returned")
    graph = result.graph
    if graph is None or len(graph.states) > MOST:
        many = "too many to count" if graph is None else f"{len(graph.states):,}"
        raise UserError(f"the states are {many}: at most {MOST} can be drawn; take fewer steps")
    cpus = list(dict.fromkeys(move.cpu for move in graph.moves))
    canvas = Canvas()
    _draw(canvas, graph, cpus)
    _explain(canvas, graph, cpus)
    said = (
        f"{len(graph.states)} states, {len(graph.moves)} steps between them; "
        f"{result.failing_interleavings:,} of {result.interleavings:,} ways from the start fail"
    )
    table = _table(graph)
    rows = "\n".join("  ".join(row) for row in (table.head, *table.rows))
    return Drawing(
        canvas.digraph(TITLE, "states"), TITLE, said, table, f"{said}\n{rows}", graph.to_dict()
    )


def _rows(graph: Graph) -> tuple[list[list[int]], list[list[int]]]:
    """The states by the longest way to them, so that all steps lead down; and each step's way.

    A step that passes rows goes through a place of its own in each of them: a number beyond those
    of the states.
    """
    before: dict[int, list[int]] = {number: [] for number in range(len(graph.states))}
    for move in graph.moves:
        before[move.target].append(move.source)
    row: dict[int, int] = {}
    for number in TopologicalSorter(before).static_order():
        row[number] = 1 + max((row[each] for each in before[number]), default=-1)
    rows: list[list[int]] = [[] for _ in range(1 + max(row.values()))]
    for number in before:
        rows[row[number]].append(number)
    ways, beyond = [], count(len(graph.states))
    for move in graph.moves:
        passed = range(row[move.source] + 1, row[move.target])
        way = [next(beyond) for _ in passed]
        for number, each in zip(way, passed, strict=True):
            rows[each].append(number)
        ways.append([move.source, *way, move.target])
    return rows, ways


def _places(
    graph: Graph, rows: list[list[int]], ways: list[list[int]], first: str, apart: float
) -> dict[int, float]:
    """Where each stands in its row: below those that lead to it, and `apart` from the next.

    A step of the `first` CPU leads half of that to the left, any other to the right.  What was
    explored in several parts has a start for each, side by side.
    """
    below: dict[int, list[tuple[int, float]]] = {}
    for way, move in zip(ways, graph.moves, strict=True):
        aside = (-apart if move.cpu == first else apart) / 2
        for source, target in pairwise(way):
            below.setdefault(source, []).append((target, aside))
    room = apart * max(map(len, rows))
    wanted = {start: [place * room] for place, start in enumerate(rows[0])}
    at: dict[int, float] = {}
    for row in rows:
        means = {number: sum(wanted[number]) / len(wanted[number]) for number in row}
        row.sort(key=means.__getitem__)
        left = -math.inf
        for number in row:
            at[number] = left = max(means[number], left + apart)
        shift = sum(at[number] - means[number] for number in row) / len(row)
        for number in row:
            at[number] -= shift
            for target, aside in below.get(number, ()):
                wanted.setdefault(target, []).append(at[number] + aside)
    return at


def _draw(canvas: Canvas, graph: Graph, cpus: Sequence[str]) -> None:
    said = [_said(graph, number) for number in range(len(graph.states))]
    width = max(DOT, *(width_of(text) + 18 for text in said))
    height = LINE + 6 if any(said) else DOT
    rows, ways = _rows(graph)
    places = _places(graph, rows, ways, cpus[0], width + GAP)
    leftmost = min(places.values())
    left = max(0, (NARROW - max(places.values()) + leftmost - width) / 2) - leftmost
    at = {}
    for depth, row in enumerate(rows):
        for number in row:
            x, y = left + places[number], float(depth * ROW)
            at[number] = x + width / 2, y + height / 2
            if number < len(said):
                state = graph.states[number]
                canvas.node(
                    f"state {number}", f"state {state.fate}", x, y, width, height, said[number],
                    peripheries=2 if state.end else 1, **FATES[state.fate][1],
                )  # fmt: skip
    for number, (move, way) in enumerate(zip(graph.moves, ways, strict=True)):
        (x, y), *passed, (to, below) = (at[each] for each in way)
        canvas.line(
            f"step {number}", "step", f"state {move.source}", f"state {move.target}",
            [(x, y + height / 2), *passed, (to, below - height / 2)],
            style=_style(cpus, move.cpu), tooltip=f"{move.cpu}: {move.operation}",
        )  # fmt: skip


def _said(graph: Graph, number: int) -> str:
    """What a state says of itself, where there is room."""
    state = graph.states[number]
    if len(graph.states) > WORDY:
        return ""
    if state.end:
        return "fails" if state.failing else "holds"
    return f"{state.interleavings:,}"


def _style(cpus: Sequence[str], cpu: str) -> str:
    return LINES[min(cpus.index(cpu), len(LINES) - 1)]


def _explain(canvas: Canvas, graph: Graph, cpus: Sequence[str]) -> None:
    """Say below what the shapes and the lines are, as far as they occur."""
    x, y = 0.0, canvas.bottom + 20
    for fate, (text, look) in FATES.items():
        if any(state.fate == fate for state in graph.states):
            canvas.node(f"legend {fate}", f"state {fate}", x, y + 3, DOT, DOT, **look)
            canvas.text(f"legend {fate} text", "legend", x + DOT + 6, y, text)
            x += DOT + width_of(text) * 1.1 + 24
    x, y = 0.0, y + LINE + 4
    for cpu in cpus:
        canvas.sample(cpu, "step", x, y + LINE / 2, 30, style=_style(cpus, cpu))
        text = f"a step of {cpu}"
        canvas.text(f"legend {cpu} text", "legend", x + 36, y, text)
        x += width_of(text) * 1.1 + 60
    if len(graph.states) <= WORDY:
        canvas.text(
            "legend ways", "legend", 0, y + LINE + 4, "a number: in how many ways it goes on"
        )


def _table(graph: Graph) -> Table:
    """A row for each state: what can come of it, and where each CPU's step leads."""
    rows = []
    for number, state in enumerate(graph.states):
        exits = [
            f"{move.cpu}: {move.operation} → {move.target}"
            for move in graph.moves
            if move.source == number
        ]
        ways = f"{state.failing:,} of {state.interleavings:,}"
        rows.append((str(number), FATES[state.fate][0], ways, "; ".join(exits) or "the end"))
    return Table(TITLE, ("state", "fate", "ways that fail", "next steps"), rows)
