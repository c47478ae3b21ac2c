"""Lets the tests here import the answers beside them."""

import sys
from pathlib import Path

directory = Path(__file__).parent
if str(directory) not in sys.path:
    sys.path.append(str(directory))
