"""What an answer does, compared with what Linux's own function does in its place."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Self

from ..kernel import SWAP_AGAIN, Kernel, Task
from ..kernel.atomic import Named
from ..replay.labels import ERRORS
from .situations import Alone
from .stub import an
from .values import Odd

OF_A_WALK = ERRORS | {SWAP_AGAIN: "SWAP_AGAIN"}  # where a walk is told whether to go on


@dataclass(eq=False)
class Reference:
    """A situation, and calls in it that count: their set-up and their right outcome are Linux's.

    Attributes:
        results: what the answer's calls gave.
        right: what Linux's gave.
    """

    scenario: ClassVar[type[Alone[Any]]] = Alone

    kernel: Kernel
    results: list[Any] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.set_up()
        self.before = self.seen()
        snapshot = self.kernel.snapshot()
        self.kernel.run(self.call())
        self.right, self.afterwards = self.results, self.seen()
        self.kernel.restore(snapshot)

    @classmethod
    def alone(cls, cpu: str, ptes_per_table: int = 4, **chosen: Any) -> Alone[Self]:
        """The scenario in which a CPU of that name makes the calls, and nobody else acts."""
        make, called = partial(cls, **chosen), lambda one: {cpu: one.call()}
        return cls.scenario(make, called, cls.promise, ptes_per_table=ptes_per_table)

    def set_up(self) -> None:
        """Build what the calls find."""
        raise NotImplementedError

    def calls(self) -> Iterator[Awaitable[Any]]:
        """The calls that count, each as it is when it is its turn."""
        raise NotImplementedError

    def seen(self) -> Any:
        """What is looked at before and after all of them."""
        return None

    def rows(self) -> list[tuple[str, ...]]:
        """A table of what is wrong, its head first, where it says more than a schedule."""
        return []

    async def call(self) -> None:
        """All of the calls."""
        self.results = []
        for each in self.calls():
            self.results.append(await each)

    def promise(self) -> None:
        """Each call gave what Linux's gives: facts, by the words that begin their sentence."""
        for got, right in zip(self.results, self.right, strict=True):
            wrong = difference(got, right)
            assert not wrong, wrong


def difference(got: Mapping[str, str], right: Mapping[str, str], absent: str = "none") -> str:
    """The first fact that is not as it must be, as a sentence; "" if all are.

    `absent` is what is said of a fact that there is not.
    """
    for what in {**right, **got}:
        is_so, must_be = got.get(what, absent), right.get(what, absent)
        if is_so != must_be:
            return f"{what} {is_so}; expected {must_be}"
    return ""


PLAIN = (bool, float, str, bytes, tuple, list, dict, frozenset, type(None))
"""What is shown as it is; of anything else only the type, as the judge knows no more of it."""


def written(value: Any, names: Mapping[int, str] = ERRORS) -> str:
    """What a call returned: an errno by name, an address in hexadecimal, a process by its name."""
    if isinstance(value, Task):
        return str(value)
    if not isinstance(value, int) or type(value) is bool:
        known = type(value) in PLAIN or isinstance(value, Named | Odd)
        return repr(value) if known else an(type(value).__name__)
    if -4096 < value < 4096:
        return names.get(value, str(int(value)))
    return hex(value)


def listed(values: Iterable[object]) -> str:
    """Values one after the other; of none, that there is none."""
    return ", ".join(map(str, values)) or "none"
