"""``python -m vmlesson`` is ``vmlesson``."""

import sys

from vmlesson.cli import main

if __name__ == "__main__":
    sys.exit(main())
