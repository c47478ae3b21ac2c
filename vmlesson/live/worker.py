"""A process that does as it is told: system calls on its own memory, one request at a time.

Started by its path, so that nothing but Python's standard library is in its memory.  A request is
one packet on a socket, a JSON list of a name and its arguments; so is the answer.  Results are
those of the system calls, errors negative errnos.

What a program does to its memory is done by the kernel on its behalf: a byte goes through a pipe
to or from the address.  That faults as an access of the program does, and where the program would
die of a SIGSEGV the call says EFAULT.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

MAP_PRIVATE, MAP_ANONYMOUS = 0x02, 0x20
PR_SET_THP_DISABLE = 41
PACKET = 1 << 16
PRESENT, PFN = 1 << 63, (1 << 55) - 1

_libc = ctypes.CDLL(None, use_errno=True)
_long, _word = ctypes.c_long, ctypes.c_ulong
for _name, _arguments in {
    "mmap": (_word, _word, ctypes.c_int, ctypes.c_int, ctypes.c_int, _long),
    "munmap": (_word, _word),
    "mprotect": (_word, _word, ctypes.c_int),
    "mremap": (_word, _word, _word, ctypes.c_int, _word),
    "read": (ctypes.c_int, _word, _word),
    "write": (ctypes.c_int, _word, _word),
    "prctl": (ctypes.c_int, _word, _word, _word, _word),
}.items():
    getattr(_libc, _name).argtypes = _arguments
    getattr(_libc, _name).restype = _long


def _call(name: str, *arguments: int) -> int:
    result: int = getattr(_libc, name)(*arguments)
    return -ctypes.get_errno() if result == -1 else result


def mmap(length: int, addr: int, prot: int, flags: int) -> int:
    """Map private anonymous memory; `flags` are those besides MAP_PRIVATE | MAP_ANONYMOUS."""
    return _call("mmap", addr, length, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)


def write(addr: int, data: str) -> int:
    """Store bytes (in hexadecimal) at `addr`, within a page."""
    contents = bytes.fromhex(data)
    os.write(_pipe[1], contents)
    done = _call("read", _pipe[0], addr, len(contents))
    if done < 0:
        os.read(_pipe[0], len(contents))
        return done
    return 0


def read(addr: int, length: int) -> str | int:
    """The bytes at `addr`, within a page, in hexadecimal."""
    done = _call("write", _pipe[1], addr, length)
    return done if done < 0 else os.read(_pipe[0], length).hex()


def look(start: int, end: int, sample: int) -> dict[str, Any]:
    """What [start, end) consists of: maps, page frames, and `sample` bytes of each present page.

    Reading them makes no page present.  ``frames`` maps the address of each present page to its
    frame (0: the kernel does not say); None where there is no /proc/self/pagemap.
    """
    maps = _maps(start, end)
    frames = _frames(start, end)
    readable = [(low, high) for low, high, perms in maps if perms[0] == "r"]
    contents = {
        address: read(address, sample)
        for address in frames or ()
        if any(low <= address < high for low, high in readable)
    }
    return {"maps": maps, "frames": frames, "contents": contents}


def _maps(start: int, end: int) -> list[tuple[int, int, str]]:
    found = []
    with open("/proc/self/maps") as file:
        for line in file:
            bounds, perms = line.split(maxsplit=2)[:2]
            low, high = (int(number, 16) for number in bounds.split("-"))
            if low >= end:
                break
            if high > start:
                found.append((low, high, perms))
    return found


def _frames(start: int, end: int) -> dict[int, int] | None:
    page = os.sysconf("SC_PAGESIZE")
    try:
        file = os.open("/proc/self/pagemap", os.O_RDONLY)
    except OSError:
        return None
    try:
        entries = os.pread(file, (end - start) // page * 8, start // page * 8)
    except OSError:
        return None
    finally:
        os.close(file)
    numbers = (
        int.from_bytes(entries[at : at + 8], sys.byteorder) for at in range(0, len(entries), 8)
    )
    return {start + i * page: entry & PFN for i, entry in enumerate(numbers) if entry & PRESENT}


def fork() -> int:
    """A child that answers on the socket that came with the request; its process ID."""
    global _channel, _pipe
    _, descriptors, _, _ = socket.recv_fds(_channel, 1, 1)
    pid = os.fork()
    if pid:
        os.close(descriptors[0])
        return pid
    _channel.close()
    _channel = socket.socket(fileno=descriptors[0])
    for descriptor in _pipe:
        os.close(descriptor)
    _pipe = os.pipe()
    return os.getpid()


def leave() -> None:
    os._exit(0)


def settle(cpu: int) -> int:
    """Stay on one CPU, and do without huge pages where the kernel lets us; 0.

    A page that another CPU has just freed or put on its list can make the kernel copy a page that
    nobody else maps.
    """
    _call("prctl", PR_SET_THP_DISABLE, 1, 0, 0, 0)
    os.sched_setaffinity(0, {cpu})
    return 0


REQUESTS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (mmap, write, read, look, fork, leave, settle)
} | {name: partial(_call, name) for name in ("munmap", "mprotect", "mremap")}


def serve() -> None:
    """Answer requests until the other end is closed."""
    while packet := _channel.recv(PACKET):
        name, *arguments = json.loads(packet)
        try:
            answer = REQUESTS[name](*arguments)
        except OSError as error:
            answer = -(error.errno or 0)
        _channel.send(json.dumps(answer).encode())


if __name__ == "__main__":
    gc.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the children
    _channel = socket.socket(fileno=int(sys.argv[1]))
    _pipe = os.pipe()
    serve()
