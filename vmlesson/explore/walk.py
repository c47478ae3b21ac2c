"""All schedules, one of each class: a walk through the states of a program.

Why nothing is missed
---------------------
Two steps of different CPUs that touch nothing in common, or only read it, may change places: what
comes after is the same.  Executions that can be made from each other in this way are a *class*, and
end in the same state; so one of each class is enough.  Take three CPUs:

    a:  write x        b:  read x        c:  read y

`a` and `b` conflict, `c` conflicts with nobody: 6 interleavings, 2 classes.  The walk goes from
state to state, each CPU's next step being known or learned (`.learned`); it tries every step from
each state, with three exceptions, none of which loses a class.

*A state is walked once.*  What can come after a state depends on the state alone.  So whatever was
counted behind it is added where another way leads there (`Search.counted`).

*A step sleeps.*  When all that begins with a's step has been tried from a state, and c's is tried
next, then a's step need not be tried right after c's: a and c may change places, and "a, c" was
tried.  It sleeps until a step is taken that it conflicts with: after b's, both orders must be
tried. If all that could go on is asleep, every class from here was seen elsewhere.  So of each
class exactly one execution is walked, and to count executions is to count classes.  What is asleep
belongs to what a state is known by.  (Sleep sets: Godefroid, "Partial-Order Methods for the
Verification of Concurrent Systems", 1996.)

*A step is taken alone.*  If nobody else can conflict with c's step until it is taken, then it may
come first in each class that goes on from here, as in all of them it comes some time and changes
places with all before it.  The others are tried afterwards.  Nobody else can, if they never write
what it reads nor touch what it writes, or only under a lock that c holds now (`.guards`).  Who
touches what is learned on the way: when somebody is seen to do what was relied on not to be done,
the walk begins again, with all that was learned; and it ends, for there is only so much to be seen.
At the end, nothing that was relied on is wrong.  (Nor can it be wrong unseen.  Let u be the first
step, of another CPU, that could have conflicted with c's before it was taken.  What came between is
independent of c's step, so the walk has it after that step, and u's CPU is there at the same place
as here.  Until u touches what c's step writes it reads the same there as here.  So the first thing
that it does there in conflict with c's step is what it would do here, holding the same locks: it
was seen.)

By induction from the ends up: when the walk leaves a state, every class that can be reached from
there was counted.  Each step makes a CPU's history longer, so that nothing comes back to where it
was, and the walk ends, if the program does.

It stands on one thing: a step does nothing, and sees nothing, that is not in its footprint.
`vmlesson.kernel.atomic.Named` keeps it so, `.hidden` and `.real` look whether it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .learned import Leaf, Machine, State
from .races import Races

STATES = 1_000_000
"""How many states are walked at most: some 400 MiB."""


class Stopped(Exception):
    """Why a walk is not complete, in words."""


class Endless(Exception):
    """An execution is longer than any may be."""


class Behind(NamedTuple):
    """What is behind a state: classes, those of them that fail, the most steps to an end."""

    classes: int
    failing: int
    steps: int


class Visit:
    """A state on the path of the walk, from which several steps are tried.

    Attributes:
        state: which.
        asleep: a set of CPUs, bit i for CPU i: their next step need not be tried from here.
        key: the state, and who was asleep when the walk came here.
        taken: how many steps had been taken by then.
        leaves: the next steps of all CPUs that can go on.
        todo: the CPUs to try.
    """

    __slots__ = ("asleep", "classes", "failing", "key", "leaves", "state", "steps", "taken", "todo")

    def __init__(self, state: State, asleep: int, leaves: dict[int, Leaf], taken: int) -> None:
        self.state = state
        self.asleep = asleep
        self.key = state, asleep
        self.leaves = leaves
        self.taken = taken
        self.todo = [cpu for cpu in reversed(leaves) if not asleep >> cpu & 1]
        self.classes = self.failing = self.steps = 0

    def add(self, behind: Behind, taken: int) -> None:
        """Add what is behind a state that so many steps lead to."""
        self.classes += behind.classes
        self.failing += behind.failing
        self.steps = max(self.steps, behind.steps + taken - self.taken)


class Walk:
    """A walk through the states of a program; `run` does it.

    Args:
        most_steps: the most that an execution may take.
        count: called whenever `classes` has changed; what it raises ends the walk.

    Attributes:
        classes, failing: how many were seen so far; in the end, how many there are.
        found: a schedule for each way to fail: (kind, message).
        races: the data races that were met.
        way: the CPUs whose steps lead to where the walk is.
    """

    def __init__(self, machine: Machine, most_steps: int, count: Callable[[], None]) -> None:
        self.machine = machine
        self.most_steps = most_steps
        self.count = count
        self.classes = self.failing = 0
        self.found: dict[tuple[str, str], list[int]] = {}
        self.races = Races(machine)
        self.counted: dict[tuple[State, int], Behind] = {}
        self.path: list[Visit] = []
        self.way: list[int] = []
        cpus = range(len(machine.names))
        self.orders = {last: [last, *(cpu for cpu in cpus if cpu != last)] for last in cpus}
        self.orders[-1] = list(cpus)

    def way_here(self) -> list[int]:
        """As `way`, for whoever asks later."""
        return self.way

    def run(self) -> None:
        """Walk until every class is counted.

        Raises:
            Stopped: there are too many states.
            Endless: an execution is too long.
        """
        self._go_alone()
        while not self._go_everywhere():
            self.machine.guards.start_again()

    def _go_alone(self) -> None:
        """Let each CPU be the first to go as far as it can: most of who touches what is seen."""
        machine, cpus = self.machine, range(len(self.machine.names))
        for first in cpus:
            state = machine.root
            self.way = []
            for cpu in (*cpus[first:], *cpus[:first]):
                while (leaf := machine.leaf(state, cpu, self.way_here)) is not None:
                    self._take(cpu)
                    state = machine.after(state, leaf)

    def _go_everywhere(self) -> bool:
        """Walk once; False if it has to be done again."""
        self.classes = self.failing = 0
        self.counted.clear()
        self.found.clear()
        self.way, self.path = [], []
        self._go_on(self.machine.root, 0)
        while self.path:
            visit = self.path[-1]
            if visit.todo:
                self._try(visit, visit.todo.pop())
            else:
                self.path.pop()
                behind = Behind(visit.classes, visit.failing, visit.steps)
                self.counted[visit.key] = behind
                if self.path:
                    self.path[-1].add(behind, visit.taken)
        return not self.machine.guards.broken

    def _try(self, visit: Visit, cpu: int) -> None:
        """Take a step from a state, and go on."""
        leaf = visit.leaves[cpu]
        del self.way[visit.taken :]
        self._take(cpu)
        asleep = 0
        for other, step in visit.leaves.items():
            if visit.asleep >> other & 1 and step.independent(leaf):
                asleep |= 1 << other
        visit.asleep |= 1 << cpu
        self._go_on(self.machine.after(visit.state, leaf), asleep)

    def _take(self, cpu: int) -> None:
        if len(self.way) >= self.most_steps:
            raise Endless
        self.way.append(cpu)

    def _go_on(self, state: State, asleep: int) -> None:
        """Take steps as long as one can be taken alone; then there are several to try, or none."""
        machine, way = self.machine, self.way
        while True:
            leaves: dict[int, Leaf] = {}
            alone = -1
            for cpu in self.orders[way[-1] if way else -1]:
                leaf = machine.leaf(state, cpu, self.way_here)
                if leaf is not None:
                    leaves[cpu] = leaf
                    if machine.guards.alone(leaf, state[:-2]):
                        alone = cpu
                        break
            if alone < 0:
                break
            if asleep >> alone & 1:
                return  # every class from here was seen elsewhere
            asleep = self._asleep_after(state, asleep, leaves[alone])
            state = machine.after(state, leaves[alone])
            self._take(alone)
        behind = self.counted.get((state, asleep)) if leaves else self._end(state)
        if behind is None:
            self.races.look(state, leaves, self.way_here)
            self._come_to(Visit(state, asleep, leaves, len(way)))
        else:
            self._add(behind)

    def _asleep_after(self, state: State, asleep: int, leaf: Leaf) -> int:
        """Who still sleeps after a step: who sleeps before it, and may change places with it."""
        after = 0
        for cpu in self.orders[-1] if asleep else ():
            if asleep >> cpu & 1:
                step = self.machine.leaf(state, cpu, self.way_here)
                if step is not None and step.independent(leaf):
                    after |= 1 << cpu
        return after

    def _come_to(self, visit: Visit) -> None:
        if len(self.counted) >= STATES:
            raise Stopped(f"at its limit of {STATES:,} states")
        self.path.append(visit)

    def _add(self, behind: Behind) -> None:
        """So many classes more were seen, behind where the walk is."""
        if len(self.way) + behind.steps > self.most_steps:
            raise Endless
        self.classes += behind.classes
        self.failing += behind.failing
        if self.path:
            self.path[-1].add(behind, len(self.way))
        self.count()

    def _end(self, state: State) -> Behind:
        """An execution has ended: judge it."""
        finding = self.machine.finding(state, self.way_here)
        if finding is not None:
            self.found.setdefault((finding.kind, finding.message), list(self.way))
        return Behind(1, int(finding is not None), 0)

    @property
    def unfinished(self) -> bool:
        """Whether there is something left to try."""
        return any(visit.todo for visit in self.path)
