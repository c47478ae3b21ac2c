"""The same question to other model checkers: from the model to the verdict, whole processes.

Medians of interleaved runs, in CPU seconds (children included), so that what else the machine does
matters less.  Who is not installed has a row that says so: SPIN needs `spin` and `gcc`; Harmony is
``pip install harmony-model-checker``.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
SIZES = ((1, 1), (2, 1), (2, 2), (4, 1), (4, 2), (4, 3), (8, 1), (8, 2), (8, 3))
RUNS = 3
HEAD = ("N", "K", "order", "tool", "verdict", "CPU s", "peak MiB")
Size = tuple[int, int, int]


def ours(size: Size) -> list[str]:
    """vmlesson itself."""
    return [sys.executable, "-m", "benchmarks.peers.model", *map(str, size)]


def spin(size: Size) -> list[str]:
    """SPIN, with the compiler that its verifier needs."""
    pages, walkers, _ = size
    ptes = [0] * (2 * pages) + [2] * walkers + [1] * (pages - walkers)
    lists = {"PTE0": ptes, "PL0": [1] * walkers}
    given = [f"-D{name}={number}" for name, number in zip("NKV", size, strict=True)]
    given += [f"'-D{name}={{{','.join(map(str, of))}}}'" for name, of in lists.items()]
    made = f"spin -a {' '.join(given)} '{HERE / 'mremap.pml'}' >/dev/null"
    return ["sh", "-c", f"{made} && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m1000000 -n"]


def harmony(size: Size) -> list[str]:
    """Harmony."""
    given = [f"-c{name}={number}" for name, number in zip("NKV", size, strict=True)]
    return ["harmony", "--noweb", *given, "mremap.hny"]


TOOLS: dict[str, tuple[Callable[[Size], list[str]], tuple[str, ...], re.Pattern[str]]] = {
    "vmlesson": (ours, (), re.compile("verdict holds")),
    "SPIN": (spin, ("spin", "gcc"), re.compile(r"errors: 0")),
    "Harmony": (harmony, ("harmony",), re.compile("[Nn]o issues")),
}


def measured(command: Sequence[str], where: str) -> tuple[str, float, float]:
    """What a process printed, its CPU seconds, and its peak memory in MiB."""
    path = os.pathsep.join((str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")))
    with tempfile.TemporaryFile("w+") as out:
        started = subprocess.Popen(
            command, cwd=where, stdout=out, stderr=out, env=os.environ | {"PYTHONPATH": path}
        )
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return out.read(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def rows() -> Iterator[Sequence[object]]:
    """One for each size, order and tool."""
    there = {name: all(map(shutil.which, needs)) for name, (_, needs, _) in TOOLS.items()}
    for name, installed in there.items():
        if not installed:
            yield "", "", "", name, "not installed", "", ""
    with tempfile.TemporaryDirectory() as where:
        shutil.copy(HERE / "mremap.hny", where)
        for pages, walkers in SIZES:
            for fixed in (0, 1):
                size = pages, walkers, fixed
                runs = [
                    (name, *measured(TOOLS[name][0](size), where))
                    for _ in range(RUNS)
                    for name in there
                    if there[name]
                ]
                for name in dict.fromkeys(run[0] for run in runs):
                    mine = [run for run in runs if run[0] == name]
                    holds = bool(TOOLS[name][2].search(mine[0][1]))
                    assert holds == bool(fixed), mine[0][1]
                    seconds = statistics.median(run[2] for run in mine)
                    yield (pages, walkers, "fixed" if fixed else "unfixed", name,
                           "holds" if holds else "fails", seconds,
                           round(max(run[3] for run in mine)))  # fmt: skip
