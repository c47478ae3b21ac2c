"""Random schedules: a walk begins to learn from them, and what it concludes is checked by them."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from ..kernel.atomic import CPU, Finding
from .machine import Machine
from .real import place_of


class Sampled(NamedTuple):
    """A random schedule that fails: how, who took its steps, and where it was left or ended."""

    finding: Finding
    way: list[int]
    place: str
    ended: bool


def sample(machine: Machine, random: Random, most: int) -> Sampled | None:
    """An execution, whoever can go on being as likely to; where it fails, and how.

    What is not known yet is learned from it; the rest is held against what is.
    """
    live = machine.live
    if live.at != machine.root:
        live.begin(machine.root)
    way: list[int] = []
    last: tuple[CPU, Any] | None = None
    while len(way) < most and (enabled := live.execution.enabled()):
        cpu = random.choice(enabled)
        last = cpu, cpu.pending
        way.append(cpu.index - 1)
        machine.step(way[-1])
    state, execution = live.at, live.execution
    finding, ended = execution.finding(), not execution.enabled()
    live.at = None  # the promise may have touched things
    if state is not None and state[2] is None and ended:
        machine.verdicts.setdefault(state[:2], finding)
    if finding is None:
        return None
    return Sampled(finding, way, place_of(*last) if last else "its start", ended)
