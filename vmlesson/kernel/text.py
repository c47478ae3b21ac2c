"""The kernel's text section: functions that can be probed, patched and traced.

`kernel_function` puts a function into the text of v3.0.  Awaiting a call of it is a request that
the driver answers from its own kernel's text, so that a release's patch, or a learner's function,
takes the place of one function in one booted kernel: kprobes, livepatch and ftrace use a
function's entry in the same way.  Two kernels live side by side.

A release is the one before it plus patches.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from functools import update_wrapper
from inspect import iscoroutinefunction
from typing import Any, Generic, ParamSpec, TypeVar

from ..errors import UserError
from . import atomic as _atomic
from .atomic import Call

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Symbol[..., Any] | Predicate[..., Any]")


class Symbol(Generic[P, R]):
    """The name of a kernel function: calling it makes a request, and awaiting that runs it.

    ``file`` is the kernel's source file, ``function`` the body as of v3.0, or as of the release
    that brought it.
    """

    __name__: str

    def __init__(self, file: str, function: Callable[P, Coroutine[Any, Any, R]]) -> None:
        self.file = file
        self.function = function
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        return Call(self.__name__, args, kwargs)

    def __repr__(self) -> str:
        return f"<kernel function {self.__name__} ({self.file})>"


class Predicate(Generic[P, R]):
    """The name of a plain function of the kernel, which answers at once: no await, no step.

    It is in the text like the others, so a release or a learner can replace it.  Outside of any CPU
    its own body answers.
    """

    __name__: str

    def __init__(self, file: str, function: Callable[P, R]) -> None:
        self.file = file
        self.function = function
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        cpu = _atomic.current
        if cpu is None or cpu.text is None:
            return self.function(*args, **kwargs)
        body: Callable[..., Any] = cpu.text.lookup(self.__name__, args)
        answer: R = body(*args, **kwargs)
        return answer

    def __repr__(self) -> str:
        return f"<plain kernel function {self.__name__} ({self.file})>"


SYMBOLS: dict[str, Symbol[..., Any] | Predicate[..., Any]] = {}
"""Every kernel function by its name, whatever the release."""

_V3_0: dict[str, Callable[..., Any]] = {}


def kernel_function(
    file: str, new: bool = False
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Symbol[P, R]]:
    """Put a function of the kernel's source `file` into the text; `new` ones come with a patch."""
    return lambda function: _in_text(Symbol(file, function), new)


def kernel_predicate(file: str, new: bool = False) -> Callable[[Callable[P, R]], Predicate[P, R]]:
    """As kernel_function(), for a plain function, which only looks and decides."""
    return lambda function: _in_text(Predicate(file, function), new)


def _in_text(symbol: S, new: bool) -> S:
    SYMBOLS[symbol.__name__] = symbol
    if not new:
        _V3_0[symbol.__name__] = symbol.function
    return symbol


class Patch:
    """A commit: functions that take the place of those of the same name, or are new.

    It fits what has the commit `after`, if it names one.  `removes` names functions that are gone
    with it.
    """

    def __init__(
        self,
        commit: str,
        functions: Iterable[Callable[..., Any]],
        subject: str = "",
        after: str = "",
        removes: Iterable[str] = (),
    ) -> None:
        self.commit = commit
        self.subject = subject
        self.after = after
        self.functions = dict(map(_name_and_body, functions))
        self.removes = frozenset(removes)

    def __repr__(self) -> str:
        return f"<Patch {self.commit} {self.subject!r}: {', '.join(self.functions)}>"


def _name_and_body(function: Any) -> tuple[str, Callable[..., Any]]:
    if isinstance(function, Symbol | Predicate):
        return function.__name__, function.function
    if not callable(function) or not hasattr(function, "__name__"):
        raise UserError(f"a patch is made of functions; {function!r} is none")
    name = function.__name__
    if name not in SYMBOLS:
        near = difflib.get_close_matches(name, SYMBOLS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UserError(f"{name} is not a function of this kernel, so it cannot replace one{hint}")
    if isinstance(SYMBOLS[name], Predicate) and iscoroutinefunction(function):
        raise UserError(f"{name} answers at once, without await: write def, not async def")
    return name, function


@dataclass(frozen=True)
class Release:
    """A release of Linux: its name, and the patches that made it out of the one before.

    `after` names that one; nothing is before v3.0.
    """

    name: str
    patches: tuple[Patch, ...]
    after: str
    swapops_bug_line: int | None
    """The line of the BUG_ON in include/linux/swapops.h that a stale migration entry hits."""


RELEASES: dict[str, Release] = {}


def release_text(
    name: str, patches: Iterable[Callable[..., Any] | Patch] = ()
) -> dict[str, Callable[..., Any]]:
    """The functions of the release `name`, with `patches` on top: Patches, or functions alone.

    Raises:
        UserError: no such release; a patch that does not fit it.
    """
    if not isinstance(patches, Iterable):
        raise UserError(f"patches are a list, even if there is only one: write [{_named(patches)}]")
    text = dict(_V3_0)
    commits: list[str] = []
    removed: set[str] = set()
    alone: dict[str, Callable[..., Any]] = {}
    for each in [*patches_of(name), *patches]:
        if not isinstance(each, Patch):
            alone.update([_name_and_body(each)])
            continue
        if each.commit and each.commit in commits:
            raise UserError(f"{each.commit} does not fit {name}, which has it already")
        if each.after and each.after not in commits:
            raise UserError(f"{_named(each)} does not fit {name}: it comes after {each.after}")
        for function in each.removes:
            if text.pop(function, None) is None:
                raise UserError(f"{_named(each)} does not fit {name}, which has no {function}")
        text.update(each.functions)
        commits.append(each.commit)
        removed |= each.removes
    for function in alone.keys() - text.keys():
        there = [each for each in RELEASES if function in release_text(each)]
        (brought,) = (each for each in RELEASES[there[0]].patches if function in each.functions)
        if function in removed or (brought.after and brought.after not in commits):
            raise UserError(
                f"nothing in {name} calls {function}, so it cannot be replaced there; "
                f"it is in {', '.join(there)}"
            )
    return text | alone


def _named(patch: Any) -> str:
    """A patch as a message names it."""
    if isinstance(patch, Patch):
        return patch.commit or patch.subject
    return getattr(patch, "__name__", str(patch))


def patches_of(name: str) -> list[Patch]:
    """What made the release `name` out of v3.0, in order.

    Raises:
        UserError: no such release.
    """
    release = find_release(name)
    return [*(patches_of(release.after) if release.after else ()), *release.patches]


def find_release(name: str) -> Release:
    """The release `name`.

    Raises:
        UserError: no such release; lists those that there are.
    """
    if not isinstance(name, str) or name not in RELEASES:
        raise UserError(f"unknown release {name!r}; there are {', '.join(RELEASES)}")
    return RELEASES[name]
