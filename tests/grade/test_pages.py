"""The page that a learner gets: the stepper in it, nothing from outside, nothing let through."""

from __future__ import annotations

import json
import re
import sys
import types
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from other_answers import WRONG as OTHER_WRONG
from other_answers import changed
from submissions import REFERENCE, Answer, moveto_tail

from vmlesson.grade import play
from vmlesson.grade.classpage import instructors_page
from vmlesson.grade.collect import Task
from vmlesson.grade.exercises import Exercise, answers, find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.pages import (
    feedback,
    feedback_page,
    page,
)
from vmlesson.grade.record import Record
from vmlesson.grade.submission import Submission
from vmlesson.grade.tables import gradebook
from vmlesson.grade.verdict import Checked, Verdict
from vmlesson.progress import Progress
from vmlesson.show.export import figure, script
from vmlesson.show.stepper_source import Sources, resolve

EXERCISE = find_exercise("moveto_tail")
TRICK = '</script><img src="x" onerror="document.title=1">'
HOSTILE = f"""
# {TRICK}
text = '{TRICK}'
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)  # {TRICK}
"""


def page_of(answer: Answer, name: str = "answer.py", exercise: Exercise = EXERCISE) -> str:
    submission = Submission(name, [(name, answer.source)])
    body = feedback(judge(exercise, submission, 60.0), submission, figure)
    return page(f"{exercise.name}: your answer", body, script())


@cache
def race_page() -> str:
    """Of an answer that peeks without the lock, as v3.0 did: the first failure is a race."""
    (changes,) = (each[2] for each in OTHER_WRONG if each[1] == "the look is still there")
    source = changed("pte_peek", changes)
    return page_of(Answer("peeks", source), exercise=find_exercise("pte_peek"))


def documents(text: str) -> list[dict]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    return [json.loads(each) for each in found]


def test_a_wrong_answer_is_shown_in_the_stepper_with_its_own_text() -> None:
    (document,) = documents(page_of(moveto_tail("hostile", HOSTILE)))
    own = [each for each in document["functions"] if each["file"] == "answer.py"]
    assert [each["name"] for each in own] == ["anon_vma_moveto_tail"]
    assert "list_move_tail(avc.same_anon_vma" in "\n".join(own[0]["lines"])
    assert document["decisive"] == document["at"] < len(document["run"])


def test_what_only_carries_the_answer_is_not_in_the_picture() -> None:
    (document,) = documents(race_page())
    assert not {"judge.py", "answer.py"} & {
        each["file"] for each in document["functions"] if each["name"] != "remove_migration_pte"
    }


def test_the_same_schedule_is_there_as_a_table() -> None:
    text = race_page()
    (document,) = documents(text)
    table = text[text.index("<details open>") : text.index("</details>")]
    assert table.count('<th scope="row"') == len(document["run"])


def test_linuxs_answers_are_folded_and_the_learners_own_is_not() -> None:
    (document,) = documents(race_page())
    seen = {each["name"]: each for each in document["functions"]}
    hidden = {name for name, each in seen.items() if each["folded"]}
    assert {"copy_vma", "rmap_walk_anon", "vma_address"} <= hidden <= set(answers())
    assert not seen["remove_migration_pte"]["folded"]
    assert all("folded" in each["lines"][1] for each in seen.values() if each["folded"])


def test_nothing_that_is_solved_is_folded() -> None:
    assert "vma_address" in answers()
    assert "vma_address" not in answers(["vma_address"])


def test_nothing_of_an_answer_becomes_a_part_of_the_page() -> None:
    name = f"{TRICK}.py"
    text = page_of(moveto_tail("hostile", HOSTILE), name) + page(TRICK, "")
    assert TRICK in json.dumps(documents(text)[0], ensure_ascii=False).replace('\\"', '"')
    assert "<img" not in text
    raised = page_of(moveto_tail("raises", f"raise ValueError('{TRICK}')"))
    assert "onerror" in raised
    assert "<img" not in raised


def test_a_page_loads_nothing_and_has_a_script_only_where_it_has_a_figure() -> None:
    assert "default-src 'none'" in unescape(race_page())
    assert not re.search(
        r"(src|href)=", re.sub(r"<script.*?</script>", "", race_page(), flags=re.S)
    )
    right = page_of(moveto_tail("right", REFERENCE))
    assert "<script" not in right
    assert "script-src 'none'" in unescape(right)


@pytest.mark.parametrize("file", ["/etc/hostname", "vmlesson/../README.md", "README.md", "x"])
def test_no_file_is_read_because_an_answer_says_that_it_is_in_it(file: str) -> None:
    assert resolve("vmlesson/kernel/rmap.py") != "vmlesson/kernel/rmap.py"
    assert Sources(texts={})._lines(file) == []


@pytest.mark.parametrize("text", ["(" * 90_000, "x" * 200_000, "\0", "\ud800", "if"])
def test_a_text_that_nobody_can_read_is_no_trouble(text: str) -> None:
    from vmlesson.explore import Place

    sources = Sources(texts={"answer.py": text})
    sources.place(Place("answer", "answer.py", 1))
    assert len(sources.functions[0]["lines"][0]) <= 100_000


def test_a_message_that_no_encoding_has_a_place_for_harms_no_report(tmp_path: Path) -> None:
    source = moveto_tail("odd", "raise ValueError('\\ud800')").source
    submission = Submission("answer.py", [("answer.py", source)])
    report = judge(EXERCISE, submission, 60.0)
    assert "\ud800" in report.sentence
    record = Record(tmp_path, EXERCISE, [Task(Path("answer.py"), "answer.py", "ada", "1")])
    row = report.to_dict() | {"learner": "ada", "key": "1", "text": str(report)}
    record.add(row | {"body": feedback(report)})
    record.finish()
    for name in ("moveto_tail.csv", "moveto_tail.html", "feedback/ada-moveto_tail.html"):
        assert "ValueError: \\ud800" in (tmp_path / name).read_text(encoding="utf-8")


def row(learner: str, outcome: str, sentence: str = "so it is", **more: Any) -> dict[str, Any]:
    usual = {"exercise": "moveto_tail", "submission": f"in/{learner}.py", "points": 0}
    rest = {"max_points": 12, "checks": [], "body": "<p>body</p>"}
    return usual | rest | {"learner": learner, "outcome": outcome, "sentence": sentence} | more


def class_page(rows: list[dict[str, Any]]) -> str:
    pages = [f"{each['learner']}.html" for each in rows]
    text = instructors_page(EXERCISE, rows, pages)
    for file in pages:
        text = re.sub(f'<a href="feedback/{file}">(.*?)</a>', r"\1", text)
    return text


MISSING = "none of them is in the tables for Canvas, Moodle and Gradescope"


def test_what_is_to_be_looked_at_is_in_the_order_of_its_urgency() -> None:
    text = class_page(
        [
            row("ada", "error"),
            row("bob", "unfinished"),
            row("eve", "passed", submission="in/1.py"),
            row("eve", "failed", submission="in/2.py"),
        ]
    )
    assert re.findall("<li>(.*?)</li>", text) == [
        f"eve: 2 submissions: in/1.py, in/2.py; {MISSING}",
        "bob: unfinished: so it is",
        "ada: error: so it is",
    ]


def test_those_who_made_a_common_mistake_are_named() -> None:
    mistake = {"name": "the list", "message": "line 3: lost", "passed": False, "repeats": False}
    checks = [mistake | {"counterexample": {"kind": "BUG"}}]
    text = class_page([row(name, "failed", checks=checks) for name in "abcdefg"])
    assert "<li>7 × the list: lost (a, b, c, d, e and 2 more)</li>" in text


def test_the_class_has_no_words_about_what_is_only_on_a_learners_page() -> None:
    report = judge(EXERCISE, Submission("a", [("a", moveto_tail("a", REFERENCE).source)]), 60.0)
    right = row("ada", "passed", report.sentence)
    for text in class_page([right]), gradebook([right]):
        assert "Right: " in text
        assert "below" not in text


def test_a_sentence_of_many_lines_is_one_line_of_a_class() -> None:
    wrong = row("ada", "error", "line 1: '(' was never closed\n  pass (\n       ^")
    assert gradebook([wrong]).splitlines()[1].endswith("line 1: '(' was never closed")
    assert class_page([wrong]).count("line 1: &#39;(&#39; was never closed</") == 2


def test_a_learners_page_says_whose_it_is() -> None:
    assert "<p>ada &lt;b&gt;, a.py</p>" in feedback_page(
        row("ada <b>", "failed", submission="x/a.py")
    )
    assert "<p>ada</p>" in feedback_page(row("ada", "error", submission="in/ada"))


def test_what_is_unfinished_shows_no_marks() -> None:
    checks = [Checked("a check", False, 12, "not tried")]
    body = feedback(Verdict("moveto_tail", "a.py", "unfinished", "late", 12, checks))
    assert "not judged yet; your teacher has been told" in body
    assert "late" in body
    assert not re.search("✗|0/12|0 of 12", body)


def test_in_a_notebook_what_other_exercises_ask_for_is_folded_until_it_is_solved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    notebook = types.SimpleNamespace(version_info=(7, 0))
    monkeypatch.setitem(sys.modules, "ipykernel", notebook)
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))

    async def anon_vma_moveto_tail(dst: Any) -> None:
        pass

    def folded() -> set[str]:
        functions = play.moveto_tail(anon_vma_moveto_tail).doc["functions"]
        return {each["name"] for each in functions if each["folded"]}

    assert {"copy_vma", "move_vma", "rmap_walk_anon"} <= folded()
    Progress().note("exercises", "call_site", passed=True)
    assert "copy_vma" not in folded()
