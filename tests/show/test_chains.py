"""show.chains: rows, columns, knots; marks; who is asked for; what cannot be drawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from drawn import SVG, Box, boxes, legend, parts, text_of, vma
from situations import BASE, at_random, every_kind_of_pte, family, of_catalogue

import vmlesson.show as show
from vmlesson.errors import UserError
from vmlesson.explore import Trace, explore
from vmlesson.kernel import PAGE_SIZE, Kernel, anon_vma_moveto_tail, list_del
from vmlesson.scenarios import scenarios

# ------------------------------------------------------------------------------ rows and columns


def test_a_row_a_column_and_a_knot_for_everything_in_the_picture() -> None:
    drawing = show.chains(of_catalogue("grandchild"))
    picture, drawn = drawing.picture, parts(drawing)
    for section, kind in (
        ("vmas", "vma"),
        ("anon_vmas", "anon_vma"),
        ("avcs", "avc"),
        ("mms", "mm"),
    ):
        assert drawn[kind] == {each["id"] for each in picture[section]}
    assert drawn["same_vma"] == {f"{avc['id']} of" for avc in picture["avcs"]}
    assert drawn["same_anon_vma"] == {f"{avc['id']} next" for avc in picture["avcs"]}
    assert drawn["root"] == {each["id"] for each in picture["anon_vmas"] if each["name"] == "A"}


def test_a_knot_says_its_place_and_stands_in_its_row_and_column() -> None:
    drawing = show.chains(of_catalogue("grandchild"))
    where, vmas = boxes(drawing), {each["id"]: each for each in drawing.picture["vmas"]}
    for anon_vma in drawing.picture["anon_vmas"]:
        for place, avc in enumerate(anon_vma["list"], 1):
            owner = next(each["vma"] for each in drawing.picture["avcs"] if each["id"] == avc)
            assert text_of(drawing, avc) == str(place)
            assert where[avc].y == pytest.approx(where[vmas[owner]["id"]].y, abs=0.1)
            assert where[avc].x == pytest.approx(where[anon_vma["id"]].x, abs=0.1)


def test_rows_stand_in_walk_order_whatever_the_addresses() -> None:
    kernel = of_catalogue("merge-order", "v3.3")
    (task,) = kernel.tasks
    kernel.run(anon_vma_moveto_tail(task.mm.vmas[0]))
    drawing = show.chains(task)
    where = boxes(drawing)
    assert where[vma(drawing, "W")["id"]].y > where[vma(drawing, "V")["id"]].y
    assert drawing.text.index(" W ") < drawing.text.index(" V ")


def test_an_order_that_no_order_of_rows_shows_goes_around() -> None:
    kernel = of_catalogue("parent-after-fork", "v3.3")
    parent = kernel.tasks[0]
    kernel.run(anon_vma_moveto_tail(parent.mm.vmas[0]))
    drawing = show.chains(kernel)
    root = next(each for each in drawing.picture["anon_vmas"] if each["name"] == "A")
    assert [text_of(drawing, avc) for avc in root["list"]] == ["1", "2", "3", "4"]
    straight = re.findall(r"(anon_vma_chain-\d+) next", drawing.source)
    assert set(root["list"]) <= set(straight)
    paths = {
        group.get("id"): group.find(f"{SVG}path")
        for group in ET.fromstring(drawing.svg()).iter(f"{SVG}g")
        if group.get("class") == "edge same_anon_vma"
    }
    bent = []
    for number, avc in enumerate(root["list"], 1):
        path = paths[f"{avc} next"]
        assert path is not None
        xs = {match[0] for match in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", ""))}
        bent += [number] if len(xs) > 1 else []
    assert bent == [2, 4]


def test_an_avc_that_is_off_its_list_is_said_to_be_so() -> None:
    kernel = of_catalogue("merge-order")
    (task,) = kernel.tasks
    avc = next(iter(task.mm.vmas[0].anon_vma_chain))
    kernel.run(list_del(avc.same_anon_vma))
    drawing = show.chains(task)
    id = vma(drawing, "V")["chain"][0]
    assert text_of(drawing, id) == "off"
    assert f"{id} next" not in parts(drawing)["same_anon_vma"]
    assert "A off" in drawing.text


def test_a_vma_without_an_anon_vma_has_a_row_and_no_knot() -> None:
    task = Kernel().spawn("T")
    task.mmap(PAGE_SIZE, addr=BASE, fixed=True)
    drawing = show.chains(task)
    assert len(parts(drawing)["vma"]) == 1
    assert "avc" not in parts(drawing)
    assert "on no list" in drawing.table.html()


def test_an_empty_address_space_says_so() -> None:
    drawing = show.chains(Kernel().spawn("T"))
    assert "nothing is mapped" in drawing.svg()
    assert "nothing is mapped" in drawing.text
    assert "mm T maps nothing" in drawing.description


def test_a_child_names_its_parent() -> None:
    drawing = show.chains(of_catalogue("grandchild"))
    assert "mm M, child of P" in drawing.source
    assert "mm G, child of M" in drawing.source
    assert "child of" not in drawing.source.split("mm M")[0]


def test_a_held_root_lock_names_its_owner() -> None:
    held = [
        step.picture
        for step in losing_run().steps
        if any(lock["kind"] == "mutex" and lock["owners"] for lock in step.picture["locks"])
    ]
    (lock,) = (lock for lock in held[-1]["locks"] if lock["kind"] == "mutex")
    assert f"held by {lock['owners'][0]}" in show.chains(held[-1]).svg()


def losing_run() -> Trace:
    """A run of merge-order that loses its page."""
    scenario = next(iter(scenarios("merge-order").values()))
    return explore(scenario, release="v3.2").failures[0].trace()


@pytest.mark.parametrize("seed", range(30))
def test_nothing_covers_anything_else(seed: int) -> None:
    picture = show.picture(at_random(seed))
    knots = [avc["id"] for avc in picture["avcs"]]
    cursor = knots[seed % len(knots)] if knots else None
    drawing = show.chains(picture, pages=seed % 2 == 1, cursor=cursor)
    drawn, where = parts(drawing), boxes(drawing)
    assert {each["id"] for each in drawing.picture["avcs"]} == drawn.get("avc", set())
    apart = [id for kind in ("avc", "anon_vma", "vma") for id in drawn.get(kind, ())]
    apart += [f"{cursor} walk"] if cursor else []
    for one, two in combinations(apart, 2):
        assert not where[one].overlaps(where[two]), (one, two)
    # A vma's own anon_vma stands next to it, the root outermost; columns share no stretch.
    avcs = {each["id"]: each for each in drawing.picture["avcs"]}
    for each in drawing.picture["vmas"]:
        xs = [where[avc].x for avc in each["chain"]]
        assert xs == sorted(xs)
    columns: dict[str, list[Box]] = {}
    for avc in avcs.values():
        columns.setdefault(avc["anon_vma"], []).append(where[avc["id"]])
    for one_column, two_column in combinations(columns.values(), 2):
        if abs(one_column[0].x - two_column[0].x) < 1:
            upper, lower = sorted((one_column, two_column), key=lambda each: -each[0].y)
            assert min(knot.y for knot in upper) > max(knot.y for knot in lower)
    cells = drawn.get("pte", set())
    for one, two in combinations(cells, 2):
        assert not where[one].overlaps(where[two]), (one, two)
    for cell in cells:
        card, inside = where[cell.split(" ")[0]], where[cell]
        assert abs(card.x - inside.x) + inside.w <= card.w
        assert abs(card.y - inside.y) + inside.h <= card.h


@pytest.mark.parametrize("line", [False, True])
def test_many_rows_are_one_line_each(line: bool) -> None:
    drawing = show.chains(family(line))
    where = boxes(drawing)
    cards = [where[each["id"]] for each in drawing.picture["vmas"]]
    assert len(cards) == 30
    assert all(card.h < 15 for card in cards)
    # Whoever is alone on its list has no head; its knot says its name.
    alone = [each for each in drawing.picture["anon_vmas"] if len(each["list"]) == 1]
    assert len(alone) == (6 if line else 24)
    for each in alone:
        assert each["id"] not in where
        assert text_of(drawing, each["list"][0]) == f"{each['name']}1"


def test_where_it_would_be_too_wide_heads_say_only_names() -> None:
    task = Kernel().spawn("P")
    task.mmap(PAGE_SIZE, addr=BASE, fixed=True)
    task.write(BASE, b"x")
    heads = []
    for _ in range(7):
        drawing = show.chains(task.kernel)
        youngest = drawing.picture["anon_vmas"][-1]["id"]
        heads.append(text_of(drawing, youngest).split("\n")[0])
        assert max(box.x + box.w for box in boxes(drawing).values()) < 940
        task = task.fork()
    assert heads[:3] == ["anon_vma A", "anon_vma B", "anon_vma C"]
    assert heads[-1] == "G"


def test_a_vma_that_is_not_inserted_yet_is_dashed_and_says_so() -> None:
    early = show.picture(of_catalogue("merge-order"))
    new = early["vmas"][1]
    new["inserted"] = False
    drawing = show.chains(early)
    assert text_of(drawing, new["id"] + " name") == "W · not inserted"
    (line,) = (line for line in drawing.source.splitlines() if f'id="{new["id"]}"' in line)
    assert "style=dashed" in line


# ---------------------------------------------------------------------------- what is asked for


def test_a_task_is_drawn_with_all_that_its_walks_meet() -> None:
    kernel = of_catalogue("fork-shared")
    parent, child = kernel.tasks
    stranger = kernel.spawn("S")
    stranger.mmap(PAGE_SIZE, addr=BASE, fixed=True)
    everybody = {mm["id"] for mm in show.picture(kernel)["mms"]}
    assert parts(show.chains(kernel))["mm"] == everybody
    of_child = parts(show.chains(child))["mm"]
    assert of_child == everybody - parts(show.chains(stranger))["mm"]
    assert of_child == parts(show.chains(child.mm))["mm"] == parts(show.chains(parent))["mm"]


def test_a_picture_taken_before_is_drawn_as_it_was() -> None:
    kernel = of_catalogue("merge-order")
    before = show.picture(kernel)
    source = show.chains(before).source
    kernel.tasks[0].mmap(PAGE_SIZE)
    assert show.chains(kernel).source != source
    assert show.chains(before).source == source


def test_a_task_that_has_exited_cannot_be_drawn() -> None:
    kernel = of_catalogue("fork-shared")
    child = kernel.tasks[1]
    child.exit()
    for draw in (show.chains, show.tables):
        for what in (child, child.mm):
            with pytest.raises(UserError, match="C has exited"):
                draw(what)
    assert "mm C" not in show.chains(kernel).source


def test_a_kernel_without_a_task_cannot_be_drawn() -> None:
    kernel = Kernel()
    with pytest.raises(UserError, match="no task lives on this kernel"):
        show.chains(kernel)
    task = kernel.spawn("T")
    task.exit()
    with pytest.raises(UserError, match="no task lives on this kernel"):
        show.chains(kernel)
    with pytest.raises(UserError, match="no task lives in this picture"):
        show.chains(show.picture(kernel))


@pytest.mark.parametrize("what", [None, 3, {}, "T"])
def test_what_is_no_kernel_cannot_be_drawn(what: object) -> None:
    with pytest.raises(UserError, match="cannot be drawn; give a task"):
        show.chains(what)


# ---------------------------------------------------------------------------------------- marks


def test_source_and_destination_are_marked_by_colour_and_word() -> None:
    kernel = of_catalogue("merge-order")
    (task,) = kernel.tasks
    by_name = show.chains(task, src="W", dst="V")
    assert text_of(by_name, vma(by_name, "W")["id"] + " name") == "W · source"
    assert text_of(by_name, vma(by_name, "V")["id"] + " name") == "V · destination"
    assert by_name.source.count("#e69f00") == 1
    assert by_name.source.count("#56b4e9") == 1
    dst, src = task.mm.vmas
    assert show.chains(task, src=src, dst=dst).source == by_name.source
    assert "W is the source. V is the destination." in by_name.description


def test_a_move_in_progress_marks_itself_and_the_walk() -> None:
    moving = [step.picture for step in losing_run().steps if step.picture["moves"]]
    assert all(parts(show.chains(picture))["source"] for picture in moving)
    walk = next(picture for picture in moving if picture["cursors"])
    drawing = show.chains(walk)
    (at,) = (each["avc"] for each in walk["cursors"])
    assert text_of(drawing, f"{at} walk") == "walk of migration"
    assert at in parts(drawing)["cursor"]
    assert "The walk of migration stands at" in drawing.description


def test_the_cursor_is_an_avc_or_a_vma_and_an_anon_vma() -> None:
    kernel = of_catalogue("fork-shared")
    child = kernel.tasks[1]
    first = child.mm.vmas[0]
    root = next(each for each in kernel.anon_vmas() if each.root is each)
    avc = next(each for each in first.anon_vma_chain if each.anon_vma is root)
    drawings = [
        show.chains(kernel, cursor=cursor)
        for cursor in (avc, (first, root), ("W", "A"), ("W", root))
    ]
    assert len({drawing.source for drawing in drawings}) == 1
    (knot,) = parts(drawings[0])["cursor"] & {each["id"] for each in drawings[0].picture["avcs"]}
    assert text_of(drawings[0], knot) == "2"
    assert text_of(drawings[0], knot + " walk") == "walk"
    assert show.chains(kernel, cursor=knot).source == drawings[0].source
    assert "A2 <walk" in drawings[0].text


def test_what_is_not_there_cannot_be_marked() -> None:
    kernel = of_catalogue("merge-order")
    with pytest.raises(UserError, match="no vma 'Q' here to mark as source; there are V, W"):
        show.chains(kernel, src="Q")
    with pytest.raises(UserError, match="no vma 'Q' here to mark as destination"):
        show.chains(kernel, dst="Q")
    for cursor in ("nowhere", ("V", "B"), 7):
        with pytest.raises(UserError, match=r"no knot .* here for the cursor"):
            show.chains(kernel, cursor=cursor)
    with pytest.raises(UserError, match="no vma 'Q' here"):
        show.chains(kernel, cursor=("Q", "A"))


def test_pages_show_frames_their_anon_vma_and_who_shares_them() -> None:
    kernel, _ = every_kind_of_pte()
    kernel.tasks[0].fork("U")
    drawing = show.chains(kernel, pages=True)
    cells = vma(drawing, "V")["cells"]
    texts = [
        text_of(drawing, f"{drawing.picture['vmas'][0]['id']} {cell['address']}") for cell in cells
    ]
    assert texts == [
        "1 r\nA",
        "zero\npage",
        *["none"] * 3,
        "2\nmig",
        *["none"] * 2,
        "zero\npage",
        "none",
    ]
    assert drawing.text.count("1 r A") == 2
    assert "pte" not in parts(show.chains(kernel))


def test_the_legend_explains_what_occurs_and_can_be_left_out() -> None:
    _, task = every_kind_of_pte()
    whole = legend(show.chains(task, pages=True))
    assert {"legend migration", "legend zero", "legend same_anon_vma"} <= whole
    assert "legend migration" not in legend(show.chains(task))
    assert legend(show.chains(task, legend=False)) == set()


# ------------------------------------------------------------------------------------ in letters


def test_the_drawing_in_letters() -> None:
    text = show.chains(of_catalogue("grandchild")).text
    assert (
        text
        == """\
anon_vma chains of Linux v3.2
mm P
  V  [100, 104) pgoff 100  ----------A1
mm M, child of P
  W  [100, 104) pgoff 100  ------B1--A2
mm G, child of M
  X  [100, 102) pgoff 100  --C1--B2--A3
  Y  [140, 142) pgoff 102  --C2--B3--A4
anon_vma C: 1 X of G, 2 Y of G
anon_vma B: 1 W of M, 2 X of G, 3 Y of G
anon_vma A, root: 1 V of P, 2 W of M, 3 X of G, 4 Y of G"""
    )


def test_the_table_has_a_row_for_each_vma() -> None:
    drawing = show.chains(of_catalogue("fork-shared"), src="X", pages=True)
    assert drawing.table.head[0] == "vma"
    assert [row[0] for row in drawing.table.rows] == ["V", "W", "X · source"]
    assert drawing.table.rows[1][3] == "B1, A2"
    assert "mig" in drawing.table.rows[2][4]
    html = drawing.table.html()
    assert html.count('<th scope="row"') == 3
    assert html.count('<th scope="col"') == 5


def test_names_are_escaped() -> None:
    name = '<b>"&\\l'
    kernel = Kernel()
    task = kernel.spawn(name)
    task.mmap(PAGE_SIZE, addr=BASE, fixed=True)
    task.write(BASE, b"x")
    kernel.spawn("T")
    before = show.picture(kernel)
    task.munmap(BASE, PAGE_SIZE)
    lock = next(lock for lock in before["locks"] if lock["kind"] == "mutex")
    lock["owners"] = [name]
    for drawing, says in (
        (show.chains(before), {f"mm {name}", f"held by {name}"}),
        (show.history(before, kernel), {f"mm {name}", "V is gone"}),
    ):
        svg = ET.fromstring(drawing.svg())
        texts = {(text.text or "").replace("\xa0", " ") for text in svg.iter(f"{SVG}text")}
        assert says <= texts
        assert "<b>" not in drawing.html()
