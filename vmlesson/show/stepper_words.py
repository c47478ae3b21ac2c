"""Operations in words, with the names that the picture shows: "take N's ptl"."""

from __future__ import annotations

import re
from typing import Any

from ..explore.labels import third_person

PAGE_SHIFT = 12

PHRASES = {
    "mutex_lock": "take {0}",
    "mutex_trylock": "try to take {0}",
    "mutex_unlock": "drop {0}",
    "spin_lock": "take {0}",
    "spin_unlock": "drop {0}",
    "down_read": "take {0} for reading",
    "down_write": "take {0} for writing",
    "up_read": "drop {0}",
    "up_write": "drop {0}",
    "lock_page": "lock {0}",
    "trylock_page": "try to lock {0}",
    "unlock_page": "unlock {0}",
    "wait_on_page_locked": "wait until {0} is unlocked",
    "list_add": "link {0} as the first of {1}",
    "list_add_tail": "link {0} as the last of {1}",
    "list_del": "take {0} out of its list",
    "list_is_last": "ask whether {0} is the last of {1}",
    "list_empty": "ask whether {0} is empty",
    "list_next": "go on from {0}",
    "vma_bounds": "read the bounds of {0}",
    "set_vma_bounds": "set the bounds of {0} to [{1}, {2})",
    "pmd_read": "look for {0}'s page table for {1}",
    "pmd_populate": "put the new page table in place",
    "pmd_clear": "take the page table away",
    "pte_read": "read {0}",
    "ptep_get_and_clear": "take out and clear {0}",
    "set_pte_at": "store {1} in {0}",
    "page_mapped": "ask whether {0} is mapped",
    "page_count": "count the references to {0}",
    "get_page": "take a reference to {0}",
    "get_page_unless_zero": "take a reference to {0}, unless it is free",
    "put_page": "drop a reference to {0}",
    "copy_identity": "copy mapping and index of {1} to {0}",
    "forget_identity": "forget the mapping of {0}",
    "copy_contents": "copy the contents of {1} to {0}",
    "page_add_anon_rmap": "count one more mapping of {0}",
    "page_add_new_anon_rmap": "count the first mapping of {0}",
    "page_dup_rmap": "count one more mapping of {0}",
    "page_remove_rmap": "count one mapping less of {0}",
    "page_move_anon_rmap": "give {0} to the anon_vma of {1}",
    "get_anon_vma": "take a reference to {0}",
    "get_anon_vma_unless_freed": "take a reference to {0}, unless it is freed",
    "put_anon_vma_testzero": "drop a reference to {0}",
    "acquire": "take {0}",
    "release": "drop {0}",
    "try_acquire": "try to take {0}",
    "read": "read {0}",
    "write": "write {1} to {0}",
    "fetch_add": "add {1} to {0}",
    "compare_and_swap": "set {0} to {2} if it is {1}",
    "wait_until": "wait until {0} is as it should be",
}
"""What an operation does, as an infinitive; {0}, {1}, … are its arguments."""

VERDICTS = {
    "promise": "the promise is broken",
    "BUG": "the kernel hits a BUG",
    "exception": "an exception ends it",
    "deadlock": "nobody can go on",
    "lock held at return": "a lock is left taken",
    "unlock by another": "a lock is dropped that is not held",
    "lock-order inversion": "locks are taken in opposite orders",
    "endless": "it does not end",
    "never awaited": "an await is missing",
}
"""How a run ends that fails, by the kind of its finding."""

IN_PAGES = {"set_vma_bounds", "pmd_read"}
"""Operations whose numbers are addresses in bytes."""


def verdict_in_words(kind: str, message: str) -> str:
    """How a run ends that fails, in a few words."""
    if kind == "promise" and " is lost" in message:
        return "a page is lost"
    return VERDICTS.get(kind, f"fails: {kind}")


def page_number(address: int) -> str:
    """An address in bytes as the number of its page, in hex: what the pictures count in."""
    return f"{address >> PAGE_SHIFT:x}"


def page_name(pfn: int) -> str:
    """A page frame: those that CPU k has taken from its pool are k.1, k.2, …"""
    pool, number = pfn >> 20, pfn & 0xFFFFF
    return f"{pool}.{number:x}" if pool else f"{number:x}"


def value_of(cell: dict[str, Any]) -> str:
    """A pte in words."""
    if cell["kind"] == "present":
        return f"page {page_name(cell['pfn'])}{'' if cell['write'] else ', read-only'}"
    if cell["kind"] == "migration":
        return f"the migration entry for page {page_name(cell['pfn'])}"
    return {"none": "nothing", "zero": "the zero page"}[cell["kind"]]


class Words:
    """Says what CPUs do.  It looks at every picture of a run, so that it knows what has gone."""

    def __init__(self) -> None:
        self.vmas: dict[str, dict[str, Any]] = {}
        self.mms: dict[str, str] = {}
        self.tables: dict[str, int] = {}

    def look(self, picture: dict[str, Any] | None) -> None:
        """Learn the names of what is in a picture."""
        for mm in (picture or {}).get("mms", ()):
            self.mms[mm["id"]] = mm["name"]
        for table in (picture or {}).get("tables", ()):
            self.tables[table["id"]] = table["start"]
        for vma in (picture or {}).get("vmas", ()):
            self.vmas[vma["id"]] = vma

    # -- names

    def rename(self, text: str) -> str:
        """A text of the recorder's with the names that pictures show."""
        # A name may have blanks in it.
        mm = "|".join([*map(re.escape, sorted(self.mms.values(), key=len, reverse=True)), r"\S+"])
        text = re.sub(
            rf"avc\(((?:{mm}):[0-9a-f]+-[0-9a-f]+), (?:anon_vma )?(\S+?)\)(\.same_\w+)?",
            lambda m: f"{self._vma(m[1])}'s avc in {m[2]}",
            text,
        )
        text = re.sub(rf"(?:{mm}):[0-9a-f]+-[0-9a-f]+", lambda m: self._vma(m[0]), text)
        text = re.sub(rf"\bptl ({mm}):([0-9a-f]+)", lambda m: self._ptl(m[1], int(m[2], 16)), text)
        text = re.sub(rf"\bpte ({mm}):([0-9a-f]+)", lambda m: self._pte(m[1], int(m[2], 16)), text)
        text = re.sub(
            r"\bpage 0x([0-9a-f]+)(?: rw?\b)?", lambda m: f"page {page_name(int(m[1], 16))}", text
        )
        text = re.sub(r"\banon_vma (\S+)'s mutex", r"the root mutex of \1", text)
        return re.sub(r"\banon_vma (\S+)\.head", r"the list of \1", text)

    def _of(self, mm: str) -> list[dict[str, Any]]:
        return [vma for vma in self.vmas.values() if self.mms.get(vma["mm"]) == mm]

    def _vma(self, text: str) -> str:
        mm, _, bounds = text.rpartition(":")
        start, end = (int(part, 16) for part in bounds.split("-"))
        here = [vma for vma in self._of(mm) if vma["start"] < end and start < vma["end"]]
        exact = [vma for vma in here if (vma["start"], vma["end"]) == (start, end)]
        for vma in exact or here:
            return str(vma["name"])
        return f"[{page_number(start)}, {page_number(end)}) of {mm}"

    def _ptl(self, mm: str, start: int) -> str:
        near = [
            vma
            for vma in self._of(mm)
            if any(
                cell["table"] and start == self.tables.get(cell["table"]) for cell in vma["cells"]
            )
        ]
        names = "+".join(dict.fromkeys(vma["name"] for vma in near))
        return f"{names}'s ptl" if names else f"the ptl for {page_number(start)} of {mm}"

    def _pte(self, mm: str, address: int) -> str:
        for vma in self._of(mm):
            if vma["start"] <= address < vma["end"]:
                return f"{vma['name']}'s pte {page_number(address)}"
        return f"the pte for {page_number(address)} of {mm}"

    # -- sentences

    def todo(self, operation: str) -> str:
        """What an operation will do, as an infinitive; "" for none."""
        if not operation:
            return ""
        name, arguments = parts(operation)
        if name not in PHRASES:
            return self.rename(operation)
        if name == "list_next" and arguments[0].endswith(".head"):
            return f"go to the first of {self.rename(arguments[0])}"
        if name in IN_PAGES:
            arguments = [page_number(int(a, 0)) if a[:1].isdigit() else a for a in arguments]
        renamed = [self.rename(argument) for argument in arguments]
        try:
            return PHRASES[name].format(*renamed)
        except IndexError:
            return self.rename(operation)

    def done(
        self,
        operation: str,
        cpu: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        reads: dict[str, str],
    ) -> str:
        """What an operation did, as said of its CPU, with what it found."""
        name, arguments = parts(operation)
        phrase = self.todo(operation)
        said = third_person(phrase) if name in PHRASES else phrase
        if name == "list_next" and after is not None:
            return self._walked(arguments[0], cpu, after) or said
        if name in ("pte_read", "ptep_get_and_clear") and before is not None:
            cell = cell_at(before, self.mms, arguments[0])
            if cell is not None and name == "pte_read":
                return f"{said}: {value_of(cell)}"
            if cell is not None:
                return f"takes {value_of(cell)} out of {self.rename(arguments[0])}"
        if name == "vma_bounds" and before is not None:
            for vma in before["vmas"]:
                if vma["name"] == self.rename(arguments[0]):
                    bounds = f"[{page_number(vma['start'])}, {page_number(vma['end'])})"
                    return f"{said}: {bounds}, pgoff {vma['pgoff']:x}"
        if name == "page_mapped" and before is not None:
            for page in before["pages"]:
                if self.rename(arguments[0]) == f"page {page_name(page['pfn'])}":
                    return f"{said}: {'yes' if page['mapcount'] else 'no'}"
        if name in ("read", "wait_until") and reads:
            return f"{said}: {next(iter(reads.values()))}"
        return said

    def _walked(self, start: str, cpu: str, after: dict[str, Any]) -> str:
        names = {
            avc["id"]: self.vmas[avc["vma"]]["name"]
            for avc in after["avcs"]
            if avc["vma"] in self.vmas
        }
        families = {family["id"]: family["name"] for family in after["anon_vmas"]}
        for cursor in after["cursors"]:
            if cursor["cpu"] != cpu:
                continue
            family = families.get(cursor["anon_vma"], "?")
            if cursor["avc"] is None:
                return f"comes to the end of the list of {family}"
            vma = names.get(cursor["avc"], "?")
            if start.endswith(".head"):
                return f"comes to {vma}, the first of the list of {family}"
            return f"goes on to {vma} in the list of {family}"
        return ""


def parts(operation: str) -> tuple[str, list[str]]:
    """The name of an operation and its arguments, from the text ``name(argument, argument)``."""
    name, _, rest = operation.partition("(")
    arguments, depth, start = [], 0, 0
    rest = rest.removesuffix(")")
    for place, letter in enumerate(rest):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            arguments.append(rest[start:place].strip())
            start = place + 1
    return name, [*arguments, rest[start:].strip()]


def cell_at(picture: dict[str, Any], mms: dict[str, str], slot: str) -> dict[str, Any] | None:
    """The cell that the text ``pte MM:ADDRESS`` names."""
    mm, _, address = slot.removeprefix("pte ").rpartition(":")
    for vma in picture["vmas"]:
        for cell in vma["cells"]:
            if cell["address"] == int(address, 16) and mms.get(vma["mm"]) == mm:
                return dict(cell)
    return None
