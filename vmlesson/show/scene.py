"""What is to be drawn of a kernel, and in which order: the rows, the columns, the knots.

A vma is a row, an anon_vma a column, an avc the knot where they cross.  Rows stand in walk order:
within an mm, one order serves all columns (where rows of other processes break it, the numbers in
the knots tell).  Columns stand with a vma's own anon_vma next to it and the root outermost, as in
its same_vma list; two that share no row may share a lane, one below the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import UserError
from ..kernel import Kernel, Task, anon_vma, anon_vma_chain, mm_struct, vm_area_struct
from ..replay.picture import id_of
from ..replay.picture import picture as take_picture
from .look import Item, bounds, by_id


class Scene:
    """The part of a picture that is drawn, in the order in which it is drawn, and what is marked.

    Args:
        picture: what `vmlesson.replay.picture.picture` returned.
        mm: the id of the mm to look at, with all vmas that walks of its pages meet; None: all.
        pages: whether the ptes are drawn, too.
        roles: by the id of a vma, that it is the "source" or the "destination".
        cursors: by the id of an avc, the CPUs whose walks stand there.

    Attributes:
        changed: what has become of a vma, an avc, or a pte ("vma id address"), in a word.
    """

    def __init__(
        self,
        picture: Item,
        mm: str | None = None,
        pages: bool = False,
        roles: Mapping[str, str] | None = None,
        cursors: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.picture = picture
        self.mm = mm
        self.pages = pages
        self.roles = roles or {}
        self.cursors = cursors or {}
        self.changed: dict[str, str] = {}
        self.avcs = by_id(picture, "avcs")
        self.vmas = by_id(picture, "vmas")
        self.families = by_id(picture, "anon_vmas")
        self.frames = {page["id"]: page for page in picture.get("pages", ())}
        self.places = {
            avc: number
            for family in picture["anon_vmas"]
            for number, avc in enumerate(family["list"], 1)
        }
        shown = self._around(mm)
        self.mms = [
            each
            for each in picture["mms"]
            if not each["exited"] and (mm in (None, each["id"]) or self._rows(each, shown))
        ]
        self.rows = [vma for each in self.mms for vma in self._rows(each, shown)]
        self.rank = {vma["id"]: number for number, vma in enumerate(self.rows)}
        self.knots = {
            family: [avc for avc in self._on(family) if self.avcs[avc]["vma"] in self.rank]
            for family in self._columns()
        }
        self.lanes = self._lanes()

    # -- rows

    def _around(self, mm: str | None) -> set[str]:
        """The vmas that stand on any list of a vma of `mm`, and its own."""
        if mm is None:
            return set(self.vmas)
        own = {vma["id"] for vma in self.picture["vmas"] if vma["mm"] == mm}
        lists = {self.avcs[avc]["anon_vma"] for vma in own for avc in self._chain(self.vmas[vma])}
        return own | {avc["vma"] for avc in self.avcs.values() if avc["anon_vma"] in lists}

    def _rows(self, mm: Item, shown: set[str]) -> list[Item]:
        """The vmas of `mm` in walk order; those that are on no list come last, by address."""
        oldest = {family: number for number, family in enumerate(self.families)}

        def order(vma: Item) -> tuple[float, float, int]:
            chain = self._chain(vma)
            if not chain:
                return float("inf"), 0, vma["start"]
            root = self.avcs[chain[-1]]
            place = self.places.get(root["id"], float("inf"))
            return oldest.get(root["anon_vma"], 0), place, vma["start"]

        return sorted(
            (vma for vma in self.vmas.values() if vma["mm"] == mm["id"] and vma["id"] in shown),
            key=order,
        )

    def _chain(self, vma: Item) -> list[str]:
        return [avc for avc in vma["chain"] if avc in self.avcs]

    def of(self, mm: Item) -> list[Item]:
        """The rows of an mm."""
        return [vma for vma in self.rows if vma["mm"] == mm["id"]]

    def parent(self, mm: Item) -> str:
        """The name of the mm that `mm` was forked from, "" where its vmas do not tell."""
        names = {each["id"]: str(each["name"]) for each in self.picture["mms"]}
        for vma in self.of(mm):
            for avc in self._chain(vma)[1:2]:
                for other in self.vmas.values():
                    if other["anon_vma"] == self.avcs[avc]["anon_vma"] and other["mm"] != mm["id"]:
                        return names[other["mm"]]
        return ""

    def label(self, mm: Item) -> str:
        """What stands over the rows of an mm."""
        parent = self.parent(mm)
        return f"mm {mm['name']}" + (f", child of {parent}" if parent else "")

    # -- columns

    def _columns(self) -> list[str]:
        """The anon_vmas of the rows, youngest generation first."""
        generation: dict[str, int] = {}
        for vma in self.rows:
            chain = [self.avcs[avc]["anon_vma"] for avc in self._chain(vma)]
            for height, family in enumerate(reversed(chain)):
                generation[family] = max(height, generation.get(family, 0))
        return sorted(generation, key=lambda family: -generation[family])

    def _on(self, family: str) -> list[str]:
        """The avcs of an anon_vma: those on its list in order, then any that is off it."""
        on = list(self.families[family]["list"]) if family in self.families else []
        off = [avc for avc in self.avcs if self.avcs[avc]["anon_vma"] == family and avc not in on]
        return [avc for avc in on if avc in self.avcs] + off

    def row_of(self, avc: str) -> int:
        """The number of the row that an avc stands in."""
        return self.rank[self.avcs[avc]["vma"]]

    def _lanes(self) -> dict[str, int]:
        """For each column the first lane that is free over all its rows.

        As whoever is on a child's list is on its parent's too, the parent's lane is further right.
        """
        lanes: dict[str, int] = {}
        taken: dict[int, list[tuple[int, int]]] = {}
        for family, avcs in self.knots.items():
            rows = [self.row_of(avc) for avc in avcs]
            top, bottom = min(rows), max(rows)
            lane = 0
            while any(top <= low and high <= bottom for high, low in taken.get(lane, ())):
                lane += 1
            lanes[family] = lane
            taken.setdefault(lane, []).append((top, bottom))
        return lanes

    # -- in words

    def name(self, vma: str) -> str:
        """The name of a vma, with that of its mm where there are several."""
        item = self.vmas[vma]
        mm = next(each["name"] for each in self.picture["mms"] if each["id"] == item["mm"])
        return f"{item['name']} of {mm}" if len(self.mms) > 1 else str(item["name"])

    def walk(self, family: str) -> str:
        """The list of an anon_vma in words, in walk order."""
        listed = [avc for avc in self.knots[family] if avc in self.places]
        return (
            ", ".join(f"{self.places[avc]} {self.name(self.avcs[avc]['vma'])}" for avc in listed)
            or "empty"
        )

    def heading(self, vma: Item) -> str:
        """The name of a vma, and what is to be pointed out about it."""
        inserted = "" if vma["inserted"] else "not inserted"
        words = vma["name"], self.roles.get(vma["id"]), inserted, self.changed.get(vma["id"])
        return " · ".join(filter(None, words))

    def sentences(self) -> list[str]:
        """What the drawing shows, for who cannot see it."""
        said = []
        for mm in self.mms:
            parent = self.parent(mm)
            rows = "; ".join(f"{vma['name']} {bounds(vma)}" for vma in self.of(mm)) or "nothing"
            said.append(f"mm {mm['name']}{f', child of {parent},' if parent else ''} maps {rows}.")
        for family in self.knots:
            item = self.families.get(family)
            if item is not None:
                root = ", the root" if item["root"] == family else ""
                said.append(f"The list of anon_vma {item['name']}{root}: {self.walk(family)}.")
        said += [
            f"{self.name(vma)} is the {role}."
            for vma, role in self.roles.items()
            if vma in self.rank
        ]
        for avc, cpus in self.cursors.items():
            if avc in self.avcs:
                whose = f" of {', '.join(cpus)}" if any(cpus) else ""
                said.append(f"The walk{whose} stands at {self.name(self.avcs[avc]['vma'])}.")
        return said


# ----------------------------------------------------------------------------- what was asked for


def subject(what: Any) -> tuple[Item, str | None, str]:
    """The picture to draw from, the id of the one mm asked for or None, and what it is called.

    Raises:
        UserError: the task has exited, or no task lives; it is nothing that can be drawn.
    """
    if isinstance(what, Task):
        what = what.mm
    if isinstance(what, mm_struct):
        if what._kernel is None:
            raise UserError(f"{what} belongs to no kernel, so it cannot be drawn")
        living = [task.mm for task in what._kernel.tasks if not task.exited]
        if what not in living:
            raise UserError(f"{what} has exited: its address space is gone, and cannot be drawn")
        return take_picture(what._kernel), id_of(what), str(what)
    if isinstance(what, Kernel):
        if not any(not task.exited for task in what.tasks):
            raise UserError("no task lives on this kernel, so there is nothing to draw: spawn one")
        return take_picture(what), None, f"Linux {what.release.name}"
    if isinstance(what, dict) and {"mms", "vmas", "anon_vmas", "avcs"} <= what.keys():
        if all(mm["exited"] for mm in what["mms"]):
            raise UserError("no task lives in this picture, so there is nothing to draw")
        return what, None, ""
    raise UserError(f"{what!r} cannot be drawn; give a task, an mm, a kernel or a picture")


def vma_in(picture: Item, what: Any, role: str) -> str | None:
    """The id of a vma given as itself or by the name that pictures give it; None for None.

    Raises:
        UserError: there is none such in the picture.
    """
    if what is None:
        return None
    key = id_of(what) if isinstance(what, vm_area_struct) else what
    for vma in picture["vmas"]:
        if key in (vma["id"], vma["name"]):
            return str(vma["id"])
    names = ", ".join(vma["name"] for vma in picture["vmas"]) or "none"
    raise UserError(f"no vma {what!r} here to mark as {role}; there are {names}")


def roles_in(picture: Item, src: Any = None, dst: Any = None) -> dict[str, str]:
    """Which vma is the source, which the destination: as given, else of the move in progress."""
    given = {
        vma_in(picture, src, "source"): "source",
        vma_in(picture, dst, "destination"): "destination",
    }
    roles = {vma: role for vma, role in given.items() if vma is not None}
    for move in picture.get("moves", ())[:1]:
        if not roles:
            return {move["source"]: "source", move["destination"]: "destination"}
    return roles


def cursors_in(picture: Item, what: Any = None) -> dict[str, list[str]]:
    """The CPUs whose walk stands at an avc, by its id: as given, else those in the picture.

    `what` is an avc, or a pair (vma, anon_vma), both as themselves or by name.

    Raises:
        UserError: there is no such knot in the picture.
    """
    found: dict[str, list[str]] = {}
    if what is None:
        for cursor in picture.get("cursors", ()):
            if cursor["avc"] is not None:
                found.setdefault(cursor["avc"], []).append(cursor["cpu"])
        return found
    if isinstance(what, anon_vma_chain):
        what = id_of(what)
    if isinstance(what, str) and any(avc["id"] == what for avc in picture["avcs"]):
        return {what: [""]}
    if isinstance(what, tuple) and len(what) == 2:
        vma = vma_in(picture, what[0], "cursor")
        family = id_of(what[1]) if isinstance(what[1], anon_vma) else what[1]
        names = {each["id"]: each["name"] for each in picture["anon_vmas"]}
        for avc in picture["avcs"]:
            if avc["vma"] == vma and family in (avc["anon_vma"], names.get(avc["anon_vma"])):
                return {avc["id"]: [""]}
    raise UserError(f"no knot {what!r} here for the cursor; give an avc, or (vma, anon_vma)")
