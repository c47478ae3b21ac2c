"""The map of the course: the afternoon path as a line with stations, the rest beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from .html import Html

if TYPE_CHECKING:
    from .course import Done

ROW, LINE, BRANCH, TEXT, WIDTH = 40, 30, 74, 100, 900
STYLE = (
    "max-width: 100%; height: auto; color: var(--jp-content-font-color1, #111111); "
    "font-family: var(--jp-content-font-family, sans-serif)"
)


def draw(chapters: Sequence[Done]) -> Html:
    """The map, a station filled where the chapter was read."""
    ends = [place for place, each in enumerate(chapters) if each.chapter.afternoon]
    parts = [
        f'<line x1="{LINE}" y1="{_y(ends[0])}" x2="{LINE}" y2="{_y(ends[-1])}" '
        'stroke="#0072b2" stroke-width="6"/>',
        f'<line x1="{LINE}" y1="{_y(ends[-1])}" x2="{LINE}" y2="{_y(len(chapters) - 1) - 14}" '
        'stroke="currentColor" stroke-width="2" stroke-dasharray="4 4"/>',
    ]
    for place, state in enumerate(chapters):
        parts += _station(place, state)
    minutes = sum(each.chapter.minutes for each in chapters if each.chapter.afternoon)
    title = f"The course: {len(ends)} chapters on the afternoon path, {minutes} minutes"
    height = ROW * len(chapters) + 10
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" style="{STYLE}" font-size="16" fill="currentColor">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
    return Html(svg, "\n".join(_words(state) for state in chapters))


def _y(place: int) -> int:
    return ROW * place + ROW // 2 + 5


def _station(place: int, state: Done) -> list[str]:
    each, y = state.chapter, _y(place)
    x = LINE if each.afternoon else BRANCH
    fill = "#f0e442" if state.read else "var(--jp-layout-color0, #ffffff)"
    shape = (
        f'<circle cx="{x}" cy="{y}" r="11" style="fill: {fill}" stroke="#0072b2" stroke-width="4"/>'
        if each.afternoon
        else f'<line x1="{LINE}" y1="{y - 14}" x2="{x - 12}" y2="{y}" stroke="currentColor" '
        f'stroke-width="2" stroke-dasharray="4 4"/><rect x="{x - 10}" y="{y - 10}" width="20" '
        f'height="20" style="fill: {fill}" stroke="currentColor" stroke-width="2"/>'
    )
    tick = (
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" fill="#000000">✓</text>'
        if state.read
        else ""
    )
    weight = ' font-weight="bold"' if each.afternoon else ""
    return [
        shape,
        tick,
        f'<text x="{TEXT}" y="{y + 6}"{weight}>{escape(f"{each.number}  {each.title}")}</text>',
        f'<text x="410" y="{y + 6}">{escape(_aside(state))}</text>',
    ]


def _aside(state: Done) -> str:
    exercises = ", ".join(
        f"{name}{' ✓' if name in state.passed else ''}" for name in state.chapter.exercises
    )
    return f"{state.chapter.minutes} min" + (f" · exercise: {exercises}" if exercises else "")


def _words(state: Done) -> str:
    each = state.chapter
    path = "afternoon" if each.afternoon else "further"
    return f"{'✓' if state.read else ' '} {each.number} {each.title} ({path}, {_aside(state)})"
