"""Doubly linked lists with the checks of a debug kernel: include/linux/list.h, lib/list_debug.c.

A list is a ring of nodes through its head.  Each operation on a list that other CPUs may walk is
one step: what another CPU can see between the two halves of a list_move is thus seen here.
(Linux writes the four pointers one by one; a CPU that reads between two of these writes breaks
the same rule, "only with the lock", which the coarser steps already show to be broken.)

The same_vma list of a vma is private to its process and is read without await.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .atomic import Field, Named, Operation, atomic
from .bug import oops, where

LIST_POISON = "LIST_POISON"
LONGEST_LIST = 100_000


class list_head(Named):
    """A node of a list, or its head.

    `kind` names the list that it is made for ("same_vma", "same_anon_vma"); `entry` is the object
    that a node is part of, None for a head.
    """

    next = Field["list_head | str"]()
    prev = Field["list_head | str"]()

    def __init__(self, kind: str, entry: Any = None, of: object = "") -> None:
        super().__init__()
        self.kind = kind
        self.entry = entry
        self.of = of
        self.next = self
        self.prev = self

    def __str__(self) -> str:
        if self.entry is None:
            return f"{self.of}.head"
        return str(self.entry) if self.kind == "same_anon_vma" else f"{self.entry}.{self.kind}"

    @property
    def before(self) -> list_head:
        """The node, or head, before this one; of a head, the last node.  Plain: no step."""
        return _follow(self.prev)

    def __iter__(self) -> Iterator[Any]:
        return self._each(forward=True)

    def __reversed__(self) -> Iterator[Any]:
        return self._each(forward=False)

    def _each(self, forward: bool) -> Iterator[Any]:
        if self.kind != "same_vma":
            raise TypeError(
                f"{self} is walked by other CPUs too: async for avc in list_for_each_entry({self})"
            )
        node = _follow(self.next if forward else self.prev)
        for _ in range(LONGEST_LIST):
            if node is self:
                return
            following = _follow(node.next if forward else node.prev)
            assert node.entry is not None, f"the ring of {self} runs through another head"
            yield node.entry
            node = following
        oops(f"the list {self} does not come back to its head in {where()}")

    def peek(self) -> list[Any]:
        """The entries in list order, without a trace in any footprint.

        Stops where the ring is broken, or comes back to a node instead of the head.
        """
        found: dict[list_head, Any] = {}
        node = list_head.next.peek(self)
        while isinstance(node, list_head) and node is not self and node not in found:
            if node.entry is None:
                break
            found[node] = node.entry
            node = list_head.next.peek(node)
        return list(found.values())


def _follow(pointer: list_head | str) -> list_head:
    if isinstance(pointer, str):
        oops(f"general protection fault: a list pointer is LIST_POISON in {where()}")
    return pointer


def link(node: list_head, place: list_head) -> None:
    """Link `node` behind `place`, which may be the head: as list_add() does.

    Plain: no step of its own, for a list that is private to a process, or a part of an operation.
    """
    _between(node, place, _follow(place.next))


def _between(node: list_head, before: list_head, after: list_head) -> None:
    if after.prev is not before:
        oops(
            f"list_add corruption. next->prev should be prev ({before}), but was {after.prev}. "
            f"(next={after}). (lib/list_debug.c)"
        )
    if before.next is not after:
        oops(
            f"list_add corruption. prev->next should be next ({after}), but was {before.next}. "
            f"(prev={before}). (lib/list_debug.c)"
        )
    if node.kind != before.kind:
        oops(f"list_add: {node} is not a node of a {before.kind} list (include/linux/list.h)")
    after.prev = node
    node.next = after
    node.prev = before
    before.next = node


def unlink(node: list_head) -> None:
    """Take `node` out of its list and poison it, as list_del() does.  Plain, as link() is."""
    before, after = node.prev, node.next
    if isinstance(after, str) or isinstance(before, str):
        oops(f"list_del corruption, {node}->next is LIST_POISON1 (lib/list_debug.c)")
    if before.next is not node:
        oops(
            f"list_del corruption. prev->next should be {node}, but was {before.next} "
            f"(lib/list_debug.c)"
        )
    if after.prev is not node:
        oops(
            f"list_del corruption. next->prev should be {node}, but was {after.prev} "
            f"(lib/list_debug.c)"
        )
    after.prev = before
    before.next = after
    node.next = LIST_POISON
    node.prev = LIST_POISON


@atomic
def list_add(node: list_head, head: list_head) -> None:
    """Link `node` as the first of `head`'s list."""
    link(node, head)


@atomic
def list_add_tail(node: list_head, head: list_head) -> None:
    """Link `node` as the last of `head`'s list."""
    _between(node, _follow(head.prev), head)


@atomic
def list_del(node: list_head) -> None:
    """Take `node` out of its list and poison it."""
    unlink(node)


async def list_move(node: list_head, head: list_head) -> None:
    """Take `node` out of its list and make it the first of `head`'s: two steps."""
    await list_del(node)
    await list_add(node, head)


async def list_move_tail(node: list_head, head: list_head) -> None:
    """Take `node` out of its list and make it the last of `head`'s: two steps."""
    await list_del(node)
    await list_add_tail(node, head)


@atomic
def list_is_last(node: list_head, head: list_head) -> bool:
    """Whether `node` is the last of `head`'s list."""
    return node.next is head


@atomic
def list_empty(head: list_head) -> bool:
    """Whether `head`'s list has no nodes."""
    return head.next is head


@atomic
def list_next(node: list_head) -> list_head:
    """The node, or head, behind `node`: one step of a walk."""
    return _follow(node.next)


class list_for_each_entry:
    """``async for avc in list_for_each_entry(anon_vma.head)``: from head to tail, a step a node.

    The next pointer is followed when the walk goes on, not before.  A class, not a generator: a
    ``break`` leaves nothing to finalise.
    """

    def __init__(self, head: list_head) -> None:
        if not isinstance(head, list_head):
            raise TypeError(f"list_for_each_entry() takes a list head, got {head}")
        self.head = head
        self.cursor = head

    def __aiter__(self) -> list_for_each_entry:
        return self

    async def __anext__(self) -> Any:
        step: Operation[list_head] = list_next(self.cursor)
        self.cursor = await step
        if self.cursor is self.head:
            raise StopAsyncIteration
        if self.cursor.entry is None:
            oops(f"a walk of {self.head} has run into {self.cursor} in {where()}")
        return self.cursor.entry
