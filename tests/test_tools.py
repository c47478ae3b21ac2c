"""A tool that is misspoken to says what it can, and writes nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("chapter", "distribution", "fidelity", "history", "moves", "readme_picture", "release",
         "wheels")  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_an_option_that_a_tool_has_not_is_refused(tool: str, tmp_path: Path) -> None:
    command = (sys.executable, ROOT / "tools" / f"{tool}.py", "--chekc")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert (done.stdout, list(tmp_path.iterdir())) == ("", [])
    assert done.stderr.startswith(f"{_says(tool)}\n")


def _says(tool: str) -> str:
    """The first line of a tool's documentation."""
    text = (ROOT / "tools" / f"{tool}.py").read_text(encoding="utf-8")
    return text.partition('"""')[2].partition("\n")[0]
