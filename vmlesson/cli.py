"""The command line: one function reads a subcommand's options, one does what it says.

To add a subcommand, write the two and name the first in `COMMANDS`; the second's name and docstring
are what the user sees. One that only lists something is `add_list` with what gives the entries.
What a subcommand needs it imports when it runs, so that the others start fast. Input that cannot be
served raises UserError.
"""

import argparse
import contextlib
import os
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from vmlesson import __version__
from vmlesson.console import columns, make_printable, printable
from vmlesson.errors import UserError, instead_of

if TYPE_CHECKING:
    from vmlesson.grade.classroom import Pool
    from vmlesson.grade.collect import Task
    from vmlesson.grade.exercises import Exercise
    from vmlesson.grade.record import Record
    from vmlesson.grade.verdict import Row

    Listed = Iterator[tuple[dict[str, Any], str]]
    Entries = Callable[[], Listed]
    Options = argparse._ActionsContainer
    Run = Callable[[argparse.Namespace], int]
    Subparsers = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, like every other."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{self.prog.removeprefix('vmlesson').strip()}: {message}".lstrip(": "))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:  # only commands have some
            self.error(f"no command {value!r}; {instead_of(value, action.choices)}")


def a_path(text: str) -> Path:
    """The type of an argument that names a file; an empty one does not mean this directory."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name is neither a file nor a directory")
    return Path(text)


def command(commands: "Subparsers", run: "Run", help: str) -> Parser:
    """A subcommand, with the name and the description of what it runs."""
    parser = commands.add_parser(run.__name__, help=help, description=run.__doc__)
    parser.set_defaults(run=run)
    return parser


def flag(to: "Options", name: str, help: str) -> None:
    """An option that is given or not."""
    to.add_argument(name, action="store_true", help=help)


def number(
    to: "Options",
    name: str,
    help: str,
    least: int = 1,
    most: int | None = None,
    default: int | None = None,
) -> None:
    """An option, as "--pages N", that takes a whole number from ``least`` to ``most``."""
    span = f"{least} or more" if most is None else f"{least} to {most}"

    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, {span}")
        return value

    option, metavar = name.split()
    help += "" if default is None else f" (default: {default})"
    to.add_argument(option, metavar=metavar, type=whole, default=default, help=help)


def about_a_race(parser: Parser, release: str) -> None:
    """The options that name a scenario, and how large it is."""
    parser.add_argument("scenario", metavar="SCENARIO", help="a name or number: merge-order, S1")
    about_a_release(parser, release)
    number(parser, "--pages N", "pages that the critical call moves")
    number(parser, "--walkers K", "how many pages are under migration", least=0)
    parser.add_argument("--form", metavar="F", help="only this form of the scenario")


def about_a_release(parser: Parser, release: str) -> None:
    """The option that names a release."""
    releases = f"v3.0 to v3.3, v3.7, v6.16, today, running (default: {release})"
    parser.add_argument("--release", metavar="R", default=release, help=releases)


def needs(module: str) -> None:
    """Find out before the work, not after it, that a module is not installed.

    Raises:
        ModuleNotFoundError: it is not.
    """
    if find_spec(module) is None:
        raise ModuleNotFoundError(name=module)


def lacking(module: str) -> str:
    """What to do about a module that is not installed."""
    return (
        f"this Python ({sys.executable}) lacks the package {module}; "
        "in a clone, python -m pip install . brings everything that is needed, and so does make lab"
    )


def add_lab(commands: "Subparsers") -> None:
    parser = command(commands, lab, "open the course in JupyterLab")
    place = "where your copy is kept (default: vmlesson-course, here)"
    parser.add_argument("directory", metavar="DIR", nargs="?", type=a_path, help=place)
    flag(parser, "--no-browser", "print the address only")
    number(parser, "--port N", "listen on this port, or fail", most=65535)
    flag(parser, "--solutions", "copy the solutions, too")
    instead = parser.add_mutually_exclusive_group()
    flag(instead, "--update-only", "bring the copy up to date, open nothing")
    flag(instead, "--edit", "open the course's sources instead of a copy")


def lab(options: argparse.Namespace) -> int:
    """Open a copy of the course in JupyterLab. What you write in it is kept when the course is
    updated.
    """
    from vmlesson.lab import course_files, open_lab, refuse_sources, sources, update

    if options.edit:
        if options.directory or options.solutions:
            raise UserError("lab: --edit opens the sources, and takes neither DIR nor --solutions")
        directory, course = sources(), {}
    else:
        directory = options.directory or Path("vmlesson-course")
        refuse_sources(directory)
        course = course_files(solutions=options.solutions)
    if not options.update_only:
        needs("jupyterlab")  # before anything is written
    if course:
        update(course, directory)
    if options.update_only:
        return 0
    return open_lab(directory, browser=not options.no_browser, port=options.port)


def add_program(commands: "Subparsers") -> None:
    parser = command(commands, program, "run the program of the commit on the model")
    about_a_release(parser, "v3.3")
    parser.add_argument(
        "--probe",
        metavar="FUNCTION",
        default="anon_vma_moveto_tail",
        help="count the calls of this kernel function (default: %(default)s)",
    )
    number(parser, "--fail-at N", "make the N-th page-table allocation of the two mremaps fail")
    number(parser, "--size MIB", "SIZE of the three blocks in MiB", most=64, default=4)


def program(options: argparse.Namespace) -> int:
    """Run the program of commit 948f017b093a on the model, with a probe on a kernel function, and
    report as perf does. The exit status is 0 if it prints ok, 1 if it prints an error.
    """
    from vmlesson.program import run_program

    done = run_program(options.release, options.size << 20, options.probe, options.fail_at)
    print(done)
    return 0 if done.ok else 1


def add_list(commands: "Subparsers", entries: "Entries", help: str) -> None:
    """A command that lists `entries`: each as plain data, and as a line."""

    @wraps(entries)
    def run(options: argparse.Namespace) -> int:
        import json

        found = list(entries())
        if options.json:
            print(json.dumps([plain for plain, _ in found], indent=1))
        else:
            for _, line in found:
                width = columns(len(line))
                below = " " * min(line.rindex("  ") + 2, width // 2)
                print(textwrap.fill(line, width, subsequent_indent=below, break_on_hyphens=False))
        return 0

    flag(command(commands, run, help), "--json", "as JSON")


def scenarios() -> "Listed":
    """List the scenarios: number, name, what happens; with --json, also their default sizes."""
    from vmlesson.scenarios import CATALOGUE

    width = max(map(len, CATALOGUE))
    for each in CATALOGUE.values():
        yield each.to_dict(), f"{each.number:3}  {each.name:{width}}  {each.sentence}"


def add_explore(commands: "Subparsers") -> None:
    parser = command(commands, explore, "try every interleaving of a scenario")
    about_a_race(parser, "v3.3")
    page = "the first page under migration, counting those that move, then those that stay"
    number(parser, "--page I", page, least=0, default=0)
    number(parser, "--executions N", "stop each form after N executions")
    number(parser, "--seconds S", "stop each form after S seconds")
    flag(parser, "--first", "stop at the first failure, which may not be the best")
    flag(parser, "--count", "also count the interleavings, and those that fail")
    flag(parser, "--json", "as JSON, which replay can read")


def explore(options: argparse.Namespace) -> int:
    """Try every interleaving of a scenario. The exit status is 0 if it holds, 1 if it fails, 3 if a
    limit was reached first.
    """
    import json

    from vmlesson.replay.table import WIDTH
    from vmlesson.scenarios import explore_scenario, find

    result = explore_scenario(
        options.scenario,
        options.release,
        pages=options.pages,
        walkers=options.walkers,
        form=options.form,
        first=options.page,
        executions=options.executions,
        seconds=options.seconds,
        first_failure=options.first,
    )
    counted = result.interleavings if options.count else None
    if options.json:
        entry = find(options.scenario)
        asked = {
            "scenario": entry.name,
            "release": options.release,
            "pages": options.pages or entry.pages,
            "walkers": entry.walkers if options.walkers is None else options.walkers,
            "first": options.page,
        }
        print(json.dumps(asked | result.to_dict(), indent=1))
    else:
        print(result.text(columns(WIDTH)))
        if counted is not None:
            print(f"\n{result.failing_interleavings:,} of {counted:,} interleavings fail")
        elif options.count:
            print("\nthe interleavings are not counted: there are too many states")
    return {"holds": 0, "fails": 1, "unfinished": 3}[result.verdict]


def add_replay(commands: "Subparsers") -> None:
    parser = command(commands, replay, "run one schedule again")
    parser.add_argument("file", metavar="FILE", type=a_path, help="the output of explore --json")
    number(parser, "--failure N", "which one", default=1)


def replay(options: argparse.Namespace) -> int:
    """Run a failing schedule again, from what explore --json printed. The exit status is 1 if it
    fails again, 0 if not.
    """
    from vmlesson.replay.table import WIDTH, as_text
    from vmlesson.scenarios import replay_file

    trace = replay_file(options.file, options.failure)
    print(as_text(trace, columns(WIDTH)))
    return 1 if trace.finding else 0


def exercises() -> "Listed":
    """List the exercises: name, points, what is asked for."""
    from vmlesson.grade.exercises import EXERCISES

    width = max(map(len, EXERCISES))
    for each in EXERCISES.values():
        yield each.to_dict(), f"{each.name:{width}}  {each.max_points:2} points  {each.title}"


def levels() -> "Listed":
    """List the levels: name, kind, minutes, difficulty, title."""
    from vmlesson.learn.levels import all_levels

    levels = [level.to_dict() for level in all_levels().values()]
    width = max(len(level["name"]) for level in levels)
    for each in levels:
        about = "{kind:8}  {minutes} min  {difficulty:8}".format(**each)
        yield each, f"{each['name']:{width}}  {about}  {each['title']}"


def add_grade(commands: "Subparsers") -> None:
    parser = command(commands, grade, "judge answers to an exercise")
    parser.add_argument(
        "exercise", metavar="EXERCISE", help="its name (see vmlesson exercises), or all"
    )
    parser.add_argument(
        "submissions",
        metavar="SUBMISSION",
        nargs="+",
        type=a_path,
        help="a .py, an .ipynb, or a directory of them",
    )
    flag(parser, "--json", "as JSON")
    number(parser, "--jobs N", "how many at a time", default=1)
    parser.add_argument(
        "--on", metavar="ADDRESS", help="judge on the workers of this dask.distributed scheduler"
    )
    timeout = "seconds to wait for the code of a submission"
    number(parser, "--timeout S", timeout, default=20)
    parser.add_argument(
        "--report", metavar="DIR", type=a_path, help="write gradebooks and pages of feedback there"
    )
    flag(parser, "--again", "judge again what the report already has")
    flag(parser, "--anonymous", "numbers instead of names; DIR/names.json says whose")
    parser.add_argument(
        "--id", metavar="REGEX", help="which part of a submission's path names the learner"
    )


def grade(options: argparse.Namespace) -> int:
    """Judge answers to an exercise, each in a process of its own. The exit status is 0 if all
    passed, 1 if some did not, 2 if they could not be judged.
    """
    import json
    import signal

    from vmlesson.grade.classroom import executors
    from vmlesson.grade.collect import collect_all, left_out
    from vmlesson.grade.exercises import EXERCISES, find_exercise
    from vmlesson.grade.record import as_json, exit_status, write
    from vmlesson.grade.tables import whole_course

    if options.report is None and (options.again or options.anonymous):
        raise UserError("grade: --again and --anonymous need a report: give --report DIR")
    whole = options.exercise == "all"
    exercises = list(EXERCISES.values()) if whole else [find_exercise(options.exercise)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found = collect_all(exercises, options.submissions, options.id)
    unseen = left_out(exercises, options.submissions)
    if unseen:
        some = ", ".join(unseen[:5]) + (", …" if unseen[5:] else "")
        print(f"vmlesson: not looked at: {printable(some)}", file=sys.stderr)
    rows = []
    with executors(options.jobs, options.on) as (pool, jobs):
        for exercise, tasks in found.items():
            rows += _grade(options, exercise, tasks, pool, jobs, unseen)
    if whole and options.report is not None:
        table = whole_course([exercise.name for exercise in found], rows)
        write(options.report / "all.csv", table)
    if options.json:
        print(json.dumps([as_json(row) for row in rows], indent=1))
    return exit_status(rows)


def _grade(
    options: argparse.Namespace,
    exercise: "Exercise",
    tasks: "list[Task]",
    pool: "Pool",
    jobs: int,
    unseen: list[str],
) -> "list[Row]":
    """Judge the submissions to one exercise, say what came of it, and keep it."""
    from vmlesson.grade.classroom import grade_all
    from vmlesson.grade.collect import names_of_tasks
    from vmlesson.grade.record import Record, anonymous

    record, draw, rows = None, None, dict[str, "Row"]()
    if options.report is not None:
        from vmlesson.show.export import figure, script

        if options.anonymous:
            tasks = anonymous(tasks, options.report)
        record, draw = Record(options.report, exercise, tasks, script(), options.again), figure
        rows = record.rows
        if rows and not options.json:
            print(f"{len(rows)} judged before")
    from tqdm import tqdm

    names, todo = names_of_tasks(tasks), [task for task in tasks if task.key not in rows]
    bar = tqdm(total=len(tasks), initial=len(rows), unit="", disable=None if todo[1:] else True)

    def done(task: "Task", row: "Row") -> None:
        row |= task.whose()
        if record is not None:
            record.add(row)
        else:
            rows[task.key] = {name: row[name] for name in row if name not in ("body", "text")}
        if not options.json:
            one = (
                in_a_line(names[task.key], row) if tasks[1:] else printable(row["text"], lines=True)
            )
            say(one, bar.write, goes_on=record is not None)
        bar.update()

    try:
        grade_all(exercise, todo, pool, jobs, options.timeout, done, draw)
    except KeyboardInterrupt:
        bar.close()
        then = "nothing is kept without --report" if record is None else "run it again to go on"
        print(f"vmlesson: {len(rows)} of {len(tasks)} judged; {then}", file=sys.stderr)
        raise
    finally:
        bar.close()
        if record is not None:
            record.finish(unseen)
    judged = [rows[task.key] for task in tasks]
    if not options.json and (record is not None or tasks[1:]):
        sum_up(judged, record)
    return list(record.whole()) if options.json and record is not None else judged


def in_a_line(name: str, row: "Row") -> str:
    """What came of one of several submissions."""
    why = "" if row["passed"] else ": " + row["sentence"].partition("\n")[0]
    points = f"{row['points']} of {row['max_points']} points"
    # What an answer says must not steer the terminal, or look like somebody else's line.
    return printable(f"{name}: {row['outcome']}, {points}{why}")


def say(text: str, write: Callable[[str], object], goes_on: bool) -> None:
    """Say something at once; the work may go on where nobody reads it any more."""
    try:
        write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        if not goes_on:
            raise
        hush()


def sum_up(judged: "list[Row]", record: "Record | None") -> None:
    """Say how many of each outcome there are, and what has changed since the last report."""
    from vmlesson.grade.record import outcomes

    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes(judged).items())
    place = "" if record is None else f"; see {record.page}"
    print(f"{len(judged)} judged: {counts}{printable(place)}")
    for change in [] if record is None else record.changed():
        print(f"changed since the last report: {printable(change)}")


def add_export(commands: "Subparsers") -> None:
    parser = command(
        commands, export, "write a stepper as one HTML file, or a step of it as a picture"
    )
    about_a_race(parser, "v3.2")
    file = "what to write: its name ends in .html, .svg, .png or .pdf"
    parser.add_argument("file", metavar="FILE", type=a_path, help=file)
    step = (
        "where a page opens (default: at the start), or the step of a picture (default: the "
        "decisive one)"
    )
    number(parser, "--step N", step, least=0)
    flag(parser, "--drive", "a page in which the reader chooses who goes next")
    flag(parser, "--force", "replace a file that is there already")


def export(options: argparse.Namespace) -> int:
    """Explore a scenario, and write the run that fails, or one that holds, as one HTML file that
    opens from disk without a network; or a step of it as a picture.
    """
    from vmlesson.show.export import export as write

    written = write(
        options.scenario,
        options.file,
        release=options.release,
        pages=options.pages,
        walkers=options.walkers,
        form=options.form,
        step=options.step,
        drive=options.drive,
        force=options.force,
    )
    print(written)
    return 0


def add_slides(commands: "Subparsers") -> None:
    parser = command(commands, slides, "build a talk as one HTML file")
    source = "a notebook with slide types (default: the lecture of the course)"
    parser.add_argument("notebook", metavar="NOTEBOOK", nargs="?", type=a_path, help=source)
    target = "what to write (default: the notebook's name, here)"
    parser.add_argument("-o", "--output", metavar="FILE.html", type=a_path, help=target)
    flag(parser, "--no-notes", "leave out the speaker's notes, to hand the file out")
    parser.add_argument(
        "--speaker", metavar="TEXT", default="", help="who talks, where, when: on the first slide"
    )
    flag(parser, "--force", "replace a file that is there already")


def slides(options: argparse.Namespace) -> int:
    """Execute a notebook, and build one HTML file of the cells that have a slide type: slides with
    live steppers, to be opened from disk without a network. The exit status is 1 if something in it
    cannot be shown; a line says what.
    """
    from vmlesson.files import course_root
    from vmlesson.show.slides import build

    source = options.notebook or course_root() / "notebooks" / "lecture.ipynb"
    target = options.output or Path(source.stem + ".html")
    notes = not options.no_notes
    built = build(source, target, notes=notes, speaker=options.speaker, force=options.force)
    print(built)
    for fault in built.faults:
        print(f"{source.name}: {fault}", file=sys.stderr)
    return 1 if built.faults else 0


def hush() -> None:
    """Whoever read the output is gone: point it elsewhere, as Python flushes it once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def cannot(why: object) -> int:
    """Say why it cannot be done, if there is anybody to read it; the exit status."""
    with contextlib.suppress(OSError):
        print(f"vmlesson: {why}", file=sys.stderr)
    return 2


COMMANDS = (
    add_lab,
    add_program,
    partial(add_list, entries=scenarios, help="list the races"),
    add_explore,
    add_replay,
    partial(add_list, entries=exercises, help="list the exercises"),
    partial(add_list, entries=levels, help="list the levels of the ladder"),
    add_grade,
    add_export,
    add_slides,
)


def all_commands() -> tuple[Parser, "Subparsers"]:
    """The parser of the command line, and those of its commands."""
    parser = Parser(
        prog="vmlesson",
        description="How Linux maps anonymous memory, on a model that runs.",
        epilog="The exit status is 2 if something cannot be done; a line says what.",
    )
    parser.add_argument("--version", action="version", version=f"vmlesson {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for add in COMMANDS:
        add(commands)
    return parser, commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 2 where it was asked for what cannot be done."""
    make_printable()
    try:
        parser, commands = all_commands()
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.error(f"name a command: {', '.join(commands.choices)} (or --help)")
        status: int = options.run(options)
        sys.stdout.flush()
    except UserError as error:
        return cannot(error)
    except ModuleNotFoundError as error:
        module = (error.name or "vmlesson").partition(".")[0]
        if module == "vmlesson":  # a mistake of ours
            raise
        return cannot(lacking(module))
    except KeyboardInterrupt:
        warnings.simplefilter("ignore")  # of what nobody awaits any more
        return 130
    except BrokenPipeError:
        hush()
        return 1
    except OSError as error:
        hush()
        return cannot(error if error.filename else error.strerror or error)
    return status
