"""What can come from here: whether an execution can still fail, how soonest, and in how many ways.

Prefixes of schedules that order all dependent steps alike lead to the same state.  They are merged
into one node of a graph, which has no cycles, since every step makes a prefix longer.  A node is
known by the last step of each CPU; a step is known by its CPU and the last step of each CPU in its
past, and is given a number when it is met first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..kernel.atomic import BOOT
from .execution import Execution, as_program, driving
from .graph import Graph, Move, State
from .order import Order
from .record import as_schedule, next_cpu

Key = tuple[int, ...]


@dataclass(frozen=True)
class Outlook:
    """What may come after a prefix.

    Attributes:
        losing: whether a failing end can be reached; None: not known, the graph is too large.
        continuation: the CPUs of a shortest way there; empty if there is none.
        inevitable: whether every end that can be reached is failing.
    """

    losing: bool | None
    continuation: tuple[str, ...] = ()
    inevitable: bool = False


class _Way(NamedTuple):
    """A shortest way from a node to a failing end: its length, the first CPU, the next node."""

    length: int
    cpu: int
    to: Key


class _Seen(NamedTuple):
    """What is known of a node: a shortest way to lose, and how many ways to an end there are."""

    way: _Way | None
    interleavings: int
    failing: int


@dataclass
class _Frame:
    """A node that is being looked at: CPUs still to try, where those that were tried led to."""

    key: Key
    todo: int
    exits: dict[int, Key]


class Reach:
    """The graph of a program's prefixes, grown where somebody asks.

    Args:
        program: as for `explore`; as are `release` and `patches`.
        nodes: how many nodes it may have; a question that needs more is answered "not known".

    Raises:
        TypeError: as `explore`.
    """

    def __init__(
        self,
        program: Any,
        *,
        release: str | None = None,
        patches: Iterable[Any] = (),
        nodes: int = 20_000,
    ) -> None:
        self.program = as_program(program, release, patches)
        self.most = nodes
        self.made = BOOT.made
        self.numbers: dict[tuple[int, Key], int] = {}
        self.known: dict[Key, _Seen] = {}
        self.exits: dict[Key, dict[int, Key]] = {}
        self.operations: dict[int, str] = {}
        self.names: list[str] = []
        self.root: Key = ()

    def outlook(self, prefix: Sequence[str] | Any) -> Outlook:
        """What may come after the schedule `prefix`.

        Raises:
            ScheduleError: it does not fit the program.
        """
        with driving():
            walk = _Walk(self)
            try:
                for number, name in enumerate(as_schedule(prefix), 1):
                    walk.step(next_cpu(walk.execution, number, name))
                key = walk.key
                if key not in self.known and not self._grow(walk):
                    return Outlook(None)
                return self._read_off(key, [cpu.name for cpu in walk.execution.cpus])
            finally:
                walk.execution.close()
                BOOT.made = self.made

    def interleavings(self) -> tuple[int, int] | None:
        """How many schedules there are, and how many of them fail; None if the graph is too large.

        Schedules that end alike are many, but not the nodes that they go through: the number of
        ways from a node to an end is the sum over the steps that can be taken there.
        """
        if self.outlook([]).losing is None:
            return None
        root = self.known[self.root]
        return root.interleavings, root.failing

    def graph(self) -> Graph | None:
        """All nodes and steps; None if the graph is too large."""
        if self.outlook([]).losing is None:
            return None
        depths = {self.root: 0}
        moves: list[tuple[Key, Key, int]] = []
        for key in (order := list(depths)):
            for cpu, to in self.exits[key].items():
                moves.append((key, to, cpu))
                if to not in depths:
                    depths[to] = depths[key] + 1
                    order.append(to)
        numbers = {key: number for number, key in enumerate(order)}
        return Graph(
            tuple(self._state(key, depth) for key, depth in depths.items()),
            tuple(
                Move(numbers[key], numbers[to], self.names[cpu], self.operations[to[cpu]])
                for key, to, cpu in moves
            ),
        )

    def _state(self, key: Key, depth: int) -> State:
        _, ways, failing = self.known[key]
        fate = "safe" if not failing else "lost" if failing == ways else "can"
        return State(depth, fate, not self.exits[key], ways, failing)

    def _read_off(self, key: Key, names: list[str]) -> Outlook:
        cpus = []
        start = seen = self.known[key]
        while seen.way is not None and seen.way.length:
            cpus.append(names[seen.way.cpu])
            seen = self.known[seen.way.to]
        return Outlook(bool(start.failing), tuple(cpus), start.failing == start.interleavings)

    def _grow(self, walk: _Walk) -> bool:
        """Look at everything that may come; False if that is too much."""
        base = len(walk.order.events)
        frames = [_Frame(walk.key, self._exits(walk), {})]
        while len(self.known) + len(frames) <= self.most:
            frame = frames[-1]
            if frame.todo:
                cpu = (frame.todo & -frame.todo).bit_length() - 1
                frame.todo &= frame.todo - 1
                walk.back_to(base + len(frames) - 1)
                walk.step(cpu)
                frame.exits[cpu] = walk.key
                if walk.key not in self.known and (todo := self._exits(walk)):
                    frames.append(_Frame(walk.key, todo, {}))
            else:
                self._close(frame)
                frames.pop()
                if not frames:
                    return True
        return False

    def _close(self, frame: _Frame) -> None:
        """All that can come after a node is known: sum it up."""
        if not frame.exits:
            return  # an end, which was judged when it was met
        seen = {cpu: self.known[to] for cpu, to in frame.exits.items()}
        ways = [
            _Way(one.way.length + 1, cpu, frame.exits[cpu])
            for cpu, one in seen.items()
            if one.way is not None
        ]
        self.exits[frame.key] = frame.exits
        self.known[frame.key] = _Seen(
            min(ways, key=lambda way: way.length, default=None),
            sum(one.interleavings for one in seen.values()),
            sum(one.failing for one in seen.values()),
        )

    def _exits(self, walk: _Walk) -> int:
        """The CPUs that may go on from a new node; an end is judged at once."""
        enabled = walk.execution.enabled()
        if not enabled:
            fails = walk.fails()
            self.known[walk.key] = _Seen(_Way(0, -1, ()) if fails else None, 1, int(fails))
            self.exits[walk.key] = {}
        return enabled


class _Walk:
    """An execution that can go back: by executing its beginning again, when it has to."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.execution = Execution(reach.program, reach.made)
        self.order = Order(len(self.execution.cpus))
        self.keys: list[Key] = [(-1,) * len(self.execution.cpus)]
        reach.names = [cpu.name for cpu in self.execution.cpus]
        reach.root = self.keys[0]
        self.numbers: list[int] = []
        self.at = 0

    @property
    def key(self) -> Key:
        """The node that it is at."""
        return self.keys[-1]

    def step(self, cpu: int) -> None:
        """Take a step."""
        order, position = self.order, len(self.numbers)
        self.settle()
        words = str(self.execution.cpus[cpu].pending)
        event = self.execution.step(cpu)
        order.append(event)
        self.at = position + 1
        past = event.past & ~(1 << position)
        lasts = ((past & own).bit_length() - 1 for own in order.by_cpu)
        step = cpu, tuple(self.numbers[last] if last >= 0 else -1 for last in lasts)
        number = self.reach.numbers.setdefault(step, len(self.reach.numbers))
        self.reach.operations.setdefault(number, words)
        self.numbers.append(number)
        self.keys.append((*self.key[:cpu], number, *self.key[cpu + 1 :]))

    def settle(self) -> None:
        """Execute the beginning again, if the execution has gone another way, or further."""
        if self.at != len(self.order.events):
            self.execution.close()
            self.execution = Execution(self.reach.program, self.reach.made)
            for event in self.order.events:
                self.execution.cpus[event.cpu].step()
            self.at = len(self.order.events)

    def back_to(self, steps: int) -> None:
        """Take steps back until there are so many."""
        while len(self.order.events) > steps:
            self.order.pop()
            self.keys.pop()
            self.numbers.pop()

    def fails(self) -> bool:
        """Whether the execution, which has ended, fails."""
        finding = self.execution.finding_at_end()
        return finding is not None or any(cpu.findings for cpu in self.execution.cpus)
