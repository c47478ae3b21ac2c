"""What was handed in: a Python file or a notebook, as cells of text.  Nothing of it runs here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST = 20 << 20
"""Bytes; a notebook with its pictures has about one million."""


@dataclass
class Submission:
    """Something to be judged.

    Attributes:
        name: as the user named it.
        cells: (title, source) of each code cell, or of the file.
        error: why it cannot be judged, in words; "" if it can.
    """

    name: str
    cells: list[tuple[str, str]] = field(default_factory=list)
    notebook: bool = False
    error: str = ""
    notes: list[str] = field(default_factory=list)


def read(path: Path, name: str | None = None) -> Submission:
    """Read a submission; what is wrong with the file is said in ``error``."""
    found = Submission(name or str(path), notebook=path.suffix == ".ipynb")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            found.error = (
                f"{path.name} has {size / (1 << 20):.0f} MB, more than {LARGEST >> 20}; "
                f"clear the outputs of its cells"
            )
            return found
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        found.error = f"cannot read {path.name}: {error.strerror}"
    except UnicodeDecodeError:
        found.error = f"{path.name} is no text in UTF-8"
    else:
        if not text.strip():
            found.error = f"{path.name} is empty"
        elif "\0" in text:
            found.error = f"{path.name} has NUL characters: it is no text"
        elif found.notebook:
            _read_notebook(found, text)
        else:
            found.cells = [(path.name, text)]
    return found


def _read_notebook(found: Submission, text: str) -> None:
    try:
        cells = json.loads(text)["cells"]
        sources = [_source(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        found.error = f"{Path(found.name).name} is no notebook of format 4"
        return
    for number, source in enumerate(sources, 1):
        found.cells.append((f"code cell {number}", _without_magics(source)))


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(map(str, source))


def _without_magics(source: str) -> str:
    """The cell without what only IPython understands; line numbers stay."""
    if source.lstrip().startswith("%%"):
        return ""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)
