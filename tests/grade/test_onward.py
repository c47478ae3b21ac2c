"""Who has passed sees how Linux does it, and where to go on."""

import re
from pathlib import Path

import pytest

from vmlesson.grade.exercises import EXERCISES
from vmlesson.grade.onward import CAPSTONE, Onward

EXERCISE = Path(__file__).parents[2] / "exercises" / "moveto_tail"


@pytest.mark.parametrize("name", EXERCISES)
def test_links_lead_somewhere(name: str) -> None:
    for solved in ([name], [*EXERCISES], [*CAPSTONE, name]):
        page = Onward(EXERCISES[name], solved)._repr_html_()
        for target in re.findall(r'href="([^"]+)"', page):
            assert (EXERCISE / target).is_file(), target
        assert ("your-linux" in page) == (set(CAPSTONE) <= set(solved))
        assert f"../{name}/" not in page


@pytest.mark.parametrize("name", [each for each in EXERCISES if EXERCISES[each].judge is None])
def test_linuxs_own_version_is_the_cured_one(name: str) -> None:
    exercise = EXERCISES[name]
    theirs = Onward(exercise, [name]).theirs
    assert f"{exercise.keyword} {exercise.asked}(" in theirs
    if name in ("call_site", "error_path"):
        assert "anon_vma_moveto_tail" in theirs
