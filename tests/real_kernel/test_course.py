"""What the chapter is given: a live run, or a recorded one that says so and why."""

import sys
from pathlib import Path

import pytest

from real_kernel import course

RECORDED = "Recorded 20"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("VMLESSON_REAL_KERNEL", raising=False)
    monkeypatch.setattr(course, "CACHE", tmp_path)
    return tmp_path


def fetched(cache: Path, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """A cache with a guest, and a Python that says what a run would."""
    (cache / "guest.cpio.gz").touch()
    python = cache / "python"
    python.write_text(f"#!/bin/sh\necho '=== booted Linux 9.9, 2 CPUs'\n{ends}\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))


def test_nothing_fetched(cache: Path) -> None:
    console, where = course.real_kernel()
    assert console == course.recorded("linux-6.1")
    assert where.startswith(RECORDED)
    assert "run `make real-kernel` once in a terminal" in where


def test_live(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched(cache, monkeypatch, "exit 0")
    heard: list[str] = []
    console, where = course.real_kernel(heard.append)
    assert console == "=== booted Linux 9.9, 2 CPUs\n"
    assert heard == ["=== booted Linux 9.9, 2 CPUs"]
    assert where == "Linux 9.9, booted here just now"


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ("exit 1", "it did something other than the model predicts"),
        (
            "echo 'skipped: run apt-get install qemu' >&2; exit 2",
            "skipped: run apt-get install qemu",
        ),
    ],
)
def test_not_as_predicted(
    cache: Path, monkeypatch: pytest.MonkeyPatch, ends: str, reason: str
) -> None:
    fetched(cache, monkeypatch, ends)
    console, where = course.real_kernel()
    assert console == course.recorded("linux-6.1")
    assert where.startswith(RECORDED)
    assert reason in where


@pytest.mark.parametrize(
    ("name", "line", "function"),
    [
        ("linux-6.1", "557", "migration_entry_wait_on_locked"),
        ("linux-3.1.3", "126", "migration_entry_wait"),
    ],
)
def test_last_words(name: str, line: str, function: str) -> None:
    first, second, *calls = course.oops(course.recorded(name)).splitlines()
    assert first == f"kernel BUG at include/linux/swapops.h:{line}!"
    assert second.startswith("RIP: 0010:")
    assert function in second
    assert any("fault" in call for call in calls)
