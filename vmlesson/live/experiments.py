"""Experiments on the kernel that runs here, each in a process of its own, told in sentences.

Where a machine does not allow one, the sentence says so, and what another machine said follows (see
recorded.toml).  Nothing is written outside of the process but the trigger of compaction, when that
is asked for; only that needs root.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from ..errors import check_kind
from .machine import why_not

HERE = Path(__file__).parent
PROGRAM = HERE / "program.py"
C_PROGRAM = HERE / "commit_program.c"
MORE_SECONDS = 30
"""What a process may take beyond the time that it was given."""

RECORDED: dict[str, str] = tomllib.loads((HERE / "recorded.toml").read_text(encoding="utf-8"))
"""What another machine said, by experiment."""


class Refused(RuntimeError):
    """This machine does not allow an experiment; the message says why."""


def _run(what: str, *arguments: str, seconds: float = 0) -> list[dict[str, Any]]:
    """The lines that the program printed.

    Raises:
        Refused: it could not be run, or not to its end.
    """
    if reason := why_not():
        raise Refused(reason)
    command = [sys.executable, "-I", "-S", str(PROGRAM), what, *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + MORE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"the process did not end within {seconds + MORE_SECONDS:g} s") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"it died ({done.returncode})"]
        raise Refused(last[0])
    return [json.loads(line) for line in done.stdout.splitlines()]


def _elsewhere(why: object, what: str) -> str:
    return f"Not here: {why}.\nOn a machine that allows it:\n\n{RECORDED[what]}"


def running_kernel() -> str:
    """Which kernel runs here, and whether it can be asked, in a sentence."""
    if reason := why_not():
        return f"The experiments of this chapter cannot be done here: {reason}."
    return f"Linux {platform.release()} runs here, and can be asked."


def commit_program() -> str:
    """The program of the commit, in Python, with the maps and the frames at each moment."""
    try:
        *moments, last = _run("commit")
    except Refused as refused:
        return _elsewhere(refused, "commit")
    lines = []
    for moment in moments:
        lines += [moment["call"], *(f"    {line}" for line in moment["maps"])]
    lines.append(f"{last['call']}: {'ok' if last['ok'] else 'error: p and p2 differ'}")
    return "\n".join([*lines, _frames([moment["frames"] for moment in moments])])


def _frames(frames: list[list[int] | None]) -> str:
    first, *others = frames
    if first is None:
        return "There is no /proc/self/pagemap here, so nobody says which frames the pages are in."
    if not any(first):
        return "The kernel hides frame numbers from ordinary users, so there is nothing to compare."
    changed = sum(each is None or each != first for each in others)
    if changed:
        return "Some of the pages were migrated by this machine meanwhile: their frames changed."
    return f"The {len(first)} pages that moved are in the same frames after each call."


def compiled_program() -> str:
    """The program of the commit, in C, if there is a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        return _elsewhere(why_not() or "there is no C compiler", "c")
    with tempfile.TemporaryDirectory() as directory:
        program = str(Path(directory, "program"))
        try:
            subprocess.run(
                [compiler, "-O2", "-o", program, str(C_PROGRAM)],
                check=True,
                capture_output=True,
                timeout=MORE_SECONDS,
            )
            done = subprocess.run([program], capture_output=True, text=True, timeout=MORE_SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            return _elsewhere(error, "c")
    return done.stdout + done.stderr


def storm(seconds: float = 3, compact: bool = False) -> str:
    """Move half a block there and back for some seconds, and look whether anything is lost.

    With `compact` a second process asks the kernel all the time to compact memory, which migrates
    pages; that needs root, and makes the whole machine slower for as long.
    """
    check_kind("storm", seconds, (int, float), "a number of seconds")
    try:
        (said,) = _run("storm", str(seconds), str(int(compact)), seconds=seconds)
    except Refused as refused:
        return _elsewhere(refused, "storm")
    kept = "every byte is what it was" if said["intact"] else "THE CONTENTS HAVE CHANGED"
    lines = [
        f"{said['pages']} pages went there and back {said['round_trips']:,} times, and {kept}.",
        f"Meanwhile this machine migrated {said['migrated']:,} pages.",
    ]
    if said["frames"] is None:
        lines.append("The kernel does not tell us which frames they are in.")
    else:
        lines.append(
            f"{said['frames']:,} times a page of ours was found in another frame than at the "
            f"previous look."
        )
    if not said["compaction"]:
        return "\n".join(lines)
    lines.append(f"Compaction is refused: {said['compaction']}. With it, on another machine:")
    return "\n".join([*lines, "", RECORDED["storm"]])


def huge_pages() -> str:
    """Huge pages: asked for before the first touch, and made of small ones on the spot."""
    try:
        (said,) = _run("huge")
    except Refused as refused:
        return _elsewhere(refused, "huge")
    lines = [f"Asked for before the first touch: {said['asked']} kB of 2048 are in huge pages."]
    if said["refused"]:
        lines.append(f"MADV_COLLAPSE: {said['refused']}.")
    else:
        kept = "every byte is what it was" if said["intact"] else "THE CONTENTS HAVE CHANGED"
        lines.append(
            f"Touched without asking: {said['small']} kB; "
            f"after MADV_COLLAPSE: {said['made']} kB, and {kept}."
        )
    if said["made"] and said["asked"]:
        return "\n".join(lines)
    return "\n".join([*lines, "On a machine that allows both:", "", RECORDED["huge"]])
