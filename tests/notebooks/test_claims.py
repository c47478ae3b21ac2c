"""What the notebooks claim is executed here, or has a source; and their form is kept."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from register import NOTEBOOKS, REGISTER, ROOT, SOURCES, Cell, all_cells, cells, mail_tags

from vmlesson.learn import CHAPTERS
from vmlesson.learn.levels import all_levels
from vmlesson.learn.quiz import find, questions

HERE = Path(__file__).parent
for _file in sorted(HERE.glob("claims*.py")):
    importlib.import_module(_file.stem)
sys.path.append(str(ROOT / "tools"))

CELLS = all_cells()
MESSAGE_ID = re.compile(r"`([^`\s]+@[^`\s]+)`")
COMMIT = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12}\b")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
PREDICT = re.compile(r"predict\(\"([^\"]+)\"")
LONGEST = 25


@pytest.mark.parametrize("claim", sorted(REGISTER.executed))
def test_claim_holds(claim: str) -> None:
    REGISTER.executed[claim]()


def asked() -> set[str]:
    return {name for cell in CELLS if cell.kind == "code" for name in PREDICT.findall(cell.source)}


def test_every_claim_has_an_assertion_or_a_source() -> None:
    made = {claim for cell in CELLS for claim in cell.claims} | asked()
    assert made - REGISTER.all() == set(), "claimed, and nothing stands behind it"
    assert REGISTER.all() - made == set(), "nobody claims it any more"


@pytest.mark.parametrize("claim", sorted(REGISTER.sources))
def test_sources_are_in_the_list(claim: str) -> None:
    where = REGISTER.sources[claim]
    assert where.mail or where.commit or where.code or where.book, f"{claim} names no source"
    assert not where.mail or where.mail in mail_tags(), f"no mail {where.mail} in docs/sources.md"
    assert where.commit in SOURCES, f"no commit {where.commit} in docs/sources.md"
    if where.code:
        assert re.match(r"v\d\.\d+", where.release), f"{claim}: the code of which release?"


def test_message_ids_and_commits_are_in_the_list() -> None:
    unknown = [
        f"{cell}: {found}"
        for cell in CELLS
        for pattern in (MESSAGE_ID, COMMIT)
        for found in pattern.findall(cell.source)
        if f"`{found}`" not in SOURCES
    ]
    assert unknown == []


def test_every_question_is_asked_once() -> None:
    for name in asked():
        find(name)
    names = [name for cell in CELLS for name in PREDICT.findall(cell.source)]
    assert len(names) == len(set(names))
    there = {
        name
        for chapter in CHAPTERS
        if (ROOT / "notebooks" / f"{chapter.notebook}.ipynb").exists()
        for name in chapter.questions
    }
    assert there == asked()
    assert all(questions(name.partition("/")[0]) for name in names)


# ------------------------------------------------------------------------------------- the form


def anchors(notebook: Path) -> set[str]:
    """The ids that JupyterLab gives the headings of a notebook."""
    found = set()
    for cell in cells(notebook):
        if cell.kind == "markdown":
            for heading in re.findall(r"^#+ +(.+)$", cell.source, flags=re.M):
                found.add(heading.replace("`", "").strip().replace(" ", "-"))
    return found


def links() -> Iterator[tuple[Cell, str]]:
    for cell in CELLS:
        if cell.kind == "markdown":
            for target in LINK.findall(cell.source):
                if not re.match(r"[a-z]+:", target):
                    yield cell, target


def test_relative_links_lead_somewhere() -> None:
    broken = []
    for cell, target in links():
        path, _, anchor = unquote(target).partition("#")
        file = (cell.notebook.parent / path).resolve() if path else cell.notebook
        inside = any(file.is_relative_to(ROOT / part) for part in ("notebooks", "exercises"))
        if not (inside and file.is_file()):  # a learner's copy has no other folders
            broken.append(f"{cell}: {target}")
        elif anchor and anchor not in anchors(file):
            broken.append(f"{cell}: {target}: no such heading")
    assert broken == []


def test_links_to_the_glossary_show_its_first_sentence() -> None:
    from chapter import terms, with_terms

    known = terms()
    stale = [str(cell) for cell in CELLS if with_terms(cell.source, known) != cell.source]
    assert stale == [], "python tools/chapter.py terms"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_form(notebook: Path) -> None:
    ids = [cell.id for cell in cells(notebook)]
    assert len(ids) == len(set(ids))
    for cell in cells(notebook):
        assert re.fullmatch(r"[a-z][a-z0-9-]*", cell.id), f"{cell}: ids are words"
        if cell.kind == "code":
            assert len(cell.source.splitlines()) <= LONGEST, f"{cell} is too long"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_a_notebook_as_text_is_the_same_notebook_again(path: Path) -> None:
    import chapter

    written = path.read_text(encoding="utf-8")
    assert chapter.notebook(chapter.text_of(json.loads(written)), json.loads(written)) == written


def test_a_hover_text_is_in_double_quotes_and_keeps_its_own_as_single_ones() -> None:
    import chapter

    texts = chapter.terms()
    assert "Kernel('v3.3', patches=[my_function])" in texts["livepatch"]
    assert [text for text in texts.values() if '"' in text] == []


def test_what_looks_like_the_head_of_a_cell_stays_in_its_cell() -> None:
    import chapter

    source = ["```\n", "%% code x\n", "\\%% code y\n", "```"]
    old = {"cells": [{"cell_type": "raw", "id": "a", "metadata": {}, "source": source}]}
    (cell,) = json.loads(chapter.notebook(chapter.text_of(old), old))["cells"]
    assert cell["source"] == source


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_chapter_has_all_its_parts(chapter) -> None:
    notebook = ROOT / "notebooks" / f"{chapter.notebook}.ipynb"
    if not notebook.exists():
        pytest.skip("not written yet")
    here = cells(notebook)
    text = "\n".join(cell.source for cell in here)
    first = here[0].source
    assert first.startswith(f"# {chapter.number} · {chapter.title}\n")
    assert f"\n*{chapter.minutes} minutes" in first
    assert "## In three sentences" in text
    assert "## Sources" in text
    assert f'finish("{chapter.number}")' in text
    for exercise in chapter.exercises:
        if (ROOT / "exercises" / exercise).is_dir():
            assert f"(../exercises/{exercise}/{exercise}.ipynb" in text
    index = "\n".join(cell.source for cell in cells(ROOT / "notebooks" / "index.ipynb"))
    assert f"({notebook.name}) | {chapter.minutes} |" in index


def test_the_afternoon_path_fits_an_afternoon() -> None:
    path = [chapter for chapter in CHAPTERS if chapter.afternoon]
    glossary = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    assert f"its proof: {', '.join(chapter.number for chapter in path)}." in glossary
    assert sum(chapter.minutes for chapter in path) <= 270 - 45, "45 minutes for two exercises"


def doing(cell: Cell) -> bool:
    """Whether a cell asks for something: a guess, a level, a race to be driven."""
    return cell.kind == "code" and bool(re.search(r"(predict|level|Drive)\(", cell.source))


def level_minutes(cell: Cell) -> int:
    played = re.findall(r"level\(\"([^\"]+)\"", cell.source) if cell.kind == "code" else []
    return sum(all_levels()[name].minutes for name in played)


def minutes_read(chapter) -> list[tuple[float, Cell]]:
    """When each cell is come to: its chapter's minutes, its levels' and by words for the rest."""
    here = cells(ROOT / "notebooks" / f"{chapter.notebook}.ipynb")
    here = [cell for cell in here if cell.id != "sources"]
    words = [len(re.findall("[A-Za-z_]{2,}", unlinked(cell.source))) for cell in here]
    rate = sum(words) / (chapter.minutes - sum(map(level_minutes, here)))
    assert rate <= 70, f"{rate:.0f} words a minute is more than is read beside pictures and code"
    at, read = 0.0, []
    for cell, count in zip(here, words, strict=True):
        read.append((at, cell))
        at += count / rate + level_minutes(cell)
    return read


def unlinked(text: str) -> str:
    return re.sub(r"\]\([^)]*\)", "]", text)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_something_is_done_within_five_minutes(chapter) -> None:
    assert next(at for at, cell in minutes_read(chapter) if doing(cell)) <= 5


def test_the_first_line_of_ones_own_comes_early() -> None:
    """By minute 20 something is written and checked, by minute 75 moveto_tail."""
    begins, met = 0, {}
    for chapter in (each for each in CHAPTERS if each.afternoon):
        for at, cell in minutes_read(chapter):
            for name in re.findall(r"level\(\"([^\"]+)\"|exercises/(moveto_tail)/", cell.source):
                met.setdefault(max(name), begins + at)
        begins += chapter.minutes
    assert met["read-a-list"] <= 20
    assert met["take-the-lock"] < met["move-one-node"] < met["every-list"] < met["moveto_tail"]
    assert met["moveto_tail"] <= 75, met
