"""What one has at hand: a card of the calls that answers need, and the same at ``NAME?``."""

from __future__ import annotations

import inspect
import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from .. import kernel
from ..grade.exercises import EXERCISES
from ..grade.notebook import solved
from .html import Html, table


@cache
def written() -> dict[str, dict[str, str]]:
    """The card as it is written: by what it is about, a text for each name."""
    with Path(__file__).with_name("card.toml").open("rb") as file:
        return tomllib.load(file)


def examples() -> dict[str, dict[str, str]]:
    """An example of each call, by what it is about and by its name."""
    return {about: calls for about, calls in written().items() if about != "constants"}


def card() -> Html:
    """The reference card: a line for each call, and an example; ``card().save("card.html")``."""
    rows: list[list[str]] = []
    lines = []
    for about, calls in written().items():
        rows.append([about])
        lines.append(f"{about}:")
        for name, text in calls.items():
            constant = about == "constants"
            first = text if constant else contract(name, getattr(kernel, name))
            code = f"{name} = {getattr(kernel, name)}" if constant else text
            rows.append([f"<code>{escape(code)}</code>", escape(first)])
            lines.append(f"    {code}\n        {first}")
    return Html(table(rows), "\n".join(lines))


def contract(name: str, thing: Any) -> str:
    """What a call promises, in a paragraph; of what an exercise asks for no more than that."""
    if promise := _asked(name):
        return f"{promise[0].upper()}{promise[1:]}."
    return (inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ").replace("`", "")


def _asked(name: str) -> str:
    """The promise of the exercise that asks for a function, until it is solved; "" otherwise."""
    done = solved()
    open_ones = (each for each in EXERCISES.values() if each.asked == name and each.parameters)
    return next((each.promise for each in open_ones if each.name not in done), "")


def explained(thing: Any, detailed: bool = False) -> list[tuple[str, str]] | None:
    """What ``NAME?`` says of a function of the kernel's, by headings; None of anything else.

    ``NAME??`` spoils nothing.
    """
    name = getattr(thing, "__name__", "")
    if name not in kernel.__all__ or getattr(kernel, name) is not thing or not callable(thing):
        return None
    if detailed and not _asked(name):
        return None
    said = [("Call", f"{name}({', '.join(inspect.signature(thing).parameters)})")]
    said.append(("It", contract(name, thing)))
    example = next((calls[name] for calls in examples().values() if name in calls), "")
    return [*said, ("Example", example)] if example else said


def in_text(asked: Any) -> list[tuple[str, str]] | None:
    """`explained`, as IPython asks for it; a constant is known by its name."""
    name = asked.info_dict["name"]
    if name in written()["constants"] and asked.obj == getattr(kernel, name):
        return [("Value", str(asked.obj)), ("It", written()["constants"][name])]
    return explained(asked.obj, bool(asked.detail_level))


def in_html(asked: Any) -> list[tuple[str, str]] | None:
    """The same for where HTML is shown."""
    said = in_text(asked)
    return said and [(head, f"<pre>{escape(text)}</pre>") for head, text in said]
