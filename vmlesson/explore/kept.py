"""What was learned of a program, for the next one, which differs from it in one function only.

Trying many answers on one set-up means exploring the same race again and again; most of it is done
by CPUs that never call the answer, and so do the same in all of these programs.  Such a program has
two methods: ``lend()`` gives what was kept, and ``keep(learned)`` is given what is known at the end
of a complete search.  It must go back to the same state of the same objects as the one before.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from ..kernel.atomic import Finding
from .guards import Touched
from .nodes import Node
from .values import Memory, Values

MOST = 20_000
"""How many things are kept of one program; who has more begins anew: some ten MiB."""


class Learned:
    """What a `Machine` has learned.

    Attributes:
        roots: where each CPU starts, by its index; what it does from there hangs on it.
        ends: where a CPU has ended, by what it leaves behind.
        verdicts: what the promise says of an end of all.
        locks: the locations of locks.
        touched: what each CPU touched in a program that holds, by its index.
    """

    def __init__(self) -> None:
        self.values = Values()
        self.roots: dict[int, Node] = {}
        self.ends: dict[Any, Node] = {}
        self.verdicts: dict[tuple[tuple[Node, ...], Memory], Finding | None] = {}
        self.locks: set[int] = set()
        self.touched: dict[int, Touched] = {}

    def expected(self, cpu: int) -> Touched:
        """What a CPU is thought to touch.  If it touches less, a search is slower, and as right."""
        known = self.touched.get(cpu, ({}, {}))
        touched, written = ({at: dict(locks) for at, locks in seen.items()} for seen in known)
        return touched, written

    def without(self, differ: Set[int]) -> Learned:
        """What holds in the next program, too.

        Args:
            differ: the indices of the CPUs that ran what may be another there; 0 for the promise.
        """
        self.take_apart(differ)
        self.verdicts = {
            end: finding
            for end, finding in self.verdicts.items()
            if 0 not in differ and all(node.ended for node in end[0])
        }
        self.values.memories = {memory.values: memory for _, memory in self.verdicts}
        leaves = self._forget_memories()
        much = leaves + len(self.ends) + len(self.verdicts) + sum(map(len, self.values.seen))
        return self if much < MOST else Learned()

    def _forget_memories(self) -> int:
        """Keep of each step what it needs and does, not where it was met; how many there are."""
        leaves, todo = 0, [*self.roots.values(), *self.ends.values()]
        while todo:
            node = todo.pop()
            node.next.clear()
            leaves += len(node.leaves)
            for leaf in node.leaves:
                leaf.after.clear()
                leaf.blames.clear()
                leaf.apart.clear()
                if not leaf.to.ended:
                    todo.append(leaf.to)
        return leaves

    def take_apart(self, cpus: Set[int]) -> None:
        """Drop what some do: it leads back to itself, and would wait for Python's collector."""
        todo = [self.roots.pop(cpu) for cpu in cpus if cpu in self.roots]
        for cpu in cpus:
            self.touched.pop(cpu, None)
        while todo:
            node = todo.pop()
            for leaf in node.leaves:
                leaf.apart.clear()
                todo.append(leaf.to)
            node.leaves.clear()
            node.next.clear()
