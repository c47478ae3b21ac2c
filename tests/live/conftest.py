"""The running kernel, where it can be asked."""

import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlesson.live import Machine, why_not

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
    release = platform.release()
    numbers = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", release)
    if numbers is None or tuple(int(number or 0) for number in numbers.groups()) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        pytest.skip(f"Linux {release} runs here; 'running' is that of {oldest} and later")
    with Machine() as machine:
        yield machine
