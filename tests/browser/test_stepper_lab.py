"""The stepper in JupyterLab: keys stay with it until Esc, and the reader can drive."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CELLS = (
    "from vmlesson.explore import explore\n"
    "from vmlesson.scenarios import scenarios\n"
    "from vmlesson.show import Drive\n"
    "scenario = scenarios('merge-order')['above, one batch']\n"
    "explore(scenario, release='v3.2').failures[0].show()",
    "Drive('merge-order', 'v3.2', pages=1)",
    "Drive('merge-order', 'v3.2', limit=100)",
    "from vmlesson.explore import Shared\n"
    "def program():\n"
    "    x = Shared('x', 0)\n"
    "    async def add():\n"
    "        await x.write(await x.read() + 1)\n"
    "    return {'a': add(), 'b': add()}, None\n"
    "Drive(program, whole=False)",
)

WHO = "import os, pathlib; pathlib.Path('pid').write_text(str(os.getpid()))"


@pytest.fixture(scope="module")
def notebook(browser, lab) -> Generator:
    """A notebook with these cells, run."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    # Without a kernel's name JupyterLab asks for one, and waits.
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    written = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(written, lab.directory / "stepper.ipynb")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    lab.show(page, "stepper.ipynb")
    assert lab.run(page, "stepper.ipynb") == [1, 2, 3, 4]
    page.locator(".stepper").nth(3).wait_for()
    yield page
    assert lab.outside(requests) == []
    context.close()


def cells(page) -> int:
    return page.locator(".jp-Cell").count()


def number(stepper) -> int:
    return int(stepper.locator(".marker").text_content())


def test_opens_at_the_decisive_step_and_steps(notebook) -> None:
    stepper = notebook.locator(".stepper").first
    assert "inevitable" in stepper.locator(".said").text_content()
    if folder := os.environ.get("SHOTS"):
        stepper.scroll_into_view_if_needed()
        notebook.screenshot(path=Path(folder) / "lab-light.png")
    stepper.focus()
    start = number(stepper)
    notebook.keyboard.press("ArrowRight")
    assert number(stepper) == start + 1
    stepper.get_by_role("button", name="One step back").click()
    assert number(stepper) == start


def test_no_key_leaks_until_escape(notebook) -> None:
    stepper = notebook.locator(".stepper").first
    before = cells(notebook)
    stepper.focus()
    for key in ("b", "a", "x", "d", "d", "Enter", "m", "ArrowDown", "End", "b"):
        notebook.keyboard.press(key)
    stepper.get_by_role("button", name="One step back").click()
    notebook.keyboard.press("b")
    notebook.wait_for_timeout(500)
    assert cells(notebook) == before
    notebook.keyboard.press("Escape")
    notebook.keyboard.press("b")
    notebook.wait_for_timeout(500)
    assert cells(notebook) == before + 1
    notebook.keyboard.press("z")
    notebook.wait_for_timeout(500)


def test_a_key_brings_all_of_it_into_view(notebook) -> None:
    stepper = notebook.locator(".stepper").nth(1)
    scroller = notebook.locator(".jp-WindowedPanel-outer").first
    bottom = "element => Math.floor(element.getBoundingClientRect().bottom)"
    edge = scroller.evaluate(bottom)
    stepper.focus()
    stepper.evaluate("stepper => stepper.getRootNode().host.scrollIntoView({block: 'start'})")
    scroller.evaluate("scroller => { scroller.scrollTop -= 300; }")
    assert stepper.evaluate(bottom) > edge
    notebook.keyboard.press("Home")
    assert stepper.evaluate(bottom) <= edge


@pytest.mark.parametrize("which", [1, 2], ids=["recorded graph", "asks the kernel"])
def test_drives(notebook, which: int) -> None:
    stepper = notebook.locator(".stepper").nth(which)
    stepper.focus()
    for step, key in enumerate("2" * 12 + "1" * 4, 1):
        notebook.keyboard.press(key)
        stepper.locator(".number", has_text=f"step {step}").wait_for()
    assert "mremap" in stepper.locator(".said").text_content()
    if which == 1:
        assert "whatever happens" in stepper.locator(".verdict").text_content()
    notebook.keyboard.press("ArrowLeft")
    assert number(stepper) == 15


def test_a_small_program_has_no_tall_pane_and_keeps_its_height(notebook) -> None:
    stepper = notebook.locator(".stepper").nth(3)
    empty = "code => code.clientHeight - code.lastElementChild.getBoundingClientRect().height * 3"
    assert stepper.locator(".code").first.evaluate(empty) < 40
    height = stepper.bounding_box()["height"]
    stepper.focus()
    notebook.keyboard.press("1")
    stepper.locator(".variable").wait_for()
    assert stepper.bounding_box()["height"] == height


def test_what_is_typed_while_the_kernel_is_asked_is_not_lost(notebook) -> None:
    stepper = notebook.locator(".stepper").nth(2)
    stepper.focus()
    notebook.keyboard.press("Home")
    for key in [*"1112221212", "ArrowLeft", *"21", "ArrowRight", "1"]:  # most of them are new
        notebook.keyboard.press(key)
    stepper.locator(".number", has_text="step 13").wait_for()


def test_who_waits_for_a_kernel_that_is_silent_is_told_so_and_may_go_back(notebook, lab) -> None:
    stepper = notebook.locator(".stepper").nth(2)
    stepper.focus()
    notebook.keyboard.press("Home")
    lab.ask(notebook, "stepper.ipynb", "await kernel.requestExecute({code: what}).done;", WHO)
    kernel = int((lab.directory / "pid").read_text())
    os.kill(kernel, signal.SIGSTOP)
    for key in "2122":
        notebook.keyboard.press(key)
    stepper.locator(".said", has_text="2 keys wait for it").wait_for()
    notebook.keyboard.press("1")
    stepper.locator(".said", has_text="3 keys wait for it").wait_for()
    notebook.keyboard.press("Home")
    stepper.locator(".said", has_text="Nobody has gone yet").wait_for()
    os.kill(kernel, signal.SIGCONT)
    for key in "21":
        notebook.keyboard.press(key)
    stepper.locator(".number", has_text="step 2").wait_for()


def test_follows_the_dark_theme(notebook) -> None:
    notebook.evaluate(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    stepper = notebook.locator(".stepper[data-theme=dark]").first
    stepper.wait_for()
    if folder := os.environ.get("SHOTS"):
        stepper.scroll_into_view_if_needed()
        notebook.screenshot(path=Path(folder) / "lab-dark.png")
    colour = stepper.evaluate("e => getComputedStyle(e).backgroundColor")
    assert max(int(part) for part in colour.strip("rgb()").split(",")) < 64


def test_a_kernel_that_was_restarted_does_not_know_the_next_step(notebook, lab) -> None:
    stepper = notebook.locator(".stepper").nth(2)
    lab.ask(notebook, "stepper.ipynb", "await kernel.restart();")
    stepper.focus()
    notebook.keyboard.press("End")
    notebook.keyboard.press("2")
    stepper.locator(".said", has_text="run the cell again").wait_for()
    notebook.keyboard.press("Home")
    stepper.locator(".said", has_text="Nobody has gone yet").wait_for()


def test_what_was_not_saved_says_how_to_have_it_again(notebook, lab) -> None:
    lab.ask(notebook, "stepper.ipynb", "await kernel.restart(); await panel.context.save();")
    notebook.reload()
    lost = notebook.locator(".jp-OutputArea-output.jupyter-widgets")
    expect(lost).to_have_count(4)
    said = lost.evaluate_all("all => all.map(one => getComputedStyle(one, '::after').content)")
    assert all("run the cell again" in each for each in said)
