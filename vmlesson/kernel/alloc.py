"""Allocations that can be made to fail, as CONFIG_FAULT_INJECTION does.

Which kernel is meant is known from the CPU that runs: it is the one whose text that CPU runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

from . import atomic as _atomic
from .atomic import Text
from .locks import might_sleep


class Booted(Text, Protocol):
    """What kernel code may ask of the kernel that it runs in."""

    @property
    def release(self) -> Any: ...
    @property
    def pages_per_batch(self) -> int: ...
    @property
    def tasks(self) -> Sequence[Any]: ...
    def allocation_succeeds(self, of: str) -> bool: ...
    def next_pfn(self) -> int: ...
    def next_anon_vma_name(self) -> str: ...
    def disown(self, *freed: Any) -> None: ...
    def pages(self) -> list[Any]: ...
    def anon_vmas(self) -> list[Any]: ...


def booted_kernel() -> Booted:
    """The kernel on whose CPU this code runs."""
    cpu = _atomic.current
    if cpu is None or not hasattr(cpu.text, "allocation_succeeds"):
        raise _atomic.NotDriven("memory is allocated by a CPU: write kernel.run(...)")
    return cast("Booted", cpu.text)


def allocation(of: str) -> bool:
    """Whether an allocation ("page table", "page", "vma", "avc", "anon_vma") succeeds.  No step.

    It may sleep, as with GFP_KERNEL.  Allocations are counted on each CPU, so that which one fails
    does not depend on the schedule.
    """
    might_sleep()
    return booted_kernel().allocation_succeeds(of)
