"""Predictions: asked, answered, judged in Python, and remembered."""

import re
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.learn import CHAPTERS, course_map, finish, predict
from vmlesson.learn.html import table
from vmlesson.learn.quiz import HERE, find, questions
from vmlesson.progress import Progress


@pytest.fixture(autouse=True)
def _own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))


def test_an_answer_is_judged_and_remembered() -> None:
    prediction = predict("01/mixed")
    assert (prediction.given, prediction.reply) == (None, "")
    prediction.given = 2  # as the buttons do
    assert not prediction.right
    assert prediction.reply.startswith("Not quite.")
    prediction.given = 1
    assert prediction.right

    again = predict("01/mixed")
    assert (again.given, again.right) == (1, True)
    assert Progress().entries("predictions")["01/mixed"]["right"] is True


def test_what_was_predicted_is_the_first_guess() -> None:
    prediction = predict("01/mixed")
    prediction.given = 2
    prediction.given = 1
    kept = Progress().entries("predictions")["01/mixed"]
    assert (kept["right"], kept["guess"]) == (True, False)
    assert "1 of 3 predictions made, 0 of them right" in repr(course_map())


def test_progress_of_an_older_version_counts() -> None:
    Progress().note("predictions", "01/mixed", given=1, right=True)
    assert "1 of 3 predictions made, 1 of them right" in repr(course_map())


def test_the_right_option_stands_anywhere() -> None:
    """Who always takes the last, or the first, is right no more often than by chance."""
    asked = [
        question
        for path in (HERE / "questions").glob("*.toml")
        for question in questions(path.stem).values()
        if question.options
    ]
    for each in asked:
        assert sorted(each.order) == list(range(1, len(each.options) + 1))
        assert each.order == find(each.name).order
    expected = sum(1 / len(each.options) for each in asked)
    for place in (0, -1):
        right = sum(each.order[place] == each.answer for each in asked)
        assert abs(right - expected) <= len(asked) / 6, (place, right, expected)


def test_somebody_who_only_read_is_not_told_a_score() -> None:
    assert "right" not in repr(finish("01"))
    assert "right" not in repr(course_map())


def test_an_answer_without_buttons() -> None:
    prediction = predict("06/where", 3)
    assert not prediction.right
    text = prediction._repr_mimebundle_()
    text = text[0] if isinstance(text, tuple) else text
    assert "1. nobody" in text["text/plain"]
    assert prediction.reply in text["text/plain"]


def test_the_page_does_not_know_the_answer() -> None:
    state = predict("06/where").get_state()
    assert set(state["question"]) == {"name", "ask", "options", "order"}
    assert state["reply"] == ""


@pytest.mark.parametrize(
    ("given", "what"), [("two", "whole number"), (0, "option 0"), (4, "option 4")]
)
def test_answers_that_are_none(given: object, what: str) -> None:
    with pytest.raises(UserError, match=what):
        predict("06/where", given)


def test_an_answer_to_an_older_form_of_the_question() -> None:
    Progress().note("predictions", "06/where", given=9, right=True)
    assert predict("06/where").reply == ""


def test_unknown_questions() -> None:
    with pytest.raises(UserError, match="01/mixed"):
        predict("01/nothing")
    with pytest.raises(UserError, match="chapter '77'"):
        predict("77/nothing")


@pytest.mark.parametrize("path", sorted((HERE / "questions").glob("*.toml")), ids=lambda p: p.stem)
def test_questions_are_well_formed(path: Path) -> None:
    for question in questions(path.stem).values():
        options = range(1, len(question.options) + 1) or (question.answer, question.answer + 1)
        replies = [question.reply(given) for given in options]
        assert sum(reply.startswith("Yes.") for reply in replies) == 1
        assert "*" not in str(question), "only `code` is set off"
        assert find(question.name) is question


def test_the_course_as_the_learner_sees_it() -> None:
    predict("01/mixed", 1)
    ending = finish("01")
    assert "1 of 3 predictions made, 1 of them right" in repr(ending)
    assert "✓" in repr(course_map())
    assert 'href="../exercises/call_site/call_site.ipynb">call_site</a>' in course_map().html
    assert " min<" not in course_map().html, "a time is one line in a table of a narrow page"
    assert f"{sum(each.minutes for each in CHAPTERS if each.afternoon)} minutes" in (
        course_map()._repr_html_()
    )
    for each in CHAPTERS:
        assert ("Go on: start" in repr(course_map())) == (each.number == "start")
        finish(each.number)
    assert "your Linux 3.3" in repr(course_map())
    html = course_map()._repr_html_()
    assert all(f'<a href="{each.notebook}.ipynb">' in html for each in CHAPTERS)
    with pytest.raises(UserError, match="99"):
        finish("99")


def test_the_end_of_a_chapter_leads_to_the_next_and_past_what_may_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = [each.file for each in CHAPTERS]
    for file in (*files, "index.ipynb"):
        (tmp_path / file).touch()
    for place, each in enumerate(CHAPTERS):
        near = files[place + 1 : place + 2]
        short = [later.file for later in CHAPTERS[place + 1 :] if later.afternoon][:1]
        ways = [*(way for way in short if way not in near), *near, "index.ipynb"]
        assert re.findall(r'href="([^"]+)"', finish(each.number).html) == ways


def test_a_row_of_one_cell_is_a_heading_over_all() -> None:
    html = table([["all of it"], ["one", "two"]])
    assert re.findall(r"<(t[hd][^>]*?) style=[^>]*>([^<]*)</(t[hd])>", html) == [
        ('th colspan="9"', "all of it", "th"),
        ("td", "one", "td"),
        ("td", "two", "td"),
    ]


@pytest.mark.parametrize("given", [2.9, True, "2.9", "", None, "ten", [2]])
def test_an_answer_is_a_whole_number(given) -> None:
    question = next(iter(questions("01").values()))
    with pytest.raises(UserError, match="whole number"):
        question.check(given)
    assert question.check(" 1 ") == question.check(1) == 1
