"""show.cost: the numbers, and their figure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from drawn import SVG

import vmlesson.show as show
from vmlesson.errors import UserError
from vmlesson.show.plots import REMEDIES, Plot, measure

NOTHING, BATCH, WHOLE, TAIL = REMEDIES


@pytest.fixture(scope="module")
def plot() -> Plot:
    return show.cost(pages=(1, 2, 66), children=(0, 1), generations=(0, 1))


def test_without_a_remedy_pages_and_children_cost_nothing() -> None:
    alone = measure(NOTHING)
    assert alone.taken == 1
    for many in (measure(NOTHING, pages=130), measure(NOTHING, children=3)):
        assert (many.taken, many.held, many.longest) == (alone.taken, alone.held, alone.longest)


def test_moveto_tail_takes_the_lock_once_more_whatever_the_number_of_pages() -> None:
    for pages in (1, 2, 130):
        nothing, tail = measure(NOTHING, pages=pages), measure(TAIL, pages=pages)
        assert tail.taken == nothing.taken + 1
        assert tail.held - nothing.held == measure(TAIL).held - measure(NOTHING).held
    # For each list, two steps: out of it, and in again.
    for generations in (0, 1, 3):
        nothing, tail = (measure(remedy, generations=generations) for remedy in (NOTHING, TAIL))
        assert tail.held - nothing.held == 2 * (generations + 1) + 1


def test_a_lock_around_the_whole_move_is_held_for_every_page() -> None:
    one, many = measure(WHOLE, pages=1), measure(WHOLE, pages=65)
    assert one.taken == many.taken == measure(NOTHING).taken + 1
    assert many.longest - one.longest >= 2 * 64
    assert many.held - one.held == many.longest - one.longest


def test_a_lock_around_each_batch_is_taken_for_each_and_never_held_longer() -> None:
    few, many = measure(BATCH, pages=64), measure(BATCH, pages=256)
    assert few.taken == measure(NOTHING).taken + 1
    assert many.taken == measure(NOTHING).taken + 4
    assert many.longest == few.longest < measure(WHOLE, pages=256).longest


@pytest.mark.parametrize("back", [True, False])
def test_batches_end_where_both_tables_end(back: bool) -> None:
    """Of 1,024 pages 511 are in one table, 512 in the next, one in the last; a batch has 64."""
    moved = measure(BATCH, pages=1024, back=back).taken - measure(NOTHING, back=back).taken
    assert moved == 8 + 8 + 1


def test_what_is_held_is_no_more_than_there_are_steps(plot: Plot) -> None:
    assert {row.remedy for row in plot.rows} == set(REMEDIES)
    for row in plot.rows:
        assert 0 < row.longest <= row.held < row.steps
        assert row.taken >= 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"remedy": "prayer"}, "unknown remedy 'prayer'; there are nothing"),
        ({"pages": 0}, "pages is 0; it must be a whole number, from 1 to 4096"),
        ({"pages": 4097}, "pages is 4097"),
        ({"children": -1}, "children is -1; it must be a whole number, 0 or more"),
        ({"generations": -1}, "generations is -1"),
    ],
)
def test_what_cannot_be_measured(options: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        measure(**{"remedy": NOTHING, **options})  # type: ignore[arg-type]


def test_nothing_to_measure() -> None:
    for options in ({"remedies": ()}, {"pages": (), "children": (), "generations": ()}):
        with pytest.raises(UserError, match="nothing to measure"):
            show.cost(**options)  # type: ignore[arg-type]


def test_lines_differ_in_marker_and_style(plot: Plot) -> None:
    axes = plot.figure.axes[0]
    lines = axes.get_lines()
    assert [line.get_label() for line in lines] == list(REMEDIES)
    assert len({line.get_marker() for line in lines}) == 4
    assert len({line.get_linestyle() for line in lines}) == 4
    assert len({line.get_color() for line in lines}) == 4


def test_the_lines_are_the_numbers(plot: Plot) -> None:
    above, pages = plot.figure.axes[0], (1, 2, 66)
    line = next(line for line in above.get_lines() if line.get_label() == WHOLE)
    held = [measure(WHOLE, pages=count).held for count in pages]
    assert list(zip(*line.get_data(), strict=True)) == list(zip(pages, held, strict=True))
    assert len(plot.figure.axes) == 6
    assert len(show.cost(pages=(1, 2), children=(), generations=()).figure.axes) == 2


def test_text_is_text_large_enough_and_themed(plot: Plot) -> None:
    svg = ET.fromstring(plot.svg())
    texts = {text.text for text in svg.iter(f"{SVG}text")}
    assert {"number of pages", "times taken", *REMEDIES} <= texts
    for text in svg.iter(f"{SVG}text"):
        size = re.search(r"([\d.]+)px", text.get("style", ""))
        assert size is not None
        assert float(size[1]) * 96 / 72 >= 18
    assert "fill: #111111" in plot.svg()
    assert '[style*="fill: #111111"]' in plot.svg()


def test_title_description_and_table(plot: Plot) -> None:
    bundle = plot._repr_mimebundle_()
    svg = ET.fromstring(bundle["image/svg+xml"])
    description = svg.find(f"{SVG}desc")
    assert description is not None
    assert description.text == plot.description
    for remedy in REMEDIES:
        assert remedy in plot.description
    assert bundle["text/html"].count('<th scope="row"') == len(plot.rows)
    assert f"{TAIL}: from" in plot.text
    flat = show.cost(pages=(1, 2), children=(), generations=(), remedies=[TAIL])
    assert f"{TAIL}: {measure(TAIL).held} steps held in every case." in flat.text


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_save(plot: Plot, suffix: str, start: bytes, tmp_path: Path) -> None:
    path = plot.save(tmp_path / f"cost.{suffix}")
    assert path.read_bytes().startswith(start)
    with pytest.raises(UserError, match="exists"):
        plot.save(path)
    with pytest.raises(UserError, match=r"must end in one of \.svg, \.png, \.pdf"):
        plot.save(tmp_path / "cost.dot")


def test_the_same_numbers_give_the_same_file(plot: Plot) -> None:
    for format in ("svg", "pdf"):
        assert plot.draw(format) == plot.draw(format)
