"""Kernels to be drawn, of the catalogue and otherwise."""

import random
from collections.abc import Callable
from contextlib import suppress

from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, PROT_READ, Kernel, Task, page
from vmlesson.scenarios import scenarios
from vmlesson.scenarios.stage import _to_midpoint

MOVE = MREMAP_MAYMOVE | MREMAP_FIXED
BASE = 0x100 * PAGE_SIZE


def of_catalogue(name: str, release: str = "v3.2") -> Kernel:
    """The kernel of a scenario's first form, after its set-up."""
    first = next(iter(scenarios(name).values()))
    kernel: Kernel = first.program(release).text
    return kernel


def every_kind_of_pte() -> tuple[Kernel, Task]:
    """A task with ptes of all four kinds over three page tables, and a long vma."""
    kernel = Kernel("v3.2", ptes_per_table=4)
    task = kernel.spawn("T")
    task.mmap(10 * PAGE_SIZE, addr=BASE, fixed=True)
    task.write(BASE, b"x")
    task.read(BASE + PAGE_SIZE, 1)
    task.write(BASE + 5 * PAGE_SIZE, b"y")
    task.read(BASE + 8 * PAGE_SIZE, 1)
    task.mmap(100 * PAGE_SIZE, addr=8 * BASE, fixed=True)
    task.write(8 * BASE + 7 * PAGE_SIZE, b"z")
    slot = task.mm.slot_at(BASE + 5 * PAGE_SIZE)
    assert slot is not None
    assert isinstance(slot.pte.page, page)
    kernel.run(_to_midpoint(slot.pte.page))
    return kernel, task


def family(line: bool = False) -> Kernel:
    """30 vmas in a family of 5: four children of one, or each the child of the one before."""
    kernel = Kernel("v3.3")
    parent = task = kernel.spawn("P")
    size = 2 * PAGE_SIZE
    task.mmap(6 * size, addr=BASE, fixed=True)
    task.write(BASE, b"x" * 6 * size)
    for number in (1, 3, 5):
        task.mremap(BASE + number * size, size, size, MOVE, BASE + (32 + number) * 2 * size)
    for number in range(1, 5):
        task = (task if line else parent).fork(f"C{number}")
    return kernel


def at_random(seed: int, operations: int = 25) -> Kernel:
    """A kernel on which a few tasks have mapped, moved, forked and exited at random."""
    rng = random.Random(seed)
    kernel = Kernel(rng.choice(["v3.0", "v3.2", "v3.3"]), ptes_per_table=16)
    kernel.spawn("P")
    for number in range(operations):
        with suppress(OSError):
            _act(rng, kernel, f"F{number}")
    return kernel


def _act(rng: random.Random, kernel: Kernel, name: str) -> None:
    living = [task for task in kernel.tasks if not task.exited]
    task = rng.choice(living)
    at, to = (BASE + rng.randrange(24) * PAGE_SIZE for _ in range(2))
    size = rng.randint(1, 6) * PAGE_SIZE
    actions: list[Callable[[], object]] = [
        lambda: task.mmap(size, addr=at, fixed=True),
        lambda: task.write(at, b"x"),
        lambda: task.write(at, bytes(size)),
        lambda: task.read(at, 1),
        lambda: task.mremap(at, size, size, MOVE, to),
        lambda: task.mprotect(at, size, PROT_READ),
        lambda: task.munmap(at, size),
        lambda: len(living) < 5 and task.fork(name),
        lambda: len(living) > 1 and task.exit(),
    ]
    rng.choices(actions, weights=[4, 4, 4, 2, 4, 2, 1, 3, 1])[0]()
