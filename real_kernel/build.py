"""The module, the guest's programs, and the archive that the kernel takes for its disk."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from vmlesson.live.experiments import C_PROGRAM

from . import CACHE, HERE, Missing

PROGRAMS = {
    "race": HERE / "guest" / "race.c",
    "commit_program": C_PROGRAM,
}
FLAGS = ("-O2", "-Wall", "-Wextra", "-static-pie", "-pthread")
TOOLS = {
    "gcc": "gcc libc6-dev",
    "make": "make",
    "busybox": "busybox-static",
    "qemu-system-x86_64": "qemu-system-x86",
}
"""What has to be installed, and the package that has it."""


def refuse_without_tools() -> None:
    """Raise Missing if a program is not there."""
    lacking = [package for program, package in TOOLS.items() if shutil.which(program) is None]
    if lacking:
        raise Missing(f"run apt-get install --no-install-recommends {' '.join(lacking)}")


def guest(kernel: str) -> Path:
    """The guest's archive for that kernel, made if a source is newer."""
    archive = CACHE / "guest.cpio.gz"
    sources = [*PROGRAMS.values(), *(HERE / "guest").iterdir(), *(HERE / "module").iterdir()]
    newest = max(source.stat().st_mtime for source in [*sources, CACHE / "root" / "boot"])
    if archive.exists() and archive.stat().st_mtime > newest:
        return archive
    with tempfile.TemporaryDirectory(prefix="build-", dir=CACHE) as name:
        there = Path(name)
        disk = there / "disk"
        for directory in ("bin", "proc", "sys", "dev", "tmp"):
            (disk / directory).mkdir(parents=True)
        shutil.copy(module(kernel, there), disk)
        for program, source in PROGRAMS.items():
            _run(
                ["gcc", *FLAGS, "-o", str(disk / "bin" / program), str(source)],
            )
        shutil.copy(str(shutil.which("busybox")), disk / "bin")
        shutil.copy(HERE / "guest" / "init", disk)
        (disk / "init").chmod(0o755)
        (there / "done").write_bytes(pack(disk))
        (there / "done").replace(archive)
    return archive


def module(kernel: str, there: Path) -> Path:
    """Build the module for that kernel, in a directory."""
    headers = CACHE / "root" / "usr" / "src" / f"linux-headers-{kernel}"
    # They name their common part by the place where it would be installed.
    makefile = headers / "Makefile"
    text = makefile.read_text(encoding="utf-8")
    moved = re.sub(r"\S*/usr/src/", f"{CACHE / 'root'}/usr/src/", text)
    if moved != text:
        makefile.write_text(moved, encoding="utf-8")
    shutil.copytree(HERE / "module", there / "module")
    # Types for BPF are of no use here, and want a program more (pahole) from 6.12 on.
    without = "CONFIG_DEBUG_INFO_BTF_MODULES="
    _run(["make", "-s", "-C", str(headers), without, f"M={there / 'module'}", "modules"])
    built = there / "module" / "lostpage.ko"
    _run(["strip", "--strip-debug", str(built)])
    return built


def pack(directory: Path) -> bytes:
    """A directory as the kernel unpacks it at boot."""
    script = "find . | busybox cpio -o -H newc 2>/dev/null | gzip -1"
    return subprocess.run(
        ["sh", "-c", script], cwd=directory, check=True, capture_output=True
    ).stdout


def files(contents: Mapping[str, Sequence[str]]) -> bytes:
    """An archive of a few files, given by their lines, to come behind the guest's own."""
    with tempfile.TemporaryDirectory() as there:
        for name, lines in contents.items():
            text = "".join(f"{line}\n" for line in lines)
            Path(there, name).write_text(text, encoding="utf-8")
        return pack(Path(there))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if re.search("error:|not found", line)]
        why = (said or done.stderr.splitlines() or [f"exit {done.returncode}"])[0]
        raise Missing(f"{command[0]} cannot build the guest: {why.strip()}")
