"""A notebook is read as Jupyter reads it: what is no answer does none any harm."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from other_answers import solution
from submissions import IMPORTS, REFERENCE, moveto_tail

from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.stub import WAITS, Clock, Stopped
from vmlesson.grade.submission import Submission, as_python, read
from vmlesson.grade.verdict import Verdict

VALUE = "def my_answer():\n    return [0, 1, 1, 0, 2, 2]\nanswer = attempt(my_answer)\n"
ADDRESS = solution("vma_address")


def notebook(path: Path, *cells: str) -> Submission:
    file = path / "answer.ipynb"
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    file.write_text(json.dumps({"nbformat": 4, "cells": code}), encoding="utf-8")
    return read(file)


def judged(exercise: str, submission: Submission, seconds: float = 20.0) -> Verdict:
    return judge(find_exercise(exercise), submission, seconds)


def test_a_timed_line_is_python() -> None:
    assert as_python("%time x = f('a')\ny = 1\n") == "x = f('a')\ny = 1\n"


def test_a_continued_modulo_is_python(tmp_path: Path) -> None:
    wrong = ADDRESS.replace(
        "address = start + (page.index - pgoff) * PAGE_SIZE",
        "address = (\n        start + (page.index - pgoff) * PAGE_SIZE\n        % 7\n    )",
    )
    assert "% 7" in wrong
    assert judged("vma_address", notebook(tmp_path, wrong)).outcome == "failed"


@pytest.mark.parametrize(
    "beside",
    [
        "t = %timeit -o -n1 -r1 1\n",
        "files = !ls\n",
        "display('x')\n",
        "import numpy as np\nx = np.arange(3)[1:] * 2 + np.pi\nassert (x < 3).all()\n",
        "from matplotlib.pyplot import *\n",
        "import vmlesson.kernel.list\nfrom vmlesson.kernel.list import list_head, Named\n",
        "from vmlesson.scenarios import scenarios\nfirst, *_ = scenarios('merge-order').items()\n",
        "kernel = Kernel('v3.3')\ntask = kernel.spawn('T')\nstart = task.mmap(4 * PAGE_SIZE)\n"
        "task.write(start, b'x')\nassert kernel.hits['f'] == 0\nprint(f'{start:x}', start + 4)\n",
        "import asyncio\nawait asyncio.sleep(0)\n",
        "@np.vectorize\ndef f(x): return x\n",
        "class Mine(Scenario): pass\n",
        "with display: pass\n",
    ],
)
def test_what_stands_above_the_answer_in_its_cell_does_no_harm(tmp_path: Path, beside: str) -> None:
    first = f"{IMPORTS}from vmlesson.grade import attempt\nimport numpy as np"
    report = judged("count_the_calls", notebook(tmp_path, first, beside + VALUE))
    assert report.outcome == "passed", str(report)
    assert report.warnings == []


@pytest.mark.parametrize("magic", ["%%time\n", "%%capture\n"])
def test_a_cell_magic_above_the_answer_blanks_its_own_line(tmp_path: Path, magic: str) -> None:
    cells = IMPORTS, "from vmlesson.grade import attempt", magic + VALUE
    assert judged("count_the_calls", notebook(tmp_path, *cells)).outcome == "passed"


def test_a_timed_line_runs(tmp_path: Path) -> None:
    cells = "from vmlesson.grade import attempt", VALUE.replace("answer =", "%time answer =")
    assert judged("count_the_calls", notebook(tmp_path, *cells)).outcome == "passed"


def test_a_slip_above_the_answer_ends_its_cell_as_in_a_notebook(tmp_path: Path) -> None:
    cells = "from vmlesson.grade import attempt", "1 / 0\n" + VALUE
    report = judged("count_the_calls", notebook(tmp_path, *cells))
    assert report.points == 0
    assert "ZeroDivisionError" in "".join(report.warnings)


@pytest.mark.parametrize("name", ["vmlesson.kernal", "vmlesson.kernel.lists", "maths"])
def test_a_module_that_nobody_has_is_missed_if_it_is_the_courses(tmp_path: Path, name: str) -> None:
    cells = "from vmlesson.grade import attempt", f"import {name}\n{VALUE}"
    report = judged("count_the_calls", notebook(tmp_path, *cells))
    assert (report.outcome == "passed") == (name == "maths")


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("cell", ["while True: pass", "import time\ntime.sleep(1000)"])
def test_a_cell_that_does_not_end_is_skipped_and_named(
    tmp_path: Path, cell: str, where: str
) -> None:
    cells = ["from vmlesson.grade import attempt", VALUE]
    cells.insert(0 if where == "before" else 2, cell)
    report = judged("count_the_calls", notebook(tmp_path, *cells), 4.0)
    assert report.outcome == "passed", str(report)
    assert "and was stopped; the rest of it was skipped" in "".join(report.warnings)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [("while True: pass", "failed"), ("import time; time.sleep(1000)", "unfinished")],
)
def test_what_never_comes_to_its_answer(line: str, outcome: str) -> None:
    for source in (f"{line}\n{ADDRESS}", f"{IMPORTS}{line}\n{ADDRESS}"):
        report = judged("vma_address", Submission("a.py", [("a.py", source)]), 4.0)
        assert (report.outcome, report.points) == (outcome, 0)
        assert "what follows it, vma_address too, was not reached" in report.sentence


def test_who_gets_no_cpu_does_not_wait() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGPROF, signal.SIGALRM)}
    clock = Clock(60)
    try:
        clock.start()
        clock.waits()  # it has computed nothing, and has not slept
        time.sleep(0.01)
        with pytest.raises(Stopped, match=WAITS):
            clock.waits()
    finally:
        clock.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_cell_that_computes_for_a_while_is_no_endless_loop(tmp_path: Path) -> None:
    long = "import time\nwhile time.process_time() < 3.0: pass"
    cells = long, "from vmlesson.grade import attempt", VALUE
    report = judged("count_the_calls", notebook(tmp_path, *cells), 60.0)
    assert (report.outcome, report.warnings) == ("passed", [])


def test_a_file_in_percent_format_is_read_cell_by_cell(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    file.write_text(
        f"# %%\nfrom vmlesson.grade import attempt\n%matplotlib inline\n# %%\n1 / 0\n# %%\n{VALUE}"
    )
    report = judged("count_the_calls", read(file))
    assert report.outcome == "passed"
    assert "answer.py, line 5 raised ZeroDivisionError" in report.warnings[0]


FORMS = {
    "a plain def": "def anon_vma_moveto_tail(dst):\n    return moved(dst)",
    "a lambda": "anon_vma_moveto_tail = lambda dst: moved(dst)",
    "a partial": "import functools\nanon_vma_moveto_tail = functools.partial(moved)",
    "a bound method": "class A:\n    async def f(self, dst):\n        await moved(dst)\n"
    "anon_vma_moveto_tail = A().f",
    "a callable object": "class A:\n    async def __call__(self, dst):\n        await moved(dst)\n"
    "anon_vma_moveto_tail = A()",
    "an awaitable": "class A:\n    def __init__(self, dst): self.dst = dst\n"
    "    def __await__(self): return moved(self.dst).__await__()\n"
    "def anon_vma_moveto_tail(dst): return A(dst)",
    "wrapped": "import functools\n@functools.wraps(moved)\nasync def anon_vma_moveto_tail(*args):\n"
    "    return await moved(*args)",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_any_callable_whose_call_gives_an_awaitable_is_an_answer(form: str) -> None:
    source = moveto_tail("", REFERENCE).source.replace("anon_vma_moveto_tail(dst)", "moved(dst)")
    source = f"{source}\n{FORMS[form]}\n"
    report = judged("moveto_tail", Submission("a.py", [("a.py", source)]))
    assert report.outcome == "passed", str(report)


@pytest.mark.parametrize(
    "memory",
    [
        "done = {}\n",
        "seen = set()\n",
    ],
)
def test_what_remembers_objects_is_found_out(memory: str) -> None:
    name = memory.split()[0]
    keep = f"{name}[dst] = 1" if "{}" in memory else f"{name}.add(dst)"
    body = f"if dst in {name}:\n    return\n{keep}\n{REFERENCE}"
    report = judged(
        "moveto_tail",
        Submission("a.py", [("a.py", moveto_tail("", body, before=memory).source)]),
        60.0,
    )
    assert report.outcome == "failed", str(report)


def test_what_is_readable_in_the_notebook_is_readable_to_the_judge() -> None:
    read_only = (
        "    slot = vma.vm_mm.slot_at(vma.vm_start)\n    page.owner is None, page.flags, page.pfn\n"
        "    len(vma.vm_mm.vmas), slot is None, vma.vm_mm.pmd_at(vma.vm_start)\n"
    )
    source = ADDRESS.replace("    address =", f"{read_only}    address =")
    report = judged("vma_address", Submission("a.py", [("a.py", source)]))
    assert report.outcome == "passed", str(report)
