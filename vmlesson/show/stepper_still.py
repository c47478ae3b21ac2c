"""The stepper where no widget runs: the chains of the state that it opens at, and a table."""

from __future__ import annotations

from html import escape
from typing import Any

from .graphs import draw_chains
from .render import CannotRender, Table
from .scene import Marks, Scene, cursors_in


def picture_at(document: dict[str, Any], position: int) -> dict[str, Any] | None:
    """The picture after so many steps of a document's run; None if the run has none."""
    run = document.get("run") or []
    state = document["steps"][run[position - 1]]["to"] if position else 0
    plain = document["states"][state].get("picture")
    if plain is None:
        return None
    return {key: [document["pool"][item] for item in items] for key, items in plain.items()}


def step_at(document: dict[str, Any], position: int) -> dict[str, Any]:
    """What the last of so many steps did; empty before the first."""
    if not position:
        return {}
    step = document["steps"][document["run"][position - 1]]
    did: dict[str, Any] = document["pool"][step["did"]]
    return did


def still(document: dict[str, Any]) -> str:
    """The state at which a document opens, as an SVG; "" if there is nothing to be drawn."""
    picture, step = picture_at(document, document["at"]), step_at(document, document["at"])
    if picture is None:
        return ""
    roles = {} if picture["moves"] else dict(document["roles"])
    for move in picture["moves"]:
        roles |= {move["source"]: "source", move["destination"]: "destination"}
    changed = dict.fromkeys(step.get("ids", ()), "changed")
    marks = Marks(roles, cursors_in(picture, None), changed)
    title = document["title"] or "A recorded run"
    try:
        return draw_chains(Scene(picture), marks, title, True, False).svg()
    except CannotRender:
        return ""


def table(document: dict[str, Any]) -> str:
    """Every step of a document's run, one row each; what a driven one begins with."""
    if document.get("drive"):
        names = escape(" or ".join(document["cpus"]))
        return (
            f"<p>{escape(document['title'] or 'A race')}: at each step, {names} goes next. To "
            "choose, run the cell, or open the exported page.</p>"
        )
    rows = []
    for number, place in enumerate(document.get("run") or [], 1):
        step = document["pool"][document["steps"][place]["did"]]
        mark = " ← opens here" if number == document["at"] else ""
        rows.append((str(number), step["sentence"], "; ".join(step["changes"]) + mark))
    verdict = document.get("verdict") or {}
    end = ": ".join(verdict[part] for part in ("kind", "message") if verdict.get(part))
    steps = Table(document["title"], ("step", "what", "changes"), rows)
    return f"{steps.html()}<p>{escape(end)}</p>"
