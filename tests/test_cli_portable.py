"""The command line as Windows' Python runs it: without POSIX's modules, on a cp1252 console.

A new subcommand gets a line in `COMMANDS`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Run before anything of ours is imported.
WITHOUT_POSIX = """
import os, signal, sys
for module in ("fcntl", "grp", "posix_ipc", "pty", "pwd", "resource", "termios"):
    sys.modules[module] = None
for owner, names in (
    (os, ("fork", "forkpty", "geteuid", "getuid", "killpg", "setsid")),
    (signal, ("SIGALRM", "SIGKILL", "alarm", "setitimer")),
):
    for name in names:
        delattr(owner, name)
from vmlesson.cli import main
sys.exit(main())
"""

COMMANDS = [  # exit status, arguments
    (0, "--version"),
    (0, "--help"),
    (2, "no-such-command"),
    (0, "lab --help"),
    (0, "lab --update-only course"),
    (0, "lab --update-only 値→"),
    (2, "lab --port 0"),
    (2, "lab --update-only a-file"),
    (0, "program --size 1"),
    (0, "scenarios"),
    (0, "explore S9"),
    (1, "explore S1 --release v3.2"),
    (0, "explore S1 --json"),
    (2, "explore nix"),
    (2, "replay a-file"),
    (0, "export S9 page.html"),
    (2, "export S9 a-file"),
    (2, "slides a-file"),
    (2, "grade moveto_tail answer.py"),
]


def run(code: str, arguments: list[str], directory: Path) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {
        "PYTHONIOENCODING": "cp1252",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    return subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-W", "error", "-c", code, *arguments],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("status", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
def test_runs_without_posix_on_cp1252(status: int, command: str, tmp_path: Path) -> None:
    for name in ("a-file", "answer.py"):
        (tmp_path / name).touch()
    done = run(WITHOUT_POSIX, command.split(), tmp_path)
    said, complaint = done.stdout.decode("cp1252"), done.stderr.decode("cp1252")
    assert done.returncode == status, complaint
    if status == 2:
        assert said == ""
        assert complaint.startswith("vmlesson: ")
        assert complaint.count("\n") == 1
    else:
        assert complaint == ""


def test_console_that_lacks_a_character_gets_a_plain_one(tmp_path: Path) -> None:
    code = """
from vmlesson.console import make_printable
make_printable()
print("p → q, Größe × 2, naïve, e\u0301, 値 ✓ │")
"""
    done = run(code, [], tmp_path)
    assert done.stdout.decode("cp1252").rstrip() == "p -> q, Größe × 2, naïve, e, ? ok |"
