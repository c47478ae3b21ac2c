"""docs/your-own-race.md, as it stands: run as a notebook, and shown as a talk."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from vmlesson.cli import main

TEXT = Path(__file__).parents[1].joinpath("docs", "your-own-race.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.S)


def test_it_is_forty_lines() -> None:
    assert sum(bool(line.strip()) for block in BLOCKS for line in block.splitlines()) <= 40


def test_it_says_what_is_said_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec("\n".join(BLOCKS), names)
    first, second = capsys.readouterr().out.splitlines()
    assert "deadlock" in first
    assert second == names["explore"](names["handover"]("asleep")).sentence
    assert names["lost"].verdict == "fails"
    assert [failure.kind for failure in names["lost"].failures] == ["deadlock"]
    assert names["explore"](names["handover"]("asleep")).verdict == "holds"


def test_it_is_a_talk(tmp_path: Path) -> None:
    cells = [
        new_code_cell(block, metadata={"slideshow": {"slide_type": "slide"}}) for block in BLOCKS
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "my-race.ipynb")
    made = tmp_path / "my-race.html"
    assert main(["slides", str(tmp_path / "my-race.ipynb"), "-o", str(made)]) == 0
    page = made.read_text(encoding="utf-8")
    assert "The lost wake-up" in page
    assert "Leave it asleep" in page
