"""Trying an answer: every check of an exercise, every situation of a check, every interleaving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from ..explore import Failure, Result, explore
from ..replay.execution import Execution, collector_waits, driving
from ..replay.schedule import ScheduleError
from ..replay.trace import Trace
from ..kernel import mutex, vm_area_struct
from ..kernel.atomic import BOOT
from .alone import moved_to_tail
from .answer import Subject
from .cause import cause, lettered
from .exercises import Check, Exercise
from .feedback import SLIPS, sentence
from .layouts import layouts
from .process import Abort
from .reference import Reference
from .situations import Situation
from .verdict import FAILED, PASSED, UNFINISHED, Checked, Counterexample, Verdict, unharmed

STEPS = 6_000
"""The most steps of an execution; who moves 513 pages one by one takes some 4,000."""
CAUSED = ("promise", "BUG")
"""The kinds of failure that are the end of something: it is told what began it."""
FORGOTTEN = "never awaited"
"""The kind of failure that explains all others of a situation."""
DEPENDS = (
    "what it does depends on earlier calls: something is kept from one call to the next (a "
    "global, a default argument) or left to chance, so nothing is proved of it"
)
THREE_LISTS = 5
"""The number of the situation in which dst is on three lists."""


@dataclass
class Known:
    """What came of a situation, and, once that was told, in which words, and what was shown."""

    result: Result
    told: tuple[str, Counterexample] | None = None


@collector_waits()
def check_all(subject: Subject, tell: Callable[[str], object] = str) -> Verdict:
    """Try an answer.

    Args:
        tell: called before each check, with its name and what is known to be wrong by then.
    """
    exercise = subject.exercise
    report = exercise.verdict(PASSED, "")
    stopped, doubtful = "", False
    for check in exercise.checks:
        if not stopped and check.last and not all(one.passed for one in report.checks):
            stopped = "first the checks above"
        if stopped:
            why = f"not tried: {stopped}"
            report.checks.append(Checked(check.name, False, check.points, why))
            continue
        tell(f"{check.name}{so_far(report.checks)}")
        try:
            done = run_check(subject, check, report)
            report.checks.append(done)
            if done.finding is not None and done.finding.failure.kind == "endless":
                stopped = "an answer that does not end is not tried further"
            elif done.finding is not None and done.finding.failure.kind == "unwritten":
                stopped = "write it first"
                for one in report.checks[:-1]:
                    one.passed, one.message = False, "counts once the body is written"
        except Abort as abort:
            stopped, doubtful = "the checks were stopped", abort.message == DEPENDS
            report.outcome, report.sentence = abort.outcome, f"{abort.message}."
            report.checks.append(Checked(check.name, False, check.points, report.sentence))
    conclude(report, exercise)
    if doubtful:
        depends(report)
    if report.outcome == PASSED:
        report.warnings += remarks(subject)
    say_once(report.checks)
    return report


def so_far(checks: Sequence[Checked]) -> str:
    """What the first check that failed has said: the quick ones come first, and who waits reads."""
    wrong = next((check for check in checks if not check.passed), None)
    return "" if wrong is None else f" (already wrong: {wrong.name}: {wrong.message})"


def say_once(checks: Sequence[Checked]) -> None:
    """A row that fails as the one above it says no more than that."""
    for above, check in pairwise(checks):
        check.repeats = not above.passed and not check.passed and above.message == check.message


def check_value(exercise: Exercise, answer: Any) -> Verdict:
    """Judge an answer that is a value."""
    assert exercise.judge is not None
    report = exercise.verdict(PASSED, "")
    report.checks = exercise.judge(answer)
    wrong = [check for check in report.checks if not check.passed]
    if wrong:
        say_once(report.checks)
        report.outcome = FAILED
        whole = len(wrong) > 1 and all(check.repeats for check in wrong[1:])
        name = "" if whole and not wrong[0].question else f"{wrong[0].name}: "
        report.sentence = f"{name}{wrong[0].message}. {wrong[0].question}".rstrip()
    else:
        report.sentence = "Right: the model says the same."
    return report


def conclude(report: Verdict, exercise: Exercise) -> None:
    """Say what the checks come to."""
    wrong = [check for check in report.checks if not check.passed and check.finding is not None]
    if wrong:
        report.outcome, report.sentence = FAILED, wrong[0].message
    elif report.outcome == PASSED:
        tried = sum(check.executions for check in report.checks)
        report.sentence = f"Right: {exercise.promise}."
        report.proof = (
            f"This is proved, for every situation below, in {tried:,} executions; there are no "
            f"others."
        )


def depends(report: Verdict) -> None:
    """Say that nothing is proved of an answer that keeps something."""
    report.outcome, report.sentence, report.proof = FAILED, DEPENDS, ""
    report.warnings.clear()  # of what a right answer costs
    for check in report.checks:
        check.passed, check.finding, check.message = False, None, "not proved"


def run_check(subject: Subject, check: Check, report: Verdict) -> Checked:
    """Try every situation of a check, up to the first that fails.

    Raises:
        Abort: the search was interrupted, or reached its limit before it had found anything.
    """
    executions, asked = 0, subject.exercise.asked
    for number, situation in enumerate(check.situations()):
        found = explored(subject, situation, f"{check.name} {number}")
        result = found.result
        executions += result.executions
        for warning in result.warnings:  # Linux has some of its own
            own = asked in warning.functions and warning.field not in subject.exercise.usual
            what = warning.kind, warning.functions, warning.field  # of many objects it is said once
            if own and what not in subject.remarked:
                subject.remarked.add(what)
                report.warnings.append(str(warning))
        if result.failures:
            said, finding = told(subject, found, situation, report)
            asks = check.question
            return Checked(check.name, False, check.points, said, asks, executions, finding)
        if result.doubt:
            raise Abort(FAILED, DEPENDS)
        if not result.complete:
            raise Abort(UNFINISHED, f"the search stopped {result.stopped}, in {situation.name}")
    message = f"{check.proved} ({executions:,} execution{'s' if executions > 1 else ''})"
    return Checked(check.name, True, check.points, message, "", executions)


def told(
    subject: Subject, found: Known, situation: Situation, report: Verdict
) -> tuple[str, Counterexample]:
    """What is wrong, in words, and the schedule that shows it.

    Below the one that is looked at stands what is known of another answer that does the same; the
    lines in that schedule are the other's, and nobody is shown them.
    """
    looked_at = report.told() is None
    if found.told is not None and not looked_at:
        return found.told
    finding = shown(subject, found, situation, report.warnings, looked_at)
    if found.told is None:
        said, finding.letters = _told(subject, finding, report.warnings)
        found.told = said, finding.lasting()
    else:
        said, finding.letters = found.told[0], found.told[1].letters
    return said, finding


def _told(
    subject: Subject, finding: Counterexample, notes: list[str]
) -> tuple[str, dict[str, str]]:
    """What is wrong, after what it began with, in the names of the pictures; and these names."""
    failure = finding.failure
    said, trace = sentence(failure.kind, failure.message, finding.line), finding.schedule
    if trace is None or failure.kind not in CAUSED:
        return said, {}
    why = unharmed(notes, "the cause", lambda: cause(trace, subject.exercise.asked))
    said = f"{why}; so {said}" if why else said
    named = unharmed(notes, "the names of the picture", lambda: lettered(trace, said))
    return named or (said, {})


def _program(subject: Subject, situation: Situation) -> Any:
    """A situation with the answer in its kernel."""
    return situation.scenario.program(subject.exercise.release, [subject.patch])


def explored(subject: Subject, situation: Situation, key: str) -> Known:
    """Try every schedule of one situation, unless it is known what comes of that.

    `key` tells the situation from all others of the exercise.
    """
    known: Known | None = subject.known(key)
    if known is not None:
        return known
    program = _program(subject, situation)
    result = alone(program, subject.times)
    found = Known(result or explore(program, steps=STEPS, seconds=subject.seconds))
    slips = any(failure.kind in SLIPS for failure in found.result.failures)
    if found.result.complete and not slips:
        subject.proved(key, found)
    return found


def alone(program: Any, times: int) -> Result | None:
    """What comes of a program of one CPU, if all goes well: it has one schedule.

    None where there are more CPUs, or something is wrong: the explorer says what.
    """
    made = BOOT.made
    try:
        with driving():
            well = all(_goes_well_alone(program, made) for _ in range(times))
    except KeyboardInterrupt:
        return Result(complete=False, interrupted=True, stopped="by an interrupt")
    return Result(executions=1, programs=(program,)) if well else None


def _goes_well_alone(program: Any, made: int) -> bool:
    with closing(Execution(program, made)) as execution:
        for _ in range(STEPS if len(execution.cpus) == 1 else 0):
            if not execution.enabled():
                return execution.finding() is None
            execution.step(0)
    return False


def shown(
    subject: Subject, found: Known, situation: Situation, notes: list[str], looked_at: bool
) -> Counterexample:
    """The failure that a learner is shown: the easiest schedule to read.

    Its pictures take long: they are made where it is looked at, or its cause is still to be found.
    """
    # The result may be known from another answer; what is shown is this one.
    first = min(found.result.failures, key=lambda failure: failure.kind != FORGOTTEN)
    program = _program(subject, situation)
    pictures = looked_at or (found.told is None and first.kind in CAUSED)
    failure, where = replace(first, program=None), dict(situation.catalogue)
    again = partial(replayed, replace(first, program=program), pictures)
    trace, printed = subject.printed.since(lambda: unharmed(notes, "the schedule", again))
    what = getattr(program, "situation", None)
    rows = what.rows() if isinstance(what, Reference) and failure.kind == "promise" else []
    return Counterexample(
        situation.name, situation.sentence, failure, trace, where, rows, printed, program
    )


def replayed(failure: Failure, pictures: bool) -> Trace:
    """A failure, executed again and recorded.

    Raises:
        Abort: it does not fail now: more than the schedule decides.
    """
    try:
        trace = failure.trace(pictures)
    except ScheduleError:
        raise Abort(FAILED, DEPENDS) from None
    if trace.finding is None and failure.kind != "endless":
        raise Abort(FAILED, DEPENDS)
    return trace


def remarks(subject: Subject) -> list[str]:
    """What a right answer costs, where that is more than it must; never a failure."""
    if subject.exercise.plain:
        return paid(subject)
    taken = locks_taken(subject) if subject.exercise.name == "moveto_tail" else 0
    said = f"with three lists it takes a lock {taken} times per call; once is enough"
    return [said] if taken > 1 else []


def paid(subject: Subject) -> list[str]:
    """How often a right lock rule takes the lock where none is needed; [] if never."""
    asked: list[tuple[bool, bool]] = []

    def need_rmap_locks(vma: vm_area_struct, new_vma: vm_area_struct) -> bool:
        asked.append((bool(subject.patch(vma, new_vma)), new_vma.vm_pgoff < vma.vm_pgoff))
        return asked[-1][0]

    for number, situation in enumerate(layouts(), 1):
        program = situation.scenario.program(subject.exercise.release, [need_rmap_locks])
        with closing(Execution(program, BOOT.made)) as execution:
            (cpu,) = execution.cpus
            while len(asked) < number:  # each asks once
                cpu.step()
    taken, needed = map(sum, zip(*asked, strict=True))
    said = (
        f"of {number} moves into a vma that was there, it takes the lock for {taken}; only "
        f"{needed} need it: those into one that starts below. Linux takes it at equal starts, too"
    )
    return [said] if taken > needed else []


def locks_taken(subject: Subject) -> int:
    """How often a call of anon_vma_moveto_tail with three lists takes a lock, alone."""
    situation = list(moved_to_tail())[THREE_LISTS]
    taken = 0
    with closing(Execution(_program(subject, situation), BOOT.made)) as execution:
        (cpu,) = execution.cpus
        while cpu.pending is not None and taken < STEPS:
            held = len(cpu.held)
            cpu.step()
            taken += len(cpu.held) > held and isinstance(cpu.held[-1], mutex)
    return taken
