"""A cell that was run too early, or after a restart, names the cell to run first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import vmlesson.learn
from vmlesson.learn.order import made_by, needs

STARTUP = Path(vmlesson.learn.__file__).with_name("startup.py")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1", {"x"}),
        ("def f():\n    y = 1", {"f"}),
        ("async def g(): ...\nclass C: ...", {"g", "C"}),
        ("import a.b as c, d.e\nfrom f import g as h", {"c", "d", "h"}),
        ("for i, (j, k) in []:\n    m = i", {"i", "j", "k", "m"}),
        ("with open(name) as file: pass", {"file"}),
        ("%matplotlib inline", set()),
        ("print(x)", set()),
    ],
)
def test_names_that_a_cell_makes(source: str, names: set[str]) -> None:
    assert made_by(source) == names


def notebook(path: Path, *sources: str) -> Path:
    cells = [{"cell_type": "code", "source": source.splitlines(True)} for source in sources]
    path.write_text(json.dumps({"cells": cells}))
    return path


def test_the_last_cell_before_counts(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / "a.ipynb", "task = 1", "task = 2\nother = 3", "print(task)", "task = 4"
    )
    broken = tmp_path / "b.ipynb"
    broken.write_text("{")
    assert needs("task", "print(task)\n", iter([broken, path])) == "task = 2"
    assert needs("nobody", "print(task)", iter([path])) == ""
    assert needs("task", "another cell", iter([path])) == ""
    assert needs("task", "another cell", [path], own=path) == "task = 1"


def test_text_between_the_cells_makes_no_names(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "task = 1", "task = 2", "print(task)")
    cells = json.loads(path.read_text())["cells"]
    cells[1]["cell_type"] = "markdown"
    path.write_text(json.dumps({"cells": cells}))
    assert needs("task", "print(task)", [path]) == "task = 1"


def test_after_a_restart(tmp_path: Path, jupyter_environment: dict[str, str]) -> None:
    notebook(tmp_path / "a.ipynb", "task = 1", "print(task)")
    environment = jupyter_environment | {"PYTHONSTARTUP": str(STARTUP)}
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=nocolor"],
        input="print(task)\n",
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert "NameError" in run.stdout
    assert "    task = 1" in run.stdout
    assert "Run that one first" in run.stdout


def test_startup_is_nothing_to_other_pythons() -> None:
    run = subprocess.run(
        [sys.executable, "-i", "-c", ""],
        input="",
        env=os.environ | {"PYTHONSTARTUP": str(STARTUP)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert run.returncode == 0
    assert "Traceback" not in run.stderr


def test_as_many_lines_are_named_as_tell_the_cell_from_all_others(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / "a.ipynb", "p = 1", "p = 1\nc = 2", "p = 1\nc = 2\nx = 3", "print(c)", "p = 2"
    )
    assert needs("x", "print(c)", [path]) == "p = 1\nc = 2\nx = 3"
    assert needs("c", "p = 1\nc = 2\nx = 3", [path]) == "p = 1\nc = 2"
    assert needs("p", "another cell", [path], own=path) == "p = 1"
