"""Make exercises/ out of solutions/: what nbgrader's generate_assignment does, in this process.

python tools/release.py            write exercises/
python tools/release.py --check    say what is not in step, and exit with 1
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbgrader import preprocessors
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]
CHAIN = (
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ComputeChecksums,
    preprocessors.ClearHiddenTests,
    preprocessors.ClearMarkScheme,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
)


def release(path: Path) -> str:
    """The notebook that learners get, as text."""
    notebook, resources = nbformat.read(path, as_version=4), {}
    for step in CHAIN:
        notebook, resources = step(parent=None, config=Config()).preprocess(notebook, resources)
    return nbformat.writes(notebook) + "\n"


def releases() -> dict[Path, str]:
    """Every notebook of exercises/, and what must be in it."""
    sources = ROOT / "solutions"
    found = sorted(sources.glob("*/*.ipynb"))
    return {ROOT / "exercises" / path.relative_to(sources): release(path) for path in found}


def main() -> int:
    """Write, or compare."""
    status = 0
    for path, text in releases().items():
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.relative_to(ROOT)} is not in step with solutions/: run {sys.argv[0]}")
            status = 1
    return status


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    sys.exit(main())
