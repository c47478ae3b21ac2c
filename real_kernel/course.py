"""What the course shows: the short run, live where a kernel has been fetched, else recorded."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vmlesson.explore import Op, Trace, replay

from . import CACHE, COMMAND, HERE
from .turns import MOVER, WALKER, Race, comparable

RECORDED = HERE / "recorded"


def recorded(name: str) -> str:
    """A console that was recorded; its first line says where and when."""
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


def real_kernel(heard: Callable[[str], object] = lambda line: None) -> tuple[str, str]:
    """What a real kernel says to the short run, and a sentence that says which it was.

    `heard` is told each line as it comes.
    """
    reason = ""
    if os.environ.get("VMLESSON_REAL_KERNEL") == "recorded":
        reason = "VMLESSON_REAL_KERNEL=recorded is set"
    elif not (CACHE / "guest.cpio.gz").is_file():
        reason = f"run `{COMMAND}` once in a terminal, which fetches a kernel of 40 MB"
    else:
        lines: list[str] = []
        command = [sys.executable, "-u", "-m", "real_kernel", "--console"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
            try:
                for line in process.stdout:
                    lines.append(line)
                    heard(line.rstrip())
            except BaseException:
                process.send_signal(signal.SIGINT)
                raise
        if process.returncode == 0:
            said = "".join(lines)
            return said, f"{said.partition('booted ')[2].partition(',')[0]}, booted here just now"
        reason = f"it did something other than the model predicts; `{COMMAND}` says what"
        if process.returncode != 1:
            reason = lines[-1].strip() if lines else "it could not be started"
    said = recorded("linux-6.1")
    return said, f"Recorded {said.partition(chr(10))[0].strip('# ')} (not here: {reason})"


def log_of(console: str, name: str, cure: bool) -> list[str]:
    """The module's lines of the first race of that name in a console."""
    _, _, rest = console.partition(f"raced {name}: cure={int(cure)} ")
    return [line for line in rest.partition("checked ")[0].splitlines() if " us  cpu" in line]


def aligned(log: list[str], race: Race, steps: int) -> list[tuple[str, range]]:
    """Each line of the log, and the model's steps up to the next line, of `steps` in all.

    A line that only the module can have (the flag, the failing allocation, what was looked up in
    the end) has none.

    Raises:
        ValueError: the log is not that of `race`.
    """
    if comparable(log) != race.lines:
        raise ValueError("the log and the model's race differ")
    starts = dict(zip(race.lines, [number for _, number in race.log], strict=True))
    ends = dict(zip(race.lines, [*starts.values(), steps][1:], strict=True))
    found = []
    for line in log:
        (*said,) = comparable([line])
        found.append((line, range(starts[said[0]], ends[said[0]]) if said else range(0)))
    return found


def as_trace(log: list[str], race: Race, program: Any) -> Trace:
    """The module's log as a recorded run: its lines, and under each the model's picture.

    Raises:
        ValueError: the log is not that of `race`.
    """
    model = replay(program, race.schedule)
    done, steps = 0, []
    for line, stands_for in aligned(log, race, len(model.steps)):
        done = max(done, stands_for.stop)
        side, _, said = line.split("  cpu", 1)[1][1:].strip().partition(": ")
        steps.append(
            replace(
                model.steps[max(done, 1) - 1],
                cpu=WALKER if side == "walker" else MOVER,
                op=Op(f"looks at {said}" if side == "look" else said, None),
                stack=(),
                reads={},
                writes={},
                findings=(),
            )
        )
    return replace(model, steps=tuple(steps))


def oops(console: str) -> str:
    """Of a kernel's last words: the BUG, where it was, and who had called (? perhaps)."""
    said = console[console.find("kernel BUG") :].partition("---[ end trace")[0].splitlines()
    plain = [re.sub(r"^\[ *[\d.]+\] ?", "", line) for line in said]
    where = next((line for line in plain if line.startswith("RIP:")), "")
    frames = [re.sub(r"\[<\w+>\] ", "", line) for line in plain if re.match(r" .*\w\+0x", line)]
    calls = [line for line in frames if "?" not in line] or frames
    return "\n".join([plain[0], re.sub(r"\[<\w+>\] *", "", where), *calls])
