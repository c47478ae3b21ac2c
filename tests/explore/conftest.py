"""Lets these tests import what stands beside them, and the benchmarks."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
for directory in (HERE, HERE.parents[1]):
    if str(directory) not in sys.path:
        sys.path.append(str(directory))
