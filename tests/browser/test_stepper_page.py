"""The exported stepper, opened from disk in a real browser with the network off."""

from collections.abc import Awaitable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from vmlesson.explore import Shared, replay
from vmlesson.kernel import PAGE_SIZE, Kernel, Scenario, Task, sys_mremap
from vmlesson.show import Drive, Stepper
from vmlesson.show.export import export

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("merge-order", tmp_path_factory.mktemp("page") / "race.html", release="v3.2")


@pytest.fixture(scope="session")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "drive.html"
    return Drive("merge-order", "v3.2", pages=1).to_html(path)


def number(page) -> int:
    return int(page.locator(".marker").text_content())


def test_asks_for_nothing_but_itself(open_page, race: Path) -> None:
    watched = open_page(race)
    watched.page.keyboard.press("End")
    assert watched.requests == [race.as_uri()]


def to_the_decisive_step(page) -> None:
    seen = page.locator(".seen").text_content()
    for _ in range(int(seen.partition("from step ")[2].partition(" ")[0])):
        page.keyboard.press("ArrowRight")


def test_begins_at_the_beginning_and_says_what_is_to_be_seen(open_page, race: Path) -> None:
    page = open_page(race).page
    assert number(page) == 0
    assert "until a page is lost" in page.locator(".seen").text_content()
    to_the_decisive_step(page)
    assert "inevitable" in page.locator(".said").text_content()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.locator(".verdict").text_content().startswith("✗ a page is lost")


def test_steps_by_keys_and_by_clicks(open_page, race: Path) -> None:
    page = open_page(race).page
    page.keyboard.press("ArrowRight")
    page.locator(".stepper").focus()
    start = number(page)
    page.keyboard.press("ArrowRight")
    assert number(page) == start + 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert number(page) == start - 1
    page.keyboard.press("Home")
    assert number(page) == 0
    page.keyboard.press("ArrowDown")
    assert page.locator(".preempts").text_content() == "preemption"
    page.get_by_role("button", name="One step on").click()
    after = number(page)
    page.keyboard.press("ArrowUp")
    assert number(page) == after - 1
    page.keyboard.press("End")
    assert "is lost" in page.locator(".console").text_content()
    box = page.locator(".tick").nth(7).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    assert number(page) == 8


def test_plays(open_page, race: Path) -> None:
    page = open_page(race).page
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.get_by_text("2 / ").wait_for()
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Play").is_visible()


def test_every_step_is_told_in_one_sentence(open_page, race: Path) -> None:
    page = open_page(race).page
    said = page.locator(".said")
    assert said.get_attribute("aria-live") == "polite"
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    total = int(page.locator(".track").get_attribute("aria-valuemax"))
    for _ in range(total):
        page.keyboard.press("ArrowRight")
        assert ", " in said.text_content()
        assert " line " in said.text_content()
        if "copies the contents" in said.text_content():  # which no picture shows
            assert page.locator(".changes").text_content() == "nothing changes in the picture"


def test_nothing_moves_between_steps(open_page, race: Path) -> None:
    page = open_page(race).page
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    parts = (".panes", ".state", ".console", ".foot", ".pane >> nth=0", ".code >> nth=1", ".heads")
    places = [page.locator(part).first.bounding_box() for part in parts]
    for _ in range(int(page.locator(".track").get_attribute("aria-valuemax"))):
        page.keyboard.press("ArrowRight")
        assert [page.locator(part).first.bounding_box() for part in parts] == places


BESIDE = """it => {
  const words = new Range();
  words.selectNodeContents(it);
  return it.parentElement.clientWidth - words.getBoundingClientRect().width;
}"""


@pytest.mark.parametrize(
    ("width", "hall"), [(840, False), (840, True), (1280, False), (1280, True)]
)
def test_the_last_word_is_read_whole(open_page, race: Path, width: int, hall: bool) -> None:
    """What is lost, and in which line the kernel says so: 840 is a notebook's column at 1280."""
    page = open_page(race, width=width).page
    page.locator(".stepper").focus()
    if hall:
        page.keyboard.press("l")
    page.keyboard.press("End")
    hidden = page.locator(".console").evaluate("it => it.scrollHeight - it.clientHeight")
    assert hidden <= 0, page.locator(".console").text_content()
    assert page.locator(".cell.stale > span").evaluate(BESIDE) >= 2
    row, lock = (page.locator(part).first.bounding_box() for part in (".card", ".ptls .lock"))
    assert lock["x"] + lock["width"] <= row["x"] + row["width"]
    head = page.locator(".family").bounding_box()
    assert head["x"] + head["width"] <= width


@pytest.mark.parametrize("hall", [False, True])
def test_a_list_begins_below_its_head(open_page, race: Path, hall: bool) -> None:
    """Its line does not cross who holds the mutex."""
    page = open_page(race).page
    if hall:
        page.locator(".stepper").focus()
        page.keyboard.press("l")
    head, line = (page.locator(part).bounding_box() for part in (".family", ".thread"))
    assert line["y"] >= head["y"] + head["height"] - 1


def test_the_longest_verdict_breaks_in_a_column_of_half_a_page(open_page, drive: Path) -> None:
    """A notebook beside the list of files, at twice the size."""
    page = open_page(drive, width=260, height=400).page
    page.locator(".stepper").focus()
    for _ in range(18):
        page.keyboard.press("2")
    expect(page.locator(".verdict")).to_contain_text("safe whatever happens")
    said, all_of_it = (page.locator(part).bounding_box() for part in (".verdict", ".stepper"))
    assert said["x"] + said["width"] <= all_of_it["x"] + all_of_it["width"]


CUT = """() => {
  const root = document.querySelector('#stepper').shadowRoot;
  return [...root.querySelectorAll('.code')].flatMap((code) => {
    const [first, ...rows] = code.children, edge = code.scrollTop + first.clientHeight;
    const now = code.querySelector('.now').getBoundingClientRect();
    if (now.bottom > code.getBoundingClientRect().bottom) return ['the line that it is at'];
    const bottom = (row) => row.offsetTop + row.offsetHeight;
    const cut = rows.filter((row) => row.offsetTop < edge - 3 && bottom(row) > edge + 3);
    return cut.map((row) => row.textContent);
  });
}"""


@pytest.mark.parametrize("height", [620, 656, 700])
def test_a_pane_begins_with_a_whole_line(open_page, race: Path, height: int) -> None:
    page = open_page(race, width=840, height=height).page
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    assert page.evaluate(CUT) == []


def test_frames_of_the_stack_can_be_looked_at(open_page, race: Path) -> None:
    page = open_page(race).page
    to_the_decisive_step(page)
    pane = page.locator(".pane").first
    pane.get_by_label("Stack of").select_option(label="move_vma")
    assert "async def move_vma(" in pane.locator(".code").text_content()
    assert pane.locator(".line.now").get_attribute("aria-current") == "step"


SMALLEST = """() => {
  const root = document.querySelector('#stepper').shadowRoot, sizes = new Map();
  for (const element of root.querySelectorAll('*')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (!own || !box.width || style.visibility === 'hidden' || element.closest('.hidden')) continue;
    sizes.set(parseFloat(style.fontSize), element.className || element.tagName);
  }
  const least = Math.min(...sizes.keys());
  return [least, sizes.get(least)];
}"""


MATTERS = (
    *(".pane.looked .line code", ".said", ".number", ".letter", ".cell > span", ".knot"),
    *(".cursor", ".lock .label", ".bounds", ".who strong", ".other", ".lane", ".verdict"),
)


@pytest.mark.parametrize("which", ["race", "drive"])
def test_hall_layout_is_large(open_page, which: str, request: pytest.FixtureRequest) -> None:
    page = open_page(request.getfixturevalue(which)).page
    page.locator(".stepper").focus()
    page.keyboard.press("l")
    if which == "drive":
        page.keyboard.press("2")
    least, what = page.evaluate(SMALLEST)
    assert least >= 18, what
    for what in MATTERS:
        for part in page.locator(f"{what} >> visible=true").all()[:1]:
            assert part.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 22, what
    expect(page.locator(".pane:visible")).to_have_count(1)
    wide = page.locator(".pane:visible").bounding_box()["width"]
    assert wide > 0.95 * page.locator(".stepper").bounding_box()["width"]
    expect(page.locator(".other:visible")).to_have_count(1)
    foot = page.locator(".foot").bounding_box()
    assert foot["y"] + foot["height"] <= 720


@pytest.mark.parametrize("width", [480, 640, 700, 900, 1024])
def test_in_a_narrow_hall_the_walk_is_seen_and_the_last_track(
    open_page, race: Path, width: int
) -> None:
    page = open_page(race, width, 768).page
    page.keyboard.press("l")
    to_the_decisive_step(page)
    track = page.locator(".lane").last.bounding_box()
    assert track["y"] + track["height"] <= 768
    state = page.locator(".state").bounding_box()
    walk = page.locator(".cursor >> visible=true").bounding_box()
    assert walk["x"] + walk["width"] <= state["x"] + state["width"] + 1


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768), (640, 480), (320, 560)])
def test_no_sideways_scroll(open_page, race: Path, width: int, height: int) -> None:
    page = open_page(race, width, height).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_buttons_are_large_enough_for_a_finger(open_page, race: Path) -> None:
    page = open_page(race).page
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box["height"] >= 44, button.text_content()


def test_drive_to_the_failure_by_hints(open_page, drive: Path) -> None:
    page = open_page(drive).page
    page.locator(".stepper").focus()
    assert "you can still lose the page" in page.locator(".verdict").text_content()
    verdicts = []
    for _ in range(100):
        page.keyboard.press("h")
        hinted = page.locator(".choices .hinted")
        if not hinted.count():
            break
        hinted.click()
        verdicts.append(page.locator(".verdict").text_content())
    assert verdicts[-1] == "✗ the page is lost: you did it"
    assert "is lost" in page.locator(".console").text_content()
    lost = next(i for i, text in enumerate(verdicts) if "whatever happens" in text)
    assert all("still" in text for text in verdicts[:lost])


def test_a_hint_is_taken_by_enter(open_page, drive: Path) -> None:
    page = open_page(drive).page
    hint = page.get_by_role("button", name="Hint (h)")
    for step in range(1, 4):
        hint.click()
        assert hint.get_attribute("aria-disabled") == "true"
        page.keyboard.press("Enter")
        assert page.locator(".number").text_content() == f"step {step}"
        assert hint.get_attribute("aria-disabled") == "false"


def test_where_nothing_can_be_lost_any_more_the_hint_leads_back(open_page, drive: Path) -> None:
    page = open_page(drive).page
    page.locator(".stepper").focus()
    verdict, back = page.locator(".verdict"), page.get_by_role("button", name="One step back")
    for _ in range(100):
        page.keyboard.press("2")
        if "safe" in verdict.text_content():
            break
    page.keyboard.press("2")
    for _ in range(2):
        assert "safe" in verdict.text_content()
        page.keyboard.press("h")
        expect(page.locator(".hinted")).to_have_count(1)
        expect(back).to_be_focused()
        page.keyboard.press("Enter")
    assert "still" in verdict.text_content()
    expect(page.locator(".hinted")).to_have_count(0)


# Texts and chips in a row that lie upon each other, or stick out of it or of a family's box.
CROWDED = """() => {
  const root = document.querySelector('#stepper').shadowRoot, found = [];
  const reach = (part) => {
    const boxes = [...part.querySelectorAll('.badge, .cell, .lock')];
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
      if (!text.data.trim() || text.parentElement.closest('.hidden')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      boxes.push(range);
    }
    const sides = boxes.map((box) => box.getBoundingClientRect()).filter((box) => box.width);
    return [Math.min(...sides.map((s) => s.left)), Math.max(...sides.map((s) => s.right))];
  };
  for (const card of root.querySelectorAll('.card')) {
    let end = -1;
    for (const part of card.children) {
      const [left, right] = reach(part);
      if (right < left) continue;
      if (left < end - 0.5) found.push(`${part.className}: ${part.textContent}`);
      end = right;
    }
    if (end > card.getBoundingClientRect().right + 0.5) found.push(card.textContent);
  }
  for (const part of root.querySelectorAll('.family, .cell')) {
    const [left, right] = reach(part), box = part.getBoundingClientRect();
    if (left < box.left - 0.5 || right > box.right + 0.5) found.push(part.textContent);
  }
  return found;
}"""


@pytest.mark.parametrize(("width", "hall"), [(1280, ""), (1280, "l"), (813, "")])
def test_nothing_in_the_state_runs_into_its_neighbour(
    open_page, race: Path, width: int, hall: str
) -> None:
    page = open_page(race, width).page
    page.locator(".stepper").focus()
    for key in ["Home", *hall, *["ArrowRight"] * 42]:
        page.keyboard.press(key)
        assert page.evaluate(CROWDED) == [], page.locator(".number").text_content()


@pytest.mark.parametrize(("width", "hall"), [(1280, ""), (1280, "l"), (813, ""), (400, "")])
def test_an_address_of_nine_digits_has_room(
    open_page, tmp_path: Path, width: int, hall: str
) -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("T")
        task.write(task.mmap(4 * PAGE_SIZE), bytes(4 * PAGE_SIZE))
        return task

    def cpus(task: Task) -> dict[str, Awaitable[object]]:
        start = task.maps()[0].start
        return {"mremap": sys_mremap(task, start, PAGE_SIZE, PAGE_SIZE, 3, start - 9 * PAGE_SIZE)}

    trace = replay(Scenario(setup, cpus, None), "mremap 5", release="v3.2", allow_prefix=True)
    page = open_page(Stepper(trace).to_html(tmp_path / "page.html"), width).page
    page.locator(".stepper").focus()
    for key in ["Home", *hall, "End"]:
        page.keyboard.press(key)
        assert page.evaluate(CROWDED) == [], key


def test_on_a_low_page_the_locks_are_whole(open_page) -> None:
    page = open_page(Path(__file__).parents[2] / "docs/merge-order.html", 990, 599).page
    page.locator(".stepper").focus()
    cut = """(root) => {
        const strip = root.querySelector('.strip');
        const edge = strip.parentElement.getBoundingClientRect().bottom;
        return [...strip.children]
            .filter((lock) => lock.getBoundingClientRect().bottom > edge).length;
    }"""
    for key in ("Home", *["ArrowRight"] * 42):
        page.keyboard.press(key)
        cuts = page.locator(".stepper").evaluate(cut)
        assert cuts == 0, page.locator(".number").text_content()


def test_a_vma_that_is_to_come_is_not_gone(open_page, tmp_path: Path) -> None:
    page = open_page(export("fresh-destination", tmp_path / "fresh.html", release="v3.2")).page
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    assert page.locator(".row.destination .bounds").text_content() == "not yet"
    page.keyboard.press("End")
    expect(page.get_by_text("not yet")).to_have_count(0)


def test_drive_to_safety_and_back(open_page, drive: Path) -> None:
    page = open_page(drive).page
    page.locator(".stepper").focus()
    while "safe" not in page.locator(".verdict").text_content():
        page.keyboard.press("2")
    page.keyboard.press("Home")
    assert "you can still" in page.locator(".verdict").text_content()


@pytest.mark.parametrize("which", ["race", "drive"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("keys", ["", "l", "t?"])
def test_axe_finds_nothing(
    open_page, axe: str, which: str, scheme: str, keys: str, request: pytest.FixtureRequest
) -> None:
    page = open_page(request.getfixturevalue(which), color_scheme=scheme, bypass_csp=True).page
    page.locator(".stepper").focus()
    for key in keys:
        page.keyboard.press(key)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [
        (each["id"], [(node["target"], node["failureSummary"]) for node in each["nodes"][:3]])
        for each in found["violations"]
    ] == []


def test_dark_follows_the_system_and_can_be_switched(open_page, race: Path) -> None:
    page = open_page(race, color_scheme="dark").page
    root = page.locator(".stepper")
    assert root.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(17, 17, 17)"
    page.keyboard.press("?")
    page.get_by_role("button", name="Light or dark").click()
    assert root.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_no_motion_where_none_is_wanted(open_page, race: Path) -> None:
    page = open_page(race, reduced_motion="reduce").page
    row = page.locator(".row").first
    assert row.evaluate("e => getComputedStyle(e).transitionDuration") in ("0s", "1e-06s")


def test_forced_colours_keep_the_picture(open_page, race: Path) -> None:
    page = open_page(race, forced_colors="active").page
    heads = {".carry": "::before", ".thread": "::after"}
    for part, head in heads.items():
        side = page.locator(part).evaluate("(e, h) => getComputedStyle(e, h).borderLeftColor", head)
        assert side == "rgba(0, 0, 0, 0)", "an arrow ends in a box"
    assert page.locator(".cell.migration").first.is_visible()
    assert page.locator(".knot").count() >= 2


# ------------------------------------------------------------------------------- keys and places


def current_line_is_seen(page) -> bool:
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    return page.evaluate(
        """() => [...document.querySelector("#stepper").shadowRoot.querySelectorAll(".code")]
          .every((code) => {
            const line = code.querySelector(".now") ?? code.querySelector(".done");
            const box = code.getBoundingClientRect(), at = line?.getBoundingClientRect();
            const stays = code.querySelector(".line.first");
            const top = stays === line ? box.top : stays.getBoundingClientRect().bottom;
            const seen = at && at.top < box.bottom - 4 && at.bottom > top + 4;
            return !code.clientHeight || !at || seen;
          })"""
    )


def test_keys_work_at_once_and_after_a_click_on_a_frame(open_page, race: Path) -> None:
    page = open_page(race).page
    start = number(page)
    page.keyboard.press("ArrowRight")
    assert number(page) == start + 1
    page.get_by_label("Stack of mremap").select_option(index=0)
    page.get_by_label("Stack of mremap").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert number(page) == start + 3


def test_the_current_line_is_seen_in_every_view(open_page, race: Path) -> None:
    page = open_page(race).page
    for key in ("t", "ArrowRight", "t", "l", "ArrowRight", "l"):
        page.keyboard.press(key)
        assert current_line_is_seen(page), key
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert current_line_is_seen(page)
    page.set_viewport_size({"width": 853, "height": 480})  # 1280 by 720, magnified
    page.keyboard.press("l")
    assert current_line_is_seen(page)


def test_the_address_names_the_step(open_page, race: Path) -> None:
    page = open_page(race).page
    page.goto(race.as_uri() + "#5")
    page.reload()
    assert number(page) == 5
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("#6")
    page.reload()
    assert number(page) == 6


def test_a_page_opens_where_it_says(open_page, tmp_path: Path) -> None:
    page = open_page(export("merge-order", tmp_path / "opened.html", step=7)).page
    assert number(page) == 7
    page.goto(page.url.replace("#7", "") + "#5")
    page.reload()
    assert number(page) == 5


def test_paper_has_the_turns(open_page, race: Path) -> None:
    page = open_page(race, color_scheme="dark").page
    assert page.locator(".paper").is_hidden()
    page.emulate_media(media="print")
    colour = page.locator(".paper td").first.evaluate("cell => getComputedStyle(cell).color")
    assert colour == "rgb(0, 0, 0)"
    assert page.locator("#stepper").is_hidden()
    assert page.locator(".paper tbody tr:visible").count() > 2


def test_a_program_without_a_kernel_offers_no_table(open_page, tmp_path: Path) -> None:
    def program():
        x = Shared("x", 0)

        async def add() -> None:
            await x.write(await x.read() + 1)

        return {"a": add(), "b": add()}, None

    path = Stepper(replay(program, ["a", "b", "a", "b"])).to_html(tmp_path / "page.html")
    page = open_page(path).page
    page.keyboard.press("?")
    assert page.locator(".tools").is_visible()
    expect(page.get_by_role("button", name="Show as a table")).to_have_count(0)
    page.keyboard.press("t")
    assert page.locator(".variable").is_visible()


def test_in_a_narrow_window_the_lanes_keep_their_digits(open_page, race: Path) -> None:
    page = open_page(race).page
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".lane .badge").first.is_visible()
    assert page.locator(".lane .badge").first.inner_text() == "1"


# ------------------------------------------------------------------------------ what else there is


@pytest.mark.parametrize("which", ["race", "drive"])
def test_eight_controls_are_enough(open_page, which: str, request: pytest.FixtureRequest) -> None:
    page = open_page(request.getfixturevalue(which)).page
    shown = page.locator("button:visible, select:visible, [role=slider]:visible")
    assert 5 <= shown.count() <= 8
    page.keyboard.press("?")
    assert page.get_by_role("button", name="To the end").is_visible()


def test_a_click_in_the_map_goes_there(open_page, drive: Path) -> None:
    page = open_page(drive).page
    page.locator(".chart rect.lost").first.click()
    assert "whatever happens" in page.locator(".verdict").text_content()
    assert number(page) > 0
    page.locator(".chart rect.safe").first.click()
    assert "now it is safe" in page.locator(".verdict").text_content()
    page.keyboard.press("m")
    assert page.locator(".chart").is_hidden()


def test_turns_lead_to_their_steps_in_either_run(open_page, race: Path) -> None:
    page = open_page(race).page
    page.keyboard.press("v")
    turns = page.locator(".turns")
    assert "they part" in turns.text_content()
    assert page.locator(".panes").is_hidden()
    turns.locator("table").last.locator("button").last.click()
    assert page.locator(".verdict").text_content() == "✓ this run holds"
    total = page.locator(".track").get_attribute("aria-valuemax")
    assert page.locator(".number").text_content() == f"{total} / {total}"
    turns.locator("table").nth(1).locator("button").last.click()
    assert page.locator(".verdict").text_content() == "✗ a page is lost"


def test_an_entry_in_no_slot_is_drawn_on_its_way(open_page, race: Path) -> None:
    page = open_page(race).page
    page.keyboard.press("Home")
    while page.locator(".carry .hand").count() == 0:
        page.keyboard.press("ArrowRight")
    assert "3 mig" in page.locator(".carry .hand").text_content()
    assert "in its hand: 3 mig" in page.locator(".pane.acting").text_content()
    expect(page.locator(".cell.migration")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".carry .hand")).to_have_count(0)


def test_who_cannot_see_hears_where_the_walk_stands(open_page, race: Path) -> None:
    page = open_page(race).page
    to_the_decisive_step(page)
    said = page.locator(".said").text_content()
    assert "The walk of migration stands at W, 2 of 2 on the list of A." in said
    assert "goes up, from W to V, past the walk." in said


# The live regions that said something, each as often as it did, while keys were pressed.
HEARD = """stepper => {
  window.heard = [];
  const note = (changes) => changes.forEach(({ addedNodes, target }) => addedNodes.length
    && window.heard.push(target.classList.item(0)));
  for (const region of stepper.querySelectorAll("[aria-live], [role=status], [role=log]"))
    new MutationObserver(note).observe(region, { childList: true });
}"""


@pytest.mark.parametrize("which", ["race", "drive"])
def test_a_step_is_said_once(open_page, which: str, request: pytest.FixtureRequest) -> None:
    page = open_page(request.getfixturevalue(which)).page
    page.locator(".stepper").evaluate(HEARD)
    track = page.locator(".track")
    for number in (1, 2, 3):
        page.keyboard.press("2" if which == "drive" else "ArrowRight")
        assert page.locator(".said").text_content() not in track.get_attribute("aria-valuetext")
        assert page.evaluate("heard") == ["said"] * number
    page.keyboard.press("h")  # draws the same step again
    assert page.evaluate("heard") == ["said"] * 3


def test_who_cannot_see_meets_no_state_of_hundreds_and_no_name_twice(
    open_page, drive: Path
) -> None:
    page = open_page(drive).page
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    seen = [
        [node.get(part, {}).get("value", "") for part in ("role", "name", "description")]
        for node in nodes
        if not node["ignored"]
    ]
    assert [role for role, _, _ in seen if role in ("image", "graphics-symbol")] == ["image"]
    assert [name for _, name, description in seen if name and name == description] == []


def test_the_focus_outlives_what_had_it(open_page, race: Path) -> None:
    page = open_page(race).page
    focused = page.locator(".stepper *:focus, .stepper:focus")
    page.keyboard.press("v")
    page.locator(".turns button").nth(2).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert number(page) > 1
    assert focused.evaluate("button => button.closest('tr').className") == "now"
    page.keyboard.press("v")
    assert focused.evaluate("element => element.classList.contains('stepper')")
    page.locator(".grid").focus()
    page.keyboard.press("t")
    assert focused.evaluate("element => element.classList.contains('stepper')")
    page.keyboard.press("?")
    page.locator(".tools button").first.focus()
    page.keyboard.press("?")
    assert focused.evaluate("element => element.classList.contains('opener')")


def test_on_a_phone_the_list_is_seen(open_page, race: Path) -> None:
    page = open_page(race, 390, 844).page
    to_the_decisive_step(page)
    for part in (".knot", ".cursor", ".family", ".track", ".line.now"):
        box = page.locator(f"{part} >> visible=true").first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 391, part
        assert box["y"] + box["height"] <= 844, part


# How much more there is of what a step has changed than is seen.
HIDDEN = """news => {
  const changes = news.querySelector(".changes"), words = news.querySelector(".words");
  return [changes.scrollWidth - changes.clientWidth, words.offsetHeight - news.clientHeight];
}"""


def test_on_a_phone_what_has_changed_is_read_whole(open_page, race: Path) -> None:
    page = open_page(race, 390, 844).page
    for _ in range(int(page.locator(".track").get_attribute("aria-valuemax"))):
        page.keyboard.press("ArrowRight")
        assert max(page.locator(".news").evaluate(HIDDEN)) <= 1, page.locator(".news").inner_text()


NAMES = ["<img src=x onerror=fail()>", '"quoted" & so', "שלום", *"abcdefghi"]


def test_twelve_cpus_of_any_name_are_drawn(open_page, tmp_path: Path) -> None:
    def program():
        x = Shared("x <b>", 0)

        async def add() -> None:
            await x.write(await x.read() + 1)

        return {name: add() for name in NAMES}, None

    path = Stepper(replay(program, None), title="</main><i>").to_html(tmp_path / "many.html")
    page = open_page(path).page
    assert page.locator(".lane").all_text_contents() == [
        f"{number}{name}" for number, name in enumerate(NAMES, 1)
    ]
    expect(page.locator("img")).to_have_count(0)
    expect(page.locator(".pane:visible")).to_have_count(1)
    page.keyboard.press("End")
    assert page.locator(".variable code").text_content() == "12"


def test_a_document_of_another_format_is_a_sentence(browser, race: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    text = race.read_text(encoding="utf-8").replace('{"format":2,', '{"format":1,', 1)
    other.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto(other.as_uri())
    said = page.get_by_role("alert").text_content()
    assert "recorded in format 1" in said
    assert "export the page again" in said
    page.close()
