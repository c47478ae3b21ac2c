"""What an answer reads of the kernel's objects in a notebook it reads in grade, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from submissions import IMPORTS
from test_law import both

from vmlesson.grade.stub import ROUND
from vmlesson.kernel import Kernel

REACHED = {
    "a page": "page",
    "a vma": "vma",
    "an mm": "vma.vm_mm",
    "an mmap_sem": "vma.vm_mm.mmap_sem",
    "a page_table_lock": "vma.vm_mm.page_table_lock",
    "an anon_vma": "page.mapping",
    "a mutex": "page.mapping.mutex",
    "the head of a list": "page.mapping.head",
    "an avc": "list(vma.anon_vma_chain)[0]",
    "a node": "list(vma.anon_vma_chain)[0].same_anon_vma",
    "a slot": "vma.vm_mm.slot_at(vma.vm_start)",
    "a pte": "vma.vm_mm.slot_at(vma.vm_start).pte",
    "a page table": "vma.vm_mm.tables()[0]",
    "an entry for one": "vma.vm_mm.pmd_at(vma.vm_start)",
    "how a list is walked": "list_for_each_entry(page.mapping.head)",
}
"""An object of each kind, from what vma_address is given."""

ANSWER = (
    IMPORTS
    + """
def told(value):
    if isinstance(value, (tuple, list)):
        return [told(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value[:8]
    plain = value is None or isinstance(value, (bool, int, str))
    return value if plain else "a function" if callable(value) else type(value).__name__

async def vma_address(page, vma):
    start, end, pgoff = await vma_bounds(vma)
    if page.index not in range(pgoff, pgoff + (end - start) // PAGE_SIZE):
        return -EFAULT
    thing = {reached}
    for name in {names}:
        try:
            print(name, told(getattr(thing, name)))
        except AttributeError:
            print("no", name)
    print(type(thing).__name__)
    BUG_ON(True)
"""
)


def names_of(reached: str) -> list[str]:
    """The public names of an object, but those that both refuse to read, and two that none has."""
    task = Kernel("v3.3").spawn("P")
    at = task.mmap(4096)
    task.write(at, b"x")
    (vma,) = task.mm.vmas
    slot = task.mm.slot_at(at)
    assert slot is not None
    space: dict[str, Any] = {}
    exec(IMPORTS, space)
    space |= {"page": slot.pte.page, "vma": vma}
    names = (each for each in dir(eval(reached, space)) if each[0] != "_" and each not in ROUND)
    return [*names, "kernel", "nosuch"]


@pytest.mark.parametrize("reached", REACHED.values(), ids=REACHED)
def test_every_public_attribute_is_read_in_both_or_in_none(reached: str) -> None:
    source = ANSWER.format(reached=reached, names=names_of(reached))
    shown = []
    for report in both("vma_address", source):
        finding = report.checks[0].finding
        assert finding is not None
        shown.append(finding.printed.splitlines())
    here, there = shown
    assert len(here) > 3
    assert here == there
