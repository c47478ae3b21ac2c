"""The explorer with one line made wrong: each such explorer is found out by brute force.

What a line of the argument in `vmlesson.explore.walk` stands for is left out, one at a time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUND_BY = "one_execution_of_each_class or counted_and_asked"
"""The tests that hold the explorer against brute force; not those at length."""

MUTANTS = [
    ("walk.py", "asleep, not woken", "1 and step.independent(leaf):", "1:"),
    ("walk.py", "asleep, gone on with", "if asleep >> alone.node.cpu & 1:", "if False:"),
    ("walk.py", "who sleeps is no part of a state", "key = state, asleep\n", "key = state, 0\n"),
    ("walk.py", "all awake after a step alone", "self._take(alone.node.cpu)",
     "self._take(alone.node.cpu); asleep = 0"),
    ("walk.py", "nobody falls asleep", "visit.asleep |= 1 << cpu", "pass"),
    ("walk.py", "what was relied on is not looked at", "return not guards.broken()", "return True"),
    ("guards.py", "nobody conflicts", "if steps > latest[cpu] and", "if False and"),
    ("guards.py", "who reads conflicts with nobody", "(touched, leaf.writes)",
     "(written, leaf.writes)"),
    ("guards.py", "what is read is nobody's", "(written, leaf.reads)", "({}, leaf.reads)"),
    ("guards.py", "who waits touches nothing", "self._note(node, [node.on], [])", "pass"),
    ("guards.py", "the last step does not count", "node.steps <= latest", "node.steps < latest"),
    ("nodes.py", "who reads may change places", " | other.writes & self.reads", ""),
    ("nodes.py", "a reader keeps readers out", 'excluded.add((lock.key, "write"))',
     'excluded |= {(lock.key, "write"), (lock.key, "read")}'),
    ("nodes.py", "who does not wait for a lock does", "operation.spec.on is not None", "True"),
    ("nodes.py", "who waits to read waits to write", '"read" if shares else "write"', '"write"'),
    ("machine.py", "any step that was learned", "if self.values.fits(memory, leaf.needs)",
     "if 1"),
    ("machine.py", "learned where others stood elsewhere",
     "if self.values.fits(state[1], leaf.needs)", "if 1"),
    ("values.py", "a freed counter counts", "or (location, found) in self.freed", "or False"),
    ("values.py", "the order of locks is not kept", "for outer, inner, gates in cpu.nested",
     "for outer, inner, gates in ()"),
    ("../kernel/counters.py", "what was added is asked again", "limit - cpu.added.get(location, 0)",
     "limit"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "what", "right", "wrong"), MUTANTS, ids=[what for _, what, *_ in MUTANTS]
)
def test_a_wrong_explorer_is_found_out(
    tmp_path: Path, file: str, what: str, right: str, wrong: str
) -> None:
    package = tmp_path / "vmlesson"
    shutil.copytree(ROOT / "vmlesson", package, ignore=shutil.ignore_patterns("__pycache__"))
    source = package / "explore" / file
    text = source.read_text(encoding="utf-8")
    assert text.count(right) == 1, f"{right!r} is to be found in {file} once"
    source.write_text(text.replace(right, wrong), encoding="utf-8")
    tried = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-c",
         str(ROOT / "pyproject.toml"), str(Path(__file__).with_name("test_explore.py")), "-k",
         FOUND_BY, "--hypothesis-profile=found"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert tried.returncode == 1, f"nothing notices {what}"
