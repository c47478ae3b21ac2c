"""A learner's page, as `vmlesson grade --report` writes it, opened from disk with no network."""

import os
import re
from pathlib import Path

import pytest

from vmlesson.cli import main

pytestmark = pytest.mark.browser

PEEK = """from vmlesson.kernel import *

async def remove_migration_pte(new, vma, addr, old):
    # </script><script>document.title = "let through"</script>
    table = await pmd_read(vma.vm_mm, addr)
    if table is None or not is_migration_entry(await pte_read(table.slot(addr))):
        return SWAP_AGAIN
    slot, ptl = await pte_offset_map_lock(vma.vm_mm, addr)
    pte = await pte_read(slot)
    if is_migration_entry(pte) and migration_entry_to_page(pte) is old:
        await get_page(new)
        await set_pte_at(slot, mk_pte(new, vma, write=pte.write))
        await page_add_anon_rmap(new, vma, addr)
    await pte_unmap_unlock(slot, ptl)
    return SWAP_AGAIN
"""

ONE_LIST = """from vmlesson.kernel import *

async def anon_vma_moveto_tail(dst):
    for avc in dst.anon_vma_chain:
        await anon_vma_lock(avc.anon_vma)
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
        await anon_vma_unlock(avc.anon_vma)
        break
"""


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an answer that peeks without the lock."""
    place = tmp_path_factory.mktemp("class")
    (place / "ada.py").write_text(PEEK)
    out = place / "out"
    assert main(["grade", "pte_peek", str(place / "ada.py"), "--report", str(out)]) == 1
    return out / "feedback" / "ada-pte_peek.html"


def number(page) -> int:
    return int(page.locator(".marker").text_content())


def test_opens_at_the_decisive_step_and_steps(open_page, feedback: Path) -> None:
    watched = open_page(feedback)
    page = watched.page
    assert "inevitable" in page.locator(".said").text_content()
    assert page.locator(".verdict").text_content() == "✗ a page is lost"
    page.locator(".stepper").focus()
    start = number(page)
    page.keyboard.press("ArrowRight")
    assert number(page) == start + 1
    page.keyboard.press("End")
    assert "is lost" in page.locator(".console").text_content()
    assert watched.requests == [feedback.as_uri()]
    assert page.title() == "pte_peek: your answer"


def test_shows_the_learners_own_lines(open_page, feedback: Path) -> None:
    page = open_page(feedback).page
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    theirs = page.locator("option", has_text=re.compile("^remove_migration_pte$"))
    own = page.locator("select", has=theirs)
    while not own.count():
        before = number(page)
        page.keyboard.press("ArrowRight")
        assert number(page) == before + 1, "the answer is never come by"
    own.first.select_option(label="remove_migration_pte")
    texts = page.locator(".code").all_text_contents()
    assert any("document.title" in text for text in texts), texts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_the_readers_colours_and_fits_the_screen(open_page, feedback, scheme) -> None:
    page = open_page(feedback, color_scheme=scheme).page
    for what in ("body", ".stepper"):
        colour = page.locator(what).evaluate("e => getComputedStyle(e).backgroundColor")
        darkest = min(int(part) for part in colour.strip("rgba()").split(",")[:3])
        assert (darkest < 64) == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"feedback-{scheme}.png", full_page=True)


def test_the_table_is_there_on_paper_and_without_scripts(open_page, feedback, browser) -> None:
    page = open_page(feedback).page
    table = page.locator("details table")
    assert not table.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert table.is_visible()
    assert not page.locator(".stepper").is_visible()
    context = browser.new_context(java_script_enabled=False, offline=True)
    plain = context.new_page()
    plain.goto(feedback.as_uri())
    assert plain.locator("details table").is_visible()
    context.close()


def test_has_no_fault_that_axe_finds(open_page, feedback, axe: str) -> None:
    assert faults(open_page(feedback, bypass_csp=True).page, axe) == []


def test_the_pages_fit_a_telephone(browser, feedback, axe: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.goto((feedback.parents[1] / "pte_peek.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("td:last-child").last.bounding_box()["width"] > 100
    page.goto(feedback.as_uri())
    broken = "name => getComputedStyle(name).whiteSpace"
    assert page.locator("th[scope=row]").first.evaluate(broken) == "normal"
    assert faults(page, axe) == []
    context.close()


def faults(page, axe: str) -> list[list[str]]:
    """What axe finds wrong with a page."""
    page.add_script_tag(content=axe)
    return page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.nodes.map(n => `${v.id}: ${n.html}`)))"
    )


def test_all_lists_of_a_family_fit_into_a_notebook(open_page, tmp_path: Path) -> None:
    (tmp_path / "eve.py").write_text(ONE_LIST)
    out = tmp_path / "out"
    assert main(["grade", "moveto_tail", str(tmp_path / "eve.py"), "--report", str(out)]) == 1
    page = open_page(out / "feedback" / "eve-moveto_tail.html", width=880).page
    assert page.locator(".family").count() == 3
    room = "box => box.scrollWidth - box.clientWidth"
    assert page.locator(".state").evaluate(room) <= 0
    page.set_viewport_size({"width": 1280, "height": 720})
    for bounds in page.locator(".bounds").all():
        assert bounds.evaluate(room) <= 0
    page.set_viewport_size({"width": 1366, "height": 768})
    assert page.locator(".state").evaluate("box => box.scrollHeight - box.clientHeight") <= 0
