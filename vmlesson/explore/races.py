"""Data races: a state in which two CPUs' next steps could be taken, and conflict on no lock.

Two steps that also conflict on a lock are no race: that lock decides which comes first.  Steps that
a lock, a wait, or a value that is waited for keeps apart are never both next.  Data races only
warn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import CodeType

from ..replay.labels import Labels, function_name
from .machine import Machine
from .nodes import Leaf, State, Way


@dataclass(frozen=True)
class Warning:
    """Something unusual that is no failure: `kind` is for example "data race".

    `functions` name whose steps it is about, `field` what they touch.
    """

    kind: str
    message: str
    functions: frozenset[str] = frozenset()
    field: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Races:
    """The races that a search has met."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.warnings: dict[tuple[int, frozenset[CodeType]], Warning] = {}

    def look(self, state: State, leaves: Mapping[int, Leaf], way: Way) -> None:
        """Look at the steps that can be taken from a state, to which a way leads."""
        for pair in combinations(leaves.values(), 2):
            if pair[0].independent(pair[1]):
                continue
            places = pair[0].conflicts(pair[1])
            if not places.isdisjoint(self.machine.locks):
                continue
            codes = [leaf.node.place[0] for leaf in pair if leaf.node.place is not None]
            for location in places:
                key = location, frozenset(codes)
                if key not in self.warnings:
                    labels = Labels(self.machine.execution_at(state, way).objects)
                    self.warnings[key] = self._warning(location, pair, codes, labels(location))

    def _warning(
        self, location: int, pair: Sequence[Leaf], codes: list[CodeType], label: str
    ) -> Warning:
        functions = [function_name(code) for code in codes]
        first, second = sorted(
            f"{'written' if location in leaf.writes else 'read'} in {function}"
            for leaf, function in zip(pair, functions, strict=True)
        )
        message = f"{label} is {first} and {second}, and no lock orders the two"
        field = label.rpartition(".")[2]
        return Warning("data race", message, frozenset(functions), field)

    def all(self) -> list[Warning]:
        """Every race once, sorted."""
        return sorted(set(self.warnings.values()), key=str)
