"""What is said about a failure: one sentence, never the answer, never blame."""

from __future__ import annotations

import builtins
import difflib
import re

from .. import kernel
from ..kernel.atomic import CPU, Named
from .stub import IS_NONE, NOT_AWAITED, said

VOCABULARY = tuple(kernel.__all__)
OBJECTS = {
    each
    for each in VOCABULARY
    if isinstance(getattr(kernel, each), type) and issubclass(getattr(kernel, each), Named)
}
"""What there is a kind of; of the rest of the vocabulary most are functions."""


SLIPS = ("unwritten", "exception", "never awaited", "assignment", "value", "endless")
"""Kinds of failure that say all by themselves: no schedule makes them clearer."""


WANTED = {
    r"(Type|Attribute)Error: .*\bcoroutine\b": "await is missing before the call that gave it",
    "has no attribute '(next|prev)'":
        "what is wanted here is a node or the head of a list, such as avc.same_anon_vma or "
        "anon_vma.head",
    "has no attribute 'pmd_at'": "what is wanted here is an mm, such as vma.vm_mm",
    "has no attribute 'vm_start'": "what is wanted here is a vma, such as avc.vma",
    "list_for_each.* is not iterable": "other CPUs use this list too: write async for",
    "can't be (awaited|used in 'await')": "write async before its def, or no await before its call",
    "'async for' requires":
        "write async for avc in list_for_each_entry(anon_vma.head); for a vma's own chain, which "
        "nobody else uses, for without async",
}  # fmt: skip
"""What the kernel wanted, by what is said where it got something else."""


SAID = {
    "BUG": "the kernel stops with: {}",
    "deadlock": "nobody can go on: {}",
    "lock held at return": "a lock is left taken: {}; the next CPU that wants it waits for ever",
    "unlock by another": "a lock is dropped that is not held: {}",
    "lock-order inversion": "two locks are taken in opposite orders, so two CPUs can block: {}",
}
"""What is said of a kind of failure around its message; of others the message, or more."""


def sentence(kind: str, message: str, line: int | None = None) -> str:
    """What is wrong, in one sentence; `line` is where the answer was last."""
    said = _words(kind, message, line)
    return said if said.endswith(("?", "!")) else f"{said}."


def _words(kind: str, message: str, line: int | None) -> str:
    match kind:
        case "unwritten":
            found = re.match(r"line \d+", message)
            place = f" ({found[0]} still raises NotImplementedError)" if found else ""
            return f"not yet: the body is still to be written{place}"
        case "exception":
            place = "" if line is None or "line " in message else f"line {line}: "
            wanted = (f"; {advice}" for said, advice in WANTED.items() if re.search(said, message))
            return f"an exception ends it, {place}{message}{next(wanted, '')}"
        case "endless":
            place = "" if line is None else f", at line {line}"
            return f"it does not come to an end{place}: {message}"
        case "never awaited":
            return f"{re.sub(r'[(].*[)]', '(…)', message)}; without it nothing happens"
    return SAID.get(kind, "{}").format(message)


def kind_of(exception: str) -> str:
    """The kind of failure that an exception of this name is."""
    return "unwritten" if exception == "NotImplementedError" else "exception"


def exception_in_words(error: BaseException, line: int) -> str:
    """An exception of the learner's code: the line, Python's words, and the nearest known name."""
    kind, name, names = type(error).__name__, getattr(error, "name", None), list[str]()
    message = said(error)  # type: ignore[no-untyped-call]
    if isinstance(error, AttributeError) and error.obj is not None:
        names = public(error.obj)
        if isinstance(error.obj, Named | CPU):
            message = no_field(error.obj, str(name))
    return raised(kind, message, line, name, names)


def raised(kind: str, message: str, line: int, name: object, names: list[str]) -> str:
    """An exception of this kind: the line, what it says, and what `name` may have meant."""
    place = f"line {line}: " if line else ""
    first, space, rest = message.partition(" ")  # of a nested function the long name
    message = first.rpartition("<locals>.")[2] + space + rest
    said = f"{kind}: {message}" if message else kind
    return f"{place}{said}{advice_for(kind, message, name, names)}"


def public(thing: object) -> list[str]:
    """The names of what a thing has."""
    return [name for name in dir(thing) if not name.startswith("_")]


def no_field(owner: object, name: str) -> str:
    """What is said of a field that an object of the kernel's has not."""
    return f"{type(owner).__name__.removeprefix('freed_')} has no field {name[:100]}"


NONE = {
    "anon_vma": "a vma that was never written to has none, nor has a page that was never mapped",
    "dst": "there was no memory for one, or nothing to merge with",
    "mapping": "a page that was never mapped has none",
    "new_vma": "there was no memory for one, or nothing to merge with",
    "root": "no lock was taken",
    "prev": "no vma is below",
}
"""Why something may be None, by the end of its name."""


def advice_for(kind: str, message: str, name: object, names: list[str]) -> str:
    """What may have been meant, for the slips that have one likely cause."""
    if message.endswith(IS_NONE):
        why = NONE.get(message.removesuffix(IS_NONE).rpartition(".")[2], "")
        return f": {why}" if why else ""
    if kind in ("NameError", "UnboundLocalError", "AttributeError") and isinstance(name, str):
        if kind != "AttributeError":  # Python's own names are short: vma is like max, and no slip
            own = difflib.get_close_matches(name, dir(builtins), cutoff=0.75)
            names = [*VOCABULARY, *own, *names]
        near = difflib.get_close_matches(name, names, n=1)
        if near and near[0] != name:
            return f"; did you mean {near[0]}?"
        if name in VOCABULARY and kind == "AttributeError":
            return "" if name in OBJECTS else f"; {name} is a function of its own: {name}(…)"
        if name in VOCABULARY:
            return f"; import it: from vmlesson.kernel import {name}"
    if kind == "TypeError" and message.endswith(NOT_AWAITED):
        return "; only operations and kernel functions are awaited"
    return ""


def nearest(wanted: str, defined: list[str]) -> str:
    """A hint at a misspelt name, among those that were defined."""
    near = difflib.get_close_matches(wanted, defined, n=1)
    return f"; {near[0]} looks like it" if near else ""
