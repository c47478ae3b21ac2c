"""A stepper as a figure inside another page: its document as plain data, and one script for all.

The table of the same schedule stands below it, for print and for where no script runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..explore import Trace
from ..replay.table import as_html
from .pages import as_json
from .stepper import MODULE, document_of

NODES = 2_000
"""How far is looked for the decisive step: a class has many pages."""


def script() -> str:
    """What brings the figures of a page to life."""
    return MODULE.read_text(encoding="utf-8") + "figures();\n"


def figure(
    program: Any,
    trace: Trace,
    title: str,
    folded: Collection[str] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """A run that fails, as a part of a page that ends with `script`.

    Args:
        program: what the run is a run of.
        folded, texts: as for `vmlesson.show.stepper_source.Sources`.
    """
    document = document_of(program, trace, title, folded, texts, NODES)
    return (
        '<div class="stepper-figure"><div class="stepper-host"></div>'
        f'<script type="application/json">{as_json(document)}</script>'
        f"<details open><summary>The schedule as a table</summary>{as_html(trace)}</details></div>"
    )
