"""Which word of the glossary is first used where on the path, and where it is introduced."""

import re
import sys

from register import ROOT, Cell, cells

from vmlesson.grade.exercises import EXERCISES
from vmlesson.learn import CHAPTERS
from vmlesson.learn.levels import all_levels
from vmlesson.learn.quiz import find

sys.path.append(str(ROOT / "tools"))
from chapter import _anchor, terms

EVERYDAY = {
    *("afternoon path", "await", "batch", "class", "clone", "compaction", "conflict"),
    *("destination", "explorer", "fault", "faulted", "fork", "frame", "huge page", "index"),
    *("kernel", "livepatch", "merge", "migration", "page", "page lock", "pin", "poison", "probe"),
    *("promise", "release", "root", "scenario", "source", "split", "step", "system call", "walk"),
}
"""Words that are English as well: a text may use them before the kernel's sense is meant."""
Place = tuple[str, str]


def said(cell: Cell) -> str:
    """What a learner reads at a cell: its prose, its question, its level."""
    if cell.id == "title":
        return ""  # it looks ahead
    if cell.kind == "markdown":
        return re.sub(r"\]\([^)]*\)", "]", cell.source)  # without addresses and hover texts
    texts = []
    for name in re.findall(r'predict\("([^"]+)"', cell.source):
        question = find(name)
        texts += [question.ask, *question.options, *question.replies]
    for name in re.findall(r'level\("([^"]+)"', cell.source):
        texts += [all_levels()[name].goal, all_levels()[name].won]
    return " ".join(texts)


def path() -> list[tuple[Place, Cell]]:
    """The cells of the afternoon path, but for the sources, which are for looking up."""
    return [
        ((chapter.number, cell.id), cell)
        for chapter in CHAPTERS
        if chapter.afternoon
        for cell in cells(ROOT / "notebooks" / f"{chapter.notebook}.ipynb")
        if cell.id != "sources"
    ]


def first_uses() -> dict[str, tuple[Place | None, Place | None]]:
    """For each word, where it is first used and where it is first linked or set in bold."""
    found: dict[str, tuple[Place | None, Place | None]] = {}
    read = path()
    for term in terms():
        if term in EVERYDAY:
            continue
        word = re.compile(rf"(?<![\w/-]){re.escape(term)}(s|es)?(?![\w/-])", re.IGNORECASE)
        links = (f"glossary.md#{_anchor(term)}", f"**{term}**")
        used = next((place for place, cell in read if word.search(said(cell))), None)
        introduced = next(
            (place for place, cell in read if any(f"{link}" in cell.source for link in links)), None
        )
        found[term] = used, introduced
    return found


def table() -> str:
    """The table of docs/words.md."""
    lines = [
        "# Where a word is introduced",
        "",
        "Made by `python tests/notebooks/words.py`: on the afternoon path no word of the",
        "[glossary](../notebooks/glossary.md) is used before the cell that introduces it.",
        "",
        "| word | chapter | cell |",
        "|:--|:--|:--|",
    ]
    for term, (_, introduced) in first_uses().items():
        if introduced is not None:
            lines.append(f"| {term} | {introduced[0]} | {introduced[1]} |")
    return "\n".join(lines) + "\n"


def hints() -> str:
    """What the hints of the exercises on the path say."""
    on_the_path = {name for each in CHAPTERS if each.afternoon for name in each.exercises}
    return " ".join(" ".join(EXERCISES[name].hints) for name in on_the_path)


if __name__ == "__main__":
    (ROOT / "docs" / "words.md").write_text(table(), encoding="utf-8")
