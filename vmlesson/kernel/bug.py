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


def oops(text: str) -> NoReturn:
    """End the running CPU with `text` on the console."""
    finding = Finding("BUG", text)
    cpu = _atomic.current
    raise finding if cpu is None else cpu.fail(finding)


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
    return f"{frame.f_code.co_name}, line {frame.f_lineno} of the model"
