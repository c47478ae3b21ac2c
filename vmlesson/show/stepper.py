"""The stepper: a recorded run, to be walked through in both directions.

Everything is put into one JSON document beforehand, so that stepping needs no Python: the same
module (static/stepper.js, bundled from web/) shows it in a notebook and in a page on disk.

A document is a graph of states.  ``states[i]`` has a picture and a view of every CPU; ``steps[i]``
leads from one state to the next.  A recorded run names its steps in ``run``; to be driven, each
state names the step that each CPU would take (see `vmlesson.show.drive`).  What many states have in
common is stored once, in ``pool``, and named by its place there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..errors import UserError, check_kind, check_whole
from ..explore import Failure, Op, Place, Reach, Ref, ScheduleError, Step, Trace, View
from ..explore import as_text, replay
from ..replay.operation import from_plain
from ..replay.schedule import in_turn
from ..replay.trace import FORMAT
from .changes import changes, in_a_slot
from .render import in_a_page, with_more
from .scene import roles_in
from .stepper_source import Sources, seen
from .stepper_still import still, table
from .stepper_words import Words, verdict_in_words

ID = re.compile(
    r'(?<=")(mm_struct|vm_area_struct|anon_vma|anon_vma_chain|page_table|page|mutex|spinlock'
    r'|rw_semaphore)-\d+(?=[" ])'
)
"""In JSON, an object of a picture, or what is in it: "vma id address"."""
MODULE = Path(__file__).with_name("static") / "stepper.js"
NODES = 20_000
TOLD = ("vm_area_struct", "anon_vma", "anon_vma_chain", "page", "pte", "value")
"""The kinds of objects that a variable is shown with: those that pictures have names for."""
LAID_DOWN = ("set_pte_at", "page_remove_rmap", "spin_unlock")
"""What a CPU does with an entry that it has taken out of its slot, or only when it has none."""


class Stepper(anywidget.AnyWidget):
    """A widget that walks through a recorded run.

    Args:
        trace: what `vmlesson.explore.replay` recorded, or its ``to_dict``.
        title: what is shown, in a few words.
        at: the step to open at; by default the decisive one, or the last before a finding.
        decisive: the step after which the run cannot be saved any more, where that is known.
        folded: names of functions of the course whose source is not to be seen.

    Attributes:
        at: how many steps have been taken where the reader stands; may be observed and set.
        path: the steps of the run, or those that were driven, as places in ``doc["steps"]``.

    Raises:
        UserError: the trace is empty, or of another format.
    """

    _esm = MODULE
    doc = traitlets.Dict().tag(sync=True)
    at = traitlets.Int().tag(sync=True)
    path = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self,
        trace: Trace | dict[str, Any],
        title: str = "",
        at: int | None = None,
        folded: Collection[str] = (),
        *,
        decisive: int | None = None,
        **more: Any,
    ) -> None:
        document = more.pop("doc", None) or of_trace(
            as_trace(trace), title, at, folded, decisive=decisive
        )
        super().__init__(doc=document, at=document["at"], path=document["run"], **more)

    def to_html(self, path: str | Path, force: bool = False) -> Path:
        """Write a page that shows the same without a network or a kernel; its path.

        Raises:
            UserError: something is there already, and `force` is not given.
        """
        from .export import write_page

        return write_page(self.doc, Path(path), force)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        svg, rows = still(self.doc), table(self.doc)
        figure = f"<figure>{in_a_page(svg, self.doc['title'])}</figure>" if svg else ""
        still_there = {"text/html": figure + rows, "text/plain": self.doc["text"]}
        return with_more(super()._repr_mimebundle_(**options), still_there)


def show_failure(failure: Failure, folded: Collection[str] = ()) -> Stepper:
    """A failure of an exploration or a grading, opened at its decisive step."""
    check_kind("show_failure", failure, Failure, "a failure, such as result.failures[0]")
    release = getattr(getattr(failure.program, "text", None), "release", None)
    name = getattr(getattr(failure.program, "scenario", None), "name", "")
    title = titled(name, release and release.name, failure.form)
    return Stepper({}, doc=document_of(failure.program, failure.trace(), title, folded))


def titled(name: str, release: str | None, form: str) -> str:
    """What a run is called, by its scenario, its kernel and its form, as far as it has them."""
    kernel = " on ".join(filter(None, (name, release and f"Linux {release}")))
    return " · ".join(filter(None, (kernel, form)))


def decisive_step(program: Any, trace: Trace, nodes: int = NODES) -> int | None:
    """The number of the step after which a run that fails could not be saved any more.

    None where there is none, or it is not known within `nodes` nodes.
    """
    return _decisive(Reach(program, nodes=nodes), trace)


def _decisive(reach: Reach, trace: Trace) -> int | None:
    for number in range(len(trace.steps), 0, -1):
        outlook = reach.outlook(trace.schedule[: number - 1])
        if outlook.losing is None:
            return None
        if not outlook.inevitable:
            return number
    return None


def document_of(
    program: Any,
    trace: Trace,
    title: str = "",
    folded: Collection[str] = (),
    texts: Mapping[str, str] | None = None,
    nodes: int = NODES,
) -> dict[str, Any]:
    """The document of a run that fails: it opens at its decisive step, beside a run that holds.

    The two part there.  Neither is looked for beyond `nodes` nodes; else as `of_trace`.
    """
    reach = Reach(program, nodes=nodes)
    decisive = _decisive(reach, trace)
    saved = None if decisive is None else _saved(reach, trace.schedule[: decisive - 1])
    beside = None if saved is None else replay(program, saved)
    return of_trace(trace, title, None, folded, texts, decisive, beside)


def _saved(reach: Reach, start: list[str]) -> list[str] | None:
    """A schedule that begins with `start` and does not fail; None if it is not known."""
    way = list(start)
    while (outlook := reach.outlook(way)).losing:
        good = []
        for name in reach.machine.names:
            with suppress(ScheduleError):  # it cannot go on here
                if not reach.outlook([*way, name]).inevitable:
                    good.append(name)
        if not good:
            return None
        # The one that goes on, if it may: a run is read in turns.
        way.append(way[-1] if way and way[-1] in good else good[0])
    return None if outlook.losing is None else in_turn(reach.program, after=way)


def as_trace(trace: Trace | dict[str, Any]) -> Trace:
    """A trace, from itself or from its plain data.

    Raises:
        UserError: it is empty, of another format, or something else.
    """
    if isinstance(trace, dict):
        version = trace.get("version", "an older one")
        if version != FORMAT:
            raise UserError(
                f"this trace has format {version}, and the stepper reads {FORMAT}: record it again"
            )
        trace = _trace(trace)
    check_kind("the stepper", trace, Trace, "a recorded run, as replay(…) returns it")
    if not trace.steps:
        raise UserError("the trace is empty: a run of no steps has nothing to step through")
    return trace


def _trace(data: dict[str, Any]) -> Trace:
    def frozen(plain: Any) -> Any:  # tuples, where JSON has lists
        if isinstance(plain, dict):
            return {key: frozen(value) for key, value in plain.items()}
        return tuple(map(frozen, plain)) if isinstance(plain, list) else plain

    def views(plain: dict[str, Any]) -> dict[str, View]:
        return {cpu: view(**about) for cpu, about in plain.items()}

    def view(op: Any, stack: Any, locals: dict[str, Any], **more: Any) -> View:
        own = {name: from_plain(value) for name, value in locals.items()}
        return View(op=op and Op.from_dict(op), stack=places(stack), locals=own, **frozen(more))

    def places(plain: list[dict[str, Any]]) -> tuple[Place, ...]:
        return tuple(Place(**place) for place in plain)

    def step(op: Any, stack: Any, cpus: Any, picture: Any, **more: Any) -> Step:
        there, seen = places(stack), views(cpus)
        return Step(op=Op.from_dict(op), stack=there, cpus=seen, picture=picture, **frozen(more))

    try:
        steps = tuple(step(**about) for about in data["steps"])
        finding = data["finding"]
        kind_and_message = None if finding is None else (str(finding[0]), str(finding[1]))
        start, picture = views(data["start"]), data["picture"]
        return Trace(start, picture, steps, data["complete"], kind_and_message)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise UserError(f"this is not a trace: {error}") from error


def of_trace(
    trace: Trace,
    title: str = "",
    at: int | None = None,
    folded: Collection[str] = (),
    texts: Mapping[str, str] | None = None,
    decisive: int | None = None,
    beside: Trace | None = None,
) -> dict[str, Any]:
    """The document of a recorded run; `folded` and `texts` are as for `Sources`.

    `beside` is a run of the same program that ends otherwise, to be compared.
    """
    for name, step in (("at", at), ("decisive", decisive)):
        if step is not None:
            check_whole(name, step, 0, len(trace.steps))
    writer = Writer(trace.cpus, folded, texts)
    states, run = writer.way(writer.state(trace.start, trace.picture), trace.steps)
    if at is None:  # before the step that does wrong, or at the end, if none does
        wrong = (number for number, step in enumerate(trace.steps) if step.findings)
        at = decisive or (next(wrong, len(trace.steps)) if trace.finding else 0)
    other: dict[str, Any] = {}
    if beside is not None:
        same = [a == b for a, b in zip(trace.schedule, beside.schedule, strict=False)]
        parts = same.index(False) if False in same else len(same)
        _, its_own = writer.way(states[parts], beside.steps[parts:])
        verdict = verdict_of(beside.finding, beside.complete)
        other = {"beside": {"run": run[:parts] + its_own, "parts": parts, "verdict": verdict}}
    return writer.document(
        title=title,
        run=run,
        at=at,
        decisive=decisive,
        verdict=verdict_of(trace.finding, trace.complete),
        text=as_text(trace),
        **other,
    )


def verdict_of(finding: tuple[str, str] | None, complete: bool) -> dict[str, Any]:
    """How a run ended: whether well, what to call it, and what the console says."""
    if finding is not None:
        words = verdict_in_words(*finding)
        return {"outcome": "fails", "kind": finding[0], "message": finding[1], "words": words}
    return {"outcome": "holds" if complete else "open", "kind": "", "message": "", "words": ""}


class Writer:
    """Makes a document of states and steps."""

    def __init__(
        self,
        cpus: list[str],
        folded: Collection[str] = (),
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self.cpus = cpus
        self.words = Words()
        self.sources = Sources(folded, texts)
        self.pool: list[Any] = []
        self.places: dict[str, int] = {}
        self.states: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.pictures: list[Any] = []
        self.roles: dict[str, str] = {}
        self.walked: str | None = None
        self.hands: list[dict[str, str]] = []
        self.ids: dict[str, str] = {}

    def id(self, found: re.Match[str]) -> str:
        """An id that does not depend on what else this Python has made before."""
        return self.ids.setdefault(found[0], f"{found[1]}-{len(self.ids)}")

    def put(self, item: Any) -> int:
        """The place in the pool of a plain value."""
        text = json.dumps(item)
        if self.pictures[-1] is not None:  # else what looks like an id is a name
            text = ID.sub(self.id, text)
        if text not in self.places:
            self.places[text] = len(self.pool)
            self.pool.append(json.loads(text))
        return self.places[text]

    # -- states

    def state(
        self, views: dict[str, View], picture: Any, hands: Mapping[str, str] | None = None
    ) -> int:
        """Add a state; its number.

        `hands` says which CPUs hold an entry that is in no slot.
        """
        self.words.look(picture)
        self.pictures.append(picture)
        self.hands.append(dict(hands or {}))
        state: dict[str, Any] = {
            "views": [self.put(self._view(cpu, views[cpu])) for cpu in self.cpus]
        }
        if picture is not None:
            self.roles = self.roles or roles_in(picture)
            for cursor in picture.get("cursors", ()):
                self.walked = self.walked or cursor["anon_vma"]
            labels = {lock["id"]: self.words.lock(lock) for lock in picture["locks"]}
            state["picture"] = {
                section: [
                    self.put(item | {"label": labels[item["id"]]} if section == "locks" else item)
                    for item in items
                ]
                for section, items in picture.items()
            }
        self.states.append(state)
        return len(self.states) - 1

    def _view(self, cpu: str, view: View) -> dict[str, Any]:
        stack = seen(view.stack)
        # What only carries an answer has no variables of the program.
        own = bool(stack) and [place for place in view.stack if not place.primitive][-1:] == [
            stack[innermost(stack)]
        ]
        plain = {
            "next": self.words.todo(view.op),
            "waits": self.words.waits(view.op, view.waits),
            "stack": [self.sources.place(place) for place in stack],
            "shown": innermost(stack),
            "locals": [
                (name, self.words.value(name, value))
                for name, value in view.locals.items()
                if own and (not isinstance(value, Ref) or value.kind in TOLD)
            ],
        }
        hand = self.hands[-1].get(cpu)
        return plain | ({"hand": hand} if hand else {})

    def after(self, here: int, step: Step) -> dict[str, str]:
        """Which entries are in no slot but in a CPU's hand, after a step from the state `here`."""
        hands = dict(self.hands[here])
        if step.op.name == "ptep_get_and_clear" and step.op.args:
            self.words.look(self.pictures[here])
            slot = step.op.args[0]
            cell = self.words.cell(slot) if isinstance(slot, Ref) else None
            if cell and cell["kind"] != "none":
                hands[step.cpu] = in_a_slot(cell, self.pictures[here])
        elif step.op.name in LAID_DOWN:
            hands.pop(step.cpu, None)
        return hands

    # -- steps

    def way(self, here: int, steps: Iterable[Step]) -> tuple[list[int], list[int]]:
        """Add steps one after the other: the states on the way, from `here` on, and the steps."""
        states, numbers = [here], list[int]()
        for step in steps:
            here, number = self.step(here, step)
            states.append(here)
            numbers.append(number)
        return states, numbers

    def step(self, here: int, step: Step) -> tuple[int, int]:
        """Add the state that a step leads to, and the step; their numbers."""
        to = self.state(step.cpus, step.picture, self.after(here, step))
        return to, self.edge(here, to, step)

    def edge(self, here: int, to: int, step: Step) -> int:
        """Add a step between two states; its number."""
        before, after = self.pictures[here], self.pictures[to]
        self.words.look(after, before)
        said = self.words.done(step.op, step.cpu, step.reads)
        if before is None:
            ids, said_of = effects(step)
        else:
            found = list(changes(before, after, self.words))
            ids, said_of = [each.id for each in found], [each.text for each in found if each.text]
        stack = seen(step.stack)
        place = self.sources.place(stack[innermost(stack)]) if stack else None
        where = ""
        if place is not None:
            where = f", {self.sources.functions[place[0]]['name']} line {place[1]}"
        did = {
            "cpu": self.cpus.index(step.cpu),
            "sentence": f"CPU {step.cpu}{where}: {said}.",
            "said": said,
            "place": place,
            "findings": step.findings,
            "ids": ids,
            "changes": said_of,
        }
        if before is None:
            did |= {
                "reads": step.reads,
                "writes": step.writes,
                "taken": step.taken,
                "dropped": step.dropped,
            }
        self.steps.append({"did": self.put(did), "to": to})
        return len(self.steps) - 1

    def document(self, **more: Any) -> dict[str, Any]:
        """The whole, as plain JSON data."""
        begin = {"format": FORMAT, "cpus": self.cpus}
        end = ID.sub(self.id, json.dumps({"roles": self.roles, "walked": self.walked}))
        whole = begin | self.parts() | json.loads(end) | more
        plain: dict[str, Any] = json.loads(json.dumps(whole))
        return plain

    def parts(self) -> dict[str, list[Any]]:
        """What grows with every step."""
        return {
            "functions": self.sources.functions,
            "pool": self.pool,
            "states": self.states,
            "steps": self.steps,
        }


def innermost(stack: tuple[Place, ...]) -> int:
    """The place in a stack that is worth looking at: what asks for the operation."""
    frames = [number for number, place in enumerate(stack) if not place.primitive]
    return frames[-1] if frames else len(stack) - 1


# ----------------------------------------------------------------------------- what has changed


def effects(step: Step) -> tuple[list[str], list[str]]:
    """What a step changed, where there is no picture."""
    changes = [f"{name}: {old} → {new}" for name, (old, new) in step.writes.items()]
    changes += [f"{lock} is taken" for lock in step.taken]
    changes += [f"{lock} is dropped" for lock in step.dropped]
    return [*step.writes, *step.taken, *step.dropped], changes
