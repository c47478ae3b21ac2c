"""What make real-kernel says where it cannot be tried: one line, and nothing is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from real_kernel import Missing, __main__, boot, build, packages

ROOT = Path(__file__).parents[2]
CONFIG = "".join(f"CONFIG_{each}=y\n" for each in packages.NEEDED)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the whole PATH, and an empty cache."""
    there = tmp_path / "bin"
    there.mkdir()
    for name in ("sh", "cat", "sleep", "touch", "mkdir", "echo"):
        (there / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(there))
    cache = tmp_path / "cache"
    for module in (packages, build, boot):
        monkeypatch.setattr(module, "CACHE", cache)
    return there


def script(programs: Path, name: str, text: str) -> None:
    (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    (programs / name).chmod(0o755)


def tools(programs: Path, *without: str) -> None:
    """Programs of the names of those that are needed, which do nothing."""
    for name in build.TOOLS.keys() - set(without):
        script(programs, name, "exit 0")


def apt(programs: Path, download: str = "touch linux-image.deb") -> None:
    """An apt that knows the packages, and downloads them so."""
    script(
        programs,
        "apt-cache",
        'case "$2" in\n'
        '*image*) echo "  Depends: linux-image-9.9-cloud-amd64" ;;\n'
        '*) echo "  Depends: linux-kbuild-9.9" ;; esac',
    )
    script(programs, "apt-get", download)
    script(
        programs,
        "dpkg-deb",
        "mkdir -p root/boot\ntouch root/boot/config-9.9-cloud-amd64",
    )


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a run that was skipped."""
    assert __main__.main([]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.startswith("skipped: ")
    return output.err


@pytest.mark.parametrize(("lacks", "package"), sorted(build.TOOLS.items()))
def test_program(
    programs: Path, capsys: pytest.CaptureFixture[str], lacks: str, package: str
) -> None:
    tools(programs, lacks)
    assert f"apt-get install --no-install-recommends {package}\n" in said(capsys)


def test_architecture(
    programs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tools(programs)
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert "this is aarch64" in said(capsys)


def test_other_distribution(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tools(programs)
    assert "no apt-cache: the kernel is fetched as a Debian package" in said(capsys)


def test_package_that_has_vanished(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tools(programs)
    apt(programs)
    script(programs, "apt-cache", "exit 0")
    assert f"apt knows no {packages.META}" in said(capsys)


def test_failed_download(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tools(programs)
    apt(programs, "echo half > linux-image.deb\necho 'E: Failed to fetch' >&2\nexit 100")
    assert "apt-get download: E: Failed to fetch" in said(capsys)
    assert not list(packages.CACHE.iterdir())


def test_full_disk(
    programs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tools(programs)
    apt(programs)
    monkeypatch.setattr(packages, "MEGABYTES", 1 << 40)
    assert f"but the kernel needs {1 << 40}" in said(capsys)
    assert not list(packages.CACHE.iterdir())


@pytest.mark.parametrize("option", packages.NEEDED)
def test_kernel_without(option: str) -> None:
    packages.refuse_without(CONFIG, "config-9.9")
    lacking = CONFIG.replace(f"CONFIG_{option}=y", f"# CONFIG_{option} is not set")
    with pytest.raises(Missing, match=rf"^Linux 9\.9 was built without {option}$"):
        packages.refuse_without(lacking, "config-9.9")


def test_changed_headers(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A package whose content is another one is a skip, too."""
    tools(programs)
    apt(programs)
    assert "built without" in said(capsys)


@pytest.mark.parametrize(
    "error", ["lostpage.c:53:2: error: #error it knows no such Linux", "sh: 1: gcc-14: not found"]
)
def test_module_that_cannot_be_built(
    programs: Path, capsys: pytest.CaptureFixture[str], error: str
) -> None:
    """The line that says why is told, not the first nor the last one."""
    tools(programs)
    apt(programs)
    headers = packages.CACHE / "root" / "usr" / "src" / "linux-headers-9.9-cloud-amd64"
    headers.mkdir(parents=True)
    (headers / "Makefile").touch()
    boot_directory = packages.CACHE / "root" / "boot"
    boot_directory.mkdir()
    (boot_directory / "config-9.9-cloud-amd64").write_text(CONFIG, encoding="utf-8")
    script(
        programs,
        "make",
        f"printf 'scripts/error.o: a warning\\n{error}\\nmake: *** Error 2' >&2; exit 2",
    )
    assert said(capsys) == f"skipped: make cannot build the guest: {error}\n"


def test_guest_that_hangs(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed after a while, and what it has said is shown."""
    script(programs, "machine", "echo booted\nexec sleep 1000")
    monkeypatch.setattr(boot, "SILENCE", 0.5)
    with pytest.raises(boot.Stuck, match=r"nothing for 0\.5 s; the last was: booted") as stuck:
        boot.listen(["machine"], lambda line: None)
    assert stuck.value.console == "booted\n"


@pytest.mark.parametrize("boots", [1, 2, 3])
def test_guest_that_does_not_boot(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boots: int
) -> None:
    """It is given a second chance, and no third; what it said is shown."""
    tools(programs)
    script(
        programs,
        "qemu-system-x86_64",
        f"echo x >> {tmp_path}/boots\nset -- $(cat {tmp_path}/boots)\n"
        f'[ $# -lt {boots} ] && echo panic || echo "=== booted Linux 9.9, 2 CPUs"',
    )
    (tmp_path / "guest").touch()
    monkeypatch.setattr(boot, "kernel", lambda: "9.9")
    monkeypatch.setattr(boot, "guest", lambda release: tmp_path / "guest")
    monkeypatch.setattr(boot, "files", lambda contents: b"")
    if boots <= boot.ATTEMPTS:
        assert boot.boot(["hits"], lambda line: None) == "=== booted Linux 9.9, 2 CPUs\n"
    else:
        with pytest.raises(boot.Stuck, match=r"ended 2 times before it had booted.*: panic"):
            boot.boot(["hits"], lambda line: None)


def test_interrupt(programs: Path) -> None:
    """Ctrl-C leaves no machine."""
    script(programs, "machine", "echo $$\nexec sleep 1000")
    code = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job behind & ignores it
        "from real_kernel.boot import listen\n"
        "listen(['machine'], lambda line: print(line, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    ) as process:
        assert process.stdout is not None
        machine = int(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
    with pytest.raises(ProcessLookupError):
        os.kill(machine, 0)
