"""Drive mode: who goes next is the reader's choice, and the explorer says what can still happen."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import traitlets

from ..errors import UserError
from ..explore import Outlook, Reach, Step, replay
from ..explore.nodes import State
from ..replay.execution import INVERSION, Execution, driving
from ..replay.record import Recorder
from ..scenarios import find, scenarios
from .stepper import Stepper, Writer, titled, verdict_of

STATES = 4_000
"""The largest graph that goes into a document as a whole; above it, a kernel is asked."""


class Drive(Stepper):
    """A widget in which the reader chooses who goes next at each step, and may step back.

    It tells whether a failure can still be reached, exactly, or that this is not known.

    Args:
        scenario: a name of the catalogue, a Scenario, or a program as `vmlesson.explore` takes it.
        release: of the kernel, where one runs.
        pages, walkers, form: as for `vmlesson.scenarios.scenarios`.
        patches: as for `vmlesson.explore.explore`.
        title: what is shown, in a few words.
        folded: names of functions whose source is not to be seen.
        limit: how many states are looked at, at most.
        whole: whether all of them are recorded beforehand, so that no kernel is needed; otherwise
            it opens sooner.

    Attributes:
        schedule: the CPUs that the reader let go, by name, also those that were stepped back over;
            may be observed, and set.
        driven: the last schedule that was driven to an end.

    Raises:
        UserError: unknown scenario, form or release.
    """

    schedule = traitlets.List(traitlets.Unicode())
    driven = traitlets.List(traitlets.Unicode())

    def __init__(
        self,
        scenario: Any,
        release: str | None = None,
        *,
        pages: int | None = None,
        walkers: int | None = None,
        form: str | None = None,
        patches: Iterable[Any] = (),
        title: str = "",
        folded: Collection[str] = (),
        limit: int = STATES,
        whole: bool = True,
    ) -> None:
        if isinstance(scenario, str):
            label, chosen = next(iter(scenarios(scenario, pages, walkers, form).items()))
            title = title or titled(find(scenario).name, release, label)
            scenario = chosen
        reach = Reach(scenario, release=release, patches=patches, nodes=limit, order=False)
        whole = whole and reach.outlook([]).losing is not None
        self.graph = Graph(reach, folded)
        if whole:
            self.graph.record_all()
        else:
            self.graph.record_start()
        super().__init__({}, doc=self.graph.document(title))
        if not whole:
            self.on_msg(self._answer)

    @traitlets.observe("path")
    def _went(self, _: Any) -> None:
        writer = self.graph.writer
        steps = [writer.steps[place] for place in self.path if place < len(writer.steps)]
        self.schedule = [self.graph.names[writer.pool[step["did"]]["cpu"]] for step in steps]
        if steps and "end" in writer.states[steps[-1]["to"]]:
            self.driven = self.schedule

    @traitlets.validate("schedule")
    def _fits(self, proposal: Any) -> list[str]:
        """A schedule that the program can run.

        Raises:
            ScheduleError: it names an unknown CPU, or one that cannot take that step.
        """
        schedule: list[str] = proposal["value"]
        self.graph.path(schedule)
        return schedule

    @traitlets.observe("schedule")
    def _sent(self, _: Any) -> None:
        path = self.graph.path(self.schedule)
        if path == self.path:
            return
        if not self.graph.whole:
            self.doc = self.graph.document(self.doc["title"])
        self.path = path
        self.at = len(path)

    def to_html(self, path: str | Path, force: bool = False) -> Path:
        """As Stepper's; also raises UserError where there are too many states for a page."""
        if not self.doc["drive"]["whole"]:
            most = f"more than {self.graph.reach.most:,} states"
            raise UserError(f"{most}: too many for a page; take fewer pages or walkers")
        return super().to_html(path, force)

    def _answer(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Take the step that the front end asks for, and send it what it does not have yet."""
        here = [self.graph.names[cpu] for cpu in message["path"]]
        step = self.graph.ask(here, self.graph.names[message["cpu"]])
        parts = self.graph.writer.parts().items()
        news = {part: items[message["have"][part] :] for part, items in parts}
        self.send(json.loads(json.dumps({"answer": message["ask"], "step": step, **news})))


class Graph:
    """The states of a program and the steps between them, as far as they are recorded."""

    def __init__(self, reach: Reach, folded: Collection[str] = ()) -> None:
        self.reach = reach
        self.names = reach.machine.names
        self.writer = Writer(self.names, folded)
        self.whole = False
        self.longest = 0
        self.known: dict[tuple[str, ...], int] = {}

    def document(self, title: str) -> dict[str, Any]:
        return self.writer.document(
            title=title,
            run=[],
            at=0,
            decisive=None,
            verdict=None,
            text=f"{title}: choose who goes next (this needs a widget, or the exported page)",
            drive={"whole": self.whole, "longest": self.longest or None},
        )

    def path(self, schedule: Sequence[str]) -> list[int]:
        """The steps of a schedule, by their numbers; recorded if they are new.

        Raises:
            ScheduleError: it names an unknown CPU, or one that cannot take that step.
        """
        path: list[int] = []
        for number, name in enumerate(schedule):
            here = self.writer.steps[path[-1]]["to"] if path else 0
            moves = self.writer.states[here].get("moves", {})
            step = moves.get(self.names.index(name)) if name in self.names else None
            path.append(self.ask(schedule[:number], name) if step is None else step)
        return path

    def _look_ahead(self, state: int, outlook: Outlook) -> None:
        """Write into a state what may come after it."""
        self.writer.states[state]["outlook"] = in_a_word(outlook)
        if outlook.continuation:
            self.writer.states[state]["hint"] = self.names.index(outlook.continuation[0])

    # -- all at once

    def record_all(self) -> None:
        """Record every state; `reach` knows them all."""
        self.whole = True
        root = self.reach.machine.root
        with driving(), closing(Film(self.reach)) as film:
            start = self.writer.state(film.recorder.views(), film.recorder.picture())
            numbers: dict[State, int] = {root: start}
            todo = self._steps_from(film, root, start)
            while todo:
                state, cpu, way = todo.pop()
                film.go_to(way)
                step = film.step(cpu)
                here, after = numbers[state], self.reach.exits(state)[cpu]
                new = after not in numbers
                if new:
                    hands = self.writer.after(here, step)
                    numbers[after] = self.writer.state(step.cpus, step.picture, hands)
                number = self.writer.edge(here, numbers[after], step)
                self.writer.states[here].setdefault("moves", {})[cpu] = number
                if new:
                    self.longest = max(self.longest, len(film.way))
                    todo += self._steps_from(film, after, numbers[after])

    def _steps_from(
        self, film: Film, state: State, number: int
    ) -> list[tuple[State, int, list[int]]]:
        """Note what may come after the state that a film is at; each way on, the last CPU's first.

        Where there is none, how it ends.
        """
        self._look_ahead(number, self.reach.read_off(state, film.way[-1:]))
        exits, way = self.reach.exits(state), list(film.way)
        if not exits:
            self.writer.states[number]["end"] = ending(film.finding())
        return [(state, cpu, way) for cpu in reversed(exits)]

    # -- step by step

    def record_start(self) -> None:
        """Record the first state only; the others when they are asked for."""
        trace = replay(self.reach.program, [], allow_prefix=True)
        self.known[()] = self.writer.state(trace.start, trace.picture)
        self._look_ahead(self.known[()], self.reach.outlook([]))

    def ask(self, prefix: Sequence[str], cpu: str) -> int:
        """The number of the step that `cpu` takes after `prefix`, recorded if it is new.

        Raises:
            ScheduleError: it cannot take one there.
        """
        way = [*prefix, cpu]
        if tuple(way) not in self.known:
            trace = replay(self.reach.program, way, allow_prefix=True)
            here = self.known[tuple(prefix)]
            state, step = self.writer.step(here, trace.steps[-1])
            self.known[tuple(way)] = state
            self.writer.states[here].setdefault("moves", {})[self.names.index(cpu)] = step
            if len(self.reach.walk.counted) > self.reach.most // 2:  # full of what is behind us
                self.reach = Reach(self.reach.program, nodes=self.reach.most, order=False)
            self._look_ahead(state, self.reach.outlook(way))
            if trace.complete:
                self.writer.states[state]["end"] = ending(trace.finding)
        moves = self.writer.states[self.known[tuple(prefix)]]["moves"]
        return int(moves[self.names.index(cpu)])


def ending(finding: tuple[str, str] | None) -> dict[str, Any]:
    """How a driven run ended: in which order locks are taken is nobody's choice, and no failure."""
    return verdict_of(None if finding and finding[0] == INVERSION else finding, True)


def in_a_word(outlook: Outlook) -> str:
    """What may still happen: "can" fail, "lost" already, "safe", or "unknown"."""
    if outlook.losing is None:
        return "unknown"
    if outlook.inevitable:
        return "lost"
    return "can" if outlook.losing else "safe"


class Film:
    """An execution that is recorded, and begins again where it has to go another way."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._begin()

    def _begin(self) -> None:
        self.execution = Execution(self.reach.program, self.reach.made)
        self.recorder = Recorder(self.execution)
        self.way: list[int] = []
        self.recorder.follow()

    def go_to(self, way: list[int]) -> None:
        """Be where the steps of these CPUs lead to."""
        if self.way == way:
            return
        self.close()
        self._begin()
        for cpu in way:
            self.execution.step(cpu)
            self.recorder.follow()
        self.way = list(way)

    def close(self) -> None:
        """End the execution, wherever it is."""
        self.execution.close()

    def step(self, cpu: int) -> Step:
        """Take a step, and tell what it did."""
        self.way.append(cpu)
        return self.recorder.step(cpu, self.recorder.views()[self.execution.cpus[cpu].name], False)

    def finding(self) -> tuple[str, str] | None:
        """What the execution, which has ended, fails by."""
        self.way = [-1]  # the promise may touch things
        finding = self.execution.finding()
        return None if finding is None else finding.key
