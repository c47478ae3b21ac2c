"""Which CPU may go on alone: whose next step nobody else can conflict with before it is taken.

A step need not be tried in another place than first if no other CPU writes what it reads or touches
what it writes, or others do so only while they hold a lock that its own CPU has now: until it is
taken nobody else can get that far.  Who touches what, and under which locks, is known only from
what was seen; so who relies on it is noted, and when somebody is seen to do otherwise, what was
concluded is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..kernel.atomic import CPU
from ..kernel.locks import Lock, rw_semaphore

Locks = frozenset[Any]
"""Keys of locks with one owner; of a semaphore, (key, "read") or (key, "write")."""


class Access(NamedTuple):
    """A location is touched; or, if `writes`, it is written."""

    location: int
    writes: bool


def accesses(reads: Iterable[int], writes: Iterable[int] = ()) -> list[Access]:
    """What a step with this footprint does."""
    touched = [Access(location, False) for location in {*reads, *writes}]
    return touched + [Access(location, True) for location in writes]


def conflicting(reads: Iterable[int], writes: Iterable[int]) -> list[Access]:
    """What conflicts with a step that has this footprint."""
    written = [Access(location, True) for location in reads if location not in writes]
    return written + [Access(location, False) for location in writes]


class Guards:
    """What each CPU was seen to touch, with which locks, and after how many of its steps.

    Attributes:
        broken: whether something was seen that somebody had relied on not being so.
    """

    def __init__(self, cpus: int) -> None:
        self.seen: list[dict[Access, dict[Locks, int]]] = [{} for _ in range(cpus)]
        self.relied: list[dict[Access, dict[Locks, int]]] = [{} for _ in range(cpus)]
        self.known: dict[Any, dict[Any, bool]] = {}
        self.broken = False

    def note(self, cpu: int, done: Iterable[Access], locks: Locks, steps: int) -> None:
        """A CPU touches locations, or waits for what is there, with some locks, after `steps`."""
        seen, relied = self.seen[cpu], self.relied[cpu]
        for access in done:
            latest = seen.setdefault(access, {})
            if latest.get(locks, -1) < steps:
                latest[locks] = steps
                for excluded, since in relied.get(access, {}).items():
                    if since <= steps and locks.isdisjoint(excluded):
                        self.broken = True

    def alone(self, leaf: Any, others: Iterable[Any]) -> bool:
        """Whether a step can be taken first, whatever CPUs at these nodes do."""
        known = self.known.get(leaf)
        if known is None:
            known = self.known[leaf] = {}
        for node in others:
            met = known.get(node)
            if met is None:
                met = known[node] = node.cpu != leaf.node.cpu and self._meet(leaf, node)
            if met:
                return False
        return True

    def _meet(self, leaf: Any, node: Any) -> bool:
        """Whether a CPU at a node can come to conflict with a step, before that is taken."""
        if node.ended:
            return False
        excluded, steps, seen = leaf.node.excludes, node.steps, self.seen[node.cpu]
        for access in leaf.conflicting:
            for locks, latest in seen.get(access, {}).items():
                if latest >= steps and locks.isdisjoint(excluded):
                    return True
        relied = self.relied[node.cpu]
        for access in leaf.conflicting:
            since = relied.setdefault(access, {})
            since[excluded] = min(steps, since.get(excluded, steps))
        return False

    def start_again(self) -> None:
        """Nobody relies on anything any more."""
        self.broken = False
        self.known.clear()
        for relied in self.relied:
            relied.clear()


def locks_of(cpu: CPU) -> tuple[Locks, Locks]:
    """The locks that a CPU has or gets in its next step, and those that nobody else can get now."""
    has: set[Any] = set()
    excluded: set[Any] = set()
    for lock in cpu.held:
        if not isinstance(lock, rw_semaphore):
            has.add(lock.key)
            excluded.add(lock.key)
        elif ("write", cpu) in rw_semaphore.holders.peek(lock):
            has.add((lock.key, "write"))
            excluded |= {(lock.key, "write"), (lock.key, "read")}
        else:
            has.add((lock.key, "read"))
            excluded.add((lock.key, "write"))
    operation = cpu.pending
    if operation is not None and operation.spec.on is not None:
        # Whoever waits for a lock cannot go on while another has it: as if it had it already.
        lock = operation.args[0]
        if isinstance(lock, Lock):
            has.add(lock.key)
        elif isinstance(lock, rw_semaphore):
            shares = operation.spec.admits((("read", cpu),))
            has.add((lock.key, "read" if shares else "write"))
    return frozenset(has), frozenset(excluded)
