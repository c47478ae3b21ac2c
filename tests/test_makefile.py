"""make with a Python that will not do: one line that says what to install, and nothing made."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def make(tmp_path: Path, python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `make lab` in a new clone where every Python is the shell script ``python``."""
    clone, path = tmp_path / "a clone", tmp_path / "bin"
    clone.mkdir()
    path.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, clone)
    shutil.copytree(ROOT / "tools", clone / "tools")
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (path / name).write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
        (path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "lab", *arguments],
        cwd=clone,
        env={"PATH": f"{path}:/usr/bin:/bin"},  # nothing of a make that runs these tests
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (clone / ".venv").exists()
    return done


OLD = 'case "$2" in *print*) echo 3.9.2 ;; *) exit 1 ;; esac'
NO_VENV = 'case "$2" in *print*) echo 3.11.2 ;; *ensurepip*) exit 1 ;; esac'
NO_ROOM = 'case "$2" in *disk_usage*) echo 7 ;; *print*) echo 3.11.2 ;; esac'


@pytest.mark.parametrize(
    ("python", "arguments", "said"),
    [
        (OLD, (), "python3.11 is Python 3.9.2: install Python 3.11 or newer"),
        (NO_VENV, (), "python3 has no venv module: install it (Debian: apt install python3-venv)"),
        (NO_ROOM, (), "no room on the disk, 7 MB are free: make 1500 MB of room for .venv"),
        ("exit 127", (), "no Python was found: install Python 3.11 or newer"),
        (OLD, ("PYTHON=python3.12",), "python3.12 is Python 3.9.2: install Python 3.11 or newer"),
        (OLD, ("PYTHON=no/such",), "PYTHON=no/such does not run: install Python 3.11 or newer"),
    ],
    ids=["old", "no-venv", "no-room", "none", "named-old", "named-none"],
)
def test_one_line(tmp_path: Path, python: str, arguments: tuple[str, ...], said: str) -> None:
    done = make(tmp_path, python, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_help_names_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = makefile.partition(".PHONY:")[2].partition("\n")[0].split()
    assert "lab" in targets
    assert [name for name in targets if f"  make {name} " not in done.stdout] == []
