"""The source of the functions that a run was in, as it was when they ran."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..explore import Place
from ..kernel.text import SYMBOLS

ROOT = Path(__file__).parents[2]
PRIMITIVES = ("vmlesson/kernel/list.py", "vmlesson/kernel/locks.py")


class Sources:
    """The functions of a run, each once, in the order in which they are met.

    Args:
        folded: names of functions whose body is not to be seen: a solution, for example.
    """

    def __init__(self, folded: Collection[str] = ()) -> None:
        self.folded = folded
        self.functions: list[dict[str, Any]] = []
        self.known: dict[tuple[str, str, int], int] = {}
        self.spans: dict[str, list[tuple[int, int]]] = {}

    def place(self, place: Place) -> tuple[int, int]:
        """The index of the function that `place` is in, and the line in it, from 1."""
        start, end = self._span(place)
        key = place.file, place.function, start
        if key not in self.known:
            self.known[key] = len(self.functions)
            self.functions.append(self._function(place, start, end))
        return self.known[key], place.line - start + 1

    def _function(self, place: Place, start: int, end: int) -> dict[str, Any]:
        text = linecache.getlines(resolve(place.file))[start - 1 : end]
        lines = [line.rstrip("\n") for line in text]
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lines = [line[margin:] for line in lines]
        folded = place.function in self.folded
        own = place.file.startswith("vmlesson/kernel/") and place.function in SYMBOLS
        if folded:
            lines = [f"async def {place.function}(…):", "    …  # folded: an exercise asks for it"]
        return {
            "name": place.function,
            "file": SYMBOLS[place.function].file if own else Path(place.file).name,
            "lines": lines or [f"# the source of {place.function} is not at hand"],
            "folded": folded,
            "doc": [] if folded else docstring_lines(lines),
        }

    def _span(self, place: Place) -> tuple[int, int]:
        """The first and last line of the innermost function around a place."""
        if place.file not in self.spans:
            self.spans[place.file] = spans("".join(linecache.getlines(resolve(place.file))))
        around = [(a, b) for a, b in self.spans[place.file] if a <= place.line <= b]
        return max(around, default=(place.line, place.line))


def resolve(file: str) -> str:
    """The path of a file that may be given relative to the package's parent."""
    inside = ROOT / file
    return str(inside) if file.startswith("vmlesson/") and inside.exists() else file


def spans(text: str) -> list[tuple[int, int]]:
    """The first and last line of each function in a source text."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [(node.lineno, node.end_lineno or node.lineno) for node in functions]


def docstring_lines(lines: list[str]) -> list[int]:
    """The first and last line of a function's docstring, from 1; none without one."""
    try:
        body = ast.parse("\n".join(lines)).body[0]
    except (SyntaxError, IndexError):
        return []
    if not isinstance(body, ast.FunctionDef | ast.AsyncFunctionDef) or not ast.get_docstring(body):
        return []
    first = body.body[0]
    return [first.lineno, first.end_lineno or first.lineno]


def is_primitive(place: Place) -> bool:
    """Whether a place is inside what carries an operation out, not in what asks for it."""
    return place.file in PRIMITIVES or place.function == "pte_offset_map_lock"
