"""The commit's program: what it prints, and what it does to the address space."""

import pytest

from vmlesson.errors import UserError
from vmlesson.kernel import Kernel
from vmlesson.program import run_program

MIB = 1 << 20
SMALL = 16 << 10
RELEASES = ("v3.0", "v3.1", "v3.2", "v3.3")


@pytest.mark.parametrize("release", RELEASES)
def test_it_is_ok_on_every_release(release: str) -> None:
    run = run_program(release, SMALL)
    assert run.ok
    assert "ok" in str(run).splitlines()
    assert f"{run.address:#x}" in str(run)


def test_it_is_not_ok_where_a_move_loses_what_was_written() -> None:
    async def move_ptes(*_: object) -> None:
        """Leave the ptes where they are: they are unmapped with the source."""

    run = run_program(size=SMALL, kernel=Kernel("v3.3", [move_ptes]))
    assert run.problem == "error: p and p2 differ after the second mremap"
    assert not run.ok
    assert "ok" not in str(run).splitlines()


def test_the_function_is_hit_once_by_the_second_mremap() -> None:
    run = run_program("v3.3")
    assert run.hits == 1
    assert [moment.hits for moment in run.moments] == [0, 0, 0, 0, 0, 1]
    assert "100.00%  anon_vma_moveto  [kernel.kallsyms]  [k] anon_vma_moveto_tail" in str(run)


def test_older_releases_have_no_such_function() -> None:
    run = run_program("v3.2", SMALL)
    assert "Linux v3.2 has no such function" in str(run)
    assert "100.00%" not in str(run)
    assert run.ok


def test_another_function_can_be_probed() -> None:
    run = run_program("v3.2", SMALL, probe="copy_vma")
    assert run.hits == 2
    assert "[k] copy_vma" in str(run)


def test_the_vmas_and_the_list_after_each_call_are_those_of_the_facts() -> None:
    """The program's vmas, call by call: one vma; then V, U, N, W; then case 1 leaves V and U."""
    run = run_program("v3.3")
    size, half, p = 4 * MIB, 2 * MIB, run.address
    first, second, third, filled, away, home = run.moments
    for moment in (first, second, third, filled):
        assert len(moment.maps) == len(moment.walk) == 1
    low, high = filled.maps[0].start, filled.maps[0].end
    assert low < first.maps[0].start
    assert third.maps == filled.maps

    p3 = next(line.start for line in away.maps if line.end - line.start == half)
    v, u, n, w = (low, p3), (p3 + half, p + half), (p3, p3 + half), (p + size, high)
    assert [(line.start, line.end) for line in away.maps] == sorted((v, u, n, w))
    assert away.walk == tuple(f"{start:x}-{end:x}" for start, end in (v, u, n, w))
    assert [(line.start, line.end) for line in home.maps] == [v, (u[0], high)]


@pytest.mark.parametrize(("size", "fail_at", "hits"), [(4 * MIB, 1, 1), (8 * MIB, 2, 1)])
def test_a_failing_allocation_shows_the_error_path(size: int, fail_at: int, hits: int) -> None:
    run = run_program("v3.3", size, fail_at=fail_at)
    assert run.problem == "mremap: Cannot allocate memory (ENOMEM)"
    assert run.hits == hits
    assert run.moments[-1].hits == 1
    assert run.moments[-1].call.startswith("mremap(p + SIZE/2")


def test_a_failure_on_the_way_back_calls_the_function_twice() -> None:
    """Once because the destination had merged, once before the retreat."""
    run = run_program("v3.3", fail_at=2)
    assert run.problem == "mremap: Cannot allocate memory (ENOMEM)"
    assert [moment.hits for moment in run.moments[-2:]] == [0, 2]


def test_a_failure_that_never_comes_changes_nothing_and_is_said() -> None:
    run = run_program("v3.3", fail_at=3)
    assert run.ok
    assert "# none failed: the two mremaps make 2 page-table allocations" in str(run)
    for fails in (None, 1, 2):
        assert "none failed" not in str(run_program("v3.3", fail_at=fails))


@pytest.mark.slow
def test_a_large_size() -> None:
    run = run_program("v3.3", 64 * MIB)
    assert run.ok
    assert run.hits == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"release": "v9"}, "v3.0, v3.1, v3.2, v3.3"),
        ({"size": 10_000}, "multiple of 8192"),
        ({"size": 128 * MIB}, "from 8192 to 67108864"),
        ({"probe": "nix"}, "anon_vma_clone"),
        ({"probe": ["nix"]}, "anon_vma_clone"),
        ({"fail_at": 0}, "1 or more"),
        ({"kernel": "v3.3"}, "run_program takes a kernel that is booted, by Kernel"),
        ({"kernel": 0}, "run_program takes a kernel that is booted, by Kernel"),
    ],
)
def test_bad_input_is_named(arguments: dict, named: str) -> None:
    with pytest.raises(UserError, match=named):
        run_program(**arguments)
