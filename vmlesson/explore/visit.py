"""A state on the path of a walk, and what is behind it."""

from __future__ import annotations

import math
from typing import NamedTuple

from .nodes import Leaf, State


class Behind(NamedTuple):
    """What is behind a state.

    Classes, those of them that fail, the most steps to an end, and the fewest to one that fails.
    """

    classes: int = 0
    failing: int = 0
    longest: int = 0
    soonest: float = math.inf

    def and_behind(self, other: Behind, steps: int) -> Behind:
        """The same, and what is behind a state that so many steps lead to."""
        return Behind(
            self.classes + other.classes,
            self.failing + other.failing,
            max(self.longest, other.longest + steps),
            min(self.soonest, other.soonest + steps),
        )


class Visit:
    """A state on the path of the walk, from which several steps are tried.

    Attributes:
        state: which.
        asleep: a set of CPUs, bit i for CPU i: their next step need not be tried from here.
        key: the state, and who was asleep when the walk came here.
        taken: how many steps had been taken by then.
        leaves: the next steps of all CPUs that can go on.
        todo: the CPUs to try.
        behind: what was seen behind it so far.
    """

    __slots__ = ("asleep", "behind", "key", "leaves", "state", "taken", "todo")

    def __init__(self, state: State, asleep: int, leaves: dict[int, Leaf], taken: int) -> None:
        self.state = state
        self.asleep = asleep
        self.key = state, asleep
        self.leaves = leaves
        self.taken = taken
        self.todo = [cpu for cpu in reversed(leaves) if not asleep >> cpu & 1]
        self.behind = Behind()
