"""The search: a walk through all states, within limits, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from random import Random
from typing import Any

from ..errors import check_kind, check_whole
from ..kernel.atomic import BOOT
from ..replay.execution import Execution, Program, as_program, driving
from ..replay.labels import counted
from ..replay.schedule import turns
from .failure import Failure, best_of
from .fewest import Cost, cheapest, cost_of
from .limits import Limits
from .machine import Machine, PromiseSeesMore
from .nodes import Key
from .progress import Bar
from .real import Doubt, confirm
from .result import Result
from .samples import Sampled, sample
from .walk import STATES, Endless, Stopped, Walk

SAMPLE = 5
"""How many random schedules are executed at first; of one CPU, which has one schedule, it is 2."""
SAMPLED_STEPS = 1000
"""After so many steps a random schedule that does not end is left."""
BEGINNING = 500
"""How many steps of an execution that does not end are kept to be shown."""


class Search:
    """One search, within limits; its arguments are those of `explore`.

    `run` does it, while `driving`.
    """

    machine: Machine | None = None
    walk: Walk

    def __init__(
        self,
        program: Program,
        executions: int | None = None,
        seconds: float | None = None,
        steps: int = 10_000,
        first_failure: bool = False,
        progress: Callable[[Result], None] = lambda result: None,
    ) -> None:
        self.program, self.most_steps, self.made = program, steps, BOOT.made
        self.result = Result(complete=False, programs=(program,))
        self.limits = Limits(self.result, executions, seconds, first_failure, progress)
        self.sampled: Sampled | None = None

    def run(self) -> Result:
        """Search until everything is tried or a limit is reached."""
        result = self.result
        try:
            self._search()
        except Doubt as doubt:
            result.doubt, result.complete = str(doubt), False
        finally:
            self._leave()
        self.limits.take_time()
        result.failures = best_of(result.failures)
        return result

    def _search(self) -> None:
        try:
            self._find(merge=True)
        except PromiseSeesMore:
            self._leave()
            self._find(merge=False)
        result, machine = self.result, self.machine
        if machine is None:  # Ctrl-C came before there was one
            return
        if not result.interrupted:
            self._hold_against_real_executions()
        if result.complete and machine.keep:
            if not result.failures:
                machine.learned.touched = dict(enumerate(machine.guards.touched, 1))
            machine.keep(machine.learned)

    def _find(self, merge: bool) -> None:
        result = self.result
        result.executions, result.failing, result.failures = 0, 0, []
        result.complete = False
        try:
            self._sample_and_walk(self._begin(merge))
            result.complete = True
        except Stopped as stopped:
            result.stopped = str(stopped)
        except Endless:
            self._tell_endless()
        except KeyboardInterrupt:
            result.interrupted, result.stopped = True, "by an interrupt"
        if self.machine is not None:
            self._tell_failures(self.machine)

    def _sample_and_walk(self, machine: Machine) -> None:
        random = Random(0)  # the same ones each time
        most = min(self.most_steps, SAMPLED_STEPS)
        ends = True
        for _ in range(SAMPLE if len(machine.names) > 1 else 2):
            if sampled := sample(machine, random, most):
                self.sampled = self.sampled or sampled
                if sampled.ended:
                    self.walk.met.setdefault(sampled.finding.key, sampled.way)
            ends = ends and not machine.live.execution.enabled()
            self.limits.in_time()
        if not ends:
            self._go_in_turn(machine)
        self.walk.run()
        machine.close()

    def _go_in_turn(self, machine: Machine) -> None:
        """Look whether each CPU in turn comes to an end; Endless if not.

        The walk's first way would tell, too, but it learns from each state on it what the other
        CPUs do there, and for that it comes back to each.
        """
        machine.close()
        way = self.walk.way = []
        with closing(Execution(self.program, self.made)) as execution:
            for cpu in turns(execution):
                self.limits.in_time()
                way.append(cpu.index - 1)
                if len(way) > self.most_steps:
                    raise Endless

    def _begin(self, merge: bool) -> Machine:
        machine = self.machine = Machine(self.program, self.made, merge)
        if machine.live.unseen:
            raise Doubt(machine.live.unseen)
        limits = self.limits
        self.walk = Walk(machine, self.most_steps, STATES, limits.count, in_time=limits.in_time)
        return machine

    def _leave(self) -> None:
        if self.machine is not None:
            self.result.steps += self.machine.steps
            self.machine.leave()

    def _tell_endless(self) -> None:
        """The bound on steps was reached: that ends the search."""
        result, most = self.result, self.most_steps
        result.executions += 1
        result.failing += 1
        bound, way = counted(most, "step"), self.walk.way[:BEGINNING]
        result.stopped = f"at an execution of more than {bound}"
        self._tell("endless", f"still running after {bound}", way, cost_of(self.walk.machine, way))

    def _tell(self, kind: str, message: str, way: list[int], cost: Cost) -> None:
        schedule = tuple(self.walk.machine.names[cpu] for cpu in way)
        preemptions, switches = cost
        self.result.failures.append(
            Failure(kind, message, schedule, preemptions, "", switches, self.program)
        )

    def _tell_failures(self, machine: Machine) -> None:
        """The best schedule for each way to fail; or the one that was met first."""
        found = self.walk.found
        if not self.result.complete and not (found and self.limits.first_failure):
            found |= self._only_met(found)
        if self.result.interrupted or self.limits.first_failure or self.result.failures:
            told = {key: (cost_of(machine, way), way) for key, way in found.items()}
        else:
            told = cheapest(machine, found)
        for (kind, message), (cost, way) in told.items():
            self._tell(kind, message, way, cost)
        self.result.warnings = self.walk.races.all()

    def _only_met(self, found: Iterable[Key]) -> dict[Key, list[int]]:
        """How it was seen to fail in classes that the walk did not come to: they count."""
        result, most = self.result, self.limits.executions
        only = {key: way for key, way in self.walk.met.items() if key not in found}
        result.executions += len(only)
        result.failing += len(only)
        if most is not None:
            result.executions = min(result.executions, max(most, result.failing))
        return only

    def _hold_against_real_executions(self) -> None:
        for failure in self.result.failures:
            if failure.kind != "endless":
                confirm(self.program, self.made, failure.schedule, *failure.key)
        if self.result.complete and not self.result.failures and self.sampled:
            raise Doubt(
                "the search found no failure, but a random schedule ends at "
                f"{self.sampled.place}, with {self.sampled.finding}"
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

    A complete search has missed nothing, as far as what the CPUs share is `Shared` or the
    kernel's.  Where a step changes a list, a variable or an object's attribute that two of them can
    reach at the start, or that a `Shared` holds, it is "unfinished" and names that.  Not seen: what
    is reached or made only later, Python's locks, caches, most iterators, weak proxies, thread
    locals, what Python's modules or installed ones keep, files, the clock; unless a step, taken
    again, does not do what it did, or a random schedule fails where none should.

    Args:
        program: a function that builds a fresh state each time, and returns its coroutines by name,
            ``{name: coroutine}``, and its promise, or None: a function that is called once for all
            executions with the same end; they fail if it raises an AssertionError, or is False.
            Or a scenario, whose ``program(release=..., patches=...)`` returns such a function.
        release, patches: of the kernel that a scenario boots.
        executions, seconds: stop after so many, or so long, with what was found; as at Ctrl-C.
        steps: the most that an execution may take; more is a failure of kind "endless".
        first_failure: stop there, instead of going on to find the best of all.
        progress: called with what was found so far; None: a search that lasts shows a line of it.

    Raises:
        TypeError: `program` is none, or returned none; `release`, `patches` without a scenario.
        UserError: a limit that is not a number above 0; executions and steps are whole numbers.
    """
    check_kind("progress", progress, Callable | None, "a function")
    check_whole("steps", steps, 1)
    program = as_program(program, release, patches)
    with closing(Bar()) as bar, driving():
        return Search(program, executions, seconds, steps, first_failure, progress or bar).run()
