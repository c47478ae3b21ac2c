"""What is installed from a wheel has the course, and no solutions."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from vmlesson.lab import MANIFEST, course_files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    built = run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT),
        cwd=out,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


def test_wheel_carries_the_course_and_no_solutions(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {f"vmlesson/course/{name}" for name in course_files()} <= set(names)
    assert not [name for name in names if "solutions" in name or "checkpoint" in name]
    assert [name for name in names if name.endswith("/LICENSE-docs")]
    extension = "/data/share/jupyter/labextensions/vmlesson/package.json"
    assert [name for name in names if name.endswith(extension)], "any JupyterLab finds it"


def test_installed_elsewhere_it_delivers_the_course(wheel: Path, tmp_path: Path) -> None:
    # Without its dependencies: delivering the course needs none of them.
    venv.create(tmp_path / "venv", with_pip=False)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = tmp_path / "venv" / scripts / "python"
    installed = run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"),
        wheel,
        cwd=tmp_path,
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr

    command = tmp_path / "venv" / scripts / "vmlesson"
    done = run(command, "lab", "--update-only", "copy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    copy = tmp_path / "copy"
    delivered = {p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()}
    assert delivered == {MANIFEST, *course_files()}
    for name, source in course_files().items():
        assert (copy / name).read_bytes() == source.read_bytes()

    for option in ("--solutions", "--edit"):
        asked = run(command, "lab", option, cwd=tmp_path)
        assert asked.returncode == 2
        assert "source repository" in asked.stderr
    assert not (tmp_path / "vmlesson-course").exists()
