"""A run on paper: a row for each time that a CPU goes on until another does."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from .pages import fill


def turns(document: dict[str, Any]) -> Markup:
    """The run of a stepper's document as a table."""
    steps = [document["pool"][document["steps"][place]["did"]] for place in document["run"]]
    rows, last = [], 0
    for cpu, turn in groupby(steps, key=lambda step: step["cpu"]):
        together = list(turn)
        first, last = last + 1, last + len(together)
        said = (step["said"].rstrip(".") for step in together)
        changes = (change for step in together for change in step["changes"])
        rows.append(
            {
                "first": first,
                "last": last,
                "cpu": document["cpus"][cpu],
                "does": list(dict.fromkeys(said)),
                "changes": list(dict.fromkeys(changes)),
            }
        )
    verdict = document.get("verdict") or {}
    return fill(
        "turns.html",
        drive=bool(document.get("drive")),
        title=document["title"],
        turns=rows,
        end=": ".join(verdict[part] for part in ("kind", "message") if verdict.get(part)),
    )
