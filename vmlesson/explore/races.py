"""Data races: a state in which two CPUs' next steps could be taken, and conflict on no lock.

Conflict: if one is taken right after the other, both touch a location, and one writes it.  Two
steps that conflict on a lock as well are no race: that lock tells which comes first.  What comes
apart by a lock, by a wait or by a value that one waits for, is never next at once.

The search finds all such states by the way.  Where two dependent steps of a class stand side by
side, nothing between them depending on the one and deciding the other, there is a state before
both; and as it tries all classes, it meets all such pairs.  It only ever warns.
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

    def look(self, order: Order, earlier: Iterable[int], operation: Operation[Any]) -> None:
        """Look at the last step of `order`, which did `operation`, and those that it races with."""
        later = order.events[-1]
        for position in earlier:
            other = order.events[position]
            places = conflicts(other, later)
            if places.isdisjoint(self.locks) and could_be_first(later, other):
                for location in places:
                    self._warn(location, other, later, operation)

    def _warn(self, location: int, one: Event, two: Event, operation: Operation[Any]) -> None:
        key = (location, one.place[0], two.place[0])
        if key in self.warnings:
            return
        self.labels.meet(operation.args)
        label = self.labels(location)
        functions = [function_name(event.place[0]) for event in (one, two)]
        first, second = sorted(
            ("written" if location in event.writes else "read") + f" in {function}"
            for event, function in zip((one, two), functions, strict=True)
        )
        message = f"{label} is {first} and {second}, and no lock orders the two"
        field = label.rpartition(".")[2]
        self.warnings[key] = Warning("data race", message, frozenset(functions), field)

    def all(self) -> list[Warning]:
        """Every race once, sorted."""
        return sorted(set(self.warnings.values()), key=str)


def conflicts(one: Event, two: Event) -> set[int]:
    """The locations that both steps touch, and one of them writes."""
    return (one.writes.keys() & (two.reads | two.writes.keys())) | (two.writes.keys() & one.reads)


def could_be_first(later: Event, earlier: Event) -> bool:
    """Whether a step could have been taken before the one that it races with."""
    on = later.on
    return on is None or on not in earlier.writes or later.admits(earlier.writes[on])
