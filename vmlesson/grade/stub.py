"""What the learner's code meets in its process: a stub of ``vmlesson.kernel``.

This file is no module of the package.  The judge sends it, with ``nursery.py``, to a bare
interpreter (``python -I -S``), which finds neither vmlesson nor anything else that was installed.
There is no state here, no other CPU and no verdict: every operation, and every read of a field, is
a question to the judge.

A conversation is lines of JSON.  The judge sends ``{"call": arguments, "replies": [...]}``: call
the function, and take these as the replies to its first questions.  The child goes on from there
with ``["ask", question, digest]``, waits for ``{"v": value}`` or ``{"e": [type, message]}``, and
ends with ``["ret", value, digest]`` or ``["exc", ...]``.  A new call may come instead of a reply:
the running one is then abandoned.
"""

# mypy: ignore-errors
# (Nobody imports it; most of it stands for objects that have whatever fields the judge says.)

import ast
import builtins
import collections
import contextlib
import hashlib
import importlib.machinery
import json
import os
import re
import sys
import threading
import types
import warnings


class Abandoned(BaseException):
    """The judge wants nothing more of this call."""


# -------------------------------------------------------------------------------- the conversation


class Judge:
    """The other end of the pipe."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink

    def send(self, message):
        data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        while data:
            data = data[os.write(self.sink, data) :]

    def receive(self):
        line = self.source.readline()
        if not line:
            os._exit(0)
        return json.loads(line)


class Call:
    """One run of the learner's function."""

    def __init__(self, replies):
        self.replies = collections.deque(replies)
        self.abandoned = False
        self.objects = {}
        self.digest = hashlib.sha1()

    def object(self, number, kind):
        if number not in self.objects:
            made = object.__new__(TYPES.get(kind, KernelObject))
            object.__setattr__(made, "_number", number)
            self.objects[number] = made
        return self.objects[number]


JUDGE = None
CALL = None
NEXT = None
FILES = set()
MAIN = 0
TYPES = {}


def line_of_learner():
    """The line of the learner's code that is asking."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in FILES:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def ask(question):
    """Put a question, and return the reply: one that is known already, or the judge's."""
    global NEXT
    call = CALL
    if call is None:
        raise RuntimeError(
            f"{question[0]}: only the function that is asked for may do this, "
            f"when the kernel calls it"
        )
    if threading.get_ident() != MAIN:
        raise RuntimeError("only the thread that the kernel called may ask it for something")
    if call.abandoned:
        raise Abandoned
    call.digest.update(json.dumps(question[2:]).encode())
    if call.replies:
        reply = call.replies.popleft()
    else:
        JUDGE.send(["ask", question, call.digest.hexdigest()])
        reply = JUDGE.receive()
        if "call" in reply:
            NEXT = reply
            call.abandoned = True
            raise Abandoned
    call.digest.update(json.dumps(reply).encode())
    if "e" in reply:
        raise getattr(builtins, reply["e"][0])(reply["e"][1])
    return decoded(reply["v"])


def encoded(value, depth=0):
    """A value as JSON; what the kernel has no use for is named by its type."""
    if value is None or value is True or value is False:
        return value
    if type(value) is int:
        return value if value.bit_length() < 256 else {"x": "very large int"}
    if isinstance(value, Request):
        return bool(value)  # nobody passes one on who has awaited it
    if isinstance(value, KernelObject):
        return {"h": object.__getattribute__(value, "_number")}
    if isinstance(value, pte_t) and depth < 8:
        return {"p": [encoded(each, depth + 1) for each in value]}
    if type(value) is str and len(value) < 1000:
        return value
    if type(value) is tuple and len(value) < 1000 and depth < 8:
        return {"t": [encoded(each, depth + 1) for each in value]}
    if type(value) is list and len(value) < 1000 and depth < 8:
        return {"l": [encoded(each, depth + 1) for each in value]}
    if type(value) is dict and len(value) < 1000 and depth < 8:
        return {"d": [[encoded(k, depth + 1), encoded(v, depth + 1)] for k, v in value.items()]}
    return {"x": type(value).__name__[:100]}


def decoded(value):
    """What the judge means by a value."""
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "h":
        return CALL.object(*inner)
    if kind == "t":
        return tuple(map(decoded, inner))
    if kind == "s":
        return frozenset(map(decoded, inner))
    if kind == "p":
        return pte_t(*map(decoded, inner))
    if kind == "b":
        return bytes.fromhex(inner)
    raise ValueError(kind)


# -------------------------------------------------------------------------------- the kernel's stub


class KernelObject:
    """A handle: all that it is lives with the judge."""

    __slots__ = ("_number",)

    def __new__(cls, *args, **kwargs):
        raise TypeError(f"a {cls.__name__} is the kernel's; here you cannot make one")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no field {name}", name=name)
        return ask(["get", line_of_learner(), self._number, str(name)])

    def __setattr__(self, name, value):
        ask(["set", line_of_learner(), self._number, str(name)])

    __delattr__ = lambda self, name: setattr(self, name, None)  # noqa: E731

    def __repr__(self):
        return f"<{type(self).__name__} {self._number}>"


class list_head(KernelObject):
    __slots__ = ()

    def __iter__(self):
        return Entries(ask(["iter", line_of_learner(), self._number, False]))

    def __reversed__(self):
        return Entries(ask(["iter", line_of_learner(), self._number, True]))


class page_table(KernelObject):
    __slots__ = ()

    def slot(self, address):
        return ask(["plain", line_of_learner(), "slot", [encoded(self), encoded(address)], {}])


class Entries:
    def __init__(self, walk):
        self.walk = walk

    def __iter__(self):
        return self

    def __next__(self):
        found = ask(["next", line_of_learner(), self.walk._number])
        if not found:
            raise StopIteration
        return found[0]


class list_for_each_entry:
    def __init__(self, head):
        self.walk = ask(["plain", line_of_learner(), "list_for_each_entry", [encoded(head)]])

    def __aiter__(self):
        return self

    async def __anext__(self):
        found = await Request("walk on", (self.walk,), {})
        if not found:
            raise StopAsyncIteration
        return found[0]


class function(KernelObject):
    __slots__ = ()

    def __call__(self, *args):
        return Request("call", (self, *args), {})


pte_t = collections.namedtuple(
    "pte_t", "kind page write dirty young protnone", defaults=(None, False, False, False, False)
)


class Request:
    """An operation or a call of a kernel function: asked for when it is awaited."""

    def __init__(self, name, args, kwargs):
        self.line = line_of_learner()
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.awaited = False
        self.call = CALL

    def __await__(self):
        self.awaited = True
        args = [encoded(each) for each in self.args]
        kwargs = {name: encoded(each) for name, each in self.kwargs.items()}
        return ask(["op", self.line, self.name, args, kwargs])
        yield

    def __bool__(self):
        self.awaited = True
        return ask(["forgot", self.line, self.name])

    def __del__(self):
        if not self.awaited and CALL is not None and self.call is CALL and not CALL.abandoned:
            with contextlib.suppress(BaseException):
                ask(["forgot", self.line, self.name])


def forgotten(message, category, filename, lineno, file=None, line=None):
    """Python's warning of a coroutine that was never awaited: the learner's own helper."""
    name = re.match("coroutine '(.*)' was never awaited", str(message))
    if name and filename in FILES and CALL is not None and not CALL.abandoned:
        with contextlib.suppress(BaseException):
            ask(["forgot", lineno, name[1]])


class Absent:
    """What an answer has no use for: it does nothing, so that a notebook's other cells run."""

    def __init__(self, name=""):
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        return iter(())

    def __repr__(self):
        return f"<{self.__name__}: not here>"

    def __format__(self, how):
        return repr(self)

    def __bool__(self):
        return False

    def __index__(self):
        return 0

    __hash__ = object.__hash__


def absently(*args):
    """What comes of arithmetic with what is absent, of an index into it, of a comparison."""
    return next(each for each in args if isinstance(each, Absent))


ARITHMETIC = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
OTHERS = "neg pos abs invert round lt le eq ne gt ge getitem setitem delitem enter"
for _name in f"{ARITHMETIC} {' r'.join(['', *ARITHMETIC.split()])} {OTHERS}".split():
    setattr(Absent, f"__{_name}__", absently)
Absent.__exit__ = lambda self, *error: None
Absent.__float__ = lambda self: 0.0


class Finder:
    """Imports what is not here, for a learner's cell: a module in which everything is absent.

    A part of the kernel's package has the names of the kernel.
    """

    @staticmethod
    def find_spec(name, path=None, target=None):
        if not line_of_learner() or name.startswith("_"):
            return None
        return importlib.machinery.ModuleSpec(name, Finder, is_package=True)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        kernel = sys.modules["vmlesson.kernel"]
        inside = module.__name__.startswith("vmlesson.kernel.")
        if inside:
            vars(module).update({name: getattr(kernel, name) for name in kernel.__all__})
        module.__getattr__ = Absent(module.__name__).__getattr__
        module.__all__ = kernel.__all__ if inside else []


def operation(name):
    def make(*args, **kwargs):
        return Request(name, args, kwargs)

    make.__name__ = make.__qualname__ = name
    return make


def plain(name):
    def call(*args, **kwargs):
        names = {word: encoded(each) for word, each in kwargs.items()}
        return ask(["plain", line_of_learner(), name, [encoded(each) for each in args], names])

    call.__name__ = call.__qualname__ = name
    return call


def BUG_ON(condition, at=""):
    if condition:
        ask(["plain", line_of_learner(), "BUG_ON", [True]])


def attempt(function):
    try:
        return function()
    except NotImplementedError:
        return None


def is_migration_entry(pte):
    return pte.kind == "migration"


def stub(vocabulary):
    """The modules that the learner's code may import."""
    kernel = types.ModuleType("vmlesson.kernel")
    for name in vocabulary["operations"]:
        setattr(kernel, name, operation(name))
    for name in vocabulary["plain"]:
        setattr(kernel, name, plain(name))
    for name, value in vocabulary["constants"].items():
        setattr(kernel, name, value)
    for name in vocabulary["types"]:
        known = {"list_head": list_head, "function": function, "page_table": page_table}
        TYPES[name] = known.get(name) or type(name, (KernelObject,), {"__slots__": ()})
        setattr(kernel, name, TYPES[name])
    for name in vocabulary["absent"]:
        setattr(kernel, name, Absent(name))
    kernel.pte_t = pte_t
    kernel.BUG_ON = kernel.VM_BUG_ON = BUG_ON
    kernel.is_migration_entry = is_migration_entry
    kernel.list_for_each_entry = list_for_each_entry
    kernel.Finding = kernel.NotDriven = type("Finding", (Exception,), {})
    kernel.__all__ = [name for name in vars(kernel) if not name.startswith("_")]
    package = types.ModuleType("vmlesson")
    package.__path__ = []
    package.kernel = kernel
    sys.modules.update({"vmlesson": package, "vmlesson.kernel": kernel})
    for name in ("explore", "show", "grade", "scenarios", "program", "learn", "progress", "live"):
        module = types.ModuleType(f"vmlesson.{name}")
        module.__getattr__ = Absent
        sys.modules[f"vmlesson.{name}"] = module
        setattr(package, name, module)
    package.grade.attempt = attempt
    kernel.__path__ = []
    sys.meta_path.append(Finder)


# ------------------------------------------------------------------------------- the learner's code


def load(cells, asked, notebook):
    """Run the learner's code; what was found out about the asked name."""
    space = {"__name__": "__main__", "__builtins__": builtins}
    if notebook:
        space |= {name: Absent(name) for name in ("get_ipython", "display")}
    skipped, definitions = [], []
    for title, source in cells:
        FILES.add(title)
        try:
            tree = ast.parse(source, title)
            definitions += [
                (title, node.lineno)
                for node in ast.walk(tree)
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == asked
            ]
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0
            code = compile(tree, title, "exec", flags=flags, dont_inherit=True)
            if code.co_flags & 0x80:  # it awaits at its top level: that works in no cell here
                raise RuntimeError(
                    "a kernel function is awaited at the cell's top level: "
                    "write run(...) around the call"
                )
            exec(code, space)
        except SyntaxError as error:
            skipped.append(
                [
                    title,
                    "SyntaxError",
                    str(error.msg),
                    error.lineno or 0,
                    error.offset or 0,
                    (error.text or "").rstrip("\n")[:200],
                ]
            )
        except BaseException as error:
            skipped.append([title, type(error).__name__, str(error)[:500], learners(error), 0, ""])
    found = space.get(asked)
    functions = [
        name
        for name, value in space.items()
        if isinstance(value, types.FunctionType) and value.__code__.co_filename in FILES
    ]
    about = {
        "skipped": skipped,
        "functions": functions,
        "definitions": definitions,
        "kind": described(found) if asked in space else "missing",
    }
    if isinstance(found, types.FunctionType):
        code = found.__code__
        about["parameters"] = list(code.co_varnames[: code.co_argcount])
        about["required"] = code.co_argcount - len(found.__defaults__ or ())
        about["varargs"] = bool(code.co_flags & 0x04)
        about["keywords"] = [
            name
            for name in code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
            if name not in (found.__kwdefaults__ or {})
        ]
        about["title"] = code.co_filename
    if asked == "answer":
        about["value"] = encoded(found)
    return found, about


def described(found):
    if isinstance(found, types.FunctionType):
        if found.__code__.co_filename not in FILES:
            return "kernel"
        if found.__code__.co_flags & 0x200:
            return "generator"
        return "async" if found.__code__.co_flags & 0x80 else "function"
    if isinstance(found, type):
        return "class"
    return type(found).__name__ if found is not None else "None"


def learners(error):
    """The learner's line in a traceback."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in FILES:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def run_call(function, message):
    """Call the learner's function once."""
    global CALL
    CALL = call = Call(message["replies"])
    try:
        args = [decoded(each) for each in message["call"]]
        coroutine = function(*args)
        awaited = coroutine.send(None)
        end = [
            "exc",
            "TypeError",
            f"{type(awaited).__name__} is awaited, which is no operation of the kernel's",
            line_of(coroutine),
            None,
            [],
        ]
    except StopIteration as stop:
        coroutine = None
        end = ["ret", encoded(stop.value)]
    except Abandoned:
        end = ["exc", "Abandoned", "", 0, None, []]
    except BaseException as error:
        name = getattr(error, "name", None)
        names = []
        if isinstance(error, AttributeError) and not isinstance(error.obj, KernelObject):
            names = [each for each in dir(error.obj) if not each.startswith("_")][:200]
        end = [
            "exc",
            type(error).__name__,
            str(error)[:500],
            learners(error),
            name if type(name) is str else None,
            names,
        ]
        del error
    if not call.abandoned:
        call.digest.update(json.dumps(end[:3]).encode())
        JUDGE.send([*end, call.digest.hexdigest()])
    CALL = None


def line_of(coroutine):
    frame = coroutine.cr_frame
    return frame.f_lineno if frame is not None else 0


def serve(judge, cells, asked, notebook):
    """The life of a child: it loads the learner's code, and calls it whenever it is told to."""
    global JUDGE, MAIN, NEXT
    JUDGE, MAIN = judge, threading.get_ident()
    warnings.simplefilter("always", RuntimeWarning)
    warnings.showwarning = forgotten
    function, about = load(cells, asked, notebook)
    judge.send(["loaded", about])
    while True:
        message, NEXT = NEXT or judge.receive(), None
        run_call(function, message)
