"""show.history: two states, and what changed between them."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from drawn import SVG, boxes, parts, text_of, vma
from situations import BASE, of_catalogue

import vmlesson.show as show
from vmlesson import kernel as k
from vmlesson.errors import UserError
from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel
from vmlesson.show.look import CHANGED
from vmlesson.show.render import Drawing


def moved_to_tail(name: str, task: int, **options: Any) -> Drawing:
    """A scenario before and after anon_vma_moveto_tail() of a task's first vma."""
    kernel = of_catalogue(name, "v3.3")
    before = show.picture(kernel)
    kernel.run(k.anon_vma_moveto_tail(kernel.tasks[task].mm.vmas[0]))
    return show.history(before, kernel, **options)


def test_a_row_that_moved_is_marked_on_both_sides_and_joined() -> None:
    drawing = moved_to_tail("merge-order", 0)
    moved = vma(drawing, "V")
    (knot,) = moved["chain"]
    assert text_of(drawing, f"before {knot}") == "1"
    assert text_of(drawing, f"after {knot}") == "2"
    for when in ("before", "after"):
        assert text_of(drawing, f"{when} {moved['id']} name") == "V · moved"
        assert {f"{when} {moved['id']}", f"{when} {knot}"} <= parts(drawing)["changed"]
    assert len(parts(drawing)["changed"]) == 4
    assert parts(drawing)["moved"] == {f"moved {moved['id']}"}
    assert "the list of A: V W → W V" in drawing.svg()
    assert drawing.description.startswith("What changed: the list of A")


def in_colour(drawing: Drawing) -> set[str]:
    """What has a border in the colour of what changed."""
    groups = ET.fromstring(drawing.svg()).iter(f"{SVG}g")
    return {
        group.get("id", "")
        for group in groups
        if any(each.get("stroke") == CHANGED for each in group) and "node" in group.get("class", "")
    }


def test_what_changed_can_be_seen() -> None:
    moved = moved_to_tail("merge-order", 0)
    assert in_colour(moved) == parts(moved)["changed"]
    written = a_first_write(pages=True)
    assert in_colour(written) == parts(written)["changed"]
    assert in_colour(written)


def a_first_write(**options: Any) -> Drawing:
    """A page that was read is written to."""
    kernel = Kernel()
    task = kernel.spawn("T")
    task.mmap(2 * PAGE_SIZE, addr=BASE, fixed=True)
    task.read(BASE, 1)
    before = show.picture(kernel)
    task.write(BASE, b"x")
    return show.history(before, task, **options)


def test_every_list_of_a_grandchild() -> None:
    drawing = moved_to_tail("grandchild", 2)
    knots = vma(drawing, "X")["chain"]
    assert len(knots) == 3
    changed = parts(drawing)["changed"]
    assert {f"{when} {knot}" for when in ("before", "after") for knot in knots} <= changed
    assert len(changed) == 8


def test_a_merge_resizes_one_and_ends_the_other() -> None:
    kernel = Kernel("v3.2")
    task = kernel.spawn("T")
    size, flags = 2 * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED
    task.mmap(2 * size, addr=BASE, fixed=True)
    task.write(BASE, bytes(2 * size))
    whole = show.picture(kernel)
    task.mremap(BASE + size, size, size, flags, 2 * BASE)
    apart = show.chains(task)
    drawing = show.history(whole, apart)
    assert text_of(drawing, f"after {vma(drawing, 'W')['id']} name") == "W · new"
    assert "W is new: [200, 202) pgoff 102" in drawing.svg()
    assert "the list of A: V → V W" in drawing.svg()

    task.mremap(2 * BASE, size, size, flags, BASE + size)
    drawing = show.history(apart, task, pages=True)
    gone = next(each for each in apart.picture["vmas"] if each["name"] == "W")
    grown = vma(drawing, "V")
    assert text_of(drawing, f"before {gone['id']} name") == "W · gone"
    assert text_of(drawing, f"after {grown['id']} name") == "V · resized"
    ptes = {id for id in parts(drawing)["changed"] if id in parts(drawing)["pte"]}
    addresses = [cell["address"] for cell in grown["cells"][2:]]
    assert {id for id in ptes if id.startswith("after")} == {
        f"after {grown['id']} {address}" for address in addresses
    }
    assert "W is gone" in drawing.text
    assert "the list of A: V W → V" in drawing.text
    assert "V: [100, 102) → [100, 104)" in drawing.text


def test_a_pte_that_changed_is_marked_and_said() -> None:
    drawing = a_first_write(pages=True)
    assert "V's pte 100: zero page → 1 A" in drawing.text
    assert f"after {vma(drawing, 'V')['id']} {BASE}" in parts(drawing)["changed"]
    assert "pte 100" not in a_first_write().text


def test_only_who_moved_is_marked_not_who_was_passed() -> None:
    kernel = Kernel("v3.3")
    task = kernel.spawn("T")
    task.mmap(6 * PAGE_SIZE, addr=BASE, fixed=True)
    task.write(BASE, bytes(6 * PAGE_SIZE))
    flags = MREMAP_MAYMOVE | MREMAP_FIXED
    for number in (2, 4):
        at, to = BASE + number * PAGE_SIZE, (number + 1) * BASE
        task.mremap(at, 2 * PAGE_SIZE, 2 * PAGE_SIZE, flags, to)
    before = show.picture(kernel)
    kernel.run(k.anon_vma_moveto_tail(task.mm.vmas[0]))
    drawing = show.history(before, kernel)
    first = vma(drawing, "V")
    assert parts(drawing)["moved"] == {f"moved {first['id']}"}
    assert len(parts(drawing)["changed"]) == 4


def test_what_does_not_fit_beside_stands_below() -> None:
    kernel = of_catalogue("grandchild", "v3.3")
    before = show.picture(kernel)
    narrow = show.history(before, before)
    youngest = kernel.tasks[2].fork("L").fork("LL").fork("LLL")
    before = show.picture(kernel)
    kernel.run(k.anon_vma_moveto_tail(youngest.mm.vmas[0]))
    wide = show.history(before, kernel)
    for drawing, beside in ((narrow, True), (wide, False)):
        where = boxes(drawing)
        assert (abs(where["before"].y - where["after"].y) < 1) == beside
        assert max(box.x + box.w for box in where.values()) < 900
    assert "changed" in parts(wide)
    assert "moved" not in parts(wide)


def test_many_changes_are_cut() -> None:
    kernel = Kernel()
    task = kernel.spawn("T")
    before = show.picture(kernel)
    for number in range(10):
        task.mmap(PAGE_SIZE, addr=BASE + 2 * number * PAGE_SIZE, fixed=True)
    drawing = show.history(before, kernel)
    assert "and 2 lines more" in drawing.svg()
    assert len(parts(drawing)["change"]) == 9


def test_nothing_changed() -> None:
    kernel = of_catalogue("merge-order")
    drawing = show.history(show.picture(kernel), kernel)
    assert "changed" not in parts(drawing)
    assert "nothing has changed" in drawing.svg()


def test_the_table_and_the_letters_have_both_states() -> None:
    drawing = moved_to_tail("merge-order", 0, src="W", dst="V")
    assert [row[:2] for row in drawing.table.rows] == [
        ("V · destination · moved", "before"),
        ("W · source", "before"),
        ("W · source", "after"),
        ("V · destination · moved", "after"),
    ]
    assert drawing.text.index("before\n") < drawing.text.index("after\n")
    assert drawing.description.count("W is the source.") == 2


def test_before_must_have_been_kept() -> None:
    kernel = of_catalogue("merge-order")
    for now in (kernel, kernel.tasks[0], kernel.tasks[0].mm, None):
        with pytest.raises(UserError, match=r"keep show\.picture\(kernel\) from then"):
            show.history(now, kernel)
