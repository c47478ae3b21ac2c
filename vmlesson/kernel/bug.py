"""When the kernel says that it has a bug: include/asm-generic/bug.h.

A failed BUG_ON ends the CPU that met it, with the text that a console would show; its locks stay
held.  So do the other findings of a debug kernel: list corruption (lib/list_debug.c), following a
poisoned pointer, using freed memory.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from . import atomic as _atomic
from .atomic import Finding
from .text import SYMBOLS


def oops(text: str) -> NoReturn:
    """End the running CPU with `text` on the console."""
    cpu = _atomic.current  # no name for the finding: it would lead here, and this to it
    raise Finding("BUG", text) if cpu is None else cpu.fail(Finding("BUG", text))


def where() -> str:
    """The kernel function that the running CPU is in, and its file."""
    cpu = _atomic.current
    names = [] if cpu is None else [frame.__name__ for frame in reversed(cpu.stack)]
    symbol = next((SYMBOLS[name] for name in names if name in SYMBOLS), None)
    return "no function of the kernel" if symbol is None else f"{symbol.__name__} ({symbol.file})"


def BUG_ON(condition: object, at: str = "") -> None:
    """End the running CPU if `condition` holds; `at` is the kernel's file and line, if known."""
    if condition:
        oops(f"kernel BUG at {at or _caller()}!")


def VM_BUG_ON(condition: object, at: str = "") -> None:
    """As BUG_ON; Linux checks it only with CONFIG_DEBUG_VM, which this kernel has."""
    if condition:
        oops(f"kernel BUG at {at or _caller()}!")


def _caller() -> str:
    frame = sys._getframe(2)
    return f"{frame.f_code.co_name}, line {frame.f_lineno}"
