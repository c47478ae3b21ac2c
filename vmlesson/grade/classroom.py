"""A class: many submissions, judged side by side, here or on other machines.

The process that starts here judges nothing.  The unit of work is `grade_one`: cells in, plain data
out, for any executor of ``concurrent.futures``.  If a judge dies, its submission is judged once
more, alone; if that judge dies too, it is "unfinished".
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import wait as wait_for_end
from types import FrameType
from typing import Any

from ..errors import UserError
from .collect import Task, judged_by
from .exercises import Exercise, find_exercise
from .judge import judge
from .pages import Draw, feedback
from .process import Abort, Child, lacking_walls
from .submission import Submission
from .verdict import UNFINISHED, Row, unharmed

PATIENCE = 120
"""Seconds that a judge may compute before it is given up; how long a child may sleep is limited
where it is asked (see `vmlesson.grade.process`)."""
AHEAD = 4
"""How many submissions are handed out for each that can be judged at the same time."""
CONNECTING = 10
"""Seconds that a scheduler may take to answer."""
ONE_AT_A_TIME = threading.Lock()
"""The model has one current CPU in a process: of a worker's threads one judges, and others wait."""

Pool = Callable[[], AbstractContextManager[Executor]]


def grade_one(name: str, submission: Submission, seconds: float, draw: Draw | None = None) -> Row:
    """Judge one submission to the exercise of this name; nothing is read but what is given.

    Args:
        seconds: how long its own code is waited for.
        draw: makes a figure for the page; another process imports it by its name.
    """
    exercise = find_exercise(name)
    try:
        with ONE_AT_A_TIME, _deadline(PATIENCE):
            report = judge(exercise, submission, seconds)
            page = unharmed(report.warnings, "the page", lambda: feedback(report, submission, draw))
        what = {"digest": submission.digest, "body": page or "", "text": str(report)}
        return report.to_dict() | what
    except Abort:
        return lost(exercise, submission.name, "the judge took too long")
    except Exception as error:  # the class goes on, and the instructor is told
        return lost(exercise, submission.name, f"the judge ended with {error!r:.300}")


def lost(exercise: Exercise, name: str, why: str) -> Row:
    """The row of a submission that nothing is proved of."""
    sentence = f"{why}, which is not proved to be the submission's fault"
    report = exercise.verdict(UNFINISHED, sentence)
    report.submission = name
    return report.to_dict() | {"body": feedback(report), "text": str(report)}


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """End what computes longer, where the system can interrupt it: in a process's first thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise Abort(UNFINISHED, "the judge took too long")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def grade_all(
    exercise: Exercise,
    tasks: Sequence[Task],
    pool: Pool,
    jobs: int,
    seconds: float,
    done: Callable[[Task, Row], None],
    draw: Draw | None = None,
) -> None:
    """Judge submissions; `done` is called with each as it is ready.

    Args:
        pool: opens an executor for `jobs` submissions at a time; again, if one breaks.
    """

    def through(todo: deque[Task], most: int) -> list[Task]:
        """Judge what is to do, until an executor breaks; those that it had when it did."""
        given: dict[Future[Row], Task] = {}
        suspects: list[Task] = []
        with pool() as executor:
            while given or (todo and not suspects):
                while todo and not suspects and len(given) < most:
                    task = todo.popleft()
                    what = task.submission()
                    if what.error:
                        done(task, grade_one(exercise.name, what, seconds))
                        continue
                    try:
                        future = executor.submit(grade_one, exercise.name, what, seconds, draw)
                        given[future] = task
                    except BrokenExecutor:
                        suspects.append(task)
                for future in wait(given, return_when=FIRST_COMPLETED).done:
                    task = given.pop(future)
                    if future.cancelled() or future.exception() is not None:
                        suspects.append(task)
                    else:
                        done(task, future.result())
        return suspects

    todo = deque(tasks)
    while todo:
        for task in through(todo, jobs * AHEAD):
            if through(deque([task]), 1):
                done(task, lost(exercise, task.name, "the judge ended twice"))


# ------------------------------------------------------------------------------- on this machine


def processes(jobs: int) -> Pool:
    """Executors of so many processes of this machine.

    Raises:
        UserError: this system cannot.
    """
    if not hasattr(os, "fork"):
        raise UserError(
            "submissions are judged where processes can fork: Linux, macOS, or WSL on Windows; "
            "check in a notebook works everywhere"
        )

    @contextmanager
    def pool() -> Iterator[Executor]:
        before = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(jobs, context, _begin)
        try:
            yield executor
        except BaseException:  # do not wait for what is being judged
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
            raise
        finally:
            executor.shutdown(cancel_futures=True)

    return pool


def _begin() -> None:
    """What a process does before it judges: it ends with its parent, and not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_it() -> None:
        wait_for_end([parent.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()


# ---------------------------------------------------------------------------------- on a cluster


def about_here() -> dict[str, Any]:
    """What a machine must have in common with the one that asks: the judge, and its walls."""
    child = Child(find_exercise("break_it"), Submission("here"), 20.0)
    child.kill()
    return {"judge": judged_by(), "lacking": lacking_walls(child.walls)}


@contextmanager
def executors(jobs: int, address: str | None) -> Iterator[tuple[Pool, int]]:
    """What opens an executor, here or at a scheduler's address, and how many it judges at a time.

    Raises:
        UserError: there is none at the address; this system, or a worker, cannot judge.
    """
    if address is None:
        yield processes(jobs), jobs
        return
    try:
        import distributed
        from distributed.comm import addressing
    except ModuleNotFoundError:
        raise UserError("--on needs dask: python -m pip install distributed") from None
    try:
        # A client of half an address would end with a traceback, twenty seconds later.
        addresses: Any = addressing
        addresses.get_address_host_port(addresses.normalize_address(address))
        open_client: Any = distributed.Client
        client = open_client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        why = (str(error) or "no answer").splitlines()[0]
        raise UserError(f"--on {address}: there is no dask scheduler ({why})") from None

    @contextmanager
    def pool() -> Iterator[Executor]:
        if client.status != "running":
            raise UserError(f"--on {address}: the scheduler is gone; run the same command to go on")
        executor = client.get_executor(retries=3, pure=False)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)

    with client:
        refuse_unfit(address, client)
        yield pool, len(client.scheduler_info(n_workers=-1)["workers"])


def refuse_unfit(address: str, client: Any) -> None:
    """Find out before the judging whether each worker judges as this machine would.

    Raises:
        UserError: one does not, or there is none.
    """
    try:
        workers = client.run(about_here)
    except Exception as error:
        raise UserError(f"--on {address}: a worker cannot judge: {error!r:.200}") from None
    if not workers:
        raise UserError(f"--on {address}: the scheduler has no worker yet")
    for name, about in workers.items():
        if about["judge"] != judged_by():
            raise UserError(
                f"--on {address}: the worker {name} has vmlesson {about['judge']}, this machine "
                f"has {judged_by()}: install the same on both"
            )
        if about["lacking"]:
            raise UserError(f"--on {address}: on the worker {name} {about['lacking'][0]}")
