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
    ("call_site", "W1 no call", (CALL, ""), "one process"),
    ("call_site", "W23 for a new vma only", (CALL, "") , "one process"),
    ("call_site", "W24 where the source was swallowed", (CALL, "    if vma is new_vma:\n        await anon_vma_moveto_tail(new_vma)\n"), "one process"),
    ("call_site", "W25 prev, before the merge", (CALL, "", "    new_vma = await vma_merge", "    if prev is not None:\n        await anon_vma_moveto_tail(prev)\n    new_vma = await vma_merge"), "not by address"),
    ("call_site", "W26 the stale source", ("        vma = new_vma  # the merge has swallowed the source\n", "        pass\n"), "a new vma"),
    ("call_site", "W10 the source", (CALL, "    else:\n        await anon_vma_moveto_tail(vma)\n"), "one process"),
    ("call_site", "W30 by pgoff", (CALL, "    elif new_vma.vm_pgoff <= vma.vm_pgoff:\n        await anon_vma_moveto_tail(new_vma)\n"), "not by address"),
    ("call_site", "W44 under the lock", (CALL, "    else:\n        await anon_vma_lock(vma.anon_vma)\n        await anon_vma_moveto_tail(new_vma)\n        await anon_vma_unlock(vma.anon_vma)\n"), "a new vma"),
    ("error_path", "W34 no second call", (BACK, ""), "back from a new vma"),
    ("error_path", "W35 for the new vma", (BACK, BACK.replace("(vma)", "(new_vma)")), "back from a new vma"),
    ("error_path", "W37 before the way there", (BACK, "", "    moved = await", "    await anon_vma_moveto_tail(vma)\n    moved = await"), "the way there"),
    ("error_path", "W36 after the way back", (BACK, "", "        old_addr, old_len, new_addr =", "        await anon_vma_moveto_tail(vma)\n        old_addr, old_len, new_addr ="), "back from a new vma"),
    ("error_path", "W38 waits only", (BACK, "        await anon_vma_lock(vma.anon_vma)\n        await anon_vma_unlock(vma.anon_vma)\n"), "back from a new vma"),
    ("error_path", "W48 only after a merge", (BACK, "        if new_vma.vm_end - new_vma.vm_start > new_len:\n    " + BACK), "back from a new vma"),
    ("error_path", "W49 only after a clone", (BACK, "        if new_vma.vm_end - new_vma.vm_start == new_len:\n    " + BACK), "back from a merged vma"),
    ("error_path", "forgets to unmap", ("    await do_munmap(mm, old_addr, old_len)\n", ""), "the way there"),
    ("error_path", "says that it succeeded", ("new_addr, new_len, -ENOMEM", "new_addr, new_len, new_addr"), "back from a new vma"),
    ("error_path", "unmaps what was moved back", ("        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM\n", "        new_addr = -ENOMEM\n"), "back from a new vma"),
]  # fmt: skip

# (exercise, what is different, (old, new))
RIGHT = [
    ("vma_address", "as it is", ()),
    ("vma_address", "shifts", ("(page.index - pgoff) * PAGE_SIZE", "((page.index - pgoff) << PAGE_SHIFT)")),
    ("vma_address", "asks first", ("    address = start", "    if page.index < pgoff:\n        return -EFAULT\n    address = start")),
    ("rmap_walk", "as it is", ()),
    ("rmap_walk", "the root by hand", ("await anon_vma_lock(anon_vma)", "await mutex_lock(anon_vma.root.mutex)", "await anon_vma_unlock(anon_vma)", "await mutex_unlock(anon_vma.root.mutex)")),
    ("rmap_walk", "collects first, under the lock", ("    async for avc in list_for_each_entry(anon_vma.head):\n", "    avcs = [a async for a in list_for_each_entry(anon_vma.head)]\n    for avc in avcs:\n")),
    ("pte_peek", "as it is", ()),
    ("pte_peek", "looks for a table first", ("    found = await", "    if await pmd_read(vma.vm_mm, addr) is None:\n        return SWAP_AGAIN\n    found = await")),
    ("call_site", "as it is", ()),
    ("call_site", "C13 always", (CALL, "    if new_vma is not None:\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("call_site", "C14 the source, then the destination", (CALL, "    else:\n        await anon_vma_moveto_tail(vma)\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("call_site", "C4 by hand", (CALL, "    else:\n        root = None\n        for avc in new_vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("call_site", "C8 the source to the head", (CALL, "    else:\n        root = None\n        for avc in vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("error_path", "as it is", ()),
    ("error_path", "C20 the new vma to the head", (BACK, "        root = None\n        for avc in new_vma.anon_vma_chain:\n            root = await lock_anon_vma_root(root, avc.anon_vma)\n            await list_move(avc.same_anon_vma, avc.anon_vma.head)\n        await unlock_anon_vma_root(root)\n")),
    ("error_path", "C21 under the root's mutex", (BACK, "        if vma.anon_vma:\n            await anon_vma_lock(vma.anon_vma)\n", "        old_addr, old_len, new_addr =", "        if vma.anon_vma:\n            await anon_vma_unlock(vma.anon_vma)\n        old_addr, old_len, new_addr =")),
    ("error_path", "twice", (BACK, BACK + BACK)),
]  # fmt: skip


def changed(exercise: str, changes: tuple[str, ...]) -> str:
    """The solution with each old text replaced by the new one after it."""
    source = solution(exercise)
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in source, old
        source = source.replace(old, new)
    return source
