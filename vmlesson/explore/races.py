"""Data races: two accesses to one location, one of them a write, that no lock keeps apart.

The explorer's order has every conflict in it, so it can find none.  This detector orders steps by
program order and locks alone: a release comes before the acquires and waits that follow it.  (Two
readers of a semaphore are ordered, too, where one comes after the other; but they are not in the
execution where they overlap, and that is explored as well.)  Since its order is a part of the
explorer's, it is kept beside it, step by step, and costs one integer a step.  It only ever warns.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType
from typing import Any

from ..kernel.atomic import Operation
from ..kernel.locks import Lock, rw_semaphore
from .labels import Labels, function_name
from .order import Event, Order
from .result import Warning


class Races:
    """The races of all executions so far."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.locks: set[int] = set()
        self.warnings: dict[tuple[int, CodeType, CodeType], Warning] = {}

    def meet_locks(self, locks: Iterable[Any]) -> None:
        """Learn where locks are: what a CPU holds."""
        for lock in locks:
            field: Any = rw_semaphore.holders if isinstance(lock, rw_semaphore) else Lock.owner
            self.locks.add(lock.key + field.index)

    def look(self, order: Order, operation: Operation[Any]) -> None:
        """Look at the last step of `order`, which did `operation`."""
        events = order.events
        event = events[-1]
        bit = 1 << (len(events) - 1)
        own = order.by_cpu[event.cpu] ^ bit
        locked = events[own.bit_length() - 1].locked if own else 0
        racing = []
        for location in event.reads | event.writes.keys():
            if location in self.locks:
                locked |= self._released_before(order, event, location)
            else:
                others = order.wrote.get(location, 0)
                if location in event.writes:
                    others |= order.read.get(location, 0)
                if others:
                    racing.append((location, others))
        event.locked = locked | bit
        for location, others in racing:
            others &= ~event.locked
            while others:
                other = others.bit_length() - 1
                others ^= 1 << other
                self._warn(location, events[other], event, operation)

    def _released_before(self, order: Order, event: Event, location: int) -> int:
        """What a step that takes a lock, or waits for it, is ordered after by that."""
        if event.on != location and location not in event.writes:
            return 0  # a failed try-lock, or a look whether it is locked, orders nothing
        bit = 1 << (len(order.events) - 1)
        releases = order.wrote.get(location, 0) & ~bit
        return order.events[releases.bit_length() - 1].locked if releases else 0

    def _warn(self, location: int, one: Event, two: Event, operation: Operation[Any]) -> None:
        key = (location, one.place[0], two.place[0])
        if key in self.warnings:
            return
        self.labels.meet(operation.args)
        first, second = sorted(
            ("written" if location in event.writes else "read")
            + f" in {function_name(event.place[0])}"
            for event in (one, two)
        )
        message = f"{self.labels(location)} is {first} and {second}, and no lock orders the two"
        self.warnings[key] = Warning("data race", message)

    def all(self) -> list[Warning]:
        """Every race once, sorted."""
        return sorted(set(self.warnings.values()), key=str)
