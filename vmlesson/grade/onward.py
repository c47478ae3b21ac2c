"""After a pass, in a notebook: how Linux does it, and where to go on."""

from __future__ import annotations

import inspect
from html import escape

from ..kernel.text import release_text
from .exercises import EXERCISES, Exercise

CURED = "v3.3"
CAPSTONE = ("moveto_tail", "call_site", "error_path")


class Onward:
    """Linux's version of what was written, in the model, and links: for whoever has passed.

    Args:
        exercise: what was passed.
        solved: the names of all that were passed.
    """

    def __init__(self, exercise: Exercise, solved: list[str]) -> None:
        self.theirs, self.cured = "", CURED
        if exercise.judge is None:
            text = release_text(CURED)
            if exercise.asked not in text:
                self.cured = exercise.release
                text = release_text(self.cured)
            self.theirs = inspect.getsource(text[exercise.asked])
        following = next((name for name in EXERCISES if name not in solved), None)
        self.links = []
        if following is not None:
            next_one = f"next: {EXERCISES[following].title}"
            self.links.append((next_one, f"../{following}/{following}.ipynb"))
        if set(CAPSTONE) <= set(solved):
            self.links.append(("boot your own Linux 3.3", "../../notebooks/your-linux.ipynb"))
        self.links.append(("the ladder", "../../notebooks/ladder.ipynb"))
        self.links.append(("all chapters", "../../notebooks/index.ipynb"))

    def _repr_html_(self) -> str:
        links = " · ".join(f'<a href="{to}">{escape(label)}</a>' for label, to in self.links)
        shown = f"<pre>{escape(self.theirs)}</pre>"
        compared = (
            f"<details><summary>How Linux {self.cured} does it, in the model</summary>{shown}"
        )
        return (f"{compared}</details>" if self.theirs else "") + f"<p>Go on: {links}</p>"

    def __repr__(self) -> str:
        return f"Go on: {', '.join(label for label, _ in self.links)}"
