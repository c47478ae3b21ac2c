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

*A step is taken alone.*  If nobody else can touch what c's step touches until it is taken, then it
may come first in each class that goes on from here, as in all of them it comes some time and
changes places with all before it.  The others are tried afterwards.  Nobody else can, if they never
touch it, or only under a lock that c holds now (`.guards`).  Who touches what is learned on the
way: when somebody is seen to do what was relied on not to be done, the walk begins again, with all
that was learned; and it ends, for there is only so much to be seen.  At the end, nothing that was
relied on is wrong.  (Nor can it be wrong unseen.  Let u be the first step, of another CPU, that
could have met c's before it was taken.  What came between is independent of c's step, so the walk
has it after that step, and u's CPU is there at the same place as here.  So far as u reads what c's
step does not write, it reads the same there as here, and the first thing that it touches of what
c's step touches, it touches there, too, holding the same locks: so it was seen.)

By induction from the ends up: when the walk leaves a state, every class that can be reached from
there was counted.  Each step makes a CPU's history longer, so that nothing comes back to where it
was, and the walk ends, if the program does.

It stands on one thing: a step does nothing, and sees nothing, that is not in its footprint.
`vmlesson.kernel.atomic.Named` keeps it so, `.hidden` and `.real` look whether it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..kernel.atomic import BOOT
from .execution import Program, as_program, driving
from .fewest import cheapest, cost_of
from .learned import Leaf, Machine, PromiseSeesMore, State
from .progress import Bar
from .races import Races
from .real import Doubt, confirm, sample
from .result import Failure, Result, best_of

BEGINNING = 500
"""How many steps of an execution that does not end are kept to be shown."""
STATES = 1_000_000
"""How many states are walked at most: some 400 MiB."""


class Stopped(Exception):
    """Why the walk is not complete, in words."""


class Behind(NamedTuple):
    """What is behind a state: classes, those of them that fail, the most steps to an end."""

    classes: int
    failing: int
    steps: int


class Visit:
    """A state on the path of the walk.

    Attributes:
        key: the state, and the CPUs that were asleep when the walk came here.
        asleep: a set of CPUs, bit i for CPU i: their next step need not be tried from here.
        leaves: the next steps of the CPUs to try, and of those that sleep.
        todo: the CPUs to try.
    """

    __slots__ = ("asleep", "classes", "failing", "key", "leaves", "steps", "todo")

    def __init__(self, key: tuple[State, int], leaves: dict[int, Leaf], todo: list[int]) -> None:
        self.key = key
        self.asleep = key[1]
        self.leaves = leaves
        self.todo = todo
        self.classes = self.failing = self.steps = 0

    def sleep_after(self, leaf: Leaf) -> int:
        """Who sleeps after a step: who sleeps before it, and may change places with it."""
        asleep = 0
        if self.asleep:
            for cpu, step in self.leaves.items():
                if self.asleep >> cpu & 1 and step.independent(leaf):
                    asleep |= 1 << cpu
        return asleep

    def add(self, behind: Behind) -> None:
        """Add what is behind one of its steps."""
        self.classes += behind.classes
        self.failing += behind.failing
        self.steps = max(self.steps, behind.steps + 1)


class Search:
    """One search; `run` does it."""

    def __init__(
        self,
        program: Program,
        executions: int | None = None,
        seconds: float | None = None,
        steps: int = 10_000,
        first_failure: bool = False,
        progress: Callable[[Result], None] = lambda result: None,
    ) -> None:
        self.program = program
        self.most_executions = executions
        self.most_seconds = seconds
        self.most_steps = steps
        self.first_failure = first_failure
        self.progress = progress
        self.made = BOOT.made
        self.started = time.perf_counter()
        self.result = Result(complete=False, programs=(program,))
        self.failures: list[Failure] = []
        self._begin(merge=True)

    def _begin(self, merge: bool) -> None:
        self.machine = Machine(self.program, self.made, merge)
        self.races = Races(self.machine)
        self.found: dict[tuple[str, str], list[int]] = {}
        self.counted: dict[tuple[State, int], Behind] = {}
        self.path: list[Visit] = []
        self.way: list[int] = []

    def run(self) -> Result:
        """Search until everything is tried or a limit is reached."""
        result = self.result
        try:
            with driving():
                self._search()
        except Doubt as doubt:
            result.doubt = str(doubt)
            result.complete = False
        finally:
            BOOT.made = self.made
            self.machine.live.close()
        result.steps += self.machine.steps
        result.seconds = time.perf_counter() - self.started
        result.failures = best_of(self.failures)
        result.warnings = self.races.all()
        return result

    def _search(self) -> None:
        result = self.result
        try:
            self._walk_all()
            result.complete = True
            self._tell_failures(best=True)
        except Stopped as stopped:
            result.stopped = str(stopped)
            self._tell_failures(best=not self.first_failure)
        except KeyboardInterrupt:
            result.interrupted = True
            result.stopped = "by Ctrl-C"
            self.machine.way = None  # it may have come in the middle of a step
            self._tell_failures(best=False)
            return
        self._hold_against_real_executions()

    # -- the walk

    def _walk_all(self) -> None:
        while True:
            try:
                self._go_alone()
                while not self._walk():
                    self.machine.guards.start_again()
                self.machine.close()
                return
            except PromiseSeesMore:
                self.result.steps += self.machine.steps
                self.machine.live.close()
                self._begin(merge=False)

    def _go_alone(self) -> None:
        """Let each CPU be the first to go as far as it can: most of who touches what is seen."""
        machine, cpus = self.machine, range(len(self.machine.names))
        for first in cpus:
            state = machine.root
            self.way = []
            for cpu in (*cpus[first:], *cpus[:first]):
                while (leaf := machine.leaf(state, cpu, self._way_here)) is not None:
                    if len(self.way) >= self.most_steps:
                        self._endless()
                    self.way.append(cpu)
                    state = machine.after(state, leaf)

    def _walk(self) -> bool:
        """Walk everywhere from the start; False if it has to be done again."""
        machine, counted = self.machine, self.counted
        counted.clear()
        self.found.clear()
        self.result.executions = self.result.failing = 0
        self.way = []
        self.path = [self._visit(machine.root, 0)]
        while self.path:
            if machine.guards.broken:
                return False
            visit = self.path[-1]
            if not visit.todo:
                self._leave(visit)
                continue
            cpu = visit.todo.pop()
            leaf = visit.leaves[cpu]
            key = machine.after(visit.key[0], leaf), visit.sleep_after(leaf)
            visit.asleep |= 1 << cpu
            behind = counted.get(key)
            if behind is None:
                self.way.append(cpu)
                self.path.append(self._visit(*key))
            else:
                if len(self.way) + behind.steps >= self.most_steps:
                    self._endless()
                self._count(behind)
                visit.add(behind)
        return True

    def _leave(self, visit: Visit) -> None:
        behind = self.counted[visit.key] = Behind(visit.classes, visit.failing, visit.steps)
        self.path.pop()
        if self.path:
            self.way.pop()
            self.path[-1].add(behind)

    def _visit(self, state: State, asleep: int) -> Visit:
        """Come to a state: whom to try from there."""
        if len(self.counted) >= STATES:
            raise Stopped(f"at its limit of {STATES:,} states")
        machine = self.machine
        last = self.way[-1:]
        leaves: dict[int, Leaf] = {}
        for cpu in (*last, *(cpu for cpu in range(len(machine.names)) if cpu not in last)):
            leaf = machine.leaf(state, cpu, self._way_here)
            if leaf is None:
                continue
            leaves[cpu] = leaf
            if machine.guards.alone(leaf, _running(state) & ~(1 << cpu)):
                todo = [] if asleep >> cpu & 1 else [cpu]
                return Visit((state, asleep), leaves | self._asleep(state, asleep), todo)
        if not leaves:
            return self._end(state, asleep)
        if len(self.way) >= self.most_steps:
            self._endless()
        self.races.look(leaves, self._way_here)
        todo = [cpu for cpu in leaves if not asleep >> cpu & 1]
        return Visit((state, asleep), leaves, todo[::-1])

    def _asleep(self, state: State, asleep: int) -> dict[int, Leaf]:
        cpus = (cpu for cpu in range(len(self.machine.names)) if asleep >> cpu & 1)
        steps = ((cpu, self.machine.leaf(state, cpu, self._way_here)) for cpu in cpus)
        return {cpu: leaf for cpu, leaf in steps if leaf is not None}

    def _way_here(self) -> list[int]:
        return self.way

    def _end(self, state: State, asleep: int) -> Visit:
        """An execution has ended: judge it."""
        visit = Visit((state, asleep), {}, [])
        finding = self.machine.finding(state, self._way_here)
        if finding is not None:
            self.found.setdefault((finding.kind, finding.message), list(self.way))
        visit.classes, visit.failing = 1, int(finding is not None)
        self._count(Behind(visit.classes, visit.failing, 0))
        return visit

    def _count(self, behind: Behind) -> None:
        """So many classes more were seen."""
        result, most = self.result, self.most_executions
        result.executions += behind.classes
        result.failing += behind.failing
        result.seconds = time.perf_counter() - self.started
        self.progress(result)
        if most is not None and result.executions >= most and any(v.todo for v in self.path):
            result.executions, result.failing = most, min(result.failing, most)
            raise Stopped(f"at its limit of {most:,} executions")
        if self.most_seconds is not None and result.seconds >= self.most_seconds:
            raise Stopped(f"at its limit of {self.most_seconds:g} s")
        if self.first_failure and result.failing:
            raise Stopped("at the first failure")

    def _endless(self) -> None:
        """The bound on steps was reached: that ends the search."""
        result, most = self.result, self.most_steps
        result.executions += 1
        result.failing += 1
        schedule = tuple(self.machine.names[cpu] for cpu in self.way[:BEGINNING])
        message = f"still running after {most:,} steps"
        self.failures.append(Failure("endless", message, schedule, 0, program=self.program))
        raise Stopped(f"at an execution of more than {most:,} steps")

    # -- what was found

    def _tell_failures(self, best: bool) -> None:
        """The best schedule for each way to fail; or the one that was met first."""
        machine = self.machine
        if best:
            told = cheapest(machine, self.found)
        else:
            told = {key: (cost_of(machine, way), way) for key, way in self.found.items()}
        for (kind, message), ((preemptions, switches), way) in told.items():
            schedule = tuple(machine.names[cpu] for cpu in way)
            self.failures.append(
                Failure(kind, message, schedule, preemptions, "", switches, self.program)
            )

    def _hold_against_real_executions(self) -> None:
        for failure in self.failures:
            if failure.kind != "endless":
                confirm(self.program, self.made, failure.schedule, *failure.key)
        if self.result.complete and not self.failures:
            sample(self.program, self.made, self.result.executions, self.most_steps)


def _running(state: State) -> int:
    """The CPUs that have not ended: a set, bit i for CPU i."""
    return sum(1 << cpu for cpu, node in enumerate(state[:-2]) if not node.ended)


def explore(
    program: Any,
    *,
    release: str | None = None,
    patches: Iterable[Any] = (),
    executions: int | None = None,
    seconds: float | None = None,
    steps: int = 10_000,
    first_failure: bool = False,
    progress: Callable[[Result], None] | None = None,
) -> Result:
    """Try every schedule of a program, one of each class.

    A complete search has missed nothing, as far as what the CPUs share is `Shared` or of the
    kernel: what hangs on an attribute of an object of yours, a global, a file or the clock is not
    seen, unless a failure does not come back or a random schedule fails where none should.

    Ctrl-C ends the search like a limit does: the unfinished result is returned, with
    ``interrupted`` true, and a script that wants to stop then asks for that.

    Args:
        program: a function that builds a fresh state each time it is called, and returns its
            coroutines by name, ``{name: coroutine}``, and its promise: a function that is called
            at the end of an execution, once for all that end in the same state, in which an
            AssertionError is a failure (or None).  Or a scenario: an object whose method
            ``program(release=..., patches=...)`` returns such a function.
        release: the kernel that a scenario boots.
        patches: what a scenario applies to it.
        executions: stop after so many.
        seconds: stop after so long.
        steps: the most that an execution may take; more is a failure of kind "endless".
        first_failure: stop there, instead of going on to find the best of all.
        progress: called whenever there are more classes, with what was found so far.  Without it, a
            search that lasts shows a line of progress in a terminal and in a notebook.

    Raises:
        TypeError: `release` or `patches` for a program that is no scenario; or the program
            returned something else.
    """
    program = as_program(program, release, patches)
    bar = Bar()
    try:
        return Search(program, executions, seconds, steps, first_failure, progress or bar).run()
    finally:
        bar.close()
