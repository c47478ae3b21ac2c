"""What stands behind the claims of chapter 08."""

from functools import cache

from register import answer, claim, source

from vmlesson.kernel import RELEASES, SYMBOLS
from vmlesson.scenarios import explore_scenario, scenarios

COMMIT = RELEASES["v3.3"].patches[0]


def without(*names: str):
    return [body for name, body in COMMIT.functions.items() if name not in names]


@cache
def lost():
    found = explore_scenario("error-path", "v3.2")
    return found, found.failures[0].trace()


@claim("08/direction", "08/cannot-fail")
def _() -> None:
    assert answer("08/direction") == 2
    _, trace = lost()
    steps = [(s.cpu, s.op.name) for s in trace.steps]
    stored = [number for number, step in enumerate(steps) if step == ("mremap", "set_pte_at")]
    assert len(stored) == 2
    assert ("mremap", "pmd_populate") not in steps[stored[0] :], "no table is allocated"
    picture = trace.steps[stored[1]].picture
    (move,) = picture["moves"]
    ends = {avc["id"]: avc["vma"] for avc in picture["avcs"]}
    order = [ends[avc] for avc in picture["anon_vmas"][0]["list"]]
    assert order.index(move["destination"]) < order.index(move["source"])


@claim("08/loses")
def _() -> None:
    assert answer("08/loses") == 1
    _, trace = lost()
    steps = [(s.cpu, s.op.name) for s in trace.steps]
    out, home = (number for number, step in enumerate(steps) if step == ("mremap", "set_pte_at"))
    first, second = (n for n, step in enumerate(steps) if step == ("migration", "pte_read"))
    assert out < first < home < second


@claim("08/enough")
def _() -> None:
    names = ("error-path", "error-path-merged", "error-path-fork")
    failing = [explore_scenario(n, "v3.2", patches=without("move_vma")).failing for n in names]
    assert sum(map(bool, failing)) == answer("08/enough")


@claim("08/merged-order")
def _() -> None:
    found = explore_scenario("error-path-merged", "v3.2", patches=without("move_vma"))
    for step in found.failures[0].trace().steps:
        if step.op.name == "set_pte_at" and step.cpu == "mremap":
            (move,) = step.picture["moves"]
            ends = {avc["id"]: avc["vma"] for avc in step.picture["avcs"]}
            order = [ends[avc] for avc in step.picture["anon_vmas"][0]["list"]]
            forward = order.index(move["source"]) < order.index(move["destination"])
            assert forward, "the first transfer goes down the list"
            break


@claim("08/four-files")
def _() -> None:
    files = {SYMBOLS[name].file for name in COMMIT.functions}
    assert files == {"mm/rmap.c", "mm/mmap.c", "mm/mremap.c"}


@claim("08/unfaulted-only", "08/zero-page")
def _() -> None:
    for form, scenario in scenarios("unfaulted").items():
        stage = scenario.program(release="v3.3").situation
        assert stage.kernel.anon_vmas() == [], form
        assert explore_scenario("unfaulted", "v3.3", form=form).verdict == "holds"


source("08/header", code="include/linux/rmap.h anon_vma_moveto_tail", release="v3.3")
source("08/second-count", mail="H6")
source("08/report", mail="P1")
source("08/diagnosis", mail="H1")
source("08/order", mail="N1")
source("08/draft", mail="A4")
source("08/name", mail="M3")
source("08/counts", mail="H6")
source("08/self-merge", mail="N6")
source("08/v3", mail="A11")
source("08/cost", mail="M4")
source("08/final", mail="A16")
source("08/queued", mail="K1")
