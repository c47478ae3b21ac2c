"""What can come from here: whether an execution can still fail, how soon, and in how many ways.

All states are visited, with no step left out: ways that order all dependent steps alike lead to the
same one.  No way comes back to a state, since every step makes a CPU's history longer.  So the
number of ways from a state to an end is the sum over the states after it, and all else is read off
likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..errors import check_whole
from ..kernel.atomic import BOOT
from ..replay.execution import INVERSION, as_program, driving
from ..replay.schedule import as_schedule, next_cpu
from .machine import Machine, PromiseSeesMore
from .nodes import Behind, Leaf, State
from .real import Doubt
from .walk import Endless, Stopped, Walk


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


@dataclass(frozen=True)
class Spot:
    """A state, as it is drawn; ways that differ only in the order of independent steps meet there.

    Attributes:
        depth: the fewest steps that lead here.
        fate: "safe" if no execution from here on fails, "lost" if each does, "can" if some do.
        end: whether nobody can take another step.
        interleavings: in how many ways it can go on to an end; `failing` of them fail.
    """

    depth: int
    fate: str
    end: bool
    interleavings: int
    failing: int


@dataclass(frozen=True)
class Move:
    """A step from state number `source` to state number `target`: whose, and which operation."""

    source: int
    target: int
    cpu: str
    operation: str


@dataclass(frozen=True)
class Graph:
    """All states of a program, number 0 first where it starts, and the steps between them.

    The graph of a scenario has one such part for each of its forms.
    """

    states: tuple[Spot, ...]
    moves: tuple[Move, ...]

    def __add__(self, other: Graph) -> Graph:
        """Both, side by side."""
        shift = len(self.states)
        moved = (
            Move(move.source + shift, move.target + shift, move.cpu, move.operation)
            for move in other.moves
        )
        return Graph(self.states + other.states, (*self.moves, *moved))

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "states": [vars(state) for state in self.states],
            "moves": [vars(move) for move in self.moves],
        }


class Reach:
    """All states of a program, visited when somebody asks.

    Args:
        program: as for `explore`; as are `release` and `patches`.
        nodes: how many states there may be; a question that needs more is answered "not known".
        order: whether an end fails at which nobody is stuck, and two CPUs have taken two locks in
            opposite orders.

    Raises:
        TypeError, UserError: as `explore`.
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
        check_whole("nodes", nodes, 1)
        self.program = as_program(program, release, patches)
        self.most, self.order = nodes, order
        self.made = BOOT.made
        with driving():
            self._begin(merge=True)

    def _begin(self, merge: bool) -> None:
        self.machine = Machine(self.program, self.made, merge)
        self.machine.close()  # all executions of a program share its kernel
        self.walk = Walk(
            self.machine,
            self.most,
            self.most,
            whole=True,
            fails=lambda finding: self.order or finding.kind != INVERSION,
        )

    def exits(self, state: State) -> dict[int, State]:
        """The states after one that is known, by CPU."""
        leaves = self.machine.leaves(state, list)
        return {cpu: self.machine.after(state, leaf) for cpu, leaf in leaves.items()}

    def outlook(self, prefix: Sequence[str] | Any) -> Outlook:
        """What may come after the schedule `prefix`.

        Raises:
            ScheduleError: it does not fit the program.
        """
        names = as_schedule(prefix)
        try:
            with driving():
                try:
                    return self._outlook(names)
                except PromiseSeesMore:
                    self._begin(merge=False)
                    return self._outlook(names)
                finally:
                    self.machine.close()
        except Doubt:
            return Outlook(None)

    def interleavings(self) -> tuple[int, int] | None:
        """How many schedules there are, and how many of them fail; None: too many states."""
        if self.outlook([]).losing is None:
            return None
        behind = self._behind(self.machine.root)
        return behind.classes, behind.failing

    def graph(self) -> Graph | None:
        """All states and steps; None: too many."""
        if self.outlook([]).losing is None:
            return None
        machine = self.machine
        depths = {machine.root: 0}
        moves: list[tuple[State, State, Leaf]] = []
        for state in (order := list(depths)):
            for leaf in machine.leaves(state, list).values():
                to = machine.after(state, leaf)
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

    def _outlook(self, names: list[str]) -> Outlook:
        machine = self.machine
        state = machine.root
        way: list[int] = []
        for number, name in enumerate(names, 1):
            cpu = machine.names.index(name) if name in machine.names else -1
            leaf = None if cpu < 0 else machine.leaf(state, cpu, lambda: way)
            if leaf is None:  # say why
                next_cpu(machine.execution_at(state, lambda: way), number, name)
            assert leaf is not None
            state = machine.after(state, leaf)
            way.append(cpu)
        if (state, 0) not in self.walk.counted:
            try:
                self.walk.walk_from(state, way)
            except (Stopped, Endless):
                return Outlook(None)
        return self.read_off(state, way[-1:])

    def _behind(self, state: State) -> Behind:
        return self.walk.counted[state, 0]

    def read_off(self, state: State, last: Sequence[int] = ()) -> Outlook:
        """What may come after a state that is known; who took the `last` step goes on if he can."""
        behind = self._behind(state)
        ways = [self._soonest(state, cpu) for cpu in last or range(len(self.machine.names))]
        best = min(ways, key=lambda way: sum(cpu != after for cpu, after in pairwise(way)))
        names = tuple(self.machine.names[cpu] for cpu in best)
        return Outlook(bool(behind.failing), names, behind.failing == behind.classes)

    def _soonest(self, state: State, last: int) -> list[int]:
        """A shortest way to an end that fails; on it each CPU goes on as long as it can."""
        cpus = [last]
        left = self._behind(state).soonest
        while self._behind(state).failing and left:
            left -= 1
            ways = sorted(self.exits(state).items(), key=lambda way: way[0] != cpus[-1])
            cpu, state = next(way for way in ways if self._behind(way[1]).soonest == left)
            cpus.append(cpu)
        return cpus[1:]

    def _spot(self, state: State, depth: int) -> Spot:
        ways, failing, longest, _ = self._behind(state)
        fate = "safe" if not failing else "lost" if failing == ways else "can"
        return Spot(depth, fate, not longest, ways, failing)
