"""What a Python object holds that a program may change, and what its code names."""

from __future__ import annotations

import gc
import sys
import types
from array import array
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from dis import get_instructions
from functools import cache, partial
from io import BytesIO, StringIO
from itertools import count
from numbers import Number
from operator import length_hint
from random import Random
from typing import Any
from weakref import ReferenceType

from ..kernel.atomic import CPU, Named

Parts = list[tuple[str, Any]]
"""What something holds, each with its name there; "" if it has none."""

STAYING = {__name__.partition(".")[0], *sys.stdlib_module_names}
"""The modules of the course and of Python: their functions and classes stay as they are."""
HOLDING = {
    *("_io", "abc", "array", "builtins", "collections", "functools", "itertools", "os", "queue"),
    *("random", "types", "weakref", "_contextvars", "threading", "asyncio.locks", "asyncio.queues"),
}
"""Of Python's modules, those whose objects hold what a program puts there."""
OF_MODULE = {"LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME"}
"""What names a variable of the module; the last in the body of a class."""
FIXED = (
    *(type(None), Number, str, bytes, Named, CPU),
    *(types.CodeType, types.FrameType, types.ModuleType),
)
"""What holds nothing that may change; of the kernel's objects only Fields do."""
LINKING = (
    *(partial, property, classmethod, staticmethod),
    *(types.MethodType, types.BuiltinMethodType),
)
LINKS = ("__self__", "__func__", "func", "args", "keywords", "fget", "fset")
"""The attributes by which one of those leads on."""
RUNNING = (types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType)
MANY = (list, tuple, set, frozenset, deque, dict)
NAMELESS = {dict, list, tuple, frozenset, partial, types.CellType}
"""What has no code; most things that are met."""


class Variable:
    """A variable of a module."""

    def __init__(self, name: str, module: dict[str, Any]) -> None:
        self.name, self.module = name, module
        self.key = name, id(module)


def key_of(thing: Any) -> Any:
    """What tells a thing from all others that there are."""
    return thing.key if isinstance(thing, Variable) else id(thing)


def may_hold(thing: Any) -> bool:
    """Whether something may hold what a program changes."""
    if isinstance(thing, FIXED):
        return False
    module = type(thing).__module__
    return module in HOLDING or is_own(module) or isinstance(thing, Variable)


def leads_to(thing: Any) -> Parts:
    """What may be changed or looked at by way of something: what it holds, and its code names."""
    return parts(thing) if type(thing) in NAMELESS else parts(thing) + _named(thing)


@cache
def is_own(module: str) -> bool:
    """Whether a module is the program's or beside it: not Python's, the course's, installed."""
    file = str(getattr(sys.modules.get(module), "__file__", ""))
    return str(module).partition(".")[0] not in STAYING and "-packages" not in file


def _named(thing: Any) -> Parts:
    """What a function names of its module; what a class has; the class of an object."""
    if isinstance(thing, type):
        own = is_own(thing.__module__)
        return [*vars(thing).items(), ("", thing.__bases__)] if own else []
    if not isinstance(thing, types.FunctionType):
        if not is_own(type(thing).__module__):
            return []
        more = _of_object(thing) if isinstance(thing, MANY) else []  # a list's own attributes
        return [*more, ("", type(thing))]
    module = thing.__globals__
    if not is_own(str(module.get("__name__"))):
        return []
    names, attributes = _names_in(thing.__code__)
    found = [Variable(name, module) for name in names if name in module]
    values = [module[each.name] for each in found]
    others = [vars(value) for value in values if isinstance(value, types.ModuleType)]
    found += [Variable(name, other) for other in others for name in attributes if name in other]
    return [(each.name, each) for each in found]


@cache
def _names_in(code: types.CodeType) -> tuple[list[str], list[str]]:
    """The names that are no local ones, in order; and those of attributes, too."""
    inner = [_names_in(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    here = {str(each.argval) for each in get_instructions(code) if each.opname in OF_MODULE}
    return (
        sorted(here.union(*(names for names, _ in inner))),
        sorted({*code.co_names}.union(*(names for _, names in inner))),
    )


def parts(thing: Any) -> Parts:
    """What something holds."""
    match thing:
        case types.CellType():
            try:
                return [("", thing.cell_contents)]
            except ValueError:  # not set yet
                return []
        case dict():
            return [("", each) for pair in thing.items() for each in pair]
        case list() | tuple() | set() | frozenset() | deque():
            return [("", each) for each in thing]
        case types.FunctionType():
            closure = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
            defaults = [*(thing.__defaults__ or ()), thing.__kwdefaults__, vars(thing) or None]
            return [*closure, *(("", each) for each in defaults)]
        case _ if isinstance(thing, LINKING):
            return [("", getattr(thing, link, None)) for link in LINKS]
        case Variable():
            return [("", thing.module.get(thing.name))]
        case bytearray() | array() | memoryview():
            return [("", bytes(thing))]
        case StringIO() | BytesIO():
            return [("", thing.getvalue())]
        case _ if isinstance(thing, RUNNING):
            return _of_coroutine(thing)
        case ReferenceType():
            return [("", thing())]
        case ContextVar():
            return [("", thing.get(None))]
        case Random():
            return [("", hash(thing.getstate()))]
        case count():
            return [("", repr(thing))]
    if isinstance(thing, (type, *FIXED)):
        return []
    return _of_object(thing)


def _of_coroutine(thing: Any) -> Parts:
    frames = (getattr(thing, kind, None) for kind in ("cr_frame", "gi_frame", "ag_frame"))
    frame = next(filter(None, frames), None)
    if frame is None:
        return []
    held = [each for each in _inside(thing) if isinstance(each[1], (types.FunctionType, *RUNNING))]
    return [("", frame.f_lasti), *held, *frame.f_locals.items()]


def _inside(thing: Any) -> Parts:
    """What Python keeps in something of its own: what a coroutine awaits, what an iterator has."""
    return [("", each) for each in gc.get_referents(thing)]


def _of_object(thing: Any) -> Parts:
    held = _inside(thing) if type(thing).__module__ in ("builtins", "itertools") else []
    if hasattr(type(thing), "__length_hint__"):  # how far an iterator has come
        held.append(("", length_hint(thing)))
    for cls in type(thing).__mro__:
        for name, member in vars(cls).items():
            if isinstance(member, types.MemberDescriptorType) or name == "__dict__":
                with suppress(AttributeError):  # not set yet
                    own = member.__get__(thing)
                    held += own.items() if name == "__dict__" else [(name, own)]
    return held
