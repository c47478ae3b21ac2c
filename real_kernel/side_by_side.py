"""The log of a real kernel beside the model's steps."""

from __future__ import annotations

from html import escape
from typing import Any

from vmlesson.explore import replay
from vmlesson.show.stepper import of_trace

from .course import aligned
from .turns import Race

ONLY_THERE = {
    "need_rmap_locks cleared": "the model boots the kernel without the cure",
    "page table": "the allocation fails within the model's move",
    "look": "the model looks by touching every page, and by its audit",
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
        told = [str(document["pool"][step["did"]]["sentence"]) for step in run]
        self.rows: list[tuple[str, list[str]]] = []
        for line, steps in aligned(log, race, len(told)):
            why = next((why for what, why in ONLY_THERE.items() if what in line), "")
            self.rows.append(
                (line.strip(), [told[each] for each in steps] or [why or "between two steps"])
            )

    def __repr__(self) -> str:
        return "\n".join(f"{line}\n    {'  '.join(steps)}" for line, steps in self.rows)

    def _repr_html_(self) -> str:
        head = "<tr><th scope='col'>Linux</th><th scope='col'>the model</th></tr>"
        rows = "".join(
            f"<tr><td style='text-align:left'><code>{escape(line)}</code></td>"
            f"<td style='text-align:left'>{'<br>'.join(map(escape, steps))}</td></tr>"
            for line, steps in self.rows
        )
        return f"<table>{head}{rows}</table>"
