"""Has every dependency a wheel for the machines that students bring? Asks the package index.

python tools/wheels.py           ask, print the table, write it into README.md
python tools/wheels.py --lowest  ask what the oldest versions are that pyproject.toml allows

uv (a wheel of the extra `test`) resolves as if on the other machine: with its markers and its tags.
pip's `--platform` reads the markers of the machine that it runs on, and so asks for other packages.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MACHINES = {
    "Windows, x86-64": "x86_64-pc-windows-msvc",
    "macOS, Apple": "aarch64-apple-darwin",
    "macOS, Intel": "x86_64-apple-darwin",
    "Linux, x86-64": "x86_64-unknown-linux-gnu",
    "Linux, ARM": "aarch64-unknown-linux-gnu",
}
PYTHONS = ("3.11.0", "3.12", "3.13", "3.14", "3.15")
BEGIN, END = "<!-- tools/wheels.py -->\n", "<!-- end -->\n"


def resolve(*options: str) -> subprocess.CompletedProcess[str]:
    """What would be installed, or why it cannot be: uv's words."""
    asked = ("uv", "pip", "compile", "pyproject.toml", "--quiet", "--no-header", "--no-annotate")
    return subprocess.run((*asked, *options), cwd=ROOT, capture_output=True, text=True, check=False)


def verdict(machine: str, python: str) -> str:
    """One cell of the table: how many wheels, or the package that has none."""
    done = resolve(
        *("--constraint", "constraints.txt", "--only-binary", ":all:"),
        *("--python-platform", machine, "--python-version", python),
    )
    if done.returncode == 0:
        return f"{len(done.stdout.splitlines())} wheels"
    lacking = re.search(r"(?i)because (\S+?)==\S+ has no (?:usable )?wheels", done.stderr)
    if lacking is None:
        raise SystemExit(f"uv could not answer for {machine}, Python {python}:\n{done.stderr}")
    return f"no wheel of {lacking[1]}"


def table() -> str:
    """The whole table, as Markdown."""
    lines = [f"| asked on {datetime.date.today()} | " + " | ".join(PYTHONS) + " |"]
    lines.append("|---" * (len(PYTHONS) + 1) + "|")
    for name, machine in MACHINES.items():
        lines.append("| ".join([f"| {name} ", *(verdict(machine, p) + " " for p in PYTHONS)]) + "|")
    return "\n".join(lines) + "\n"


def write(text: str) -> None:
    """Put ``text`` between the two marks of README.md."""
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    readme.write_text(before + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")


def main() -> None:
    """Ask, and print what was answered."""
    if "--lowest" in sys.argv:
        done = resolve("--resolution", "lowest-direct", "--extra", "test", "--extra", "instructor")
        print(done.stdout, end="")
        raise SystemExit(done.stderr or 0)
    answer = table()
    print(answer, end="")
    write(answer)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--lowest"]):
        sys.exit(__doc__)
    main()
