"""Linux 3.2 with the functions that passed: what is proved of it, and what is not."""

import json
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.learn import capstone, your_linux
from vmlesson.learn.capstone import BASE, NEEDED, YourLinux
from vmlesson.progress import Progress

SOLUTIONS = Path(__file__).parents[2] / "solutions"


def answer(name: str) -> str:
    """The text of a solution's function, as a notebook's cell has it."""
    content = json.loads((SOLUTIONS / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in content["cells"] if cell["id"] == "answer")
    return "".join(cell["source"])


@pytest.fixture
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Progress:
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))
    few = ("merge-order", "error-path", "grandchild", "mprotect-border")
    monkeypatch.setattr(capstone, "CATALOGUE", few)
    return Progress()


def boot() -> YourLinux:
    mine = your_linux()
    assert isinstance(mine, YourLinux), mine
    return mine


def test_nothing_is_booted_before_the_three_parts_are_there(progress: Progress) -> None:
    progress.note("exercises", "moveto_tail", passed=True)  # an older version kept no text
    progress.note("exercises", "error_path", passed=True, source=answer("error_path"))
    said = "Not yet: first pass moveto_tail, call_site; what passes is kept for this."
    assert repr(your_linux()) == said
    assert (
        'href="../exercises/call_site/call_site.ipynb">call_site</a>' in your_linux()._repr_html_()
    )


def test_what_passed_is_linux_3_3(progress: Progress, tmp_path: Path) -> None:
    for name in (*NEEDED, "rmap_walk", "vma_address", "rmap_locks"):
        progress.note("exercises", name, passed=True, source=answer(name))
    mine = boot()
    assert mine.proved
    assert "vma_address" in mine.sources
    assert "need_rmap_locks" not in mine.sources, "3.2 has none"
    assert mine.later == ("mprotect-border",)
    assert (mine.run.release, mine.run.hits) == (BASE, 1), "the program ran on it, not on Linux 3.3"
    assert mine.cost[0] == mine.cost[1]
    classes = sum(each.executions for each in mine.results.values() if not each.failing)
    assert f"all {classes:,} classes" in mine.sentence
    assert "In 3 situations" in mine.sentence
    assert f"{mine.results['merge-order'].interleavings:,} interleavings" in mine.sentence
    page = mine.save(tmp_path / "mine.html").read_text(encoding="utf-8")
    for text in ("called 1×", "948f017b093a", "486cf46f3f9b", "async def anon_vma_moveto_tail"):
        assert text in page
    with pytest.raises(UserError, match="exists"):
        mine.save(tmp_path / "mine.html")


def test_what_is_not_right_is_not_praised(progress: Progress) -> None:
    for name in NEEDED:
        progress.note("exercises", name, passed=True, source=answer(name))
    wrong = answer("error_path").replace("await anon_vma_moveto_tail(vma)", "pass")
    progress.note("exercises", "error_path", passed=True, source=wrong)
    mine = boot()
    assert not mine.proved
    assert mine.sentence.startswith("Not yet: error-path can still lose a page")
