"""What stands behind the claims of chapter 10."""

import json
from functools import cache
from pathlib import Path

from register import answer, claim, source

from vmlesson.explore import explore
from vmlesson.scenarios import explore_scenario, scenarios

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "10-the-debate.ipynb"
DEFINITIONS = ("imports", "q6-wait", "q8-walks", "q8-retry", "q9-clone", "q11-blind")


@cache
def chapter():
    """The definitions of the chapter's own cells."""
    names: dict = {}
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if cell["id"] in DEFINITIONS:
            exec("".join(cell["source"]), names)
    return names


def verdict(name: str, *functions, release: str = "v3.2") -> str:
    return explore_scenario(name, release, patches=functions).verdict


@claim("10/waiting", "10/q6-no-lock")
def _() -> None:
    assert answer("10/waiting") == 2
    assert verdict("merge-order", chapter()["anon_vma_moveto_tail"], release="v3.3") == "fails"
    lost = explore_scenario("merge-order", "v3.2", pages=1, form="above, one batch")
    for step in lost.failures[0].trace().steps:
        if step.op.name == "set_vma_bounds":
            assert step.cpus["mremap"].held == ("T's mmap_sem",)


@claim("10/rounds")
def _() -> None:
    names = chapter()
    verdicts = {
        way: explore(names["retry"], release="v3.2", patches=[function]).verdict
        for way, function in names["WAYS"].items()
    }
    assert [way for way, said in verdicts.items() if said == "holds"] == ["twice forward, one hold"]
    assert answer("10/rounds") == 3


@claim("10/lemma")
def _() -> None:
    """After its last transfer every mremap takes the root's lock before it returns."""
    for name in ("merge-order", "fresh-destination", "error-path", "fork-shared"):
        for scenario in scenarios(name, walkers=0).values():
            trace = _alone(scenario)
            steps = [step.op.name for step in trace.steps]
            last = len(steps) - steps[::-1].index("set_pte_at")
            assert "mutex_lock" in steps[last:], name


def _alone(scenario):
    from vmlesson.explore import replay

    program = scenario.program(release="v3.2")
    schedule: list[str] = []
    while True:
        trace = replay(program, schedule, allow_prefix=True)
        if trace.complete:
            return trace
        schedule.append("mremap")


@claim("10/new-vma")
def _() -> None:
    new = chapter()["copy_vma"]
    names = ("merge-order", "seed-program", "error-path")
    assert [verdict(name, new) for name in names] == ["holds", "holds", "fails"]
    assert answer("10/new-vma") == 3


@claim("10/blind")
def _() -> None:
    assert verdict("whole-migration", chapter()["try_to_unmap"]) == "holds"
    assert answer("10/blind") == 3


@claim("10/unfaulted-swallowed")
def _() -> None:
    assert "swallowed by prev" in scenarios("unfaulted")


source("10/q1", mail="A1")
source("10/q1-nai", mail="N1")
source("10/q2", mail="A1")
source("10/q2-nai", mail="N2")
source("10/q2-andrea", mail="A3")
source("10/q3", mail="H6")
source("10/q3-nai", mail="N6")
source("10/q3-dead", mail="H7")
source("10/irony-log", commit="486cf46f3f9b")
source("10/q3-assert", commit="948f017b093a")
source("10/q4", mail="H6")
source("10/q4-v3", mail="A11")
source("10/q5", mail="H6")
source("10/q5-andrea", mail="A10")
source("10/q5-needs", code="mm/rmap.c anon_vma_moveto_tail", release="v3.3")
source("10/q6", mail="A7")
source("10/q6-nai", mail="N7")
source("10/q6-sees", mail="A9")
source("10/q8", mail="A14a")
source("10/q8-hugh", mail="H10")
source("10/q8-nai", mail="N10")
source("10/q8-condition", mail="A14")
source("10/q8-none", mail="A15")
source("10/exception", code="mm/mmap.c do_munmap", release="v3.1")
source("10/q9", mail="A9")
source("10/q9-andrea", mail="A10")
source("10/q10", mail="A13")
source("10/q10-nai", mail="N9")
source("10/q10-own", code="mm/mremap.c move_ptes", release="v3.1")
source("10/q11", mail="A16")
source("10/q12", mail="H2")
source("10/q12-mel", mail="M4")
source("10/q12-hugh", mail="H8")
source("10/q13", mail="A16")
source("10/q14", mail="N4")
source("10/wrong-a1", mail="A1")
source("10/wrong-a3", mail="A3")
source("10/wrong-h5b", mail="H5b")
source("10/wrong-m2", mail="M2")
source("10/wrong-m3", mail="M3")
source("10/wrong-a7", mail="A7")
source("10/wrong-a9", mail="A9")
source("10/tree", commit="bf181b9f9d8d")
source("10/remove", commit="108d6642ad81")
source("10/need-locks", commit="38a76013ad80")


@claim("10/irony")
def _() -> None:
    assert explore_scenario("pte-peek", "v3.1").verdict == "holds"
    trace = explore_scenario("merge-order", "v3.1", pages=1).failures[0].trace()
    steps = [(step.cpu, step.operation) for step in trace.steps]
    stored = next(n for n, (cpu, what) in enumerate(steps) if cpu == "mremap" and "set_pte" in what)
    looked_at_new = steps.index(("migration", "vma_bounds(T:100000-102000)"))
    looked_at_old = steps.index(("migration", "pte_read(pte T:140000)"))
    assert looked_at_new < stored < looked_at_old


@claim("10/q3-alive")
def _() -> None:
    program = scenarios("unfaulted")["swallowed by prev"].program(release="v3.3")
    stage = program.situation
    vmas = stage.kernel.tasks[0].mm.vmas
    assert all(vma.anon_vma is None for vma in vmas)
    before = len(vmas)
    stage.kernel.run(stage.coroutines["mremap"]())
    assert len(stage.kernel.tasks[0].mm.vmas) < before, "the source was swallowed"
