"""Public tests of these calls, on 3.3, on today, and on the kernel that runs here."""

import pytest
from outcomes import outcome
from pair import Bench
from public_cases import PUBLIC, Public

from vmlesson.kernel import Kernel
from vmlesson.live import Machine

each_case = pytest.mark.parametrize("case", PUBLIC.values(), ids=PUBLIC)


@each_case
@pytest.mark.parametrize("release", ["v3.3", "running"])
def test_the_model_does_what_a_public_test_asserts(case: Public, release: str) -> None:
    kernel = Kernel(release, ptes_per_table=4)
    got = outcome(case.script, kernel.spawn("A"))
    assert kernel.audit() == []
    if expected := (case.before or case.today) if release == "v3.3" else case.today:
        assert got == expected


@each_case
def test_this_kernel_does_the_same(case: Public, machine: Machine) -> None:
    """Whatever a call returns and leaves, page by page, and what is read at the end."""
    bench = Bench(machine)
    try:
        got = outcome(case.script, bench.spawn("A"))
        if case.today:
            assert got == case.today
        for pair in bench.pairs:
            pair.read_all()
    finally:
        bench.close()
