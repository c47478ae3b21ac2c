"""What each release must do in each scenario, and why: written before the scenarios were.

From the ordering theorem (every transfer goes forward in the list that is walked, or the mover
holds the root mutex), its converse, and what each release does:

- v3.0 looks at a pte without its lock before it restores it: whoever moves the entry of the page
  that is walked for can lose it, in any order of the list.
- v3.1 and v3.2 take the lock first: only a transfer backward in the list loses.
- v3.3 puts the destination last before every transfer.
"""

FAILS, HOLDS = "fails", "holds"
RELEASES = ("v3.0", "v3.1", "v3.2", "v3.3")

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


def _row(
    v30: str, v31: str, v33: str, why30: str, why31: str, why33: str
) -> dict[str, tuple[str, str]]:
    return {"v3.0": (v30, why30), "v3.1": (v31, why31), "v3.2": (v31, why31), "v3.3": (v33, why33)}


_BACKWARD = _row(FAILS, FAILS, HOLDS, PEEK, BACKWARD, MOVED)
_FORWARD = _row(FAILS, HOLDS, HOLDS, PEEK, f"{PTL}; {FORWARD}", FORWARD)
_RETREAT = _row(FAILS, FAILS, HOLDS, PEEK, RETREAT, RETREAT_FIXED)

EXPECTED: dict[str, dict[str, tuple[str, str]]] = {
    "fresh-destination": _FORWARD,
    "merge-order": _BACKWARD,
    "seed-program": _BACKWARD,
    "merge-next": _FORWARD,
    "merge-next-higher": _BACKWARD,
    "fork-shared": _BACKWARD,
    "fork-own": _BACKWARD,
    "grandchild": _BACKWARD,
    "parent-after-fork": _BACKWARD,
    "error-path": _RETREAT,
    "error-path-merged": _row(FAILS, FAILS, HOLDS, PEEK, BACKWARD, RETREAT_FIXED),
    "error-path-fork": _RETREAT,
    "bystander": _row(HOLDS, HOLDS, HOLDS, STAYS, STAYS, STAYS),
    "two-movers": _row(FAILS, HOLDS, HOLDS, PEEK, FORWARD, FORWARD),
    "third-process": _row(HOLDS, HOLDS, HOLDS, STAYS, STAYS, STAYS),
    "quiescent": _row(HOLDS, HOLDS, HOLDS, ALONE, ALONE, ALONE),
    "unfaulted": _row(HOLDS, HOLDS, HOLDS, NO_ENTRIES, NO_ENTRIES, NO_ENTRIES),
    "fork-migrating": _row(HOLDS, HOLDS, HOLDS, COPIED, COPIED, COPIED),
    "pte-peek": _FORWARD,
    "whole-migration": _BACKWARD,
}
