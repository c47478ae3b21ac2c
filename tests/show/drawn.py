"""Reads drawings: what is in them, where, and what it says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any, NamedTuple

from vmlesson.show.render import Drawing, render

SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """Where a node is: its centre and half its size, in points, y upwards."""

    x: float
    y: float
    w: float
    h: float

    def overlaps(self, other: Box) -> bool:
        near_x = abs(self.x - other.x) < self.w + other.w - 0.5
        return near_x and abs(self.y - other.y) < self.h + other.h - 0.5


def parts(drawing: Drawing) -> dict[str, set[str]]:
    """The ids of nodes, edges and clusters by their class, without the legend."""
    found: dict[str, set[str]] = {}
    for group in ET.fromstring(drawing.svg()).iter(f"{SVG}g"):
        for kind in group.get("class", "").split()[1:]:
            if not group.get("id", "").startswith("legend "):
                found.setdefault(kind, set()).add(group.get("id", ""))
    return found


def legend(drawing: Drawing) -> set[str]:
    """The ids of what explains the drawing."""
    ids = {group.get("id", "") for group in ET.fromstring(drawing.svg()).iter(f"{SVG}g")}
    return {id for id in ids if id.startswith("legend ")}


def boxes(drawing: Drawing) -> dict[str, Box]:
    """Where each node is."""
    found = {}
    for line in render(drawing.source, "plain").decode().splitlines():
        if match := re.match(r'node ("[^"]*"|\S+) (\S+) (\S+) (\S+) (\S+) ', line):
            x, y, w, h = (float(number) * 72 for number in match.groups()[1:])
            found[match[1].strip('"')] = Box(x, y, w / 2, h / 2)
    return found


def text_of(drawing: Drawing, id: str) -> str:
    """What is written in a node."""
    for group in ET.fromstring(drawing.svg()).iter(f"{SVG}g"):
        if group.get("id") == id:
            return "\n".join(text.text or "" for text in group.iter(f"{SVG}text"))
    raise AssertionError(f"no node {id}")


def vma(drawing: Drawing, name: str) -> Any:
    """The vma of that name in the drawing's picture."""
    return next(each for each in drawing.picture["vmas"] if each["name"] == name)
