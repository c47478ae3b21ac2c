"""What a learner has done so far: a file of the learner's own, beside the notebooks.

It is read anew whenever it is needed and written whole, under a lock: notebooks that are open at
the same time do not lose each other's entries.  A file that cannot be read is kept under another
name, and a new one is begun. Nothing is ever sent anywhere.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import UserError
from .files import keep_aside, refuse_existing, replace_file, write_file

FILE = ".vmlesson-progress.json"
VERSION = 1
KINDS = ("predictions", "exercises", "chapters", "levels", "drafts")
PATIENCE, STALE = 2.0, 10.0
"""How many seconds to wait for another notebook's write; after how many it must have died."""

Entries = dict[str, dict[str, Any]]


def default_path() -> Path:
    """``VMLESSON_PROGRESS``, or the file in the folder that holds notebooks/, or here."""
    if named := os.environ.get("VMLESSON_PROGRESS"):
        return Path(named)
    here = Path.cwd()
    return next((up for up in (here, *here.parents) if (up / "notebooks").is_dir()), here) / FILE


class Progress:
    """A learner's progress file.

    Args:
        path: where it is; by default `default_path`.
        tell: what is called with a sentence when something is unusual.
    """

    def __init__(self, path: Path | None = None, tell: Callable[[str], None] = print) -> None:
        self.path = path or default_path()
        self.tell = tell

    def entries(self, kind: str) -> Entries:
        """The entries of one of `KINDS`, by name.

        Where there is something that is no file to be read, that is told, and the lesson goes on.
        """
        try:
            found: Entries = self._read()[kind]
        except OSError as error:
            self.tell(f"your progress in {self.path} cannot be read: {error.strerror or error}")
            return {}
        return found

    def note(self, kind: str, name: str, **what: Any) -> None:
        """Keep an entry, with the time, in place of an older one of that name.

        Where the file cannot be written, that is told, and the lesson goes on.
        """
        try:
            with self._lock():
                everything = self._read()
                now = datetime.now().astimezone().isoformat(timespec="seconds")
                everything[kind][name] = what | {"when": now}
                self._write(everything)
        except OSError as error:
            self.tell(f"your progress could not be saved in {self.path}: {error.strerror or error}")

    def export(self, path: str | Path = "my-progress.json") -> Path:
        """Write a copy, to be kept or taken elsewhere; its path.

        Raises:
            UserError: something is there already; it cannot be written.
        """
        path = Path(path)
        refuse_existing(path)
        write_file(path, _as_bytes(self._read()))
        return path

    def bring_in(self, path: str | Path) -> None:
        """Add what another progress file holds; of two entries of one name the later one stays.

        Raises:
            UserError: it cannot be read; one's own cannot be written.
        """
        try:
            others = _checked(Path(path).read_bytes())
        except OSError as error:
            raise UserError(f"cannot read {path}: {error.strerror or error}") from error
        except ValueError as error:
            raise UserError(f"{path} is not a progress file: {error}") from error
        try:
            with self._lock():
                everything = self._read()
                for kind in KINDS:
                    mine, theirs = everything[kind], others[kind]
                    newer = {name: theirs[name] for name in theirs if _is_newer(name, theirs, mine)}
                    everything[kind] = mine | newer
                self._write(everything)
        except OSError as error:
            raise UserError(
                f"{path} cannot be brought into {self.path}: {error.strerror or error}"
            ) from error

    # -- the file

    def _read(self) -> dict[str, Any]:
        try:
            return _checked(self.path.read_bytes())
        except FileNotFoundError:
            return _checked(b"{}")
        except ValueError:
            aside = keep_aside(self.path, "corrupt")
            self.tell(
                f"{self.path.name} cannot be read; it is kept as {aside.name}; a new one is begun"
            )
            return _checked(b"{}")

    def _write(self, everything: dict[str, Any]) -> None:
        replace_file(self.path, _as_bytes(everything))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Nobody else writes meanwhile; one who died in the middle is not waited for for ever."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                with suppress(FileNotFoundError):
                    if time.time() - lock.stat().st_mtime > STALE:
                        lock.unlink()
                        continue
                if time.monotonic() > give_up:
                    raise TimeoutError(f"{lock.name} is held by another notebook") from None
                time.sleep(0.02)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _is_newer(name: str, theirs: Entries, mine: Entries) -> bool:
    return name not in mine or str(theirs[name].get("when")) > str(mine[name].get("when"))


def _checked(data: bytes) -> dict[str, Any]:
    """What a file holds, every kind there.

    Raises:
        ValueError: it is no progress file.
    """
    try:
        found = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict) or found.get("version", VERSION) != VERSION:
        raise ValueError(f"not of version {VERSION}")
    everything: dict[str, Any] = {"version": VERSION} | {
        kind: found.get(kind, {}) for kind in KINDS
    }
    for kind in KINDS:
        entries = everything[kind]
        if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
            raise ValueError(f"its {kind} are not entries by name")
    return everything


def _as_bytes(everything: dict[str, Any]) -> bytes:
    return (json.dumps(everything, indent=1, ensure_ascii=False) + "\n").encode()
