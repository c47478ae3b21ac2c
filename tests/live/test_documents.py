"""What the documents say of the model is in step with it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_fidelity_is_in_step_with_the_docstrings() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "fidelity.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_no_row_claims_a_file_of_a_release_that_has_none_or_a_body_that_nobody_runs() -> None:
    text = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in text.splitlines() if row.startswith("| `")]
    linked = [re.search(r"\[(.+?)\].*h=v(\d)", file) for _, file, *_ in rows]
    assert {each[2] for each in linked if each and each[1] == "mm/vma.c"} == {"6"}
    assert all(known == "ours |" for _, _, releases, *_, known in rows if releases == "none")


def test_every_invariant_that_audit_checks_is_explained() -> None:
    code = (ROOT / "vmlesson" / "kernel" / "audit.py").read_text(encoding="utf-8")
    told = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(): row for row in told.splitlines() if row.startswith("| V")}
    checked = set(re.findall(r"\bV\d+\b", code))
    assert checked
    for number in checked:
        assert "Q" in rows[number].split("|")[2], number
    for function in re.findall(r"`(_\w+|reachability)`", told):
        assert f"def {function}(" in code
