"""Exercises, their checks, and the judge that gives marks.

In a notebook: ``check.moveto_tail(my_function)`` and ``hint("moveto_tail")``.
"""

from .notebook import Checker, Hint, hint
from .report import Report

check = Checker()

__all__ = ["Checker", "Hint", "Report", "check", "hint"]
