"""What the model says of a race that a real kernel is then asked for."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from vmlesson.explore import explore
from vmlesson.kernel import NEVER_LOCK
from vmlesson.program import run_program
from vmlesson.replay.execution import driving

from . import turns
from .turns import Race, Turns, layout

RELEASE = "v3.7"
"""Its rule is still that of 6.1: a tree, and the lock where need_rmap_locks says so."""


@cache
def program(calls: str, cure: bool) -> Any:
    """A layout on the release whose rule is that of the real kernel, with the cure or without."""
    return layout(calls).program(release=RELEASE, patches=() if cure else (NEVER_LOCK,))


@cache
def races(calls: str, cure: bool) -> tuple[Race, ...]:
    """What comes of every order of turns, in the order of the orders."""
    return tuple(sorted(_orders(program(calls, cure)), key=lambda race: race.order))


def _orders(program: Any) -> Iterator[Race]:
    todo = [""]
    while todo:
        order = todo.pop()
        with driving():
            turns = Turns(program)
            try:
                for side in order:
                    turns.turn(side)
                if turns.alone:
                    yield turns.finish()
                else:
                    todo += [order + "w", order + "m"]
            finally:
                turns.close()


def race(calls: str, order: str, cure: bool) -> Race:
    """What comes of one order of turns."""
    return turns.race(program(calls, cure), order)


def losing(calls: str) -> Race:
    """Without the cure: the order that loses a page with the fewest switches."""
    return min(
        (race for race in races(calls, False) if race.lost),
        key=lambda race: (switches(race.order), len(race.order)),
    )


def switches(order: str) -> int:
    """How often the turn goes to the other side."""
    return sum(one != two for one, two in pairwise(order))


def verdict(calls: str, cure: bool) -> str:
    """Of all schedules, not only those that the gates can tell apart."""
    return explore(program(calls, cure)).verdict


def flags_of_commit_program() -> list[bool]:
    """Whether each mremap of the commit's program needs the cure."""
    run = run_program("v3.3")
    return [moment.hits > 0 for moment in run.moments if moment.call.startswith("mremap")]
