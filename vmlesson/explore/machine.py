"""Each CPU, learned once: what it does next depends only on what it has read so far.

A *node* is where a CPU is; it stands for all that its steps have read until here.  What its next
step does depends on the node, and on what that step reads.  A *leaf* is such a step: the values
that it found, those that it wrote, and the node that it led to.  (From a counter, `atomic_t`, that
it only asks and counts, it gets the answers; one leaf stands for all counts that give the same.)  A
coroutine runs only for a node and values that were never met together; all else is look-up.  A
*state* of the program is then a small tuple, and to come back to one costs nothing:

    (a node for each CPU, what is in the memory, what the execution fails with, if it does already)

States are equal if each CPU has read the same in all its steps, and the memory is the same.  Where
a CPU has ended, what it has read matters no longer, only what it leaves behind: its findings, the
order in which it took locks, what it made.  That holds while the promise looks at nothing else; if
it sees plain state of Python's that CPUs change (`.hidden`), ends are told apart by what was read.

What a step does not read, it does not depend on: `vmlesson.kernel.atomic.Named` ensures that.  Each
step that is executed again is compared with what was learned, and a difference ends the search.
"""

from __future__ import annotations

from collections.abc import Callable

from ..kernel.atomic import CPU, Finding
from ..replay.blame import blame_after
from ..replay.execution import Execution, Program
from .executing import Executing
from .guards import Guards
from .hidden import seen_by
from .kept import Learned
from .nodes import Leaf, Node, State, Way
from .values import Memory, left_by


class PromiseSeesMore(Exception):
    """The promise looks at plain state that CPUs change: ends cannot be merged."""


class Machine:
    """A program whose CPUs are learned.

    Args:
        program, made: as for `Execution`.
        merge: whether CPUs that have ended alike are the same, however they came there.

    Attributes:
        names: of the CPUs.
        root: the state at the start.
        live: the one execution that there is.
        guards: who touches what, under which locks.
        locks: the locations of locks.
        keep: is given what was learned, for the next program; None: nobody wants it.
        steps: how many were executed to learn, those that led back to a state included.  Of a
            random schedule only what was new counts.
    """

    def __init__(self, program: Program, made: int, merge: bool) -> None:
        self.merge, keeper = merge, program if merge else None
        self.keep: Callable[[Learned], None] | None = getattr(keeper, "keep", None)
        self.learned = learned = getattr(keeper, "lend", Learned)()
        self.values, self.ends = learned.values, learned.ends
        self.verdicts, self.locks = learned.verdicts, learned.locks
        self.steps = 0
        self.live = Executing(program, made)
        self.live.execution.text.hits_asked = False
        cpus = self.live.execution.cpus
        self.names = [cpu.name for cpu in cpus]
        self.guards = Guards([learned.expected(cpu.index) for cpu in cpus])
        memory = self.values.memory()
        nodes = [learned.roots.setdefault(cpu.index, self._node(cpu, memory, 0)) for cpu in cpus]
        for node in nodes:
            self.guards.wait(node)
        self.root = self.live.at = tuple(nodes), memory, self.live.execution.blame

    # -- what comes after a state

    def leaf(self, state: State, cpu: int, way: Way) -> Leaf | None:
        """The step that a CPU takes from a state; None if it cannot."""
        nodes, memory, _ = state
        node = nodes[cpu]
        try:
            return node.next[memory]
        except KeyError:
            leaf = None
            if self.can_go_on(state, cpu, way):
                leaf = self._known(node, memory) or self._learn(node, state, way)
            node.next[memory] = leaf
            return leaf

    def can_go_on(self, state: State, cpu: int, way: Way) -> bool:
        """Whether a CPU could take a step from a state."""
        nodes, memory, _ = state
        node = nodes[cpu]
        if node.ended or node.on is None:
            return not node.ended
        number = self.values.at(memory, node.on)
        if number not in node.open:
            plain, value = self.values.plain(node.on, number)
            if plain and node.admits:
                node.open[number] = node.admits(value)
            else:
                node.open[number] = self.execution_at(state, way).cpus[cpu].enabled
        return node.open[number]

    def leaves(self, state: State, way: Way) -> dict[int, Leaf]:
        """The steps that can be taken from a state, by CPU."""
        leaves = ((cpu, self.leaf(state, cpu, way)) for cpu in range(len(self.names)))
        return {cpu: leaf for cpu, leaf in leaves if leaf is not None}

    def after(self, state: State, leaf: Leaf) -> State:
        """The state after a step."""
        nodes, memory, blame = state
        into = leaf.after.get(memory)
        if into is None:
            into = leaf.after[memory] = self.values.after(memory, leaf.written, leaf.added)
        cpu = leaf.node.cpu
        if blame is not None or leaf.finding is not None:
            if blame not in leaf.blames:
                new = blame_after(blame, cpu, leaf.finding, leaf.reads, leaf.writes)
                leaf.blames[blame] = new
            blame = leaf.blames[blame]
        return (*nodes[:cpu], leaf.to, *nodes[cpu + 1 :]), into, blame

    def finding(self, state: State, way: Way) -> Finding | None:
        """What an execution fails by that ends in a state."""
        nodes, memory, blame = state
        end = nodes, memory
        if end not in self.verdicts:
            self.verdicts[end] = self.execution_at(state, way).finding_at_end()
            self.live.at = None  # the promise may have touched things
        if self.merge and self.live.execution.text.hits_asked:
            raise PromiseSeesMore
        return self.verdicts[end] if blame is None else blame.finding

    # -- executing

    def execution_at(self, state: State, way: Way) -> Execution:
        """A real execution that is in a state, to which a way leads."""
        if self.live.at != state:
            ahead: list[Leaf] = []
            here, met = self.root, False
            for cpu in way():
                if here == self.live.at:
                    ahead, met = [], True
                nodes, memory, _ = here
                leaf = nodes[cpu].next[memory]
                assert leaf is not None  # all of the way is known
                ahead.append(leaf)
                here = self.after(here, leaf)
            if not met:
                self.live.begin(self.root)
            for leaf in ahead:
                self._repeat(leaf)
                self.steps += 1
        return self.live.execution

    def step(self, cpu: int) -> None:
        """Let a CPU take its next step: learned if it is new, otherwise as `_repeat`."""
        state = self.live.at
        assert state is not None
        nodes, memory, _ = state
        leaf = nodes[cpu].next[memory] = self._known(nodes[cpu], memory)
        if leaf is None:
            self._execute(nodes[cpu])
        else:
            self._repeat(leaf)

    def _repeat(self, leaf: Leaf) -> None:
        """Take a step that is known again.  Doubt, if it is not what it was."""
        state = self.live.at
        assert state is not None
        self.live.repeat(leaf)
        self.live.at = self.after(state, leaf)

    def close(self) -> None:
        """Drop the execution."""
        self.live.close()

    def leave(self) -> None:
        """Drop what was learned, too, if nobody wants it."""
        self.close()
        if self.keep is None:
            self.learned.take_apart({*self.learned.roots})

    # -- learning

    def _known(self, node: Node, memory: Memory) -> Leaf | None:
        """The step that a CPU takes from a node, where that was learned."""
        for leaf in node.leaves:
            if self.values.fits(memory, leaf.needs):
                self.guards.meet(leaf)  # it may have been learned of another program
                return leaf
        return None

    def _learn(self, node: Node, state: State, way: Way) -> Leaf:
        """A step that is not known yet.

        Where the execution that there is has brought this CPU here, it may be learned from that,
        whatever the others have done meanwhile: what comes of it depends on what it reads, and if
        that is the same in `state`, so is the step.
        """
        at, cpu = self.live.at, self.live.execution.cpus[node.cpu]
        if at is not None and at[0][node.cpu] is node and cpu.enabled:
            if self._known(node, at[1]) is None:
                leaf = self._execute(node)
                if self.values.fits(state[1], leaf.needs):
                    return leaf
        self.execution_at(state, way)
        return self._execute(node)

    def _execute(self, node: Node) -> Leaf:
        """Let a CPU take its next step, and learn it."""
        state, execution = self.live.at, self.live.execution
        cpu = execution.cpus[node.cpu]
        assert state is not None
        _, memory, _ = state
        operation = str(cpu.pending)
        finding = self.live.step(node.cpu)
        self.steps += 1
        needs, written, added = self.values.effect(cpu, memory, execution.objects)
        to = self._node(cpu, self.values.after(memory, written, added), node.steps + 1)
        reads, writes, wrote = frozenset(cpu.reads), frozenset(cpu.writes), self.live.wrote(cpu)
        leaf = Leaf(node, to, operation, finding, reads, writes, wrote, needs, written, added)
        self.guards.meet(leaf)
        node.leaves.append(leaf)
        node.next[memory] = leaf
        self.live.at = self.after(state, leaf)
        return leaf

    def _node(self, cpu: CPU, memory: Memory, steps: int) -> Node:
        node = Node(cpu, steps)
        self.locks.update(lock.key for lock in cpu.held)
        if node.on is not None:
            node.open[self.values.at(memory, node.on)] = cpu.enabled
        if not node.ended or not self.merge:
            return node
        if seen_by(self.live.execution.promise) != self.live.promised:
            raise PromiseSeesMore
        return self.ends.setdefault(left_by(cpu, self.live.execution.objects), node)
