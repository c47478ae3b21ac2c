"""The card has what answers need; NAME? says how a call is made, not how it is done."""

import ast
import runpy
from html import escape
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from vmlesson import kernel
from vmlesson.errors import UserError
from vmlesson.grade.exercises import EXERCISES
from vmlesson.learn import card as the_card
from vmlesson.learn import startup
from vmlesson.learn.card import card, examples, explained, written
from vmlesson.progress import Progress

CALLS = {name: example for calls in examples().values() for name, example in calls.items()}


@pytest.fixture(autouse=True)
def progress(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Progress:
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))
    return Progress()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    """A notebook's Python that has just started."""
    started = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: started)
    runpy.run_path(startup.__file__)
    return started


@pytest.mark.parametrize("name", CALLS)
def test_an_example_is_python_and_calls_it(name: str) -> None:
    text = CALLS[name] + (" pass" if CALLS[name].endswith(":") else "")
    tree = ast.parse(f"async def f():\n    {text}")
    called = {getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert name in called
    assert name in kernel.__all__


@pytest.mark.parametrize("name", ["list_del", "find_vma"])
def test_what_is_said_of_a_call_has_its_example_if_there_is_one(name: str) -> None:
    said = dict(explained(getattr(kernel, name)) or [])
    assert said.get("Example") == CALLS.get(name)
    assert ("Example" in said) == (name == "list_del")


def test_it_is_one_page() -> None:
    assert 20 <= len(CALLS) <= 30
    assert all(example in repr(card()) for example in CALLS.values())


@pytest.mark.parametrize("name", [each for each in EXERCISES if EXERCISES[each].parameters])
def test_what_an_exercise_asks_for_is_a_promise_until_it_is_solved(
    name: str, progress: Progress
) -> None:
    exercise = EXERCISES[name]
    function = getattr(kernel, exercise.asked)
    said = dict(explained(function, detailed=True) or [])
    assert said["It"].lower() == f"{exercise.promise}.".lower()
    progress.note("exercises", name, passed=True)
    assert explained(function, detailed=True) is None, "its source may be read now"


@pytest.mark.parametrize("question", ["anon_vma_moveto_tail?", "anon_vma_moveto_tail??"])
def test_a_notebook_says_it(question: str, shell: InteractiveShell) -> None:
    with capture_output() as said:
        shell.run_cell("from vmlesson.kernel import *")
        shell.run_cell(question)
        shell.run_cell("len?")
    assert "anon_vma_moveto_tail(dst)" in said.stdout
    assert EXERCISES["moveto_tail"].promise[1:] in said.stdout
    assert "list_add_tail" not in said.stdout
    assert "Return the number of items" in said.stdout, "and nothing else is changed"


def test_a_constant_is_known_by_its_name(shell: InteractiveShell) -> None:
    with capture_output() as said:
        shell.run_cell("from vmlesson.kernel import *\nmine = 7\nENOMEM = 5")
        for question in ("SWAP_AGAIN?", "mine?", "ENOMEM?"):
            shell.run_cell(question)
    assert written()["constants"]["SWAP_AGAIN"] in said.stdout
    assert said.stdout.count("int([x])") == 2, "the learner's own are the learner's own"


def test_it_is_kept_as_a_page(tmp_path: Path) -> None:
    page = card().save(tmp_path / "card.html")
    text = page.read_text(encoding="utf-8")
    assert "@page" in text
    assert all(escape(example) in text for example in CALLS.values())
    with pytest.raises(UserError, match=r"card\.html"):
        card().save(page)
    with pytest.raises(UserError, match=r"cannot write .*card\.html: No such file"):
        card().save(tmp_path / "nowhere" / "card.html")


def test_nothing_is_said_of_what_is_not_the_kernels() -> None:
    assert explained(len) is None
    assert explained(the_card) is None
