"""How far a search may go, and how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..errors import UserError, check_whole
from ..replay.labels import counted
from .result import Result
from .walk import Stopped, Walk


class Limits:
    """The limits of a search, and what it has found so far; arguments and errors as `explore`'s."""

    def __init__(
        self,
        result: Result,
        executions: int | None,
        seconds: float | None,
        first_failure: bool,
        progress: Callable[[Result], None],
    ) -> None:
        if executions is not None:
            check_whole("executions", executions, 1)
        if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
            raise UserError(f"seconds is {seconds!r}; it must be a number above 0")
        self.result, self.executions, self.seconds = result, executions, seconds
        self.first_failure, self.progress = first_failure, progress
        self.started = time.perf_counter()

    def count(self, walk: Walk) -> None:
        """More classes were seen: is that enough?"""
        result, seen, most = self.result, walk.seen, self.executions
        result.executions, result.failing = seen.classes, seen.failing
        self.take_time()
        self.progress(result)
        if most is not None and result.executions >= most:
            if any(visit.todo for visit in walk.path):
                result.executions, result.failing = most, min(result.failing, most)
                raise Stopped(f"at its limit of {counted(most, 'execution')}")
        if self.first_failure and result.failing:
            raise Stopped("at the first failure")

    def in_time(self) -> None:
        """Is there time left?"""
        if self.seconds is not None and time.perf_counter() - self.started >= self.seconds:
            raise Stopped(f"at its limit of {self.seconds:g} s")

    def take_time(self) -> None:
        """Say how long the search has taken."""
        self.result.seconds = time.perf_counter() - self.started
