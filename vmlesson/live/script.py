"""Calls in page numbers, and the script that they leave: short to write, short to read.

    A.mmap(0, 2)
    A.write(0)
    B = A.fork()
    B.mremap(0, 1, to=20)

Page 0 is the first page of the arena; half a page is half a page.  `Pages` does it on any process:
on one of the model, on one of the running kernel, or on both at once, as the tests do.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from ..errors import UserError
from ..kernel import MREMAP_FIXED, MREMAP_MAYMOVE, PAGE_SIZE, PROT_EXEC, PROT_READ, PROT_WRITE
from ..kernel.mprotect import PROT_GROWSDOWN, PROT_GROWSUP, PROT_SEM
from .machine import ARENA, ARENA_END, Range

RIGHTS = {
    "r": PROT_READ,
    "w": PROT_WRITE,
    "x": PROT_EXEC,
    "s": PROT_SEM,
    "d": PROT_GROWSDOWN,
    "u": PROT_GROWSUP,
    "?": 0x10,
}


class Pages:
    """A process whose calls count in pages.  They do not raise OSError, but return its name.

    ``members`` are the processes of its script, by name, ``lines`` the script so far.
    """

    def __init__(self, task: Any, name: str = "A", parent: Pages | None = None) -> None:
        self.task = task
        self.name = name
        self.members: dict[str, Pages] = {} if parent is None else parent.members
        self.lines: list[str] = [] if parent is None else parent.lines
        self.members[name] = self

    def __repr__(self) -> str:
        return f"{self.name}: {self.ranges()}"

    def ranges(self) -> str:
        """Its mappings in the arena: "0-2 rw, 5-6 r" is [0, 2) and [5, 6)."""
        maps = [tuple(each)[:3] for each in self.task.maps() if ARENA <= each[0] < ARENA_END]
        return ranges(maps)

    def mmap(
        self,
        page: float,
        pages: float = 1,
        rights: str = "rw",
        fixed: bool = True,
        noreserve: bool = False,
    ) -> str:
        """Map; without `fixed` the page is a hint; `noreserve` is MAP_NORESERVE."""
        text = f"mmap({page}, {pages}, {rights!r}{'' if fixed else ', fixed=False'}"
        text += ", noreserve=True)" if noreserve else ")"
        place = pages_in_bytes(pages), address_of(page), rights_of(rights), fixed, noreserve
        return self._do(text, self.task.mmap, *place)

    def munmap(self, page: float, pages: float = 1) -> str:
        span = address_of(page), pages_in_bytes(pages)
        return self._do(f"munmap({page}, {pages})", self.task.munmap, *span)

    def mprotect(self, page: float, pages: float, rights: str) -> str:
        """Change access rights: some of "rwx", or "" for none."""
        span = address_of(page), pages_in_bytes(pages), rights_of(rights)
        return self._do(f"mprotect({page}, {pages}, {rights!r})", self.task.mprotect, *span)

    def mremap(
        self,
        page: float,
        pages: float,
        new_pages: float | None = None,
        to: float | None = None,
        flags: int | None = None,
        home: float | None = None,
    ) -> str:
        """Resize in place, or move `to` a page.

        Other `flags` may be given; what the kernel then places outside of the arena is moved on to
        `home`, by a process that knows how.
        """
        new = pages if new_pages is None else new_pages
        text = f"mremap({page}, {pages}, {new}" + "".join(
            f", {name}={value}"
            for name, value in (("to", to), ("flags", flags), ("home", home))
            if value is not None
        )
        if flags is None:
            flags = 0 if to is None else MREMAP_MAYMOVE | MREMAP_FIXED
        place = address_of(page), pages_in_bytes(pages), pages_in_bytes(new), flags
        target = None if to is None else address_of(to)
        where = () if home is None else (address_of(home),)
        return self._do(f"{text})", self.task.mremap, *place, target, *where)

    def write(self, page: int, data: bytes = b"?") -> str:
        """Write to the page, as a program does."""
        text = f"write({page}{'' if data == b'?' else f', {data!r}'})"
        return self._do(text, self.task.write, address_of(page), data)

    def read(self, page: int) -> str:
        """Read from the page, as a program does."""
        return self._do(f"read({page})", self.task.read, address_of(page), 8)

    def fork(self) -> Pages:
        """A child; its name is the next letter."""
        name = chr(ord("A") + len(self.members))
        self.lines.append(f"{name} = {self.name}.fork()")
        return Pages(self.task.fork(name), name, self)

    def exit(self) -> None:
        self.lines.append(f"{self.name}.exit()")
        self.task.exit()

    def _do(self, text: str, call: Callable[..., Any], *arguments: Any) -> str:
        self.lines.append(f"{self.name}.{text}")
        try:
            call(*arguments)
        except OSError as error:
            name = errno.errorcode[error.errno or 0]
            self.lines[-1] += f"  # {name}"
            return name
        return ""


def play(script: str, task: Any) -> dict[str, Pages]:
    """Do what a script says on a process, A; all processes by name."""
    first = Pages(task)
    exec(script, {"A": first})
    return first.members


def address_of(page: float) -> int:
    """The address of a page of the arena."""
    return ARENA + pages_in_bytes(page)


def page_number(address: int) -> int:
    """The number of the page at `address`, counted from the arena's start."""
    return (address - ARENA) // PAGE_SIZE


def ranges(maps: list[Range]) -> str:
    """Mappings of the arena in page numbers: "0-2 rw, 5-6 r" is [0, 2) and [5, 6)."""
    return ", ".join(
        f"{page_number(start)}-{page_number(end)} {perms.replace('-', '').rstrip('p') or 'none'}"
        for start, end, perms in maps
    )


def pages_in_bytes(pages: float) -> int:
    """A length in bytes."""
    if not isinstance(pages, int | float):
        raise UserError(f"{pages!r} is neither a number of pages nor the number of one")
    return int(pages * PAGE_SIZE)


def rights_of(letters: str) -> int:
    """The PROT_ bits of some of "rwx"; "s", "d", "u" and "?" are those that hardly anybody uses."""
    if strange := set(letters) - RIGHTS.keys():
        raise UserError(f"{letters!r} has {', '.join(sorted(strange))}; rights are some of r, w, x")
    return sum(RIGHTS[letter] for letter in letters)
