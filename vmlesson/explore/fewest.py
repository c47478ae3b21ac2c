"""The easiest schedule to read that fails in some way: the one with the fewest preemptions.

A preemption is a switch away from a CPU that could have taken its next step.  Going from state to
state costs nothing as long as the same CPU runs; so the schedule is a shortest path, over all
states and the CPU that ran last, cheapest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from .machine import Machine
from .nodes import Key, State

Cost = tuple[int, int]
"""(preemptions, switches)."""
Point = tuple[State, int]
"""A state, and the CPU that ran last (-1: none did)."""

MOST = 200_000
"""How many points are looked at; beyond, a schedule that is known stands for the best."""


def cheapest(machine: Machine, known: dict[Key, list[int]]) -> dict[Key, tuple[Cost, list[int]]]:
    """The cost, and the CPUs, of the schedule with the fewest preemptions, then fewest switches.

    Args:
        known: a schedule for each way to fail.

    Returns:
        Where there are too many states, what is known already; of equal ones, always the same.
    """
    found: dict[Key, tuple[Cost, list[int]]] = {}
    start: Point = (machine.root, -1)
    came: dict[Point, Point] = {}
    best: dict[Point, Cost] = {start: (0, 0)}
    waiting: dict[Cost, list[Point]] = {(0, 0): [start]}
    while waiting and len(found) < len(known) and len(best) < MOST:
        cost = min(waiting)
        point = waiting[cost].pop()
        if not waiting[cost]:
            del waiting[cost]
        if best[point] < cost:
            continue
        state, last = point
        way = partial(_way_to, point, came)
        leaves = machine.leaves(state, way)
        if not leaves:
            finding = machine.finding(state, way)
            if finding is not None and finding.key in known:
                found.setdefault(finding.key, (cost, way()))
        for cpu, leaf in reversed(leaves.items()):
            after: Point = machine.after(state, leaf), cpu
            switched = last not in (cpu, -1)
            reached = cost[0] + (switched and last in leaves), cost[1] + switched
            if after not in best or reached < best[after]:
                best[after] = reached
                came[after] = point
                waiting.setdefault(reached, []).append(after)
    return {key: found.get(key) or (cost_of(machine, way), way) for key, way in known.items()}


def _way_to(point: Point, came: dict[Point, Point]) -> list[int]:
    cpus = []
    while point in came:
        cpus.append(point[1])
        point = came[point]
    return cpus[::-1]


def cost_of(machine: Machine, schedule: Sequence[int]) -> Cost:
    """The preemptions and the switches of a schedule."""
    state, last, preemptions, switches = machine.root, -1, 0, 0
    way: list[int] = []
    for cpu in schedule:
        if last not in (cpu, -1):
            switches += 1
            preemptions += machine.can_go_on(state, last, lambda: way)
        leaf = machine.leaf(state, cpu, lambda: way)
        assert leaf is not None
        state, last = machine.after(state, leaf), cpu
        way.append(cpu)
    return preemptions, switches
