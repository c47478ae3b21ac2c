"""The one execution of a program that there is at a time, and the state that it is in."""

from __future__ import annotations

from typing import Any

from ..kernel.atomic import CPU, FIELDS_PER_OBJECT, Finding, Named, value_at
from ..kernel.mm_types import is_freed
from ..replay.execution import Execution, NoKernel, Program
from .hidden import CONTAINERS, Again, Hidden, plain_state, seen_by
from .nodes import Leaf, State
from .real import Doubt, operation_again, place_of


class Executing:
    """An execution that can begin again; arguments as those of `Execution`.

    Attributes:
        execution: the one that there is.
        at: the state that it is in; None: it cannot be gone on with.
        promised: what its promise has seen when it began.
        unseen: what the CPUs have changed unseen before their first await, where nobody is first.
        first: what its objects held when the first one began.
        hidden: what its CPUs share unseen; `at_first`: what those of the first one did.
    """

    def __init__(self, program: Program, made: int) -> None:
        self.program, self.made = program, made
        before: list[Hidden] = []
        self.execution = Execution(program, made, lambda each: before.append(Hidden(each)))
        self.unseen = before[0].changed()
        self.hidden = self.at_first = Hidden(self.execution)
        self.promised = seen_by(self.execution.promise)
        self.first = self._objects()
        self.at: State | None = None

    def begin(self, root: State) -> None:
        """Drop the execution; there is another, at the start."""
        self.close()
        self.execution = Execution(self.program, self.made)
        if self.at_first.shared:
            self.hidden = Hidden(self.execution)
        self.promised = seen_by(self.execution.promise)
        self.at = root
        if self._objects() != self.first:
            raise Doubt("the program does not begin as it did: leave chance and clocks out of it")

    def _objects(self) -> list[Any]:
        """How a program has made its objects; what a kernel has is set back."""
        own = isinstance(self.execution.text, NoKernel)
        made = self.execution.objects.values() if own else ()
        return [_told(each.__dict__.get(name)) for each in made for name in sorted(each.fields)]

    def close(self) -> None:
        """Drop the execution."""
        self.execution.close()
        self.at = None

    def step(self, index: int) -> Finding | None:
        """Let a CPU take a step; where that leads to is said by setting `at`.

        Doubt, if it has changed unseen what it shares with another.
        """
        self.at = None  # Ctrl-C may come in the middle
        finding = self.execution.step(index)
        if what := self.unseen or (self.hidden.shared and self.hidden.changed()):
            raise Doubt(what)
        objects, writes = self.execution.objects, self.execution.cpus[index].writes
        self.hidden.publish(objects[at - at % FIELDS_PER_OBJECT] for at in writes)
        return finding

    def wrote(self, cpu: CPU) -> list[Any]:
        """What a CPU's step has written: the same if it is taken again.

        But a counter may have begun at another number, and what is freed holds anything.
        """
        written = []
        for at in cpu.writes:
            thing = self.execution.objects[at - at % FIELDS_PER_OBJECT]
            if at not in cpu.added and not is_freed(thing):
                written.append(_told(value_at(thing, at)))
        return written

    def repeat(self, leaf: Leaf) -> None:
        """As `step`, where it is known.  Doubt, too, if it is not what it was."""
        cpu = self.execution.cpus[leaf.node.cpu]
        try:
            operation = operation_again(cpu)
            same = leaf.node.is_at(cpu)
            if same:
                self.step(leaf.node.cpu)
            if not same or not leaf.was(cpu) or self.wrote(cpu) != leaf.wrote:
                raise Doubt(f"{place_of(cpu, operation)} does not do what it did before")
        except Doubt as doubt:
            hidden = self.hidden.changed() or self.at_first.changed(CONTAINERS)
            raise Doubt(hidden or str(doubt)) from None


def _told(value: Any) -> Any:
    """What of a value is the same in each execution in which the same step writes it."""
    if value is None or type(value) in (int, str, bytes, bool):
        return value
    if isinstance(value, Named):
        return value.key
    if isinstance(value, CPU):
        return value.index
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    # A set of new objects has another order each time, and what is in it leads on in that order.
    if isinstance(value, frozenset):
        return sorted(repr(_told(each)) for each in value)
    return sorted(repr(each) for each in plain_state(value) if not isinstance(each, Again))
