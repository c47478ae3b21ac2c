"""A learner's function, in this process: what its code does between two steps is looked at.

For practice, in a notebook.  Code that wants to deceive can do so here; marks come from a judge in
a process of its own (see judge.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from ..explore import Result
from ..explore.labels import fields_at
from ..kernel import Finding, atomic, mm_struct, rw_semaphore
from ..kernel.atomic import FIELDS_PER_OBJECT, Call, Named, Operation
from ..kernel.locks import Lock
from ..kernel.text import Symbol
from .exercises import Exercise
from .feedback import exception_in_words, learners_line
from .stub import called

PACKAGE = str(Path(__file__).parents[1])
DEEPEST = 40


class Subject:
    """A function that is to be checked, in this process.

    ``interrupted_at`` is where its code was last seen, for whoever has to say where it hangs.
    """

    def __init__(self, exercise: Exercise, function: Callable[..., Any]) -> None:
        self.exercise = exercise
        self.function = function
        self.interrupted_at: int | None = None
        self.patch = self._patch()

    def known(self, situation: str) -> Result | None:
        """Nothing: each situation is tried."""
        return None

    def proved(self, situation: str, result: Result) -> None:
        """Nothing is remembered."""

    def _patch(self) -> Callable[..., Any]:
        def answer(*args: Any) -> Answer:
            refuse_recursion(self.exercise.asked)
            return Answer(self, called(self.function, args))  # type: ignore[no-untyped-call]

        answer.__name__ = self.exercise.asked
        return answer


def refuse_recursion(asked: str) -> None:
    """See to it that a function which calls itself for ever comes to an end.

    Raises:
        Finding: it has done so too often on the running CPU.
    """
    stack: list[Any] = [] if atomic.current is None else list(atomic.current.stack)
    if sum(getattr(frame, "__name__", "") == asked for frame in stack) > DEEPEST:
        raise Finding(
            "exception",
            f"{asked} calls itself again and again: in the kernel that is booted here, this name "
            f"stands for your own function",
        )


class Answer(Coroutine[Any, Any, Any]):
    """A run of the learner's coroutine, looked at from outside."""

    __name__: str

    def __init__(self, subject: Subject, inner: Any) -> None:
        self.subject = subject
        self.inner = inner
        self.__name__ = subject.exercise.asked

    @property
    def cr_frame(self) -> Any:
        """Where the learner's code is, for whoever shows it."""
        return getattr(self.inner.cr_await, "cr_frame", None) or self.inner.cr_frame

    @property
    def cr_await(self) -> Any:
        """What the learner's code awaits."""
        return getattr(self.inner.cr_await, "cr_await", None)

    def __await__(self) -> Any:
        return self.inner.__await__()

    def send(self, value: Any) -> Any:
        """Go on to the next operation."""
        return self._watch(lambda: self.inner.send(value))

    def throw(self, *error: Any) -> Any:
        """Raise an error where the code waits."""
        return self._watch(lambda: self.inner.throw(*error))

    def close(self) -> None:
        """End it."""
        self.inner.close()

    def _watch(self, go: Callable[[], Any]) -> Any:
        cpu = atomic.current
        assert cpu is not None
        before, made, cpu.writes = cpu.writes, cpu.made, {}
        try:
            request = go()
        except (StopIteration, Finding):
            raise
        except KeyboardInterrupt as interrupt:
            self.subject.interrupted_at = learners_line(interrupt.__traceback__, PACKAGE)
            raise
        except Exception as error:
            line = learners_line(error.__traceback__, PACKAGE)
            raise Finding("exception", exception_in_words(error, line)) from None
        finally:
            plain, cpu.writes = cpu.writes, cpu.writes | before
            if cpu.error is None and (assigned := _assigned(cpu, plain, made)):
                raise cpu.fail(Finding("assignment", assigned))
        refuse_odd(request)
        return request


def _assigned(cpu: atomic.CPU, plain: dict[int, Any], made: int) -> str:
    """What the code between two steps has assigned to, in words; "" if nothing.

    What it made itself in this step is its own; the list of an mm's vmas is guarded by mmap_sem,
    which is held.
    """
    mine = (cpu.index * atomic.OBJECTS_PER_CPU + made + 1) * FIELDS_PER_OBJECT
    objects: dict[int, Named] = {
        one.key: one for one in getattr(cpu.text, "objects", ()) if isinstance(one, Named)
    }
    for location in plain:
        if mine <= location < (cpu.index + 1) * atomic.OBJECTS_PER_CPU * FIELDS_PER_OBJECT:
            continue
        owner = objects.get(location - location % FIELDS_PER_OBJECT)
        if owner is None or isinstance(owner, mm_struct):
            continue
        names = "/".join(field.name for field in fields_at(owner, location))
        return assignment_in_words(type(owner).__name__, names)
    return ""


def assignment_in_words(kind: str, field: str, line: int | None = None) -> str:
    """An assignment to a field of the kernel's."""
    place = "" if line is None else f"line {line}: "
    return (
        f"{place}{field} of a {kind} is assigned to; what other CPUs may read is changed by "
        f"operations only (list_del, list_add_tail, set_pte_at, …), which are awaited"
    )


def refuse_odd(request: Any) -> None:
    """See to it that an operation gets what the model could not go on without.

    One that may wait is about something that one can wait for; bounds are numbers.

    Raises:
        Finding: it is not.
    """
    if isinstance(request, Operation):
        on = request.spec.on
        why = ""
        if on is not None and not (
            request.args
            and isinstance(request.args[0], Lock | rw_semaphore)
            and on.name in request.args[0].__dict__
        ):
            why = f"{request} is about no lock"
        elif request.name == "set_vma_bounds" and {*map(type, request.args[1:])} != {int}:
            why = "bounds are whole numbers"
        if why:
            request.awaited = True  # so that nobody takes it for one whose await was forgotten
            raise Finding("exception", f"line {request.lineno}: {why}")
    elif not isinstance(request, Call):
        raise Finding("exception", f"{request!r} is awaited, which is no operation of the kernel's")


def objection(exercise: Exercise, function: Any) -> str:
    """Why something cannot be checked as an answer, in words; "" if it can."""
    signature = exercise.signature
    if isinstance(function, Symbol) or _is_ours(function):
        return (
            f"this is the course's own {_name(function)}, not yours: it works, and does not count. "
            f"Write your own: {signature}"
        )
    if not callable(function):
        return f"this is no function but {_described(function)}; write {signature}"
    if isinstance(function, type):
        return f"{_name(function)} is a class, and must be an async def: {signature}"
    try:
        inspect.signature(function).bind(*exercise.parameters)
    except TypeError:
        given = inspect.signature(function)
        return f"{_name(function)}{given} does not take what the kernel gives it; write {signature}"
    return ""


def _is_ours(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename.startswith(PACKAGE)


def _described(thing: Any) -> str:
    return "nothing (None)" if thing is None else f"a {type(thing).__name__}"


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", "this"))
