"""Choose the moves that checks try: one of all that go the same way through Linux.

python tools/moves.py            write vmlesson/grade/moves.json (some minutes)

Every combination of the choices is made on Linux 3.3, and is kept if none before it ran the same
lines of the functions that decide, returned the same, and found as many lists in the same order; of
those that nobody else has a part in, also one for each place in the range where entries can be.  No
answer has a say in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from vmlesson.grade.moves import BASES, CHOICES, KEPT, LENGTHS, TOUCHED, Move
from vmlesson.kernel import Kernel, find_vma, walk_order

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
        usual = {"fails": None, "length": LENGTHS[0], "mover": "P", "touched": TOUCHED[0]}
        if chosen["pages"] > 500 and not usual.items() <= chosen.items():
            continue
        yield values


def way(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """How Linux goes through a move."""
    chosen = dict(zip(CHOICES, values, strict=True))
    kernel = Kernel("v3.3", ptes_per_table=512 if chosen["pages"] > 500 else 4)
    move = Traced(kernel, base=BASES[0], **chosen)
    vma = find_vma(move.task.mm, move.at(move.source))
    chain = [] if vma is None else [avc.anon_vma for avc in vma.anon_vma_chain]
    own = move.task.mm.vmas
    orders = [[own.index(each) for each in walk_order(family) if each in own] for family in chain]
    failures = [value for fact in move.right for value in fact.values() if value[0] == "-"]
    ends = (move.at(move.source + place) for place in (0, move.pages - 1))
    slots = [slot and slot.pte.kind for slot in map(move.task.mm.slot_at, ends)]
    usual = chosen["fails"] is None and chosen["mover"] == "P" and chosen["length"] == LENGTHS[0]
    entries = (chosen["pages"] == 1, slots) if usual else None
    return move.lines, failures, orders, chosen["pages"] > 500, entries


def main() -> None:
    """Write what is kept."""
    kept: dict[str, tuple[Any, ...]] = {}
    for values in combinations():
        lines, *others = way(values)
        kept.setdefault(str((sorted(lines), others)), values)
    rows = ",\n".join(json.dumps(values) for values in kept.values())
    KEPT.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(__doc__)
    main()
