"""Where the course is; writing a file so that it is there whole or not at all."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from .errors import UserError

_PACKAGE = Path(__file__).resolve().parent


def course_root() -> Path:
    """The folder above notebooks/: in an installed package, or the checkout."""
    installed = _PACKAGE / "course"
    return installed if installed.is_dir() else _PACKAGE.parent


def refuse_existing(path: Path, force: bool = False) -> None:
    """Nothing of the user's is overwritten unless asked for.

    Raises:
        UserError: there is something at `path`, and `force` is not given.
    """
    if os.path.lexists(path) and not force:
        raise UserError(f"{path} exists; name another file, or give force (--force)")


def replace_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Put `data`, or pieces of it, at `path`: all of it or nothing.

    A link stays, and what it leads to is replaced; a file's mode stays; a device is written to.

    Raises:
        OSError: it cannot be written; there is no such directory.
    """
    pieces = [data] if isinstance(data, bytes) else data
    if path.exists() and not path.is_file():
        with path.open("wb") as there:
            there.writelines(pieces)
        return
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as file:  # not through a link that somebody has put there
            if path.exists():
                shutil.copymode(path, part)  # before there is anything to be read
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())  # a full disk may say so only here
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """As `replace_file`, of a file that a user named.

    Raises:
        UserError: it cannot be written.
    """
    try:
        replace_file(path, data)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error


def keep_aside(path: Path, mark: str) -> Path:
    """Rename a file to the first free name beside it that has `mark` in it; the new path."""
    aside = next(
        each for each in map(path.with_name, variants(path.name, mark)) if not os.path.lexists(each)
    )
    return path.rename(aside)


def variants(name: str, mark: str) -> Iterator[str]:
    """``a.mark.ipynb``, ``a.mark2.ipynb``, ``a.mark3.ipynb``, ... for ``a.ipynb``."""
    path = PurePosixPath(name)
    for count in itertools.count(1):
        yield f"{path.with_suffix('')}.{mark}{count if count > 1 else ''}{path.suffix}"
