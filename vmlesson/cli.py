"""The command line: one function reads a subcommand's options, one does what it says.

To add a subcommand, write the two and name the first in `COMMANDS`. What a subcommand needs it
imports when it runs, so that the others start fast. Input that cannot be served raises UserError.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vmlesson import __version__
from vmlesson.console import make_printable
from vmlesson.errors import UserError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, like every other."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{self.prog.removeprefix('vmlesson').strip()}: {message}".lstrip(": "))


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """The type of an option that takes a whole number from ``least`` to ``most``."""
    span = f"{least} or more" if most is None else f"{least} to {most}"

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, {span}")
        return value

    return parse


def add_lab(commands: "Subparsers") -> None:
    parser = commands.add_parser(
        "lab",
        help="open the course in JupyterLab",
        description="Open a copy of the course in JupyterLab. What you write in it is kept when "
        "the course is updated.",
    )
    parser.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        type=Path,
        help="where your copy is kept (default: vmlesson-course, here)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument(
        "--port", metavar="N", type=whole_number(1, 65535), help="listen on this port, or fail"
    )
    parser.add_argument("--solutions", action="store_true", help="copy the solutions, too")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--update-only", action="store_true", help="bring the copy up to date, open nothing"
    )
    instead.add_argument(
        "--edit", action="store_true", help="open the course's sources instead of a copy"
    )
    parser.set_defaults(run=lab)


def lab(options: argparse.Namespace) -> int:
    from vmlesson.lab import course_files, course_root, open_lab, refuse_sources, update

    if options.edit:
        if options.directory or options.solutions:
            raise UserError("lab: --edit opens the sources: no DIR and no --solutions with it")
        directory = course_root()
    else:
        directory = options.directory or Path("vmlesson-course")
        refuse_sources(directory)
        update(course_files(solutions=options.solutions), directory)
    if options.update_only:
        return 0
    return open_lab(directory, browser=not options.no_browser, port=options.port)


COMMANDS = (add_lab,)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 2 where it was asked for what cannot be done."""
    make_printable()
    parser = Parser(
        prog="vmlesson", description="How Linux maps anonymous memory, on a model that runs."
    )
    parser.add_argument("--version", action="version", version=f"vmlesson {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for add in COMMANDS:
        add(commands)
    try:
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.error(f"name a command: {', '.join(commands.choices)} (or --help)")
        status: int = options.run(options)
        sys.stdout.flush()
    except UserError as error:
        print(f"vmlesson: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output went away; point it elsewhere, as Python flushes it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
