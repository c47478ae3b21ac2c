"""Exceptions that speak to whoever typed the command, or ran the cell."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class Spoken(Exception):
    """Its message says all: a notebook shows it without the frames that it came through."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class UserError(Spoken):
    """What was asked for cannot be done; the message names the input and what to do instead.

    The command line prints the message as one line on stderr and exits with 2.
    """


class WrongKind(UserError, TypeError):
    """What was given is of another kind than what is asked for."""


def instead_of(name: object, known: Iterable[str]) -> str:
    """What to say of a name that is none of `known`: which was meant, or all that there are."""
    known = list(known)
    near = get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def check_kind(call: str, value: object, kind: Any, asked: str) -> None:
    """See that `value` is of that kind; `asked` says which, and where one comes from.

    Raises:
        WrongKind: it is not.
    """
    if not isinstance(value, kind):
        raise WrongKind(f"{call} takes {asked}, not {value!r}")


def check_whole(what: str, value: object, least: int, most: int | None = None) -> None:
    """See that `value` is a whole number from `least` to `most`.

    Raises:
        UserError: it is not.
    """
    if type(value) is not int or value < least or (most is not None and value > most):
        span = f"{least} or more" if most is None else f"from {least} to {most}"
        raise UserError(f"{what} is {value!r}; it must be a whole number, {span}")
