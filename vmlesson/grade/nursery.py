"""Where the processes of learners' code are born, and the walls around them.

This file is no module of the package; it is sent to a bare interpreter, as ``stub.py`` is.  That
first process is the nursery: it makes ready what every child needs, and runs nobody's code.
Whenever the judge hands it three pipes it forks a keeper, and the keeper a child, in which the
learner's code runs: it can kill nobody but its keeper, who says how it ended.
"""

# mypy: ignore-errors
# (Nobody imports it.)

import faulthandler
import importlib
import io
import json
import os
import resource
import signal
import socket
import sys

# ------------------------------------------------------------------------------ the walls around it


def limit(limits):
    """Resource limits of the system's; what it does not have is named."""
    lacking = []
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            lacking.append(name)
    return lacking


def drop_root(uid, directory):
    """A user of its own, who has no files and no processes; whether that was possible."""
    if os.geteuid() != 0:
        return False
    try:
        os.chown(directory, uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError:
        return False
    return True


def wall_in(landlock, directory):
    """No files but Python's and the own directory, no network, no signals: what could be had."""
    if landlock is None:
        return 0
    try:
        abi = landlock.abi_version()
        if not abi:
            return 0
        fs = landlock.AccessFS
        look = fs.READ_FILE | fs.READ_DIR | fs.EXECUTE
        scopes = landlock.Scope.SIGNAL | landlock.Scope.ABSTRACT_UNIX_SOCKET
        with landlock.Ruleset(scoped=scopes) as rules:
            for path in python_files():
                rules.allow_path(path, look if os.path.isdir(path) else fs.READ_FILE | fs.EXECUTE)
            rules.allow_path(directory, look | fs.WRITE_FILE | fs.MAKE_REG | fs.REMOVE_FILE)
            rules.restrict()
    except Exception:
        return 0
    return abi


def python_files():
    """The standard library and what it loads, without what was installed beside it."""
    library = os.path.dirname(os.__file__)
    installed = ("site-packages", "dist-packages")
    with os.scandir(library) as entries:
        yield from (entry.path for entry in entries if entry.name not in installed)
    for path in (
        "/lib/x86_64-linux-gnu",
        "/lib/aarch64-linux-gnu",
        "/lib64",
        "/etc/ld.so.cache",
        "/dev/null",
        "/dev/urandom",
    ):
        if os.path.exists(path):
            yield path


# --------------------------------------------------------------------------------- where it is born

COMMON = (
    "asyncio",
    "bisect",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "glob",
    "heapq",
    "inspect",
    "itertools",
    "logging",
    "math",
    "operator",
    "pathlib",
    "pprint",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "time",
    "traceback",
    "typing",
    "unicodedata",
    "uuid",
    "weakref",
)
"""What answers import; a child that is walled in may not be able to look for it."""


def make_ready(landlock):
    """What every child has; returns the module of Landlock, None where there is none."""
    for name in COMMON:
        importlib.import_module(name)
    if landlock is None:
        return None
    sys.path.append(landlock)
    try:
        return importlib.import_module("landlockpy")
    except Exception:
        return None
    finally:
        sys.path.remove(landlock)
        for name in [name for name in sys.modules if name.startswith("landlockpy")]:
            del sys.modules[name]


def births(judge):
    """The nursery's life.  Returns in each child, with the pipes from and to its judge.

    A message with three pipes is the CPU seconds of a child that is to be born on them; one without
    is a keeper that was killed.  Each is answered, so that no two can run together.
    """
    while True:
        message, pipes, _, _ = socket.recv_fds(judge, 32, 3)
        if not message:
            os._exit(0)
        if not pipes:
            os.waitpid(int(message), 0)
            judge.sendall(b"buried\n")
        elif keeper := os.fork():
            for pipe in pipes:
                os.close(pipe)
            judge.sendall(b"%d\n" % keeper)
        else:
            os.setsid()
            judge.close()
            nothing = os.open(os.devnull, os.O_RDWR)
            for standard in range(3):
                os.dup2(nothing, standard)
            if child := os.fork():
                keep(child, int(message), *pipes)
            os.close(pipes[2])
            return pipes[:2]


def keep(child, most, heard, sink, status):
    """The keeper's life: wait for the child, and say how it ended."""
    os.close(heard)
    os.close(sink)
    _, ended = os.waitpid(child, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.WEXITSTATUS(ended) % 64
    if os.WIFSIGNALED(ended):
        late = used.ru_utime + used.ru_stime >= most - 1
        code = 100 if late else min(128 + os.WTERMSIG(ended), 255)
    os.write(status, b"%d\n" % code)
    os._exit(0)


def main(stub):
    """The nursery, and then each of its children: walled in, it loads the learner's code."""
    setup = json.loads(sys.stdin.buffer.readline())
    landlock = make_ready(setup["landlock"])
    stub.stub(setup["vocabulary"])
    nursery = socket.socket(fileno=os.dup(0))
    nursery.sendall(b"ready\n")
    heard, sink = births(nursery)

    sys.stdin = io.StringIO()
    judge = stub.Judge(os.fdopen(heard, "rb"), sink)
    setup = judge.receive()
    os.chdir(setup["directory"])
    abi = wall_in(landlock, setup["directory"])
    own_user = drop_root(setup["uid"], setup["directory"])
    lacking = limit(setup["limits"])
    bare = not os.access(os.__file__, os.R_OK)
    faulthandler.register(signal.SIGUSR1, file=sink, all_threads=False)
    walls = {"user": own_user, "landlock": abi, "lacking": lacking, "bare": bare}
    judge.send(["hello", os.getpid(), walls])
    stub.serve(judge, setup["cells"], setup["asked"], setup["notebook"])
