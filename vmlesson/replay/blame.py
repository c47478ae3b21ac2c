"""What an execution fails by, where several CPUs have findings: the one that no other led to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..kernel.atomic import CPU, Finding

Footprint = frozenset[int]
EVERYBODY = -1
"""A set of CPUs, bit i for CPU i, that has all of them."""


class Blame(NamedTuple):
    """The cause of a failure, and what came of it so far.

    The cause is the finding that depends on no other; of several, the first CPU's.  So it is the
    same in all schedules of a class.  A step depends on a finding if it is of one of `cpus`, which
    had it or came to depend on it, or conflicts with what they have read and written since.
    """

    cpu: int
    finding: Finding
    cpus: int
    reads: Footprint = frozenset()
    writes: Footprint = frozenset()


def blame_after(
    blame: Blame | None, cpu: int, finding: Finding | None, reads: Footprint, writes: Footprint
) -> Blame | None:
    """What an execution fails by after a step; None as long as nothing is wrong.

    Args:
        finding: the first of the step's CPU, if that has it now.
    """
    if blame is None:
        return None if finding is None else Blame(cpu, finding, 1 << cpu, reads, writes)
    came_of_it = (
        blame.cpus >> cpu & 1 or writes & (blame.reads | blame.writes) or reads & blame.writes
    )
    if not came_of_it and finding is None:
        return blame
    first = blame.cpu, blame.finding
    if finding is not None and not came_of_it and cpu < blame.cpu:
        first = cpu, finding
    return Blame(*first, blame.cpus | 1 << cpu, blame.reads | reads, blame.writes | writes)


def blame_at_start(cpus: Iterable[CPU]) -> Blame | None:
    """The same before the first step."""
    for cpu in cpus:
        if cpu.findings:
            return Blame(cpu.index - 1, cpu.findings[0], EVERYBODY)
    return None
