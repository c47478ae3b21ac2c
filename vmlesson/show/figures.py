"""What the figures of matplotlib have in common: how they are shown, saved, and dressed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .look import INK, PAPER, RULE
from .render import CannotRender, Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Plotted(Shown):
    """A figure of matplotlib's; where there is none, its table."""

    formats = ("svg", "png", "pdf")

    @cached_property
    def figure(self) -> Figure:
        raise NotImplementedError

    def draw(self, format: str) -> bytes:
        try:
            from matplotlib import rc_context
        except ModuleNotFoundError:
            raise CannotRender(  # in a browser tab
                "matplotlib is not here; the page of the chapter that is to be read has the plot"
            ) from None

        settings: Any = {"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "vmlesson"}
        file = io.BytesIO()
        with rc_context(settings):
            date = {} if format == "png" else {"Date" if format == "svg" else "CreationDate": None}
            self.figure.savefig(file, format=format, metadata=date)
        return file.getvalue()


def draw_line(
    axes: Axes, points: Sequence[tuple[float, float]], label: str, colour: str, marker: str,
    style: str, size: float = 10,
) -> None:  # fmt: skip
    """Draw a line from point to point, each with a mark of that `size`."""
    axes.plot(
        [x for x, _ in points], [y for _, y in points], color=colour, marker=marker,
        linestyle=style, label=label, linewidth=2.5, markersize=size, markeredgecolor=INK,
        clip_on=False,
    )  # fmt: skip


def finished(figure: Figure, axes: Axes) -> Figure:
    """The figure with the legend of one of its panels, laid out once and for all.

    Every time it is saved it is the same.
    """
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=2, fontsize=15, labelcolor=INK,
        facecolor=PAPER, edgecolor=RULE, handlelength=4,
    )  # fmt: skip
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def dress(axes: Axes) -> None:
    """Give a panel the colours and sizes of all figures."""
    axes.set_facecolor(PAPER)
    axes.tick_params(colors=INK, labelsize=15)
    axes.xaxis.label.set(color=INK, fontsize=16)
    axes.yaxis.label.set(color=INK, fontsize=16)
    axes.grid(color=RULE, alpha=0.35)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(INK)
