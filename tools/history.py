"""The table of docs/history.md, by exploration, its schedules, and two pictures.

    python tools/history.py            # write them anew: a minute or two
    python tools/history.py --check    # say whether they are in step

One page moves and one is under migration, which is enough for each verdict.
"""

from __future__ import annotations

import io
import sys
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from vmlesson.explore import Result  # noqa: E402
from vmlesson.kernel import RELEASES  # noqa: E402
from vmlesson.scenarios import CATALOGUE, explore_scenario  # noqa: E402
from vmlesson.show.look import INK, PAPER, RULE  # noqa: E402
from vmlesson.show.plots import AGES, measure  # noqa: E402

DOCUMENT = ROOT / "docs" / "history.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of the table -->\n"
SAME = ("running",)
"""Other names of a release that has a column."""


RELEASED = {
    "2.6.34": date(2010, 5, 16),
    "3.0": date(2011, 7, 22),
    "3.1": date(2011, 10, 24),
    "3.2": date(2012, 1, 4),
    "3.3": date(2012, 3, 18),
    "3.7": date(2012, 12, 10),
    "3.15": date(2014, 6, 8),
    "4.19": date(2018, 10, 22),
    "5.0": date(2019, 3, 3),
    "5.14": date(2021, 8, 29),
    "6.16": date(2025, 7, 27),
    "6.18.8": date(2026, 1, 30),
}
BEGINNING, END_OF_TIME = date(2009, 1, 1), date(2026, 12, 1)


class Defect(NamedTuple):
    """A defect: what brought it ("" if nobody knows when), what cured it, who found it and how."""

    name: str
    brought: str
    cured: str
    cure: str
    found: str
    scenario: str


DEFECTS = (
    Defect("the peek", "", "3.1", "486cf46f3f9b", "Pawel Sikora met it; Hugh Dickins explained it",
           "pte-peek"),
    Defect("the order", "", "3.3", "948f017b093a", "Nai Xia, by thinking", "merge-order"),
    Defect("the way back", "", "3.3", "948f017b093a", "Hugh Dickins, in review", "error-path"),
    Defect("the border", "2.6.34", "3.7", "ca42b26ab8e7", "Michel Lespinasse",
           "mprotect-border"),
    Defect("the late flush", "3.2", "4.19", "eb66ae030829", "reported by Jann Horn",
           "not in the model: a TLB"),
    Defect("the huge page", "3.7", "3.15", "dd18dbc2d42a", "Dave Jones's fuzzer met it",
           "not in the model: huge pages"),
    Defect("whole tables", "5.0", "5.14", "97113eb39fa7", "Aneesh Kumar",
           "not in the model: a TLB"),
    Defect("the chain", "6.16", "6.18.8", "61f67c230a5e", "syzbot met it", "merge-faulted"),
)  # fmt: skip


def main() -> int:
    """Write the table and the pictures, or say whether they are in step."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = searched()
    made = {
        DOCUMENT: with_table(text, table(rows)),
        DOCUMENT.with_name("schedules.md"): schedules(rows),
        DOCUMENT.with_name("history.svg"): timeline(),
        DOCUMENT.with_name("history-cost.svg"): cost(),
    }
    stale = [file for file, new in made.items() if not file.exists() or file.read_text() != new]
    if "--check" not in sys.argv:
        for file in stale:
            file.write_text(made[file], encoding="utf-8")
    elif stale:
        names = ", ".join(str(file.relative_to(ROOT)) for file in stale)
        print(f"out of step: {names}; python tools/history.py", file=sys.stderr)
        return 1
    return 0


def timeline() -> str:
    """The life of each defect as a bar, from the release that brought it to its cure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 6), facecolor=PAPER)
    axes = figure.add_axes((0.02, 0.1, 0.96, 0.86), facecolor=PAPER)
    for row, defect in enumerate(reversed(DEFECTS)):
        start, end = RELEASED.get(defect.brought, BEGINNING), RELEASED[defect.cured]
        shown = defect.scenario in CATALOGUE
        axes.barh(row, (end - start).days, 0.34, left=start.toordinal(), edgecolor=INK,
                  color="#d55e00" if shown else PAPER, hatch="" if shown else "///")  # fmt: skip
        since = f"{defect.brought or 'older than all this'} to {defect.cured}"
        right = start.year < 2017
        at, side = (end, "left") if right else (start, "right")
        axes.text(at.toordinal() + (60 if right else -60), row, f"{defect.name}, {since}: "
                  f"{defect.cure}\n{defect.found}; {defect.scenario}", ha=side, va="center",
                  fontsize=11.5, color=INK, linespacing=1.4)  # fmt: skip
    years = range(2009, 2027)
    axes.set_xticks([date(year, 1, 1).toordinal() for year in years], [str(year) for year in years])
    axes.set_xlim(BEGINNING.toordinal(), END_OF_TIME.toordinal())
    axes.set_yticks([])
    return _svg(figure, axes)


PAGES = (1, 8, 64, 512, 1024)
GIBIBYTE = (1 << 30) // 4096
CHILDREN = (0, 4, 16, 64)


def cost() -> str:
    """How often the root lock is taken, and for how many steps it is held, in each age."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 7.5), facecolor=PAPER, layout="constrained")
    grid = figure.subplots(2, 3, sharey="row")
    for column, (title, back) in enumerate((("away", False), ("home", True))):
        for age, remedy in AGES.items():
            costs = [measure(age, pages=pages, back=back) for pages in PAGES]
            for axes, what in zip(grid[:, column], ("taken", "held"), strict=True):
                counts = [getattr(each, what) for each in costs]
                last = counts[-1] + (counts[-1] - counts[-2]) * (GIBIBYTE - 1024) // 512
                axes.plot(PAGES, counts, color=remedy.colour, marker=remedy.marker, label=age,
                          markeredgecolor=INK, linewidth=2)  # fmt: skip
                axes.plot((1024, GIBIBYTE), (counts[-1], last), color=remedy.colour, linestyle=":",
                          marker=remedy.marker, markerfacecolor=PAPER, linewidth=2)  # fmt: skip
        grid[0, column].set_title(title, fontsize=15, color=INK)
        grid[1, column].set_xlabel("pages; the last is 1 GiB", fontsize=13, color=INK)
    for age, remedy in AGES.items():
        costs = [measure(age, pages=64, children=children) for children in CHILDREN]
        for axes, what in zip(grid[:, 2], ("taken", "held"), strict=True):
            axes.plot(CHILDREN, [getattr(each, what) for each in costs], color=remedy.colour,
                      marker=remedy.marker, markeredgecolor=INK, linewidth=2)  # fmt: skip
    grid[0, 2].set_title("home, 64 pages", fontsize=15, color=INK)
    grid[1, 2].set_xlabel("children", fontsize=13, color=INK)
    grid[0, 0].set_ylabel("times taken", fontsize=13, color=INK)
    grid[1, 0].set_ylabel("steps held", fontsize=13, color=INK)
    for axes in grid.flat:
        axes.set_yscale("log")
        axes.set_xscale("linear" if axes in grid[:, 2] else "log")
        axes.minorticks_off()
        axes.grid(color=RULE, alpha=0.35)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4,
                  fontsize=12, facecolor=PAPER, edgecolor=RULE)  # fmt: skip
    return _svg(figure, *grid.flat)


def _svg(figure, *drawn) -> str:
    """A figure as text that is the same each time."""
    from matplotlib import rc_context

    for axes in drawn:
        axes.set_facecolor(PAPER)
        axes.tick_params(colors=INK, labelsize=11)
        for side, spine in axes.spines.items():
            spine.set_color(INK)
            spine.set_visible(side in ("bottom",) or len(drawn) > 1)
    file = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "vmlesson"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def with_table(text: str, rows: str) -> str:
    """`text` with `rows` between its two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{rows}{END}{after}"


class Cell(NamedTuple):
    """A scenario on a release: what a complete search says, and the best schedule that fails."""

    scenario: str
    release: str
    found: Result

    @property
    def heading(self) -> str:
        """Of its schedule."""
        return f"{self.scenario} on {self.release}"

    def __str__(self) -> str:
        if not self.found.failing:
            return self.found.verdict
        anchor = self.heading.replace(" ", "-").replace(".", "")
        return f"[**{self.found.verdict}**](schedules.md#{anchor})"

    def schedule(self) -> str:
        """How it fails, in words, and what opens it."""
        best = self.found.failures[0]
        turns = ", ".join(f"{cpu} {len([*steps])}" for cpu, steps in groupby(best.schedule))
        form = f" ({best.form})" if best.form else ""
        return (
            f"## {self.heading}\n\n{best.message}\n\n"
            f"Turns, and the steps of each{form}: {turns}.\n\n"
            f"    vmlesson export {self.scenario} schedule.html --release {self.release} "
            "--pages 1\n\n"
        )


def searched() -> list[list[Cell]]:
    """A row a scenario, a cell a release."""
    releases = [name for name in RELEASES if name not in SAME]
    return [
        [Cell(name, each, explore_scenario(name, each, pages=1)) for each in releases]
        for name in CATALOGUE
    ]


def table(rows: list[list[Cell]]) -> str:
    """The cells, each that fails with a link to its schedule."""
    lines = [["scenario", *(cell.release for cell in rows[0])], ["---"] * (1 + len(rows[0]))]
    lines += [[f"`{row[0].scenario}`", *map(str, row)] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def schedules(rows: list[list[Cell]]) -> str:
    """The document with a schedule for each cell that fails."""
    head = (
        "# The schedules of the table\n\n"
        "One for each cell of [the table](history.md) that fails, the easiest to read, with one "
        "page; written by\n`python tools/history.py`. The command under each writes a page "
        "that plays it.\n\n"
    )
    failing = [cell for row in rows for cell in row if cell.found.failing]
    return (head + "".join(cell.schedule() for cell in failing)).rstrip("\n") + "\n"


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    sys.exit(main())
