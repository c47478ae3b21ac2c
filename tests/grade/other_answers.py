"""Answers to the other exercises: changes of the solutions, and which check catches them."""

# ruff: noqa: E501 - one line an answer

from __future__ import annotations

import json
from pathlib import Path

SOLUTIONS = Path(__file__).parents[2] / "solutions"


def solution(exercise: str) -> str:
    """The solution as a file: the cells that define something."""
    notebook = json.loads((SOLUTIONS / exercise / f"{exercise}.ipynb").read_text("utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    return f"from vmlesson.kernel import *\n\n{cells['answer']}\n"


CALL = "    else:\n        await anon_vma_moveto_tail(new_vma)\n"
BACK = "        await anon_vma_moveto_tail(vma)\n"
RETURN = "    return vma, new_vma\n"
THERE = "    moved = await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)\n"
RULE = "return new_vma.vm_pgoff <= vma.vm_pgoff"
RETREAT = "        await move_page_tables(new_vma, new_addr, vma, old_addr, moved)\n"

HELPERS = """
async def to_tail(avc):
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)

async def to_head(avc):
    await list_move(avc.same_anon_vma, avc.anon_vma.head)

async def each(vma, move, avcs=None):
    root = None
    for avc in list(vma.anon_vma_chain) if avcs is None else avcs:
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await move(avc)
    await unlock_anon_vma_root(root)

def node_of(vma, anon_vma):
    return next((avc for avc in vma.anon_vma_chain if avc.anon_vma is anon_vma), None)

async def entries(anon_vma):
    return [avc async for avc in list_for_each_entry(anon_vma.head)]

async def precedes(first, second, anon_vma):
    vmas = [avc.vma for avc in await entries(anon_vma)]
    return vmas.index(first) < vmas.index(second)

async def exchange(dst, src, only_if_wrong):
    if dst.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    for avc in dst.anon_vma_chain:
        partner = node_of(src, avc.anon_vma)
        if partner is None or (only_if_wrong and not await precedes(dst, src, avc.anon_vma)):
            continue
        order = await entries(avc.anon_vma)
        i, j = order.index(avc), order.index(partner)
        order[i], order[j] = order[j], order[i]
        for one in order:
            await to_tail(one)
    await anon_vma_unlock(dst.anon_vma)

async def behind(dst, src):
    async def move(avc):
        partner = node_of(src, avc.anon_vma)
        if partner is not None:
            await list_move(avc.same_anon_vma, partner.same_anon_vma)
    await each(dst, move)

async def before(src, dst):
    async def move(avc):
        partner = node_of(dst, avc.anon_vma)
        if partner is not None:
            await list_move_tail(avc.same_anon_vma, partner.same_anon_vma)
    await each(src, move)

async def tail_if_before(dst, src):
    if dst.anon_vma is None or src.anon_vma is None:
        return
    await anon_vma_lock(dst.anon_vma)
    if await precedes(dst, src, dst.anon_vma):
        for avc in dst.anon_vma_chain:
            await to_tail(avc)
    await anon_vma_unlock(dst.anon_vma)
"""
"""For answers that do by hand what they do, in the hole of call_site and of error_path."""


def by_hand(old: str, line: str) -> tuple[str, ...]:
    """A change that puts one line in the hole's place, with the helpers before the function."""
    indent = old[: len(old) - len(old.lstrip())]
    if old == CALL:
        return (
            CALL,
            f"    else:\n        {line}\n",
            "async def copy_vma(",
            f"{HELPERS}\nasync def copy_vma(",
        )
    return (old, f"{indent}{line}\n", "async def move_vma(", f"{HELPERS}\nasync def move_vma(")


# (exercise, what is wrong, (old, new), the check that is the first to catch it)
WRONG = [
    ("vma_address", "the end belongs to it", ("address < end", "address <= end"), "outside"),
    ("vma_address", "pages are not bytes", (" * PAGE_SIZE", ""), "at home"),
    ("vma_address", "pgoff forgotten", ("(page.index - pgoff)", "page.index"), "at home"),
    ("vma_address", "no look at the bounds", ("if start <= address < end else -EFAULT", ""), "outside"),
    ("vma_address", "the error positive", ("else -EFAULT", "else EFAULT"), "outside"),
    ("vma_address", "where it was mapped first", ("start + (page.index - pgoff)", "page.index"), "moved"),
    ("rmap_walk", "no lock", ("    await anon_vma_lock(anon_vma)\n", "    if 1:\n        pass\n"), "whom it calls"),
    ("rmap_walk", "no unlock", ("    await anon_vma_unlock(anon_vma)\n", ""), "whom it calls"),
    ("rmap_walk", "no look at the address", ("if address != -EFAULT:", "if True:"), "whom it calls"),
    ("rmap_walk", "never ends early", ("                break\n", "                pass\n"), "when it ends"),
    ("rmap_walk", "returns with the lock", ("                break\n", "                return result\n"), "when it ends"),
    ("rmap_walk", "one only", ("            if result != SWAP_AGAIN:\n                break\n", "            break\n"), "whom it calls"),
    ("rmap_walk", "own list, no mapping", ("    if anon_vma is None:\n        return result\n", ""), "when it ends"),
    ("rmap_walk", "from tail to head", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    for avc in reversed([a async for a in list_for_each_entry(anon_vma.head)]):\n"), "whom it calls"),
    ("rmap_walk", "collects, then goes without the lock", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    avcs = [a async for a in list_for_each_entry(anon_vma.head)]\n    await anon_vma_unlock(anon_vma)\n    await anon_vma_lock(anon_vma)\n    for avc in list(reversed(avcs)):\n"), "whom it calls"),
    ("pte_peek", "the look is still there", ("    found = await", "    table = await pmd_read(vma.vm_mm, addr)\n    if table is None or not is_migration_entry(await pte_read(table.slot(addr))):\n        return SWAP_AGAIN\n    found = await"), "the moving entry"),
    ("pte_peek", "no unlock", ("    await pte_unmap_unlock(slot, ptl)\n", ""), "alone"),
    ("pte_peek", "no mapping is counted", ("        await page_add_anon_rmap(new, vma, addr)\n", ""), "alone"),
    ("pte_peek", "no reference is taken", ("        await get_page(new)\n", ""), "alone"),
    ("pte_peek", "nothing is replaced", ("if is_migration_entry(pte) and", "if False and"), "alone"),
    ("pte_peek", "any entry is replaced", (" and migration_entry_to_page(pte) is old", ""), "alone"),
    ("pte_peek", "everything becomes writable", ("write=pte.write", "write=True"), "alone"),
    ("error_path", "W33 on no list for a while", by_hand(BACK, "await unlink_anon_vmas(vma); await anon_vma_clone(vma, new_vma)"), "back from a new vma"),
    ("error_path", "locks what may have no anon_vma", (BACK, "        await anon_vma_lock(vma.anon_vma)\n", RETREAT, RETREAT + "        await anon_vma_unlock(vma.anon_vma)\n"), "back from a new vma"),
    ("rmap_walk", "W46 walks twice", ("    await anon_vma_unlock(anon_vma)\n", "    await anon_vma_unlock(anon_vma)\n    await anon_vma_lock(anon_vma)\n    async for avc in list_for_each_entry(anon_vma.head):\n        address = await vma_address(page, avc.vma)\n        if address != -EFAULT:\n            await rmap_one(page, avc.vma, address, arg)\n    await anon_vma_unlock(anon_vma)\n"), "whom it calls"),
    ("rmap_walk", "W46a forward and backward", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    avcs = [a async for a in list_for_each_entry(anon_vma.head)]\n    for avc in avcs + avcs[::-1]:\n"), "whom it calls"),
    ("rmap_walk", "W6 the own mutex", ("await anon_vma_lock(anon_vma)", "await mutex_lock(anon_vma.mutex)", "await anon_vma_unlock(anon_vma)", "await mutex_unlock(anon_vma.mutex)"), "whom it calls"),
    ("rmap_walk", "W8 trylock", ("    await anon_vma_lock(anon_vma)\n", "    if not await mutex_trylock(anon_vma.root.mutex):\n        return result\n"), "migration"),
    ("rmap_walk", "the lock for each vma anew", ("            result = await rmap_one", "            await anon_vma_unlock(anon_vma)\n            await anon_vma_lock(anon_vma)\n            result = await rmap_one"), "migration"),
    ("rmap_walk", "says nothing of what came last", ("            result = await", "            await"), "when it ends"),
    ("rmap_walk", "the mapping is looked at too late", ("    if anon_vma is None:\n        return result\n    await anon_vma_lock(anon_vma)\n", "    await anon_vma_lock(anon_vma)\n    if anon_vma is None:\n        return result\n"), "when it ends"),
    ("pte_peek", "looks under the lock, stores after it", ("    if is_migration_entry(pte)", "    await pte_unmap_unlock(slot, ptl)\n    if is_migration_entry(pte)", "    await pte_unmap_unlock(slot, ptl)\n    return", "    return"), "alone"),
    ("vma_address", "nothing below", ("start <= address < end", "address < end"), "outside"),
    ("vma_address", "the first page left out", ("start <= address < end", "start < address < end"), "at home"),
    ("rmap_locks", "never", (RULE, "return False"), "every layout"),
    ("rmap_locks", "only where they are equal", (RULE, "return new_vma.vm_pgoff == vma.vm_pgoff"), "every layout"),
    ("rmap_locks", "the other way round", (RULE, "return new_vma.vm_pgoff >= vma.vm_pgoff"), "every layout"),
    ("rmap_locks", "by address", (RULE, "return new_vma.vm_start <= vma.vm_start"), "every layout"),
    ("rmap_locks", "by where they end", (RULE, "return new_vma.vm_end <= vma.vm_end"), "every layout"),
    ("rmap_locks", "directly below only", (RULE, "return new_vma.vm_pgoff == vma.vm_pgoff - 1"), "every layout"),
    ("rmap_locks", "no bool", (RULE, "return new_vma.vm_pgoff"), "every layout"),
    ("rmap_locks", "nothing is returned", (RULE, "new_vma.vm_pgoff <= vma.vm_pgoff"), "every layout"),
    ("call_site", "W1 no call", (CALL, ""), "one process"),
    ("call_site", "W23 for a new vma only", (CALL, "") , "one process"),
    ("call_site", "never merges: what is not merged gets an anon_vma of its own", ("    new_vma = await vma_merge(mm, prev, addr, addr + length, vma.vm_flags, vma.anon_vma, pgoff)", "    new_vma = None"), "one process"),
    ("call_site", "W24 where the source was swallowed", (CALL, "    if vma is new_vma:\n        await anon_vma_moveto_tail(new_vma)\n"), "one process"),
    ("call_site", "W25 prev, before the merge", (CALL, "", "    new_vma = await vma_merge", "    if prev is not None:\n        await anon_vma_moveto_tail(prev)\n    new_vma = await vma_merge"), "one process"),
    ("call_site", "W26 the stale source", ("        vma = new_vma  # the merge has swallowed the source\n", "        pass\n"), "one process"),
    ("call_site", "W10 the source", (CALL, "    else:\n        await anon_vma_moveto_tail(vma)\n"), "one process"),
    ("call_site", "W30 by pgoff", (CALL, "    elif new_vma.vm_pgoff <= vma.vm_pgoff:\n        await anon_vma_moveto_tail(new_vma)\n"), "not by address"),
    ("call_site", "W44 under the lock", (CALL, "    else:\n        await anon_vma_lock(vma.anon_vma)\n        await anon_vma_moveto_tail(new_vma)\n        await anon_vma_unlock(vma.anon_vma)\n"), "one process"),
    ("call_site", "W2 the own list only", by_hand(CALL, "await each(new_vma, to_tail, list(new_vma.anon_vma_chain)[:1])"), "families"),
    ("call_site", "W3 the root's list only", by_hand(CALL, "await each(new_vma, to_tail, list(new_vma.anon_vma_chain)[-1:])"), "families"),
    ("call_site", "W5 no lock", by_hand(CALL, "[await to_tail(avc) for avc in new_vma.anon_vma_chain]"), "one process"),
    ("call_site", "W9 to the head", by_hand(CALL, "await each(new_vma, to_head)"), "one process"),
    ("call_site", "W12 waits only", by_hand(CALL, "await each(new_vma, lambda avc: list_empty(avc.anon_vma.head))"), "one process"),
    ("call_site", "W29 swaps the two, always", by_hand(CALL, "await exchange(new_vma, vma, only_if_wrong=False)"), "one process"),
    ("call_site", "W33 unlinks and clones", by_hand(CALL, "await unlink_anon_vmas(new_vma); await anon_vma_clone(new_vma, vma)"), "one process"),
    ("call_site", "W26a the source though it was swallowed", ("        vma = new_vma  # the merge has swallowed the source\n", "        await anon_vma_moveto_tail(vma)\n"), "one process"),
    ("call_site", "before the merge, for the source", (CALL, "", "    new_vma = await vma_merge", "    await anon_vma_moveto_tail(vma)\n    new_vma = await vma_merge"), "one process"),
    ("call_site", "only if the source is below", (CALL, "    elif vma_start < addr:\n        await anon_vma_moveto_tail(new_vma)\n"), "one process"),
    ("call_site", "only if the source is above", (CALL, "    elif vma_start > addr:\n        await anon_vma_moveto_tail(new_vma)\n"), "one process"),
    ("error_path", "W34 no second call", (BACK, ""), "back from a new vma"),
    ("error_path", "W35 for the new vma", (BACK, BACK.replace("(vma)", "(new_vma)")), "back from a new vma"),
    ("error_path", "W37 before the way there", (BACK, "", "    moved = await", "    await anon_vma_moveto_tail(vma)\n    moved = await"), "back from a new vma"),
    ("error_path", "W36 after the way back", (BACK, "", "        old_addr, old_len, new_addr =", "        await anon_vma_moveto_tail(vma)\n        old_addr, old_len, new_addr ="), "back from a new vma"),
    ("error_path", "W38 waits only", (BACK, "        await anon_vma_lock(vma.anon_vma)\n        await anon_vma_unlock(vma.anon_vma)\n"), "back from a new vma"),
    ("error_path", "W48 only after a merge", (BACK, "        if new_vma.vm_end - new_vma.vm_start > new_len:\n    " + BACK), "back from a new vma"),
    ("error_path", "W49 only after a clone", (BACK, "        if new_vma.vm_end - new_vma.vm_start == new_len:\n    " + BACK), "back from a merged vma"),
    ("error_path", "W11 to the head", by_hand(BACK, "await each(vma, to_head)"), "back from a new vma"),
    ("error_path", "W2 the own list only", by_hand(BACK, "await each(vma, to_tail, list(vma.anon_vma_chain)[:1])"), "families"),
    ("error_path", "W5 no lock", by_hand(BACK, "[await to_tail(avc) for avc in vma.anon_vma_chain]"), "back from a new vma"),
    ("error_path", "W44 under the lock", (BACK, "        await anon_vma_lock(vma.anon_vma)\n" + BACK + "        await anon_vma_unlock(vma.anon_vma)\n"), "back from a new vma"),
    ("error_path", "moves nothing back", (RETREAT, ""), "back from a new vma"),
    ("error_path", "forgets to unmap", ("    await do_munmap(mm, old_addr, old_len)\n", ""), "back from a new vma"),
    ("error_path", "says that it succeeded", ("new_addr, new_len, -ENOMEM", "new_addr, new_len, new_addr"), "back from a new vma"),
    ("error_path", "unmaps what was moved back", ("        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM\n", "        new_addr = -ENOMEM\n"), "back from a new vma"),
]  # fmt: skip

# (exercise, what is different, (old, new))
RIGHT = [
    ("vma_address", "as it is", ()),
    ("vma_address", "shifts", ("(page.index - pgoff) * PAGE_SIZE", "((page.index - pgoff) << PAGE_SHIFT)")),
    ("vma_address", "counts page by page", ("    address = start + (page.index - pgoff) * PAGE_SIZE\n", "    address = start\n    while pgoff < page.index and address < end:\n        address, pgoff = address + PAGE_SIZE, pgoff + 1\n    if page.index < pgoff:\n        return -EFAULT\n")),
    ("vma_address", "asks first", ("    address = start", "    if page.index < pgoff:\n        return -EFAULT\n    address = start")),
    ("vma_address", "the bounds one by one", ("start, end, pgoff = await vma_bounds(vma)", "start, _, _ = await vma_bounds(vma)\n    _, end, pgoff = await vma_bounds(vma)")),
    ("vma_address", "plain reads", ("start, end, pgoff = await vma_bounds(vma)", "start, end, pgoff = vma.vm_start, vma.vm_end, vma.vm_pgoff")),
    ("rmap_walk", "as it is", ()),
    ("rmap_walk", "the walk by hand", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    walk = aiter(list_for_each_entry(anon_vma.head))\n    while (avc := await anext(walk, None)) is not None:\n")),
    ("rmap_walk", "the root by hand", ("await anon_vma_lock(anon_vma)", "await mutex_lock(anon_vma.root.mutex)", "await anon_vma_unlock(anon_vma)", "await mutex_unlock(anon_vma.root.mutex)")),
    ("rmap_walk", "collects first, under the lock", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    avcs = [a async for a in list_for_each_entry(anon_vma.head)]\n    for avc in avcs:\n")),
    ("pte_peek", "as it is", ()),
    ("pte_peek", "looks for a table first", ("    found = await", "    if await pmd_read(vma.vm_mm, addr) is None:\n        return SWAP_AGAIN\n    found = await")),
    ("pte_peek", "read-only: the next write makes it writable again", ("write=pte.write", "write=False")),
    ("call_site", "as it is", ()),
    ("call_site", "asserts what may be assumed", ("    prev = find", "    VM_BUG_ON(not mm.mmap_sem.holders)\n    prev = find")),
    ("call_site", "all the process has, and this one last", (CALL, "    else:\n        for each in mm.vmas:\n            if each is not new_vma:\n                await anon_vma_moveto_tail(each)\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("rmap_locks", "the exact rule", (RULE, "return new_vma.vm_pgoff < vma.vm_pgoff")),
    ("call_site", "C13 always", (CALL, "    if new_vma is not None:\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("call_site", "C14 the source, then the destination", (CALL, "    else:\n        await anon_vma_moveto_tail(vma)\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("call_site", "C4 by hand", (CALL, "    else:\n        root = None\n        for avc in new_vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("call_site", "C8 the source to the head", (CALL, "    else:\n        root = None\n        for avc in vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("call_site", "C9 the destination directly behind the source", by_hand(CALL, "await behind(new_vma, vma)")),
    ("call_site", "C9a the source directly before the destination", by_hand(CALL, "await before(vma, new_vma)")),
    ("call_site", "C10 swaps the two where the destination is first", by_hand(CALL, "await exchange(new_vma, vma, only_if_wrong=True)")),
    ("call_site", "C11 looks in one list first", by_hand(CALL, "await tail_if_before(new_vma, vma)")),
    ("call_site", "C18 never merges a faulted source", (CALL, "", "    new_vma = await vma_merge(mm, prev, addr, addr + length, vma.vm_flags, vma.anon_vma, pgoff)", "    new_vma = None\n    if vma.anon_vma is None:\n        new_vma = await vma_merge(mm, prev, addr, addr + length, vma.vm_flags, vma.anon_vma, pgoff)")),
    ("error_path", "as it is", ()),
    ("error_path", "swaps the two: before the way back they are always in order", by_hand(BACK, "await exchange(vma, new_vma, only_if_wrong=False)")),
    ("error_path", "moves all back, moved or not", (RETREAT, RETREAT.replace("moved", "old_len"))),
    ("error_path", "C4 by hand", by_hand(BACK, "await each(vma, to_tail)")),
    ("error_path", "C9 directly behind", by_hand(BACK, "await behind(vma, new_vma)")),
    ("error_path", "C10 swaps the two where they are wrong", by_hand(BACK, "await exchange(vma, new_vma, only_if_wrong=True)")),
    ("error_path", "C11 looks in one list first", by_hand(BACK, "await tail_if_before(vma, new_vma)")),
    ("error_path", "C13 before the way there, too", (THERE, "    await anon_vma_moveto_tail(new_vma)\n" + THERE)),
    ("error_path", "C16 the root's mutex both ways", (BACK, "", THERE, "    anon_vma = vma.anon_vma\n    if anon_vma:\n        await anon_vma_lock(anon_vma)\n" + THERE + "    if anon_vma:\n        await anon_vma_unlock(anon_vma)\n", RETREAT, "        if anon_vma:\n            await anon_vma_lock(anon_vma)\n" + RETREAT + "        if anon_vma:\n            await anon_vma_unlock(anon_vma)\n")),
    ("error_path", "C20 the new vma to the head", (BACK, "        root = None\n        for avc in new_vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("error_path", "C21 under the root's mutex", (BACK, "        if vma.anon_vma:\n            await anon_vma_lock(vma.anon_vma)\n", "        old_addr, old_len, new_addr =", "        if vma.anon_vma:\n            await anon_vma_unlock(vma.anon_vma)\n        old_addr, old_len, new_addr =")),
    ("error_path", "twice", (BACK, BACK + BACK)),
    ("error_path", "page by page", (
        "    moved = await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)\n",
        "    moved = 0\n    while moved < old_len and await move_page_tables(vma, old_addr + moved, new_vma, new_addr + moved, PAGE_SIZE):\n        moved += PAGE_SIZE\n",
    )),
]  # fmt: skip

# The same; they read what Linux does not, and are told which lock would order that.
READS = [
    ("vma_address", "whoever has a page is of its family", ("    address = start", "    if vma.anon_vma is None or page.mapping.root is not vma.anon_vma.root:\n        return -EFAULT\n    address = start")),
    ("vma_address", "looks at the vma behind", ("    address = start", "    vma.vm_next\n    address = start")),
    ("rmap_walk", "looks at whether anybody is there", ("    await anon_vma_lock(anon_vma)\n", "    if await list_empty(anon_vma.head):\n        return result\n    await anon_vma_lock(anon_vma)\n")),
    ("pte_peek", "asserts what may be assumed", ("    found = await", "    VM_BUG_ON(vma.anon_vma is not None and vma.anon_vma.root.mutex.owner is None)\n    VM_BUG_ON(old.owner is None or new.owner is None)\n    found = await")),
]  # fmt: skip


def changed(exercise: str, changes: tuple[str, ...]) -> str:
    """The solution with each old text replaced by the new one after it."""
    source = solution(exercise)
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in source, old
        source = source.replace(old, new)
    return source
