"""The running kernel, where it can be asked."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlesson.live import Machine, kernel_version, why_not

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # these tests import what stands beside them
    sys.path.append(HERE)

MEASURED = (6, 18)
"""The release that "running" was measured on; an older kernel merges less."""


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """The running kernel; what needs it is skipped elsewhere, and says why."""
    if reason := why_not():
        pytest.skip(reason)
    if kernel_version() < MEASURED:
        pytest.skip(f"Linux {kernel_version()} runs here; the release 'running' is of {MEASURED}")
    with Machine() as machine:
        yield machine
