"""One process on the model and one on the running kernel, doing the same.

After each call the two are compared: what it returned, the ranges and rights in /proc/PID/maps,
which pages are present, their contents, and which of them share a page frame or have kept theirs.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from vmlesson.kernel import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_READ,
    PROT_WRITE,
    Kernel,
    Mapping,
    Task,
)
from vmlesson.kernel.audit import slots_of
from vmlesson.live.machine import ARENA, ARENA_END, SAMPLE, LiveTask, Machine, ProcessDied, View
from vmlesson.live.script import page_number, ranges

MOVE = MREMAP_MAYMOVE | MREMAP_FIXED
ZERO_PAGE = -1
"""Stands for the frame of the shared zero page in a model's view."""


class Difference(AssertionError):
    """The model and the running kernel disagree."""


def view_of(task: Task) -> View:
    """A model task's arena, as LiveTask.look() shows that of a process."""
    maps = [
        (each.start, each.end, each.perms)
        for each in task.maps()
        if each.end > ARENA and each.start < ARENA_END
    ]
    present = {
        slot.address: pte for slot, pte in slots_of(task.mm) if ARENA <= slot.address < ARENA_END
    }
    frames = {at: ZERO_PAGE if pte.page is None else pte.page.pfn for at, pte in present.items()}
    readable = [(start, end) for start, end, perms in maps if perms[0] == "r"]
    contents = {
        at: bytes(SAMPLE) if pte.page is None else pte.page.contents[:SAMPLE]
        for at, pte in present.items()
        if any(start <= at < end for start, end in readable)
    }
    return View(maps, frames, contents)


class Bench:
    """A booted kernel beside the running one; makes pairs of processes and compares them.

    ``frames`` says which frame of the running kernel a frame of the model stands for; ``agree``
    is whether no difference was found so far.
    """

    def __init__(self, machine: Machine, release: str = "running") -> None:
        self.kernel = Kernel(release, ptes_per_table=4)
        self.machine = machine
        self.pairs: list[Pair] = []
        self.frames: dict[int, int] = {}
        self.agree = True

    def spawn(self, name: str) -> Pair:
        """A new process on either side."""
        return self._add(Pair(self, self.kernel.spawn(name), self.machine.spawn(name)))

    def _add(self, pair: Pair) -> Pair:
        self.pairs.append(pair)
        return pair

    def fork(self, parent: Pair, name: str | None) -> Pair:
        """A child of `parent` on either side."""
        model = parent.model.fork(name)
        child = self._add(Pair(self, model, parent.live.fork(model.name)))
        self.compare()
        return child

    def close(self) -> None:
        """End the processes of the running kernel."""
        for pair in self.pairs:
            if not pair.live.exited:
                pair.live.exit()

    def differ(self, how: str) -> NoReturn:
        """Say that the sides disagree."""
        self.agree = False
        raise Difference(how)

    def expect(self, what: str, model: Any, here: Any) -> None:
        """Hold one result of the model against that of the running kernel."""
        if model != here:
            self.differ(f"{what}: {model} on the model, {here} on this kernel")

    def compare(self) -> None:
        """Hold all living processes against each other.

        Raises:
            Difference: says which process, where, and what either side has.
        """
        standing_for: dict[int, int] = {}
        for pair in self.pairs:
            if pair.exited:
                continue
            model, live = view_of(pair.model), pair.live.look()
            self.expect(f"maps of {pair}", ranges(model.maps), ranges(live.maps))
            if live.frames is None:
                continue
            self.expect(
                f"present pages of {pair}",
                [*map(page_number, sorted(model.frames or ()))],
                [*map(page_number, sorted(live.frames))],
            )
            self.expect(f"contents of {pair}", model.contents, live.contents)
            if any(live.frames.values()):  # to ordinary users the kernel says which to none
                for at, frame in (model.frames or {}).items():
                    real = live.frames[at]
                    expected = standing_for.setdefault(frame, self.frames.get(frame, real))
                    if real != expected:
                        self.differ(
                            f"page {page_number(at)} of {pair} is in frame {real:#x}, "
                            f"not in {expected:#x}"
                        )
        if len(set(standing_for.values())) != len(standing_for):
            self.differ("pages share a frame that on the model have frames of their own")
        self.frames = standing_for
        for sentence in self.kernel.audit():
            self.differ(f"the model is damaged: {sentence}")


class Outcome(NamedTuple):
    """What a call returned, or the name of its errno."""

    value: Any
    error: str = ""

    def __str__(self) -> str:
        return self.error or (f"{self.value:#x}" if type(self.value) is int else repr(self.value))

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is an address outside of the arena: the kernel chose it by itself."""
        return type(self.value) is int and not ARENA <= self.value < ARENA_END


class Pair:
    """A process on either side; has the calls of a `Task`, and compares after each.

    Raises:
        OSError: both sides fail with the same errno.
        Difference: the sides disagree.
    """

    def __init__(self, bench: Bench, model: Task, live: LiveTask) -> None:
        self.bench = bench
        self.model = model
        self.live = live

    def __str__(self) -> str:
        return self.model.name

    @property
    def exited(self) -> bool:
        """Whether it has been ended."""
        return self.model.exited

    def mmap(
        self,
        length: int,
        addr: int | None = None,
        prot: int = PROT_READ | PROT_WRITE,
        fixed: bool = False,
        noreserve: bool = False,
    ) -> int:
        """Map; what the kernel places outside of the arena is unmapped again."""
        return self._placed("mmap", (length, addr, prot, fixed, noreserve), length, None)

    def munmap(self, addr: int, length: int) -> None:
        """Unmap."""
        self._both("munmap", addr, length)

    def mprotect(self, addr: int, length: int, prot: int) -> None:
        """Change access rights."""
        self._both("mprotect", addr, length, prot)

    def mremap(
        self,
        old: int,
        old_len: int,
        new_len: int,
        flags: int = 0,
        new_addr: int | None = None,
        home: int | None = None,
    ) -> int:
        """Resize or move; what the kernel places outside of the arena is moved on to `home`.

        Without a home, it is unmapped.
        """
        return self._placed("mremap", (old, old_len, new_len, flags, new_addr), new_len, home)

    def fork(self, name: str | None = None) -> Pair:
        """A child on either side."""
        return self.bench.fork(self, name)

    def write(self, addr: int, data: bytes) -> None:
        """Write bytes."""
        self._both("write", addr, data)

    def read(self, addr: int, n: int) -> bytes:
        """Read bytes."""
        data: bytes = self._both("read", addr, n).value
        return data

    def exit(self) -> None:
        """End the process on either side."""
        self.model.exit()
        self.live.exit()
        self.bench.compare()

    def read_all(self) -> None:
        """Read every page of the arena on either side, and compare."""
        for address in range(ARENA, ARENA_END, PAGE_SIZE):
            model, here = self._outcomes("read", address, SAMPLE)
            self.bench.expect(f"page {page_number(address)} of {self}", model, here)
        self.bench.compare()

    def maps(self) -> list[Mapping]:
        """The maps of both."""
        return self.model.maps()

    def _outcomes(self, call: str, *arguments: Any) -> tuple[Outcome, Outcome]:
        try:
            here = _outcome(getattr(self.live, call), *arguments)
        except ProcessDied as died:
            self.bench.differ(str(died))
        return _outcome(getattr(self.model, call), *arguments), here

    def _both(self, call: str, *arguments: Any) -> Outcome:
        model, here = self._outcomes(call, *arguments)
        self.bench.expect(f"{call} of {self}", model, here)
        self.bench.compare()
        if model.error:
            raise OSError(getattr(errno, model.error), model.error)
        return model

    def _placed(self, call: str, arguments: tuple[Any, ...], length: int, home: int | None) -> int:
        """A call that returns an address, which the kernel may choose outside of the arena."""
        model, here = self._outcomes(call, *arguments)
        if not (model.is_elsewhere and here.is_elsewhere):
            self.bench.expect(f"{call} of {self}", model, here)
        elif home is None:
            self.model.munmap(model.value, length)
            self.live.munmap(here.value, length)
        else:
            self.model.mremap(model.value, length, length, MOVE, home)
            self.live.mremap(here.value, length, length, MOVE, home)
        self.bench.compare()
        if model.error:
            raise OSError(getattr(errno, model.error), model.error)
        place: int = model.value
        return place


def _outcome(function: Callable[..., Any], *arguments: Any) -> Outcome:
    try:
        return Outcome(function(*arguments))
    except OSError as error:
        return Outcome(None, errno.errorcode[error.errno or 0])
