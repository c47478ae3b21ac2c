"""Draw docs/the-race.svg, the picture of the README: the moment at which the page is lost.

The entry has just been moved up from the source to the destination; the walk has looked at the
destination already, and is about to look at the source.
"""

import sys
from pathlib import Path

from vmlesson import show
from vmlesson.scenarios import explore_scenario

PICTURE = Path(__file__).parents[1] / "docs" / "the-race.svg"


def drawing() -> "show.Drawing":
    """The state after the step that stores the migration entry in its new slot."""
    lost = explore_scenario("merge-order", "v3.2", pages=1, form="above, one batch")
    steps = lost.failures[0].trace().steps
    moved = next(step for step in steps if step.op.name == "set_pte_at")
    return show.chains(moved.picture, pages=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(__doc__)
    drawing().save(PICTURE, force=True)
    sys.exit(0)
