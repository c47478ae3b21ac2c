"""The program of commit 948f017b093a, run on the model.

It allocates three blocks with posix_memalign, fills them, moves the second half of the first onto
the third, moves it back, and compares.  glibc maps each block a little larger than asked and top
down, one below the other, and writes a header into each: so all three lie in one vma, and the way
back closes a hole between two vmas that are family.

The commit's text does not say how large SIZE is; here it is a parameter.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from .errors import UserError, check_kind, check_whole, instead_of
from .kernel import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    SYMBOLS,
    Kernel,
    Mapping,
    Task,
    vm_area_struct,
)
from .kernel.audit import bounds_of, vmas_of, walk_order
from .kernel.mm_types import page_align
from .replay.labels import counted

NAME = "anon_vma_moveto_tail"
"""What the program is called; the kernel keeps the first 15 characters of a command's name."""
COMM_LENGTH = 15
ALIGNMENT = 2 << 20
"""What posix_memalign is asked for, in bytes: a huge page."""
MALLOC_HEADER = 16
SIZE = 4 << 20
LARGEST = 64 << 20


@dataclass(frozen=True)
class Moment:
    """The state after one call of the program.

    `maps` is what /proc/PID/maps would show, `walk` the address ranges of the vmas in the order in
    which a walk of the list of p's anon_vma meets them (empty before the first touch), `hits` how
    often the probe was hit during the call.
    """

    call: str
    maps: tuple[Mapping, ...]
    walk: tuple[str, ...]
    hits: int


@dataclass
class Run:
    """What the program did.

    Attributes:
        release: of the kernel.
        probe: the function whose calls were counted.
        address: of p, in bytes.
        problem: what went wrong, in the words that the program would print; "" if nothing.
        unfailed: how many page tables were allocated where one should have failed, and none did.
        moments: the state after each call.
    """

    release: str
    probe: str
    probe_exists: bool
    address: int = 0
    problem: str = ""
    unfailed: int | None = None
    moments: list[Moment] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether both moves returned their address and no byte changed."""
        return not self.problem

    @property
    def hits(self) -> int:
        """How often the probed function was called while the program ran."""
        return sum(moment.hits for moment in self.moments)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """What the terminal shows: the program's output between perf's."""
        comm, probe = NAME[:COMM_LENGTH], self.probe
        yield f"$ perf probe --add {probe}"
        if self.probe_exists:
            yield f"Added new event: probe:{probe} (on {probe})"
            yield f"$ perf record -e probe:{probe} ./{NAME}"
        else:
            yield f"Failed to find symbol {probe}: Linux {self.release} has no such function."
            yield f"$ ./{NAME}"
        yield f"{self.address:#x}"
        yield self.problem or "ok"
        if self.unfailed is not None:
            made = counted(self.unfailed, "page-table allocation")
            yield f"# none failed: the two mremaps make {made}"
        if not self.probe_exists:
            return
        yield "$ perf report"
        yield f"# {counted(self.hits, 'hit')} of probe:{probe}"
        if self.hits:
            yield "# Overhead  Command          Shared Object      Symbol"
            yield f"   100.00%  {comm:15}  [kernel.kallsyms]  [k] {probe}"
        for moment in self.moments:
            if moment.hits:
                yield f"# {counted(moment.hits, 'hit')} in {moment.call}"


def run_program(
    release: str = "v3.3",
    size: int = SIZE,
    probe: str = NAME,
    fail_at: int | None = None,
    kernel: Kernel | None = None,
) -> Run:
    """Boot a kernel and run the commit's program on it.

    Args:
        release: of the kernel, if `kernel` is not given.
        size: SIZE, in bytes: a multiple of two pages, up to 64 MiB.
        probe: count the calls of this kernel function.
        fail_at: let the n-th page-table allocation of the two mremaps fail, counted from 1.
        kernel: a booted kernel to run it on.

    Raises:
        UserError: an argument out of range; a function that no release has.
    """
    check_whole("size", size, 2 * PAGE_SIZE, LARGEST)
    if size % (2 * PAGE_SIZE):
        raise UserError(f"size is {size} bytes; it must be a multiple of {2 * PAGE_SIZE}")
    if fail_at is not None:
        check_whole("fail_at", fail_at, 1)
    if probe not in list(SYMBOLS):  # which, unlike a dict, takes a question about anything
        raise UserError(f"no kernel function {probe!r}; {instead_of(probe, sorted(SYMBOLS))}")
    if kernel is None:
        kernel = Kernel(release)
    check_kind("run_program", kernel, Kernel, "a kernel that is booted, by Kernel(…)")
    run = Run(kernel.release.name, probe, probe in kernel.text)
    _Program(kernel, run, size, fail_at).main()
    return run


class _Program:
    """The program in the middle of running: its process, and where its blocks are."""

    def __init__(self, kernel: Kernel, run: Run, size: int, fail_at: int | None) -> None:
        self.kernel = kernel
        self.run = run
        self.size = size
        self.fail_at = fail_at
        self.task: Task = kernel.spawn(NAME)
        self.seen = kernel.hits[run.probe]

    def main(self) -> None:
        size, half = self.size, self.size // 2
        p, p2, p3 = (self.posix_memalign(name) for name in ("p", "p2", "p3"))
        self.run.address = p
        self.memset(p, 0xFF, size)
        self.memset(p2, 0xFF, size)
        self.memset(p3, 0x77, PAGE_SIZE)
        self.moment("memset(...) of all three")
        if not self.same(p, p2):
            self.run.problem = "error: p and p2 differ before the first mremap"
            return
        if self.fail_at is not None:
            self.kernel.fail_allocation("page table", self.fail_at)
        moves = (
            (p + half, p3, "mremap(p + SIZE/2, SIZE/2, SIZE/2, MAYMOVE|FIXED, p3)"),
            (p3, p + half, "mremap(p3, SIZE/2, SIZE/2, MAYMOVE|FIXED, p + SIZE/2)"),
        )
        for old, new, call in moves:
            problem = self.mremap(old, half, new)
            self.moment(call)
            if problem:
                self.run.problem = problem
                break
        if self.fail_at is not None and self.kernel.allocations("page table") < self.fail_at:
            self.run.unfailed = self.kernel.allocations("page table")
        if not self.run.problem and not self.same(p, p2):
            self.run.problem = "error: p and p2 differ after the second mremap"

    def posix_memalign(self, name: str) -> int:
        """Map a block with room to align it, as glibc does, and write the header before it."""
        start = self.task.mmap(page_align(self.size + ALIGNMENT + 2 * MALLOC_HEADER))
        self.task.write(start, bytes(MALLOC_HEADER))
        block = -(-(start + MALLOC_HEADER) // ALIGNMENT) * ALIGNMENT
        self.task.write(block - MALLOC_HEADER, bytes(MALLOC_HEADER))
        self.moment(f"posix_memalign(&{name}, 2 MiB, SIZE)")
        return block

    def memset(self, start: int, byte: int, length: int) -> None:
        page = bytes([byte]) * PAGE_SIZE
        for address in range(start, start + length, PAGE_SIZE):
            self.task.write(address, page)

    def same(self, p: int, p2: int) -> bool:
        """memcmp(p, p2, SIZE) == 0."""
        return all(
            self.task.read(p + offset, PAGE_SIZE) == self.task.read(p2 + offset, PAGE_SIZE)
            for offset in range(0, self.size, PAGE_SIZE)
        )

    def mremap(self, old: int, length: int, new: int) -> str:
        """Move, and check the returned address; what perror would print if that is not right."""
        try:
            got = self.task.mremap(old, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, new)
        except OSError as error:
            name = errno.errorcode[error.errno or 0]
            return f"mremap: {os.strerror(error.errno or 0)} ({name})"
        return "" if got == new else f"mremap: returned {got:#x}, not {new:#x}"

    def moment(self, call: str) -> None:
        """Write down the state after a call."""
        hits = self.kernel.hits[self.run.probe]
        families = map(vm_area_struct.anon_vma.peek, vmas_of(self.task.mm))
        family = next(filter(None, families), None)
        walk = () if family is None else tuple(map(_range, walk_order(family)))
        self.run.moments.append(Moment(call, tuple(self.task.maps()), walk, hits - self.seen))
        self.seen = hits


def _range(vma: vm_area_struct) -> str:
    start, end, _ = bounds_of(vma)
    return f"{start:x}-{end:x}"
