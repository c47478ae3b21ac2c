"""One layout on the model and on a real kernel, and who goes next on both.

A layout is a few calls, of which the last races with the migration of a page.  The module lets a
real kernel's two sides run from gate to gate, by an order such as "mwwmw"; here the model does the
same, and says so in the words of the module's log.
"""

from __future__ import annotations

import re
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from vmlesson.kernel import PAGE_SIZE, Kernel, Scenario
from vmlesson.kernel.atomic import BOOT, CPU, Finding
from vmlesson.kernel.audit import bounds_of
from vmlesson.replay.execution import Execution, driving
from vmlesson.scenarios import BASE, Stage

PTES_PER_TABLE = 512
WALKER, MOVER = "migration", "mremap"
ASKS = "mover: asks for the anon_vma lock, which the walker holds"


def layout(calls: str, name: str = "") -> Scenario[Stage]:
    """The situation that `calls` builds, in the words of guest/race.c."""

    def setup(kernel: Kernel) -> Stage:
        stage = Stage(kernel, 1, walkers=1)
        task = kernel.spawn("T")
        for call in calls.split(";"):
            verb, *words = call.split()
            if verb == "fork":
                task = stage.fork(task, f"{task}'")
                continue
            number, *rest = (int(word, 16) for word in words)
            start = number - BASE
            if verb == "map":
                stage.map(task, start, rest[0])
            elif verb == "write":
                for position in range(start, start + rest[0]):
                    stage.write(task, position)
            elif verb == "move":
                stage.move(task, start, rest[0], rest[1] - BASE)
            elif verb == "unmap":
                stage.unmap(task, start, rest[0])
            elif verb == "protect":
                task.mprotect(number * PAGE_SIZE, rest[0] * PAGE_SIZE, rest[1])
            else:
                count, to, page, fails = rest
                stage.race_move(MOVER, task, start, count, to - BASE, fails=fails > 0)
                stage.candidates = [(task, page - BASE)]
                if fails:
                    kernel.fail_allocation("page table", fails)
        stage.begin_migrations()
        stage.end_of_setup()
        return stage

    return Scenario(setup, Stage.cpus, Stage.promise, name, ptes_per_table=PTES_PER_TABLE)


@dataclass
class Race:
    """What came of one order of turns on the model.

    Attributes:
        order: the turns, "w" and "m", until one side was alone.
        log: (line in the module's words, number of steps taken before it).
        schedule: the CPUs' names, one per step.
        blocked: whether the mover came to the anon_vma lock while the walker held it.
        finding: what the run fails by.
    """

    order: str = ""
    log: list[tuple[str, int]] = field(default_factory=list)
    schedule: list[str] = field(default_factory=list)
    blocked: bool = False
    finding: Finding | None = None

    @property
    def lost(self) -> bool:
        """Whether a page is lost."""
        return self.finding is not None and " is lost" in self.finding.message

    @property
    def lines(self) -> list[str]:
        """The log, as it can be compared with that of a real kernel."""
        return comparable(line for line, _ in self.log)


def comparable(lines: Iterable[str]) -> list[str]:
    """What the module and the model both say, without what only one of them can know.

    That is: page frame numbers, how much was moved, the failing allocation, the flag, and what was
    looked up after the race.  Once both sides run on, whose line comes first is chance: the
    walker's are put first.
    """
    words = (re.sub(r"^ *\d+ +\d+ us +cpu\d +", "", line) for line in lines)
    both = (line for line in words if re.match(r"(walker|mover): (?!page table|need_)", line))
    said = [
        re.sub(r"(?<=page )[0-9a-f]+|, need_rmap_locks=\d|, \w+ bytes", "", line) for line in both
    ]
    turns = said.index(ASKS) + 1 if ASKS in said else len(said)
    return said[:turns] + sorted(said[turns:], key=lambda line: line.startswith("mover"))


class Turns:
    """An execution of a layout that is driven from gate to gate."""

    def __init__(self, program: Any) -> None:
        self.execution = Execution(program, BOOT.made)
        by_name = {cpu.name: index for index, cpu in enumerate(self.execution.cpus)}
        self.index = {"w": by_name[WALKER], "m": by_name[MOVER]}
        self.race = Race()
        self.met: list[Coroutine[Any, Any, Any]] = []
        self.waiting: dict[str, list[str]] = {"w": [], "m": []}
        self.visits = self.moves = 0
        self.inside: dict[str, list[Coroutine[Any, Any, Any]]] = {"w": [], "m": []}
        self.alone = False
        self.note("walker: page  is locked, migration entries stand for it")
        self.waiting["w"].append("walker: sets out to find the entries")

    def cpu(self, side: str) -> CPU:
        """The CPU of a side."""
        return self.execution.cpus[self.index[side]]

    def note(self, line: str) -> None:
        """Write a line of the log; where a gate has none, it is empty."""
        if line:
            self.race.log.append((line, len(self.race.schedule)))

    def turn(self, side: str) -> None:
        """Let one side run from its gate to its next one, or into a lock that the other holds."""
        self.race.order += side
        waiting = self.waiting[side]
        if waiting:
            self.note(waiting.pop(0))
        while not waiting and self.cpu(side).pending is not None:
            if not self.cpu(side).enabled:
                self.note(ASKS)
                self.race.blocked = self.alone = True
                return
            self.step(side)
            if side == "w" and self.alone:
                return
        self.alone |= self.cpu(side).pending is None

    def step(self, side: str) -> None:
        """One step, and the gates that it led to."""
        self.race.schedule.append(self.cpu(side).name)
        self.cpu(side).step()
        stack = self.cpu(side).stack
        for coroutine in self.inside[side]:
            if not _among(stack, coroutine):
                self.inside[side].remove(coroutine)
                self._returned(side)
        for coroutine in stack:
            if not _among(self.met, coroutine):
                self.met.append(coroutine)
                if _name(coroutine) in ("rmap_walk_anon", "move_page_tables"):
                    self.inside[side].append(coroutine)
                self._entered(_name(coroutine), coroutine.cr_frame.f_locals)  # type: ignore[attr-defined]

    def _returned(self, side: str) -> None:
        if side == "w":
            self.note(f"walker: walk over after {self.visits} visits, will unlock the page")
            self.alone = True
        else:
            self.note(f"mover: move {self.moves} done")
            self.waiting["m"].append("")

    def _entered(self, name: str, given: dict[str, Any]) -> None:
        if name == "remove_migration_pte":
            start, end, pgoff = bounds_of(given["vma"])
            self.visits += 1
            where = f"vma {start:x}-{end:x} pgoff {pgoff:x}, address {given['addr']:x}"
            self.waiting["w"].append(f"walker: visit {self.visits}, {where}")
        elif name == "copy_vma":
            there, pgoff = f"{given['addr']:x}, length {given['length']:x}", given["pgoff"]
            self.note(f"mover: copy_vma for {there}, pgoff {pgoff:x}")
        elif name == "move_page_tables":
            self.moves += 1
            what = f"{given['old_addr']:x} -> {given['new_addr']:x}, length {given['length']:x}"
            self.waiting["m"].append(f"mover: move {self.moves}, {what}")

    def finish(self) -> Race:
        """Let both run to their ends, the walker first, and say what came of it."""
        for side in ("w", "m"):
            while self.cpu(side).pending is not None and self.cpu(side).enabled:
                for line in self.waiting[side]:
                    self.note(line)
                self.waiting[side].clear()
                self.step(side)
        self.race.finding = self.execution.finding_at_end()
        return self.race

    def close(self) -> None:
        """Drop what has not ended."""
        self.execution.close()


def _among(stack: list[Coroutine[Any, Any, Any]], coroutine: Coroutine[Any, Any, Any]) -> bool:
    return any(coroutine is each for each in stack)


def _name(coroutine: Any) -> str:
    return str(coroutine.cr_code.co_name)


def race(program: Any, order: str) -> Race:
    """What comes of one order of turns."""
    with driving():
        turns = Turns(program)
        try:
            for side in order:
                if not turns.alone:
                    turns.turn(side)
            return turns.finish()
        finally:
            turns.close()
