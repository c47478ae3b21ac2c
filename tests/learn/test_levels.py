"""Every level of the ladder is played to its end, and a file that is wrong is told where."""

import re
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.explore import Result
from vmlesson.learn.levels import FIND, FIX, HOLE, LOSE, RIGHT, Level, all_levels, read
from vmlesson.learn.player import SPACING, Code, following, level
from vmlesson.progress import Progress
from vmlesson.replay.record import replay
from vmlesson.replay.schedule import as_schedule
from vmlesson.show.drive import Drive
from vmlesson.show.look import SIZE

LEVELS = all_levels()
each_level = pytest.mark.parametrize("name", LEVELS)
FOLDER = Path(__file__).parents[2] / "exercises" / "levels"


@pytest.fixture(autouse=True)
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Progress:
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))
    return Progress()


@each_level
def test_its_solution_wins(name: str) -> None:
    found = LEVELS[name].judge(LEVELS[name].solution)
    assert found.won, found.said


@each_level
def test_its_wrong_answer_does_not(name: str) -> None:
    found = LEVELS[name].judge(LEVELS[name].wrong)
    assert not found.won
    assert "not at its end" not in found.said, "it is no answer yet"


@each_level
def test_it_is_not_won_as_it_is_given(name: str) -> None:
    here = LEVELS[name]
    if here.kind == FIX:
        assert not here.judge(here.code()).won
    elif here.kind == LOSE:
        assert not here.judge([]).won
    else:
        assert {here.solution, here.wrong} <= {*here.choices}
        assert here.judge(RIGHT).won == (here.solution == RIGHT)


@each_level
def test_its_picture_can_be_read(name: str) -> None:
    here = LEVELS[name]
    pictures = [
        each.value for each in level(name).box.children if "<svg" in str(getattr(each, "value", ""))
    ]
    drawn = here.kind != LOSE and replay(here.program(), [], allow_prefix=True).picture is not None
    assert len(pictures) == drawn
    for picture in pictures:
        points = float(re.search(r'width="([\d.]+)pt"', picture)[1])
        width = int(re.search(r"width: (\d+)px", picture)[1])
        assert round(width / points * SIZE) >= 12
        assert width <= 700


def test_there_are_enough_of_each_kind() -> None:
    kinds = [each.kind for each in LEVELS.values()]
    assert 16 <= len(kinds) <= 30
    assert kinds.count(LOSE) >= 6
    assert kinds.count(FIND) >= 6
    assert kinds.count(FIX) >= 4
    assert any(each.solution == RIGHT for each in LEVELS.values())
    assert all(1 <= each.minutes <= 5 for each in LEVELS.values())


def test_each_cures_another_misconception() -> None:
    assert len({each.cures for each in LEVELS.values()}) == len(LEVELS)


def test_a_pass_is_kept_with_its_source_and_the_next_level_comes(progress: Progress) -> None:
    fix = next(each for each in LEVELS.values() if each.kind == FIX)
    player = level(fix.name, fix.solution)
    assert progress.entries("levels")[fix.name]["answer"] == fix.solution
    assert "✓" in player.said.value
    assert player.onward.layout.display is None
    player.next()
    assert player.level.name != fix.name
    assert player.level.title in player.box.children[0].label


def test_what_a_page_goes_on_to_explain_offers_no_next_level(progress: Progress) -> None:
    player = level("lose-the-page", LEVELS["lose-the-page"].solution)
    assert "✓" in player.said.value
    assert player.onward.layout.display == "none"


def test_what_is_said_of_code_stands_above_the_calls_that_there_are(progress: Progress) -> None:
    fix = next(each for each in LEVELS.values() if each.kind == FIX)
    player = level(fix.name)
    *_, said, _, shown, calls = player.box.children
    assert (said, shown) == (player.said, player.shown)
    assert "The calls that there are" in calls.value


def test_an_answer_that_is_interrupted_wins_nothing(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Level, "judge", judge)
    player = level("read-a-list", "pass")
    assert "✗ Interrupted." in player.said.value
    assert progress.entries("levels") == {}


def test_a_review_counts_what_it_has_tried() -> None:
    """In all situations, or in the one that was said to break it."""
    right = next(each for each in LEVELS.values() if each.solution == RIGHT)
    tried = {
        name: int(re.search(r"its (\d+)", right.judge(name).said)[1]) for name in right.scenarios
    }
    assert f"any of its {sum(tried.values())} classes" in right.judge(RIGHT).said
    assert all(tried.values())


def test_what_is_driven_to_its_end_is_judged() -> None:
    lose = next(each for each in LEVELS.values() if each.kind == LOSE)
    player = level(lose.name)
    drive = next(each for each in player.box.children if isinstance(each, Drive))
    drive.schedule = as_schedule(lose.wrong)
    assert "nothing went wrong" in player.said.value
    drive.schedule = as_schedule(lose.solution)
    assert player.verdict is not None
    assert player.verdict.won


def test_a_deadlock_is_driven_into_and_not_there_from_the_start() -> None:
    """The order of two locks is wrong whoever goes first; that nobody is stuck is no failure."""
    here = LEVELS["two-locks"]
    for whole in (True, False):
        drive = Drive(here.program(), whole=whole)
        assert drive.graph.writer.states[0]["outlook"] == "can"
        drive.schedule = as_schedule(here.wrong)
        end = drive.graph.writer.steps[drive.path[-1]]["to"]
        assert drive.graph.writer.states[end]["end"]["outcome"] == "holds"


def test_what_was_written_is_there_again_until_the_level_is_passed(progress: Progress) -> None:
    def field() -> Code:
        return next(each for each in level("read-a-list").box.children if isinstance(each, Code))

    given = field().value
    field().value = "async def vmas_of(anon_vma): pass"
    assert field().value == "async def vmas_of(anon_vma): pass"
    field().value = " \n"
    assert field().value == given, "who empties it begins anew"
    field().value = "async def vmas_of(anon_vma): pass"
    level("read-a-list", LEVELS["read-a-list"].solution)
    assert field().value == given


def test_a_run_without_a_step_is_not_shown() -> None:
    assert not level("read-a-list", "pass").shown.children
    assert level(
        "read-a-list", "async for _ in list_for_each_entry(anon_vma.head): pass"
    ).shown.children


def test_a_wrong_answer_passes_nothing(progress: Progress) -> None:
    find = next(each for each in LEVELS.values() if each.kind == FIND and each.solution != RIGHT)
    player = level(find.name, RIGHT)
    assert progress.entries("levels") == {}
    assert "✗" in player.said.value
    player.answer(find.solution)
    assert player.shown.children, "the answer is the stepper"


@pytest.mark.parametrize("answer", [RIGHT, "merge-order"])
def test_a_review_whose_search_was_stopped_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    stopped = Result(complete=False, executions=3, stopped="after 20 s")
    monkeypatch.setattr(Level, "_explored", lambda *_: stopped)
    found = LEVELS["once-more-than-needed"].judge(answer)
    assert (found.won, found.said) == (False, "The search stopped after 20 s.")


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("read-a-list", "async def another(anon_vma): ...", "This text defines no vmas_of."),
        ("read-a-list", "async def vmas_of(:", "Python cannot read it: line 1: "),
        ("merge-or-make", "async def copy_vmma(): ...", "This text defines no copy_vma."),
        (
            "take-the-lock",
            "def vmas_of(anon_vma): ...",
            "; write async before its def",
        ),
        ("read-a-list", "return", "vmas_of returns None"),
        ("take-the-lock", "return", "vmas_of returns None"),
        ("take-the-lock", "return [anon_vma]", "You met anon_vma A, and the list has C and P"),
        ("read-a-list", "async def vmas_of(anon_vma): ...\n1 / 0", "ZeroDivisionError: division"),
        ("merge-or-make", "await list_del(None)", "AttributeError: &#x27;NoneType&#x27; object"),
    ],
)
def test_an_answer_that_cannot_be_tried_is_told_why(name: str, answer: str, said: str) -> None:
    """Who presses a button does not see what is raised: the last answer comes of the set-up."""
    player = level(name, answer)
    assert said in player.said.value
    assert player.verdict is not None
    assert not player.verdict.won


def test_a_patch_says_that_it_shows_an_answer_until_that_is_found(progress: Progress) -> None:
    name = next(n for n, each in LEVELS.items() if each.asked == "copy_vma" and each.kind == FIND)
    assert "<b>call_site</b>" in level(name)._head()
    progress.note("exercises", "call_site", passed=True)
    assert "call_site" not in level(name)._head()


EACH = "async for avc in list_for_each_entry(anon_vma.head)"
COUNTS = """
calls = []
async def vma_address(page, vma):
    calls.append(1)
    start, end, pgoff = await vma_bounds(vma)
    return start + (page.index - pgoff) * PAGE_SIZE if len(calls) % 2 else -EFAULT
"""


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("lose-the-page", ["mremap"], "^1 step, and it is not at its end yet"),
        ("lose-the-page", {"a": 1}, r"names, \"a 2, b 1\", or a Failure, not \{'a': 1\}"),
        ("read-a-list", "async for avc in anon_vma.head:\n    pass",
         r"; write async for avc in list_for_each_entry\(anon_vma.head\); for a vma's own chain"),
        ("read-a-list", "async for avc in list_for_each(anon_vma.head):\n    pass",
         r"ends it, line 4: NameError: .*; did you mean list_for_each_entry\?"),
        ("read-a-list", "raise SystemExit", r"ends it, line 4: SystemExit\.$"),
        ("read-a-list", "class A:\n    async def __call__(self, _):\n        x\nvmas_of = A()",
         r"ends it, line 3: NameError"),
        ("read-a-list", f"{EACH}:\n    found.append(str(avc.vma))",
         r"^Your list has 'P:100000-102000', 'C:100000-102000', 'D:100000-102000', "
         r"and the kernel's has P:100000-"),
        ("where-would-it-be", COUNTS, r"^Migration .* does not do what it did before\.$"),
    ],
)  # fmt: skip
def test_a_slip_is_answered_with_what_was_wanted(name: str, answer, said: str) -> None:
    assert re.search(said, LEVELS[name].judge(answer).said)


@pytest.mark.parametrize("answer", [5, ["a"]])
def test_what_is_no_text_is_no_code(answer) -> None:
    with pytest.raises(UserError, match="read-a-list: the answer is lines of code, in quotes, not"):
        LEVELS["read-a-list"].judge(answer)


def test_levels_come_in_order_and_old_ones_come_back(progress: Progress) -> None:
    played: list[Level] = []
    name = following(LEVELS.values(), progress)
    for _ in range(2 * SPACING):
        played.append(LEVELS[name])
        passes = progress.entries("levels").get(name, {}).get("passes", 0) + 1
        progress.note("levels", name, passes=passes)
        name = following(LEVELS.values(), progress, name)
    new = list(dict.fromkeys(each.name for each in played))
    assert new == list(LEVELS)[: len(new)]
    assert len(played) - len(new) == 2, "two of ten come back"


def test_it_is_played_without_buttons() -> None:
    for kind in (LOSE, FIND, FIX):
        here = next(each for each in LEVELS.values() if each.kind == kind)
        text = repr(level(here.name))
        assert here.goal in text
        assert f'level("{here.name}", answer)' in text


def test_an_unknown_level_names_those_there_are() -> None:
    with pytest.raises(UserError, match=r"no level 'x'; there are .*lose-the-page"):
        level("x")
    with pytest.raises(UserError, match="no level \\[\\]; there are"):
        level([])
    with pytest.raises(UserError, match="none of"):
        next(each for each in LEVELS.values() if each.kind == FIND).judge("maybe")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('difficulty = "easy"', 'difficulty = "simple"', r"line 3: difficulty: one of easy"),
        ("minutes = 3", 'minutes = "3"', r"line 4: minutes: is to be a whole number, not '3'"),
        ('kind = "fix it"', 'kind = "do it"', r"line 2: kind: one of lose it, find it, fix it"),
        ("cures =", "heals =", r"line 1: cures: is missing"),
        ('"easy"', "5", r"line 3: difficulty: is to be a text, not 5"),
        ('"easy"', '" "', r"line 3: difficulty: is to be a text, not ' '"),
        (HOLE, "pass", r"code: has no line \.\.\. that is to be written"),
        ("return found", "return (found", r"code: is no Python: line"),
        ('title = "', "title = ", r"at line 1"),
        ('"easy"', '"easy"\nscenarios = ["merge"]', r"line 4: scenarios: .*merge"),
        ('"easy"', '"easy"\nmost = "one"', r"line 4: most: is to be a whole number"),
        ("minutes = 3", "minutes = 30", r"line 4: minutes: is to be from 1 to 5"),
        ('"easy"', '"easy"\nrelease = "v9"', r"line 4: release: one of v3\.0, .* not 'v9'"),
        ('"easy"', '"easy"\ncheck = "lock"', r"line 4: check: 'lock' is no check of .* vmas_of"),
        ('"easy"', '"easy"\nscenarios = ["merge-order"]', r"program: would not be run"),
        ("def program(", "def programme(", r"program: defines no program"),
    ],
)
def test_a_wrong_file_is_told_where(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (FOLDER / "03-read-a-list.toml").read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "03-wrong.toml"
    wrong.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=re.compile(r"03-wrong\.toml.*" + said, re.DOTALL)):
        read(wrong)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("async def copy_vma", "async def copy_vmas", r"patch: defines no function of the kernel"),
        ('"merge-order"', '"merge-ordr"', r"solution: one of merge-order"),
        ('release = "v3.3"', "walkers = 77", r"scenarios: walkers is 77"),
    ],
)
def test_a_wrong_review_is_told_where(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (FOLDER / "17-the-wrong-one.toml").read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "17-wrong.toml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=r"17-wrong\.toml, line \d+: " + said):
        read(wrong)


FIRST_TWO = """
for avc in list(dst.anon_vma_chain)[:2]:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
"""
TWO_HOLDS = """
await anon_vma_lock(avc.anon_vma)
await list_del(avc.same_anon_vma)
await anon_vma_unlock(avc.anon_vma)
await anon_vma_lock(avc.anon_vma)
await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
await anon_vma_unlock(avc.anon_vma)
"""
ONE_PAGE = "await move_page_tables(new_vma, new_addr, vma, old_addr, min(moved, PAGE_SIZE))"
NOTHING_UNMAPPED = """
await move_page_tables(new_vma, new_addr, vma, old_addr, moved)
return -ENOMEM
"""
ONE_MORE = """
if new_vma is None:
    new_vma = await new_vma_like(vma, addr, length + PAGE_SIZE, pgoff)
"""
WITHOUT_A_LOOK = """
async for avc in list_for_each_entry(anon_vma.head):
    result = await rmap_one(page, avc.vma, await vma_address(page, avc.vma), arg)
"""
FREED = "await lock.acquire()\nawait lock.release()"
LOCKED = "await lock.acquire()\n{}\nfound = await slot.read()\nawait lock.release()"


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("read-a-list", "from unittest.mock import ANY\nfound += [ANY, ANY]", "your list has"),
        ("read-a-list", "found = [avc.vma for avc in anon_vma.head.peek()]", "uses peek"),
        ("take-the-lock", "found = [avc.vma for avc in anon_vma.head.peek()]", "uses peek"),
        ("take-the-lock", "found += ['C', 'P']", "you met 'C', 'P', and the list has C and P"),
        ("where-would-it-be", "address = vma.__dict__['vm_start']", "uses __dict__"),
        ("look-under-the-lock", "found = True", "look gives True for a slot that is empty"),
        ("look-under-the-lock", "found = slot", "found the entry in neither"),
        ("look-under-the-lock", "found = slot.value", "found the entry in neither"),
        ("look-under-the-lock", f"{FREED}\nfound = await slot.read()", "in neither"),
        ("look-under-the-lock", f"found = await slot.read()\n{FREED}", "in neither"),
        ("look-under-the-lock", LOCKED.format("await slot.write(True)"), "that is empty"),
        ("where-would-it-be", "address = start + abs(page.index - pgoff) * PAGE_SIZE", "returns"),
        ("every-list", FIRST_TWO, "which must be the last"),
        ("walk-them-all", WITHOUT_A_LOOK, "at -EFAULT"),
        ("move-one-node", TWO_HOLDS, "is lost"),
        ("carry-it-back", ONE_PAGE, "is lost"),
        ("carry-it-back", NOTHING_UNMAPPED, "T has something left at 0x13f000"),
        ("merge-or-make", ONE_MORE, "T:102000-10d000 overlaps"),
        ("nobody-home", "return", "is lost"),
        ("nobody-home", "if len(list(dst.anon_vma_chain)) < 2:\n    return", "is lost"),
    ],
)
def test_what_only_looks_right_does_not_win(name: str, answer: str, said: str) -> None:
    found = LEVELS[name].judge(answer)
    assert not found.won
    assert said.lower() in found.said.lower()
