"""The site, as a learner with nothing installed has it: in a tab, and no other host is asked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from vmlesson.learn.processes import four_pages
from vmlesson.show import chains

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


class Static(SimpleHTTPRequestHandler):
    """A static server that says nothing; some files can be others than those on the disk.

    Like GitHub Pages it lets a browser hold each file for fresh, for ten minutes.
    """

    def __init__(self, *request: Any, others: dict[str, bytes], **options: Any) -> None:
        self.others = others
        super().__init__(*request, **options)

    def do_GET(self) -> None:
        data = self.others.get(self.path.partition("?")[0].lstrip("/"))
        if data is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path.partition("?")[0]))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path, others: dict[str, bytes]) -> Iterator[str]:
    """Serve the site, but for the files that are given."""
    handler = partial(Static, directory=str(site), others=others)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site, {}) as address:
        yield address


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
    lose(page)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_first_page_is_good_on_a_telephone_and_for_all(
    browser, axe: str, address: str, width: int, height: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    page.locator(".choices button").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [button.bounding_box() for button in page.locator(".choices button").all()]
    for first, second in combinations(boxes, 2):
        right = [box["x"] + box["width"] for box in (first, second)]
        below = [box["y"] + box["height"] for box in (first, second)]
        apart = max(first["x"], second["x"]) >= min(right)
        assert apart or max(first["y"], second["y"]) >= min(below)
    over = "(one) => one.scrollHeight - one.clientHeight"
    assert page.locator(".stepper").evaluate(over) <= 0
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run(document)).violations.map(({id}) => id)")
    assert found == []
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    expect(page.locator("body")).to_have_attribute(
        "data-jp-theme-light", str(scheme == "dark").lower()
    )
    page.close()


BLOCKED = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"


@pytest.mark.parametrize(
    ("lacks", "said"),
    [("delete window.WebAssembly", "has no WebAssembly"), (BLOCKED, "its storage is blocked")],
)
def test_what_a_browser_lacks_is_said_and_the_rest_works(
    browser, address: str, lacks: str, said: str
) -> None:
    context = browser.new_context()
    context.add_init_script(lacks)
    page = context.new_page()
    page.goto(f"{address}/lab/index.html?path=notebooks/index.ipynb")
    page.get_by_text(said).wait_for()
    page.get_by_role("link", name="The race can be played").click()
    page.get_by_text(said).wait_for()
    lose(page)
    page.get_by_role("link", name="The order").click()
    page.locator(".stepper").first.wait_for()
    context.close()


def lose(page) -> None:
    """Play a race, by its hints, to its loss."""
    page.get_by_text("you can still lose the page").first.wait_for(timeout=2 * MINUTE)
    for _ in range(60):
        if page.get_by_text("now the page is lost").count():
            break
        page.get_by_role("button", name="Hint").first.click()  # the next step of a run that loses
        page.locator(".choices .hinted").first.click()
    page.get_by_text("now the page is lost").first.wait_for(timeout=5_000)


# What scrolls to the side and no key reaches, or has no name.
UNREACHED = """() => [...document.querySelectorAll("main *")]
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowX))
  .filter((part) => part.tabIndex < 0 || !part.ariaLabel)
  .map((part) => part.outerHTML.slice(0, 200))"""


def test_every_chapter_can_be_read(context, address: str, site: Path) -> None:
    chapters = sorted(path.name for path in (site / "read").glob("*.html"))
    assert len(chapters) >= 13
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/read/{next(name for name in chapters if name.startswith('07'))}")
    page.locator(".stepper").first.wait_for()
    assert page.locator(".question").count() >= 3
    page.set_viewport_size({"width": 390, "height": 844})
    for name in chapters:
        page.goto(f"{address}/read/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.evaluate(UNREACHED) == [], name
    assert wrong == []
    page.close()


# The contrast of each text of a drawing with the shape below it, or with the page.
CONTRASTS = """() => [...document.querySelectorAll("svg text")].map((text) => {
  const shine = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
      const x = part / 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const box = text.getBoundingClientRect();
  const at = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const below = at.find((shape) => shape.matches("svg :is(polygon, path, ellipse)"));
  const fill = below ? getComputedStyle(below).fill : "none";
  const page = getComputedStyle(document.body).backgroundColor;
  const two = [getComputedStyle(text).fill, fill === "none" ? page : fill].map(shine);
  return [Math.max(...two) / Math.min(...two), text.textContent];
})"""


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_is_read_in_either_theme(browser, scheme: str, script: bool) -> None:
    style = (ROOT / "site" / "site.css").read_text(encoding="utf-8")
    page = browser.new_page(color_scheme=scheme)
    page.set_content(f"<style>{style}</style><figure>{chains(four_pages(), pages=True).svg()}")
    if script:  # which a chapter's own says
        page.evaluate(f"document.body.dataset.jpThemeLight = {str(scheme == 'light').lower()}")
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 8
    assert [pair for pair in contrasts if pair[0] < 4.5] == []
    page.close()


def opened(page, address: str, name: str) -> None:
    """A notebook of the course, with its kernel ready."""
    page.goto(f"{address}/lab/index.html?path={name}")
    has_notebook(page, name)
    page.wait_for_function("document.body.innerText.includes('| Idle')", timeout=3 * MINUTE)


FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"
"""The notebook in front; what was open when the browser was closed comes back behind it."""


def has_notebook(page, name: str) -> None:
    """Wait until the notebook of this name is the one in front, and can be seen."""
    in_front = """(name) => {
        const context = window.jupyterapp?.shell?.currentWidget?.context;
        return context?.path === name && context.isReady;
    }"""
    page.wait_for_function(in_front, arg=name, timeout=MINUTE)
    page.locator(f"{FRONT} .jp-Cell").first.wait_for(timeout=MINUTE)


def run(page, source: str, cell: int) -> None:
    """Type over a cell, once its editor takes what is typed; then run it."""
    editor = page.locator(f"{FRONT} .jp-CodeCell .cm-content").nth(cell)
    for _ in range(60):
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(source)
        if source.splitlines()[-1] in editor.inner_text():
            break
        page.wait_for_timeout(500)
    else:
        pytest.fail(f"cell {cell} takes nothing that is typed")
    page.keyboard.press("Control+Enter")


def until(page, script: str, arg: Any = None) -> None:
    """Wait until an async function of the page's gives something true.

    `wait_for_function` asks such a one only once: a promise is something true, whatever it gives.
    """
    for _ in range(1200):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {script}")


def save(page) -> None:
    """Save the notebook in front.

    By the command: what runs is saved by the site too, and where two saves meet JupyterLab asks
    which of them is meant, and waits; the command does nothing while another save goes on.
    """
    until(
        page,
        """async () => {
            const app = window.jupyterapp;
            await app.commands.execute("docmanager:save");
            return !app.shell.currentWidget.context.model.dirty;
        }""",
    )


def ask(page, source: str) -> str:
    """What the first code cell prints with this source in it."""
    return page.evaluate(
        """({source, patience}) => Promise.race([(async () => {
            const app = window.jupyterapp;
            const panel = app.shell.currentWidget;
            await panel.sessionContext.ready;
            const cell = panel.content.widgets.find((one) => one.model.type === "code");
            panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
            cell.model.sharedModel.setSource(source);
            await app.commands.execute("notebook:run-cell");
            return cell.model.outputs.toJSON().map((one) => one.text ?? "").join("");
        })(), new Promise((_, fail) => setTimeout(fail, patience, new Error("no answer")))])""",
        {"source": source, "patience": 3 * MINUTE},
    )


def test_the_course_runs_in_the_tab(context, address: str) -> None:
    """A chapter's picture and stepper; an answer that is typed, wrong and right; a reload."""
    page = context.new_page()
    opened(page, address, "exercises/moveto_tail/moveto_tail.ipynb")
    notebook = json.loads(
        (ROOT / "solutions/moveto_tail/moveto_tail.ipynb").read_text(encoding="utf-8")
    )
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    right = f"{cells['imports']}\n{cells['answer']}\ncheck.moveto_tail(anon_vma_moveto_tail)"
    wrong = right.replace("await list_add_tail", "await list_add")
    for source, outcome in ((wrong, "failed"), (right, "passed, 12 of 12")):
        run(page, source, cell=1)
        page.get_by_text(outcome).first.wait_for(timeout=2 * MINUTE)
        if source == wrong:
            page.locator(".jp-OutputArea .stepper").first.wait_for(timeout=MINUTE)
    save(page)
    page.reload()
    page.get_by_text("passed, 12 of 12").first.wait_for(timeout=MINUTE)
    opened(page, address, "exercises/moveto_tail/moveto_tail.ipynb")
    asked = "from vmlesson.grade.notebook import solved\nprint(solved())"
    assert ask(page, asked) == "['moveto_tail']\n"
    completed = page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestComplete({ code, cursor_pos: code.length });
            return reply.content.matches;
        }""",
        "solved().app",
    )
    assert completed == ["append"]
    asked = "import inspect\nprint(inspect.getsource(solved)[:10])"
    assert ask(page, asked) == "def solved\n"
    page.close()


def test_a_level_is_played_in_the_tab(context, address: str) -> None:
    """By keys and by clicks, to the loss and to the end; what else was open does not come back."""
    page = context.new_page()
    opened(page, address, "notebooks/00-lose-it.ipynb")
    assert page.evaluate("[...window.jupyterapp.shell.widgets('main')].length") == 1
    page.locator(f"{FRONT} .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".stepper .choices button").first.wait_for(timeout=2 * MINUTE)
    page.locator(".stepper").first.click(position={"x": 300, "y": 20})
    page.keyboard.press("1")
    page.get_by_text("step 1", exact=True).wait_for()
    lose(page)
    lost = page.get_by_text("the page is lost: you did it")
    for _ in range(100):
        if lost.count():
            break
        step = page.get_by_text(re.compile(r"^step \d+$")).inner_text()
        page.locator(".choices button:not([aria-disabled=true])").first.click()
        page.get_by_text(f"step {int(step.split()[1]) + 1}", exact=True).wait_for()
    page.get_by_text("✓ With").wait_for()
    page.close()


def test_a_cell_that_never_ends_costs_nothing_that_was_written(browser, site: Path) -> None:
    """It is saved when it begins, the page says what ends it, and that does."""
    name = "exercises/vma_address/vma_address.ipynb"
    config = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
    settings = config["jupyter-config-data"]["settingsOverrides"]
    settings["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] = 3600
    with served(site, {"jupyter-lite.json": json.dumps(config).encode()}) as address:
        context = browser.new_context()
        page = context.new_page()
        opened(page, address, name)
        run(page, "while True: pass  # mine", cell=1)
        page.get_by_text("Kernel, Restart Kernel").wait_for(timeout=MINUTE)
        assert "# mine" in kept(page)[name]
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Restart Kernel…", exact=True).click()
        page.locator(".jp-Dialog .jp-mod-accept").click()
        page.get_by_text("Kernel, Restart Kernel").wait_for(state="hidden")
        page.wait_for_function("document.body.innerText.includes('| Idle')", timeout=3 * MINUTE)
        assert "# mine" in page.locator(f"{FRONT} .jp-CodeCell .cm-content").nth(1).inner_text()
        assert ask(page, "print(6 * 7)") == "42\n"
        context.close()


def kept(page) -> dict[str, str]:
    """What the browser keeps of files: by name, the sources of the cells."""
    return page.evaluate("""async () => {
        const done = (request) => new Promise(
            (yes) => request.onsuccess = () => yes(request.result));
        const name = "JupyterLite Storage - /";
        if (!(await indexedDB.databases()).some((one) => one.name === name)) return {};
        const database = await done(indexedDB.open(name));
        const files = database.transaction("files").objectStore("files");
        const [names, found] = [await done(files.getAllKeys()), await done(files.getAll())];
        database.close();
        const text = ({content}) => (content?.cells ?? []).map(({source}) => source).join();
        return Object.fromEntries(names.map((name, at) => [name, text(found[at])]));
    }""")


def given(site: Path, name: str) -> str:
    """The first code cell of a notebook, as it is handed out."""
    cells = json.loads((site / "files" / name).read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_a_notebook_that_is_downloaded_from_the_tab_is_graded(
    context, address: str, tmp_path: Path
) -> None:
    page = context.new_page()
    name = "exercises/vma_address/vma_address.ipynb"
    page.goto(f"{address}/lab/index.html?path={name}")
    has_notebook(page, name)
    solution = json.loads((ROOT / "solutions/vma_address/vma_address.ipynb").read_text("utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in solution["cells"]}
    with page.expect_download(timeout=2 * MINUTE) as download:
        page.evaluate(
            """async (answer) => {
                const app = window.jupyterapp;
                const panel = app.shell.currentWidget;
                await panel.context.ready;
                const cell = panel.content.widgets.find((one) => one.model.id === "answer");
                cell.model.sharedModel.setSource(answer);
                await panel.context.save();
                await app.commands.execute("docmanager:download");
            }""",
            cells["answer"],
        )
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    command = [sys.executable, "-m", "vmlesson", "grade", "vma_address", path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "while it moves (1/1)" in done.stdout, done.stdout + done.stderr
    page.close()


def test_a_newer_site_takes_nothing_from_a_learner(browser, site: Path) -> None:
    """A notebook that was changed stays, the new one beside it; one that only ran is renewed."""
    changed, only_ran = (f"exercises/{name}/{name}.ipynb" for name in ("vma_address", "rmap_walk"))
    beside = changed.replace(".ipynb", ".new.ipynb")
    others: dict[str, bytes] = {}
    with served(site, others) as address:
        context = browser.new_context()
        for name in (changed, only_ran):
            page = context.new_page()
            opened(page, address, name)
            ask(page, "# mine" if name == changed else given(site, name))
            save(page)
            assert name in kept(page)
            page.close()

        course = json.loads((site / "course.json").read_text(encoding="utf-8"))
        for name in (changed, only_ran):
            newer = json.loads((site / "files" / name).read_text(encoding="utf-8"))
            newer["cells"][0]["source"] = "# A newer text"
            others[f"files/{name}"] = json.dumps(newer).encode()
            course[name] = digest(newer)
        others["course.json"] = json.dumps(course).encode()
        others["before.js"] = (site / "before.js").read_bytes() + b"window.newer = true;"
        page = context.new_page()
        for _ in range(2):  # the second time nothing is put
            page.goto(f"{address}/lab/index.html")
            page.locator(".jp-FileBrowser").first.wait_for(timeout=MINUTE)
            assert page.evaluate("window.newer")
            now = kept(page)
            assert set(now) == {changed, beside}
            assert "# mine" in now[changed]
            assert "# A newer text" not in now[changed]
            assert "# A newer text" in now[beside]
        context.close()


def digest(notebook: dict[str, Any]) -> str:
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    kept = [cell for cell in cells if cell[1].strip()]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_with_the_network_cut(browser, site: Path) -> None:
    """After one visit: the first page, a chapter, and a cell of the course, from what was kept."""
    context = browser.new_context()
    page = context.new_page()
    with served(site, {}) as address:
        opened(page, address, "exercises/vma_address/vma_address.ipynb")
        listed = (site / "service-worker.js").read_text(encoding="utf-8").count('", "') + 1
        until(
            page,
            """async (listed) => {
                const name = (await caches.keys()).find((name) => name.startsWith("vmlesson-"));
                return name && (await (await caches.open(name)).keys()).length >= listed;
            }""",
            listed,
        )
    page.goto(address)
    page.get_by_text("you can still lose the page").first.wait_for()
    page.get_by_role("link", name="The order").first.click()
    page.locator(".stepper").first.wait_for()
    opened(page, address, "exercises/vma_address/vma_address.ipynb")
    found = ask(page, "from vmlesson.explore import explore\nprint(explore.__name__)")
    assert found == "explore\n"
    context.close()
