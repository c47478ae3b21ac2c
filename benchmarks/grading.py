"""How many submissions a second: ``python -m benchmarks grading``.

Right and wrong answers to ``moveto_tail`` apart, with two jobs, each in its own file, beside
``nbgrader autograde`` of the same; then a class of 200, with its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from vmlesson.grade import check
from vmlesson.grade.classroom import grade_all, processes
from vmlesson.grade.collect import collect
from vmlesson.grade.exercises import find_exercise

ROOT = Path(__file__).resolve().parents[1]
HEAD = "from vmlesson.kernel import *\n\n\nasync def anon_vma_moveto_tail(dst):\n"
RIGHT = (
    "    root = None\n    for avc in {order}:\n"
    "        root = await lock_anon_vma_root(root, avc.anon_vma)\n"
    "        await list_del(avc.same_anon_vma)\n"
    "        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)\n"
    "    await unlock_anon_vma_root(root)\n",
    "    for avc in {order}:\n        await anon_vma_lock(avc.anon_vma)\n"
    "        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n"
    "        await anon_vma_unlock(avc.anon_vma)\n",
)
WRONG = (
    "    pass\n",
    "    for avc in {order}:\n        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n",
    "    for avc in {order}:\n        await anon_vma_lock(avc.anon_vma)\n"
    "        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n",
    "    if dst.anon_vma:\n        await anon_vma_lock(dst.anon_vma)\n"
    "        await anon_vma_unlock(dst.anon_vma)\n",
)
MANY = 25
"""How many learners hand in the same: of what behaves alike, the exploring is done once a judge."""
COLUMNS = ("answers", "outcome", "each once", f"each {MANY} times", "nbgrader")
ORDERS = ("dst.anon_vma_chain", "reversed(dst.anon_vma_chain)")


def answers(bodies: tuple[str, ...]) -> list[str]:
    """Every body in both directions."""
    return [HEAD + body.format(order=order) for body in bodies for order in ORDERS]


def graded(sources: list[str], jobs: int = 2) -> tuple[float, set[str]]:
    """Seconds to grade these, and the outcomes."""
    exercise = find_exercise("moveto_tail")
    outcomes = set()
    with tempfile.TemporaryDirectory() as place:
        for number, source in enumerate(sources):
            (Path(place) / f"{number:03}.py").write_text(source, encoding="utf-8")
        tasks = collect(exercise, [Path(place)])
        started = time.perf_counter()
        done = lambda _, row: outcomes.add(row["outcome"])  # noqa: E731
        grade_all(exercise, tasks, processes(jobs), jobs, 60, done)
        return time.perf_counter() - started, outcomes


def in_notebook(source: str) -> str:
    """What a check in a notebook says, and after how many seconds."""
    space: dict[str, object] = {"__name__": "__main__"}
    exec(compile(source, "a cell", "exec"), space)
    started = time.perf_counter()
    outcome = check.moveto_tail(space["anon_vma_moveto_tail"]).outcome
    return f"{outcome} in {time.perf_counter() - started:.2f} s"


def nbgraded(sources: list[str]) -> float:
    """Seconds that nbgrader autograde takes for these."""
    with tempfile.TemporaryDirectory() as place:
        course = Path(place)
        (course / "build").mkdir()
        for name in ("nbgrader_config.py", "solutions"):
            (course / name).symlink_to(ROOT / name)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        nbgrader = [sys.executable, "-m", "nbgrader"]
        quiet = {"cwd": course, "env": environment, "capture_output": True}
        command = [*nbgrader, "generate_assignment", "moveto_tail"]
        subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]
        released = course / "exercises" / "moveto_tail" / "moveto_tail.ipynb"
        for number, source in enumerate(sources):
            notebook = json.loads(released.read_text(encoding="utf-8"))
            for cell in notebook["cells"]:
                if cell["id"] == "answer":
                    cell["source"] = source
            path = course / "build" / "submitted" / f"s{number}" / "moveto_tail"
            path.mkdir(parents=True)
            (path / "moveto_tail.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        started = time.perf_counter()
        command = [*nbgrader, "autograde", "moveto_tail", "--create"]
        subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]
        return time.perf_counter() - started


class Memory(threading.Thread):
    """Watches how much memory this process and all below it have, while it is entered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.most = 0.0

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        """Look twenty times a second."""
        while not self.over.wait(0.05):
            self.most = max(self.most, sum(map(_mebibytes, _family(os.getpid()))))


def _family(pid: int) -> list[int]:
    """A process and all below it; nothing where there is no /proc."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        below = " ".join((thread / "children").read_text() for thread in threads)
    except OSError:
        return []
    return [pid, *(one for child in below.split() for one in _family(int(child)))]


def _mebibytes(pid: int) -> float:
    """A process's share of the memory that it has."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def rows() -> Iterator[tuple[str, str, float, float, float]]:
    """Submissions a second: each of a few that differ, each of them many times, and nbgrader's."""
    for name, bodies in (("right", RIGHT), ("wrong", WRONG)):
        sources = answers(bodies)
        seconds, outcomes = graded(sources)
        often, _ = graded(sources * MANY)
        many = MANY * len(sources)
        theirs = len(sources) / nbgraded(sources)
        yield name, "/".join(outcomes), len(sources) / seconds, many / often, theirs


def main() -> None:
    """Measure the rest, and print."""
    right, wrong = answers(RIGHT), answers(WRONG)
    print(f"check in a notebook: right {in_notebook(right[0])}, wrong {in_notebook(wrong[0])}")
    with Memory() as memory:
        seconds, _ = graded((right * 2 + wrong)[:10] * 20)
    print(f"a class of 200, right and wrong: {seconds:.0f} s, at most {memory.most:.0f} MiB in all")
