"""One execution of a program: its CPUs, their steps, and what went wrong."""

from __future__ import annotations

import re
import gc
import sys
import warnings
from _thread import interrupt_main, start_new_thread
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from inspect import CORO_CREATED, getcoroutinestate
from itertools import combinations
from reprlib import repr as shortened
from types import CoroutineType
from typing import Any

from ..errors import WrongKind
from ..kernel import atomic
from ..kernel.atomic import BOOT, CPU, Finding, Named, NotDriven, Text, set_up_of, waits_for
from .blame import blame_after, blame_at_start

Promise = Callable[[], object]
Coroutines = Mapping[str, Coroutine[Any, Any, Any]]
Program = Callable[[], tuple[Coroutines, Promise | None]]

INVERSION = "lock-order inversion"
"""The finding that is one of the program's, whichever way it was run: nobody is stuck yet."""
MADE_AT = re.compile(r", line (\d+), in ")
"""What Python adds where it keeps track of the origin of coroutines."""
IGNORES_THE_END = "ignored GeneratorExit"
"""What Python says of code that catches everything and goes on, when it is dropped."""
NEVER_AWAITED = re.compile(r"coroutine '(?:.*\.)?(\w+)' was never awaited")
MOST_AWAITS = 100
"""How often a coroutine that is closed may await something."""


class NoKernel:
    """What a program of one's own has in the place of a kernel."""

    hits_asked = False

    def __init__(self) -> None:
        self.objects: dict[int, Named] = {}

    def lookup(self, name: str, args: tuple[Any, ...]) -> Any:
        """There is no kernel function."""
        raise NotDriven(f"{name} is a kernel function, and no kernel runs here")

    def adopt(self, made: Named) -> None:
        """Learn of an object that one of the CPUs has made."""
        self.objects[made.key] = made


class Execution:
    """A program that is being executed.

    Args:
        program: builds a fresh state and returns its coroutines by name and its promise.  What its
            attribute ``text`` (if any) holds is where the CPUs look up kernel functions.
        made: what ``BOOT.made`` is before the program is built, so that everything the program
            makes has the same locations in each execution.
        look: is shown it before any CPU starts.

    Raises:
        TypeError: the program returned something else.
    """

    def __init__(
        self, program: Program, made: int, look: Callable[[Execution], object] = id
    ) -> None:
        BOOT.made = made
        self.text: Text = getattr(program, "text", None) or NoKernel()
        with set_up_of(self.text):
            built = program()
            try:
                coroutines, self.promise = _checked(built)
            except WrongKind:
                _close(built)
                raise
        self.cpus = [CPU(name, index, self.text) for index, name in enumerate(coroutines, 1)]
        for cpu, coroutine in zip(self.cpus, coroutines.values(), strict=True):
            cpu.stack = [coroutine]
        look(self)
        for cpu in self.cpus:
            cpu.start(cpu.stack[0])
        _check_starts(self.cpus)
        self.blame = blame_at_start(self.cpus)

    @property
    def objects(self) -> Mapping[int, Named]:
        """All that there is, by key."""
        return self.text.objects

    def enabled(self) -> list[CPU]:
        """The CPUs that could take a step now."""
        return [cpu for cpu in self.cpus if cpu.enabled]

    def step(self, index: int) -> Finding | None:
        """Let a CPU take its next step; its first finding, if it has that now."""
        cpu = self.cpus[index]
        known = bool(cpu.findings)
        cpu.step()
        finding = cpu.findings[0] if cpu.findings and not known else None
        if self.blame is not None or finding is not None:
            reads, writes = frozenset(cpu.reads), frozenset(cpu.writes)
            self.blame = blame_after(self.blame, index, finding, reads, writes)
        return finding

    def finding(self) -> Finding | None:
        """What it fails by, as far as it has come; where that is its end, the promise is run."""
        if self.blame is not None:
            return self.blame.finding
        return None if self.enabled() else self.finding_at_end()

    def finding_at_end(self) -> Finding | None:
        """What is wrong at the end of an execution that went well until here; runs the promise."""
        broken = self._broken_promise()
        waits = [
            f"{cpu} waits: {waits_for(cpu.pending)}" for cpu in self.cpus if cpu.pending is not None
        ]
        if waits:
            return Finding("deadlock", "; ".join(waits))
        return _inversion(self.cpus) or broken

    def _broken_promise(self) -> Finding | None:
        if self.promise is not None:
            try:
                said = self.promise()
                if isinstance(said, Coroutine):
                    said.close()
                    raise TypeError("it must be a plain def: nobody awaits an async one")
                if said is False:
                    raise AssertionError("it is False")
            except AssertionError as error:
                return Finding("promise", str(error) or "the promise is broken")
            except (Exception, SystemExit) as error:
                return Finding("exception", f"in the promise: {type(error).__name__}: {error}")
        return None

    def close(self) -> None:
        """Drop the coroutines that have not finished, and what they might still have awaited."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", NEVER_AWAITED.pattern, RuntimeWarning)
            for cpu in self.cpus:
                for coroutine in reversed(cpu.stack):
                    _let_go(coroutine)
                if cpu.error is not None:  # whoever remembers it would keep all frames on its way
                    cpu.error.__traceback__ = cpu.error.__context__ = None


def _let_go(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Close it.  Whatever it does on its way out concerns nobody: the execution is over.

    It may await there, in a finally, again and again; after `MOST_AWAITS` it is left as it is.
    """
    for _ in range(MOST_AWAITS):
        with suppress(Exception):  # if it goes on after it was told to end, it is told again
            coroutine.close()
            return


def as_program(program: Any, release: str | None, patches: Iterable[Any]) -> Program:
    """The function that builds the state, from a program or a scenario.

    Raises:
        TypeError: as `explore`.
    """
    # What is no list of patches the kernel refuses, in its own words.
    given = tuple(patches) if isinstance(patches, Iterable) else patches
    if hasattr(program, "program") and not isinstance(program, type):
        program = program.program(release=release, patches=given)
    elif release is not None or given != ():
        raise WrongKind("release and patches are for scenarios; this is a plain program")
    elif not callable(program) or isinstance(program, type):
        _close(program)
        without = ": give the function, without ()"
        hint = {tuple: without, CoroutineType: without, dict: ": give one of them"}
        said = f"a program is a function that builds its state, not {shortened(program)}"
        raise WrongKind(said + next((hint[kind] for kind in hint if isinstance(program, kind)), ""))
    checked: Program = program
    return checked


def _close(made: Any) -> None:
    """Drop coroutines that were made in vain: what is wrong is said, and Python need not."""
    if isinstance(made, Coroutine):
        made.close()
    elif isinstance(made, tuple | list | Mapping):
        for each in made.values() if isinstance(made, Mapping) else made:
            _close(each)


def _checked(built: Any) -> tuple[Coroutines, Promise | None]:
    if not (isinstance(built, tuple) and len(built) == 2 and isinstance(built[0], Mapping)):
        raise WrongKind("a program must return ({name: coroutine, ...}, promise or None)")
    coroutines, promise = built
    if not coroutines:
        raise WrongKind("a program must have at least one CPU")
    given = list(coroutines.values())
    for name, coroutine in coroutines.items():
        if not isinstance(name, str):
            raise WrongKind(f"a CPU's name must be a text, not {name!r}")
        if not isinstance(coroutine, Coroutine):
            raise WrongKind(f"{name} must be a coroutine (a called async def), not {coroutine!r}")
        ran = isinstance(coroutine, CoroutineType) and getcoroutinestate(coroutine) != CORO_CREATED
        if ran or sum(each is coroutine for each in given) > 1:
            raise WrongKind(f"{name}'s coroutine runs already; call its async def in the program")
    if promise is not None and not callable(promise):
        raise WrongKind(f"the promise must be a function or None, not {promise!r}")
    return coroutines, promise


def _check_starts(cpus: list[CPU]) -> None:
    """What comes before the first await is no step: so nobody may see there who started first."""
    for first, second in combinations(cpus, 2):
        if not second.writes.keys().isdisjoint(first.reads | first.writes.keys()) or (
            not second.reads.isdisjoint(first.writes)
        ):
            raise WrongKind(
                f"{first} and {second} touch the same object before their first await, where "
                "neither can be first; put an await before that"
            )


def _inversion(cpus: list[CPU]) -> Finding | None:
    """Two CPUs that took two locks in opposite orders, no third lock keeping them apart."""
    for first, second in combinations(cpus, 2):
        for outer, inner, gates in first.nested:
            for outer2, inner2, gates2 in second.nested:
                if outer is inner2 and inner is outer2 and not gates & gates2:
                    message = f"{first} takes {outer} then {inner}, {second} {inner} then {outer}"
                    return Finding(INVERSION, message)
    return None


@contextmanager
def driving() -> Iterator[None]:
    """Make Python's "coroutine ... was never awaited" a finding of the CPU that dropped it.

    And what never lets go of a CPU is dropped without Python's words for it; Ctrl-C is not lost.

    Whatever ends the driving, afterwards nobody is in a step, and what is made next has the name
    that it would have had before.
    """
    if atomic.current is not None:
        raise RuntimeError("a CPU cannot explore, or replay: that would end the step that runs")
    made, said = BOOT.made, set[str]()
    with warnings.catch_warnings(), atomic.nobody_acts_afterwards(), collector_waits():
        warnings.filterwarnings("always", NEVER_AWAITED.pattern, RuntimeWarning)
        show = warnings.showwarning

        def note(
            message: Any, category: Any, filename: str, lineno: int, *args: Any, **kwargs: Any
        ) -> None:
            match, origin = NEVER_AWAITED.search(str(message)), MADE_AT.search(str(message))
            if match and atomic.current is not None:
                atomic.current.forgot(int(origin[1]) if origin else lineno, f"{match[1]}(...)")
            elif str(message) not in said:  # what the program drops, it drops in each execution
                said.add(str(message))
                show(message, category, filename, lineno, *args, **kwargs)

        def gone(what: sys.UnraisableHookArgs) -> None:
            if isinstance(what.exc_value, KeyboardInterrupt):  # it came in a __del__: once more
                start_new_thread(interrupt_main, ())
            elif IGNORES_THE_END not in str(what.exc_value):
                unraisable(what)

        warnings.showwarning, unraisable, sys.unraisablehook = note, sys.unraisablehook, gone
        depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(1)
        try:
            yield
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)
            sys.unraisablehook = unraisable
            BOOT.made = made


YOUNG = 100_000
"""So many new objects are no reason yet for Python's collector to look for cycles."""


@contextmanager
def collector_waits() -> Iterator[None]:
    """Python's collector looks seldom: of what is made meanwhile nearly all lives on.

    As often as usual it takes a fifth of the time of a check in a notebook.
    """
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] and YOUNG, *usual[1:])  # 0: never
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def executing(program: Program) -> Iterator[Execution]:
    """One execution of a program."""
    with driving(), closing(Execution(program, BOOT.made)) as execution:
        yield execution
