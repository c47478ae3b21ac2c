"""What holds for every subcommand: the exit status, one line for bad input, a fast start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vmlesson
from vmlesson.cli import main
from vmlesson.explore import Result
from vmlesson.explore.progress import Bar

HEAVY = {"IPython", "anywidget", "ipywidgets", "jupyterlab", "matplotlib", "numpy"}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"vmlesson {vmlesson.__version__}\n"


def test_citation_names_this_version() -> None:
    citation = Path(__file__).parents[1].joinpath("CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, re.M)[1] == vmlesson.__version__


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "lab"),
        (["frobnicate"], "no command 'frobnicate'; there are lab, "),
        (["explor", "merge-order"], "no command 'explor'; did you mean explore?"),
        (["lab", "--port", "zero"], "1 to 65535"),
        (["lab", "--port", "65536"], "65536"),
        (["lab", "a", "b"], "b"),
        (["lab", "--edit", "--update-only"], "--update-only"),
        (["lab", "--edit", "here"], "--edit"),
        (["lab", "--update-only", str(Path(__file__).parents[1] / "notebooks")], "--edit"),
    ],
)
def test_bad_input_is_named_in_one_line(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vmlesson: ")
    assert err.count("\n") == 1
    assert named in err


def test_module_runs_as_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vmlesson"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("vmlesson: name a command")


def test_starts_without_what_is_heavy() -> None:
    code = (
        "import sys, vmlesson.cli; vmlesson.cli.main(['lab', '--port', '0']); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())


@pytest.mark.skipif(os.name != "posix", reason="a pipe that breaks says so on POSIX")
def test_reader_that_goes_away_is_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "vmlesson", "scenarios"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="what Linux offers")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vmlesson", "scenarios"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"vmlesson: No space left on device\n"


def test_an_error_without_a_number_keeps_its_words() -> None:
    code = """from vmlesson import cli
def late(): raise TimeoutError("timed out")
cli.all_commands = late
cli.main([])"""
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=True)
    assert done.stderr == b"vmlesson: timed out\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="what Linux offers")
@pytest.mark.parametrize("there", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full", ">/dev/full 2>&1"])
@pytest.mark.parametrize(("release", "status"), [("v3.2", 1), ("v9", 2)])
def test_the_status_tells_what_came_of_it_where_nobody_reads(
    there: str, release: str, status: int
) -> None:
    command = f"{sys.executable} -m vmlesson explore merge-order --release {release} {there}"
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (2 if there.startswith(">/dev/full") else status)


@pytest.mark.parametrize(
    ("arguments", "lacks"),
    [
        (["grade", "moveto_tail", "answer.py"], "markupsafe"),
        (["export", "merge-order", "page.html"], "traitlets"),
        (["slides"], "nbformat"),
        (["lab", "copy"], "jupyterlab"),
    ],
)
def test_a_python_without_what_is_needed_is_told_so_in_one_line(
    arguments: list[str], lacks: str, tmp_path: Path
) -> None:
    tmp_path.joinpath("answer.py").write_text("")
    # -S: nothing that was installed is found, as in a system's own Python.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "vmlesson", *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("vmlesson: this Python")
    assert f"lacks the package {lacks}; in a clone, python -m pip install . " in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["answer.py"]


def test_a_search_goes_on_where_its_bar_cannot_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    bar = Bar()
    bar.shown = True
    bar(Result(executions=7, seconds=60.0))
    bar(Result(executions=8, seconds=61.0))
    assert bar.bar is None


def test_our_own_missing_module_is_no_advice_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vmlesson.program", None)
    with pytest.raises(ModuleNotFoundError):
        main(["program"])
