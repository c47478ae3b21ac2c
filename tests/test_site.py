"""What the site is built of: pinned, and in step."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PINS = json.loads(ROOT.joinpath("site", "pins.json").read_text(encoding="utf-8"))


@pytest.fixture
def build_site(tool: Callable[[str], ModuleType]) -> ModuleType:
    return tool("build_site")


def test_every_package_is_pinned_with_its_checksum() -> None:
    for kind in ("npm", "wheels"):
        assert PINS[kind]
        for pin in PINS[kind].values():
            assert pin.keys() == {"version", "sha256"}
            assert len(pin["sha256"]) == 64


def test_the_widgets_in_the_tab_are_those_of_the_course(build_site: ModuleType) -> None:
    constraints = ROOT.joinpath("constraints.txt").read_text(encoding="utf-8").replace("_", "-")
    for name in build_site.FROM_INDEX:
        assert f"\n{name}=={PINS['wheels'][name]['version']}\n" in constraints


def test_a_directory_that_holds_something_else_is_not_replaced(
    build_site: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("kept", encoding="utf-8")
    monkeypatch.setattr(build_site, "build", lambda out: pytest.fail(f"{out} was built"))
    for place in (tmp_path, mine):
        monkeypatch.setattr("sys.argv", ["build_site.py", str(place)])
        with pytest.raises(SystemExit, match="would be replaced, and is not a site"):
            build_site.main()
    assert mine.read_text(encoding="utf-8") == "kept"


def test_what_is_not_what_was_pinned_is_refused(
    build_site: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.tgz"
    other.write_bytes(b"something else")
    monkeypatch.setattr(build_site, "npm", lambda name, version: other)
    with pytest.raises(SystemExit, match=r"pyodide 314\.0\.6 is not what site/pins\.json names"):
        build_site.taken(PINS, "npm")
    assert not other.exists()


def test_bytecode_takes_the_place_of_a_source_but_of_the_course_s_own(
    build_site: ModuleType, tmp_path: Path
) -> None:
    wheel, target = tmp_path / "old.whl", tmp_path / "new.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("other/a.py", "other/b.py", "other/tests/c.py", "vmlesson/d.py"):
            archive.writestr(name, "text")
    cached = "vmlesson/__pycache__/d.cpython-314.pyc"
    build_site.rewritten(wheel, target, {"other/a.pyc": b"code", cached: b"code"})
    with zipfile.ZipFile(target) as archive:
        assert set(archive.namelist()) == {"other/a.pyc", "other/b.py", "vmlesson/d.py", cached}
        assert archive.read(cached) == b"code"


def test_no_notebook_wants_a_library_that_a_tab_has_not() -> None:
    """A plot says so where there is no matplotlib; a cell that asks for its figure would stop."""
    for path in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*/*.ipynb")]:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                assert not re.search(r"\b(matplotlib|numpy)\b|\.figure\b", source), path.name


def test_a_question_on_a_page_sets_its_code_off(build_site: ModuleType) -> None:
    said = build_site.question({"question": {"name": "01/mixed"}})
    assert "take turns: <code>a b a b</code>. What is <code>x</code>" in said
    assert "`" not in said
