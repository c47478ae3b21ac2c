"""What stands behind the claims of chapter 09."""

import json
import runpy
from functools import cache
from pathlib import Path

from register import answer, claim, source

from vmlesson.explore import Shared, explore
from vmlesson.kernel import Scenario
from vmlesson.scenarios import explore_scenario, scenarios

ROOT = Path(__file__).parents[2]


@cache
def chapter():
    """The definitions of the chapter's own cells."""
    content = json.loads((ROOT / "notebooks" / "09-how-do-you-know.ipynb").read_text("utf-8"))
    names: dict = {}
    for cell in content["cells"]:
        if cell["id"] in ("imports", "napkin", "count", "broken"):
            exec("".join(cell["source"]), names)
    return names


@claim("09/orders", "09/exception")
def _() -> None:
    race = chapter()["race"]
    assert explore(race("SD")).verdict == "holds"
    found = explore(race("DS"))
    assert (found.verdict, answer("09/orders")) == ("fails", 2)
    assert {failure.kind for failure in found.failures} == {"exception"}


@claim("09/luck")
def _() -> None:
    names = chapter()
    chance = names["chance"](explore(names["race"]("DS", 8)).graph)
    assert answer("09/luck") == 3
    assert 0 < chance < 1 / 50


@claim("09/verdict")
def _() -> None:
    found = explore(chapter()["race"]("SD", 8), executions=3)
    assert (found.verdict, answer("09/verdict")) == ("unfinished", 3)


@claim("09/broken")
def _() -> None:
    patches = [chapter()["move_ptes"]]
    found = explore_scenario("fresh-destination", "v3.3", pages=1, patches=patches)
    assert answer("09/broken") == 2
    assert all("is lost" in failure.message for failure in found.failures)
    assert found.failing


@claim("09/promise")
def _() -> None:
    losing = scenarios("merge-order", pages=1)["above, one batch"]
    silent = Scenario(losing.setup, losing.cpus, None, **losing.geometry)
    assert explore(losing, release="v3.2").verdict == "fails"
    assert explore(silent, release="v3.2").verdict == "holds"
    assert answer("09/promise") == 2


@claim("09/bounds-atomic")
def _() -> None:
    lost = explore_scenario("merge-order", "v3.2", pages=1, form="above, one batch")
    steps = [
        s for s in lost.failures[0].trace().steps if s.op.name in ("vma_bounds", "set_vma_bounds")
    ]
    assert {step.op.name for step in steps} == {"vma_bounds", "set_vma_bounds"}
    assert all(step.result.count(",") == 2 for step in steps if step.result)


@claim("09/mutants")
def _() -> None:
    text = (ROOT / "tests" / "scenarios" / "variants.py").read_text("utf-8")
    assert text.count("WRONG,") + text.count("@wrong(") >= 50
    assert text.count("RIGHT,") + text.count("@right(") >= 24


@claim("09/brute-force")
def _() -> None:
    folder = ROOT / "tests" / "explore"
    assert "from random_programs import" in (folder / "test_explore.py").read_text("utf-8")

    def program():
        x = Shared("x", 0)

        async def add() -> None:
            await x.write(await x.read() + 1)

        def promise() -> None:
            assert x.value == 2

        return {"a": add(), "b": add()}, promise

    runs = runpy.run_path(str(folder / "brute_force.py"))["interleavings"](program, 100)
    failing = [run.trace() for run in runs if run.failed]
    found = explore(program)
    assert (found.executions, found.failing) == (
        len({run.trace() for run in runs}),
        len({*failing}),
    )
    assert (found.interleavings, found.failing_interleavings) == (len(runs), len(failing))


source("09/wish", mail="N2")
source("09/torn", commit="ca42b26ab8e7")
source("09/huge", commit="37a1c49a91ad")
source("09/one-of-each", book="Godefroid, LNCS 1032, 1996")
