"""The await: the only place where another CPU can act.

A kernel function is an ``async def``.  Whatever touches memory that another CPU may touch is an
*operation*: a plain function decorated with `atomic`.  Awaiting one pauses the CPU just before
it; whoever drives the CPU decides when it goes on.  The operation and the plain code after it,
up to the next await, are one atomic *step*.

Nothing declares what a step touches: objects whose state is shared keep it in `Field`s, and a
field notes every read and write in the footprint of the CPU that is running.  A footprint is
thus what this step touched in this state, and is found anew each time the step runs.

Fields of one object live at consecutive *locations*.  A location is an integer made from a name,
never from ``id()``: the CPU that made the object, and how many it had made before.  So the same
object has the same locations in every execution, whatever the schedule.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import update_wrapper
from inspect import iscoroutinefunction, signature
from itertools import count
from traceback import walk_tb
from types import CodeType, FrameType
from typing import Any, ClassVar, Generic, NoReturn, ParamSpec, Protocol, Self, SupportsIndex
from typing import TypeVar, overload

from ..errors import Spoken, WrongKind

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

FIELDS_PER_OBJECT = 32
OBJECTS_PER_CPU = 1 << 32

current: CPU | None = None
"""The CPU whose step is running, as the kernel's own ``current``; None outside of any step."""


class Finding(Exception):
    """What a run must not do.

    `kind` says which rule was broken ("promise", "BUG", "deadlock", …), `message` how.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: (kind, message)."""
        return self.kind, self.message

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class NotDriven(Spoken, RuntimeError):
    """An operation was awaited where no CPU runs it, for example at a notebook's top level."""


# ------------------------------------------------------------------------------- shared state


class _Unset:
    def __repr__(self) -> str:
        return "None"  # as a table tells it


UNSET = _Unset()
"""In the place of a field's value, before it has one."""

setting_up: Text | None = None
"""Whose set-up is running: what that makes outside of any step is part of its state, too."""


@contextmanager
def set_up_of(text: Text) -> Iterator[None]:
    """Everything that is made meanwhile is part of the state of `text`."""
    global setting_up
    before, setting_up = setting_up, text
    try:
        yield
    finally:
        setting_up = before


class Named:
    """An object with a name that is the same in every execution.

    ``key`` is the location of its first field.  Only fields change: whatever else is set in the
    step that makes the object stays as it is, so that nothing that a step can see of an object is
    outside of its footprint.
    """

    key: int
    fields: frozenset[str] = frozenset()
    _at: ClassVar[dict[int, list[Field[Any]]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared = (each for base in reversed(cls.__mro__) for each in vars(base).items())
        fields = {name: value for name, value in declared if isinstance(value, Field)}
        cls.fields = frozenset(fields)
        cls._at = {}
        for field in fields.values():
            cls._at.setdefault(field.index, []).append(field)

    def __init__(self) -> None:
        cpu = current or BOOT
        cpu.made += 1
        self.__dict__["key"] = (cpu.index * OBJECTS_PER_CPU + cpu.made) * FIELDS_PER_OBJECT
        text = setting_up if current is None else current.text
        if text is not None:
            text.adopt(self)
        if setting_up is not None and setting_up is not text:
            setting_up.adopt(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Nobody copies one: of what is done with the copy, no footprint would say anything.

        Raises:
            TypeError: always.
        """
        kind = type(self).__name__
        raise TypeError(f"{kind} is the kernel's, and there is one of each: it cannot be copied")

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field; or what is none, while the object is being made.

        Raises:
            AttributeError: what is no field is set by a later step.
        """
        if current is not None and name not in self.fields and not current.makes(self):
            raise AttributeError(
                f"{self}.{name} is not a field: what it is set to would be in no footprint; "
                f"declare it, {name} = Field()"
            )
        object.__setattr__(self, name, value)


class Field(Generic[T]):
    """A plain attribute of shared state: it never pauses, and counts in the step's footprint.

    Fields that are declared with the same `group` share one location.
    """

    def __init__(self, group: str = "") -> None:
        self.group = group

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        groups: list[str] = owner.__dict__.get("_groups") or list(getattr(owner, "_groups", ()))
        group = self.group or name
        if group not in groups:
            groups.append(group)
        owner._groups = groups  # type: ignore[attr-defined]
        self.index = groups.index(group)
        if self.index >= FIELDS_PER_OBJECT:
            raise TypeError(f"{owner.__name__} has more than {FIELDS_PER_OBJECT} fields")

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: Named, owner: type) -> T: ...
    def __get__(self, obj: Named | None, owner: type) -> T | Self:
        if obj is None:
            return self
        if current is not None:
            current.reads.add(obj.key + self.index)
        value: T = obj.__dict__[self.name]
        return value

    def __set__(self, obj: Named, value: T) -> None:
        if current is not None:
            current.refuse_what_stays(obj)
            current.writes.setdefault(obj.key + self.index, obj.__dict__.get(self.name, UNSET))
        obj.__dict__[self.name] = value

    def peek(self, obj: Named) -> T:
        """The value, without a trace in any footprint."""
        value: T = obj.__dict__[self.name]
        return value


def fields_at(made: Named, location: int) -> list[Field[Any]]:
    """The fields that are at a location of an object.  No method: answers see those."""
    return made._at.get(location - made.key, [])


def value_at(made: Named, location: int) -> Any:
    """What is at a location of an object; where several fields are there, a tuple.  No trace."""
    have, fields = made.__dict__, fields_at(made, location)
    if len(fields) == 1:
        return have.get(fields[0].name, UNSET)
    return tuple([have.get(field.name, UNSET) for field in fields])


def note_all_written(obj: Named) -> None:
    """Put every field of an object into the footprint of the step, as if it were written."""
    if current is not None:
        current.refuse_what_stays(obj)
        for index in obj._at:
            current.writes.setdefault(obj.key + index, None)


# --------------------------------------------------------------------------------- operations


class Request(Generic[R]):
    """What a CPU asks its driver for by awaiting it, and where in the code it asked.

    ``written`` is what the code called to ask: it may be more than one name for one operation.
    """

    __slots__ = ("args", "awaited", "code", "lineno", "name", "written")

    name: str
    written: str
    args: tuple[Any, ...]
    code: CodeType
    lineno: int
    awaited: bool

    def __await__(self) -> Generator[Any, Any, R]:
        if self.awaited:
            raise RuntimeError("cannot reuse already awaited coroutine")
        self.awaited = True
        driven = current is not None
        try:
            # Not driven, it asks all the same: whose code catches everything, for ever, and is
            # closed, would never come to an end if all that he awaits raised something.
            result: R = yield self
        except RuntimeError as error:
            if driven:
                raise
            raise NotDriven(
                f"await {self.name}(...) works only inside a function that a CPU runs; "
                f"at a cell's top level write run({self.name}(...))"
            ) from error
        return result

    def __bool__(self, *other: object) -> Any:
        self.awaited = True  # it is said once
        said = f"line {self.lineno}: await is missing before {self.written}(…)"
        raise Finding("never awaited", said)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __iter__ = __getitem__ = __bool__
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in dir(type(self)):  # asked by Python, or not there yet
            raise AttributeError(name)
        return self.__bool__()

    def __del__(self) -> None:
        # Without `awaited`, Ctrl-C came while it was made.
        if not getattr(self, "awaited", True) and current is not None:
            current.forgot(self.lineno, f"{self.written}(…)")

    def __repr__(self) -> str:
        return f"<{self}: nothing has run yet; write await {self.name}(…), or run({self.name}(…))>"

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(in_words, self.args))})"


class Operation(Request[R]):
    """One awaitable operation: a function and its arguments, not run before its step.

    It may block: then `admits` is a predicate on the value of one field, `on`, of the first
    argument, and the step is enabled only while that holds.
    """

    __slots__ = ("spec",)

    def __init__(self, spec: Spec, args: tuple[Any, ...]) -> None:
        caller = sys._getframe(2)
        self.name = self.written = spec.name
        if caller.f_code in _forwarders:
            self.written = caller.f_code.co_name
            caller = caller.f_back or caller
        self.code = caller.f_code
        self.lineno = caller.f_lineno
        self.spec = spec
        self.args = args
        self.awaited = False

    @property
    def enabled(self) -> bool:
        """Whether the step could run now."""
        spec = self.spec
        return spec.on is None or spec.admits(self.args[0].__dict__[spec.on.name])

    @property
    def blocks_on(self) -> int | None:
        """The location whose value decides whether the step is enabled; None: it always is."""
        on = self.spec.on
        return None if on is None else self.args[0].key + on.index


def in_words(argument: Any) -> str:
    """An argument as a reader wants it: addresses in hexadecimal."""
    return hex(argument) if type(argument) is int and argument >= 4096 else str(argument)


class Spec:
    """What all operations of one name have in common."""

    __slots__ = ("admits", "function", "name", "on")

    def __init__(
        self,
        function: Callable[..., Any],
        on: Field[Any] | None = None,
        admits: Callable[[Any], bool] = lambda value: True,
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.on = on
        self.admits = admits


def atomic(function: Callable[P, R]) -> Callable[P, Operation[R]]:
    """Make a plain function an operation: calling it gives an awaitable, awaiting runs it."""
    return _operation(function, Spec(function))


def atomic_when(
    on: Field[Any] | Any, admits: Callable[[Any], bool]
) -> Callable[[Callable[P, R]], Callable[P, Operation[R]]]:
    """As `atomic`, but blocking while `admits` is false of the first argument's field `on`."""

    def decorate(function: Callable[P, R]) -> Callable[P, Operation[R]]:
        return _operation(function, Spec(function, on, admits))

    return decorate


def _operation(function: Callable[P, R], spec: Spec) -> Callable[P, Operation[R]]:
    if iscoroutinefunction(function):
        raise WrongKind(f"a step is a plain def: write def {spec.name}, without async")

    def make(*args: P.args, **kwargs: P.kwargs) -> Operation[R]:
        if kwargs:
            return Operation(spec, signature(function).bind(*args, **kwargs).args)
        return Operation(spec, args)

    update_wrapper(make, function)
    make.spec = spec  # type: ignore[attr-defined]
    return make


_forwarders: set[CodeType] = set()


def forwards(function: Callable[P, Operation[R]]) -> Callable[P, Operation[R]]:
    """Mark a plain function that only makes an operation: its caller is the one who asked."""
    _forwarders.add(function.__code__)
    return function


class Call(Request[R]):
    """A request to call a kernel function.  No step: the driver answers from its own text."""

    __slots__ = ("kwargs",)

    def __init__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        caller = sys._getframe(2)
        self.code = caller.f_code
        self.lineno = caller.f_lineno
        self.name = self.written = name
        self.args = args
        self.kwargs = kwargs
        self.awaited = False


# ---------------------------------------------------------------------------------------- CPUs


class Text(Protocol):
    """Where a driver looks up the kernel functions that its CPUs call.

    ``hits_asked`` is whether somebody has asked how often each was called.
    """

    hits_asked: bool

    @property
    def objects(self) -> Mapping[int, Named]:
        """All that its CPUs may change, by key."""

    def lookup(self, name: str, args: tuple[Any, ...]) -> Callable[..., Coroutine[Any, Any, Any]]:
        """The function that a call of `name` runs."""

    def adopt(self, made: Named) -> None:
        """Learn of an object that one of its CPUs has made."""


class CPU:
    """A thread of execution: a stack of coroutines, and the operation that it will do next.

    ``index`` 0 is the CPU that drives set-ups; those that race count from 1.  ``held`` lists the
    locks that it holds; ``nested`` has an (outer, inner, keys of all locks held) for each lock
    that it waited for while it held another.
    """

    def __init__(self, name: str, index: int, text: Text | None = None) -> None:
        self.name = name
        self.index = index
        self.text = text
        self.made = self.made_before = 0
        self.counts: Counter[str] = Counter()
        self.reads: set[int] = set()
        self.writes: dict[int, Any] = {}
        self.found: dict[int, tuple[float, float]] = {}
        self.added: dict[int, int] = {}
        self.held: list[Any] = []
        self.nested: list[tuple[Any, Any, frozenset[int]]] = []
        self.stack: list[Coroutine[Any, Any, Any]] = []
        self.pending: Operation[Any] | None = None
        self.findings: list[Finding] = []
        self.returned: Any = None
        self.result: Any = None
        self.error: BaseException | None = None

    def __repr__(self) -> str:
        return f"CPU {self.name}"

    def __str__(self) -> str:
        return self.name

    @property
    def enabled(self) -> bool:
        """Whether it could take its next step now."""
        return self.pending is not None and self.pending.enabled

    def makes(self, thing: Named) -> bool:
        """Whether `thing` is made in the step that runs."""
        number = thing.key // FIELDS_PER_OBJECT - self.index * OBJECTS_PER_CPU
        return self.made_before < number <= self.made

    def refuse_what_stays(self, thing: Named) -> None:
        """A finding, if nobody makes `thing` anew or sets it back before the next execution."""
        if self.index and self.text is not None and self.text.objects.get(thing.key) is not thing:
            said = f"{thing} was made outside of the program: it would stay as it is left here"
            raise self.fail(Finding("exception", f"{said}; make it in the program"))

    def forgot(self, lineno: int, what: str) -> None:
        """Note an awaitable that was made and dropped without being awaited."""
        self.findings.append(
            Finding("never awaited", f"line {lineno}: await is missing before {what}")
        )

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run `coroutine`'s plain code up to its first operation.  No step."""
        self.stack = [coroutine]
        self._begin()
        self._go(None, None)

    def step(self) -> None:
        """Do the pending operation and the plain code after it.

        Afterwards ``returned`` is what the operation gave, ``reads`` the set of locations that the
        step read, and ``writes`` maps each location that it wrote to its value before the step;
        of counters that it has only asked and counted, ``found`` has the bounds, by location, and
        ``added`` what was added.
        """
        operation = self.pending
        assert operation is not None, f"{self.name} has finished"
        self._begin()
        if operation.spec.on is not None:
            self.reads.add(operation.args[0].key + operation.spec.on.index)
        try:
            value = self.returned = operation.spec.function(*operation.args)
        except Exception as error:
            self._end_by(error)
            self._go(None, error)
        else:
            self._go(value, None)

    def _begin(self) -> None:
        global current
        current = self
        self.reads = set()
        self.writes = {}
        self.found, self.added = {}, {}
        self.returned = None
        self.made_before = self.made

    def _go(self, value: Any, error: BaseException | None) -> None:
        """Resume the innermost coroutine, then its callers, until one asks for an operation."""
        global current
        stack = self.stack
        self.pending = None
        try:
            while stack:
                try:
                    request = stack[-1].send(value) if error is None else stack[-1].throw(error)
                except StopIteration as stop:
                    del stack[-1]
                    value, error = stop.value, None
                except (Exception, SystemExit, GeneratorExit) as raised:
                    del stack[-1]
                    value, error = None, raised
                else:
                    if self.error is not None:
                        return
                    value, error = None, None
                    if isinstance(request, Operation):
                        self.pending = request
                        return
                    if isinstance(request, Call):
                        error = self._enter(request)
                    else:
                        said = f"{type(request).__name__} is awaited, which is not an operation"
                        error = Finding("exception", _or_asyncio(said, frames(stack[-1])))
            if error is not None:
                self._end_by(error)
            elif self.error is None:
                # Of whoever races it is dropped here, and said to be forgotten.
                kept = self is BOOT or not isinstance(value, Awaitable)
                self.result, value = value if kept else None, None
                for lock in self.held:
                    self.findings.append(
                        Finding("lock held at return", f"{lock} is held at return")
                    )
        finally:
            current = error = None  # an error would lead to what it led through, and back
            if self.found:  # who has read the number has not only asked; who has asked has read
                for location in self.found.keys() & self.reads:
                    del self.found[location]
                self.reads |= self.found.keys()

    def _enter(self, call: Call[Any]) -> BaseException | None:
        """Push the function that `call` names; what it raises when called is the caller's."""
        try:
            if self.text is None:
                raise NotDriven(f"{call.name} is a kernel function, and no kernel runs here")
            if len(self.stack) > DEEPEST:
                raise RecursionError(f"{call.name} is called again and again, and never returns")
            coroutine = self.text.lookup(call.name, call.args)(*call.args, **call.kwargs)
            if not isinstance(coroutine, Coroutine):
                raise TypeError(f"{call.name} must be an async def")
        except Exception as error:
            return error
        self.stack.append(coroutine)
        return None

    def fail(self, finding: Finding) -> Finding:
        """Note `finding`, which ends this CPU whatever its code catches; return it to be raised."""
        self._end_by(finding)
        return finding

    def _end_by(self, error: BaseException) -> None:
        """End this CPU.  Its locks stay held."""
        if self.error is not None:
            return
        self.error = error
        if isinstance(error, Finding):
            self.findings.append(error)
        else:
            said = f"{type(error).__name__}: {error}"
            if NO_LOOP.search(said):
                said = _or_asyncio(said, walk_tb(error.__traceback__))
            self.findings.append(Finding("exception", said))


NO_LOOP = re.compile("no running event loop|'create_future'")
"""What Python says where asyncio is to wait, and its loop does not run."""


def _or_asyncio(said: str, places: Iterable[tuple[FrameType, int]]) -> str:
    """That asyncio waits for nobody here, if what is `said` came by a function of it."""
    line = 0
    for frame, number in places:
        if frame.f_globals.get("__package__") == "asyncio":
            name = frame.f_code.co_qualname
            return f"line {line}: asyncio's {name} is not an operation; here CPUs wait for a Mutex"
        line = number
    return said


def frames(coroutine: Any) -> Iterator[tuple[FrameType, int]]:
    """Where a coroutine is, and those that it awaits natively: frames, and their lines."""
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        yield frame, frame.f_lineno
        coroutine = coroutine.cr_await


DEEPEST = 200
"""How many calls of kernel functions may be inside of each other."""

BOOT = CPU("boot", 0)
"""The CPU of everything that is driven alone, and the maker of what is made outside of any step."""


def from_outside(what: str) -> None:
    """RuntimeError, if a CPU that races asks for what is in no footprint."""
    if current not in (None, BOOT):
        raise RuntimeError(f"{what} is for the promise, and for outside a race; no CPU may ask it")


@contextmanager
def nobody_acts_afterwards() -> Iterator[None]:
    """Ctrl-C may end a step anywhere; whatever ran it is over then."""
    global current
    try:
        yield
    finally:
        current = None


MOST_ALONE = 100_000
"""The most steps of what runs alone: a write of 32 MiB takes nearly as many."""


def run(awaitable: Awaitable[R], text: Text | None = None) -> R:
    """Drive an operation, a kernel function or a coroutine to its end, nobody else acting.

    Kernel functions are those of `text`; by default those of the kernel that their arguments
    belong to.

    Raises:
        Finding: what a run must not do; kind "deadlock" if it would wait for ever, naming the lock
            and who holds it; "endless" after `MOST_ALONE` steps.
        Exception: whatever the coroutine raised.
    """
    if current is not None:
        if isinstance(awaitable, Coroutine):
            awaitable.close()  # that it was never awaited is no news
        raise RuntimeError("run(...) inside a function that a CPU runs: write await instead")
    if not isinstance(awaitable, Awaitable):
        raise WrongKind(f"{awaitable!r} is nothing to run: call it, as in run(f(...))")
    BOOT.text, BOOT.error, BOOT.findings = text or _TEXT_OF_ARGUMENTS, None, []
    with nobody_acts_afterwards():
        BOOT.start(_as_coroutine(awaitable))
        steps = count(1)
        while BOOT.pending is not None:
            if next(steps) > MOST_ALONE:
                raise Finding("endless", f"still running after {MOST_ALONE:,} steps")
            if not BOOT.pending.enabled:
                raise Finding(
                    "deadlock", f"{BOOT.pending} would wait for ever: {waits_for(BOOT.pending)}"
                )
            BOOT.step()
    if BOOT.error is not None:
        raise BOOT.error
    if any(finding.kind == "never awaited" for finding in BOOT.findings):
        raise BOOT.findings[0]
    result: R = BOOT.result
    return result


async def _as_coroutine(awaitable: Awaitable[R]) -> R:
    return await awaitable


class _TextOfArguments:
    """Finds the kernel that a call's arguments belong to, which is then the one that runs."""

    objects: ClassVar[Mapping[int, Named]] = {}
    hits_asked = False

    def lookup(self, name: str, args: tuple[Any, ...]) -> Callable[..., Coroutine[Any, Any, Any]]:
        for argument in args:
            kernel = getattr(argument, "_kernel", None) or getattr(argument, "kernel", None)
            if kernel is not None:
                BOOT.text = kernel
                function: Callable[..., Coroutine[Any, Any, Any]] = kernel.lookup(name, args)
                return function
        raise NotDriven(f"no argument of {name} belongs to a kernel; write kernel.run({name}(...))")

    def adopt(self, made: Named) -> None:
        return


_TEXT_OF_ARGUMENTS = _TextOfArguments()


def waits_for(operation: Operation[Any]) -> str:
    """What stands in the way of a blocked operation, in words."""
    return f"{operation.args[0]} is {operation.args[0].state()}"
