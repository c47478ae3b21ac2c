"""The map of all that can happen: the states of a program, and the steps between them.

`vmlesson.show.states` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spot:
    """A state, as it is drawn; ways that differ only in the order of independent steps meet there.

    Attributes:
        depth: how many steps it took to come here.
        fate: "safe" if no execution from here on fails, "lost" if each does, "can" if some do.
        end: whether nobody can take another step.
        interleavings: in how many ways it can go on to an end; `failing` of them fail.
    """

    depth: int
    fate: str
    end: bool
    interleavings: int
    failing: int


@dataclass(frozen=True)
class Move:
    """A step from state number `source` to state number `target`: whose, and which operation."""

    source: int
    target: int
    cpu: str
    operation: str


@dataclass(frozen=True)
class Graph:
    """All states of a program, number 0 first where it starts, and the steps between them.

    The graph of a scenario has one such part for each of its forms.
    """

    states: tuple[Spot, ...]
    moves: tuple[Move, ...]

    def __add__(self, other: Graph) -> Graph:
        """Both, side by side."""
        shift = len(self.states)
        moved = (
            Move(move.source + shift, move.target + shift, move.cpu, move.operation)
            for move in other.moves
        )
        return Graph(self.states + other.states, (*self.moves, *moved))

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "states": [vars(state) for state in self.states],
            "moves": [vars(move) for move in self.moves],
        }
