"""Every command that the documents, the course and the sources show can be typed as it is shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from vmlesson.cli import all_commands

ROOT = Path(__file__).parents[1]
PATTERNS = ("*.md", "docs/*.md", "notebooks/*", "exercises/*/*.ipynb", "solutions/*/*.ipynb")
SOURCES = ("tools/*.py", "tools/*.sh", "real_kernel/*.py", "benchmarks/*.py", "vmlesson/**/*.py")
IN_A_BLOCK = re.compile(r"^    ((?:vmlesson|make|python|nbgrader) .+?)(?:\s{2,}#.*| # .*)?$", re.M)
IN_A_LINE = re.compile(r"`((?:vmlesson|make|python) [^`]+)`")
OPTION = re.compile(r"`(--[\w-]+)")
PARSER, COMMANDS = all_commands()


def texts() -> Iterator[str]:
    for file in chain.from_iterable(map(ROOT.glob, (*PATTERNS, *SOURCES))):
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
            text = "\n\n".join("".join(cell["source"]) for cell in cells)
        yield text


TEXTS = list(texts())
SHOWN = sorted({found for text in TEXTS for found in IN_A_BLOCK.findall(text)})
NAMED = sorted({found for text in TEXTS for found in IN_A_LINE.findall(text)})


def test_there_are_some() -> None:
    assert len(SHOWN) > 70
    assert len(NAMED) > 20


@pytest.mark.parametrize("line", [*SHOWN, *NAMED])
def test_its_parts_are_there(line: str) -> None:
    what, name, *words = shlex.split(line)
    if what == "make":
        name = next(word for word in (name, *words) if "=" not in word)
        assert re.search(rf"^{name}:", ROOT.joinpath("Makefile").read_text(), re.M)
    elif what == "vmlesson":
        taken = COMMANDS.choices[name]._option_string_actions
        assert [word for word in words if word.startswith("-") and word not in taken] == []
    elif name.endswith(".py"):
        source = next(ROOT.glob(f"**/{name}")).read_text(encoding="utf-8")
        assert [word for word in words if word.startswith("--") and word not in source] == []


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("vmlesson ")])
def test_it_is_whole(line: str) -> None:
    PARSER.parse_args(shlex.split(line)[1:])


def test_an_option_that_is_named_is_one_of_something() -> None:
    taken = {each for name in COMMANDS.choices.values() for each in name._option_string_actions}
    taken |= set(re.findall(r'"(--[\w-]+)"', "\n".join(TEXTS)))  # what the sources ask for
    taken.add("--force")  # of nbgrader
    assert sorted({each for text in TEXTS for each in OPTION.findall(text)} - taken) == []
