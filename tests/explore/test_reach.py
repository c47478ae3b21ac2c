"""Whether, and how soon, a failure can still be reached, held against all interleavings."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from brute_force import interleavings
from hypothesis import assume, given, settings
from random_programs import NAMES, Code, codes, program_of

from benchmarks.abstract import merge_order
from vmlesson.errors import UserError
from vmlesson.explore import Outlook, Reach, ScheduleError, Shared, explore, replay
from vmlesson.scenarios import scenarios


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(codes)
def test_the_outlook_from_every_prefix(code: Code) -> None:
    runs = interleavings(program_of(code), 100)
    assume(runs is not None)
    assert runs is not None
    shortest: dict[Any, int | None] = {}
    escapes = set()
    for run in runs:
        schedule = [NAMES[cpu] for cpu in run.schedule]
        for length in range(len(schedule) + 1):
            prefix = tuple(schedule[:length])
            known = shortest.setdefault(prefix, None)
            left = len(schedule) - length
            if not run.failed:
                escapes.add(prefix)
            elif known is None or left < known:
                shortest[prefix] = left
    reach = Reach(program_of(code))
    for prefix, length in shortest.items():
        outlook = reach.outlook(prefix)
        assert outlook.losing == (length is not None)
        assert outlook.inevitable == (prefix not in escapes)
        if length is not None:
            assert len(outlook.continuation) == length
            assert replay(program_of(code), [*prefix, *outlook.continuation]).finding is not None


def test_the_abstract_model() -> None:
    reach = Reach(merge_order(2, 1, fixed=False))
    outlook = reach.outlook([])
    assert outlook.losing
    assert replay(merge_order(2, 1, fixed=False), outlook.continuation).finding is not None
    moved_first = ["mover"] * len([0 for name in outlook.continuation if name == "mover"])
    assert reach.outlook(moved_first) == Outlook(False)


def test_whoever_goes_on_a_shortest_way_goes_on_as_long_as_he_can() -> None:
    scenario = next(iter(scenarios("merge-order").values()))
    reach, way = Reach(scenario, release="v3.2"), list[str]()
    while more := reach.outlook(way).continuation:
        way.append(more[0])
    assert [cpu for cpu, _ in groupby(way)] == ["migration", "mremap", "migration", "mremap"]


def test_a_question_gives_no_name_again() -> None:
    """What was made between two questions keeps the names that it has for itself."""
    reach = Reach(merge_order(1, 1, fixed=True))
    between = Shared("between", 0)
    reach.outlook(["mover"])
    assert Shared("afterwards", 0).key > between.key


def test_what_is_run_before_the_first_question_changes_no_answer() -> None:
    """All executions of a program share its kernel: one that waits is not there afterwards."""
    (scenario, *_) = scenarios("mprotect-border").values()
    program = scenario.program("v3.3")
    reach = Reach(program)
    alone = replay(program, "mprotect 7", allow_prefix=True).schedule
    assert reach.outlook([]) == Reach(program).outlook([])
    assert reach.outlook(alone) == Outlook(losing=False)


def test_too_large_is_not_known() -> None:
    assert Reach(merge_order(4, 2, fixed=True), nodes=50).outlook([]) == Outlook(None)


@pytest.mark.parametrize("nodes", ["x", 0, 1.5])
def test_a_limit_that_is_no_number_of_states(nodes: Any) -> None:
    with pytest.raises(UserError, match=r"nodes is .*; it must be a whole number, 1 or more"):
        Reach(merge_order(1, 1, fixed=True), nodes=nodes)


def test_nothing_to_lose() -> None:
    assert Reach(merge_order(2, 1, fixed=True)).outlook([]) == Outlook(False)
    assert explore(merge_order(2, 1, fixed=True)).verdict == "holds"


def test_a_prefix_that_does_not_fit() -> None:
    with pytest.raises(ScheduleError, match="step 1: there is no CPU 'nobody'"):
        Reach(merge_order(1, 1, fixed=True)).outlook(["nobody"])


def test_the_map_of_two_independent_steps_and_two_that_conflict() -> None:
    """A lost update: both read (one state, whatever the order), then both write.

    There are two ends, x is 1 and x is 2: how they came there is told no longer.
    """
    result = explore(lost_update)
    graph = result.graph
    assert graph is not None
    assert (result.interleavings, result.failing_interleavings) == (6, 4)
    assert [state.depth for state in graph.states] == [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4]
    ends = [state for state in graph.states if state.end]
    assert sorted(state.fate for state in ends) == ["lost", "safe"]
    assert graph.states[0].fate == "can"
    assert {move.operation for move in graph.moves if move.source == 0} == {"read(x)"}
    for number, state in enumerate(graph.states):
        exits = [graph.states[move.target] for move in graph.moves if move.source == number]
        assert state.end == (not exits)
        assert state.end or state.interleavings == sum(each.interleavings for each in exits)


def test_what_has_too_many_states_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlesson.explore.result.COUNTABLE", 10)
    result = explore(lost_update)
    assert (result.interleavings, result.failing_interleavings, result.graph) == (None, None, None)


def lost_update() -> Any:
    x = Shared("x", 0)

    async def add() -> None:
        await x.write(await x.read() + 1)

    def promise() -> None:
        assert x.value == 2, f"x is {x.value}"

    return {"a": add(), "b": add()}, promise
