"""A schedule: which CPU takes each step, by name; read from what a reader gives, and followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from reprlib import repr as shortened
from typing import Any

from ..errors import UserError
from ..kernel.atomic import CPU, waits_for
from .execution import Execution, Program, executing

DIGITS = 6
"""Of the number of steps that a schedule in words lets a CPU take in a row."""


class ScheduleError(UserError, ValueError):
    """A schedule that cannot be read, or does not fit the program."""


def in_turn(program: Program, most: int = 10_000, after: Iterable[str] = ()) -> list[str]:
    """The schedule without a preemption: each CPU in turn as far as it can go, `most` steps.

    Begins with `after`; raises ScheduleError if that does not fit.
    """
    schedule: list[str] = []
    with executing(program) as execution:
        for number, name in enumerate(after, 1):
            execution.cpus[next_cpu(execution, number, name)].step()
            schedule.append(name)
        for cpu in turns(execution):
            if len(schedule) == most:
                break
            schedule.append(cpu.name)
    return schedule


def turns(execution: Execution) -> Iterator[CPU]:
    """Whose step is next, if each CPU in turn goes as far as it can; it takes it afterwards."""
    while able := execution.enabled():
        while able[0].enabled:
            yield able[0]
            execution.step(able[0].index - 1)


def as_schedule(schedule: Any) -> list[str]:
    """The CPUs' names in a schedule, whatever it is given as; "a 3, b 2" is a a a b b.

    Raises:
        ScheduleError: there are none to be found.
    """
    names = schedule.get("schedule") if isinstance(schedule, dict) else schedule
    names = getattr(names, "schedule", names)
    if isinstance(names, str) and names.lstrip()[:1] in ("[", "{"):
        try:
            return as_schedule(json.loads(names))
        except (json.JSONDecodeError, RecursionError) as error:
            raise ScheduleError(f"the schedule is not JSON: {error}") from error
    if isinstance(names, str):
        parts = [re.fullmatch(r"(\S.*?)(?:\s+(\d+))?", part.strip()) for part in names.split(",")]
        if long := next((part[0] for part in parts if part and len(part[2] or "") > DIGITS), None):
            most = f"a number of steps has at most {DIGITS} digits"
            raise ScheduleError(f"the schedule has {long!r}; {most}")
        return [part[1] for part in parts if part for _ in range(int(part[2] or 1))]
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        right = 'a schedule is a list of CPUs\' names, "a 2, b 1", or a Failure'
        raise ScheduleError(f"{right}, not {shortened(schedule)}")
    return list(names)


def next_cpu(execution: Execution, number: int, name: str) -> int:
    """The index of the CPU that takes step `number`.

    Raises:
        ScheduleError: it does not exist, has ended, or waits.
    """
    names = [cpu.name for cpu in execution.cpus]
    if name not in names:
        several = not {*re.split(r"\W+", name)}.isdisjoint(names)
        comma = '; put a comma between two, as in "a 2, b 1"' if several else ""
        known = ", ".join(names)
        raise ScheduleError(f"step {number}: there is no CPU {name!r}; there are {known}{comma}")
    index = names.index(name)
    operation = execution.cpus[index].pending
    if operation is None:
        raise ScheduleError(f"step {number}: CPU {name!r} has ended")
    if not operation.enabled:
        raise ScheduleError(
            f"step {number}: CPU {name!r} cannot do {operation}: {waits_for(operation)}"
        )
    return index
