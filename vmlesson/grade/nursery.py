"""Where the processes of learners' code are born, and the walls around them.

This file is not a module of the package; it is sent to a bare interpreter, as ``stub.py`` is.  That
first process is the nursery: it prepares what every child needs, and runs nobody's code.
Whenever the judge hands it three pipes it forks a keeper, and the keeper a child, in which the
learner's code runs.  The keeper says how the child ended, and ends it when the judge is gone.
"""

# mypy: ignore-errors
# (Nobody imports it.)

import contextlib
import ctypes
import faulthandler
import importlib
import io
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile

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


def drop_root(uid):
    """A user of its own, who has no files and no processes; whether that was possible."""
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError:
        return False
    return True


def wall_in(landlock, directory, readable):
    """No file but Python's is read, none is written, no signals: what could be had."""
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
            for path in python_files(readable):
                rules.allow_path(path, look if os.path.isdir(path) else fs.READ_FILE | fs.EXECUTE)
            rules.allow_path(directory, look)
            rules.restrict()
    except Exception:
        return 0
    return abi


def python_files(readable):
    """The standard library and what it loads, without what was installed beside it."""
    library = os.path.dirname(os.__file__)
    installed = ("site-packages", "dist-packages")
    with os.scandir(library) as entries:
        yield from (entry.path for entry in entries if entry.name not in installed)
    yield from filter(os.path.exists, readable)


X32 = 0x4000_0000
"""From here on they are those of another ABI of x86_64's."""


def refuse_calls(machines, refused):
    """Let some system calls fail with EPERM (seccomp); whether that was possible.

    They are numbers, in the order of the machines.
    """
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in machines or sys.maxsize < 1 << 32:
        return False
    arch, column = machines[machine], list(machines).index(machine)
    numbers = [each[column] for each in refused.values()]
    jumps = [(0x35, X32)] + [(0x15, number) for number in numbers if number >= 0]
    end = len(jumps)
    program = [(0x20, 0, 0, 4), (0x15, 0, end + 2, arch), (0x20, 0, 0, 0)]
    program += [(jump, end - at, 0, number) for at, (jump, number) in enumerate(jumps)]
    program += [(0x06, 0, 0, 0x7FFF_0000), (0x06, 0, 0, 0x0005_0001)]  # allow; fail with EPERM
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    prctl, word = ctypes.CDLL(None).prctl, ctypes.c_ulong
    no_more_rights = prctl(38, word(1), word(0), word(0), word(0)) == 0
    filter = struct.pack("HP", len(program), ctypes.addressof(code))
    return no_more_rights and prctl(22, word(2), filter, word(0), word(0)) == 0


# --------------------------------------------------------------------------------- where it is born


def make_ready(landlock, imported):
    """What every child has; returns the module of Landlock, None where there is none."""
    for name in imported:
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


def births(judge, directory):
    """The nursery's life.  Returns in each child, with the pipes from and to its judge.

    A message with three pipes is the CPU seconds of a child that is to be born on them; one without
    is a keeper that was killed.  Each is answered, so that no two can run together.
    """
    answer = b"ready\n"
    while True:
        message, pipes = asked(judge, answer)
        if not message:
            with contextlib.suppress(OSError):
                os.rmdir(directory)
            os._exit(0)
        if not pipes:
            os.waitpid(int(message), 0)
            answer = b"buried\n"
        elif keeper := os.fork():
            for pipe in pipes:
                os.close(pipe)
            answer = b"%d\n" % keeper
        else:
            os.setsid()
            judge.close()
            nothing = os.open(os.devnull, os.O_RDWR)
            for standard in range(3):
                os.dup2(nothing, standard)
            if child := os.fork():
                keep(child, int(message), *pipes)
            os.close(pipes[2])  # the keeper's, by which it says how the child has ended
            close_all_but(*pipes[:2])
            return pipes[:2]


def close_all_but(*kept):
    """What the nursery has open is none of a child's: a library may keep a file of its own."""
    # Not each number up to the limit: that may be a thousand million, or was higher before.
    held = os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else ()  # without /proc nobody says
    for each in map(int, held):
        if each > 2 and each not in kept:
            with contextlib.suppress(OSError):  # the list's own is closed already
                os.close(each)


def asked(judge, answer):
    """Answer the judge; returns its next message and its pipes, nothing if it is gone."""
    try:
        judge.sendall(answer)
        return socket.recv_fds(judge, 32, 3)[:2]
    except ConnectionError:
        return b"", []


def keep(child, most, heard, sink, status):
    """The keeper's life: wait for the child, and say how it ended; end it if nobody listens."""
    os.close(heard)
    os.close(sink)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    events = select.poll()
    events.register(status, 0)
    events.register(woken, select.POLLIN)
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        if (status, select.POLLERR) in events.poll():  # the judge has no use for it any more
            os.kill(child, signal.SIGKILL)
            events.unregister(status)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.WEXITSTATUS(ended[1]) % 64
    if os.WIFSIGNALED(ended[1]):
        late = used.ru_utime + used.ru_stime >= most - 1
        code = 100 if late else min(128 + os.WTERMSIG(ended[1]), 255)
    with contextlib.suppress(OSError):
        os.write(status, b"%d\n" % code)
    os._exit(0)


def main(stub):
    """The nursery, and then each of its children: walled in, it loads the learner's code."""
    setup = json.loads(sys.stdin.buffer.readline())
    sandbox = setup["sandbox"]
    landlock = make_ready(setup["landlock"], sandbox["imported"])
    stub.stub(setup["vocabulary"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the judge, who ends what there is
    directory = tempfile.mkdtemp(prefix="vmlesson-", dir=setup["temporary"])
    os.chmod(directory, 0o755)
    os.chdir(directory)
    nursery = socket.socket(fileno=os.dup(0))
    heard, sink = births(nursery, directory)

    sys.stdin = io.StringIO()
    judge = stub.Judge(os.fdopen(heard, "rb"), sink)
    setup = judge.receive()
    abi = wall_in(landlock, directory, sandbox["readable"])
    own_user = drop_root(setup["uid"])
    lacking = limit(sandbox["limits"] | {"RLIMIT_CPU": setup["cpu"]})
    calls = refuse_calls(sandbox["machines"], sandbox["refused"])
    bare = not os.access(os.__file__, os.R_OK)
    faulthandler.register(signal.SIGUSR1, file=sink, all_threads=False)
    walls = {"user": own_user, "landlock": abi, "calls": calls, "lacking": lacking, "bare": bare}
    judge.send(["hello", os.getpid(), walls])
    stub.serve(judge, **setup["submission"])
