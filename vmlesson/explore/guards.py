"""Which CPU may go on alone: whose next step nobody else can conflict with before it is taken.

A step need not be tried in another place than first if no other CPU writes what it reads or touches
what it writes, or others do so only while they hold a lock that its own CPU has now: until it is
taken nobody else can get that far.  Who touches what, and under which locks, is known only from
what was seen; so who relies on it is noted, and when somebody is seen to do otherwise, what was
concluded is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

from .nodes import Access, Leaf, Locks, Node


class Guards:
    """What each CPU was seen to touch, with which locks, and after how many of its steps.

    Attributes:
        broken: whether something was seen that somebody had relied on not being so.
    """

    def __init__(self, cpus: int) -> None:
        self.seen: list[dict[Access, dict[Locks, int]]] = [{} for _ in range(cpus)]
        self.relied: list[dict[Access, dict[Locks, int]]] = [{} for _ in range(cpus)]
        self.known: dict[Leaf, dict[Node, bool]] = {}
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

    def alone(self, leaf: Leaf, others: Iterable[Node]) -> bool:
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

    def _meet(self, leaf: Leaf, node: Node) -> bool:
        """Whether a CPU at a node can come to conflict with a step, before that is taken."""
        if node.ended:
            return False
        excluded, steps, seen = leaf.node.excludes, node.steps, self.seen[node.cpu]
        conflicting = leaf.conflicting()
        for access in conflicting:
            for locks, latest in seen.get(access, {}).items():
                if latest >= steps and locks.isdisjoint(excluded):
                    return True
        relied = self.relied[node.cpu]
        for access in conflicting:
            since = relied.setdefault(access, {})
            since[excluded] = min(steps, since.get(excluded, steps))
        return False

    def start_again(self) -> None:
        """Nobody relies on anything any more."""
        self.broken = False
        self.known.clear()
        for relied in self.relied:
            relied.clear()
