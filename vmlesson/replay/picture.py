"""A picture of a kernel: everything that can be drawn of its state, as plain JSON data.

Taken by peeks, so that looking leaves no trace in any footprint.  Whatever has an id keeps it from
step to step and from one schedule to another, and so its place in a drawing; an object that is gone
is just not in the picture any more.

    {"mms":       [{"id", "name", "exited"}],
     "vmas":      [{"id", "name", "mm", "start", "end", "pgoff", "perms", "anon_vma", "inserted",
                    "chain": [avc id, …], "cells": [cell, …]}],
     "anon_vmas": [{"id", "name", "root", "refcount", "list": [avc id, …], "broken"}],
     "avcs":      [{"id", "vma", "anon_vma"}],
     "tables":    [{"id", "mm", "start", "end", "lock"}],
     "pages":     [{"id", "pfn", "mapcount", "count", "index", "mapping", "locked"}],
     "locks":     [{"id", "name", "kind", "guards", "mode",
                    "owners": [cpu, …], "waiters": [cpu, …]}],
     "cursors":   [{"cpu", "anon_vma", "avc"}],
     "moves":     [{"cpu", "source", "destination", "old", "new", "length"}]}

A cell is a pte: {"address", "table", "kind", "page", "pfn", "write"}, of `kind` none, present, zero
or migration.  Addresses and lengths are in bytes, pgoff and index in pages.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ..errors import check_kind
from ..kernel.alloc import Booted
from ..kernel.atomic import CPU, FIELDS_PER_OBJECT, OBJECTS_PER_CPU, Named, Operation
from ..kernel.audit import bounds_of, chain_of, tables_of, vmas_of
from ..kernel.boot import Kernel, perms
from ..kernel.list import list_head, list_next
from ..kernel.locks import Lock, rw_semaphore
from ..kernel.mm_types import PAGE_SIZE, PTE_NONE, anon_vma, anon_vma_chain, mm_struct, page
from ..kernel.mm_types import page_table, pte_slot, vm_area_struct
from ..kernel.mremap import move_page_tables
from ..kernel.tree import move_page_tables as move_page_tables_of_tree

Picture = dict[str, Any]
MOST_CELLS = 64
"""A vma of more pages shows only the ptes that are not none."""

LETTERS = "VWXYZUSRQ"
"""Not those that anon_vmas (A, B, C, …) and tasks (T, P, M, G, …) are called by."""


def picture(
    kernel: Booted,
    cpus: Sequence[CPU] = (),
    cursors: Iterable[dict[str, Any]] = (),
    names: Mapping[int, str] | None = None,
) -> Picture:
    """The state of `kernel` now, as plain JSON data.

    Args:
        kernel: nobody may be in a step.
        cpus: those that race: they may wait for locks, and move ranges.
        cursors: where walks of the lists stand; see `Camera`.
        names: names of vmas by their keys; by default letters in the order of their creation.
    """
    check_kind("picture", kernel, Kernel, "a kernel that is booted, by Kernel(…)")
    living = spaces(kernel)
    inserted = {vma.key for mm in living for vma in vmas_of(mm)}
    vmas = [vma for vma in _all(kernel, vm_area_struct) if vma.vm_mm in living]
    if names is None:
        names = vma_names(_all(kernel, vm_area_struct, freed=True))
    return {
        "mms": [
            {"id": id_of(task.mm), "name": task.name, "exited": task.mm not in living}
            for task in kernel.tasks
        ],
        "vmas": [_vma(vma, names, vma.key in inserted) for vma in vmas],
        "anon_vmas": [_family(family) for family in kernel.anon_vmas()],
        "avcs": list(_avcs(kernel, vmas)),
        "tables": [
            {
                "id": id_of(table),
                "mm": id_of(mm),
                "start": table.start,
                "end": table.start + mm.table_span,
                "lock": id_of(table.ptl),
            }
            for mm in living
            for table in tables_of(mm)
        ],
        "pages": [_page(each) for each in kernel.pages()],
        "locks": list(_locks(kernel, living, cpus)),
        "cursors": list(cursors),
        "moves": [move for cpu in cpus for move in _moves(cpu)],
    }


def spaces(kernel: Booted) -> list[mm_struct]:
    """The address spaces that there are: of the living, and of who exits until nothing is left."""
    taken_apart = {vma.vm_mm for vma in _all(kernel, vm_area_struct)}
    return [task.mm for task in kernel.tasks if not task.exited or task.mm in taken_apart]


def vma_names(vmas: Iterable[vm_area_struct]) -> dict[int, str]:
    """A short name for each vma, by its key, in the order of their creation.

    Those of a set-up get letters; those that a racing CPU makes are N, with the CPU's number.
    """
    names: dict[int, str] = {}
    made: dict[int, int] = {}
    for vma in sorted(vmas, key=lambda each: each.key):
        maker = _maker(vma)
        count = made.get(maker, 0)
        made[maker] = count + 1
        lap, place = divmod(count, len(LETTERS))
        if maker == 0:
            names[vma.key] = LETTERS[place] + (str(lap + 1) if lap else "")
        else:
            names[vma.key] = f"N{maker}" + (chr(ord("a") + count) if count else "")
    return names


class Camera:
    """Takes the pictures of an execution: to be called before its first step and after each.

    Follows the walks of the lists, which no state tells: the cursor of a list_for_each_entry is
    known only to the coroutine that walks.
    """

    def __init__(self, kernel: Booted) -> None:
        self.kernel = kernel
        # A process that exits has unhooked its vmas before its first step.
        there = _all(kernel, vm_area_struct)
        self.names = vma_names(vma for vma in there if not _maker(vma))
        self.steps: dict[CPU, tuple[Operation[Any], Coroutine[Any, Any, Any]]] = {}
        self.cursors: dict[CPU, tuple[Coroutine[Any, Any, Any], list_head]] = {}

    def __call__(self, cpus: Sequence[CPU]) -> Picture:
        """The picture now."""
        self.follow(cpus)
        made = [vma for vma in _all(self.kernel, vm_area_struct, freed=True) if _maker(vma)]
        return picture(self.kernel, cpus, self._cursors(), self.names | vma_names(made))

    def follow(self, cpus: Sequence[CPU]) -> None:
        """Keep up with the walks where no picture is wanted; as often as that."""
        for cpu in cpus:
            done, walker = self.steps.pop(cpu, (None, None))
            if done is not None and done is not cpu.pending:  # its last step was one of a walk
                node = list_head.next.peek(done.args[0])
                if isinstance(node, list_head) and walker is not None:
                    self.cursors[cpu] = walker, node
            if cpu in self.cursors and self.cursors[cpu][0] not in cpu.stack:
                del self.cursors[cpu]
            if cpu.pending is not None and cpu.pending.spec is LIST_NEXT:
                self.steps[cpu] = cpu.pending, cpu.stack[-1]

    def _cursors(self) -> Iterator[dict[str, Any]]:
        for cpu, (_, node) in self.cursors.items():
            avc = node.entry
            family = node.of if avc is None else anon_vma_chain.anon_vma.peek(avc)
            if isinstance(family, anon_vma):
                yield {"cpu": cpu.name, "anon_vma": id_of(family), "avc": avc and id_of(avc)}


LIST_NEXT = list_next.spec  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------- one by one


T = TypeVar("T", bound=Named)


def id_of(made: Named) -> str:
    """What a picture knows an object by."""
    kind = type(made).__name__.removeprefix("freed_")
    return f"{kind}-{made.key // FIELDS_PER_OBJECT}"


def _maker(made: Named) -> int:
    """The index of the CPU that made an object; 0 is the set-up."""
    return made.key // FIELDS_PER_OBJECT // OBJECTS_PER_CPU


def _all(kernel: Booted, cls: type[T], freed: bool = False) -> list[T]:
    found = [made for made in kernel.objects.values() if isinstance(made, cls)]
    return found if freed else [made for made in found if type(made) is cls]


def _vma(vma: vm_area_struct, names: Mapping[int, str], inserted: bool) -> dict[str, Any]:
    start, end, pgoff = bounds_of(vma)
    own = vm_area_struct.anon_vma.peek(vma)
    return {
        "id": id_of(vma),
        "name": names.get(vma.key, "?"),
        "mm": id_of(vma.vm_mm),
        "start": start,
        "end": end,
        "pgoff": pgoff,
        "perms": perms(vm_area_struct.vm_flags.peek(vma)),
        "anon_vma": own and id_of(own),
        "inserted": inserted,
        "chain": [id_of(avc) for avc in chain_of(vma)],
        "cells": list(_cells(vma.vm_mm, start, end)),
    }


def _cells(mm: mm_struct, start: int, end: int) -> Iterator[dict[str, Any]]:
    """The ptes for [start, end), in bytes, of `mm`."""
    ptes = {
        slot.address: (name, pte_slot.pte.peek(slot))
        for table in tables_of(mm)
        if table.start < end and start < table.start + mm.table_span
        for name in [id_of(table)]
        for slot in page_table.slots.peek(table)
        if start <= slot.address < end
    }
    few = end - start <= MOST_CELLS * PAGE_SIZE
    for address in range(start, end, PAGE_SIZE) if few else ptes:
        table, pte = ptes.get(address, (None, PTE_NONE))
        if few or pte.kind != "none":
            yield {
                "address": address,
                "table": table,
                "kind": pte.kind,
                "page": pte.page and id_of(pte.page),
                "pfn": pte.page and pte.page.pfn,
                "write": pte.write,
            }


def _family(family: anon_vma) -> dict[str, Any]:
    nodes = family.head.peek()
    last = nodes[-1].same_anon_vma if nodes else family.head
    return {
        "id": id_of(family),
        "name": family.name,
        "root": id_of(anon_vma.root.peek(family)),
        "refcount": anon_vma.refcount.peek(family),
        "list": [id_of(avc) for avc in nodes],
        "broken": list_head.next.peek(last) is not family.head,
    }


def _page(each: page) -> dict[str, Any]:
    family, owner = page.mapping.peek(each), Lock.owner.peek(each)
    return {
        "id": id_of(each),
        "pfn": each.pfn,
        "mapcount": page.mapcount.peek(each),
        "count": page.count.peek(each),
        "index": page.index.peek(each),
        "mapping": family and id_of(family),
        "locked": owner and owner.name,
    }


def _avcs(kernel: Booted, vmas: Iterable[vm_area_struct]) -> Iterator[dict[str, Any]]:
    """The avcs that join an anon_vma to one of `vmas`, on lists or not."""
    shown = {vma.key for vma in vmas}
    for avc in _all(kernel, anon_vma_chain):
        vma, family = avc.__dict__.get("vma"), avc.__dict__.get("anon_vma")
        if vma is not None and family is not None and vma.key in shown:
            yield {"id": id_of(avc), "vma": id_of(vma), "anon_vma": id_of(family)}


def _locks(
    kernel: Booted, living: Iterable[mm_struct], cpus: Iterable[CPU]
) -> Iterator[dict[str, Any]]:
    """Every lock that somebody may take, with what it guards."""
    waits = [
        (cpu.name, cpu.pending.args[0].key)
        for cpu in cpus
        if cpu.pending is not None and not cpu.pending.enabled
    ]

    def lock(made: Named, kind: str, guards: Named) -> dict[str, Any]:
        owners, mode = _owners(made)
        return {
            "id": id_of(made),
            "name": str(made),
            "kind": kind,
            "guards": id_of(guards),
            "owners": owners,
            "mode": mode,
            "waiters": [name for name, key in waits if key == made.key],
        }

    for family in kernel.anon_vmas():
        if anon_vma.root.peek(family) is family:
            yield lock(family.mutex, "mutex", family)
    for mm in living:
        yield lock(mm.mmap_sem, "mmap_sem", mm)
        yield lock(mm.page_table_lock, "page_table_lock", mm)
        if mm.split_ptlocks:
            for table in tables_of(mm):
                yield lock(table.ptl, "ptl", table)
    for each in kernel.pages():
        yield lock(each, "page lock", each)


def _owners(lock: Named) -> tuple[list[str], str]:
    """Who holds a lock, and how: "" where there is only one way."""
    if isinstance(lock, rw_semaphore):
        holders = rw_semaphore.holders.peek(lock)
        return [cpu.name for _, cpu in holders], holders[0][0] if holders else ""
    owner = Lock.owner.peek(lock) if isinstance(lock, Lock) else None
    return ([] if owner is None else [owner.name]), ""


def _moves(cpu: CPU) -> Iterator[dict[str, Any]]:
    """The range that `cpu` is moving from one vma to another, if it does."""
    for coroutine in cpu.stack:
        frame = getattr(coroutine, "cr_frame", None)
        if frame is not None and frame.f_code in MOVE_PAGE_TABLES:
            values = frame.f_locals
            vmas = values["vma"], values["new_vma"]
            if not all(isinstance(vma, vm_area_struct) for vma in vmas):
                return  # whoever called it gave it something else, and will hear of that
            yield {
                "cpu": cpu.name,
                "source": id_of(values["vma"]),
                "destination": id_of(values["new_vma"]),
                "old": values["old_addr"],
                "new": values["new_addr"],
                "length": values["length"],
            }


MOVE_PAGE_TABLES = (move_page_tables.function.__code__, move_page_tables_of_tree.__code__)
