"""What was handed in: a Python file or a notebook, as cells of text.  None of it runs here."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

LARGEST = 20 << 20
"""Bytes; a notebook with its pictures has about one million."""

AROUND = {"%%time", "%%capture", "%%prun"}
"""The magics that run the rest of their cell in the notebook's own namespace."""
ESCAPED = re.compile(r"^\s*[%!?,;/>]|^\s*In \[|\?\s*$|=\s*[%!]|\A[ \t]+\S", re.M)
"""A cell without any of these is Python as it stands: IPython's reader would change nothing."""
TIMED = re.compile(r"get_ipython\(\)\.run_line_magic\('(?:time|prun)', ('.+'|\".+\")\)$", re.M)
"""A line magic runs its line where all cells run."""
MARK = re.compile(r"^(# ?%%|# In\[[ \d]*\]:)", re.M)
"""The first line of a cell in a .py file."""
MOST, WORK = 500, 1_000_000
"""Bounds of the reading: transforms of a cell, and characters read for them in all."""


@dataclass
class Submission:
    """Something to be judged.

    Attributes:
        name: as the user named it.
        cells: (title, source) of each code cell, or of the file, as Python.
        texts: by title, what the learner wrote.
        notebook: whether it consists of cells, each of which may raise.
        error: why it cannot be judged, in words; "" if it can.
        outcome: what it is then: "error", or "unfinished" where it may be nobody's fault.
        digest: what tells its bytes from others.
    """

    name: str
    cells: list[tuple[str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    notebook: bool = False
    error: str = ""
    outcome: str = "error"
    digest: str = ""
    notes: list[str] = field(default_factory=list)


def kind(name: str) -> str:
    """.py or .ipynb, however a file's name says so (``A.IPYNB``, ``a.ipynb.txt``); else ""."""
    name = name.lower().removesuffix(".txt").removesuffix(".json")
    return next((suffix for suffix in (".py", ".ipynb") if name.endswith(suffix)), "")


def contents(path: Path) -> bytes:
    """The bytes of a file, one more than `LARGEST` at the most: no link is followed, no pipe read.

    Raises:
        OSError: it cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is not a file")
        return file.read(LARGEST + 1)


def digest_of(data: bytes | str) -> str:
    """A short name for data, which nothing else has."""
    data = data.encode(errors="surrogateescape") if isinstance(data, str) else data
    return hashlib.sha256(data).hexdigest()[:32]


def read(path: Path, name: str | None = None) -> Submission:
    """Read a submission; what is wrong with the file is said in ``error``."""
    found = Submission(name or str(path), notebook=kind(path.name) == ".ipynb")
    file = Path(found.name).name
    try:
        data = contents(path)
        found.digest = digest_of(data)
        if len(data) > LARGEST:
            found.error = f"{file} is over {LARGEST >> 20} MB; clear the outputs of its cells"
            return found
        text = data.decode("utf-8-sig")
    except OSError as error:
        found.error = f"{file} cannot be read by you: {error.strerror}"
        found.outcome = "unfinished"
    except UnicodeDecodeError:
        found.error = f"{file} is not text in UTF-8"
    else:
        if not text.strip():
            found.error = f"{file} is empty"
        elif "\0" in text:
            found.error = f"{file} has NUL characters: it is not text"
        elif found.notebook:
            _read_notebook(found, text)
        else:
            found.cells = [(file, cell) for cell in _percent(text)]
            found.notebook = len(found.cells) > 1
            found.texts = {file: text}
    return found


def _percent(text: str) -> Iterator[str]:
    """The cells of a .py file with marks of cells, each on its own lines; else the file."""
    begins = [found.start() for found in MARK.finditer(text)]
    if not begins:
        yield text
        return
    for begin, end in pairwise([0, *begins, len(text)]):
        yield "\n" * text.count("\n", 0, begin) + as_python(text[begin:end])


def _read_notebook(found: Submission, text: str) -> None:
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        found.error = f"{Path(found.name).name} is not a notebook of format 4"
        return
    for number, source in enumerate(sources, 1):
        title = f"code cell {number}"
        found.texts[title] = source
        found.cells.append((title, as_python(source)))


def as_python(source: str) -> str:
    """A cell as Jupyter would run it, with what only IPython understands as calls; lines stay.

    IPython's own reader says what is a magic and what is Python: `% 7` that goes on an expression
    is Python.  Nothing is run.  `%%time` and its like run the cell, and take only their own line
    away; `%%bash` and its like hold no Python.
    """
    lines = source.splitlines(keepends=True)
    for number, line in enumerate(lines):
        word = line.split()
        if not word:
            continue
        if not word[0].startswith("%%"):
            break
        if word[0] not in AROUND:
            return ""
        lines[number] = "\n"
    if not ESCAPED.search("".join(lines)):
        return "".join(lines)
    from IPython.core import inputtransformer2

    ipython: Any = inputtransformer2
    reader = ipython.TransformerManager()
    for prompt in (ipython.leading_indent, ipython.classic_prompt, ipython.ipython_prompt):
        lines = prompt(lines)
    for _ in range(min(MOST, WORK // (len(source) + 1))):
        found, changed = reader.do_one_token_transform(lines)
        if not found:
            break
        at = next(n for n, line in enumerate(changed) if n == len(lines) or line != lines[n])
        changed[at + 1 : at + 1] = ["\n"] * (len(lines) - len(changed))
        lines = changed
    return TIMED.sub(lambda timed: str(ast.literal_eval(timed[1])).strip(), "".join(lines))
