"""What checks try: situations that are generated from small parameters, and the catalogue's races.

A check is a list of situations, each a scenario to be explored.  A check of an answer alone ("does
it put dst last?") explores a scenario of one CPU, which has one execution; "does it keep the
lock?" has a second CPU that walks a list meanwhile; the rest are races of the catalogue.  So one
machine judges all, and every wrong answer comes with a schedule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache, partial, wraps
from itertools import chain, product
from typing import Any, TypeVar

from ..explore.kept import Learned
from ..kernel import Finding, Scenario, atomic
from ..kernel.atomic import BOOT
from ..kernel.scenario import DEFAULT_RELEASE, Patches, Program
from ..kernel.text import release_text
from ..replay.execution import driving
from ..scenarios import find, scenarios
from .feedback import SLIPS

S = TypeVar("S")


@dataclass(frozen=True)
class Situation:
    """One scenario of a check: its name, what happens in it in a sentence, and how to make it.

    `catalogue` holds what `vmlesson explore` would need to make it again; empty for situations
    that only checks have.
    """

    name: str
    sentence: str
    scenario: Scenario[Any]
    catalogue: Mapping[str, Any]
    choices: Mapping[str, Any] = field(default_factory=dict)


PLAIN = (bool, int, str, list, dict, set, type(None))
"""What a situation may note in, and what is there anew in each execution."""


class Alone(Scenario[S]):
    """A scenario whose set-up is Linux's own: only its CPUs run the answer.

    So one set-up serves all answers, and is kept.
    """

    def program(self, release: str | None = None, patches: Patches = ()) -> Any:
        """This scenario, with the answer in the kernel that was set up."""
        release = release or DEFAULT_RELEASE
        return Again(self._set_up(release), release_text(release, patches))

    @cache  # noqa: B019 - the scenarios are few, and are kept as long as the process
    def _set_up(self, release: str) -> Any:
        made: Any = super().program(release)
        made.hits = Counter(made.text.hits)
        noted = vars(made.situation).items()
        made.notes = {name: copy(value) for name, value in noted if isinstance(value, PLAIN)}
        made.linux = dict(made.text.text)
        made.kept = {}
        return made


class Again(Program[S]):
    """A program whose kernel gets another text before each execution.

    What the situation notes in plain Python is as it was after the set-up, too: an execution that
    somebody broke off, to draw it, must leave nothing to the next answer.
    """

    def __init__(self, first: Program[S], functions: dict[str, Callable[..., Any]]) -> None:
        vars(self).update(vars(first))
        self.notes: dict[str, Any]
        self.linux: dict[str, Callable[..., Any]]
        self.kept: dict[frozenset[str], Learned]
        self.callers: set[int] = set()
        patched = {name: f for name, f in functions.items() if self.linux.get(name) is not f}
        self.patched = frozenset(patched)
        self.functions = functions | {name: self._noted(f) for name, f in patched.items()}

    def __call__(self) -> Any:
        self.text.text = self.functions
        vars(self.situation).update({name: copy(noted) for name, noted in self.notes.items()})
        return super().__call__()

    def _noted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same; and it is noted on which CPU it is called."""

        @wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            self.callers.add((atomic.current or BOOT).index)
            return function(*args, **kwargs)

        return called

    def lend(self) -> Learned:
        """What is known of CPUs that never called what is patched here (see `explore.kept`)."""
        return self.kept.pop(self.patched, None) or Learned()

    def keep(self, learned: Learned) -> None:
        """Keep it for the next answer."""
        self.kept[self.patched] = learned.without(self.callers)


class Attempt(Alone[S]):
    """A scenario whose set-up may run the answer already.

    What goes wrong there is a failure of the one CPU that sets up, and found like any other.
    """

    def program(self, release: str | None = None, patches: Patches = ()) -> Any:
        """This scenario on one kernel; where that cannot be set up, a program that says why."""
        linux = self._set_up(release or DEFAULT_RELEASE)  # what goes wrong there is nobody's fault
        if not any(linux.hits[getattr(each, "__name__", "")] for each in patches):
            return super().program(release, patches)
        try:
            with driving():
                program = Scenario.program(self, release, patches)
                made = BOOT.made
            BOOT.made = made  # its kernel is there from now on
            return program
        except Exception as error:
            return partial(_not_set_up, error)


def _not_set_up(error: Exception) -> tuple[dict[str, Coroutine[Any, Any, None]], None]:
    async def set_up() -> None:
        kind = error.kind if isinstance(error, Finding) else "promise"
        said = error.message if isinstance(error, Finding) else str(error)
        raise Finding(kind, said if kind in SLIPS else f"before the race begins, {said}")

    return {"set-up": set_up()}, None


Situations = Callable[[], Iterable[Situation]]


def races(
    *names: str, form: str | None = None, walkers: int | None = None, first: int = 0
) -> Situations:
    """Scenarios of the catalogue, in all their forms or one; `first` as in `scenarios`."""

    @cache
    def situations() -> list[Situation]:
        found = []
        for name in names:
            entry = find(name)
            forms = scenarios(name, walkers=walkers, form=form, first=first)
            for each, scenario in forms.items():
                where = {
                    "scenario": entry.name,
                    "form": each,
                    "pages": entry.pages,
                    "walkers": entry.walkers if walkers is None else walkers,
                    "first": first,
                }
                title = f"{entry.name}, {each}" if each else entry.name
                title += ", a page that stays" if first else ""
                attempt = Attempt(
                    scenario.setup,
                    scenario.cpus,
                    scenario.promise,
                    scenario.name,
                    **scenario.geometry,
                )
                found.append(Situation(title, entry.sentence, attempt, where))
        return found

    return situations


def both(*parts: Situations) -> Situations:
    """One list after the other."""
    return lambda: chain.from_iterable(part() for part in parts)


# ---------------------------------------------------------------------------------- generated ones


def generated(
    sentence: str, **choices: Iterable[Any]
) -> Callable[[Callable[..., Scenario[Any] | None]], Situations]:
    """Situations from a description: a scenario for each combination of the choices, in order.

    Args:
        sentence: what happens; each choice can be named in it in braces.
        choices: the values of each parameter; the last one changes fastest.

    The decorated function makes the scenario of a combination, or None where there is none.
    """

    def decorate(scenario: Callable[..., Scenario[Any] | None]) -> Situations:
        @cache
        def situations() -> list[Situation]:
            found = []
            for values in product(*choices.values()):
                chosen = dict(zip(choices, values, strict=True))
                made = scenario(**chosen)
                if made is not None:
                    name = ", ".join(_in_words(*each) for each in chosen.items())
                    found.append(Situation(name, sentence.format(**chosen), made, {}))
            return found

        return situations

    return decorate


def _in_words(parameter: str, value: Any) -> str:
    return f"{parameter.replace('_', ' ')} {value}" if isinstance(value, int) else str(value)
