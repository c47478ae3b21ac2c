"""What a search concludes, compared with real executions.

A search stands on this: what a CPU does next depends only on what its steps have read.  A program
that hides something from it, in a list that two CPUs share or in a clock, breaks that.  So each
failure is executed once more before it is reported, and random schedules are executed, from which
the search begins to learn, too (`.samples`): where the search finds no failure, none of them may
fail.  What does not agree puts the whole result in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from ..kernel.atomic import CPU, Operation
from ..replay.execution import Execution, Program
from ..replay.labels import function_name


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


def confirm(program: Program, made: int, schedule: Sequence[str], kind: str, message: str) -> None:
    """Execute a schedule that is to fail, once more.  Doubt, if it does not, or otherwise."""
    with closing(Execution(program, made)) as execution:
        cpus = {cpu.name: cpu for cpu in execution.cpus}
        for name in schedule:
            operation_again(cpus[name])
            execution.step(cpus[name].index - 1)
        if execution.enabled():
            raise Doubt(f"{schedule[-1]} goes on after a step that was its last")
        finding = execution.finding()
    if finding is None or (finding.kind, _plain(finding.message)) != (kind, _plain(message)):
        now = f"fails in another way: {finding}" if finding else "does not fail"
        raise Doubt(f"a schedule that had failed ({kind}: {message}) {now} when run again")


def _plain(message: str) -> str:
    """A message without the addresses of Python's objects, which are others each time."""
    return re.sub(r" at 0x[0-9a-f]+", "", message)
