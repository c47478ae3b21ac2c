"""Which of Linux's own bodies a picture does not show: those that an exercise asks for."""

from __future__ import annotations

from collections.abc import Collection

from .exercises import EXERCISES


def answers(solved: Collection[str] = ()) -> list[str]:
    """The names of the functions that exercises ask for, but for those that are solved."""
    return [
        exercise.asked
        for exercise in EXERCISES.values()
        if exercise.parameters and exercise.name not in solved
    ]
