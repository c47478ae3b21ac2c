"""What the learner's code meets in its process: a stub of ``vmlesson.kernel``.

The judge sends this file, with ``nursery.py``, to a bare interpreter (``python -I -S``): that finds
neither vmlesson nor anything else that was installed.  There is no state here, no other CPU and no
verdict: every operation, and every read of a field, is a question to the judge.  What in it asks
nobody is used by the judge and by a notebook's checks as well: so both say the same.

A conversation is lines of JSON.  The judge sends ``{"call": arguments, "replies": [...]}``: call
the function, and take these as the replies to its first questions; with ``"forgets": true``, let go
of all objects before.  The child goes on from there with ``["ask", question, digest]``, waits for
``{"v": value}`` or ``{"e": [type, message]}``, and ends with ``["ret", value, digest]`` or
``["exc", ...]``.  A new call may come instead of a reply: the running one is then abandoned.
"""

# mypy: ignore-errors
# (Most of it stands for objects that have whatever fields the judge says.)

import __future__

import ast
import builtins
import collections
import contextlib
import dis
import functools
import gc
import hashlib
import importlib.machinery
import inspect
import io
import json
import linecache
import operator
import os
import re
import signal
import sys
import threading
import time
import traceback
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
        self.digest = hashlib.sha1()
        self.printed = ""
        self.lines = 0


JUDGE = None
CALL = None
NEXT = None
FILES = set()
MAIN = 0
TYPES = {}
OBJECTS = {}
MOST_LINES, MOST_LETTERS = 100, 1_000


def line_of_learner():
    """The line of the learner's code that is asking."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in FILES:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def ask(kind, *about, line=None):
    """Put a question, and return the reply: one that is known already, or the judge's.

    Its line is that of the learner which is running, if no other is given.
    """
    global NEXT
    call = CALL
    if call is None:
        raise RuntimeError(
            f"{kind}: only the function that is asked for may do this, when the kernel calls it"
        )
    if threading.get_ident() != MAIN:
        raise RuntimeError("only the thread that the kernel called may ask it for something")
    if call.abandoned:
        raise Abandoned
    call.digest.update(json.dumps(about).encode())
    if call.replies:
        reply = call.replies.popleft()
    else:
        line = line_of_learner() if line is None else line
        JUDGE.send(["ask", [kind, line, *about], call.digest.hexdigest()])
        reply = JUDGE.receive()
        if "call" in reply:
            NEXT = reply
            call.abandoned = True
            raise Abandoned
    call.digest.update(json.dumps(reply).encode())
    if "e" in reply:
        raise getattr(builtins, reply["e"][0])(reply["e"][1])
    return WIRE.decoded(reply["v"])


class Wire:
    """Values as JSON, at both ends: plain ones as they are, others as ``{tag: what is in it}``.

    Args:
        pte: the type of a pte at this end.
        name: gives the tag and the inside of what is no value; of what has no use, "x" and a word.
        thing: what this end makes of these.
    """

    MOST, DEEPEST = 1000, 8
    ALL = 10_000
    """So many values at most are inside of one: a list may hold itself, more than once."""

    def __init__(self, pte, name, thing):
        self.tags = {pte: "p", tuple: "t", list: "l", frozenset: "s", dict: "d"}
        plain = (bool, int, str, float, bytes, *self.tags)  # and what is a kind of these
        self.plain = set(map(id, plain))  # a class may have no hash, and be equal to none
        self.types = {tag: made for made, tag in self.tags.items()}
        self.name = name
        self.thing = thing

    def encoded(self, value, depth=0, room=None):
        """A value as JSON; what its own kind has made of len, iter and the like is not asked.

        `depth` is how deep in the outermost it is, `room` has an item for each that still fits.
        """
        kind = next((each for each in type(value).__mro__ if id(each) in self.plain), None)
        room = room or iter(range(self.ALL))
        if next(room, None) is None:
            return {"x": f"very long {type(value).__name__}"}
        if value is None or kind is bool or (kind is str and str.__len__(value) < self.MOST):
            return value
        if kind is int:
            return value if int.bit_length(value) < 256 else {"x": "very large int"}
        if kind is float:
            return {"f": float.hex(value)}
        if kind is bytes:
            return {"b": bytes.hex(value)}
        if kind is not None and kind.__len__(value) >= self.MOST:
            return {"x": f"very long {kind.__name__}"}
        tag = self.tags.get(kind)
        if tag is None or depth >= self.DEEPEST:
            tag, inner = self.name(value)
            return {tag: inner}
        inside = dict.items(value) if tag == "d" else kind.__iter__(value)
        items = [self.encoded(each, depth + 1, room) for each in inside]
        return {tag: sorted(items, key=json.dumps) if tag == "s" else items}

    def decoded(self, value, depth=0):
        """What the other end means; whatever it has sent is read."""
        if not isinstance(value, (dict, list)):
            return value
        tag, inner = next(iter(value.items())) if type(value) is dict and value else ("x", "value")
        if tag not in ("f", "b", *self.types) or depth >= self.DEEPEST + 2:
            return self.thing(tag, inner)
        try:
            if tag in "fb":
                return float.fromhex(inner) if tag == "f" else bytes.fromhex(inner)
            if len(inner) >= self.MOST:
                return self.thing("x", "value")
            items = [self.decoded(each, depth + 1) for each in inner]
            if tag == "p":  # its fields are what they must be
                kind, page, *bits = items
                return self.types[tag](str(kind), page, *map(bool, bits))
            return self.types[tag](items)
        except (TypeError, ValueError, OverflowError):
            return self.thing("x", "value")


def named(value):
    """What the judge is told of what is no value: the number of an object, or a type's name."""
    if isinstance(value, Absent):
        return "x", f"{value.__name__}, which is not here"[:100]
    if isinstance(value, KernelObject):
        return "h", object.__getattribute__(value, "_number")
    return "x", type(value).__name__[:100]


def thing(tag, inner):
    """What the judge means by what is no value."""
    return method(*inner) if tag == "m" else handle(*inner)


def encoded(value):
    """A value as JSON; what is asked for and was not awaited is said to be so."""
    # Nobody passes one on who has awaited it.
    return WIRE.encoded(bool(value) if isinstance(value, Request) else value)


# -------------------------------------------------------------------------------- the kernel's stub


class KernelObject:
    """A handle: all that it is lives with the judge."""

    __slots__ = ("_number",)

    def __new__(cls, *args, **kwargs):
        raise TypeError(f"{an(cls.__name__)} is the kernel's; here you cannot make one")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no field {name}", name=name)
        return ask("get", self._number, str(name))

    def __setattr__(self, name, value):
        ask("set", self._number, str(name))

    __delattr__ = lambda self, name: setattr(self, name, None)  # noqa: E731

    def __hash__(self):
        return self._number  # so that a set of them has the same order in every process

    def __reduce_ex__(self, protocol):
        kind = type(self).__name__
        raise TypeError(f"{kind} is the kernel's, and there is one of each: it cannot be copied")

    def __str__(self):
        return ask("word", self._number, False)

    def __repr__(self):
        return ask("word", self._number, True)


def handle(number, kind, name=""):
    """The object of a number: the same one in all calls, so that code that keeps it meets it."""
    if (number, kind, name) not in OBJECTS:
        made = object.__new__(TYPES.get(kind, KernelObject))
        object.__setattr__(made, "_number", number)
        if name:
            object.__setattr__(made, "__name__", name)
        OBJECTS[number, kind, name] = made
    return OBJECTS[number, kind, name]


def refuse_names(named):
    """A function that is handed over is called as in C; the names are each function's own."""
    if named:
        raise TypeError(f"it takes its arguments in order, not by name: {', '.join(named)}")


def under_name(name, function):
    function.__name__ = function.__qualname__ = name
    return function


def method(number, name):
    """A method of an object's that only reads."""

    def call(*args):
        return ask("method", number, name, [encoded(each) for each in args])

    return under_name(name, call)


class list_head(KernelObject):
    __slots__ = ()

    def __iter__(self):
        return entries(self._number, False)

    def __reversed__(self):
        return entries(self._number, True)


def entries(number, backwards):
    walk = ask("iter", number, backwards)
    while found := ask("next", walk._number):
        yield found[0]


class list_for_each_entry:
    def __init__(self, head):
        self._walk = plain("list_for_each_entry")(head)

    def __getattr__(self, name):
        return getattr(self._walk, name)

    def __aiter__(self):
        return self

    async def __anext__(self):
        found = await Request("walk on", (self._walk,), {})
        if not found:
            raise StopAsyncIteration
        return found[0]


class function(KernelObject):
    __slots__ = ("__name__",)

    def __call__(self, *args, **named):
        refuse_names(named)
        return Request("call", (self, *args), {}, self.__name__)


class pte_t(
    collections.namedtuple(
        "pte_t", "kind page write dirty young protnone", defaults=(None, False, False, False, False)
    )
):
    __slots__ = ()

    def __str__(self):
        if self.page is None:
            return self.kind
        kind = "migration entry for " if self.kind == "migration" else ""
        return f"{kind}{self.page} {'rw' if self.write else 'r'}"


WIRE = Wire(pte_t, named, thing)


class Request:
    """An operation or a call of a kernel function: asked for when it is awaited."""

    def __init__(self, name, args, kwargs, written=""):
        self.line = line_of_learner()
        self.name = name
        self.written = written or name
        self.args = args
        self.kwargs = kwargs
        self.awaited = False
        self.call = CALL

    def __await__(self):
        if self.awaited:
            raise RuntimeError("cannot reuse already awaited coroutine")
        self.awaited = True
        return (yield self) if CALL is not None else self.done()

    def done(self):
        """What comes of it: whoever runs the call asks for it, as in a notebook."""
        args = [encoded(each) for each in self.args]
        kwargs = {name: encoded(each) for name, each in self.kwargs.items()}
        return ask("op", self.name, args, kwargs, line=self.line)

    def __bool__(self, *other):
        self.awaited = True
        return ask("forgot", self.written, line=self.line)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __iter__ = __getitem__ = __bool__
    __hash__ = object.__hash__

    def __del__(self):
        if not self.awaited and self.call is CALL:
            forgot(self.line, self.written)


def forgot(line, name):
    """Say, while a call runs, that an await was forgotten."""
    if CALL is not None and not CALL.abandoned:
        with contextlib.suppress(BaseException):
            ask("forgot", name, line=line)


def forgotten(message, category, filename, lineno, file=None, line=None):
    """Python's warning of a coroutine that was never awaited: the learner's own helper."""
    name = re.match("coroutine '(.*)' was never awaited", str(message))
    made = re.search(r'File "(.*)", line (\d+), in ', str(message))
    filename, lineno = (made[1], int(made[2])) if made else (filename, lineno)
    if name and filename in FILES:
        forgot(lineno, name[1].rpartition(".")[2])


class Prints(io.TextIOBase):
    """Sends the first lines that a call prints to the judge."""

    def write(self, text):
        call = CALL
        if call is None or call.abandoned or call.lines >= MOST_LINES:
            return len(text)
        *lines, call.printed = (call.printed + text)[:MOST_LETTERS].split("\n")
        for line in lines:
            call.lines += 1
            ask("print", line)
        return len(text)


class Absent:
    """What an answer has no use for: whatever is done with it, nothing happens.

    So a learner's experiments beside the answer do no harm; ``met`` counts how often one was used.
    """

    met = 0

    def __init__(self, name):
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        """Nothing; a decorator leaves the function as it is."""
        Absent.met += 1
        return args[0] if len(args) == 1 and isinstance(args[0], types.FunctionType) else self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        Absent.met += 1
        return self

    def __await__(self):
        return self
        yield

    async def __anext__(self):
        raise StopAsyncIteration

    async def __aexit__(self, *error):
        return None

    def __repr__(self):
        return f"<{self.__name__}: not here>"

    def __format__(self, how):
        return repr(self)


def _nothing_happens(value):
    def do(self, *args):
        Absent.met += 1
        return self if value is None else value

    return do


for names, value in (
    ("add sub mul matmul truediv floordiv mod pow lshift rshift and or xor", None),
    ("radd rsub rmul rmatmul rtruediv rfloordiv rmod rpow rlshift rrshift rand ror rxor", None),
    ("neg pos abs invert round divmod rdivmod getitem enter aenter aiter", None),
    ("eq ne lt le gt ge", None),
    ("len int index contains exit setitem delitem", 0),
    ("bool", True),
    ("float", 0.0),
    ("iter", iter(())),
    ("mro_entries", ()),
):
    for name in names.split():
        setattr(Absent, f"__{name}__", _nothing_happens(value))


class Absences:
    """Finds a module for each that is not here: numpy, say, or another part of the course.

    ``starred`` says whether all names of one were asked for.
    """

    starred = False

    def __init__(self, course):
        self.course = set(course)

    def find_spec(self, name, path=None, target=None):
        """A module, unless Python would have it, or the course has not."""
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or (
            package == "vmlesson" and name not in self.course
        ):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        kernel = vars(sys.modules["vmlesson.kernel"])
        known = kernel if module.__name__.startswith("vmlesson.kernel.") else {}

        def found(name):
            if name == "__all__":
                Absences.starred = True
                return []
            if name.startswith("__"):
                raise AttributeError(name)
            return known[name] if name in known else Absent(name)

        module.__getattr__ = found


def operation(name):
    return under_name(name, lambda *args, **kwargs: Request(name, args, kwargs))


def kernel_function(name):
    made = operation(name)
    made.function = lambda *args, **kwargs: Request("function", (name,), {}, name)
    return made


def plain(name):
    def call(*args, **kwargs):
        names = {word: encoded(each) for word, each in kwargs.items()}
        return ask("plain", name, [encoded(each) for each in args], names)

    return under_name(name, call)


def predicate(name):
    """As `plain`; the body of Linux's own is asked for as one of a kernel function is."""
    made = plain(name)
    made.function = lambda *args, **kwargs: ask("plain", "function", [name], {})
    return made


def BUG_ON(condition, at=""):
    if condition:
        ask("plain", "BUG_ON", [True])


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
    known = {"list_head": list_head, "function": function}
    for name in vocabulary["types"]:
        TYPES[name] = known.get(name) or type(name, (KernelObject,), {"__slots__": ()})
    for words in (
        vocabulary["constants"],
        TYPES,
        {name: operation(name) for name in vocabulary["operations"]},
        {name: kernel_function(name) for name in vocabulary["functions"]},
        {name: plain(name) for name in vocabulary["plain"]},
        {name: predicate(name) for name in vocabulary["predicates"]},
        {name: Absent(name) for name in vocabulary["absent"]},
    ):
        vars(kernel).update(words)
    kernel.pte_t = pte_t
    kernel.BUG_ON = kernel.VM_BUG_ON = BUG_ON
    kernel.is_migration_entry = is_migration_entry
    kernel.list_for_each_entry = list_for_each_entry
    kernel.Finding = kernel.NotDriven = type("Finding", (Exception,), {})
    kernel.__all__ = [name for name in vars(kernel) if not name.startswith("_")]
    package = types.ModuleType("vmlesson")
    package.__path__ = kernel.__path__ = []
    package.kernel = kernel
    sys.modules.update({"vmlesson": package, "vmlesson.kernel": kernel})
    sys.meta_path.append(Absences(vocabulary["course"]))
    importlib.import_module("vmlesson.grade").attempt = attempt


# ------------------------------------------------------------------------------- the learner's code


STOPPED, COMPUTES, WAITS = "Stopped", "does not come to an end", "waits for ever"


class Stopped(BaseException):
    """A cell has taken half of what was left, of CPU time, or of time in which it only waits."""


class Clock:
    """Stops a cell: one that computes by its CPU time, as others may have the CPUs meanwhile."""

    def __init__(self, seconds):
        self.seconds, self.ends = seconds, time.monotonic() + seconds
        import resource  # which Windows lacks, and a browser's tab

        self.usage = functools.partial(resource.getrusage, resource.RUSAGE_SELF)
        signal.signal(signal.SIGPROF, self.computes)
        signal.signal(signal.SIGALRM, self.waits)

    def start(self):
        computing = max((self.seconds - time.process_time()) / 2, 0.1)
        waiting = max((self.ends - time.monotonic()) / 2, 0.1)
        self.used, self.slept = time.process_time(), self.usage().ru_nvcsw
        signal.setitimer(signal.ITIMER_PROF, computing, 0.1)
        signal.setitimer(signal.ITIMER_REAL, waiting, max(waiting / 10, 0.1))

    def stop(self):
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def computes(self, *_):
        raise Stopped(COMPUTES)

    def waits(self, *_):
        before, self.used = self.used, time.process_time()
        awake, self.slept = self.slept, self.usage().ru_nvcsw
        if self.used - before < 0.001 and self.slept > awake:  # whom others keep off stays awake
            raise Stopped(WAITS)


FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
IN_NOTEBOOKS = ("get_ipython", "display", "In", "Out", "_", "exit", "quit")


def load(cells, asked, notebook, parameters, seconds):
    """Run the learner's code; what was found out about the asked name."""
    space = {"__name__": "__main__", "__builtins__": builtins}
    space |= {name: Absent(name) for name in IN_NOTEBOOKS}
    skipped, definitions = [], []
    clock = Clock(seconds)
    for title, source in cells:
        FILES.add(title)
        linecache.cache[title] = len(source), None, source.splitlines(True), title
        try:
            tree = ast.parse(source, title)
            definitions += [title for each in outermost(tree) if asked in names_given(each)]
            clock.start()
            execute(tree, title, notebook, space)
        except SyntaxError as error:
            line, column = error.lineno or 0, error.offset or 0
            text = (error.text or "").rstrip("\n")[:200]
            skipped.append([title, "SyntaxError", str(error.msg), line, column, text])
        except Stopped as error:
            skipped.append([title, STOPPED, str(error), line_in(error), 0, ""])
        except BaseException as error:
            skipped.append([title, type(error).__name__, str(error)[:500], line_in(error), 0, ""])
        finally:
            clock.stop()
    found, kind = space.get(asked), described(space[asked]) if asked in space else "missing"
    made = [name for name, value in space.items() if is_learners(name, value, asked)]
    about = {"skipped": skipped, "functions": made, "definitions": definitions, "kind": kind}
    if about["kind"] == "callable":
        about |= shape(found, parameters)
    if asked == "answer":
        about["value"] = encoded(found)
    return found, about


def execute(tree, title, notebook, space):
    """Run a cell; where something absent has ended a statement of it, what comes after it.

    The names that it would have given, as in ``fig, ax = plt.subplots()``, are absent, too, and so
    are those that are missing after ``from numpy import *``.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0
    body = tree.body
    while body:
        met = Absent.met
        code = compile(ast.Module(body, []), title, "exec", flags=flags, dont_inherit=True)
        try:
            if code.co_flags & inspect.CO_COROUTINE:
                drive(types.FunctionType(code, space)())
            else:
                exec(code, space)
            return
        except Exception as error:
            unknown = isinstance(error, NameError) and Absences.starred and error.name not in space
            if Absent.met == met and not unknown:
                raise
            flags |= code.co_flags & FUTURE
            line = error.__traceback__.tb_next.tb_lineno
            place = next(n for n, each in enumerate(body) if each.end_lineno >= line)
            if unknown:
                space[error.name], body = Absent(error.name), body[place:]
                continue
            ended, body = body[place], body[place + 1 :]
            for node in ast.walk(ended):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    space.setdefault(node.id, Absent(node.id))


def drive(coroutine):
    """Run what a cell awaits at its top level, as far as that needs no loop of events."""
    with contextlib.suppress(StopIteration):
        while True:
            coroutine.send(None)


def outermost(tree):
    """The nodes of a cell, without what is in its functions and classes."""
    todo = [tree]
    while todo:
        yield (node := todo.pop())
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            todo += ast.iter_child_nodes(node)


def names_given(node):
    """The names that a statement gives to what it makes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [each.id for each in node.targets if isinstance(each, ast.Name)]
    return []


def is_learners(name, value, asked):
    """Whether it is what the learner may have meant to be asked: a function, or a value."""
    if asked == "answer":
        return isinstance(value, (list, tuple, int)) and not name.startswith("_")
    return isinstance(value, types.FunctionType) and value.__code__.co_filename in FILES


ROUND = ("__dict__", "__getattribute__", "__wrapped__", "vars", "peek", "pmds", "spec",
         "walk_order")  # fmt: skip
"""What reads behind the kernel's back: nothing would be proved, and the judge has none of it."""


OF_MODULE = ("LOAD_GLOBAL", "LOAD_NAME")
BY_NAME = {"getattr", "attrgetter", "methodcaller"}
BY_TEXT = {"eval", "exec"}
"""What takes the name of an attribute as a text, and what takes a whole one."""
OPEN = ("__main__", "builtins", "functools")
"""The modules of what is looked into.  Classes that are made without a module are of builtins."""


def inside(made, is_learners):
    """What something leads on to: what it holds, stands around or inherits; no code runs."""
    module = str((made if isinstance(made, type) else type(made)).__module__)
    file = str(getattr(sys.modules.get(module), "__file__", ""))
    if isinstance(made, types.ModuleType) or not (module in OPEN or is_learners(file)):
        return []
    around = ("__globals__", "__builtins__") if isinstance(made, types.FunctionType) else ()
    known = [id(getattr(made, name)) for name in around]
    return [each for each in gc.get_referents(made) if id(each) not in known]


def codes_in(code):
    """A code, and those of the functions that it makes."""
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from codes_in(each)


def names_in(code):
    """The names that a code looks up in its module, and all others: those in texts, too."""
    used = [each for each in dis.get_instructions(code) if each.opcode in dis.hasname]
    of_module = {each.argval for each in used if each.opname in OF_MODULE}
    others = {each.argval for each in used if each.opname not in OF_MODULE}
    texts = [each for each in code.co_consts if isinstance(each, str)]
    if not BY_TEXT.isdisjoint(of_module):
        return of_module, others.union(*(re.findall(r"\w+", text) for text in texts))
    if BY_NAME.isdisjoint(of_module | others):
        texts = [each for each in texts if each.startswith("_")]
    return of_module, others.union(*(text.split(".") for text in texts))


def way_round(found, is_learners=FILES.__contains__):
    """The first of these names in a function, in those inside of it and in those that it calls."""
    kernel = vars(sys.modules["vmlesson.kernel"])
    todo, seen = [found], set()
    for made in todo:
        if id(made) in seen:
            continue
        seen.add(id(made))
        if isinstance(made, types.FunctionType):
            file = made.__code__.co_filename
            if file != EXECUTED and not is_learners(file):
                continue  # what a library does inside is not the answer's
            space = made.__globals__
            for code in codes_in(made.__code__):
                of_module, others = names_in(code)
                for name in ROUND:
                    own = name in space and space[name] is not kernel.get(name)
                    if name in others or (name in of_module and not own):
                        return name
                todo += [space.get(name) for name in of_module]
        todo += inside(made, is_learners)
    return ""


EXECUTED = "<string>"
"""The file of what a text defines that was handed to exec."""


def described(found, is_learners=FILES.__contains__):
    """What the asked name stands for: its type, but "callable" for what may be an answer."""
    if found is None or isinstance(found, Absent):
        return "None"
    if isinstance(found, type) and type(found).__call__ is type.__call__:
        if not hasattr(found, "__await__"):  # of which a call gives what can be awaited
            return "class"
    if not callable(found):
        return type(found).__name__
    file = file_of(found)
    return "callable" if file in ("", EXECUTED) or is_learners(file) else "kernel"


def file_of(found):
    """Where the code of something is that is called, or of what it stands around; "" if nowhere."""
    code = getattr(found, "__code__", None) or getattr(inspect.unwrap(found), "__code__", None)
    return getattr(code, "co_filename", "")


def shape(found, parameters, is_learners=FILES.__contains__):
    """Whether it can be called with so many arguments, and in which cell it is."""
    about = {"signature": "it(…)", "fits": True, "title": file_of(found)}
    about["round"] = way_round(found, is_learners)
    with contextlib.suppress(TypeError, ValueError):
        signature = inspect.signature(found)
        about["signature"] = f"{getattr(found, '__name__', 'it')}{signature}"[:200]
        try:  # what stands around it may add or leave out some
            inspect.signature(found, follow_wrapped=False).bind(*range(parameters))
        except TypeError:
            about["fits"] = False
    return about


async def called(function, args, plain):
    """Whatever the call gives is awaited, if it can be; of a plain function, it is the answer."""
    made = function(*args)
    if plain and inspect.iscoroutine(made):
        made.close()
        raise TypeError("nobody awaits what a call of it gives: write def, not async def")
    if plain:
        return made
    if inspect.isasyncgen(made):
        raise TypeError("with yield in it, a call of it gives a generator: write return")
    if not inspect.isawaitable(made):
        kind = "None" if made is None else an(type(made).__name__)
        raise TypeError(f"a call of it gives {kind}, which cannot be awaited: write async def")
    return await made


def no_operation(awaited):
    """What is said of something awaited that is nobody's to answer."""
    return f"{type(awaited).__name__} is awaited, which is not an operation of the kernel's"


def line_awaiting(coroutine, is_learners):
    """The innermost line of the learner's that a coroutine waits in; 0 if it is in none."""
    line = 0
    while coroutine is not None:
        kind = next(
            (each for each in ("cr", "gi", "ag") if hasattr(coroutine, f"{each}_frame")), ""
        )
        frame = getattr(coroutine, f"{kind}_frame", None)
        if frame is not None and is_learners(frame.f_code.co_filename):
            line = frame.f_lineno
        coroutine = getattr(coroutine, f"{kind}_{'yieldfrom' if kind == 'gi' else 'await'}", None)
    return line


IS_NONE = " is None here"
OLDER = " can't be used in 'await' expression"
NOT_AWAITED = " can't be awaited"


def is_none(error):
    """For an attribute of what is None: the text of that, and that it is None; else ""."""
    if not isinstance(error, AttributeError) or error.obj is not None or not error.name:
        return ""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    line, last, begin, end = list(code.co_positions())[trace.tb_lasti // 2]
    if None in (line, last, begin, end) or line != last:
        return ""
    text = linecache.getline(code.co_filename, line).encode()[begin:end].decode(errors="replace")
    return f"{text.removesuffix('.' + error.name)}{IS_NONE}" if text.endswith(error.name) else ""


def an(kind: str) -> str:
    """A kind of thing with its article."""
    return f"{'an' if kind[:1] in 'aeiouAEIO' else 'a'} {kind}"


def said(error):
    """What an exception says; where releases of Python differ, as the newer have it."""
    try:
        text = (is_none(error) or str(error))[:500]
    except Exception:
        text = ""
    if text.startswith("object ") and text.endswith(OLDER):
        return f"'{text.removeprefix('object ').removesuffix(OLDER)}' object{NOT_AWAITED}"
    return text


def line_in(error, is_learners=FILES.__contains__):
    """The last line of a traceback that is the learner's; 0 if none is."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if is_learners(trace.tb_frame.f_code.co_filename):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def drop_frames(error):
    """Let go of what the frames of an exception hold: an await that was forgotten is found now."""
    trace, error.__traceback__ = error.__traceback__, None
    traceback.clear_frames(trace)


def run_call(function, message, plain):
    """Call the learner's function once."""
    global CALL
    if message.get("forgets"):
        for made in OBJECTS.values():  # who has kept one will ask for none
            object.__setattr__(made, "_number", -1)
        OBJECTS.clear()
    CALL = call = Call(message["replies"])
    try:
        args = [WIRE.decoded(each) for each in message["call"]]
        coroutine = called(function, args, plain)
        try:
            go_on, come = coroutine.send, None
            while isinstance(asked := go_on(come), Request):
                try:
                    go_on, come = coroutine.send, asked.done()
                except Exception as error:
                    go_on, come = coroutine.throw, error
            why = no_operation(asked)
            end = ["exc", "TypeError", why, line_awaiting(coroutine, FILES.__contains__), None, []]
        except StopIteration as stop:
            end = ["ret", encoded(stop.value)]
    except Abandoned:
        raise
    except BaseException as error:
        kind, name, names = type(error).__name__, getattr(error, "name", None), []
        if isinstance(error, AttributeError) and not isinstance(error.obj, KernelObject):
            names = [each for each in dir(error.obj) if not each.startswith("_")][:200]
        name = name if type(name) is str else None
        end = ["exc", kind, said(error), line_in(error), name, names]
        drop_frames(error)
    if not call.abandoned:
        call.digest.update(json.dumps(end[:3]).encode())
        JUDGE.send([*end, call.digest.hexdigest()])
    CALL = None


def serve(judge, cells, asked, notebook, parameters, plain, seconds):
    """The life of a child: it loads the learner's code, and calls it whenever it is told to."""
    global JUDGE, MAIN, NEXT
    JUDGE, MAIN = judge, threading.get_ident()
    warnings.simplefilter("always", RuntimeWarning)
    warnings.showwarning = forgotten
    sys.set_coroutine_origin_tracking_depth(1)
    sys.stdout = Prints()
    function, about = load(cells, asked, notebook, parameters, seconds)
    judge.send(["loaded", about])
    while True:
        message, NEXT = NEXT or judge.receive(), None
        with contextlib.suppress(Abandoned):
            run_call(function, message, plain)
