"""Processes that judge: one that is killed loses no learner, here and on a cluster."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from submissions import REFERENCE, moveto_tail

from vmlesson.cli import main
from vmlesson.errors import UserError
from vmlesson.grade import classroom
from vmlesson.grade.classroom import executors, grade_all, grade_one, processes
from vmlesson.grade.collect import Task, collect
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.submission import Submission

EXERCISE = find_exercise("moveto_tail")
ANSWERS = {
    "right": moveto_tail("right", REFERENCE).source,
    "wrong": moveto_tail("wrong", "pass").source,
    "syntax": "(",
}
OUTCOMES = {"right": "passed", "wrong": "failed", "syntax": "error"}


def a_class(place: Path, each: int) -> list[Task]:
    place.mkdir()
    for name, source in ANSWERS.items():
        for number in range(each):
            (place / f"{name}{number}.py").write_text(f"# {number}\n{source}")
    return collect(EXERCISE, [place])


def judged(tasks: list[Task], pool: Any, jobs: int, after: Any = None) -> list[tuple[str, str]]:
    """Who was judged, and what came of it, in the order in which it came."""
    found: list[tuple[str, str]] = []

    def done(task: Task, row: dict[str, Any]) -> None:
        found.append((task.learner, row["outcome"]))
        if after is not None:
            after(len(found))

    grade_all(EXERCISE, tasks, pool, jobs, 60.0, done)
    return found


def expected(each: int) -> list[tuple[str, str]]:
    return sorted((f"{name}{n}", OUTCOMES[name]) for name in ANSWERS for n in range(each))


def test_plain_data_goes_in_and_comes_out() -> None:
    row = grade_one("moveto_tail", Submission("a.py", [("a.py", ANSWERS["wrong"])]), 60.0)
    assert json.loads(json.dumps(row)) == row
    assert row["outcome"] == "failed"


def test_threads_of_one_process_do_not_meet(tmp_path: Path) -> None:
    @contextmanager
    def threads() -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(4) as executor:
            yield executor

    assert sorted(judged(a_class(tmp_path / "in", 3), threads, 4)) == expected(3)


@pytest.mark.slow
def test_a_killed_worker_loses_nobody(tmp_path: Path) -> None:
    def kill_one(count: int) -> None:
        if count == 3:
            import multiprocessing

            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    found = judged(a_class(tmp_path / "in", 4), processes(2), 2, kill_one)
    assert sorted(found) == expected(4)


def test_whoever_kills_two_judges_is_unfinished_and_the_class_goes_on(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(classroom, "grade_one", judge_that_dies)
    found = judged(a_class(tmp_path / "in", 2), processes(2), 2)
    outcomes = dict(OUTCOMES, wrong="unfinished")
    assert sorted(found) == sorted(
        (f"{name}{n}", outcomes[name]) for name in ANSWERS for n in (0, 1)
    )


def judge_that_dies(name: str, submission: Submission, seconds: float, draw: Any = None) -> Any:
    if "wrong" in submission.name:
        os._exit(1)
    return grade_one(name, submission, seconds, draw)


def computes_for_ever(*_: object) -> None:
    while True:
        pass


def test_a_judge_that_takes_too_long_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(classroom, "PATIENCE", 0.3)
    monkeypatch.setattr(classroom, "judge", computes_for_ever)
    row = grade_one("moveto_tail", Submission("a.py", [("a.py", "x = 1")]), 0.0)
    assert row["outcome"] == "unfinished"
    assert "the judge took too long" in row["sentence"]


def test_an_error_of_the_judge_is_unfinished(monkeypatch) -> None:
    monkeypatch.setattr(classroom, "judge", lambda *_: 1 / 0)
    row = grade_one("moveto_tail", Submission("a.py", [("a.py", "x = 1")]), 0.0)
    assert (row["outcome"], row["points"]) == ("unfinished", 0)
    assert "the judge ended with ZeroDivisionError" in row["sentence"]


def test_a_page_that_cannot_be_made_costs_no_verdict(monkeypatch) -> None:
    monkeypatch.setattr(classroom, "feedback", lambda *_: 1 / 0)
    row = grade_one("moveto_tail", Submission("a.py", [("a.py", ANSWERS["syntax"])]), 60.0)
    assert (row["outcome"], row["body"]) == ("error", "")
    assert "the page could not be made: ZeroDivisionError" in row["text"]


# ----------------------------------------------------------------------------------------- cluster


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler of dask's, and its two workers: processes of their own."""
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    work = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "2",
            "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]  # fmt: skip
    commands = [[*dask, "--port", str(port), "--no-dashboard"], work, work]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    running = [subprocess.Popen(command, **quiet) for command in commands]
    try:
        wait_for_workers(address, 2)
        yield address, running[1:]
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(30)


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_in_the_middle_loses_nobody(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = scheduler
    tasks = a_class(tmp_path / "in", 6)
    alone = sorted(judged(tasks, processes(1), 1))
    with executors(1, address) as (pool, count):
        found = judged(tasks, pool, count, lambda n: n == 8 and workers[0].kill())
    assert count == 2
    assert workers[0].wait(30) == -signal.SIGKILL
    assert sorted(found) == alone == expected(6)


@pytest.mark.slow
def test_a_worker_of_another_version_or_without_walls_is_refused(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch, capsys
) -> None:
    address, _ = scheduler
    place = tmp_path / "in"
    a_class(place, 1)
    command = ["grade", "moveto_tail", str(place), "--on", address]
    monkeypatch.setattr(classroom, "judged_by", lambda: "0.0+another")
    assert main(command) == 2
    assert "this machine has 0.0+another: install the same on both" in capsys.readouterr().err
    monkeypatch.undo()

    class Client:
        def run(self, _: Any) -> dict[str, Any]:
            return {"tcp://a": {"judge": classroom.judged_by(), "lacking": ["no Landlock"]}}

    with pytest.raises(UserError, match="on the worker tcp://a no Landlock"):
        classroom.refuse_unfit(address, Client())


def test_where_no_scheduler_is_nothing_is_written(tmp_path: Path, monkeypatch, capsys) -> None:
    pytest.importorskip("distributed")
    a_class(tmp_path / "in", 1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(classroom, "CONNECTING", 1)
    out = tmp_path / "out"
    command = ["grade", "moveto_tail", str(tmp_path / "in"), "--report", str(out)]
    assert main([*command, "--on", f"tcp://127.0.0.1:{port}"]) == 2
    said = capsys.readouterr().err
    assert "there is no dask scheduler" in said
    assert said.count("\n") == 1
    assert not out.exists()
    for address in ("nonsense://", "nonsense", "host:port"):
        assert main([*command, "--on", address]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert threading.active_count() < 10
