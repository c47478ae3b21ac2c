"""What a visitor of the site waits for, in headless Chromium, and what the site weighs."""

from __future__ import annotations

import shutil
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).resolve().parents[1] / "build" / "site"
DEFINED = """from vmlesson.grade import check
from vmlesson.kernel import *
async def anon_vma_moveto_tail(dst):
    root = None
    for avc in reversed(dst.anon_vma_chain):
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_del(avc.same_anon_vma)
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
    await unlock_anon_vma_root(root)
"""
CHECKED = "print(check.moveto_tail(anon_vma_moveto_tail).outcome)"
CORE = """
from dataclasses import replace
from vmlesson.grade.answer import Subject
from vmlesson.grade.checks import check_all
from vmlesson.grade.exercises import find_exercise
exercise = find_exercise("moveto_tail")
core = replace(exercise, checks=exercise.checks[:3])
print(check_all(Subject(core, anon_vma_moveto_tail)).outcome)
"""
CELL = """async (source) => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const cell = panel.content.widgets.find((one) => one.model.type === "code");
  panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
  cell.model.sharedModel.setSource(source);
  await app.commands.execute("notebook:run-cell");
  return cell.model.outputs.toJSON().map((one) => one.text ?? "").join("");
}"""
MINUTES = 10 * 60_000


class Quiet(SimpleHTTPRequestHandler):
    """A static server that says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def timed(what: str, budget: str, wait: Any) -> None:
    """Wait for something, and print how long that took."""
    begun = time.perf_counter()
    wait()
    print(f"{what:>44}{time.perf_counter() - begun:>9.2f} s   (budget: {budget})", flush=True)


def main() -> None:
    """Print what was measured."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium or not SITE.is_dir():
        print("site: no Chromium on the PATH" if not chromium else "site: first `make site`")
        return
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(f"{'size':>44}{size / 1e6:>9.1f} MB  (budget: 45 MB)")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        visit(chromium, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


def visit(chromium: str, address: str) -> None:
    """The first page, then an exercise: twice, with the answer checked the second time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        context.set_default_timeout(MINUTES)
        page = context.new_page()

        def first_page() -> None:
            page.goto(address)
            page.locator(".choices button").first.wait_for()

        def first_cell() -> None:
            page.goto(f"{address}/lab/index.html?path=exercises/moveto_tail/moveto_tail.ipynb")
            page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            page.wait_for_function("document.body.innerText.includes('| Idle')")
            assert page.evaluate(CELL, "print(6 * 7)") == "42\n"

        timed("the first page can be played", "1 s", first_page)
        timed("the first cell has run, first visit", "30 s", first_cell)
        timed("the first cell has run, second visit", "10 s", first_cell)

        def says(source: str, last: str) -> None:
            assert page.evaluate(CELL, source).endswith(f"{last}\n")

        page.evaluate(CELL, DEFINED)
        timed("check.moveto_tail, its core", "2 s", lambda: says(CORE, "passed"))
        timed("check.moveto_tail", "10 s", lambda: says(CHECKED, "passed"))
        browser.close()
