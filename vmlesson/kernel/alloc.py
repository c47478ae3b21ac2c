"""Allocations that can be made to fail, as CONFIG_FAULT_INJECTION does.

Which kernel is booted is known from the CPU that runs, whose text it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import atomic as _atomic

if TYPE_CHECKING:
    from .boot import Kernel


def booted_kernel() -> Kernel:
    """The kernel on whose CPU this code runs."""
    cpu = _atomic.current
    if cpu is None or not hasattr(cpu.text, "allocation_succeeds"):
        raise _atomic.NotDriven("memory is allocated by a CPU: write kernel.run(...)")
    return cast("Kernel", cpu.text)


def allocation(of: str) -> bool:
    """Whether an allocation ("page table", "page", "vma", "avc", "anon_vma") succeeds.  No step.

    Allocations are counted on each CPU, so that which one fails does not depend on the schedule.
    """
    return booted_kernel().allocation_succeeds(of)
