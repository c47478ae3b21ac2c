"""The exercises as data: what is asked, where it is put in, what is checked, what is hinted at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import UserError
from .situations import (
    Situations,
    both,
    moved_to_tail,
    never_faulted,
    races,
    walked_meanwhile,
)


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
    situations: Situations
    proved: str
    question: str
    last: bool = False


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        asked: the name that the learner defines.
        parameters: of the function; none where a value is asked for.
        release: the kernel whose function of that name is replaced.
        promise: what the answer must keep, in one line.
        hints: three steps, each saying more.
        judge: for an exercise that asks for a value, what judges it.
    """

    name: str
    title: str
    asked: str
    parameters: tuple[str, ...]
    release: str
    promise: str
    minutes: str
    checks: tuple[Check, ...]
    hints: tuple[str, str, str]
    judge: Callable[[Any], list[Any]] | None = None

    @property
    def max_points(self) -> int:
        """What a right answer is worth."""
        return sum(check.points for check in self.checks)

    @property
    def signature(self) -> str:
        """What the learner writes first."""
        if not self.parameters:
            return f"{self.asked} = …"
        return f"async def {self.asked}({', '.join(self.parameters)})"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
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


ONE_PROCESS = ("merge-order", "fresh-destination", "seed-program", "merge-next", "bystander")
FAMILIES = ("fork-shared", "fork-own", "grandchild", "parent-after-fork")
WAY_BACK = ("error-path", "error-path-merged", "error-path-fork")

OTHERS = both(
    races("two-movers"),
    races("third-process", form="a child exits"),
    races("third-process", form="another forks and exits", walkers=0),
)

EXERCISES: dict[str, Exercise] = {}


def _exercise(exercise: Exercise) -> None:
    EXERCISES[exercise.name] = exercise


_exercise(
    Exercise(
        name="moveto_tail",
        title="Put a vma behind all others",
        asked="anon_vma_moveto_tail",
        parameters=("dst",),
        release="v3.3",
        promise="on return dst is the last in every list that it is on, and no walk was disturbed",
        minutes="20 to 40",
        checks=(
            Check(
                "dst goes to the tail",
                2,
                moved_to_tail,
                "on return dst is the last of every list, and the others keep their order",
                "Which lists is dst on? A fork adds one for each generation.",
            ),
            Check(
                "a vma that was never touched",
                1,
                never_faulted,
                "a vma without an anon_vma is left alone",
                "What does dst.anon_vma_chain hold before the first page fault, and dst.anon_vma?",
            ),
            Check(
                "the lock",
                2,
                walked_meanwhile,
                "a walk under the root's mutex meets every vma once",
                "Whose mutex does a walk hold, and for how long must it be kept out?",
            ),
            Check(
                "one process",
                2,
                both(races(*ONE_PROCESS), races("merge-next-higher", "unfaulted", "quiescent")),
                "no page of a single process is lost",
                "Where in the list does the walk stand when the page table entry moves, and where "
                "does it go next?",
            ),
            Check(
                "families",
                2,
                races(*FAMILIES),
                "no page is lost that parents and children share, or have of their own",
                "page->mapping names one anon_vma: which one, for a page that the parent wrote?",
            ),
            Check(
                "the way back",
                1,
                races(*WAY_BACK),
                "no page is lost when a move fails half-way and is undone",
                "On the way back, which of the two vmas is the destination?",
            ),
            Check(
                "other processes",
                2,
                OTHERS,
                "two processes that move at once, and one that exits, disturb nobody",
                "Whose nodes does your function touch? Another process may be moving pages "
                "between its own.",
                last=True,
            ),
        ),
        hints=(
            "A walk goes through anon_vma.head from head to tail. What must be true of the places "
            "of the source and the destination, so that an entry that moves during a walk is "
            "still ahead of it?",
            "dst.anon_vma_chain gives dst's avcs, one for each list. A list may be changed only "
            "with the mutex of the root held, and all lists of one vma have the same root.",
            "For each avc: see to it that the root is locked (lock_anon_vma_root keeps the one it "
            "has), take avc.same_anon_vma out of its list, and put it in again at the tail of "
            "avc.anon_vma.head. After the last one, drop the lock; with no avc there is none.",
        ),
    )
)


def find_exercise(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        UserError: there is none; lists those that there are.
    """
    if name not in EXERCISES:
        raise UserError(f"unknown exercise {name!r}; there are {', '.join(EXERCISES)}")
    return EXERCISES[name]
