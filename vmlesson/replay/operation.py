"""What a step does, as data: an operation's name and its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..kernel.atomic import Named, Request, in_words
from ..kernel.list import list_head
from ..kernel.mm_types import page, pte_slot, pte_t
from .picture import id_of


@dataclass(frozen=True)
class Ref:
    """An argument that is neither a number nor a text.

    Attributes:
        kind: its class; "head" of a list's head, "avc" of a node there, "pte" of a slot.
        name: what the kernel calls it.
        id: what pictures know it by: of a head its anon_vma, of a slot its mm; "" if nothing.
        of: the ids of the vma and the anon_vma that an avc joins.
        address: of a slot, in bytes; of a page and a value its page frame.
        state: of a value that a slot may have, how it is: none, present, zero or migration.
        write: whether that value allows writing.
    """

    kind: str
    name: str
    id: str = ""
    of: tuple[str, ...] = ()
    address: int | None = None
    state: str = ""
    write: bool = False


Argument = int | str | Ref | None


@dataclass(frozen=True)
class Op:
    """An operation; `args` is None where a log tells in words what was done: its `name`."""

    name: str
    args: tuple[Argument, ...] | None = ()

    def __str__(self) -> str:
        if self.args is None:
            return self.name
        texts = (arg.name if isinstance(arg, Ref) else in_words(arg) for arg in self.args)
        return f"{self.name}({', '.join(texts)})"

    @classmethod
    def of(cls, request: Request[Any]) -> Self:
        """An operation that is about to be done."""
        return cls(request.name, tuple(map(as_data, request.args)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """What `dataclasses.asdict` made plain."""
        if data["args"] is None:
            return cls(data["name"], None)
        return cls(data["name"], tuple(map(from_plain, data["args"])))


def from_plain(argument: Any) -> Argument:
    """An argument that `dataclasses.asdict` made plain."""
    if isinstance(argument, dict):
        return Ref(**argument | {"of": tuple(argument["of"])})
    plain: Argument = argument
    return plain


def as_data(argument: Any) -> Argument:
    """An argument as a step keeps it: numbers and texts as they are, of all else what it is."""
    match argument:
        case int() | str() | None:
            return argument
        case list_head():
            return _node(argument)
        case pte_slot():
            return Ref("pte", str(argument), id_of(argument.mm), address=argument.address)
        case pte_t():
            frame, state = argument.page.pfn if argument.page else None, argument.kind
            return Ref("value", str(argument), address=frame, state=state, write=argument.write)
        case page():
            return Ref("page", str(argument), id_of(argument), address=argument.pfn)
        case Named():
            return Ref(
                type(argument).__name__.removeprefix("freed_"), str(argument), id_of(argument)
            )
    return Ref(type(argument).__name__, str(argument))


def _node(node: list_head) -> Ref:
    if node.entry is None:
        return Ref("head", str(node), id_of(node.of) if isinstance(node.of, Named) else "")
    parts = (node.entry.__dict__.get(part) for part in ("vma", "anon_vma"))
    ids = tuple(id_of(part) for part in parts if isinstance(part, Named))
    of = id_of(node.entry) if isinstance(node.entry, Named) else ""
    return Ref("avc", str(node), of, ids)
