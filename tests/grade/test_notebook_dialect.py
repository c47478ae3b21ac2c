"""A notebook is read as Jupyter reads it: what is Python stays, what is IPython's harms nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from submissions import REFERENCE, moveto_tail

from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.submission import as_python, read
from vmlesson.grade.verdict import Verdict

RIGHT = moveto_tail("", REFERENCE).source


def notebook(path: Path, *sources: str) -> Path:
    """A notebook with these code cells."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    return path


def judged(path: Path, exercise: str = "moveto_tail") -> Verdict:
    return judge(find_exercise(exercise), read(path), seconds=20.0)


@pytest.mark.parametrize(
    "source",
    [
        "x = 7\ny = (\n    x\n    % 5\n)\n",
        "x = 'a\\\n!b'\n",
        '"""\n%matplotlib\n?\n"""\nx = 1\n',
        "y = [\n    x,\n    !\n]",
        "x = 1 if y else 2",
    ],
)
def test_python_stays(source: str) -> None:
    assert as_python(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1\n",
        "files = !ls\nx = 1\n",
        "t = %timeit -o -n1 -r1 1\nx = 1\n",
        "x = 1\nlist_del?\n",
        "?list_del\nx = 1\n",
        "!ls \\\n  -l\nx = 1\n",
        "    x = 1\n    y = 2\n",
        ">>> x = 1\n",
        "In [3]: x = 1\n",
        ",print a b\nx = 1\n",
        "\n\n%%time\n\n%matplotlib\nx = 1\n",
    ],
)
def test_a_magic_is_a_call_on_its_own_line(source: str) -> None:
    found = as_python(source)
    compile(found, "cell", "exec")
    assert found.count("\n") == source.count("\n")
    lines = [line for line in found.split("\n") if line]
    if "%%" not in source:
        jupyter = TransformerManager().transform_cell(source)
        assert lines == [line for line in jupyter.split("\n") if line]
    assert lines[-1] in {"x = 1", "y = 2"} or "list_del" in lines[-1]


def test_another_language_is_no_python() -> None:
    assert as_python("%%bash\nls\n") == ""
    assert as_python("%%time\n%%writefile a.py\nx = 1\n") == ""


def test_a_cell_of_nothing_but_magics_is_read_in_bounded_time() -> None:
    """Each transform reads the whole cell: their number falls with its length."""
    assert as_python("!x\n" * 5_000).count("!x") > 4_900


@pytest.mark.parametrize(
    "before",
    [
        "%%time\n",
        "%%capture out\n",
        "files = !ls\n",
        "t = %timeit -o -n1 -r1 1\nprint(t.best * 1e6 > 3, f'{t.best:.3f}')\n",
        "display('x')\nget_ipython().run_line_magic('matplotlib', 'inline')\n",
        "import numpy as np\nx = np.arange(10)[2:] / 2 + 1\nassert not x.any()\n",
        "import matplotlib.pyplot as plt\nfig, (a, b) = plt.subplots(2)\na.plot([1])\n",
        "from numpy import *\nfor n, x in zip(arange(2), (1, 2), strict=True): print(x)\nx + 1\n",
        "from vmlesson.kernel.list import list_add_tail\n",
        "from vmlesson.kernel.rmap import *\n",
        "from vmlesson.scenarios import explore_scenario\n"
        "r = explore_scenario('merge-order')\nr.steps + 1 > 3\n",
    ],
    ids=lambda before: before.split("\n")[0],
)
def test_what_stands_above_an_answer_takes_it_not_down(tmp_path: Path, before: str) -> None:
    report = judged(notebook(tmp_path / "a.ipynb", before + RIGHT))
    assert (report.outcome, report.points) == ("passed", 12), str(report)


def test_what_stands_below_it_neither(tmp_path: Path) -> None:
    report = judged(notebook(tmp_path / "a.ipynb", RIGHT + "\nlist_del?\n"))
    assert report.outcome == "passed", str(report)


def test_a_remainder_at_the_beginning_of_a_line_is_judged(tmp_path: Path) -> None:
    """Without that line it would be the right answer."""
    source = (
        "from vmlesson.kernel import *\n"
        "async def vma_address(page, vma):\n"
        "    start, end, pgoff = await vma_bounds(vma)\n"
        "    address = (\n"
        "        start + (page.index - pgoff) * PAGE_SIZE\n"
        "        % 7\n"
        "    )\n"
        "    return address if start <= address < end else -EFAULT\n"
    )
    report = judged(notebook(tmp_path / "a.ipynb", source), "vma_address")
    assert report.outcome == "failed", str(report)


def test_a_file_in_percent_format_is_judged_cell_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"# %%\n1 / 0\n# %% [markdown]\n# words\n# %%\n%matplotlib inline\n{RIGHT}")
    report = judged(path)
    assert report.outcome == "passed", str(report)
    assert "ZeroDivisionError" in str(report)
    path.write_text(path.read_text().replace("await list_del", "list_del"))
    line = path.read_text().split("\n").index("        list_del(avc.same_anon_vma)") + 1
    assert f"line {line}: await is missing" in str(judged(path))
