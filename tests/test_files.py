"""Writing a file: nothing of the user's is lost by it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.files import keep_aside, write_file


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_written(there: bool, tmp_path: Path) -> None:
    kept, link = tmp_path / "kept", tmp_path / "here" / "link"
    link.parent.mkdir()
    link.symlink_to("../kept")
    if there:
        kept.write_bytes(b"old")
    write_file(link, b"new")
    assert link.is_symlink()
    assert kept.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["here", "kept", "link"]


def test_a_file_that_is_nobody_else_s_stays_so(tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_bytes(b"old")
    names.chmod(0o600)
    modes = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"n", b"ew"):
            modes.extend(file.stat().st_mode & 0o777 for file in tmp_path.iterdir())
            yield piece

    write_file(names, pieces())
    assert names.read_bytes() == b"new"
    assert {*modes, names.stat().st_mode & 0o777} == {0o600}, "not even while it is written"


def test_a_device_is_written_to_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, b"new")
    assert os.read(reader, 10) == b"new"
    assert pipe.is_fifo()
    os.close(reader)
    reader, writer = os.pipe()  # as /dev/stdout may be: no name leads to it
    write_file(Path(f"/dev/fd/{writer}"), b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    os.close(writer)
    with pytest.raises(UserError, match=r"cannot write .*: Is a directory"):
        write_file(tmp_path, b"new")


def test_what_is_kept_aside_is_put_over_nothing(tmp_path: Path) -> None:
    file, link = tmp_path / "a.json", tmp_path / "a.corrupt.json"
    file.write_bytes(b"mine")
    link.symlink_to("nowhere")
    assert keep_aside(file, "corrupt").name == "a.corrupt2.json"
    assert link.is_symlink()
