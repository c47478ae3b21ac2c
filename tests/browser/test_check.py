"""Checks in JupyterLab: what fails is told in order; what never ends is interrupted."""

import json
import re
from collections.abc import Generator

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ANSWER = """async def anon_vma_moveto_tail(dst):
    display("inside")
    while True:
        {body}
"""
# Python says of an empty loop that it is at its head or in its body, as it likes.
THE_LINE = re.compile("Interrupted: your function was at line [34] of its cell")
RUN = """
  const place = panel.content.widgets.findIndex(cell => cell.model.id === what);
  panel.content.activeCellIndex = place;
  const ended = app.commands.execute('notebook:run-cell');
"""
BEGIN = RUN + "panel.content.mode = 'command'; panel.content.node.focus();"
FINISH = RUN + "await ended; return panel.content.widgets[place].model.outputs.toJSON();"


@pytest.fixture
def page(browser, lab) -> Generator:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    yield opened
    opened.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()


def open_answer(page, lab, name: str, body: str, answer: str = ANSWER) -> str:
    """The exercise with an answer in it and one more cell, opened; what it needs has run."""
    exercise = lab.directory / "exercises" / "moveto_tail" / "moveto_tail.ipynb"
    notebook = json.loads(exercise.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "answer":
            cell["source"] = answer.format(body=body)
        if cell["id"] == "points":
            cell |= {"id": "after", "source": "6 * 7", "metadata": {}}
    exercise.with_name(name).write_text(json.dumps(notebook), encoding="utf-8")
    path = f"exercises/moveto_tail/{name}"
    lab.show(page, path)
    for cell in ("imports", "answer"):
        assert lab.ask(page, path, FINISH, cell) == []
    return path


def output_of(page, cell: str):
    """Where the outputs of the exercise's n-th code cell are."""
    place = ["imports", "answer", "play", "check", "after"].index(cell)
    return page.locator(".jp-CodeCell").nth(place).locator(".jp-Cell-outputArea")


def by_the_button(page) -> None:
    page.locator('.jp-NotebookPanel [data-command="notebook:interrupt-kernel"]').first.click()


def by_the_keys(page) -> None:
    page.keyboard.press("i")
    page.keyboard.press("i")


@pytest.mark.parametrize("interrupt", [by_the_button, by_the_keys])
def test_interrupt_ends_a_check_and_names_the_line(page, lab, interrupt) -> None:
    path = open_answer(page, lab, f"{interrupt.__name__}.ipynb", "pass")
    lab.ask(page, path, BEGIN, "check")
    output = output_of(page, "check")
    output.get_by_text("checking moveto_tail: dst goes to the tail").wait_for()
    output.get_by_text("inside").first.wait_for()
    interrupt(page)
    output.get_by_text(THE_LINE).first.wait_for()
    assert "checking" not in output.text_content()
    assert "Traceback" not in output.text_content()
    assert "Ctrl-C" not in output.text_content()  # nobody pressed it
    (answered,) = lab.ask(page, path, FINISH, "after")
    assert answered["data"]["text/plain"] == "42"


def test_interrupt_ends_a_play(page, lab) -> None:
    path = open_answer(page, lab, "play.ipynb", "pass")
    lab.ask(page, path, BEGIN, "play")
    output = output_of(page, "play")
    output.get_by_text("inside").first.wait_for()
    by_the_button(page)
    output.get_by_text(THE_LINE).wait_for()
    (answered,) = lab.ask(page, path, FINISH, "after")
    assert answered["data"]["text/plain"] == "42"


def test_what_awaits_for_ever_ends_by_itself(page, lab) -> None:
    path = open_answer(page, lab, "awaits.ipynb", "await list_empty(dst.anon_vma.head)")
    lab.ask(page, path, BEGIN, "check")
    output = output_of(page, "check")
    output.get_by_text("it does not come to an end, at line 4").first.wait_for()
    (answered,) = lab.ask(page, path, FINISH, "after")
    assert answered["data"]["text/plain"] == "42"


WRONG = """async def anon_vma_moveto_tail(dst):
    for avc in dst.anon_vma_chain:
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
"""


def test_a_failed_check_says_what_is_wrong_then_shows_it_then_asks(page, lab) -> None:
    path = open_answer(page, lab, "wrong.ipynb", "pass", WRONG)
    lab.ask(page, path, BEGIN, "check")
    output = output_of(page, "check")
    output.locator(".stepper").wait_for()
    output.get_by_text("Whose mutex does a walk hold").wait_for()
    tops = [
        output.locator(where).first.bounding_box()["y"]
        for where in ("table:has-text('dst goes to the tail')", ".stepper", "text=Whose mutex")
    ]
    assert tops == sorted(tops)
    expect(output.locator("table:has-text('dst goes to the tail')")).to_have_count(1)
