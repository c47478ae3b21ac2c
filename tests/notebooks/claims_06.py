"""What stands behind the claims of chapter 06."""

from functools import cache

from register import answer, claim, source

from vmlesson import kernel
from vmlesson.scenarios import explore_scenario


@cache
def lost():
    found = explore_scenario("pte-peek", "v3.0")
    return found, found.failures[0].trace()


async def move_ptes(vma, *args):
    if vma.anon_vma is not None:
        await kernel.anon_vma_lock(vma.anon_vma)
    await kernel.move_ptes.function(vma, *args)
    if vma.anon_vma is not None:
        await kernel.anon_vma_unlock(vma.anon_vma)


@claim("06/where", "06/order", "06/first-look")
def _() -> None:
    found, trace = lost()
    assert answer("06/where") == 2
    assert (found.failing, found.complete) == (1, True)
    steps = trace.steps
    names = [(s.cpu, s.op.name) for s in steps]
    cleared = names.index(("mremap", "ptep_get_and_clear"))
    stored = names.index(("mremap", "set_pte_at"))
    peeks = [number for number, name in enumerate(names) if name == ("migration", "pte_read")]
    assert len(peeks) == answer("06/order")
    assert all(cleared < peek < stored for peek in peeks)
    for peek in peeks:
        assert not any(lock.startswith("ptl") for lock in steps[peek].cpus["migration"].held)
    cells = [cell for vma in steps[cleared].picture["vmas"] for cell in vma["cells"]]
    assert {cell["kind"] for cell in cells} == {"none"}
    picture = steps[cleared].picture
    (move,) = picture["moves"]
    ends = {avc["id"]: avc["vma"] for avc in picture["avcs"]}
    order = [ends[avc] for avc in picture["anon_vmas"][0]["list"]]
    assert order == [move["source"], move["destination"]]


async def peeks_twice(new, vma, addr, old):
    for _ in range(2):
        table = await kernel.pmd_read(vma.vm_mm, addr)
        if table is not None and kernel.is_migration_entry(await kernel.pte_read(table.slot(addr))):
            return await kernel.remove_migration_pte.function(new, vma, addr, old)
    return kernel.SWAP_AGAIN


async def from_the_end(page, rmap_one, arg):
    await kernel.anon_vma_lock(page.mapping)
    avcs = [avc async for avc in kernel.list_for_each_entry(page.mapping.head)]
    for avc in reversed(avcs):
        address = await kernel.vma_address(page, avc.vma)
        if address != -kernel.EFAULT:
            await rmap_one(page, avc.vma, address, arg)
    await kernel.anon_vma_unlock(page.mapping)
    return kernel.SWAP_AGAIN


peeks_twice.__name__, from_the_end.__name__ = "remove_migration_pte", "rmap_walk_anon"


@claim("06/cure")
def _() -> None:
    assert answer("06/cure") == 2
    assert explore_scenario("pte-peek", "v3.1").verdict == "holds"
    for no_cure in (peeks_twice, from_the_end):
        assert explore_scenario("pte-peek", "v3.0", patches=[no_cure]).verdict == "fails"


@claim("06/hinge", "06/two-cures")
def _() -> None:
    assert answer("06/hinge") == 1
    for scenario in ("pte-peek", "merge-order", "error-path"):
        found = explore_scenario(scenario, "v3.0", patches=[move_ptes])
        assert found.verdict == "holds", scenario
    assert explore_scenario("merge-order", "v3.1").verdict == "fails"
    assert explore_scenario("error-path", "v3.1").verdict == "fails"


source("06/report", mail="P1")
source("06/line", code="include/linux/swapops.h migration_entry_to_page", release="v3.0")
source("06/on-purpose", code="mm/rmap.c page_check_address", release="v3.1")
source("06/hugh-first", mail="H2")
source("06/andrea-there", mail="A2")
source("06/mel-there", mail="M1")
source("06/applied", mail="T3")
source("06/not-the-lockup", mail="H5")
source("06/day-after", mail="N1")
source("06/commit", commit="486cf46f3f9b")
