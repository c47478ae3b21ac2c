"""docs/differences.md says what is true, of the model and of the kernel that runs here."""

from pathlib import Path
from typing import NamedTuple

import pytest
from outcomes import outcome
from pair import Bench, Difference
from public_cases import PUBLIC

from vmlesson.kernel import Kernel
from vmlesson.live import Machine

DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"
OF_3_X = ("v3.0", "v3.1", "v3.2", "v3.3")


class Row(NamedTuple):
    rule: str
    script: str
    before: str
    today: str


def rows() -> list[Row]:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "`A." in line]
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    if any(len(each) != 5 for each in cells):
        raise ValueError("a | in a cell")
    return [Row(*each[:4]) for each in cells]


def test_the_public_cases_are_as_many_as_it_says() -> None:
    assert f" {len(PUBLIC)} cases of public tests" in DOCUMENT.read_text(encoding="utf-8")


each_row = pytest.mark.parametrize("row", rows(), ids=[row.script for row in rows()])


@each_row
def test_the_models_do_as_the_table_says(row: Row) -> None:
    assert row.before != row.today
    for release in OF_3_X:
        assert outcome(row.script, Kernel(release).spawn("A")) == row.before
    assert outcome(row.script, Kernel("running").spawn("A")) == row.today


@each_row
def test_so_does_this_kernel(row: Row, machine: Machine) -> None:
    bench = Bench(machine)
    try:
        assert outcome(row.script, bench.spawn("A")) == row.today
    finally:
        bench.close()


@each_row
def test_the_comparison_finds_each_difference(row: Row, machine: Machine) -> None:
    bench = Bench(machine, "v3.3")
    try:
        with pytest.raises(Difference):
            outcome(row.script, bench.spawn("A"))
    finally:
        bench.close()


def test_each_rule_is_there() -> None:
    assert {row.rule for row in rows()} == {"D1", "D2", "D3", "D4"}
