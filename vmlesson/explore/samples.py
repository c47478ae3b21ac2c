"""Random schedules: what a walk begins to learn from, and what it concludes is held against."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from ..kernel.atomic import Finding
from .machine import Machine
from .real import place_of


class Failing(NamedTuple):
    """A random schedule that fails: how, who took its steps, and where it was left or ended."""

    finding: Finding
    way: list[int]
    place: str
    ended: bool


def sample(machine: Machine, random: Random, most: int) -> Failing | None:
    """An execution, whoever can go on being as likely to; where it fails, and how.

    What is not known yet is learned from it; the rest is held against what is.
    """
    live = machine.live
    if live.at != machine.root:
        live.begin(machine.root)
    way, last = [], None
    for _ in range(most):
        enabled = live.execution.enabled()
        if not enabled:
            break
        cpu = random.choice(enabled)
        assert live.at is not None
        assert cpu.pending is not None
        way.append(cpu.index - 1)
        last = cpu, cpu.pending
        node, memory = live.at[cpu.index - 1], live.at[-2]
        leaf = node.next[memory] = machine.known(node, memory)
        if leaf is None:
            machine.execute(node)
        else:
            machine.repeat(leaf)
    state, execution = live.at, live.execution
    finding, ended = execution.finding(), not execution.enabled()
    live.at = None  # the promise may have touched things
    if state is not None and state[-1] is None and ended:
        machine.verdicts.setdefault(state[:-1], finding)
    if finding is None:
        return None
    return Failing(finding, way, place_of(*last) if last else "its start", ended)
