"""One boot of the kernel in an emulated machine: two CPUs, two memory nodes, no KVM, no network."""

import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from . import CACHE
from .build import files, guest, refuse_without_tools
from .packages import kernel

ARGUMENTS = (
    "console=ttyS0 quiet mitigations=off numa_balancing=disable oops=panic panic=-1"
    " no_timer_check nowatchdog"  # a busy host makes emulated timers late
)
BOOTED = "=== booted Linux "
ATTEMPTS = 2
SILENCE = 120
"""Seconds without a line after which the guest counts as hung."""


class Stuck(RuntimeError):
    """The guest did not boot, or went silent and was killed; `console` is what it had said."""

    def __init__(self, why: str, console: str) -> None:
        last = console.strip().splitlines()[-1:] or ["nothing at all"]
        super().__init__(f"{why}; the last was: {last[0]}")
        self.console = console


def boot(
    steps: Sequence[str],
    heard: Callable[[str], object],
    jobs: Sequence[str] = (),
    touch: Sequence[str] = (),
) -> str:
    """Boot, do the steps of guest/init, and return what the console said.

    A guest that ends before it comes to its first step is booted once more.

    Args:
        steps: lines for guest/init.
        heard: is told every line as it comes.
        jobs, touch: lines for guest/race.c, for the steps of these names.

    Raises:
        Missing: something that this machine lacks.
        Stuck: the guest did not boot, or went silent.
    """
    refuse_without_tools()
    release = kernel()
    archive = guest(release)
    image = CACHE / "root" / "boot" / f"vmlinuz-{release}"
    with tempfile.NamedTemporaryFile() as disk:
        disk.write(archive.read_bytes())
        disk.write(files({"steps": steps, "jobs": jobs, "touch": touch}))
        disk.flush()
        for _ in range(ATTEMPTS):
            console = listen(machine(image, Path(disk.name)), heard)
            if BOOTED in console:
                return console
        raise Stuck(f"the guest ended {ATTEMPTS} times before it had booted", console)


def machine(image: Path, disk: Path) -> list[str]:
    """The command that emulates it."""
    nodes = []
    for node in "01":
        nodes += ["-object", f"memory-backend-ram,id=m{node},size=256M"]
        nodes += ["-numa", f"node,memdev=m{node},cpus={node}"]
    return [
        *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max"),
        *("-smp", "2,sockets=2", "-m", "512M", *nodes),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-serial", "stdio", "-kernel", str(image), "-initrd", str(disk), "-append", ARGUMENTS),
    ]


def listen(command: list[str], heard: Callable[[str], object]) -> str:
    """What a machine says until its end; whatever happens, none is left.

    Raises:
        Stuck: it was silent for too long.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    said: list[str] = []
    deadline = time.monotonic() + SILENCE
    try:
        while True:
            try:
                line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Stuck(f"the guest said nothing for {SILENCE} s", "".join(said)) from None
            if line is None:
                return "".join(said)
            deadline = time.monotonic() + SILENCE
            said.append(line)
            heard(line.rstrip("\n"))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        process.stdout.close()


def _read(stream: Iterable[str], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line.replace("\r", ""))
    lines.put(None)
