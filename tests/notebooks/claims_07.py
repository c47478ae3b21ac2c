"""What stands behind the claims of chapter 07."""

from functools import cache

from register import answer, claim, source

from vmlesson.explore import replay
from vmlesson.kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, Kernel, walk_order
from vmlesson.scenarios import explore_scenario, scenarios

FORM = "above, one batch"


@cache
def lost():
    """merge-order on v3.2, explored, and its easiest schedule."""
    found = explore_scenario("merge-order", "v3.2", pages=1, form=FORM)
    return found, found.failures[0].trace()


def first(trace, operation: str, cpu: str = "mremap"):
    return next(s for s in trace.steps if s.cpu == cpu and s.op.name == operation)


@claim("07/tail", "07/pgoff-stays")
def _() -> None:
    kernel = Kernel("v3.2")
    task = kernel.spawn("T")
    start, away, half = 0x100 * PAGE_SIZE, 0x140 * PAGE_SIZE, 2 * PAGE_SIZE
    task.mmap(2 * half, addr=start, fixed=True)
    task.write(start, b"a")
    task.mremap(start + half, half, half, MREMAP_MAYMOVE | MREMAP_FIXED, away)
    old, new = walk_order(kernel.anon_vmas()[0])
    assert (old.vm_start, new.vm_start) == (start, away)
    assert new.vm_pgoff == 0x102


@claim("07/first")
def _() -> None:
    assert answer("07/first") == 2
    _, trace = lost()
    before, after = trace.picture, first(trace, "set_vma_bounds").picture
    assert len(before["vmas"]) == len(after["vmas"]) == 2
    (move,) = first(trace, "set_pte_at").picture["moves"]
    (family,) = after["anon_vmas"]
    ends = {avc["id"]: avc["vma"] for avc in after["avcs"]}
    order = [ends[avc] for avc in family["list"]]
    assert order == [move["destination"], move["source"]]


@claim("07/no-lock")
def _() -> None:
    _, trace = lost()
    step = first(trace, "set_vma_bounds")
    assert step.cpus["mremap"].held == ("T's mmap_sem",)


@claim("07/locks")
def _() -> None:
    assert answer("07/locks") == 2
    found, trace = lost()
    assert found.complete
    assert found.failing
    carried = first(trace, "set_pte_at").cpus["mremap"].held
    assert sum(lock.startswith("ptl") for lock in carried) == 2
    looks = [s for s in trace.steps if s.cpu == "migration" and s.op.name == "pte_read"]
    assert all(any(lock.startswith("ptl") for lock in s.cpus["migration"].held) for s in looks)


@claim("07/when", "07/silent")
def _() -> None:
    assert answer("07/when") == 3
    _, trace = lost()
    assert all(not step.findings for step in trace.steps), "nothing is noticed during the race"
    assert trace.finding is not None
    assert "touching it is a kernel BUG" in trace.finding[1]
    pages = {page["pfn"]: page for page in trace.steps[-1].picture["pages"]}
    stale = [
        cell
        for vma in trace.steps[-1].picture["vmas"]
        for cell in vma["cells"]
        if cell["kind"] == "migration"
    ]
    assert len(stale) == 1
    old = pages.get(stale[0]["pfn"])
    assert old is None or (old["count"], old["mapcount"], old["locked"]) == (0, 0, False)


@claim("07/case-1")
def _() -> None:
    seed = explore_scenario("seed-program", "v3.2", pages=1)
    steps = seed.failures[0].trace().steps
    names = [(s.cpu, s.op.name) for s in steps]
    merged = names.index(("mremap", "set_vma_bounds"))
    assert names[merged - 1] == ("mremap", "mutex_lock")
    dropped = names.index(("mremap", "mutex_unlock"), merged)
    begins = names.index(("migration", "mutex_lock"))
    assert merged < dropped < begins < names.index(("mremap", "set_pte_at"))


@claim("07/family", "07/mapping-parent")
def _() -> None:
    assert answer("07/family") == 1
    program = scenarios("fork-shared", pages=1, walkers=0)["one batch"].program(release="v3.2")
    picture = replay(program, [], allow_prefix=True).picture
    families = {family["id"]: family["name"] for family in picture["anon_vmas"]}
    assert {families[page["mapping"]] for page in picture["pages"] if page["mapping"]} == {"A"}
    child = [vma for vma in picture["vmas"] if len(vma["chain"]) == 2]
    assert len(child) == 2
    own = scenarios("fork-own", pages=1, walkers=0)["one batch"].program(release="v3.2")
    picture = replay(own, [], allow_prefix=True).picture
    families = {family["id"]: family["name"] for family in picture["anon_vmas"]}
    mapped = {page["mapping"] for page in picture["pages"] if page["mapcount"]}
    assert {families[each] for each in mapped} == {"A", "B"}


@claim("07/v33")
def _() -> None:
    program = scenarios("merge-order", pages=1)[FORM].program(release="v3.3")
    trace = replay(program, ["mremap"] * 11, allow_prefix=True)
    (step,) = [s for s in trace.steps if s.op.name == "pmd_read"][:1]
    ends = {avc["id"]: avc["vma"] for avc in step.picture["avcs"]}
    (family,) = step.picture["anon_vmas"]
    vmas = {vma["id"]: vma for vma in step.picture["vmas"]}
    order = [vmas[ends[avc]]["pgoff"] for avc in family["list"]]
    assert order.index(0x100) + 1 == answer("07/v33")


source(
    "07/bug-line",
    code="include/linux/swapops.h migration_entry_to_page",
    release="v3.1",
)
source("07/commit", commit="948f017b093a")
source("07/nai-order", mail="N1")
source("07/nai-merge", mail="N1b")
source("07/andrea-simple", mail="A3")
source("07/name", mail="M3")
source("07/unseen", mail="A16")
