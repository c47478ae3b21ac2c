"""Choices that a picture hangs on: it is drawn anew whenever one of them is turned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import signature
from typing import Any

from ipywidgets import Dropdown, interactive

from ..errors import UserError, check_kind
from .render import with_more


class Knobs(interactive):  # type: ignore[misc]
    """A list of values for each choice, and below them the picture of what is chosen.

    (Not a slider: a screen reader would find no name on it.)

    Where no widget can be shown, and on paper, it is the picture as it was drawn last.

    Args:
        draw: returns what shows itself; it is called with one value of each choice, by name, and
            begins with its own defaults.
        choices: the values of each.

    Raises:
        UserError: an argument of `draw` that has no default, or one that is not among its values;
            no values.
    """

    def __init__(self, draw: Callable[..., Any], **choices: Sequence[Any]) -> None:
        check_kind("Knobs", draw, Callable, "a function that draws")
        lists = {}
        for name, values in choices.items():
            check_kind(name, values, Iterable, "its values, such as (1, 2, 4)")
            argument = signature(draw).parameters.get(name)
            begins = None if argument is None else argument.default
            if begins not in values:
                raise UserError(f"{name} must begin with one of {list(values)}: give it as default")
            lists[name] = Dropdown(options=list(values), value=begins)
        super().__init__(draw, {"auto_display": True}, **lists)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        still = self.result._repr_mimebundle_() if self.result is not None else {}
        return with_more(super()._repr_mimebundle_(**options), still)
