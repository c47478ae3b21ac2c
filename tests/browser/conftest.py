"""A Chromium without a network, and pages in it that must not complain."""

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

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
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
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
