"""show.tables: what every pte holds, and in which page table."""

import pytest
from drawn import boxes, parts, text_of, vma
from situations import BASE, every_kind_of_pte, of_catalogue

import vmlesson.show as show
from vmlesson.errors import UserError
from vmlesson.explore import explore
from vmlesson.kernel import PAGE_SIZE, Kernel
from vmlesson.scenarios import scenarios
from vmlesson.show.cells import CELL_H, CELL_W


def test_the_four_kinds_differ_in_word_border_and_colour() -> None:
    _, task = every_kind_of_pte()
    drawing = show.tables(task)
    looks = {}
    for line in drawing.source.splitlines():
        for kind in ("none", "present", "zero", "migration"):
            if f'class="pte {kind}"' in line and "legend" not in line:
                border = ("dashed" in line, "penwidth=3" in line, "peripheries=2" in line)
                fill = line.split('fillcolor="')[1][:7]
                looks[kind] = border, fill
    assert len(looks) == 4
    assert len({border for border, _ in looks.values()}) == 4
    cells = vma(drawing, "V")["cells"]
    texts = [text_of(drawing, f"{vma(drawing, 'V')['id']} {cell['address']}") for cell in cells]
    assert texts == [
        "1\nA",
        "zero\npage",
        *["none"] * 3,
        "2\nmig",
        *["none"] * 2,
        "zero\npage",
        "none",
    ]


def test_the_outer_border_of_a_cell_stays_in_its_place() -> None:
    _, task = every_kind_of_pte()
    drawing = show.tables(task)
    where = boxes(drawing)
    for id in parts(drawing)["zero"]:
        assert 2 * where[id].w <= CELL_W
        assert 2 * where[id].h <= CELL_H


def test_brackets_say_where_page_tables_begin() -> None:
    _, task = every_kind_of_pte()
    drawing = show.tables(task)
    brackets = [id for id in parts(drawing)["table"] if id.endswith(" table")]
    assert len(brackets) == 4
    assert sorted(text_of(drawing, id + " 0") for id in brackets) == [
        "table 100", "table 104", "table 108", "table 804",
    ]  # fmt: skip


def test_a_long_vma_shows_what_is_not_none() -> None:
    _, task = every_kind_of_pte()
    drawing = show.tables(task)
    assert text_of(drawing, vma(drawing, "W")["id"] + " note") == "the other 99 are none"
    long = Kernel().spawn("L")
    long.mmap(2000 * PAGE_SIZE, addr=BASE, fixed=True)
    drawing = show.tables(long)
    assert text_of(drawing, vma(drawing, "V")["id"] + " note") == "all 2,000 are none"


def test_no_page_table_is_said() -> None:
    task = Kernel().spawn("T")
    task.mmap(3 * PAGE_SIZE, addr=BASE, fixed=True)
    assert "no table" in show.tables(task).svg()


def test_a_held_ptl_names_its_owner() -> None:
    scenario = next(iter(scenarios("merge-order").values()))
    trace = explore(scenario, release="v3.2").failures[0].trace()
    held = [
        step.picture
        for step in trace.steps
        if any(
            lock["kind"] == "ptl" and lock["owners"] == ["mremap"] for lock in step.picture["locks"]
        )
    ]
    drawing = show.tables(held[-1])
    assert "ptl: mremap" in drawing.svg()
    assert "is held by mremap." in drawing.description


def test_only_the_mm_that_was_asked_for() -> None:
    kernel = of_catalogue("fork-shared")
    child = kernel.tasks[1]
    assert len(parts(show.tables(child))["mm"]) == 1
    assert len(parts(show.tables(child))["vma"]) == 2
    assert len(parts(show.tables(kernel))["mm"]) == 2


def test_rows_stand_by_address() -> None:
    kernel = of_catalogue("seed-program")
    drawing = show.tables(kernel)
    where = boxes(drawing)
    rows = sorted(drawing.picture["vmas"], key=lambda each: int(each["start"]))
    ys = [where[each["id"]].y for each in rows]
    assert ys == sorted(ys, reverse=True)


def test_roles_are_marked() -> None:
    drawing = show.tables(of_catalogue("merge-order"), src="W", dst="V")
    assert text_of(drawing, vma(drawing, "W")["id"] + " name") == "W · source"
    with pytest.raises(UserError, match="no vma 'Q'"):
        show.tables(of_catalogue("merge-order"), src="Q")


def test_an_empty_address_space_says_so() -> None:
    assert "nothing is mapped" in show.tables(Kernel().spawn("T")).svg()


def test_long_strips_go_on_in_the_next_line_within_their_card() -> None:
    task = Kernel().spawn("T")
    task.mmap(40 * PAGE_SIZE, addr=BASE, fixed=True)
    task.write(BASE, b"x" * 40 * PAGE_SIZE)
    drawing = show.tables(task)
    where = boxes(drawing)
    card = where[vma(drawing, "V")["id"]]
    cells = [where[id] for id in parts(drawing)["present"] if not id.startswith("legend")]
    assert len(cells) == 40
    assert len({round(cell.y) for cell in cells}) == 3
    for cell in cells:
        assert abs(card.x - cell.x) + cell.w <= card.w
        assert abs(card.y - cell.y) + cell.h <= card.h
