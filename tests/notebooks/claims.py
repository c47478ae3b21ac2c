"""What stands behind the claims of chapters 00 to 05, and behind the answers to their questions.

An executed assertion about the model (`claim`), or where it is to be read (`source`).
"""

from itertools import combinations

from register import answer, claim, source

from vmlesson.explore import Mutex, Shared, explore, replay

# ---------------------------------------------------------------------------- 01 Interleavings


def increments(times: int, lock: bool = False):
    def program():
        x, mutex = Shared("x", 0), Mutex("lock")

        async def add():
            for _ in range(times):
                if lock:
                    await mutex.acquire()
                await x.write(await x.read() + 1)
                if lock:
                    await mutex.release()

        def promise():
            assert x.value == 2 * times, f"x is {x.value}"

        return {"a": add(), "b": add()}, promise

    return program


@claim("01/preemption")
def _() -> None:
    trace = replay(increments(1), ["a", "b", "a", "b"])
    assert [step.preemption for step in trace.steps] == [False, True, True, False]
    (failure,) = explore(increments(1)).failures
    assert failure.preemptions == 1


@claim("01/mixed")
def _() -> None:
    trace = replay(increments(1), ["a", "b", "a", "b"])
    assert trace.finding == ("promise", f"x is {answer('01/mixed')}")


@claim("01/how-many")
def _() -> None:
    assert answer("01/how-many") == len(list(combinations(range(4), 2)))


@claim("01/one-each")
def _() -> None:
    found = explore(increments(1))
    assert (found.executions, found.failing, found.complete) == (4, 2, True)


@claim("01/busy")
def _() -> None:
    def program():
        x = Shared("x", 0)

        async def work(name):
            own = Shared(f"{name}'s own", 0)
            for number in range(16):
                await own.write(number)
            await x.write(name)

        return {"a": work("a"), "b": work("b")}, None

    assert ("2", "34", "more than two billion")[answer("01/busy") - 1] == "2"
    assert explore(program).executions == 2


@claim("01/locked")
def _() -> None:
    found = explore(increments(1, lock=True))
    assert (found.verdict, found.executions) == ("holds", answer("01/locked"))


@claim("01/fetch-add")
def _() -> None:
    def program():
        x = Shared("x", 0)

        async def add():
            await x.fetch_add(1)

        def promise():
            assert x.value == 2

        return {"a": add(), "b": add()}, promise

    assert explore(program).verdict == "holds"


@claim("01/lock-order", "01/deadlock")
def _() -> None:
    def program():
        left, right = Mutex("left"), Mutex("right")

        async def take(first, second):
            await first.acquire()
            await second.acquire()
            await second.release()
            await first.release()

        return {"a": take(left, right), "b": take(right, left)}, None

    found = explore(program)
    assert found.failing == found.executions == 3
    assert {failure.kind for failure in found.failures} == {"deadlock", "lock-order inversion"}
    assert answer("01/deadlock") == 3


@claim("01/smallest")
def _() -> None:
    ends = {int(failure.message.split()[-1]) for failure in explore(increments(3)).failures}
    assert min(ends) == answer("01/smallest")

# -------------------------------------------------------------------------------------- the index

source("index/nobody", mail="A16")
