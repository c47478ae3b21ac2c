"""A schedule is executed again exactly, and every step is told."""

from __future__ import annotations

import gc
import json
import re
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vmlesson.errors import UserError
from vmlesson.explore import Failure, Mutex, ScheduleError, Shared, explore, replay
from vmlesson.explore.races import Warning
from vmlesson.kernel import unmap_and_move
from vmlesson.kernel.atomic import BOOT
from vmlesson.replay.execution import driving
from vmlesson.replay.labels import third_person
from vmlesson.replay.table import as_html, as_text, effects, endings


def program() -> Any:
    x, m = Shared("x", 0), Mutex("<m>")

    async def increment() -> None:
        value = await x.read()
        await x.write(value + 1)

    async def locked() -> None:
        await m.acquire()
        await increment()
        await m.release()

    def promise() -> None:
        if x.value != 2:
            raise AssertionError("an increment is lost")

    return {"a": locked(), "b": increment()}, promise


LOST = ["a", "a", "b", "b", "a", "a"]


def test_what_a_new_field_held_is_told_without_an_address() -> None:
    """A trace is the same each time, and so are the pages that are made of it."""

    def makes() -> Any:
        x = Shared("x", 0)

        async def a() -> None:
            await x.read()
            Shared("y", 1)

        return {"a": a()}, None

    assert replay(makes).steps[0].writes == {"y": ("None", "1")}


def test_every_step_is_told() -> None:
    made = BOOT.made
    trace = replay(program, LOST)
    assert made == BOOT.made
    assert trace.complete
    assert trace.finding == ("promise", "an increment is lost")
    assert trace.schedule == LOST
    assert trace.preemptions == 1
    take, read, other_read, other_write, write, drop = trace.steps
    assert (take.operation, take.taken, take.dropped) == ("acquire(<m>)", ("<m>",), ())
    assert (read.operation, read.reads, read.writes) == ("read(x)", {"x": "0"}, {})
    assert other_read.preemption
    assert not other_write.preemption
    assert (write.operation, write.writes) == ("write(x, 1)", {"x": ("1", "1")})
    assert drop.dropped == ("<m>",)


def test_what_was_made_outside_of_the_program_has_its_name() -> None:
    x = Shared("x", 5)

    async def looks() -> None:
        await x.read()

    assert replay(lambda: ({"a": looks()}, None)).steps[0].reads == {"x": "5"}


def test_where_no_kernel_runs_its_functions_do_not() -> None:
    async def asks() -> None:
        await unmap_and_move(None)  # type: ignore[arg-type]

    says = "NotDriven: unmap_and_move is a kernel function, and no kernel runs here"
    assert replay(lambda: ({"a": asks()}, None)).finding == ("exception", says)


def test_what_is_raised_where_nobody_catches_it_is_said_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Dropped:
        def __del__(self) -> None:
            raise ValueError("on its way out")

    async def drops() -> None:
        Dropped()

    said: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: said.append(str(what.exc_value)))
    replay(lambda: ({"a": drops()}, None), [])
    assert said == ["on its way out"]


def test_a_stack_names_functions_and_lines() -> None:
    outer, inner = replay(program, LOST).steps[1].stack
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert (outer.function, inner.function) == ("locked", "increment")
    assert Path(inner.file) == Path(__file__)
    assert lines[inner.line - 1].strip() == "value = await x.read()"
    assert lines[outer.line - 1].strip() == "await increment()"


def test_what_the_others_are_about_to_do() -> None:
    def two() -> Any:
        m = Mutex("m")

        async def both() -> None:
            await m.acquire()
            await m.release()

        return {"a": both(), "b": both()}, None

    trace = replay(two, ["a", "a", "b", "b"])
    assert (trace.start["a"].next, trace.start["a"].waits) == ("acquire(m)", "")
    view = trace.steps[0].cpus
    assert (view["a"].next, view["a"].held) == ("release(m)", ("m",))
    assert (view["b"].next, view["b"].waits) == ("acquire(m)", "m is held by a")
    assert trace.steps[1].cpus["a"].next == ""


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (["a", "c"], "step 2: there is no CPU 'c'; there are a, b"),
        (
            "a b a b",
            "no CPU 'a b a b'; there are a, b; put a comma between two, as in \"a 2, b 1\"",
        ),
        ({"schedule": "a 2, b 9"}, "step 5: CPU 'b' has ended"),
        ("[" * 100_000, "not JSON"),
        (["b", "b", "b"], "step 3: CPU 'b' has ended"),
        (["a"], "ends after step 1, but CPU 'a' can go on"),
        ("a 2, b 999999", "step 5: CPU 'b' has ended"),
        ("a 2, b 9999999999", "the schedule has 'b 9999999999'; a number of steps has at most 6"),
        ("[1", "not JSON"),
        ("[1]", "a schedule is a list of CPUs' names"),
        ({"kind": "promise"}, "a schedule is a list of CPUs' names"),
        (7, "a schedule is a list of CPUs' names"),
    ],
)
def test_a_schedule_that_does_not_fit(schedule: Any, message: str) -> None:
    with pytest.raises(ScheduleError, match=message) as caught:
        replay(program, schedule)
    assert isinstance(caught.value, ValueError)


def test_a_cpu_that_waits_cannot_go() -> None:
    def twice() -> Any:
        m = Mutex("m")

        async def take() -> None:
            await m.acquire()

        return {"a": take(), "b": take()}, None

    with pytest.raises(
        ScheduleError, match=r"step 2: CPU 'b' cannot do acquire\(m\): m is held by a"
    ):
        replay(twice, ["a", "b"])


def test_a_schedule_in_words_and_without_one() -> None:
    assert replay(program, "a 2, b", allow_prefix=True).schedule == ["a", "a", "b"]
    assert replay(program).schedule == ["a"] * 4 + ["b"] * 2


def test_the_first_step_of_a_kind() -> None:
    trace = replay(program)
    assert trace.first("read") is trace.steps[1]
    assert trace.first("write", "b") is trace.steps[5]
    with pytest.raises(UserError, match=r"no step of b is acquire\(…\)"):
        trace.first("acquire", "b")
    with pytest.raises(UserError, match=r"no step of this run is list_del\(…\)"):
        trace.first("list_del")


def test_a_prefix() -> None:
    trace = replay(program, ["a"], allow_prefix=True)
    assert not trace.complete
    assert trace.finding is None


def test_from_json_and_back() -> None:
    (failure,) = explore(program).failures
    plain = json.loads(failure.to_json())
    assert set(plain) == {"kind", "message", "schedule", "preemptions"}
    for schedule in (failure, plain, failure.to_json(), list(failure.schedule)):
        assert replay(program, schedule) == failure.trace()
    assert json.loads(json.dumps(failure.trace().to_dict()))["complete"] is True


def test_the_table_has_a_row_a_step_and_a_column_a_cpu() -> None:
    head, rule, *rows = as_text(replay(program, LOST)).splitlines()
    assert head.split() == ["a", "b"]
    assert set(rule) <= {" ", "-"}
    column = head.index("b")
    assert [bool(row[column:].strip()) for row in rows[:6]] == [name == "b" for name in LOST]
    assert rows[2].startswith("3!")
    assert "x: 0 → 1" in rows[3]
    assert rows[-1] == "promise: an increment is lost"


def test_a_row_names_the_locks_that_its_operation_does_not() -> None:
    take = replay(program, LOST).steps[0]
    assert effects(take) == []
    assert effects(replace(take, taken=("n",), dropped=("k",))) == ["takes n", "drops k"]


def test_below_the_table_stands_who_waits_when_another_has_failed() -> None:
    def program() -> Any:
        m = Mutex("m")

        async def fails() -> None:
            await m.acquire()
            raise ValueError("no")

        async def waits() -> None:
            await m.acquire()

        return {"a": fails(), "b": waits()}, None

    trace = replay(program)
    assert endings(trace) == ["b waits: m is held by a", "exception: ValueError: no"]
    assert as_text(trace).splitlines()[-2:] == endings(trace)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("try to take it", "tries to take it"),
        ("stay", "stays"),
        ("pass over it", "passes over it"),
        ("push", "pushes"),
        ("catch it", "catches it"),
        ("go on", "goes on"),
        ("wait", "waits"),
    ],
)
def test_what_one_does(phrase: str, said: str) -> None:
    assert third_person(phrase) == said


def test_the_table_of_a_notebook_is_escaped() -> None:
    page = as_html(replay(program, LOST))
    assert page.count("<tr>") == 7
    assert "&lt;m&gt;" in page
    assert "<m>" not in page
    assert page.count("preemption") == 1
    rows = [re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row) for row in page.split("<tr>")[2:]]
    assert [bool(row[1]) for row in rows] == [name == "a" for name in LOST]
    assert [bool(row[2]) for row in rows] == [name == "b" for name in LOST]


def test_a_result_prints_its_sentence_and_the_best_schedule() -> None:
    result = explore(program)
    sentence, _, table = str(result).partition("\n\n")
    assert sentence == result.sentence
    assert sentence.startswith(f"fails: {result.failing} of {result.executions} classes")
    assert sentence.endswith("break the promise; the search was complete")
    assert table == as_text(result.failures[0].trace())
    assert result.sentence in result._repr_html_()


def test_one_class_that_fails_does_so_in_the_singular() -> None:
    async def fails() -> None:
        raise ValueError

    result = explore(lambda: ({"a": fails()}, None))
    says = "fails: 1 of 1 class of interleavings raises an exception; the search was complete"
    assert result.sentence == says


def test_two_forms_add_up() -> None:
    one, two = explore(program).in_form("above"), explore(program).in_form("below")
    both = one + two
    assert one.graph is not None
    assert both.graph is not None
    states, moves = len(one.graph.states), len(one.graph.moves)
    assert (both.graph.states, both.graph.moves[:moves]) == (one.graph.states * 2, one.graph.moves)
    for here, there in zip(one.graph.moves, both.graph.moves[moves:], strict=True):
        assert (there.source, there.target) == (here.source + states, here.target + states)
    assert both.executions == 2 * one.executions
    assert both.failing == 2 * one.failing
    assert both.interleavings == 2 * (one.interleavings or 0)
    assert (both.steps, both.seconds) == (one.steps + two.steps, one.seconds + two.seconds)
    (failure,) = both.failures
    assert failure.to_dict()["form"] == "above"
    assert isinstance(failure, Failure)
    begun = replace(two, complete=False, stopped="early", warnings=[Warning("cost", "dear")])
    for result in (one + begun, begun + one):
        assert (result.complete, result.stopped) == (False, "early")
        assert {*map(str, result.warnings)} == {*map(str, one.warnings), "cost: dear"}


def test_without_a_schedule_nobody_is_left_who_can_go_on() -> None:
    def program() -> Any:
        flag = Shared("flag", False)

        async def waits() -> None:
            await flag.wait_until(bool)

        async def sets() -> None:
            await flag.write(True)
            await flag.read()

        return {"waits": waits(), "sets": sets()}, None

    assert replay(program).schedule == ["sets", "sets", "waits"]


@pytest.mark.parametrize("usual", [(700, 10, 10), (0, 10, 10)])
def test_python_looks_seldom_for_cycles_only_while_a_program_runs(
    usual: tuple[int, int, int],
) -> None:
    before = gc.get_threshold()
    gc.set_threshold(*usual)
    try:
        with suppress(KeyboardInterrupt), driving(), driving():
            assert (gc.get_threshold()[0] > 10_000) == bool(usual[0])
            raise KeyboardInterrupt
        assert gc.get_threshold() == usual
    finally:
        gc.set_threshold(*before)
