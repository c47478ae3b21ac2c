"""Playing the ladder in a cell: a sentence, a picture, one thing to do, and the next level."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from ..errors import UserError, instead_of
from ..explore import as_text, replay
from ..grade.exercises import EXERCISES, answers
from ..grade.notebook import solved
from ..progress import Progress
from ..scenarios import CATALOGUE
from ..show import chains
from ..show.drive import Drive
from ..show.render import with_more
from ..show.stepper import Stepper, document_of
from .card import card
from .html import Html, table
from .levels import FIND, FIX, LOSE, Level, Outcome, all_levels, as_sentence

SPACING = 5
"""Each such pass is of a level that was passed before."""
HEIGHT, SMALLEST = 340, 0.6
"""Of a level's picture: how high it should be, in pixels; and how small its text of 20 may get."""
HEAD = """<style>
  .vmlesson-level.jupyter-widgets-disconnected::after {
    content: "Jupyter's kernel does not know this any more: run the cell again.";
    font: var(--jp-content-font-size1, 14px) var(--jp-content-font-family, sans-serif);
    color: inherit;
  }
  .vmlesson-level.jupyter-widgets-disconnected::before,
  .vmlesson-level .jupyter-widgets-disconnected::before { content: none; }
  .vmlesson-level textarea {
    display: block; box-sizing: border-box; width: 98%; white-space: pre; tab-size: 4;
    font: var(--jp-code-font-size, 13px) / 1.4 var(--jp-code-font-family, monospace);
    color: inherit; background: var(--jp-cell-editor-background, transparent);
    border: 1px solid var(--jp-border-color1, #8a8a8a); padding: 4px 8px; margin-bottom: 4px;
  }
  .vmlesson-level pre { font: 1em / 1.35 var(--jp-code-font-family, monospace); }
  .vmlesson-level td { line-height: 1.4; }
  .vmlesson-level td b { white-space: nowrap; }
  .vmlesson-level p { margin: 4px 0; line-height: 1.5; }
</style>"""
PLAIN = "<style>.vmlesson-plain { --aside: none; --stepper-height: 480px }</style>"
BESIDE = (
    '<div style="display: flex; flex-wrap: wrap">'
    '<span style="flex: 0 1 13em">{}</span><span style="flex: 1 1 13em">{}</span></div>'
)
"""Two texts, the second in a column of its own; on a telephone below the first."""
DIFFERENCES = {"+": "border-left: 4px solid #0072b2", "-": "border-left: 4px dashed #d55e00"}


def level(name: str | None = None, answer: Any = None) -> Player:
    """Play a level: by its name, or the one that is next for you.

    ``level()`` goes on where you were; ``level("lose-the-page")`` opens that one, and offers no
    next if it is a first look, which the page around it explains.  An `answer` (a schedule, a
    choice, lines of code) is tried at once.

    Raises:
        UserError: there is no such level; its file is wrong.
    """
    levels, goes_on = all_levels(), name is None
    if name is None:
        name = following(levels.values(), Progress())
    if name not in list(levels):  # which, unlike a dict, takes a question about anything
        raise UserError(f"no level {name!r}; {instead_of(name, levels)}")
    player = Player(levels[name], goes_on or not levels[name].plain)
    if answer is not None:
        player.answer(answer)
    return player


def ladder() -> Html:
    """Every level: whether it was passed, its name, and what it is against."""
    passed = Progress().entries("levels")
    rows = []
    for each in all_levels().values():
        sort = f"{each.kind}, {each.difficulty}, {each.minutes}\N{NO-BREAK SPACE}min"
        tick = "✓" if each.name in passed else ""
        rows.append([tick, each.name, sort, f"not so: {each.cures}"])
    html = table(
        [tick, name, BESIDE.format(sort, escape(cures))] for tick, name, sort, cures in rows
    )
    return Html(html, "\n".join("  ".join(row) for row in rows))


def following(levels: Iterable[Level], progress: Progress, after: str = "") -> str:
    """The name of the level to go on with: the first that is not passed yet.

    At every `SPACING`-th pass the one comes back that was longest not played.
    """
    entries = progress.entries("levels")
    names = [each.name for each in levels]
    passed = [name for name in names if entries.get(name, {}).get("passes")]
    later = names[names.index(after) + 1 :] if after in names else []
    new = [name for name in (*later, *names) if name not in passed]
    old = sorted((name for name in passed if name != after), key=lambda name: entries[name]["when"])
    passes = sum(entries[name]["passes"] for name in passed)
    if old and (not new or passes % SPACING == SPACING - 1):
        return old[0]
    return (new or old or names)[0]


def fitted(svg: str) -> str:
    """A drawing so small that what it is about has room below, and can still be read."""
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    if size is None:
        return svg
    width, height = (float(points) * 4 / 3 for points in size.groups())
    width *= min(1, max(HEIGHT / height, SMALLEST))
    return svg.replace(
        "<svg", f'<svg style="width: {width:.0f}px; max-width: 100%; height: auto"', 1
    )


class Here(anywidget.AnyWidget):
    """Nothing to see: where it appears is brought into the window; not when it is opened again.

    If it has a name it gets the focus, too: what had it is gone.
    """

    _esm = """export default { render({ model, el }) {
      if (Date.now() / 1000 - model.get("made") > 10) return;
      const named = { tabIndex: -1, role: "group", ariaLabel: model.get("label") };
      if (named.ariaLabel) Object.assign(el, named).dataset.lmSuppressShortcuts = "true";
      requestAnimationFrame(() => {
        el.scrollIntoView({ block: model.get("block") });
        el.focus({ preventScroll: true });
      });
    } }"""
    block = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    made = traitlets.Float().tag(sync=True)

    def __init__(self, block: str, label: str = "") -> None:
        super().__init__(block=block, label=label, made=time.time())


class Code(anywidget.AnyWidget):
    """A field for code, and a button; what it sends is to be tried, what it holds to be kept."""

    _esm = Path(__file__).parent / "static" / "code.js"
    value = traitlets.Unicode().tag(sync=True)


class Player:
    """A level under play; see `level`.

    Args:
        goes_on: whether the next one is offered; not where a first look is explained below it.
    """

    def __init__(self, playing: Level, goes_on: bool = True) -> None:
        self.goes_on = goes_on
        self.box = widgets.VBox()
        self.box.add_class("vmlesson-level")
        self.load(playing)

    def load(self, playing: Level) -> None:
        """Show a level, in this cell."""
        self.level = playing
        self.verdict: Outcome | None = None
        self.said = widgets.HTML()
        self.shown = widgets.VBox()
        self.onward = widgets.Button(description="Next level", button_style="primary")
        self.onward.on_click(lambda _: self.next())
        self.onward.layout.display = "none"
        head = widgets.HTML(self._head())
        said = self.said, self.onward, self.shown
        self.box.children = (head, *self._task(), *said, *self._calls())

    def next(self) -> None:
        """Go on to the next level."""
        levels = all_levels()
        self.load(levels[following(levels.values(), Progress(), self.level.name)])
        said = f"{as_sentence(self.level.title)} {self.level.goal}"
        self.box.children = (Here("start", said), *self.box.children)

    def answer(self, answer: Any) -> None:
        """Try an answer, and say what comes of it."""
        self.said.value = "<p><em>trying …</em></p>"
        self.shown.children = ()
        try:
            found = self.level.judge(answer)
        except KeyboardInterrupt:
            found = Outcome(False, "Interrupted.")
        self.verdict = found
        if found.won:
            entry = Progress().entries("levels").get(self.level.name, {})
            kept = {"answer": answer} if self.level.kind == FIX else {}
            passes = int(entry.get("passes", 0)) + 1
            Progress().note("levels", self.level.name, passes=passes, **kept)
        mark = "✓" if found.won else "✗"
        more = f" {self.level.won}" if found.won else ""
        # What is put there with its words is said; a status would have to be there before.
        self.said.value = f'<p role="alert"><b>{mark} {escape(found.said)}</b>{escape(more)}</p>'
        self.onward.layout.display = None if found.won and self.goes_on else "none"
        if found.trace is not None and found.trace.steps and self.level.kind != LOSE:
            title = f"{self.level.title}: what happens"
            shown = document_of(found.program, found.trace, title, self._folded())
            self.shown.children = (Stepper({}, doc=shown),)
        elif self.level.kind == LOSE:
            self.shown.children = (Here("nearest"),)  # what is said stands below the stepper

    # -- what is shown

    def _folded(self) -> list[str]:
        return answers(solved())

    def _head(self) -> str:
        entries = Progress().entries("levels")
        levels = all_levels()
        dots = "".join(
            "●" if name in entries else "◉" if name == self.level.name else "○" for name in levels
        )
        done = sum(name in entries for name in levels)
        again = " · once more" if self.level.name in entries else ""
        return (
            f"{HEAD}<p><b>{self.level.kind.capitalize()}</b> · {self.level.difficulty}, "
            f"{self.level.minutes} min{again} · "
            f'<span role="img" aria-label="{done} of {len(levels)} levels passed" '
            f'style="overflow-wrap: anywhere">{dots}</span></p>'
            f'<p style="font-size: 1.15em"><b>{escape(as_sentence(self.level.title))}</b> '
            f"{escape(self.level.goal)}</p>{self._spoils()}"
        )

    def _spoils(self) -> str:
        """That a patch shows what an exercise asks for, to who has not solved it."""
        if self.level.kind != FIND or self.level.asked not in self._folded():
            return ""
        name = next(each.name for each in EXERCISES.values() if each.asked == self.level.asked)
        return f"<p>It shows what the exercise <b>{name}</b> asks you to write: that first?</p>"

    def _task(self) -> list[widgets.Widget]:
        if self.level.kind == LOSE:
            drive = Drive(
                self.level.program(), title=self.level.title, folded=self._folded(), whole=False
            )
            drive.observe(lambda _: self.answer(drive.schedule), "driven")
            if self.level.plain:
                drive.add_class("vmlesson-plain")
            return [widgets.HTML(PLAIN), drive]
        if self.level.kind == FIND:
            said = [(name, CATALOGUE[name].sentence) for name in sorted(self.level.scenarios)]
            rows = ([f"<b>{escape(name)}</b>", escape(text)] for name, text in said)
            return [self._picture(), widgets.HTML(self._patch() + table(rows)), self._choices()]
        name = self.level.name
        draft = str(Progress().entries("drafts").get(name, {}).get("text", ""))
        if name in Progress().entries("levels") or not draft.strip():
            draft = self.level.data["code"].strip("\n")
        field = Code(value=draft)
        field.observe(lambda kept: Progress().note("drafts", name, text=kept["new"]), "value")
        field.on_msg(lambda _, text, __: self.answer(text))
        return [self._picture(), field]

    def _calls(self) -> list[widgets.HTML]:
        """Where code is asked for, what may be called in it; what is said stands above that."""
        calls = f"<details><summary>The calls that there are</summary>{card().html}</details>"
        return [widgets.HTML(calls)] if self.level.kind == FIX else []

    def _choices(self) -> widgets.HBox:
        buttons = [widgets.Button(description=choice) for choice in self.level.choices]
        for button in buttons:
            button.layout.width = "auto"
            button.on_click(lambda pressed: self.answer(pressed.description))
        return widgets.HBox(buttons, layout=widgets.Layout(flex_flow="row wrap"))

    def _picture(self) -> widgets.HTML:
        picture = replay(self.level.program(), [], allow_prefix=True).picture
        drawn = None if picture is None else chains(picture, pages=True, legend=False)
        svg = (drawn and drawn._repr_svg_()) or ""
        return widgets.HTML(fitted(svg))

    def _patch(self) -> str:
        lines = self.level.data["patch"].strip("\n").split("\n")
        shown = "".join(
            f'<div style="padding-left: 6px; {DIFFERENCES.get(line[:1], "margin-left: 4px")}">'
            f"{escape(line) or ' '}</div>"
            for line in lines
        )
        subject = f"<b>{escape(self.level.data['message'])}</b>"
        return f"<p>{subject}</p><pre>{shown}</pre>"

    def __repr__(self) -> str:
        lines = [f"{self.level.kind}: {self.level.title}", self.level.goal]
        if self.level.kind == LOSE:
            lines.append(as_text(replay(self.level.program(), [], allow_prefix=True)))
        else:
            lines.append(self.level.data.get("patch", "") + self.level.data.get("code", ""))
        if self.level.kind == FIND:
            lines.append(f"answers: {', '.join(self.level.choices)}")
        lines.append(f'to answer without the buttons: level("{self.level.name}", answer)')
        if self.verdict is not None:
            lines.append(self.verdict.said + (f" {self.level.won}" if self.verdict.won else ""))
        return "\n".join(lines)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_more(self.box._repr_mimebundle_(**options), {"text/plain": repr(self)})
