"""What a real kernel said on its console, of races that it was let run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RACED = re.compile(
    r"raced (\S+): cure=(\d) order=(\S+) migrated=(-?\d+) mremap=(.*) blocked=(\d) gave_up=(\d)"
)
CHECKED = re.compile(r"checked (\S+): process \d+, \d+ pages, (\d+) lost, (\d+) wrong")
LINE = re.compile(r" *\d+ +\d+ us +cpu\d  ")
BUG = re.compile(r"kernel BUG at (\S+?:\d+)!")
WHERE = re.compile(r"R?IP:? .*?([a-z_]\w+)\+0x")


@dataclass
class Raced:
    """One race on a real kernel.

    Attributes:
        name, cure, order: of the job.
        migrated: how many pages arrived, or -errno.
        mremap: what the mover's call came to, in words; "ok" if it did.
        blocked: whether the mover came to the anon_vma lock while the walker held it.
        gave_up: whether somebody waited for a turn that never came.
        lost: how many pages were lost; `wrong`, how many held something else than was written.
        log: the module's lines; only of the first of several times.
    """

    name: str
    cure: bool
    order: str
    migrated: int
    mremap: str
    blocked: bool
    gave_up: bool
    lost: int = 0
    wrong: int = 0
    log: list[str] = field(default_factory=list)


def races(console: str) -> list[Raced]:
    """Every race that a console tells of, in their order."""
    found: list[Raced] = []
    for line in console.splitlines():
        if match := RACED.match(line):
            name, cure, order, migrated, mremap, blocked, gave_up = match.groups()
            flags = blocked == "1", gave_up == "1"
            found.append(Raced(name, cure == "1", order, int(migrated), mremap, *flags))
        elif found and (match := CHECKED.match(line)):
            found[-1].lost += int(match[2])
            found[-1].wrong += int(match[3])
        elif found and LINE.match(line):
            found[-1].log.append(line)
    return found


def death(console: str) -> tuple[str, str] | None:
    """The file and line of the BUG that a kernel died by, and the function; None if it did not."""
    bug = BUG.search(console)
    if bug is None:
        return None
    where = WHERE.search(console, bug.end())
    return bug[1], where[1] if where else "?"
