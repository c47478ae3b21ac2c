"""Two states of a kernel side by side, with what changed between them marked."""

from __future__ import annotations

from difflib import SequenceMatcher
from textwrap import wrap
from typing import Any

from ..errors import UserError
from .canvas import LINE, Canvas
from .graphs import Panel, legend_of
from .legend import explain
from .letters import letters, rows_of_table
from .look import CHANGED, Item, bounds, page_number, short, width_of
from .render import Drawing, Table
from .scene import Marks, Scene, roles_in, subject

WIDEST = 880
"""Two states stand side by side up to this width, in points; else one below the other."""
BETWEEN = 56
MOST_LINES = 8


def history(
    before: Any,
    after: Any,
    *,
    src: Any = None,
    dst: Any = None,
    pages: bool = False,
    legend: bool = True,
) -> Drawing:
    """The chains before and after something happened; what changed has a thick border and a word.

    Args:
        before: what was kept from then: ``show.picture(kernel)``, or a drawing.
        after: the same, or the task, mm or kernel as it is now.
        src, dst, pages, legend: as for `vmlesson.show.chains`.

    Raises:
        UserError: `before` is not what was kept; as for `vmlesson.show.chains`.
    """  # fmt: skip
    old, old_mm, _ = _kept(before)
    new, new_mm, name = subject(after) if not isinstance(after, Drawing) else _kept(after)
    mm = new_mm or old_mm
    scenes = Scene(old, mm), Scene(new, mm)
    changes = Changes(*scenes, pages)
    roles = roles_in(new, src, dst) if src is not None or dst is not None else {}
    marks = Marks(roles, changed=changes.before), Marks(roles, changed=changes.after)
    title = "Before and after" + (f", {name}" if name else "")
    canvas = Canvas()
    _draw(canvas, scenes, marks, pages, changes)
    if legend:
        explain(
            canvas,
            list(dict.fromkeys(kind for scene in scenes for kind in legend_of(scene, pages))),
        )
    states = list(zip(("before", "after"), scenes, marks, strict=True))
    said = f"What changed: {'; '.join(changes.texts) or 'nothing'}."
    rows = []
    for when, scene, mark in states:
        head, these = rows_of_table(scene, mark, pages)
        rows += [(row[0], when, *row[1:]) for row in these]
    return Drawing(
        canvas.digraph(title, "history"),
        title,
        " ".join([said, "Before:", *scenes[0].sentences(), "After:", *scenes[1].sentences()]),
        Table(f"{title}. {said}", (head[0], "when", *head[1:]), rows),
        "\n".join([title, *(letters(*state, pages) for state in states), said]),
        new,
        mm,
    )


def _kept(what: Any) -> tuple[Item, str | None, str]:
    if isinstance(what, Drawing):
        return what.picture, what.mm, ""
    if isinstance(what, dict):
        return subject(what)
    raise UserError(
        f"{what!r} is as it is now, not as it was before: keep show.picture(kernel) from then"
    )


def _draw(
    canvas: Canvas, scenes: tuple[Scene, Scene], marks: tuple[Marks, Marks], pages: bool,
    changes: Changes,
) -> None:  # fmt: skip
    first = Panel(canvas, scenes[0], marks[0], pages, "before ", brief=True)
    second = Panel(canvas, scenes[1], marks[1], pages, "after ", brief=True)
    beside = first.width + BETWEEN + second.width <= WIDEST
    top = LINE + 6
    canvas.text("before", "when", 0, 0, "before", bold=True)
    bottom = first.draw(0, top)
    x, y = (first.width + BETWEEN, 0.0) if beside else (0.0, bottom + 20)
    canvas.text("after", "when", x, y, "after", bold=True)
    second.draw(x, y + top)
    for vma in changes.moved if beside else ():
        start = first.thread_end[vma] + 2, first.middle[vma]
        tip = x + 10, second.middle[vma]
        middle = (start[0] + tip[0]) / 2
        end = tip[0] - 12, tip[1]
        canvas.curve(
            f"moved {vma}", "moved", "before " + vma, "after " + vma,
            [start, (middle, start[1]), (middle, tip[1]), end], arrow=tip, color=CHANGED,
            penwidth=3,
        )  # fmt: skip
    y = canvas.bottom + 14
    letters_per_line = int(max(canvas.right, 400) / width_of("n"))
    lines = [line for text in changes.texts for line in wrap(text, letters_per_line)]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"and {len(lines) - MOST_LINES} lines more"]
    lines = lines or ["nothing has changed"]
    for number, text in enumerate(lines):
        canvas.text(f"change {number}", "change", 0, y, text)
        y += LINE


class Changes:
    """What is different in two scenes: ids to be marked in either, and a sentence for each."""

    def __init__(self, before: Scene, after: Scene, pages: bool) -> None:
        self.scenes = before, after
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self.moved: list[str] = []
        self.texts: list[str] = []
        self._lists()
        self._vmas()
        if pages:
            self._ptes()

    def _vmas(self) -> None:
        old, new = ({vma["id"]: vma for vma in scene.rows} for scene in self.scenes)
        for vma in new.keys() - old.keys():
            self.after[vma] = "new"
        for vma in old.keys() - new.keys():
            self.before[vma] = "gone"
        for vma, then in old.items():
            now = new.get(vma)
            if now is None:
                self.texts.append(f"{self.scenes[0].name(vma)} is gone")
            elif bounds(now) != bounds(then):
                # One word: the range beside it shows the rest.
                self.before[vma] = self.after[vma] = self.after.get(vma) or "resized"
                self.texts.append(f"{self.scenes[1].name(vma)}: {bounds(then)}, now {bounds(now)}")
        for vma, now in new.items():
            if vma not in old:
                self.texts.append(f"{self.scenes[1].name(vma)} is new: {bounds(now)}")

    def _lists(self) -> None:
        """Who moved in a list: whoever is not in the longest parts that it kept."""
        old, new = self.scenes
        for family in dict.fromkeys((*old.knots, *new.knots)):
            then, now = ([avc for avc in scene.knots.get(family, ()) if avc in scene.places]
                         for scene in self.scenes)  # fmt: skip
            if then == now:
                continue
            for avc in set(then) - set(now):
                self.before[avc] = "gone"
            for avc in set(now) - set(then):
                self.after[avc] = "new"
            both = [avc for avc in then if avc in now], [avc for avc in now if avc in then]
            kept = set[str]()
            for match in SequenceMatcher(
                None, both[1], both[0], autojunk=False
            ).get_matching_blocks():
                kept |= set(both[1][match.a : match.a + match.size])
            for avc in [avc for avc in both[1] if avc not in kept]:
                self.before[avc] = self.after[avc] = "moved"
                vma = new.avcs[avc]["vma"]
                self.before[vma] = self.after[vma] = "moved"
                self.moved += [vma] if vma not in self.moved else []
            name = (new.families.get(family) or old.families[family])["name"]
            places = [self._place(avc) for avc in dict.fromkeys((*then, *now))]
            self.texts.append(f"the list of anon_vma {name}: {', '.join(filter(None, places))}")

    def _place(self, avc: str) -> str:
        """What became of an avc's place, in words; "" if nothing that others do not explain."""
        old, new = self.scenes
        if avc not in new.places:
            return f"{old.name(old.avcs[avc]['vma'])} is off it"
        name, place = new.name(new.avcs[avc]["vma"]), new.places[avc]
        if avc not in old.places:
            return f"{name} is new, at {place}"
        return f"{name} went from {old.places[avc]} to {place}" if avc in self.after else ""

    def _ptes(self) -> None:
        old, new = (self._cells(scene) for scene in self.scenes)
        for key in old.keys() | new.keys():
            if old.get(key, "none") != new.get(key, "none"):
                self.before[key] = self.after[key] = "changed"
        for key in sorted(old.keys() & new.keys()):
            if old[key] != new[key]:
                vma, address = key.split(" ")
                place = f"{self.scenes[1].name(vma)}'s pte {page_number(int(address))}"
                self.texts.append(f"{place}: {old[key]}, now {new[key]}")

    def _cells(self, scene: Scene) -> dict[str, str]:
        pages = {page["id"]: page for page in scene.picture["pages"]}
        return {
            f"{vma['id']} {cell['address']}": short(cell, pages, scene.families)
            for vma in scene.rows
            for cell in vma["cells"]
        }
