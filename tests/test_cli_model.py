"""The subcommands that run the model: what they print, and how they exit."""

import json
import sys
from pathlib import Path

import pytest

from vmlesson.cli import main

EXPLORED = {
    "scenario", "release", "pages", "walkers", "first", "verdict", "complete", "executions",
    "failing", "steps", "seconds", "failures", "warnings", "interleavings",
    "failing_interleavings",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_program_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "program")
    assert status == 0
    assert "\nok\n" in out
    assert "[k] anon_vma_moveto_tail" in out


def test_program_says_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "program", "--fail-at", "1")
    assert status == 1
    assert "mremap: Cannot allocate memory" in out


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys, "scenarios")
    _, plain, _ = run(capsys, "scenarios", "--json")
    entries = json.loads(plain)
    assert [line.split("  ")[0].strip() for line in text.splitlines()] == [
        entry["number"] for entry in entries
    ]
    assert {"merge-order", "whole-migration"} <= {entry["name"] for entry in entries}


@pytest.mark.parametrize(
    "arguments", [["scenarios"], ["explore", "merge-order", "--release", "v3.2"]]
)
def test_a_table_is_as_wide_as_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, in_a_file, _ = run(capsys, *arguments)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    _, on_a_screen, _ = run(capsys, *arguments)
    *rows, _ = on_a_screen.splitlines()  # the last may be a sentence under a table
    assert max(map(len, rows)) <= 80 < max(map(len, in_a_file.splitlines()[:-1]))


@pytest.mark.parametrize("command", ["scenarios", "exercises", "levels"])
def test_a_list_has_words_whole_on_a_narrow_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    _, wide, _ = run(capsys, command)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    _, narrow, _ = run(capsys, command)
    assert narrow.split() == wide.split()
    assert max(map(len, narrow.splitlines())) <= 40


@pytest.mark.parametrize(
    ("arguments", "status", "verdict"),
    [
        (["merge-order", "--release", "v3.2"], 1, "fails"),
        (["merge-order"], 0, "holds"),
        (["S7", "--pages", "1", "--executions", "2"], 3, "unfinished"),
    ],
)
def test_explore_says_what_it_found(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, verdict: str
) -> None:
    got, out, _ = run(capsys, "explore", *arguments, "--json")
    found = json.loads(out)
    assert got == status
    assert set(found) == EXPLORED
    assert found["verdict"] == verdict
    for failure in found["failures"]:
        assert {"kind", "message", "schedule", "preemptions"} <= set(failure)
    status_of_text, text, _ = run(capsys, "explore", *arguments)
    assert status_of_text == status
    assert verdict in text


def test_interleavings_are_counted_when_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("explore", "merge-order", "--pages", "1", "--release", "v3.2", "--form")
    form = "above, one batch"
    _, out, _ = run(capsys, *asked, form, "--json", "--count")
    counted = json.loads(out)
    assert 0 < counted["failing_interleavings"] < counted["interleavings"]
    assert counted["interleavings"] > counted["executions"]
    _, out, _ = run(capsys, *asked, form, "--json")
    assert json.loads(out)["interleavings"] is None
    _, text, _ = run(capsys, *asked, form, "--count")
    assert f"of {counted['interleavings']:,} interleavings fail" in text


def test_a_search_may_stop_at_the_first_failure(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explore", "merge-order", "--release", "v3.2", "--first", "--json")
    found = json.loads(out)
    assert (found["verdict"], found["complete"], found["failing"]) == ("fails", False, 1)


def test_how_many_forms_a_limit_has_stopped_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for most, forms in (("1", 4), ("8", 2)):
        _, out, _ = run(capsys, "explore", "merge-order", "--executions", most)
        assert out.endswith(f" in {forms} of 4 forms\n")


def test_a_scenario_is_known_by_its_number_too(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explore", "S9", "--json")
    assert json.loads(out)["scenario"] == "error-path"


@pytest.fixture
def explored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    file = tmp_path / "found.json"
    _, out, _ = run(capsys, "explore", "merge-order", "--release", "v3.2", "--json")
    file.write_text(out, encoding="utf-8")
    return file


def test_a_schedule_is_replayed_from_json(
    capsys: pytest.CaptureFixture[str], explored: Path
) -> None:
    failure = json.loads(explored.read_text(encoding="utf-8"))["failures"][0]
    status, out, _ = run(capsys, "replay", str(explored))
    assert status == 1
    assert failure["message"] in out
    assert f"\n{len(failure['schedule'])} " in out


def test_of_several_failures_one_is_replayed(
    capsys: pytest.CaptureFixture[str], explored: Path
) -> None:
    (failure,) = json.loads(explored.read_text(encoding="utf-8"))["failures"]
    change(explored, failures=[failure | {"schedule": ["nobody"]}, failure])
    assert run(capsys, "replay", str(explored), "--failure", "2")[0] == 1
    _, _, err = run(capsys, "replay", str(explored), "--failure", "1")
    assert "there is no CPU 'nobody'" in err
    _, _, err = run(capsys, "replay", str(explored), "--failure", "3")
    assert "has 2 failures; none is number 3" in err


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "replay", "nix.json")
    assert err == "vmlesson: cannot read nix.json: No such file or directory\n"


def change(file: Path, **changes: object) -> None:
    saved = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(saved | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scenario": "nix"}, "unknown scenario 'nix'"),
        ({"release": "v9"}, "unknown release 'v9'"),
        ({"pages": "two"}, "not the output of vmlesson explore SCENARIO --json"),
        ({"failures": []}, "has 0 failures"),
        ({"failures": [{"schedule": ["nobody"]}]}, "found.json: unknown form ''"),
        ({"failures": [{"schedule": [], "form": 5}]}, "unknown form '5'"),
        ({"failures": ["mremap 3"]}, "not the output of vmlesson explore SCENARIO --json"),
        (
            {"failures": [{"schedule": ["nobody"], "form": "above, one batch"}]},
            "there is no CPU 'nobody'",
        ),
        ({"failures": [{"schedule": ["mremap"], "form": "above, one batch"}]}, "does not fit"),
        ({"failures": [{"schedule": 7, "form": "above, one batch"}]}, "list of CPUs' names"),
    ],
)
def test_a_file_that_does_not_fit_is_named(
    capsys: pytest.CaptureFixture[str], explored: Path, changes: dict, named: str
) -> None:
    change(explored, **changes)
    before = explored.read_bytes()
    status, out, err = run(capsys, "replay", str(explored))
    assert (status, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
    assert explored.read_bytes() == before


@pytest.mark.parametrize(
    "contents",
    [b"", b"{", b"[]", b"7", b"\xff\xfe\x00", b'{"scenario": 1}', b"[" * 100_000],
)
def test_a_corrupt_file_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, contents: bytes
) -> None:
    file = tmp_path / "corrupt.json"
    file.write_bytes(contents)
    status, out, err = run(capsys, "replay", str(file))
    assert (status, out) == (2, "")
    assert err == f"vmlesson: {file} is not the output of vmlesson explore SCENARIO --json\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["explore", "nix"], "merge-order"),
        (["explore", "merge-order", "--release", "v9"], "v3.0, v3.1, v3.2, v3.3"),
        (["explore", "merge-order", "--release", "v2.6"], "v3.0, v3.1, v3.2, v3.3"),
        (["explore", "merge-order", "--pages", "0"], "1 or more"),
        (["explore", "merge-order", "--pages", "two"], "'two'"),
        (["explore", "merge-order", "--pages", "1000"], "from 1 to 16"),
        (["explore", "merge-order", "--walkers", "-1"], "'-1'"),
        (["explore", "merge-order", "--pages", "2", "--walkers", "3"], "from 0 to 2"),
        (["explore", "merge-order", "--page", "9"], "page 9 cannot be put under migration"),
        (["explore", "merge-order", "--form", "nix"], "'below, two batches'"),
        (["program", "--release", "v9"], "v3.0, v3.1, v3.2, v3.3"),
        (["program", "--probe", "nix"], "anon_vma_clone"),
        (["program", "--fail-at", "0"], "1 or more"),
        (["program", "--size", "0"], "1 to 64"),
        (["replay", "nowhere.json"], "nowhere.json"),
        (["replay", ""], "an empty name is neither a file nor a directory"),
        (["lab", "", "--update-only"], "an empty name is neither a file nor a directory"),
        (["export", "merge-order", ""], "an empty name is neither a file nor a directory"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
