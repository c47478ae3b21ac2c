"""State outside the explorer's sight: what Python keeps in lists, attributes and variables.

A step that appends to a list, or sets an attribute of an object or a variable of the function
around it or of a module, leaves that in no footprint.  State of this kind that two CPUs can reach
when they start, and what a `Shared` holds, is looked at after each step that is executed.
`explore` says what is not found.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from numbers import Number
from typing import Any

from ..kernel.atomic import CPU, Named
from ..replay.execution import Execution
from ..replay.shared import Shared
from .held import FIXED, LINKING, Parts, Variable, is_own, key_of, leads_to, may_hold, parts

CONTAINERS = (list, dict, set, deque, bytearray)
PLAIN = (int, str, bytes)
NO_NUMBERS = {tuple, dict, list, types.FunctionType, types.CellType}
"""What most of a promise is."""
THROUGH = (tuple, frozenset, types.FunctionType, *LINKING)
"""What leads on, and stays."""


class Again(int):
    """In the place of what came before: after how much."""


class Hidden:
    """What several CPUs lead to, and how it is when they have been started.

    What a `Shared`, or a program's own kind of object, holds all of them come to.
    """

    def __init__(self, execution: Execution) -> None:
        self.cpus = execution.cpus
        reached: dict[Any, tuple[Any, str, list[CPU]]] = {}
        for cpu in self.cpus:
            for key, thing, name in _reach([("", coroutine) for coroutine in cpu.stack]):
                reached.setdefault(key, (thing, name, []))[2].append(cpu)
        several = {key: each for key, each in reached.items() if len(each[2]) > 1}
        self.shared = {key: (*each, _held(each[0])) for key, each in several.items()}
        self.publish(execution.objects.values())

    def publish(self, objects: Iterable[Named]) -> None:
        """All come to what a Shared has now, or another object of a class that is no kernel's."""
        for made in objects if len(self.cpus) > 1 else ():
            shared = isinstance(made, Shared)
            if not (shared or is_own(type(made).__module__)):
                continue
            held = [(str(made) if shared else name, value) for name, value in vars(made).items()]
            for key, thing, name in _reach(held):
                self.shared.setdefault(key, (thing, name, self.cpus, _held(thing)))

    def changed(self, kinds: tuple[type, ...] = (object,)) -> str:
        """What of some kinds was changed since, in words; "" if nothing was."""
        for thing, name, who, before in self.shared.values():
            if isinstance(thing, kinds) and not _same(_held(thing), before):
                known = "class" if isinstance(thing, type) else type(thing).__name__
                kind = "variable" if isinstance(thing, types.CellType | Variable) else known
                names = " and ".join(map(str, who[:2]))
                what = f"{kind} {name}".strip()
                return f"{names} share the {what}, and a step changes it: make it a Shared"
        return ""


def _held(thing: Any) -> list[Any]:
    return [part for _, part in leads_to(thing)]


def _same(now: list[Any], before: list[Any]) -> bool:
    return len(now) == len(before) and all(
        a is b or (isinstance(a, FIXED) and type(a) is type(b) and a == b)
        for a, b in zip(now, before, strict=True)
    )


def _reach(todo: Parts) -> Iterator[tuple[Any, Any, str]]:
    """What may change that some things lead to, each once, and what it is called there."""
    seen: set[Any] = set()
    while todo:
        name, thing = todo.pop()
        key = key_of(thing)
        if key in seen or not may_hold(thing):
            continue
        seen.add(key)
        if not isinstance(thing, THROUGH):
            yield key, thing, name
        todo += [(own or name, part) for own, part in leads_to(thing)]


def seen_by(promise: Any) -> list[Any]:
    """All that a promise leads to of Python's own state, what its code names included."""
    return plain_state(promise, leads_to)


def plain_state(what: Any, leading: Callable[[Any], Parts] = parts) -> list[Any]:
    """All that something leads to of Python's own state, as it is; to be compared."""
    found: list[Any] = []
    seen: dict[Any, int] = {}
    todo = [what]
    while todo:
        thing = todo.pop()
        if thing is None or isinstance(thing, PLAIN):
            found.append(thing)
        elif isinstance(thing, Named):
            found.append((Named, thing.key))
        elif isinstance(thing, CPU):
            found.append((CPU, thing.index))
        elif (key := key_of(thing)) in seen:
            found.append(Again(seen[key]))
        elif type(thing) not in NO_NUMBERS and isinstance(thing, Number):
            found.append(repr(thing))
        else:
            seen[key] = len(found)
            inside = leading(thing)
            # A class that the program defines is another one each time.
            found.append((type(thing).__qualname__, len(inside)))
            todo += [part for _, part in inside]
    return found
