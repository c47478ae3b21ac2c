"""`make release`: what it refuses, and that it builds the same bytes twice."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import vmlesson

ROOT = Path(__file__).parents[1]


@pytest.fixture
def distribution(tool: Callable[[str], ModuleType]) -> ModuleType:
    return tool("distribution")


@pytest.fixture
def tree(distribution: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed tree that may be released."""
    monkeypatch.setattr(distribution, "ROOT", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(f"# Changes\n\n## {vmlesson.__version__}\n")
    (tmp_path / "CITATION.cff").write_text(f"version: {vmlesson.__version__}\n")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(tree: Path, *command: str) -> None:
    subprocess.run(("git", *command), cwd=tree, check=True, stdout=subprocess.DEVNULL)


def commit(tree: Path) -> None:
    git(tree, "add", "--all")
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(tree, *author, "commit", "--quiet", "--message", "A tree")


def test_a_tree_that_is_ready(distribution: ModuleType, tree: Path) -> None:
    assert distribution.problems() == []


def test_what_is_not_committed(distribution: ModuleType, tree: Path) -> None:
    (tree / "new.txt").touch()
    assert distribution.problems() == ["the tree has changes that are not committed: commit them"]


@pytest.mark.parametrize(
    ("name", "text"), [("CHANGELOG.md", "## 99\n"), ("CITATION.cff", "version: 99\n")]
)
def test_another_version(distribution: ModuleType, tree: Path, name: str, text: str) -> None:
    (tree / name).write_text(text)
    commit(tree)
    (problem,) = distribution.problems()
    assert problem.startswith(name)


def test_a_version_that_was_released(distribution: ModuleType, tree: Path) -> None:
    git(tree, "tag", f"v{vmlesson.__version__}")
    (problem,) = distribution.problems()
    assert "is a tag already" in problem


@pytest.mark.slow
def test_the_same_bytes_twice(distribution: ModuleType, tmp_path: Path) -> None:
    first, second = (distribution.build(tmp_path / name) for name in ("first", "second"))
    assert sorted(name.rpartition(".")[2] for name in first) == ["gz", "whl"]
    assert first == second


def test_this_version_is_in_the_changes(distribution: ModuleType) -> None:
    assert not [
        problem for problem in distribution.problems() if ".md" in problem or ".cff" in problem
    ]
