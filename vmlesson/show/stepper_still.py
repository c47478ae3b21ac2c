"""The stepper where no widget runs: the chains of the state that it opens at, and a table."""

from __future__ import annotations

from html import escape
from typing import Any

from .graphs import draw_chains
from .render import CannotRender, Table
from .scene import Scene, cursors_in


def still(document: dict[str, Any]) -> str:
    """The state at which a document opens, as an SVG; "" if there is nothing to be drawn."""
    pool, at = document["pool"], document["at"]
    way = [document["steps"][number] for number in document["run"][:at]]
    plain = [document["states"][step["to"]].get("picture") for step in ({"to": 0}, *way)]
    if plain[-1] is None:
        return ""
    picture = {key: [pool[item] for item in items] for key, items in plain[-1].items()}
    last = next((each["moves"] for each in reversed(plain) if each and each["moves"]), ())
    roles = {} if last else dict(document["roles"])
    for move in (pool[item] for item in last):
        roles |= {move["source"]: "source", move["destination"]: "destination"}
    scene = Scene(picture, pages=True, roles=roles, cursors=cursors_in(picture))
    scene.changed = dict.fromkeys(pool[way[-1]["did"]]["ids"] if at else (), "changed")
    title = document["title"] or "A recorded run"
    try:
        return draw_chains(scene, title, legend=False).svg()
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
