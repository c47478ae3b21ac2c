"""All schedules, one of each class: dynamic partial-order reduction with source sets.

After Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic Partial
Order Reduction", JACM 64(4), 2017, with sleep sets; stateless: to come back to a state, the
program is built again and the schedule's beginning is replayed.  What is known about the steps of
that beginning stays on the stack of the depth-first search, so memory does not grow with the
number of executions.

Why nothing is missed
---------------------
Two steps of different CPUs that touch nothing in common, or only read it, may change places: what
comes after is the same.  Executions that can be made from each other in this way are a *class*, and
end in the same state; so one of each class is enough.  Take two CPUs:

    a:  1. write x                b:  1. read y     2. read x

In the execution a1 b1 b2 the steps a1 and b2 are dependent, and nothing stands between them that
depends on a1 and that b2 depends on: they could come in the other order.  That is a *race*
(`Order.append` finds it).  Two executions are of different classes only if some two dependent steps
are in different orders in them, and of those pairs one that is a race in the first execution: so
whoever reverses every race, and every race of what comes of that, and so on, meets every class.

*How a race (e, f) is reversed* (`Search._reverse`).  f is to come before e, so go back to the state
before e.  There first all that came between and does not depend on e may be done (`free`: here b1),
then f.  Any CPU whose step can come first in that ("initials": here b) begins such an execution, so
it is enough that one of them is tried from there (`todo`); if one is, or is asleep, nothing is left
to do.  Here b is tried from the start; b1 a1 b2 is the class that is known, b1 b2 a1 the new one.

*How nothing is done twice* (`Node.sleep`).  When all that begins with a1 has been tried from a
state, a1 sleeps in its other branches: after b1 it need not be tried again, for a1 and b1 may
change places, and a1 b1 was tried.  It wakes when a step is taken that it depends on (b2).  If all
that could go on is asleep, the rest was seen elsewhere: the execution is cut (`Result.blocked`).

By induction from the deepest state up: when the search leaves a state, it has been in every class
that can be reached from there.  That stands on one thing: a step does nothing, and sees nothing,
that is not in its footprint.  `vmlesson.kernel.atomic.Named` keeps it so, and `.hidden` and `.real`
look whether it is.

Two things go beyond the paper's plain algorithm.

*Blocking.*  A step that enabled another cannot come after it, so that such a pair is no race.  The
race is with the step that had disabled the operation; what happened between the two only to
enable it again does not stand in the way.  Operations that are still blocked at the end race in
the same way.

*Footprints that change.*  When a race (e, then q's step) is reversed, q's step runs in a state that
has not seen e, and may touch other things than it did.  So q can stand for the reversed execution,
as a first step of it, only if its footprint as it is *there* is independent of all steps that need
not come after e, also of those that are yet to come.  That is looked at again whenever the steps
after a race have changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..kernel.atomic import BOOT, Finding
from .execution import Execution, Found, Program, as_program, cause, driving
from .hidden import Hidden
from .labels import Labels
from .order import Event, Order, independent
from .preemptions import cheapest
from .progress import Bar
from .races import Races
from .real import Doubt, confirm, place_of, sample
from .result import Failure, Result, best_of

BEGINNING = 500
"""How many steps of an execution that does not end are kept to be shown."""


class Node:
    """A state on the path of the depth-first search.

    ``sleep`` has the steps that need not be tried from here, because what follows them was
    explored elsewhere.  ``todo`` is the set of CPUs to try.  ``probed`` has further steps as they
    would be from here.
    """

    __slots__ = ("enabled", "probed", "sleep", "todo")

    def __init__(self, enabled: int, sleep: dict[int, Event]) -> None:
        self.enabled = enabled
        self.sleep = sleep
        self.todo = 0
        self.probed: dict[int, Event] = {}

    def asleep(self) -> int:
        """The CPUs in ``sleep``."""
        return sum(1 << cpu for cpu in self.sleep)


class Race(NamedTuple):
    """Two steps that could come in the other order: ``earlier``'s, and ``cpu``'s at ``later``.

    ``event`` is that second step; None if it was not taken, because it is blocked.
    """

    earlier: int
    cpu: int
    later: int
    event: Event | None


class Stand(NamedTuple):
    """A reliance on a step: reversing the race (earlier, later) is left to `first`.

    That is right while `first`, the later CPU's step as it is where the earlier one was taken, is
    independent of everything that does not depend on the earlier one.
    """

    earlier: int
    later: int
    first: Event


class Search:
    """One run of the algorithm; `run` does it, `result` has what was found so far."""

    def __init__(
        self,
        program: Program,
        executions: int | None,
        seconds: float | None,
        steps: int,
        first_failure: bool,
        progress: Callable[[Result], None],
    ) -> None:
        self.program = program
        self.most_executions = executions
        self.most_seconds = seconds
        self.most_steps = steps
        self.first_failure = first_failure
        self.progress = progress
        self.made = BOOT.made
        self.result = Result(complete=False, programs=(program,))
        self.best: dict[tuple[str, str], Failure] = {}
        self.nodes: list[Node] = []
        self.found: list[Found] = []
        self.stands: list[Stand] = []
        self.order = Order(0)
        self.races = Races(Labels(program))

    def run(self) -> Result:
        """Search until everything is tried or a limit is reached."""
        started = time.perf_counter()
        result = self.result
        try:
            with driving():
                while True:
                    self._execute()
                    result.seconds = time.perf_counter() - started
                    if result.stopped:
                        break
                    if not self._backtrack():
                        result.complete = True
                        break
                    if self._at_limit():
                        break
                    self.progress(result)
                self._hold_against_real_executions()
        except Doubt as doubt:
            result.doubt = str(doubt)
            result.complete = False
        except KeyboardInterrupt:
            result.interrupted = True
            result.stopped = "by Ctrl-C"
        finally:
            BOOT.made = self.made
        result.seconds = time.perf_counter() - started
        result.failures = best_of(self.best.values())
        result.warnings = self.races.all()
        return result

    def _hold_against_real_executions(self) -> None:
        for failure in self.best.values():
            if failure.kind != "endless":
                confirm(self.program, self.made, failure.schedule, *failure.key)
        if self.result.complete and not self.best:
            sample(self.program, self.made, self.result.executions, self.most_steps)

    def _at_limit(self) -> bool:
        result = self.result
        if self.most_executions is not None and result.executions >= self.most_executions:
            result.stopped = f"at its limit of {self.most_executions:,} executions"
        elif self.most_seconds is not None and result.seconds >= self.most_seconds:
            result.stopped = f"at its limit of {self.most_seconds:g} s"
        elif self.first_failure and result.failing:
            result.stopped = "at the first failure"
        return bool(result.stopped)

    def _execute(self) -> None:
        """Come back to the state where another CPU is to be tried, and go on to an end."""
        execution = Execution(self.program, self.made)
        hidden = None
        if not self.nodes:
            hidden = Hidden(execution.cpus)
            self.order = Order(len(execution.cpus))
            self._note_findings(execution, range(len(execution.cpus)), -1)
            for cpu in execution.cpus:
                self.races.meet_locks(cpu.held)
            if enabled := execution.enabled():
                self.nodes.append(Node(enabled, {}))
        try:
            self._replay(execution)
            self._go_on(execution)
        finally:
            execution.close()
        if hidden is not None and (what := hidden.changed()):
            raise Doubt(what)

    def _replay(self, execution: Execution) -> None:
        cpus = execution.cpus
        for event in self.order.events:
            cpu = cpus[event.cpu]
            operation = cpu.pending
            if operation is None:
                raise Doubt(f"{cpu} ends before a step that it had taken")
            if (operation.code, operation.lineno) != event.place:
                raise Doubt(f"{place_of(cpu, operation)} does not do what it did before")
            cpu.step()
        self.result.steps += len(self.order.events)
        if self.nodes and (other := execution.enabled() ^ self.nodes[-1].enabled):
            cpu = cpus[other.bit_length() - 1]
            raise Doubt(
                f"{place_of(cpu, cpu.pending) if cpu.pending else cpu} can go on where it could "
                "not, or cannot where it could"
            )

    def _go_on(self, execution: Execution) -> None:
        order, nodes, result = self.order, self.nodes, self.result
        events = order.events
        known = len(events)
        races: list[Race] = []
        last = events[-1].cpu if events else -1
        while len(nodes) > len(events):
            node = nodes[-1]
            cpu = self._choice(node, last)
            if cpu is None:
                result.blocked += 1
                nodes.pop()
                self._look_back(races + self._races_of_blocked(execution), known)
                return
            if len(events) >= self.most_steps:
                self._endless(execution)
                return
            node.todo |= 1 << cpu
            acting = execution.cpus[cpu]
            operation = acting.pending
            assert operation is not None
            event = execution.step(cpu)
            result.steps += 1
            if acting.findings:
                self._note_findings(execution, (cpu,), len(events))
            side_by_side = order.append(event)
            races += [Race(earlier, cpu, len(events) - 1, event) for earlier in side_by_side]
            if acting.held and event.writes:
                self.races.meet_locks(acting.held)
            self.races.look(order, side_by_side, operation)
            enabled = execution.enabled()
            if enabled:
                sleep = {q: step for q, step in node.sleep.items() if independent(step, event)}
                nodes.append(Node(enabled, sleep))
            last = cpu
        races += self._races_of_blocked(execution)
        self._end(execution)
        self._look_back(races, known)

    @staticmethod
    def _choice(node: Node, last: int) -> int | None:
        """Who goes next: whoever the search has come back for, else the one that ran last."""
        choices = (node.todo or node.enabled) & ~node.asleep()
        if not choices:
            return None
        if last >= 0 and choices >> last & 1:
            return last
        return (choices & -choices).bit_length() - 1

    def _note_findings(self, execution: Execution, cpus: Iterable[int], position: int) -> None:
        known = {found.cpu for found in self.found}
        for cpu in cpus:
            findings = execution.cpus[cpu].findings
            if findings and cpu not in known:
                self.found.append(Found(position, cpu, findings[0]))

    # ------------------------------------------------------------------------------- races

    def _reverse(self, earlier: int, cpu: int, later: int, event: Event | None) -> None:
        """See to it that `cpu`'s step at `later` is tried before the one at `earlier`."""
        order = self.order
        node = self.nodes[earlier]
        free = order.unaffected(earlier, later)
        others = order.initials(free)
        if others & (node.todo | node.asleep()):
            return
        if not order.by_cpu[cpu] & free and node.enabled >> cpu & 1:
            first = node.sleep.get(cpu) or node.probed.get(cpu)
            changes = event is None or order.reads_from(
                event, (1 << later) - (1 << earlier) & ~free
            )
            if first is None:
                first = self._probe(earlier, cpu) if changes or event is None else event
            if not order.touches(first, free):
                if cpu not in node.sleep:
                    node.todo |= 1 << cpu
                if changes:
                    self.stands.append(Stand(earlier, later, first))
                return
        node.todo |= others & -others

    def _probe(self, position: int, cpu: int) -> Event:
        """The step of `cpu` as it is where step `position` was taken."""
        execution = Execution(self.program, self.made)
        try:
            for event in self.order.events[:position]:
                execution.cpus[event.cpu].step()
            self.result.steps += position + 1
            probed = self.nodes[position].probed[cpu] = execution.step(cpu)
            return probed
        finally:
            execution.close()

    def _races_of_blocked(self, execution: Execution) -> list[Race]:
        """The races of the operations that are blocked where an execution ends, or was cut."""
        races = []
        for index, cpu in enumerate(execution.cpus):
            if (operation := cpu.pending) is not None and not operation.enabled:
                earlier = self.order.race_of_blocked(index, operation)
                if earlier is not None:
                    races.append(Race(earlier, index, len(self.order.events), None))
        return races

    def _look_back(self, races: list[Race], known: int) -> None:
        """After an execution: reverse its races, and see who no longer stands for what.

        Only now, as to probe a step is to execute the program anew, and executions of a scenario
        share their state.  Steps before `known` were here at the last end already.
        """
        order = self.order
        end = len(order.events)
        for race in races:
            self._reverse(*race)
        new = (1 << end) - (1 << known)
        for earlier, _, first in self.stands:
            if order.touches(first, new):
                node = self.nodes[earlier]
                free = order.unaffected(earlier, end)
                others = order.initials(free)
                if order.touches(first, free) and not others & (node.todo | node.asleep()):
                    node.todo |= others & -others

    def _backtrack(self) -> bool:
        """Go back to the latest node with something left to try; whether there is one."""
        while self.nodes:
            node = self.nodes[-1]
            if len(self.order.events) == len(self.nodes):
                event = self.order.pop()
                node.sleep[event.cpu] = event
            if node.todo & ~node.asleep():
                position = len(self.order.events)
                self.found = [found for found in self.found if found.position < position]
                self.stands = [stand for stand in self.stands if stand.later < position]
                return True
            self.nodes.pop()
        return False

    # -------------------------------------------------------------------------------- ends

    def _end(self, execution: Execution) -> None:
        """A maximal execution has ended: count it, and judge it."""
        result = self.result
        result.executions += 1
        finding = execution.finding_at_end()
        if self.found:
            finding = cause(self.found, self.order.events)
        if finding is not None:
            result.failing += 1
            self._keep(execution, finding)

    def _keep(self, execution: Execution, finding: Finding) -> None:
        key = (finding.kind, finding.message)
        known = self.best.get(key)
        blocked = [cpu.pending for cpu in execution.cpus]
        better = cheapest(self.order, blocked, known.cost if known else None)
        if better is not None:
            (preemptions, switches), cpus = better
            schedule = tuple(execution.cpus[cpu].name for cpu in cpus)
            self.best[key] = Failure(
                *key, schedule, preemptions, switches=switches, program=self.program
            )

    def _endless(self, execution: Execution) -> None:
        """The bound on steps was reached: that ends the search."""
        result = self.result
        result.executions += 1
        result.failing += 1
        result.stopped = f"at an execution of more than {self.most_steps:,} steps"
        events = self.order.events[:BEGINNING]
        schedule = tuple(execution.cpus[event.cpu].name for event in events)
        message = f"still running after {self.most_steps:,} steps"
        self.best["endless", message] = Failure(
            "endless", message, schedule, 0, program=self.program
        )


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
            after every execution, in which an AssertionError is a failure (or None).  Or a
            scenario: an object whose method ``program(release=..., patches=...)`` returns such a
            function.
        release: the kernel that a scenario boots.
        patches: what a scenario applies to it.
        executions: stop after so many.
        seconds: stop after so long.
        steps: the most that an execution may take; more is a failure of kind "endless".
        first_failure: stop there, instead of going on to find the best of all.
        progress: called after each execution with what was found so far.  Without it, a search
            that lasts shows a line of progress in a terminal and in a notebook.

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
