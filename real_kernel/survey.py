"""The long run: every order of every layout, with the cure and without; and races without gates."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from . import predict
from .boot import boot
from .console import races
from .layouts import layouts
from .rows import differs, job

RACES = 3000
FREE = re.compile(r"free: cure=(\d) attempts=(\d+) migrated=(\d+) lost=(\d+) seconds=(\d+)")


@dataclass
class Asked:
    """One layout with the cure or without: of so many orders, how many lose a page."""

    orders: int = 0
    losing: int = 0
    lost: int = 0
    unlike: list[str] = field(default_factory=list)


@dataclass
class Free:
    """Races without gates, with the cure or without."""

    cure: bool
    attempts: int
    migrated: int
    lost: int
    seconds: int


def every_order(heard: Callable[[str], object]) -> dict[str, dict[bool, Asked]]:
    """What each layout came to, by its name, and by whether the cure was on."""
    asked = [
        (name, calls, cure, race)
        for name, calls in layouts().items()
        for cure in (True, False)
        for race in predict.races(calls, cure)
    ]
    jobs = [job(name, calls, race.order, cure) for name, calls, cure, race in asked]
    found = races(boot(["jobs"], heard, jobs))
    table = {name: {cure: Asked() for cure in (True, False)} for name in layouts()}
    for index, (name, _, cure, race) in enumerate(asked):
        row = table[name][cure]
        row.orders += 1
        row.losing += race.lost
        if index >= len(found):
            row.unlike.append(f"{race.order}: the guest did not get that far")
            continue
        row.lost += found[index].lost > 0
        if difference := differs(found[index], race):
            row.unlike.append(f"{race.order}: {difference}")
    return table


def without_gates(heard: Callable[[str], object]) -> list[Free]:
    """Races in which nobody waits for a turn, with the cure and without."""
    console = boot([f"free {cure} {RACES}" for cure in (1, 0)], heard)
    return [Free(cure == "1", *map(int, numbers)) for cure, *numbers in FREE.findall(console)]
