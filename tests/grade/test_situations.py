"""Situations that only checks have: Linux keeps the promise in them, and who does not is caught."""

from __future__ import annotations

from typing import Any

import pytest
from other_answers import by_hand, changed, solution

from vmlesson.explore import Result, explore
from vmlesson.grade.exercises import EXERCISES
from vmlesson.grade.judge import judge
from vmlesson.grade.situations import (
    Situations,
    below_its_source,
    migrated_in_a_family,
    no_memory,
    races,
)
from vmlesson.grade.submission import Submission

ANY_ENTRY = changed("pte_peek", (" and migration_entry_to_page(pte) is old", ""))
WRITABLE = changed("pte_peek", ("write=pte.write", "write=True"))
UNLINKS = changed(
    "error_path",
    by_hand(
        "        await anon_vma_moveto_tail(vma)\n",
        "await unlink_anon_vmas(vma); await anon_vma_clone(vma, new_vma)",
    ),
)
STAYS = races("error-path", "error-path-merged", first=1)


def function_of(source: str, name: str) -> Any:
    space: dict[str, Any] = {}
    exec(source, space)
    return space[name]


def explored(situations: Situations, release: str, *patches: Any) -> dict[str, Result]:
    return {each.name: explore(each.scenario.program(release, patches)) for each in situations()}


@pytest.mark.parametrize("release", ["v3.0", "v3.1", "v3.3"])
def test_linux_restores_the_pages_of_a_family(release: str) -> None:
    results = explored(migrated_in_a_family, release)
    assert [each.verdict for each in results.values()] == ["holds", "holds"]


@pytest.mark.parametrize(
    ("source", "situation", "said"),
    [
        (ANY_ENTRY, "two pages migrate", "C's page at 0x100000 is lost"),
        (WRITABLE, "a shared page migrates", "has become writable"),
    ],
)
def test_an_entry_that_is_replaced_wrongly_shows(source: str, situation: str, said: str) -> None:
    answer = function_of(source, "remove_migration_pte")
    result = explored(migrated_in_a_family, "v3.0", answer)[situation]
    assert said in result.failures[0].message


def test_who_is_on_no_list_for_a_while_loses_a_page_that_stays() -> None:
    results = explored(STAYS, "v3.3", function_of(UNLINKS, "move_vma"))
    assert {each.verdict for each in results.values()} == {"fails"}
    assert all("a page that stays" in name for name in results)
    right = explored(STAYS, "v3.3", function_of(solution("error_path"), "move_vma"))
    assert {each.verdict for each in right.values()} == {"holds"}


@pytest.mark.parametrize("body", ["nonsense", "raise ValueError(7)", "return 1, 2, 3", "vma.x"])
@pytest.mark.parametrize("exercise", [name for name, each in EXERCISES.items() if each.parameters])
def test_an_answer_that_breaks_the_set_up_fails_like_any_other(exercise: str, body: str) -> None:
    asked = EXERCISES[exercise]
    parameters = ", ".join(asked.parameters)
    source = (
        f"from vmlesson.kernel import *\n\nasync def {asked.asked}({parameters}):\n    {body}\n"
    )
    report = judge(asked, Submission("answer.py", [("answer.py", source)]), 60.0)
    assert report.outcome == "failed", str(report)
    assert report.points < report.max_points
    if body == "raise ValueError(7)":
        assert "line 4: ValueError: 7" in report.sentence


def test_a_vma_that_grows_up_to_the_source_needs_the_fix() -> None:
    verdicts = {
        release: [each.verdict for each in explored(below_its_source, release).values()]
        for release in ("v3.2", "v3.3")
    }
    assert verdicts == {"v3.2": ["fails"], "v3.3": ["holds"]}


@pytest.mark.parametrize("release", ["v3.0", "v3.3"])
def test_linux_says_when_there_is_no_memory(release: str) -> None:
    assert [each.verdict for each in explored(no_memory, release).values()] == ["holds"]
