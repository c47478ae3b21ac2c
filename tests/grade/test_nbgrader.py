"""nbgrader for real: its autograde is the judge, its feedback has the judge's words."""

from __future__ import annotations

import copy
import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from submissions import REFERENCE, moveto_tail

from vmlesson.cli import main

pytest.importorskip("nbgrader")
ROOT = Path(__file__).parents[2]
NAME = "moveto_tail"
RIGHT = moveto_tail("right", REFERENCE).source
Notebook = dict[str, Any]
Nbgrader = Callable[..., str]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course's directory, as in the sources."""
    course = tmp_path / "course"
    (course / "build").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "solutions" / NAME, course / "solutions" / NAME)
    return course


@pytest.fixture
def nbgrader(course: Path, jupyter_environment: dict[str, str]) -> Nbgrader:
    path = f"{Path(sys.executable).parent}:{jupyter_environment['PATH']}"
    environment = jupyter_environment | {"PATH": path, "PYTHONPATH": str(ROOT)}

    def run(*arguments: str, status: tuple[int, ...] = (0,)) -> str:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=course, env=environment, capture_output=True, text=True, timeout=500
        )
        assert done.returncode in status, done.stderr[-3000:]
        return done.stdout + done.stderr

    return run


def released(source: str) -> Notebook:
    notebook = json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_text())
    cell_of(notebook, "answer")["source"] = source
    return notebook


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def without(name: str) -> Notebook:
    notebook = released(RIGHT)
    notebook["cells"].remove(cell_of(notebook, name))
    return notebook


def with_copy(of: str, source: str | None = None, new_id: str | None = "other") -> Notebook:
    """One whose cell was copied: an older Jupyter keeps nbgrader's marks, and the id too."""
    notebook = released(RIGHT)
    cell = copy.deepcopy(cell_of(notebook, of))
    cell |= {"id": new_id or cell["id"]} | ({} if source is None else {"source": source})
    notebook["cells"].insert(1, cell)
    return notebook


def with_cell(source: str, at: int = 1, **more: Any) -> Notebook:
    notebook = released(RIGHT)
    cell = {"cell_type": "code", "id": "new", "metadata": {}, "outputs": [], "source": source,
            "execution_count": None}  # fmt: skip
    notebook["cells"].insert(at, cell | more)
    return notebook


def old_marks() -> Notebook:
    notebook = released(RIGHT)
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = {"schema_version": 1, "grade": True, "grade_id": "answer"}
    return notebook


def no_marks() -> Notebook:
    notebook = released(RIGHT)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


def of_format_4_0() -> Notebook:
    notebook = released(RIGHT) | {"nbformat_minor": 0}
    for cell in notebook["cells"]:
        del cell["id"]
    return notebook


def reversed_cells() -> Notebook:
    notebook = released(RIGHT)
    answer = cell_of(notebook, "answer")
    notebook["cells"].remove(answer)
    notebook["cells"].append(answer)
    return notebook


CLASS: dict[str, Notebook] = {
    "right": released(RIGHT),
    "wrong": released(moveto_tail("wrong", "pass").source),
    "half": released(moveto_tail("half", "for avc in dst.anon_vma_chain:\n    pass").source),
    "untouched": json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_text()),
    "loops": released(moveto_tail("loops", "while True: pass").source),
    "writes": released(f"open('PWNED', 'w').write('x')\n{RIGHT}"),
    "syntax": released("async def anon_vma_moveto_tail(dst)\n    pass"),
    "no points cell": without("points"),
    "no check cell": without("check"),
    "no imports": without("imports"),
    "copied answer": with_copy("answer"),
    "copied answer and id": with_copy("answer", new_id=None),
    "copied older answer": with_copy("answer", "async def anon_vma_moveto_tail(dst): pass"),
    "copied points": with_copy("points"),
    "raises elsewhere": with_cell("1 / 0"),
    "input": with_cell("input()"),
    "loops elsewhere": with_cell("while True: pass", at=9),
    "magic": with_cell("%matplotlib inline\n!ls\nfiles = !ls"),
    "time": released(f"%%time\n{RIGHT}"),
    "awaits": with_cell("import asyncio\nawait asyncio.sleep(0)"),
    "output": with_cell("1", outputs=[{"output_type": "stream", "name": "stdout",
                                       "text": "x" * 500_000}]),
    "old marks": old_marks(),
    "no marks": no_marks(),
    "format 4.0": of_format_4_0(),
    "answer at the end": reversed_cells(),
    "Zoë O'Brien": released(RIGHT),
    "李明": released(RIGHT),
}  # fmt: skip
FILES = {
    "renamed": "Untitled.ipynb",
    "second download": f"{NAME} (1).ipynb",
    "empty": f"{NAME}.ipynb",
    "no JSON": f"{NAME}.ipynb",
    "beside": f"{NAME}.ipynb",
}
TEXTS = {"empty": "", "no JSON": "{"}


def hand_in(course: Path) -> Path:
    place = course / "build" / "submitted"
    for learner, notebook in CLASS.items():
        path = place / learner / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    for learner, name in FILES.items():
        path = place / learner / NAME / name
        path.parent.mkdir(parents=True)
        path.write_text(TEXTS.get(learner, json.dumps(released(RIGHT))))
    path.with_name("helper.py").write_text(RIGHT)
    path.with_name("Untitled.ipynb").write_text(json.dumps(released("x = 1")))
    return place


def points_of(course: Path, nbgrader: Nbgrader) -> dict[str, float]:
    nbgrader("export", "--to", "grades.csv")
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["raw_score"] or 0) for row in csv.DictReader(file)}


@pytest.mark.slow
def test_autograde_gives_an_odd_class_the_points_of_the_judge(
    course: Path, nbgrader: Nbgrader, capsys
) -> None:
    nbgrader("generate_assignment", NAME, "--create")
    expected = ROOT / "exercises" / NAME / f"{NAME}.ipynb"
    made = course / "exercises" / NAME / f"{NAME}.ipynb"
    assert made.read_text().strip() == expected.read_text().strip()
    place = hand_in(course)
    said = nbgrader("autograde", NAME, "--create", status=(0, 1))
    theirs = points_of(course, nbgrader)
    main(["grade", NAME, str(place), "--json", "--jobs", "2"])
    ours = {row["learner"]: row["points"] for row in json.loads(capsys.readouterr().out)}
    assert set(ours) == {*CLASS, *FILES}
    assert {learner: theirs.get(learner, 0) for learner in ours} == ours, said[-3000:]
    assert list(ours.values()).count(12) > 20
    assert not list(course.rglob("PWNED")), "no submission's code ran"
    nbgrader("generate_feedback", NAME, status=(0, 1))
    page = course / "build" / "feedback" / "wrong" / NAME / f"{NAME}.html"
    assert "must be the last" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_is_unfinished_is_an_error_of_nbgraders_and_judged_the_next_time(
    course: Path, nbgrader: Nbgrader
) -> None:
    nbgrader("generate_assignment", NAME, "--create")
    path = course / "build" / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    sleeps = moveto_tail("sleeps", "import time\ntime.sleep(1000)").source
    path.write_text(json.dumps(released(sleeps)))
    said = nbgrader("autograde", NAME, "--create", "--Judge.seconds=2", status=(1,))
    assert "unfinished: " in said
    assert points_of(course, nbgrader)["ada"] == 0
    path.write_text(json.dumps(released(RIGHT)))
    nbgrader("autograde", NAME)
    assert points_of(course, nbgrader)["ada"] == 12


@pytest.mark.slow
@pytest.mark.parametrize(("source", "good"), [(None, False), ("wrong", False), (RIGHT, True)])
def test_validate_calls_only_a_right_answer_a_success(
    source: str | None, good: bool, course: Path, nbgrader: Nbgrader
) -> None:
    notebook = json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_text())
    if source is not None:
        notebook = released(moveto_tail("wrong", "pass").source if source == "wrong" else source)
    (course / "mine.ipynb").write_text(json.dumps(notebook))
    assert ("Success!" in nbgrader("validate", "mine.ipynb", status=(0, 1))) == good


@pytest.mark.slow
def test_what_is_handed_in_leads_no_copy_elsewhere(tmp_path: Path) -> None:
    from vmlesson.grade.nbgrader import under_its_name  # which takes seconds

    folder, elsewhere = tmp_path / "ada", tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "mine.py").write_text("async def anon_vma_moveto_tail(dst): ...")
    (folder / "moveto_tail.ipynb").symlink_to(elsewhere)
    under_its_name("moveto_tail", "ada", [str(folder / "mine.py")])
    assert not elsewhere.exists()
