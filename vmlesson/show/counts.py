"""How many schedules of a program there are, and how many classes of them, as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import UserError, check_kind
from ..explore import Result
from .figures import Plotted, draw_line, dress, finished
from .look import LOST, PAPER, THREAD
from .render import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COUNTED = {
    "schedules": ("interleavings", THREAD, "s", "--"),
    "failing schedules": ("failing_interleavings", LOST, "D", ":"),
    "classes": ("executions", THREAD, "o", "-"),
    "failing classes": ("failing", LOST, "^", "-."),
}
"""What is counted of a result: by its name in words its attribute, and how its line looks."""


class Growth(Plotted):
    """How many schedules and classes there are, for each size of a program."""

    def __init__(self, results: Mapping[int, Result], size: str) -> None:
        self.size = size
        self.counts = {
            what: {number: getattr(results[number], field) for number in sorted(results)}
            for what, (field, *_) in COUNTED.items()
        }
        title = f"Schedules and classes, by the number of {size}"
        rows = [
            [str(number), *(_count(self.counts[what][number]) for what in COUNTED)]
            for number in sorted(results)
        ]
        table = Table(title, (size, *COUNTED), rows)
        said = [f"{size} {row[0]}: {row[1]} schedules, {row[3]} classes" for row in rows]
        super().__init__(title, "; ".join(said), table, "\n".join([title, *said]))

    @cached_property
    def figure(self) -> Figure:
        """The figure, on logarithmic axes: a count that is 0, or not known, has no point."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 5), facecolor=PAPER, layout="constrained")
        axes = figure.subplots()
        for what, (_, colour, marker, style) in COUNTED.items():
            points = [(number, count) for number, count in self.counts[what].items() if count]
            draw_line(axes, points, what, colour, marker, style)
        axes.set_xscale("log", base=2)
        sizes = list(self.counts["classes"])
        axes.set_xticks(sizes, [str(number) for number in sizes])
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.8)
        axes.minorticks_off()
        axes.set_xlabel(f"number of {self.size}")
        dress(axes)
        return finished(figure, axes)


def _count(number: int | None) -> str:
    return "not counted" if number is None else f"{number:,}"


def growth(results: Mapping[int, Result], size: str = "pages") -> Growth:
    """How many schedules and classes there are, and how many fail, against the size of a program.

    Args:
        results: what `explore` returned, by the number of whatever there is more and more of.
        size: what that is, in the plural.

    Raises:
        UserError: no results.
    """
    asked = "results of explore, by the size of the program"
    check_kind("growth", results, Mapping, asked)
    for result in results.values():
        check_kind("growth", result, Result, asked)
    if not results:
        raise UserError(f"nothing to draw: give the {asked}")
    return Growth(results, size)
