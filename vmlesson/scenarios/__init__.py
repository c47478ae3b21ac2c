"""Named situations in which mremap, fork and exit meet a page under migration.

Each is the set-up of one race: system calls that build the lists, one call that is critical, and
the pages that are under migration meanwhile.  A page under migration stands, at the start, at the
arranged midpoint: walk 1 has put the migration entries, walk 2 is to replace them.
(whole-migration starts at the first line of both; in merge-faulted one CPU moves, and migrates
then.)  After every execution every page is touched and read back, and the whole state is audited.

Positions are page numbers here; N is the number of pages that the critical call moves, K the
number of pages under migration, each on a CPU of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..errors import UserError, check_whole, instead_of
from ..explore import Result, ScheduleError, Trace, explore, replay
from ..kernel import Kernel, Scenario
from ..kernel.scenario import DEFAULT_RELEASE, Patches
from ..kernel.text import find_release
from ..replay.labels import counted
from .catalogue import CATALOGUE, FAR, LOW, Entry, Form
from .stage import BASE, Stage, address, page_at

# fmt: off
__all__ = [
    "BASE", "CATALOGUE", "FAR", "LOW", "Entry", "Form", "Stage", "address", "explore_scenario",
    "find", "page_at", "replay_file", "scenarios",
]
# fmt: on


def find(name: str) -> Entry:
    """The scenario of that name, or number ("S7").

    Raises:
        UserError: there is none; names the nearest, or all that there are.
    """
    for entry in CATALOGUE.values():
        if name in (entry.name, entry.number) and name:
            return entry
    raise UserError(f"unknown scenario {name!r}; {instead_of(name, CATALOGUE)}")


def scenarios(
    name: str,
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    first: int = 0,
) -> dict[str, Scenario[Stage]]:
    """The forms of a scenario, ready to be explored, by their names.

    Args:
        name: as in `find`.
        pages: N, how many pages the critical call moves (1 to 16); the scenario's own by default.
        walkers: K, how many of them are under migration (0 to N); the scenario's own by default.
        form: only this one.  What was called a chunk in older notebooks is a batch.
        first: which page is the first under migration, counted from 0: those that move, then those
            of the same vmas, and of others, that stay.

    Raises:
        UserError: unknown name or form; a number out of range.
    """
    entry = find(name)
    pages = entry.pages if pages is None else pages
    check_whole("pages", pages, 1, 16)
    walkers = min(entry.walkers, pages) if walkers is None else walkers
    check_whole("walkers", walkers, 0, pages)
    check_whole("first", first, 0)
    forms = entry.forms(pages)
    form = None if form is None else of_today(str(form))
    if form is not None and form not in forms:
        named = ", ".join(repr(each) for each in forms if each) or "only one, without a name"
        raise UserError(f"unknown form {form!r} of {entry.name}; there are {named}")
    return Forms(
        (each, _scenario(entry.name, forms[each], pages, walkers, first))
        for each in forms
        if form is None or each == form
    )


class Forms(dict[str, Scenario[Stage]]):
    """Scenarios by the names of their forms, older names too: nobody's notebook is overwritten."""

    def __missing__(self, form: str) -> Scenario[Stage]:
        if of_today(form) == form:
            raise KeyError(form)
        return self[of_today(form)]


def of_today(form: str) -> str:
    """A form's name; what is a batch was called a chunk."""
    return form.replace("one chunk", "one batch").replace("two chunks", "two batches")


def _scenario(name: str, form: Form, pages: int, walkers: int, first: int) -> Scenario[Stage]:
    def setup(kernel: Kernel) -> Stage:
        stage = Stage(kernel, pages, walkers, first)
        form.build(stage)
        stage.begin_migrations()
        stage.end_of_setup()
        return stage

    return Scenario(
        setup,
        Stage.cpus,
        Stage.promise,
        name=name,
        ptes_per_table=form.ptes_per_table,
        pages_per_batch=form.pages_per_batch,
    )


def explore_scenario(
    name: str,
    release: str = DEFAULT_RELEASE,
    *,
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    first: int = 0,
    patches: Patches = (),
    executions: int | None = None,
    seconds: float | None = None,
    first_failure: bool = False,
) -> Result:
    """Try every schedule of every form of a scenario; counts are sums over the forms.

    Args:
        name, pages, walkers, form, first: as in `scenarios`.
        release, patches: of the kernel that is booted.
        executions: stop each form after so many.
        seconds: stop each form after so long.
        first_failure: stop there, instead of going on to find the best of all.

    Raises:
        UserError: an unknown name, form or release; a number out of range.
    """
    find_release(release)
    total, stopped = Result(), []
    forms = scenarios(name, pages, walkers, form, first)
    for each, scenario in forms.items():
        found = explore(
            scenario,
            release=release,
            patches=patches,
            executions=executions,
            seconds=seconds,
            first_failure=first_failure,
        )
        total += replace(found.in_form(each), consequence="lose a page")
        stopped.append(found.stopped)
        if found.interrupted or (first_failure and found.failing):
            return total
    if total.stopped and len(forms) > 1:
        total.stopped += f" in {stopped.count(total.stopped)} of {len(forms)} forms"
    return total


def replay_file(path: Path, number: int = 1) -> Trace:
    """Run a failing schedule again, from a file that ``vmlesson explore --json`` wrote.

    Args:
        path: the file.
        number: which of its failures, counted from 1.

    Raises:
        UserError: the file cannot be read, holds something else, or its schedule does not fit.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        name, release = str(saved["scenario"]), str(saved["release"])
        sizes = saved["pages"], saved["walkers"], saved["first"]
        failures = [(failure, str(failure.get("form", ""))) for failure in saved["failures"]]
        if not all(isinstance(number, int) for number in sizes):
            raise TypeError("pages, walkers and first must be numbers")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise UserError(f"{path} is not the output of vmlesson explore SCENARIO --json") from None
    if not 1 <= number <= len(failures):
        raise UserError(f"{path} has {counted(len(failures), 'failure')}; none is number {number}")
    failure, form = failures[number - 1]
    try:
        find_release(release)
        pages, walkers, first = sizes
        (scenario,) = scenarios(name, pages, walkers, form, first).values()
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    try:
        return replay(scenario, failure, release=release)
    except ScheduleError as error:
        raise UserError(f"{path} does not fit {name} on {release}: {error}") from None
