"""What a program of one's own shares between its CPUs: `Shared` values and `Mutex`es.

Each method is one step (see `vmlesson.kernel.atomic`), except `Shared.value`, which is none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from ..errors import check_kind
from ..kernel import atomic as _atomic
from ..kernel.atomic import CPU, Field, Named, Operation, Request, Spec, atomic, atomic_when
from ..kernel.locks import Lock, drop, is_free, mutex, take

T = TypeVar("T")


class Shared(Named, Generic[T]):
    """A value that several CPUs read and write."""

    cell = Field[Any]()

    def __init__(self, name: str, value: T) -> None:
        check_kind("Shared", name, str, "a name first, as in Shared('x', 0)")
        super().__init__()
        self.name = name
        self.cell = self._kept(value)

    def __str__(self) -> str:
        return self.name

    def state(self) -> str:
        """Its value, in words."""
        return repr(self.cell)

    def _kept(self, value: T) -> T:
        if isinstance(value, Request):
            bool(value)  # which says that await is missing
        if isinstance(value, Awaitable):
            raise TypeError(f"{self} cannot share a {type(value).__name__}: write await before it")
        try:
            hash(value)
        except TypeError:
            raise TypeError(
                f"{self} cannot share a {type(value).__name__}, which may change without a step; "
                "share a number, a string, a tuple or a frozenset"
            ) from None
        return value

    @property
    def value(self) -> T:
        """The value.  No step: inside a CPU a read of the step that runs, elsewhere a peek."""
        value: T = self.cell
        return value

    @atomic
    def read(self) -> T:
        """The value."""
        return self.value

    @atomic
    def write(self, value: T) -> None:
        """Set the value."""
        self.cell = self._kept(value)

    @atomic
    def compare_and_swap(self, old: T, new: T) -> bool:
        """Set the value to `new` if it is `old`; whether it was.  A failed one only reads."""
        if self.cell != old:
            return False
        self.cell = self._kept(new)
        return True

    @atomic
    def fetch_add(self, n: T) -> T:
        """Add `n`; the value before."""
        old = self.value
        self.cell = self._kept(old + n)  # type: ignore[operator]
        return old

    def wait_until(self, predicate: Callable[[T], bool]) -> Operation[T]:
        """The value, once ``predicate(value)`` holds: a read, enabled only while it does.

        The predicate must look at nothing but the value: a failure, where it touches more.
        """
        check_kind("wait_until", predicate, Callable, "a function of the value, as bool is one")

        def holds(value: T) -> bool:
            asks, asking = CPU("", 0), _atomic.current
            _atomic.current = asks
            try:
                return bool(predicate(value))
            finally:
                _atomic.current = asking
                if asks.reads or asks.writes or asks.findings:
                    alone = "is a plain def that looks at nothing but the value it is given"
                    raise TypeError(f"the predicate that waits for {self} {alone}")

        def admits(value: T) -> bool:
            try:
                return holds(value)
            except Exception:
                return True  # the step itself raises it, as a failure of the CPU that waits

        def wait_until(shared: Shared[T]) -> T:
            holds(shared.value)
            return shared.value

        return Operation(Spec(wait_until, Shared.cell, admits), (self,))


class Mutex(mutex):
    """A lock with one owner at a time."""

    def __init__(self, name: str) -> None:
        check_kind("Mutex", name, str, "a name, as in Mutex('m')")
        super().__init__(name)

    @atomic_when(Lock.owner, is_free)
    def acquire(self) -> None:
        """Take it, waiting while another CPU, or this one, holds it."""
        take(self, waited=True)

    @atomic
    def release(self) -> None:
        """Drop it.  A failure, "unlock by another", if this CPU does not hold it."""
        drop(self)

    @atomic
    def try_acquire(self) -> bool:
        """Take it if it is free, never waiting; whether it was taken.  A failed one only reads."""
        if self.owner is not None:
            return False
        take(self, waited=False)
        return True

    @atomic_when(Lock.owner, is_free)
    def wait(self) -> None:
        """Wait until nobody holds it, without taking it: a read."""
        assert self.owner is None
