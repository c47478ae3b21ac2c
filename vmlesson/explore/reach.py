"""What can come from here: whether an execution can still fail, how soonest, and in how many ways.

All states are gone to, with no step left out: ways that order all dependent steps alike lead to the
same one.  No way comes back to a state, since every step makes a CPU's history longer.  So the
number of ways from a state to an end is the sum over the states after it, and all else is read off
likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from ..kernel.atomic import BOOT
from .execution import INVERSION, Execution, as_program, driving
from .graph import Graph, Move
from .graph import State as Spot
from .learned import Leaf, Machine, PromiseSeesMore, State
from .real import Doubt
from .record import as_schedule, next_cpu

T = TypeVar("T")


@dataclass(frozen=True)
class Outlook:
    """What may come after a prefix.

    Attributes:
        losing: whether a failing end can be reached; None: not known, there are too many states.
        continuation: the CPUs of a shortest way there; empty if there is none.
        inevitable: whether every end that can be reached is failing.
    """

    losing: bool | None
    continuation: tuple[str, ...] = ()
    inevitable: bool = False


class _Seen(NamedTuple):
    """What is known of a state.

    How many ways there are from it to an end, and to a failing one; of the shortest of those, the
    number of steps, and the first CPU.
    """

    interleavings: int
    failing: int
    soonest: int = 0
    cpu: int = -1


@dataclass
class _Frame:
    """A state that is being looked at: steps still to take, and where those that were led to."""

    state: State
    todo: list[Leaf]
    exits: dict[int, State]


class Reach:
    """All states of a program, gone to where somebody asks.

    Args:
        program: as for `explore`; as are `release` and `patches`.
        nodes: how many states there may be; a question that needs more is answered "not known".
        order: whether an end fails at which nobody is stuck, and two CPUs have taken two locks in
            opposite orders.

    Attributes:
        exits: for each state that is known, the states after it, by CPU.

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
        order: bool = True,
    ) -> None:
        self.order = order
        self.program = as_program(program, release, patches)
        self.most = nodes
        self.made = BOOT.made
        self._begin(merge=True)

    def _begin(self, merge: bool) -> None:
        self.known: dict[State, _Seen] = {}
        self.exits: dict[State, dict[int, State]] = {}
        try:
            self.machine = Machine(self.program, self.made, merge)
        finally:
            BOOT.made = self.made

    def outlook(self, prefix: Sequence[str] | Any) -> Outlook:
        """What may come after the schedule `prefix`.

        Raises:
            ScheduleError: it does not fit the program.
        """
        return self._ask(lambda: self._outlook(as_schedule(prefix)), Outlook(None))

    def interleavings(self) -> tuple[int, int] | None:
        """How many schedules there are, and how many of them fail; None: too many states."""
        if self.outlook([]).losing is None:
            return None
        seen = self.known[self.machine.root]
        return seen.interleavings, seen.failing

    def graph(self) -> Graph | None:
        """All states and steps; None: too many."""
        if self.outlook([]).losing is None:
            return None
        machine = self.machine
        depths = {machine.root: 0}
        moves: list[tuple[State, State, Leaf]] = []
        for state in (order := list(depths)):
            for cpu, to in self.exits[state].items():
                leaf = machine.leaf(state, cpu, list)
                assert leaf is not None
                moves.append((state, to, leaf))
                if to not in depths:
                    depths[to] = depths[state] + 1
                    order.append(to)
        numbers = {state: number for number, state in enumerate(order)}
        return Graph(
            tuple(self._spot(state, depth) for state, depth in depths.items()),
            tuple(
                Move(numbers[state], numbers[to], machine.names[leaf.node.cpu], leaf.operation)
                for state, to, leaf in moves
            ),
        )

    def read_off(self, state: State) -> Outlook:
        """What may come after a state that is known."""
        seen = here = self.known[state]
        cpus = []
        while seen.failing and seen.soonest:
            cpus.append(self.machine.names[seen.cpu])
            state = self.exits[state][seen.cpu]
            seen = self.known[state]
        return Outlook(bool(here.failing), tuple(cpus), here.failing == here.interleavings)

    def _ask(self, question: Callable[[], T], unknown: T) -> T:
        try:
            with driving():
                try:
                    return question()
                except PromiseSeesMore:
                    self._begin(merge=False)
                    return question()
                finally:
                    BOOT.made = self.made
                    self.machine.close()
        except Doubt:
            return unknown

    def _outlook(self, names: list[str]) -> Outlook:
        machine = self.machine
        state = machine.root
        way: list[int] = []
        for name in names:
            cpu = machine.names.index(name) if name in machine.names else -1
            leaf = None if cpu < 0 else machine.leaf(state, cpu, lambda: way)
            if leaf is None:
                self._misfit(state, way, name)
            assert leaf is not None
            state = machine.after(state, leaf)
            way.append(cpu)
        if state not in self.known and not self._grow(state, way):
            return Outlook(None)
        return self.read_off(state)

    def _misfit(self, state: State, way: list[int], name: str) -> None:
        """Say why a CPU cannot go on after some steps."""
        execution: Execution = self.machine.execution_at(state, lambda: way)
        next_cpu(execution, len(way) + 1, name)

    def _grow(self, state: State, way: list[int]) -> bool:
        """Go to every state that may come; False if there are too many."""
        machine = self.machine
        frames = [self._frame(state, way)]
        while len(self.known) + len(frames) <= self.most:
            frame = frames[-1]
            if frame.todo:
                leaf = frame.todo.pop()
                cpu = leaf.node.cpu
                after = frame.exits[cpu] = machine.after(frame.state, leaf)
                if after not in self.known:
                    way.append(cpu)
                    frames.append(self._frame(after, way))
            else:
                self._close(frame, way)
                frames.pop()
                if not frames:
                    return True
                way.pop()
        return False

    def _frame(self, state: State, way: list[int]) -> _Frame:
        leaves = self.machine.leaves(state, lambda: way)
        return _Frame(state, [*leaves.values()][::-1], {})

    def _close(self, frame: _Frame, way: list[int]) -> None:
        """All that can come after a state is known: sum it up; an end is judged."""
        self.exits[frame.state] = frame.exits
        if not frame.exits:
            finding = self.machine.finding(frame.state, lambda: way)
            fails = finding is not None and (self.order or finding.kind != INVERSION)
            self.known[frame.state] = _Seen(1, int(fails))
            return
        seen = {cpu: self.known[to] for cpu, to in frame.exits.items()}
        failing = [(one.soonest + 1, cpu) for cpu, one in seen.items() if one.failing]
        self.known[frame.state] = _Seen(
            sum(one.interleavings for one in seen.values()),
            sum(one.failing for one in seen.values()),
            *min(failing, default=(0, -1)),
        )

    def _spot(self, state: State, depth: int) -> Spot:
        ways, failing, _, _ = self.known[state]
        fate = "safe" if not failing else "lost" if failing == ways else "can"
        return Spot(depth, fate, not self.exits[state], ways, failing)
