"""How a program fails, and the easiest schedule to read that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from ..replay.record import replay
from ..replay.trace import Trace


@dataclass(frozen=True)
class Failure:
    """What went wrong in one or more classes, and the best schedule that shows it.

    Attributes:
        kind: which rule was broken.
        message: how.
        schedule: the CPUs' names, one per step; the one of all failing schedules with the fewest
            preemptions, then the fewest switches.  A search that stopped at a first failure, or
            with more states than `fewest` looks at, tells the best that it has met.
        preemptions: how often this schedule leaves a CPU that could have gone on.
        form: which form of the scenario, where it has several.
    """

    kind: str
    message: str
    schedule: tuple[str, ...]
    preemptions: int
    form: str = ""
    switches: int = field(default=0, repr=False)
    program: Any = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: (kind, message)."""
        return self.kind, self.message

    @property
    def cost(self) -> tuple[int, int]:
        """Fewer is better to read: (preemptions, switches)."""
        return self.preemptions, self.switches

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        plain: dict[str, Any] = {
            "kind": self.kind,
            "message": self.message,
            "schedule": list(self.schedule),
            "preemptions": self.preemptions,
        }
        return plain | ({"form": self.form} if self.form else {})

    def trace(self, pictures: bool = True) -> Trace:
        """The schedule, executed again and recorded; `pictures` as for `replay`."""
        endless = self.kind == "endless"
        return replay(self.program, self, allow_prefix=endless, pictures=pictures)

    def show(self) -> Any:
        """The stepper, opened at the step after which the failure is inevitable."""
        # By its name: what draws stands on the explorer, not the other way round.
        return import_module("vmlesson.show.stepper").show_failure(self)

    def to_json(self) -> str:
        """As JSON text that `replay` accepts."""
        return json.dumps(self.to_dict())


def best_of(failures: Iterable[Failure]) -> list[Failure]:
    """The cheapest failure of each (kind, message), cheapest first."""
    best: dict[tuple[str, str], Failure] = {}
    for failure in failures:
        if failure.key not in best or failure.cost < best[failure.key].cost:
            best[failure.key] = failure
    return sorted(best.values(), key=lambda failure: failure.cost)
