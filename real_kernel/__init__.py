"""The race on a real kernel: Debian's own, in an emulated machine.

Nothing is installed, no root is needed, and no line of the kernel is changed.  `packages` fetches
and unpacks a kernel and its headers; `build` makes the module that holds two CPUs at chosen
instants (module/lostpage.c) and all of the guest's user space (guest/); `boot` runs it.
"""

import os
from pathlib import Path

HERE = Path(__file__).parent
IN_SOURCES = (HERE.parent / "pyproject.toml").is_file()
COMMAND = "make real-kernel" if IN_SOURCES else "python -m real_kernel"
_USERS = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "vmlesson"
CACHE = (HERE.parent if IN_SOURCES else _USERS) / ".real-kernel"
"""Whatever is fetched and built; it may be deleted at any time."""


class Missing(Exception):
    """Something that this machine lacks: one line that names it, and how to get it."""
