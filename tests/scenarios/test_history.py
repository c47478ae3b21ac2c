"""docs/history.md: its table is what exploration says; its entries can be looked up and typed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from vmlesson.kernel.text import find_release
from vmlesson.scenarios import CATALOGUE, find

sys.path.insert(0, str(Path(__file__).parent))
from expected import EXPECTED, RELEASES

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools"))
import history  # noqa: E402

DOCUMENT = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
TEXT = re.sub(r"\[(\*\*fails\*\*)\]\([^)]*\)", r"\1", DOCUMENT)
SCHEDULES = (ROOT / "docs" / "schedules.md").read_text(encoding="utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `?([\w-]+)`? \| (v3\.0 .*|\**(?:fails|holds)\b.*) \|$", re.M)


def test_the_table_says_what_is_expected_of_every_release() -> None:
    head, *rows = [[name, *cells.split(" | ")] for name, cells in ROW.findall(TEXT)]
    assert head == ["scenario", *RELEASES]
    table = {name: dict(zip(RELEASES, cells, strict=True)) for name, *cells in rows}
    assert table == {
        name: {each: "**fails**" if row[each][0] == "fails" else "holds" for each in RELEASES}
        for name, row in EXPECTED.items()
    }


def test_each_cell_that_fails_opens_its_schedule() -> None:
    failing = [
        (n, each) for n, row in EXPECTED.items() for each in RELEASES if row[each][0] == "fails"
    ]
    linked = re.findall(r"\[\*\*fails\*\*\]\(schedules\.md#([\w-]+)\)", DOCUMENT)
    assert sorted(linked) == sorted(f"{n}-on-{each.replace('.', '')}" for n, each in failing)
    for name, release in failing:
        assert f"## {name} on {release}\n" in SCHEDULES
        assert (
            f"    vmlesson export {name} schedule.html --release {release} --pages 1\n" in SCHEDULES
        )


@pytest.mark.slow
def test_the_table_is_in_step_with_exploration() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "history.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_commits_and_mails_are_in_the_list_of_sources() -> None:
    names = re.findall(r"`([0-9a-f]{12})`", TEXT)
    groups = re.findall(r"\(((?:[A-Z]\d+\w?(?:, )?)+)", TEXT)
    tags = [tag for group in groups for tag in group.strip(", ").split(", ")]
    assert names
    assert tags
    assert [each for each in names if f"| `{each}`" not in SOURCES] == []
    assert [each for each in tags if f"\n| {each} |" not in SOURCES] == []


def test_the_timeline_is_in_step_and_every_bar_names_its_cure_and_a_scenario() -> None:
    assert history.timeline() == (ROOT / "docs" / "history.svg").read_text("utf-8")
    for defect in history.DEFECTS:
        row = next(row for row in SOURCES.splitlines() if row.startswith(f"| `{defect.cure}` "))
        assert f"| {defect.cured} |" in row
        assert defect.scenario in CATALOGUE or defect.scenario.startswith("not in the model")
    for shown in ("pte-peek", "merge-order", "error-path", "mprotect-border", "merge-faulted"):
        assert any(defect.scenario == shown for defect in history.DEFECTS)


def test_commands_name_scenarios_and_releases() -> None:
    commands = re.findall(r"^    (vmlesson .*)$", TEXT, flags=re.M)
    assert commands
    for command in commands:
        _, verb, name, option, release = shlex.split(command)
        assert (verb, option) == ("explore", "--release")
        find(name)
        find_release(release)
