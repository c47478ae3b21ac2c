"""A talk as one HTML file: a notebook's slides with live steppers, for a hall without a network.

JupyterLab's property inspector says which cell is what (slide, subslide, fragment, skip, notes).
The notebook is executed in a copy, where it stands, so that files beside it are found; `Deck` makes
a page of it that needs nothing but a browser: static/deck.js turns the pages and static/stepper.js
steps.
"""

from __future__ import annotations

import os
import tempfile
from asyncio import CancelledError
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from ..errors import UserError
from ..files import refuse_existing, write_file
from .deck import Deck, slides_of

SECONDS = 120
"""For one cell."""


def read(path: Path) -> Any:
    """A notebook that has slides.

    Raises:
        UserError: there is none.
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UserError(f"no notebook {path}: {error.strerror}") from error
    except Exception as error:  # nbformat lets through whatever its parts raise
        raise UserError(f"{path} is not a notebook: {error}") from error
    if not slides_of(notebook):
        raise UserError(
            f"{path} has no slides: in JupyterLab's property inspector give the cells a slide type"
        )
    return notebook


def execute(notebook: Any, name: str = "the notebook", folder: Path | None = None) -> Any:
    """The notebook with its outputs, run by this very Python, in `folder` or in an empty one.

    Raises:
        UserError: a cell raises, or does not end.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    copy = deepcopy(notebook)
    package = str(Path(__file__).parents[2])
    environment = os.environ | {
        "TQDM_DISABLE": "1",  # bars of progress, which have come to their end in a page
        "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
    }
    # A python3 kernel in the user's home may be another Python, which has no vmlesson.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    with _beside(folder) as directory:
        client = NotebookClient(
            copy,
            timeout=SECONDS,
            kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=50"],
            resources={"metadata": {"path": directory}},
        )
        try:
            client.execute(env=environment)
        except CellTimeoutError:
            cell = client.code_cells_executed
            raise UserError(f"{name}: code cell {cell} did not end within {SECONDS} s") from None
        except CellExecutionError as error:
            cell = next(number for number, each in enumerate(copy.cells, 1) if _raised(each))
            raise UserError(f"{name}: cell {cell} raises {error.ename}: {error.evalue}") from None
        except DeadKernelError as error:
            raise UserError(f"{name}: the kernel died: {error}") from None
        except (AssertionError, CancelledError):  # what nbclient makes of Ctrl-C
            if not hasattr(client, "_async_cleanup_kernel_future"):  # which is made by a signal
                raise
            raise KeyboardInterrupt from None
    return copy


def _beside(folder: Path | None) -> AbstractContextManager[str]:
    if folder is None:
        return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    return nullcontext(str(folder.resolve()))


def _raised(cell: Any) -> bool:
    allowed = "raises-exception" in cell.metadata.get("tags", ())
    return not allowed and any(output.output_type == "error" for output in cell.get("outputs", ()))


@dataclass(frozen=True)
class Built:
    """What `build` wrote."""

    path: Path
    slides: int
    minutes: float
    faults: Sequence[str]
    """What could not be shown, and what does not fit: by cell, with the reason."""

    def __str__(self) -> str:
        size = self.path.stat().st_size / 1e6
        minutes = f", {self.minutes:g} min" if self.minutes else ""
        slides = f"{self.slides} slide{'' if self.slides == 1 else 's'}"
        return f"{self.path}: {slides}{minutes}, {size:.1f} MB"


def build(
    source: Path, target: Path, *, notes: bool = True, speaker: str = "", force: bool = False
) -> Built:
    """Execute a notebook and write its slides as one HTML file.

    Args:
        source: the notebook; it is not changed.
        target: the file.
        notes: whether the speaker's notes are in it.
        speaker: who talks, where and when.
        force: whether a file that is there already is replaced.

    Raises:
        UserError: no notebook or no slides in it; a cell raises; `target` is there already, or its
            name is that of no page.
    """
    if target.suffix.lower() != ".html":  # with force it might have been the notebook
        raise UserError(f"cannot write {target}: its name must end in .html")
    refuse_existing(target, force)  # before the work, not after
    executed = execute(read(source), source.name, source.parent)
    deck = Deck(executed, source.parent, notes, speaker)
    page = deck.page()
    write_file(target, page.encode())
    minutes = sum(slide.minutes or 0 for slide in deck.slides)
    return Built(target, len(deck.slides), minutes, deck.faults)
