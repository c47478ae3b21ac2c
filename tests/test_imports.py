"""The model and the explorer need nothing but Python's standard library, and short files."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import vmlesson.explore

THIRD_PARTY = """
import sys
before = set(sys.modules)
import {module}
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
own = {{"vmlesson", "_missing_stdlib_info"}}  # the second is Python's, and in no list of 3.15's
print(*sorted(roots - sys.stdlib_module_names - own))
"""


@pytest.mark.parametrize("module", ["vmlesson", "vmlesson.kernel", "vmlesson.explore"])
def test_imports_the_standard_library_alone(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", THIRD_PARTY.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("module", ["vmlesson.grade", "vmlesson.learn", "vmlesson.lab"])
def test_what_a_learner_imports_is_in_a_browsers_tab(module: str) -> None:
    """Pages for a disk are made elsewhere: what fills their templates is not in the tab."""
    code = f"import sys, {module}; print(*{{'jinja2', 'markupsafe'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_who_reads_the_explorer_sees_each_file_at_once() -> None:
    for file in Path(vmlesson.explore.__file__).parent.glob("*.py"):
        text = file.read_text("utf-8")
        assert len(text.splitlines()) <= 250, file
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 40, node.name
