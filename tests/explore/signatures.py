"""What tells one class of interleavings from another, kept for every execution of a search."""

from __future__ import annotations

from contextlib import closing
from random import Random
from typing import Any

from vmlesson.explore.machine import Machine
from vmlesson.explore.nodes import Behind, State
from vmlesson.explore.search import STATES, Search
from vmlesson.explore.walk import Walk
from vmlesson.kernel.atomic import BOOT
from vmlesson.replay.execution import Execution, as_program, driving

STEPS = 5_000
Step = tuple[int, frozenset[int], frozenset[int]]
"""A CPU, and the locations that it reads and writes."""


def signature(steps: list[Step], cpus: int) -> Any:
    """For each step of each CPU, how many steps of each CPU are in its past."""
    pasts: list[int] = []
    own = [0] * cpus
    for number, (cpu, reads, writes) in enumerate(steps):
        past = 1 << number
        for before in range(number - 1, -1, -1):
            other, other_reads, other_writes = steps[before]
            if not past >> before & 1 and (
                other == cpu or writes & (other_reads | other_writes) or reads & other_writes
            ):
                past |= pasts[before]
        pasts.append(past)
        own[cpu] |= 1 << number
    return tuple(
        tuple(
            tuple((past & each).bit_count() for each in own)
            for past, (who, _, _) in zip(pasts, steps, strict=True)
            if who == cpu
        )
        for cpu in range(cpus)
    )


class Forgetful(dict[Any, Any]):
    """What was counted behind a state is forgotten: so every execution is walked, not only one."""

    def get(self, *_: Any) -> None:
        return None


class Noting(Walk):
    """A walk that keeps, for the signature of each class, what it fails by."""

    classes_met: dict[Any, str]

    def begin(self) -> None:
        super().begin()
        self.counted = Forgetful()
        self.classes_met = {}

    def _end(self, state: State) -> Behind:
        finding = self.machine.finding(state, self.way_here)
        steps: list[Step] = []
        here = self.machine.root
        for cpu in self.way:
            leaf = self.machine.leaf(here, cpu, list)
            assert leaf is not None
            steps.append((cpu, leaf.reads, leaf.writes))
            here = self.machine.after(here, leaf)
        self.classes_met[signature(steps, len(self.machine.names))] = str(finding or "")
        return super()._end(state)


class NotingSearch(Search):
    """A search whose walk keeps them."""

    walk: Noting

    def _begin(self, merge: bool) -> Machine:
        machine = super()._begin(merge)
        self.walk = Noting(machine, STEPS, STATES, self.limits.count)
        return machine


def at_random(built: Any, made: int, random: Random) -> tuple[list[Step], Any]:
    """What is done where whoever can go on is as likely to, and what it fails by."""
    steps: list[Step] = []
    with closing(Execution(built, made)) as execution:
        while (able := execution.enabled()) and len(steps) < STEPS:
            cpu = random.choice(able)
            execution.step(cpu.index - 1)
            steps.append((cpu.index - 1, frozenset(cpu.reads), frozenset(cpu.writes)))
        return steps, execution.finding()


def missed(program: Any, schedules: int, **kernel: Any) -> list[str]:
    """What is wrong with a search, by so many random schedules of the same program."""
    built = as_program(program, kernel.get("release"), kernel.get("patches", ()))
    search = NotingSearch(built)
    with driving():
        result = search.run()
    classes = search.walk.classes_met
    assert result.complete, result.sentence
    wrong = []
    if len(classes) != result.executions:
        wrong.append(f"{result.executions} executions of {len(classes)} classes")
    random = Random(str(result.executions))
    made = BOOT.made
    with driving():
        for _ in range(schedules):
            steps, finding = at_random(built, made, random)
            told = classes.get(signature(steps, len(search.walk.machine.names)))
            if told is None:
                wrong.append(f"a class is missed, which ends with {finding}")
            elif told != str(finding or ""):
                wrong.append(f"{told!r} in the search is {str(finding or '')!r}")
    BOOT.made = made
    return wrong
