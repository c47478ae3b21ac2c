"""What a search concludes, held against real executions.

A search stands on this: what a CPU does next depends only on what its steps have read.  A program
that hides something from it, in a list that two CPUs share or in a clock, breaks that.  So each
failure is executed once more before it is told, and where nothing fails, random schedules are
executed to see whether that is so; what does not agree puts the whole result in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from ..kernel.atomic import CPU, Finding, Operation
from .execution import Execution, Found, Program, cause
from .labels import function_name
from .order import Order

SAMPLE = 8
"""How many random schedules are executed where nothing fails; no more than there are classes."""

Choice = Callable[[Execution, int], int]
"""Who goes next in an execution, after so many steps: the index of a CPU."""


class Doubt(Exception):
    """An execution that did not do what the search says it does."""


def place_of(cpu: CPU, operation: Operation[object]) -> str:
    """A CPU and the line that it is at, in words."""
    return f"{cpu} (line {operation.lineno}, in {function_name(operation.code)})"


def execute(program: Program, made: int, choose: Choice, most: int) -> tuple[Order, Finding | None]:
    """One execution, of at most `most` steps: the order of its steps, and what it fails by."""
    execution = Execution(program, made)
    order = Order(len(execution.cpus))
    found = [
        Found(-1, index, cpu.findings[0])
        for index, cpu in enumerate(execution.cpus)
        if cpu.findings
    ]
    try:
        while execution.enabled() and len(order.events) < most:
            index = choose(execution, len(order.events))
            findings = execution.cpus[index].findings
            known = len(findings)
            order.append(execution.step(index))
            if findings and not known:
                found.append(Found(len(order.events) - 1, index, findings[0]))
        ended = not execution.enabled()
        finding = execution.finding_at_end() if ended else None
        return order, cause(found, order.events) if found else finding
    finally:
        execution.close()


def at_random(random: Random) -> Choice:
    """Whoever can go on, each as likely."""

    def choose(execution: Execution, position: int) -> int:
        return random.choice([i for i, cpu in enumerate(execution.cpus) if cpu.enabled])

    return choose


def by(schedule: Sequence[str]) -> Choice:
    """A schedule.  Doubt, where it does not fit."""

    def choose(execution: Execution, position: int) -> int:
        names = [cpu.name for cpu in execution.cpus]
        if position == len(schedule):
            raise Doubt(f"{schedule[-1]} goes on after a step that was its last")
        cpu = execution.cpus[index := names.index(schedule[position])]
        if cpu.pending is None:
            raise Doubt(f"{cpu} ends before a step that it had taken")
        if not cpu.enabled:
            raise Doubt(f"{place_of(cpu, cpu.pending)} waits, where it did not")
        return index

    return choose


def confirm(program: Program, made: int, schedule: Sequence[str], kind: str, message: str) -> None:
    """Execute a schedule that is to fail, once more.  Doubt, if it does not, or otherwise."""
    _, finding = execute(program, made, by(schedule), len(schedule) + 1)
    if finding is None or (finding.kind, _told(finding.message)) != (kind, _told(message)):
        now = f"fails otherwise: {finding}" if finding else "does not fail"
        raise Doubt(f"a schedule that had failed ({kind}: {message}) {now} when it is run again")


def _told(message: str) -> str:
    """A message without the addresses of Python's objects, which are others each time."""
    return re.sub(r" at 0x[0-9a-f]+", "", message)


def sample(program: Program, made: int, classes: int, most: int) -> None:
    """Execute random schedules, none of which may fail.  Doubt, if one does."""
    random = Random(classes)  # the same ones each time
    for _ in range(min(SAMPLE, classes)):
        order, finding = execute(program, made, at_random(random), most)
        if finding is not None:
            last = order.events[-1]
            where = f"line {last.place[1]}, in {function_name(last.place[0])}"
            raise Doubt(f"a schedule that the search had not met ends at {where}, with {finding}")
