"""The happens-before order of one execution.

Two steps are dependent if they are of one CPU, or touch the same location and one of them writes
it.  Executions that order all dependent steps alike are linearizations of one partial order, and
belong to one class (a Mazurkiewicz trace).

A set of steps is an ``int``: bit i stands for the step at position i.  So the past of a step is
one integer, joining two pasts is ``|``, and every question below costs a few machine words.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from ..kernel.atomic import Operation


class Event:
    """A step that was taken: by whom, where, what it touched, and the past that it depends on.

    ``writes`` maps a location to its value before the step.  An operation that may block is
    enabled while ``admits`` holds for the value at the location ``on``.  ``past`` includes the
    step itself.
    """

    __slots__ = ("admits", "cpu", "on", "past", "place", "reads", "writes")

    def __init__(
        self, cpu: int, operation: Operation[Any], reads: set[int], writes: dict[int, Any]
    ) -> None:
        self.cpu = cpu
        self.place: tuple[CodeType, int] = operation.code, operation.lineno
        self.admits: Callable[[Any], bool] = operation.spec.admits
        self.on = operation.blocks_on
        if self.on is not None and self.on not in writes:
            reads.add(self.on)
        self.reads = reads
        self.writes = writes
        self.past = 0


def independent(a: Event, b: Event) -> bool:
    """Whether two steps of different CPUs commute."""
    return (
        a.reads.isdisjoint(b.writes)
        and b.reads.isdisjoint(a.writes)
        and a.writes.keys().isdisjoint(b.writes)
    )


class Order:
    """The steps of an execution so far, and the order among them."""

    def __init__(self, cpus: int) -> None:
        self.events: list[Event] = []
        self.by_cpu = [0] * cpus
        self.read: dict[int, int] = {}
        self.wrote: dict[int, int] = {}

    def append(self, event: Event) -> list[int]:
        """Add a step.  Returns the positions of those that it races with: latest dependent steps
        of other CPUs which it could have preceded.
        """
        read, wrote, events = self.read, self.wrote, self.events
        bit = 1 << len(events)
        direct = 0
        for location in event.reads:
            writers = wrote.get(location)
            if writers:
                direct |= 1 << (writers.bit_length() - 1)
            read[location] = read.get(location, 0) | bit
        for location in event.writes:
            writers = wrote.get(location, 0)
            since = writers.bit_length()
            if since:
                direct |= 1 << (since - 1)
            direct |= read.get(location, 0) >> since << since
            wrote[location] = writers | bit
        past = before = self.past_of(event.cpu)
        direct &= ~(past | bit)
        races = []
        while direct:
            latest = direct.bit_length() - 1
            races.append(latest)
            past |= events[latest].past
            direct &= ~past
        event.past = past | bit
        self.by_cpu[event.cpu] |= bit
        events.append(event)
        if event.on is not None and races:
            self._skip_enabling(event, races, before)
        return races

    def _skip_enabling(self, event: Event, races: list[int], before: int) -> None:
        """A step that enabled `event` cannot come after it; the one that had disabled it can."""
        on = event.on
        assert on is not None
        writers = self.wrote.get(on, 0) & ((1 << len(self.events) - 1) - 1)
        enabler = writers.bit_length() - 1
        if enabler not in races or event.admits(self.events[enabler].writes[on]):
            return
        races.remove(enabler)
        disabler = self.disabler(on, event.admits, writers)
        for other in races:
            before |= self.events[other].past
        if disabler is not None and not before >> disabler & 1:
            races.append(disabler)

    def disabler(self, on: int, admits: Callable[[Any], bool], writers: int) -> int | None:
        """The latest of `writers` before which an operation that blocks on `on` was enabled."""
        while writers:
            latest = writers.bit_length() - 1
            if admits(self.events[latest].writes[on]):
                return latest
            writers ^= 1 << latest
        return None

    def race_of_blocked(self, cpu: int, operation: Operation[Any]) -> int | None:
        """The step that a blocked operation of `cpu` races with: the one that disabled it."""
        on = operation.blocks_on
        assert on is not None
        disabler = self.disabler(on, operation.spec.admits, self.wrote.get(on, 0))
        if disabler is None or self.past_of(cpu) >> disabler & 1:
            return None
        return disabler

    def pop(self) -> Event:
        """Take back the last step."""
        event = self.events.pop()
        bit = 1 << len(self.events)
        self.by_cpu[event.cpu] ^= bit
        for location in event.reads:
            self.read[location] ^= bit
        for location in event.writes:
            self.wrote[location] ^= bit
        return event

    def past_of(self, cpu: int) -> int:
        """The past of the CPU's last step."""
        last = self.by_cpu[cpu].bit_length()
        return self.events[last - 1].past if last else 0

    def unaffected(self, position: int, end: int) -> int:
        """The steps after `position` and before `end` that do not depend on the one there."""
        bit = 1 << position
        mask = 0
        for later in range(position + 1, end):
            if not self.events[later].past & bit:
                mask |= 1 << later
        return mask

    def initials(self, steps: int) -> int:
        """The CPUs whose first step in `steps` depends on no other there: bit i for CPU i."""
        cpus = 0
        for cpu, own in enumerate(self.by_cpu):
            own &= steps
            if own:
                first = own & -own
                if self.events[first.bit_length() - 1].past & steps == first:
                    cpus |= 1 << cpu
        return cpus

    def reads_from(self, event: Event, steps: int) -> bool:
        """Whether `event` reads what one of `steps` may have written."""
        return any(self.wrote.get(location, 0) & steps for location in event.reads)

    def touches(self, event: Event, steps: int) -> bool:
        """Whether a step with the footprint of `event` is dependent on one in `steps`."""
        if self.reads_from(event, steps):
            return True
        for location in event.writes:
            if (self.wrote.get(location, 0) | self.read.get(location, 0)) & steps:
                return True
        return False
