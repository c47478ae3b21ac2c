"""A learner's function, in this process: what its code does between two steps is looked at.

For practice, in a notebook.  Code that wants to deceive can do so here; marks come from a judge in
a process of its own (see judge.py).
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping
from inspect import iscoroutinefunction
from pathlib import Path
from types import CoroutineType
from typing import Any, TypeVar

from .. import kernel
from ..kernel import Finding, atomic, list_for_each_entry, mm_struct, rw_semaphore
from ..kernel.atomic import BOOT, FIELDS_PER_OBJECT, Call, Named, Operation, Request
from ..kernel.audit import reachability
from ..kernel.list import list_head
from ..kernel.locks import Lock, mutex
from ..kernel.mm_types import page, pte_t
from ..kernel.text import SYMBOLS, Symbol
from .exercises import Exercise
from .feedback import exception_in_words, kind_of
from .reference import written
from .stub import an, called, described, drop_frames, line_awaiting, line_in, no_operation
from .stub import refuse_names, shape

PACKAGE = str(Path(__file__).parents[1])
OTHERS = (PACKAGE, str(Path(contextlib.__file__).parent), "<frozen ", "<string>")
"""Where the code of others is, and what has no lines that anybody could look up."""
DEEPEST = 40
UNWRITTEN = ("None", "ellipsis")
"""What an asked name stands for while the answer is still to be written."""
MOST_PRINTED = 4_000
KERNEL = str(Path(kernel.__file__).parent)
OFFERED = {each.__code__ for each in vars(kernel).values() if iscoroutinefunction(each)}
OFFERED |= {list_for_each_entry.__anext__.__code__}
"""The code of the kernel's that an answer runs itself, and need not call as a function of it."""
T = TypeVar("T")


def is_learners(file: str) -> bool:
    """Whether code of this file is the learner's."""
    return not file.startswith(OTHERS) and "-packages" not in file


class Prints(io.StringIO):
    """What an answer prints, up to a page or two."""

    def write(self, text: str) -> int:
        """Take a text; what comes when there is too much is dropped."""
        return super().write(text) if self.tell() < MOST_PRINTED else len(text)

    def since(self, run: Callable[[], T]) -> tuple[T, str]:
        """What `run` gives, and what is printed meanwhile."""
        self.seek(0)
        self.truncate(0)
        return run(), self.getvalue()[:MOST_PRINTED]


class Code:
    """Stands for all code of an answer, helpers too: a step of theirs is one of the function's."""

    def __init__(self, name: str, file: str) -> None:
        self.co_name = self.co_qualname = name
        self.co_filename = file


class Subject:
    """An answer under check, in this process.

    Attributes:
        times: how often what one CPU does alone is executed: twice, where nobody else finds out
            that an answer keeps something from one call to the next.
        seconds: for how long a situation is explored at most, where somebody waits.
        interrupted_at: where its code was last seen, for whoever has to say where it hangs.
        printed: what it has printed.
        remarked: of what a remark has been made.
        patch: the function that takes the place of the kernel's.
        code: what its steps are said to be steps of.
    """

    times = 2
    seconds: float | None = 60.0

    def __init__(self, exercise: Exercise, function: Any = None, title: str = "") -> None:
        self.exercise = exercise
        self.code: Any = Code(exercise.asked, title)
        self.function = function
        self.interrupted_at: int | None = None
        self.printed = Prints()
        self.remarked: set[tuple[str, frozenset[str], str]] = set()
        self.patch = patch_of(exercise, self._call)

    def known(self, situation: str) -> Any:
        """What is known to come of this situation without trying it: here, nothing."""

    def proved(self, situation: str, found: Any) -> None:
        """Learn what every interleaving of this situation came to: here, nothing is remembered."""

    def _call(self, args: tuple[Any, ...]) -> Running:
        return Answer(self, called(self.function, args, self.exercise.plain))  # type: ignore[no-untyped-call]


def patch_of(exercise: Exercise, call: Callable[[tuple[Any, ...]], Running]) -> Callable[..., Any]:
    """What takes the place of the kernel's function: `call`, which runs the learner's."""

    def answer(*args: Any) -> Any:
        refuse_recursion(exercise)
        given = tuple(
            Given(name, each) if isinstance(each, Symbol) else each
            for name, each in zip(exercise.parameters, args, strict=True)
        )
        return at_once(call(given)) if exercise.plain else call(given)

    answer.__name__ = exercise.asked
    return answer


class Given(Symbol[..., Any]):
    """A kernel function that an answer is given, and calls by the name of its own parameter."""

    def __init__(self, parameter: str, symbol: Symbol[..., Any]) -> None:
        super().__init__(symbol.file, symbol.function)
        self.symbol, self.__name__ = symbol, parameter

    def __call__(self, *args: Any, **kwargs: Any) -> Call[Any]:
        refuse_names(kwargs)  # type: ignore[no-untyped-call]
        request: Call[Any] = Call(self.symbol.__name__, args, {})
        request.written = self.__name__
        return request


def at_once(running: Running) -> bool:
    """What a call comes to that may not wait for anything.

    Raises:
        Finding: it waits; it gives something other than True or False.
    """
    stack: list[Any] = [] if atomic.current is None else atomic.current.stack
    stack.append(running)
    try:
        running.send(None)
    except StopIteration as stop:
        if type(stop.value) is bool:
            return stop.value
        said = f"{running.__name__} returns {written(stop.value)}, but must return True or False"
    else:
        running.close()
        said = f"{running.__name__} must answer at once: nothing can be awaited in it"
    finally:
        stack.pop()
    raise fail("value", said)


def fail(kind: str, message: str) -> Finding:
    """A finding, recorded before anybody could swallow it."""
    cpu = atomic.current
    finding = Finding(kind, message)
    return finding if cpu is None else cpu.fail(finding)


def refuse_recursion(exercise: Exercise) -> None:
    """See to it that a function which calls itself for ever comes to an end.

    Raises:
        Finding: it has done so too often on the running CPU; a plain one, even once.
    """
    asked, most = exercise.asked, 0 if exercise.plain else DEEPEST
    stack: list[Any] = [] if atomic.current is None else list(atomic.current.stack)
    if sum(getattr(frame, "__name__", "") == asked for frame in stack) > most:
        raise fail(
            "value",
            f"{asked} calls itself{' again and again' if most else ''}: in the kernel that is "
            f"booted here, this name stands for your own function",
        )


class Running(Coroutine[Any, Any, Any]):
    """A call of the learner's function, as a CPU's stack has it: around the coroutine that runs.

    Attributes:
        held: the locks that whoever calls it holds, and relies on until it returns.
        undisturbed: whether nobody walks the lists that it changes, so that no walk shows how.
        asked: what it has asked for last.
    """

    __name__: str
    undisturbed = False
    asked: Any = None

    def __init__(self, name: str, inner: Any) -> None:
        self.__name__ = name
        self.inner = inner
        self.held = tuple((atomic.current or BOOT).held)

    @property
    def line(self) -> int:
        """The line of the learner's that waits."""
        return line_awaiting(self.inner, is_learners)  # type: ignore[no-any-return, no-untyped-call]

    @property
    def cr_await(self) -> Any:
        """What the learner's code awaits."""
        return self.inner.cr_await

    def __await__(self) -> Any:
        return self.inner.__await__()

    def send(self, value: Any) -> Any:
        cpu = atomic.current or BOOT
        held = cpu.held
        if dropped := next((lock for lock in self.held if lock not in held), None):
            said = f"line {self.line}: this unlocks {dropped}, which the caller of {self.__name__}"
            raise fail("value", f"{said} has locked, and relies on until the call returns")
        if self.undisturbed and (said := _missed(self.asked, cpu)):
            raise fail("value", f"line {self.line}: {said}")
        request = self.asked = self._go_on(lambda: self.inner.send(value))
        if self.undisturbed and (said := _unguarded(request, held)):
            request.awaited = True
            raise fail("value", f"line {self.line}: {said}")
        return request

    def throw(self, *error: Any) -> Any:
        return self._go_on(lambda: self.inner.throw(*error))

    def _go_on(self, go: Callable[[], Any]) -> Any:
        return go()

    def close(self) -> None:
        """End it; what it had made, to be awaited later, was not forgotten."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            self.inner.close()


class Answer(Running):
    """One that runs here, and is looked at from outside."""

    def __init__(self, subject: Subject, inner: Any) -> None:
        super().__init__(subject.exercise.asked, inner)
        self.subject = subject

    @property
    def cr_frame(self) -> Any:
        """Where the learner's code is, for whoever shows it."""
        return getattr(self.inner.cr_await, "cr_frame", None) or self.inner.cr_frame

    @property
    def cr_await(self) -> Any:
        """What the learner's code awaits; it is awaited itself, by what calls it."""
        return getattr(self.inner.cr_await, "cr_await", None)

    def throw(self, *error: Any) -> Any:
        """What the kernel's own function has raised ends it, whatever the answer catches."""
        assert atomic.current is not None
        if atomic.current.error is None and not isinstance(error[0], Finding):
            fail("exception", exception_in_words(error[0], self.line))
        return super().throw(*error)

    def _go_on(self, go: Callable[[], Any]) -> Any:
        cpu = atomic.current
        assert cpu is not None
        before, made, plain = cpu.writes, cpu.made, Assignments()
        cpu.writes = plain
        said, kind = "", "exception"
        try:
            with contextlib.redirect_stdout(self.subject.printed), self._looked_at():
                request = go()
        except StopIteration as stop:
            if isinstance(stop.value, Request) and not stop.value.awaited:
                bool(stop.value)  # which says so
            refuse_returned(self.subject.exercise, stop.value)
            raise
        except Finding as finding:
            drop_frames(finding)  # type: ignore[no-untyped-call]
            raise
        except KeyboardInterrupt as interrupt:
            line = line_in(interrupt, is_learners)  # type: ignore[no-untyped-call]
            self.subject.interrupted_at = line or None
            raise
        except BaseException as error:
            line = line_in(error, is_learners)  # type: ignore[no-untyped-call]
            said = exception_in_words(error, line)
            kind = kind_of(type(error).__name__)
            drop_frames(error)  # type: ignore[no-untyped-call]
        finally:
            cpu.writes = plain | before
            if cpu.error is None and (assigned := _assigned(cpu, plain, made)):
                raise cpu.fail(Finding("assignment", assigned))
        if not said and not isinstance(request, Request):
            said = f"line {self.line}: TypeError: {no_operation(request)}"  # type: ignore[no-untyped-call]
        code = request.code if not said else None
        if code and is_learners(code.co_filename):
            request.code = self.subject.code
        elif code and code.co_filename.startswith(KERNEL) and code not in OFFERED:
            kind, said = "value", not_ones_own(code.co_name, self.line)
        if said:  # the exception is gone, with all that it held
            raise Finding(kind, said)
        refuse_odd(request)
        return request

    @contextlib.contextmanager
    def _looked_at(self) -> Iterator[None]:
        """See to it that what answers at once is not Linux's own body, which asks for no step."""
        if not self.subject.exercise.plain:
            yield
            return
        own = SYMBOLS[self.__name__].function.__code__

        def look(frame: Any, event: str, _: Any) -> None:
            if frame.f_code is own and event == "call":
                raise fail("value", not_ones_own(self.__name__, line_calling(frame)))

        before = sys.getprofile()
        sys.setprofile(look)
        try:
            yield
        finally:
            sys.setprofile(before)


def line_calling(frame: Any) -> int:
    """The innermost line of the learner's that has led to a frame; 0 if none has."""
    while frame.f_code is not called.__code__:
        if is_learners(frame.f_code.co_filename):
            return int(frame.f_lineno)
        frame = frame.f_back
    return 0


class Assignments(dict[int, Any]):
    """The fields that plain code writes, with their values before, and where it does so."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[int, tuple[str, int | None]] = {}

    def setdefault(self, location: int, old: Any = None) -> Any:
        """Take note of a write: Field.__set__ makes it."""
        frame: Any = sys._getframe(1)
        name = getattr(frame.f_locals.get("self"), "name", "")
        while frame is not None and frame.f_code.co_filename.startswith(OTHERS):
            frame = frame.f_back
        self.places.setdefault(location, (str(name), frame and frame.f_lineno))
        return super().setdefault(location, old)


def _assigned(cpu: atomic.CPU, plain: Assignments, made: int) -> str:
    """What the code between two steps has assigned to, in words; "" if nothing.

    What it made itself in this step is its own; the list of an mm's vmas is guarded by mmap_sem,
    which is held.
    """
    mine = (cpu.index * atomic.OBJECTS_PER_CPU + made + 1) * FIELDS_PER_OBJECT
    objects: dict[int, Named] = getattr(cpu.text, "objects", {})
    for location, (name, line) in plain.places.items():
        if mine <= location < (cpu.index + 1) * atomic.OBJECTS_PER_CPU * FIELDS_PER_OBJECT:
            continue
        owner = objects.get(location - location % FIELDS_PER_OBJECT)
        if owner is None or isinstance(owner, mm_struct):
            continue
        return assignment_in_words(type(owner).__name__.removeprefix("freed_"), name, line)
    return ""


def not_ones_own(function: str, line: int) -> str:
    """The body of a function of Linux's is run within an answer, or is the answer."""
    place = f"line {line}: " if line else ""
    return (
        f"{place}this runs the body of Linux's own {function}, but an answer must be your "
        f"own; what it needs from the kernel, it calls by name"
    )


def assignment_in_words(kind: str, field: str, line: int | None) -> str:
    """An assignment to a field of the kernel's; to all, where an object is freed."""
    place = "" if line is None else f"line {line}: "
    done = f"{kind}.{field} is assigned to" if field else f"{an(kind)} is freed"
    return (
        f"{place}{done}; what other CPUs may read is changed only "
        f"by operations (list_del, list_add_tail, set_pte_at, …), which are awaited"
    )


def refuse_odd(request: Request[Any]) -> None:
    """See to it that an operation gets what the model could not go on without.

    One that may wait is about something that one can wait for; bounds are numbers.

    Raises:
        Finding: it is not; what it is given has not been awaited.
    """
    for each in request.args:
        if isinstance(each, Request) and not each.awaited:
            bool(each)  # which says so
    why = fraction_in(f"{request.name} is given", request.args)
    if not why and isinstance(request, Operation):
        why = _oddity(request)
    if why:
        request.awaited = True  # so that nobody takes it for one whose await was forgotten
        raise Finding("value", f"line {request.lineno}: {why}")


def _oddity(operation: Operation[Any]) -> str:
    """What the model could not go on with, in words; "" if there is nothing."""
    on, args = operation.spec.on, operation.args
    is_lock = args and isinstance(args[0], Lock | rw_semaphore)
    if on is not None and not (is_lock and on.name in args[0].__dict__):
        return f"{operation} is about no lock"
    if operation.name == "set_vma_bounds" and {*map(type, args[1:])} != {int}:
        return "bounds are whole numbers"
    if operation.name == "set_pte_at" and not _is_pte(args[1:2]):
        return "set_pte_at wants a pte: mk_pte(page, vma) makes one"
    return ""


def _unguarded(request: Any, held: list[Any]) -> str:
    """What is said of a change of an anon_vma's list without the mutex of its root; "" if none."""
    changes = request.name in ("list_add", "list_add_tail", "list_del")
    node = request.args[0] if changes and request.args else None
    avc = node.entry if isinstance(node, list_head) and node.kind == "same_anon_vma" else None
    family = avc and avc.__dict__.get("anon_vma")
    guard = family and family.__dict__["root"].mutex
    if guard is None or guard in held:
        return ""
    return f"the list of {family} is changed without {guard}: a walk meanwhile could miss a vma"


def _missed(asked: Any, cpu: atomic.CPU) -> str:
    """What a walk would miss after a call, or once a mutex is free; "" if nothing."""
    may_walk = isinstance(asked, Call) or (asked is not None and asked.name == "mutex_unlock")
    if not may_walk or any(isinstance(lock, mutex) for lock in cpu.held):
        return ""
    missed = next(reachability(cpu.text), "")  # type: ignore[arg-type]
    return missed and f"after this no lock keeps a walk away, and {missed}"


def _is_pte(args: tuple[Any, ...]) -> bool:
    """Whether there is one, and it is of a kind that the kernel knows."""
    return any(
        isinstance(pte, pte_t)
        and pte.kind in ("none", "present", "zero", "migration")
        and isinstance(pte.page, page | None)
        for pte in args
    )


def refuse_returned(exercise: Exercise, value: Any) -> None:
    """See to it that an answer returns as many values as it must, and no fraction.

    Raises:
        Finding: somebody does.
    """
    if isinstance(value, CoroutineType) and value.cr_origin:
        value.close()
        line = value.cr_origin[0][1]
        raise Finding("never awaited", f"line {line}: await is missing before {value.__name__}(…)")
    said = fraction_in("it returns", [value])
    if exercise.returns == 1 and (not isinstance(value, int) or type(value) is bool):
        said = said or f"it returns {written(value)}, but must return a whole number"
    if exercise.returns == 2 and not (isinstance(value, tuple | list) and len(value) == 2):
        said = f"it returns {written(value)}, but must return two: the vma and the new one"
    if said:
        raise Finding("value", said)


def fraction_in(what: str, values: Any) -> str:
    """What is said of the first float of some values; "" if there is none."""
    found = next((each for each in values if isinstance(each, float)), None)
    return "" if found is None else f"{what} {found}, but the kernel has no fractions (// divides)"


def objection(exercise: Exercise, function: Any) -> str:
    """Why something cannot be checked as an answer, in words; "" if it can."""
    kind = described(function, is_learners)  # type: ignore[no-untyped-call]
    parameters = len(exercise.parameters)
    about = shape(function, parameters, is_learners)  # type: ignore[no-untyped-call]
    return no_answer(exercise, kind, about)


def no_answer(exercise: Exercise, kind: str, about: Mapping[str, Any]) -> str:
    """Why what the asked name stands for is no answer, in words; "" if it is.

    Args:
        kind: its type; "callable" for what may be an answer, "kernel" for the course's own.
        about: its `shape`.
    """
    wanted = exercise.signature
    if kind == "kernel":
        return (
            f"this is the course's own {exercise.asked}, not yours: it works, but does not count. "
            f"Write your own: {wanted}. If you have, a later import has taken its name: "
            "run yours again"
        )
    if kind in UNWRITTEN:
        return f"not yet: write {exercise.to_write}"
    if kind == "coroutine":
        return f"this is what a call gives: hand over {exercise.asked} itself, without calling it"
    if kind != "callable":
        return f"{exercise.asked} is {an(kind)}, but must be {an(exercise.keyword)}: {wanted}"
    if not about["fits"]:
        return f"{about['signature']} does not take what the kernel gives it; write {wanted}"
    if about["round"]:
        return (
            f"{exercise.asked} uses {about['round']}, which goes around the kernel: to try every "
            f"order, it must know what is read. Read each field by its name, as in page.index"
        )
    return ""
