"""Implementations that learners write: wrong ones, with where that shows, and right ones.

The numbers are those of the facts (W1 to W50 wrong, C1 to C24 right; a letter where there is more
than one way).  Each is a list of functions that take the place of kernel functions of the same
name: ``explore(scenario, release=variant.release, patches=variant.functions)``.

Not here: W45, which needs reclaim, and the model has none.
"""

# ruff: noqa: F811 - all implementations of a function have the kernel's name for it

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from vmlesson import kernel
from vmlesson.kernel import (
    EFAULT,
    ENOMEM,
    PAGE_SHIFT,
    PAGE_SIZE,
    SWAP_AGAIN,
    anon_vma,
    anon_vma_chain,
    anon_vma_fork,
    anon_vma_lock,
    anon_vma_prepare,
    anon_vma_unlock,
    do_munmap,
    down_write,
    find_vma_prev,
    insert_vma,
    is_migration_entry,
    list_add,
    list_add_tail,
    list_del,
    list_for_each_entry,
    list_is_last,
    list_move_tail,
    lock_anon_vma_root,
    move_page_tables,
    mutex_lock,
    mutex_trylock,
    mutex_unlock,
    new_vma_like,
    pmd_read,
    pte_alloc,
    pte_read,
    ptep_get_and_clear,
    set_pte_at,
    spin_lock,
    spin_unlock,
    unlink_anon_vmas,
    unlock_anon_vma_root,
    up_write,
    vm_area_struct,
    vma_address,
)
from vmlesson.kernel.alloc import booted_kernel
from vmlesson.kernel.list import link
from vmlesson.kernel.memory import copy_page_range
from vmlesson.kernel.migrate import restore_pte
from vmlesson.kernel.pgtable import slots_between

Function = Callable[..., Any]


@dataclass
class Variant:
    """One implementation.

    `caught`: numbers of the scenarios in which it must fail; `passes`: in which it must hold.  A
    right one has none of either: it must hold in all.
    """

    name: str
    what: str
    caught: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    release: str = "v3.3"
    functions: list[Function] = field(default_factory=list)


WRONG: dict[str, Variant] = {}
RIGHT: dict[str, Variant] = {}

Decorator = Callable[[Function], Function]


def wrong(
    name: str, what: str, caught: str = "", passes: str = "", release: str = "v3.3"
) -> Decorator:
    """Add a function to the wrong implementation `name`."""
    return _add(WRONG, Variant(name, what, tuple(caught.split()), tuple(passes.split()), release))


def right(name: str, what: str, release: str = "v3.3") -> Decorator:
    """Add a function to the right implementation `name`."""
    return _add(RIGHT, Variant(name, what, release=release))


def compose(
    variants: dict[str, Variant],
    name: str,
    what: str,
    *functions: Function,
    caught: str = "",
    passes: str = "",
    release: str = "v3.3",
) -> None:
    """Add an implementation that consists of several functions."""
    variants[name] = Variant(
        name, what, tuple(caught.split()), tuple(passes.split()), release, list(functions)
    )


def _add(variants: dict[str, Variant], new: Variant) -> Decorator:
    variant = variants.setdefault(new.name, new)

    def decorate(function: Function) -> Function:
        variant.functions.append(function)
        return function

    return decorate


# ------------------------------------------------------------------------------------- ingredients


async def to_tail(avc: anon_vma_chain) -> None:
    await list_del(avc.same_anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)


async def to_head(avc: anon_vma_chain) -> None:
    await list_del(avc.same_anon_vma)
    await list_add(avc.same_anon_vma, avc.anon_vma.head)


async def each(avcs: Iterable[anon_vma_chain], move: Callable[[anon_vma_chain], Any]) -> None:
    """`move` each of these, with the root mutex held throughout."""
    root = None
    for avc in list(avcs):
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await move(avc)
    await unlock_anon_vma_root(root)


async def vma_to_tail(vma: vm_area_struct) -> None:
    await each(reversed(vma.anon_vma_chain), to_tail)


async def vma_to_head(vma: vm_area_struct) -> None:
    await each(reversed(vma.anon_vma_chain), to_head)


async def wait_for_walks(vma: vm_area_struct) -> None:
    if vma.anon_vma is not None:
        await anon_vma_lock(vma.anon_vma)
        await anon_vma_unlock(vma.anon_vma)


async def nothing(*vmas: vm_area_struct) -> None:
    return


def node_of(vma: vm_area_struct, family: anon_vma) -> anon_vma_chain | None:
    return next((avc for avc in vma.anon_vma_chain if avc.anon_vma is family), None)


async def entries(family: anon_vma) -> list[anon_vma_chain]:
    return [avc async for avc in list_for_each_entry(family.head)]


async def precedes(first: vm_area_struct, second: vm_area_struct, family: anon_vma) -> bool:
    """Whether `first` stands before `second` in a list that both are on.  With the root mutex."""
    vmas = [avc.vma for avc in await entries(family)]
    return vmas.index(first) < vmas.index(second)


async def exchange(dst: vm_area_struct, src: vm_area_struct, only_if_wrong: bool) -> None:
    """Let the two change places in each list that both are on."""
    if dst.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    for avc in dst.anon_vma_chain:
        family = avc.anon_vma
        partner = node_of(src, family)
        if partner is None or (only_if_wrong and not await precedes(dst, src, family)):
            continue
        order = await entries(family)
        i, j = order.index(avc), order.index(partner)
        order[i], order[j] = order[j], order[i]
        for one in order:
            await to_tail(one)
    await anon_vma_unlock(dst.anon_vma)


def copying(
    after_merge: Function = nothing,
    before: Function = nothing,
    after_clone: Function = nothing,
    if_swallowed: Function = nothing,
    forget_new_vma: bool = False,
    merge_faulted: bool = True,
) -> Function:
    """A copy_vma() with calls of one's own: of (dst, src)."""

    async def copy_vma(
        vma: vm_area_struct, addr: int, length: int, pgoff: int
    ) -> tuple[vm_area_struct, vm_area_struct | None]:
        mm, vma_start = vma.vm_mm, vma.vm_start
        faulted = vma.anon_vma is not None
        if not faulted:
            pgoff = addr >> PAGE_SHIFT
        prev = find_vma_prev(mm, addr)
        await before(prev, vma)
        new_vma = None
        if merge_faulted or not faulted:
            end = addr + length
            new_vma = await kernel.vma_merge(mm, prev, addr, end, vma.vm_flags, vma.anon_vma, pgoff)
        if new_vma is not None:
            if new_vma.vm_start <= vma_start < new_vma.vm_end:
                if not forget_new_vma:
                    vma = new_vma
                await if_swallowed(new_vma, vma)
            else:
                await after_merge(new_vma, vma)
            return vma, new_vma
        new_vma = await new_vma_like(vma, addr, length, pgoff)
        if new_vma is not None:
            await after_clone(new_vma, vma)
        return vma, new_vma

    return copy_vma


def moving(
    before: Function = nothing,
    before_retreat: Function = nothing,
    retreat: Function = move_page_tables,
    after_retreat: Function = nothing,
    after: Function = nothing,
    arrived: Function = nothing,
) -> Function:
    """A move_vma() with calls of one's own: of (src, dst, whether dst was merged).

    `before` the ptes move; `before_retreat` and `after_retreat` around the moving back;
    `after` the ptes have moved; `arrived`, with nothing to move back.
    """

    async def move_vma(
        vma: vm_area_struct, old_addr: int, old_len: int, new_len: int, new_addr: int
    ) -> int:
        mm = vma.vm_mm
        new_pgoff = vma.vm_pgoff + ((old_addr - vma.vm_start) >> PAGE_SHIFT)
        vma, new_vma = await kernel.copy_vma(vma, new_addr, new_len, new_pgoff)
        if new_vma is None:
            return -ENOMEM
        merged = (new_vma.vm_start, new_vma.vm_end) != (new_addr, new_addr + new_len)
        await before(vma, new_vma, merged)
        moved = await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)
        await after(vma, new_vma, merged)
        if moved < old_len:
            await before_retreat(vma, new_vma, merged)
            await retreat(new_vma, new_addr, vma, old_addr, moved)
            await after_retreat(vma, new_vma, merged)
            old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM
        else:
            await arrived(vma, new_vma, merged)
        await do_munmap(mm, old_addr, old_len)
        return new_addr

    return move_vma


def batches(before_each: Function = nothing, after_first: Function = nothing) -> Function:
    """A move_page_tables() with calls of one's own: of (dst)."""

    async def move_page_tables(
        vma: vm_area_struct, old_addr: int, new_vma: vm_area_struct, new_addr: int, length: int
    ) -> int:
        mm, span = vma.vm_mm, vma.vm_mm.table_span
        batch = booted_kernel().pages_per_batch * PAGE_SIZE
        done = 0
        while done < length:
            old, new = old_addr + done, new_addr + done
            extent = min(length - done, span - old % span)
            old_table = await pmd_read(mm, old)
            if old_table is not None:
                if await pte_alloc(mm, new):
                    break
                new_table = await pmd_read(mm, new)
                extent = min(extent, span - new % span, batch)
                await before_each(new_vma)
                await kernel.move_ptes(vma, old_table, old, old + extent, new_vma, new_table, new)
                if not done:
                    await after_first(new_vma)
            done += extent
        return done

    return move_page_tables


def on_src(action: Function) -> Function:
    async def call(src: vm_area_struct, dst: vm_area_struct, merged: bool) -> None:
        await action(src)

    return call


def on_dst(action: Function) -> Function:
    async def call(src: vm_area_struct, dst: vm_area_struct, merged: bool) -> None:
        await action(dst)

    return call


async def dst_to_tail(dst: vm_area_struct | None, src: vm_area_struct) -> None:
    if dst is not None:
        await vma_to_tail(dst)


async def dst_to_head(dst: vm_area_struct, src: vm_area_struct) -> None:
    await vma_to_head(dst)


async def src_to_tail(dst: vm_area_struct, src: vm_area_struct) -> None:
    await vma_to_tail(src)


async def src_to_head(dst: vm_area_struct, src: vm_area_struct) -> None:
    await vma_to_head(src)


# ------------------------------------------------------------------- wrong: anon_vma_moveto_tail()


@wrong("W1", "does nothing", "S1 S2 S4 S5 S6 S7 S8 S9 S10 S11", "S0 S3")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    return


@wrong("W2", "moves the first node only", "S5 S7 S11", "S1 S6")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await each(list(dst.anon_vma_chain)[:1], to_tail)


@wrong("W3", "moves the last node only", "S6 S7", "S1 S5")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await each(list(dst.anon_vma_chain)[-1:], to_tail)


@wrong("W4", "moves the first and the last node", "S7", "S1 S5 S6 S16")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    chain = list(dst.anon_vma_chain)
    await each(chain[1:][-1:] + chain[:1], to_tail)


@wrong("W5", "takes no lock", "S1 S12 S14")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await to_tail(avc)


@wrong("W6", "locks each anon_vma's own mutex", "S6 S7", "S1 S5 S8")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await mutex_lock(avc.anon_vma.mutex)
        await to_tail(avc)
        await mutex_unlock(avc.anon_vma.mutex)


@wrong("W7", "takes the page_table_lock instead", "S1 S12 S14")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await spin_lock(dst.vm_mm.page_table_lock)
    for avc in reversed(dst.anon_vma_chain):
        await to_tail(avc)
    await spin_unlock(dst.vm_mm.page_table_lock)


@wrong("W8", "gives up if the lock is taken", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if dst.anon_vma is None or not await mutex_trylock(dst.anon_vma.root.mutex):
        return
    for avc in reversed(dst.anon_vma_chain):
        await to_tail(avc)
    await anon_vma_unlock(dst.anon_vma)


@wrong("W9", "moves to the head", "S1 S2 S3 S4 S5 S6 S7 S8", "S0")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await vma_to_head(dst)


@wrong("W12", "only waits for walks in progress", "S1 S2")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await wait_for_walks(dst)


@wrong("W13", "forgets to unlock", "S1 S2 S5")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    root = None
    for avc in reversed(dst.anon_vma_chain):
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await to_tail(avc)


@wrong("W14", "locks for every node, unlocks once", "S5 S6 S7", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await anon_vma_lock(avc.anon_vma)
        await to_tail(avc)
    if dst.anon_vma is not None:
        await anon_vma_unlock(dst.anon_vma)


@wrong("W15", "locks once, unlocks for every node", "S5 S6 S7", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if dst.anon_vma is not None:
        await anon_vma_lock(dst.anon_vma)
    for avc in reversed(dst.anon_vma_chain):
        await to_tail(avc)
        await anon_vma_unlock(avc.anon_vma)


@wrong("W16", "links after unlocking", "S12", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await anon_vma_lock(avc.anon_vma)
        await list_del(avc.same_anon_vma)
        await anon_vma_unlock(avc.anon_vma)
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)


@wrong("W17", "locks only to link", "S1 S12 S14")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await list_del(avc.same_anon_vma)
        await anon_vma_lock(avc.anon_vma)
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
        await anon_vma_unlock(avc.anon_vma)


@wrong("W18", "does not link again", "S12 S16")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    async def unlink(avc: anon_vma_chain) -> None:
        await list_del(avc.same_anon_vma)

    await each(dst.anon_vma_chain, unlink)


@wrong("W19", "links without unlinking", "S1 S14 S16")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    async def link(avc: anon_vma_chain) -> None:
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)

    await each(dst.anon_vma_chain, link)


@wrong("W20", "moves every vma of the anon_vma in turn", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if dst.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    for avc in await entries(dst.anon_vma):
        await to_tail(avc)
    await anon_vma_unlock(dst.anon_vma)


@wrong("W21", "moves the same_vma link", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    async def move(avc: anon_vma_chain) -> None:
        await list_del(avc.same_vma)
        await list_add_tail(avc.same_vma, dst.anon_vma_chain)

    await each(dst.anon_vma_chain, move)


@wrong("W22", "appends every node to the root's list", "S6 S16")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    async def move(avc: anon_vma_chain) -> None:
        await list_del(avc.same_anon_vma)
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.root.head)

    await each(dst.anon_vma_chain, move)


@wrong("W31", "rotates the whole list until dst is last", "S13", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    async def rotate(avc: anon_vma_chain) -> None:
        order = await entries(avc.anon_vma)
        for one in order[: order.index(avc) + 1]:
            await to_tail(one)

    await each(reversed(dst.anon_vma_chain), rotate)


@wrong("W32", "skips a vma with one node", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if len(list(dst.anon_vma_chain)) > 1:
        await vma_to_tail(dst)


@wrong("W47", "gives an unfaulted vma an anon_vma", "S17", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await anon_vma_prepare(dst)
    await vma_to_tail(dst)


@wrong("W50", "moves all vmas of the process, in address order", "S1")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for vma in dst.vm_mm.vmas:
        await vma_to_tail(vma)


# ------------------------------------------------------------------------ wrong: the call's place

RETREAT = moving(before_retreat=on_src(vma_to_tail))
"""The error path as v3.3 has it."""

compose(
    WRONG,
    "W9a",
    "moves dst to the head, after a clone too",
    copying(dst_to_head, after_clone=dst_to_head),
    caught="S0 S1",
)
compose(WRONG, "W10", "moves src to the tail", copying(src_to_tail), caught="S1")
compose(
    WRONG,
    "W10a",
    "moves src to the tail, after a clone too",
    copying(src_to_tail, after_clone=src_to_tail),
    caught="S0 S1",
)
compose(
    WRONG,
    "W11a",
    "src to the head, and on the way back again",
    copying(src_to_head),
    moving(before_retreat=on_src(vma_to_head)),
    caught="S9 S10",
    passes="S0 S1 S2 S3 S4 S5 S6 S7 S8",
)
compose(
    WRONG,
    "W11b",
    "src to the head, on the way back dst to the tail",
    copying(src_to_head),
    moving(before_retreat=on_dst(vma_to_tail)),
    caught="S9 S10",
    passes="S0 S1 S2 S3 S4 S5 S6 S7 S8",
)
compose(WRONG, "W23", "calls only after a clone", copying(after_clone=dst_to_tail), caught="S1")
compose(
    WRONG, "W24", "calls only if src was swallowed", copying(if_swallowed=dst_to_tail), caught="S1"
)
compose(
    WRONG,
    "W25",
    "calls for prev, before the merge",
    copying(before=dst_to_tail),
    caught="S4",
    passes="S1",
)
compose(
    WRONG,
    "W26",
    "goes on with src though it was swallowed",
    copying(dst_to_tail, forget_new_vma=True),
    caught="S17",
    passes="S1",
)
compose(
    WRONG,
    "W26a",
    "calls for src though it was swallowed",
    copying(dst_to_tail, if_swallowed=src_to_tail, forget_new_vma=True),
    caught="S17",
    passes="S1",
)
compose(
    WRONG,
    "W27",
    "calls after the ptes have moved",
    copying(),
    moving(after=on_dst(vma_to_tail), before_retreat=on_src(vma_to_tail)),
    caught="S1",
)
compose(
    WRONG,
    "W28",
    "calls after the first batch",
    copying(),
    batches(after_first=vma_to_tail),
    caught="S1",
)


async def swap(dst: vm_area_struct, src: vm_area_struct) -> None:
    await exchange(dst, src, only_if_wrong=False)


async def swap_if_wrong(dst: vm_area_struct, src: vm_area_struct) -> None:
    await exchange(dst, src, only_if_wrong=True)


async def tail_if_lower(dst: vm_area_struct, src: vm_area_struct) -> None:
    if dst.vm_pgoff <= src.vm_pgoff:
        await vma_to_tail(dst)


async def unlink_and_clone(dst: vm_area_struct, src: vm_area_struct) -> None:
    await unlink_anon_vmas(dst)
    await kernel.anon_vma_clone(dst, src)


compose(WRONG, "W29", "swaps dst and src, always", copying(swap), caught="S3", passes="S1")
compose(
    WRONG,
    "W30",
    "only if dst's pgoff is not larger",
    copying(tail_if_lower),
    caught="S4",
    passes="S1",
)
compose(
    WRONG,
    "W33",
    "unlinks dst and clones src's chain",
    copying(unlink_and_clone),
    caught="S12",
    passes="S1",
)


@wrong("W44", "holds the root mutex over the merge", "S2 S4", "S1")
async def copy_vma(
    vma: vm_area_struct, addr: int, length: int, pgoff: int
) -> tuple[vm_area_struct, vm_area_struct | None]:
    family = vma.anon_vma
    if family is None:
        return await copying()(vma, addr, length, pgoff)
    mm, prev = vma.vm_mm, find_vma_prev(vma.vm_mm, addr)
    await anon_vma_lock(family)
    new_vma = await kernel.vma_merge(mm, prev, addr, addr + length, vma.vm_flags, family, pgoff)
    if new_vma is not None:
        for avc in list(new_vma.anon_vma_chain):
            await to_tail(avc)
    await anon_vma_unlock(family)
    if new_vma is None:
        new_vma = await new_vma_like(vma, addr, length, pgoff)
    return vma, new_vma


# ------------------------------------------------------------------------- wrong: the error path


async def only_if_merged(src: vm_area_struct, dst: vm_area_struct, merged: bool) -> None:
    if merged:
        await vma_to_tail(src)


async def only_if_not_merged(src: vm_area_struct, dst: vm_area_struct, merged: bool) -> None:
    if not merged:
        await vma_to_tail(src)


compose(WRONG, "W34", "no second call", moving(), caught="S9 S10 S11", passes="S1")
compose(
    WRONG,
    "W35",
    "second call for new_vma",
    moving(before_retreat=on_dst(vma_to_tail)),
    caught="S9 S10",
    passes="S1",
)
compose(
    WRONG,
    "W36",
    "second call after moving back",
    moving(after_retreat=on_src(vma_to_tail)),
    caught="S9",
    passes="S1",
)
compose(
    WRONG,
    "W37",
    "second call before all moving",
    moving(before=on_src(vma_to_tail)),
    caught="S0 S1",
)
compose(
    WRONG,
    "W38",
    "second time only waits",
    moving(before_retreat=on_src(wait_for_walks)),
    caught="S9",
    passes="S1",
)
compose(
    WRONG,
    "W48",
    "second call only after a merge",
    moving(before_retreat=only_if_merged),
    caught="S9",
    passes="S1 S10",
)
compose(
    WRONG,
    "W49",
    "second call only after a clone",
    moving(before_retreat=only_if_not_merged),
    caught="S10",
    passes="S1 S9",
)

# ------------------------------------------------------------------------ wrong: the surroundings


@wrong("W39", "clone links at the head", "S0 S18")
async def anon_vma_clone(dst: vm_area_struct, src: vm_area_struct) -> int:
    root = None
    for pavc in reversed(src.anon_vma_chain):
        avc = anon_vma_chain()
        avc.vma, avc.anon_vma = dst, pavc.anon_vma
        link(avc.same_vma, dst.anon_vma_chain)
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_add(avc.same_anon_vma, avc.anon_vma.head)
    await unlock_anon_vma_root(root)
    return 0


@wrong("W40", "fork copies ptes before it links the child", "S18", "S1")
async def dup_mmap(mm: Any, oldmm: Any) -> int:
    await down_write(oldmm.mmap_sem)
    await down_write(mm.mmap_sem)
    for parent in oldmm.vmas:
        bounds = parent.vm_start, parent.vm_end, parent.vm_flags, parent.vm_pgoff
        child = vm_area_struct(mm, *bounds)
        await copy_page_range(mm, oldmm, parent)
        await anon_vma_fork(child, parent)
        insert_vma(mm, child)
    await up_write(mm.mmap_sem)
    await up_write(oldmm.mmap_sem)
    return 0


compose(
    WRONG,
    "W41",
    "src leaves its lists before its ptes move",
    moving(before=on_src(unlink_anon_vmas)),
    caught="S0",
)


@wrong("W42", "drops the old ptl before it takes the new one", "S0 S1")
async def move_ptes(
    vma: vm_area_struct,
    old_table: Any,
    old_addr: int,
    old_end: int,
    new_vma: vm_area_struct,
    new_table: Any,
    new_addr: int,
) -> None:
    await spin_lock(old_table.ptl)
    taken = [
        (slot.address, await ptep_get_and_clear(slot))
        for slot in slots_between(old_table, old_addr, old_end)
        if slot.pte.kind != "none"
    ]
    await spin_unlock(old_table.ptl)
    await spin_lock(new_table.ptl)
    for address, pte in taken:
        await set_pte_at(new_table.slot(address - old_addr + new_addr), pte)
    await spin_unlock(new_table.ptl)


@wrong("W43", "looks at the pte without the ptl", "S19")
async def remove_migration_pte(new: Any, vma: vm_area_struct, addr: int, old: Any) -> int:
    table = await pmd_read(vma.vm_mm, addr)
    if table is None or not is_migration_entry(await pte_read(table.slot(addr))):
        return SWAP_AGAIN
    return await restore_pte(new, vma, addr, old)


@wrong("W46", "no order; walks twice", "S20", release="v3.2")
async def remove_migration_ptes(old: Any, new: Any) -> None:
    for _ in range(2):
        await kernel.rmap_walk_anon(new, kernel.remove_migration_pte, old)


async def walk(page: Any, rmap_one: Function, arg: Any, turns: list[int]) -> int:
    """Walks of the list in one hold of the mutex, forward (1) or backward (-1)."""
    family = page.mapping
    await anon_vma_lock(family)
    for turn in turns:
        for avc in (await entries(family))[::turn]:
            address = await vma_address(page, avc.vma)
            if address != -EFAULT:
                await rmap_one(page, avc.vma, address, arg)
    await anon_vma_unlock(family)
    return SWAP_AGAIN


@wrong("W46a", "no order; walks forward and backward", "S20", release="v3.2")
async def rmap_walk_anon(page: Any, rmap_one: Function, arg: Any) -> int:
    return await walk(page, rmap_one, arg, [1, -1])


# ------------------------------------------------------------------------------------------ right


@right("C1", "the original")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    root = None
    for avc in reversed(dst.anon_vma_chain):
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await to_tail(avc)
    await unlock_anon_vma_root(root)


@right("C2", "newest first")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    await each(dst.anon_vma_chain, to_tail)


@right("C3", "list_move_tail")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    root = None
    for avc in reversed(dst.anon_vma_chain):
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await unlock_anon_vma_root(root)


compose(RIGHT, "C4", "without a helper", copying(dst_to_tail), RETREAT)


@right("C5", "the root mutex once, before the loop")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if dst.anon_vma is None:
        return
    await mutex_lock(dst.anon_vma.root.mutex)
    for avc in dst.anon_vma_chain:
        await to_tail(avc)
    await mutex_unlock(dst.anon_vma.root.mutex)


@right("C6", "the root mutex for each node")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    for avc in reversed(dst.anon_vma_chain):
        await anon_vma_lock(avc.anon_vma)
        await to_tail(avc)
        await anon_vma_unlock(avc.anon_vma)


@right("C7", "all out, then all in")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    if dst.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    for avc in dst.anon_vma_chain:
        await list_del(avc.same_anon_vma)
    for avc in dst.anon_vma_chain:
        await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(dst.anon_vma)


compose(
    RIGHT,
    "C8",
    "src to the head, on the way back dst to the head",
    copying(src_to_head),
    moving(before_retreat=on_dst(vma_to_head)),
)
compose(
    RIGHT, "C8a", "src to the head, on the way back src to the tail", copying(src_to_head), RETREAT
)


async def dst_behind_src(dst: vm_area_struct, src: vm_area_struct) -> None:
    async def move(avc: anon_vma_chain) -> None:
        partner = node_of(src, avc.anon_vma)
        if partner is not None:
            await list_del(avc.same_anon_vma)
            await list_add(avc.same_anon_vma, partner.same_anon_vma)

    await each(dst.anon_vma_chain, move)


async def src_before_dst(dst: vm_area_struct, src: vm_area_struct) -> None:
    async def move(avc: anon_vma_chain) -> None:
        partner = node_of(dst, avc.anon_vma)
        if partner is not None:
            await list_del(avc.same_anon_vma)
            await list_add_tail(avc.same_anon_vma, partner.same_anon_vma)

    await each(src.anon_vma_chain, move)


async def tail_if_before(dst: vm_area_struct, src: vm_area_struct) -> None:
    if dst.anon_vma is None or src.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    if await precedes(dst, src, dst.anon_vma):
        for avc in dst.anon_vma_chain:
            await to_tail(avc)
    await anon_vma_unlock(dst.anon_vma)


async def both_to_tail(dst: vm_area_struct, src: vm_area_struct) -> None:
    await vma_to_tail(src)
    await vma_to_tail(dst)


compose(RIGHT, "C9", "dst directly behind src", copying(dst_behind_src), RETREAT)
compose(RIGHT, "C9a", "src directly before dst", copying(src_before_dst), RETREAT)
compose(RIGHT, "C10", "swaps the two where dst is first", copying(swap_if_wrong), RETREAT)
compose(RIGHT, "C11", "looks in one list first", copying(tail_if_before), RETREAT)


@right("C12", "skips a node that is last already, without the lock")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    root = None
    for avc in reversed(dst.anon_vma_chain):
        if await list_is_last(avc.same_anon_vma, avc.anon_vma.head):
            continue
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await to_tail(avc)
    await unlock_anon_vma_root(root)


compose(
    RIGHT,
    "C13",
    "in move_vma, whether merged or cloned",
    copying(),
    moving(before=on_dst(vma_to_tail), before_retreat=on_src(vma_to_tail)),
)
compose(RIGHT, "C14", "src to the tail, then dst", copying(both_to_tail), RETREAT)


@right("C15", "after every merge")
async def vma_merge(*args: Any) -> vm_area_struct | None:
    merged: vm_area_struct | None = await kernel.vma_merge.function(*args)
    if merged is not None:
        await vma_to_tail(merged)
    return merged


RIGHT["C15"].functions.append(copying())


@right("C16", "the root mutex around each batch, no order", release="v3.2")
async def move_ptes(vma: vm_area_struct, *args: Any) -> None:
    if vma.anon_vma is not None:
        await anon_vma_lock(vma.anon_vma)
    await kernel.move_ptes.function(vma, *args)
    if vma.anon_vma is not None:
        await anon_vma_unlock(vma.anon_vma)


@right("C17", "the root mutex around each batch where dst is first", release="v3.2")
async def move_ptes(
    vma: vm_area_struct,
    old_table: Any,
    old_addr: int,
    old_end: int,
    new_vma: vm_area_struct,
    new_table: Any,
    new_addr: int,
) -> None:
    args = vma, old_table, old_addr, old_end, new_vma, new_table, new_addr
    family = vma.anon_vma
    if family is None:
        await kernel.move_ptes.function(*args)
        return
    await anon_vma_lock(family)
    backward = await precedes(new_vma, vma, family)
    if not backward:
        await anon_vma_unlock(family)
    await kernel.move_ptes.function(*args)
    if backward:
        await anon_vma_unlock(family)


compose(RIGHT, "C18", "never merges a faulted source", copying(merge_faulted=False), RETREAT)


async def merge_now(src: vm_area_struct, dst: vm_area_struct, merged: bool) -> None:
    if dst.anon_vma is not None and not merged:
        mm, start, end = dst.vm_mm, dst.vm_start, dst.vm_end
        prev = find_vma_prev(mm, start)
        await kernel.vma_merge(mm, prev, start, end, dst.vm_flags, dst.anon_vma, dst.vm_pgoff)


compose(
    RIGHT,
    "C19",
    "clones, moves, then merges",
    copying(merge_faulted=False),
    moving(before_retreat=on_src(vma_to_tail), arrived=merge_now),
)
compose(RIGHT, "C20", "on the way back dst to the head", moving(before_retreat=on_dst(vma_to_head)))


async def locked_retreat(vma: vm_area_struct, *args: Any) -> int:
    if vma.anon_vma is not None:
        await anon_vma_lock(vma.anon_vma)
    moved: int = await move_page_tables(vma, *args)
    if vma.anon_vma is not None:
        await anon_vma_unlock(vma.anon_vma)
    return moved


compose(RIGHT, "C21", "the root mutex over the way back", moving(retreat=locked_retreat))
compose(RIGHT, "C22", "again before each batch", batches(before_each=vma_to_tail))


@right("C23", "collects the nodes without the lock")
async def anon_vma_moveto_tail(dst: vm_area_struct) -> None:
    nodes = [avc.same_anon_vma for avc in dst.anon_vma_chain]
    heads = [avc.anon_vma.head for avc in dst.anon_vma_chain]
    if not nodes or dst.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    for node, head in zip(nodes, heads, strict=True):
        await list_move_tail(node, head)
    await anon_vma_unlock(dst.anon_vma)


@right("C24", "no order; two forward walks in one hold", release="v3.2")
async def rmap_walk_anon(page: Any, rmap_one: Function, arg: Any) -> int:
    return await walk(page, rmap_one, arg, [1, 1])
