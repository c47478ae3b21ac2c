"""What is in the memory, as numbers.

At each location, every value that is met gets a number; two values get the same one if no step of
any execution can tell them apart.  So memories are short tuples, compared and looked up at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..kernel.atomic import CPU, FIELDS_PER_OBJECT, OBJECTS_PER_CPU, Named, fields_at, value_at
from ..kernel.mm_types import is_freed

SET_UP = OBJECTS_PER_CPU * FIELDS_PER_OBJECT
"""Below are the keys of what a set-up made: it is the same in every execution."""
ALIVE = -1
"""In the place of a number: any value of an object that is not freed."""
Need = int | tuple[float, float]
"""What a step finds: the number of a value, or any count from the first to the second."""


class Memory:
    """What is in all locations: a number for each, as far as any is not 0."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[int, ...]) -> None:
        self.values = values


class _Unknown:
    """In the place of a value that was never seen."""


class Values:
    """Numbers for the values of each location; 0 is what was there at the start.

    Attributes:
        places: where in a memory a location is, once it was written.
        numbers, seen: by place, the number of each value, and the value of each number.
        freed: the locations and numbers of what freed objects hold.
        memories: each memory that was met, by its values.
    """

    def __init__(self) -> None:
        self.places: dict[int, int] = {}
        self.numbers: list[dict[Any, int]] = []
        self.seen: list[list[Any]] = []
        self.freed: set[tuple[int, int]] = set()
        self.memories: dict[tuple[int, ...], Memory] = {}

    def memory(self, values: tuple[int, ...] = ()) -> Memory:
        """The memory that has these values: always the same one."""
        known = self.memories.get(values)
        if known is None:
            known = self.memories[values] = Memory(values)
        return known

    def at(self, memory: Memory, location: int) -> int:
        """The number of what is at a location."""
        place = self.places.get(location)
        return 0 if place is None or place >= len(memory.values) else memory.values[place]

    def fits(self, memory: Memory, needs: Mapping[int, Need]) -> bool:
        """Whether a memory has what a step has found, by location."""
        places, values = self.places, memory.values
        for location, need in needs.items():
            place = places.get(location)
            found = 0 if place is None or place >= len(values) else values[place]
            if found != need and (
                (isinstance(need, int) and need != ALIVE)
                or (location, found) in self.freed
                or (isinstance(need, tuple) and not self.is_count(location, found, need))
            ):
                return False
        return True

    def is_count(
        self, location: int, number: int, bounds: tuple[float, float] = (-math.inf, math.inf)
    ) -> bool:
        """Whether a value at a location is a number, within bounds."""
        value = self.seen[self.places[location]][number]
        return isinstance(value, int) and bounds[0] <= value <= bounds[1]

    def effect(
        self, cpu: CPU, memory: Memory, objects: Mapping[int, Named]
    ) -> tuple[dict[int, Need], list[tuple[int, int]], list[tuple[int, int]]]:
        """What the step that a CPU has just taken from a memory needs, has written, has added."""
        needs: dict[int, Need] = {at: self.at(memory, at) for at in cpu.reads}
        written, added = {}, []
        for at, old in cpu.writes.items():
            thing, number = objects[at - at % FIELDS_PER_OBJECT], self.at(memory, at)
            # Written without a look, what was there does not matter; unless other fields are there
            # and stay, or it is freed, which cannot be written.
            matters = len(fields_at(thing, at)) > 1 or (at, number) in self.freed
            needs.setdefault(at, number if matters else ALIVE)
            written[at] = self._note(at, thing, old, fresh=cpu.makes(thing))
        for at, bounds in cpu.found.items():
            thing = objects[at - at % FIELDS_PER_OBJECT]
            if at not in written:
                self._note(at, thing, value_at(thing, at), fresh=False)
            if self.is_count(at, self.at(memory, at)):
                needs[at] = bounds
                if at in cpu.added and not is_freed(thing):
                    added.append((written.pop(at)[0], cpu.added[at]))
        return needs, list(written.values()), added

    def _note(self, location: int, thing: Named, old: Any, fresh: bool) -> tuple[int, int]:
        """The place of a location that was written, and the number of what is there now.

        Args:
            thing: the object there.
            old: what was there before, unless `fresh`: then the object is new.
        """
        place, freed = self.places.get(location), is_freed(thing)
        fields = len(fields_at(thing, location))
        if place is None:
            place = self.places[location] = len(self.numbers)
            known = not (fresh or freed) and fields == 1
            self.numbers.append({encoded(old): 0} if known else {})
            self.seen.append([old if known else _Unknown])
        value = value_at(thing, location)
        code = (type(thing), encoded(value)) if freed else encoded(value)
        number = self._number(place, code, value)
        if freed:
            self.freed.add((location, number))
        return place, number

    def _number(self, place: int, code: Any, value: Any) -> int:
        numbers, seen = self.numbers[place], self.seen[place]
        if code not in numbers:
            numbers[code] = len(seen)
            seen.append(value)
        return numbers[code]

    def after(
        self, memory: Memory, written: list[tuple[int, int]], added: list[tuple[int, int]]
    ) -> Memory:
        """The memory after some places have other numbers, and something was added to counters."""
        if not (written or added):
            return memory
        values = list(memory.values)
        for place, change in added:
            count = self.seen[place][values[place] if place < len(values) else 0] + change
            written = [*written, (place, self._number(place, count, count))]
        for place, number in written:
            if place >= len(values):
                values += [0] * (1 + place - len(values))
            values[place] = number
        while values and not values[-1]:
            values.pop()
        return self.memory(tuple(values))

    def plain(self, location: int, number: int) -> tuple[bool, Any]:
        """Whether a value is known, and the same thing in all executions; and the value."""
        place = self.places.get(location)
        value = _Unknown if place is None else self.seen[place][number]
        return _is_plain(value), value


def left_by(cpu: CPU, objects: Mapping[int, Named]) -> tuple[Any, ...]:
    """What a CPU that has ended leaves behind, but for what it has written."""
    first = cpu.index * OBJECTS_PER_CPU
    keys = (number * FIELDS_PER_OBJECT for number in range(first + 1, first + cpu.made + 1))
    return (
        (cpu.index, *map(str, cpu.findings)),  # who failed half-way leaves plain state half-made
        tuple((outer.key, inner.key, gates) for outer, inner, gates in cpu.nested),
        tuple(lock.key for lock in cpu.held),
        tuple(encoded(objects[key]) for key in keys if key in objects),
    )


def encoded(value: Any, deep: bool = True) -> Any:
    """What tells a value from others: of an object its name, and what it will be for ever."""
    if value is None or type(value) in (int, str, bytes):
        return value
    if isinstance(value, CPU):
        return CPU, value.index
    if isinstance(value, Named):
        if not deep or 0 <= value.key < SET_UP:
            return Named, value.key
        cls: Any = type(value).__mro__[1] if is_freed(value) else type(value)
        rest = ((k, encoded(v, deep=False)) for k, v in vars(value).items() if k not in cls.fields)
        return cls, *rest
    if isinstance(value, tuple):
        return type(value), *(encoded(each, deep) for each in value)
    if isinstance(value, frozenset):
        return frozenset, frozenset(encoded(each, deep) for each in value)
    try:
        hash(value)
    except TypeError:
        return type(value)
    # Equal ones may be told apart: 0.0 and -0.0, Decimal("1.0") and Decimal("1.00").
    return type(value), isinstance(value, float) or value, repr(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple | frozenset):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, int | str | bytes | float | CPU)
