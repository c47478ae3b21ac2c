"""The exercises: what each of their checks tries.  Their words and points are exercises.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError, instead_of
from .alone import at_home, ended, moved, moved_to_tail, never_faulted, nothing_to_walk, outside
from .alone import restored, restored_in_motion, restored_meanwhile, visited, visited_meanwhile
from .alone import visited_while_split, walked_meanwhile
from .layouts import layouts
from .moves import left_meanwhile, moves, random_calls, random_lists, waited_for
from .situations import Situations, both, races
from .values import broken_by, counted
from .verdict import Checked, Verdict


@dataclass(frozen=True)
class Check:
    """One named check.

    Attributes:
        situations: what is explored.
        proved: what is known when all of them hold, for the sentence "…, in N executions".
        question: what leads on when one of them fails.
        last: whether it is tried only if all before it have passed: it takes long, and says little
            about an answer that is wrong already.
    """

    name: str
    points: int
    proved: str
    question: str
    situations: Situations
    last: bool = False


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        asked: the name that the learner defines.
        parameters: of the function; none where a value is asked for.
        release: the kernel whose function of that name is replaced.
        promise: what the answer must keep, in one line.
        difficulty: easy, moderate or hard.
        hints: three steps, each saying more.
        judge: for an exercise that asks for a value, what judges it.
        usual: what Linux's own function reads without a lock, too: no remark is made of that.
        plain: whether it is a plain def, which answers True or False at once.
        returns: how many values: 1 for a whole number, 2 for two vmas, 0 for what nobody looks at.
    """

    name: str
    title: str
    asked: str
    parameters: tuple[str, ...]
    release: str
    promise: str
    difficulty: str
    minutes: str
    checks: tuple[Check, ...]
    hints: tuple[str, ...]
    judge: Callable[[Any], list[Checked]] | None = None
    usual: tuple[str, ...] = ()
    plain: bool = False
    returns: int = 0

    @property
    def max_points(self) -> int:
        """What a right answer is worth."""
        if self.judge is not None:
            return sum(check.max_points for check in self.judge(None))
        return sum(check.points for check in self.checks)

    @property
    def signature(self) -> str:
        """What the learner writes first."""
        if not self.parameters:
            return f"{self.asked} = …"
        return f"{self.keyword} {self.asked}({', '.join(self.parameters)})"

    @property
    def to_write(self) -> str:
        """What is still to be written, where there is nothing."""
        return self.signature if self.parameters else "what my_answer returns"

    @property
    def keyword(self) -> str:
        """How the definition of the function begins."""
        return "def" if self.plain else "async def"

    def verdict(self, outcome: str, sentence: str) -> Verdict:
        """What is said of an answer of which no check has been tried."""
        return Verdict(self.name, "", outcome, sentence, self.max_points)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "asked": self.signature,
            "release": self.release,
            "promise": self.promise,
            "minutes": self.minutes,
            "points": self.max_points,
            "checks": [{"name": check.name, "points": check.points} for check in self.checks],
        }


ONE_PROCESS = ("merge-order", "fresh-destination", "seed-program", "merge-next", "bystander",
               "merge-next-higher", "unfaulted")  # fmt: skip
FAMILIES = ("fork-shared", "fork-own", "grandchild", "parent-after-fork")
OTHERS_IN_LIST = both(
    races("third-process", form="a child exits"),
    races("third-process", form="another forks and exits", walkers=0),
)
MIGRATION = both(
    races("fresh-destination", "merge-order", "fork-migrating", "whole-migration"),
    random_calls,
)

TRIED: dict[str, dict[str, Situations]] = {
    "moveto_tail": {
        "dst goes to the tail": moved_to_tail,
        "a vma that was never touched": never_faulted,
        "the lock": walked_meanwhile,
        "one process": races(*ONE_PROCESS, "quiescent"),
        "families": both(races(*FAMILIES), random_lists),
        "the way back": races("error-path", "error-path-merged", "error-path-fork"),
        "other processes": both(races("two-movers"), OTHERS_IN_LIST),
    },
    "vma_address": {
        "at home": at_home,
        "outside": outside,
        "moved": moved,
        "while it moves": both(MIGRATION, races("bystander")),
    },
    "rmap_walk": {
        "whom it calls": visited,
        "when it ends": both(nothing_to_walk, ended),
        "migration": MIGRATION,
        "families": both(
            races("grandchild", "error-path", "bystander"),
            OTHERS_IN_LIST,
            visited_meanwhile,
            visited_while_split,
        ),
    },
    "pte_peek": {
        "alone": both(
            restored, restored_meanwhile, races("fork-migrating", "quiescent"), random_calls
        ),
        "the moving entry": both(races("pte-peek"), restored_in_motion),
        "other moves": races("fresh-destination", "merge-next", "bystander"),
    },
    "call_site": {
        "one process": both(
            moves("back", "into a hole", fails=False, movers="P"),
            races("merge-order", "seed-program", "merge-next", "bystander", "quiescent"),
        ),
        "not by address": races("merge-next-higher"),
        "a new vma": both(
            moves("to a new place", "onto its own vma", fails=False),
            moves("to a new place", "onto its own vma", fails=True),
            races("fresh-destination", "unfaulted"),
        ),
        "families": both(
            moves("back", "into a hole", fails=False, movers="families"),
            moves("back", "into a hole", fails=True),
            races(*FAMILIES, "error-path-merged"),
            OTHERS_IN_LIST,
            waited_for,
            left_meanwhile,
            random_calls,
        ),
    },
    "error_path": {
        "back from a new vma": both(
            moves("to a new place", "onto its own vma", fails=True, movers="P"),
            races("error-path"),
            races("error-path", first=1),
        ),
        "back from a merged vma": both(
            moves("back", "into a hole", fails=True, movers="P"),
            races("error-path-merged"),
            races("error-path-merged", first=1),
        ),
        "families": both(
            moves(fails=True, movers="families"),
            races("error-path-fork", "unfaulted", "quiescent"),
            OTHERS_IN_LIST,
            waited_for,
            left_meanwhile,
        ),
        "the way there": both(
            moves(fails=False),
            races("fresh-destination", "merge-order", "merge-next-higher", "grandchild"),
            random_calls,
        ),
    },
    "rmap_locks": {
        "every layout": layouts,
        "one process": races(*ONE_PROCESS),
        "families": races(*FAMILIES, "whole-migration"),
    },
}
"""What each check tries, in this order, up to the first that an answer fails in.

In the order of an exercise's checks, and first what a usual mistake fails in: who waits reads of it
at once.  Calls at random come last: to make them takes longer than to find one in a race.
"""
JUDGES = {"count_the_calls": counted, "break_it": broken_by}
"""What judges a value."""


def _exercise(name: str, words: dict[str, Any]) -> Exercise:
    checks = tuple(
        Check(situations=TRIED[name][check["name"]], **check) for check in words.pop("checks", ())
    )
    words |= {each: tuple(words.get(each, ())) for each in ("parameters", "hints", "usual")}
    return Exercise(name=name, checks=checks, judge=JUDGES.get(name), **words)


with Path(__file__).with_name("exercises.toml").open("rb") as file:
    EXERCISES = {name: _exercise(name, words) for name, words in tomllib.load(file).items()}


def find_exercise(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        UserError: there is none; names the nearest, or all that there are.
    """
    if name not in list(EXERCISES):  # which, unlike a dict, takes a question about anything
        raise UserError(f"unknown exercise {name!r}; {instead_of(name, EXERCISES)}")
    return EXERCISES[name]


def answers(solved: Collection[str] = ()) -> list[str]:
    """The functions whose text no picture shows: those asked for, but for what is solved."""
    return [
        exercise.asked
        for exercise in EXERCISES.values()
        if exercise.parameters and exercise.name not in solved
    ]
