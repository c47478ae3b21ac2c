"""The explorer tries exactly one schedule of each class, and judges it right."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from brute_force import Run, interleavings, races
from hypothesis import assume, example, given, seed, settings
from random_programs import Code, codes, counts, program_of

from benchmarks.abstract import merge_order
from vmlesson import kernel
from vmlesson.errors import UserError
from vmlesson.explore import Mutex, Result, Shared, explore, replay
from vmlesson.explore.search import Search
from vmlesson.kernel import atomic
from vmlesson.kernel.atomic import BOOT, Field, Finding
from vmlesson.kernel.mm_types import KernelObject, kfree, page, pte_t
from vmlesson.replay.execution import driving
from vmlesson.scenarios import scenarios

MOST = 1000
"""Programs with more interleavings are passed over."""

FUZZ = int(os.environ.get("VMLESSON_FUZZ", "2000"))
"""How many random programs are tried at length; """
PART = 1000
"""so many by one test, each part by itself: some minutes of a core."""


def check_against_brute_force(code: Code) -> None:
    """The numbers of classes and of failing ones, the outcomes, and the fewest preemptions."""
    expected_outcomes: set[Any] = set()
    runs = interleavings(program_of(code, expected_outcomes), MOST)
    assume(runs is not None)
    assert runs is not None
    classes: dict[Any, list[Run]] = {}
    for run in runs:
        classes.setdefault(run.trace(), []).append(run)
    failing = [members for members in classes.values() if members[0].failed]

    outcomes: set[Any] = set()
    check_result(explore(program_of(code, outcomes)), code, runs, len(classes), failing)
    assert outcomes == expected_outcomes
    # The random schedules may show what the walk would miss.
    with patch("vmlesson.explore.search.SAMPLE", 0):
        check_result(explore(program_of(code)), code, runs, len(classes), failing)


def check_result(
    result: Result, code: Code, runs: list[Run], classes: int, failing: list[list[Run]]
) -> None:
    assert result.complete
    assert (result.executions, result.failing) == (classes, len(failing))
    assert result.interleavings == len(runs)
    assert result.failing_interleavings == sum(run.failed for run in runs)
    assert len({str(one).partition(" is ")[0] for one in result.warnings}) == len(races(runs))
    assert result.verdict == ("fails" if failing else "holds")
    if failing:
        assert result.failures[0].cost == min(run.cost() for members in failing for run in members)
    for failure in result.failures:
        trace = replay(program_of(code), failure.to_json())
        assert trace.finding == (failure.kind, failure.message)
        assert trace.preemptions == failure.preemptions


IN_ORDER = [("acquire", 0), ("acquire", 1), ("release", 1), ("release", 0)]
REVERSED = [("acquire", 1), ("acquire", 0), ("release", 0), ("release", 1)]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(codes)
# Who took the locks in which order is known in the end, though nothing else tells of it.
@example([[("read", 0), ("if_less", 1, IN_ORDER, REVERSED)], IN_ORDER, [("write", 0, 1)]])
# A blocked operation races also where a sleep set cuts the execution.
@example([[("read", 0)], [("read", 0), ("acquire", 0)], [("acquire", 0), ("write", 0, 1)]])
# Who asks for a lock and does not wait does so while another has it, too.
@example([[("acquire", 0), ("release", 0)], [("try_acquire", 0)]])
# Who comes to read is not kept out by who reads, and looks about in the step that lets him in.
@example([[("reading", [("write", 0, 1)])], [("reading", [("copy_plainly", 0, 1)])]])
# What a step touches hangs on what it reads: what stands for it must be looked at again.
@example(
    [
        [("decide", 2, [], [1])],
        [("read", 2), ("decide", 2, [], [2])],
        [("write", 1, 1)],
    ]
)
@example([[("decide", 1, [2], [1, 0])], [("read", 2), ("decide", 2, [0], [1])], [("write", 0, 1)]])
def test_one_execution_of_each_class(code: Code) -> None:
    check_against_brute_force(code)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(counts)
# Who counts and then sets a number leaves the same, whatever it was.
@example(
    [
        [("count", 0, [("add", 1), ("set", 0)])],
        [("count", 0, [("set", 1)])],
        [("count", 0, [("set", 2)]), ("count", 0, [("get", 0)]), ("expect_less", 1)],
    ]
)
# Who counts and then asks sees what he has counted.
@example([[("count", 0, [("add", 1), ("ask", 0)])], [("count", 0, [("add", -1)])]])
# Who counts and then frees.
@example([[("count", 0, [("add", 1), ("free", 0)])], [("count", 0, [("add", 1)])]])
def test_what_is_counted_and_asked_for(code: Code) -> None:
    check_against_brute_force(code)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(-(-FUZZ // PART)))
def test_one_execution_of_each_class_at_length(part: int) -> None:
    most = settings(max_examples=min(FUZZ, PART), deadline=None, database=None)
    most(seed(part)(given(codes)(check_against_brute_force)))()


@pytest.mark.parametrize(
    ("pages", "walkers", "unfixed", "losing", "fixed"),
    [(1, 1, 6, 2, 6), (2, 1, 10, 4, 9), (4, 1, 21, 8, 18), (8, 1, 55, 16, 48), (2, 2, 76, 30, 78)],
)
def test_the_abstract_model_has_few_classes(
    pages: int, walkers: int, unfixed: int, losing: int, fixed: int
) -> None:
    result = explore(merge_order(pages, walkers, fixed=False))
    assert (result.verdict, result.executions, result.failing) == ("fails", unfixed, losing)
    assert result.failures[0].preemptions == 1
    result = explore(merge_order(pages, walkers, fixed=True))
    assert (result.verdict, result.executions) == ("holds", fixed)


@pytest.mark.slow
@pytest.mark.parametrize(("pages", "walkers", "classes"), [(4, 3, 3120), (8, 2, 1272)])
def test_the_large_abstract_model(pages: int, walkers: int, classes: int) -> None:
    result = explore(merge_order(pages, walkers, fixed=True))
    assert (result.verdict, result.executions) == ("holds", classes)


# ------------------------------------------------------------------------------ kinds of failure


def of(*bodies: Callable[..., Any], promise: Callable[..., Any] | None = None) -> Any:
    """A program of CPUs a, b, … that share x = 0 and the mutexes m and n."""

    def program() -> Any:
        state = Shared("x", 0), Mutex("m"), Mutex("n")
        cpus = {name: body(*state) for name, body in zip("abcd", bodies, strict=False)}
        return cpus, None if promise is None else lambda: promise(*state)

    return program


async def add(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await x.write(await x.read() + 1)


async def m_then_n(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await m.acquire()
    await n.acquire()
    await n.release()
    await m.release()


async def n_then_m(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await m_then_n(x, n, m)


async def raises(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await m.acquire()
    raise KeyError("no such page")


async def bugs(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await x.read()
    raise Finding("BUG", "kernel BUG at mm/rmap.c:1!")


async def keeps(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await m.acquire()


async def drops(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await m.release()


async def forgets_operation(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await x.read()
    x.write(1)


async def forgets_coroutine(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await x.read()
    add(x, m, n)  # type: ignore[unused-coroutine]


async def spins(x: Shared[int], m: Mutex, n: Mutex) -> None:
    while await x.read() == 0:
        pass


async def spins_on_lock(x: Shared[int], m: Mutex, n: Mutex) -> None:
    while not await m.try_acquire():
        pass
    await m.release()


async def relies_on_value(x: Shared[int], m: Mutex, n: Mutex) -> None:
    await x.wait_until(lambda value: value > 0)


def is_two(x: Shared[int], m: Mutex, n: Mutex) -> None:
    if x.value != 2:  # pytest would put more words into an assert
        raise AssertionError("an increment is lost")


def breaks(x: Shared[int], m: Mutex, n: Mutex) -> None:
    raise ValueError("odd")


def kinds(result: Result) -> dict[str, str]:
    return {failure.kind: failure.message for failure in result.failures}


def test_broken_promise() -> None:
    result = explore(of(add, add, promise=is_two))
    assert (result.executions, result.failing) == (4, 2)
    assert kinds(result) == {"promise": "an increment is lost"}
    assert result.failures[0].schedule == ("a", "b", "b", "a")
    assert result.failures[0].preemptions == 1


def test_exception_in_the_promise() -> None:
    assert kinds(explore(of(add, promise=breaks))) == {
        "exception": "in the promise: ValueError: odd"
    }


def test_a_promise_may_be_told_by_what_it_returns() -> None:
    result = explore(of(add, add, promise=lambda x, m, n: x.value == 2))
    assert (result.failing, kinds(result)) == (2, {"promise": "it is False"})


def test_a_promise_that_nobody_would_await_does_not_hold() -> None:
    async def is_async(x: Shared[int], m: Mutex, n: Mutex) -> None:
        raise AssertionError

    (message,) = kinds(explore(of(add, promise=is_async))).values()
    assert message.startswith("in the promise: TypeError: it must be a plain def")


def test_deadlock_names_who_waits_for_what() -> None:
    result = explore(of(m_then_n, n_then_m))
    assert (result.executions, result.failing) == (3, 3)
    assert kinds(result) == {
        "deadlock": "a waits: n is held by b; b waits: m is held by a",
        "lock-order inversion": "a takes m then n, b n then m",
    }


def test_a_common_outer_lock_makes_opposite_orders_harmless() -> None:
    def program() -> Any:
        gate, m, n = Mutex("gate"), Mutex("m"), Mutex("n")

        async def gated(first: Mutex, second: Mutex) -> None:
            await gate.acquire()
            await m_then_n(Shared("unused", 0), first, second)
            await gate.release()

        return {"a": gated(m, n), "b": gated(n, m)}, None

    assert explore(program).verdict == "holds"


def test_waiting_for_a_value_that_never_comes_is_a_deadlock() -> None:
    assert kinds(explore(of(relies_on_value))) == {"deadlock": "a waits: x is 0"}


def test_taking_a_lock_twice_is_a_deadlock() -> None:
    async def twice(x: Shared[int], m: Mutex, n: Mutex) -> None:
        await m.acquire()
        await m.acquire()

    assert kinds(explore(of(twice))) == {"deadlock": "a waits: m is held by a"}


def test_an_exception_ends_its_own_cpu_and_is_the_one_failure() -> None:
    result = explore(of(raises, keeps, promise=is_two))
    assert kinds(result) == {
        "exception": "KeyError: 'no such page'",
        "lock held at return": "m is held at return",
    }
    assert (result.executions, result.failing) == (2, 2)


def test_who_exits_ends_his_own_cpu() -> None:
    async def exits(x: Shared[int], m: Mutex, n: Mutex) -> None:
        await x.read()
        sys.exit(3)

    assert kinds(explore(of(exits, add))) == {"exception": "SystemExit: 3"}
    promise = lambda x, m, n: sys.exit("none")  # noqa: E731
    assert kinds(explore(of(add, promise=promise))) == {
        "exception": "in the promise: SystemExit: none"
    }


STUBBORN = """
from vmlesson.explore import Mutex, explore

def program():
    m = Mutex("m")
    async def a():
        while True:
            try:
                await m.release()
            except BaseException:
                pass
    return {"a": a()}, None

print(explore(program).failures[0].message)
"""


def test_who_catches_everything_for_ever_is_let_go_of() -> None:
    """In a process of its own: what does not come to an end cannot be tested otherwise."""
    told = subprocess.run(
        [sys.executable, "-c", STUBBORN], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout == "a unlocks m, which is free\n"


def test_bug() -> None:
    assert kinds(explore(of(bugs, add))) == {"BUG": "kernel BUG at mm/rmap.c:1!"}


@pytest.mark.parametrize(
    ("takes", "kind", "named"),
    [
        (kernel.mutex_lock, Mutex, "l"),
        (kernel.down_read, kernel.rw_semaphore, "l"),
        (kernel.down_write, kernel.rw_semaphore, "l"),
        (kernel.lock_page, page, 1),
        (kernel.wait_on_page_locked, page, 1),
    ],
)
def test_who_has_a_spinlock_may_not_sleep(
    takes: Callable[..., Any], kind: Callable[..., Any], named: str | int
) -> None:
    """Whether or not there is something to sleep for."""

    def program(dropped_first: bool) -> Any:
        spin, lock = kernel.spinlock("s"), kind(named)

        async def a() -> None:
            await kernel.spin_lock(spin)
            if dropped_first:
                await kernel.spin_unlock(spin)
            await takes(lock)

        return {"a": a()}, None

    said = "BUG: sleeping function called from invalid context: a holds s, a spinlock"
    assert kinds(explore(lambda: program(False)))["BUG"] == said
    assert kinds(explore(lambda: program(True))).keys() <= {"lock held at return"}


@dataclass(frozen=True)
class Pair:
    first: Any
    second: Any = None


@pytest.mark.parametrize(
    "in_which",
    [
        lambda n, objects: n,
        lambda n, objects: n % 2 == 0,
        lambda n, objects: (0, (n, 0)),
        lambda n, objects: frozenset([n]),
        lambda n, objects: Pair(0, Pair(n)),
        lambda n, objects: Fraction(n, 7),
        lambda n, objects: objects[n % 2],
        lambda n, objects: pte_t("present", objects[n % 2]),
    ],
)
def test_a_value_that_is_another_each_time_puts_the_search_in_doubt(
    in_which: Callable[[int, Any], Any],
) -> None:
    clock = iter(range(1000))

    def program() -> Any:
        x, objects = Shared("x", None), (page(1), page(2))

        async def tells_time() -> None:
            await x.write(in_which(next(clock), objects))

        async def adds() -> None:
            await x.read()
            await x.read()

        return {"a": tells_time(), "b": adds()}, None

    result = explore(program)
    assert result.verdict == "unfinished"
    assert result.doubt.endswith("in tells_time) does not do what it did before")


class Peer:
    def __init__(self, number: int, peers: set[Peer]) -> None:
        self.number, self.peers = number, peers
        peers.add(self)


def peers() -> frozenset[Peer]:
    """Several that know each other."""
    known: set[Peer] = set()
    return frozenset(Peer(number, known) for number in range(9))


def made_here() -> Any:
    @dataclass(frozen=True)
    class Local:
        number: int

    return Local


@pytest.mark.parametrize("which", ["reads another", "waits for another", "ends", "goes on"])
def test_who_does_another_thing_each_time_puts_the_search_in_doubt(which: str) -> None:
    clock = iter(range(1000))

    def program() -> Any:
        x, y, z = Shared("x", 0), Shared("y", 1), Shared("z", 0)

        async def by_the_clock() -> None:
            await z.read()
            third = next(clock) % 3 == 0
            if which == "reads another":
                await (x if third else y).read()
            elif which == "waits for another":
                await x.write(1)
                await (x if third else y).wait_until(bool)
            elif third == (which == "goes on"):
                await z.write(2)

        async def uses() -> None:
            await z.read()
            await z.write(1)

        return {"a": by_the_clock(), "b": uses()}, None

    result = explore(program)
    assert result.verdict == "unfinished"
    assert result.doubt.endswith("in by_the_clock) does not do what it did before")


@pytest.mark.parametrize(
    "new",
    [
        object,
        lambda: (Pair(object()), float("nan")),
        lambda: Pair(frozenset(object() for _ in range(9))),
        lambda: frozenset(Shared("y", 0) for _ in range(9)),
        lambda: Pair(frozenset(Shared("y", n) for n in range(9))),
        peers,
        lambda: made_here()(0),
    ],
)
def test_a_new_object_is_another_each_time_and_no_doubt(new: Callable[[], Any]) -> None:
    def program() -> Any:
        x = Shared("x", None)

        async def makes() -> None:
            await x.write(new())
            await x.read()

        return {"a": makes(), "b": makes()}, None

    result = explore(program)
    assert result.sentence.startswith("holds"), result.sentence


def test_what_was_made_outside_of_the_program_is_not_set_back_for_the_next_execution() -> None:
    made = Shared("x", 0), Mutex("m"), page(1)

    def program() -> Any:
        Shared("y", 0)

        async def writes() -> None:
            await made[0].write(1)

        async def locks() -> None:
            await made[1].acquire()

        async def counts() -> None:
            await kernel.put_page(made[2])

        async def frees() -> None:
            await give_back(made[2])

        return {"a": [writes, locks, counts, frees][which]()}, None

    said = "made outside of the program: it would stay as it is left here; make it in the program"
    names = "x", "m", "page 0x1", "page 0x1"
    for which, name in enumerate(names):  # noqa: B007 - the program reads it
        assert kinds(explore(program)) == {"exception": f"{name} was {said}"}
    assert Shared.cell.peek(made[0]) == 0


def test_unlock_by_another() -> None:
    assert kinds(explore(of(drops))) == {"unlock by another": "a unlocks m, which is free"}


@atomic.atomic
def divides(by: int) -> float:
    return 1 / by


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (lambda x, m: m.release(), "unlock by another"),
        (lambda x, m: divides(0), "exception"),
        (lambda x, m: x.read(), "exception"),
    ],
)
def test_what_no_run_must_do_ends_a_cpu_whatever_its_code_catches(first: Any, kind: str) -> None:
    outside = Shared("outside", 0)

    def program() -> Any:
        x, m = Shared("x", 0), Mutex("m")

        async def goes_on() -> None:
            with suppress(BaseException):
                await first(x, m)
                outside.cell = 1
            await x.write(1)

        return {"a": goes_on()}, None

    (failure,) = explore(program).failures
    assert failure.kind == kind
    assert len(replay(program, failure.to_json()).steps) == 1


@pytest.mark.parametrize("body", [forgets_operation, forgets_coroutine])
def test_never_awaited(body: Callable[..., Any]) -> None:
    (message,) = kinds(explore(of(body)))["never awaited"].splitlines()
    assert "await is missing before" in message


def test_two_that_count_for_ever_are_found_on_one_way() -> None:
    """Not from each state on it: that would be the square of the bound, some hundred thousand."""

    async def counts(x: Shared[int], m: Mutex, n: Mutex) -> None:
        while True:
            await x.fetch_add(1)

    result = explore(of(counts, counts), steps=400)
    (failure,) = result.failures
    assert (failure.kind, failure.preemptions, set(failure.schedule)) == ("endless", 0, {"a"})
    assert result.steps < 6 * 400


def test_endless_ends_the_search() -> None:
    result = explore(of(spins, add), steps=50)
    assert (result.verdict, result.complete) == ("fails", False)
    (failure,) = result.failures
    assert failure.kind == "endless"
    assert len(failure.schedule) == 50
    assert failure.preemptions == failure.trace().preemptions
    assert result.interleavings is result.failing_interleavings is result.graph is None


@pytest.mark.parametrize("bodies", [(spins, add), (spins_on_lock, spins_on_lock)])
def test_endless_is_seen_in_a_few_times_its_steps(bodies: Any) -> None:
    """Whoever spins goes on for longer than was known, each time that the walk looks."""
    result = explore(of(*bodies), steps=2000)
    (failure,) = result.failures
    assert failure.key == ("endless", "still running after 2,000 steps")
    assert failure.preemptions == failure.trace().preemptions
    assert result.steps < 10 * 2000


def test_a_limit_of_seconds_holds_where_no_execution_ends() -> None:
    async def counts(x: Shared[int], m: Mutex, n: Mutex) -> None:
        while True:
            await x.fetch_add(1)

    result = explore(of(counts, counts), seconds=0.3, steps=1_000_000)
    assert (result.verdict, result.stopped) == ("unfinished", "at its limit of 0.3 s")


def test_a_failure_before_the_first_step() -> None:
    async def at_once(x: Shared[int], m: Mutex, n: Mutex) -> None:
        raise KeyError("early")

    result = explore(of(at_once))
    assert (result.executions, result.failing, result.failures[0].schedule) == (1, 1, ())


def test_the_failure_of_a_class_is_the_same_whatever_the_schedule() -> None:
    async def bugs_too(x: Shared[int], m: Mutex, n: Mutex) -> None:
        await n.acquire()
        raise Finding("BUG", "second")

    result = explore(of(bugs_too, bugs))
    assert (result.executions, kinds(result)) == (1, {"BUG": "second"})
    (failure,) = explore(of(bugs, bugs_too)).failures
    assert failure.message == "kernel BUG at mm/rmap.c:1!"


# --------------------------------------------------------------------------------------- limits


def test_a_limit_before_any_failure_is_unfinished() -> None:
    result = explore(merge_order(2, 2, fixed=True), executions=10)
    assert (result.verdict, result.complete, result.executions) == ("unfinished", False, 10)
    assert result.stopped == "at its limit of 10 executions"


def test_a_random_schedule_that_failed_before_the_limit_is_told() -> None:
    result = explore(of(add, add, promise=is_two), executions=1)
    assert (result.verdict, result.complete) == ("fails", False)
    assert result.stopped == "at its limit of 1 execution"
    assert (result.executions, result.failing) == (1, 1)
    (failure,) = result.failures
    assert failure.trace().finding == failure.key


def test_what_failed_before_the_walk_began_again_is_told() -> None:
    search = Search(of(add, add, promise=is_two), executions=1)
    machine = search._begin(merge=True)
    search.walk.found[key := ("promise", "an increment is lost")] = [0, 1, 1, 0]
    search.walk.begin()
    search.result.complete = False
    search._tell_failures(machine)
    machine.close()
    assert [failure.key for failure in search.result.failures] == [key]


@pytest.mark.parametrize("most", [1, 2])
def test_a_bound_is_said_in_one_or_more(most: int) -> None:
    result = explore(of(spins, spins), steps=most)
    bound = "1 step" if most == 1 else "2 steps"
    assert result.stopped == f"at an execution of more than {bound}"
    assert kinds(result) == {"endless": f"still running after {bound}"}


def test_a_limit_that_is_not_reached_does_not_matter() -> None:
    assert explore(of(add, add), executions=4).complete


def test_a_limit_after_a_failure_fails() -> None:
    result = explore(merge_order(2, 2, fixed=False), executions=60)
    assert (result.verdict, result.complete) == ("fails", False)


@pytest.mark.parametrize(
    "limit",
    [{"executions": 0}, {"executions": "many"}, {"seconds": -1}, {"steps": 1.5}, {"steps": True}],
)
def test_a_limit_that_is_none(limit: dict[str, Any]) -> None:
    ((name, value),) = limit.items()
    with pytest.raises(UserError, match=f"{name} is {value!r}; it must be a .*number"):
        explore(merge_order(1, 1, fixed=True), **limit)


def test_seconds() -> None:
    started = time.perf_counter()
    result = explore(merge_order(8, 3, fixed=True), seconds=0.05)
    assert result.verdict == "unfinished"
    assert time.perf_counter() - started < 5


def test_ctrl_c_returns_what_there_is() -> None:
    def press(result: Result) -> None:
        if result.executions == 7:
            raise KeyboardInterrupt

    result = explore(merge_order(2, 2, fixed=True), progress=press)
    assert (result.verdict, result.executions) == ("unfinished", 7)
    assert result.interrupted
    assert explore(of(add, add)).executions == 4


class Dropped:
    def __del__(self) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_something_is_dropped_is_not_lost() -> None:
    """Python ignores what is raised there."""
    dropped: list[Any] = []

    def press(result: Result) -> None:
        if not dropped:
            dropped.append(Dropped())
            dropped[0] = None
        for _ in range(10**6):
            pass

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # xdist ignores it
    try:
        assert explore(merge_order(2, 2, fixed=True), progress=press).interrupted
    finally:
        signal.signal(signal.SIGINT, handler)


class Thing(KernelObject):
    value = Field[int]()


@atomic.atomic
def look_at(thing: Thing) -> int:
    return thing.value


@atomic.atomic
def give_back(thing: atomic.Named) -> None:
    kfree(thing)


def test_to_give_back_comes_before_a_look_or_after_it() -> None:
    async def cpu(operation: Callable[[Thing], Any], thing: Thing) -> None:
        await operation(thing)

    def program() -> Any:
        thing = Thing()
        thing.value = 1
        return {"a": cpu(look_at, thing), "b": cpu(give_back, thing)}, None

    result = explore(program)
    assert (result.executions, result.failing) == (2, 1)
    assert "use-after-free of Thing" in result.failures[0].message


class Pressed(int):
    """Reading it further is the moment at which Ctrl-C is pressed."""

    def __add__(self, other: int) -> int:
        raise KeyboardInterrupt


def test_after_ctrl_c_in_the_middle_of_a_step_nobody_is_in_one() -> None:
    async def cpu(x: Shared[int]) -> None:
        await x.fetch_add(1)

    def build() -> Any:
        return {"a": cpu(Shared("x", Pressed()))}, None

    assert explore(build).interrupted
    assert atomic.current is None
    with pytest.raises(KeyboardInterrupt):
        kernel.run(cpu(Shared("x", Pressed())))
    assert atomic.current is None
    with pytest.raises(KeyboardInterrupt):
        replay(build, ["a"])
    assert atomic.current is None


def test_a_large_search_takes_little_memory() -> None:
    tracemalloc.start()
    assert explore(merge_order(8, 3, fixed=True)).executions == 28_608
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 << 20


def test_where_there_are_too_many_states_it_is_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlesson.explore.search.STATES", 10)
    result = explore(merge_order(4, 2, fixed=True))
    assert (result.verdict, result.stopped) == ("unfinished", "at its limit of 10 states")


def test_who_only_reads_what_others_only_read_goes_alone() -> None:
    def three() -> Any:
        x = Shared("x", 0)

        async def look() -> None:
            for _ in range(10):
                await x.read()

        return {name: look() for name in "abc"}, None

    search = Search(three)
    with driving():
        assert search.run().executions == 1
    assert len(search.walk.counted) == 1  # the end; of 1,331 states


# ------------------------------------------------------------------------------------ what it takes


@pytest.mark.parametrize("name", ["merge-order", "two-movers"])  # one that fails, one that holds
def test_what_a_search_has_learned_goes_with_it(name: str) -> None:
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        explore(next(iter(scenarios(name).values())), release="v3.2")
        gc.collect()
        left = {type(thing).__name__ for thing in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left.isdisjoint({"Node", "Leaf", "Memory", "traceback"})


def test_locations_are_the_same_after_a_search_as_before() -> None:
    made = BOOT.made
    explore(of(add, add))
    assert made == BOOT.made


def test_a_scenario_boots_a_release() -> None:
    class Scenario:
        def program(self, release: str | None, patches: tuple[Any, ...]) -> Any:
            self.asked = release, patches
            return of(add)

    scenario = Scenario()
    assert explore(scenario, release="v3.2", patches=[add]).verdict == "holds"
    assert scenario.asked == ("v3.2", (add,))


@pytest.mark.parametrize("through", [[], ["between"]])
def test_what_comes_of_a_finding_is_not_what_an_execution_fails_by(through: list[str]) -> None:
    """Though a CPU before it has a finding, too: it has read what the cause has written."""

    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)

        async def misled() -> None:
            if await (y if through else x).read():
                raise ValueError("misled")

        async def between() -> None:
            await y.write(await x.read())

        async def cause() -> None:
            await x.write(1)
            raise ValueError("the cause")

        every = {"misled": misled, "between": between, "cause": cause}
        return {name: every[name]() for name in ("misled", *through, "cause")}, None

    result = explore(program)
    assert [failure.message for failure in result.failures] == ["ValueError: the cause"]
    assert result.failing == result.executions
    order = ["cause", *through, *through, "misled"]
    assert replay(program, order).finding == ("exception", "ValueError: the cause")


def test_of_two_findings_the_first_cpus_is_what_an_execution_fails_by() -> None:
    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)

        async def fails(on: Shared[int], how: str) -> None:
            await on.read()
            raise ValueError(how)

        return {"a": fails(x, "first"), "b": fails(y, "second")}, None

    for order in ("ab", "ba"):
        assert replay(program, [*order]).finding == ("exception", "ValueError: first")
    (failure,) = explore(program).failures
    assert failure.message == "ValueError: first"


def beside_a_bare_operation() -> Any:
    async def a() -> None: ...

    return {"a": a(), "b": Mutex("m").acquire()}, None


@pytest.mark.parametrize(
    ("program", "arguments", "message"),
    [
        (of(add), {"release": "v3.2"}, "release and patches are for scenarios"),
        (of(add), {"patches": 5}, "release and patches are for scenarios"),
        (of(add), {"patches": None}, "release and patches are for scenarios"),
        (of(add), {"progress": 5}, "progress takes a function, not 5"),
        (42, {}, "a program is a function"),
        (Pair, {}, "a program is a function"),
        (({}, None), {}, "not .*: give the function, without ()"),
        ({"one": of(add)}, {}, "not .*: give one of them"),
        (lambda: None, {}, "must return"),
        (lambda: ({}, None), {}, "at least one CPU"),
        (lambda: ({"a": add}, None), {}, "a must be a coroutine"),
        (lambda: ({"a": 1}, None), {}, "a must be a coroutine"),
        (beside_a_bare_operation, {}, r"b must be a coroutine .*, not <acquire\(m\)"),
        (lambda: ({1: 1}, None), {}, "a CPU's name must be a text, not 1"),
    ],
)
def test_what_is_no_program(program: Any, arguments: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        explore(program, **arguments)


def test_who_is_alone_takes_as_many_steps_as_its_run_has() -> None:
    program = of(add)
    assert explore(program).steps == len(replay(program).steps)


def test_a_program_that_differs_from_run_to_run() -> None:
    runs = []

    async def moody(x: Shared[int], m: Mutex, n: Mutex) -> None:
        runs.append(1)
        if len(runs) > 2:
            await m.wait()
        await x.fetch_add(1)
        await x.fetch_add(1)

    found = explore(of(moody, moody))
    assert found.verdict == "unfinished"
    assert "share the list runs" in found.doubt


def test_it_can_stop_at_the_first_failure() -> None:
    def program():
        x = Shared("x", 0)

        async def add() -> None:
            await x.write(await x.read() + 1)

        def promise() -> None:
            assert x.value == 2

        return {"a": add(), "b": add()}, promise

    whole, first = explore(program), explore(program, first_failure=True)
    assert first.failing == 1
    assert first.verdict == "fails"
    assert first.executions < whole.executions
    assert not first.complete
