"""The end of the course: Linux 3.2 with your own functions in it, and what is proved of it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..errors import UserError
from ..explore import Result, replay
from ..grade.exercises import EXERCISES
from ..grade.notebook import status
from ..kernel import RELEASES, Kernel, Patch
from ..program import Run, run_program
from ..progress import Progress
from ..scenarios import CATALOGUE, explore_scenario, scenarios
from .html import Html, exercise, table
from .levels import defined

BASE, COMMIT, WALK = "v3.2", "948f017b093a", "486cf46f3f9b"
RACE = "merge-order"
NEEDED = ("moveto_tail", "call_site", "error_path")
ALSO = ("rmap_walk", "vma_address", "pte_peek")
"""The other functions of Linux 3.2 that an exercise asks for."""
WRAP = 'style="white-space: pre-wrap"'


@dataclass(frozen=True)
class YourLinux:
    """A kernel with a learner's functions, and what was found out about it.

    Attributes:
        sources: the text of each function, by its name.
        run: of the commit's program, with the probe on the learner's function.
        results: what came of each situation.
        later: the situations in which Linux 3.3 loses a page as well: what was mended later.
        cost: (locks taken, changes of lists) of one mremap on three lists; yours, and Linux's.
    """

    sources: dict[str, str]
    run: Run
    results: dict[str, Result]
    later: tuple[str, ...]
    cost: tuple[tuple[int, int], tuple[int, int]]

    @property
    def proved(self) -> bool:
        """Whether the program prints ok, and no situation loses anything."""
        return self.run.ok and not self.lost

    @property
    def _held(self) -> dict[str, Result]:
        return {name: each for name, each in self.results.items() if each.verdict == "holds"}

    @property
    def lost(self) -> list[str]:
        """The situations in which yours loses a page, and Linux 3.3 does not."""
        return [name for name in self.results if name not in (*self._held, *self.later)]

    @property
    def sentence(self) -> str:
        """What was proved, or what was not."""
        classes = sum(each.executions for each in self._held.values())
        if not self.run.ok:
            return f"Not yet: the commit's program does not print ok on {BASE} with your functions."
        if self.lost:
            return f"Not yet: {', '.join(self.lost)} can still lose a page. Explore it, and look."
        return (
            f"This is Linux 3.3, and it is yours. In {len(self._held)} situations all {classes:,}"
            " classes of interleavings were tried: none loses a page, and there are no others."
            f"{self._many}"
        )

    @property
    def _many(self) -> str:
        """What its classes stand for in the race itself, where that can be counted."""
        race = self.results.get(RACE)
        if race is None or race.interleavings is None:
            return ""
        return f" In {RACE} alone {race.executions} stand for {race.interleavings:,} interleavings."

    def save(self, path: str | Path, force: bool = False) -> Path:
        """Write the summary as a page to print; its path.

        Raises:
            UserError: something is there already, and `force` is not given.
        """
        return Html(self._repr_html_(), repr(self)).save(path, "My Linux 3.3", force)

    def _rows(self) -> list[tuple[str, str]]:
        (locks, lists), (their_locks, their_lists) = self.cost
        called = sum(moment.hits for moment in self.run.moments)
        program = f"{'ok' if self.run.ok else 'not ok'}; {self.run.probe}: yours, called {called}×"
        held = (f"{name} ({each.executions})" for name, each in self._held.items())
        failing = [
            (name, each.sentence + ", as on Linux 3.3: mended later" * (name in self.later))
            for name, each in self.results.items()
            if name not in self._held
        ]
        cost = (
            f"yours takes {locks} locks and changes lists {lists} times; Linux's {their_locks} "
            f"and {their_lists}"
        )
        return [
            ("booted", f"{BASE}, with your {', '.join(self.sources)}"),
            ("the program", program),
            ("no page lost", f"in every class of {', '.join(held)}"),
            *failing,
            ("one mremap, three lists", cost),
            ("commits", f"{COMMIT} (v3.3): yours stands for it; {WALK} (v3.1): the walk's look"),
        ]

    def _repr_html_(self) -> str:
        theirs = {name: body for patch in RELEASES["v3.3"].patches
                  for name, body in patch.functions.items()}  # fmt: skip
        beside = [["yours", f"the model's, after {COMMIT}"]]
        for name, text in self.sources.items():
            source = inspect.getsource(theirs[name]) if name in theirs else ""
            other = source.rpartition('"""\n')[2]
            beside.append([f"<pre {WRAP}>{escape(each)}</pre>" for each in (text, other)])
        rows = [[f"<b>{head}</b>", escape(said)] for head, said in self._rows()]
        said = f"<h2>My Linux 3.3</h2><p><b>{escape(self.sentence)}</b></p>"
        return f"{said}{table(rows)}{table(beside)}"

    def __repr__(self) -> str:
        return "\n".join([self.sentence, *(f"{a}: {b}" for a, b in self._rows())])


def your_linux() -> YourLinux | Html:
    """Boot Linux 3.2 with the answers that were kept when they passed; prove what can be proved.

    `moveto_tail`, `call_site` and `error_path` must be among them, and others are used as well.

    Raises:
        UserError: the kernel does not boot with what was kept.
    """
    kept = Progress().entries("exercises")
    missing = [name for name in NEEDED if "source" not in kept.get(name, {})]
    if missing:
        said = "Not yet: first pass {}; what passes is kept for this."
        links = ", ".join(map(exercise, missing))
        return Html(f"<p>{said.format(links)}</p>", said.format(", ".join(missing)))
    sources = {
        EXERCISES[name].asked: kept[name]["source"]
        for name in (*NEEDED, *ALSO)
        if "source" in kept.get(name, {})
    }
    functions = tuple(defined(text, name) for name, text in sources.items())
    try:
        patches = [Patch("yours", functions, "your own")]
        kernel = Kernel(BASE, patches)
    except (TypeError, ValueError) as error:
        raise UserError(f"{BASE} does not boot with these: {error}") from error
    results = {}
    with status("your Linux") as say:
        for name in CATALOGUE:
            say(name)
            results[name] = explore_scenario(name, BASE, patches=patches)
    failing = [name for name, each in results.items() if each.verdict != "holds"]
    later = tuple(name for name in failing if explore_scenario(name, "v3.3").failing)
    cost = (_cost(BASE, patches), _cost("v3.3", []))
    return YourLinux(sources, run_program(kernel=kernel), results, later, cost)


def _cost(release: str, patches: list[Patch]) -> tuple[int, int]:
    """Locks taken and changes of lists by one mremap of a grandchild."""
    scenario = next(iter(scenarios("grandchild").values()))
    program = scenario.program(release, patches)
    steps = [step for step in replay(program).steps if step.cpu == "mremap"]
    changes = sum(step.op.name.startswith(("list_del", "list_add", "list_move")) for step in steps)
    return sum(len(step.taken) for step in steps), changes
