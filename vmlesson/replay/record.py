"""One schedule, executed and told step by step."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from ..kernel.atomic import CPU, Named, frames, waits_for
from ..kernel.boot import Kernel
from ..kernel.mm_types import pte_t
from .execution import Execution, as_program, executing
from .labels import Labels, function_name, in_words
from .operation import Argument, Op, as_data
from .picture import Camera
from .schedule import ScheduleError, as_schedule, in_turn, next_cpu
from .trace import Place, Step, Trace, View

PACKAGE = Path(__file__).parents[1]
DATA = (bool, int, str, Named, pte_t)
"""What a local variable may hold to be shown."""


def replay(
    program: Any,
    schedule: Any = None,
    *,
    release: str | None = None,
    patches: Iterable[Any] = (),
    allow_prefix: bool = False,
    pictures: bool = True,
) -> Trace:
    """Execute a program by one schedule, and record every step.

    Args:
        program: as for `explore`; as are `release` and `patches`.
        schedule: the CPUs' names, one per step, as a list or in words ("a 3, b 2"); or a Failure,
            or what its ``to_dict`` or ``to_json`` made of it; without one, each CPU in turn goes
            as far as it can.
        allow_prefix: whether the schedule may stop before the execution ends.
        pictures: whether the state of a kernel is kept at each step; that takes most of the time.

    Raises:
        ScheduleError: it cannot be read, names an unknown CPU or one that cannot take a step, or
            is too long or too short; the message names the step and the CPU.
        TypeError: as `explore`.
    """
    program = as_program(program, release, patches)
    names = in_turn(program) if schedule is None else as_schedule(schedule)
    with executing(program) as execution:
        return Recorder(execution, pictures).record(names, allow_prefix)


class Recorder:
    """Takes an execution's steps, and notes what each did."""

    def __init__(self, execution: Execution, pictures: bool = True) -> None:
        self.execution = execution
        self.labels = Labels(execution.objects)
        kernel = execution.text
        self.camera = Camera(kernel) if pictures and isinstance(kernel, Kernel) else None

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
            steps.append(self.step(index, views[name], preemption))
            views = steps[-1].cpus
        complete = not execution.enabled()
        if not complete and not allow_prefix:
            able = execution.enabled()[0].name
            raise ScheduleError(
                f"the schedule ends after step {len(steps)}, but CPU {able!r} can go on"
            )
        finding = execution.finding()
        found = None if finding is None else finding.key
        return Trace(start, picture, tuple(steps), complete, found)

    def step(self, index: int, before: View, preemption: bool) -> Step:
        """Let a CPU, which is as `before` tells, take its next step, and tell what it did."""
        cpu = self.execution.cpus[index]
        operation = cpu.pending
        assert operation is not None
        self.labels.meet(operation.args)
        op, held, known = Op.of(operation), list(cpu.held), len(cpu.findings)
        self.execution.step(index)
        taken = [lock for lock in cpu.held if lock not in held]
        dropped = [lock for lock in held if lock not in cpu.held]
        reads, writes = self._effects(cpu, {lock.key for lock in (*taken, *dropped)})
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
            findings=tuple(found.key for found in cpu.findings[known:]),
            cpus=self.views(),
            picture=self.picture(),
        )

    def _effects(
        self, cpu: CPU, locks: set[int]
    ) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
        """What a CPU's step has read, and what it has written, as far as that is no lock."""
        labels = self.labels
        reads, writes = {}, {}
        for location in sorted((cpu.reads | cpu.writes.keys()) - locks):
            if labels.untold(location):
                continue
            label, value = labels(location), in_words(labels.value(location))
            if location in cpu.writes:
                several = len(labels.fields(location)) > 1  # then only one's old value is known
                writes[label] = ("…" if several else in_words(cpu.writes[location]), value)
            else:
                reads[label] = value
        return reads, writes

    def picture(self) -> Any:
        """The picture of the kernel now; None if there is none."""
        return self.camera and self.camera(self.execution.cpus)

    def follow(self) -> None:
        """Keep up with a step that was taken without being told."""
        if self.camera is not None:
            self.camera.follow(self.execution.cpus)

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
        for frame, line in frames(awaited):
            code = frame.f_code
            yield Place(function_name(code), _shown(code.co_filename), line), frame


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
