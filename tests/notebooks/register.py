"""The notebooks as the tests of this folder read them."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GLOSSARY = ROOT / "notebooks" / "glossary.md"
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Cell:
    notebook: Path
    id: str
    kind: str
    source: str
    claims: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.notebook.name}, cell {self.id}"


def cells(notebook: Path) -> list[Cell]:
    """Its cells; a markdown file is one."""
    if notebook.suffix == ".md":
        return [Cell(notebook, "text", "markdown", notebook.read_text(encoding="utf-8"), ())]
    content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
    return [
        Cell(
            notebook,
            cell["id"],
            cell["cell_type"],
            "".join(cell["source"]),
            tuple(cell["metadata"].get("claims", ())),
        )
        for cell in content["cells"]
    ]


def all_cells() -> list[Cell]:
    return [cell for notebook in (*NOTEBOOKS, GLOSSARY) for cell in cells(notebook)]


@dataclass(frozen=True)
class Source:
    """Where a claim that the model cannot show is to be read."""

    mail: str = ""
    commit: str = ""
    code: str = ""
    release: str = ""
    book: str = ""


@dataclass
class Register:
    """What stands behind each claim: a function that asserts it, or a source."""

    executed: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def all(self) -> set[str]:
        return self.executed.keys() | self.sources.keys()


REGISTER = Register()


def claim(*ids: str) -> Any:
    """Register a function that asserts what these claims say."""

    def decorate(function: Any) -> Any:
        for each in ids:
            assert each not in REGISTER.all(), f"{each} is registered twice"
            REGISTER.executed[each] = function
        return function

    return decorate


def source(*ids: str, **where: str) -> None:
    """Register where these claims are to be read: see `Source`."""
    for each in ids:
        assert each not in REGISTER.all(), f"{each} is registered twice"
        REGISTER.sources[each] = Source(**where)


def answer(question: str) -> int:
    """What a question calls the right answer."""
    from vmlesson.learn.quiz import find

    return find(question).answer


def mail_tags() -> set[str]:
    rows = SOURCES.split("## Mails")[1].split("\n## ")[0]
    return set(re.findall(r"^\| (\w+) \|", rows, flags=re.M)) - {"tag"}
