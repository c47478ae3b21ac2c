"""Two states of a kernel side by side, with what changed between them marked."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from ..errors import UserError
from .canvas import LINE, Canvas
from .cells import explain
from .changes import of_lists, of_ptes, of_vmas
from .graphs import Panel, legend_of
from .letters import letters, rows_of_table
from .look import CHANGED, Item, width_of
from .render import Drawing, Table
from .scene import Scene, roles_in, subject
from .stepper_words import Words

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
    roles = roles_in(new, src, dst) if src is not None or dst is not None else {}
    scenes = Scene(old, mm, pages, roles), Scene(new, mm, pages, roles)
    changed, moved = compare(*scenes)
    title = "Before and after" + (f", {name}" if name else "")
    canvas = Canvas()
    _draw(canvas, scenes, changed, moved)
    if legend:
        explain(canvas, list(dict.fromkeys(kind for scene in scenes for kind in legend_of(scene))))
    states = list(zip(("before", "after"), scenes, strict=True))
    said = f"What changed: {'; '.join(changed) or 'nothing'}."
    rows = []
    for when, scene in states:
        head, these = rows_of_table(scene)
        rows += [(row[0], when, *row[1:]) for row in these]
    return Drawing(
        canvas.digraph(title, "history"),
        title,
        " ".join([said, "Before:", *scenes[0].sentences(), "After:", *scenes[1].sentences()]),
        Table(f"{title}. {said}", (head[0], "when", *head[1:]), rows),
        "\n".join([title, *(letters(*state) for state in states), said]),
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
    canvas: Canvas, scenes: tuple[Scene, Scene], changed: list[str], moved: list[str]
) -> None:
    first = Panel(canvas, scenes[0], "before ", brief=True)
    second = Panel(canvas, scenes[1], "after ", brief=True)
    beside = first.width + BETWEEN + second.width <= WIDEST
    top = LINE + 6
    canvas.text("before", "when", 0, 0, "before", bold=True)
    bottom = first.draw(0, top)
    x, y = (first.width + BETWEEN, 0.0) if beside else (0.0, bottom + 20)
    canvas.text("after", "when", x, y, "after", bold=True)
    second.draw(x, y + top)
    for vma in moved if beside else ():
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
    lines = [line for text in changed for line in wrap(text, letters_per_line)]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"and {len(lines) - MOST_LINES} lines more"]
    lines = lines or ["nothing has changed"]
    for number, text in enumerate(lines):
        canvas.text(f"change {number}", "change", 0, y, text)
        y += LINE


def compare(before: Scene, after: Scene) -> tuple[list[str], list[str]]:
    """Mark what is different in two scenes; a sentence for each change, and the vmas that moved."""
    old, new = _part(before), _part(after)
    words = Words()
    words.look(after.picture, before.picture)
    lists = list(of_lists(old, new, words))
    others = [*of_vmas(old, new), *(of_ptes(old, new) if after.pages else ())]
    moved: list[str] = []

    def mark(id: str, word: str) -> None:  # one word: the range beside it shows the rest
        if word != "new":
            before.changed.setdefault(id, word)
        if word != "gone":
            after.changed.setdefault(id, word)

    for avc, word, _ in lists:
        mark(avc, word)
        vma = str(after.avcs.get(avc, {}).get("vma"))
        if word == "moved" and vma not in moved and vma in before.rank:
            moved.append(vma)
            mark(vma, word)
    for change in others:
        mark(change.id.removesuffix(" bounds"), change.word)
    return [change.text for change in (*lists, *others) if change.text], moved


def _part(scene: Scene) -> Item:
    """What a scene shows of its picture."""
    families = [family for family in scene.families.values() if family["id"] in scene.knots]
    return scene.picture | {"vmas": scene.rows, "anon_vmas": families}
