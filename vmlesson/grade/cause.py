"""Why a schedule fails: the first rule of Linux's that is broken in it, found in its pictures.

That a page is lost is the end of many mistakes.  What begins it is one of few: a list was changed
or walked without the mutex that guards it, a vma was on no list for a while, an entry moved to a
vma that stands before its own, a pte was looked at without its lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..explore import Trace
from ..replay.operation import Op, Ref
from ..replay.trace import Step

Picture = dict[str, Any]
VMA = re.compile(r"\b\w+:[0-9a-f]+-[0-9a-f]+\b")
"""How the model calls a vma."""
ORDER = "the latter stood before the former"
LIST = re.compile(r"the list of anon_vma (\w+)")
HARMLESS = "page_check_address"
"""What looks at a pte without its lock in Linux, too: a page that it misses stays mapped."""
CHANGES = ("list_add", "list_add_tail", "list_del", "list_move", "list_move_tail")


def cause(trace: Trace, asked: str) -> str:
    """What begins the failure, as the first half of a sentence; "" if no rule was broken.

    Of several lists it is that of which the failure speaks; an order that is wrong says it all.

    Args:
        asked: the function of the answer.
    """
    said = trace.finding[1] if trace.finding else ""
    broken = [] if ORDER in said else list(_broken(trace, asked))
    about = LIST.search(said)
    same = [why for why in broken if about and re.search(rf"the list of {about[1]}\b", why)]
    return next(iter(same or broken), "")


def _broken(trace: Trace, asked: str) -> Iterator[str]:
    moves: dict[str, str] = {}  # who took each node off its list
    for before, step in _steps(trace):
        if step.op.name == "list_del" and step.op.args and isinstance(step.op.args[0], Ref):
            moves[step.op.args[0].id] = step.cpu
        rules = [_unguarded, _out_of_order]
        if step.cpu not in moves.values():
            rules.insert(1, _on_no_list)
        yield from filter(None, (rule(before, step) for rule in rules))
        if _is_peek(before, step, asked):
            yield f"{step.op} ran without the lock of the pte"


def _steps(trace: Trace) -> Iterator[tuple[Picture, Step]]:
    """Each step, with the picture before it."""
    pictures = [trace.picture, *(step.picture for step in trace.steps)]
    for (before, _), step in zip(pairwise(pictures), trace.steps, strict=True):
        if before and step.picture:
            yield before, step


def _unguarded(before: Picture, step: Step) -> str:
    family = _list_of(before, step.op)
    if family is None or step.op.name not in (*CHANGES, "list_next"):
        return ""
    if any(lock["guards"] == family["root"] for lock in _held(before, step.cpu, "mutex")):
        return ""
    others = {lock["name"] for lock in before["locks"] if lock["kind"] in ("mmap_sem", "page lock")}
    held = [name for name in step.cpus[step.cpu].held if name not in others]
    what = "walked" if step.op.name == "list_next" else "changed"
    only = f", with {' and '.join(held)} instead" if held else ""
    return f"the list of {family['name']} was {what} without the mutex of its root{only}"


def _on_no_list(before: Picture, step: Step) -> str:
    """A walk begins while a vma is on no list."""
    family = _list_of(before, step.op)
    if family is None or step.op.name != "list_next":
        return ""
    made = {vma["id"] for vma in before["vmas"] if vma["inserted"]}  # others may be on none yet
    for vma in (each for each in _off(before, family) if each in made):
        return f"the list of {family['name']} was walked while {_vma(before, vma)} was off it"
    return ""


def _off(before: Picture, family: Picture) -> Iterator[str]:
    """The vmas that should be on a list, by an avc or a page of theirs, and are not."""
    there = [avc for avc in before["avcs"] if avc["anon_vma"] == family["id"]]
    yield from (avc["vma"] for avc in there if avc["id"] not in family["list"])
    pages = {page["pfn"] for page in before["pages"] if page["mapping"] == family["id"]}
    listed = {avc["vma"] for avc in there}
    for vma in before["vmas"]:
        if vma["id"] not in listed and any(cell["pfn"] in pages for cell in vma["cells"]):
            yield vma["id"]


def _out_of_order(before: Picture, step: Step) -> str:
    moving = [move for move in before["moves"] if move["cpu"] == step.cpu]
    if step.op.name != "set_pte_at" or not moving or not step.op.args:
        return ""
    source, destination, pte = moving[0]["source"], moving[0]["destination"], step.op.args[1]
    pages = {page["pfn"]: page["mapping"] for page in before["pages"]}
    mapping = pages.get(pte.address) if isinstance(pte, Ref) else None
    family = next((each for each in before["anon_vmas"] if each["id"] == mapping), None)
    if family is None:
        return ""
    vmas = {avc["id"]: avc["vma"] for avc in before["avcs"]}
    order = [vmas.get(avc) for avc in family["list"]]
    if source not in order or destination not in order or source == destination:
        return ""
    if order.index(destination) > order.index(source):
        return ""
    if any(lock["guards"] == family["root"] for lock in _held(before, step.cpu, "mutex")):
        return ""  # no walk comes between: since v3.7 that is the other way
    ahead, behind = _vma(before, destination), _vma(before, source)
    return (
        f"when an entry moved from {behind} to {ahead}, {ahead} stood before {behind} in the list "
        f"of {family['name']}"
    )


def _is_peek(before: Picture, step: Step, asked: str) -> bool:
    slot = step.op.args[0] if step.op.args else None
    if step.op.name != "pte_read" or not isinstance(slot, Ref) or slot.address is None:
        return False
    at = slot.address
    tables = {each["id"]: each for each in before["tables"]}
    guarded = [tables.get(lock["guards"]) for lock in _held(before, step.cpu, "ptl")]
    own = any(table and table["start"] <= at < table["end"] for table in guarded)
    running = [place.function for place in step.stack]
    return not own and asked in running and HARMLESS not in running


def _list_of(before: Picture, op: Op) -> Picture | None:
    """The anon_vma whose list an operation is about."""
    node = op.args[0] if op.args else None
    if not isinstance(node, Ref) or node.kind not in ("avc", "head"):
        return None
    wanted = (node.id, *node.of)
    return next((each for each in before["anon_vmas"] if each["id"] in wanted), None)


def _held(before: Picture, cpu: str, kind: str) -> list[Picture]:
    return [lock for lock in before["locks"] if cpu in lock["owners"] and kind == lock["kind"]]


def _vma(before: Picture, vma: str) -> str:
    found = next((each for each in before["vmas"] if each["id"] == vma), None)
    return "a vma that is gone" if found is None else _address(before, found)


def _address(before: Picture, vma: Picture) -> str:
    """A vma as the model calls it."""
    whose = next(mm["name"] for mm in before["mms"] if mm["id"] == vma["mm"])
    return f"{whose}:{vma['start']:x}-{vma['end']:x}"


def _letter(before: Picture, vma: Picture) -> str:
    """A vma as the picture calls it: its letter, and whose it is where there are several."""
    names = {mm["id"]: mm["name"] for mm in before["mms"] if not mm["exited"]}
    whose = f"{names.get(vma['mm'], '?')}: " if len(names) > 1 else ""
    return f"{whose}{vma['name']}"


def lettered(trace: Trace, text: str) -> tuple[str, dict[str, str]]:
    """A text whose vmas are called as in the pictures; and what these names stand for."""
    pictures = [trace.picture, *(step.picture for step in trace.steps)]
    letters = {
        _address(picture, vma): _letter(picture, vma)
        for picture in filter(None, pictures)
        for vma in picture["vmas"]
    }
    legend = {letters[found]: found for found in VMA.findall(text) if found in letters}
    return VMA.sub(lambda found: letters.get(found[0], found[0]), text), legend
