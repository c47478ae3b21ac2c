"""The site, as a learner with nothing installed has it: in a tab, and no other host is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINUTE = 60_000
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if built := os.environ.get("VMLESSON_SITE"):  # one that was built before
        return Path(built)
    if shutil.which("npm") is None:
        pytest.skip("the site takes Pyodide from npm, which is not here (Debian: apt install npm)")
    out = tmp_path_factory.mktemp("site") / "out"
    done = subprocess.run(
        [sys.executable, "tools/build_site.py", out], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


class Quiet(SimpleHTTPRequestHandler):
    """A static server that says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def context(browser, address: str):
    """A browser that reaches nothing but the site."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    strangers: list[str] = []

    def gate(route) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    yield context
    assert strangers == []
    context.close()


def test_it_is_small_and_has_no_source_maps(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 45_000_000
    assert not [path for path in files if path.suffix == ".map"]


def test_the_first_page_is_played(context, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    game = page.frame_locator("iframe")
    said = game.get_by_text("you can still lose the page").first
    said.wait_for()
    for _ in range(60):
        if game.get_by_text("now the page is lost").count():
            break
        game.get_by_role("button", name="Hint").click()  # the next step of a run that loses
        game.locator(".choices .hinted").click()
    game.get_by_text("now the page is lost").first.wait_for(timeout=5_000)
    page.close()


def test_every_chapter_can_be_read(context, address: str, site: Path) -> None:
    chapters = sorted(path.name for path in (site / "read").glob("*.html"))
    assert len(chapters) >= 13
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/read/{next(name for name in chapters if name.startswith('07'))}")
    page.locator(".stepper").first.wait_for()
    assert page.locator(".question").count() >= 3
    assert wrong == []
    page.close()


def test_the_course_runs_in_the_tab(context, address: str) -> None:
    """A chapter's picture and stepper; an answer that is typed, wrong and right; a reload."""
    page = context.new_page()
    page.goto(f"{address}/lab/index.html?path=exercises/moveto_tail/moveto_tail.ipynb")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=MINUTE)
    page.wait_for_function("document.body.innerText.includes('| Idle')", timeout=3 * MINUTE)
    notebook = json.loads(
        (ROOT / "solutions/moveto_tail/moveto_tail.ipynb").read_text(encoding="utf-8")
    )
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    right = f"{cells['imports']}\n{cells['answer']}\ncheck.moveto_tail(anon_vma_moveto_tail)"
    wrong = right.replace("await list_add_tail", "await list_add")
    for source, outcome in ((wrong, "failed"), (right, "passed, 12 of 12")):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(1).click()  # of the answer
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(source)
        page.keyboard.press("Control+Enter")
        page.get_by_text(outcome).first.wait_for(timeout=2 * MINUTE)
    page.keyboard.press("Control+s")
    page.reload()
    page.get_by_text("passed, 12 of 12").first.wait_for(timeout=MINUTE)
    page.close()
