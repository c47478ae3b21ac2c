"""A picture that is drawn anew whenever a choice is turned."""

from __future__ import annotations

from typing import Any

import pytest

from vmlesson import show
from vmlesson.errors import UserError


def turn(pages: int = 4, batch: int = 1) -> Any:
    return show.cost(pages=(1, pages), children=2, generations=0, batch=batch)


def test_what_is_turned_is_drawn_anew() -> None:
    knobs = show.Knobs(turn, pages=(4, 8), batch=(1, 2))
    assert {(row.pages, row.children) for row in knobs.result.rows} == {(1, 2), (4, 2)}
    taken = {(row.remedy, row.pages): row.taken for row in knobs.result.rows}
    pages, batch = knobs.kwargs_widgets
    pages.value, batch.value = 8, 2
    now = {(row.remedy, row.pages): row.taken for row in knobs.result.rows}
    assert (taken["lock around each batch", 4], now["lock around each batch", 8]) == (5, 5)
    assert now["lock around the whole move", 8] == 2


def test_on_paper_it_is_the_picture() -> None:
    bundle = show.Knobs(turn, pages=(4, 8), batch=(1, 2))._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "<svg" in data["text/html"]
    assert data["text/plain"] == turn().text
    assert "application/vnd.jupyter.widget-view+json" in data


def test_what_are_no_values_is_told_so() -> None:
    with pytest.raises(UserError, match="pages takes its values, such as"):
        show.Knobs(turn, pages=4)


@pytest.mark.parametrize("values", [(), (5, 6)])
def test_a_choice_that_it_cannot_begin_with_is_refused(values: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match=r"pages must begin with one of \["):
        show.Knobs(turn, pages=values, batch=(1,))
