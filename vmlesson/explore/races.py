"""Data races: a state in which two CPUs' next steps could be taken, and conflict on no lock.

Two steps that conflict on a lock as well are no race: that lock tells which comes first.  What
comes apart by a lock, by a wait or by a value that one waits for, is never next at once.  They only
warn.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from types import CodeType

from .labels import Labels, function_name
from .learned import Leaf, Machine, Way
from .result import Warning


class Races:
    """The races that a search has met."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.warnings: dict[tuple[int, CodeType, CodeType], Warning] = {}

    def look(self, leaves: Mapping[int, Leaf], way: Way) -> None:
        """Look at the steps that can be taken from a state."""
        for one, two in combinations(leaves.values(), 2):
            if not one.independent(two):
                places = one.conflicts(two)
                if places.isdisjoint(self.machine.locks):
                    for location in places:
                        self._warn(location, one, two, way)

    def _warn(self, location: int, one: Leaf, two: Leaf, way: Way) -> None:
        codes = [leaf.node.place[0] for leaf in (one, two) if leaf.node.place is not None]
        key = (location, codes[0], codes[1])
        if key in self.warnings:
            return
        labels = Labels(self.machine.program)
        labels.meet(self.machine.execution_at(way()).objects.values())
        label = labels(location)
        functions = [function_name(code) for code in codes]
        first, second = sorted(
            f"{'written' if location in leaf.writes else 'read'} in {function}"
            for leaf, function in zip((one, two), functions, strict=True)
        )
        message = f"{label} is {first} and {second}, and no lock orders the two"
        field = label.rpartition(".")[2]
        self.warnings[key] = Warning("data race", message, frozenset(functions), field)

    def all(self) -> list[Warning]:
        """Every race once, sorted."""
        return sorted(set(self.warnings.values()), key=str)
