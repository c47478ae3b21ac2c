"""Every interleaving of a program, one after the other: what the explorer is held against.

This file has its own notion of dependence, classes, preemptions and races.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vmlesson.kernel.atomic import BOOT, CPU, FIELDS_PER_OBJECT
from vmlesson.kernel.locks import mutex, rw_semaphore


@dataclass
class Run:
    """One interleaving, to its end; lists have an element per step.

    `enabled` is who could go before the step, `footprints` (locations read, written).
    """

    schedule: tuple[int, ...]
    enabled: list[frozenset[int]]
    footprints: list[tuple[frozenset[int], frozenset[int]]]
    locks: frozenset[int]
    failed: bool

    @property
    def names(self) -> list[tuple[int, int]]:
        """(CPU, its count) of each step."""
        counts: dict[int, int] = {}
        names = []
        for cpu in self.schedule:
            counts[cpu] = counts.get(cpu, 0) + 1
            names.append((cpu, counts[cpu]))
        return names

    def dependent(self, i: int, j: int) -> bool:
        """Whether two steps of different CPUs touch one location, and one writes it."""
        (read_i, write_i), (read_j, write_j) = self.footprints[i], self.footprints[j]
        return bool(write_i & (read_j | write_j) or write_j & read_i)

    def trace(self) -> Any:
        """What its class is known by: its steps and the order of dependent ones."""
        names = self.names
        pairs = itertools.combinations(range(len(names)), 2)
        apart = [(i, j) for i, j in pairs if self.schedule[i] != self.schedule[j]]
        return frozenset(names), frozenset(
            (names[i], names[j]) for i, j in apart if self.dependent(i, j)
        )

    def cost(self) -> tuple[int, int]:
        """(preemptions, switches) of this schedule."""
        switches = [
            before in able
            for (before, after), able in zip(
                itertools.pairwise(self.schedule), self.enabled[1:], strict=True
            )
            if before != after
        ]
        return sum(switches), len(switches)


def races(runs: list[Run]) -> set[int]:
    """The locations of data races, of all interleavings of a program.

    They are those of two steps that could both be next after some beginning, and conflict on no
    lock: each step as it is there.
    """
    locks = {
        location
        for run in runs
        for key in run.locks
        for location in range(key, key + FIELDS_PER_OBJECT)
    }
    found: set[int] = set()
    nexts: dict[tuple[int, ...], dict[int, Any]] = {}
    for run in runs:
        for i, cpu in enumerate(run.schedule):
            nexts.setdefault(run.schedule[:i], {})[cpu] = run.footprints[i]
    for steps in nexts.values():
        for (read, write), (other_read, other_write) in itertools.combinations(steps.values(), 2):
            places = write & (other_read | other_write) | other_write & read
            if places.isdisjoint(locks):
                found |= places
    return found


def interleavings(program: Callable[[], Any], most: int) -> list[Run] | None:
    """All of them; None if there are more than `most`."""
    runs: list[Run] = []
    prefixes: list[tuple[int, ...]] = [()]
    while prefixes:
        if len(runs) == most:
            return None
        runs.append(_run(program, prefixes.pop(), prefixes))
    return runs


def _run(program: Callable[[], Any], prefix: tuple[int, ...], prefixes: list[Any]) -> Run:
    """Complete a prefix; what else could have come after it is added to `prefixes`."""
    made = BOOT.made
    coroutines, promise = program()
    BOOT.made = made
    cpus = [CPU(name, index) for index, name in enumerate(coroutines, 1)]
    for cpu, coroutine in zip(cpus, coroutines.values(), strict=True):
        cpu.start(coroutine)
    run = Run((), [], [], frozenset(), False)
    schedule: list[int] = []
    while able := [index for index, cpu in enumerate(cpus) if cpu.enabled]:
        if len(schedule) < len(prefix):
            chosen = prefix[len(schedule)]
        else:
            chosen = able[0]
            prefixes.extend((*schedule, other) for other in able[1:])
        cpu = cpus[chosen]
        operation = cpu.pending
        assert operation is not None
        on = operation.blocks_on
        is_lock = isinstance(operation.args[0], mutex | rw_semaphore)
        if is_lock:
            run.locks |= {operation.args[0].key}
        cpu.step()
        reads = cpu.reads if on is None else cpu.reads | {on}
        run.enabled.append(frozenset(able))
        run.footprints.append((frozenset(reads), frozenset(cpu.writes)))
        schedule.append(chosen)
    run.schedule = tuple(schedule)
    run.failed = _failed(cpus, promise)
    for cpu in cpus:
        for coroutine in cpu.stack:
            coroutine.close()
    return run


def _failed(cpus: list[CPU], promise: Callable[[], None]) -> bool:
    try:
        promise()
    except AssertionError:
        return True
    return any(cpu.findings or cpu.pending is not None for cpu in cpus) or any(
        outer is inner2 and inner is outer2 and not gates & gates2
        for one, two in itertools.combinations(cpus, 2)
        for outer, inner, gates in one.nested
        for outer2, inner2, gates2 in two.nested
    )
