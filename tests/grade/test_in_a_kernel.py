"""What a learner sees in the notebook's own kernel: at each check a sentence of the course."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from other_answers import solution
from test_law import SLIPS, slip

from vmlesson.grade.exercises import EXERCISES as ASKED

EXERCISES = Path(__file__).parents[2] / "exercises"


class Notebook:
    """A kernel, in which cells are run one after the other."""

    def __init__(self, manager: KernelManager, client) -> None:
        self.manager, self.client = manager, client

    def run(self, source: str) -> str:
        """What a cell shows, as text; an error as its last line, behind "!!"."""
        shown: list[str] = []

        def hear(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.append(content["text"])
            elif message["msg_type"] == "error":
                shown.append(f"!!{content['ename']}: {content['evalue']}")
                self.traceback = content["traceback"]
            elif "data" in content:
                shown.append(content["data"].get("text/plain", ""))

        self.client.execute_interactive(source, output_hook=hear, timeout=120)
        return "\n".join(shown)

    def cells(self, exercise: str, answer: str | None = None) -> dict[str, str]:
        """What the cells of an exercise show, with another answer in it."""
        text = (EXERCISES / exercise / f"{exercise}.ipynb").read_text("utf-8")
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        self.run("%reset -f")
        return {
            cell["id"]: self.run(
                answer if cell["id"] == "answer" and answer else "".join(cell["source"])
            )
            for cell in cells
        }


@pytest.fixture(scope="module")
def notebook(tmp_path_factory) -> Iterator[Notebook]:
    home = tmp_path_factory.mktemp("home")
    manager, client = start_new_kernel(
        kernel_name="python3", cwd=str(home), env={"HOME": str(home), "PATH": "/usr/bin"}
    )
    try:
        yield Notebook(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("exercise", ASKED)
def test_an_exercise_as_it_is_given_runs_from_top_to_bottom(notebook, exercise: str) -> None:
    shown = notebook.cells(exercise)
    assert not [text for text in shown.values() if "!!" in text]
    assert "not yet" in shown["check"]


ADDRESS = """
async def vma_address(page, vma):
    start, end, pgoff = await vma_bounds(vma)
    address = start + (page.index - pgoff) * PAGE_SIZE
    return address if start <= address < end else -EFAULT
"""


def test_a_cell_that_did_not_run_is_said_before_the_verdict(notebook) -> None:
    notebook.cells("vma_address", ADDRESS)
    notebook.run(ADDRESS.replace("vma):", "vma)"))
    said = notebook.run("check.vma_address(vma_address)")
    assert re.search(r"your last cell did not run \(SyntaxError.*\); this judges run \[\d+\]", said)
    assert "passed, 6 of 6" in said
    said = notebook.run("play.vma_address(vma_address)")
    assert re.search(r"your last cell did not run .*; this plays run \[\d+\]", said)
    assert "down_write(T's mmap_sem)" in said
    notebook.run(f"{ADDRESS}\n1 / 0")
    assert "did not run" not in notebook.run("check.vma_address(vma_address)")


def test_an_answer_that_ran_before_the_imports_is_to_be_run_again(notebook) -> None:
    notebook.cells("vma_address", ADDRESS)
    notebook.run("from vmlesson.kernel import *")
    said = notebook.run("check.vma_address(vma_address)")
    assert said.endswith("If you have, a later import has taken its name: run yours again")
    notebook.run(ADDRESS)
    assert "passed, 6 of 6" in notebook.run("check.vma_address(vma_address)")


def test_a_name_that_is_only_like_it_is_said_before_the_verdict(notebook) -> None:
    notebook.cells("vma_address", ADDRESS)
    judged = "your last cell defines vma_adress, not vma_address; this judges run ["
    for body in ("1 / 0", ""):  # also after a cell that did not run
        notebook.run(ADDRESS + body)
        notebook.run(ADDRESS.replace("vma_address", "vma_adress"))
        assert judged in notebook.run("check.vma_address(vma_address)")
    assert "your last cell" not in notebook.run("check.vma_address(vma_adress)"), "it is judged"
    said = notebook.run("play.vma_address(vma_address)")
    assert "your last cell defines" in said
    assert "down_write(T's mmap_sem)" in said, "it is played all the same: it may be a helper"
    notebook.run(ADDRESS)
    notebook.run("def vma_addresses(vma): ...")  # a helper
    assert "your last cell" not in notebook.run("check.vma_address(vma_address)")


def test_an_await_that_is_forgotten_is_said_by_play_too(notebook) -> None:
    notebook.cells("vma_address", "async def first(vma): return 1" + ADDRESS)
    notebook.run(ADDRESS.replace("address = start", "address = first(vma)"))
    said = notebook.run("play.vma_address(vma_address)")
    assert "await is missing before the call that gave it" in said


def test_nothing_drawn_or_noted_loses_a_verdict(notebook) -> None:
    notebook.cells("vma_address", ADDRESS.replace("< end", "<= end"))
    notebook.run(
        "import vmlesson.grade.notebook as n\n"
        "def broken(*args, **kwargs): raise KeyError('drawn')\n"
        "kept, n.in_stepper = n.in_stepper, broken\n"
        "progress, n.Progress = n.Progress, broken"
    )
    wrong = notebook.run("check.vma_address(vma_address)")
    assert "of 6 points" in wrong
    notebook.run(ADDRESS)
    right = notebook.run("check.vma_address(vma_address)")
    assert "passed, 6 of 6" in right
    assert "could not be made: KeyError" in right
    notebook.run("n.in_stepper, n.Progress = kept, progress")


def test_no_other_attribute_is_an_exercise(notebook) -> None:
    said = notebook.run("from vmlesson.grade import check\nhasattr(check, 'nosuch')")
    assert said == "False"


MISTAKES = [
    *[("moveto_tail", slip(body)) for body in SLIPS],
    *[
        (exercise, f"async def later(): ...\n{solution(exercise)}".replace(old, new))
        for exercise, old, new in [
            ("vma_address", "await vma_bounds", "vma_bounds"),
            ("vma_address", "return address", "address"),
            ("vma_address", "    start,", "    later()\n    start,"),
            ("vma_address", "    start,", "    x = later()\n    1 / 0\n    start,"),
            ("vma_address", "vma):", "vma)"),
            ("vma_address", "PAGE_SIZE", "PAGESIZE"),
            ("vma_address", "page.index", "page.idx"),
            ("vma_address", "-EFAULT", "None"),
            ("vma_address", "async def", "def"),
            ("vma_address", "(page, vma)", "(page)"),
            ("vma_address", "(page, vma)", "(vma, page)"),
            ("vma_address", "vma_address", "vma_adress"),
            ("vma_address", "    start,", "    while True: await vma_bounds(vma)\n    start,"),
            ("rmap_walk", "async for", "for"),
            ("rmap_walk", "await anon_vma_lock(anon_vma)", "anon_vma_lock(anon_vma)"),
            ("rmap_walk", "await anon_vma_lock(anon_vma)", "await anon_vma_lock(page)"),
            ("rmap_walk", "    await anon_vma_lock(anon_vma)\n", ""),
            ("rmap_walk", "    await anon_vma_unlock(anon_vma)\n", ""),
            ("rmap_walk", "await rmap_one(", "rmap_one("),
            ("rmap_walk", "await rmap_one(page, avc.vma, address, arg)", "await rmap_one(avc.vma)"),
            ("rmap_walk", "anon_vma.head", "anon_vma"),
            ("rmap_walk", "    return result", "    return"),
            ("pte_peek", "await set_pte_at", "set_pte_at"),
            ("pte_peek", "await pte_read(slot)", "pte_read(slot)"),
            ("pte_peek", "slot, ptl = found", "slot = found"),
            ("call_site", "await anon_vma_moveto_tail(new_vma)", "anon_vma_moveto_tail(new_vma)"),
            ("call_site", "await anon_vma_moveto_tail(new_vma)", "await anon_vma_moveto_tail()"),
            ("call_site", "return vma, new_vma", "return new_vma"),
            ("call_site", "return vma, new_vma", "return None"),
            ("error_path", "await anon_vma_moveto_tail(vma)", "anon_vma_moveto_tail(vma)"),
            ("error_path", "await anon_vma_moveto_tail(vma)", "await anon_vma_moveto_tail(old)"),
            ("error_path", "-ENOMEM", "ENOMEM"),
        ]
    ],
    ("count_the_calls", "answer = [0, 1, 1, 0, 2]"),
    ("count_the_calls", "answer = '0 1 1 0 2 2'"),
    ("count_the_calls", "answer = None"),
    ("count_the_calls", "answer = {0: 1}"),
    ("break_it", "answer = ['nobody']"),
    ("break_it", "answer = ['mremap'] * 5"),
    ("break_it", "answer = 'mremap'"),
    ("break_it", "answer = ['mremap'] * 2_000"),
]  # fmt: skip


def test_each_mistake_is_one() -> None:
    assert len(MISTAKES) > 60
    assert not [one for one in MISTAKES if one[0] in ASKED and one[1] == solution(one[0])]


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("exercise", "answer"),
    MISTAKES,
    ids=[f"{exercise} {number}" for number, (exercise, _) in enumerate(MISTAKES)],
)
def test_a_beginners_mistake_ends_in_a_sentence_of_the_course(
    notebook, exercise: str, answer: str
) -> None:
    """Python itself may have stopped the answer's cell; the cells below it run all the same."""
    shown = notebook.cells(exercise, answer)
    below = {name: text for name, text in shown.items() if name in ("play", "check")}
    assert "check" in below
    for text in below.values():
        assert "!!" not in text or "!!NameError" in text
        assert "ScheduleError" not in text
        assert "RuntimeWarning" not in text
    said = below["check"]
    assert (
        re.search(rf"{exercise}: (failed|unfinished|this is|not yet|\w+ |\w+\()", said)
        or "!!" in said
    )


def test_the_beginning_of_a_schedule_is_played_and_a_race_can_be_driven(notebook) -> None:
    shown = notebook.cells("break_it", "answer = ['mremap'] * 3")
    assert "choose who goes next" in shown["drive"]
    assert "mremap" in shown["play"]
    assert notebook.run("drive.schedule") == "[]"
    assert "not yet: write what" in notebook.run("play.break_it(drive.schedule)")
    assert "there is nothing to play" in notebook.run("play.count_the_calls([1])")
