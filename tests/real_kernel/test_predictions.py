"""What the model says of the layouts, and the numbers of the document."""

import re
from pathlib import Path

import pytest

from real_kernel import predict
from real_kernel.course import as_trace, log_of, recorded
from real_kernel.document import short_table
from real_kernel.layouts import ORDER, RETREAT, layouts
from real_kernel.rows import HEAD, Row
from real_kernel.side_by_side import SideBySide
from real_kernel.turns import comparable
from vmlesson.explore import explore, replay

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "real-kernel.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| (\S+) \| `(.*)`" + r" \| (\d+)" * 6 + r" \|")


@pytest.mark.parametrize("name", layouts())
def test_the_gates_tell_enough_apart(name: str) -> None:
    """The explorer finds a failing schedule where an order of turns loses, and only there."""
    calls = layouts()[name]
    for cure in (True, False):
        lost = any(race.lost for race in predict.races(calls, cure))
        assert predict.verdict(calls, cure) == ("fails" if lost else "holds")
        assert not (cure and lost)


def test_the_document_says_what_the_model_says() -> None:
    said = {name: (calls, [*map(int, counts)]) for name, calls, *counts in ROW.findall(DOCUMENT)}
    for name, calls in layouts().items():
        counts = []
        for cure in (True, False):
            races = predict.races(calls, cure)
            losing = sum(race.lost for race in races)
            counts += [len(races), losing, losing]
        assert said.pop(name) == (calls, counts)
    assert not said
    assert recorded("measured").strip() in DOCUMENT


def test_what_is_recorded_is_tables_which_no_page_breaks_in_the_middle_of_a_word() -> None:
    lines = [line for line in recorded("measured").splitlines() if line]
    assert all(line.startswith("| ") or len(line) < 120 for line in lines)
    short = short_table([HEAD, Row("order", "off", "mwwmm", "1 of 1", "1 of 1", "swapops.h:557!")])
    assert lines[1:3] == short[:2]
    assert short[2] == "| order | off | mwwmm | 1 of 1 | 1 of 1 | swapops.h:557! |"


@pytest.mark.parametrize("calls", [ORDER, RETREAT])
def test_no_counterexample_is_smaller(calls: str) -> None:
    """Of all schedules none loses a page with fewer preemptions than that of the recorded log."""
    program, race = predict.program(calls, False), predict.losing(calls)
    trace, (failure,) = replay(program, race.schedule), explore(program).failures
    assert trace.preemptions == failure.preemptions
    assert trace.finding == (failure.kind, failure.message)


@pytest.mark.parametrize(("name", "calls"), [("order", ORDER), ("way-back", RETREAT)])
@pytest.mark.parametrize("cure", [True, False])
def test_the_recorded_log_is_the_models(name: str, calls: str, cure: bool) -> None:
    """The smallest counterexample, with the cure and without: the same lines on both."""
    order = predict.losing(calls).order
    race = predict.race(calls, order, cure)
    log = log_of(recorded("linux-6.1"), name, cure)
    assert len(log) > len(race.lines) >= 9
    assert comparable(log) == race.lines
    assert race.lost != cure
    trace = as_trace(log, race, predict.program(calls, cure))
    assert len(trace.steps) == len(log)
    for step, line in zip(trace.steps, log, strict=True):
        assert line.endswith(step.operation.removeprefix("looks at "))
        assert (step.cpu == "migration") == ("walker: " in line)
    table = SideBySide(log, race, predict.program(calls, cure))
    assert [line for line, _ in table.rows] == [line.strip() for line in log]
    assert sum(len(steps) for _, steps in table.rows) >= len(race.schedule) - race.log[1][1]


def test_another_log_is_refused() -> None:
    race = predict.race(ORDER, predict.losing(ORDER).order, False)
    log = log_of(recorded("linux-6.1"), "order", True)
    with pytest.raises(ValueError, match="differ"):
        as_trace(log, race, predict.program(ORDER, False))
