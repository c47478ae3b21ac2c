"""The experiments of chapter 12: done where they can be, told in a sentence where not."""

import os
import signal
import sys
from pathlib import Path

import pytest
from pair import Bench, Difference

from vmlesson.live import (
    RECORDED,
    LiveTask,
    Machine,
    ProcessDied,
    View,
    commit_program,
    compiled_program,
    experiments,
    huge_pages,
    play,
    storm,
)

ALL = {
    "commit": commit_program,
    "c": compiled_program,
    "storm": lambda: storm(0.5),
    "huge": huge_pages,
}


@pytest.mark.parametrize("what", ALL)
def test_not_on_linux(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    said = ALL[what]()
    assert said.startswith("Not here: this is ")
    assert RECORDED[what] in said


def test_the_program_of_the_commit(machine: Machine) -> None:
    assert "memcmp(p, p2, SIZE): ok" in commit_program()
    compiled = compiled_program()
    assert compiled.startswith("Not here") or compiled.rstrip().endswith("ok")


def test_a_storm_loses_nothing(machine: Machine) -> None:
    assert "every byte is what it was" in storm(0.5).splitlines()[0]


def test_where_compaction_is_refused_another_machine_speaks(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {
        "round_trips": 200,
        "intact": True,
        "pages": 1024,
        "frames": None,
        "migrated": 0,
        "compaction": "Permission denied",
    }
    monkeypatch.setattr(experiments, "_run", lambda *args, **kwargs: [answer])
    said = storm(1, compact=True)
    assert "The kernel does not tell us which frames they are in." in said
    assert "Compaction is refused: Permission denied." in said
    assert RECORDED["storm"] in said


def test_huge_pages_are_there_or_refused(machine: Machine) -> None:
    assert huge_pages().startswith("Asked for before the first touch:")


@pytest.mark.parametrize(
    "body", ["raise SystemExit('no')", "import os; os.kill(os.getpid(), 11)", "while True: pass"]
)
def test_a_program_that_fails_dies_or_hangs_is_told(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine
) -> None:
    program = tmp_path / "program.py"
    program.write_text(body)
    monkeypatch.setattr(experiments, "PROGRAM", program)
    monkeypatch.setattr(experiments, "MORE_SECONDS", 1)
    assert commit_program().startswith("Not here: ")


def test_a_process_that_dies_is_an_error_and_no_hang(machine: Machine) -> None:
    task = machine.spawn("A")
    os.kill(task.pid, signal.SIGKILL)
    with pytest.raises(ProcessDied, match="process A died"):
        task.mmap(4096)


def test_without_pagemap_the_rest_is_compared(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = LiveTask.look
    monkeypatch.setattr(LiveTask, "look", lambda self: View(look(self).maps, None, {}))
    bench = Bench(machine)
    try:
        play("A.mmap(0, 2); A.write(0); A.mremap(0, 1, to=5); A.read(5)", bench.spawn("A"))
        bench.pairs[0].read_all()
        monkeypatch.setattr(LiveTask, "look", lambda self: View(look(self).maps[1:], None, {}))
        with pytest.raises(Difference, match="maps of A"):
            bench.compare()
    finally:
        bench.close()
