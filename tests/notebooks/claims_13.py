"""What stands behind the claims of chapter 13."""

from register import answer, claim, source

from vmlesson.kernel import ALWAYS_LOCK, NEVER_LOCK, walk_order
from vmlesson.scenarios import explore_scenario, scenarios
from vmlesson.show.plots import measure

V37, TODAY = "v3.7: lock where needed, by 64", "today: the same, by 512"


def failing(name: str, release: str, *patches: object) -> bool:
    return bool(explore_scenario(name, release, patches=patches).failing)


@claim("13/first")
def _() -> None:
    form = next(iter(scenarios("merge-order")))
    program = scenarios("merge-order")[form].program(release="v3.7")
    (family,) = program.situation.kernel.anon_vmas()
    assert [vma.vm_pgoff & 3 for vma in walk_order(family)] == [0, 2]
    assert answer("13/first") == 1


@claim("13/never", "13/higher-once")
def _() -> None:
    names = ("fresh-destination", "merge-order", "merge-next", "merge-next-higher", "error-path")
    lost = [name for name in names if failing(name, "v3.7", NEVER_LOCK)]
    assert lost == ["merge-order", "error-path"]
    assert len(lost) == answer("13/never")


@claim("13/halfway", "13/always-first")
def _() -> None:
    assert answer("13/halfway") == 3
    for name in ("merge-order", "seed-program", "fork-own", "error-path"):
        assert not failing(name, "v3.3", ALWAYS_LOCK)


@claim("13/equal")
def _() -> None:
    def need_rmap_locks(vma, new_vma):
        return new_vma.vm_pgoff < vma.vm_pgoff

    assert not failing("merge-next", "v3.7", need_rmap_locks)
    assert not failing("merge-order", "v3.7", need_rmap_locks)
    from vmlesson.grade.exercises import EXERCISES

    assert EXERCISES["rmap_locks"].max_points == 6


@claim("13/gigabyte")
def _() -> None:
    pages = (1 << 30) // 4096
    taken = [measure(V37, pages=count).taken for count in (512, 1024, 1536)]
    assert taken[2] - taken[1] == taken[1] - taken[0], "each 512 pages more cost the same"
    assert 4000 < taken[0] + (taken[1] - taken[0]) * (pages - 512) // 512 < 4200
    assert answer("13/gigabyte") == 3
    away = {
        measure(age, pages=count, back=False).taken for age in (V37, TODAY) for count in (1, 600)
    }
    assert len(away) == 1
    few, many = (measure(V37, pages=8, children=count) for count in (0, 8))
    assert (few.taken, few.held) == (many.taken, many.held)


@claim("13/border", "13/border-cure")
def _() -> None:
    assert answer("13/border") == 2
    found = explore_scenario("mprotect-border", "v3.3")
    steps = [(s.cpu, s.operation) for s in found.failures[0].trace().steps]
    assert not any("moves" in s.operation for s in found.failures[0].trace().steps)
    read = [n for n, (cpu, what) in enumerate(steps) if cpu == "migration" and "vma_field" in what]
    written = [n for n, (_, what) in enumerate(steps) if what.startswith("set_vma_bounds")]
    assert read[0] < written[0] < written[-1] < read[1]
    assert not failing("mprotect-border", "v3.7")
    assert scenarios("mprotect-border")


source("13/four", commit="108d6642ad81")
source("13/why-tree", mail="L1")
source("13/same-rule", code="mm/vma.c copy_vma", release="v6.19", commit="38a76013ad80")
source("13/batch-512", mail="L6")
source("13/huge-hole", code="mm/mremap.c move_page_tables", release="v3.7", commit="dd18dbc2d42a")
source("13/huge-trinity", "13/huge-cure", mail="L3", commit="dd18dbc2d42a")
source("13/huge-wrong", mail="L2")
source(
    "13/exec",
    "13/exec-order",
    code="fs/exec.c shift_arg_pages",
    release="v3.3",
    commit="a8bef8ff6ea1",
)
source("13/tlb", "13/tables", commit="97113eb39fa7")
source("13/tlb-why", code="mm/mremap.c move_normal_pmd", release="v5.14", commit="97113eb39fa7")
