"""What stands behind the claims of chapter 15."""

from register import answer, claim, source

from real_kernel.course import log_of, oops, recorded
from real_kernel.turns import comparable, layout, race
from vmlesson.kernel import NEVER_LOCK
from vmlesson.program import run_program

RECORDED = recorded("linux-6.1")
LAYOUT = layout("map 100 3; move 102 1 140; race 140 1 102 140 0")


@claim("15/flag")
def _() -> None:
    moves = [line for line in RECORDED.splitlines() if " move_page_tables: " in line]
    assert [line[-1] for line in moves] == ["0", "1"]
    assert answer("15/flag") == run_program("v3.3").hits == 1


@claim("15/waits")
def _() -> None:
    result = race(LAYOUT.program(release="v3.7"), "mwwmm")
    assert result.blocked
    assert not result.lost
    assert answer("15/waits") == 2
    assert "asks for the anon_vma lock" in log_of(RECORDED, "order", cure=True)[5]


@claim("15/says")
def _() -> None:
    assert race(LAYOUT.program(release="v3.7", patches=[NEVER_LOCK]), "mwwmm").lost
    assert oops(RECORDED).startswith("kernel BUG at include/linux/swapops.h:")
    assert answer("15/says") == 3


@claim("15/same-lines")
def _() -> None:
    here = race(LAYOUT.program(release="v3.7"), "mwwmm").lines
    assert here == comparable(log_of(RECORDED, "order", cure=True))


source("15/cure", commit="38a76013ad80")
source("15/unmodified", code="real_kernel/module/lostpage.c", release="v6.1")
source("15/known", code="docs/real-kernel.md", release="v6.1, v3.1.3")
