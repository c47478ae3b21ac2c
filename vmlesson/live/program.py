"""Programs that run on the real kernel, each in a process of its own.

    python program.py commit                 the program of the commit
    python program.py storm SECONDS COMPACT  mremap in a loop while pages migrate, COMPACT is 0 or 1
    python program.py huge                   huge pages, asked for and made on the spot

Started by its path, with the standard library alone.  Prints JSON: `storm` and `huge` one object,
`commit` one object a line.
"""

from __future__ import annotations

import ctypes
import json
import mmap as _mmap
import os
import signal
import sys
import time
from typing import Any

PAGE = 4096
HUGE = 2 << 20
SIZE = 4 << 20  # of a block, in bytes
MAYMOVE_FIXED = 3
MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25
ROUNDS_BETWEEN_LOOKS = 200

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.mremap.restype = ctypes.c_void_p
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
libc.munmap.argtypes = ctypes.c_void_p, ctypes.c_size_t
libc.madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
libc.mremap.argtypes = (
    *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t),
    *(ctypes.c_int, ctypes.c_void_p),
)


def block(size: int) -> int:
    """`size` bytes of private memory, aligned to a huge page."""
    flags = _mmap.MAP_PRIVATE | _mmap.MAP_ANONYMOUS
    start = libc.mmap(None, size + HUGE, _mmap.PROT_READ | _mmap.PROT_WRITE, flags, -1, 0)
    if start in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap")
    aligned: int = (start + HUGE - 1) // HUGE * HUGE
    if aligned > start:
        libc.munmap(start, aligned - start)
    if aligned < start + HUGE:
        libc.munmap(aligned + size, start + HUGE - aligned)
    return aligned


def move(source: int, size: int, target: int) -> None:
    """Move `size` bytes onto `target`."""
    if libc.mremap(source, size, size, MAYMOVE_FIXED, target) != target:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def maps_of(places: list[tuple[int, int]]) -> list[str]:
    """The lines of /proc/self/maps that touch one of the [start, end)."""
    found = []
    with open("/proc/self/maps") as file:
        for line in file:
            bounds, perms = line.split(maxsplit=2)[:2]
            low, high = (int(number, 16) for number in bounds.split("-"))
            if any(low < end and start < high for start, end in places):
                found.append(f"{bounds} {perms}")
    return found


def frames(start: int, size: int) -> list[int] | None:
    """The page frames of [start, start + size); 0 for none, or where the kernel does not say."""
    try:
        with open("/proc/self/pagemap", "rb") as file:
            file.seek(start // PAGE * 8)
            entries = file.read(size // PAGE * 8)
    except OSError:
        return None
    numbers = (int.from_bytes(entries[at : at + 8], "little") for at in range(0, len(entries), 8))
    return [entry & ((1 << 55) - 1) if entry >> 63 else 0 for entry in numbers]


def commit() -> None:
    """The program of the commit: a line for each moment."""
    half = SIZE // 2
    p, p2, p3 = block(SIZE), block(SIZE), block(SIZE)
    places = [(each, each + SIZE) for each in (p, p2, p3)]
    ctypes.memset(p, 0xFF, SIZE)
    ctypes.memset(p2, 0xFF, SIZE)
    ctypes.memset(p3, 0x77, PAGE)

    def say(call: str, at: int) -> None:
        print(json.dumps({"call": call, "maps": maps_of(places), "frames": frames(at, half)}))

    say("memset(...) of all three", p + half)
    move(p + half, half, p3)
    say("mremap(p + SIZE/2, SIZE/2, SIZE/2, MAYMOVE|FIXED, p3)", p3)
    move(p3, half, p + half)
    say("mremap(p3, SIZE/2, SIZE/2, MAYMOVE|FIXED, p + SIZE/2)", p + half)
    same = ctypes.string_at(p, SIZE) == ctypes.string_at(p2, SIZE)
    print(json.dumps({"call": "memcmp(p, p2, SIZE)", "ok": same}))


def storm(seconds: float, compact: bool) -> dict[str, Any]:
    """Move half a block there and back until the time is up, and look after its contents."""
    size, half = 8 << 20, 4 << 20
    p, p3 = block(size), block(size)
    for number in range(half // PAGE):
        ctypes.memset(p + half + number * PAGE, number % 251 + 1, PAGE)
    expected = ctypes.string_at(p + half, half)
    before, migrated = frames(p + half, half), _migrated()
    refused, compactor = _compactor(seconds) if compact else ("", 0)
    rounds, changed, intact, last = 0, 0, True, before
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end and intact:
            for _ in range(ROUNDS_BETWEEN_LOOKS):
                move(p + half, half, p3)
                libc.mmap(p + half, half, 0, 0x32, -1, 0)  # nothing else shall land in the hole
                move(p3, half, p + half)
                libc.mmap(p3, half, 0, 0x32, -1, 0)
            rounds += ROUNDS_BETWEEN_LOOKS
            intact = ctypes.string_at(p + half, half) == expected
            now = frames(p + half, half)
            changed += sum(a != b for a, b in zip(last or (), now or (), strict=False))
            last = now
    finally:
        if compactor:
            os.kill(compactor, signal.SIGKILL)
            os.waitpid(compactor, 0)
    return {
        "round_trips": rounds,
        "intact": intact,
        "pages": half // PAGE,
        "frames": None if not before or not any(before) else changed,
        "migrated": _migrated() - migrated,
        "compaction": refused,
    }


def _compactor(seconds: float) -> tuple[str, int]:
    """A process that asks for compaction until the time is up; why not, and its ID."""
    try:
        trigger = os.open("/proc/sys/vm/compact_memory", os.O_WRONLY)
    except OSError as error:
        return error.strerror or str(error), 0
    pid = os.fork()
    if pid:
        os.close(trigger)
        return "", pid
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.getppid() != 1:
        os.write(trigger, b"1")
    os._exit(0)


def _migrated() -> int:
    """How many pages this machine has migrated since it was booted."""
    with open("/proc/vmstat") as file:
        return next((int(line.split()[1]) for line in file if "pgmigrate_success" in line), 0)


def huge() -> dict[str, Any]:
    """Ask for huge pages before the first touch, and for one to be made of small pages."""
    asked, made = block(HUGE), block(HUGE)
    libc.madvise(asked, HUGE, MADV_HUGEPAGE)
    ctypes.memset(asked, 1, HUGE)
    ctypes.memset(made, 2, HUGE)
    small = _kilobytes_of_huge_pages(made)
    collapsed = libc.madvise(made, HUGE, MADV_COLLAPSE) == 0
    error = "" if collapsed else os.strerror(ctypes.get_errno())
    return {
        "asked": _kilobytes_of_huge_pages(asked),
        "small": small,
        "made": _kilobytes_of_huge_pages(made),
        "refused": error,
        "intact": ctypes.string_at(made, HUGE) == b"\2" * HUGE,
    }


def _kilobytes_of_huge_pages(address: int) -> int:
    """What /proc/self/smaps says of the mapping at `address`."""
    inside = False
    with open("/proc/self/smaps") as file:
        for line in file:
            first = line.split()[0]
            if "-" in first:
                low, high = (int(number, 16) for number in first.split("-"))
                inside = low <= address < high
            elif inside and first == "AnonHugePages:":
                return int(line.split()[1])
    return 0


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "commit":
        commit()
    elif what == "storm":
        print(json.dumps(storm(float(arguments[0]), arguments[1] == "1")))
    else:
        print(json.dumps(huge()))
