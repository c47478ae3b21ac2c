"""What stands behind the claims of chapter 14."""

from register import answer, claim, source

from vmlesson.kernel import COPY_THE_CHAIN, NOT_IF_FORKED, Kernel
from vmlesson.live import play
from vmlesson.scenarios import explore_scenario, scenarios

SCRIPT = "A.mmap(1, 3); A.write(1); A.mremap(1, 3, to=30); A.mmap(4, 3); A.mremap(30, 3, to=1)"
FORK = (
    "A.mmap(1, 3); A.write(1); B = A.fork(); "
    "B.mremap(1, 3, to=30); B.mmap(4, 3); B.mremap(30, 3, to=1)"
)


def after(release: str, script: str = SCRIPT, patches=()):
    kernel = Kernel(release, patches, ptes_per_table=4)
    return kernel, play(script, kernel.spawn("A"))


@claim("14/strict")
def _() -> None:
    for release in ("v3.3", "v3.7"):
        assert str(after(release)[1]["A"]) == "A: 1-4 rw, 4-7 rw"


@claim("14/maps", "14/blind")
def _() -> None:
    assert answer("14/maps") == 3
    seen = set()
    for release in ("v6.16", "today"):
        kernel, pages = after(release)
        (task,) = kernel.tasks
        seen.add((str(pages["A"]), *(task.read(vma.vm_start, 8) for vma in task.mm.vmas)))
    assert len(seen) == 1


@claim("14/audit", "14/missing")
def _() -> None:
    assert answer("14/audit") == 2
    assert after("today")[0].audit() == []
    kernel, _ = after("v6.16")
    (said,) = kernel.audit()
    assert "does not meet the vma that maps it" in said
    assert [vma.anon_vma for vma in kernel.tasks[0].mm.vmas] == [None]
    assert kernel.anon_vmas() == []


@claim("14/mprotect-right")
def _() -> None:
    kernel, _ = after("v6.16", "A.mmap(0); A.mmap(1, 1, 'rwx'); A.write(1); A.mprotect(1, 1, 'rw')")
    assert kernel.audit() == []
    assert len(kernel.tasks[0].mm.vmas) == 1


@claim("14/classes")
def _() -> None:
    forms = scenarios("merge-faulted")
    lost = [explore_scenario("merge-faulted", "v6.16", form=form).failing for form in forms]
    assert sum(lost) == answer("14/classes") == len(forms)


@claim("14/repair", "14/fork")
def _() -> None:
    chain, both = (COPY_THE_CHAIN,), (COPY_THE_CHAIN, NOT_IF_FORKED)
    assert not explore_scenario("merge-faulted", "v6.16", patches=chain).failing
    maps = [str(after("v6.16", FORK, patches)[1]["B"]) for patches in (chain, both)]
    assert maps == ["B: 1-7 rw", "B: 1-4 rw, 4-7 rw"]
    assert after("v6.16", FORK, chain)[0].audit() == []


source("14/loosened", commit="879bca0a2c4f")
source("14/syzbot", mail="L5")
source("14/elder", code="mm/rmap.c anon_vma_clone", release="v3.19", commit="2555283eb40d")
