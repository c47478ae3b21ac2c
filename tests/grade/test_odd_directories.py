"""A class of directories as they really come in: a right answer stays right, and nobody is lost."""

# ruff: noqa: E501 - one line a learner

from __future__ import annotations

import json
from typing import Any

import pytest
from submissions import REFERENCE, moveto_tail

from vmlesson.grade.classroom import grade_one
from vmlesson.grade.collect import collect
from vmlesson.grade.exercises import find_exercise

pytestmark = pytest.mark.slow  # a class of 67, judged once for all tests here
SOURCE = moveto_tail("", REFERENCE).source
IMPORTS, _, BODY = SOURCE.partition("\n\n")
BROKEN = "while True\n    pass"
NAME = "moveto_tail.ipynb"
TYPED = BODY.replace("(dst)", "(dst: vm_area_struct) -> None")
TO_TAIL = (
    "async def to_tail(avc):\n    await list_del(avc.same_anon_vma)\n"
    "    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)"
)
WITH_HELPER = BODY.replace("await list_del(avc.same_anon_vma)", "await to_tail(avc)").replace(
    "        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)\n", ""
)
assert WITH_HELPER.count("to_tail") == 2


def notebook(*sources: str, **more: Any) -> bytes:
    cells = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    document = {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    return json.dumps(document | more).encode()


def among(*scratch: str, above: str = "", below: str = "") -> bytes:
    """The usual notebook, with experiments in cells before, and lines around the answer."""
    return notebook(IMPORTS, *scratch, f"{above}{BODY}{below}")


def percent(*cells: str) -> bytes:
    return "\n\n".join(f"# %%\n{cell}" for cell in (IMPORTS, *cells)).encode()


MARKED = {"nbgrader": {"grade_id": "answer", "solution": True, "schema_version": 3}}
COPIED = {"cell_type": "code", "source": BODY, "metadata": MARKED, "id": "answer", "outputs": []}
USUAL = among()

RIGHT: dict[str, dict[str, bytes]] = {
    "as it is": {NAME: USUAL},
    "Zoë O'Brien": {NAME: USUAL},
    "李明": {NAME: USUAL},
    "renamed": {"answer.ipynb": USUAL},
    "untitled": {"Untitled.ipynb": USUAL},
    "a second download": {"moveto_tail (1).ipynb": USUAL},
    "in capitals": {"MOVETO_TAIL.IPYNB": USUAL},
    "sent as a text": {"moveto_tail.ipynb.txt": USUAL},
    "a file": {"moveto_tail.py": SOURCE.encode()},
    "a file of Windows": {"moveto_tail.py": SOURCE.replace("\n", "\r\n").encode()},
    "a file with a mark of order": {"moveto_tail.py": SOURCE.encode("utf-8-sig")},
    "a notebook with one": {NAME: b"\xef\xbb\xbf" + USUAL},
    "a notebook of Windows": {NAME: among().replace(b"\\n", b"\\r\\n")},
    "cells in a file": {"moveto_tail.py": percent("x = 1", BODY)},
    "one that raises in a file": {"moveto_tail.py": percent("1 / 0", BODY)},
    "magics in a file": {"moveto_tail.py": percent("%matplotlib inline", BODY)},
    "as nbconvert writes it": {"moveto_tail.py": f"# In[1]:\n\n{IMPORTS}\n\n# In[ ]:\n\n{BODY}".encode()},
    "a scratch cell raises": {NAME: among("1 / 0")},
    "a scratch cell is no Python": {NAME: among(BROKEN)},
    "asks for input": {NAME: among("name = input('who? ')")},
    "sleeps": {NAME: among("import time\ntime.sleep(0.3)")},
    "plots": {NAME: among("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])")},
    "numbers": {NAME: among("import numpy as np\nx = np.arange(5)[1:] @ np.ones(4) > 3")},
    "shell and help": {NAME: among("!ls\nlist_del?\nfiles = !ls")},
    "timed": {NAME: among("%timeit -n1 -r1 1 + 1\nt = %timeit -o -n1 -r1 1")},
    "another language": {NAME: among("%%bash\nfor x in 1 2; do echo $x; done")},
    "awaits at the top": {NAME: among("import asyncio\nawait asyncio.sleep(0)")},
    "a stepper": {NAME: among("from vmlesson import show\nshow.Stepper(None)")},
    "plays": {NAME: among("from vmlesson.grade import check, hint, play\ncheck.moveto_tail(None)")},
    "timed above": {NAME: among(above="%%time\n")},
    "captured": {NAME: among(above="%%capture\n")},
    "help below": {NAME: among(below="\nlist_del?")},
    "display above": {NAME: among(above="display('x')\n")},
    "import above": {NAME: among(above="import numpy as np\n")},
    "shell above": {NAME: among(above="files = !ls\n")},
    "from the future": {NAME: among(above="from __future__ import annotations\n")},
    "typed": {NAME: notebook(IMPORTS, TYPED)},
    "a helper above": {NAME: notebook(IMPORTS, TO_TAIL, WITH_HELPER)},
    "a helper at the end": {NAME: notebook(IMPORTS, WITH_HELPER, TO_TAIL)},
    "at the end": {NAME: notebook(IMPORTS, "x = 1", "y = 2", BODY)},
    "defined twice": {NAME: notebook(IMPORTS, BODY.replace("list_del", "list_dell"), BODY)},
    "endless afterwards": {NAME: notebook(IMPORTS, BODY, "while True:\n    pass")},
    "a copied cell": {NAME: notebook(IMPORTS, cells=[
        {"cell_type": "code", "source": IMPORTS}, COPIED, COPIED])},
    "an old format": {NAME: notebook(IMPORTS, BODY, nbformat_minor=0)},
    "lines in a list": {NAME: json.dumps({"nbformat": 4, "cells": [
        {"cell_type": "code", "source": SOURCE.splitlines(keepends=True)}]}).encode()},
    "text between": {NAME: json.dumps({"nbformat": 4, "cells": [
        {"cell_type": "markdown", "source": "# Mine"}, {"cell_type": "raw", "source": "("},
        {"cell_type": "code", "source": SOURCE}]}).encode()},
    "large outputs": {NAME: json.dumps({"nbformat": 4, "cells": [
        {"cell_type": "code", "source": SOURCE, "outputs": ["x" * (8 << 20)]}]}).encode()},
    "checkpoints": {NAME: USUAL, ".ipynb_checkpoints/moveto_tail-checkpoint.ipynb": b"("},
    "junk of a Mac": {NAME: USUAL, "__MACOSX/._moveto_tail.ipynb": b"\0", ".DS_Store": b"\0"},
    "nbgrader's own": {NAME: USUAL, "timestamp.txt": b"now", "submission_secret.txt": b"x"},
    "a module beside it": {NAME: USUAL, "helper.py": b"("},
    "notes beside it": {NAME: USUAL, "notes.md": b"mine", "picture.png": b"\x89PNG"},
    "another exercise beside it": {NAME: USUAL, "rmap_walk.ipynb": b"("},
}  # fmt: skip
"""By learner: what is in her directory, with a right answer somewhere in it."""

OTHERS: dict[str, tuple[dict[str, bytes], str, str]] = {
    "nothing": ({}, "error", "no notebook was handed in"),
    "an archive": ({"moveto_tail.zip": b"PK"}, "error", "no notebook was handed in"),
    "a print": ({"moveto_tail.pdf": b"%PDF"}, "error", "no notebook was handed in"),
    "empty": ({NAME: b""}, "error", "is empty"),
    "no notebook": ({NAME: b"<html>"}, "error", "is not a notebook of format 4"),
    "cut off": ({NAME: USUAL[:-20]}, "error", "is not a notebook of format 4"),
    "an older notebook": ({NAME: b'{"worksheets": [], "nbformat": 3}'}, "error", "format 4"),
    "in UTF-16": ({"moveto_tail.py": SOURCE.encode("utf-16")}, "error", "is not text in UTF-8"),
    "in Latin-1": ({"moveto_tail.py": f"# \xe9\n{SOURCE}".encode("latin-1")}, "error", "UTF-8"),
    "marks of a merge": ({"moveto_tail.py": f"<<<<<<< HEAD\n{SOURCE}".encode()}, "error", "syntax"),
    "no imports": ({NAME: notebook(BODY)}, "failed", "from vmlesson.kernel import"),
    "another function": ({NAME: notebook(IMPORTS, "async def move(dst): pass")}, "error", "defined"),
    "not written": (
        {NAME: notebook(IMPORTS, "async def anon_vma_moveto_tail(dst):\n    ...")}, "failed", "last"),
    "wrong": (
        {NAME: notebook(IMPORTS, BODY.replace("_add_tail", "_add"))}, "failed", "must be the last"),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What becomes of them, by learner."""
    place = tmp_path_factory.mktemp("submitted")
    for who, files in (RIGHT | {who: files for who, (files, *_) in OTHERS.items()}).items():
        (place / who / "moveto_tail").mkdir(parents=True)
        for name, data in files.items():
            path = place / who / "moveto_tail" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    tasks = collect(find_exercise("moveto_tail"), [place])
    assert len({task.learner for task in tasks}) == len(tasks)
    return {task.learner: grade_one("moveto_tail", task.submission(), 10.0) for task in tasks}


def test_nobody_is_lost_and_nobody_is_invented(rows: dict[str, Any]) -> None:
    assert rows.keys() == RIGHT.keys() | OTHERS.keys()


@pytest.mark.parametrize("who", RIGHT)
def test_a_right_answer_has_all_points_whatever_is_around_it(who: str, rows: dict) -> None:
    assert (rows[who]["outcome"], rows[who]["points"]) == ("passed", 12), rows[who]["text"]


@pytest.mark.parametrize("who", OTHERS)
def test_what_is_no_right_answer_is_told_why(who: str, rows: dict) -> None:
    _, outcome, said = OTHERS[who]
    assert rows[who]["outcome"] == outcome, rows[who]["text"]
    assert said in rows[who]["text"]
