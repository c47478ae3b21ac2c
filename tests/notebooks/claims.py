"""What stands behind the claims of chapters 00 to 05, and behind the answers to their questions.

An executed assertion about the model (`claim`), or where it is to be read (`source`).
"""

from itertools import combinations

import pytest
from register import answer, claim, source

from vmlesson.explore import Mutex, Shared, Trace, explore, replay
from vmlesson.kernel import (
    EAGAIN,
    EFAULT,
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    PROT_READ,
    PROT_WRITE,
    SWAP_AGAIN,
    Finding,
    Kernel,
    Scenario,
    Task,
    get_page,
    lock_page,
    rmap_walk_anon,
    sys_exit,
    sys_mremap,
    sys_read,
    unlock_page,
    unmap_and_move,
    vma_address,
    walk_order,
)
from vmlesson.kernel import remove_migration_pte as linux_remove_migration_pte
from vmlesson.kernel.migrate import unmap_for_migration
from vmlesson.program import run_program
from vmlesson.scenarios import explore_scenario

# ---------------------------------------------------------------------------- 01 Interleavings


def increments(times: int, lock: bool = False):
    def program():
        x, mutex = Shared("x", 0), Mutex("lock")

        async def add():
            for _ in range(times):
                if lock:
                    await mutex.acquire()
                await x.write(await x.read() + 1)
                if lock:
                    await mutex.release()

        def promise():
            assert x.value == 2 * times, f"x is {x.value}"

        return {"a": add(), "b": add()}, promise

    return program


@claim("01/preemption")
def _() -> None:
    trace = replay(increments(1), ["a", "b", "a", "b"])
    assert [step.preemption for step in trace.steps] == [False, True, True, False]
    (failure,) = explore(increments(1)).failures
    assert failure.preemptions == 1


@claim("01/mixed")
def _() -> None:
    trace = replay(increments(1), ["a", "b", "a", "b"])
    assert trace.finding == ("promise", f"x is {answer('01/mixed')}")


@claim("01/how-many")
def _() -> None:
    assert answer("01/how-many") == len(list(combinations(range(4), 2)))


@claim("01/one-each")
def _() -> None:
    found = explore(increments(1))
    assert (found.executions, found.failing, found.complete) == (4, 2, True)


@claim("01/locked")
def _() -> None:
    found = explore(increments(1, lock=True))
    assert (found.verdict, found.executions) == ("holds", answer("01/locked"))


@claim("01/fetch-add")
def _() -> None:
    def program():
        x = Shared("x", 0)

        async def add():
            await x.fetch_add(1)

        def promise():
            assert x.value == 2

        return {"a": add(), "b": add()}, promise

    assert explore(program).verdict == "holds"


@claim("01/lock-order")
def _() -> None:
    def program():
        left, right = Mutex("left"), Mutex("right")

        async def take(first, second):
            await first.acquire()
            await second.acquire()
            await second.release()
            await first.release()

        return {"a": take(left, right), "b": take(right, left)}, None

    found = explore(program)
    assert found.failing == found.executions == 3
    assert {failure.kind for failure in found.failures} == {"deadlock", "lock-order inversion"}


# -------------------------------------------------------------------------------------- the index

source("index/nobody", mail="A16")

# ------------------------------------------------------------------------- 02 Pages, ptes, vmas

FOUR = (0x100, 0x101, 0x102, 0x103)


def at(page: int) -> int:
    return page * PAGE_SIZE


def boot(*mapped: tuple[int, int], release: str = "v3.2") -> Task:
    task = Kernel(release, ptes_per_table=16).spawn("T")
    for first, count in mapped:
        task.mmap(count * PAGE_SIZE, addr=at(first), fixed=True)
    return task


def touch(task: Task, *pages: int) -> None:
    for page in pages:
        task.write(at(page), b"hello")


def move(task: Task, first: int, count: int, to: int) -> None:
    size = count * PAGE_SIZE
    task.mremap(at(first), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, at(to))


def moved(release: str = "v3.2") -> Task:
    task = boot((0x100, 4), release=release)
    touch(task, *FOUR)
    move(task, 0x102, 2, 0x140)
    return task


def ranges(task: Task) -> list[tuple[int, int]]:
    return [(each.start // PAGE_SIZE, each.end // PAGE_SIZE) for each in task.maps()]


def kind(task: Task, page: int) -> str:
    slot = task.mm.slot_at(at(page))
    return "none" if slot is None else slot.pte.kind


@claim("02/nothing-yet", "02/lazy")
def _() -> None:
    task = boot((0x100, 4))
    assert not task.mm.tables()
    assert len(task.kernel.pages()) == answer("02/lazy")


@claim("02/read", "02/unfaulted")
def _() -> None:
    task = boot((0x100, 4))
    task.read(at(0x101), 5)
    assert task.mm.vmas[0].anon_vma is None
    touch(task, 0x100)
    assert [kind(task, page) for page in FOUR] == ["present", "zero", "none", "none"]
    assert len(task.kernel.pages()) == answer("02/read")


@claim("02/split", "02/tail")
def _() -> None:
    task = boot((0x100, 4))
    touch(task, *FOUR)
    task.mprotect(at(0x101), 2 * PAGE_SIZE, PROT_READ)
    assert len(task.mm.vmas) == answer("02/split")
    assert [vma.vm_pgoff for vma in task.mm.vmas] == [0x100, 0x101, 0x103]


@claim("02/eight-cases", "02/still-read-only")
def _() -> None:
    task = boot((0x100, 4))
    touch(task, *FOUR)
    for access in (PROT_READ, PROT_READ | PROT_WRITE):
        task.mprotect(at(0x101), 2 * PAGE_SIZE, access)
    assert ranges(task) == [(0x100, 0x104)]
    assert [task.mm.slot_at(at(page)).pte.write for page in FOUR] == [True, False, False, True]
    touch(task, 0x101)
    assert task.mm.slot_at(at(0x101)).pte.write


@claim("02/pgoff-stays")
def _() -> None:
    task = moved()
    assert [vma.vm_pgoff for vma in task.mm.vmas] == [0x100, 0x102]
    assert task.mm.slot_at(at(0x140)).pte.page.index == 0x102


@claim("02/behind")
def _() -> None:
    task = moved()
    task.mmap(PAGE_SIZE, addr=at(0x142), fixed=True)
    assert ranges(task) == [(0x100, 0x102), (0x140, 0x142), (0x142, 0x143)]
    assert answer("02/behind") == 2


@claim("02/grows", "02/same-frames")
def _() -> None:
    task = moved()
    old, frames = task.mm.vmas[0], [page.pfn for page in task.kernel.pages()]
    move(task, 0x140, 2, 0x102)
    assert task.mm.vmas == (old,)
    assert ranges(task) == [(0x100, 0x104)]
    assert [task.mm.slot_at(at(page)).pte.page.pfn for page in FOUR] == frames


@claim("02/gap")
def _() -> None:
    task = boot((0x100, 1), (0x102, 1))
    touch(task, 0x100, 0x102)
    task.mmap(PAGE_SIZE, addr=at(0x101), fixed=True)
    assert ranges(task) == [(0x100, 0x102), (0x102, 0x103)]
    assert answer("02/gap") == 2


@claim("02/account")
def _() -> None:
    task = boot((0x100, 2))
    task.mprotect(at(0x100), 2 * PAGE_SIZE, PROT_READ)
    task.mmap(PAGE_SIZE, addr=at(0x102), prot=PROT_READ, fixed=True)
    assert ranges(task) == [(0x100, 0x102), (0x102, 0x103)]


@claim("02/faulted-unfaulted")
def _() -> None:
    task = moved()
    task.munmap(at(0x100), 2 * PAGE_SIZE)
    task.mmap(2 * PAGE_SIZE, addr=at(0x100), fixed=True)
    move(task, 0x140, 2, 0x102)
    assert ranges(task) == [(0x100, 0x102), (0x102, 0x104)]


@claim("02/fork-child")
def _() -> None:
    parent = boot((0x100, 1))
    touch(parent, 0x100)
    child = parent.fork("C")
    child.mmap(PAGE_SIZE, addr=at(0x101), fixed=True)
    assert ranges(child) == [(0x100, 0x101), (0x101, 0x102)]
    parent.mmap(PAGE_SIZE, addr=at(0x101), fixed=True)
    assert ranges(parent) == [(0x100, 0x102)]


source("02/until-today", commit="879bca0a2c4f")

# -------------------------------------------------------------------- 03 anon_vma and its chains


def four_pages(name: str = "P") -> Task:
    task = Kernel("v3.2", ptes_per_table=16).spawn(name)
    task.mmap(4 * PAGE_SIZE, addr=at(0x100), fixed=True)
    touch(task, *FOUR)
    return task


def generations() -> tuple[Task, Task, Task]:
    parent = four_pages()
    child = parent.fork("M")
    touch(child, 0x101)
    grandchild = child.fork("G")
    touch(grandchild, 0x102)
    return parent, child, grandchild


def page_at(task: Task, page: int):
    return task.mm.slot_at(at(page)).pte.page


def knots(task: Task, number: int = 0) -> list[str]:
    return [avc.anon_vma.name for avc in task.mm.vmas[number].anon_vma_chain]


def column(task: Task, name: str = "A") -> list[str]:
    (family,) = (each for each in task.kernel.anon_vmas() if each.name == name)
    return [str(vma.vm_mm) for vma in walk_order(family)]


@claim("03/family-at-write")
def _() -> None:
    task = boot((0x100, 4))
    assert task.mm.vmas[0].anon_vma is None
    touch(task, 0x100)
    family = task.mm.vmas[0].anon_vma
    touch(task, 0x101)
    assert page_at(task, 0x100).mapping is page_at(task, 0x101).mapping is family


@claim("03/split", "03/may-be-mapped")
def _() -> None:
    task = four_pages()
    page = page_at(task, 0x103)
    task.munmap(at(0x101), PAGE_SIZE)
    visited = walk_order(page.mapping)
    assert len(visited) == answer("03/split")
    assert visited[-1] is task.mm.vmas[1]
    found = [task.kernel.run(vma_address(page, vma)) for vma in visited]
    assert found == [-EFAULT, at(0x103)]


@claim("03/fork", "03/fork-tail")
def _() -> None:
    parent = four_pages()
    child = parent.fork("M")
    assert knots(child) == ["B", "A"]
    assert column(parent) == ["P", "M"]
    assert answer("03/fork") == 3


@claim("03/write", "03/child-only")
def _() -> None:
    parent = four_pages()
    child = parent.fork("M")
    touch(child, 0x101)
    assert page_at(child, 0x101).mapping.name == "AB"[answer("03/write") - 1]
    assert column(parent, "B") == ["M"]


@claim("03/generations", "03/three-families")
def _() -> None:
    *_, grandchild = generations()
    assert len(knots(grandchild)) == answer("03/generations")
    assert [page_at(grandchild, page).mapping.name for page in FOUR] == ["A", "B", "C", "A"]


@claim("03/only-the-roots")
def _() -> None:
    *_, grandchild = generations()
    roots = {avc.anon_vma.root.name for avc in grandchild.mm.vmas[0].anon_vma_chain}
    assert roots == {"A"}

    def setup(kernel: Kernel) -> Task:
        first = kernel.spawn("P")
        first.mmap(PAGE_SIZE, addr=at(0x100), fixed=True)
        touch(first, 0x100)
        return first.fork("M").fork("G")

    scenario = Scenario(setup, lambda task: {"exit": sys_exit(task)})
    program = scenario.program("v3.2")
    schedule = ["exit"]
    while not (trace := replay(program, schedule, allow_prefix=True)).complete:
        schedule.append("exit")
    taken = [step.operation for step in trace.steps if step.op.name == "mutex_lock"]
    assert len(taken) == 1
    assert "A" in taken[0]


@claim("03/order", "03/copy-goes-down")
def _() -> None:
    parent = four_pages()
    move(parent, 0x102, 2, 0x140)
    parent.fork("M")
    orders = ("P, P, M, M", "P, M, P, M", "M, M, P, P")
    assert ", ".join(column(parent)) == orders[answer("03/order") - 1]
    assert explore_scenario("fork-migrating", "v3.2").verdict == "holds"


@claim("03/exit", "03/outlives")
def _() -> None:
    parent, child, grandchild = generations()
    parent.exit()
    assert column(child) == ["M", "G"]
    assert answer("03/exit") == 2
    child.exit()
    grandchild.exit()
    assert not child.kernel.anon_vmas()


# ----------------------------------------------------------------------- 04 rmap_walk and migration


def shared(kernel: Kernel) -> tuple[Task, Task]:
    parent = kernel.spawn("P")
    parent.mmap(2 * PAGE_SIZE, addr=at(0x100), fixed=True)
    touch(parent, 0x100, 0x101)
    child = parent.fork("C")
    touch(child, 0x101)
    return parent, child


async def migrate(task: Task, number: int) -> int:
    return await unmap_and_move(page_at(task, number))


async def overlook(new, vma, addr, old) -> int:
    """Sees nothing in the child."""
    if vma.vm_mm.name == "C":
        return SWAP_AGAIN
    return await linux_remove_migration_pte.function(new, vma, addr, old)


overlook.__name__ = "remove_migration_pte"


def with_stale_entry(release: str) -> Task:
    parent, child = shared(Kernel(release, [overlook], ptes_per_table=16))
    assert parent.kernel.run(migrate(parent, 0x100)) == 0
    return child


@claim("04/visits", "04/may-not-is")
def _() -> None:
    visited = []

    async def note(page, vma, address, arg) -> int:
        visited.append(vma)
        return SWAP_AGAIN

    async def ask(page) -> None:
        await lock_page(page)
        await rmap_walk_anon(page, note, None)
        await unlock_page(page)

    parent, _child = shared(Kernel("v3.2", ptes_per_table=16))
    page = page_at(parent, 0x101)
    parent.kernel.run(ask(page))
    assert len(visited) == answer("04/visits")
    assert page.mapcount == 1


@claim("04/midway", "04/not-counted")
def _() -> None:
    parent, child = shared(Kernel("v3.2", ptes_per_table=16))
    page = page_at(parent, 0x100)
    parent.kernel.run(get_page(page))  # as the one who isolates it does
    parent.kernel.run(unmap_for_migration(page))
    assert kind(parent, 0x100) == kind(child, 0x100) == "migration"
    assert page.mapcount == answer("04/midway") == 0
    assert page.count == 1


@claim("04/touch", "04/waits-with-mmap-sem")
def _() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("P")
        task.mmap(PAGE_SIZE, addr=at(0x100), fixed=True)
        touch(task, 0x100)
        return task

    async def read(task: Task) -> None:
        assert await sys_read(task, at(0x100), 5) == b"hello"

    race = Scenario(
        setup,
        lambda task: {"migration": migrate(task, 0x100), "program": read(task)},
        ptes_per_table=16,
    )
    assert explore(race, release="v3.2").verdict == "holds"
    order = ["migration"] * 30 + ["program"] * 9 + ["migration"] * 17 + ["program"] * 4
    trace = replay(race, order, release="v3.2")
    waiting = trace.steps[38].cpus["program"]
    assert "held by migration" in waiting.waits
    assert waiting.held == ("P's mmap_sem",)
    assert answer("04/touch") == 3


@claim("04/first", "04/walk-one-may-miss")
def _() -> None:
    async def try_to_unmap(page) -> int:
        return SWAP_AGAIN

    parent, child = shared(Kernel("v3.2", [try_to_unmap], ptes_per_table=16))
    assert parent.kernel.run(migrate(parent, 0x100)) == -EAGAIN
    assert parent.read(at(0x100), 5) == child.read(at(0x100), 5) == b"hello"
    assert not parent.kernel.audit()
    assert answer("04/first") == 2


@claim("04/stale", "04/silent")
def _() -> None:
    child = with_stale_entry("v3.2")
    assert kind(child, 0x100) == "migration"
    assert child.mm.slot_at(at(0x100)).pte.page.count == 0
    with pytest.raises(Finding, match="swapops"):
        child.read(at(0x100), 5)
    assert answer("04/stale") == 3


@claim("04/assertion")
def _() -> None:
    for release, line in (("v3.0", 105), ("v3.1", 126), ("v3.2", 126), ("v3.3", 126)):
        with pytest.raises(Finding, match=f"swapops.h:{line}!"):
            with_stale_entry(release).read(at(0x100), 5)


@claim("04/who-hits")
def _() -> None:
    events = (
        lambda task: task.fork("D"),
        lambda task: task.munmap(at(0x100), PAGE_SIZE),
        lambda task: task.exit(),
    )
    for event in events:
        event(with_stale_entry("v3.2"))
        with pytest.raises(Finding, match="swapops"):
            event(with_stale_entry("v3.3"))


# ------------------------------------------------------------------------------------- 05 mremap


def away(kernel: Kernel) -> tuple[Task, int, int]:
    task = kernel.spawn("P")
    task.mmap(4 * PAGE_SIZE, addr=at(0x100), fixed=True)
    touch(task, *FOUR)
    return task, 0x102, 0x140


def back(kernel: Kernel) -> tuple[Task, int, int]:
    task, home, far = away(kernel)
    move(task, home, 2, far)
    return task, far, home


def recorded(situation) -> Trace:
    def cpus(found):
        task, old, new = found
        size = 2 * PAGE_SIZE
        flags = MREMAP_MAYMOVE | MREMAP_FIXED
        return {"mremap": sys_mremap(task, at(old), size, size, flags, at(new))}

    scenario = Scenario(situation, cpus, ptes_per_table=16)
    steps = explore(scenario, release="v3.2").steps
    return replay(scenario, ["mremap"] * steps, release="v3.2")


def order_while_moving(situation) -> str:
    trace = recorded(situation)
    done = [step.op.name for step in trace.steps]
    picture = trace.steps[done.index("ptep_get_and_clear")].picture
    (move,), (family,) = picture["moves"], picture["anon_vmas"]
    ends = {avc["id"]: avc["vma"] for avc in picture["avcs"]}
    names = {move["source"]: "source", move["destination"]: "destination"}
    return " ".join(names[ends[avc]] for avc in family["list"])


def mutexes(situation) -> list[str]:
    """The acts of mremap in which the root's mutex is taken."""
    found = []
    for step in recorded(situation).steps:
        if step.op.name == "mutex_lock":
            path = [place.function for place in step.stack]
            found.append(path[path.index("move_vma") + 1])
    return found


@claim("05/away", "05/clone-at-tail")
def _() -> None:
    assert order_while_moving(away) == "source destination"
    assert answer("05/away") == 2


@claim("05/back", "05/old-vma-receives")
def _() -> None:
    assert order_while_moving(back) == "destination source"
    assert answer("05/back") == 1


@claim("05/batch-locks")
def _() -> None:
    held = 0
    for step in recorded(back).steps:
        name = step.op.name
        held += (name == "spin_lock") - (name == "spin_unlock")
        if name in ("ptep_get_and_clear", "set_pte_at"):
            assert held == 2


@claim("05/locks", "05/end-without-lock")
def _() -> None:
    assert mutexes(away)[0] == "copy_vma"
    assert "copy_vma" not in mutexes(back)
    for situation in (away, back):
        assert mutexes(situation).count("move_page_tables") == answer("05/locks")


@claim("05/up", "05/which", "05/two-hold")
def _() -> None:
    verdicts = {
        name: explore_scenario(name, "v3.2").verdict
        for name in (
            "fresh-destination",
            "merge-next",
            "merge-order",
            "merge-next-higher",
            "seed-program",
        )
    }
    assert list(verdicts.values()).count("fails") == answer("05/which")
    assert verdicts["fresh-destination"] == verdicts["merge-next"] == "holds"
    assert answer("05/up") == 2


@claim("05/split-new-below")
def _() -> None:
    task, _, far = away(Kernel("v3.2", ptes_per_table=16))
    old = task.mm.vmas[0]
    task.mprotect(at(0x103), PAGE_SIZE, PROT_READ)
    move(task, 0x101, 2, far)
    task.mprotect(at(0x103), PAGE_SIZE, PROT_READ | PROT_WRITE)
    assert old.vm_start == at(0x103)
    order = walk_order(old.anon_vma)
    assert order[0] is old
    source = task.mm.vmas[-1]
    assert source.vm_start == at(far)
    assert source.vm_pgoff < old.vm_pgoff
    move(task, far + 1, 1, 0x102)
    assert (old.vm_start, old.vm_end) == (at(0x102), at(0x104))


@claim("05/swallowed")
def _() -> None:
    task = boot((0x103, 1), (0x105, 1))
    move(task, 0x105, 1, 0x104)
    assert ranges(task) == [(0x103, 0x105)]
    assert explore_scenario("unfaulted", "v3.3").verdict == "holds"


@claim("03/four-facts", "03/home")
def _() -> None:
    task = moved()
    assert [vma.vm_pgoff for vma in task.mm.vmas] == [0x100, 0x102]
    assert [vma.vm_start for vma in task.mm.vmas] == [at(0x100), at(0x140)]
    move(task, 0x140, 2, 0x102)
    assert len(task.mm.vmas) == answer("03/home")


# -------------------------------------------------------------------- 00 The page that got lost


@claim("00/called-once")
def _() -> None:
    run = run_program("v3.3")
    assert run.ok
    assert [moment.hits for moment in run.moments if "mremap" in moment.call] == [0, 1]


@claim("00/new-one-last")
def _() -> None:
    task = moved()
    first, last = walk_order(task.mm.vmas[0].anon_vma)
    assert (first.vm_start, last.vm_start) == (at(0x100), at(0x140))
    move(task, 0x140, 2, 0x102)
    assert task.mm.vmas == (first,)


@claim("00/against", "00/slips-past")
def _() -> None:
    lost = explore_scenario("merge-order", "v3.2", pages=1, form="above, one batch")
    assert 0 < lost.failing < lost.executions
    failure = lost.failures[0]
    assert failure.preemptions == 1
    did = [(step.cpu, step.op.name) for step in failure.trace().steps]
    grows = did.index(("mremap", "set_vma_bounds"))
    moves = did.index(("mremap", "set_pte_at"))
    looks = [place for place, step in enumerate(did) if step == ("migration", "vma_bounds")]
    reads = [place for place, step in enumerate(did) if step == ("migration", "pte_read")]
    assert looks[0] < grows < moves < reads[0]
    assert "lost" in failure.message
    assert answer("00/against") == 2


@claim("00/releases", "00/three-ways", "start/was-in-linux")
def _() -> None:
    releases = ("v3.0", "v3.1", "v3.2", "v3.3")
    found = {each: explore_scenario("merge-order", each) for each in releases}
    failing = [each for each in releases if found[each].failing]
    assert len(failing) == answer("00/releases")
    assert found["v3.0"].failing > found["v3.1"].failing
    assert found["v3.3"].verdict == "holds"
    assert explore_scenario("pte-peek", "v3.0").verdict == "fails"
    assert explore_scenario("pte-peek", "v3.1").verdict == "holds"
    assert explore_scenario("error-path", "v3.2").verdict == "fails"


source("00/program", "00/no-lock-added", commit="948f017b093a")
source("00/two-walks", code="mm/migrate.c unmap_and_move", release="v3.1")
source("00/not-reported", mail="A16")


@claim("05/down-is-found")
def _() -> None:
    for pages in (1, 2, 3):
        assert explore_scenario("fresh-destination", "v3.2", pages=pages).verdict == "holds"


source("05/one-mutex", mail="M4")

source("04/reported", mail="P1")
