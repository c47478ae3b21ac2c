"""What stands behind the claims of chapter 12."""

import re

from register import answer, claim, source

from vmlesson.kernel import Kernel
from vmlesson.kernel.audit import slots_of
from vmlesson.live import RECORDED, play

MERGE = "A.mmap(0); A.mmap(1, 1, 'rwx'); A.write(1); A.mprotect(1, 1, 'rw')"


@claim("12/frames")
def _() -> None:
    task = Kernel("running").spawn("A")
    play("A.mmap(0, 4); [A.write(page) for page in range(4)]", task)
    before = {pte.page for _, pte in slots_of(task.mm)}
    play("A.mremap(2, 2, to=20)", task)
    after = {pte.page for _, pte in slots_of(task.mm)}
    assert answer("12/frames") == len(after - before) == 0
    assert len(before) == 4


@claim("12/merges", "12/once")
def _() -> None:
    assert answer("12/merges") == 2
    ranges = {
        release: play(MERGE, Kernel(release).spawn("A"))["A"].ranges()
        for release in ("v3.3", "running")
    }
    assert ranges == {"v3.3": "0-1 rw, 1-2 rw", "running": "0-2 rw"}


@claim("12/carried")
def _() -> None:
    assert answer("12/carried") == 1
    lines = re.findall(r"(\w+)_migration_pte: +addr=\w*(f\w{6})\b", RECORDED["trace"])
    assert sorted(lines) == [
        ("remove", "fecc000"),
        ("remove", "fecc000"),
        ("set", "f0cc000"),
        ("set", "fecc000"),
    ]


source("12/carried-locked", commit="38a76013ad80")
