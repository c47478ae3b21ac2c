"""Races of system calls at random, by one process or a family: what the catalogue has not."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from random import Random
from types import SimpleNamespace
from typing import Any

from vmlesson.explore import Shared
from vmlesson.grade.moves import move_pages
from vmlesson.kernel import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_READ,
    Kernel,
    Scenario,
    Task,
    sys_exit,
    sys_fork,
    sys_mmap,
    sys_mprotect,
    sys_mremap,
    sys_munmap,
    sys_read,
    sys_write,
)
from vmlesson.scenarios import address

KINDS = ("write", "read", "fork", "exit", "map", "unmap", "protect", "move", "move", "migrate")
Call = tuple[str, int, int, int, int]
"""What, by which process, where, to where, how many pages."""


def race(seed: int) -> Scenario[Any]:
    """Two CPUs, each with one or two calls; who exits has no other thread."""
    random = Random(seed)
    touched, forks = random.sample(range(6), 3), random.randint(0, 2)
    calls: list[list[Call]] = [
        [_call(random, forks) for _ in range(random.randint(1, 2))] for _ in range(2)
    ]

    def set_up(kernel: Kernel) -> SimpleNamespace:
        tasks = [kernel.spawn("P")]
        tasks[0].mmap(6 * PAGE_SIZE, addr=address(0), fixed=True)
        for position in touched:
            tasks[0].write(address(position), b"x")
        for name in "CD"[:forks]:
            tasks.append(tasks[-1].fork(name))
        return SimpleNamespace(tasks=tasks, started=Shared("started", True))

    async def run(now: SimpleNamespace, cpu: int) -> None:
        await now.started.read()  # what comes before the first await is no step
        others = {who for _, who, *_ in calls[1 - cpu]}
        for number, (kind, who, *where) in enumerate(calls[cpu]):
            task = now.tasks[who]
            if not task.exited and not (kind == "exit" and who in others):
                await _made(kind, task, f"{cpu}{number}", *where)

    def cpus(now: SimpleNamespace) -> dict[str, Coroutine[Any, Any, None]]:
        return {"a": run(now, 0), "b": run(now, 1)}

    return Scenario(set_up, cpus, ptes_per_table=4, pages_per_batch=2)


def _call(random: Random, forks: int) -> Call:
    kind, who = random.choice(KINDS), random.randint(0, forks)
    return kind, who, random.randrange(6), random.choice((0, 2, 4, 6, 8)), random.randint(1, 2)


def _made(kind: str, task: Task, name: str, position: int, to: int, pages: int) -> Awaitable[Any]:
    at, target, size = address(position), address(to), pages * PAGE_SIZE
    match kind:
        case "write":
            return sys_write(task, at, name.encode())
        case "read":
            return sys_read(task, at, 1)
        case "fork":
            return sys_fork(task, f"F{name}")
        case "exit":
            return sys_exit(task)
        case "map":
            return sys_mmap(task, size, target, fixed=True)
        case "unmap":
            return sys_munmap(task, at, size)
        case "protect":
            return sys_mprotect(task, at, size, PROT_READ)
        case "move":
            return sys_mremap(task, at, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, target)
    return move_pages(task, at)
