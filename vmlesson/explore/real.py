"""What a search concludes, held against real executions.

A search stands on this: what a CPU does next depends only on what its steps have read.  A program
that hides something from it, in a list that two CPUs share or in a clock, breaks that.  So each
failure is executed once more before it is told, and random schedules are executed, from which the
search begins to learn, too (`.samples`): where it finds that nothing fails, none of them may.
What does not agree puts the whole result in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from ..kernel.atomic import CPU, Finding, Operation
from ..replay.execution import Execution, Program
from ..replay.labels import function_name

Place = tuple[CodeType, int]
Choice = Callable[[Execution, int], int]
"""Who goes next in an execution, after so many steps: the index of a CPU."""


class Doubt(Exception):
    """An execution that did not do what the search says it does."""


def place_of(cpu: CPU, operation: Operation[Any]) -> str:
    """A CPU and the line that it is at, in words."""
    return f"{cpu} (line {operation.lineno}, in {function_name(operation.code)})"


def operation_again(cpu: CPU) -> Operation[Any]:
    """What a CPU is about to do that has done it here before.  Doubt, if it cannot now."""
    operation = cpu.pending
    if operation is None:
        raise Doubt(f"{cpu} ends before a step that it had taken")
    if not operation.enabled:
        raise Doubt(f"{place_of(cpu, operation)} waits, where it did not")
    return operation


def execute(program: Program, made: int, choose: Choice, most: int) -> Finding | None:
    """One execution, of at most `most` steps: what it fails by."""
    execution = Execution(program, made)
    try:
        for number in range(most):
            if not execution.enabled():
                break
            execution.step(choose(execution, number))
        return execution.finding()
    finally:
        execution.close()


def by(schedule: Sequence[str]) -> Choice:
    """A schedule.  Doubt, where it does not fit."""

    def choose(execution: Execution, position: int) -> int:
        if position == len(schedule):
            raise Doubt(f"{schedule[-1]} goes on after a step that was its last")
        cpu = next(cpu for cpu in execution.cpus if cpu.name == schedule[position])
        operation_again(cpu)
        return cpu.index - 1

    return choose


def confirm(program: Program, made: int, schedule: Sequence[str], kind: str, message: str) -> None:
    """Execute a schedule that is to fail, once more.  Doubt, if it does not, or otherwise."""
    finding = execute(program, made, by(schedule), len(schedule) + 1)
    if finding is None or (finding.kind, _told(finding.message)) != (kind, _told(message)):
        now = f"fails otherwise: {finding}" if finding else "does not fail"
        raise Doubt(f"a schedule that had failed ({kind}: {message}) {now} when it is run again")


def _told(message: str) -> str:
    """A message without the addresses of Python's objects, which are others each time."""
    return re.sub(r" at 0x[0-9a-f]+", "", message)
