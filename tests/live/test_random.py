"""Random sequences of calls on the model and on the running kernel, compared after each call.

A failing sequence shrinks to the shortest, and is printed as a script.  `make fuzz N=10000` runs
more of them.  What "no difference" is worth depends on what was tried: the report counts the kinds
of arguments that were drawn; a kind that never was, in a long run, is a failure.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import ClassVar

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
from pair import Bench, Pair

from vmlesson.kernel import vm_area_struct
from vmlesson.kernel.audit import vma_at
from vmlesson.live import Machine, Pages
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
rarely = st.sampled_from([False, False, False, True])
rights = st.sampled_from(["rw", "rw", "rw", "r", "rwx", "rx", ""])
odd_rights = st.sampled_from(["r", "rws", "s", "r?", "?", "rd", "ru", "rdu"])
odd_number = st.sampled_from([0, 0.5, 1.5, -1, 3, 2**40, 2**52])
hint = st.builds(lambda page, bytes: page + bytes, page, st.sampled_from([0, 0, 1 / 4096, 0.75]))
MAYMOVE, FIXED = 1, 2


class BothKernels(RuleBasedStateMachine):
    """Whatever is done is done on either side; `Pair` compares."""

    machine: Machine
    sequences = 0
    calls = 0
    drawn: ClassVar[Counter[str]] = Counter()

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

    @rule(who=processes, page=page, pages=length, rights=rights, noreserve=rarely)
    def mmap(self, who: Pages, page: int, pages: int, rights: str, noreserve: bool) -> None:
        who.mmap(page, pages, rights, noreserve=noreserve)

    @rule(who=processes, page=hint, pages=length, rights=rights)
    def mmap_beside(self, who: Pages, page: float, pages: int, rights: str) -> None:
        who.mmap(page, pages, rights, fixed=False)

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
        rights=odd_rights,
        call=st.sampled_from(["mmap", "munmap", "mprotect"]),
    )
    def odd(self, who: Pages, page: float, pages: float, rights: str, call: str) -> None:
        assume(within_the_arena(page, pages))
        # Where a stack is to grow, the first vma of the range is looked at: of all addresses, which
        # begin again at 2**52 pages, that is one of the process itself.
        assume("d" not in rights or (page, pages) != (2**52, 2**40))
        getattr(who, call)(page, pages, *[] if call == "munmap" else [rights])

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
                note("\n".join(self.first.lines))
                BothKernels.sequences += 1
                BothKernels.calls += len(self.first.lines)
                for line in self.first.lines:
                    BothKernels.drawn.update(drawn_by(line))
            self.bench.close()


def kind_of(argument: str) -> str:
    """What an argument of a script is an example of."""
    if re.fullmatch(r"'.*'", argument):
        return "odd" if set(argument) & set("sdu?") else "usual"
    number = float(argument)
    if number <= 0:
        return "0" if number == 0 else "negative"
    return "huge" if number >= 2**40 else "pages" if number.is_integer() else "part of a page"


ARGUMENTS = {
    "mmap": ("address", "length", "rights"),
    "munmap": ("address", "length"),
    "mprotect": ("address", "length", "rights"),
    "mremap": ("address", "old length", "new length"),
}


def drawn_by(line: str) -> set[str]:
    """What a line of a script tries: the call, and the kind of each of its arguments."""
    found = re.fullmatch(r"(?:. = )?.\.(\w+)\((.*?)\)(?:  # .*)?", line)
    assert found is not None, line
    call, arguments = found[1], found[2].split(", ")
    if call not in ARGUMENTS:
        return {call}
    names = ARGUMENTS[call]
    tried = {f"{name} {kind_of(given)}" for name, given in zip(names, arguments, strict=False)}
    tried |= {each.partition("=")[0] for each in arguments[len(names) :]}
    return {call, *(f"{call}: {each}" for each in tried)}


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
    for what, times in sorted(BothKernels.drawn.items()):
        print(f"{times:9,}  {what}")
    for what in MUST_BE_DRAWN if SEQUENCES >= 1000 else ():
        assert BothKernels.drawn[what], f"{what}: never drawn"


MUST_BE_DRAWN = (
    "mmap: fixed",
    "mmap: noreserve",
    *(f"{call}: address part of a page" for call in ARGUMENTS),
    *(
        f"{call}: length {kind}"
        for call in ("mmap", "munmap", "mprotect")
        for kind in ("0", "huge")
    ),
    *(f"{call}: rights odd" for call in ("mmap", "mprotect")),
    *(f"mremap: {which} length {kind}" for which in ("old", "new") for kind in ("0", "huge")),
)
