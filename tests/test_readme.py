"""The README shows what is really drawn, and names what is really there."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")


def drawn(svg: str) -> list[str]:
    """What a picture shows, whichever Graphviz drew it: its words, its colours, its style.

    Where each thing stands, and how nothing is called, differs from one Graphviz to another.
    """
    svg = svg.replace("transparent", "none")
    said = re.findall(r">([^<>]+)</(?:text|desc|style)>", svg)
    return sorted(said + re.findall(r'<\w+ fill="\S+" stroke="\S+"', svg))


def test_the_picture_is_in_step(tool: Callable[[str], ModuleType]) -> None:
    """python tools/readme_picture.py draws it anew."""
    picture = tool("readme_picture")
    committed = picture.PICTURE.read_text(encoding="utf-8")
    assert drawn(picture.drawing().svg()) == drawn(committed)
    assert "mig" in drawn(committed)


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_a_link_leads_somewhere(target: str) -> None:
    assert ROOT.joinpath(target).exists()


def test_the_map_names_what_is_there() -> None:
    block = README.split("## Map")[1].split("##")[0]
    inner = re.findall(r"^      (\S+?)/?\s{2,}", block, re.M)
    outer = re.findall(r"^    (\w+)/\s", block, re.M)
    missing = [name for name in inner if not ROOT.joinpath("vmlesson", name).exists()]
    missing += [name for name in outer if not ROOT.joinpath(name).exists()]
    assert not missing


def test_the_examples_for_contributors_are_the_code() -> None:
    """Each line of each example in CONTRIBUTING.md stands in vmlesson/, in this order."""
    text = ROOT.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("vmlesson/**/*.py")]
    examples = re.findall(r"```python\n(.*?)```", text, re.S)
    pieces = [piece.strip("\n") for example in examples for piece in example.split("...\n")]
    assert len(pieces) >= 2
    assert not [piece for piece in pieces if not any(piece in source for source in sources)]
