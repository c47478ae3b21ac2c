"""Which cell of this notebook gave a name its meaning, and whether a later one failed to."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass
from typing import Any


@dataclass
class Run:
    """A cell that was run: its number, its text, and how it ended if it did not come to its end."""

    number: int | None
    text: str
    error: str
    file: str


RUNS: list[Run] = []


def listen() -> None:
    """From now on take note of each cell that is run; outside of IPython nothing happens."""
    ipython = sys.modules.get("IPython")  # who runs in it has imported it
    shell: Any = ipython and ipython.get_ipython()
    if shell is not None:
        shell.events.register("post_run_cell", lambda result: _note(shell, result))


def _note(shell: Any, result: Any) -> None:
    error = result.error_before_exec or result.error_in_exec
    words = "" if error is None else f"{type(error).__name__}: {getattr(error, 'msg', error)}"
    text = result.info.raw_cell
    number = result.execution_count
    file = shell.compile.get_code_name(text, text, number)
    RUNS.append(Run(number, text, words, file))


def stale(asked: str, answer: Any, does: str = "judges") -> str:
    """What is to be said if the last cell that gives `asked` a meaning did not run; else "".

    What is asked for `does` something to the run before that one.
    """
    gives = re.compile(rf"^[ \t]*(async +def +|def +|(%\w+ +)?){asked} *[(=]", re.MULTILINE)
    runs = [run for run in RUNS if gives.search(run.text)]
    if not runs or not runs[-1].error:
        return ""
    last = runs[-1]
    code = getattr(inspect.unwrap(answer) if callable(answer) else answer, "__code__", None)
    if code is not None and code.co_filename == last.file:
        return ""  # it was defined before the cell raised
    before = next((run for run in reversed(runs) if not run.error), None)
    judged = "" if before is None else f"; this {does} run [{before.number}]"
    return f"your last cell did not run ({last.error}){judged}"
