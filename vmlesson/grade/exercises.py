"""The exercises as data: what is asked, where it is put in, what is checked, what is hinted at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import UserError
from .alone import (
    at_home,
    ended,
    moved,
    moved_to_tail,
    never_faulted,
    nothing_to_walk,
    outside,
    restored,
    restored_meanwhile,
    visited,
    walked_meanwhile,
)
from .moves import moves, random_calls, random_lists
from .report import Checked
from .situations import Situations, both, races
from .values import broken_by, counted


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
        usual: what Linux's own function reads without a lock, too: no remark is made of that.
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
    judge: Callable[[Any], list[Checked]] | None = None
    usual: tuple[str, ...] = ()

    @property
    def max_points(self) -> int:
        """What a right answer is worth."""
        if self.judge is not None:
            return sum(check.max_points for check in self.judge(None))
        return sum(check.points for check in self.checks)

    @property
    def noun(self) -> str:
        """What is asked for."""
        return "function" if self.parameters else "value"

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

OTHERS_IN_LIST = both(
    races("third-process", form="a child exits"),
    races("third-process", form="another forks and exits", walkers=0),
)

OTHERS = both(
    races("two-movers"),
    OTHERS_IN_LIST,
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
                races(*ONE_PROCESS, "merge-next-higher", "unfaulted", "quiescent"),
                "no page of a single process is lost",
                "Where in the list does the walk stand when the page table entry moves, and where "
                "does it go next?",
            ),
            Check(
                "families",
                2,
                both(random_lists, races(*FAMILIES)),
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


_exercise(
    Exercise(
        name="vma_address",
        title="Where in a vma would a page be?",
        asked="vma_address",
        parameters=("page", "vma"),
        release="v3.3",
        promise="the address in vma, in bytes, at which page would be; -EFAULT if it is outside",
        minutes="10",
        checks=(
            Check(
                "at home",
                2,
                at_home,
                "right for every page of a vma that never moved",
                "page.index counts pages, and so does vm_pgoff: from where?",
            ),
            Check(
                "moved",
                1,
                moved,
                "right for every page of a vma that moved",
                "What does a faulted vma keep when it moves, vm_start or vm_pgoff?",
            ),
            Check(
                "outside",
                2,
                outside,
                "-EFAULT for pages that are outside",
                "Which addresses are in [vm_start, vm_end)? vm_end itself?",
            ),
            Check(
                "while it moves",
                1,
                both(
                    random_calls,
                    races("fresh-destination", "merge-order", "fork-migrating", "whole-migration"),
                ),
                "no page is lost while vmas grow and move",
                "vma_bounds(vma) reads all three bounds at once. What may have changed between "
                "two reads?",
            ),
        ),
        hints=(
            "Start at the end: the first page of the vma has index vm_pgoff and address vm_start.",
            "start, end, pgoff = await vma_bounds(vma) reads them in one step. How many pages "
            "behind the first is this one, and how many bytes is a page?",
            "The address is start plus the number of pages between pgoff and page.index, times "
            "PAGE_SIZE; it must be at least start and below end.",
        ),
        usual=(".bounds ",),
    )
)

_exercise(
    Exercise(
        name="rmap_walk",
        title="Visit every vma in which a page may be",
        asked="rmap_walk_anon",
        parameters=("page", "rmap_one", "arg"),
        release="v3.3",
        promise="rmap_one(page, vma, address, arg) is called for every vma in which page may be "
        "mapped, from head to tail with the root's mutex held, until it returns something "
        "other than SWAP_AGAIN; what it returned last is returned",
        minutes="15 to 20",
        checks=(
            Check(
                "whom it calls",
                2,
                visited,
                "rmap_one is called for every vma in which the page may be, in order",
                "What does vma_address say of a vma in which the page cannot be?",
            ),
            Check(
                "when it ends",
                2,
                both(nothing_to_walk, ended),
                "the walk ends when rmap_one says so, and where there is nothing to walk",
                "What must be dropped on every way out, and what is there to lock for a page that "
                "has no anon_vma?",
            ),
            Check(
                "migration",
                2,
                both(
                    random_calls,
                    races("fresh-destination", "merge-order", "fork-migrating", "whole-migration"),
                ),
                "no page is lost that migrates during an mremap",
                "From where to where must the walk go, if pages move towards the tail?",
            ),
            Check(
                "families",
                2,
                both(races("grandchild", "error-path", "bystander"), OTHERS_IN_LIST),
                "no page is lost while others move, fork and exit",
                "Who else changes this list, and under which lock?",
            ),
        ),
        hints=(
            "page.mapping is the anon_vma, or None, and its head the list. The list may change "
            "unless a certain mutex is held.",
            "async for avc in list_for_each_entry(anon_vma.head) goes from head to tail; "
            "avc.vma is the vma, and await vma_address(page, avc.vma) the address, or -EFAULT.",
            "No anon_vma: return at once. Else lock; for each avc take the address, go on to the "
            "next if it is -EFAULT, else await rmap_one(page, avc.vma, address, arg), and break "
            "if it returns something other than SWAP_AGAIN; unlock; return what came last, "
            "SWAP_AGAIN if nothing did.",
        ),
    )
)

_exercise(
    Exercise(
        name="pte_peek",
        title="A look without the lock",
        asked="remove_migration_pte",
        parameters=("new", "vma", "addr", "old"),
        release="v3.0",
        promise="if the pte at addr is a migration entry for old, it becomes a pte for new; an "
        "entry that mremap carries from one place to another meanwhile is not missed",
        minutes="15",
        checks=(
            Check(
                "alone",
                1,
                both(
                    restored, restored_meanwhile, random_calls, races("fork-migrating", "quiescent")
                ),
                "a migration entry is replaced, and everything else is left alone",
                "What must be done to the new page for each pte that maps it?",
            ),
            Check(
                "the moving entry",
                3,
                races("pte-peek"),
                "an entry that moves is seen, in one place or the other",
                "mremap holds two locks while the entry is in neither slot. Which of them would "
                "you have to wait for, before you look?",
            ),
            Check(
                "other moves",
                2,
                races("fresh-destination", "merge-next", "bystander"),
                "no page is lost that moves to a vma further down the list",
                "Is there still a look at the pte before the lock is taken?",
            ),
        ),
        hints=(
            "Find the two looks at the pte. What holds still between them, and what does not?",
            "pte_offset_map_lock(mm, addr) gives the slot with its lock held: nobody moves an "
            "entry out of it, or into it, until you drop the lock.",
            "Leave out the first look. Take the lock, read the pte once, decide, unlock.",
        ),
        usual=(".table ", ".count ", ".mapcount ", ".vm_flags "),
    )
)

_exercise(
    Exercise(
        name="call_site",
        title="Where must it be called?",
        asked="copy_vma",
        parameters=("vma", "addr", "length", "pgoff"),
        release="v3.3",
        promise="when copy_vma returns, the vma that the pages go to stands behind the one that "
        "they come from, in every list",
        minutes="20",
        checks=(
            Check(
                "a new vma",
                1,
                both(
                    moves("to a new place", "onto its own vma", fails=False),
                    moves("to a new place", "onto its own vma", fails=True),
                    races("fresh-destination", "unfaulted"),
                ),
                "moves to where nothing is, and of memory that was never touched, work",
                "Which vmas are there after a merge that swallowed the source?",
            ),
            Check(
                "one process",
                3,
                both(
                    moves("back", "into a hole", fails=False, movers="P"),
                    races("merge-order", "seed-program", "merge-next", "bystander", "quiescent"),
                ),
                "no page of a single process is lost",
                "anon_vma_clone puts new nodes at the tail. Which way through copy_vma does not "
                "clone?",
            ),
            Check(
                "not by address",
                2,
                races("merge-next-higher"),
                "the order in the lists is kept, whatever the addresses are",
                "vma_merge may extend the vma below or the one above: which one is it, and who "
                "tells you?",
            ),
            Check(
                "families",
                2,
                both(
                    moves("back", "into a hole", fails=False, movers="families"),
                    moves("back", "into a hole", fails=True),
                    random_calls,
                    races(*FAMILIES, "error-path-merged"),
                    OTHERS_IN_LIST,
                ),
                "no page of parents and children is lost",
                "Which vma is the destination here?",
            ),
        ),
        hints=(
            "There are three ways through copy_vma: the merge took the source in; the merge "
            "extended another vma; a new vma was made. Say for each what its lists look like.",
            "A new vma is at the tail already. A vma that has swallowed the source was never "
            "touched. What is left?",
            "Call it after the merge, in the branch in which the source still is a vma of its own, "
            "for the vma that vma_merge returned.",
        ),
    )
)

_exercise(
    Exercise(
        name="error_path",
        title="The way back",
        asked="move_vma",
        parameters=("vma", "old_addr", "old_len", "new_len", "new_addr"),
        release="v3.3",
        promise="if a page table cannot be had half-way, everything is moved back, and no page "
        "under migration is lost on the way",
        minutes="20",
        checks=(
            Check(
                "the way there",
                2,
                both(
                    moves(fails=False),
                    random_calls,
                    races("fresh-destination", "merge-order", "merge-next-higher", "grandchild"),
                ),
                "moves lose nothing on the way there, and what is mapped in the end is right",
                "Does what you added also run when nothing fails, or too early?",
            ),
            Check(
                "back from a new vma",
                3,
                both(
                    moves("to a new place", "onto its own vma", fails=True, movers="P"),
                    races("error-path"),
                    races("error-path", first=1),
                ),
                "the way back from a new vma loses nothing",
                "On the way back the pages go from the new vma to the old one. Which of the two "
                "must stand behind the other now?",
            ),
            Check(
                "back from a merged vma",
                2,
                both(
                    moves("back", "into a hole", fails=True, movers="P"),
                    races("error-path-merged"),
                    races("error-path-merged", first=1),
                ),
                "nor does the way back from a vma that was extended",
                "In which order do the two stand here, before the way back?",
            ),
            Check(
                "families",
                1,
                both(
                    moves(fails=True, movers="families"),
                    races("error-path-fork", "unfaulted", "quiescent"),
                    OTHERS_IN_LIST,
                ),
                "nor in a child, or for memory that was never touched",
                "What does the call return when it failed, and what is unmapped then?",
            ),
        ),
        hints=(
            "Moving back is a move like any other. What does every move need, before its first "
            "entry goes?",
            "On the way back source and destination have changed roles: vma is where the pages go.",
            "Before the second move_page_tables, put the vma that is the destination now to the "
            "tail of its lists.",
        ),
    )
)

_exercise(
    Exercise(
        name="count_the_calls",
        title="How often is it called?",
        asked="answer",
        parameters=(),
        release="v3.3",
        promise="a list of six numbers: how often each sequence of system calls calls "
        "anon_vma_moveto_tail",
        minutes="10",
        checks=(),
        hints=(
            "Only two places call it. For each sequence ask whether an mremap comes by one of "
            "them.",
            "The one in copy_vma: only after a merge that extended another vma. The one in "
            "move_vma: only when a page table could not be had.",
            "Growing in place never comes to copy_vma. A move that fails after a merge comes by "
            "both.",
        ),
        judge=counted,
    )
)

_exercise(
    Exercise(
        name="break_it",
        title="Break v3.2 by hand",
        asked="answer",
        parameters=(),
        release="v3.2",
        promise="a schedule, as a list of the names of CPUs, one per step, that loses a page with "
        "at most two preemptions",
        minutes="20",
        checks=(),
        hints=(
            "The walk must have passed the destination before the entry arrives there, and must "
            "come to the source after it has left.",
            "Let migration walk until it has looked at the first vma of the list, and then let "
            "mremap go on.",
            "Migration up to the pte of the first vma, mremap to its end, migration to its end.",
        ),
        judge=broken_by,
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
