"""Speed and counts: ``make bench``, or ``python -m benchmarks [PART ...]``.

Counts are facts about the model and do not change; times are of this machine, now, and are there
to be compared with each other.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from benchmarks import abstract
from vmlesson.explore import Result, explore
from vmlesson.scenarios import CATALOGUE, explore_scenario, scenarios

Row = Sequence[object]


def table(title: str, head: Row, rows: Iterable[Row]) -> None:
    """Print rows as they come, so that a long part is seen to move."""
    print(f"\n{title}\n" + "".join(f"{name!s:>18}" for name in head))
    for row in rows:
        cells = (f"{cell:,.3f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int)
                 else str(cell) for cell in row)  # fmt: skip
        print("".join(f"{cell:>18}" for cell in cells), flush=True)


def timed(search: Callable[[], Result]) -> tuple[Result, float]:
    """What a search found, and the CPU seconds that it took, booting and set-up included."""
    start = time.process_time()
    result = search()
    return result, time.process_time() - start


def merge_order() -> None:
    """merge-order in one form: moved away upward, brought back in one batch."""

    def rows() -> Iterable[Row]:
        for walkers in (1, 2):
            for pages in (1, 2, 4, 8):
                if walkers > pages:
                    continue
                form = scenarios("merge-order", pages, walkers, "above, one batch")
                (scenario,) = form.values()
                for release, first in (("v3.2", True), ("v3.2", False), ("v3.3", False)):
                    result, seconds = timed(
                        partial(explore, scenario, release=release, first_failure=first)
                    )
                    how = "first failure" if first else "complete"
                    assert result.complete or first
                    yield (pages, walkers, release, how, result.executions, result.failing,
                           result.steps, seconds, round(result.steps / seconds))  # fmt: skip

    head = ("N", "K", "release", "search", "executions", "failing", "steps", "CPU s", "steps/s")
    table("merge-order, one form", head, rows())


def catalogue() -> None:
    """Every scenario at its default size on four releases, all forms, complete."""

    def rows() -> Iterable[Row]:
        total = 0.0
        for name in CATALOGUE:
            for release in ("v3.0", "v3.1", "v3.2", "v3.3"):
                result, seconds = timed(partial(explore_scenario, name, release))
                assert result.complete
                total += seconds
                yield name, release, result.executions, result.failing, result.steps, seconds
        yield "all", "", "", "", "", total

    head = ("scenario", "release", "executions", "failing", "steps", "CPU s")
    table("the catalogue at its default sizes", head, rows())


def abstract_model() -> None:
    """The race written with Shared and Mutex, small enough to be held against other tools."""

    def rows() -> Iterable[Row]:
        for pages, walkers in ((1, 1), (2, 1), (4, 1), (8, 1), (2, 2), (8, 2), (4, 3)):
            for fixed in (False, True):
                program = abstract.merge_order(pages, walkers, fixed)
                result, seconds = timed(partial(explore, program))
                yield (pages, walkers, "fixed" if fixed else "unfixed", result.executions,
                       result.failing, seconds)  # fmt: skip

    head = ("N", "K", "order", "executions", "failing", "CPU s")
    table("the abstract model", head, rows())


def peers() -> None:
    """The same model in other model checkers, where they are installed."""
    from benchmarks.peers import HEAD, rows

    table("beside other model checkers", HEAD, rows())


def memory() -> None:
    """Peak of Python's memory during a search, which grows with its states."""

    def rows() -> Iterable[Row]:
        for name, limit in (("merge-order", None), ("third-process", 100), ("third-process", None)):
            tracemalloc.start()
            result = explore_scenario(name, "v3.3", executions=limit)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            yield name, result.executions, round(peak / 1024)

    table("memory", ("scenario", "executions", "peak KiB"), rows())


def start() -> None:
    """Importing the package, in a fresh interpreter; the best of five."""

    def best(code: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    nothing = best("pass")
    rows = [
        (name, round(1000 * (best(f"import {name}") - nothing)))
        for name in ("vmlesson", "vmlesson.kernel", "vmlesson.explore", "vmlesson.scenarios")
    ]
    table("importing, beyond starting Python", ("module", "ms"), rows)


def graphs() -> None:
    """Drawing families of vmas."""
    from benchmarks.graphs import HEAD, rows

    table("graphs", HEAD, rows())


def stepper() -> None:
    """A long run in a real browser, if there is one."""
    from benchmarks.stepper import main as measure

    print("\nthe stepper in a browser")
    measure()


def site() -> None:
    """What a visitor of the site that ``make site`` has built waits for."""
    from benchmarks.site import main as measure

    print("\nthe site in a browser")
    measure()


def chapters() -> None:
    """Every notebook of the course, top to bottom."""
    from benchmarks.chapters import HEAD, rows

    table("the chapters", HEAD, rows())


def grading() -> None:
    """Submissions a second."""
    from benchmarks.grading import COLUMNS, rows
    from benchmarks.grading import main as measure

    table("graded a second, two at a time, and by nbgrader autograde", COLUMNS, rows())
    measure()


PARTS: dict[str, Callable[[], None]] = {
    "start": start,
    "abstract": abstract_model,
    "peers": peers,
    "merge-order": merge_order,
    "catalogue": catalogue,
    "memory": memory,
    "graphs": graphs,
    "stepper": stepper,
    "site": site,
    "chapters": chapters,
    "grading": grading,
}


def main(parts: Sequence[str]) -> int:
    """Run the parts named, or all."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        print(f"unknown part {unknown[0]!r}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for part in parts or PARTS:
        PARTS[part]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
