"""The child, as the judge sees it: a process that is born, asked, measured and killed."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import marshal
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

from .. import kernel
from ..kernel.atomic import CPU, Named
from ..kernel.locks import Lock, rw_semaphore
from ..kernel.mm_types import page_table
from ..kernel.text import Predicate, Symbol
from .exercises import Exercise
from .submission import Submission

BOOT = (
    "import marshal, sys, types; "
    "stub, nursery = marshal.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline()))); "
    "module = types.ModuleType('stub'); exec(stub, module.__dict__); "
    "exec(nursery); main(module)"
)
SANDBOX = Path(__file__).with_name("sandbox.toml")
LONGEST_LINE = 1 << 20
BUSY = 2.0
"""Seconds of its own CPU time after which one call is taken to be never answered."""
SILENT = 60.0
"""Seconds that a nursery or a keeper may say nothing: they do at once what they are asked."""
SHOWS = 5.0
"""Seconds for a child that computes to say where."""
SANDBOX_UIDS = 1_900_000_000
PLAIN = ("find_vma", "find_vma_prev", "insert_vma", "linear_page_index", "list_for_each_entry",
         "migration_entry_to_page", "mk_pte")  # fmt: skip
LOCAL = ("BUG_ON", "VM_BUG_ON", "is_migration_entry", "pte_t", "Finding", "NotDriven")
ABSENT = ("Kernel", "Mapping", "Patch", "RELEASES", "Release", "SYMBOLS", "Scenario", "Task",
          "kernel_function", "run", "walk_order")  # fmt: skip


class Abort(BaseException):
    """The judging of a submission ends here, whatever was being explored.

    ``outcome`` is "failed" where it is proved to be the submission's fault, else "unfinished".
    """

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


class OutOfTime(Exception):
    """The child did not answer in time; ``busy`` if it used the CPU all the while."""

    def __init__(self, busy: bool) -> None:
        super().__init__()
        self.busy = busy


class Ended(Exception):
    """The child has ended; the message says how, ``blame`` whether that was its own doing."""

    def __init__(self, message: str, blame: bool) -> None:
        super().__init__(message)
        self.blame = blame


def vocabulary() -> dict[str, Any]:
    """What the stub of ``vmlesson.kernel`` in the child offers, by how it is asked for."""
    words: dict[str, Any] = {
        "operations": [], "functions": [], "plain": list(PLAIN), "predicates": [], "constants": {},
        "types": []
    }  # fmt: skip
    absent = list(ABSENT)
    for name in kernel.__all__:
        thing = getattr(kernel, name)
        if name in (*PLAIN, *LOCAL, *ABSENT):
            continue
        if isinstance(thing, int):
            words["constants"][name] = thing
        elif isinstance(thing, type):
            words["types"].append(name)
        elif name.startswith("sys_") or not callable(thing):
            absent.append(name)
        elif isinstance(thing, Predicate):
            words["predicates"].append(name)
        else:
            words["operations"].append(name)
            if isinstance(thing, Symbol):
                words["functions"].append(name)
    words["types"] += ["pte_slot", "page_table", "pmd", "function"]
    package = Path(__file__).parents[1]
    files = [file.relative_to(package.parent) for file in package.rglob("*.py")]
    course = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
    return words | {"absent": absent, "course": course}


VOCABULARY = vocabulary()


class Nursery:
    """A bare interpreter that has read ``nursery.py``, and forks a child when it is asked to."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", BOOT],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
        )
        theirs.close()
        self.socket.settimeout(SILENT)
        program = _program()
        sandbox = tomllib.loads(SANDBOX.read_text(encoding="utf-8"))
        setup = json.dumps({"vocabulary": VOCABULARY, "sandbox": sandbox, "landlock": _landlock(),
                            "temporary": tempfile.gettempdir()}).encode()  # fmt: skip
        self.socket.sendall(b"%d\n%s%s\n" % (len(program), program, setup))
        self._answer()

    def birth(self, cpu: int, pipes: list[int]) -> int:
        """Have a child born on three pipes; the process ID of its keeper.

        Args:
            cpu: the seconds that it may compute.
            pipes: where it hears the judge, where it answers, where its keeper says how it ended.
        """
        socket.send_fds(self.socket, [b"%d" % cpu], pipes)
        return int(self._answer())

    def bury(self, keeper: int) -> None:
        """Take note that a keeper was killed; from now on its process ID may be another's."""
        self.socket.sendall(b"%d" % keeper)
        self._answer()

    def _answer(self) -> bytes:
        answer = b""
        while not answer.endswith(b"\n"):
            if not (more := self.socket.recv(32)):
                raise OSError("the nursery has ended")
            answer += more
        return answer

    def close(self) -> None:
        """End it; its children, if any, end when their judge is gone."""
        self.socket.close()
        try:
            self.process.wait(2.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


NURSERIES: dict[bool, Nursery] = {}
"""Two of them: their children have different addresses, and another order of sets."""


def birth(other: bool, cpu: int, pipes: list[int]) -> tuple[Nursery, int]:
    """Have a child born in one of the nurseries; one that has ended is replaced."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            nursery = NURSERIES.get(other) or NURSERIES.setdefault(other, Nursery())
            return nursery, nursery.birth(cpu, pipes)
        if other in NURSERIES:
            NURSERIES.pop(other).close()
    raise Ended("no process could be started for it", False)


@atexit.register
def end_nurseries() -> None:
    while NURSERIES:
        NURSERIES.popitem()[1].close()


class Child:
    """A fresh process with the learner's code in it.

    Args:
        seconds: how long it may be waited for, in all.
        other: whether it comes from the other nursery.

    ``about`` is what loading the code showed, ``walls`` what keeps it in.
    """

    def __init__(
        self, exercise: Exercise, submission: Submission, seconds: float, other: bool = False
    ) -> None:
        self.seconds = seconds
        self.spent, self.pid = 0.0, 0
        self.ready = self._ready()
        self.buffer = b""
        served = {
            "cells": submission.cells,
            "notebook": submission.notebook,
            "asked": exercise.asked,
            "parameters": len(exercise.parameters),
            "plain": exercise.plain,
            "seconds": seconds,
        }
        cpu, uid = int(seconds) + 5, SANDBOX_UIDS + os.getpid() % 100_000_000
        heard, self.speak = os.pipe()
        self.listen, sink = os.pipe()
        self.status, status = os.pipe()
        theirs = [heard, sink, status]
        self.keeper = 0
        try:
            self.nursery, self.keeper = birth(other, cpu, theirs)
        finally:
            for pipe in theirs:
                os.close(pipe)
            if not self.keeper:
                self._close()
        try:
            self.send({"submission": served, "uid": uid, "cpu": cpu})
            hello = self.receive()
            self.pid, self.walls = int(hello[1]), dict(hello[2])
            self.about = _about(self.receive(seconds))
        except BaseException:
            self.kill()
            raise

    def send(self, message: Any) -> None:
        data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self.speak, data) :]
        except OSError:
            raise self._ended() from None

    def ask(self, message: Any) -> list[Any]:
        """Send a line, and wait for the answer.

        Raises:
            OutOfTime, Ended: there is none.
        """
        self.send(message)
        return self.receive()

    def receive(self, busy: float = BUSY) -> list[Any]:
        """Wait for a line; in vain if the child computes for more than `busy` seconds.

        Raises:
            OutOfTime, Ended: there is none.
        """
        started, cpu = time.monotonic(), None
        try:
            while b"\n" not in self.buffer:
                left = self.seconds - self.spent - (time.monotonic() - started)
                if left <= 0 and (left := left + self._ready() - self.ready) <= 0:
                    raise OutOfTime(busy=False)
                if _is_ready(self.listen, min(left, 0.2)):
                    self._read()
                elif cpu is None:
                    cpu = self._cpu()
                elif self._cpu() - cpu > busy:
                    raise OutOfTime(busy=True)
        finally:
            self.spent += time.monotonic() - started
        line, _, self.buffer = self.buffer.partition(b"\n")
        try:
            message = json.loads(line, parse_constant=_refuse_number, parse_float=_refuse_number)
        except (ValueError, RecursionError):
            raise Ended(NONSENSE, True) from None
        if not isinstance(message, list) or not message or not isinstance(message[0], str):
            raise Ended(NONSENSE, True)
        return message

    def _read(self) -> None:
        data = os.read(self.listen, 1 << 16)
        if not data:
            raise self._ended()
        self.buffer += data
        if len(self.buffer) > LONGEST_LINE:
            raise Ended(NONSENSE, True)

    def _cpu(self) -> float:
        """CPU seconds that the child has used so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        ticks: int = os.sysconf("SC_CLK_TCK")
        return (int(fields[11]) + int(fields[12])) / ticks

    def _ready(self) -> float:
        """Seconds so far that it and the judge could have run, had there been a CPU for them."""
        return queued(self.pid) + queued(os.getpid())

    def line(self) -> int | None:
        """The line of the learner's code that is running, if it can be found out."""
        if not self.pid:
            return None
        self.buffer = b""
        with contextlib.suppress(OSError, Ended):
            os.kill(self.pid, signal.SIGUSR1)
            deadline = time.monotonic() + SHOWS
            while time.monotonic() < deadline:
                if _is_ready(self.listen, 0.1):
                    self._read()
                for file, line in re.findall(rb'File "([^"]*)", line (\d+)', self.buffer):
                    if file not in (b"stub", b"nursery", b"<string>") and b"/" not in file:
                        return int(line)
        return None

    def _ended(self) -> Ended:
        said = os.read(self.status, 16) if _is_ready(self.status, SILENT) else b""
        if not said:
            return Ended("it ended the process that kept it", True)
        code = int(said)
        if code == 100:
            return Ended("it used up its CPU time", True)
        if code == 128 + signal.SIGKILL:
            return Ended("it was killed (signal 9), perhaps because memory ran out", False)
        if code > 128:
            return Ended(f"it was ended by signal {code - 128}", True)
        return Ended("it ended its process", True)

    def kill(self) -> None:
        """End it, and all that it may have left."""
        with contextlib.suppress(OSError):
            os.killpg(self.keeper, signal.SIGKILL)
        with contextlib.suppress(OSError):
            if self.pid:
                os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.nursery.bury(self.keeper)
        self._close()

    def _close(self) -> None:
        for pipe in (self.speak, self.listen, self.status):
            os.close(pipe)
        self.speak = self.listen = self.status = -1  # whoever asks again hits nobody else's file


def _is_ready(pipe: int, seconds: float) -> bool:
    """Whether something can be read from a pipe, at once or within these seconds."""
    events = select.poll()
    events.register(pipe, select.POLLIN)
    return bool(events.poll(1000 * seconds))


def queued(pid: int) -> float:
    """Seconds that a process was ready to run and had no CPU; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


NONSENSE = "it wrote nonsense to where the judge listens"
LONGEST_WORD = 300


def _about(message: list[Any]) -> dict[str, Any]:
    """What loading the code showed, if that is what the child sent: it may send anything.

    Raises:
        Ended: it is not.
    """
    try:
        _, about = message
        return {
            "kind": _word(about["kind"]),
            "functions": [_word(name) for name in about["functions"]],
            "definitions": [_word(title) for title in about["definitions"]],
            "skipped": [
                (_word(title), _word(kind), _word(what), int(line), int(column), _word(text))
                for title, kind, what, line, column, text in about["skipped"]
            ],
            "signature": _word(about.get("signature", "")),
            "fits": bool(about.get("fits")),
            "round": _word(about.get("round", "")),
            "title": _word(about.get("title", "")),
            "value": about.get("value"),
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Ended(NONSENSE, True) from None


def _refuse_number(text: str) -> None:
    """The kernel has whole numbers; of others, some are infinite."""
    raise ValueError(text)


def _word(text: Any) -> str:
    return str(text)[:LONGEST_WORD]


def lacking_walls(walls: dict[str, Any]) -> list[str]:
    """What the system did not let the judge cut off, in words."""
    lacking = []
    if not walls.get("landlock"):
        why = "landlockpy is not installed" if _landlock() is None else "no Landlock"
        lacking.append(f"its reading and writing of files could not be cut off ({why})")
    if not walls.get("calls"):
        lacking.append("its network and its shared memory could not be cut off (no seccomp)")
    if walls.get("lacking"):
        lacking.append(f"not limited: {', '.join(map(str, walls['lacking']))}")
    return lacking


def _landlock() -> str | None:
    """Where landlockpy was installed; None if it was not."""
    spec = find_spec("landlockpy") if sys.platform == "linux" else None
    return None if spec is None or spec.origin is None else str(Path(spec.origin).parents[1])


@functools.cache
def _program() -> bytes:
    """The stub and the nursery, compiled: by the interpreter that is to run them."""
    files = [Path(__file__).with_name(f"{name}.py") for name in ("stub", "nursery")]
    return marshal.dumps([compile(file.read_bytes(), file.stem, "exec") for file in files])


def encodable(value: Any) -> bool:
    """Whether the child may have a value, or a handle for it."""
    if isinstance(value, kernel.Kernel | kernel.Task):
        return False  # they are the judge's own, and what they do is no step
    plain = (bool, int, str, bytes, list, tuple, frozenset, Named, CPU)
    return value is None or isinstance(value, plain) or is_method(value)


def is_method(value: Any) -> bool:
    """Whether it is a method that only reads, and leaves in the footprint what it has read."""
    readers = kernel.mm_struct | page_table | Lock | rw_semaphore
    return isinstance(value, MethodType) and isinstance(value.__self__, readers)


def is_function(value: Any) -> bool:
    """Whether it is a function, which the kernel may give to another to be called."""
    return isinstance(value, Symbol | FunctionType)
