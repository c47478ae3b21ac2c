"""A cell that was run too early, or after a restart, says which cell to run first."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADVICE = "Run that one first; or all of them: menu Run, Run All Above Selected Cell."


def install() -> None:
    """Explain every NameError of the notebook that this runs in; elsewhere do nothing."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell: Any = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), _explain)


def _explain(shell: Any, kind: type, error: NameError, frames: Any, tb_offset: Any = None) -> None:
    shell.showtraceback((kind, error, frames), tb_offset=tb_offset)
    first = needs(str(error.name), shell.history_manager.input_hist_raw[-1], _notebooks())
    if first:
        print(f"`{error.name}` is made by the cell that begins\n\n    {first}\n\n{ADVICE}")


def needs(name: str, cell: str, notebooks: Iterator[Path]) -> str:
    """The first line of the cell that makes `name` for `cell`; "" if no cell before it does."""
    for path in notebooks:
        sources = _code_cells(path)
        if cell.strip() not in map(str.strip, sources):
            continue
        place = [source.strip() for source in sources].index(cell.strip())
        for source in reversed(sources[:place]):
            if name in made_by(source):
                return source.strip().splitlines()[0]
    return ""


def made_by(source: str) -> set[str]:
    """The names that a cell leaves behind."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    made = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(each.asname or each.name).split(".")[0] for each in node.names}
        else:
            stored = (each for each in ast.walk(node) if isinstance(each, ast.Name))
            made |= {each.id for each in stored if isinstance(each.ctx, ast.Store)}
    return made


def _notebooks() -> Iterator[Path]:
    """The notebook that this runs in, if it is known; then those beside it."""
    if own := os.environ.get("JPY_SESSION_NAME"):
        yield Path(own)
    yield from sorted(Path.cwd().glob("*.ipynb"))


def _code_cells(path: Path) -> list[str]:
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
