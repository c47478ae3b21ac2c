"""Counters: atomic_t of include/linux/types.h, counted as in arch/x86/include/asm/atomic.h.

Linux hands the address of a counter on; here it is the object and the counter's name.

A step that counts, or asks only whether a count is at most so much, has not seen the count: it does
the same whatever it was, as long as the answers are the same.  So the CPU notes between which
bounds a step has ``found`` each counter, and how much it has ``added``; where the attribute itself
is read or set, the number counts.
"""

from __future__ import annotations

import math

from . import atomic as _atomic
from .atomic import CPU, Field, Named


class atomic_t(Field[int]):
    """A number that steps count up and down."""

    def __set__(self, obj: Named, value: int) -> None:
        super().__set__(obj, value)
        if _atomic.current is not None:
            _atomic.current.added.pop(obj.key + self.index, None)

    def add(self, obj: Named, number: int) -> None:
        """Count up, or down."""
        location, value = obj.key + self.index, obj.__dict__[self.name]
        if cpu := self._counting(obj):
            cpu.found.setdefault(location, (-math.inf, math.inf))
            cpu.added[location] = cpu.added.get(location, 0) + number
            cpu.writes.setdefault(location, value)
        obj.__dict__[self.name] = value + number

    def at_most(self, obj: Named, limit: int) -> bool:
        """Whether the count is that or less."""
        location, value = obj.key + self.index, obj.__dict__[self.name]
        if cpu := self._counting(obj):
            low, high = cpu.found.get(location, (-math.inf, math.inf))
            before = limit - cpu.added.get(location, 0)
            if value <= limit:
                cpu.found[location] = low, min(high, before)
            else:
                cpu.found[location] = max(low, before + 1), high
        return bool(value <= limit)

    def _counting(self, obj: Named) -> CPU | None:
        """The CPU whose step runs, unless that has set the number itself."""
        cpu, location = _atomic.current, obj.key + self.index
        if cpu is None or (location in cpu.writes and location not in cpu.added):
            return None
        cpu.refuse_what_stays(obj)
        return cpu


def _counter(obj: Named, name: str) -> atomic_t:
    counter = getattr(type(obj), name)
    if not isinstance(counter, atomic_t):
        getattr(obj, name)  # which says that it was freed
    assert isinstance(counter, atomic_t)
    return counter


def atomic_inc(obj: Named, name: str) -> None:
    """Count the counter `name` of an object up.  Plain: part of an operation."""
    _counter(obj, name).add(obj, 1)


def atomic_dec(obj: Named, name: str) -> None:
    """Count it down.  Plain."""
    _counter(obj, name).add(obj, -1)


def at_most(obj: Named, name: str, limit: int) -> bool:
    """Ours: whether it is `limit` or less.  Plain."""
    return _counter(obj, name).at_most(obj, limit)
