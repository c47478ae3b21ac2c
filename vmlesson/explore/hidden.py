"""State outside of the explorer's sight: lists, dicts, variables and plain attributes of Python.

A step that appends to a list, or sets a variable of the function around it or of its module, leaves
that in no footprint.  What two CPUs can reach of the kind, and one execution has changed, is found
here.  Not found: what is changed only by other schedules, what hangs on an object's attribute, what
other modules have, files, the clock.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dis import get_instructions
from functools import cache, partial
from numbers import Number
from types import (
    CellType,
    CodeType,
    CoroutineType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from ..kernel.atomic import CPU, Named

PACKAGE = __name__.partition(".")[0]
NO_MODULE: dict[str, Any] = {}


OF_MODULE = {"LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME"}
"""What names a variable of the module; the last in the body of a class."""


class Again(int):
    """In the place of what came before: after how much."""


class Variable(NamedTuple):
    """A variable of a module."""

    name: str
    module: dict[str, Any]


CHANGING = (list, dict, set, deque, bytearray, CellType, Variable)
THROUGH = (*CHANGING, tuple, FunctionType, CoroutineType)


class Hidden:
    """What several CPUs can reach, and how it is when they have been started."""

    def __init__(self, cpus: list[CPU]) -> None:
        reached: dict[Any, tuple[Any, str, list[CPU]]] = {}
        for cpu in cpus:
            for key, thing, name in _reach(cpu):
                reached.setdefault(key, (thing, name, []))[2].append(cpu)
        self.shared = [each for each in reached.values() if len(each[2]) > 1]
        self.begin()
        self.first = self.before

    def begin(self) -> None:
        """The CPUs have been started, perhaps again: what the program sets, no step has changed."""
        self.before = [_inside(thing) for thing, _, _ in self.shared]

    def changed(self, since_first: bool = False) -> str:
        """What was changed since, in words; "" if nothing was.

        Since the first start: what later starts have changed, too; but programs may set variables.
        """
        then = self.first if since_first else self.before
        for (thing, name, who), before in zip(self.shared, then, strict=True):
            now, variable = _inside(thing), isinstance(thing, CellType | Variable)
            if since_first and variable:
                continue
            if len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True)):
                kind = "variable" if variable else type(thing).__name__
                names = " and ".join(map(str, who[:2]))
                return f"{names} share the {kind} {name}, and a step changes it: make it a Shared"
        return ""


def _reach(cpu: CPU) -> Iterator[tuple[Any, Any, str]]:
    """What may change that a CPU's coroutines lead to, each once, and what it is called there."""
    seen: set[Any] = set()
    frame = getattr(cpu.stack[0], "cr_frame", None) if cpu.stack else None
    module = _own(getattr(frame, "f_globals", {}))
    todo: list[tuple[Any, str]] = [(coroutine, "") for coroutine in cpu.stack]
    while todo:
        thing, name = todo.pop()
        key = (id(module), thing.name) if isinstance(thing, Variable) else id(thing)
        if key in seen or not isinstance(thing, THROUGH):
            continue
        seen.add(key)
        if isinstance(thing, CHANGING):
            yield key, thing, name
        if isinstance(thing, CoroutineType):
            todo += _of_coroutine(thing)
        elif isinstance(thing, FunctionType):
            todo += zip(thing.__closure__ or (), thing.__code__.co_freevars, strict=True)
            todo += _variables(thing.__code__, module if thing.__globals__ is module else NO_MODULE)
        else:
            todo += [(each, name) for each in _inside(thing)]


def _own(module: dict[str, Any]) -> dict[str, Any]:
    """The variables of a program's module; of the course's modules it is known that they stay."""
    return NO_MODULE if str(module.get("__name__")).partition(".")[0] == PACKAGE else module


def _variables(code: CodeType, module: dict[str, Any]) -> list[tuple[Variable, str]]:
    """The variables of a module that a function names, or one inside it."""
    return [(Variable(name, module), name) for name in _globals_of(code) if name in module]


@cache
def _globals_of(code: CodeType) -> list[str]:
    """The names that are no local ones, in order; `co_names` has those of attributes, too."""
    inner = [_globals_of(each) for each in code.co_consts if isinstance(each, CodeType)]
    here = (each for each in get_instructions(code) if each.opname in OF_MODULE)
    return sorted({str(each.argval) for each in here}.union(*inner))


def _of_coroutine(coroutine: CoroutineType[Any, Any, Any]) -> list[tuple[Any, str]]:
    frame = coroutine.cr_frame
    if frame is None:
        return []
    named = {id(value): name for name, value in frame.f_locals.items()}
    found = []
    for thing in gc.get_referents(coroutine):
        inside = _inside(thing)[0] if isinstance(thing, CellType) and _inside(thing) else thing
        if not (isinstance(thing, dict) and "__builtins__" in thing):
            found.append((thing, named.get(id(inside), "")))
    return found


def seen_by(promise: Any) -> list[Any]:
    """All that a promise leads to of Python's own state, variables of its module included."""
    function = promise.func if isinstance(promise, partial) else promise
    return plain_state(promise, _own(getattr(function, "__globals__", {})))


def plain_state(what: Any, module: dict[str, Any] = NO_MODULE) -> list[Any]:
    """All that something leads to of Python's own state, as it is; to be compared."""
    found: list[Any] = []
    seen: dict[int, int] = {}
    todo = [what]
    while todo:
        thing = todo.pop()
        if thing is None or isinstance(thing, int | str | bytes):
            found.append(thing)
        elif isinstance(thing, Named | CPU):
            found.append((Named, thing.key) if isinstance(thing, Named) else (CPU, thing.index))
        elif id(thing) in seen:
            found.append(Again(seen[id(thing)]))
        elif isinstance(thing, Number):
            found.append(repr(thing))
        else:
            seen[id(thing)] = len(found)
            inside = _inside(thing)
            if isinstance(thing, FunctionType) and thing.__globals__ is module:
                inside += [module[each.name] for each, _ in _variables(thing.__code__, module)]
            # A class that the program defines is another one each time.
            found.append((type(thing).__qualname__, len(inside)))
            todo += inside
    return found


def _inside(thing: Any) -> list[Any]:
    """What something holds."""
    match thing:
        case CellType():
            try:
                return [thing.cell_contents]
            except ValueError:  # not set yet
                return []
        case Variable():
            return [thing.module.get(thing.name)]
        case dict():
            return [each for pair in thing.items() for each in pair]
        case list() | tuple() | set() | frozenset() | deque() | bytearray():
            return list(thing)
        case FunctionType():
            named = (thing.__kwdefaults__ or {}).values()
            return [*(thing.__closure__ or ()), *(thing.__defaults__ or ()), *named]
        case MethodType():
            return [thing.__self__, thing.__func__]
        case partial():
            return [thing.func, *thing.args, *thing.keywords.values()]
        case type() | ModuleType():
            return []
    held = []
    for cls in type(thing).__mro__:
        for name, member in vars(cls).items():
            if isinstance(member, MemberDescriptorType) or name == "__dict__":
                with suppress(AttributeError):  # not set yet
                    held.append(member.__get__(thing))
    return held
