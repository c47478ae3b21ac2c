"""A learner's copy of the course: kept up to date, and nothing in it ever lost."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from vmlesson import files, lab
from vmlesson.errors import UserError

FIRST = "notebooks/00-first.ipynb"
NEW = "notebooks/00-first.new.ipynb"


def notebook(*sources: str, **metadata: str) -> bytes:
    cells = [new_markdown_cell("# A lesson"), *map(new_code_cell, sources)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return nbformat.writes(new_notebook(cells=cells, metadata=metadata)).encode()


class Course:
    """A course with one notebook and one data file, and a learner's copy of it."""

    def __init__(self, root: Path) -> None:
        self.source, self.copy = root / "source", root / "copy"
        self.news: list[str] = []
        self.publish(FIRST, notebook("answer = 1"))
        self.publish("notebooks/data.csv", b"a,b\n")

    def publish(self, name: str, data: bytes) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def update(self) -> list[str]:
        """Update the copy; return the news without the closing line of counts."""
        files = {
            path.relative_to(self.source).as_posix(): path
            for path in sorted(self.source.rglob("*"))
            if path.is_file()
        }
        news: list[str] = []
        lab.update(files, self.copy, news.append)
        return news[:-1]

    def path(self, name: str = FIRST) -> Path:
        return self.copy / name

    def read(self, name: str = FIRST) -> bytes:
        return self.path(name).read_bytes()

    def edit(self, source: str, name: str = FIRST) -> bytes:
        """Change the last cell as a learner would, and save; return what is then in the file."""
        content = nbformat.read(self.path(name), as_version=4)
        content.cells[-1].source = source
        nbformat.write(content, self.path(name))
        return self.read(name)

    def names(self) -> list[str]:
        return sorted(
            p.relative_to(self.copy).as_posix() for p in self.copy.rglob("*.*") if p.is_file()
        )


@pytest.fixture
def course(tmp_path: Path) -> Course:
    delivered = Course(tmp_path)
    assert delivered.update() == []
    return delivered


def test_delivers_every_file(course: Course) -> None:
    assert course.names() == [lab.MANIFEST, FIRST, "notebooks/data.csv"]
    assert course.read() == notebook("answer = 1")


def test_second_update_without_news_writes_no_file(course: Course) -> None:
    before = course.path().stat().st_mtime_ns
    assert course.update() == []
    assert course.path().stat().st_mtime_ns == before


def test_run_and_saved_is_not_changed(
    course: Course, jupyter_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in jupyter_environment.items():
        monkeypatch.setenv(name, value)
    content = nbformat.read(course.path(), as_version=4)
    content.cells[-1].source += "\nanswer"
    course.publish(FIRST, nbformat.writes(content).encode())
    course.update()

    content = nbformat.read(course.path(), as_version=4)
    NotebookClient(content, timeout=60, startup_timeout=120).execute()
    assert content.cells[-1].outputs
    # JupyterLab puts a blank cell below the last one that is run, and may give new ids.
    content.cells.append(new_code_cell(""))
    content.cells[0].id = "another"
    nbformat.write(content, course.path())

    course.publish(FIRST, notebook("answer = 2"))
    assert course.update() == []
    assert course.read() == notebook("answer = 2")
    assert not course.path(NEW).exists()


def test_new_metadata_alone_is_delivered(course: Course) -> None:
    course.publish(FIRST, notebook("answer = 1", title="A title"))
    assert course.update() == []
    assert course.read() == notebook("answer = 1", title="A title")


def test_solved_stays_and_the_new_version_is_put_beside(course: Course) -> None:
    solved = course.edit("answer = 42")
    course.publish(FIRST, notebook("answer = 2"))
    assert course.update() == [
        f"{FIRST} has your changes and stays; the new version is beside it: {NEW}"
    ]
    assert course.read() == solved
    assert course.read(NEW) == notebook("answer = 2")
    assert course.update() == [], "one version is put beside once"


def test_solved_stays_alone_while_there_is_no_new_version(course: Course) -> None:
    solved = course.edit("answer = 42")
    assert course.update() == []
    assert course.read() == solved
    assert not course.path(NEW).exists()


def test_unedited_new_version_is_replaced_by_the_next(course: Course) -> None:
    course.edit("answer = 42")
    for version in (2, 3):
        course.publish(FIRST, notebook(f"answer = {version}"))
        course.update()
    assert course.read(NEW) == notebook("answer = 3")
    assert not course.path("notebooks/00-first.new2.ipynb").exists()


def test_edited_new_version_is_kept_too(course: Course) -> None:
    course.edit("answer = 42")
    course.publish(FIRST, notebook("answer = 2"))
    course.update()
    edited = course.edit("answer = 43", NEW)
    course.publish(FIRST, notebook("answer = 3"))
    (news,) = course.update()
    assert news.endswith("notebooks/00-first.new2.ipynb")
    assert course.read(NEW) == edited
    assert course.read("notebooks/00-first.new2.ipynb") == notebook("answer = 3")


def test_taking_the_new_version_ends_the_parting(course: Course) -> None:
    course.edit("answer = 42")
    course.publish(FIRST, notebook("answer = 2"))
    course.update()
    course.path(NEW).replace(course.path())
    course.publish(FIRST, notebook("answer = 3"))
    assert course.update() == []
    assert course.read() == notebook("answer = 3")


def test_deleted_comes_back(course: Course) -> None:
    course.path().unlink()
    assert course.update() == [f"{FIRST} was missing and is back"]
    assert course.read() == notebook("answer = 1")


def test_added_by_the_learner_is_untouched(course: Course) -> None:
    own = course.path("notebooks/mine.ipynb")
    own.write_bytes(notebook("mine"))
    course.publish("notebooks/mine.ipynb", notebook("a later chapter"))
    (news,) = course.update()
    assert news.endswith("notebooks/mine.new.ipynb")
    assert own.read_bytes() == notebook("mine")


def test_dropped_upstream_stays(course: Course) -> None:
    (course.source / FIRST).unlink()
    assert course.update() == []
    assert course.read() == notebook("answer = 1")


def test_data_counts_by_its_bytes(course: Course) -> None:
    course.path("notebooks/data.csv").write_bytes(b"a,c\n")
    course.publish("notebooks/data.csv", b"a,b,c\n")
    (news,) = course.update()
    assert news.endswith("notebooks/data.new.csv")
    assert course.read("notebooks/data.csv") == b"a,c\n"


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b'{"cells": 3}', b'{"cells": [3]}', b"\xff", b"[" * 100_000],
    ids=["empty", "cut", "list", "no-cells", "no-cell", "not-utf8", "deep"],
)
def test_not_a_notebook_any_more_counts_as_changed(course: Course, broken: bytes) -> None:
    course.path().write_bytes(broken)
    course.publish(FIRST, notebook("answer = 2"))
    (news,) = course.update()
    assert NEW in news
    assert course.read() == broken


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"[]", b'{"files": 3}', b'{"files": {"a": {"text": "b"}}}', b"\xff"]
)
def test_corrupt_manifest_is_kept_aside(course: Course, manifest: bytes) -> None:
    solved = course.edit("answer = 42")
    for aside in (".vmlesson-manifest.corrupt.json", ".vmlesson-manifest.corrupt2.json"):
        course.path(lab.MANIFEST).write_bytes(manifest)
        news = course.update()
        assert aside in news[0]
        assert course.read(aside) == manifest
        assert len(news) == 2, "only what differs is put beside"
        assert course.read() == solved
        assert course.read(NEW) == notebook("answer = 1")


def test_directory_that_is_a_file(course: Course, tmp_path: Path) -> None:
    course.copy = tmp_path / "file"
    course.copy.write_text("mine")
    with pytest.raises(UserError, match="is a file"):
        course.update()
    course.copy /= "below"
    with pytest.raises(UserError, match="file"):
        course.update()
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_directory_without_permission(course: Course) -> None:
    course.publish(FIRST, notebook("answer = 2"))
    course.path().parent.chmod(0o500)
    try:
        with pytest.raises(UserError, match="Permission denied"):
            course.update()
    finally:
        course.path().parent.chmod(0o700)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_full_disk_leaves_what_was_there(
    course: Course, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    course.publish(FIRST, notebook("answer = 2"))
    before = {name: course.read(name) for name in course.names()}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), full)
        with pytest.raises(UserError, match="No space left"):
            course.update()
    assert {name: course.read(name) for name in course.names()} == before

    assert course.update() == []
    assert course.read() == notebook("answer = 2")


def test_interrupted_between_the_files_and_the_manifest(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = course.edit("answer = 42")
    course.publish(FIRST, notebook("answer = 2"))
    course.publish("notebooks/data.csv", b"a,b,c\n")
    write: Callable[[Path, bytes], None] = lab._write

    def stop(path: Path, data: bytes) -> None:
        if path.name == lab.MANIFEST:
            raise KeyboardInterrupt
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(lab, "_write", stop)
        with pytest.raises(KeyboardInterrupt):
            course.update()
    assert len(course.update()) == 1
    assert course.names() == [lab.MANIFEST, FIRST, NEW, "notebooks/data.csv"]
    assert course.read() == solved
    assert course.read("notebooks/data.csv") == b"a,b,c\n"


def test_manifest_names_no_path_of_the_machine(course: Course) -> None:
    assert str(course.source) not in json.dumps(course.read(lab.MANIFEST).decode())


def test_course_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lab, files):
        monkeypatch.setattr(module, "_PACKAGE", tmp_path / "vmlesson")
    for name in (
        "notebooks/a.ipynb",
        "notebooks/.ipynb_checkpoints/a.ipynb",
        "exercises/e/e.ipynb",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(lab.course_files()) == ["notebooks/a.ipynb", "exercises/e/e.ipynb"]
    with pytest.raises(UserError, match="source repository"):
        lab.course_files(solutions=True)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "s.ipynb").touch()
    assert list(lab.course_files(solutions=True))[-1] == "solutions/s.ipynb"

    for own in (".", "notebooks", "solutions/mine"):
        with pytest.raises(UserError, match="sources"):
            lab.refuse_sources(tmp_path / own)
    lab.refuse_sources(tmp_path / "work")


def test_copy_may_be_moved(course: Course, tmp_path: Path) -> None:
    course.copy = Path(shutil.move(course.copy, tmp_path / "elsewhere"))
    course.publish(FIRST, notebook("answer = 2"))
    assert course.update() == []
    assert course.read() == notebook("answer = 2")


def test_the_first_day_begins_with_a_chapter_and_the_second_where_you_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Server:
        def __init__(self, command: list[str], env: dict[str, str]) -> None:
            started.append(command)

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(lab.subprocess, "Popen", Server)
    monkeypatch.setattr(lab.signal, "signal", lambda *_: None)
    (tmp_path / "notebooks").mkdir()
    for name in ("00-first", "index"):
        (tmp_path / "notebooks" / f"{name}.ipynb").touch()
    for page in ("00-first", "index"):
        lab.open_lab(tmp_path, browser=False)
        assert f"--LabApp.default_url=/lab/tree/notebooks/{page}.ipynb" in started[-1]
        (tmp_path / lab.PROGRESS).touch()
