"""The map of all that can happen: each state once, each step a line down, each fate in a word."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from drawn import boxes, parts

from vmlesson import show
from vmlesson.errors import UserError
from vmlesson.explore import Result, Shared, explore
from vmlesson.scenarios import explore_scenario


def increments(cpus: str, steps: int = 1) -> Any:
    """CPUs that load and store without a lock."""

    def program() -> Any:
        x = Shared("x", 0)

        async def add() -> None:
            for _ in range(steps):
                value = await x.read()
                await x.write(value + 1)

        def promise() -> None:
            assert x.value == len(cpus) * steps

        return {name: add() for name in cpus}, promise

    return program


def lines(source: str) -> list[list[float]]:
    """The heights of the points of each step's line; y grows upwards in DOT."""
    steps = re.findall(r'"state \d+" -> "state \d+" \[[^\]]*?pos="([^"]+)"', source)
    return [[float(point.partition(",")[2]) for point in step.split()] for step in steps]


@pytest.mark.parametrize(("cpus", "steps"), [("ab", 1), ("ab", 2), ("abc", 1)])
def test_each_state_is_drawn_once_and_each_step_leads_down(cpus: str, steps: int) -> None:
    result = explore(increments(cpus, steps))
    graph, drawing = result.graph, show.states(result)
    assert graph is not None
    assert parts(drawing)["state"] == {f"state {number}" for number in range(len(graph.states))}
    down = lines(drawing.source)
    assert len(down) == len(graph.moves)
    assert all(heights == sorted(heights, reverse=True) for heights in down)
    assert len({heights[0] for heights in down}) > 1


def test_a_fate_is_a_shape_and_a_word_and_an_end_says_how() -> None:
    drawing = show.states(explore(increments("ab")))
    assert "4 of 6 ways" in drawing.description
    assert drawing.source.count("label=fails") == drawing.source.count("label=holds") == 1
    fates = [row[1] for row in drawing.table.rows]
    assert fates.count("can still fail") == 3
    assert fates.count("fails, whatever comes") == drawing.source.count('class="state lost"') - 1
    assert "a: read(x) → 1; b: read(x) → 2" in drawing.text
    assert drawing.svg().startswith("<svg")


def found(cpus: str, steps: int) -> Result:
    return explore(increments(cpus, steps))


@pytest.mark.parametrize(
    "result", [found("ab", 2), found("abc", 1), found("ab", 1) + found("ab", 2)]
)
def test_no_two_states_are_drawn_over_each_other(result: Result) -> None:
    drawing = show.states(result)
    assert f"{result.failing_interleavings:,} of {result.interleavings:,} ways" in drawing.text
    drawn = [box for id, box in boxes(drawing).items() if id.startswith("state ")]
    assert len(drawn) == len(drawing.picture["states"])
    assert not any(one.overlaps(other) for one, other in combinations(drawn, 2))


def test_what_nobody_could_look_at_is_refused() -> None:
    found = explore_scenario("merge-order", "v3.2", pages=1, form="above, one batch")
    with pytest.raises(UserError, match=r"the states are 915: at most 400 can be drawn"):
        show.states(found)
