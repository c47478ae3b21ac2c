"""A stock kernel and its headers, fetched as packages and unpacked, never installed."""

import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import CACHE, Missing

META = "linux-image-cloud-amd64"
"""Debian's kernel for virtual machines: a third of the size of the other."""
MEGABYTES = 300
"""What the cache takes while it is being filled."""
NEEDED = ("SMP", "NUMA", "MIGRATION", "MODULES", "KPROBES", "KRETPROBES", "KPROBE_EVENTS")
SECONDS = 300


def kernel() -> str:
    """The release of the kernel in the cache, which is filled if it is empty.

    Raises:
        Missing: it cannot be had here.
    """
    if platform.machine() != "x86_64":
        raise Missing(f"the module reads x86-64's argument registers; this is {platform.machine()}")
    if not (CACHE / "root").is_dir():
        fetch()
    (config,) = (CACHE / "root" / "boot").glob("config-*")
    refuse_without(config.read_text(encoding="utf-8"), config.name)
    return config.name.removeprefix("config-")


def refuse_without(config: str, name: str) -> None:
    """Raise Missing if a kernel was configured without something that the race needs."""
    lacking = [each for each in NEEDED if f"\nCONFIG_{each}=y\n" not in f"\n{config}\n"]
    if lacking:
        raise Missing(f"{name.replace('config-', 'Linux ')} was built without {', '.join(lacking)}")


def fetch() -> None:
    """Fill the cache, or leave it as it was."""
    for program in ("apt-cache", "apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise Missing(f"no {program}: the kernel is fetched as a Debian package")
    CACHE.mkdir(exist_ok=True)
    free = shutil.disk_usage(CACHE).free >> 20
    if free < MEGABYTES:
        raise Missing(f"{free} MB are free in {CACHE}, but the kernel needs {MEGABYTES}")
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=CACHE) as name:
        there = Path(name)
        _run(["apt-get", "download", "-q", *wanted()], there)
        for package in there.glob("*.deb"):
            _run(["dpkg-deb", "-x", package.name, "root"], there)
        (there / "root").rename(CACHE / "root")


def wanted() -> list[str]:
    """The names of the packages: what the meta-package stands for now, and what builds a module."""
    image = _depends(META, r"linux-image-\d\S*")
    headers = image.replace("-image-", "-headers-")
    common = headers.removesuffix("-cloud-amd64") + "-common"
    return [image, headers, common, _depends(headers, r"linux-kbuild-\S+")]


def _depends(package: str, pattern: str) -> str:
    listed = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True)
    found = re.search(rf"Depends: ({pattern})", listed.stdout)
    if found is None:
        raise Missing(f"apt knows no {package}: it is Debian's; run apt-get update, or use Debian")
    return found[1]


def _run(command: list[str], where: Path) -> None:
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Missing(f"{command[0]} took more than {SECONDS} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise Missing(f"{' '.join(command[:2])}: {said[-1]}")
