"""Operations in words, with the names that the picture shows: "take N's ptl"."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..explore import Op, Ref
from ..replay.labels import returned, third_person
from ..replay.operation import Argument
from .look import PAGE_SHIFT, page_name, page_number, span

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
PHRASES: dict[str, str] = WORDS["operations"]
VERDICTS: dict[str, str] = WORDS["verdicts"]
IN_PAGES = {"set_vma_bounds", "pmd_read"}
"""Operations whose numbers are addresses in bytes."""


def verdict_in_words(kind: str, message: str) -> str:
    """How a run ends that fails, in a few words."""
    if kind == "promise" and " is lost" in message:
        return "a page is lost"
    return VERDICTS.get(kind, f"fails: {kind}")


def value_of(cell: dict[str, Any]) -> str:
    """A pte in words."""
    if cell["kind"] == "present":
        return f"page {page_name(cell['pfn'])}{'' if cell['write'] else ', read-only'}"
    if cell["kind"] == "migration":
        return f"the migration entry for page {page_name(cell['pfn'])}"
    return {"none": "nothing", "zero": "the zero page"}[cell["kind"]]


class Words:
    """Says what CPUs do, and calls every object what the pictures before and after call it.

    An object that has gone is called what the last picture that had it called it.
    """

    def __init__(self) -> None:
        self.by: dict[str, dict[str, Any]] = {}
        self.pictures: list[dict[str, Any]] = []

    def look(self, *pictures: dict[str, Any] | None) -> None:
        """Speak of these pictures from now on: the present one, then the one before."""
        self.pictures = [picture for picture in pictures if picture is not None]
        for picture in reversed(self.pictures):
            for section in ("mms", "vmas", "anon_vmas", "avcs", "tables", "pages"):
                self.by.update((item["id"], item) for item in picture[section])
            for lock in picture["locks"]:
                # A page is its own lock.
                self.by.setdefault(lock["id"], lock)

    # -- names

    def name(self, id: str) -> str:
        """What pictures call an object."""
        return str(self.by.get(id, {}).get("name", "?"))

    def lock(self, lock: dict[str, Any]) -> str:
        """A lock of a picture, by what it guards."""
        guards = self.by.get(lock["guards"], {})
        match lock["kind"]:
            case "mutex":
                return f"the root mutex of {self.name(lock['guards'])}"
            case "page lock":
                return f"page {page_name(guards['pfn'])}"
            case "ptl":
                return self._ptl(guards)
        return str(lock["name"])

    def _ptl(self, table: dict[str, Any]) -> str:
        for picture in self.pictures:
            here = [
                vma["name"]
                for vma in picture["vmas"]
                if any(cell["table"] == table["id"] for cell in vma["cells"])
            ]
            if here:
                return f"{'+'.join(here)}'s ptl"
        return f"the ptl for {page_number(table['start'])} of {self.name(table['mm'])}"

    def cell(self, slot: Ref) -> dict[str, Any] | None:
        """What was in a slot in the earlier of the two pictures."""
        for vma in self.pictures[-1]["vmas"] if self.pictures else ():
            for cell in vma["cells"]:
                if vma["mm"] == slot.id and cell["address"] == slot.address:
                    return dict(cell)
        return None

    def _pte(self, mm: str, address: int) -> str:
        for picture in self.pictures:
            for vma in picture["vmas"]:
                if vma["mm"] == mm and vma["start"] <= address < vma["end"]:
                    return f"{vma['name']}'s pte {page_number(address)}"
        return f"the pte for {page_number(address)} of {self.name(mm)}"

    def say(self, argument: Argument, in_pages: bool = False) -> str:
        """An argument of an operation."""
        match argument:
            case int() if in_pages:
                return page_number(argument)
            case Ref(kind="head") if argument.id in self.by:
                return f"the list of {self.name(argument.id)}"
            case Ref(kind="avc", of=(vma, family)) if vma in self.by:
                return f"{self.name(vma)}'s avc in {self.name(family)}"
            case Ref(kind="pte", address=int(address)):
                return self._pte(argument.id, address)
            case Ref(kind="value", address=frame, state=state, write=write):
                return value_of({"kind": state, "pfn": frame, "write": write})
            case Ref(kind="page", address=int(frame)):
                return f"page {page_name(frame)}"
            case Ref(kind="anon_vma"):
                return argument.name
            case Ref(kind="anon_vma_chain") if argument.id in self.by:
                avc = self.by[argument.id]
                return f"{self.name(avc['vma'])}'s avc in {self.name(avc['anon_vma'])}"
            case Ref() if argument.id in self.by:
                item = self.by[argument.id]
                return self.lock(item) if "guards" in item else str(item.get("name", argument.name))
            case Ref():
                return argument.name
            case str():
                return repr(argument)
        return str(argument)

    def value(self, name: str, value: Argument) -> str:
        """What a kernel's function has in a variable: addresses in pages, errors by name."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.pictures:
            return str(value) if isinstance(value, bool) else self.say(value)
        if value and not value % (1 << PAGE_SHIFT):
            return page_number(value)
        return f"{value:x}" if name in ("pgoff", "index") else returned(value)

    # -- sentences

    def todo(self, op: Op | None) -> str:
        """What an operation will do, as an infinitive; "" for none."""
        if op is None or op.args is None:
            return "" if op is None else op.name
        said = [self.say(argument, op.name in IN_PAGES) for argument in op.args]
        if op.name in ("load", "store") and isinstance(op.args[1], int):
            said[1] = f"byte {op.args[1]:x}"
        if op.name == "list_next" and _is_head(op.args[0]):
            return f"go to the first of {said[0]}"
        if op.name not in PHRASES:
            return f"{op.name}({', '.join(said)})"
        return PHRASES[op.name].format(*said)

    def waits(self, op: Op | None, why: str) -> str:
        """Why an operation on a lock cannot be done now: the kernel's words, with our name."""
        if not why or op is None or not op.args or not isinstance(op.args[0], Ref):
            return why
        return self.say(op.args[0]) + why.removeprefix(op.args[0].name)

    def done(self, op: Op, cpu: str, reads: dict[str, str]) -> str:
        """What an operation did, as said of its CPU, with what it found."""
        phrase = self.todo(op)
        if op.name not in PHRASES or not op.args:
            return phrase
        said, first = third_person(phrase), op.args[0]
        if op.name in ("read", "wait_until") and reads:
            return f"{said}: {next(iter(reads.values()))}"
        if not self.pictures or not isinstance(first, Ref):
            return said
        if op.name == "list_next":
            return self._walked(first, cpu) or said
        item = self.by.get(first.id, {})
        match op.name:
            case "pte_read" if cell := self.cell(first):
                return f"{said}: {value_of(cell)}"
            case "ptep_get_and_clear":
                cell = self.cell(first)
                what = f"{value_of(cell)} out of " if cell else "what is in "
                return f"takes {what}{self.say(first)}"
            case "vma_bounds" if item:
                return f"{said}: {span(item)}, pgoff {item['pgoff']:x}"
            case "page_mapped" if item:
                return f"{said}: {'yes' if item['mapcount'] else 'no'}"
        return said

    def _walked(self, start: Ref, cpu: str) -> str:
        """Where a walk has come to."""
        after = self.pictures[0]
        for cursor in after["cursors"]:
            if cursor["cpu"] != cpu:
                continue
            family = self.name(cursor["anon_vma"])
            if cursor["avc"] is None:
                return f"comes to the end of the list of {family}"
            vma = self.name(self.by.get(cursor["avc"], {}).get("vma", ""))
            if _is_head(start):
                return f"comes to {vma}, the first of the list of {family}"
            return f"goes on to {vma} in the list of {family}"
        return ""


def _is_head(argument: Argument) -> bool:
    return isinstance(argument, Ref) and argument.kind == "head"
