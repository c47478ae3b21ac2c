"""What a step can tell apart is told apart; what would be in no footprint is refused or named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from vmlesson.errors import WrongKind
from vmlesson.explore import Mutex, Reach, Result, Shared, explore
from vmlesson.kernel import (
    PAGE_SIZE,
    Kernel,
    Scenario,
    anon_vma,
    anon_vma_moveto_tail,
    kfree,
    run,
    sys_munmap,
    sys_read,
    sys_write,
    walk_order,
)
from vmlesson.kernel.atomic import FIELDS_PER_OBJECT, Field, Finding, Named, atomic, atomic_when
from vmlesson.kernel.locks import down_write, rw_semaphore, up_write
from vmlesson.scenarios import scenarios


@dataclass(frozen=True)
class Message:
    number: Any
    text: str = field(default="", compare=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Message(1, "a"), Message(1, "b")),
        (Message(1), Message(True)),
        (Decimal("1.0"), Decimal("1.00")),
        (complex(0.0, 0.0), complex(0.0, -0.0)),
        (range(0), range(1, 1)),
        (frozenset({1}), frozenset({True})),
    ],
)
def test_equal_values_that_a_step_can_tell_apart_are_two(one: Any, other: Any) -> None:
    def program() -> Any:
        x, y = Shared("x", one), Shared("y", 0)

        async def look() -> None:
            assert repr(await x.read()) == repr(one)

        async def back() -> None:
            await y.read()
            await x.write(one)

        return {"look": look(), "write": x_is(x, other), "back": back()}, None

    found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("fails", 6, 2), found.sentence


async def x_is(x: Shared[Any], value: Any) -> None:
    await x.write(value)


async def passes(x: Shared[Any]) -> bool:
    return True


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        (lambda x, y: lambda value: value == 1 and y.value == 0, "nothing but the value it is giv"),
        (lambda x, y: lambda value: x.value == 1, "nothing but the value it is given"),
        (lambda x, y: lambda value: passes(x), "is a plain def"),
        (lambda x, y: 1, "wait_until takes a function of the value, as bool is one, not 1"),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine 'passes' was never awaited")
def test_who_waits_looks_at_nothing_but_the_value(asks: Any, said: str) -> None:
    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)

        async def wait() -> None:
            await x.wait_until(asks(x, y))

        return {"a": wait(), "b": x_is(x, 1), "c": x_is(y, 1)}, None

    assert said in explore(program).failures[0].message


def test_to_ask_for_the_state_of_a_shared_is_to_read_it() -> None:
    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)

        async def look() -> None:
            await y.read()
            assert x.state() == "0"

        return {"a": look(), "b": x_is(x, 1)}, None

    found = explore(program)
    assert (found.executions, found.failing) == (2, 1)


def one_page(kernel: Kernel) -> SimpleNamespace:
    task = kernel.spawn("T")
    start = task.mmap(PAGE_SIZE)
    task.write(start, b"x")
    return SimpleNamespace(
        kernel=kernel, task=task, start=start, x=Shared("x", 0), y=Shared("y", 0)
    )


def of_kind(kernel: Kernel, kind: type) -> Any:
    return next(made for made in kernel.objects.values() if isinstance(made, kind))


@pytest.mark.parametrize(
    "asks",
    [
        lambda kernel: kernel.pages(),
        lambda kernel: kernel.anon_vmas(),
        lambda kernel: kernel.audit(),
        lambda kernel: kernel.hits,
        lambda kernel: kernel.fail_allocation("vma", 1),
        lambda kernel: walk_order(of_kind(kernel, anon_vma)),
    ],
)
def test_a_cpu_does_not_look_at_the_whole_kernel(asks: Callable[[Kernel], object]) -> None:
    """It would see what no step of its own has read."""

    def cpus(now: SimpleNamespace) -> dict[str, Any]:
        async def look() -> None:
            await now.y.read()
            asks(now.kernel)

        return {"unmap": sys_munmap_of(now), "look": look()}

    (failure,) = explore(Scenario(one_page, cpus)).failures
    assert "is for the promise" in failure.message


async def sys_munmap_of(now: SimpleNamespace) -> None:
    await sys_munmap(now.task, now.start, PAGE_SIZE)


def test_who_asks_for_page_tables_has_looked_where_one_may_come() -> None:
    def no_page(kernel: Kernel) -> SimpleNamespace:
        task = kernel.spawn("T")
        return SimpleNamespace(task=task, start=task.mmap(3 * PAGE_SIZE), y=Shared("y", 0))

    def cpus(now: SimpleNamespace) -> dict[str, Any]:
        async def look() -> None:
            await now.y.read()
            assert not now.task.mm.tables()

        return {"write": writes(now), "look": look()}

    for page in range(3):

        async def writes(now: SimpleNamespace, page: int = page) -> None:
            await sys_write(now.task, now.start + page * PAGE_SIZE, b"x")

        found = explore(Scenario(no_page, cpus, ptes_per_table=2))
        assert (found.executions, found.failing) == (2, 1)


def test_a_promise_may_count_the_calls() -> None:
    def cpus(now: SimpleNamespace) -> dict[str, Any]:
        async def reads_or_unmaps() -> None:
            if await now.x.read() == 0:
                await sys_read(now.task, now.start, 1)
            else:
                await sys_munmap(now.task, now.start + PAGE_SIZE, PAGE_SIZE)

        async def change() -> None:
            await now.y.read()
            await now.x.write(1)

        return {"a": reads_or_unmaps(), "b": change()}

    def promise(now: SimpleNamespace) -> None:
        assert now.kernel.hits["do_munmap"] == 0

    found = explore(Scenario(one_page, cpus, promise))
    assert (found.executions, found.failing) == (2, 1)
    assert (found.interleavings, found.failing_interleavings) == (6, 1)


def test_an_async_generator_leads_to_what_it_changes() -> None:
    def program() -> Any:
        x, y, log = Shared("x", 0), Shared("y", 0), list[int]()

        async def items(log: list[int]) -> AsyncIterator[int]:
            log.append(await x.read())
            yield 1

        async def goes_through(each: AsyncIterator[int]) -> None:
            async for _ in each:
                pass

        async def looks(log: list[int]) -> None:
            await y.read()
            assert not log

        return {"a": goes_through(items(log)), "b": looks(log)}, None

    assert "a and b share the list log" in explore(program).doubt


def test_an_async_generator_that_two_go_through_is_named() -> None:
    def program() -> Any:
        async def endless() -> AsyncIterator[int]:
            number = 0
            while True:
                yield (number := number + 1)

        numbers = endless()

        async def next_one(own: Shared[int]) -> None:
            await own.read()
            await anext(numbers)

        return {"a": next_one(Shared("x", 0)), "b": next_one(Shared("y", 0))}, None

    assert "a and b share the async_generator numbers" in explore(program).doubt


class Attribute(Named):
    def __init__(self) -> None:
        super().__init__()
        self.items = list[int]()


class InField(Attribute):
    items = Field[Any]()  # type: ignore[assignment]


@pytest.mark.parametrize("kind", [Attribute, InField])
def test_what_an_object_of_the_program_holds_may_not_change_unseen(kind: Any) -> None:
    def program() -> Any:
        it = kind()

        async def adds(own: Shared[int]) -> None:
            await own.read()
            it.items.append(1)

        return {"a": adds(Shared("x", 0)), "b": adds(Shared("y", 0))}, None

    assert "a and b share the list" in explore(program).doubt


@pytest.mark.parametrize("awaits", [True, False])
@pytest.mark.parametrize("reverse", [True, False])
def test_what_is_done_before_the_first_await_depends_on_no_order(
    awaits: bool, reverse: bool
) -> None:
    def program() -> Any:
        x, log = Shared("x", 0), list[int]()

        async def first() -> None:
            log.append(1)
            if awaits:
                await x.read()

        async def second() -> None:
            assert log
            if awaits:
                await x.read()

        both = {"a": first(), "b": second()}
        return dict(reversed(both.items())) if reverse else both, None

    found = explore(program)
    assert found.verdict == "unfinished"
    assert "share the list log, and a step changes it" in found.doubt
    assert Reach(program).interleavings() is None or not awaits


def test_a_cpu_does_not_explore() -> None:
    """Whoever drives another would end the step that runs: what comes after were in no footprint"""

    def program() -> Any:
        x = Shared("x", 0)

        async def explores() -> None:
            await x.read()
            explore(lambda: ({"a": x_is(x, 1)}, None))

        return {"a": explores()}, None

    assert "a CPU cannot explore" in explore(program).failures[0].message


def test_a_step_is_no_async_def() -> None:
    async def sets(x: Shared[int]) -> None:
        x.cell = 1

    with pytest.raises(WrongKind, match="a step is a plain def: write def sets, without async"):
        atomic(sets)


def holds_or_not(program: Callable[[], Any]) -> Result:
    found = explore(program)
    assert found.complete
    return found


def test_a_coroutine_that_the_program_forgets_is_said_once(recwarn: Any) -> None:
    def program() -> Any:
        x = Shared("x", 0)
        x_is(x, 3)
        return {"a": x_is(x, 1), "b": x_is(x, 2)}, None

    holds_or_not(program)
    (said,) = recwarn
    assert str(said.message).startswith("coroutine 'x_is' was never awaited")


def test_an_async_generator_that_is_left_makes_no_noise(capfd: Any) -> None:
    def program() -> Any:
        m, x = Mutex("m"), Shared("x", 0)

        async def locked() -> AsyncIterator[int]:
            await m.acquire()
            try:
                yield 1
            finally:
                await m.release()

        async def leaves() -> None:
            async for _ in locked():
                break
            await x.read()

        return {"a": leaves()}, None

    assert holds_or_not(program).failures[0].kind == "lock held at return"
    assert capfd.readouterr().err == ""


def test_a_coroutine_is_for_one_cpu() -> None:
    one = x_is(Shared("x", 0), 1)
    with pytest.raises(
        WrongKind, match="a's coroutine runs already; call its async def in the pro"
    ):
        explore(lambda: ({"a": one, "b": one}, None))
    one.close()


def test_a_coroutine_is_for_one_execution() -> None:
    one = {"a": x_is(Shared("x", 0), 1)}
    with pytest.raises(
        WrongKind, match="a's coroutine runs already; call its async def in the pro"
    ):
        explore(lambda: (one, None))


async def moves_nothing(dst: Any) -> None:
    await anon_vma_moveto_tail(dst)


async def compares(x: Shared[int]) -> None:
    seen: Any = x.read()
    await x.write(int(seen == 0))


async def adds(x: Shared[int]) -> None:
    seen: Any = x.read()
    await x.write(1 + seen)


async def orders(x: Shared[int]) -> None:
    seen: Any = x.read()
    await x.write(max(seen, 1))


async def unpacks(x: Shared[int]) -> None:
    seen: Any = x.read()
    _, value = seen
    await x.write(value)


async def writes_it(x: Shared[int]) -> None:
    await x.write(x.read())  # type: ignore[arg-type]


async def asks_it(x: Shared[int]) -> None:
    seen: Any = x.read()
    await x.write(seen.real)


@pytest.mark.parametrize("forgets", [compares, adds, orders, unpacks, writes_it, asks_it])
def test_what_is_made_of_a_read_that_nobody_awaited_says_so(forgets: Any) -> None:
    line = forgets.__code__.co_firstlineno + 1
    (failure,) = explore(lambda: ({"a": forgets(Shared("x", 0))}, None)).failures
    assert failure.key == ("never awaited", f"line {line}: await is missing before read(…)")


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("waits", "named"),
    [
        (lambda: asyncio.sleep(0), "asyncio's sleep"),
        (lambda: asyncio.sleep(1), "asyncio's sleep"),
        (lambda: asyncio.Event().wait(), "asyncio's Event.wait"),
        (lambda: taken_twice(asyncio.Lock()), "asyncio's Lock.acquire"),
    ],
)
def test_what_asyncio_waits_for_is_named(waits: Any, named: str, later: bool) -> None:
    async def cpu(x: Shared[int]) -> None:
        if later:
            await x.read()
        await waits()

    (failure,) = explore(lambda: ({"a": cpu(Shared("x", 0))}, None)).failures
    assert f": {named} is not an operation; here CPUs wait for a Mutex" in failure.message
    assert failure.message.startswith("line ")


class Foreign:
    def __await__(self) -> Any:
        yield object()


def test_what_is_no_operation_is_called_the_same_each_time() -> None:
    async def cpu(x: Shared[int]) -> None:
        await x.fetch_add(1)
        await Foreign()

    def program() -> Any:
        x = Shared("x", 0)
        return {"a": cpu(x), "b": cpu(x)}, None

    found = explore(program)
    assert found.verdict == "fails"
    assert {failure.message for failure in found.failures} == {
        "object is awaited, which is not an operation"
    }


async def taken_twice(lock: asyncio.Lock) -> None:
    await lock.acquire()
    await lock.acquire()


async def dies(x: Shared[int], call: Any) -> None:
    await x.read()
    kfree(call)


async def runs(x: Shared[int], call: Any) -> None:
    await x.read()
    run(call)


async def waits_for_ever(x: Shared[int], call: Any) -> None:
    await x.wait_until(bool)
    await call


@pytest.mark.parametrize("body", [dies, runs, waits_for_ever])
def test_what_is_wrong_is_said_once_and_not_by_python_too(body: Any, recwarn: Any) -> None:
    def program() -> Any:
        x = Shared("x", 0)

        async def cpu() -> None:
            await body(x, x_is(x, 1))

        return {"a": cpu()}, None

    assert len(explore(program).failures) == 1
    assert not list(recwarn)


async def alone() -> None: ...


@pytest.mark.parametrize(
    "program", [lambda: alone(), lambda: ({"a": alone(), "b": 1}, None), alone(), alone]
)
def test_coroutines_that_nobody_runs_are_dropped_in_silence(program: Any, recwarn: Any) -> None:
    with pytest.raises(WrongKind):
        explore(program)
    assert not list(recwarn)


def test_a_function_that_calls_itself_for_ever_ends() -> None:
    moves_nothing.__name__ = "anon_vma_moveto_tail"
    form, *_ = scenarios("merge-order", 1, 0).values()
    (failure,) = explore(form, patches=[moves_nothing]).failures
    assert "anon_vma_moveto_tail is called again and again" in failure.message


@pytest.mark.parametrize("given", [(None, dict, None), (id, {}, None), (id, dict, "holds")])
def test_a_scenario_is_made_of_functions(given: Any) -> None:
    with pytest.raises(WrongKind, match="Scenario takes functions: setup, cpus, and promise or No"):
        Scenario(*given)


def test_a_set_up_is_no_async_def() -> None:
    async def setup(kernel: Kernel) -> None:
        pass

    with pytest.raises(WrongKind, match="a set-up is a plain def"):
        explore(Scenario(setup, lambda now: {"a": x_is(now, 1)}))


@atomic
def take_away(lock: Mutex) -> Any:
    owner, lock.owner = lock.owner, None
    return owner


@atomic
def give(lock: Mutex, owner: Any) -> None:
    lock.owner = owner


@atomic
def swap_holders(lock: rw_semaphore, holders: Any) -> Any:
    before, lock.holders = lock.holders, holders
    return before


@pytest.mark.parametrize("kind", ["mutex", "semaphore"])
def test_nobody_changes_who_has_a_lock_but_for_himself(kind: str) -> None:
    """What a CPU does under a lock is tried in one order only: the lock keeps others away."""

    def program() -> Any:
        m, s, x = Mutex("m"), rw_semaphore("s"), Shared("x", 0)

        async def works() -> None:
            await (m.acquire() if kind == "mutex" else down_write(s))
            await x.write(1)
            await x.write(0)
            await (m.release() if kind == "mutex" else up_write(s))

        async def steals() -> None:
            if kind == "mutex":
                await give(m, await take_away(m))
            else:
                await swap_holders(s, await swap_holders(s, ()))

        return {"a": works(), "b": works(), "c": steals()}, None

    messages = {failure.message for failure in explore(program).failures}
    assert messages == {f"c changes whose {kind[0]} is"}


def test_a_program_begins_alike_each_time() -> None:
    starts = iter(range(1000))

    def program() -> Any:
        x = Shared("x", next(starts))
        return {"a": x_is(x, 1), "b": x_is(x, 2)}, None

    assert "the program does not begin as it did" in explore(program).doubt


async def returns_a_step(x: Shared[int]) -> Any:
    return x.write(1)


async def returns_a_call(x: Shared[int]) -> Any:
    return x_is(x, 1)


async def keeps_a_call(x: Shared[int]) -> Any:
    kept = x_is(x, 1)
    await x.read()
    return repr(kept)


@pytest.mark.parametrize("forgets", [returns_a_step, returns_a_call, keeps_a_call])
def test_what_is_returned_and_not_awaited_was_forgotten(forgets: Any) -> None:
    def program() -> Any:
        return {"a": forgets(Shared("x", 0)), "b": x_is(Shared("y", 0), 1)}, None

    found = explore(program)
    (failure,) = found.failures
    line = forgets.__code__.co_firstlineno + 1
    assert failure.kind == "never awaited"
    assert failure.message.startswith(f"line {line}: await is missing before ")
    assert found.interleavings == found.failing_interleavings


class Pair(Named):
    first, second = Field[int]("both"), Field[int]("both")
    late = Field[Any]()

    def __init__(self) -> None:
        super().__init__()
        self.first = self.second = 0

    def __str__(self) -> str:
        return "pair"

    def state(self) -> str:
        return str(self.first)


@atomic_when(Pair.first, bool)
def wait_for_first(pair: Pair) -> None:
    pass


@atomic_when(Pair.late, bool)
def wait_for_late(pair: Pair) -> None:
    pass


@atomic
def put(pair: Pair, name: str, value: Any) -> None:
    setattr(pair, name, value)


async def puts(pair: Pair, name: str, *values: Any) -> None:
    for value in values:
        await put(pair, name, value)


def test_one_may_wait_for_a_field_that_has_its_place_with_another() -> None:
    def program() -> Any:
        async def waits() -> None:
            await wait_for_first(pair)

        pair = Pair()
        return {"a": waits(), "b": puts(pair, "first", 1, 0), "c": puts(pair, "second", 1)}, None

    found = explore(program)
    assert (found.executions, found.failing, found.interleavings) == (7, 3, 7)


def test_what_runs_alone_takes_names_and_says_what_was_forgotten() -> None:
    async def forgets() -> None:
        put(pair, "late", 2)

    pair = Pair()
    run(put(pair, name="late", value=1))
    with pytest.raises(Finding, match="await is missing before put"):
        run(forgets())
    assert pair.late == 1


def test_one_may_wait_for_any_field() -> None:
    def program() -> Any:
        async def waits() -> None:
            await wait_for_late(pair)

        pair = Pair()
        pair.late = 0
        return {"a": waits(), "b": puts(pair, "late", 1)}, None

    with patch("vmlesson.explore.search.SAMPLE", 0):  # what is sampled is not asked again
        found = explore(program)
    assert (found.verdict, found.executions) == ("holds", 1), found.sentence


def test_who_waits_for_an_object_waits_for_that_of_his_execution() -> None:
    """What was learned of him in the first is not asked about an object of a later one."""

    def program() -> Any:
        x, y, objects = Shared("x", None), Shared("y", 0), (Pair(), Pair())

        async def waits() -> None:
            await x.wait_until(lambda value: value in objects)

        async def gives() -> None:
            await x.write(objects[await y.read()])

        return {"a": waits(), "b": gives(), "c": x_is(y, 1)}, None

    with patch("vmlesson.explore.search.SAMPLE", 0):
        found = explore(program)
    assert (found.verdict, found.executions) == ("holds", 2), found.sentence


def test_a_class_has_no_more_fields_than_an_object_has_places() -> None:
    def declare(number: int) -> None:
        type("Many", (Named,), {f"field{each}": Field[int]() for each in range(number)})

    declare(FIELDS_PER_OBJECT)
    with pytest.raises((TypeError, RuntimeError)):  # Python 3.11 wraps it
        declare(FIELDS_PER_OBJECT + 1)


def test_a_field_that_is_not_set_yet_is_not_none() -> None:
    def program() -> Any:
        async def looks() -> None:
            await look_at_late(pair)

        pair = Pair()
        return {"a": puts(pair, "late", None), "b": looks()}, None

    found = explore(program)
    assert (found.executions, found.failing) == (2, 1)


@atomic
def look_at_late(pair: Pair) -> Any:
    return pair.late


def test_ends_are_told_apart_whatever_the_limit() -> None:
    """That the promise sees more is known only when the endless way is told."""

    def program() -> Any:
        x, log = Shared("x", 0), [0]

        async def looks() -> None:
            for _ in range(8):
                log.append(await x.read())

        async def changes() -> None:
            for value in range(8):
                await x.write(value)

        return {"a": looks(), "b": changes()}, lambda: log[-1] == 0

    found = explore(program, steps=8)
    assert (found.verdict, found.executions) == ("fails", 1)
    assert found.failures[0].kind == "endless"
