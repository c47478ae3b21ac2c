"""A situation to be explored: a set-up, the CPUs that then race, and what must hold at the end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from ..errors import WrongKind, check_kind
from .atomic import set_up_of
from .boot import Kernel
from .text import Patch

S = TypeVar("S")
Patches = Iterable[Callable[..., Any] | Patch]
DEFAULT_RELEASE = "v3.3"


class Scenario(Generic[S]):
    """A set-up, the CPUs that race from there, and a promise.

    ``setup(kernel)`` builds a situation and returns it, ``cpus(situation)`` names a coroutine for
    each CPU, ``promise(situation)`` asserts what must hold after every execution.

    The set-up runs once; before each execution its state is restored.  `name` is for titles;
    `geometry` holds keyword arguments of `Kernel`.
    """

    def __init__(
        self,
        setup: Callable[[Kernel], S],
        cpus: Callable[[S], Mapping[str, Coroutine[Any, Any, Any]]],
        promise: Callable[[S], None] | None = None,
        name: str = "",
        **geometry: Any,
    ) -> None:
        for given in (setup, cpus) if promise is None else (setup, cpus, promise):
            check_kind("Scenario", given, Callable, "functions: setup, cpus, and promise or None")
        self.name = name
        self.setup = setup
        self.cpus = cpus
        self.promise = promise
        self.geometry = geometry

    def program(self, release: str | None = None, patches: Patches = ()) -> Program[S]:
        """This scenario on one kernel, as the explorer takes it."""
        booted = DEFAULT_RELEASE if release is None else release
        return Program(self, Kernel(booted, patches, **self.geometry))


class Program(Generic[S]):
    """A scenario on a booted kernel: each call goes back to the end of the set-up."""

    def __init__(self, scenario: Scenario[S], kernel: Kernel) -> None:
        self.scenario = scenario
        self.text = kernel
        with set_up_of(kernel):
            self.situation = scenario.setup(kernel)
        if isinstance(self.situation, Coroutine):
            self.situation.close()
            raise WrongKind("a set-up is a plain def: write def, without async")
        self.snapshot = kernel.snapshot()

    def __call__(
        self,
    ) -> tuple[Mapping[str, Coroutine[Any, Any, Any]], Callable[[], None] | None]:
        self.text.restore(self.snapshot)
        promise = self.scenario.promise
        check = None if promise is None else partial(promise, self.situation)
        return self.scenario.cpus(self.situation), check
