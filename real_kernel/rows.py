"""The short run: the commit's program, and two races with the cure and without, ten times each."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import predict
from .boot import boot
from .console import Raced, death, races
from .layouts import ORDER, RETREAT
from .turns import Race, comparable

TIMES = 10
CALLS = {"order": ORDER, "way-back": RETREAT}
BOOTED = re.compile(r"=== booted Linux (\S+), ")
FLAG = re.compile(r" move_page_tables: .* need_rmap_locks=(\d)")


@dataclass
class Row:
    """One line of the table; `unlike` says where the kernel did something other than the model."""

    what: str
    cure: str
    order: str
    found: str
    predicted: str
    dies_in: str = ""
    unlike: str = ""

    @property
    def cells(self) -> list[str]:
        """What stands in its columns."""
        said = self.unlike or self.dies_in or "-"
        return [self.what, self.cure, self.order, self.found, self.predicted, said]

    def __str__(self) -> str:
        return "{:10} {:5} {:8} {:10} {:10} {}".format(*self.cells)


HEAD = Row("race", "cure", "order", "lost", "predicted", "dies in")


def job(name: str, calls: str, order: str, cure: bool, times: int = 1, end: str = "mend") -> str:
    """A line for guest/race.c."""
    return f"{name} {int(cure)} {times} {end} {order}; {calls}"


@dataclass
class Short:
    """What came of the short run: which kernel it was, its consoles, and the table."""

    release: str
    console: str
    rows: list[Row]


def short_run(heard: Callable[[str], object]) -> Short:
    """Two boots, each of which ends when a lost page is touched."""
    orders = {name: predict.losing(calls).order for name, calls in CALLS.items()}
    asked = [(name, cure) for name in CALLS for cure in (True, False)]
    jobs = [job(name, CALLS[name], orders[name], cure, TIMES) for name, cure in asked]
    touch = {name: job(name, CALLS[name], orders[name], False, end="touch") for name in CALLS}
    first, second = CALLS
    console = boot(["program", "jobs", "hits", "touch"], heard, jobs, [touch[first]])
    other = boot(["touch"], heard, touch=[touch[second]])
    ends = {first: death(console), second: death(other)}
    release = BOOTED.search(console)
    found = races(console)
    rows = [program_row(console), probe_row(console)]
    for name, cure in asked:
        here = [each for each in found if (each.name, each.cure) == (name, cure)][:TIMES]
        rows.append(_row(name, cure, orders[name], here, None if cure else ends[name]))
    return Short(release[1] if release else "?", console + other, rows)


def program_row(console: str) -> Row:
    """The commit's program: which of its moves need the cure."""
    flags = [flag == "1" for flag in FLAG.findall(console)]
    expected = predict.flags_of_commit_program()
    row = Row("program", "", "", _flags(flags), _flags(expected))
    if "\nok\n" not in console:
        row.unlike = "the program did not say ok"
    elif flags != expected:
        row.unlike = "need_rmap_locks of its mremaps is different"
    return row


def _flags(flags: Iterable[bool]) -> str:
    return "flag " + ", ".join("01"[flag] for flag in flags)


def probe_row(console: str) -> Row:
    """Whether each probe was hit: a function can be there, and inlined where it matters."""
    hits = dict(re.findall(r"(\w+)=(\d+)", console.partition("=== hits")[2].partition("===")[0]))
    never = [name for name, count in hits.items() if count == "0"]
    row = Row("probes", "", "", f"{len(hits) - len(never)} hit", f"{len(hits)} hit")
    if never or not hits:
        row.unlike = f"never hit: {', '.join(never) or 'all'}"
    return row


def _row(
    name: str, cure: bool, order: str, found: list[Raced], died: tuple[str, str] | None
) -> Row:
    race = predict.race(CALLS[name], order, cure)
    lost = sum(each.lost > 0 for each in found)
    row = Row(
        name,
        "on" if cure else "off",
        order,
        f"{lost} of {len(found)}",
        f"{TIMES if race.lost else 0} of {TIMES}",
    )
    unlike = [difference for each in found if (difference := differs(each, race))]
    if unlike or len(found) < TIMES:
        row.unlike = unlike[0] if unlike else "the guest did not get that far"
    elif died is not None:
        row.dies_in = f"kernel BUG at {died[0]}! ({died[1]})"
    elif race.lost:
        row.unlike = "touching the lost page did no harm"
    return row


def differs(said: Raced, race: Race) -> str:
    """In what a race on the kernel was another than the model's; "" if in nothing."""
    if said.gave_up:
        return "somebody waited for a turn that never came"
    if said.wrong:
        return f"{said.wrong} pages hold something other than was written"
    if (said.lost > 0) != race.lost:
        return "a page was lost" if said.lost else "no page was lost"
    if said.blocked != race.blocked:
        return "the mover had to wait" if said.blocked else "the mover did not have to wait"
    here, there = comparable(said.log), race.lines
    if said.log and here != there:
        pairs = zip([*here, ""], [*there, ""], strict=False)
        return next(f"it says {one!r}, the model {two!r}" for one, two in pairs if one != two)
    return ""
