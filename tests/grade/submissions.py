"""Answers as learners hand them in: right, wrong and hostile, as the text of a file."""

from __future__ import annotations

from dataclasses import dataclass

IMPORTS = "from vmlesson.kernel import *\n"


@dataclass(frozen=True)
class Answer:
    """The text of an answer, and which check must be the first to catch it ("" if none may)."""

    name: str
    source: str
    caught: str = ""


ALONE, UNTOUCHED, LOCK = "dst goes to the tail", "a vma that was never touched", "the lock"
ONE, FAMILIES, BACK, OTHERS = "one process", "families", "the way back", "other processes"


def moveto_tail(name: str, body: str, caught: str = "", before: str = "") -> Answer:
    """An answer to moveto_tail, from the body of its function."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    source = f"{IMPORTS}{before}\n\nasync def anon_vma_moveto_tail(dst):\n{lines}\n"
    return Answer(name, source, caught)


REFERENCE = """
root = None
for avc in reversed(dst.anon_vma_chain):
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_del(avc.same_anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
"""

RIGHT = [
    moveto_tail("C1 Linux's own", REFERENCE),
    moveto_tail(
        "C2 the other direction",
        REFERENCE.replace("reversed(dst.anon_vma_chain)", "dst.anon_vma_chain"),
    ),
    moveto_tail(
        "C3 list_move_tail",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
    ),
    moveto_tail(
        "C5 the lock taken by hand, once",
        """
if dst.anon_vma is None:
    return
await anon_vma_lock(dst.anon_vma)
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await anon_vma_unlock(dst.anon_vma)
""",
    ),
    moveto_tail(
        "C6 the lock for each node",
        """
for avc in dst.anon_vma_chain:
    await anon_vma_lock(avc.anon_vma)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(avc.anon_vma)
""",
    ),
    moveto_tail(
        "C7 out of all lists, then into all",
        """
if dst.anon_vma is None:
    return
await mutex_lock(dst.anon_vma.root.mutex)
for avc in dst.anon_vma_chain:
    await list_del(avc.same_anon_vma)
for avc in dst.anon_vma_chain:
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
await mutex_unlock(dst.anon_vma.root.mutex)
""",
    ),
    moveto_tail(
        "C12 a node that is last stays, seen without the lock",
        """
root = None
for avc in dst.anon_vma_chain:
    if await list_is_last(avc.same_anon_vma, avc.anon_vma.head):
        continue
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
    ),
    moveto_tail(
        "C23 collected first",
        """
avcs = list(dst.anon_vma_chain)
if avcs:
    await anon_vma_lock(avcs[0].anon_vma)
    for avc in avcs:
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(avcs[0].anon_vma)
""",
    ),
    moveto_tail(
        "a helper",
        "await each(list(dst.anon_vma_chain))",
        before="""
async def one(avc):
    await list_del(avc.same_anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)

async def each(avcs):
    root = None
    for avc in avcs:
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await one(avc)
    await unlock_anon_vma_root(root)
""",
    ),
    moveto_tail(
        "try and finally",
        """
if not list(dst.anon_vma_chain):
    return
root = dst.anon_vma.root
await mutex_lock(root.mutex)
try:
    for avc in reversed(dst.anon_vma_chain):
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
finally:
    await mutex_unlock(root.mutex)
""",
    ),
    moveto_tail(
        "harmless extra work: a walk of the list under the lock",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    async for other in list_for_each_entry(avc.anon_vma.head):
        other.vma
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
    ),
    moveto_tail("called twice by itself", REFERENCE + REFERENCE),
    moveto_tail(
        "a while loop",
        """
avcs = [avc for avc in dst.anon_vma_chain]
root = None
while avcs:
    avc = avcs.pop()
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_del(node=avc.same_anon_vma)
    await list_add_tail(node=avc.same_anon_vma, head=avc.anon_vma.head)
if root is not None:
    await mutex_unlock(root.mutex)
""",
    ),
    moveto_tail(
        "asserts what may be assumed", "VM_BUG_ON(not dst.vm_mm.mmap_sem.holders)\n" + REFERENCE
    ),
    moveto_tail(
        "to the head first",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_move(avc.same_anon_vma, avc.anon_vma.head)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
    ),
]

WRONG = [
    moveto_tail("W1 nothing", "pass", ALONE),
    moveto_tail(
        "W2 the own list only",
        REFERENCE.replace("reversed(dst.anon_vma_chain)", "list(dst.anon_vma_chain)[:1]"),
        ALONE,
    ),
    moveto_tail(
        "W3 the root's list only",
        REFERENCE.replace("reversed(dst.anon_vma_chain)", "list(dst.anon_vma_chain)[-1:]"),
        ALONE,
    ),
    moveto_tail(
        "W4 the first and the last",
        """
avcs = list(dst.anon_vma_chain)
root = None
for avc in avcs[:1] + avcs[1:][-1:]:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
        ALONE,
    ),
    moveto_tail(
        "W5 no lock",
        """
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
""",
        LOCK,
    ),
    moveto_tail(
        "W6 each anon_vma's own mutex",
        """
for avc in dst.anon_vma_chain:
    await mutex_lock(avc.anon_vma.mutex)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await mutex_unlock(avc.anon_vma.mutex)
""",
        LOCK,
    ),
    moveto_tail(
        "W7 page_table_lock",
        """
await spin_lock(dst.vm_mm.page_table_lock)
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await spin_unlock(dst.vm_mm.page_table_lock)
""",
        LOCK,
    ),
    moveto_tail(
        "W51 sleeps with a spinlock",
        """
if dst.anon_vma is None:
    return
await spin_lock(dst.vm_mm.page_table_lock)
await anon_vma_lock(dst.anon_vma)
for avc in reversed(dst.anon_vma_chain):
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await anon_vma_unlock(dst.anon_vma)
await spin_unlock(dst.vm_mm.page_table_lock)
""",
        ALONE,
    ),
    moveto_tail(
        "W8 trylock",
        """
if dst.anon_vma is None or not await mutex_trylock(dst.anon_vma.root.mutex):
    return
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await mutex_unlock(dst.anon_vma.root.mutex)
""",
        LOCK,
    ),
    moveto_tail("W9 to the head", REFERENCE.replace("list_add_tail", "list_add"), ALONE),
    moveto_tail(
        "W12 waits only",
        """
if dst.anon_vma is not None:
    await anon_vma_lock(dst.anon_vma)
    await anon_vma_unlock(dst.anon_vma)
""",
        ALONE,
    ),
    moveto_tail("W13 no unlock", REFERENCE.replace("await unlock_anon_vma_root(root)", ""), ALONE),
    moveto_tail(
        "W14 a lock for each, one unlock",
        """
for avc in dst.anon_vma_chain:
    await anon_vma_lock(avc.anon_vma)
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
if dst.anon_vma is not None:
    await anon_vma_unlock(dst.anon_vma)
""",
        ALONE,
    ),
    moveto_tail(
        "W15 one lock, an unlock for each",
        """
if dst.anon_vma is not None:
    await anon_vma_lock(dst.anon_vma)
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(avc.anon_vma)
""",
        ALONE,
    ),
    moveto_tail(
        "W16 linked after the lock is dropped",
        """
for avc in dst.anon_vma_chain:
    await anon_vma_lock(avc.anon_vma)
    await list_del(avc.same_anon_vma)
    await anon_vma_unlock(avc.anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
""",
        LOCK,
    ),
    moveto_tail(
        "W17 the lock around the link only",
        """
for avc in dst.anon_vma_chain:
    await list_del(avc.same_anon_vma)
    await anon_vma_lock(avc.anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(avc.anon_vma)
""",
        LOCK,
    ),
    moveto_tail(
        "W16b two holds",
        """
for avc in dst.anon_vma_chain:
    await anon_vma_lock(avc.anon_vma)
    await list_del(avc.same_anon_vma)
    await anon_vma_unlock(avc.anon_vma)
    await anon_vma_lock(avc.anon_vma)
    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)
    await anon_vma_unlock(avc.anon_vma)
""",
        LOCK,
    ),
    moveto_tail(
        "W18 no link",
        REFERENCE.replace("    await list_add_tail(avc.same_anon_vma, avc.anon_vma.head)\n", ""),
        ALONE,
    ),
    moveto_tail(
        "W19 no unlink", REFERENCE.replace("    await list_del(avc.same_anon_vma)\n", ""), ALONE
    ),
    moveto_tail(
        "W20 every vma of the list",
        """
if dst.anon_vma is None:
    return
await anon_vma_lock(dst.anon_vma)
all = [avc async for avc in list_for_each_entry(dst.anon_vma.head)]
for avc in all:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await anon_vma_unlock(dst.anon_vma)
""",
        ALONE,
    ),
    moveto_tail(
        "W21 the same_vma node", REFERENCE.replace("avc.same_anon_vma", "avc.same_vma"), ALONE
    ),
    moveto_tail(
        "W22 all to the root's list",
        REFERENCE.replace("avc.anon_vma.head", "avc.anon_vma.root.head"),
        ALONE,
    ),
    moveto_tail(
        "W31 rotates until dst is last",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    everything = [one async for one in list_for_each_entry(avc.anon_vma.head)]
    while everything[-1].vma is not dst:
        first = everything.pop(0)
        await list_move_tail(first.same_anon_vma, avc.anon_vma.head)
        everything.append(first)
await unlock_anon_vma_root(root)
""",
        ALONE,
    ),
    moveto_tail(
        "W32 not if the chain is singular",
        """
if len(list(dst.anon_vma_chain)) < 2:
    return
"""
        + REFERENCE,
        ALONE,
    ),
    moveto_tail(
        "W47 makes an anon_vma",
        """
if dst.anon_vma is None:
    await anon_vma_prepare(dst)
"""
        + REFERENCE,
        UNTOUCHED,
    ),
    moveto_tail(
        "W50 all vmas of the process, in address order",
        """
for vma in dst.vm_mm.vmas:
    root = None
    for avc in vma.anon_vma_chain:
        root = await lock_anon_vma_root(root, avc.anon_vma)
        await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
    await unlock_anon_vma_root(root)
""",
        ALONE,
    ),
    moveto_tail(
        "no look for a vma without anon_vma",
        """
await anon_vma_lock(dst.anon_vma)
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await anon_vma_unlock(dst.anon_vma)
""",
        UNTOUCHED,
    ),
    moveto_tail(
        "puts itself behind the first other",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    await list_del(avc.same_anon_vma)
    async for other in list_for_each_entry(avc.anon_vma.head):
        break
    await list_add(avc.same_anon_vma, other.same_anon_vma)
await unlock_anon_vma_root(root)
""",
        ALONE,
    ),
    moveto_tail(
        "the lock is left where the vma is last",
        """
root = None
for avc in dst.anon_vma_chain:
    root = await lock_anon_vma_root(root, avc.anon_vma)
    if await list_is_last(avc.same_anon_vma, avc.anon_vma.head):
        return
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
await unlock_anon_vma_root(root)
""",
        ALONE,
    ),
    moveto_tail(
        "looks once for the lock, then goes on without",
        """
if dst.anon_vma is None:
    return
locked = await mutex_trylock(dst.anon_vma.root.mutex)
for avc in dst.anon_vma_chain:
    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)
if locked:
    await mutex_unlock(dst.anon_vma.root.mutex)
""",
        LOCK,
    ),
    moveto_tail(
        "a finding that is swallowed",
        """
try:
    for avc in dst.anon_vma_chain:
        await list_del(avc.same_anon_vma)
        await list_del(avc.same_anon_vma)
except BaseException:
    pass
"""
        + REFERENCE,
        ALONE,
    ),
    moveto_tail(
        "assigns",
        """
for avc in dst.anon_vma_chain:
    avc.vma = dst
"""
        + REFERENCE,
        ALONE,
    ),
]
