"""How long each chapter takes, top to bottom in a fresh kernel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
HEAD = ("notebook", "seconds")


def rows() -> Iterator[tuple[str, float]]:
    """Seconds for each notebook, its kernel's start included, and for all."""
    total = 0.0
    with tempfile.TemporaryDirectory() as place:
        course = shutil.copytree(NOTEBOOKS, Path(place) / "notebooks")
        for path in sorted(course.glob("*.ipynb")):
            started = time.perf_counter()
            command = [sys.executable, "-m", "jupyter", "execute", path.name]
            subprocess.run(command, cwd=course, check=True, capture_output=True)
            seconds = time.perf_counter() - started
            total += seconds
            yield path.stem[:17], seconds
    yield "all", total
