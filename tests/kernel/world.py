"""Processes whose system calls count in pages, and a driver that remembers every operation."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from vmlesson.kernel import (
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_EXEC,
    PROT_READ,
    PROT_WRITE,
    Kernel,
    Task,
    page,
    vm_area_struct,
)
from vmlesson.kernel.atomic import CPU
from vmlesson.kernel.audit import walk_order

BASE = 0x1000
RIGHTS = {"r": PROT_READ, "w": PROT_WRITE, "x": PROT_EXEC, "-": 0}


def at(position: int) -> int:
    """The address of a page, in bytes."""
    return (BASE + position) * PAGE_SIZE


def rights(letters: str) -> int:
    return sum(RIGHTS[letter] for letter in letters)


class World:
    """A kernel and the process `task`, which `do` may replace by its child."""

    def __init__(self, release: str = "v3.3", **parameters: Any) -> None:
        self.kernel = Kernel(release, **parameters)
        self.parent = self.task = self.kernel.spawn("P")

    def do(self, program: str) -> World:
        """``map 0-2 rw t; unmap 1; prot 1 r; move 30-31 10; grow 0 3; touch 1; fork; parent``."""
        for call in program.split(";"):
            name, *words = call.split()
            if name == "fork":
                self.task = self.parent.fork("C")
            elif name == "parent":
                self.task = self.parent
            else:
                first, _, last = words[0].partition("-")
                start, count = int(first), int(last or first) - int(first) + 1
                getattr(self, name)(start, count, *words[1:])
        return self

    def map(self, start: int, count: int = 1, *words: str) -> None:
        prot = rights(next((word for word in words if word != "t"), "rw"))
        self.task.mmap(count * PAGE_SIZE, at(start), prot, fixed=True)
        if "t" in words:
            self.touch(start, count)

    def touch(self, start: int, count: int = 1) -> None:
        for position in range(start, start + count):
            self.task.write(at(position), f"{self.task} {position}".encode())

    def unmap(self, start: int, count: int = 1) -> None:
        self.task.munmap(at(start), count * PAGE_SIZE)

    def prot(self, start: int, count: int, letters: str) -> None:
        self.task.mprotect(at(start), count * PAGE_SIZE, rights(letters))

    def move(self, start: int, count: int, to: str | int, new_count: int | None = None) -> int:
        size, new_size = count * PAGE_SIZE, (new_count or count) * PAGE_SIZE
        flags = MREMAP_MAYMOVE | MREMAP_FIXED
        return self.task.mremap(at(start), size, new_size, flags, at(int(to)))

    def grow(self, start: int, count: int, new_count: str | int) -> int:
        return self.task.mremap(at(start), count * PAGE_SIZE, int(new_count) * PAGE_SIZE)

    def vmas(self, task: Task | None = None) -> list[tuple[int, int]]:
        """The vmas, in pages."""
        maps = (task or self.task).maps()
        return [(m.start // PAGE_SIZE - BASE, m.end // PAGE_SIZE - BASE) for m in maps]

    def vma(self, position: int, task: Task | None = None) -> vm_area_struct:
        vmas = (task or self.task).mm.vmas
        return next(vma for vma in vmas if vma.vm_start <= at(position) < vma.vm_end)

    def page(self, position: int, task: Task | None = None) -> page:
        slot = (task or self.task).mm.slot_at(at(position))
        assert slot is not None
        assert slot.pte.page is not None
        return slot.pte.page

    def kind(self, position: int, task: Task | None = None) -> str:
        slot = (task or self.task).mm.slot_at(at(position))
        return "none" if slot is None else slot.pte.kind

    def reads(self, position: int, n: int = 8, task: Task | None = None) -> str:
        return (task or self.task).read(at(position), n).rstrip(b"\0").decode()

    def walk(self, position: int) -> list[str]:
        """The list of the vma's own anon_vma: process and first page of each vma."""
        family = self.vma(position).anon_vma
        assert family is not None
        return [f"{v.vm_mm}{v.vm_start // PAGE_SIZE - BASE}" for v in walk_order(family)]

    def end(self) -> None:
        """All is well, and nothing is left when all have exited."""
        assert self.kernel.audit() == []
        for task in self.kernel.tasks:
            if not task.exited:
                task.exit()


class Recorded:
    """A coroutine driven to its end alone: what it did, in order."""

    def __init__(self, kernel: Kernel, awaitable: Awaitable[Any]) -> None:
        async def call() -> Any:
            return await awaitable

        cpu = CPU("probe", 9, kernel)
        cpu.start(call())
        self.operations: list[str] = []
        while cpu.pending is not None:
            assert cpu.pending.enabled, f"blocked: {cpu.pending}"
            self.operations.append(cpu.pending.spec.name)
            cpu.step()
        assert cpu.error is None, cpu.error
        assert not cpu.held
        self.result = cpu.result

    @property
    def root_locks(self) -> int:
        """How often a root mutex was taken (no other mutex exists)."""
        return self.operations.count("mutex_lock")
