"""A recorded schedule as a table: one row a step, one column a CPU."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape

from ..errors import check_kind
from .trace import Step, Trace

WIDTH = 100
POINTERS = (".next", ".prev")
"""Ends of names that a table leaves out: the list operation itself says what becomes of them."""


def action(step: Step) -> str:
    """The operation of a step, and what it gave: the value that it read."""
    return f"{step.operation} = {step.result}" if step.result else step.operation


def effects(step: Step) -> list[str]:
    """What a step did besides: locks, values written, findings."""
    did = [f"takes {lock}" for lock in step.taken if lock not in step.operation]
    did += [f"drops {lock}" for lock in step.dropped if lock not in step.operation]
    for label, (old, new) in step.writes.items():
        if not label.endswith(POINTERS):
            did.append(f"{label}: {old} → {new}")
    return did + [f"{kind}: {message}" for kind, message in step.findings]


def endings(trace: Trace) -> list[str]:
    """How the execution ends, one line a fact."""
    if trace.finding is None or trace.finding[0] == "deadlock":
        waits = []
    else:
        last = trace.steps[-1].cpus if trace.steps else trace.start
        waits = [f"{cpu} waits: {view.waits}" for cpu, view in last.items() if view.waits]
    return waits + ([] if trace.finding is None else [": ".join(trace.finding)])


def as_text(trace: Trace, width: int = WIDTH) -> str:
    """The table in plain characters; ``!`` marks a preemption."""
    check_kind("as_text", trace, Trace, "a recorded run, as replay(…) returns it")
    number = len(str(len(trace.steps))) + 1
    cells = ["; ".join((action(step), *effects(step))) for step in trace.steps]
    most = (width - number) // len(trace.cpus) - 2
    column = max(12, min(most, max(map(len, (*cells, *trace.cpus)))))
    rows = [" " * number + "".join(f"  {cpu:<{column}}" for cpu in trace.cpus)]
    rows.append(" " * number + f"  {'-' * column}" * len(trace.cpus))
    for index, (step, cell) in enumerate(zip(trace.steps, cells, strict=True), 1):
        indent = " " * (column + 2) * trace.cpus.index(step.cpu)
        head = f"{index:>{number - 1}}{'!' if step.preemption else ' '}"
        for part in textwrap.wrap(cell, column, subsequent_indent="  "):
            rows.append(f"{head}{indent}  {part}")
            head = " " * number
    if trace.preemptions:
        rows.append("! the CPU before could have gone on: a preemption")
    return "\n".join(row.rstrip() for row in rows + endings(trace))


def as_html(trace: Trace) -> str:
    """The table for a notebook."""
    rows = []
    for index, step in enumerate(trace.steps, 1):
        cell = "<br>".join(map(escape, (action(step), *effects(step))))
        if step.preemption:
            cell = f"<strong>preemption</strong><br>{cell}"
        rows.append([str(index), *(cell if cpu == step.cpu else "" for cpu in trace.cpus)])
    end = "".join(f"<p>{escape(line)}</p>" for line in endings(trace))
    return html_table(["step", *map(escape, trace.cpus)], rows) + end


def html_table(
    head: Iterable[str], rows: Iterable[Iterable[str]], caption: str = "", whole: int = 0
) -> str:
    """A table of what is HTML; the first cell of a row is its heading.

    The lines of the first columns, so many as are to stay `whole`, are not broken.
    """
    left = "text-align: left"  # JupyterLab sets the cells of a table to the right
    above = "".join(f'<th scope="col" style="{left}">{cell}</th>' for cell in head)
    below = ""
    for row in rows:
        below += "<tr>"
        for column, cell in enumerate(row):
            style = left + "; white-space: nowrap" * (column < whole)
            tag, scope = ("td", "") if column else ("th", ' scope="row"')
            below += f'<{tag}{scope} style="{style}">{cell}</{tag}>'
        below += "</tr>"
    return f"<table>{caption}<thead><tr>{above}</tr></thead><tbody>{below}</tbody></table>"
