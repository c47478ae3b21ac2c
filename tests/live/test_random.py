"""Random sequences of calls on the model and on the running kernel, compared after each call.

A failing sequence shrinks to the shortest, and is printed as a script.  `make fuzz N=10000` runs
more of them.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)

from vmlesson.kernel import vm_area_struct
from vmlesson.kernel.audit import vma_at
from vmlesson.live import Bench, Machine, Pages, Pair
from vmlesson.live.script import address_of, rights_of

SEQUENCES = int(os.environ.get("VMLESSON_FUZZ", "150"))
CALLS = 30
MOST_PROCESSES = 4

# Two clusters of pages, each across the border of a page table or beside it: home, and away.
home = st.integers(0, 9)
page = st.one_of(home, home, st.integers(20, 29))
length = st.integers(1, 5)
# Execute-only is left out: it takes a protection key where the processor has them, which is one
# more flag that merging compares.
rights = st.sampled_from(["rw", "rw", "rw", "r", "rwx", "rx", ""])
odd_number = st.sampled_from([0, 0.5, 1.5, -1, 3, 2**40, 2**52])
MAYMOVE, FIXED = 1, 2


class BothKernels(RuleBasedStateMachine):
    """Whatever is done is done on either side; `Pair` compares."""

    machine: Machine
    sequences = 0
    calls = 0

    processes: Bundle[Pages] = Bundle("processes")

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(self.machine)
        self.written = 0
        self.first: Pages | None = None

    @initialize(target=processes)
    def start(self) -> Pages:
        self.first = Pages(self.bench.spawn("A"))
        return self.first

    @rule(who=processes, page=page, pages=length, rights=rights)
    def mmap(self, who: Pages, page: int, pages: int, rights: str) -> None:
        who.mmap(page, pages, rights)

    @rule(who=processes, page=page, pages=length)
    def mmap_beside(self, who: Pages, page: int, pages: int) -> None:
        who.mmap(page, pages, fixed=False)

    @rule(who=processes, page=page, pages=length)
    def munmap(self, who: Pages, page: int, pages: int) -> None:
        who.munmap(page, pages)

    @rule(who=processes, page=page, pages=length, rights=rights)
    def mprotect(self, who: Pages, page: int, pages: int, rights: str) -> None:
        who.mprotect(page, pages, rights)

    @rule(who=processes, page=page, pages=length)
    def write(self, who: Pages, page: int, pages: int) -> None:
        for each in range(page, page + pages):
            self.written += 1
            who.write(each, b"%d" % self.written)

    @rule(who=processes, page=page)
    def read(self, who: Pages, page: int) -> None:
        who.read(page)

    @rule(who=processes, page=page, pages=length, to=page)
    def move(self, who: Pages, page: int, pages: int, to: int) -> None:
        who.mremap(page, pages, to=to)

    @rule(who=processes, page=home, pages=length)
    def move_away(self, who: Pages, page: int, pages: int) -> None:
        who.mremap(page, pages, to=page + 20)

    @rule(who=processes, page=home, pages=length)
    def move_home(self, who: Pages, page: int, pages: int) -> None:
        who.mremap(page + 20, pages, to=page)

    @rule(who=processes, page=page, pages=length, new=length, to=page)
    def move_and_resize(self, who: Pages, page: int, pages: int, new: int, to: int) -> None:
        who.mremap(page, pages, new, to=to)

    @rule(who=processes, page=page, pages=length, new=length)
    def resize(self, who: Pages, page: int, pages: int, new: int) -> None:
        who.mremap(page, pages, new)

    @rule(who=processes, page=page, pages=length, new=length, home=page)
    def resize_anywhere(self, who: Pages, page: int, pages: int, new: int, home: int) -> None:
        assume(self.cannot_join_outsiders(who.task, page))
        who.mremap(page, pages, new, flags=MAYMOVE, home=home)

    def cannot_join_outsiders(self, pair: Pair, page: int) -> bool:
        """Whether, moved next to something of the process itself, it would stay a vma of its own.

        The process has no private memory that may be executed, and a faulted vma keeps its page
        offset, which fits nothing out there.
        """
        vma = vma_at(pair.model.mm, address_of(page))
        if vma is None or vm_area_struct.anon_vma.peek(vma) is not None:
            return True
        return bool(vm_area_struct.vm_flags.peek(vma) & rights_of("x"))

    @rule(
        who=processes,
        page=st.one_of(page, odd_number),
        pages=st.one_of(length, odd_number),
        call=st.sampled_from(["mmap", "munmap", "mprotect"]),
    )
    def odd(self, who: Pages, page: float, pages: float, call: str) -> None:
        assume(within_the_arena(page, pages))
        if call == "mprotect":
            who.mprotect(page, pages, "r")
        else:
            getattr(who, call)(page, pages)

    @rule(
        who=processes,
        page=st.one_of(page, odd_number),
        pages=st.one_of(length, odd_number),
        new=st.one_of(length, odd_number),
        to=st.one_of(st.none(), page, odd_number),
        flags=st.sampled_from([0, FIXED, MAYMOVE | FIXED, 8, 16 | MAYMOVE]),
    )
    def odd_mremap(
        self, who: Pages, page: float, pages: float, new: float, to: float | None, flags: int
    ) -> None:
        assume(within_the_arena(page, pages) and within_the_arena(page, new))
        assume(not flags & FIXED if to is None else within_the_arena(to, new))
        who.mremap(page, pages, new, to=to, flags=flags)

    @rule(target=processes, who=processes)
    def fork(self, who: Pages) -> Pages:
        living = [pair for pair in self.bench.pairs if not pair.exited]
        assume(len(living) < MOST_PROCESSES)
        return who.fork()

    @rule(who=consumes(processes))
    def exit(self, who: Pages) -> None:
        assume(who is not self.first)
        who.exit()

    def teardown(self) -> None:
        try:
            for pair in self.bench.pairs:
                if self.bench.agree and not pair.exited:
                    pair.read_all()
        finally:
            if self.first is not None:
                note(str(self.first.family))
                BothKernels.sequences += 1
                BothKernels.calls += len(self.first.family.lines)
            self.bench.close()


def within_the_arena(page: float, pages: float) -> bool:
    """Whether a call on these pages could hit nothing of the process but the arena."""
    return page == 2**52 or (0 <= page < 32 and (pages < 0 or pages > 2**50 or page + pages < 60))


def test_the_model_does_what_this_kernel_does(machine: Machine) -> None:
    BothKernels.machine = machine
    run_state_machine_as_test(
        BothKernels,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=CALLS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{BothKernels.sequences:,} sequences, {BothKernels.calls:,} calls, no difference")
