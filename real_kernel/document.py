"""docs/real-kernel.md and the recorded console of the course, written anew from a long run."""

import re
import subprocess
from collections.abc import Iterable
from datetime import date

from . import HERE
from .course import RECORDED
from .layouts import layouts
from .rows import Row
from .survey import Asked, Free

DOCUMENT = HERE.parent / "docs" / "real-kernel.md"
CONSOLE = RECORDED / "linux-6.1.txt"
MEASURED = CONSOLE.with_name("measured.txt")
BEGIN, END = "<!-- measured: make real-kernel ARGS=--write -->", "<!-- end -->"


def where(release: str) -> str:
    """When it was, which kernel, and in what."""
    version = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True)
    emulator = re.search(r"version (\S+)", version.stdout)
    qemu = f"QEMU {emulator[1]}" if emulator else "QEMU"
    return f"{date.today().isoformat()}, Linux {release}, two CPUs emulated by {qemu}"


def measured(
    release: str, rows: Iterable[Row], asked: dict[str, dict[bool, Asked]], free: list[Free]
) -> str:
    """The part of the document that is generated."""
    unlike = [
        f"- {name}, cure {'on' if cure else 'off'}: {each}"
        for name, row in asked.items()
        for cure in row
        for each in row[cure].unlike
    ]
    orders = sum(each.orders for row in asked.values() for each in row.values())
    lines = [
        f"Measured {where(release)}.",
        "",
        *short_table(rows),
        "",
        f"Every order of turns of {len(asked)} layouts, {orders} races; in {len(unlike)} of them "
        "the kernel did something other than the model.",
        "",
        *layout_table(asked),
        "",
        *([*unlike, ""] if unlike else []),
        *free_table(free),
    ]
    return "\n".join(lines)


def short_table(rows: Iterable[Row]) -> list[str]:
    """The rows of the short run, of which the first is the head."""
    head, *others = (f"| {' | '.join(row.cells)} |" for row in rows)
    return [head, "|---|---|---|---|---|---|", *others]


def layout_table(asked: dict[str, dict[bool, Asked]]) -> list[str]:
    """A row for each layout."""
    calls = layouts()
    counts = {
        name: [
            str(number)
            for each in (row[True], row[False])
            for number in (each.orders, each.losing, each.lost)
        ]
        for name, row in asked.items()
    }
    return [
        "| layout | calls | cure on: orders | lose a page: model | Linux "
        "| cure off: orders | lose a page: model | Linux |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {name} | `{calls[name]}` | {' | '.join(numbers)} |"
            for name, numbers in counts.items()
        ),
    ]


def free_table(free: list[Free]) -> list[str]:
    """A row for the cure on, one for off."""
    return [
        "| without gates: cure | races | in which the page was migrated | pages lost | seconds |",
        "|---|---|---|---|---|",
        *(
            f"| {'on' if each.cure else 'off'} | {each.attempts} | {each.migrated} | "
            f"{each.lost} | {each.seconds} |"
            for each in free
        ),
    ]


def write(text: str) -> None:
    """Put the measured part into the document, and beside the course's records."""
    MEASURED.write_text(f"{text}\n", encoding="utf-8")
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def record(release: str, console: str) -> None:
    """Keep the console for the course."""
    CONSOLE.write_text(f"# {where(release)}\n{console}", encoding="utf-8")
