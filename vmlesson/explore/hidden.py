"""State outside of the explorer's sight: lists, dicts, variables and plain attributes of Python.

A step that appends to a list, or sets a variable of the function around it, leaves that in no
footprint.  What two CPUs can reach of the kind, and one execution has changed, is found here.
Not found: what is changed only by other schedules, what hangs on an object's attribute, globals,
files, the clock.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from numbers import Number
from types import CellType, CoroutineType, FunctionType, MethodType, ModuleType
from typing import Any

from ..kernel.atomic import CPU, Named

CHANGING = (list, dict, set, bytearray, CellType)
THROUGH = (*CHANGING, tuple, FunctionType, CoroutineType)


class Hidden:
    """What several CPUs can reach, as it is when they have been started."""

    def __init__(self, cpus: list[CPU]) -> None:
        reached: dict[int, tuple[Any, str, list[CPU]]] = {}
        for cpu in cpus:
            for thing, name in _reach(cpu):
                reached.setdefault(id(thing), (thing, name, []))[2].append(cpu)
        self.shared = [
            (thing, name, who, _contents(thing))
            for thing, name, who in reached.values()
            if len(who) > 1
        ]

    def changed(self) -> str:
        """What was changed since, in words; "" if nothing was."""
        for thing, name, who, before in self.shared:
            now = _contents(thing)
            if len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True)):
                kind = "variable" if isinstance(thing, CellType) else type(thing).__name__
                names = " and ".join(map(str, who[:2]))
                return f"{names} share the {kind} {name}, and a step changes it: make it a Shared"
        return ""


def _contents(thing: Any) -> list[Any]:
    if isinstance(thing, CellType):
        try:
            return [thing.cell_contents]
        except ValueError:  # not set yet
            return []
    if isinstance(thing, dict):
        return [each for pair in thing.items() for each in pair]
    return list(thing)


def _reach(cpu: CPU) -> Iterator[tuple[Any, str]]:
    """What may change that a CPU's coroutines lead to, each once, and what it is called there."""
    seen: set[int] = set()
    todo: list[tuple[Any, str]] = [(coroutine, "") for coroutine in cpu.stack]
    while todo:
        thing, name = todo.pop()
        if id(thing) in seen or not isinstance(thing, THROUGH):
            continue
        seen.add(id(thing))
        if isinstance(thing, CHANGING):
            yield thing, name
        if isinstance(thing, CoroutineType):
            todo += _of_coroutine(thing)
        elif isinstance(thing, FunctionType):
            cells = thing.__closure__ or ()
            todo += zip(cells, thing.__code__.co_freevars, strict=True)
        else:
            todo += [(each, name) for each in _contents(thing)]


def _of_coroutine(coroutine: CoroutineType[Any, Any, Any]) -> list[tuple[Any, str]]:
    frame = coroutine.cr_frame
    if frame is None:
        return []
    named = {id(value): name for name, value in frame.f_locals.items()}
    found = []
    for thing in gc.get_referents(coroutine):
        inside = thing.cell_contents if isinstance(thing, CellType) and _contents(thing) else thing
        if not (isinstance(thing, dict) and "__builtins__" in thing):
            found.append((thing, named.get(id(inside), "")))
    return found


def plain_state(what: Any) -> list[Any]:
    """All that a promise, or a value, leads to of Python's own state, as it is; to be compared."""
    found: list[Any] = []
    seen: dict[int, int] = {}
    todo = [what]
    while todo:
        thing = todo.pop()
        if thing is None or isinstance(thing, str | bytes | Number):
            found.append(repr(thing) if isinstance(thing, float) else thing)
        elif isinstance(thing, Named | CPU):
            found.append((Named, thing.key) if isinstance(thing, Named) else (CPU, thing.index))
        elif id(thing) in seen:
            found.append(seen[id(thing)])
        else:
            seen[id(thing)] = len(found)
            inside = _inside(thing)
            found.append((type(thing), len(inside)))
            todo += inside
    return found


def _inside(thing: Any) -> list[Any]:
    if isinstance(thing, CellType | dict | list | tuple | set | frozenset):
        return _contents(thing)
    if isinstance(thing, FunctionType):
        return [*(thing.__closure__ or ()), *(thing.__defaults__ or ())]
    if isinstance(thing, MethodType):
        return [thing.__self__, thing.__func__]
    if isinstance(thing, partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, type | ModuleType):
        return []
    return list(getattr(thing, "__dict__", {}).values())
