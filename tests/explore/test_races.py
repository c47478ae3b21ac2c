"""Data races: two conflicting steps that could both be next; they change no verdict."""

from __future__ import annotations

from typing import Any

from vmlesson.explore import Mutex, Shared, explore
from vmlesson.kernel.locks import down_read, down_write, rw_semaphore, up_read, up_write


def racing(write: Any, read: Any) -> list[str]:
    """The warnings for a program with a CPU that writes x and one that reads it."""

    def program() -> Any:
        x, m, s = Shared("x", 0), Mutex("m"), rw_semaphore("s")
        return {"a": write(x, m, s), "b": read(x, m, s)}, None

    result = explore(program)
    assert result.verdict == "holds"
    return [str(warning) for warning in result.warnings]


async def write_plainly(x: Any, m: Any, s: Any) -> None:
    await x.write(1)


async def read_plainly(x: Any, m: Any, s: Any) -> None:
    await x.read()


async def write_locked(x: Any, m: Any, s: Any) -> None:
    await m.acquire()
    await x.write(1)
    await m.release()


async def read_locked(x: Any, m: Any, s: Any) -> None:
    await m.acquire()
    await x.read()
    await m.release()


async def write_shared(x: Any, m: Any, s: Any) -> None:
    await down_read(s)
    await x.write(1)
    await up_read(s)


async def write_exclusive(x: Any, m: Any, s: Any) -> None:
    await down_write(s)
    await x.write(1)
    await up_write(s)


async def read_shared(x: Any, m: Any, s: Any) -> None:
    await down_read(s)
    await x.read()
    await up_read(s)


def test_a_warning_names_the_object_and_both_functions_once() -> None:
    assert racing(write_plainly, read_locked) == [
        "data race: x is read in read_locked and written in write_plainly, "
        "and no lock orders the two"
    ]


def test_locks_order() -> None:
    assert not racing(write_locked, read_locked)
    assert not racing(write_exclusive, read_shared)


def test_two_readers_of_a_semaphore_are_not_ordered() -> None:
    assert racing(write_shared, read_shared)


def test_different_locks_do_not_order() -> None:
    assert racing(write_locked, read_shared)


def test_what_can_never_be_next_at_once_is_no_race() -> None:
    """The try-lock fails only after the other's acquire, and that comes after its write."""

    async def write_before_locking(x: Any, m: Any, s: Any) -> None:
        await x.write(1)
        await m.acquire()
        await m.release()

    async def read_unless_free(x: Any, m: Any, s: Any) -> None:
        if await m.try_acquire():
            await m.release()
        else:
            await x.read()

    assert not racing(write_before_locking, read_unless_free)


def test_a_value_that_is_waited_for_orders() -> None:
    async def publish(x: Any, m: Any, s: Any) -> None:
        await x.write(1)
        await m.release()

    async def start_and_publish(x: Any, m: Any, s: Any) -> None:
        await m.acquire()
        await publish(x, m, s)

    async def read_when_set(x: Any, m: Any, s: Any) -> None:
        await x.wait_until(bool)
        await x.read()

    assert not racing(start_and_publish, read_when_set)
