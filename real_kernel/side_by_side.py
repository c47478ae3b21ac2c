"""The log of a real kernel beside the model's steps."""

from __future__ import annotations

from html import escape
from typing import Any

from vmlesson.explore import replay
from vmlesson.show.stepper import of_trace

from .course import aligned
from .turns import Race

COLUMNS = "Linux, from gate to gate", "the model, step by step"
ONLY_THERE = {
    "need_rmap_locks cleared": "the model boots the kernel without the cure",
    "page table": "the allocation fails within the model's move",
    "look": "the model looks by touching every page, and by its audit",
    "asks for": "here the model's mremap cannot take its next step",
}
"""Why the model has no line of its own for one of the module's."""


class SideBySide:
    """Two columns: what Linux did from gate to gate, and the steps that it stands for.

    Raises:
        ValueError: the log is not that of `race`.
    """

    def __init__(self, log: list[str], race: Race, program: Any) -> None:
        document = of_trace(replay(program, race.schedule))
        run = [document["steps"][number] for number in document["run"]]
        told = [self._told(document["pool"][step["did"]], document["cpus"]) for step in run]
        self.rows: list[tuple[str, list[str]]] = []
        for line, steps in aligned(log, race, len(told)):
            why = next((why for what, why in ONLY_THERE.items() if what in line), "")
            self.rows.append(
                (line.strip(), [told[each] for each in steps] or [why or "between two steps"])
            )

    def _told(self, did: dict[str, Any], cpus: list[str]) -> str:
        """A step without the line of the source that it is at."""
        return f"{cpus[did['cpu']]} {did['sentence'].partition(': ')[2]}"

    def __repr__(self) -> str:
        return "\n".join(f"{line}\n    {'  '.join(steps)}" for line, steps in self.rows)

    def _repr_html_(self) -> str:
        cell = "style='text-align:left; vertical-align:top'"
        head = "".join(f"<th scope='col' {cell}>{name}</th>" for name in COLUMNS)
        rows = "".join(
            f"<tr><td {cell}><code>{escape(line)}</code></td>"
            f"<td {cell}>{'<br>'.join(map(escape, steps))}</td></tr>"
            for line, steps in self.rows
        )
        return f"<table><tr>{head}</tr>{rows}</table>"
