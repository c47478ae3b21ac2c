"""The learner's progress: kept whole, kept apart where it cannot be read, never overwritten."""

import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.progress import FILE, Progress, default_path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def progress(tmp_path: Path, said: list[str]) -> Progress:
    return Progress(tmp_path / FILE, said.append)


def test_what_is_noted_is_there(progress: Progress) -> None:
    assert progress.entries("predictions") == {}
    progress.note("predictions", "01/mixed", given=1, right=True)
    progress.note("predictions", "01/mixed", given=2, right=False)
    progress.note("chapters", "01")
    again = Progress(progress.path)
    assert again.entries("predictions")["01/mixed"]["given"] == 2
    assert list(again.entries("chapters")) == ["01"]


def note_many(path: Path, name: str) -> None:
    for number in range(20):
        Progress(path).note("predictions", f"{name}/{number}", given=number)


def test_two_notebooks_lose_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    path = tmp_path / FILE
    writers = [context.Process(target=note_many, args=(path, name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert len(Progress(path).entries("predictions")) == 40
    assert os.listdir(tmp_path) == [FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[1, 2]",
        b'{"version": 99}',
        b'{"predictions": 3}',
        b'{"predictions": {"01/mixed": 3}}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_kept_aside(
    progress: Progress, said: list[str], content: bytes
) -> None:
    for aside in (".vmlesson-progress.corrupt.json", ".vmlesson-progress.corrupt2.json"):
        progress.path.write_bytes(content)
        progress.note("chapters", "01")
        assert progress.path.with_name(aside).read_bytes() == content
        assert aside in said[-1]
        assert "a new one is begun" in said[-1]
    assert len(said) == 2
    assert list(progress.entries("chapters")) == ["01"]


def test_full_disk_is_told_and_nothing_is_lost(
    progress: Progress, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.note("chapters", "01")
    before = progress.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        progress.note("chapters", "02")
    assert "No space left" in said[0]
    assert progress.path.read_bytes() == before
    assert os.listdir(progress.path.parent) == [FILE]


def test_lock_of_one_who_died_is_not_waited_for(progress: Progress, said: list[str]) -> None:
    lock = progress.path.with_name(f"{FILE}.lock")
    lock.touch()
    os.utime(lock, (1, 1))
    progress.note("chapters", "01")
    assert not said
    assert not lock.exists()


def test_lock_that_is_held_is_told(
    progress: Progress, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmlesson.progress.PATIENCE", 0.1)
    lock = progress.path.with_name(f"{FILE}.lock")
    lock.touch()
    progress.note("chapters", "01")
    assert "held by another notebook" in said[0]
    assert lock.exists()


def test_export_and_bring_in(progress: Progress, tmp_path: Path) -> None:
    progress.note("predictions", "01/mixed", given=1, right=True)
    copy = progress.export(tmp_path / "mine.json")
    with pytest.raises(UserError, match="exists"):
        progress.export(copy)

    other = Progress(tmp_path / "other" / FILE)
    other.note("predictions", "01/mixed", given=3, right=False)
    other.note("chapters", "02")
    other.bring_in(copy)
    assert other.entries("predictions")["01/mixed"]["given"] == 3, "the later one stays"
    assert list(other.entries("chapters")) == ["02"]

    older = json.loads(copy.read_text())
    older["predictions"]["01/busy"] = {"given": 1, "right": True, "when": "2000"}
    copy.write_text(json.dumps(older))
    other.bring_in(copy)
    assert set(other.entries("predictions")) == {"01/mixed", "01/busy"}

    (tmp_path / "none.json").write_text("3")
    for name, what in (("none.json", "not a progress file"), ("missing.json", "cannot read")):
        with pytest.raises(UserError, match=what):
            other.bring_in(tmp_path / name)


def test_it_lies_beside_the_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VMLESSON_PROGRESS", raising=False)
    for where in ("notebooks", "exercises/moveto_tail"):
        (tmp_path / where).mkdir(parents=True)
        monkeypatch.chdir(tmp_path / where)
        assert default_path() == tmp_path / FILE
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "elsewhere.json"))
    assert default_path() == tmp_path / "elsewhere.json"


def test_what_cannot_be_brought_in_blames_the_file_that_is_to_blame(tmp_path) -> None:
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    Progress(other).note("exercises", "x")
    with pytest.raises(UserError, match=r"cannot read .*none\.json: No such file"):
        Progress(mine).bring_in(tmp_path / "none.json")
    mine.mkdir()
    with pytest.raises(UserError, match=r"other\.json cannot be brought into .*mine\.json: Is a"):
        Progress(mine).bring_in(other)


def test_a_directory_in_place_of_the_file_is_told_and_the_lesson_goes_on(tmp_path) -> None:
    told: list[str] = []
    progress = Progress(tmp_path, told.append)
    assert progress.entries("exercises") == {}
    progress.note("exercises", "x")
    assert len(told) == 2
    assert "Is a directory" in told[0]
