"""Answers that are wrong in a rare case only: one value, one place, one length, one error."""

# ruff: noqa: E501 - one line an answer

from __future__ import annotations

from other_answers import BACK, CALL

INSIDE = "    return address if start <= address < end else -EFAULT\n"
STOPS = "            if result != SWAP_AGAIN:\n"
NOBODY = "    if anon_vma is None:\n        return result\n"
PUT = "        await set_pte_at(slot, mk_pte(new, vma, write=pte.write))\n"
DEL = "        await list_del(avc.same_anon_vma)\n"
LOOP = "    for avc in reversed(dst.anon_vma_chain):\n"
WALK = "    async for avc in list_for_each_entry(anon_vma.head):\n"
VISIT = "            result = await rmap_one(page, avc.vma, address, arg)\n"
MERGE = "    new_vma = await vma_merge("
FAILED = "        old_addr, old_len, new_addr = new_addr, new_len, -ENOMEM\n"

# (exercise, what is wrong, (old, new, …))
RARE = [
    ("moveto_tail", "three lists at most", (LOOP, "    for avc in list(reversed(dst.anon_vma_chain))[:3]:\n")),
    ("moveto_tail", "the youngest two and the root", (LOOP, "    avcs = list(dst.anon_vma_chain)\n    for avc in avcs[:2] + avcs[2:][-1:]:\n")),
    ("moveto_tail", "below 4 GiB only", (LOOP, "    if dst.vm_start >= 1 << 32:\n        return\n" + LOOP)),
    ("moveto_tail", "once for each vma", (LOOP, "    if dst in done:\n        return\n    done.add(dst)\n" + LOOP, "async def", "done = set()\n\nasync def")),
    ("moveto_tail", "not where its own list has it last", (LOOP, "    for avc in dst.anon_vma_chain:\n        if await list_is_last(avc.same_anon_vma, avc.anon_vma.head):\n            return\n        break\n" + LOOP)),
    ("moveto_tail", "not in lists of two", (DEL, "        if len([a async for a in list_for_each_entry(avc.anon_vma.head)]) == 2:\n            continue\n" + DEL)),
    ("vma_address", "round after 512 pages", ("(page.index - pgoff) * PAGE_SIZE", "(page.index - pgoff) % 512 * PAGE_SIZE")),
    ("vma_address", "round after seven bytes", ("PAGE_SIZE\n", "PAGE_SIZE % 7\n")),
    ("vma_address", "in 32 bits", ("PAGE_SIZE\n", "PAGE_SIZE & 0xFFFFFFFF\n")),
    ("vma_address", "all addresses in 32 bits", (INSIDE, "    address &= 0xFFFFFFFF\n" + INSIDE)),
    ("vma_address", "the distance, not the difference", ("(page.index - pgoff)", "abs(page.index - pgoff)")),
    ("vma_address", "cut to the vma", (INSIDE, "    return min(max(address, start), end - PAGE_SIZE)\n")),
    ("vma_address", "pgoff from the start", ("(page.index - pgoff)", "(page.index - start // PAGE_SIZE)")),
    ("vma_address", "bounds that are remembered", ("    start, end, pgoff = await vma_bounds(vma)\n", "    if vma not in known:\n        known[vma] = await vma_bounds(vma)\n    start, end, pgoff = known[vma]\n", "async def", "known = {}\n\nasync def")),
    ("vma_address", "at most 512 pages", (INSIDE, "    end = min(end, start + 512 * PAGE_SIZE)\n" + INSIDE)),
    ("rmap_walk", "ends by an error only", (STOPS, "            if result < 0:\n")),
    ("rmap_walk", "ends by what is false only", (STOPS, "            if not result:\n")),
    ("rmap_walk", "ends by what is larger only", (STOPS, "            if result > SWAP_AGAIN:\n")),
    ("rmap_walk", "ends by what is not false", (STOPS, "            if result and result != SWAP_AGAIN:\n")),
    ("rmap_walk", "0 becomes SWAP_AGAIN", ("    return result\n", "    return result or SWAP_AGAIN\n")),
    ("rmap_walk", "who has no page table is left out", ("        if address != -EFAULT:", "        if address != -EFAULT and await pmd_read(avc.vma.vm_mm, address) is not None:")),
    ("rmap_walk", "nobody's page returns 0", (NOBODY, "    if anon_vma is None:\n        return 0\n")),
    ("rmap_walk", "nobody's page returns None", (NOBODY, "    if anon_vma is None:\n        return\n")),
    ("rmap_walk", "three calls at most", (STOPS, "            calls += 1\n            if calls == 3 or result != SWAP_AGAIN:\n", NOBODY, NOBODY + "    calls = 0\n")),
    ("rmap_walk", "ten calls at most", (STOPS, "            calls += 1\n            if calls == 10 or result != SWAP_AGAIN:\n", NOBODY, NOBODY + "    calls = 0\n")),
    ("rmap_walk", "the argument is left out where it is false", ("avc.vma, address, arg)", "avc.vma, address, arg and arg[0])")),
    ("pte_peek", "returns 0", ("    return SWAP_AGAIN\n", "    return 0\n")),
    ("pte_peek", "returns nothing", ("ptl)\n    return SWAP_AGAIN\n", "ptl)\n")),
    ("pte_peek", "no table: returns None", ("        return SWAP_AGAIN\n    slot", "        return None\n    slot")),
    ("pte_peek", "entries for writing only", ("if is_migration_entry(pte) and", "if is_migration_entry(pte) and pte.write and")),
    ("pte_peek", "the reference is one of the old page", ("get_page(new)", "get_page(old)")),
    ("pte_peek", "the mapping is counted at the old page", ("page_add_anon_rmap(new,", "page_add_anon_rmap(old,")),
    ("pte_peek", "pages that are mapped are replaced, too", ("is_migration_entry(pte) and migration_entry_to_page(pte) is old", "pte.kind != 'none' and pte.page is not new")),
    ("pte_peek", "two references", ("        await get_page(new)\n", "        await get_page(new)\n        await get_page(new)\n")),
    ("call_site", "below 4 GiB only", (CALL, CALL.replace("else:", "elif addr < 1 << 32:"))),
    ("call_site", "one page only", (CALL, CALL.replace("else:", "elif length == 4096:"))),
    ("call_site", "at most 512 pages", (CALL, CALL.replace("else:", "elif length <= 512 * 4096:"))),
    ("call_site", "chains of one node only", (CALL, CALL.replace("else:", "elif len(list(new_vma.anon_vma_chain)) == 1:"))),
    ("call_site", "chains of two nodes at most", (CALL, CALL.replace("else:", "elif len(list(new_vma.anon_vma_chain)) <= 2:"))),
    ("call_site", "the two the wrong way round", ("return vma, new_vma", "return new_vma, vma")),
    ("call_site", "a lack of memory is not seen", ("        new_vma = await new_vma_like(vma, addr, length, pgoff)\n", "        new_vma = await new_vma_like(vma, addr, length, pgoff)\n        await anon_vma_moveto_tail(new_vma)\n")),
    ("call_site", "every vma takes a new pgoff", ("    if vma.anon_vma is None:", "    if True:")),
    ("error_path", "below 4 GiB only", (BACK, "        if new_addr < 1 << 32:\n    " + BACK)),
    ("error_path", "leaves a page of what grows", (FAILED, FAILED.replace("new_len,", "old_len,"))),
    ("error_path", "unmaps as much as was wanted", ("    await do_munmap(mm, old_addr, old_len)\n", "    await do_munmap(mm, old_addr, new_len)\n")),
    ("error_path", "asks for as much as there was", ("copy_vma(vma, new_addr, new_len,", "copy_vma(vma, new_addr, old_len,")),
    ("error_path", "one page goes back", ("vma, old_addr, moved)", "vma, old_addr, min(moved, PAGE_SIZE))")),
    ("error_path", "a pgoff without the offset", (" + (old_addr - vma.vm_start) // PAGE_SIZE", "")),
    ("error_path", "another errno", ("new_len, -ENOMEM\n", "new_len, -EFAULT\n")),
    ("error_path", "no memory for a vma is no error", ("        return -ENOMEM\n", "        return new_addr\n")),
    ("vma_address", "a fraction", ("* PAGE_SIZE\n", "* PAGE_SIZE / 1\n")),
    ("call_site", "a fraction for a page", ("addr // PAGE_SIZE", "addr / PAGE_SIZE")),
    ("call_site", "swallowed by what ends where it begins", ("< new_vma.vm_end", "<= new_vma.vm_end")),
    ("error_path", "the pages go to a process", ("new_vma, new_addr, old_len", "vma.vm_mm, new_addr, old_len")),
    ("error_path", "back from the vma that they go to", ("(new_vma, new_addr, vma", "(vma, new_addr, vma")),
    ("vma_address", "pages that several map are nowhere", (INSIDE, "    if page.mapcount > 1:\n        return -EFAULT\n" + INSIDE)),
    ("vma_address", "pages that nobody maps are nowhere", (INSIDE, "    if page.mapcount == 0:\n        return -EFAULT\n" + INSIDE)),
    ("vma_address", "round after 1024 pages", ("(page.index - pgoff) * PAGE_SIZE", "(page.index - pgoff) % 1024 * PAGE_SIZE")),
    ("vma_address", "not the last page of an even number", (INSIDE, "    if (end - start) // PAGE_SIZE % 2 == 0 and address >= end - PAGE_SIZE:\n        return -EFAULT\n" + INSIDE)),
    ("vma_address", "nowhere without a page table", (INSIDE, "    if vma.vm_mm.slot_at(address) is None:\n        return -EFAULT\n" + INSIDE)),
    ("rmap_walk", "ends by what is larger than 2", (STOPS, "            if result <= 0 or result > 2:\n")),
    ("rmap_walk", "ends by one error only", (STOPS, "            if result in (0, -ENOMEM) or result > 1:\n")),
    ("rmap_walk", "wants a first one", (WALK, "    avcs = [a async for a in list_for_each_entry(anon_vma.head)]\n    avcs[0]\n    for avc in avcs:\n")),
    ("rmap_walk", "keeps the lock of an empty list", (WALK, "    if await list_empty(anon_vma.head):\n        return result\n" + WALK)),
    ("rmap_walk", "keeps the lock where nobody is visited", (NOBODY, NOBODY + "    called = False\n", VISIT, VISIT + "            called = True\n", "    await anon_vma_unlock(anon_vma)\n", "    if called:\n        await anon_vma_unlock(anon_vma)\n")),
    ("rmap_walk", "nobody visited is an error", (NOBODY, NOBODY + "    called = False\n", VISIT, VISIT + "            called = True\n", "    return result\n", "    return result if anon_vma is None or called else -EFAULT\n")),
    ("rmap_walk", "what may only be read is left out", ("        if address != -EFAULT:", "        if address != -EFAULT and avc.vma.vm_flags & 2:")),
    ("pte_peek", "what nobody may read becomes readable", (PUT, PUT.replace("mk_pte(new, vma, write=pte.write)", 'pte_t("present", new, pte.write, False, True)'))),
    ("pte_peek", "what all may read becomes unreadable", (PUT, PUT.replace("write=pte.write)", "write=pte.write)._replace(protnone=True)"))),
    ("pte_peek", "any entry of that index", ("migration_entry_to_page(pte) is old", "pte.page.index == old.index")),
    ("pte_peek", "below 4 GiB only", ("if is_migration_entry(pte) and", "if is_migration_entry(pte) and addr < 1 << 32 and")),
    ("moveto_tail", "not near the top", (LOOP, "    if dst.vm_start >= 1 << 40:\n        return\n" + LOOP)),
    ("call_site", "not near the top", (CALL, CALL.replace("else:", "elif addr < 1 << 46:"))),
    ("call_site", "not one page alone", (CALL, CALL.replace("else:", "elif length != 4096:"))),
    ("call_site", "only if its first page is there", (CALL, CALL.replace("else:", "elif mm.slot_at(vma_start) is not None and mm.slot_at(vma_start).pte.kind != 'none':"))),
    ("call_site", "only if there is a table at its start", (CALL, CALL.replace("else:", "elif mm.slot_at(new_vma.vm_start) is not None:"))),
    ("call_site", "the next one before the merge", (CALL, CALL.replace("else:", "elif new_vma is prev:"), MERGE, "    if prev and prev.vm_next and prev.vm_next.vm_start == addr + length:\n        await anon_vma_moveto_tail(prev.vm_next)\n" + MERGE)),
    ("call_site", "merges with what is read-only", ("vma.vm_flags, vma.anon_vma, pgoff", "(prev or vma).vm_flags, vma.anon_vma, pgoff")),
    ("call_site", "merges with whoever fits", ("vma.vm_flags, vma.anon_vma, pgoff", "vma.vm_flags, None, pgoff")),
    ("error_path", "not near the top", (BACK, "        if new_addr < 1 << 46:\n    " + BACK)),
]  # fmt: skip
