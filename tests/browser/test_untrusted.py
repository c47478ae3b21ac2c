"""A notebook from somebody else: nothing of it runs, and its pictures are there all the same."""

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

import vmlesson
from vmlesson.explore import explore
from vmlesson.kernel import PAGE_SIZE, Kernel
from vmlesson.scenarios import scenarios
from vmlesson.show import Drive, chains

pytestmark = pytest.mark.browser
WIDGETS = "application/vnd.jupyter.widget-state+json"
INSIDE = "anon_vma_chain"
"""A part of names that a drawing has inside, and nobody is to read."""


def given() -> nbformat.NotebookNode:
    """A notebook whose outputs somebody else made: a stepper, a race to be driven, chains."""
    task = Kernel().spawn("T")
    task.mmap(PAGE_SIZE, addr=1 << 20, fixed=True)
    task.write(1 << 20, b"x")
    race = scenarios("merge-order", 1)["above, one batch"]
    stepper = explore(race, release="v3.2").failures[0].show()
    cells = []
    for shown in (stepper, Drive(race, "v3.2", limit=100), chains(task, pages=True)):
        made = shown._repr_mimebundle_()
        data = made if isinstance(made, dict) else made[0]
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("shown", outputs=[output], execution_count=1))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    state = {"state": {stepper.model_id: {"model_name": "AnyModel", "state": {}}}}
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "widgets": {WIDGETS: state}}
    )


def looked_at(outputs) -> None:
    """Each has a picture that is seen, and no text from inside of one."""
    stepper, drive, drawing = outputs
    for output in outputs:
        output.scroll_into_view_if_needed()
        picture = output.locator("img:visible, svg[role=img]:visible")
        expect(picture).to_have_count(1)
        assert picture.bounding_box()["width"] > 200
        assert INSIDE not in output.inner_text()
    assert stepper.locator("tbody tr").count() > 30
    expect(drive.get_by_text("mremap or migration goes next")).to_have_count(1)
    expect(drawing.get_by_text("The same as a table")).to_have_count(1)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("untrusted") / "untrusted.ipynb"
    nbformat.write(given(), path)
    return path


@pytest.fixture
def page(browser) -> Generator:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_untrusted_in_jupyterlab_there_are_images_and_a_table(page, lab, notebook: Path) -> None:
    (lab.directory / notebook.name).write_bytes(notebook.read_bytes())
    lab.show(page, notebook.name)
    outputs = page.locator(".jp-OutputArea-output")
    outputs.nth(2).wait_for()
    looked_at(outputs.all())
    expect(page.locator(".jp-OutputArea-output img:visible")).to_have_count(3)


def test_converted_to_html_there_are_pictures_without_a_network(page, notebook: Path) -> None:
    config = Path(vmlesson.__file__).parent / "jupyter_config"
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", notebook],
        env=os.environ | {"JUPYTER_CONFIG_PATH": str(config)},
        check=True,
        timeout=300,
    )
    page.context.set_offline(True)
    page.goto(notebook.with_suffix(".html").as_uri())
    outputs = page.locator(".jp-OutputArea-output").all()
    looked_at(outputs)
    expect(page.locator(".jp-OutputArea-output svg[role=img]:visible")).to_have_count(3)
