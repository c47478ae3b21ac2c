"""make real-kernel: a page is lost on Debian's own kernel, in an emulated machine.

The program of commit 948f017b093a with probes; then the race for the order and for the way back
after an error, each with the kernel's cure and without, ten times; and what the kernel says when
the lost page is touched.  Each row is held against what the model predicts.

Exit status: 0 all is as predicted, 1 it is not, 2 it cannot be tried here.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable

from . import Missing, document, survey
from .boot import Stuck
from .rows import HEAD, short_run


class Progress:
    """One line on a terminal that says what the guest is at."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __call__(self, line: str) -> None:
        """Take one line of the console."""
        if line.startswith("=== ") and sys.stderr.isatty():
            print(
                f"\r{time.monotonic() - self.start:4.0f} s  {line.strip('= '):60}",
                end="\r",
                file=sys.stderr,
            )


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="make real-kernel", description=__doc__.splitlines()[0])
    parser.add_argument("--console", action="store_true", help="show what the console says")
    parser.add_argument(
        "--all",
        action="store_true",
        help="also every order of every layout, and races without gates",
    )
    parser.add_argument("--write", action="store_true", help="all, and write docs/real-kernel.md")
    asked = parser.parse_args(arguments)
    try:
        return run(asked, print if asked.console else Progress())
    except Missing as missing:
        print(f"skipped: {missing}", file=sys.stderr)
        return 2
    except Stuck as stuck:
        print(stuck.console, stuck, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"skipped: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: no machine is left running, and the cache is whole", file=sys.stderr)
        return 130


def run(asked: argparse.Namespace, heard: Callable[[str], object]) -> int:
    """Run and print; 1 if something is not as the model predicts."""
    short = short_run(heard)
    print(f"Linux {short.release} in QEMU, two CPUs", HEAD, *short.rows, sep="\n")
    well = not any(row.unlike for row in short.rows)
    if asked.all or asked.write:
        orders = survey.every_order(heard)
        well &= not any(each.unlike for row in orders.values() for each in row.values())
        free = survey.without_gates(heard)
        text = document.measured(short.release, [HEAD, *short.rows], orders, free)
        print(text)
        if asked.write:
            document.write(text)
            document.record(short.release, short.console)
    return 0 if well else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the machine is ended, too
    sys.exit(main())
