"""The names and meanings that learners, graders and other people's checks rely on."""

import asyncio
import errno
import inspect

import pytest

import vmlesson.kernel as kernel_module
from vmlesson.explore import Mutex, Shared, explore
from vmlesson.kernel import (
    EFAULT,
    ENOMEM,
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    Finding,
    Kernel,
    NotDriven,
    Patch,
    Scenario,
    Task,
    anon_vma_clone,
    anon_vma_lock,
    anon_vma_moveto_tail,
    anon_vma_unlock,
    is_migration_entry,
    linear_page_index,
    list_add_tail,
    list_del,
    list_empty,
    list_for_each_entry,
    list_is_last,
    list_move,
    list_move_tail,
    lock_anon_vma_root,
    migration_entry_to_page,
    mk_pte,
    mutex,
    mutex_lock,
    mutex_trylock,
    mutex_unlock,
    pte_offset_map_lock,
    pte_read,
    pte_unmap_unlock,
    ptep_get_and_clear,
    rmap_walk_anon,
    run,
    set_pte_at,
    sys_mremap,
    unlink_anon_vmas,
    unlock_anon_vma_root,
    unmap_and_move,
    vma_address,
    vma_bounds,
    walk_order,
)

NAMES = [
    "mutex_lock", "mutex_unlock", "mutex_trylock", "spin_lock", "spin_unlock", "anon_vma_lock",
    "anon_vma_unlock", "lock_anon_vma_root", "unlock_anon_vma_root", "list_add",
    "list_add_tail", "list_del", "list_move", "list_move_tail", "list_is_last", "list_empty",
    "list_for_each_entry", "vma_bounds", "pte_offset_map_lock", "pte_unmap_unlock", "pte_read",
    "ptep_get_and_clear", "set_pte_at", "is_migration_entry", "migration_entry_to_page",
    "mk_pte", "anon_vma_moveto_tail", "anon_vma_clone", "unlink_anon_vmas", "copy_vma",
    "move_page_tables", "move_vma", "remove_migration_pte", "vma_address", "rmap_walk_anon",
    "vma_merge", "do_munmap", "do_mremap", "unmap_and_move", "PAGE_SIZE", "ENOMEM", "EFAULT",
    "EINVAL", "SWAP_AGAIN", "MREMAP_MAYMOVE", "MREMAP_FIXED", "BUG_ON", "VM_BUG_ON", "run",
    "Kernel", "Patch", "Scenario", "sys_mmap", "sys_munmap", "sys_mprotect", "sys_mremap",
    "sys_fork", "sys_write", "sys_read", "sys_exit",
]  # fmt: skip

SIGNATURES = {
    "anon_vma_moveto_tail": "dst",
    "anon_vma_clone": "dst src",
    "unlink_anon_vmas": "vma",
    "copy_vma": "vma addr length pgoff",
    "move_page_tables": "vma old_addr new_vma new_addr length",
    "move_vma": "vma old_addr old_len new_len new_addr",
    "remove_migration_pte": "new vma addr old",
    "vma_address": "page vma",
    "rmap_walk_anon": "page rmap_one arg",
    "do_munmap": "mm start length",
    "do_mremap": "mm addr old_len new_len flags new_addr",
    "unmap_and_move": "page",
}
BASE = 0x100 * PAGE_SIZE
AWAY = 0x140 * PAGE_SIZE
MOVE = MREMAP_MAYMOVE | MREMAP_FIXED


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_there(name: str) -> None:
    assert hasattr(kernel_module, name)


@pytest.mark.parametrize(("name", "parameters"), SIGNATURES.items())
def test_a_function_takes_what_the_kernels_takes(name: str, parameters: str) -> None:
    assert list(inspect.signature(getattr(kernel_module, name).function).parameters) == (
        parameters.split()
    )


@pytest.fixture
def task() -> Task:
    """Four pages, written to; the last two have moved away, so the list has two vmas."""
    task = Kernel("v3.3").spawn("T")
    task.mmap(4 * PAGE_SIZE, addr=BASE, fixed=True)
    for number in range(4):
        task.write(BASE + number * PAGE_SIZE, b"%d" % number)
    half = 2 * PAGE_SIZE
    task.mremap(BASE + half, half, half, MOVE, AWAY)
    return task


def test_an_object_has_the_kernels_fields(task: Task) -> None:
    vma, moved = task.mm.vmas
    assert (vma.vm_mm, vma.vm_start, vma.vm_end) == (task.mm, BASE, BASE + 2 * PAGE_SIZE)
    assert (moved.vm_start, moved.vm_pgoff) == (AWAY, 0x102)
    (avc,) = moved.anon_vma_chain
    assert list(reversed(moved.anon_vma_chain)) == [avc]
    assert avc.vma is moved
    assert avc.anon_vma is moved.anon_vma is vma.anon_vma
    family = avc.anon_vma
    assert family.root is family
    assert (family.refcount, family.mutex.owner) == (1, None)
    assert avc.same_vma is not avc.same_anon_vma
    page = run(pte_read(task.mm.slot_at(AWAY))).page
    assert (page.mapping, page.index, page.mapcount, page.count) == (family, 0x102, 1, 1)
    assert "locked" not in page.flags


def test_one_kernel_function_is_driven_by_run(task: Task) -> None:
    vma, moved = task.mm.vmas
    family = vma.anon_vma
    assert walk_order(family) == [vma, moved]
    run(anon_vma_moveto_tail(vma))
    assert walk_order(family) == [moved, vma]
    page = run(pte_read(task.mm.slot_at(AWAY))).page
    assert run(vma_address(page, moved)) == AWAY
    assert run(vma_address(page, vma)) == -EFAULT
    assert run(vma_bounds(moved)) == (AWAY, AWAY + 2 * PAGE_SIZE, 0x102)
    assert linear_page_index(moved, AWAY) == 0x102


def test_coroutines_use_the_vocabulary(task: Task) -> None:
    vma, moved = task.mm.vmas
    family = vma.anon_vma
    (avc,) = vma.anon_vma_chain

    async def walk() -> list[object]:
        seen = []
        await anon_vma_lock(family)
        async for each in list_for_each_entry(family.head):
            seen.append(each.vma)
        await anon_vma_unlock(family)
        return seen

    async def shuffle() -> tuple[bool, bool, bool]:
        root = await lock_anon_vma_root(None, family)
        again = await lock_anon_vma_root(root, family)
        await list_del(avc.same_anon_vma)
        await list_add_tail(avc.same_anon_vma, family.head)
        last = await list_is_last(avc.same_anon_vma, family.head)
        await list_move(avc.same_anon_vma, family.head)
        first = await list_is_last(avc.same_anon_vma, family.head)
        await list_move_tail(avc.same_anon_vma, family.head)
        empty = await list_empty(family.head)
        await unlock_anon_vma_root(root)
        await unlock_anon_vma_root(None)
        assert again is root is family
        return last, first, empty

    assert run(walk()) == [vma, moved]
    assert run(shuffle()) == (True, False, False)
    assert run(walk()) == [moved, vma]


def test_ptes_are_read_and_written_under_their_lock(task: Task) -> None:
    vma = task.mm.vmas[0]

    async def swap() -> object:
        slot, ptl = await pte_offset_map_lock(task.mm, BASE)
        old = await ptep_get_and_clear(slot)
        await set_pte_at(slot, mk_pte(old.page, vma, write=True))
        await pte_unmap_unlock(slot, ptl)
        return await pte_offset_map_lock(task.mm, 1 << 40)

    assert run(swap()) is None
    assert task.read(BASE, 1) == b"0"


def test_run_names_the_lock_that_is_missing() -> None:
    lock = mutex("the only mutex")

    async def twice() -> None:
        await mutex_lock(lock)
        await mutex_lock(lock)

    with pytest.raises(Finding, match="the only mutex is held by") as caught:
        run(twice())
    assert caught.value.kind == "deadlock"
    assert run(mutex_trylock(lock)) is False
    run(mutex_unlock(lock))
    assert run(mutex_trylock(lock)) is True
    run(mutex_unlock(lock))


def test_run_ends_what_would_never_end() -> None:
    lock = mutex("a mutex")

    async def round_and_round() -> None:
        while True:
            await mutex_lock(lock)
            await mutex_unlock(lock)

    with pytest.raises(Finding, match="still running after 100,000 steps") as caught:
        run(round_and_round())
    assert caught.value.kind == "endless"


def test_a_bare_await_says_run(task: Task) -> None:
    async def cell() -> None:
        await anon_vma_moveto_tail(task.mm.vmas[0])

    with pytest.raises(NotDriven, match=r"run\(anon_vma_moveto_tail"):
        asyncio.run(cell())


def test_patches_replace_functions_of_one_kernel_only(task: Task) -> None:
    async def anon_vma_moveto_tail(dst: object) -> str:
        return f"patched for {dst}"

    patched = Kernel("v3.3", patches=[anon_vma_moveto_tail])
    other = Kernel("v3.3", patches=[Patch("my commit", [anon_vma_moveto_tail])])
    vma = task.mm.vmas[0]
    assert patched.run(kernel_module.anon_vma_moveto_tail(vma)).startswith("patched")
    assert other.run(kernel_module.anon_vma_moveto_tail(vma)).startswith("patched")
    assert run(kernel_module.anon_vma_moveto_tail(vma)) is None


def test_system_calls_raise_oserror(task: Task) -> None:
    with pytest.raises(OSError, match=f"Errno {errno.EINVAL}"):
        task.mremap(BASE + 1, PAGE_SIZE, PAGE_SIZE)
    with pytest.raises(OSError, match=f"Errno {errno.EFAULT}"):
        task.read(0, 1)


def test_clone_and_unlink_are_undone_by_each_other(task: Task) -> None:
    vma, moved = task.mm.vmas
    family = vma.anon_vma
    run(unlink_anon_vmas(moved))
    assert walk_order(family) == [vma]
    assert run(anon_vma_clone(moved, vma)) == 0
    assert walk_order(family) == [vma, moved]
    assert task.kernel.audit() == []


def test_a_migration_leaves_the_contents_and_changes_the_frame(task: Task) -> None:
    slot = task.mm.slot_at(AWAY)
    before = run(pte_read(slot)).page
    assert run(unmap_and_move(before)) == 0
    after = run(pte_read(slot))
    assert not is_migration_entry(after)
    assert after.page.pfn != before.pfn
    assert task.read(AWAY, 1) == b"2"
    assert inspect.isfunction(migration_entry_to_page)
    assert rmap_walk_anon.file == "mm/rmap.c"


def test_a_scenario_of_ones_own() -> None:
    def setup(kernel: Kernel) -> Task:
        task = kernel.spawn("T")
        task.mmap(2 * PAGE_SIZE, addr=BASE, fixed=True)
        task.write(BASE, b"x")
        return task

    def cpus(task: Task) -> dict:
        page = task.mm.slot_at(BASE).pte.page
        away = sys_mremap(task, BASE, PAGE_SIZE, PAGE_SIZE, MOVE, AWAY)
        return {"mremap": away, "migration": unmap_and_move_alone(page)}

    async def unmap_and_move_alone(page: object) -> int:
        return await unmap_and_move(page)

    def promise(task: Task) -> None:
        assert task.read(AWAY, 1) == b"x"

    scenario = Scenario(setup, cpus, promise)
    for release, verdict in (("v3.0", "fails"), ("v3.1", "holds"), ("v3.3", "holds")):
        result = explore(scenario, release=release)
        assert (result.verdict, result.complete) == (verdict, True), release


def test_any_program_can_be_explored() -> None:
    def program():
        x, m = Shared("x", 0), Mutex("m")

        async def add() -> None:
            await m.acquire()
            v = await x.read()
            await x.write(v + 1)
            await m.release()

        def promise() -> None:
            assert x.value == 2

        return {"a": add(), "b": add()}, promise

    result = explore(program)
    assert (result.verdict, result.complete, result.executions) == ("holds", True, 2)
    assert (result.failing, result.failures, result.warnings) == (0, [], [])
    assert result.steps > 0


def test_error_numbers_are_negative_as_in_the_kernel(task: Task) -> None:
    task.kernel.fail_allocation("vma", 1)
    with pytest.raises(OSError, match=f"Errno {ENOMEM}"):
        task.mmap(PAGE_SIZE, addr=AWAY + 0x100 * PAGE_SIZE, fixed=True)
