"""Which CPU may go on alone: whose next step nobody else can conflict with before it is taken.

A step may be taken alone, before all others, if no other CPU will write what it reads or touch what
it writes; or only while holding a lock that the step's own CPU has now: nobody gets that far until
the step is taken.  Who touches what, and under which locks, is known only from what was seen; so
what is relied on is noted, and `Guards.broken` checks again and again whether it still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .nodes import Leaf, Locks, Node

NEVER = 1 << 62
"""More steps than any CPU takes."""
Seen = dict[int, dict[Locks, int]]
"""By location: with which locks it was met, and after how many steps the last time."""
Touched = tuple[Seen, Seen]
"""What a CPU was seen to touch, and what of that it wrote."""


class Guards:
    """What each CPU was seen to touch, with which locks, and after how many of its steps.

    Attributes:
        touched: what was seen of each CPU.
        news: whether anything was, since `broken` has last looked.
        latest: for a step, the last moment at which each CPU is thought to conflict with it, in
            steps of that CPU; -1: at none.
        relied: for a step that was taken alone, the earliest at which each CPU was met then.
        longer: how many steps longer than was seen a CPU is thought to go on.
        met: the steps that were taken in this program, or learned of another and used here.
    """

    def __init__(self, touched: list[Touched]) -> None:
        self.touched = touched
        self.news = False
        self.latest: dict[Leaf, list[int]] = {}
        self.relied: dict[Leaf, list[int]] = {}
        self.longer = 0
        self.met: set[Leaf] = set()

    def meet(self, leaf: Leaf) -> None:
        """A step is taken in this program."""
        if leaf not in self.met:
            self.met.add(leaf)
            self._note(leaf.node, leaf.reads | leaf.writes, leaf.writes)
            self.wait(leaf.to)

    def wait(self, node: Node) -> None:
        """A CPU comes to a node: it touches what it waits for, whether it goes on or not."""
        if node.on is not None:
            self._note(node, [node.on], [])

    def _note(self, node: Node, touched: Iterable[int], written: Iterable[int]) -> None:
        locks, steps = node.has, node.steps
        for seen, locations in zip(self.touched[node.cpu], (touched, written), strict=True):
            for location in locations:
                latest = seen.setdefault(location, {})
                if steps > latest.get(locks, -1):
                    latest[locks] = steps
                    self.news = True

    def alone(self, leaf: Leaf, others: Sequence[Node]) -> bool:
        """Whether a step can be taken first, whatever CPUs at these nodes do."""
        latest = self.latest.get(leaf)
        if latest is None:
            seen = self._last_seen(leaf)
            latest = self.latest[leaf] = [one + self.longer if one >= 0 else one for one in seen]
        for cpu, node in enumerate(others):
            if node.steps <= latest[cpu] and not node.ended:
                return False
        relied = self.relied.get(leaf)
        if relied is None:
            relied = self.relied[leaf] = [NEVER] * len(latest)
        for cpu, node in enumerate(others):
            if node.steps < relied[cpu] and not node.ended:
                relied[cpu] = node.steps
        return True

    def _last_seen(self, leaf: Leaf) -> list[int]:
        """The last moment at which each CPU was seen to conflict with a step of another; or -1."""
        node, latest = leaf.node, [-1] * len(self.touched)
        for cpu, (touched, written) in enumerate(self.touched):
            if cpu == node.cpu:
                continue
            for seen, locations in ((written, leaf.reads), (touched, leaf.writes)):
                for location in locations & seen.keys():
                    for locks, steps in seen[location].items():
                        if steps > latest[cpu] and locks.isdisjoint(node.excludes):
                            latest[cpu] = steps
        return latest

    def broken(self) -> bool:
        """Whether something was seen that was relied on not being so."""
        if not self.news:
            return False
        self.latest.clear()  # what comes now relies on what is known now
        self.news = False
        return any(
            steps >= since
            for leaf, relied in self.relied.items()
            for steps, since in zip(self._last_seen(leaf), relied, strict=True)
        )

    def forget(self) -> None:
        """Rely on nothing, until it is asked for again; and then on twice as little as before.

        Who was seen to go on longer than was thought may do so for ever, a few steps at a time.
        """
        self.relied.clear()
        self.longer = 2 * self.longer + 1
