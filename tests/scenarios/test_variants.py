"""The scenarios tell wrong implementations from right ones, each where the facts say so."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from vmlesson.explore import Result, explore
from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Scenario, sys_mremap
from vmlesson.scenarios import CATALOGUE, FAR, Entry, Form, Stage, address, find, scenarios

sys.path.insert(0, str(Path(__file__).parent))
from variants import RIGHT, WRONG, Variant

LARGE = ("two-movers", "third-process")
SAYS_WHAT = re.compile(
    r"is lost|\.[ch]\b|is held at return|unlocks|is held by|never written|is on |is broken"
)
"""Words of which a message has one: what became of a page, a lock, a list, or the kernel's file."""
SMALL = [entry.number for name, entry in CATALOGUE.items() if entry.number and name not in LARGE]


def fails_and_retries(stage: Stage) -> None:
    """S20: N goes back to D, which stands first; the second table cannot be had; and once more."""
    task = stage.kernel.spawn("T")
    stage.map(task, -2, 3)
    stage.move(task, -1, 2, FAR)
    stage.kernel.fail_allocation("page table", 1)
    size, flags = 2 * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED

    async def twice() -> int:
        for _ in range(2):
            result = await sys_mremap(task, address(FAR), size, size, flags, address(-1))
        return result

    stage.race("mremap", twice, address(-1))
    stage.candidates = [(task, FAR)]
    stage.moves = [(task, FAR, 2, -1)]


RETRY = Entry(
    name="retry",
    number="S20",
    sentence="The range does not get home at the first try, and at once does at the second.",
    forms=lambda pages: {"": Form(fails_and_retries, ptes_per_table=4)},
    pages=1,
    walkers=1,
)


@pytest.fixture(autouse=True)
def _with_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUE, "retry", RETRY)


def forms(number: str) -> dict[str, Scenario[Stage]]:
    return scenarios(number)


def outcome(variant: Variant, number: str, first_failure: bool = False) -> Result:
    total = Result()
    for name, scenario in forms(number).items():
        result = explore(
            scenario,
            release=variant.release,
            patches=variant.functions,
            first_failure=first_failure,
        )
        total += result.in_form(name)
        if first_failure and total.failing:
            break
    assert total.complete or total.failing
    return total


def cases(variants: dict[str, Variant], attribute: str) -> list[tuple[str, str]]:
    return [(name, where) for name, v in variants.items() for where in getattr(v, attribute)]


@pytest.mark.parametrize(("name", "number"), cases(WRONG, "caught"))
def test_a_wrong_implementation_is_caught(name: str, number: str) -> None:
    result = outcome(WRONG[name], number, first_failure=True)
    assert result.verdict == "fails", f"{WRONG[name].what}: {result}"
    for failure in result.failures:
        assert SAYS_WHAT.search(failure.message), failure.message


@pytest.mark.parametrize(("name", "number"), cases(WRONG, "passes"))
def test_a_wrong_implementation_passes_where_nothing_can_tell(name: str, number: str) -> None:
    result = outcome(WRONG[name], number)
    assert result.verdict == "holds", f"{WRONG[name].what}: {result}"


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_implementation_holds(name: str) -> None:
    for number in [*SMALL, "S20"]:
        result = outcome(RIGHT[name], number)
        assert result.verdict == "holds", f"{RIGHT[name].what} in {number}: {result}"


@pytest.mark.slow
@pytest.mark.parametrize("number", ["S13", "S14"])
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_implementation_holds_where_others_act(name: str, number: str) -> None:
    result = outcome(RIGHT[name], number)
    assert result.verdict == "holds", f"{RIGHT[name].what}: {result}"


def test_moving_all_vmas_in_address_order_is_wrong_only_above() -> None:
    for form, scenario in forms("S1").items():
        result = explore(scenario, patches=WRONG["W50"].functions)
        assert (result.verdict == "fails") == form.startswith("above"), form


def test_a_call_after_the_first_batch_needs_a_page_in_that_batch() -> None:
    for scenario in forms("S1").values():
        assert explore(scenario, patches=WRONG["W28"].functions).verdict == "fails"


def test_the_scenarios_that_suffice_do() -> None:
    """The facts name a sufficient set: each wrong implementation fails in one of it."""
    sufficient = "S0 S1 S2 S3 S4 S6 S7 S9 S10 S12 S13 S14 S16 S17 S18"
    for variant in WRONG.values():
        if variant.name in ("W43", "W46", "W46a"):  # need S19 or S20
            continue
        assert set(variant.caught) & set(sufficient.split()), variant.name


def test_names_of_scenarios_are_those_of_the_catalogue() -> None:
    for variant in (*WRONG.values(), *RIGHT.values()):
        for number in (*variant.caught, *variant.passes):
            assert find(number)
