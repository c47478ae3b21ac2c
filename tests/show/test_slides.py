"""Slides from cells, the lecture's form, and what is said of a notebook that cannot be used."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from vmlesson.cli import main
from vmlesson.errors import UserError
from vmlesson.explore import Shared, replay
from vmlesson.scenarios import scenarios
from vmlesson.show.deck import Deck, slides_of
from vmlesson.show.slides import build, execute, read
from vmlesson.show.stepper import of_trace
from vmlesson.show.turns import turns

EXAMPLE = Path(__file__).parents[2] / "docs" / "talk"
LECTURE = Path(__file__).parents[2] / "notebooks" / "lecture.ipynb"
MINUTES, SHORT = 45, 20
SLIDES = 30
LINES = 16
COLUMNS = 68  # of code at 22 pixels, on a screen 1024 wide


def cell(text: str, kind: str, *, code: bool = False, tags: tuple[str, ...] = ()):
    made = new_code_cell(text) if code else new_markdown_cell(text)
    made.metadata["slideshow"] = {"slide_type": kind}
    made.metadata["tags"] = list(tags)
    return made


def talk(*cells):
    return new_notebook(cells=list(cells))


SMALL = (
    cell("n = 41", "-", code=True),
    cell("# First `slide`", "slide"),
    cell("2.5 min\n\nSay hello.", "notes"),
    cell("below", "subslide"),
    cell("later", "fragment"),
    cell("n += 1", "skip", code=True),
    cell("print(n)", "-", code=True),
    cell("## First slide", "slide"),
)


# ------------------------------------------------------------------------------------ extraction


def test_cells_become_slides() -> None:
    slides = slides_of(talk(*SMALL))
    assert [slide.title for slide in slides] == ["First slide", "", "First slide"]
    assert [slide.minutes for slide in slides] == [2.5, None, None]
    assert [[number for number, _ in slide.cells] for slide in slides] == [[2], [4, 5, 7], [8]]


def test_what_is_not_shown_is_executed() -> None:
    page = Deck(execute(talk(*SMALL))).page()
    assert ">42\n</span></pre>" in page
    assert "n = 41" not in page
    assert "n += 1" not in page
    assert '<div class="fragment" data-order="1"><p>later</p>' in page
    assert re.findall(r'<section id="([^"]+)"', page) == ["first-slide", "slide-2", "first-slide-2"]


def test_notes_stay_out_of_the_copy_for_students() -> None:
    notebook = execute(talk(*SMALL))
    assert "Say hello." in Deck(notebook).page()
    without = Deck(notebook, notes=False).page()
    assert "Say hello." not in without
    assert "data-minutes" not in without.split("</main>")[0]


def test_a_collapsed_cell_shows_what_it_gave() -> None:
    shown = cell("print(6 * 7)", "slide", code=True)
    shown.metadata["jupyter"] = {"source_hidden": True}
    page = Deck(execute(talk(shown))).page()
    assert ">42\n</span></pre>" in page
    assert "6 * 7" not in page


def test_a_second_column_keeps_the_heading_above_both() -> None:
    page = Deck(talk(cell("## Two\n\nhere", "slide"), cell("there", "-", tags=("right",)))).page()
    assert page.index("<h2>Two</h2>") < page.index('<div class="sides">')
    assert page.count('<div class="side">') == 2


def test_pictures_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"png")
    page = Deck(talk(cell("![a dot](dot.png)", "slide")), tmp_path).page()
    assert '<img src="data:image/png;base64,cG5n" alt="a dot">' in page
    deck = Deck(talk(cell("![none](no.png)", "slide")), tmp_path)
    deck.page()
    assert [fault.split(":")[0] for fault in deck.faults] == ["cell 1"]
    assert "no.png is not there" in deck.faults[0]


def test_text_cannot_end_a_script() -> None:
    stepper = "from vmlesson.scenarios import explore_scenario\n" + (
        "show = explore_scenario('merge-order', 'v3.2', pages=1).failures[0].show()\n"
        "show.doc = show.doc | {'title': '</script><b>'}\nshow"
    )
    page = Deck(execute(talk(cell(stepper, "slide", code=True)))).page()
    assert page.count("</script>") == page.count("<script ")
    assert 'class="stepper-host"' in page


def test_the_handout_has_a_row_for_each_switch() -> None:
    scenario = scenarios("merge-order", 1)["above, one batch"]
    schedule = ["migration"] * 3 + ["mremap"] * 2 + ["migration"]
    trace = replay(scenario, schedule, release="v3.2", allow_prefix=True)
    table = turns(of_trace(trace, "a run"))
    assert re.findall(r'<th scope="row">([^<]+)</th>', table) == ["1–3", "4–5", "6"]
    assert "takes T&#39;s mmap_sem for writing" in table


def test_a_talk_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The example of docs/lecture.md: all that it promises, and nothing is complained of."""
    for file in EXAMPLE.iterdir():
        shutil.copy(file, tmp_path)
    assert main(["slides", str(tmp_path / "talk.ipynb"), "-o", str(tmp_path / "talk.html")]) == 0
    said = capsys.readouterr()
    assert "6 slides, 5 min" in said.out
    assert said.err == ""
    page = (tmp_path / "talk.html").read_text(encoding="utf-8")
    assert page.count('<svg class="math"') == 3
    assert r'aria-label="\frac{n!}{k!\,(n-k)!}"' in page
    assert page.count('<img src="data:image/') == 3, "a file, one in HTML, and a pasted one"
    assert "<table>" in page
    assert "<del>" in page
    assert ">24, 120, 720\n</span></pre>" in page, "what a file beside the notebook holds"
    order = re.findall(r'data-order="(\d)"><[^>]*>(\w+)', page)
    assert sorted(order) == [("1", "first"), ("2", "second"), ("3", "third")]
    assert re.findall(r'(?:src|href)="(?!data:|#|https:)[^"]*"', page) == []


CANNOT = [
    ("![](https://example.org/a.png)", "is on another host"),
    ('<img src="logo.png" width=100>', "logo.png is not there"),
    ("<img src=logo.png>", "logo.png is not there"),
    ("<img src='file:///logo.png'>", "logo.png is not there"),
    (f"![long]({'x' * 300})", "is not there"),
    ("![pasted](attachment:image.png)", "attachment:image.png is not there"),
    ("<script>1</script>", "<script> does nothing"),
    ("<iframe src='x'></iframe>", "<iframe> does nothing"),
    (r"$\begin{x}$", "cannot be drawn: ParseFatalException: Unknown symbol"),
    ("# t\n\n" + "- one more\n" * 30, "pixels: split it in two"),
    ("# t\n\n" + "word " * 600, "pixels: split it in two"),
]


@pytest.mark.parametrize(("text", "reason"), CANNOT)
def test_what_cannot_be_shown_is_said(text: str, reason: str) -> None:
    deck = Deck(talk(cell("# One", "slide"), cell(text, "slide")))
    deck.page()
    (fault,) = deck.faults
    assert fault.startswith("cell 2: ")
    assert reason in fault


def test_what_a_note_cannot_show_is_said_of_its_cell() -> None:
    deck = Deck(talk(cell("# One", "slide"), cell(r"![](no.png) $\begin{x}$", "notes")))
    deck.page()
    assert {fault.partition(":")[0] for fault in deck.faults} == {"cell 2"}
    assert len(deck.faults) == 2


def test_a_slide_is_never_taken_for_a_steppers_document() -> None:
    page = Deck(talk(cell("# Document 0", "slide"), cell("# 7", "slide"))).page()
    assert 'id="slide-document-0"' in page
    assert 'id="slide-7"' in page


def test_a_table_that_is_no_proper_one_has_a_height() -> None:
    nested = "<table><tr><td><table><tr><td>in</td></tr></table>x</td></tr></table>"
    for table in ("<table><td>x</td></table>", nested):
        for lines, faults in ((1, 0), (40, 1)):
            deck = Deck(
                talk(cell("# One", "slide"), cell(table.replace("x", lines * "x<br>"), "-"))
            )
            deck.page()
            assert len(deck.faults) == faults, (table, lines)


def test_on_paper_a_name_with_a_colon_is_no_part_of_the_sentence() -> None:
    x = Shared("x", 0)

    async def add() -> None:
        await x.write(1)

    trace = replay(lambda: ({"a: b": add()}, None))
    table = str(turns(of_trace(trace)))
    assert "a: b" in table
    assert ">1</th>" in table
    assert "b, " not in table


OUTPUTS = [
    ("from ipywidgets import IntSlider\nIntSlider(3)", "IntSlider needs a kernel"),
    ("from IPython.display import Javascript\nJavascript('1')", "it gives a script"),
]


@pytest.mark.parametrize(("code", "reason"), OUTPUTS)
def test_an_output_that_is_dead_on_paper_is_said(code: str, reason: str, tmp_path: Path) -> None:
    source = tmp_path / "talk.ipynb"
    nbformat.write(talk(cell(code, "slide", code=True)), source)
    built = build(source, tmp_path / "talk.html")
    assert [fault.partition(": ")[0] for fault in built.faults] == ["cell 1"]
    assert reason in built.faults[0]
    assert main(["slides", str(source), "-o", str(tmp_path / "talk.html"), "--force"]) == 1


def test_math_that_code_gives_is_drawn() -> None:
    shown = "from IPython.display import Math\nMath(r'\\frac{a}{b}')"
    page = Deck(execute(talk(cell(shown, "slide", code=True)))).page()
    assert 'aria-label="\\frac{a}{b}"' in page


def test_what_can_be_turned_is_a_picture_on_a_slide() -> None:
    turned = (
        "from vmlesson import show\n"
        "def turn(batch=1):\n"
        "    return show.cost(pages=(1, 2), children=0, generations=0, batch=batch)\n"
        "show.Knobs(turn, batch=(1, 2))"
    )
    deck = Deck(execute(talk(cell(turned, "slide", code=True))))
    assert "What mremap does with the root lock</title>" in deck.page()
    assert deck.faults == []


def test_a_heading_is_no_comment_in_code() -> None:
    titles = ["```\n# setup\n```", "Under\n=====", "<h2>Own</h2>", "# `a` & b"]
    slides = slides_of(talk(*(cell(title, "slide") for title in titles)))
    assert [slide.title for slide in slides] == ["", "Under", "Own", "a & b"]


def test_a_line_that_is_written_over_is_shown_as_it_was_last() -> None:
    code = "print('1 of 2', end='\\r'); print('2 of 2')"
    page = Deck(execute(talk(cell(code, "slide", code=True)))).page()
    assert ">2 of 2\n</span></pre>" in page


def test_the_speaker_stands_on_the_first_slide_and_text_stays_text() -> None:
    two = talk(cell("# One", "slide"), cell("# Two", "slide"))
    page = Deck(two, speaker="<b>Zoë & I</b>").page()
    assert page.count('<p class="by">&lt;b&gt;Zoë &amp; I&lt;/b&gt;</p>') == 1


# ------------------------------------------------------------------------------------ bad input


def test_no_notebook(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no notebook"):
        read(tmp_path / "none.ipynb")
    (tmp_path / "text.ipynb").write_text("not json")
    with pytest.raises(UserError, match="is not a notebook"):
        read(tmp_path / "text.ipynb")


def test_no_slides(tmp_path: Path) -> None:
    nbformat.write(talk(new_markdown_cell("# Text")), tmp_path / "text.ipynb")
    with pytest.raises(UserError, match="has no slides"):
        read(tmp_path / "text.ipynb")


def test_a_cell_that_raises_is_named() -> None:
    broken = talk(cell("# One", "slide"), cell("1 / 0", "-", code=True))
    with pytest.raises(UserError, match=r"talk\.ipynb: cell 2 raises ZeroDivisionError"):
        execute(broken, "talk.ipynb")
    broken.cells[1].metadata["tags"] = ["raises-exception"]
    assert "ZeroDivisionError: division by zero" in Deck(execute(broken)).page()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "talk.ipynb", tmp_path / "talk.html"
    nbformat.write(talk(cell("# One", "slide")), source)
    before = source.read_bytes()
    assert main(["slides", str(source), "-o", str(target)]) == 0
    assert "1 slide," in capsys.readouterr().out
    first = target.read_bytes()
    target.write_text("mine")
    assert main(["slides", str(source), "-o", str(target)]) == 2
    assert target.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    build(source, target, force=True)
    assert target.read_bytes() == first
    assert main(["slides", str(source), "-o", str(source), "--force"]) == 2
    assert "its name must end in .html" in capsys.readouterr().err
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.html", "talk.ipynb"]


# ---------------------------------------------------------------------------------- the lecture


def test_the_lecture_fits_its_time() -> None:
    slides = slides_of(read(LECTURE))
    assert sum(bool(slide.minutes) for slide in slides) <= SLIDES  # and some if somebody asks
    assert [slide.title for slide in slides if slide.minutes is None or not slide.title] == []
    assert sum(slide.minutes or 0 for slide in slides) == MINUTES
    assert sum(slide.short or 0 for slide in slides) == SHORT
    assert all(slide.short <= slide.minutes for slide in slides if slide.short)


def test_the_lectures_code_can_be_read_from_the_last_row() -> None:
    for slide in slides_of(read(LECTURE)):
        for number, each in slide.cells:
            blocks = re.findall(r"```\w*\n(.*?)```", each.source, flags=re.DOTALL)
            shown = each.cell_type == "code" and not each.metadata.get("jupyter")
            for lines in [text.splitlines() for text in (blocks + [each.source] * shown)]:
                assert len(lines) <= LINES, f"cell {number}"
                assert max(map(len, lines)) <= COLUMNS, f"cell {number}"


def test_the_lecture_is_one_file_that_asks_for_nothing() -> None:
    notebook = execute(read(LECTURE), LECTURE.name)
    deck = Deck(notebook)
    page = deck.page()
    assert deck.faults == []
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    assert "@import" not in page
    assert page.count('class="stepper-host"') == 6
    documents = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert len(documents) == 6
    assert all(json.loads(document)["states"] for document in documents)
    assert "lecture.ipynb" not in Deck(notebook, notes=False).page()


def test_ctrl_c_ends_a_talk_that_is_built_without_a_word(tmp_path: Path) -> None:
    waits = "import time\nopen('begun', 'w').close()\ntime.sleep(1000)"
    nbformat.write(talk(cell(waits, "slide", code=True)), tmp_path / "talk.ipynb")
    with subprocess.Popen(
        [sys.executable, "-m", "vmlesson", "slides", "talk.ipynb"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    ) as building:
        while not (tmp_path / "begun").exists() and building.poll() is None:
            time.sleep(0.05)
        building.send_signal(signal.SIGINT)
        assert building.communicate()[1] == b""
    assert building.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun", "talk.ipynb"]


def test_what_else_goes_wrong_in_nbclient_is_not_taken_for_ctrl_c(monkeypatch) -> None:
    def wrong(*args, **kwargs) -> None:
        raise AssertionError("of another kind")

    monkeypatch.setattr("nbclient.NotebookClient.execute", wrong)
    with pytest.raises(AssertionError, match="of another kind"):
        execute(talk(*SMALL))
