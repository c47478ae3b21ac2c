"""What stands behind the claims of chapter 11."""

from register import answer, claim, source

from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel
from vmlesson.scenarios import explore_scenario
from vmlesson.show.plots import REMEDIES, measure

NOTHING, BATCH, WHOLE, TAIL = REMEDIES
HOME, AWAY = 0x100 * PAGE_SIZE, 0x140 * PAGE_SIZE


@claim("11/roots")
def _() -> None:
    kernel = Kernel("v3.3")
    parent = kernel.spawn("P")
    parent.mmap(2 * PAGE_SIZE, addr=HOME, fixed=True)
    parent.write(HOME, b"x")
    children = [parent.fork(name) for name in ("C", "D", "E")]
    for task in [*children, children[0].fork("G")]:
        task.write(HOME, b"y")
    roots = {family.root for family in kernel.anon_vmas()}
    assert len(kernel.anon_vmas()) == 5
    assert len(roots) == answer("11/roots")


@claim("11/batch", "11/batch-64")
def _() -> None:
    assert measure(BATCH, pages=64).taken == answer("11/batch")
    assert measure(BATCH, pages=65).taken > answer("11/batch")


@claim("11/pages")
def _() -> None:
    few, many = measure(TAIL, pages=64), measure(TAIL, pages=1024)
    assert many.held - few.held == answer("11/pages")
    assert measure(BATCH, pages=64).longest == measure(BATCH, pages=1024).longest
    assert measure(WHOLE, pages=1024).longest > measure(WHOLE, pages=64).longest
    assert measure(WHOLE, pages=1024).taken == measure(TAIL, pages=1024).taken


@claim("11/children")
def _() -> None:
    assert answer("11/children") == 3
    for remedy in REMEDIES:
        alone, sixteen = measure(remedy), measure(remedy, children=16)
        assert (alone.held, alone.taken) == (sixteen.held, sixteen.taken)
    assert measure(TAIL, generations=8).held > measure(BATCH, generations=8).held


@claim("11/probe", "11/unlikely")
def _() -> None:
    kernel = Kernel("v3.3")
    task = kernel.spawn("T")
    task.mmap(2 * PAGE_SIZE, addr=HOME, fixed=True)
    task.write(HOME + PAGE_SIZE, b"x")
    flags = MREMAP_MAYMOVE | MREMAP_FIXED
    task.mremap(HOME + PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, flags, AWAY)
    assert kernel.hits["anon_vma_moveto_tail"] == 0
    task.mremap(AWAY, PAGE_SIZE, PAGE_SIZE, flags, HOME + PAGE_SIZE)
    assert kernel.hits["anon_vma_moveto_tail"] == answer("11/probe")
    for name, remedy in REMEDIES.items():
        found = explore_scenario("merge-order", remedy.release, patches=remedy.patches)
        assert (found.verdict == "fails") == (name == NOTHING)


source("11/who-waits", code="include/linux/rmap.h anon_vma_lock", release="v3.1")
source("11/hugh-batch", mail="H2")
source("11/claim", commit="948f017b093a")
source("11/mel", mail="M4")
source("11/andrea", mail="A12")
source("11/remove", commit="108d6642ad81")
source("11/need", commit="38a76013ad80")
source("11/rwsem", commit="5a505085f043")
