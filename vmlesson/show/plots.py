"""What a remedy costs: how often mremap takes the root lock of a family, and for how long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UserError, check_kind, check_whole
from ..kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel, anon_vma_lock, anon_vma_unlock
from ..kernel import sys_mremap
from ..kernel.atomic import CPU
from ..kernel.mm_types import vm_area_struct
from ..kernel.mremap import move_page_tables as move_page_tables_symbol
from ..kernel.mremap import move_ptes as move_ptes_symbol
from .figures import Plotted, draw_line, dress, finished
from .look import PAPER
from .render import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGES = (1, 4, 16, 64, 256)
CHILDREN = (0, 1, 2, 4, 8, 16)
GENERATIONS = (0, 1, 2, 4, 8)

# ------------------------------------------------------------------------------------ the remedies


async def move_ptes(vma: vm_area_struct, *batch: Any) -> None:
    """One batch, with the root lock held: no walk sees a part of it."""
    await _held(move_ptes_symbol.function, vma, *batch)


async def move_page_tables(vma: vm_area_struct, *where: Any) -> Any:
    """The whole move, with the root lock held: no walk sees a part of it."""
    return await _held(move_page_tables_symbol.function, vma, *where)


async def _held(move: Callable[..., Any], vma: vm_area_struct, *where: Any) -> Any:
    if vma.anon_vma is None:
        return await move(vma, *where)
    await anon_vma_lock(vma.anon_vma)
    done = await move(vma, *where)
    await anon_vma_unlock(vma.anon_vma)
    return done


class Remedy(NamedTuple):
    """A release, what is patched into it, how its line looks, and the most pages of a batch."""

    release: str
    patches: tuple[Callable[..., Awaitable[Any]], ...]
    colour: str
    marker: str
    line: str
    batch: int = 64


REMEDIES = {
    "nothing (v3.2)": Remedy("v3.2", (), "#cc79a7", "o", ":"),
    "lock around each batch": Remedy("v3.2", (move_ptes,), "#d55e00", "s", "--"),
    "lock around the whole move": Remedy("v3.2", (move_page_tables,), "#0072b2", "^", "-."),
    "moveto_tail (v3.3)": Remedy("v3.3", (), "#009e73", "D", "-"),
}

AGES = {
    "v3.2: nothing": Remedy("v3.2", (), "#cc79a7", "o", ":"),
    "v3.3: moveto_tail": Remedy("v3.3", (), "#009e73", "D", "-"),
    "v3.7: lock where needed, by 64": Remedy("v3.7", (), "#d55e00", "s", "--"),
    "today: the same, by 512": Remedy("today", (), "#0072b2", "^", "-.", batch=512),
}
"""What Linux did, in the order of its releases; batches are of up to 512 pages since 4.18."""

KNOWN = REMEDIES | AGES

# ------------------------------------------------------------------------------------ the numbers


class Cost(NamedTuple):
    """One mremap: how often it took the root lock, and how many of its `steps` it held it for.

    ``longest`` is the longest of these times: how long somebody else may have to wait.
    """

    remedy: str
    pages: int
    children: int
    generations: int
    taken: int
    held: int
    longest: int
    steps: int


def measure(
    remedy: str,
    pages: int = 1,
    children: int = 0,
    generations: int = 0,
    back: bool = True,
    batch: int | None = None,
) -> Cost:
    """Let a process bring `pages` pages home, merging, alone, and watch the root lock.

    Or away, if not `back`: to where nothing is.

    The process has so many `children`, which share its lists, and so many `generations` above it,
    in whose lists it is.  `batch` is the most pages of a batch, if not as many as in Linux.

    Raises:
        UserError: unknown remedy; pages below 1 or above 4096; batch below 1 or above 512; a
            negative number.
    """
    if remedy not in list(KNOWN):  # which, unlike a dict, takes a question about anything
        raise UserError(f"unknown remedy {remedy!r}; there are {', '.join(KNOWN)}")
    check_whole("pages", pages, 1, 4096)
    check_whole("children", children, 0)
    check_whole("generations", generations, 0)
    release, patches, *_, usual = KNOWN[remedy]
    kernel = Kernel(release, patches, pages_per_batch=usual if batch is None else batch)
    task = kernel.spawn("P")
    home, size, flags = 1 << 30, pages * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED
    away = home + (1 << 30) + PAGE_SIZE  # batches end at no other border than their own
    task.mmap(PAGE_SIZE + size, addr=home, fixed=True)
    for page in range(pages + 1):
        task.write(home + page * PAGE_SIZE, b"x")
    for _ in range(generations):
        task = task.fork()
    old, new = home + PAGE_SIZE, away
    if back:
        task.mremap(old, size, size, flags, new)
        old, new = new, old
    for _ in range(children):
        task.fork()
    family = task.mm.vmas[0].anon_vma
    assert family is not None
    root = family.root.mutex

    cpu = CPU("mremap", 1, kernel)
    cpu.start(sys_mremap(task, old, size, size, flags, new))
    steps, times = 0, [0]
    while cpu.pending is not None:
        before = root.owner is cpu
        cpu.step()
        steps += 1
        if before:
            times[-1] += 1
        elif root.owner is cpu:
            times.append(0)
    assert not cpu.findings, cpu.findings
    assert cpu.result == new
    return Cost(remedy, pages, children, generations, len(times) - 1, sum(times), max(times), steps)


def cost(
    pages: Iterable[int] | int = PAGES,
    children: Iterable[int] | int = CHILDREN,
    generations: Iterable[int] | int = GENERATIONS,
    remedies: Sequence[str] = tuple(REMEDIES),
    batch: int | None = None,
) -> Plot:
    """How often mremap takes the root lock, and how long it holds it, for each of `remedies`.

    Against the numbers of pages, of children and of generations, each alone: the others are 1, 0
    and 0, or what is given as one number in place of several.  `batch` is as for `measure`.

    Raises:
        UserError: as `measure`; nothing to measure.
    """
    given = {"pages": pages, "children": children, "generations": generations}
    for what, counts in given.items():
        check_kind(what, counts, (int, Iterable), "a number, or several")
    all_have: dict[str, Any] = {
        what: count for what, count in given.items() if isinstance(count, int)
    }
    axes = {what: sorted(set(counts)) for what, counts in given.items()
            if not isinstance(counts, int)}  # fmt: skip
    if not remedies or not any(axes.values()):
        raise UserError("nothing to measure: give remedies, and numbers of pages or of children")
    rows = {
        what: [
            measure(remedy, batch=batch, **(all_have | {what: count}))
            for remedy in remedies
            for count in counts
        ]
        for what, counts in axes.items()
        if counts
    }
    return Plot(rows)


# ------------------------------------------------------------------------------------ the drawing


class Plot(Plotted):
    """The figure of `cost`; ``rows`` are its numbers."""

    def __init__(self, rows: Mapping[str, list[Cost]]) -> None:
        self.rows = list(dict.fromkeys(row for these in rows.values() for row in these))
        title = "What mremap does with the root lock"
        head = ("remedy", "pages", "children", "generations", "taken", "steps held", "longest hold",
                "all steps")  # fmt: skip
        caption = "One mremap that brings a range home, which merges; on the model"
        table = Table(caption, head, [(row.remedy, *map(str, row[1:])) for row in self.rows])
        said = sentences(self.rows)
        super().__init__(title, " ".join(said), table, "\n".join([title, *said]))
        self.plotted = rows

    @cached_property
    def figure(self) -> Figure:
        """A column of panels for each thing counted: steps held above, times taken below."""
        from matplotlib.figure import Figure

        rows = self.plotted
        size = (11, 6) if len(rows) > 1 else (9, 5)
        figure = Figure(figsize=size, facecolor=PAPER, layout="constrained")
        grid = figure.subplots(2, len(rows), sharex="col", sharey="row", squeeze=False)
        for column, (what, these) in enumerate(rows.items()):
            above, below = grid[:, column]
            _lines(above, these, what, "held")
            _lines(below, these, what, "taken")
            counts = sorted({getattr(row, what) for row in these})
            below.set_xlabel(f"number of {what}")
            below.set_xscale("log" if counts[0] else "symlog", base=2)
            below.set_xticks(counts, [str(count) for count in counts])
            below.minorticks_off()
        grid[0][0].set_ylabel("steps with\nthe lock held")
        grid[0][0].set_yscale("log")
        ticks = (3, 10, 30, 100, 300, 1000, 3000)
        most = max(row.held for these in rows.values() for row in these)
        grid[0][0].set_yticks(ticks, [f"{tick:,}" for tick in ticks])
        grid[0][0].minorticks_off()
        grid[0][0].set_ylim(2, 1.5 * max(most, 10))
        grid[1][0].set_ylabel("times taken")
        grid[1][0].set_ylim(bottom=0)
        grid[1][0].locator_params(axis="y", integer=True)
        for axes in figure.axes:
            dress(axes)
        return finished(figure, grid[0][0])


def sentences(rows: Sequence[Cost]) -> list[str]:
    """For each remedy, the cheapest and the dearest case measured."""
    said = []
    for remedy in dict.fromkeys(row.remedy for row in rows):
        its = [row for row in rows if row.remedy == remedy]
        few, many = min(its, key=lambda row: row.held), max(its, key=lambda row: row.held)
        if few.held == many.held:
            said.append(f"{remedy}: {many.held} steps held in every case.")
        else:
            said.append(f"{remedy}: from {_case(few)} to {_case(many)}.")
    return said


def _case(row: Cost) -> str:
    counts = zip(row[1:4], ("pages", "children", "generations"), strict=True)
    where = ", ".join(f"{count} {what}" for count, what in counts)
    return f"{row.held} steps held, {row.taken} times taken ({where})"


def _lines(axes: Axes, rows: Sequence[Cost], what: str, y: str) -> None:
    """A line for each remedy; those that coincide stay visible by their size."""
    remedies = list(dict.fromkeys(row.remedy for row in rows))
    for number, remedy in enumerate(remedies):
        points = sorted(
            (getattr(row, what), getattr(row, y)) for row in rows if row.remedy == remedy
        )
        size = 8 + 3 * (len(remedies) - number)
        draw_line(axes, points, remedy, *KNOWN[remedy][2:5], size)
