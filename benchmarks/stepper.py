"""How fast the stepper is in a real browser: a run of 500 steps, loaded and walked through."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from vmlesson.explore import Shared, replay
from vmlesson.replay.schedule import in_turn
from vmlesson.scenarios import scenarios
from vmlesson.show.stepper import Stepper

STEPS = 500
MEASURE = """async () => {
  const stepper = document.querySelector('#stepper').shadowRoot.querySelector('.stepper');
  const pressed = (key) => new KeyboardEvent('keydown', { key, bubbles: true });
  const press = (key) => stepper.dispatchEvent(pressed(key));
  const times = [];
  press('Home');
  for (let i = 0; i < %d; i++) {
    const start = performance.now();
    press('ArrowRight');
    stepper.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const load = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd;
  const at = (part) => times[Math.floor(times.length * part)];
  return { load, least: at(.1), median: at(.5), most: at(.99) };
}"""


def long_run() -> Any:
    """A program of two CPUs that takes 500 steps."""
    shared = [Shared(f"x{i}", 0) for i in range(8)]

    async def count() -> None:
        for i in range(STEPS // 4):
            await shared[i % 8].write(await shared[i % 8].read() + 1)

    return {"a": count(), "b": count()}, None


def measure(document: dict[str, Any], chromium: str) -> dict[str, float]:
    """Milliseconds: until the page is there, and for a step (median, 99th percentile)."""
    from playwright.sync_api import sync_playwright

    from vmlesson.show.export import write_page

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = write_page(document, Path(folder) / "long.html")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(path.as_uri())
        page.locator(".stepper").wait_for()
        found: dict[str, float] = page.evaluate(MEASURE % len(document["run"]))
        browser.close()
    return found


def main() -> None:
    """Print what was measured."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("stepper: no Chromium on the PATH; nothing measured")
        return
    plain = replay(long_run, ["a", "b"] * (STEPS // 2))
    scenario = scenarios("merge-order", pages=16, walkers=8)["above, one batch"]
    program = scenario.program(release="v3.2")
    kernel = replay(program, in_turn(program, STEPS), allow_prefix=True)
    for name, trace in (("shared values", plain), ("a kernel", kernel)):
        found = measure(Stepper(trace).doc, chromium)
        print(
            f"stepper, {name}, {len(trace.steps)} steps: loaded in {found['load']:.0f} ms, "
            f"a step in {found['median']:.1f} ms "
            f"(10 %: {found['least']:.1f}, 99 %: {found['most']:.1f} ms)"
        )


if __name__ == "__main__":
    main()
