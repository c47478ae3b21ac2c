"""A class: directories, the report, going on where it was, and nbgrader for real."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from submissions import REFERENCE, moveto_tail

from vmlesson.cli import main
from vmlesson.grade import classroom
from vmlesson.grade.collect import collect
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.learners import learner_of
from vmlesson.grade.record import Record
from vmlesson.grade.tables import gradebook
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


def test_a_class_gets_a_gradebook_and_pages(tmp_path: Path, capsys) -> None:
    answers = {
        "ada/moveto_tail/answer.py": WRONG,
        "bob/moveto_tail/answer.py": RIGHT,
        "bob/rmap_walk/answer.py": "of another exercise",
        "=eve/moveto_tail/answer.py": "syntax error (",
        "Bob/moveto_tail/answer.py": WRONG,
    }
    place, out = hand_in(tmp_path / "submitted", answers), tmp_path / "out"
    command = ["grade", "moveto_tail", str(place), "--jobs", "2", "--report", str(out)]
    assert main(command) == 1
    with (out / "moveto_tail.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "ada": "failed",
        "bob": "passed",
        "Bob": "failed",
        "'=eve": "error",
    }
    assert len(list((out / "feedback").glob("*.html"))) == 4
    assert "is lost" in (out / "feedback" / "ada-moveto_tail.html").read_text(encoding="utf-8")
    assert "1 passed" in (out / "moveto_tail.html").read_text(encoding="utf-8")
    before = (out / "moveto_tail.jsonl").read_text()
    capsys.readouterr()
    assert main([*command, "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) == 4
    assert (out / "moveto_tail.jsonl").read_text() == before, "nothing is judged again"


def test_what_is_known_is_what_was_judged_and_not_what_was_there_before(tmp_path: Path) -> None:
    (task,) = collect(EXERCISE, [hand_in(tmp_path, {"ada/moveto_tail/a.py": "early = 1"})])
    task.path.write_text("late = 1")
    row = classroom.grade_one(EXERCISE.name, task.submission(), 20.0)
    Record(tmp_path / "out", EXERCISE, [task]).add(row | task.whose())
    assert Record(tmp_path / "out", EXERCISE, [task]).rows.keys() == {task.key}
    task.path.write_text("early = 1")
    assert not Record(tmp_path / "out", EXERCISE, [task]).rows


def test_the_json_of_one_answer(tmp_path: Path, capsys) -> None:
    path = hand_in(tmp_path, {"answer.py": WRONG}) / "answer.py"
    assert main(["grade", "moveto_tail", str(path), "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert {"exercise", "submission", "outcome", "passed", "points", "max_points", "seconds",
            "checks", "warnings"} <= row.keys()  # fmt: skip
    assert (row["outcome"], row["passed"]) == ("failed", False)
    shown = [check["counterexample"] for check in row["checks"] if check["counterexample"]]
    assert shown
    quiet = "generations 1, the half that stayed"
    assert all(one["schedule"] or one["situation"] == quiet for one in shown[1:])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["moveto", "x.py"], "did you mean moveto_tail"),
        (["nosuch", "x.py"], "there are moveto_tail"),
        (["moveto_tail", "x.py"], "no such file"),
        (["moveto_tail", "."], "holds no .py"),
        (["moveto_tail", "x.txt"], "no such file"),
        (["moveto_tail", ""], "an empty name"),
        (["moveto_tail", __file__, "--again"], "give --report"),
        (["moveto_tail", __file__, "--anonymous"], "give --report"),
        (["all", "x.py"], "no such file"),
        (["all", "."], "holds no .py or .ipynb file that is named after an exercise"),
    ],
)
def test_bad_input_is_one_line(arguments, said, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["grade", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "learner"),
    [
        ("ada/moveto_tail/a.ipynb", "ada"),
        ("Ada Lovelace_123_assignsubmission_file_/a.py", "Ada Lovelace_123"),
        ("ada.py", "ada"),
        ("Li Wei_100233_assignsubmission_file_moveto_tail.ipynb", "Li Wei_100233"),
    ],
)
def test_whose_it_is(path: str, learner: str) -> None:
    assert learner_of(Path(path)).name == learner


LAYOUTS = {
    "nbgrader": ["ada/moveto_tail/moveto_tail.ipynb", "bob/moveto_tail/my answer (1).ipynb"],
    "Moodle": [f"{who}_assignsubmission_file_/moveto_tail.ipynb" for who in ("ada", "bob")],
    "a directory each": ["ada/answer.py", "bob/answer.py"],
    "one name": ["ada/moveto_tail.py", "bob/moveto_tail.py"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_learner_has_the_same_name_whatever_is_named(layout: str, tmp_path: Path) -> None:
    place = hand_in(tmp_path / "submitted", dict.fromkeys(LAYOUTS[layout], ""))
    whole = collect(EXERCISE, [place])
    star = collect(EXERCISE, sorted(place.iterdir()))
    assert [task.learner for task in whole] == [task.learner for task in star] == ["ada", "bob"]
    assert [task.key for task in whole] == [task.key for task in star]
    if layout != "a directory each":  # of one such directory alone nobody knows what it is
        (one,) = collect(EXERCISE, sorted(place.iterdir())[:1])
        assert one.learner == "ada"


def test_a_directory_of_files_is_a_class(tmp_path: Path) -> None:
    files = ["ada.py", "bob.ipynb", "moveto_tail.ipynb"]
    place = hand_in(tmp_path / "moveto_tail", dict.fromkeys(files, ""))
    assert [task.learner for task in collect(EXERCISE, [place])] == ["ada", "bob", "moveto_tail"]


def test_the_regular_expression_sees_the_directory_that_was_named(tmp_path: Path) -> None:
    place = hand_in(tmp_path / "submitted", dict.fromkeys(LAYOUTS["nbgrader"], ""))
    for places in [place], sorted(place.iterdir()):
        assert [task.learner for task in collect(EXERCISE, places, "^(.)[a-z]+/")] == ["a", "b"]


@pytest.mark.parametrize(
    ("files", "directories", "learners"),
    [
        (
            ["ada/moveto_tail/answer.py", "bob/moveto_tail/answer.pdf"],
            ["eve/moveto_tail", "joe"],
            {"ada": False, "bob": True, "eve": True, "joe": True},
        ),
        (
            [
                "ada_1_assignsubmission_file_/answer.py",
                "ada_1_assignsubmission_onlinetext_/onlinetext.html",
                "J. Bob_2_assignsubmission_onlinetext_/onlinetext.html",
            ],
            [],
            {"ada_1": False, "J. Bob_2": True},
        ),
        (
            [
                "ada_1_assignsubmission_file_answer.py",
                "bob_2_assignsubmission_onlinetext_onlinetext.html",
            ],
            [],
            {"ada_1": False, "bob_2": True},
        ),
        (["ada.py", "notes/a.txt"], ["pictures"], {"ada": False}),
    ],
)
def test_nobody_who_has_a_directory_is_left_out(
    files: list[str], directories: list[str], learners: dict[str, bool], tmp_path: Path
) -> None:
    place = hand_in(tmp_path / "submitted", dict.fromkeys(files, ""))
    for name in directories:
        (place / name).mkdir(parents=True)
    tasks = collect(EXERCISE, [place])
    assert {task.learner: task.path.suffix != ".py" for task in tasks} == learners
    assert len(tasks) == len(learners)


def test_one_empty_directory_of_many_is_somebody_and_no_error(tmp_path: Path) -> None:
    place = hand_in(tmp_path / "submitted", {"ada/moveto_tail/answer.py": "", "bob/a.pdf": ""})
    (place / "eve").mkdir()
    tasks = collect(EXERCISE, sorted(place.iterdir()))
    assert [task.learner for task in tasks] == ["ada", "bob", "eve"]


def test_who_handed_in_no_notebook_has_a_row_of_0(tmp_path: Path, capsys) -> None:
    place = hand_in(tmp_path / "submitted", {"ada/moveto_tail/answer.pdf": ""})
    out = tmp_path / "out"
    assert main(["grade", "moveto_tail", str(place), "--json", "--report", str(out)]) == 2
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["learner"], row["outcome"], row["points"]) == ("ada", "error", 0)
    assert row["sentence"] == "no notebook was handed in"
    page = (out / "moveto_tail.html").read_text(encoding="utf-8")
    assert re.search("<li><a [^>]*>ada</a>: error: no notebook was handed in</li>", page)


def test_what_an_answer_says_cannot_look_like_another_line(tmp_path: Path, capsys) -> None:
    name = "eve\nbob: passed, 12 of 12 points\x1b[2J.py"
    place = hand_in(tmp_path / "submitted", {name: WRONG, "ada.py": WRONG})
    main(["grade", "moveto_tail", str(place)])
    out = capsys.readouterr().out
    assert len(out.strip().split("\n")) == 2 + 1
    assert "\x1b" not in out
    answer = moveto_tail("odd", "raise ValueError('\\x1b[2J\\x1b[1A')").source
    path = hand_in(tmp_path, {"odd.py": answer}) / "odd.py"
    main(["grade", "moveto_tail", str(path)])
    out = capsys.readouterr().out
    assert "\\x1b[2J" in out
    assert "\x1b" not in out


def test_the_terminal_says_what_came_of_it_and_what_was_known(tmp_path: Path, capsys) -> None:
    files = {f"ada/moveto_tail/moveto_tail{end}.py": "syntax error (" for end in ("", " (1)")}
    place = hand_in(tmp_path / "submitted", files | {"bob/moveto_tail/answer.py": "("})
    out = tmp_path / "out"
    command = ["grade", "moveto_tail", str(place), "--report", str(out)]
    main(command)
    lines = capsys.readouterr().out.splitlines()
    assert {line.partition(":")[0] for line in lines[:3]} == {
        f"ada ({place}/ada/moveto_tail/moveto_tail (1).py)",
        f"ada ({place}/ada/moveto_tail/moveto_tail.py)",
        "bob",
    }
    assert lines[3:] == [f"3 judged: 3 error; see {out / 'moveto_tail.html'}"]
    main(command)
    assert capsys.readouterr().out.splitlines() == ["3 judged before", *lines[3:]]


@pytest.mark.parametrize(
    ("report", "said"), [(True, "run it again to go on"), (False, "nothing is kept")]
)
def test_an_interrupted_class_says_how_far_it_came(
    report: bool, said: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    def interrupted(exercise, tasks, pool, jobs, seconds, done, draw) -> None:
        body = Verdict(exercise.name, tasks[0].name, "error", "so it is", 12).to_dict()
        done(tasks[0], body | {"body": "", "text": ""})
        raise KeyboardInterrupt

    monkeypatch.setattr(classroom, "grade_all", interrupted)
    place = hand_in(tmp_path / "submitted", {"ada.py": "", "bob.py": ""})
    arguments = ["--report", str(tmp_path / "out")] if report else []
    assert main(["grade", "moveto_tail", str(place), *arguments]) == 130
    assert f"vmlesson: 1 of 2 judged; {said}" in capsys.readouterr().err


def test_a_line_of_the_terminal_is_one_line_and_says_which_file(tmp_path: Path, capsys) -> None:
    answers = {"ada/moveto_tail/a.py": "for x in y", "ada/moveto_tail/sub/a.py": "for x in y"}
    place = hand_in(tmp_path / "submitted", answers)
    main(["grade", "moveto_tail", str(place)])
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first.endswith("a.py, line 1: expected ':'")
    assert (f"{place}/ada/moveto_tail/a.py" in first, "/sub/a.py" in second) == (True, True)


def test_files_that_nobody_looks_at_are_named(tmp_path: Path, capsys) -> None:
    files = {"ada.py": "", "bob.zip": "", "eve/answer.txt": "", ".hidden.txt": ""}
    place = hand_in(tmp_path / "submitted", files)
    main(["grade", "moveto_tail", str(place), "--json"])
    error = capsys.readouterr().err
    assert "not looked at" in error
    assert 0 < error.index("bob.zip") < error.index("answer.txt")
    assert "hidden" not in error


def test_a_judge_that_errs_is_unfinished_and_the_class_goes_on(tmp_path: Path, capsys) -> None:
    forged = "import sys\nsys._getframe(1).f_globals['JUDGE'].send(['about'])\n"
    answers = {"ada.py": forged + RIGHT, "bob.py": RIGHT}
    place = hand_in(tmp_path / "submitted", answers)
    main(["grade", "moveto_tail", str(place), "--json"])
    rows = {row["learner"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["bob"]["outcome"] == "passed"
    assert rows["ada"]["outcome"] in ("failed", "unfinished")
    assert rows["ada"]["points"] == 0


def test_no_cell_of_the_gradebook_is_a_formula_or_steers_a_terminal() -> None:
    row = {"exercise": "e", "points": 0, "max_points": 1, "outcome": "error", "submission": "a.py"}
    text = gradebook([row | {"learner": "\t=1+1", "sentence": "@x\x1b[2J"}])
    (found,) = csv.DictReader(text.splitlines())
    assert (found["student_id"], found["sentence"]) == ("'\\t=1+1", "'@x\\x1b[2J")
