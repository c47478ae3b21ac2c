"""Layouts that the model makes: where a page is when it is migrated and moved at the same time.

Page numbers are hexadecimal.  100 is home; 140 lies above it and c0 below; page tables hold 200
(512) pages, so that 1ff and 200, and 3ff and 400, are in different ones.
"""

from collections.abc import Iterator

HOME, ABOVE, BELOW = 0x100, 0x140, 0xC0
FIRST_BORDER, SECOND_BORDER = 0x200, 0x400
"""Between two page tables: of the first the lower table is there already, of the second none."""

ORDER = "map 100 3; move 102 1 140; race 140 1 102 140 0"
RETREAT = "map 100 2; race 100 2 1ff 100 1"


def layouts() -> dict[str, str]:
    """The calls of each layout, by its name."""
    return dict([*_home(), *_elsewhere(), *_family(), *_retreats()])


def _race(start: int, count: int, to: int, page: int, fails: int = 0) -> str:
    return f"race {start:x} {count:x} {to:x} {page:x} {fails:x}"


def _home() -> Iterator[tuple[str, str]]:
    """A range went away and comes home: it merges with what was left of its area."""
    for side, away in (("above", ABOVE), ("below", BELOW)):
        for count, page in ((1, 0), (3, 0), (3, 2)):
            yield (
                f"home-from-{side}-{count}-{page + 1}",
                f"map {HOME:x} {2 + count:x}; move {HOME + 2:x} {count:x} {away:x}; "
                + _race(away, count, HOME + 2, away + page),
            )
    for count in (1, 2):
        yield (
            f"closes-a-hole-{count}",
            f"map {HOME:x} {4 + count:x}; move {HOME + 2:x} {count:x} {ABOVE:x}; "
            + _race(ABOVE, count, HOME + 2, ABOVE),
        )
        yield (
            f"merges-with-next-{count}",
            f"map {HOME:x} {4 + count:x}; move {HOME + 2:x} {count:x} {ABOVE:x}; "
            f"unmap {HOME:x} 2; " + _race(ABOVE, count, HOME + 2, ABOVE),
        )
    yield (
        "bystander",
        f"map {HOME:x} 3; move {HOME + 2:x} 1 {ABOVE:x}; " + _race(ABOVE, 1, HOME + 2, HOME),
    )


def _elsewhere() -> Iterator[tuple[str, str]]:
    """The destination is a new vma, or one that stands first although its pages come later."""
    for side, to in (("above", ABOVE), ("below", BELOW)):
        yield f"fresh-{side}", f"map {HOME:x} 2; " + _race(HOME, 2, to, HOME)
    yield (
        "merges-higher",
        f"map {HOME:x} 5; protect {HOME + 3:x} 2 1; move {HOME + 1:x} 2 {ABOVE:x}; "
        f"protect {HOME + 3:x} 2 3; " + _race(ABOVE + 1, 1, HOME + 2, ABOVE + 1),
    )


def _family() -> Iterator[tuple[str, str]]:
    """Pages that processes share, or that a child or a grandchild has copied."""
    away = f"move {HOME + 2:x} 1 {ABOVE:x}; "
    back = _race(ABOVE, 1, HOME + 2, ABOVE)
    area, copied = f"map {HOME:x} 3; ", f"write {HOME:x} 3; "
    yield "child-shares", f"{area}fork; {away}{back}"
    yield "child-has-written", f"{area}fork; {copied}{away}{back}"
    yield "grandchild", f"{area}fork; {copied}fork; {away}{back}"
    yield "forked-while-away", f"{area}{away}fork; {back}"


def _retreats() -> Iterator[tuple[str, str]]:
    """A page table is not to be had: what has moved must go back."""
    for moved, page in ((1, 0), (2, 0), (2, 1)):
        to = FIRST_BORDER - moved
        yield (
            f"retreat-{moved}-{page + 1}",
            f"map {HOME:x} {moved + 1:x}; " + _race(HOME, moved + 1, to, HOME + page, 1),
        )
    yield "retreat-2nd-table", f"map {HOME:x} 2; " + _race(HOME, 2, SECOND_BORDER - 1, HOME, 2)
    yield (
        "retreat-merged",
        f"map {FIRST_BORDER - 2:x} 3; move {FIRST_BORDER - 1:x} 2 {ABOVE:x}; "
        + _race(ABOVE, 2, FIRST_BORDER - 1, ABOVE, 1),
    )
    yield "retreat-child", f"map {HOME:x} 2; fork; " + _race(HOME, 2, FIRST_BORDER - 1, HOME, 1)
