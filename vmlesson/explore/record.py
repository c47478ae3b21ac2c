"""One schedule, step by step: who, where, what, and what it changed."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from ..errors import UserError
from ..kernel.atomic import BOOT, CPU, Finding, Named, waits_for
from ..kernel.mm_types import pte_t
from .blame import blame_after_step, blame_at_start
from .execution import Execution, Program, as_program, driving
from .labels import Labels, function_name, in_words
from .operation import Argument, Op, as_data

PACKAGE = Path(__file__).parents[1]
FORMAT = 2
"""Of a trace as plain data: to be counted up where somebody who reads the old one would err."""


DATA = (bool, int, str, Named, pte_t)
"""What a local variable may hold to be shown."""

PRIMITIVES = ("vmlesson/kernel/list.py", "vmlesson/kernel/locks.py")


class ScheduleError(UserError, ValueError):
    """A schedule that cannot be read, or does not fit the program."""


@dataclass(frozen=True)
class Place:
    """A line that a CPU is at."""

    function: str
    file: str
    line: int

    @property
    def primitive(self) -> bool:
        """Whether it is inside what carries an operation out, not in what asks for it."""
        return self.file in PRIMITIVES or self.function == "pte_offset_map_lock"


@dataclass(frozen=True)
class View:
    """A CPU between two steps.

    Attributes:
        op: the operation that it will do next; None once it has ended; `next` is its text.
        waits: why it cannot do it now; "" if it could.
        held: the locks that it holds.
        stack: where it is, outermost function first.
        locals: the variables of the function that asks for the operation, by name.
    """

    op: Op | None
    waits: str
    held: tuple[str, ...]
    stack: tuple[Place, ...]
    locals: dict[str, Argument] = field(default_factory=dict)

    @property
    def next(self) -> str:
        """What it will do next, as the kernel calls it; "" once it has ended."""
        return "" if self.op is None else str(self.op)


@dataclass(frozen=True)
class Step:
    """What one step did, and what every CPU is about to do after it.

    Attributes:
        cpu: who.
        op: what, as data; `operation` is its text.
        result: what the operation gave, in words; "" if nothing.
        stack: where, outermost function first.
        reads: values read, by the name of their location.
        writes: (old, new) values by the name of their location; a lock's are not listed.
        taken: the locks that it took; `dropped` those that it dropped.
        preemption: whether the CPU that ran before could have gone on.
        findings: (kind, message) of what this step did wrong.
        cpus: every CPU after the step.
        picture: what the program's attribute ``picture``, a function of the CPUs, returned then.
    """

    cpu: str
    op: Op
    result: str
    stack: tuple[Place, ...]
    reads: dict[str, str]
    writes: dict[str, tuple[str, str]]
    taken: tuple[str, ...]
    dropped: tuple[str, ...]
    preemption: bool
    findings: tuple[tuple[str, str], ...]
    cpus: dict[str, View]
    picture: Any

    @property
    def operation(self) -> str:
        """What was done, as the kernel calls it: ``name(argument, argument)``."""
        return str(self.op)

    def called_by(self, function: str) -> str:
        """What `function` had called when this was done; the innermost function outside of it."""
        path = [place.function for place in self.stack]
        return path[path.index(function) + 1] if function in path[:-1] else path[-1]


@dataclass(frozen=True)
class Trace:
    """A recorded execution, or the beginning of one.

    Attributes:
        start: every CPU before the first step, and `picture` the picture then.
        steps: what happened.
        complete: whether nobody can take another step.
        finding: (kind, message) of what it fails by; None if nothing is wrong (so far).
    """

    start: dict[str, View]
    picture: Any
    steps: tuple[Step, ...]
    complete: bool
    finding: tuple[str, str] | None

    @property
    def cpus(self) -> list[str]:
        """The names of the CPUs."""
        return list(self.start)

    @property
    def schedule(self) -> list[str]:
        """The CPUs' names, one per step."""
        return [step.cpu for step in self.steps]

    @property
    def preemptions(self) -> int:
        """How often a CPU was left that could have gone on."""
        return sum(step.preemption for step in self.steps)

    def first(self, operation: str, cpu: str = "") -> Step:
        """The first step that does an operation of that name; of one `cpu`, or of any.

        Raises:
            UserError: there is none.
        """
        for step in self.steps:
            if step.op.name == operation and cpu in ("", step.cpu):
                return step
        raise UserError(f"no step of {cpu or 'this run'} is {operation}(…)")

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"version": FORMAT} | asdict(self)


def replay(
    program: Any,
    schedule: Any = None,
    *,
    release: str | None = None,
    patches: Iterable[Any] = (),
    allow_prefix: bool = False,
) -> Trace:
    """Execute a program by one schedule, and record every step.

    Args:
        program: as for `explore`; as are `release` and `patches`.
        schedule: the CPUs' names, one per step, as a list or in words ("a 3, b 2"); or a Failure,
            or what its ``to_dict`` or ``to_json`` made of it; without one, each CPU in turn goes
            as far as it can.
        allow_prefix: whether the schedule may stop before the execution ends.

    Raises:
        ScheduleError: it cannot be read, names an unknown CPU or one that cannot take a step, or
            is too long or too short; the message names the step and the CPU.
        TypeError: as `explore`.
    """
    program = as_program(program, release, patches)
    names = in_turn(program) if schedule is None else as_schedule(schedule)
    made = BOOT.made
    with driving():
        execution = Execution(program, made)
        try:
            return Recorder(program, execution).record(names, allow_prefix)
        finally:
            execution.close()
            BOOT.made = made


def in_turn(program: Program, most: int = 10_000, after: Iterable[str] = ()) -> list[str]:
    """The schedule without a preemption: each CPU in turn as far as it can go, `most` steps.

    Begins with `after`; raises ScheduleError if that does not fit.
    """
    made = BOOT.made
    schedule: list[str] = []
    with driving():
        execution = Execution(program, made)
        try:
            for number, name in enumerate(after, 1):
                execution.cpus[next_cpu(execution, number, name)].step()
                schedule.append(name)
            while able := [cpu for cpu in execution.cpus if cpu.enabled]:
                while able[0].enabled:
                    if len(schedule) == most:
                        return schedule
                    schedule.append(able[0].name)
                    able[0].step()
        finally:
            execution.close()
            BOOT.made = made
    return schedule


def as_schedule(schedule: Any) -> list[str]:
    """The CPUs' names in a schedule, whatever it is given as; "a 3, b 2" is a a a b b.

    Raises:
        ScheduleError: there are none to be found.
    """
    if isinstance(schedule, str) and schedule.lstrip()[:1] not in ("[", "{"):
        parts = [
            re.fullmatch(r"(\S.*?)(?:\s+(\d+))?", part.strip()) for part in schedule.split(",")
        ]
        schedule = [part[1] for part in parts if part for _ in range(int(part[2] or 1))]
    elif isinstance(schedule, str):
        try:
            schedule = json.loads(schedule)
        except ValueError as error:
            raise ScheduleError(f"the schedule is not JSON: {error}") from error
    if isinstance(schedule, dict):
        schedule = schedule.get("schedule")
    schedule = getattr(schedule, "schedule", schedule)
    if not isinstance(schedule, Sequence) or not all(isinstance(name, str) for name in schedule):
        raise ScheduleError(f"a schedule is a list of CPUs' names, not {schedule!r}")
    return list(schedule)


def next_cpu(execution: Execution, number: int, name: str) -> int:
    """The index of the CPU that takes step `number`.

    Raises:
        ScheduleError: it does not exist, has ended, or waits.
    """
    names = [cpu.name for cpu in execution.cpus]
    if name not in names:
        raise ScheduleError(
            f"step {number}: there is no CPU {name!r}; there are {', '.join(names)}"
        )
    index = names.index(name)
    operation = execution.cpus[index].pending
    if operation is None:
        raise ScheduleError(f"step {number}: CPU {name!r} has ended")
    if not operation.enabled:
        raise ScheduleError(
            f"step {number}: CPU {name!r} cannot do {operation}: {waits_for(operation)}"
        )
    return index


class Recorder:
    """Takes an execution's steps, and notes what each did."""

    def __init__(self, program: Program, execution: Execution) -> None:
        self.execution = execution
        self.labels = Labels(program)
        self.draw = getattr(program, "picture", None)
        self.blame = blame_at_start(
            [cpu.findings[0] if cpu.findings else None for cpu in execution.cpus]
        )

    def record(self, schedule: list[str], allow_prefix: bool) -> Trace:
        """Execute the whole schedule."""
        execution = self.execution
        start, picture = self.views(), self.picture()
        steps: list[Step] = []
        views = start
        for number, name in enumerate(schedule, 1):
            index = next_cpu(execution, number, name)
            last = steps[-1].cpu if steps else name
            preemption = name != last and bool(views[last].next) and not views[last].waits
            step = self.step(index, views[name], preemption)
            steps.append(step)
            views = step.cpus
        complete = not execution.enabled()
        if not complete and not allow_prefix:
            able = next(cpu for cpu in execution.cpus if cpu.enabled)
            raise ScheduleError(
                f"the schedule ends after step {len(steps)}, but CPU {able.name!r} can go on"
            )
        finding = execution.finding_at_end() if complete else None
        if self.blame is not None:
            finding = self.blame.finding
        found = None if finding is None else _plain(finding)
        return Trace(start, picture, tuple(steps), complete, found)

    def step(self, index: int, before: View, preemption: bool) -> Step:
        """Let a CPU, which is as `before` tells, take its next step, and tell what it did."""
        cpu = self.execution.cpus[index]
        operation = cpu.pending
        assert operation is not None
        self.labels.meet(operation.args)
        op, held, known = Op.of(operation), list(cpu.held), len(cpu.findings)
        cpu.step()
        finding = cpu.findings[0] if cpu.findings and not known else None
        self.blame = blame_after_step(self.blame, cpu, operation, finding)
        taken = [lock for lock in cpu.held if lock not in held]
        dropped = [lock for lock in held if lock not in cpu.held]
        self.labels.meet((*taken, *dropped))
        locks = {lock.key for lock in (*taken, *dropped)}
        reads, writes = {}, {}
        for location in sorted(cpu.reads | cpu.writes.keys()):
            if location in locks or self.labels.untold(location):
                continue
            label, value = self.labels(location), in_words(self.labels.value(location))
            if location in cpu.writes:
                old = "…" if self.labels.shared(location) else in_words(cpu.writes[location])
                writes[label] = (old, value)
            else:
                reads[label] = value
        return Step(
            cpu=cpu.name,
            op=op,
            result="" if cpu.returned is None else in_words(cpu.returned),
            stack=before.stack,
            reads=reads,
            writes=writes,
            taken=tuple(map(str, taken)),
            dropped=tuple(map(str, dropped)),
            preemption=preemption,
            findings=tuple(map(_plain, cpu.findings[known:])),
            cpus=self.views(),
            picture=self.picture(),
        )

    def picture(self) -> Any:
        """What the program draws of itself."""
        return self.draw(self.execution.cpus) if self.draw is not None else None

    def views(self) -> dict[str, View]:
        """Every CPU as it is now."""
        return {cpu.name: _view(cpu) for cpu in self.execution.cpus}


def _view(cpu: CPU) -> View:
    operation = cpu.pending
    blocked = operation is not None and not operation.enabled
    frames = list(_frames(cpu.stack))
    asking = [frame for place, frame in frames if not place.primitive]
    return View(
        op=None if operation is None else Op.of(operation),
        waits=waits_for(operation) if operation is not None and blocked else "",
        held=tuple(map(str, cpu.held)),
        stack=tuple(place for place, _ in frames),
        locals=_locals(asking[-1]) if asking else {},
    )


def _frames(stack: list[Coroutine[Any, Any, Any]]) -> Iterable[tuple[Place, FrameType]]:
    """Where each coroutine of a CPU's stack is, and those that it awaits natively."""
    for awaited in stack:
        coroutine: Any = awaited
        while (frame := getattr(coroutine, "cr_frame", None)) is not None:
            code = frame.f_code
            place = Place(function_name(code), _shown(code.co_filename), frame.f_lineno)
            yield place, frame
            coroutine = coroutine.cr_await


def _locals(frame: FrameType) -> dict[str, Argument]:
    """The variables of a function that are its own, as far as they are data."""
    shared = frame.f_code.co_freevars
    return {
        name: as_data(value)
        for name, value in frame.f_locals.items()
        if name not in shared and isinstance(value, DATA) and not name.startswith("_")
    }


@cache
def _shown(file: str) -> str:
    """The path of a source file; of the package's own, from the package on."""
    path = Path(file)
    return (path.relative_to(PACKAGE.parent) if path.is_relative_to(PACKAGE) else path).as_posix()


def _plain(finding: Finding) -> tuple[str, str]:
    return finding.kind, finding.message
