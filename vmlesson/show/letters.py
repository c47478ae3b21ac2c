"""A drawing in letters, and its content as a table: where no picture can be, or can be seen."""

from __future__ import annotations

from .look import Item, bounds, short
from .scene import Scene


def letters(title: str, scene: Scene) -> str:
    """The rows with their knots, as plain text; ``A2`` is the second on the list of A."""
    heads = {vma["id"]: scene.heading(vma) for vma in scene.rows}
    ranges = {vma["id"]: bounds(vma) for vma in scene.rows}
    head_width = max(map(len, heads.values()), default=0)
    range_width = max(map(len, ranges.values()), default=0)
    knots = {avc: knot(scene, avc) for avcs in scene.knots.values() for avc in avcs}
    widths: dict[int, int] = {}
    for family, lane in scene.lanes.items():
        longest = max(len(knots[avc]) for avc in scene.knots[family])
        widths[lane] = max(widths.get(lane, 0), longest)
    lines = [title]
    for mm in scene.mms:
        lines.append(scene.label(mm))
        for vma in scene.of(mm):
            in_lane = {scene.lanes[scene.avcs[avc]["anon_vma"]]: knots[avc]
                       for avc in vma["chain"] if avc in knots}  # fmt: skip
            last = max(in_lane, default=-1)
            thread = "".join(
                "--" + in_lane.get(lane, "").ljust(widths[lane], "-") for lane in range(last + 1)
            ).rstrip("-")
            row = f"  {heads[vma['id']]:{head_width}}  {ranges[vma['id']]:{range_width}}  {thread}"
            lines.append(row.rstrip())
            if scene.pages and vma["cells"]:
                lines.append(f"    ptes: {ptes(scene, vma)}")
        if not scene.of(mm):
            lines.append("  nothing is mapped")
    for family in scene.knots:
        if family in scene.families:
            item = scene.families[family]
            root = ", root" if item["root"] == family else ""
            lines.append(f"anon_vma {item['name']}{root}: {scene.walk(family)}")
    return "\n".join(lines)


def knot(scene: Scene, avc: str) -> str:
    """An avc in letters."""
    family = scene.families.get(scene.avcs[avc]["anon_vma"], {}).get("name", "?")
    return f"{family}{scene.places.get(avc, ' off')}" + (" <walk" if avc in scene.cursors else "")


def ptes(scene: Scene, vma: Item) -> str:
    """The ptes of a vma in words."""
    return ", ".join(short(cell, scene.frames, scene.families) for cell in vma["cells"])


def rows_of_table(scene: Scene) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The head and the rows of a table with the content of a drawing."""
    head = ("vma", "mm", "range and pgoff (pages, hex)", "same_vma: list and place", "ptes")
    rows: list[tuple[str, ...]] = []
    for mm in scene.mms:
        for vma in scene.of(mm):
            knots = ", ".join(knot(scene, avc) for avc in vma["chain"] if avc in scene.avcs)
            row = scene.heading(vma), mm["name"], bounds(vma), knots or "on no list"
            rows.append((*row, ptes(scene, vma)))
    return (head, rows) if scene.pages else (head[:-1], [row[:-1] for row in rows])
