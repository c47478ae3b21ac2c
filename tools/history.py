"""The table of docs/history.md: every release in every scenario, by exploration.

    python tools/history.py            # write it anew: a minute or two
    python tools/history.py --check    # say whether it is in step

One page moves and one is under migration, which is enough for each verdict.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from vmlesson.kernel import RELEASES  # noqa: E402
from vmlesson.scenarios import CATALOGUE, explore_scenario  # noqa: E402

DOCUMENT = ROOT / "docs" / "history.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of the table -->\n"
SAME = ("running",)
"""Other names of a release that has a column."""


def main() -> int:
    """Write the table into the document, or say whether it is in step."""
    text = DOCUMENT.read_text(encoding="utf-8")
    written = with_table(text, table())
    if "--check" not in sys.argv:
        DOCUMENT.write_text(written, encoding="utf-8")
    elif text != written:
        print("docs/history.md is out of step: python tools/history.py", file=sys.stderr)
        return 1
    return 0


def with_table(text: str, rows: str) -> str:
    """`text` with `rows` between its two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{rows}{END}{after}"


def table() -> str:
    """One row a scenario, one column a release: what a complete search says."""
    releases = [name for name in RELEASES if name not in SAME]
    lines = [["scenario", *releases], ["---"] * (1 + len(releases))]
    for name in CATALOGUE:
        verdicts = [explore_scenario(name, each, pages=1, first_failure=True) for each in releases]
        cells = [f"**{each.verdict}**" if each.failing else each.verdict for each in verdicts]
        lines.append([f"`{name}`", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
