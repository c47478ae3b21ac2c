"""What must hold of the whole state while nobody acts: the invariants, checked one by one.

Looks at everything and leaves no trace in any footprint.  The numbers are those of the list of
invariants in docs/invariants.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .alloc import Booted
from .atomic import from_outside
from .list import list_head
from .mm_types import PAGE_SHIFT, PAGE_SIZE, anon_vma, anon_vma_chain, mm_struct, page, page_table
from .mm_types import pmd, pte_slot, pte_t, vm_area_struct


def audit(kernel: Booted) -> list[str]:
    """One sentence for each thing that is wrong; none if all is well."""
    broken = [sentence for head in _heads(kernel) for sentence in _ring(head)]
    if broken:  # whoever follows a broken list says nothing new
        return broken
    return [
        *_chains(kernel),
        *_order(kernel),
        *_address_spaces(kernel),
        *_pages(kernel),
        *reachability(kernel),
        *_refcounts(kernel),
        *_left_over(kernel),
    ]


def _living(kernel: Booted) -> list[mm_struct]:
    return [task.mm for task in kernel.tasks if not task.exited]


def vmas_of(mm: mm_struct) -> tuple[vm_area_struct, ...]:
    """The vmas of `mm`, without a trace in any footprint."""
    return mm_struct.vmas.peek(mm)


def _vmas(kernel: Booted) -> list[vm_area_struct]:
    return [vma for mm in _living(kernel) for vma in vmas_of(mm)]


def _heads(kernel: Booted) -> Iterator[list_head]:
    yield from (family.head for family in kernel.anon_vmas())
    yield from (vm_area_struct.anon_vma_chain.peek(vma) for vma in _vmas(kernel))


def tables_of(mm: mm_struct) -> Iterator[page_table]:
    """The page tables of `mm` in address order, without a trace in any footprint."""
    for index in sorted(mm.pmds):
        table = pmd.table.peek(mm.pmds[index])
        if table is not None:
            yield table


def slots_of(mm: mm_struct) -> Iterator[tuple[pte_slot, pte_t]]:
    """Every slot of `mm` that is not none, with its pte, without a trace in any footprint."""
    for table in tables_of(mm):
        for slot in page_table.slots.peek(table):
            pte = pte_slot.pte.peek(slot)
            if pte.kind != "none":
                yield slot, pte


def bounds_of(vma: vm_area_struct) -> tuple[int, int, int]:
    """(start, end in bytes, pgoff in pages) of `vma`, without a trace in any footprint."""
    cls = vm_area_struct
    return cls.vm_start.peek(vma), cls.vm_end.peek(vma), cls.vm_pgoff.peek(vma)


def vma_at(mm: mm_struct, address: int) -> vm_area_struct | None:
    """The vma of `mm` that covers `address` (bytes), without a trace in any footprint."""
    for vma in vmas_of(mm):
        start, end, _ = bounds_of(vma)
        if start <= address < end:
            return vma
    return None


def _ring(head: list_head) -> Iterator[str]:
    """V1: next.prev and prev.next point back, through the head, without a cycle beside it."""
    node: object = head
    for _ in range(100_000):
        following = list_head.next.peek(node) if isinstance(node, list_head) else None
        if not isinstance(following, list_head) or list_head.prev.peek(following) is not node:
            yield f"the ring of {head} is broken behind {node}"
            return
        node = following
        if node is head:
            return
    yield f"the list {head} does not come back to its head"


def chain_of(vma: vm_area_struct) -> list[anon_vma_chain]:
    """The avcs of `vma` in same_vma order, without a trace in any footprint."""
    return vm_area_struct.anon_vma_chain.peek(vma).peek()


def families_of(vma: vm_area_struct) -> list[anon_vma]:
    """The anon_vmas that `vma` is registered with, in same_vma order.  Without a trace, too."""
    return [anon_vma_chain.anon_vma.peek(avc) for avc in chain_of(vma)]


def _chains(kernel: Booted) -> Iterator[str]:
    """V3 and V4: each avc on both lists of the ends that it names; a vma's own anon_vma first."""
    on_lists = [avc for family in kernel.anon_vmas() for avc in family.head.peek()]
    in_chains = [avc for vma in _vmas(kernel) for avc in chain_of(vma)]
    for avc in set(on_lists) ^ set(in_chains):
        where = "an anon_vma's list" if avc in on_lists else "a vma's chain"
        yield f"{avc} is on {where} only"
    for family in kernel.anon_vmas():
        for avc in family.head.peek():
            if anon_vma_chain.anon_vma.peek(avc) is not family:
                yield f"{avc} is on the list of {family}"
        root = anon_vma.root.peek(family)
        if anon_vma.root.peek(root) is not root:
            yield f"the root of {family} is {root}, which is not a root"
    for vma in _vmas(kernel):
        chain, families = chain_of(vma), families_of(vma)
        own = vm_area_struct.anon_vma.peek(vma)
        if any(anon_vma_chain.vma.peek(avc) is not vma for avc in chain):
            yield f"the chain of {vma} holds an avc of another vma"
        if (own is not None) != bool(chain) or (chain and families[0] is not own):
            begins = f"begins with {families[0]}" if families else "is empty"
            yield f"{vma} has {own or 'no anon_vma'}, and its chain {begins}"
        if len({id(family) for family in families}) != len(families):
            yield f"{vma} is registered twice with one anon_vma"
        if len({id(anon_vma.root.peek(family)) for family in families}) > 1:
            yield f"the anon_vmas of {vma} have different roots"


def _order(kernel: Booted) -> Iterator[str]:
    """V5: vmas of one mm with one anon_vma are in the same lists, in the same order in each."""
    for mm in _living(kernel):
        kin: dict[int, list[vm_area_struct]] = {}
        for vma in vmas_of(mm):
            own = vm_area_struct.anon_vma.peek(vma)
            if own is not None:
                kin.setdefault(own.key, []).append(vma)
        for vmas in kin.values():
            if len({frozenset(family.key for family in families_of(vma)) for vma in vmas}) > 1:
                yield f"vmas of {mm} with one anon_vma are registered in different ones"
                continue
            orders = {
                tuple(vma.key for vma in walk_order(family) if vma in vmas)
                for family in families_of(vmas[0])
            }
            if len(orders) > 1:
                yield f"vmas of {mm} stand in different orders in the lists that they share"


def walk_order(family: anon_vma) -> list[vm_area_struct]:
    """The vmas of an anon_vma's list, head to tail; for no CPU that races: it leaves no trace."""
    if not isinstance(family, anon_vma):
        raise TypeError(f"{family} is not an anon_vma; vma.anon_vma is one, once vma was touched")
    from_outside("walk_order")
    return vmas_on(family)


def vmas_on(family: anon_vma) -> list[vm_area_struct]:
    """The same for who judges a CPU while it runs."""
    return [anon_vma_chain.vma.peek(avc) for avc in family.head.peek()]


def _address_spaces(kernel: Booted) -> Iterator[str]:
    """V22, V30: vmas sorted, disjoint and whole; no pte and no page table outside of them."""
    for mm in _living(kernel):
        last = 0
        for vma in vmas_of(mm):
            start, end, _ = bounds_of(vma)
            if start < last or end <= start or start % PAGE_SIZE or end % PAGE_SIZE:
                yield f"{vma} overlaps, is empty or is not aligned"
            last = end
        for slot, pte in slots_of(mm):
            if vma_at(mm, slot.address) is None:
                yield f"{slot} holds {pte}, and no vma covers it"
        for table in tables_of(mm):
            low = page_table.start.peek(table)
            bounds = map(bounds_of, vmas_of(mm))
            if not any(start < low + mm.table_span and low < end for start, end, _ in bounds):
                yield f"the page table of {mm} at {low:x} is still there, and no vma needs it"


def _pages(kernel: Booted) -> Iterator[str]:
    """V12, V13, V16: mapcount and count are the number of present ptes; no stale entry."""
    mapped: Counter[int] = Counter()
    for mm in _living(kernel):
        for slot, pte in slots_of(mm):
            if pte.kind == "present" and pte.page is not None:
                mapped[pte.page.key] += 1
            if pte.kind == "migration" and pte.page is not None:
                if page.owner.peek(pte.page) is None:
                    yield f"{slot} is a stale migration entry: {pte.page} is unlocked"
                else:
                    yield f"{slot} is a migration entry, though nobody migrates"
    for each in kernel.pages():
        if page.mapcount.peek(each) != mapped[each.key]:
            yield f"{each} has mapcount {page.mapcount.peek(each)}; {mapped[each.key]} ptes map it"
        if page.count.peek(each) != mapped[each.key]:
            yield f"{each} has count {page.count.peek(each)}; {mapped[each.key]} ptes refer to it"
        if page.owner.peek(each) is not None:
            yield f"{each} is locked"
        mapped.pop(each.key, None)
    if mapped:
        yield "a pte maps a free page"


def reachability(kernel: Booted) -> Iterator[str]:
    """V14, V15: a walk of a page's list meets every vma that maps it, and computes its address."""
    for mm in _living(kernel):
        for slot, pte in slots_of(mm):
            if pte.kind != "present" or pte.page is None:
                continue
            family = page.mapping.peek(pte.page)
            vma = vma_at(mm, slot.address)
            if family is None or vma is None or vma not in vmas_on(family):
                yield f"a walk for {pte.page} does not meet the vma that maps it at {slot}"
                continue
            start, _, pgoff = bounds_of(vma)
            index = page.index.peek(pte.page)
            if index != pgoff + ((slot.address - start) >> PAGE_SHIFT):
                yield f"{pte.page} has index {index:#x}, which is not that of {slot}"


def _refcounts(kernel: Booted) -> Iterator[str]:
    """V21: refcount = 1 if the list is non-empty, + 1 for each descendant."""
    families = kernel.anon_vmas()
    for family in families:
        children = sum(
            1 for each in families if each is not family and anon_vma.root.peek(each) is family
        )
        expected = children + (1 if family.head.peek() else 0)
        if anon_vma.refcount.peek(family) != expected:
            yield f"{family} has refcount {anon_vma.refcount.peek(family)}, not {expected}"


def _left_over(kernel: Booted) -> Iterator[str]:
    """V26: after the exit of all, nothing that they used is left."""
    if _living(kernel):
        return
    kinds = (vm_area_struct, anon_vma_chain, page_table)
    others = [made for made in kernel.objects.values() if type(made) in kinds]
    for left in (*kernel.pages(), *kernel.anon_vmas(), *others):
        yield f"all processes have exited, and {left!r} is still there"
