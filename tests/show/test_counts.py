"""How many schedules and classes there are, as a program grows: in a figure, a table, in words."""

from __future__ import annotations

from typing import Any

import pytest

from vmlesson import show
from vmlesson.errors import UserError
from vmlesson.explore import Shared, explore
from vmlesson.show.look import LOST


def increments(steps: int) -> Any:
    def program() -> Any:
        x = Shared("x", 0)

        async def add() -> None:
            for _ in range(steps):
                await x.fetch_add(1)

        return {"a": add(), "b": add()}, None

    return program


def test_every_count_is_in_the_table_and_what_is_not_0_in_the_figure() -> None:
    growth = show.growth({steps: explore(increments(steps)) for steps in (2, 1)}, "steps")
    assert growth.table.rows == [["1", "2", "0", "2", "0"], ["2", "6", "0", "6", "0"]]
    assert growth.text.endswith("steps 1: 2 schedules, 2 classes\nsteps 2: 6 schedules, 6 classes")
    (axes,) = growth.figure.axes
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert drawn["schedules"] == drawn["classes"] == [2, 6]
    assert drawn["failing classes"] == []
    lost = {line.get_label() for line in axes.lines if line.get_color() == LOST}
    assert lost == {"failing schedules", "failing classes"}


def test_a_number_that_is_not_known_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlesson.explore.result.COUNTABLE", 2)
    growth = show.growth({3: explore(increments(3))}, "steps")
    assert growth.table.rows == [["3", "not counted", "not counted", "20", "0"]]
    assert growth.svg().startswith("<svg")


def test_nothing_is_not_drawn() -> None:
    with pytest.raises(UserError, match="nothing to draw"):
        show.growth({})
    with pytest.raises(UserError, match="growth takes results of explore, by the size"):
        show.growth({1: 6})
