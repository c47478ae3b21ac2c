"""Open the course in JupyterLab: a copy of it, in which a learner's work is never lost.

The copy keeps a manifest of what was delivered. On the next update a file that still is what was
delivered is replaced by its new version; beside one that the learner changed the new version is
put under a name of its own. Changed means that the cells differ: what JupyterLab rewrites by
itself (outputs, counts, ids, metadata) does not count.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from vmlesson.errors import UserError
from vmlesson.files import course_root, keep_aside, replace_file, variants
from vmlesson.progress import FILE as PROGRESS

MANIFEST = ".vmlesson-manifest.json"
PARTS = ("notebooks", "exercises")
SOLUTIONS = "solutions"

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Digest:
    """What identifies one version of a file.

    ``text`` covers what people write, of a notebook the types and sources of the cells that are
    not blank (running the last cell adds a blank one); ``exact`` covers every byte.
    """

    text: str
    exact: str

    @classmethod
    def of(cls, name: str, data: bytes) -> "Digest":
        exact = text = hashlib.sha256(data).hexdigest()
        if name.endswith(".ipynb"):
            # Bytes that are not a notebook are their own text, and so differ from any delivered.
            with suppress(ValueError, TypeError, KeyError, RecursionError):
                cells = [
                    (cell["cell_type"], "".join(cell["source"]))
                    for cell in json.loads(data)["cells"]
                ]
                written = [cell for cell in cells if cell[1].strip()]
                text = hashlib.sha256(json.dumps(written).encode()).hexdigest()
        return cls(text, exact)


def course_files(*, solutions: bool = False) -> dict[str, Path]:
    """Every file of the course by its name in a copy (with ``/``), in order.

    Raises UserError if the solutions are asked for and this installation has none.
    """
    root = course_root()
    if solutions and not (root / SOLUTIONS).is_dir():
        raise UserError(
            "--solutions: an installed vmlesson has no solutions; "
            "they are in solutions/ of the project's source repository, use it from there"
        )
    names = {}
    for part in (*PARTS, *([SOLUTIONS] if solutions else [])):
        for path in sorted((root / part).rglob("*")):
            name = path.relative_to(root)
            hidden = any(step.startswith((".", "__pycache__")) for step in name.parts)
            if path.is_file() and not hidden:
                names[name.as_posix()] = path
    return names


def update(course: Mapping[str, Path], copy: Path, tell: Callable[[str], None] = print) -> None:
    """Bring ``copy`` up to date with ``course`` (see `course_files`); ``tell`` the news, by line.

    Raises UserError if ``copy`` is not a directory or cannot be written; what the learner wrote
    is then as it was, and the next update goes on from there.
    """
    copy = copy.absolute()
    if copy.exists() and not copy.is_dir():
        raise UserError(f"{copy} is a file; name a directory for your copy of the course")
    try:
        _deliver(course, copy, tell)
    except OSError as error:
        raise UserError(
            f"{error.filename or copy}: {error.strerror}; nothing of yours was touched: "
            "make room or allow writing there, or name another directory, `vmlesson lab DIR`"
        ) from error


def _deliver(course: Mapping[str, Path], copy: Path, tell: Callable[[str], None]) -> None:
    manifest = copy / MANIFEST
    delivered: dict[str, Digest] = {}
    with suppress(FileNotFoundError):
        text = manifest.read_bytes()
        try:
            files = json.loads(text)["files"].items()
            delivered = {name: Digest(**digests) for name, digests in files}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            aside = keep_aside(manifest, "corrupt").name
            tell(f"{MANIFEST} cannot be read and is kept as {aside}; what differs counts as yours")

    added = updated = 0
    for name, source in course.items():
        data = source.read_bytes()
        new, old, mine = Digest.of(name, data), delivered.get(name), _digest(copy, name)
        if mine is None:
            _write(copy / name, data)
            added += 1
            if old is not None:
                tell(f"{name} was missing and is back")
        elif mine.text == new.text or (old is not None and mine.text == old.text):
            if old is not None and old.exact != new.exact:
                _write(copy / name, data)
                updated += 1
        elif old is None or old.text != new.text:
            beside = _free_name(copy, name, new, delivered)
            _write(copy / beside, data)
            delivered[beside] = new
            tell(f"{name} has your changes and stays; the new version is beside it: {beside}")
        delivered[name] = new

    files = {name: asdict(digest) for name, digest in sorted(delivered.items())}
    _write(manifest, json.dumps({"files": files}, indent=1).encode())
    tell(f"the course is in {copy}: {added} files added, {updated} updated")


def _digest(copy: Path, name: str) -> Digest | None:
    try:
        return Digest.of(name, (copy / name).read_bytes())
    except FileNotFoundError:
        return None


def _free_name(copy: Path, name: str, new: Digest, delivered: Mapping[str, Digest]) -> str:
    """The first name beside ``name`` that is free, or whose file the learner did not edit."""
    for beside in variants(name, "new"):
        there = _digest(copy, beside)
        if there is None or there.text == new.text:
            return beside
        if beside in delivered and there.text == delivered[beside].text:
            return beside
    raise AssertionError("the names beside a file do not end")


def sources() -> Path:
    """The directory in which the course is edited: the checkout.

    Raises UserError from an installed package, whose course the next installation replaces.
    """
    root = course_root()
    if root.parent == _PACKAGE:
        raise UserError(
            "--edit: an installed vmlesson has no sources to edit; "
            "use it from the project's source repository, `make edit`"
        )
    return root


def refuse_sources(copy: Path) -> None:
    """Raise UserError if ``copy`` is where the course itself is kept."""
    root, copy = course_root(), copy.resolve()
    for own in (root, *(root / part for part in (*PARTS, SOLUTIONS))):
        if copy == own or (own != root and own in copy.parents):
            raise UserError(
                f"{copy} holds the course's sources; name another directory for your copy, "
                "or edit them with `vmlesson lab --edit`"
            )


def open_lab(directory: Path, *, browser: bool = True, port: int | None = None) -> int:
    """Run JupyterLab on ``directory`` until it is stopped; return its exit status.

    It listens on 127.0.0.1 alone and prints its address with its token. The user's own Jupyter
    configuration stays in force; below it, news and update checks are off.
    """
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1"]
    command.append(f"--ServerApp.root_dir={directory.absolute()}")
    pages = sorted(directory.glob("notebooks/*.ipynb"))
    if (directory / PROGRESS).exists():  # not the first day: where you were
        pages = [page for page in pages if page.stem == "index"] or pages
    if pages:
        page = quote(pages[0].relative_to(directory).as_posix())
        command.append(f"--LabApp.default_url=/lab/tree/{page}")
    if not browser:
        command.append("--no-browser")
    if port is not None:
        command += [f"--port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container root is the ordinary user

    environment = dict(os.environ)
    paths = [environment.get("JUPYTER_CONFIG_PATH"), str(_PACKAGE / "jupyter_config")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(path for path in paths if path)
    # A python3 kernel in the user's home may be another Python, which has no vmlesson.
    environment.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    # So that after a restart, too, a cell that was run too early says which to run first.
    environment.setdefault("PYTHONSTARTUP", str(_PACKAGE / "learn" / "startup.py"))

    server = subprocess.Popen(command, env=environment)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    while True:
        # Ctrl-C reaches JupyterLab as well, which asks whether to stop.
        with suppress(KeyboardInterrupt):
            return server.wait()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, data)
