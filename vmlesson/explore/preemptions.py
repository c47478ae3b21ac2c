"""The easiest schedule to read of a class: the one with the fewest preemptions.

A preemption is a switch away from a CPU that could have taken its next step.  All linearizations
of a class's partial order are its schedules.  The search goes over the sets of steps that may
come first (the order's prefixes) and the CPU that ran last, cheapest first, and never past a
given bound.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from ..kernel.atomic import Operation
from .order import Order

Cost = tuple[int, int]
"""(preemptions, switches)."""


def cheapest(
    order: Order, blocked: list[Operation[Any] | None], bound: Cost | None = None
) -> tuple[Cost, list[int]] | None:
    """The cost and the CPUs of the schedule with the fewest preemptions, then fewest switches.

    Args:
        order: the steps of a maximal execution.
        blocked: for each CPU, what it waits for at the end.
        bound: what the schedule must cost less than.

    Returns:
        None if none costs less than `bound`; of several equal ones, always the same.
    """
    everything = (1 << len(order.events)) - 1
    start = (0, -1)
    best: dict[tuple[int, int], Cost] = {start: (0, 0)}
    came: dict[tuple[int, int], tuple[int, int]] = {}
    heap = [((0, 0), 0, (0, 0), start)]
    while heap:
        _, _, cost, state = heappop(heap)
        done, last = state
        if best[state] < cost:
            continue
        if done == everything:
            return cost, _way(state, came)
        leaving = last >= 0 and could_go_on(order, blocked, last, done)
        for cpu, own in enumerate(order.by_cpu):
            rest = own & ~done
            step = rest & -rest
            if not step or order.events[step.bit_length() - 1].past & ~done != step:
                continue
            after = (done | step, cpu)
            reached = cost
            if cpu != last and last >= 0:
                reached = (cost[0] + leaving, cost[1] + 1)
            if after in best and best[after] <= reached:
                continue
            # Whoever has steps left and does not run now will have to be switched to.
            others = sum(1 for i, all_ in enumerate(order.by_cpu) if i != cpu and all_ & ~done)
            expected = (reached[0], reached[1] + others)
            if bound is None or expected < bound:
                best[after] = reached
                came[after] = state
                heappush(heap, (expected, -len(came), reached, after))
    return None


def could_go_on(order: Order, blocked: list[Operation[Any] | None], cpu: int, done: int) -> bool:
    """Whether the CPU's next operation is enabled when exactly the steps `done` were taken."""
    rest = order.by_cpu[cpu] & ~done
    if rest:
        event = order.events[(rest & -rest).bit_length() - 1]
        on, admits = event.on, event.admits
    elif (waiting := blocked[cpu]) is not None:
        on, admits = waiting.blocks_on, waiting.spec.admits
    else:
        return False
    if on is None:
        return True
    writers = order.wrote.get(on, 0) & ~done
    if writers:
        first = writers & -writers
        return admits(order.events[first.bit_length() - 1].writes[on])
    # Nobody writes it any more: a step that was taken was enabled, one that was not is blocked.
    return bool(rest)


def _way(state: tuple[int, int], came: dict[tuple[int, int], tuple[int, int]]) -> list[int]:
    way = []
    while state in came:
        way.append(state[1])
        state = came[state]
    return way[::-1]
