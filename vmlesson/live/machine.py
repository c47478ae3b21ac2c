"""The running kernel, behind the same calls as a booted one.

`Machine` stands for `vmlesson.kernel.Kernel`, `LiveTask` for its `Task`: the system calls have the
same names, arguments and errors, and act on real memory.  The work is done in child processes, in
a stretch of addresses, the *arena*, that nothing else uses and that the kernel does not choose by
itself: so nothing here can harm the process that asks, and a child that dies is a finding.
"""

from __future__ import annotations

import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

from ..errors import UserError
from ..kernel import PAGE_SIZE, PROT_READ, PROT_WRITE

ARENA_PAGES = 64
ARENA = (64 << 30) - 6 * PAGE_SIZE
"""The arena's start, in bytes: six pages below the border of a page table, far from what the
kernel chooses from the top down, and from the program and its heap."""
ARENA_END = ARENA + ARENA_PAGES * PAGE_SIZE
MAP_FIXED, MAP_NORESERVE, MAP_FIXED_NOREPLACE = 0x10, 0x4000, 0x100000
PACKET = 1 << 16
SAMPLE = 16
"""How many bytes of each present page are looked at."""
SECONDS = 10
"""How long a process may take over an answer."""
WORKER = Path(__file__).with_name("worker.py")


Range = tuple[int, int, str]
"""Start, end in bytes, and access rights, as a line of /proc/PID/maps gives them."""


class ProcessDied(RuntimeError):
    """A process of the running kernel ended, or did not answer, in the middle of a call."""


class View(NamedTuple):
    """What the arena of one process consists of.

    Attributes:
        maps: (start, end in bytes, access rights) of each vma, as /proc/PID/maps shows them.
        frames: the page frame behind each present page's address; 0 where the kernel does not
            say which; None where it does not even say what is present.
        contents: the first bytes of each page that is present and readable.
    """

    maps: list[Range]
    frames: dict[int, int] | None
    contents: dict[int, bytes]


def why_not() -> str:
    """Why the running kernel cannot be asked, in a sentence; empty if it can."""
    if sys.platform != "linux":
        return f"this is {platform.system()}, not Linux"
    if os.sysconf("SC_PAGESIZE") != PAGE_SIZE:
        return (
            f"this kernel's pages have {os.sysconf('SC_PAGESIZE')} bytes, the model's {PAGE_SIZE}"
        )
    try:
        with Machine() as machine:
            machine.spawn("probe").maps()
    except (OSError, ProcessDied, UserError) as error:
        return f"the running kernel refuses: {error}"
    return ""


class Machine:
    """Makes processes of the running kernel; a context, at whose end they are all gone.

    Raises:
        ProcessDied: no process can be started.
    """

    def __init__(self) -> None:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._first = subprocess.Popen(
                [sys.executable, "-I", "-S", WORKER, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.tasks: list[LiveTask] = []
        self._origin = LiveTask(self, "origin", self._first.pid, mine)
        self._origin.ask("settle", min(os.sched_getaffinity(0)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for task in self.tasks:
            task.channel.close()
        with suppress(ProcessLookupError):
            os.killpg(self._first.pid, signal.SIGKILL)
        self._first.wait()

    def spawn(self, name: str) -> LiveTask:
        """A new process with an empty arena.

        Raises:
            UserError: something else lies in the arena.
        """
        task = self._origin.fork(name)
        size = ARENA_END - ARENA
        place = task.ask("mmap", size, ARENA, 0, MAP_FIXED_NOREPLACE)
        if place != ARENA:
            raise UserError(f"there is something at {ARENA:#x} already; the arena cannot be there")
        task.ask("munmap", ARENA, size)
        return task


class LiveTask:
    """A process of the running kernel.  Its system calls raise OSError, as those of `Task` do.

    ``pid`` is its process ID.  Every call raises ProcessDied if the process does.
    """

    def __init__(self, machine: Machine, name: str, pid: int, channel: socket.socket) -> None:
        self.machine = machine
        self.name = name
        self.pid = pid
        self.channel = channel
        self.exited = False
        machine.tasks.append(self)

    def __repr__(self) -> str:
        return f"<process {self.pid}, {self.name}>"

    def __str__(self) -> str:
        return self.name

    def ask(self, *request: Any) -> Any:
        """Send one request to the worker and wait for its answer."""
        self._send(*request)
        return self.answer()

    def _send(self, *request: Any, descriptors: Sequence[int] = ()) -> None:
        """Send one request, and in a packet of their own the descriptors that go with it."""
        try:
            self.channel.send(json.dumps(request).encode())
            if descriptors:
                socket.send_fds(self.channel, [b"f"], descriptors)
        except (BrokenPipeError, ConnectionResetError):
            raise self._death(f"died before {request[0]}") from None

    def answer(self) -> Any:
        """Wait for an answer."""
        if not select.select([self.channel], [], [], SECONDS)[0]:
            raise self._death(f"did not answer within {SECONDS} s")
        try:
            packet = self.channel.recv(PACKET)
        except ConnectionResetError:
            packet = b""
        if not packet:
            raise self._death("died in the middle of a call")
        return json.loads(packet)

    def _death(self, how: str) -> ProcessDied:
        self._forget()
        return ProcessDied(f"process {self.name} {how}")

    def _call(self, *request: Any) -> Any:
        result = self.ask(*request)
        if isinstance(result, int) and result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    def mmap(
        self,
        length: int,
        addr: int | None = None,
        prot: int = PROT_READ | PROT_WRITE,
        fixed: bool = False,
        noreserve: bool = False,
    ) -> int:
        """Map `length` bytes of private anonymous memory; the address."""
        flags = fixed * MAP_FIXED | noreserve * MAP_NORESERVE
        return int(self._call("mmap", length, addr or 0, prot, flags))

    def munmap(self, addr: int, length: int) -> None:
        """Unmap `length` bytes."""
        self._call("munmap", addr, length)

    def mprotect(self, addr: int, length: int, prot: int) -> None:
        """Change the access rights of `length` bytes."""
        self._call("mprotect", addr, length, prot)

    def mremap(
        self, old: int, old_len: int, new_len: int, flags: int = 0, new_addr: int | None = None
    ) -> int:
        """Resize or move a mapping; its address."""
        return int(self._call("mremap", old, old_len, new_len, flags, new_addr or 0))

    def fork(self, name: str | None = None) -> LiveTask:
        """A child with a copy of the address space."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._send("fork", descriptors=[theirs.fileno()])
            pid = self.answer()
            if pid < 0:
                raise OSError(-pid, os.strerror(-pid))
        except BaseException:
            mine.close()
            raise
        child = LiveTask(self.machine, name or f"{self.name}.child", pid, mine)
        child.answer()
        return child

    def write(self, addr: int, data: bytes) -> None:
        """Write bytes, as a program does; EFAULT where it would get a SIGSEGV."""
        for start, end in _pieces(addr, len(data)):
            self._call("write", start, data[start - addr : end - addr].hex())

    def read(self, addr: int, n: int) -> bytes:
        """Read `n` bytes, as a program does; EFAULT where it would get a SIGSEGV."""
        pieces = (self._call("read", start, end - start) for start, end in _pieces(addr, n))
        return b"".join(map(bytes.fromhex, pieces))

    def exit(self) -> None:
        """End the process, and wait until its memory is gone."""
        self._send("leave")
        if not select.select([self.channel], [], [], SECONDS)[0]:
            raise self._death(f"did not exit within {SECONDS} s")
        self._forget()

    def _forget(self) -> None:
        self.exited = True
        self.channel.close()
        self.machine.tasks.remove(self)

    def maps(self) -> list[Range]:
        """The arena's lines of /proc/PID/maps: start, end in bytes, access rights."""
        return self.look().maps

    def look(self) -> View:
        """The arena as it is now.  Looking makes no page present."""
        answer = self._call("look", ARENA, ARENA_END, SAMPLE)
        frames = answer["frames"]
        return View(
            [(start, end, perms) for start, end, perms in answer["maps"]],
            None if frames is None else {int(at): frame for at, frame in frames.items()},
            {int(at): bytes.fromhex(data) for at, data in answer["contents"].items()},
        )


def _pieces(addr: int, length: int) -> list[tuple[int, int]]:
    """[addr, addr + length) cut at the borders of pages, as (start, end)."""
    borders = range(addr - addr % PAGE_SIZE + PAGE_SIZE, addr + length, PAGE_SIZE)
    points = [addr, *borders, addr + length]
    return list(pairwise(points)) if length > 0 else []
