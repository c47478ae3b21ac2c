"""Drawings with any Graphviz, with none, in a notebook and in files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from drawn import SVG
from situations import every_kind_of_pte, family, of_catalogue

import vmlesson.show as show
from vmlesson import kernel as k
from vmlesson.errors import UserError
from vmlesson.show import look, render
from vmlesson.show.look import SIZE, THEME
from vmlesson.show.render import CannotRender, Drawing

SNAPSHOTS = Path(__file__).parent / "snapshots"


def moved_to_tail() -> Drawing:
    kernel = of_catalogue("fork-shared", "v3.3")
    before = show.picture(kernel)
    child = kernel.tasks[1]
    kernel.run(k.anon_vma_moveto_tail(child.mm.vmas[0]))
    return show.history(before, kernel, pages=True)


DRAWINGS: dict[str, Callable[[], Drawing]] = {
    "merge-order": lambda: show.chains(
        of_catalogue("merge-order"), src="W", dst="V", cursor=("V", "A"), pages=True
    ),
    "grandchild": lambda: show.chains(of_catalogue("grandchild")),
    "family": lambda: show.chains(family()),
    "tables": lambda: show.tables(every_kind_of_pte()[1]),
    "history": moved_to_tail,
}


@pytest.fixture(params=DRAWINGS)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return DRAWINGS[request.param]()


# ---------------------------------------------------------------------------- the same everywhere


def renumbered(source: str) -> str:
    """The source with ids as they were if nothing had been made before."""
    ids = list(dict.fromkeys(re.findall(r"\w+-\d+", source)))
    places = {id: f"{id.rpartition('-')[0]}-{place}" for place, id in enumerate(ids, 1)}
    return re.sub(r"\w+-\d+", lambda match: places[match[0]], source)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_source_is_that_of_the_snapshot(name: str) -> None:
    """To change a picture: delete its snapshot, run this, and look at what git shows."""
    path, source = SNAPSHOTS / f"{name}.dot", renumbered(DRAWINGS[name]().source)
    if not path.exists():
        path.write_text(source, encoding="utf-8")
        pytest.fail(f"{path} was missing, and has been written: look at it, and commit it")
    assert source == path.read_text(encoding="utf-8")


def elements(svg: bytes) -> Iterator[tuple[object, ...]]:
    """Each node, edge and cluster: its id, class, title, texts, shapes, and where they begin."""
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        shapes = []
        for child in group.iter():
            kind = child.tag.removeprefix(SVG)
            if kind not in ("polygon", "polyline", "ellipse", "path"):
                continue
            if kind == "polygon" and "edge" in group.get("class", ""):
                shapes.append((kind,))  # each has its own idea of an arrow's head
                continue
            line = child.get("points") or child.get("d") or f"{child.get('cx')},{child.get('cy')}"
            ends = re.findall(r"-?[\d.]+", line)
            corner = [round(float(number)) for number in (*ends[:2], *ends[-2:])]
            shapes.append((kind, *(corner if kind != "polygon" else sorted(map(abs, corner)))))
        texts = [text.text for text in group.iter(f"{SVG}text")]
        title = group.find(f"{SVG}title")
        yield group.get("id"), group.get("class"), title is not None and title.text, texts, shapes


def near(one: object, two: object) -> bool:
    """Whether two elements are the same, with places that may differ by two points."""
    if isinstance(one, int) and isinstance(two, int):
        return abs(one - two) <= 2
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(map(near, one, two))
    return one == two


def test_both_graphviz_draw_the_same(drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(render.programs())
    system = [program for program in found if "graphviz-pure" not in program]
    pure = [program for program in found if "graphviz-pure" in program]
    if not system:
        pytest.skip("no dot on this system (Debian: apt install graphviz)")
    svgs = []
    for programs in (system[:1], pure[:1]):
        monkeypatch.setattr(render, "programs", lambda programs=programs: iter(programs))
        svgs.append(drawing.draw("svg"))
    assert svgs[0] != svgs[1]
    ours, theirs = (sorted(elements(svg), key=str) for svg in svgs)
    ours, theirs = ([each for each in some if each[0] != "drawing"] for some in (ours, theirs))
    assert [each[0] for each in ours] == [each[0] for each in theirs]
    for one, two in zip(ours, theirs, strict=True):
        assert near(one, two), (one, two)
    sizes = [re.findall(rb'<svg width="(\d+)pt" height="(\d+)pt"', svg)[0] for svg in svgs]
    for ours_long, theirs_long in zip(*sizes, strict=True):
        assert abs(int(ours_long) - int(theirs_long)) <= 2


def test_nodes_lie_on_edges(drawing: Drawing) -> None:
    kinds = re.findall(r'class="(edge|node) ', drawing.svg())
    assert kinds == sorted(kinds)


def test_drawn_twice_is_the_same(drawing: Drawing) -> None:
    assert drawing.svg() == drawing.svg()


def test_no_text_is_small_and_no_text_leaves_the_drawing(drawing: Drawing) -> None:
    svg = ET.fromstring(drawing.svg())
    sizes = {float(text.get("font-size", "0")) for text in svg.iter(f"{SVG}text")}
    assert sizes == {SIZE}
    assert SIZE * 96 / 72 >= 18


def test_every_graphviz_knows_the_fonts(drawing: Drawing) -> None:
    for program in render.programs():
        done = subprocess.run(
            [program, "-Kneato", "-n2", "-Tsvg"],
            input=drawing.source.encode(),
            capture_output=True,
            check=True,
        )
        fonts = set(re.findall(rb'font-family="([^",]+)', done.stdout))
        assert fonts == {b"Helvetica", b"Courier New"}
        assert (
            done.stdout.count(b'font-weight="bold"') >= drawing.source.count("Helvetica-Bold") > 0
        )


def processor_seconds() -> float:
    return sum(os.times()[:4])


@pytest.mark.parametrize("line", [False, True])
def test_30_vmas_of_a_family_of_5_take_less_than_200_ms(line: bool) -> None:
    """Of the processors' time: what the clock shows depends on who else is at work."""
    kernel, times = family(line), []
    for _ in range(3):
        begun = processor_seconds()
        show.chains(kernel).svg()
        times.append(processor_seconds() - begun)
    assert min(times) < 0.2


# -------------------------------------------------------------------------- with which Graphviz


def a_program(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_dot_of_the_system_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dot = a_program(tmp_path, "dot", "print('<svg drawn by the system/>')")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert next(render.programs()) == str(dot)
    assert show.chains(of_catalogue("merge-order")).draw("svg") == b"<svg drawn by the system/>\n"


def test_without_a_dot_the_wheel_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (program,) = set(render.programs())
    assert "graphviz-pure" in program
    drawing = show.chains(of_catalogue("merge-order"))
    assert b"graphviz-pure" in drawing.draw("svg")
    assert drawing.draw("png").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "text",
    ["print('<svg'); raise SystemExit('broken')", "", "import time; time.sleep(60)"],
    ids=["fails", "draws nothing", "hangs"],
)
def test_where_the_dot_is_broken_the_wheel_draws(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_program(tmp_path, "dot", text)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(render, "SECONDS", 2)
    assert b"graphviz-pure" in show.chains(of_catalogue("merge-order")).draw("svg")


def test_a_program_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "programs", lambda: iter(["/nowhere/dot"]))
    with pytest.raises(CannotRender, match="/nowhere/dot does not run"):
        render.render("digraph {}", "svg")


def test_what_a_program_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loud = a_program(tmp_path, "dot", "raise SystemExit('first\\nno such font')")
    mute = a_program(tmp_path, "mute", "raise SystemExit(1)")
    for program, says in ((loud, "no such font"), (mute, "it says nothing")):
        monkeypatch.setattr(render, "programs", lambda program=program: iter([str(program)]))
        with pytest.raises(CannotRender, match=f"cannot draw svg: {says}"):
            render.render("digraph {}", "svg")


@pytest.fixture
def no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "programs", lambda: iter(()))


@pytest.mark.usefixtures("no_graphviz")
def test_without_any_graphviz_there_are_letters_and_one_line_says_why() -> None:
    drawing = show.chains(of_catalogue("merge-order"))
    why = "Drawn in letters, as there is no Graphviz here: neither dot nor graphviz-pure."
    bundle = drawing._repr_mimebundle_()
    assert bundle["text/plain"] == f"{drawing.text}\n{why}"
    assert bundle["text/html"].count(why) == 1
    assert "<pre>anon_vma chains" in bundle["text/html"]
    assert "<table>" in bundle["text/html"]
    assert "image/svg+xml" not in bundle
    assert drawing._repr_svg_() is None


# ------------------------------------------------------------------------------- in a notebook


def test_a_screen_reader_gets_title_description_and_table(drawing: Drawing) -> None:
    bundle = drawing._repr_mimebundle_()
    svg = ET.fromstring(bundle["image/svg+xml"])
    assert bundle["image/svg+xml"] == drawing._repr_svg_()
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == drawing.title
    assert description.text == drawing.description
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == title.get("id")
    assert svg.get("aria-describedby") == description.get("id")
    *_, parts = svg
    assert [part.tag.removeprefix(SVG) for part in svg] == ["title", "desc", "style", "g"]
    assert parts.get("aria-hidden") == "true", "it need not be heard part by part"
    html = bundle["text/html"]
    assert "<details><summary>The same as a table</summary><table><caption>" in html
    for row in drawing.table.rows:
        assert row[0] in html
    assert bundle["text/plain"] == drawing.text == str(drawing)
    assert repr(drawing) == f"<Drawing: {drawing.title}>"


def test_everything_drawn_is_described() -> None:
    description = show.chains(of_catalogue("fork-shared")).description
    assert description == (
        "mm P maps V [100, 104) pgoff 100. "
        "mm C, child of P, maps W [100, 102) pgoff 100; X [140, 142) pgoff 102. "
        "The list of anon_vma B: 1 W of C, 2 X of C. "
        "The list of anon_vma A, the root: 1 V of P, 2 W of C, 3 X of C."
    )


def test_colours_follow_the_theme_and_only_those_of_the_palette_occur(drawing: Drawing) -> None:
    themed = set(re.findall(r'fill="(#\w{6})"', THEME))
    fills = {"#000000", "#e69f00", "#56b4e9", "#f0e442", "#e6e6e6", "#cc79a7", "#009e73"}
    drawn = drawing.draw("svg").decode()
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none", "black", "transparent"}
    assert used <= themed | fills
    assert "#111111" in used
    for colour in themed:
        assert f'[fill="{colour}"]' in THEME
        assert f'[stroke="{colour}"]' in THEME


# ---------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".svg", b"<svg"), (".png", b"\x89PNG"), (".dot", b"// draw"), (".PNG", b"\x89PNG")],
)
def test_save(suffix: str, start: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"chains{suffix}"
    drawing = show.chains(of_catalogue("merge-order"))
    assert drawing.save(str(path)) == path
    assert path.read_bytes().startswith(start)


def test_a_saved_svg_stands_alone(tmp_path: Path) -> None:
    drawing = show.chains(of_catalogue("merge-order"))
    svg = ET.parse(drawing.save(tmp_path / "chains.svg")).getroot()
    assert svg.find(f"{SVG}title") is not None
    assert svg.find(f"{SVG}style") is not None


def test_pdf_needs_the_dot_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = show.chains(of_catalogue("merge-order"))
    if shutil.which("dot"):
        assert drawing.save(tmp_path / "chains.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "other.pdf"
    with pytest.raises(UserError, match=r"cannot write .*; PDF needs the dot of the system"):
        drawing.save(path)
    assert not path.exists()


def test_a_file_is_not_overwritten_without_force(tmp_path: Path) -> None:
    path = tmp_path / "chains.svg"
    path.write_text("mine")
    drawing = show.chains(of_catalogue("merge-order"))
    with pytest.raises(UserError, match=r"chains\.svg exists; name another file, or give force"):
        drawing.save(path)
    assert path.read_text() == "mine"
    drawing.save(path, force=True)
    assert path.read_text().startswith("<svg")


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    path = tmp_path / "chains.svg"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="exists"):
        show.chains(of_catalogue("merge-order")).save(path)


@pytest.mark.parametrize("name", ["chains", "chains.jpeg", "chains.svg.gz", "no/chains.svg"])
def test_what_cannot_be_saved(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write"):
        show.chains(of_catalogue("merge-order")).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_graphviz")
def test_nothing_is_left_of_a_save_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "chains.png"
    path.write_text("mine")
    with pytest.raises(UserError, match="there is no Graphviz here"):
        show.chains(of_catalogue("merge-order")).save(path, force=True)
    assert path.read_text() == "mine"


# --------------------------------------------------------------------------------- the package


def test_the_package_is_light_and_its_names_are_there() -> None:
    code = (
        "import sys, vmlesson.show as show; "
        "heavy = {'matplotlib', 'IPython', 'anywidget', 'graphviz'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules); "
        "assert set(dir(show)) == set(show.__all__); "
        "[getattr(show, name) for name in show.__all__]; "
        "assert callable(show.chains) and callable(show.tables) and callable(show.cost)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)
    with pytest.raises(AttributeError, match="has no attribute 'graph'"):
        show.graph  # noqa: B018


def test_a_page_may_make_it_smaller_but_not_too_small() -> None:
    drawing = show.chains(of_catalogue("merge-order"))
    wide = int(re.findall(r'width="(\d+)pt"', drawing.svg())[0])
    assert f"max-width: 100%; height: auto; min-width: {wide * 0.6:.0f}pt" in drawing.html()


# ------------------------------------------------------------------------------------- one look

SHEET = Path(__file__).parents[2] / "web" / "src" / "stepper.css"
SHARED = {
    "source": look.SOURCE,
    "destination": look.DESTINATION,
    "migration": look.MIGRATION,
    "present": look.PRESENT,
    "cursor": look.CURSOR,
    "ring": look.CHANGED,
    "lost": look.LOST,
    "thread": look.THREAD,
}


@pytest.mark.parametrize("name", SHARED)
def test_the_stepper_has_the_colours_of_the_drawings(name: str) -> None:
    light = SHEET.read_text(encoding="utf-8").split("[data-theme=")[0]
    assert f"--{name}: {SHARED[name]};" in light
