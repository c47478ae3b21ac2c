"""Exercises, their checks, and the judge that gives marks.

In a notebook: ``check.moveto_tail(my_function)``, ``play.moveto_tail(my_function)`` (step by step)
and ``hint("moveto_tail")``.
"""

from . import history
from .notebook import Checker, Hint, Player, attempt, hint
from .values import race_to_break
from .verdict import Verdict

history.listen()
check = Checker()
play = Player()

__all__ = [
    "Checker",
    "Hint",
    "Player",
    "Verdict",
    "attempt",
    "check",
    "hint",
    "play",
    "race_to_break",
]
