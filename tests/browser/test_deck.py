"""The lecture's deck in a real browser: from disk, with no network, from first to last slide."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from vmlesson.cli import main

pytestmark = pytest.mark.browser

SIZES = [(1280, 720), (1024, 768), (1366, 625)]
TEXT, CODE, ANY = 24, 22, 18

# Every text on the screen, in shadow roots and drawings too: its size, what it is, the text.
# In pixels of a hall: a slide is scaled as a whole.
MEASURE = """() => {
  const found = [];
  const measure = (text) => {
    const range = document.createRange(), on = text.parentElement;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (!text.data.trim() || !box.width) return;
    if (!on.checkVisibility({ visibilityProperty: true })) return;
    if (on.closest(".hidden, title, desc, style")) return;
    let size = parseFloat(getComputedStyle(on).fontSize);
    const drawing = on.closest("svg");
    if (drawing) {
      const drawn = on.getAttribute("font-size") ?? size;
      const scale = Number(document.body.style.getPropertyValue("--scale"));
      const wide = drawing.getBoundingClientRect().width / scale;
      size = (drawn * wide) / drawing.viewBox.baseVal.width;
    }
    const kind = on.closest("pre.source, pre.said, .line code") ? "code"
      : on.closest("p, li, td") && !on.closest("small, .stepper") ? "text" : "other";
    found.push([size, kind, text.data.trim()]);
  };
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) measure(node);
    if (node.shadowRoot) look(node.shadowRoot);
    for (const child of node.childNodes)
      if (!["SCRIPT", "STYLE", "TEMPLATE"].includes(child.tagName)) look(child);
  };
  look(document.querySelector("section.current"));
  return found;
}"""

# What does not fit: a slide that would scroll, or code that is cut off at its right.
LOST = """() => [...document.querySelectorAll("section.current, section.current pre")]
  .filter((part) => part.scrollHeight > part.clientHeight + 1
    || part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.tagName} ${part.className}`)"""

# What is wider than the window, and what lies on the heading, of a slide that may scroll down.
COVERED = """() => {
  const slide = document.querySelector("section.current");
  const box = (part) => part.getBoundingClientRect();
  const heading = slide.querySelector(":scope > :is(h1, h2)");
  const verdict = slide.querySelector(".stepper-host")?.shadowRoot.querySelector(".verdict");
  const parts = [document.querySelector("body > nav"), verdict].filter(Boolean);
  const lies = (part) => box(part).left < box(heading).right && box(heading).left < box(part).right
    && box(part).top < box(heading).bottom && box(heading).top < box(part).bottom;
  const wide = [...slide.querySelectorAll("*")].filter((part) => box(part).right > innerWidth + 1);
  return [...(heading ? parts.filter(lies) : []), ...wide].map((part) => part.outerHTML);
}"""

# How many lines of code a stepper shows, and where heading, verdict and keys are in its first row.
ROOM = """() => {
  const box = (part) => part.getBoundingClientRect();
  const stepper = document.querySelector("section.current .stepper-host").shadowRoot;
  const code = stepper.querySelector(".pane.looked .code");
  const heading = document.querySelector("section.current > h2");
  const verdict = stepper.querySelector(".verdict"), keys = document.querySelector("body > nav");
  return [box(code).height / box(code.querySelector(".line.first")).height,
    [box(heading).right, box(verdict).left, box(verdict).right, box(keys).left]];
}"""

# Rows that change their place have done so.
SETTLED = """() => Promise.all(
  [...document.querySelectorAll("section.current .stepper-host")]
    .flatMap((host) => host.shadowRoot.getAnimations())
    .map((motion) => motion.finished.catch(() => 0)))"""


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("deck") / "lecture.html"
    assert main(["slides", "-o", str(target), "--speaker", "N. N."]) == 0
    return target


@pytest.fixture
def show(browser, deck: Path) -> Generator:
    """Opens the deck; nothing may be asked for but the file, and nothing may be complained of."""
    contexts, requests, errors = [], [], []

    def open_(width: int = 1280, height: int = 720, at: str = ""):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.goto(deck.as_uri() + at)
        page.locator("section.current").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
    assert {url.partition("#")[0] for url in requests} <= {deck.as_uri(), "about:blank"}


def number(page) -> int:
    return int(page.locator("nav .number").inner_text().split("/")[0])


def count(page) -> int:
    return page.locator("main > section").count()


@pytest.mark.parametrize(("width", "height"), [*SIZES, (640, 360)])
def test_every_slide_fits_and_can_be_read(show, width: int, height: int) -> None:
    page = show(width, height)
    for at in range(1, count(page) + 1):
        assert number(page) == at
        page.evaluate(SETTLED)
        assert page.evaluate(LOST) == [], f"slide {at}"
        for size, kind, text in page.evaluate(MEASURE):
            least = {"code": CODE, "text": TEXT}.get(kind, ANY)
            assert size >= least - 0.1, f"slide {at}: {size} pixels: {text}"
        page.keyboard.press("PageDown")
    assert number(page) == count(page)
    for at in range(count(page), 1, -1):
        assert number(page) == at
        page.keyboard.press("PageUp")


def test_an_old_projector_s_slide_is_used_as_a_whole(show) -> None:
    page = show(1024, 768, "#away-a-new-vma")
    picture = "section => Number(section.style.getPropertyValue('--picture'))"
    assert page.locator("section.current").evaluate(picture) > 1.2
    page = show(1024, 768, "#what-complete-promises-and-what-not")
    widths = page.locator("section.current tr").nth(1).locator("td").evaluate_all(
        "cells => cells.map(cell => cell.offsetWidth)"
    )  # fmt: skip
    assert widths == sorted(widths), "what it does not say is the longer text"


# Where each piece of each line of output begins, in letters from the left, and its last letters.
PIECES = """said => [...said.children].map((line) => {
  const text = line.firstChild, pieces = [];
  for (let at = 0; at < text.length; at++) {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    const { left, top, width } = range.getBoundingClientRect();
    if (!width) continue;
    if (pieces.at(-1)?.top !== top) pieces.push({ top, left, text: "" });
    pieces.at(-1).text += text.data[at];
  }
  return pieces.map(({ left, text }) => [left - pieces[0].left, text]);
})"""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_line_of_output_goes_on_further_in_and_between_words(show, width, height) -> None:
    page = show(width, height)
    long = 0
    for at in range(1, count(page) + 1):
        for said in page.locator("section.current pre.said").all():
            for (_, first), *more in filter(None, said.evaluate(PIECES)):
                long += bool(more)
                *before, _ = [first, *(text for _, text in more)]
                assert all(text[-1].isspace() for text in before), f"slide {at}: {before}"
                assert all(left > 20 for left, _ in more), f"slide {at}: {first}"
        page.keyboard.press("PageDown")
    assert long


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (740, 330)])
def test_a_telephone_shows_every_slide(show, width: int, height: int) -> None:
    page = show(width, height)
    for at in range(1, count(page) + 1):
        assert page.evaluate(COVERED) == [], f"slide {at}"
        page.keyboard.press("PageDown")


def test_a_telephone_may_be_turned(show) -> None:
    page = show(390, 844, "#the-run-that-is-easiest-to-read")
    stepper = page.locator("section.current .stepper")
    hall = "stepper => stepper.classList.contains('hall')"
    assert not stepper.evaluate(hall)
    page.set_viewport_size({"width": 844, "height": 390})
    assert stepper.evaluate(hall)
    page.set_viewport_size({"width": 390, "height": 844})
    assert not stepper.evaluate(hall)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_stepper_steps_and_has_room(show, width: int, height: int) -> None:
    page = show(width, height)
    stepped = 0
    for _ in range(count(page)):
        if page.locator("section.current .stepper-host").count():
            stepped += 1
            here = page.locator("section.current .stepper")
            if "driving" in here.get_attribute("class"):
                for key in "2" * 12 + "1" * 20:
                    page.keyboard.press(key)
            else:
                page.keyboard.press("Home")
                total = int(here.locator(".track").get_attribute("aria-valuemax"))
                for _ in range(total):
                    page.keyboard.press("ArrowRight")
                assert here.locator(".track").get_attribute("aria-valuenow") == str(total)
                assert page.evaluate("location.hash").endswith(f"/{total}")
            assert page.evaluate(LOST) == []
            lines, places = page.evaluate(ROOM)
            assert lines >= 6
            assert places == sorted(places), "they lie upon each other"
        page.keyboard.press("PageDown")
    assert stepped == 6


def test_arrows_turn_pages_unless_the_stepper_has_them(show) -> None:
    page = show(at="#the-run-that-is-easiest-to-read/3")
    before = number(page)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#the-run-that-is-easiest-to-read/4"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert number(page) == before + 1
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("location.hash") == "#the-run-that-is-easiest-to-read/4"
    page.keyboard.press("PageDown")
    assert number(page) == before + 1


def test_an_address_gives_the_focus_to_its_stepper(show) -> None:
    page = show(at="#lose-the-page")
    before = number(page)
    expect(page.locator(".stepper-host:focus")).to_have_count(1)
    page.wait_for_timeout(200)
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    assert number(page) == before
    assert page.locator("section.current .number").first.inner_text() == "step 2"


def test_the_speaker_sees_what_the_hall_does_not(show) -> None:
    page = show()
    expect(page.get_by_text("Who you are")).to_have_count(0)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    speaker = opened.value
    assert "Who you are" in speaker.locator(".notes").inner_text()
    assert "The page that got lost" in speaker.locator(".now").inner_text()
    size = "e => getComputedStyle(e).fontSize"
    named = page.locator("main h2").first
    assert speaker.locator(".next .preview h2").evaluate(size) == named.evaluate(size)
    assert "0:00 of 45:00" in speaker.locator(".time").inner_text()
    speaker.keyboard.press("PageDown")
    assert number(page) == 2
    assert "The gist of the program" in speaker.locator(".notes").inner_text()
    assert "leave this slide at 3:00" in speaker.locator(".pace").inner_text()
    expect(speaker.locator(".plan li")).to_have_count(count(page))
    assert "It runs" in speaker.locator(".next").inner_text()
    for _ in range(8):
        speaker.keyboard.press("PageDown")
    speaker.keyboard.press("2")
    assert page.locator("section.current .number").first.inner_text() == "step 1"
    assert speaker.locator(".now .number").first.inner_text() == "step 1"
    page.keyboard.press("b")
    assert "BLANK" in speaker.locator("h1").inner_text()
    page.keyboard.press("PageDown")
    assert speaker.locator("h1").inner_text().startswith("11 / ")
    assert "BLANK" not in speaker.locator("h1").inner_text()


def test_the_short_talk_has_its_own_slides_and_clock(show) -> None:
    page = show()
    whole = count(page)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    page.keyboard.press("s")
    speaker = opened.value
    assert page.locator("nav .number").inner_text() == "1 / 12"
    assert "0:00 of 20:00" in speaker.locator(".time").inner_text()
    expect(speaker.locator(".plan li")).to_have_count(12)
    page.keyboard.press("End")
    assert page.evaluate("location.hash") == "#in-three-sentences"
    speaker.get_by_role("button", name="to the long talk").click()
    assert page.evaluate("location.hash") == "#in-three-sentences"
    assert page.locator("nav .number").inner_text().endswith(f"/ {whole}")
    page.goto(f"{page.url.partition('#')[0]}#families-a-vma-on-several-lists")
    assert "Families" in speaker.locator("h1").inner_text()


def test_a_number_and_enter_go_to_a_slide(show) -> None:
    page = show()
    for key in ("1", "4", "Enter"):
        page.keyboard.press(key)
    assert number(page) == 14
    page.keyboard.press("o")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # a link's address is followed a moment later
    expect(page.locator("nav .number")).to_have_text(re.compile("15"))


def test_the_overview_shows_slides_as_they_were_seen(show) -> None:
    """The text as large within its slide, and a stepper's picture, also where one stands now."""
    page = show()
    for key in ("7", "Enter"):
        page.keyboard.press(key)
    large = "e => [getComputedStyle(e.parentElement).zoom, getComputedStyle(e).fontSize]"
    seen = page.locator("section.current ol").evaluate(large)
    for key in ("1", "1", "Enter", "o"):
        page.keyboard.press(key)
    thumbs = page.locator(".overview .thumb")
    expect(thumbs.nth(10).locator(".still")).to_be_visible()
    assert thumbs.nth(6).locator("ol").evaluate(large) == seen
    assert float(seen[0]) > 1


def test_a_finger_turns_the_page(browser, deck: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(deck.as_uri())
    touch = """([from, to]) => {
      const at = (x) => [new Touch({ identifier: 1, target: document.body, clientX: x })];
      const send = (name, touches, changedTouches) => document.body.dispatchEvent(
        new TouchEvent(name, { touches, changedTouches, bubbles: true }));
      send("touchstart", at(from), at(from));
      send("touchend", [], at(to));
    }"""
    page.evaluate(touch, [300, 100])
    assert number(page) == 2
    page.evaluate(touch, [100, 300])
    assert number(page) == 1
    page.evaluate(touch, [100, 120])
    assert number(page) == 1
    context.close()


def test_keys_of_the_hall(show) -> None:
    page = show()
    page.keyboard.press("d")
    assert page.locator("body").get_attribute("data-jp-theme-light") == "false"
    page.keyboard.press("b")
    assert page.evaluate("document.body.classList.contains('blank')")
    page.keyboard.press("PageDown")
    assert not page.evaluate("document.body.classList.contains('blank')")
    page.keyboard.press("o")
    page.get_by_role("link", name="In three sentences").click()
    assert page.evaluate("location.hash") == "#in-three-sentences"
    page.keyboard.press("?")
    said = page.get_by_role("dialog", name="Keys").inner_text()
    assert "the speaker's window" in said
    assert "object" not in said
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    assert page.evaluate("document.body.classList.contains('desk')")
    page.keyboard.press("Home")
    assert number(page) == 1


def test_paper_has_rows_in_the_place_of_steppers(show) -> None:
    page = show()
    page.emulate_media(media="print")
    expect(page.locator("main > section:visible")).to_have_count(count(page))
    expect(page.locator(".stepper-host:visible")).to_have_count(0)
    expect(page.locator(".handout table:visible")).to_have_count(5)
    sizes = "all => all.map(e => getComputedStyle(e)).map(s => [s.breakInside, s.maxWidth])"
    heads = page.locator("main > section > h2").evaluate_all(sizes)
    assert {tuple(each) for each in heads} == {("avoid", "none")}
    small = "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    assert max(page.locator("small, .by").evaluate_all(small)) == pytest.approx(12)
    below = "all => all.map(e => e.getBoundingClientRect().bottom - "
    below += "e.nextElementSibling.getBoundingClientRect().top)"
    overlaps = page.locator("main > section.live > h2").evaluate_all(below)
    assert max(overlaps) <= 0, "a heading lies on its picture"
    driven = page.locator("#lose-the-page").bounding_box()
    assert driven["height"] < 350, "no room for the stepper that is not there"
    expect(page.get_by_text("Who you are")).to_have_count(0)


def test_paper_is_white_and_has_the_notes_that_are_asked_for(show) -> None:
    page = show()
    page.keyboard.press("d")
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.keyboard.press("p")
    page.emulate_media(media="print")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    assert page.locator("body").get_attribute("data-jp-theme-light") == "true"
    expect(page.get_by_text("Who you are")).to_have_count(1)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("body").get_attribute("data-jp-theme-light") == "false"
    expect(page.locator(".paper-notes")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
def test_axe(show, axe: str, dark: bool) -> None:
    page = show()
    if dark:
        page.keyboard.press("d")
    page.evaluate(axe)
    for at in range(1, count(page) + 1):
        page.evaluate(SETTLED)
        found = page.evaluate("axe.run()")["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], f"slide {at}"
        page.keyboard.press("PageDown")
