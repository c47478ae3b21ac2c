"""A recorded execution, as data: who, where, what, and what it changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import UserError
from .operation import Argument, Op

FORMAT = 2
"""Of a trace as plain data: to be counted up where somebody who reads the old one would err."""
PRIMITIVES = ("vmlesson/kernel/list.py", "vmlesson/kernel/locks.py")


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
        picture: the state of the kernel then, see `.picture`; None if there is none.
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
