"""Exceptions that speak to whoever typed the command, or ran the cell."""


class Spoken(Exception):
    """Its message says all: a notebook shows it without the frames that it came through."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class UserError(Spoken):
    """What was asked for cannot be done; the message names the input and what to do instead.

    The command line prints the message as one line on stderr and exits with 2.
    """
