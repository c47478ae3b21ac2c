"""What an execution fails by, where several CPUs have findings: the one that no other led to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

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

    def after(self, cpu: int, finding: Finding | None, reads: Footprint, writes: Footprint) -> Self:
        """The same after a step, in which its CPU had its first `finding`, or none."""
        came_of_it = (
            self.cpus >> cpu & 1 or writes & (self.reads | self.writes) or reads & self.writes
        )
        if not came_of_it and finding is None:
            return self
        first = self.cpu, self.finding
        if finding is not None and not came_of_it and cpu < self.cpu:
            first = cpu, finding
        cpus = self.cpus | 1 << cpu
        return type(self)(*first, cpus, self.reads | reads, self.writes | writes)


def blame_after(
    blame: Blame | None, cpu: int, finding: Finding | None, reads: Footprint, writes: Footprint
) -> Blame | None:
    """What an execution fails by after a step; None as long as nothing is wrong."""
    if blame is not None:
        return blame.after(cpu, finding, reads, writes)
    return None if finding is None else Blame(cpu, finding, 1 << cpu, reads, writes)


def blame_at_start(cpus: Iterable[CPU]) -> Blame | None:
    """The same before the first step."""
    for cpu in cpus:
        if cpu.findings:
            return Blame(cpu.index - 1, cpu.findings[0], EVERYBODY)
    return None
