"""Choose the moves that checks try: one of all that go the same way through Linux.

python tools/moves.py            write vmlesson/grade/moves.json (some minutes)

Every combination of the choices is made on Linux 3.3, and is kept if none before it ran the same
lines of the functions that decide, returned the same, and had a vma on as many lists.  No answer
has a say in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from vmlesson.grade.moves import BASES, CHOICES, KEPT, Move
from vmlesson.kernel import Kernel, find_vma

DECIDE = {
    "copy_vma",
    "move_vma",
    "move_page_tables",
    "new_vma_like",
    "vma_merge",
    "can_vma_merge_before",
    "can_vma_merge_after",
    "is_mergeable_anon_vma",
    "anon_vma_moveto_tail",
}


class Traced(Move):
    """A move that notes the lines it runs."""

    lines: frozenset[tuple[str, int]] = frozenset()

    async def call(self) -> None:
        """The move, traced."""
        found: set[tuple[str, int]] = set()
        sys.settrace(_tracer(found))
        try:
            await super().call()
        finally:
            sys.settrace(None)
        self.lines = frozenset(found)


def _tracer(found: set[tuple[str, int]]) -> Callable[..., Any]:
    def line(frame: Any, event: str, argument: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_name, frame.f_lineno))
        return line

    def call(frame: Any, event: str, argument: Any) -> Any:
        code = frame.f_code
        return line if code.co_name in DECIDE and "kernel" in code.co_filename else None

    return call


def combinations() -> Iterator[tuple[Any, ...]]:
    """All that can be; of the long moves only the usual ones."""
    for values in product(*CHOICES.values()):
        chosen = dict(zip(CHOICES, values, strict=True))
        if chosen["pages"] == 1 and chosen["length"] == "shrinks":
            continue
        usual = {"fails": None, "length": "keeps", "mover": "P", "touched": "all"}
        if chosen["pages"] > 500 and not usual.items() <= chosen.items():
            continue
        yield values


def way(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """How Linux goes through a move."""
    chosen = dict(zip(CHOICES, values, strict=True))
    kernel = Kernel("v3.3", ptes_per_table=512 if chosen["pages"] > 500 else 4)
    move = Traced(kernel, base=BASES[0], **chosen)
    vma = find_vma(move.task.mm, move.at(move.source))
    lists = 0 if vma is None else len(list(vma.anon_vma_chain))
    failures = [value for fact in move.right for value in fact.values() if value[0] == "-"]
    return move.lines, failures, lists, chosen["pages"] > 500


def main() -> None:
    """Write what is kept."""
    kept: dict[str, tuple[Any, ...]] = {}
    for values in combinations():
        lines, *others = way(values)
        kept.setdefault(str((sorted(lines), others)), values)
    rows = ",\n".join(json.dumps(values) for values in kept.values())
    KEPT.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
