"""What is learned of a CPU: nodes, where it may be, and leaves, the steps between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, NamedTuple

from ..kernel.atomic import CPU, Finding, fields_at
from ..kernel.locks import Lock, rw_semaphore
from ..replay.blame import Blame
from .values import Memory, Need

Way = Callable[[], Sequence[int]]
"""The CPUs of a schedule that leads to a state, asked for where something has to be executed."""
Key = tuple[str, str]
"""What tells failures apart: kind and message."""
Locks = frozenset[Any]
"""Keys of locks with one owner; of a semaphore, (key, "read") or (key, "write")."""


class Node:
    """Where a CPU is: all that it has read so far.

    Attributes:
        cpu: which; its place among the program's, from 0, so that its index is one more.
        steps: how many it has taken; `ended`: whether that was all.
        place: the code and the line of its next operation; None once it has ended.
        on: the location whose value decides whether it can go on, if that holds what `admits`
            says, where no other field shares its place; None: it always can.
        open: whether it can go on, by the number of that value.
        has, excludes: see `locks_of`.
        leaves: its next step, as far as it is known: one for each that the values found may make.
        next: the one of them that it is, for each memory that was met; None: it cannot go on.
    """

    __slots__ = (
        "admits", "cpu", "ended", "excludes", "has", "leaves", "next", "on", "open", "place",
        "steps",
    )  # fmt: skip

    def __init__(self, cpu: CPU, steps: int) -> None:
        operation = cpu.pending
        self.cpu, self.steps = cpu.index - 1, steps
        self.ended = operation is None
        self.place: tuple[CodeType, int] | None = None
        self.on: int | None = None
        self.admits: Callable[[Any], bool] | None = None
        if operation is not None:
            self.place = operation.code, operation.lineno
            self.on = operation.blocks_on
            if self.on is not None and len(fields_at(operation.args[0], self.on)) == 1:
                self.admits = operation.spec.admits
        self.has, self.excludes = locks_of(cpu)
        self.open: dict[int, bool] = {}
        self.leaves: list[Leaf] = []
        self.next: dict[Memory, Leaf | None] = {}

    def is_at(self, cpu: CPU) -> bool:
        """Whether a CPU of another execution can be here."""
        operation = cpu.pending
        if operation is None or self.place is None:
            return operation is None and self.ended
        return self.place == (operation.code, operation.lineno) and self.on == operation.blocks_on


State = tuple[tuple[Node, ...], Memory, Blame | None]
"""Where a program is: a node for each CPU, what is in the memory, and what it fails by, if so."""


@dataclass(slots=True, eq=False)
class Leaf:
    """A step where it finds certain values.

    Attributes:
        node, to: where its CPU is before it and after it.
        operation: what it does, in words.
        finding: the first that its CPU has.
        reads, writes: the locations that it touches.
        wrote: the values that it has written, to be compared where it is executed again.
        needs: what it found, by location: its number, or the bounds of a counter.
        written: by place, the numbers of what it has written.
        added: by place, what it has counted up or down.
        after, blames, apart: what it makes of a memory and of a Blame, and which steps of others it
            may change places with, as far as that was asked.
    """

    node: Node
    to: Node
    operation: str
    finding: Finding | None
    reads: frozenset[int]
    writes: frozenset[int]
    wrote: list[Any]
    needs: dict[int, Need]
    written: list[tuple[int, int]]
    added: list[tuple[int, int]]
    after: dict[Memory, Memory] = field(default_factory=dict)
    blames: dict[Blame | None, Blame | None] = field(default_factory=dict)
    apart: dict[Leaf, bool] = field(default_factory=dict)

    def was(self, cpu: CPU) -> bool:
        """Whether what a CPU of another execution has done now can be this step."""
        return cpu.reads == self.reads and cpu.writes.keys() == self.writes and self.to.is_at(cpu)

    def independent(self, other: Leaf) -> bool:
        """Whether this step and one of another CPU may change places."""
        known = self.apart.get(other)
        if known is None:
            known = self.apart[other] = other.apart[self] = not self.conflicts(other)
        return known

    def conflicts(self, other: Leaf) -> frozenset[int]:
        """The locations that both touch, and one of them writes."""
        return self.writes & (other.reads | other.writes) | other.writes & self.reads


class Behind(NamedTuple):
    """What is behind a state.

    Classes, those of them that fail, the most steps to an end, and the fewest to one that fails.
    """

    classes: int = 0
    failing: int = 0
    longest: int = 0
    soonest: float = math.inf

    def and_behind(self, other: Behind, steps: int) -> Behind:
        """The same, and what is behind a state that so many steps lead to."""
        return Behind(
            self.classes + other.classes,
            self.failing + other.failing,
            max(self.longest, other.longest + steps),
            min(self.soonest, other.soonest + steps),
        )


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
