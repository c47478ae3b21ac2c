"""Which CPU may go on alone: whose next step nobody else can meet before it is taken.

A step need not be tried in another place than first if whatever it touches is touched by no other
CPU, or by others only while they hold a lock that its own CPU has now: until it is taken nobody
else can get that far.  Who touches what, and under which locks, is known only from what was seen;
so who relies on it is noted, and when somebody is seen to do otherwise, what was concluded is
forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..kernel.atomic import CPU
from ..kernel.locks import Lock, rw_semaphore

Locks = frozenset[Any]
"""Keys of locks with one owner; of a semaphore, (key, "read") or (key, "write")."""


class Guards:
    """What each CPU was seen to touch, and the locks that it had each time.

    Attributes:
        broken: whether something was seen that somebody had relied on not being so.
    """

    def __init__(self, cpus: int) -> None:
        self.accesses: list[dict[int, Locks]] = [{} for _ in range(cpus)]
        self.relied: list[set[int]] = [set() for _ in range(cpus)]
        self.known: dict[tuple[Any, int], bool] = {}
        self.broken = False

    def note(self, cpu: int, locations: Iterable[int], locks: Locks) -> None:
        """A CPU touches locations, or waits for what is there, with some locks."""
        accesses = self.accesses[cpu]
        for location in locations:
            before = accesses.get(location)
            now = locks if before is None else before & locks
            if now != before:
                accesses[location] = now
                self.known.clear()
                others = (relied for i, relied in enumerate(self.relied) if i != cpu)
                self.broken |= any(location in relied for relied in others)

    def alone(self, leaf: Any, others: int) -> bool:
        """Whether a step can be taken first, whatever those of `others` do that have not ended."""
        key = leaf, others
        known = self.known.get(key)
        if known is None:
            known = self.known[key] = self._alone(leaf, others)
            if known:
                self.relied[leaf.node.cpu] |= leaf.reads | leaf.writes
        return known

    def _alone(self, leaf: Any, others: int) -> bool:
        excluded = leaf.node.excludes
        return not any(
            locks is not None and locks.isdisjoint(excluded)
            for cpu, accesses in enumerate(self.accesses)
            if others >> cpu & 1
            for locks in map(accesses.get, leaf.reads | leaf.writes)
        )

    def start_again(self) -> None:
        """Nobody relies on anything any more."""
        self.broken = False
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
