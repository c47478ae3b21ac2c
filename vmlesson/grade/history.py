"""Which cell of this notebook gave a name its meaning, and whether a later one failed to."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
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


def stale(asked: str, parameters: Sequence[str], answer: Any, does: str = "judges") -> str:
    """What is to be said if the last cell that was to give `asked` a meaning has not; else "".

    It did not come to its end, or it defines a function of these parameters whose name is only like
    `asked`.  What is asked for `does` something to the run before that one.
    """
    gives = re.compile(rf"^[ \t]*(async +def +|def +|(%\w+ +)?){asked} *[(=]", re.MULTILINE)
    own = [number for number, run in enumerate(RUNS) if gives.search(run.text)]
    code = getattr(inspect.unwrap(answer) if callable(answer) else answer, "__code__", None)
    file = code and code.co_filename  # it may be defined by a cell that raised afterwards
    later = RUNS[own[-1] + 1 :] if own else []
    if not own or file in [run.file for run in later]:  # under whatever name
        return ""
    last, *_ = runs = [RUNS[number] for number in reversed(own)]
    before = next((run for run in runs if not run.error or run.file == file), None)
    judged = "" if before is None else f"; this {does} run [{before.number}]"
    if name := _like(asked, parameters, later):
        return f"your last cell defines {name}, not {asked}{judged}"
    return "" if before is last else f"your last cell did not run ({last.error}){judged}"


def _like(asked: str, parameters: Sequence[str], runs: Sequence[Run]) -> str:
    """The name, like `asked`, that the last of some cells gives to a function; "" if none does."""
    given = r"\s*,\s*".join(parameters)
    function = re.compile(rf"^(?:async +)?def +(\w+) *\(\s*{given}\s*\)", re.MULTILINE)
    names = [name for run in reversed(runs) for name in function.findall(run.text)]
    return next(iter(get_close_matches(asked, names, n=1)), "") if parameters else ""
