"""All schedules, one of each class: a walk through the states of a program.

Why nothing is missed
---------------------
Two steps of different CPUs that touch nothing in common, or only read it, may change places: what
comes after is the same.  Executions that can be made from each other in this way are a *class*, and
end in the same state; so one of each class is enough.  Take three CPUs:

    a:  write x        b:  read x        c:  read y

`a` and `b` conflict, `c` conflicts with nobody: 6 interleavings, 2 classes.  The walk goes from
state to state, each CPU's next step being known or learned (`.machine`); it tries every step from
each state, with three exceptions, none of which loses a class.

*A state is walked once.*  What can come after a state depends on the state alone.  So whatever was
counted behind it is added where another way leads there (`Walk.counted`).

*A step sleeps.*  When all that begins with a's step has been tried from a state, and c's is tried
next, then a's step need not be tried right after c's: a and c may change places, and "a, c" was
tried.  It sleeps until a step is taken that it conflicts with: after b's, both orders must be
tried.  If all that could go on is asleep, every class from here was seen elsewhere.  So of each
class exactly one execution is walked, and to count executions is to count classes.  What is asleep
is part of what tells one state from another.  (Sleep sets: Godefroid, "Partial-Order Methods for
the Verification of Concurrent Systems", 1996.)

*A step is taken alone.*  If nobody else can conflict with c's step until it is taken, then it may
come first in each class that goes on from here, as in all of them it comes at some point and
changes places with all before it.  The others are tried afterwards.  Nobody else can conflict with
it, if from where they are they never write what it reads nor touch what it writes, or only under a
lock that c holds now (`.guards`).  Who touches what is learned on the way: if somebody is seen to
do what was assumed not to happen, the walk begins again, more carefully and with all that was
learned; and this ends, for there is only so much to be seen.

At the end, nothing that was relied on is wrong.  (Nor can it be wrong unseen.  Take an execution in
which some step of another CPU conflicts with c's and comes before it; let u be the first.  What
came before u is independent of c's step; so the walk, which took c's step first, has all that after
it, and comes to u's CPU at the same place, with the same locks.  Only what c's step has written can
u find changed, and to look at that is to conflict with it: so up to there u does the same as in
that execution, and its first conflict with c's step was seen; if c's step has locked it out for
good, in its waiting (`Guards.wait`).)

By induction from the ends up: when the walk leaves a state, every class that can be reached from
there was counted.  Each step makes a CPU's history longer, so that nothing comes back to where it
was, and the walk ends, if the program does.

It stands on one thing: a step does nothing, and sees nothing, that is not in its footprint.
`vmlesson.kernel.atomic.Named` ensures that, `.hidden` and `.real` check it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..kernel.atomic import Finding
from .machine import Machine
from .nodes import Behind, Key, Leaf, State
from .races import Races

STATES = 1_000_000
"""How many states are walked at most: some 450 MiB."""
LOOK = 128
"""After each so many states a walk looks whether what it relied on is so; at first sooner."""


class Stopped(Exception):
    """Why a walk is not complete, in words."""


class Endless(Exception):
    """An execution is longer than any may be."""


@dataclass(slots=True, eq=False)
class Visit:
    """A state on the path of the walk, from which several steps are tried.

    Attributes:
        asleep: a set of CPUs, bit i for CPU i: their next step need not be tried from here.
        leaves: the next steps of all CPUs that can go on.
        key: the state, and who was asleep when the walk came here.
        taken: how many steps had been taken then.
        todo: the CPUs to try, the last one first.
        behind: what was seen behind it so far.
    """

    asleep: int
    leaves: dict[int, Leaf]
    key: tuple[State, int]
    taken: int
    todo: list[int]
    behind: Behind = field(default_factory=Behind)


class Walk:
    """A walk through the states of a program.

    Args:
        most_steps: the most that an execution may take; `most_states` are walked at most.
        count, in_time: called when `seen` has changed; at each state.  What they raise ends it.
        whole: whether no step is left out: then executions are counted, not classes of them.
        fails: whether what an execution ends with is a failure.

    Attributes:
        seen: what was counted so far; in the end, all that there is.
        counted: what is behind each state, and who was asleep there.
        found: a schedule for each way to fail, (kind, message), among what was counted.
        met: the same of what failed before: at random, or until the walk began again.
        races: the data races that were met.
        way: the CPUs whose steps lead to where the walk is.
    """

    def __init__(
        self,
        machine: Machine,
        most_steps: int,
        most_states: int,
        count: Callable[[Walk], None] = lambda walk: None,
        whole: bool = False,
        fails: Callable[[Finding], bool] = lambda finding: True,
        in_time: Callable[[], None] = lambda: None,
    ) -> None:
        self.machine = machine
        self.most_steps, self.most_states = most_steps, most_states
        self.count, self.whole, self.fails, self.in_time = count, whole, fails, in_time
        self.races = Races(machine)
        self.path: list[Visit] = []
        self.way: list[int] = []
        cpus = range(len(machine.names))
        # Who took the last step is asked first whether he can go on alone.
        self.orders = {last: sorted(cpus, key=last.__ne__) for last in (-1, *cpus)}
        self.met: dict[Key, list[int]] = {}
        self.found: dict[Key, list[int]] = {}
        self.begin()

    def begin(self) -> None:
        """Count from the beginning."""
        self.seen = Behind()
        self.counted: dict[tuple[State, int], Behind] = {}
        self.met |= self.found
        self.found = {}

    def way_here(self) -> list[int]:
        """As `way`, for whoever asks later."""
        return self.way

    def run(self) -> None:
        """Walk until every class is counted; Stopped: too many states; Endless: too long a way."""
        while not self.walk_from(self.machine.root, []):
            self.machine.guards.forget()
            self.begin()

    def walk_from(self, state: State, way: Sequence[int]) -> bool:
        """Count what is behind a state, to which a way leads; raises as `run`.

        False, if something was relied on that is not so: then the numbers are wrong.
        """
        guards, look_at = self.machine.guards, 1
        self.way, self.path = list(way), []
        self._go_on(state, 0)
        while self.path:
            if len(self.counted) >= look_at:
                if guards.broken():
                    return False
                look_at += min(look_at, LOOK)
            visit = self.path[-1]
            if visit.todo:
                self._try(visit, visit.todo.pop())
            else:
                self.path.pop()
                self.counted[visit.key] = visit.behind
                self._add_to_path(visit.behind, visit.taken)
        return not guards.broken()

    def _try(self, visit: Visit, cpu: int) -> None:
        """Take a step from a state, and go on."""
        leaf = visit.leaves[cpu]
        del self.way[visit.taken :]
        self._take(cpu)
        asleep = 0
        for other, step in visit.leaves.items():
            if visit.asleep >> other & 1 and step.independent(leaf):
                asleep |= 1 << other  # its turn has been, and this step does not wake it
        if not self.whole:
            visit.asleep |= 1 << cpu
        self._go_on(self.machine.after(visit.key[0], leaf), asleep)

    def _take(self, cpu: int) -> None:
        if len(self.way) >= self.most_steps:
            raise Endless
        self.way.append(cpu)

    def _go_on(self, state: State, asleep: int) -> None:
        """Take steps as long as one can be taken alone; then there are several to try, or none."""
        self.in_time()
        leaves, alone = self._next_steps(state)
        while alone is not None:
            if asleep >> alone.node.cpu & 1:
                return  # every class from here was seen elsewhere
            self._take(alone.node.cpu)  # and nobody wakes: nobody conflicts with it
            state = self.machine.after(state, alone)
            leaves, alone = self._next_steps(state)
        key = state, asleep
        behind = self.counted.get(key)
        if behind is None and not leaves:
            behind = self.counted[key] = self._end(state)
        if behind is not None:
            self._add(behind)
            return
        if len(self.counted) + len(self.path) >= self.most_states:
            raise Stopped(f"at its limit of {self.most_states:,} states")
        if not self.whole:
            self.races.look(state, leaves, self.way_here)
        todo = [cpu for cpu in reversed(leaves) if not asleep >> cpu & 1]
        self.path.append(Visit(asleep, leaves, key, len(self.way), todo))

    def _next_steps(self, state: State) -> tuple[dict[int, Leaf], Leaf | None]:
        """The steps that can be taken from a state; as soon as one can be taken alone, that one."""
        machine, leaves = self.machine, {}
        for cpu in self.orders[self.way[-1] if self.way else -1]:
            leaf = machine.leaf(state, cpu, self.way_here)
            if leaf is not None:
                leaves[cpu] = leaf
                if not self.whole and machine.guards.alone(leaf, state[0]):
                    return leaves, leaf
        return leaves, None

    def _add(self, behind: Behind) -> None:
        """So many classes more were seen, behind where the walk is."""
        if len(self.way) + behind.longest > self.most_steps:
            raise Endless
        self.seen = self.seen.and_behind(behind, len(self.way))
        self._add_to_path(behind, len(self.way))
        self.count(self)

    def _add_to_path(self, behind: Behind, taken: int) -> None:
        if self.path:
            last = self.path[-1]
            last.behind = last.behind.and_behind(behind, taken - last.taken)

    def _end(self, state: State) -> Behind:
        """An execution has ended: judge it."""
        finding = self.machine.finding(state, self.way_here)
        if finding is None or not self.fails(finding):
            return Behind(1)
        self.found.setdefault(finding.key, list(self.way))
        return Behind(1, 1, 0, 0)
