"""The cases of merging, on the model of either time and on the kernel that runs here."""

import os
import signal

import pytest
from merging_cases import CASES, Case
from outcomes import acting
from pair import Bench

from vmlesson.errors import UserError
from vmlesson.kernel import Kernel
from vmlesson.live import Machine, play
from vmlesson.live.machine import ProcessDied

each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def result(script: str, release: str) -> str:
    kernel = Kernel(release)
    members = play(script, kernel.spawn("A"))
    assert not kernel.audit()
    return members[acting(script)].ranges()


@each_case
@pytest.mark.parametrize("release", ["v3.0", "v3.1", "v3.2", "v3.3"])
def test_3_x_merges_as_its_source_says(case: Case, release: str) -> None:
    assert result(case.script, release) == (case.before or case.today)


@each_case
def test_running_merges_as_measured(case: Case) -> None:
    assert result(case.script, "running") == case.today


@each_case
def test_this_kernel_does_so(case: Case, machine: Machine) -> None:
    bench = Bench(machine)
    try:
        members = play(case.script, bench.spawn("A"))
        assert members[acting(case.script)].ranges() == case.today
    finally:
        bench.close()


@each_case
def test_a_rule_is_named_where_the_times_differ(case: Case) -> None:
    assert bool(case.before) == bool(case.rule)


@pytest.mark.parametrize("call", ["fork", "look"])
def test_every_call_of_a_process_that_was_killed_says_so(machine: Machine, call: str) -> None:
    task = machine.spawn("A")
    os.kill(task.pid, signal.SIGKILL)
    with pytest.raises(ProcessDied, match="A"):
        getattr(task, call)()
    assert task.exited


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("A.mmap('1')", "'1' is neither a number of pages"),
        ("A.mmap(0, 1, 'rq')", "'rq' has q; rights are some of r, w, x"),
    ],
)
def test_a_script_that_cannot_be_meant(script: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        play(script, Kernel("today").spawn("A"))
