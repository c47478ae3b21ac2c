"""What is different in two pictures: what is to be marked, and a text for each change.

All of it is sorted by kind, as pictures are: who draws only the chains asks only for those.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from .look import Item, bounds, by_id, page_name, page_number, short, span
from .stepper_words import Words


class Change(NamedTuple):
    """One change; its text is "" where another tells it, too."""

    id: str
    """Of what is to be marked; a pte is "vma id address", a range "vma id bounds"."""
    word: str
    """What has become of it."""
    text: str


def changes(before: Item, after: Item, words: Words) -> Iterator[Change]:
    """All that is different; `words` speak of these two pictures."""
    yield from of_vmas(before, after)
    yield from of_ptes(before, after)
    yield from of_lists(before, after, words)
    for key, old, new in _both(before, after, "anon_vmas"):
        if old["refcount"] != new["refcount"]:
            counts = f"{old['refcount']} → {new['refcount']}"
            yield Change(key, "changed", f"references to {new['name']}: {counts}")
    yield from _of_locks(before, after, words)
    yield from _of_pages(before, after)


def of_vmas(before: Item, after: Item) -> Iterator[Change]:
    """Which vmas came, went, or have other bounds."""
    old, new = by_id(before, "vmas"), by_id(after, "vmas")
    for key, vma in old.items():
        if key not in new:
            yield Change(key, "gone", f"{vma['name']} is gone")
    for key, vma in new.items():
        was, name = old.get(key), vma["name"]
        if was is None:
            yield Change(key, "new", f"{name} is new: {bounds(vma)}")
            continue
        if bounds(was) != bounds(vma):
            say = span if was["pgoff"] == vma["pgoff"] else bounds
            yield Change(f"{key} bounds", "resized", f"{name}: {say(was)} → {say(vma)}")
        if was["inserted"] != vma["inserted"]:
            word = "mapped" if vma["inserted"] else "unmapped"
            yield Change(key, word, f"{name} is {word}")


def of_ptes(before: Item, after: Item) -> Iterator[Change]:
    """Which slots hold something else; only where a vma had them before is it told."""
    old, new = _slots(before), _slots(after)
    names = {vma["id"]: vma["name"] for vma in (*before["vmas"], *after["vmas"])}
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key, "none"), new.get(key, "none")
        if was != now:
            vma, address = key.split(" ")
            slot = f"{names[vma]}'s pte {page_number(int(address))}"
            text = f"{slot}: {was} → {now}" if key in old and key in new else ""
            yield Change(key, "changed", text)


def _slots(picture: Item) -> dict[str, str]:
    pages, families = by_id(picture, "pages"), by_id(picture, "anon_vmas")
    return {
        f"{vma['id']} {cell['address']}": short(cell, pages, families)
        for vma in picture["vmas"]
        for cell in vma["cells"]
    }


def in_a_slot(cell: Item, picture: Item) -> str:
    """A pte as all pictures show it."""
    return short(cell, by_id(picture, "pages"), by_id(picture, "anon_vmas"))


def of_lists(before: Item, after: Item, words: Words) -> Iterator[Change]:
    """Which lists have another order, and who came, went or moved in them."""
    avcs = by_id(before, "avcs") | by_id(after, "avcs")

    def order(listed: list[str]) -> str:
        vmas = [words.name(avcs[avc]["vma"]) if avc in avcs else "?" for avc in listed]
        return " ".join(vmas) or "empty"

    old, new = by_id(before, "anon_vmas"), by_id(after, "anon_vmas")
    for key in dict.fromkeys((*old, *new)):
        then, now = (each.get(key, {}).get("list", []) for each in (old, new))
        if then == now:
            continue
        text = f"the list of {(new.get(key) or old[key])['name']}: {order(then)} → {order(now)}"
        yield Change(key, "changed", text)
        for avc in then:
            if avc not in now:
                yield Change(avc, "gone", "")
        for avc in now:
            if avc not in then:
                yield Change(avc, "new", "")
        for avc in _moved([each for each in then if each in now], now):
            yield Change(avc, "moved", "")


def _moved(then: list[str], now: list[str]) -> list[str]:
    """Who moved in a list: whoever is not in the longest parts that it kept."""
    stayed = [each for each in now if each in then]
    kept: set[str] = set()
    for match in SequenceMatcher(None, stayed, then, autojunk=False).get_matching_blocks():
        kept |= set(stayed[match.a : match.a + match.size])
    return [each for each in stayed if each not in kept]


def _of_locks(before: Item, after: Item, words: Words) -> Iterator[Change]:
    pages = by_id(before, "pages")
    for key, old, new in _both(before, after, "locks"):
        name = words.lock(new)
        taken, dropped = ("locked", "unlocked") if key in pages else ("taken", "dropped")
        for owner in set(new["owners"]) - set(old["owners"]):
            yield Change(key, taken, f"{name} is {taken} by {owner}")
        for owner in set(old["owners"]) - set(new["owners"]):
            yield Change(key, dropped, f"{name} is {dropped} by {owner}")
        for waiter in set(new["waiters"]) - set(old["waiters"]):
            yield Change(key, "waited for", f"{waiter} now waits for {name}")


def _of_pages(before: Item, after: Item) -> Iterator[Change]:
    for key, old, new in _both(before, after, "pages"):
        for what in ("mapcount", "count"):
            if old[what] != new[what]:
                name = f"page {page_name(new['pfn'])}"
                yield Change(key, "changed", f"{what} of {name}: {old[what]} → {new[what]}")
    pages = by_id(before, "pages")
    for key in pages.keys() - by_id(after, "pages").keys():
        yield Change(key, "gone", f"page {page_name(pages[key]['pfn'])} is free")


def _both(before: Item, after: Item, section: str) -> list[tuple[str, Any, Any]]:
    old, new = by_id(before, section), by_id(after, section)
    return [(key, old[key], new[key]) for key in old if key in new and old[key] != new[key]]
