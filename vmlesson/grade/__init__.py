"""Exercises, their checks, and the judge that gives marks.

In a notebook: ``check.moveto_tail(my_function)``, ``play.moveto_tail(my_function)`` (step by step)
and ``hint("moveto_tail")``.

What a class hands in goes through the files in this order: `collect` finds it, and `learners` says
whose it is; `submission` reads it; `classroom` gives it to a `judge`, who asks a `process`, born in
the `nursery` with the `stub` in it; `checks` tries the situations of the `exercises`; that gives a
`verdict`, in the words of `feedback`; and a `record` keeps it, as `pages`, `tables`, `classpage`.
"""

from . import history
from .notebook import Hint, attempt, check, hint, play
from .values import race_to_break
from .verdict import Verdict

history.listen()

__all__ = [
    "Hint",
    "Verdict",
    "attempt",
    "check",
    "hint",
    "play",
    "race_to_break",
]
