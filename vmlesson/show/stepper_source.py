"""The source of the functions that a run was in, as it was when they ran."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import check_kind
from ..explore import Place
from ..kernel.text import SYMBOLS

ROOT = Path(__file__).parents[2]
LONGEST = 100_000
"""Letters of a text that is looked through for its functions."""

MACHINERY = ("vmlesson/grade/judge.py", "vmlesson/grade/answer.py")
"""What carries an answer's operations to the kernel: no part of the program that is shown."""
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python raises of a text that it cannot parse, however odd."""

Span = tuple[int, int, tuple[int, ...]]
"""The first and the last line of a function, and those of its docstring, if it has one."""


class Sources:
    """The functions of a run, each once, in the order in which they are met.

    Args:
        folded: names of functions of the course whose body is not to be seen: what an exercise
            asks for.  A learner's own function of that name is shown.
        texts: where the run was somebody else's code, its text by the name of its file.  No other
            file outside the course is then read, whatever the run says it was in.
    """

    def __init__(
        self, folded: Collection[str] = (), texts: Mapping[str, str] | None = None
    ) -> None:
        check_kind("folded", folded, list | tuple | set | frozenset, "names, as ('copy_vma',)")
        self.folded = folded
        self.texts = texts
        self.functions: list[dict[str, Any]] = []
        self.known: dict[tuple[str, str, int], int] = {}
        self.spans: dict[str, list[Span]] = {}

    def place(self, place: Place) -> tuple[int, int]:
        """The index of the function that `place` is in, and the line in it, from 1."""
        span = self._span(place)
        key = place.file, place.function, span[0]
        if key not in self.known:
            self.known[key] = len(self.functions)
            self.functions.append(self._function(place, span))
        return self.known[key], place.line - span[0] + 1

    def _function(self, place: Place, span: Span) -> dict[str, Any]:
        start, end, doc = span
        lines = self._lines(place.file)[max(start - 1, 0) : end]
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lines = [line[margin:] for line in lines]
        folded = place.function in self.folded and self._is_ours(place.file)
        own = place.file.startswith("vmlesson/kernel/") and place.function in SYMBOLS
        if folded:
            lines = [f"async def {place.function}(…):", "    …  # folded: an exercise asks for it"]
        return {
            "name": place.function,
            "file": SYMBOLS[place.function].file if own else Path(place.file).name,
            "lines": lines or [f"# the source of {place.function} is not at hand"],
            "folded": folded,
            "doc": [] if folded else [line - start + 1 for line in doc],
        }

    def _is_ours(self, file: str) -> bool:
        return file.startswith("vmlesson/") and file not in (self.texts or ())

    def _lines(self, file: str) -> list[str]:
        if self.texts is not None and not (self._is_ours(file) and resolve(file) != file):
            text = self.texts.get(file)
            if text is None or len(text) > LONGEST:
                return []
            return re.split(r"\r\n?|\n", text)
        return [line.rstrip("\n") for line in linecache.getlines(resolve(file))]

    def _span(self, place: Place) -> Span:
        """The lines of the innermost function around a place; its own, where none is known."""
        if place.file not in self.spans:
            self.spans[place.file] = spans("\n".join(self._lines(place.file)))
        around = [span for span in self.spans[place.file] if span[0] <= place.line <= span[1]]
        return max(around, default=(place.line, place.line, ()))


def resolve(file: str) -> str:
    """The path of a file that may be given relative to the package's parent."""
    inside = (ROOT / file).resolve()
    return str(inside) if inside.is_relative_to(ROOT / "vmlesson") and inside.exists() else file


@lru_cache(maxsize=64)
def spans(text: str) -> list[Span]:
    """Where each function in a source text is."""
    try:
        tree = ast.parse(text)
    except UNREADABLE:
        return []
    return [
        (*_lines(node), _lines(node.body[0]) if ast.get_docstring(node) else ())
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


def seen(stack: tuple[Place, ...]) -> tuple[Place, ...]:
    """A stack without what only carries an answer."""
    return tuple(place for place in stack if place.file not in MACHINERY)
