"""A Chromium without a network, pages in it that must not complain, and a JupyterLab for it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Generator:
    """Debian's Chromium, driven by Playwright."""
    # What is counted is waited for: JupyterLab draws a widget after its cell has ended.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield driven
        driven.close()


class Watched:
    """A page, what it asked for, and what it complained of."""

    def __init__(self, page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )


@pytest.fixture
def open_page(browser):
    """Opens a file from disk, with the network off; nothing may go wrong in it."""
    opened: list[tuple] = []

    def open_(path: Path, width: int = 1280, height: int = 720, **options) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, **options
        )
        watched = Watched(context.new_page())
        opened.append((context, watched))
        watched.page.goto(path.as_uri())
        watched.page.locator(".stepper").wait_for()
        return watched

    yield open_
    for context, watched in opened:
        assert watched.errors == []
        context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core; AXE_CORE may name the file, else npm fetches it."""
    named = os.environ.get("AXE_CORE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    if not shutil.which("npm"):
        pytest.skip("no axe-core: there is no npm, and AXE_CORE names no file")
    folder = tmp_path_factory.mktemp("axe")
    fetched = subprocess.run(
        ["npm", "pack", "--silent", "axe-core@4.10.3"],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    packed = list(folder.glob("axe-core-*.tgz"))
    if fetched.returncode or not packed:
        pytest.skip("no axe-core: npm could not fetch it")
    shutil.unpack_archive(packed[0], folder)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


# What is asked of a notebook, with `app`, its `panel`, its `kernel` and `what` at hand.  A kernel
# that is asked before it answers at all silently drops what it is asked.
ASK = """([path, what]) => {
  const ask = async () => {
    const app = window.jupyterapp; await app.restored;
    const panel = [...app.shell.widgets('main')].find(each => each.context?.path === path);
    await panel.context.ready; await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session.kernel;
    await kernel.info; await kernel.requestKernelInfo();
    %s
  };
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('no answer')), 60e3));
  return Promise.race([ask(), late]);
}"""
RUN = """
  await app.commands.execute('notebook:run-all-cells');
  const code = [...panel.content.widgets].filter(cell => cell.model.type === 'code');
  return code.map(cell => cell.model.executionCount);"""


class Lab:
    """JupyterLab as `vmlesson lab` starts it, on a learner's copy of the course."""

    def __init__(self, directory: Path, address: str) -> None:
        self.directory = directory
        self.base, self.token = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+)/lab\S*\?token=(\w+)", address
        ).groups()

    def show(self, page, path: str) -> None:
        """Open a notebook in a workspace of its own."""
        page.set_default_timeout(30_000)
        page.goto(f"{self.base}/lab/tree/{path}?token={self.token}&reset")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")

    def ask(self, page, path: str, question: str, what: str | None = None):
        """What JupyterLab's own objects say of a notebook that is open."""
        return page.evaluate(ASK % question, [path, what])

    def run(self, page, path: str) -> list[int]:
        """Run all cells, and wait for the last; their numbers."""
        return self.ask(page, path, RUN)

    def outside(self, requests: list[str]) -> list[str]:
        """The requests that went to another place than this server."""
        here = (self.base, self.base.replace("http", "ws"), "blob:", "data:")
        return [url for url in requests if not url.startswith(here)]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab]:
    """One server for all tests; its settings, kernels and progress are all its own."""
    scratch = tmp_path_factory.mktemp("lab")
    kinds = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    names = [f"JUPYTER_{kind}" for kind in kinds]
    names += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "MPLCONFIGDIR"]
    environment = os.environ | {name: str(scratch / name.lower()) for name in names}
    environment["VMLESSON_REAL_KERNEL"] = "recorded"
    for name in names:
        (scratch / name.lower()).mkdir()
    settings = scratch / "jupyter_config_dir" / "jupyter_server_config.json"
    settings.write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))
    log = scratch / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "vmlesson", "lab", "course", "--no-browser"],
            cwd=scratch, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield Lab(scratch / "course", wait_for_address(server, log))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def wait_for_address(server: subprocess.Popen, log: Path) -> str:
    """The address that JupyterLab prints when it answers."""
    for _ in range(240):
        found = re.search(r"http://127\.0\.0\.1\S+token=\w+", log.read_text(encoding="utf-8"))
        if found:
            return found[0]
        assert server.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.5)
    raise AssertionError(f"no address within two minutes\n{log.read_text(encoding='utf-8')}")
