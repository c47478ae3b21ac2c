"""Every chapter in JupyterLab, as a learner has it: run, answered, stepped through."""

import json
from collections.abc import Generator
from shutil import copy

import nbformat
import pytest
from playwright.sync_api import expect

from vmlesson.files import course_root
from vmlesson.learn.course import CHAPTERS
from vmlesson.learn.quiz import Question, find

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted(path.stem for path in (course_root() / "notebooks").glob("*.ipynb"))
STEPPERS = {
    "start": 1,
    "ladder": 1,
    "00": 1,
    "01": 2,
    "04": 2,
    "06": 2,
    "07": 2,
    "08": 2,
    "10": 1,
    "13": 2,
    "14": 1,
    "15": 2,
    "lecture": 6,
}
"""How many each shows; the others show none."""

# What JupyterLab would take as: new cell, new cell, cut, delete, turn to text, run.
SHORTCUTS = ("b", "a", "x", "d", "d", "m", "Shift+Enter")

CELLS = "return [...panel.content.model.cells].map(cell => [cell.id, cell.type]);"
COMPLAINTS = """
  return [...panel.content.model.cells].filter(cell => cell.type === 'code')
    .flatMap(cell => cell.outputs.toJSON())
    .filter(output => output.output_type === 'error' || output.name === 'stderr');"""
STATUS = "return kernel.status;"
RESTART = "await kernel.restart();"
FAULTS = """async () => {
  const found = await axe.run({ include: ['.jp-OutputArea-output'] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html]));
}"""
RUN_CELL = """
  const place = panel.content.widgets.findIndex(cell => cell.model.id === what);
  panel.content.activeCellIndex = place;
  await app.commands.execute('notebook:run-cell');
  return panel.content.widgets[place].model.outputs.toJSON();"""
PLAY = """
  const cell = panel.content.widgets.find(cell => cell.model.id === 'play');
  cell.model.sharedModel.setSource(what);
  await app.commands.execute('notebook:run-all-cells');"""
SHUT_DOWN = "async () => { await window.jupyterapp.serviceManager.sessions.shutdownAll(); }"


@pytest.fixture
def page(browser, lab) -> Generator:
    """A page of JupyterLab that stays on this machine, and in which nothing goes wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.evaluate(SHUT_DOWN)
    context.close()
    # JupyterLab itself says so of what a kernel was asked before it was restarted.
    assert [error for error in errors if "Canceled future" not in error] == []
    assert lab.outside(requests) == []


def source_of(lab, path: str) -> list[dict]:
    """A notebook's code cells, as they are delivered."""
    cells = json.loads((lab.directory / path).read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def start(page, lab, path: str) -> None:
    """Open a notebook and run it: all cells in their order, and no complaint from any."""
    lab.show(page, path)
    numbers = lab.run(page, path)
    assert lab.ask(page, path, COMPLAINTS) == []
    assert numbers == list(range(1, len(source_of(lab, path)) + 1))
    assert lab.ask(page, path, STATUS) == "idle"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chapter_runs_and_answers(page, lab, axe: str, name: str) -> None:
    path = f"notebooks/{name}.ipynb"
    start(page, lab, path)
    before = lab.ask(page, path, CELLS)
    chapter = next((each for each in CHAPTERS if each.notebook == name), None)
    expected = len(chapter.questions) if chapter else 0
    expect(page.locator(".vmlesson-prediction")).to_have_count(expected)
    if expected:
        answers_and_remembers(page, lab, path, find(chapter.questions[0]))
    steppers = page.locator(".stepper")
    expect(steppers).to_have_count(STEPPERS.get(chapter.number if chapter else name, 0))
    if steppers.count():
        steps_by_key_and_by_click(page, steppers.first)
    assert lab.ask(page, path, CELLS) == before, "a key went to the notebook"
    page.evaluate(axe)
    assert page.evaluate(FAULTS) == []


def answers_and_remembers(page, lab, path: str, question: Question) -> None:
    """The right answer is taken, praised, and known to the same cell when it is run again."""
    cell = next(c["id"] for c in source_of(lab, path) if question.name in "".join(c["source"]))
    form = page.locator(f".vmlesson-prediction:has-text({json.dumps(plain(question.ask))})")
    assert form.locator(".reply").inner_text() == ""
    if question.options:
        form.locator(f"[value='{question.answer}']").check()
    else:
        form.locator("input").fill(str(question.answer))
    form.get_by_role("button").click()
    praise = f"✓ {plain(question.reply(question.answer))}"
    form.locator(".reply", has_text=praise).wait_for()
    for key in SHORTCUTS:  # the button has the focus
        page.keyboard.press(key)
    lab.ask(page, path, RUN_CELL, cell)
    form.locator(".reply", has_text=praise).wait_for()
    assert form.locator("form").get_attribute("data-outcome") == "right"


def plain(text: str) -> str:
    return text.replace("`", "")


def steps_by_key_and_by_click(page, stepper) -> None:
    """One step on by key, one back and one on by button; other keys do nothing."""
    at = stepper.locator(".marker")
    stepper.focus()
    page.keyboard.press("Home")
    assert at.text_content() == "0"
    driven = "driving" in stepper.get_attribute("class")
    page.keyboard.press("1" if driven else "ArrowRight")
    at.filter(has_text="1").wait_for(state="attached")  # it is as wide as nothing
    stepper.get_by_role("button", name="One step back").click()
    assert at.text_content() == "0"
    if driven:  # the way on is a choice; the same again is a key
        stepper.focus()
        page.keyboard.press("ArrowRight")
    else:
        stepper.get_by_role("button", name="One step on").click()
    at.filter(has_text="1").wait_for(state="attached")
    stepper.focus()
    for key in SHORTCUTS:
        page.keyboard.press(key)
    assert at.text_content() == "1"


def test_progress_outlives_the_page_and_a_restart_names_the_cell_to_run(page, lab) -> None:
    path = "notebooks/00-the-page-that-got-lost.ipynb"
    start(page, lab, path)
    form = page.locator(".vmlesson-prediction").first
    form.locator("[value='1']").check()
    form.get_by_role("button").click()
    form.locator(".reply", has_text="✗ Not quite.").wait_for()
    lab.ask(page, path, RESTART)
    form.locator("[value='2']").check()
    form.get_by_role("button").click()
    form.locator(".reply", has_text="run the cell again").wait_for()
    page.reload()
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    first, *_ = cells = source_of(lab, path)
    asks = next(cell["id"] for cell in cells if "predict(" in "".join(cell["source"]))
    said = lab.ask(page, path, RUN_CELL, asks)
    assert "Run that one first" in json.dumps(said)
    lab.ask(page, path, RUN_CELL, first["id"])
    lab.ask(page, path, RUN_CELL, asks)
    form.locator(".reply", has_text="✗ Not quite.").wait_for()
    start(page, lab, "notebooks/index.ipynb")
    row = page.locator("tr", has_text="00 The page that got lost").last
    assert "1 of 2 predictions made" in row.inner_text()


def test_a_word_leads_to_its_entry_in_the_glossary(page, lab) -> None:
    lab.show(page, "notebooks/07-the-order.ipynb")
    page.get_by_role("link", name="migration entry", exact=True).first.click()
    entry = page.locator(".jp-MarkdownViewer h3", has_text="migration entry")
    entry.wait_for()
    page.wait_for_function(
        "entry => { const top = entry.getBoundingClientRect().top;"
        " return 0 < top && top < innerHeight; }",
        arg=entry.element_handle(),
    )


# What of a stepper is not seen: what its picture hides, and what is outside the notebook's column.
UNSEEN = """stepper => {
  const part = (selector) => stepper.querySelector(selector);
  const edge = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
  const state = part(".state");
  return [state.scrollHeight - state.clientHeight, state.scrollWidth - state.clientWidth,
    edge.top - stepper.getBoundingClientRect().top,
    part(".foot").getBoundingClientRect().bottom - edge.bottom].filter((pixels) => pixels > 1);
}"""


def test_the_level_with_most_lists_is_seen_as_a_whole(page, lab) -> None:
    asks = 'from vmlesson.learn import level\nlevel("three-generations")'
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(asks)]
    written = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(written, lab.directory / "three.ipynb")
    lab.show(page, "three.ipynb")
    lab.run(page, "three.ipynb")
    stepper = page.locator(".stepper")
    stepper.focus()
    for number, key in enumerate("2" * 6 + "1" * 6, 1):
        page.keyboard.press(key)
        stepper.locator(".number", has_text=f"step {number}").wait_for()
    assert stepper.evaluate(UNSEEN) == []


def test_a_level_is_won_by_its_keys_and_the_next_is_one_click_away(page, lab) -> None:
    path = "notebooks/01-interleavings.ipynb"
    start(page, lab, path)
    playing = page.locator(".vmlesson-level", has_text="so that x ends as 1")
    stepper = playing.locator(".stepper")
    stepper.focus()
    for number, key in enumerate("1122", 1):
        page.keyboard.press(key)
        stepper.locator(".marker", has_text=str(number)).wait_for(state="attached")
    playing.get_by_text("✗").wait_for()
    onward = playing.get_by_role("button", name="Next level")
    assert not onward.is_visible()
    page.keyboard.press("Home")
    for number, key in enumerate("1221", 1):
        page.keyboard.press(key)
        stepper.locator(".marker", has_text=str(number)).wait_for(state="attached")
    playing.get_by_text("✓").wait_for()
    before = lab.ask(page, path, CELLS)
    onward.press("Enter")
    page.locator(".vmlesson-level [aria-label^='Lose the page.']:focus").wait_for(state="attached")
    page.keyboard.press("1")  # which would make a heading of the cell
    assert lab.ask(page, path, CELLS) == before, "a key went to the notebook"
    page.keyboard.press("Tab")
    page.locator(".vmlesson-level .stepper:focus").wait_for()


def test_a_function_is_written_by_keys_alone(page, lab) -> None:
    """Enter goes on where the line began, or deeper; Shift+Enter tries, and makes no new cell."""
    path = "notebooks/00-the-page-that-got-lost.ipynb"
    start(page, lab, path)
    before = lab.ask(page, path, CELLS)
    field = page.get_by_role("textbox", name="Your code")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("async def vmas_of(anon_vma):\nfound = []\nreturn found")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("✗ Your list has nothing").wait_for()
    cell = next(c["id"] for c in source_of(lab, path) if "read-a-list" in "".join(c["source"]))
    lab.ask(page, path, RUN_CELL, cell)
    expect(field).to_have_value("async def vmas_of(anon_vma):\n    found = []\n    return found")
    field.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.type("\nasync for avc in list_for_each_entry(anon_vma.head):\n")
    page.keyboard.type("found.append(avc.vma)")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("✓ It does what it should").wait_for()
    for _ in range(40):  # in how many parts depends on how fast it was typed
        page.keyboard.press("Control+z")
    assert "append" not in field.input_value()
    assert lab.ask(page, path, CELLS) == before, "a key went to the notebook"


def test_what_is_written_is_kept_and_where_no_kernel_would_keep_it_none_can_be(page, lab) -> None:
    path = "notebooks/another.ipynb"
    copy(lab.directory / "notebooks" / "ladder.ipynb", lab.directory / path)
    lab.show(page, path)
    lab.ask(page, path, PLAY, 'from vmlesson.learn import level\n\nlevel("take-the-lock")')
    field = page.get_by_role("textbox", name="Your code")
    field.fill("# mine")
    kept = lab.directory / ".vmlesson-progress.json"
    for _ in range(600):
        if kept.exists() and "# mine" in kept.read_text(encoding="utf-8"):
            break
        page.wait_for_timeout(50)
    lab.ask(page, path, RESTART)
    expect(field).not_to_be_editable()
    lab.ask(page, path, RUN_CELL, "play")
    expect(field).to_have_value("# mine")
    expect(field).to_be_editable()
    lab.ask(page, path, "await panel.context.save();")
    page.evaluate(SHUT_DOWN)
    lab.show(page, path)
    expect(field).to_have_value("# mine")
    expect(field).not_to_be_editable()


def test_the_ladder_is_read_whole_on_a_telephone(page, lab) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    start(page, lab, "notebooks/ladder.ipynb")
    levels = page.locator(".jp-OutputArea-output", has_text="not so: Reading needs no lock.")
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    wide, room = levels.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide == room


def test_a_level_that_never_ends_is_interrupted_as_a_cell_is(page, lab) -> None:
    path = "notebooks/ladder.ipynb"
    lab.show(page, path)
    lab.ask(page, path, PLAY, 'from vmlesson.learn import level\n\nlevel("take-the-lock")')
    page.get_by_role("textbox", name="Your code").fill(
        "async def vmas_of(anon_vma):\n    while True: pass"
    )
    page.get_by_role("button", name="Try it").click()
    page.get_by_text("trying …").wait_for()
    page.locator('.jp-NotebookPanel [data-command="notebook:interrupt-kernel"]').first.click()
    page.get_by_text("by an interrupt").wait_for()
    assert lab.ask(page, path, STATUS) == "idle"
