"""What a cell shows as HTML, and what of it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from ..files import refuse_existing, write_file

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.4 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }}
td, th {{ text-align: left; vertical-align: top; padding: 2px 1em 2px 0 }}
pre, code {{ font-size: 9pt }} pre {{ margin: 4px 0 }}
tr, pre {{ break-inside: avoid }}
@page {{ margin: 12mm }}
@media print {{ body {{ font-size: 8pt; line-height: 1.15; margin: 0; padding: 0 }}
  pre {{ font-size: 6pt }} code {{ font-size: 7pt }} td, th {{ padding: 1px 1em 1px 0 }} }}
</style><body>{body}</body></html>
"""


LEFT = 'style="text-align: left; vertical-align: top; padding-right: 1em"'
"""JupyterLab puts the cells of a table to the right, and in a widget close together."""


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML; a row of one cell is a heading over those that follow."""
    made = ""
    for row in rows:
        kind = "td" if len(row) > 1 else 'th colspan="9"'
        cells = (f"<{kind} {LEFT}>{cell}</{kind[:2]}>" for cell in row)
        made += f"<tr>{''.join(cells)}</tr>"
    return f"<table><tbody>{made}</tbody></table>"


def link(text: str, to: str) -> str:
    """A link to another notebook."""
    return f'<a href="{escape(to)}">{escape(text)}</a>'


def exercise(name: str) -> str:
    """A link to an exercise, from a chapter."""
    return link(name, f"../exercises/{name}/{name}.ipynb")


class Html:
    """A piece of HTML with a plain text for where there is none."""

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    def save(self, path: str | Path, title: str = "vmlesson", force: bool = False) -> Path:
        """Write it as a page of its own, to be read or printed; its path.

        Raises:
            UserError: something is there already, and `force` is not given; it cannot be written.
        """
        refuse_existing(Path(path), force)
        write_file(Path(path), PAGE.format(title=escape(title), body=self.html).encode())
        return Path(path)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text
