"""What is read from a console, and held against the model."""

import pytest

from real_kernel import predict
from real_kernel.console import death, races
from real_kernel.layouts import ORDER, layouts
from real_kernel.rows import differs, job, probe_row, program_row

CONSOLE = """\
=== jobs
raced order: cure=1 order=mwwmm migrated=1 mremap=ok blocked=1 gave_up=0
 1         0 us  cpu1  walker: page f86e is locked, migration entries stand for it
 2      1307 us  cpu0  mover: copy_vma for 102000, length 1000, pgoff 102
 3      2596 us  cpu1  walker: sets out to find the entries
 4      2815 us  cpu1  walker: visit 1, vma 100000-103000 pgoff 100, address 102000
 5      4851 us  cpu0  mover: move 1, 140000 -> 102000, length 1000, need_rmap_locks=1
 6      4963 us  cpu0  mover: asks for the anon_vma lock, which the walker holds
 7     12031 us  cpu0  mover: move 1 done, 1000 bytes
 8      5573 us  cpu1  walker: visit 2, vma 140000-141000 pgoff 102, address 140000
 9      8942 us  cpu1  walker: walk over after 2 visits, will unlock the page
10     17552 us  cpu0  look: 140000 none
checked order: process 1, 3 pages, 0 lost, 0 wrong
checked order: process 0, 3 pages, 0 lost, 0 wrong
"""


def test_race_that_goes_as_the_model_says() -> None:
    """Once both run on, whose line comes first does not matter."""
    (raced,) = races(CONSOLE)
    assert (raced.name, raced.cure, raced.order, raced.blocked) == ("order", True, "mwwmm", True)
    assert len(raced.log) == 10
    assert differs(raced, predict.race(ORDER, "mwwmm", True)) == ""


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("1, 3 pages, 0 lost", "1, 3 pages, 1 lost", "a page was lost"),
        ("0, 3 pages, 0 lost, 0 wrong", "0, 3 pages, 0 lost, 2 wrong", "2 pages hold something"),
        ("blocked=1", "blocked=0", "the mover did not have to wait"),
        ("gave_up=0", "gave_up=1", "somebody waited for a turn that never came"),
        ("visit 1, vma 100000", "visit 1, vma 101000", "visit 1, vma 101000-103000"),
    ],
)
def test_race_that_goes_otherwise(old: str, new: str, difference: str) -> None:
    (raced,) = races(CONSOLE.replace(old, new))
    assert difference in differs(raced, predict.race(ORDER, "mwwmm", True))


def test_death() -> None:
    assert death(CONSOLE) is None
    console = (
        "touch 0x102000: [    2.3] kernel BUG at include/linux/swapops.h:557!\n"
        "[    2.4] RIP: 0010:migration_entry_wait_on_locked+0x264/0x300\n"
    )
    where = death(console)
    assert where == ("include/linux/swapops.h:557", "migration_entry_wait_on_locked")


def test_job() -> None:
    assert job("x", "map 100 2", "mw", False, 10) == "x 0 10 mend mw; map 100 2"
    assert all(len(each) < 60 for each in layouts()), "guest/race.c has room for so much"


@pytest.mark.parametrize(
    ("hits", "unlike"),
    [("a=1 b=2", ""), ("a=1 b=0", "never hit: b"), ("", "never hit: all")],
)
def test_probe_that_is_never_hit(hits: str, unlike: str) -> None:
    """A function can be there, and inlined where it matters."""
    assert probe_row(f"=== hits\n{hits}\n=== touch\n").unlike == unlike


@pytest.mark.parametrize(
    ("flags", "ok", "unlike"),
    [
        ((0, 1), "ok", ""),
        ((0, 0), "ok", "need_rmap_locks of its mremaps is different"),
        ((0,), "ok", "need_rmap_locks of its mremaps is different"),
        ((0, 1), "error", "the program did not say ok"),
    ],
)
def test_the_commits_program(flags: tuple[int, ...], ok: str, unlike: str) -> None:
    """6.1 sets the flag where 3.3 calls anon_vma_moveto_tail: for the second mremap."""
    calls = "".join(f"x [0] 1.0: move_page_tables: (m) need_rmap_locks={flag}\n" for flag in flags)
    assert program_row(f"=== program\n{ok}\n{calls}").unlike == unlike
