"""What a class hands in: names, platforms, odd files; links and what cannot be read are refused."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from submissions import REFERENCE, moveto_tail

from vmlesson.cli import main
from vmlesson.console import printable
from vmlesson.errors import UserError
from vmlesson.grade import record
from vmlesson.grade.collect import JUDGING, collect, collect_all, left_out
from vmlesson.grade.exercises import EXERCISES, find_exercise
from vmlesson.grade.learners import own_name
from vmlesson.grade.submission import LARGEST, kind, read
from vmlesson.grade.verdict import Verdict

ROOT = Path(__file__).parents[2]
EXERCISE = find_exercise("moveto_tail")
RIGHT = moveto_tail("right", REFERENCE).source
WRONG = moveto_tail("wrong", "pass").source


def hand_in(directory: Path, answers: dict[str, str]) -> Path:
    for name, source in answers.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return directory


def graded(capsys, *arguments: object) -> dict[str, dict]:
    main(["grade", *map(str, arguments), "--json"])
    return {row["learner"]: row for row in json.loads(capsys.readouterr().out)}


# ---------------------------------------------------------------------------------------- refused


def test_a_link_is_refused_by_name_and_what_it_leads_to_is_not_read(tmp_path: Path, capsys) -> None:
    secret = hand_in(tmp_path, {"secret.py": "SECRET", "elsewhere/moveto_tail.py": RIGHT})
    place = hand_in(tmp_path / "in", {"bob/moveto_tail/moveto_tail.py": "syntax error ("})
    for who in ("ada", "eve", "joe"):
        (place / who / "moveto_tail").mkdir(parents=True)
    (place / "ada/moveto_tail/moveto_tail.py").symlink_to(secret / "elsewhere/moveto_tail.py")
    (place / "eve/moveto_tail/moveto_tail.py").symlink_to(secret / "secret.py")
    (place / "joe/moveto_tail/inside").symlink_to(secret / "elsewhere")
    (place / "zoe").symlink_to(secret / "elsewhere")
    for places in [place], sorted(place.iterdir()):
        rows = graded(capsys, "moveto_tail", *places)
        assert set(rows) == {"ada", "bob", "eve", "joe", "zoe"}
        for who in ("ada", "eve", "zoe"):
            assert (rows[who]["outcome"], rows[who]["points"]) == ("error", 0)
            assert "is a link, and links are not followed" in rows[who]["sentence"]
        assert rows["joe"]["outcome"] == "error"
        assert "SECRET" not in json.dumps(rows)


def test_two_names_of_one_file_are_two_learners(tmp_path: Path) -> None:
    place = hand_in(tmp_path, {"ada/moveto_tail/a.py": "x"})
    (place / "bob/moveto_tail").mkdir(parents=True)
    os.link(place / "ada/moveto_tail/a.py", place / "bob/moveto_tail/a.py")
    assert len({task.key for task in collect(EXERCISE, [place])}) == 2
    assert len(collect(EXERCISE, [place / "ada/moveto_tail/a.py"] * 2)) == 1


def test_a_huge_sparse_file_is_read_as_far_as_it_may_be(tmp_path: Path, capsys) -> None:
    place = hand_in(tmp_path / "in", {"bob/moveto_tail/a.py": "syntax error ("})
    (place / "ada/moveto_tail").mkdir(parents=True)
    with (place / "ada/moveto_tail/a.py").open("wb") as file:
        file.truncate(1 << 36)
    rows = graded(capsys, "moveto_tail", place)
    assert f"over {LARGEST >> 20} MB" in rows["ada"]["sentence"]
    assert rows["bob"]["outcome"] == "error"


@pytest.mark.parametrize("letter", ["a", "ß", "漢", "😀", "'", "\x1b", "\n"])
def test_however_long_a_name_is_everybody_gets_a_report(letter: str, tmp_path: Path) -> None:
    long = letter * (250 // len(os.fsencode(letter)))
    place = hand_in(tmp_path / "in", {f"{long}/moveto_tail/a.py": "(", "bob/moveto_tail/a.py": "("})
    out = tmp_path / "out"
    assert main(["grade", "moveto_tail", str(place), "--report", str(out)]) == 2
    with (out / "moveto_tail.csv").open(newline="", encoding="utf-8") as file:
        names = {row["student_id"].lstrip("'") for row in csv.DictReader(file)}
    assert names == {"bob", printable(long).lstrip("'")}
    assert len(list((out / "feedback").iterdir())) == 2
    assert (out / "moveto_tail.html").exists()


def test_what_is_deeper_than_a_path_may_be_ends_nothing(tmp_path: Path, capsys) -> None:
    place = hand_in(tmp_path / "in", {"bob/moveto_tail/a.py": "("})
    here = place / "ada/moveto_tail"
    here.mkdir(parents=True)
    at = os.open(here, os.O_RDONLY)
    for _ in range(2100):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    try:
        rows = graded(capsys, "moveto_tail", place)
    finally:
        subprocess.run(["rm", "-rf", str(here)], check=True)
    assert rows["bob"]["outcome"] == "error"
    assert rows["ada"]["outcome"] == "unfinished"
    assert "cannot be read by you: File name too long" in rows["ada"]["sentence"]


def test_what_the_instructor_cannot_read_is_no_fault_of_the_learners(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    place = hand_in(tmp_path, {f"{who}/moveto_tail/a.py": "(" for who in ("ada", "bob", "eve")})
    scandir, opened = os.scandir, os.open

    def refuse_directory(path):
        if str(path).endswith("ada/moveto_tail"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    def refuse_file(path, *rest, **more):
        if str(path).endswith("eve/moveto_tail/a.py"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "scandir", refuse_directory)
    monkeypatch.setattr(os, "open", refuse_file)
    rows = graded(capsys, "moveto_tail", place)
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "ada": "unfinished", "bob": "error", "eve": "unfinished"
    }  # fmt: skip
    assert rows["ada"]["sentence"] == "moveto_tail cannot be read by you: Permission denied"
    assert rows["eve"]["sentence"] == "a.py cannot be read by you: Permission denied"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert "it is not a file" in read(tmp_path / "a.py").error


def test_a_pipe_in_a_directory_is_refused_by_name(tmp_path: Path, capsys) -> None:
    place = hand_in(tmp_path / "in", {"ada/moveto_tail/a.py": "("})
    (place / "bob/moveto_tail").mkdir(parents=True)
    os.mkfifo(place / "bob/moveto_tail/a.py")
    rows = graded(capsys, "moveto_tail", place)
    assert rows["bob"]["sentence"] == "a.py cannot be read by you: it is not a file"


# ------------------------------------------------------------------------------------- whose it is

PLATFORMS = {
    "canvas": (
        [
            "lovelaceada_4711_815_moveto_tail.ipynb",
            "obrienzoë_LATE_42_816_moveto_tail-1.ipynb",
            "obrienzoë_LATE_42_816_rmap_walk.ipynb",
        ],
        {"lovelaceada": "4711", "obrienzoë": "42"},
    ),
    "moodle": (
        ["Ada Lovelace_17_assignsubmission_file_/moveto_tail.ipynb",
         "Zoë O'Brien_18_assignsubmission_file_moveto_tail.ipynb"],
        {"Ada Lovelace_17": "17", "Zoë O'Brien_18": "18"},
    ),
    "gradescope": (
        ["submission_7/moveto_tail.ipynb", "submission_8/moveto_tail.py"],
        {"Ada Lovelace": "ada@x.org", "Zoë, Bob": "4"},
    ),
    "github": (
        ["moveto-tail-ada/moveto_tail.ipynb", "moveto-tail-bob-2/answer/moveto_tail.ipynb",
         "moveto-tail-bob-2/answer/helper.py", "moveto-tail-bob-2/README.md"],
        {"ada": "", "bob-2": ""},
    ),
}  # fmt: skip
LISTED = """
submission_7:
  :submitters:
  - :name: Ada Lovelace
    :sid: '3'
    :email: ada@x.org
submission_8:
  :submitters:
  - :name: Zoë
    :sid: '4'
  - :name: Bob
"""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_names_come_from_what_platforms_give_to_download(platform: str, tmp_path: Path) -> None:
    files, whose = PLATFORMS[platform]
    place = hand_in(tmp_path / "moveto-tail-submissions", dict.fromkeys(files, "x"))
    if platform == "gradescope":
        hand_in(place, {"submission_metadata.yml": LISTED})
    tasks = collect(EXERCISE, [place])
    assert {task.learner: task.number for task in tasks} == whose
    assert {task.platform for task in tasks} == {platform}


def test_a_clone_without_a_notebook_has_a_row(tmp_path: Path, capsys) -> None:
    place = hand_in(tmp_path / "in", {"moveto-tail-ada/a.py": "(", "moveto-tail-bob/README.md": ""})
    (place / "lectures").mkdir()
    rows = graded(capsys, "moveto_tail", place)
    assert {name: row["sentence"] for name, row in rows.items() if name != "ada"} == {
        "bob": "no notebook was handed in"
    }


def test_the_points_are_written_as_the_platform_imports_them(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    for platform in ("canvas", "moodle", "gradescope"):
        place = hand_in(tmp_path / platform, dict.fromkeys(PLATFORMS[platform][0], "x"))
        if platform == "gradescope":
            hand_in(place, {"submission_metadata.yml": LISTED})
        main(["grade", "moveto_tail", str(place), "--report", str(out)])
    found = {file.name.split(".")[1]: file.read_text(encoding="utf-8").splitlines()
             for file in out.glob("moveto_tail.*.csv")}  # fmt: skip
    assert found["canvas"] == [
        "Student,ID,SIS User ID,SIS Login ID,Section,moveto_tail",
        "    Points Possible,,,,,12",
        "lovelaceada,4711,,,,0",
        "obrienzoë,42,,,,0",
    ]
    assert found["moodle"][1:] == ["Participant 17,Ada Lovelace,0,12",
                                   "Participant 18,Zoë O'Brien,0,12"]  # fmt: skip
    assert found["gradescope"][1:] == ["Ada Lovelace,ada@x.org,0,12", '"Zoë, Bob",4,0,12']


@pytest.mark.parametrize(
    "text", ["", "x", "submission_7:", "submission_7: {':submitters': []}", "{"]
)
def test_a_list_of_gradescopes_that_is_none_is_named(text: str, tmp_path: Path) -> None:
    place = hand_in(tmp_path, {"submission_7/a.py": "x", "submission_metadata.yml": text})
    with pytest.raises(UserError, match=r"submission_metadata\.yml is not a list of Gradescope's"):
        collect(EXERCISE, [place])


@pytest.mark.parametrize(
    ("name", "found"),
    [("A.IPYNB", ".ipynb"), ("a.ipynb.txt", ".ipynb"), ("a.ipynb.json", ".ipynb"), ("A.Py", ".py"),
     ("a.py.txt", ".py"), ("a.txt", ""), ("a.json", ""), ("py", "")],
)  # fmt: skip
def test_a_kind_of_file_is_known_however_it_is_written(name: str, found: str) -> None:
    assert kind(name) == found


@pytest.mark.parametrize(
    "name",
    ["moveto_tail.ipynb", "MOVETO_TAIL.IPYNB", "moveto_tail (1).ipynb", "moveto_tail-2.ipynb.txt",
     "a_LATE_1_2_moveto_tail.py", "A B_1_assignsubmission_file_moveto_tail.ipynb"],
)  # fmt: skip
def test_what_a_learner_called_it(name: str) -> None:
    assert own_name(name) == "moveto_tail"


def test_a_helper_beside_the_notebook_is_no_second_answer(tmp_path: Path) -> None:
    files = ["ada/moveto_tail/moveto_tail.ipynb", "ada/moveto_tail/helper.py",
             "ada/moveto_tail/autograde.py", "bob/moveto_tail/Untitled.ipynb",
             "bob/moveto_tail/helper.py", "eve/moveto_tail/MOVETO_TAIL.IPYNB",
             "joe/moveto_tail/moveto_tail.ipynb.txt"]  # fmt: skip
    place = hand_in(tmp_path, dict.fromkeys(files, "x"))
    tasks = {task.learner: task for task in collect(EXERCISE, [place])}
    assert len(tasks) == 4
    assert tasks["ada"].path.name == "moveto_tail.ipynb"
    assert set(tasks["ada"].beside) == {"helper.py", "autograde.py"}
    assert tasks["bob"].path.name == "Untitled.ipynb"
    assert any("helper.py" in note for note in tasks["bob"].submission().notes)


def test_files_of_nbgraders_own_hide_nothing(tmp_path: Path) -> None:
    files = ["timestamp.txt", "submission_secret.txt", "answer.zip"]
    place = hand_in(tmp_path, {f"ada/moveto_tail/{name}": "" for name in files})
    (only,) = left_out([EXERCISE], [place])
    assert only.endswith("answer.zip (neither .py nor .ipynb)")


# ------------------------------------------------------------------------------- a year of reports


def test_of_all_exercises_one_that_nobody_handed_in_is_left_out(tmp_path: Path) -> None:
    place = hand_in(tmp_path, {"Ada_17_assignsubmission_file_/moveto_tail.ipynb": "x",
                               "Bob_18_assignsubmission_file_/moveto_tail.zip": "x"})  # fmt: skip
    ((exercise, tasks),) = collect_all(list(EXERCISES.values()), [place]).items()
    assert (exercise, [task.learner for task in tasks]) == (EXERCISE, ["Ada_17", "Bob_18"])


def test_all_exercises_at_once(tmp_path: Path, capsys) -> None:
    answers = {"ada/moveto_tail/moveto_tail.py": WRONG,
               "ada/count_the_calls/answer.py": "answer = 1",
               "bob/moveto_tail/my own.py": RIGHT, "notes.py": "of no exercise"}  # fmt: skip
    place, out = hand_in(tmp_path / "in", answers), tmp_path / "out"
    assert main(["grade", "all", str(place), "--report", str(out), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert {(row["learner"], row["exercise"], row["outcome"]) for row in rows} == {
        ("ada", "moveto_tail", "failed"), ("bob", "moveto_tail", "passed"),
        ("ada", "count_the_calls", "failed"), ("bob", "count_the_calls", "error"),
    }  # fmt: skip
    lines = (out / "all.csv").read_text().splitlines()
    points = {row["student_id"]: row for row in csv.DictReader(lines)}
    assert (points["bob"]["moveto_tail"], points["bob"]["sum"]) == ("12", "12")
    assert set(collect_all(list(EXERCISES.values()), [place])) == {
        EXERCISE, find_exercise("count_the_calls")
    }  # fmt: skip


def test_another_version_judges_anew_and_says_what_changed(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    place = hand_in(tmp_path / "in", {"ada.py": "(", "bob.py": WRONG})
    command = ["grade", "moveto_tail", str(place), "--report", str(tmp_path / "out")]
    main(command)
    capsys.readouterr()
    main(command)
    assert "2 judged before" in capsys.readouterr().out
    monkeypatch.setattr("vmlesson.grade.collect.judged_by", lambda: "later")
    path = tmp_path / "out" / "moveto_tail.jsonl"
    text = path.read_text(encoding="utf-8").replace('"outcome": "error"', '"outcome": "passed"')
    path.write_text(text, encoding="utf-8")
    main(command)
    out = capsys.readouterr().out
    assert "judged before" not in out
    change = "ada: error, 0 points; before: passed, 0 points"
    assert f"changed since the last report: {change}" in out
    assert "bob:" not in out.partition("changed since")[2]
    assert change in (tmp_path / "out" / "moveto_tail.html").read_text(encoding="utf-8")
    main([*command, "--again"])
    out = capsys.readouterr().out
    assert "judged before" not in out
    assert "changed since" not in out


def test_an_anonymous_report_names_nobody(tmp_path: Path) -> None:
    place = hand_in(tmp_path / "in", {"zoë/moveto_tail/zoë.py": "(", "bob/moveto_tail/b.py": WRONG})
    out = tmp_path / "out"
    main(["grade", "moveto_tail", str(place), "--report", str(out), "--anonymous"])
    texts = [file.read_text(encoding="utf-8") + file.name
             for file in out.rglob("*.*") if file.name != "names.json"]  # fmt: skip
    assert not re.search("zoë|bob", "".join(texts))
    assert "learner 2.py, line 1" in (out / "moveto_tail.csv").read_text(encoding="utf-8")
    hand_in(place, {"ada/moveto_tail/a.py": "("})
    main(["grade", "moveto_tail", str(place), "--report", str(out), "--anonymous"])
    assert json.loads((out / "names.json").read_text()) == ["bob", "zoë", "ada"]


def test_a_verdict_is_known_by_all_that_judging_runs() -> None:
    said = "print(*(n.split('.')[1] for n in sys.modules if n.count('.') > 1 and 'vmlesson' in n))"
    command = [sys.executable, "-c", f"import sys, vmlesson.grade.judge; {said}"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= set(JUDGING)


def test_two_answers_of_one_learner_have_a_page_each_in_an_anonymous_report(tmp_path: Path) -> None:
    names = "moveto_tail.py", "moveto_tail (1).py"
    hand_in(tmp_path / "in", dict.fromkeys((f"ada/moveto_tail/{name}" for name in names), "("))
    main(["grade", "moveto_tail", str(tmp_path / "in"), "--report", str(tmp_path), "--anonymous"])
    assert len(list((tmp_path / "feedback").iterdir())) == 2


def test_only_what_is_unfinished_is_judged_again(tmp_path: Path, monkeypatch) -> None:
    (task,) = collect(EXERCISE, [hand_in(tmp_path / "in", {"ada.py": "("}) / "ada.py"])
    for outcome, known in ("error", 1), ("unfinished", 0):
        row = Verdict("moveto_tail", task.name, outcome, "so it is", 12).to_dict()
        kept = record.Record(tmp_path / outcome, EXERCISE, [task])
        digest = task.submission().digest
        kept.add(row | task.whose() | {"digest": digest, "body": "", "text": ""})
        assert len(record.Record(tmp_path / outcome, EXERCISE, [task]).rows) == known


def test_a_full_disk_loses_no_older_gradebook(tmp_path: Path, monkeypatch) -> None:
    kept = record.Record(tmp_path, EXERCISE, [])
    kept.finish()
    before = (tmp_path / "moveto_tail.csv").read_bytes()

    def full(file, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vmlesson.files.replace_file", full)
    with pytest.raises(UserError, match="No space left on device"):
        kept.finish()
    assert (tmp_path / "moveto_tail.csv").read_bytes() == before


def test_a_reader_that_goes_away_stops_no_report(tmp_path: Path) -> None:
    place = hand_in(tmp_path / "in", {f"{who}.py": "" for who in ("ada", "bob", "eve")})
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "vmlesson", "grade", "moveto_tail", str(place)]
    done = subprocess.run([*command, "--report", str(tmp_path / "out")], stdout=write_end,
                          stderr=subprocess.PIPE, text=True)  # fmt: skip
    os.close(write_end)
    assert "Traceback" not in done.stderr
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 3


# --------------------------------------------------------------------------------- killed workers


def test_a_class_ended_by_a_signal_leaves_no_process_and_goes_on(tmp_path: Path) -> None:
    sleeper = "import time\ntime.sleep(10**5)\n"
    place = hand_in(tmp_path / "in", {"ada.py": "(", "bob.py": sleeper, "eve.py": sleeper})
    out, record_of = tmp_path / "out", tmp_path / "out" / "moveto_tail.jsonl"
    command = [sys.executable, "-m", "vmlesson", "grade", "moveto_tail", str(place),
               "--report", str(out), "--timeout", "9999"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        deadline = time.monotonic() + 240
        while not record_of.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        family = descendants(running.pid)
        running.terminate()
        assert running.stderr is not None
        assert b"1 of 3 judged; run it again to go on" in running.stderr.read()
    assert running.returncode == 130
    while descendants_left(family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not descendants_left(family)
    assert (out / "moveto_tail.csv").exists()


def descendants(pid: int) -> set[int]:
    found = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            found |= {child} | descendants(child)
    return found


def descendants_left(family: set[int]) -> set[int]:
    return {pid for pid in family if Path(f"/proc/{pid}/cmdline").exists()
            and Path(f"/proc/{pid}/cmdline").read_bytes()}  # fmt: skip
