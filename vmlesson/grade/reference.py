"""What an answer does, held against what Linux's own function does in its place."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Mapping
from typing import Any

from ..kernel import EAGAIN, EFAULT, EINVAL, ENOMEM, SWAP_AGAIN, Kernel, Task

NAMES = {
    -EAGAIN: "-EAGAIN",
    -EFAULT: "-EFAULT",
    -EINVAL: "-EINVAL",
    -ENOMEM: "-ENOMEM",
    SWAP_AGAIN: "SWAP_AGAIN",
}


class Reference:
    """A situation, and calls in it that count: their set-up and their right outcome are Linux's.

    Attributes:
        results: what the answer's calls gave.
        right: what Linux's gave.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.results: list[Any] = []
        self.set_up()
        self.before = self.seen()
        snapshot = kernel.snapshot()
        kernel.run(self.call())
        self.right, self.afterwards = self.results, self.seen()
        kernel.restore(snapshot)

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


def difference(got: Mapping[str, str], right: Mapping[str, str]) -> str:
    """The first fact that is not as it must be, as a sentence; "" if all are."""
    for what in {**right, **got}:
        is_so, must_be = got.get(what, "none"), right.get(what, "none")
        if is_so != must_be:
            return f"{what} {is_so}; right is {must_be}"
    return ""


def written(value: Any) -> str:
    """What a call returned: an errno by name, an address in hexadecimal, a process by its name."""
    if type(value) is not int:
        return str(value) if isinstance(value, Task) else repr(value)
    if -4096 < value < 4096:
        return NAMES.get(value, str(value))
    return f"{value:#x}"


def listed(values: Iterable[object]) -> str:
    """Values one after the other; of none, that there is none."""
    return ", ".join(map(str, values)) or "none"
