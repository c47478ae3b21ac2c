"""How far a search has come, shown once it lasts: in a terminal and in a notebook only."""

from __future__ import annotations

import sys
from typing import Any

from .result import Result

PATIENCE = 1.0
"""Seconds before anything is shown."""


class Bar:
    """A tqdm line; nothing where standard error is piped."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.shown = sys.stderr.isatty() or "ipykernel" in sys.modules

    def __call__(self, result: Result) -> None:
        """Show the counts of a search so far."""
        if not self.shown or result.seconds < PATIENCE:
            return
        if self.bar is None:
            try:
                from tqdm.auto import tqdm  # takes longer to import than most searches last
            except ImportError:  # a search is worth more than its bar
                self.shown = False
                return
            self.bar = tqdm(unit=" classes", leave=False)
        self.bar.set_postfix(failing=result.failing, refresh=False)
        self.bar.update(result.executions - self.bar.n)

    def close(self) -> None:
        """Take the line away."""
        if self.bar is not None:
            self.bar.close()
