"""Lets these tests import what stands beside them, and the benchmarks."""

import sys
from pathlib import Path

from hypothesis import Phase, settings

settings.register_profile("found", phases=[Phase.explicit, Phase.generate])
"""For who asks only whether something fails: to make that as small as can be may take minutes."""

HERE = Path(__file__).parent
for directory in (HERE, HERE.parents[1]):
    if str(directory) not in sys.path:
        sys.path.append(str(directory))
