"""What the stepper says of a step is true of the pictures beside it, over the whole catalogue."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from vmlesson.errors import UserError
from vmlesson.explore import Shared, Trace, explore, replay
from vmlesson.kernel import Kernel, Scenario, Task, sys_exit, sys_mmap, sys_munmap, sys_write
from vmlesson.scenarios import CATALOGUE, scenarios
from vmlesson.show import Stepper, chains

PTE = re.compile(r"(\S+'s pte [0-9a-f]+)")
NAMED = re.compile(r"([A-Z][0-9a-z]*(?:\+[A-Z][0-9a-z]*)*)'s (?:pte|ptl|avc)")
BOUNDS = re.compile(r"(?:sets|reads) the bounds of (\S+?)(?::| to) ")


def runs(name: str, release: str) -> Iterator[Trace]:
    """Each form of a scenario, every CPU in turn."""
    for scenario in scenarios(name).values():
        program = scenario.program(release)
        yield replay(program)


def told(trace: Trace) -> Iterator[tuple[str, list[str], set[str], Any]]:
    """Of each step its sentence, its changes, the names of the vmas that there are, its picture."""
    document = Stepper(trace).doc
    pictures = [trace.picture, *(step.picture for step in trace.steps)]
    for number, place in enumerate(document["run"]):
        step = document["pool"][document["steps"][place]["did"]]
        there = {vma["name"] for each in pictures[number : number + 2] for vma in each["vmas"]}
        yield step["sentence"], step["changes"], there, pictures[number + 1]


@pytest.mark.parametrize("release", ["v3.0", "v3.2", "v3.3"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_vma_of_a_sentence_is_the_vma_of_its_change(name: str, release: str) -> None:
    for trace in runs(name, release):
        for sentence, changes, there, _ in told(trace):
            for names in NAMED.findall(sentence):
                assert set(names.split("+")) <= there, sentence
            for vma in BOUNDS.findall(sentence):
                assert vma in there, sentence
            changed = [slot for text in changes for slot in PTE.findall(text) if ":" in text]
            spoken = PTE.findall(sentence)
            if spoken and changed:
                assert set(spoken) & set(changed), (sentence, changes)
            bounds = [text.split(":")[0] for text in changes if ": [" in text]
            if "sets the bounds of" in sentence and bounds:
                assert BOUNDS.findall(sentence)[0] in bounds, (sentence, changes)


@pytest.mark.parametrize("release", ["v3.0", "v3.3"])
def test_every_state_of_an_exiting_process_can_be_drawn(release: str) -> None:
    for trace in runs("third-process", release):
        for sentence, changes, _, picture in told(trace):
            assert "?" not in " ".join((sentence, *changes))
            assert chains(picture).svg()


def test_an_exiting_process_is_drawn_until_nothing_is_left_of_it() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("T")
        task.write(task.mmap(8192), b"x")
        return task

    def cpus(task: Task) -> dict[str, Any]:
        return {"exit": sys_exit(task)}

    program = Scenario(setup, cpus).program("v3.2")
    trace = replay(program)
    changes = [change for _, changes, _, _ in told(trace) for change in changes]
    assert any(change.startswith("V's pte") and change.endswith("none") for change in changes)
    assert trace.picture["mms"][0]["exited"] is False
    assert trace.steps[-1].picture["mms"][0]["exited"] is True


def test_what_is_mapped_where_another_was_is_called_by_its_own_name() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("T")
        task.write(task.mmap(8192, 0x100000), b"x")
        return task

    async def again(task: Task) -> None:
        await sys_munmap(task, 0x100000, 8192)
        at = await sys_mmap(task, 8192, 0x100000)
        await sys_write(task, at, b"y")

    program = Scenario(setup, lambda task: {"cpu": again(task)}).program("v3.2")
    for sentence, _, there, _ in told(replay(program)):
        for names in NAMED.findall(sentence):
            assert set(names.split("+")) <= there, sentence


def test_a_text_is_told_whole_whatever_is_in_it() -> None:
    def program() -> Any:
        greeting = Shared("f(a", "")

        async def greet() -> None:
            await greeting.write("hello, world")
            await greeting.compare_and_swap("hello, world", "bye, now")

        return {"a": greet()}, None

    document = Stepper(replay(program, ["a", "a"])).doc
    said = [document["pool"][step["did"]]["sentence"] for step in document["steps"]]
    assert said[0].endswith("writes 'hello, world' to f(a.")
    assert said[1].endswith("sets f(a to 'bye, now' if it is 'hello, world'.")


def test_an_operation_is_data_and_its_text_is_made_from_them() -> None:
    trace = next(runs("merge-order", "v3.2"))
    step = next(step for step in trace.steps if step.op.name == "set_pte_at")
    slot, value = step.op.args
    assert (slot.kind, value.state) == ("pte", "present") or value.state == "migration"
    assert step.operation == f"set_pte_at({slot.name}, {value.name})"
    plain = json.loads(json.dumps(trace.to_dict()))
    assert plain["version"] == 2
    assert Stepper(plain).doc == Stepper(trace).doc


def test_a_trace_of_the_first_format_is_refused() -> None:
    plain = next(runs("merge-order", "v3.2")).to_dict() | {"version": 1}
    with pytest.raises(UserError, match="has format 1, and the stepper reads 2: record it again"):
        Stepper(plain)


def test_who_waits_waits_for_a_lock_and_nobody_else_is_said_to_wait() -> None:
    failure = explore(scenarios("merge-order")["above, one batch"], release="v3.2").failures[0]
    document = Stepper(failure.trace()).doc
    views = [document["pool"][view] for state in document["states"] for view in state["views"]]
    assert {view["waits"] for view in views} >= {"", "W's ptl is held by mremap"}
