"""Every relative link of the documents and the exercises leads somewhere, headings too."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
PATTERNS = ("*.md", "docs/*.md", "notebooks/*.md", "exercises/*/*.ipynb")
TEXTS = sorted(file for pattern in PATTERNS for file in ROOT.glob(pattern))


def prose(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def headings(file: Path) -> set[str]:
    """As JupyterLab, and as a forge, make anchors of them."""
    found = set()
    for heading in re.findall(r"^#+ +(.+)$", prose(file), flags=re.MULTILINE):
        plain = heading.replace("`", "").strip()
        found |= {plain.replace(" ", "-"), re.sub(r"[^\w -]", "", plain.lower()).replace(" ", "-")}
    return found


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    for target in LINK.findall(prose(file)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = file.parent / path if path else file
        assert there.exists(), target
        if file.suffix == ".ipynb":  # a learner's copy has no other folders
            inside = there.resolve()
            assert any(inside.is_relative_to(ROOT / part) for part in ("notebooks", "exercises"))
        if anchor and there.suffix in (".md", ".ipynb"):
            assert anchor in headings(there), f"{target}: no such heading"
