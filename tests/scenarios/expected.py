"""What each release must do in each scenario, and why: written before the scenarios were.

From the ordering theorem (every transfer goes forward in the list that is walked, or the mover
holds the root mutex), its converse, and what each release does:

- v3.0 looks at a pte without its lock before it restores it: whoever moves the entry of the page
  that is walked for can lose it, in any order of the list.
- v3.1 and v3.2 take the lock first: only a transfer backward in the list loses.
- v3.3 puts the destination last before every transfer.
- v3.7 keeps the vmas in order of their page offset, those that are equal in order of insertion;
  a new vma, and one that has just been extended downward to its neighbour's offset, is the last of
  its equals.  Where the destination starts below the source, the order is wrong, and the moves are
  made under the root mutex; so are those of a retreat.
- v6.16 (to 6.18.7) and today (6.18.8 and later) keep walks and moves apart as v3.7 does.  They let
  a faulted range join an unfaulted neighbour; v6.16 forgets to register that neighbour, if mremap
  brings the range, so that no walk finds the pages.  A program sees nothing of it.
- Two half-way houses of v3.7's series: the lock always, with the list (108d6642ad81 alone), and
  the tree, but never the lock.
- Up to v3.6 vma_adjust looks at the shrinking vma's anon_vma alone to decide about the lock.
"""

FAILS, HOLDS = "fails", "holds"
RELEASES = ("v3.0", "v3.1", "v3.2", "v3.3", "v3.7", "v6.16", "today")

PEEK = "the moving entry is looked at without the ptl: it is in no slot for a moment"
PTL = "the ptl is taken first, so a batch of moves is seen whole"
FORWARD = "the destination stands behind the source: an entry that moves stays ahead of the walk"
BACKWARD = "the destination stands before the source: the entry can pass the walk"
MOVED = "anon_vma_moveto_tail puts the destination behind the source, under the root mutex"
RETREAT = "the error path carries the entries back up the list"
RETREAT_FIXED = "the source goes to the tail before the entries come back"
STAYS = "the page that is walked for does not move, and its vma never leaves the list"
COPIED = "fork copies downward: the child is at the tail of the lists before any pte is copied"
NO_ENTRIES = "the source was never faulted: there is nothing that a walk looks for"
ALONE = "nobody else acts"
SORTED = "the destination starts below the source: the moves are made under the root mutex"
LAST_OF_EQUALS = "the destination starts where the source does, and was inserted later"
HIGHER = "the destination starts above the source: the tree has it behind, where the list had not"
RETREAT_LOCKED = "the entries come back under the root mutex"
BORDER = "the border moves without the mutex, as the vma that shrinks has no anon_vma"
BORDER_LOCKED = "the mutex is taken if either of the two vmas has an anon_vma"
NO_MERGE = "a faulted range joins no unfaulted neighbour"
UNREGISTERED = "the neighbour takes the pages in and is on no list: their anon_vma is freed"
REGISTERED = "the neighbour gets the chain of the vma that the range is copied from"


Row = dict[str, tuple[str, str]]


def _row(v30: str, v31: str, why30: str, why31: str, why33: str, why37: str) -> Row:
    """A row in which v3.3 and all later releases hold."""
    old = {"v3.0": (v30, why30), "v3.1": (v31, why31), "v3.2": (v31, why31)}
    new = dict.fromkeys(("v3.7", "v6.16", "today"), (HOLDS, why37))
    return {**old, "v3.3": (HOLDS, why33), **new}


_BACKWARD = _row(FAILS, FAILS, PEEK, BACKWARD, MOVED, SORTED)
_FORWARD = _row(FAILS, HOLDS, PEEK, f"{PTL}; {FORWARD}", FORWARD, LAST_OF_EQUALS)
_RETREAT = _row(FAILS, FAILS, PEEK, RETREAT, RETREAT_FIXED, RETREAT_LOCKED)


def _always(why: str, v37: str = "") -> Row:
    return _row(HOLDS, HOLDS, why, why, why, v37 or why)


EXPECTED: dict[str, dict[str, tuple[str, str]]] = {
    "fresh-destination": _FORWARD,
    "merge-order": _BACKWARD,
    "seed-program": _BACKWARD,
    "merge-next": _FORWARD,
    "merge-next-higher": _row(FAILS, FAILS, PEEK, BACKWARD, MOVED, HIGHER),
    "fork-shared": _BACKWARD,
    "fork-own": _BACKWARD,
    "grandchild": _BACKWARD,
    "parent-after-fork": _BACKWARD,
    "error-path": _RETREAT,
    "error-path-merged": _row(FAILS, FAILS, PEEK, BACKWARD, RETREAT_FIXED, RETREAT_LOCKED),
    "error-path-fork": _RETREAT,
    "bystander": _always(STAYS),
    "two-movers": _row(FAILS, HOLDS, PEEK, FORWARD, FORWARD, LAST_OF_EQUALS),
    "third-process": _always(STAYS),
    "quiescent": _always(ALONE),
    "unfaulted": _always(NO_ENTRIES),
    "fork-migrating": _always(COPIED),
    "pte-peek": _FORWARD,
    "whole-migration": _BACKWARD,
    "mprotect-border": {
        **dict.fromkeys(("v3.0", "v3.1", "v3.2", "v3.3"), (FAILS, BORDER)),
        **dict.fromkeys(("v3.7", "v6.16", "today"), (HOLDS, BORDER_LOCKED)),
    },
    "merge-faulted": {
        **dict.fromkeys(("v3.0", "v3.1", "v3.2", "v3.3", "v3.7"), (HOLDS, NO_MERGE)),
        "v6.16": (FAILS, UNREGISTERED),
        "today": (HOLDS, REGISTERED),
    },
}

NEVER_LOCKED: Row = {
    **dict.fromkeys(EXPECTED, (HOLDS, "as in v3.7, which takes no lock here")),
    **dict.fromkeys(
        (
            *("merge-order", "seed-program", "fork-shared", "fork-own", "grandchild"),
            *("parent-after-fork", "whole-migration"),
        ),
        (FAILS, "the destination starts below the source, and nothing keeps the walk out"),
    ),
    **dict.fromkeys(("error-path", "error-path-merged", "error-path-fork"), (FAILS, RETREAT)),
}
"""The tree of v3.7, and moves that never take the root mutex."""

ALWAYS_LOCKED: Row = {
    **dict.fromkeys(EXPECTED, (HOLDS, "no entry moves while a walk goes on, whatever the order")),
    "mprotect-border": (FAILS, BORDER),
}
"""108d6642ad81 on v3.3: the list, in order of insertion, and always the lock."""
