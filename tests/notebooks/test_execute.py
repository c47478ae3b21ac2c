"""Every notebook of the course runs from its first cell to its last, and is committed clean."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SECONDS = 180  # for one notebook, its kernel's start included

each_notebook = pytest.mark.parametrize(
    "notebook", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS]
)


@each_notebook
def test_runs(notebook: Path, tmp_path: Path, jupyter_environment: dict[str, str]) -> None:
    course = shutil.copytree(notebook.parent, tmp_path / "notebooks")
    # In a group of its own, to end it whole; its kernel then misses its parent and ends itself.
    run = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "execute", "--startup_timeout=120", notebook.name],
        cwd=course,
        env=jupyter_environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        said, _ = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        said, _ = run.communicate()
        pytest.fail(f"{notebook.name} did not end within {SECONDS} s\n{said}")
    assert run.returncode == 0, said


@each_notebook
def test_is_committed_clean(notebook: Path) -> None:
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    ran = [
        number
        for number, cell in enumerate(content.cells)
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None)
    ]
    assert not ran, f"clear the outputs and counts of cells {ran}"
