"""The stepper in JupyterLab: keys stay with it until Esc, and the reader can drive."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.browser

TOKEN = "stepper"
CELLS = (
    "from vmlesson.explore import explore\n"
    "from vmlesson.scenarios import scenarios\n"
    "from vmlesson.show import Drive\n"
    "scenario = scenarios('merge-order')['above, one chunk']\n"
    "explore(scenario, release='v3.2').failures[0].show()",
    "Drive('merge-order', 'v3.2', pages=1)",
    "Drive('merge-order', 'v3.2', limit=100)",
)
RUN = """async path => {
  const app = window.jupyterapp; await app.restored;
  let p; for (const w of app.shell.widgets('main')) if (w.context?.path === path) p = w;
  await p.context.ready; await p.sessionContext.ready;
  const k = p.sessionContext.session.kernel; await k.info; await k.requestKernelInfo();
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('not run')), 180e3));
  await Promise.race([app.commands.execute('notebook:run-all-cells'), late]);
  const code = [...p.content.widgets].filter(c => c.model.type === 'code');
  return code.map(c => c.model.executionCount);
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a JupyterLab of its own, with one notebook."""
    scratch = tmp_path_factory.mktemp("lab")
    variables = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    names = [f"JUPYTER_{name}" for name in variables]
    names += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "MPLCONFIGDIR"]
    environment = os.environ | {name: str(scratch / name.lower()) for name in names}
    for name in names:
        (scratch / name.lower()).mkdir()
    overrides = scratch / "jupyter_config_dir" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir()
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    overrides.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": quiet}))
    work = scratch / "work"
    work.mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    # Without a kernel's name JupyterLab asks for one, and waits.
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, work / "stepper.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = (scratch / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
         f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
         f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True"],
        cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, (scratch / "log").read_text()
            try:
                urllib.request.urlopen(f"{base}/api/status?token={TOKEN}", timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield base
    finally:
        log.close()
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def notebook(browser, lab: str) -> Generator:
    """The notebook, run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{lab}/lab/tree/stepper.ipynb?token={TOKEN}&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    assert page.evaluate(RUN, "stepper.ipynb") == [1, 2, 3]
    page.locator(".stepper").nth(2).wait_for()
    yield page
    outside = [url for url in requests if not url.startswith((lab, "blob:", "data:", "ws"))]
    assert outside == []
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
