"""A name that is not known is answered with the near one, else with all that there are."""

from collections.abc import Callable

import pytest

from vmlesson.errors import UserError
from vmlesson.grade.exercises import find_exercise
from vmlesson.learn import level, predict
from vmlesson.program import run_program
from vmlesson.scenarios import find


def probe(name: str) -> object:
    return run_program(probe=name)


@pytest.mark.parametrize(
    ("ask", "near", "meant"),
    [
        (find, "merge-ordr", "merge-order"),
        (find_exercise, "moveto", "moveto_tail"),
        (level, "lose_the_page", "lose-the-page"),
        (predict, "07/lock", "07/locks"),
        (probe, "anon_vma_move_to_tail", "anon_vma_moveto_tail"),
    ],
)
def test_a_near_name_is_what_was_meant(ask: Callable, near: str, meant: str) -> None:
    with pytest.raises(UserError, match=rf"{near}'; did you mean {meant}\?$"):
        ask(near)
    with pytest.raises(UserError, match=f"there are .*{meant}"):
        ask(near[:3] + "?" * 40)
