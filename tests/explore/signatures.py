"""What tells one class of interleavings from another, kept for every execution of a search."""

from __future__ import annotations

from random import Random
from typing import Any

from vmlesson.explore.dpor import Search
from vmlesson.explore.execution import Execution, as_program, driving
from vmlesson.explore.order import Order
from vmlesson.explore.real import at_random, execute
from vmlesson.kernel.atomic import BOOT, Finding

STEPS = 5_000


def signature(order: Order) -> Any:
    """For each step of each CPU, how many steps of each CPU are in its past."""
    return tuple(
        tuple(
            tuple((event.past & own).bit_count() for own in order.by_cpu)
            for event in order.events
            if event.cpu == cpu
        )
        for cpu in range(len(order.by_cpu))
    )


class Noting(Search):
    """A search that keeps, for the signature of each class, what it fails by."""

    def __init__(self, program: Any) -> None:
        super().__init__(program, None, None, STEPS, False, lambda result: None)
        self.classes: dict[Any, str] = {}
        self.last = ""

    def _end(self, execution: Execution) -> None:
        self.last = ""
        super()._end(execution)
        self.classes[signature(self.order)] = self.last

    def _keep(self, execution: Execution, finding: Finding) -> None:
        super()._keep(execution, finding)
        self.last = str(finding)


def missed(program: Any, schedules: int, **kernel: Any) -> list[str]:
    """What is wrong with a search, by so many random schedules of the same program."""
    built = as_program(program, kernel.get("release"), kernel.get("patches", ()))
    search = Noting(built)
    result = search.run()
    assert result.complete, result.sentence
    wrong = []
    if len(search.classes) != result.executions:
        wrong.append(f"{result.executions} executions of {len(search.classes)} classes")
    random = Random(str(result.executions))
    made = BOOT.made
    with driving():
        for _ in range(schedules):
            order, finding = execute(built, made, at_random(random), STEPS)
            told = search.classes.get(signature(order))
            if told is None:
                wrong.append(f"a class is missed, which ends with {finding}")
            elif told != str(finding or ""):
                wrong.append(f"{told!r} in the search is {str(finding or '')!r}")
    BOOT.made = made
    return wrong
