"""A cell that was run too early, or after a restart, says which cell to run first."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import Any

ADVICE = "Run that one first; or all of them: menu Run, Run All Above Selected Cell."


def explain(shell: Any, kind: type, error: NameError, frames: Any, tb_offset: Any = None) -> None:
    """Show the error as always, and after it the cell to run first, if there is one."""
    shell.showtraceback((kind, error, frames), tb_offset=tb_offset)
    session = os.environ.get("JPY_SESSION_NAME")  # the notebook's path, where it is known
    own = Path(session) if session and Path(session).is_file() else None
    beside = [own] if own else sorted(Path.cwd().glob("*.ipynb"))
    first = needs(str(error.name), shell.history_manager.input_hist_raw[-1], beside, own)
    if first:
        print(
            f"`{error.name}` is made by the cell that begins\n\n{indent(first, '    ')}\n\n{ADVICE}"
        )


def needs(name: str, cell: str, notebooks: Iterable[Path], own: Path | None = None) -> str:
    """How the cell begins that makes `name` for `cell`; "" if no cell before it does.

    One line, or as many as no other cell begins with.

    A cell that was changed and not saved is in no notebook: then any cell of `own` will do.
    """
    for path in notebooks:
        sources = _code_cells(path)
        if cell.strip() in sources:
            before = sources[: sources.index(cell.strip())]
            return _beginning(_maker(reversed(before), name), sources)
    everywhere = [] if own is None else _code_cells(own)
    return _beginning(_maker(everywhere, name), everywhere)


def _maker(sources: Iterable[str], name: str) -> str:
    return next((source for source in sources if name in made_by(source)), "")


def _beginning(cell: str, sources: list[str]) -> str:
    lines = cell.splitlines()
    for count in range(1, len(lines)):
        if sum(source.splitlines()[:count] == lines[:count] for source in sources) == 1:
            return "\n".join(lines[:count])
    return cell


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


def _code_cells(path: Path) -> list[str]:
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return ["".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
