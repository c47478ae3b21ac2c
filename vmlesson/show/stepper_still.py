"""The stepper where no widget runs: one state as an SVG, and as a table."""

from __future__ import annotations

from html import escape
from typing import Any

from .stepper_words import page_name, page_number

ROW, CELL, LEFT, COLUMN = 46, 62, 250, 90
FILLS = {"source": "#e69f00", "destination": "#56b4e9"}
WHITE = 'fill="#ffffff" stroke="#000000"'
CELLS = {"present": "#e6e6e6", "migration": "#f0e442", "zero": "#e6e6e6", "none": "none"}


def picture_at(document: dict[str, Any], position: int) -> dict[str, Any] | None:
    """The picture after so many steps of a document's run; None if the run has none."""
    run = document.get("run") or []
    state = document["steps"][run[position - 1]]["to"] if position else 0
    plain = document["states"][state].get("picture")
    if plain is None:
        return None
    return {key: [document["pool"][item] for item in items] for key, items in plain.items()}


def sentence_at(document: dict[str, Any], position: int) -> str:
    """What the last of so many steps did."""
    if not position:
        return "Before the first step."
    step = document["steps"][document["run"][position - 1]]
    said: str = document["pool"][step["did"]]["sentence"]
    return f"Step {position} of {len(document['run'])}. {said}"


def still(document: dict[str, Any]) -> str:
    """The state at which a document opens, as an SVG."""
    at = document["at"]
    title, said = document["title"] or "A recorded run", sentence_at(document, at)
    picture = picture_at(document, at)
    drawn = [] if picture is None else _rows(document, picture)
    width, height = _size(picture)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="14">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f"{_text(12, 24, title, 'bold')}{_text(12, 46, said)}{''.join(drawn)}</svg>"
    )


def _size(picture: dict[str, Any] | None) -> tuple[int, int]:
    if picture is None:
        return 900, 60
    cells = max((len(vma["cells"]) for vma in picture["vmas"]), default=0)
    columns = len(picture["anon_vmas"])
    width = LEFT + cells * CELL + 170 + columns * COLUMN
    return max(900, width), 130 + len(picture["vmas"]) * (ROW + 8)


def _text(x: float, y: float, text: str, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-weight="{weight}" text-anchor="{anchor}" fill="#000000">'
        f"{escape(text)}</text>"
    )


def _rows(document: dict[str, Any], picture: dict[str, Any]) -> list[str]:
    """A row for each vma, in the order of the walked list, and a column for each anon_vma."""
    avcs = {avc["id"]: avc["vma"] for avc in picture["avcs"]}
    families = sorted(
        picture["anon_vmas"],
        key=lambda each: (each["id"] != document["walked"], -len(each["list"])),
    )
    order = [avcs[avc] for family in families for avc in family["list"] if avc in avcs]
    order += [vma["id"] for vma in picture["vmas"]]
    vmas = {vma["id"]: vma for vma in picture["vmas"]}
    places = {vma: 110 + i * (ROW + 8) for i, vma in enumerate(dict.fromkeys(order)) if vma in vmas}
    roles = dict(document["roles"])
    for move in picture["moves"]:
        roles |= {move["source"]: "source", move["destination"]: "destination"}
    width, height = _size(picture)
    right = width - len(families) * COLUMN
    drawn = []
    for i, family in enumerate(families):
        x = right + i * COLUMN + COLUMN / 2
        drawn.append(_text(x, 82, family["name"], "bold", "middle"))
        # Longer than a column is wide: to the left of where it ends.
        drawn.append(_text(x + COLUMN / 2 - 4, 65, _holders(picture, family["id"]), anchor="end"))
        line = f'<path d="M{x} 90V{height - 14}" stroke="#0072b2" stroke-width="3" '
        drawn.append(line + 'stroke-dasharray="6 4"/>')
    for vma in vmas.values():
        drawn += _row(vma, places[vma["id"]], roles.get(vma["id"], ""), right, picture)
    cursors = {c["avc"]: document["cpus"].index(c["cpu"]) + 1 for c in picture["cursors"]}
    for i, family in enumerate(families):
        x = right + i * COLUMN + COLUMN / 2
        for number, avc in enumerate(family["list"], 1):
            if avcs.get(avc) not in places:
                continue
            y = places[avcs[avc]] + ROW / 2
            drawn.append(f'<circle cx="{x}" cy="{y}" r="14" {WHITE} stroke-width="2"/>')
            drawn.append(_text(x, y + 5, str(number), "bold", "middle"))
            if avc in cursors:
                drawn.append(_text(x + 18, y + 5, f"◀ {cursors[avc]}", "bold"))
    return drawn


def _row(
    vma: dict[str, Any], y: float, role: str, right: float, picture: dict[str, Any]
) -> list[str]:
    bounds = f"[{page_number(vma['start'])}, {page_number(vma['end'])})"
    drawn = [
        f'<path d="M12 {y + ROW / 2}H{right + COLUMN / 2}" stroke="#000000" stroke-width="2"/>',
        f'<rect x="12" y="{y}" width="{right - 30}" height="{ROW}" rx="5" {WHITE}/>',
        f'<rect x="12" y="{y}" width="40" height="{ROW}" rx="5" stroke="#000000" '
        f'fill="{FILLS.get(role, CELLS["present"])}"/>',
        _text(32, y + 28, vma["name"], "bold", "middle"),
        _text(60, y + 28, role, "bold"),
        _text(158, y + 28, bounds),
    ]
    x = float(LEFT)
    for cell in vma["cells"]:
        dash = ' stroke-dasharray="4 3"' if cell["kind"] == "none" else ""
        drawn.append(
            f'<rect x="{x}" y="{y + 4}" width="{CELL - 4}" height="{ROW - 8}" '
            f'fill="{CELLS[cell["kind"]]}" stroke="#000000"{dash}/>'
        )
        drawn.append(
            f'<text x="{x + CELL / 2 - 2}" y="{y + 17}" font-size="10" text-anchor="middle">'
            f"{page_number(cell['address'])}</text>"
        )
        drawn.append(_text(x + CELL / 2 - 2, y + 34, in_a_cell(cell), "bold", "middle"))
        x += CELL
    tables = {cell["table"] for cell in vma["cells"]}
    locks = {table["lock"] for table in picture["tables"] if table["id"] in tables}
    held = [lock for lock in picture["locks"] if lock["id"] in locks and lock["owners"]]
    for lock in held:
        drawn.append(_text(x + 10, y + 28, f"ptl: {_who(lock)}"))
    return drawn


def in_a_cell(cell: dict[str, Any]) -> str:
    """A pte in a few letters."""
    if cell["kind"] == "migration":
        return f"→ {page_name(cell['pfn'])}"
    if cell["kind"] == "present":
        return page_name(cell["pfn"]) + ("" if cell["write"] else " r")
    return str(cell["kind"])


def _who(lock: dict[str, Any]) -> str:
    waiters = f", {', '.join(lock['waiters'])} waits" if lock["waiters"] else ""
    return (", ".join(lock["owners"]) or "free") + waiters


def _holders(picture: dict[str, Any], family: str) -> str:
    for lock in picture["locks"]:
        if lock["guards"] == family and lock["owners"]:
            return f"mutex: {_who(lock)}"
    return ""


def table(document: dict[str, Any]) -> str:
    """Every step of a document's run, one row each."""
    rows = []
    for number, place in enumerate(document.get("run") or [], 1):
        step = document["pool"][document["steps"][place]["did"]]
        mark = " ← opens here" if number == document["at"] else ""
        rows.append(
            f'<tr><th scope="row">{number}</th><td>{escape(step["sentence"])}</td>'
            f"<td>{escape('; '.join(step['changes']))}{mark}</td></tr>"
        )
    verdict = document.get("verdict") or {}
    end = ": ".join(verdict[part] for part in ("kind", "message") if verdict.get(part))
    return (
        '<table><thead><tr><th scope="col">step</th><th scope="col">what</th>'
        f'<th scope="col">changes</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f"<p>{escape(end)}</p>"
    )
