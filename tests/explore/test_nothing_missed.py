"""What a step can see of a freed object, and of what a set-up made, is in its footprint."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from enum import Flag
from functools import partial, wraps
from io import StringIO
from itertools import count
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch
from weakref import ref

import pytest

from vmlesson.explore import Mutex, Result, Shared, explore
from vmlesson.explore.guards import Guards
from vmlesson.explore.nodes import Leaf
from vmlesson.kernel import PAGE_SIZE, Kernel, Scenario, Task, kfree, sys_exit, sys_munmap
from vmlesson.kernel.atomic import Field, Named, atomic

KEPT = {"key", "_kernel"}
"""What is no memory of the object: its name, and whose it is."""


def freeable(kernel: Kernel) -> dict[str, Named]:
    """An object of each class that the kernel frees."""
    task = kernel.spawn("T")
    start = task.mmap(2 * PAGE_SIZE)
    task.write(start, b"x")
    (vma,) = task.mm.vmas
    (avc,) = vma.anon_vma_chain
    (table,) = task.mm.tables()
    return {"vm_area_struct": vma, "anon_vma_chain": avc, "page_table": table}


ATTRIBUTES = [
    (name, attribute)
    for name, made in freeable(Kernel("v3.3")).items()
    for attribute in sorted(vars(made).keys() - KEPT)
]


@atomic
def free(made: Named) -> None:
    kfree(made)


def look_and_free(name: str, attribute: str) -> Callable[[bool], Result]:
    """A reader of `attribute`, by a step whose own operation is on a lock, against who frees it."""

    def asked(reader_first: bool) -> Result:
        lock: dict[str, Mutex] = {}

        def setup(kernel: Kernel) -> Named:
            lock["lock"] = Mutex("lock")
            return freeable(kernel)[name]

        async def look(made: Named) -> None:
            await lock["lock"].acquire()
            getattr(made, attribute)
            await lock["lock"].release()

        async def give_back(made: Named) -> None:
            await free(made)

        def cpus(made: Named) -> dict[str, Any]:
            both = {"look": look(made), "free": give_back(made)}
            return both if reader_first else dict(reversed(both.items()))

        return explore(Scenario(setup, cpus, None), release="v3.3")

    return asked


@pytest.mark.parametrize(("name", "attribute"), ATTRIBUTES)
def test_who_looks_and_who_frees_are_two_classes(name: str, attribute: str) -> None:
    for reader_first in (True, False):
        found = look_and_free(name, attribute)(reader_first)
        assert (found.verdict, found.executions, found.failing) == ("fails", 2, 1)
        assert "use-after-free" in found.failures[0].message


def test_what_a_freed_class_has_is_poisoned_whatever_was_freed_first() -> None:
    """The first avc freed in a process may be one that was never linked."""
    for name, attribute in ATTRIBUTES:
        made = freeable(Kernel("v3.3"))[name]
        assert isinstance(vars(type(made)).get(attribute), Field), (name, attribute)


def lost_update(read: Callable[[Shared[int]], Any]) -> Scenario[Any]:
    def setup(kernel: Kernel) -> Shared[int]:
        return Shared("done", 0)

    def promise(done: Shared[int]) -> None:
        assert done.value == 2, f"done is {done.value}"

    return Scenario(setup, lambda done: {"a": read(done), "b": read(done)}, promise)


def test_what_a_set_up_makes_is_there_anew_in_each_execution() -> None:
    async def add(done: Shared[int]) -> None:
        await done.write(await done.read() + 1)

    async def add_at_once(done: Shared[int]) -> None:
        await done.fetch_add(1)

    found = explore(lost_update(add))
    assert (found.verdict, found.executions, found.failing) == ("fails", 4, 2)
    assert explore(lost_update(add_at_once)).verdict == "holds"


def test_a_step_cannot_change_what_is_no_field() -> None:
    """Neither by a new attribute nor by another value of one that was set when it was made."""
    for attribute in ("mark", "name"):

        def program(attribute: str = attribute) -> Any:
            x = Shared("x", 0)

            async def mark() -> None:
                await x.read()
                setattr(x, attribute, "seen")

            return {"a": mark()}, None

        (failure,) = explore(program).failures
        assert f"x.{attribute} is not a field" in failure.message


def test_nor_can_the_next_step_of_who_has_made_it() -> None:
    def program() -> Any:
        x = Shared("x", 0)

        async def makes() -> None:
            await x.read()
            made = Made()
            made.holds = 1
            await x.read()
            made.holds = 2

        return {"a": makes()}, None

    (failure,) = explore(program).failures
    assert "holds is not a field" in failure.message


def test_a_read_of_the_value_is_a_read_of_the_step_that_runs() -> None:
    """A program may decide by it."""

    def program() -> Any:
        m, x = Mutex("m"), Shared("x", 0)

        async def look() -> None:
            await m.acquire()
            assert x.value == 0, "x is set"
            await m.release()

        async def set_it() -> None:
            await x.write(1)

        return {"look": look(), "set": set_it()}, None

    found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("fails", 2, 1)


@pytest.mark.parametrize("value", [[], {}, (1, [])])
def test_what_may_change_without_a_step_is_not_shared(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^x cannot share a .*, which may change without a step"):
        Shared("x", value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Shared(0, "x"), r"^Shared takes a name first, as in Shared\('x', 0\), not 0$"),
        (lambda: Mutex(0), r"^Mutex takes a name, as in Mutex\('m'\), not 0$"),
    ],
)
def test_what_is_shared_has_a_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        make()


def test_who_exits_and_who_asks_whether_are_told_apart_whoever_is_named_first() -> None:
    """Each has a lock of its own, so that nothing else orders the two."""

    def setup(kernel: Kernel) -> tuple[Task, int, Mutex, Mutex]:
        task = kernel.spawn("T")
        return task, task.mmap(PAGE_SIZE), Mutex("m"), Mutex("n")

    def cpus(situation: Any, exit_first: bool) -> dict[str, Any]:
        task, start, m, n = situation

        async def leave() -> None:
            await m.acquire()
            await m.release()
            await sys_exit(task)

        async def unmap() -> None:
            await n.acquire()
            await n.release()
            await sys_munmap(task, start, PAGE_SIZE)

        both = {"exit": leave(), "unmap": unmap()}
        return both if exit_first else dict(reversed(both.items()))

    one, other = (
        explore(Scenario(setup, partial(cpus, exit_first=first), None), release="v3.3")
        for first in (True, False)
    )
    assert one.verdict == other.verdict == "fails"
    assert (one.executions, one.failing) == (other.executions, other.failing)
    assert one.executions > one.failing


def test_two_starts_that_conflict_are_no_program() -> None:
    """Before the first await nobody can be first: the order of the names must not tell."""

    def program() -> Any:
        x = Shared("x", 0)

        async def count() -> None:
            seen = x.value
            x.cell = seen + 1
            await x.read()

        return {"a": count(), "b": count()}, None

    with pytest.raises(TypeError, match="a and b touch the same object before their first await"):
        explore(program)


GLOBAL: Any = 0
GLOBAL_LOG: list[str] = []


def set_global(value: Any) -> None:
    global GLOBAL
    GLOBAL = value


def sharing(kind: str) -> Callable[[], Any]:
    """Two CPUs that tell each other something by what is no Shared."""
    kept: dict[str, Any] = {"list": [], "dict": {}, "set": set(), "deque": deque()}
    log = kept.get(kind)

    def program() -> Any:
        x = Shared("x", 0)
        count = 0

        async def add(name: str) -> None:
            nonlocal count
            await x.fetch_add(1)
            if isinstance(log, list | deque):
                log.append(name)
            elif isinstance(log, dict):
                log[name] = len(log)
            elif isinstance(log, set):
                log.add(name)
            elif kind == "global":
                set_global(GLOBAL + 1)
            elif kind == "global list":
                GLOBAL_LOG.append(name)
            else:
                count += 1

        return {"a": add("a"), "b": add("b")}, None

    return program


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("list", "the list log"),
        ("dict", "the dict log"),
        ("set", "the set log"),
        ("deque", "the deque log"),
        ("int", "the variable count"),
        ("global", "the variable GLOBAL"),
        ("global list", "the list GLOBAL_LOG"),
    ],
)
def test_what_cpus_share_and_is_no_shared_is_named(kind: str, named: str) -> None:
    found = explore(sharing(kind))
    assert (found.verdict, found.complete) == ("unfinished", False)
    assert f"a and b share {named}, and a step changes it" in found.sentence


class Held:
    """What CPUs change that is no Shared."""

    of_class = 0

    def __init__(self) -> None:
        self.n, self.inner, self.box = 0, SimpleNamespace(n=0), [0]

    def add(self) -> None:
        self.n += 1


class Log(list[int]):
    n = 0

    def counts(self) -> None:
        self.n += 1


class Inside(Iterable[int]):
    n = 0


def add_one(box: list[int]) -> None:
    box[0] += 1


def adds_by_default(*, box: list[int]) -> None:
    box[0] += 1


def numbers() -> Iterator[int]:
    yield from range(100)


def counts_itself() -> None:
    counts_itself.n += 1  # type: ignore[attr-defined]


counts_itself.n = 0  # type: ignore[attr-defined]
BESIDE = ModuleType("beside")
BESIDE.n, BESIDE.HELD = 0, Held()  # type: ignore[attr-defined]
exec("def add():\n global n\n n += 1\ndef get(): return n == 0", vars(BESIDE))
IN_CONTEXT = ContextVar("IN_CONTEXT", default=0)
KEPT_ALIVE = Held()


def add_in_class() -> None:
    Held.of_class += 1


def add_in_abstract_class() -> None:
    Inside.n += 1


def add_in_module() -> None:
    BESIDE.n += 1


def add_in_environment() -> None:
    os.environ["VMLESSON_TEST"] = os.environ.get("VMLESSON_TEST", "") + "x"


@pytest.mark.parametrize(
    ("make", "change", "named"),
    [
        (Held, lambda it: setattr(it, "n", it.n + 1), "the Held it"),
        (Held, lambda it: setattr(it.inner, "n", it.inner.n + 1), "the SimpleNamespace inner"),
        (Held, lambda it: it.box.append(1), "the list box"),
        (lambda: [1], lambda it: it.__setitem__(0, True), "the list it"),
        (lambda: Held().add, lambda it: it(), "the Held it"),
        (lambda: (0, Held()), lambda it: it[1].add(), "the Held it"),
        (lambda: ref(KEPT_ALIVE), lambda it: it().add(), "the Held it"),
        (lambda: Slotted(0), lambda it: setattr(it, "n", it.n + 1), "the Slotted it"),
        (lambda: Held, lambda it: add_in_class(), "the class it"),
        (int, lambda it: add_in_class(), "the class Held"),
        (int, lambda it: add_in_abstract_class(), "the class Inside"),
        (int, lambda it: counts_itself(), "the dict counts_itself"),
        (lambda: partial(add_one, [0]), lambda it: it(), "the list it"),
        (lambda: wraps(add_one)(partial(adds_by_default, box=[0])), lambda it: it(), "the list it"),
        (lambda: array("i", [0]), add_one, "the array it"),
        (lambda: memoryview(bytearray(1)), add_one, "the memoryview it"),
        (numbers, next, "the generator it"),
        (lambda: iter(range(100)), next, "the range_iterator it"),
        (count, next, "the count it"),
        (lambda: zip(count()), next, "the count it"),
        (asyncio.Event, lambda it: it.set(), "the Event it"),
        (StringIO, lambda it: it.write("x"), "the StringIO it"),
        (Log, lambda it: it.counts(), "the Log it"),
        (threading.Event, lambda it: it.set(), "the Event it"),
        (lambda: Random(0), lambda it: it.random(), "the Random it"),
        (int, lambda it: add_in_module(), "the variable n"),
        (int, lambda it: BESIDE.add(), "the variable n"),
        (int, lambda it: BESIDE.HELD.add(), "the Held HELD"),
        (int, lambda it: IN_CONTEXT.set(IN_CONTEXT.get() + 1), "the ContextVar IN_CONTEXT"),
        (int, lambda it: add_in_environment(), "the dict _data"),
    ],
)
def test_an_update_that_may_be_lost_in_no_shared_is_named(
    make: Callable[[], Any], change: Callable[[Any], object], named: str
) -> None:
    def program() -> Any:
        it, x, y = make(), Shared("x", 0), Shared("y", 0)

        async def changes(own: Shared[int]) -> None:
            await own.read()
            change(it)

        return {"a": changes(x), "b": changes(y)}, None

    found = explore(program)
    assert found.verdict == "unfinished"
    assert f"a and b share {named}, and a step changes it" in found.sentence


def test_what_is_changed_and_put_back_is_named() -> None:
    def program() -> Any:
        busy, x, y = False, Shared("x", 0), Shared("y", 0)

        async def works() -> None:
            nonlocal busy
            await x.read()
            busy = True
            await x.read()
            busy = False

        async def looks() -> None:
            await y.read()
            assert not busy

        return {"a": works(), "b": looks()}, None

    with patch("vmlesson.explore.search.SAMPLE", 1):
        assert "a and b share the variable busy" in explore(program).doubt


def test_what_is_changed_in_a_later_execution_is_named() -> None:
    def program() -> Any:
        log: list[int] = []
        x, y = Shared("x", 0), Shared("y", 0)

        async def counts() -> None:
            for number in range(6):
                await x.write(number)

        async def notes() -> None:
            await y.read()
            if await x.read() == 3:
                log.append(1)

        return {"a": counts(), "b": notes(), "c": notes()}, lambda: not log

    with patch("vmlesson.explore.search.SAMPLE", 0):
        assert "b and c share the list log" in explore(program).doubt


@pytest.mark.parametrize("when", ["before", "later"])
def test_what_a_shared_holds_may_not_change_without_a_step(when: str) -> None:
    def program() -> Any:
        x, y = Shared[Any]("x", Held() if when == "before" else None), Shared("y", 0)

        async def puts() -> None:
            it = Held() if when == "later" else await x.read()
            await x.write(it)
            await y.read()
            it.add()

        async def gets() -> None:
            await x.read()

        return {"a": puts(), "b": gets()}, None

    assert "a and b share the Held x, and a step changes it" in explore(program).doubt


class Chained:
    def __init__(self) -> None:
        self.next: Any = None


class Marks(Flag):
    ONE = 1
    TWO = 2


def test_what_no_other_leads_to_is_no_doubt() -> None:
    """Also what the promise keeps, what is not yet in a Shared, and what Python makes as needed."""
    kept: list[Any] = []

    class Program:
        def __init__(self) -> None:
            self.top, self.marks, self.ends = Shared[Any]("top", None), Shared("m", Marks(0)), 0

        async def push(self, mark: Marks, own: list[Any]) -> None:
            node = Chained()
            node.next = await self.top.read()
            own.append(node.next)
            while not await self.top.compare_and_swap(node.next, node):
                node.next = await self.top.read()
            await self.marks.write((await self.marks.read()) | mark)
            logging.getLogger("vmlesson").debug("pushed")

        def promise(self) -> bool:
            self.ends += 1
            kept.append(self.ends)
            return self.top.value.next is not None

    def program() -> Any:
        it = Program()
        return {"a": it.push(Marks.ONE, []), "b": it.push(Marks.TWO, [])}, it.promise

    found = explore(program)
    assert (found.verdict, found.doubt) == ("holds", "")


def test_what_the_program_sets_anew_is_no_doubt() -> None:
    x, kept = Shared("x", 0), {}

    async def adds() -> None:
        await GLOBAL.fetch_add(1)
        await x.read()
        await kept["z"].read()

    def program() -> Any:
        nonlocal x
        x, kept["z"] = Shared("x", 0), Shared("z", 0)
        set_global(Shared("y", 0))
        return {"a": adds(), "b": adds()}, lambda: GLOBAL.value == 2

    found = explore(program)
    assert (found.verdict, found.executions) == ("holds", 2), found.sentence


def test_what_the_program_sets_anew_is_not_blamed_for_the_clock() -> None:
    clock = iter(range(1000))

    async def tells_time() -> None:
        await GLOBAL.write(next(clock))

    def program() -> Any:
        set_global(Shared("x", 0))
        return {"a": tells_time(), "b": tells_time()}, None

    assert "a and b share the range_iterator clock" in explore(program).doubt


def test_an_attribute_that_is_called_as_a_variable_is_no_doubt() -> None:
    class Counter:
        GLOBAL = 1

    async def counts(x: Shared[int]) -> None:
        await x.fetch_add(Counter.GLOBAL)

    def program() -> Any:
        x = Shared("x", 0)
        return {"a": counts(x), "b": counts(x)}, lambda: set_global(x.value)

    found = explore(program)
    assert (found.verdict, found.executions) == ("holds", 2), found.sentence


def test_a_variable_that_is_called_as_one_of_another_module_is_no_doubt() -> None:
    other: dict[str, Any] = {}
    exec("async def sets(x):\n global GLOBAL\n await x.read()\n GLOBAL = x", other)
    other["GLOBAL"] = None

    async def names(x: Shared[int]) -> None:
        await x.write(1)
        str(GLOBAL)

    def program() -> Any:
        x = Shared("x", 0)
        return {"a": other["sets"](x), "b": names(x)}, None

    found = explore(program)
    assert (found.verdict, found.executions) == ("holds", 2), found.sentence


def test_of_several_variables_the_same_one_is_named_each_time() -> None:
    module: dict[str, Any] = {}
    names = [f"v{number}" for number in range(9)]
    sets = f"global {', '.join(names)}; await x.read(); {' = '.join(names)} = x"
    exec(f"async def sets(x): {sets}", module)
    module |= dict.fromkeys(names)

    def program() -> Any:
        x = Shared("x", 0)
        return {"a": module["sets"](x), "b": module["sets"](x)}, None

    assert "a and b share the variable v8" in explore(program).doubt


class Slotted:
    __slots__ = ("n",)

    def __init__(self, n: int) -> None:
        self.n = n


class Slot:
    __slots__ = ("__private", "n")

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)

    @property
    def private(self) -> int:
        value: int = self.__private
        return value

    @private.setter
    def private(self, value: int) -> None:
        self.__private = value


class Telling:
    of_class = 0

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> bool:
        return self.n == 0 and is_global(0)

    @classmethod
    def told(cls) -> bool:
        return cls.of_class == 0


def counted_itself() -> bool:
    n: int = counts_itself.n  # type: ignore[attr-defined]
    return n == 0


def asked() -> Iterator[bool]:
    while True:
        yield is_global(0)


@pytest.mark.parametrize(
    "kind",
    [
        "global",
        "global in a function",
        "global in a partial",
        "slot",
        "private slot",
        "deque",
        "default",
        "called object",
        "called object's module",
        "class",
        "class method",
        "module",
        "function of a module",
        "decorated there",
        "function's attribute",
        "bound builtin",
        "generator",
        "context",
    ],
)
def test_ends_are_told_apart_by_what_the_promise_can_see(kind: str) -> None:
    slot, last, held = Slot(), deque([0], maxlen=1), Telling()
    beside: dict[str, Any] = {"n": 0}
    exec("def decorate(f): return lambda: n == 0 and f()", beside)
    ways: dict[str, tuple[Callable[[int], object], Callable[[], object]]] = {
        "global": (set_global, lambda: GLOBAL == 0),
        "global in a function": (set_global, lambda: is_global(0)),
        "global in a partial": (set_global, partial(is_global, 0)),
        "slot": (lambda seen: setattr(slot, "n", seen), lambda: slot.n == 0),
        "private slot": (lambda seen: setattr(slot, "private", seen), lambda: slot.private == 0),
        "deque": (last.append, lambda: last[0] == 0),
        "default": (last.append, lambda *, seen=last: seen[0] == 0),
        "called object": (lambda seen: setattr(held, "n", seen), held),
        "called object's module": (set_global, held),
        "class": (lambda seen: setattr(Telling, "of_class", seen), lambda: Telling.of_class == 0),
        "class method": (lambda seen: setattr(Telling, "of_class", seen), Telling.told),
        "module": (lambda seen: setattr(BESIDE, "n", seen), lambda: BESIDE.n == 0),
        "function of a module": (lambda seen: setattr(BESIDE, "n", seen), BESIDE.get),
        "decorated there": (lambda n: beside.update(n=n), beside["decorate"](lambda: True)),
        "function's attribute": (lambda n: setattr(counts_itself, "n", n), counted_itself),
        "bound builtin": (last.append, lambda tell=last.__getitem__: tell(0) == 0),
        "generator": (set_global, partial(next, asked())),
        "context": (IN_CONTEXT.set, lambda: IN_CONTEXT.get() == 0),
    }
    tell, promise = ways[kind]

    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)
        set_global(0)
        tell(0)

        async def look() -> None:
            tell(await x.read())

        async def change() -> None:
            await y.read()
            await x.write(1)

        return {"a": look(), "b": change()}, promise

    found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("fails", 2, 1)


class Made(Named):
    def __init__(self, holds: Any = None) -> None:
        super().__init__()
        self.holds = holds


def test_ends_are_told_apart_by_all_that_was_made() -> None:
    """By what was made last, too, to which only an object leads that was made before."""

    def program() -> Any:
        x, kept = Shared("x", 0), Shared("kept", Made())

        async def look() -> None:
            seen, outer = await x.read(), Made()
            outer.holds = Made(seen)
            await kept.write(outer)

        async def change() -> None:
            await x.write(1)

        return {"a": look(), "b": change()}, lambda: kept.value.holds.holds == 0

    found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("fails", 2, 1)


def test_a_promise_may_keep_what_it_has_seen() -> None:
    """That is no step's doing: ends are as few as without."""
    ends: list[int] = []

    def program(keep: bool) -> Any:
        x = Shared("x", 0)

        async def doubles() -> None:
            value = await x.read()
            await x.write(2 * value + 1)

        def promise() -> None:
            if keep:
                ends.append(x.value)

        return {"a": doubles(), "b": doubles(), "c": doubles()}, promise

    without, keeps = explore(lambda: program(False)), explore(lambda: program(True))
    assert set(ends) == {1, 3, 7}
    assert (keeps.executions, keeps.steps) == (without.executions, without.steps)


def is_global(value: int) -> bool:
    return value == GLOBAL


def test_what_is_shared_and_never_changed_is_no_doubt() -> None:
    names = ["x", "y"]

    def program() -> Any:
        shared = {name: Shared(name, 0) for name in names}

        async def add(name: str) -> None:
            await shared[name].fetch_add(len(names))

        return {"a": add("x"), "b": add("y")}, None

    assert explore(program).verdict == "holds"


class Clock:
    """What is found by no look at closures: it hangs on an object."""

    ticks = 0


def test_a_failure_that_does_not_come_back_is_not_told() -> None:
    clock = Clock()

    def program() -> Any:
        x = Shared("x", 0)

        async def add() -> None:
            await x.fetch_add(1)

        def promise() -> None:
            clock.ticks += 1
            assert clock.ticks > 1, "the first execution"

        return {"a": add()}, promise

    found = explore(program)
    assert found.verdict == "unfinished"
    assert "the first execution" in found.doubt


def test_a_random_schedule_that_fails_puts_holds_in_doubt() -> None:
    clock = Clock()

    def program() -> Any:
        x, y = Shared("x", 0), Shared("y", 0)

        async def add(to: Shared[int]) -> None:
            await to.fetch_add(1)

        def promise() -> None:
            clock.ticks += 1
            assert clock.ticks <= 1, "not the first execution"

        return {"a": add(x), "b": add(y)}, promise

    found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("unfinished", 1, 0)
    assert "not the first execution" in found.doubt


def test_a_step_that_writes_elsewhere_when_it_is_taken_again_puts_all_in_doubt() -> None:
    clock = Clock()

    def program() -> Any:
        x, y, z = Shared("x", 0), Shared("y", 0), Shared("z", 0)

        async def add() -> None:
            clock.ticks += 1
            await (x if clock.ticks < 2 else y).fetch_add(1)

        async def other() -> None:
            await z.fetch_add(1)

        return {"a": add(), "b": other()}, None

    found = explore(program)
    assert found.verdict == "unfinished"
    assert "in add) does not do what it did before" in found.doubt


@pytest.mark.parametrize("late", [0, 3])
def test_who_waits_for_ever_is_seen_to_touch_what_it_waits_for(late: int) -> None:
    """That b may come first is known only from its waiting, if no random schedule shows it."""

    def program() -> Any:
        m, x = Mutex("m"), Shared("x", 0)

        async def keep() -> None:
            await m.acquire()
            await x.wait_until(bool)

        async def come() -> None:
            for _ in range(late):
                await x.read()
            await m.acquire()
            await m.release()

        return {"a": keep(), "b": come()}, None

    with patch("vmlesson.explore.search.SAMPLE", 0):
        found = explore(program)
    assert (found.verdict, found.executions, found.failing) == ("fails", 2, 2)


def step_of(cpu: int, steps: int, writes: Iterable[int], locks: Iterable[int] = ()) -> Leaf:
    """A CPU's step after so many, in sight of nothing but what decides who goes on alone."""
    node: Any = SimpleNamespace(
        cpu=cpu, steps=steps, has=frozenset(locks), excludes=frozenset(), on=None, ended=False
    )
    return Leaf(node, node, "", None, frozenset(), frozenset(writes), [], {}, [], [])


def test_what_was_met_last_counts_under_whatever_locks() -> None:
    """It was met with a lock after five steps, and seen only then to be met without after two."""
    first, guards = step_of(0, 0, [7]), Guards([({}, {}), ({}, {})])
    guards.meet(step_of(1, 5, [7], locks=[9]))
    guards.meet(step_of(1, 2, [7]))
    assert not guards.alone(first, [first.node, step_of(1, 3, []).node])


def test_what_was_relied_on_first_is_relied_on_still() -> None:
    """A step was taken alone where another CPU was at its start, and later where it was not."""
    first, guards = step_of(0, 0, [7]), Guards([({}, {}), ({}, {})])
    for steps in (1, 4):
        assert guards.alone(first, [first.node, step_of(1, steps, []).node])
    guards.meet(step_of(1, 2, [7]))
    assert guards.broken()
