"""A cell may be run twice, and one that is run too early says what to run first."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from register import NOTEBOOKS, cells

SECONDS = 300
DRIVER = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

how, path = sys.argv[1:]
sources = ["".join(cell["source"]) for cell in json.load(open(path, encoding="utf-8"))["cells"]
           if cell["cell_type"] == "code"]
shell = InteractiveShell.instance()

def run(source):
    with capture_output() as said:
        result = shell.run_cell(source, store_history=True)
    return result.error_before_exec or result.error_in_exec, said.stdout + said.stderr

for source in sources:
    if how == "twice":
        for _ in range(2):
            error, said = run(source)
            assert error is None, f"{source}\\n\\n{said}"
    else:
        shell.reset(new_session=False)
        run("import vmlesson.learn")  # as `vmlesson lab` and the first cell do
        error, said = run(source)
        assert error is None or isinstance(error, NameError), f"{source}\\n\\n{said}"
        assert error is None or "Run that one first" in said, f"{source}\\n\\n{said}"
"""


@pytest.mark.sample(3)
@pytest.mark.parametrize("how", ["twice", "alone"])
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_any_order(
    notebook: Path, how: str, tmp_path: Path, jupyter_environment: dict[str, str]
) -> None:
    if not any(cell.kind == "code" for cell in cells(notebook)):
        pytest.skip("nothing to run")
    (tmp_path / "notebooks").mkdir()
    copy = tmp_path / "notebooks" / notebook.name
    copy.write_text(json.dumps(json.loads(notebook.read_text(encoding="utf-8"))))
    run = subprocess.run(
        [sys.executable, "-c", DRIVER, how, copy.name],
        cwd=copy.parent,
        env=jupyter_environment,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert run.returncode == 0, run.stderr
