"""What the locations of a program are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any

from ..kernel import EAGAIN, EFAULT, EINVAL, ENOMEM
from ..kernel.atomic import CPU, FIELDS_PER_OBJECT, Field, Named, fields_at, value_at
from ..kernel.locks import mutex, rw_semaphore, spinlock
from ..kernel.mm_types import MADE_WITH_IT, is_freed
from .shared import Shared

PLAIN = (Shared, mutex, spinlock, rw_semaphore)
"""Objects of one field: their own name says enough."""
HEXADECIMAL = 4096
"""A number from here on is an address or a length, and easier to read in hexadecimal."""
ERRORS = {-EAGAIN: "-EAGAIN", -EFAULT: "-EFAULT", -EINVAL: "-EINVAL", -ENOMEM: "-ENOMEM"}
"""What a system call returns in place of a value."""
SHORT = 16
"""How many bytes of a page's contents a table shows; the zeros at its end go without saying."""


class Labels:
    """Names the locations of objects, by key."""

    def __init__(self, objects: Mapping[int, Named]) -> None:
        self.objects = objects
        self.outside: dict[int, Named] = {}

    def meet(self, arguments: Iterable[Any]) -> None:
        """Learn of what an operation is about; it may have been made outside of the program."""
        self.outside |= {one.key: one for one in arguments if isinstance(one, Named)}

    def object_at(self, location: int) -> Named | None:
        """The object that has a field at `location`, if it is known."""
        key = location - location % FIELDS_PER_OBJECT
        return self.objects.get(key) or self.outside.get(key)

    def __call__(self, location: int) -> str:
        """The name of a location, as object.field."""
        named = self.object_at(location)
        if named is None:
            return f"location {location}"
        if isinstance(named, PLAIN):
            return str(named)
        fields = self.fields(location)
        if fields and fields[0].group == MADE_WITH_IT:
            return f"the memory of {in_words(named)}"
        return f"{in_words(named)}.{fields[0].group or fields[0].name}" if fields else str(named)

    def value(self, location: int) -> Any:
        """What is there now, a tuple where several fields share the location; None if unknown."""
        named = self.object_at(location)
        return None if named is None else value_at(named, location)

    def fields(self, location: int) -> list[Field[Any]]:
        """The fields that are there, as far as its object is known."""
        named = self.object_at(location)
        return [] if named is None else fields_at(named, location)

    def untold(self, location: int) -> bool:
        """Whether what is there is told to nobody.

        Either its object was given back, and what it held is nobody's any more; or it was made with
        its object and never changes: only who frees the object conflicts with who reads it.
        """
        named = self.object_at(location)
        made = any(field.group == MADE_WITH_IT for field in self.fields(location))
        return made or (named is not None and is_freed(named))


def in_words(value: Any) -> str:
    """A value as a table shows it."""
    if isinstance(value, Named | CPU):
        plain = type(value).__str__ is object.__str__
        return type(value).__name__.removeprefix("freed_") if plain else str(value)
    if isinstance(value, tuple):
        named_tuple = type(value).__str__ is not tuple.__str__
        return str(value) if named_tuple else f"({', '.join(map(in_words, value))})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(str, value)))}}}"
    if type(value) is int and value >= HEXADECIMAL:
        return hex(value)
    if isinstance(value, bytes) and len(value) > SHORT:
        text = value.rstrip(b"\0")
        return f"{text[:SHORT]!r}{' …' if len(text) > SHORT else ''}"
    return repr(value)


def returned(value: Any) -> str:
    """What a system call gave back: an address in hexadecimal, an error by its name."""
    return ERRORS[value] if type(value) is int and value in ERRORS else in_words(value)


def function_name(code: CodeType) -> str:
    """The name of a function without those that it is nested in."""
    return code.co_qualname.rpartition("<locals>.")[2]


def counted(number: int, what: str) -> str:
    """ "1 step", "2,000 steps"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def third_person(phrase: str) -> str:
    """ "try to take it" as said of one: "tries to take it"."""
    verb, _, rest = phrase.partition(" ")
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeou"):
        verb = f"{verb[:-1]}ies"
    else:
        verb += "es" if verb.endswith(("s", "sh", "ch", "o")) else "s"
    return f"{verb} {rest}".strip()
