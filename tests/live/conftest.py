"""The running kernel, where it can be asked."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlesson.live import Machine, kernel_version, why_not

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # these tests import what stands beside them
    sys.path.append(HERE)

OLDEST = (6, 18, 8)
"""From here on the release "running" is right; an older kernel merges less, or wrongly."""


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """The running kernel; what needs it is skipped elsewhere, and says why."""
    if reason := why_not():
        pytest.skip(reason)
    if kernel_version() < OLDEST:
        version, oldest = (".".join(map(str, each)) for each in (kernel_version(), OLDEST))
        pytest.skip(
            f"Linux {version} runs here; the release 'running' is that of {oldest} and later"
        )
    with Machine() as machine:
        yield machine
