"""What a stepper's document says, before any browser sees it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from vmlesson.cli import main
from vmlesson.errors import UserError
from vmlesson.explore import Mutex, Shared, Trace, explore, replay
from vmlesson.explore.result import PHRASES
from vmlesson.kernel import Kernel, Scenario, Task, anon_vma_lock, sys_mremap
from vmlesson.replay.labels import third_person
from vmlesson.replay.schedule import ScheduleError
from vmlesson.scenarios import scenarios
from vmlesson.show import Drive, Stepper
from vmlesson.show.export import export, page
from vmlesson.show.stepper import as_trace, decisive_step
from vmlesson.show.stepper_still import still, table
from vmlesson.show.stepper_words import VERDICTS, verdict_in_words

PAGE = Path(__file__).parents[2] / "docs" / "merge-order.html"


@cache
def failure() -> Any:
    scenario = scenarios("merge-order")["above, one batch"]
    return explore(scenario, release="v3.2").failures[0]


@cache
def trace() -> Trace:
    return failure().trace()


def steps(document: dict) -> Iterator[dict]:
    for place in document["run"]:
        yield document["pool"][document["steps"][place]["did"]]


def test_a_failure_opens_where_it_becomes_inevitable() -> None:
    document = failure().show().doc
    step = list(steps(document))[document["at"] - 1]
    assert step["sentence"].startswith("CPU mremap, move_ptes line")
    assert step["sentence"].endswith("takes W's ptl.")


def test_nothing_is_called_inevitable_that_is_not_known_to_be() -> None:
    found = failure()
    trace = found.trace()
    assert found.show().doc["decisive"] == found.show().doc["at"]
    assert Stepper(trace).doc["decisive"] is None
    opened = Stepper(trace, at=1).doc
    assert (opened["at"], opened["decisive"]) == (1, None)
    assert decisive_step(found.program, trace, nodes=3) is None


def test_a_failure_says_what_it_is_of_and_what_became_of_it() -> None:
    found = explore(scenarios("merge-order")["above, one batch"], release="v3.2").in_form("above")
    document = found.failures[0].show().doc
    assert document["title"] == "merge-order on Linux v3.2 · above"
    assert document["verdict"]["words"] == "a page is lost"
    assert document["verdict"]["kind"] == "promise"


def test_every_kind_of_failure_has_words() -> None:
    assert PHRASES.keys() == VERDICTS.keys()
    assert verdict_in_words("promise", "3 is not 4") == "the promise is broken"


def test_says_what_a_walk_meets_and_what_a_move_carries() -> None:
    said = " ".join(step["sentence"] for step in steps(Stepper(trace()).doc))
    assert "comes to V, the first of the list of A" in said
    assert "takes the migration entry for page 3 out of W's pte 140" in said
    assert "comes to the end of the list of A" in said


def test_each_step_has_a_line_that_is_in_the_source() -> None:
    document = Stepper(trace()).doc
    for step in steps(document):
        function, line = step["place"]
        text = document["functions"][function]["lines"][line - 1]
        assert "await" in text or "async for" in text


def test_marks_what_has_changed() -> None:
    changes = [change for step in steps(Stepper(trace()).doc) for change in step["changes"]]
    assert "W's pte 140: 3 mig → none" in changes
    assert "V: [100, 102) → [100, 104)" in changes
    assert "the list of A: V W → V" in changes


def test_pictures_leave_no_trace_in_a_run() -> None:
    pictured, bare = failure().trace(), failure().trace(pictures=False)
    assert pictured.picture is not None
    assert bare.picture is None
    assert [step.reads for step in bare.steps] == [step.reads for step in pictured.steps]
    assert [step.writes for step in bare.steps] == [step.writes for step in pictured.steps]


def test_plain_data_make_the_same_trace_and_document() -> None:
    plain = json.loads(json.dumps(trace().to_dict()))
    assert as_trace(plain) == trace()
    assert Stepper(plain).doc == Stepper(trace()).doc


def test_a_name_of_a_learners_own_stays_as_it_is() -> None:
    def program() -> Any:
        x = Shared("page-7", 0)

        async def write() -> None:
            await x.write(1)

        return {"a": write()}, None

    (step,) = steps(Stepper(replay(program)).doc)
    assert step["ids"] == list(step["writes"]) == ["page-7"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at": -1}, "at is -1; it must be a whole number, from 0 to"),
        ({"at": 1000}, "at is 1000; it must be"),
        ({"at": "9"}, "at is '9'; it must be"),
        ({"decisive": []}, r"decisive is \[\]; it must be"),
        ({"folded": "copy_vma"}, r"folded takes names, as \('copy_vma',\), not 'copy_vma'"),
        ({"folded": None}, "not None"),
    ],
)
def test_what_says_no_step_and_names_no_functions_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Stepper(trace(), **wrong)


@pytest.mark.parametrize("odd", [{"finding": 5}, {"finding": []}, {"start": 5}, {"steps": [5]}])
def test_plain_data_that_are_no_trace_are_refused(odd: Any) -> None:
    with pytest.raises(UserError, match="this is not a trace"):
        Stepper(json.loads(json.dumps(trace().to_dict())) | odd)


def test_a_folded_function_is_nowhere_in_the_document() -> None:
    fixed = replay(failure().program.scenario, ["mremap"] * 8, release="v3.3", allow_prefix=True)
    assert "async def anon_vma_moveto_tail(dst" in json.dumps(Stepper(fixed).doc)
    hidden = Stepper(fixed, folded=("anon_vma_moveto_tail",)).doc
    assert "async def anon_vma_moveto_tail(…):" in json.dumps(hidden, ensure_ascii=False)
    assert "async def anon_vma_moveto_tail(dst" not in json.dumps(hidden)


def test_a_learners_own_function_is_never_folded() -> None:
    async def anon_vma_moveto_tail(dst: Any) -> None:
        await anon_vma_lock(dst.anon_vma)

    patched = failure().program.scenario.program("v3.3", [anon_vma_moveto_tail])
    own = replay(patched, ["mremap"] * 8, allow_prefix=True)
    document = Stepper(own, folded=("anon_vma_moveto_tail", "copy_vma")).doc
    seen = {each["name"]: each["folded"] for each in document["functions"]}
    assert (seen["anon_vma_moveto_tail"], seen["copy_vma"]) == (False, True)


def test_source_of_the_learners_own_functions() -> None:
    def program() -> Any:
        x, m = Shared("x", 0), Mutex("m")

        async def careless() -> None:
            await m.acquire()
            await x.write(await x.read() + 1)
            await m.release()

        return {"a": careless(), "b": careless()}, None

    document = Stepper(replay(program, ["a", "a", "a", "a", "b", "b", "b", "b"])).doc
    assert document["functions"][0]["lines"][2] == "    await x.write(await x.read() + 1)"
    said = [step["sentence"] for step in steps(document)]
    assert said[0] == "CPU a, careless line 2: takes m."
    assert said[1] == "CPU a, careless line 3: reads x: 0."


def test_where_no_widget_runs_there_is_a_picture_and_a_table() -> None:
    bundle = failure().show()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "<svg" in data["text/html"]
    assert "W · source" in data["text/html"]
    assert data["text/html"].count("<tr>") == len(trace().steps) + 1
    assert "mremap" in data["text/plain"]


def test_the_picture_of_a_way_back_has_its_roles_to_the_end() -> None:
    (scenario,) = scenarios("error-path").values()
    (failure_of_it,) = explore(scenario, release="v3.2").failures
    document = failure_of_it.show().doc
    last = len(document["run"])
    assert "V · source" in still(document | {"at": 0})
    assert "V · destination" in still(document | {"at": last})


def views_at(document: dict, at: int) -> list[dict]:
    state = document["states"][document["steps"][document["run"][at - 1]]["to"]]
    return [document["pool"][view] for view in state["views"]]


def test_an_entry_that_is_in_no_slot_is_in_a_hand() -> None:
    document = Stepper(trace()).doc
    names = [step.op.name for step in trace().steps]
    taken = names.index("ptep_get_and_clear") + 1
    mover = document["cpus"].index("mremap")
    hands = [views_at(document, at)[mover].get("hand") for at in range(1, len(names) + 1)]
    assert hands[taken - 2 : taken + 1] == [None, "3 mig", None]
    assert names[taken] == "set_pte_at"


def test_the_local_variables_of_who_asks_are_shown() -> None:
    def program() -> Any:
        x = Shared("x", 41)

        async def add() -> None:
            value = await x.read()
            await x.write(value + 1)

        return {"a": add()}, None

    (view,) = views_at(Stepper(replay(program, ["a", "a"])).doc, 1)
    assert view["locals"] == [["value", "41"]]
    moved = views_at(Stepper(trace()).doc, 16)[0]
    assert ["old_addr", "140"] in moved["locals"]
    assert ["vma", "W"] in moved["locals"]
    begun = replay(failure().program.scenario, ["mremap"], release="v3.2", allow_prefix=True)
    assert ["result", "-EAGAIN"] in views_at(Stepper(begun).doc, 1)[1]["locals"]


def test_a_losing_run_stands_beside_one_that_parts_from_it_and_holds() -> None:
    document = failure().show().doc
    other = document["beside"]
    assert other["verdict"]["outcome"] == "holds"
    assert other["parts"] == document["decisive"] - 1
    assert other["run"][: other["parts"]] == document["run"][: other["parts"]]
    assert other["run"][other["parts"]] != document["run"][other["parts"]]


def test_a_drive_without_a_widget_says_what_is_needed() -> None:
    rows = table(drive())
    assert "<table" not in rows
    assert "mremap or migration goes next" in rows
    assert "run the cell, or open the exported page" in rows


# ------------------------------------------------------------------------------------------ drive


@cache
def drive() -> dict:
    return Drive("merge-order", "v3.2", pages=1).doc


def test_what_is_said_of_a_state_is_what_can_happen() -> None:
    states, moves = drive()["states"], drive()["steps"]

    @cache
    def ends(state: int) -> frozenset:
        here = states[state]
        if "end" in here:
            return frozenset({here["end"]["outcome"]})
        return frozenset().union(*(ends(moves[step]["to"]) for step in here["moves"].values()))

    said = {"can": {"fails", "holds"}, "lost": {"fails"}, "safe": {"holds"}}
    assert all(ends(number) == said[state["outlook"]] for number, state in enumerate(states))


def test_hints_lead_to_the_failure() -> None:
    states, moves = drive()["states"], drive()["steps"]
    here = states[0]
    for _ in range(drive()["drive"]["longest"]):
        if "end" in here:
            break
        here = states[moves[here["moves"][str(here["hint"])]]["to"]]
    assert here["end"]["outcome"] == "fails"


def test_the_fixed_kernel_is_safe_from_the_beginning() -> None:
    assert Drive("merge-order", "v3.3", pages=1).doc["states"][0]["outlook"] == "safe"


def test_above_the_limit_it_is_not_known_and_no_page_is_made(tmp_path: Path) -> None:
    widget = Drive("merge-order", "v3.2", limit=50)
    assert widget.doc["states"][0]["outlook"] == "unknown"
    with pytest.raises(UserError, match="more than 50 states"):
        widget.to_html(tmp_path / "drive.html")


@pytest.mark.parametrize("limit", [4_000, 50])
def test_a_schedule_can_be_read_and_set(limit: int) -> None:
    widget = Drive("merge-order", "v3.2", pages=1, limit=limit)
    assert widget.schedule == []
    widget.schedule = ["migration", "mremap"]
    assert (widget.at, len(widget.path), widget.driven) == (2, 2, [])
    with pytest.raises(ScheduleError, match="there is no CPU 'nobody'"):
        widget.schedule = ["nobody"]
    with pytest.raises(ScheduleError, match="step 3"):
        widget.schedule = ["migration", "mremap", "nobody"]
    assert widget.schedule == ["migration", "mremap"]
    lost = explore(scenarios("merge-order", 1)["above, one batch"], release="v3.2").failures[0]
    widget.path = widget.graph.path(lost.schedule)
    assert widget.schedule == widget.driven == list(lost.schedule)


@pytest.mark.parametrize("whole", [True, False])
def test_a_driven_run_ends_by_what_went_wrong_first(whole: bool) -> None:
    def program() -> Any:
        x = Shared("x", 0)

        async def reader() -> None:
            await x.read()
            raise ValueError("in a")

        async def writer() -> None:
            await x.write(1)
            raise ValueError("in b")

        return {"a": reader(), "b": writer()}, None

    widget = Drive(program, whole=whole)
    for schedule in (["a", "b"], ["b", "a"]):
        widget.schedule = schedule
        end = widget.doc["states"][widget.doc["steps"][widget.path[-1]]["to"]]["end"]
        assert (end["kind"], end["message"]) == replay(program, schedule).finding


def test_a_kernel_answers_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = Drive("merge-order", "v3.2", limit=50)
    sent: list[dict] = []
    monkeypatch.setattr(widget, "send", sent.append)
    have = {part: len(widget.doc[part]) for part in ("pool", "states", "steps", "functions")}
    widget._answer(widget, {"ask": 1, "path": [], "cpu": 1, "have": have}, [])
    (answer,) = sent
    assert answer["answer"] == 1
    assert answer["states"][0]["outlook"] == "unknown"
    assert len(answer["steps"]) == 1


# --------------------------------------------------------------------------------- pages, bad input


def test_a_page_is_the_same_each_time_and_safe_from_its_data(tmp_path: Path) -> None:
    document = Stepper(trace(), title="</script><b>").doc
    assert page(document) == page(document)
    assert "</script><b>" not in page(document)
    assert "http" not in page(document).replace("http-equiv", "").replace("www.w3.org", "")


def test_the_committed_page_is_in_step(tmp_path: Path) -> None:
    again = export("merge-order", tmp_path / "again.html", release="v3.2")
    assert PAGE.read_text(encoding="utf-8") == again.read_text(encoding="utf-8"), (
        "write it again: vmlesson export merge-order docs/merge-order.html --release v3.2 --force"
    )


def test_refuses_an_empty_trace() -> None:
    empty = replay(failure().program.scenario, [], release="v3.2", allow_prefix=True)
    with pytest.raises(UserError, match="trace is empty"):
        Stepper(empty)


@pytest.mark.parametrize("version", [None, 0, 99])
def test_refuses_a_trace_of_another_format(version: int | None) -> None:
    plain = trace().to_dict() | {"version": version}
    if version is None:
        del plain["version"]
    with pytest.raises(UserError, match="record it again"):
        Stepper(plain)


def test_refuses_what_is_no_trace() -> None:
    with pytest.raises(UserError, match="is not a trace"):
        Stepper({"version": 2, "steps": []})
    with pytest.raises(UserError, match="recorded run"):
        Stepper("a schedule")


def test_writes_over_nothing_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(UserError, match="exists"):
        Stepper(trace()).to_html(path)
    with pytest.raises(UserError, match="exists"):
        export("merge-order", path)
    assert path.read_text() == "mine"
    assert Stepper(trace()).to_html(path, force=True) == path
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(UserError, match="cannot write"):
        Stepper(trace()).to_html(tmp_path / "nowhere" / "page.html")


def test_a_scenario_that_holds_is_exported_too(tmp_path: Path) -> None:
    path = export("fresh-destination", tmp_path / "holds.html", release="v3.3")
    assert '"outcome":"holds"' in path.read_text(encoding="utf-8")


def test_a_step_is_a_picture_or_where_a_page_opens(tmp_path: Path) -> None:
    first, decisive = tmp_path / "first.svg", tmp_path / "decisive.svg"
    assert main(["export", "merge-order", str(first), "--release", "v3.2", "--step", "0"]) == 0
    assert main(["export", "merge-order", str(decisive), "--release", "v3.2"]) == 0
    assert first.read_bytes() != decisive.read_bytes()
    opened = export("merge-order", tmp_path / "opened.html", step=7)
    assert 'data-begin="7"' in opened.read_text(encoding="utf-8")
    for name in ("no.html", "no.svg"):
        with pytest.raises(UserError, match="no step 99: this run has"):
            export("merge-order", tmp_path / name, step=99)
        with pytest.raises(UserError, match="no step -1: this run has"):
            export("merge-order", tmp_path / name, step=-1)
    with pytest.raises(UserError, match="no steps yet"):
        export("merge-order", tmp_path / "no.html", step=7, drive=True)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [("take it", "takes it"), ("try to", "tries to"), ("go on", "goes on"), ("drop", "drops")],
)
def test_third_person(phrase: str, said: str) -> None:
    assert third_person(phrase) == said


def test_a_name_with_a_blank_is_read_back() -> None:
    def one_task(kernel: Kernel) -> Task:
        task = kernel.spawn("my task")
        task.mmap(4096, addr=0x100000, fixed=True)
        task.write(0x100000, b"x")
        return task

    def moves(task: Task) -> dict[str, Any]:
        return {"a": sys_mremap(task, 0x100000, 4096, 4096, 3, 0x140000)}

    program = Scenario(one_task, moves, ptes_per_table=4).program("v3.3")
    said = " ".join(step["sentence"] for step in steps(Stepper(replay(program)).doc))
    assert "'s ptl" in said
    assert "my task:" not in said
    assert " of task" not in said
    assert "my V" not in said
