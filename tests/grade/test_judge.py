"""What one submission leaves behind for the next: nothing but what was proved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from submissions import REFERENCE, RIGHT, moveto_tail

from vmlesson.explore import Result
from vmlesson.grade import checks, process
from vmlesson.grade import judge as judging
from vmlesson.grade.alone import moved_to_tail
from vmlesson.grade.answer import Subject
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.process import Child
from vmlesson.grade.submission import Submission
from vmlesson.grade.verdict import Verdict

EXERCISE = find_exercise("moveto_tail")
UNLOCKED = (
    "for avc in dst.anon_vma_chain:\n    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)"
)


def judged(file: str, source: str) -> Verdict:
    return judge(EXERCISE, Submission(file, [(file, source)]), seconds=60.0)


def loaded(source: str, other: bool = False) -> Child:
    submission = Submission("answer.py", [("answer.py", source)])
    return Child(find_exercise("break_it"), submission, 20.0, other)


def test_what_is_known_from_another_answer_is_shown_with_this_ones_lines(monkeypatch) -> None:
    monkeypatch.setattr(judging, "PROVED", {})
    source = moveto_tail("", UNLOCKED).source
    judged("ada.py", source)
    assert judging.PROVED
    report = judged("bob.py", f"# one line more\n{source}")
    assert report.finding is not None
    places = {
        (place.file, place.line)
        for step in report.finding.trace.steps
        for view in step.cpus.values()
        for place in view.stack
        if not place.file.startswith("vmlesson/")
    }
    assert {file for file, _ in places} == {"bob.py"}
    assert {line for _, line in places} <= {6, 7}


@pytest.mark.parametrize("body", [UNLOCKED, f"print(7)\n{UNLOCKED}", "pass"])
def test_what_is_known_is_told_as_if_it_had_been_tried(monkeypatch, body: str) -> None:
    monkeypatch.setattr(judging, "PROVED", {})
    source = moveto_tail("", body).source
    first, second = (judged("ada.py", f"{above}{source}").to_dict() for above in ("", "# more\n"))
    assert len([check for check in second["checks"] if check["counterexample"]]) > 1
    assert first | {"seconds": 0} == second | {"seconds": 0}


def test_an_answer_is_told_nothing_of_one_that_ended_half_way(monkeypatch) -> None:
    monkeypatch.setattr(judging, "PROVED", {})
    assert judged("ada.py", moveto_tail("", "raise ValueError").source).outcome == "failed"
    report = judged("bob.py", moveto_tail("", "pass").source)
    assert "must be the last, the list of" in report.sentence


def test_a_line_that_is_told_is_one_s_own(monkeypatch) -> None:
    monkeypatch.setattr(judging, "PROVED", {})
    source = moveto_tail("", "BUG_ON(True)").source
    alone = judged("bob.py", f"# one line more\n{source}").to_dict()
    judging.PROVED.clear()
    judged("ada.py", source)
    after = judged("bob.py", f"# one line more\n{source}").to_dict()
    assert "line " in alone["sentence"]
    assert after | {"seconds": 0} == alone | {"seconds": 0}


def test_what_is_known_is_not_tried_again(monkeypatch) -> None:
    monkeypatch.setattr(judging, "PROVED", {})
    source = moveto_tail("", REFERENCE).source
    first = judged("ada.py", source)

    def explore(*_: object, **__: object) -> None:
        raise AssertionError("tried again")

    monkeypatch.setattr("vmlesson.grade.checks.explore", explore)
    second = judged("bob.py", source)
    assert (second.outcome, second.sentence) == (first.outcome, first.sentence)


def test_a_child_is_born_with_nothing_of_the_one_before() -> None:
    dirty = """
import builtins, random, sys
builtins.left = sys.left = 1
random.seed(1)
sys.modules["vmlesson.kernel"].list_del = None
answer = random.random()
"""
    clean = """
import builtins, random, sys
from vmlesson.kernel import list_del
answer = [hasattr(builtins, "left"), hasattr(sys, "left"), list_del is None]
"""
    first = loaded(dirty)
    try:
        second = loaded(clean)
        try:
            assert second.about["value"] == {"l": [False, False, False]}
        finally:
            second.kill()
    finally:
        first.kill()


def test_the_other_nursery_has_another_order_of_sets() -> None:
    # Of 50 strings in a set: that two seeds agree on the order is not to be expected.
    source = "answer = list({str(number) for number in range(50)})"
    orders = []
    for other in (False, True):
        child = loaded(source, other)
        orders.append(child.about["value"])
        child.kill()
    assert orders[0] != orders[1]


def test_a_nursery_that_has_ended_is_replaced() -> None:
    loaded("answer = 1").kill()
    nursery = process.NURSERIES[False]
    nursery.process.kill()
    nursery.process.wait()
    child = loaded("answer = 2")
    assert child.about["value"] == 2
    child.kill()


def test_whoever_kills_its_keeper_is_told_so() -> None:
    child = loaded("answer = 1")
    os.kill(child.keeper, signal.SIGKILL)
    os.kill(child.pid, signal.SIGKILL)
    try:
        with pytest.raises(process.Ended, match="it ended the process that kept it") as caught:
            child.ask({"call": [], "replies": []})
        assert caught.value.blame
    finally:
        child.kill()


def test_no_keeper_and_no_directory_is_left(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    child = loaded("answer = 1")
    child.kill()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child.keeper, 0)


@pytest.mark.slow
def test_right_answers_pass_on_a_busy_machine() -> None:
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
    try:
        reports = [judged(f"{answer.name}.py", answer.source) for answer in RIGHT[:4]]
    finally:
        for burner in busy:
            burner.kill()
            burner.wait()
    assert [report.outcome for report in reports] == ["passed"] * 4


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="what Linux offers")
def test_a_child_holds_its_two_pipes_and_nothing_of_the_nursery() -> None:
    first, second = loaded("answer = 1"), loaded("answer = 2")
    try:
        for child in (first, second):
            folder = f"/proc/{child.pid}/fd"
            held = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
            pipes = {os.readlink(f"/proc/self/fd/{end}") for end in (child.speak, child.listen)}
            assert {one for one in held if one != os.devnull} == pipes
    finally:
        first.kill()
        second.kill()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is judged here")
def test_a_child_never_holds_what_its_keeper_says_how_it_ended(tmp_path: Path) -> None:
    """Not even where no list says what is open."""
    code = """import fcntl, os, socket, sys
space = {"__name__": "nursery"}
exec(open(sys.argv[1]).read().replace("/dev/fd", "/nowhere"), space)
judge, ours = socket.socketpair()
(heard, _), (told, sink), (status, end) = os.pipe(), os.pipe(), os.pipe()
place = os.fstat(status).st_ino
socket.send_fds(judge, [b"9"], [heard, sink, end])
os.close(end)
def writes(number):
    try:
        flags = fcntl.fcntl(number, fcntl.F_GETFL)
    except OSError:
        return False
    return os.fstat(number).st_ino == place and flags & os.O_ACCMODE == os.O_WRONLY
if not os.fork():
    judge.close()
    own = space["births"](ours, sys.argv[2])[1]
    os.write(own, b"held" if any(map(writes, range(100))) else b"free")
    os._exit(0)
print(os.read(told, 9).decode())
"""
    nursery = Path(process.__file__).with_name("nursery.py")
    said = subprocess.check_output([sys.executable, "-c", code, nursery, tmp_path], text=True)
    assert said == "free\n"


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="what Linux and macOS offer")
def test_nor_what_a_library_has_open_above_a_limit_that_was_lowered() -> None:
    code = """import os, sys
space = {"__name__": "nursery"}
exec(open(sys.argv[1]).read(), space)
heard, sink = os.pipe()
near, far = os.dup(heard), os.dup2(heard, 200)
space["resource"].setrlimit(space["resource"].RLIMIT_NOFILE, (100, 100))
space["close_all_but"](heard, sink)
for each in (0, 1, 2, heard, sink):
    os.fstat(each)
for each in (near, far):
    try:
        os.fstat(each)
    except OSError:
        print("closed")
"""
    nursery = Path(process.__file__).with_name("nursery.py")
    said = subprocess.check_output([sys.executable, "-c", code, nursery], text=True)
    assert said.split() == ["closed", "closed"]


@pytest.mark.parametrize(
    ("body", "searched"),
    [
        (REFERENCE, False),
        ("pass", True),
        ("list_del(dst.anon_vma.head)", True),
        ("done.append(dst)\nif len(done) > 1:\n    raise ValueError\n" + REFERENCE, True),
    ],
)
def test_where_one_cpu_does_all_and_well_nothing_is_searched(
    body: str, searched: bool, monkeypatch
) -> None:
    asked = []
    monkeypatch.setattr(checks, "explore", lambda *_, **__: asked.append(1) or Result())
    source = moveto_tail("", body, before="done = []\n").source
    space: dict[str, Any] = {}
    exec(source, space)
    subject = Subject(EXERCISE, space[EXERCISE.asked])
    result = checks.explored(subject, next(iter(moved_to_tail())), "").result
    assert bool(asked) == searched
    assert searched or (result.executions, result.complete, result.failures) == (1, True, [])
