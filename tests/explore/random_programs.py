"""Small programs as data, for hypothesis to make up.

A program is a list of instructions for each CPU.  An instruction is a name and arguments; variables
and locks are given by number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from hypothesis import strategies as st

from vmlesson.explore import Mutex, Shared
from vmlesson.kernel import kfree
from vmlesson.kernel.atomic import Field, Named, atomic
from vmlesson.kernel.counters import at_most, atomic_dec, atomic_inc, atomic_t
from vmlesson.kernel.locks import down_read, down_write, rw_semaphore, up_read, up_write
from vmlesson.kernel.mm_types import MADE_WITH_IT

NAMES = "abcd"
Instruction = tuple[Any, ...]
Code = list[list[Instruction]]

variable = st.sampled_from([0, 0, 1, 1, 2])
lock = st.integers(0, 1)
small = st.integers(0, 2)
variables = st.lists(st.integers(0, 2), max_size=2)
deed = st.tuples(st.sampled_from(["add", "add", "ask", "set", "get", "free"]), st.integers(-1, 1))
deeds = st.lists(deed, min_size=1, max_size=3)
simple = st.one_of(
    st.tuples(st.just("read"), variable),
    st.tuples(st.just("write"), variable, small),
    st.tuples(st.just("compare_and_swap"), variable, st.integers(0, 1), small),
    st.tuples(st.just("fetch_add"), variable, st.just(1)),
    st.tuples(st.just("acquire"), lock),
    st.tuples(st.just("release"), lock),
    st.tuples(st.just("try_acquire"), lock),
    st.tuples(st.just("wait"), lock),
    st.tuples(st.just("wait_until"), variable, st.integers(1, 2)),
    st.tuples(st.just("expect_less"), st.integers(1, 2)),
    st.tuples(st.just("copy_plainly"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("decide"), st.integers(0, 2), variables, variables),
    st.tuples(st.just("follow"), variable, small),
    st.tuples(st.just("look"), st.integers(0, 1), st.sampled_from(["kept", "made"])),
    st.tuples(st.just("free"), st.integers(0, 1)),
    st.tuples(st.just("count"), st.integers(0, 1), deeds),
)


def bodies(instruction: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    return st.lists(instruction, max_size=most)


compound = st.one_of(
    simple,
    st.tuples(st.just("if_less"), st.integers(1, 2), bodies(simple, 2), bodies(simple, 2)),
    st.tuples(st.just("locked"), lock, bodies(simple, 2)),
    st.tuples(st.just("reading"), bodies(simple, 2)),
    st.tuples(st.just("writing"), bodies(simple, 2)),
)
counting = st.one_of(
    st.tuples(st.just("count"), st.just(0), deeds),
    st.tuples(st.just("count"), st.just(0), deeds),
    st.tuples(st.just("expect_less"), st.just(1)),
    st.tuples(st.just("free"), st.just(0)),
)
counts = st.lists(st.lists(counting, min_size=1, max_size=3), min_size=2, max_size=3)
codes = st.lists(st.lists(compound, min_size=1, max_size=4), min_size=2, max_size=3)


@atomic
def decide(shared: list[Shared[int]], by: int, then: list[int], otherwise: list[int]) -> None:
    """One step that writes to some variables or to others, by the value of one."""
    for written in then if shared[by].cell else otherwise:
        shared[written].cell = 1


class Thing(Named):
    """What can be freed, with what changes and what was made with it."""

    kept = Field[int]()
    made = Field[int](MADE_WITH_IT)
    number = atomic_t()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.kept = self.made = self.number = 0

    def __str__(self) -> str:
        return self.name


@atomic
def look(thing: Thing, attribute: str) -> int:
    value: int = getattr(thing, attribute)
    return value


@atomic
def count(thing: Thing, deeds: list[tuple[str, int]], then: Shared[int]) -> int:
    """One step that counts, and asks; it writes to a variable if the last answer is yes."""
    answer = 0
    for what, number in deeds:
        if what == "add":
            atomic_inc(thing, "number") if number > 0 else atomic_dec(thing, "number")
        elif what == "ask":
            answer = at_most(thing, "number", number)
        elif what == "set":
            thing.number = number
        elif what == "free":
            kfree(thing)
        else:
            answer = thing.number
    if answer:
        then.cell = 1
    return answer


@atomic
def follow(pointer: Shared[int], things: list[Thing], value: int) -> None:
    """One step that writes where a variable points to."""
    things[pointer.cell % len(things)].kept = value


@atomic
def free(thing: Thing) -> None:
    kfree(thing)


class Own(NamedTuple):
    """What a CPU keeps for itself: no other leads to it."""

    name: str
    seen: list[int]
    holds: list[Mutex]


class Machine:
    """The state of one execution of some code."""

    def __init__(self, code: Code) -> None:
        self.shared = [Shared(name, 0) for name in "xyz"]
        self.mutexes = [Mutex(name) for name in "MN"]
        self.things = [Thing("t"), Thing("u")]
        self.semaphore = rw_semaphore("S")
        self.code = code

    async def body(self, cpu: Own, instructions: list[Instruction]) -> None:
        for instruction in instructions:
            await self.one(cpu, *instruction)

    async def one(self, cpu: Own, what: str, *rest: Any) -> None:
        name, seen, holds = cpu
        if what == "if_less":
            await self.body(cpu, rest[1] if seen[-1] < rest[0] else rest[2])
        elif what == "expect_less":
            assert seen[-1] < rest[0], f"{name} saw {seen[-1]}"
        elif what == "copy_plainly":  # in the step before: its footprint hangs on what it finds
            if self.shared[rest[0]].cell > 0:
                self.shared[rest[1]].cell += 1
        elif what == "decide":
            await decide(self.shared, *rest)
        elif what == "follow":
            await follow(self.shared[rest[0]], self.things, rest[1])
        elif what == "look":
            seen.append(await look(self.things[rest[0]], rest[1]))
        elif what == "count":
            seen.append(await count(self.things[rest[0]], rest[1], self.shared[1]))
        elif what == "free":
            await free(self.things[rest[0]])
        elif what == "locked":
            mutex = self.mutexes[rest[0]]
            await mutex.acquire()
            await self.body(cpu, rest[1])
            await mutex.release()
        elif what == "reading":
            await down_read(self.semaphore)
            await self.body(cpu, rest[0])
            await up_read(self.semaphore)
        elif what == "writing":
            await down_write(self.semaphore)
            await self.body(cpu, rest[0])
            await up_write(self.semaphore)
        elif what == "acquire":
            await self.mutexes[rest[0]].acquire()
            holds.append(self.mutexes[rest[0]])
        elif what == "release":
            if self.mutexes[rest[0]] in holds:
                holds.remove(self.mutexes[rest[0]])
                await self.mutexes[rest[0]].release()
        elif what == "try_acquire":
            got = await self.mutexes[rest[0]].try_acquire()
            if got:
                holds.append(self.mutexes[rest[0]])
            seen.append(got)
        elif what == "wait":
            await self.mutexes[rest[0]].wait()
        elif what == "wait_until":
            seen.append(await self.shared[rest[0]].wait_until(lambda value: value >= rest[1]))
        else:
            got = await getattr(self.shared[rest[0]], what)(*rest[1:])
            if got is not None:
                seen.append(got)

    def outcome(self, cpus: list[Own]) -> Any:
        return tuple(one.value for one in self.shared), tuple(tuple(cpu.seen) for cpu in cpus)


def below_two(x: Shared[int]) -> None:
    assert x.value < 2, f"x is {x.value}"


def program_of(code: Code, outcomes: set[Any] | None = None) -> Callable[[], Any]:
    """The program of some code; the outcomes of its executions are added to `outcomes`.

    Without, its promise sees nothing but a Shared, so that CPUs which have ended alike are merged.
    """

    def program() -> Any:
        machine = Machine(code)
        own = [Own(NAMES[i], [0], []) for i in range(len(code))]

        def promise() -> None:
            outcomes.add(machine.outcome(own))
            below_two(machine.shared[0])

        cpus = {cpu.name: machine.body(cpu, body) for cpu, body in zip(own, code, strict=True)}
        return cpus, partial(below_two, machine.shared[0]) if outcomes is None else promise

    return program
