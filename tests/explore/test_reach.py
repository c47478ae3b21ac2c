"""Whether, and how soon, a failure can still be reached, held against all interleavings."""

from __future__ import annotations

from typing import Any

import pytest
from brute_force import interleavings
from hypothesis import assume, given, settings
from random_programs import NAMES, Code, codes, program_of

from benchmarks.abstract import merge_order
from vmlesson.explore import Outlook, Reach, ScheduleError, explore, replay


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


def test_too_large_is_not_known() -> None:
    assert Reach(merge_order(4, 2, fixed=True), nodes=50).outlook([]) == Outlook(None)


def test_nothing_to_lose() -> None:
    assert Reach(merge_order(2, 1, fixed=True)).outlook([]) == Outlook(False)
    assert explore(merge_order(2, 1, fixed=True)).verdict == "holds"


def test_a_prefix_that_does_not_fit() -> None:
    with pytest.raises(ScheduleError, match="step 1: there is no CPU 'nobody'"):
        Reach(merge_order(1, 1, fixed=True)).outlook(["nobody"])
