"""Under Pyodide, on what the site serves, `check` says of an answer what `vmlesson grade` says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from other_answers import changed
from practice import facts
from rare_answers import RARE
from test_law import EVERY_RIGHT, EVERY_WRONG, SLIPS, slip

from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import Submission

ROOT = Path(__file__).parents[2]
ANSWERS = [
    *((name, source) for name, _, source, _ in EVERY_WRONG),
    *((name, source) for name, _, source in EVERY_RIGHT),
    *(("moveto_tail", slip(body)) for body in SLIPS),
    *((name, changed(name, changes)) for name, _, changes in RARE),
]
STRIDE = int(os.environ.get("VMLESSON_STRIDE", "15"))
"""One of how many is tried; the workflow that publishes the site tries each."""


@pytest.fixture
def pyodide(tmp_path: Path, tool: Callable[[str], ModuleType]) -> Path:
    """Pyodide and the wheels of the site; or of one that was built before."""
    if built := os.environ.get("VMLESSON_SITE"):
        return Path(built, "static", "pyodide")
    if shutil.which("npm") is None:
        pytest.skip("the site takes Pyodide from npm, which is not here (Debian: apt install npm)")
    build_site = tool("build_site")
    build_site.pyodide(tmp_path, json.loads(build_site.PINS.read_text(encoding="utf-8")))
    return tmp_path / "static" / "pyodide"


@pytest.mark.slow
def test_of_an_answer_the_tab_says_what_grade_says(pyodide: Path, tmp_path: Path) -> None:
    answers = ANSWERS[::STRIDE]
    lines = tmp_path / "answers"
    lines.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
    command = ("node", ROOT / "tools/pyodide.mjs", pyodide, ROOT / "tests/grade/practice.py")
    differing = []
    with lines.open() as given, subprocess.Popen(
        command, stdin=given, stdout=subprocess.PIPE, text=True
    ) as tab:  # fmt: skip
        for (exercise, source), line in zip(answers, tab.stdout or (), strict=True):
            there = Submission("answer.py", [("answer.py", source)])
            grade = json.loads(json.dumps(facts(judge(find_exercise(exercise), there, 60.0))))
            told = json.loads(line)
            if grade["sentence"].startswith("what it does depends on earlier calls"):
                # What an answer remembers only the judge can take from it, in a fresh process.
                grade, told = grade["outcome"], told["outcome"]
            if grade != told:
                differing.append((exercise, source, grade, told))
    assert differing == []
    assert tab.returncode == 0
