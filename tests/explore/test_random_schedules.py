"""Random schedules lead into classes that the search has met, and end there as it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from random_calls import race
from random_programs import Code, codes, program_of
from signatures import missed

from vmlesson.explore import Shared, explore
from vmlesson.kernel import Kernel, Scenario, kfree
from vmlesson.kernel.atomic import Field, Named, atomic
from vmlesson.scenarios import CATALOGUE, scenarios

sys.path.append(str(Path(__file__).parents[1] / "scenarios"))
from variants import RIGHT, WRONG, Variant

SMALL = [name for name, entry in CATALOGUE.items() if name not in ("two-movers", "third-process")]
SCHEDULES = 10


@pytest.mark.parametrize("release", ["v3.2", "v3.3"])
@pytest.mark.parametrize("name", SMALL)
def test_of_every_scenario(name: str, release: str) -> None:
    for form, scenario in scenarios(name).items():
        assert missed(scenario, SCHEDULES, release=release) == [], form


@pytest.mark.parametrize(
    "variant", [*WRONG.values(), *RIGHT.values()][::6], ids=lambda variant: variant.name
)
def test_of_what_learners_write(variant: Variant) -> None:
    for form, scenario in scenarios("merge-order").items():
        wrong = missed(scenario, SCHEDULES, release=variant.release, patches=variant.functions)
        assert wrong == [], form


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(codes)
def test_of_random_programs(code: Code) -> None:
    assert missed(program_of(code), SCHEDULES) == []


@pytest.mark.parametrize("release", ["v3.0", "v3.3", "v6.16"])
@pytest.mark.parametrize("seed", range(25))
def test_of_system_calls(seed: int, release: str) -> None:
    scenario = race(seed)
    result = explore(scenario, release=release, executions=100)
    assert not result.failures
    if result.complete:
        assert missed(scenario, SCHEDULES, release=release) == []


def test_a_class_that_is_missed_is_seen() -> None:
    """What is freed has an attribute outside of the footprints: this very test must notice."""

    class Thing(Named):
        kept = Field[int]()

        def __init__(self) -> None:
            super().__init__()
            self.kept = 0

        @property
        def unseen(self) -> int:
            return Thing.kept.peek(self)

    @atomic
    def change(thing: Thing) -> None:
        thing.kept = 1

    def program() -> Any:
        thing, x = Thing(), Shared("x", 0)

        async def look() -> None:
            await x.read()
            assert thing.unseen == 0, "it is changed"

        async def act() -> None:
            await change(thing)

        return {"look": look(), "change": act()}, None

    assert any("in the search is" in one for one in missed(program, 20))


@pytest.mark.parametrize("name", ["merge-order", "error-path", "fork-own", "merge-next"])
def test_the_order_in_which_cpus_are_named_changes_nothing(name: str) -> None:
    for form, scenario in scenarios(name).items():
        turned = Scenario(
            scenario.setup,
            lambda stage, cpus=scenario.cpus: dict(reversed(cpus(stage).items())),
            scenario.promise,
            **scenario.geometry,
        )
        one, other = (explore(each, release="v3.2") for each in (scenario, turned))
        assert (one.verdict, one.executions, one.failing) == (
            other.verdict,
            other.executions,
            other.failing,
        ), form
        costs = [
            {(failure.kind, failure.cost) for failure in found.failures} for found in (one, other)
        ]
        assert costs[0] == costs[1], form


def test_what_was_freed_before_changes_nothing() -> None:
    """An avc that was never linked is the first of its class to be freed in some process."""
    before = [explore(each, release="v3.2").failing for each in scenarios("merge-order").values()]
    kernel = Kernel("v3.2")
    task = kernel.spawn("T")
    start = task.mmap(4096)
    task.write(start, b"x")
    kfree(task.mm.vmas[0])
    after = [explore(each, release="v3.2").failing for each in scenarios("merge-order").values()]
    assert before == after
