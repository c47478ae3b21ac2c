"""The judge: the learner's function is a proxy here, and its code runs in a child.

The judge owns the kernel's state, schedules, explores and decides.  The learner's code, in the
child, can only ask.  What it would do next is a function of the replies that it had so far; so the
judge remembers it as a tree, from replies to the next question, and asks the child once for each
path.  However many interleavings are tried, the child is asked a few hundred times.

A function that keeps something from one call to the next is not such a function: the same paths are
asked for again at the end, in another order and of a fresh child, and must give the same.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from types import GeneratorType, SimpleNamespace
from typing import Any

from .. import kernel
from ..kernel import Finding, list_for_each_entry, pte_t
from ..kernel.atomic import CPU, Call, Named, Operation
from ..kernel.list import list_head
from .answer import UNWRITTEN, Running, Subject, assignment_in_words, fail, no_answer, not_ones_own
from .answer import refuse_odd, refuse_returned
from .checks import Known, check_all, check_value, depends
from .exercises import Exercise
from .feedback import advice_for, exception_in_words, kind_of, nearest, no_field, public, raised
from .process import NONSENSE, PLAIN, VOCABULARY, Abort, Child, Ended, OutOfTime
from .process import encodable, is_function, is_method, lacking_walls
from .stub import COMPUTES, STOPPED, Wire, an
from .submission import Submission
from .values import odd, received
from .verdict import ERROR, FAILED, PASSED, UNFINISHED, Verdict

BARE = (
    "Python is installed where only root may read, so no more of the standard library could be "
    "imported than is usual: judge this one with a Python that everybody may read"
)
QUESTIONS = 30_000
"""The most questions of one call."""
SAMPLE = range(200, 400)
"""How many calls of what seems right are made again in the end: at least, and at most."""


class Node:
    """What the child asks after certain replies, and where it goes on from there.

    ``heard`` is what led here from the ``parent``: a reply; of a first question, the arguments.
    """

    __slots__ = ("digest", "heard", "parent", "question", "replies")

    def __init__(self, asked: tuple[list[Any], str], parent: Node | None, heard: Any) -> None:
        self.question, self.digest = asked
        self.parent = parent
        self.heard = heard
        self.replies: dict[str, Node] = {}

    def from_the_start(self, *replies: Any) -> dict[str, Any]:
        """What brings a child here, and beyond with these replies: the call, and all replies."""
        heard, node = list(replies), self
        while node.parent is not None:
            heard.insert(0, node.heard)
            node = node.parent
        return {"call": node.heard, "replies": heard}


class Tree:
    """All that is known of what the child does.

    ``walked`` notes the nodes that were come through since it was last emptied.
    """

    def __init__(self, child: Child) -> None:
        self.child = child
        self.walked: dict[Node, None] = {}
        self.roots: dict[str, Node] = {}
        self.waiting: Node | None = None
        self.asked = 0

    def root(self, args: list[Any]) -> Node:
        """The first question of a call."""
        key = json.dumps(args)
        if key not in self.roots:
            asked = self._ask({"call": args, "replies": []})
            self.roots[key] = self.waiting = Node(asked, None, args)
        self.walked[self.roots[key]] = None
        return self.roots[key]

    def next(self, node: Node, reply: Any) -> Node:
        """The question after this reply."""
        key = json.dumps(reply)
        if key not in node.replies:
            asked = self._ask(reply if self.waiting is node else node.from_the_start(reply))
            node.replies[key] = self.waiting = Node(asked, node, reply)
        self.walked[node.replies[key]] = None
        return node.replies[key]

    def _ask(self, message: Any) -> tuple[list[Any], str]:
        self.asked += 1
        try:
            return _checked(self.child.ask(message))
        except OutOfTime as late:
            if late.busy:
                line = self.child.line()
                place = "" if line is None else f", at line {line}"
                raise Abort(FAILED, f"it computes for ever{place}") from None
            raise Abort(
                UNFINISHED, f"the judge waited {self.child.seconds:g} s for it, in vain"
            ) from None
        except Ended as end:
            raise Abort(FAILED if end.blame else UNFINISHED, str(end)) from None

    def behaves_like(self, other: list[Node]) -> bool:
        """Whether the child asks the same as another did, wherever that one was asked.

        Then every interleaving that was tried with the other would go the same way.
        """
        same: dict[Node, Node] = {}
        for node in other:
            if node.parent is None:
                mine = self.root(node.heard)
            elif node.parent in same:
                mine = self.next(same[node.parent], node.heard)
            else:
                return False
            if _without_line(mine.question) != _without_line(node.question):
                return False
            same[node] = mine
        return True

    def leaves(self) -> Iterator[Node]:
        """Where the calls ended."""
        todo = list(self.roots.values())
        while todo:
            node = todo.pop()
            todo.extend(node.replies.values())
            if not node.replies:
                yield node

    def differs(self, child: Child, least: int) -> bool:
        """Whether `child` answers some of the same calls differently, asked in another order.

        Each call is made once, and again until there were `least`.  No object is that of a call
        before.
        """
        leaves = list(self.leaves())
        random.Random(len(leaves)).shuffle(leaves)
        rounds = -(-least // len(leaves))
        for leaf in (leaves * rounds)[: SAMPLE.stop]:
            try:
                asked = leaf.from_the_start() | {"forgets": True}
                if _checked(child.ask(asked)) != (leaf.question, leaf.digest):
                    return True
            except Ended:
                return True
        return False


def _without_line(question: list[Any]) -> str:
    """As text: in Python 1 is True."""
    return repr(question if question[0] in ("ret", "exc") else [question[0], *question[2:]])


def _checked(message: list[Any]) -> tuple[list[Any], str]:
    """A question and its digest, if that is what the child sent.

    Raises:
        Ended: it is not.
    """
    if message[0] == "ask" and len(message) == 3:
        question, digest = message[1:]
        if isinstance(question, list) and len(question) >= 2 and isinstance(question[1], int):
            return question, str(digest)
    elif message[0] == "ret" and len(message) == 3:
        return message[:2], str(message[2])
    elif message[0] == "exc" and len(message) == 7:
        return message[:6], str(message[6])
    raise Ended(NONSENSE, True)


# ---------------------------------------------------------------------------------------- the proxy


PROVED: dict[tuple[str, str], list[tuple[list[Node], Known]]] = {}
"""By exercise and situation: what answers did there, and what all interleavings came to."""
MOST_PROOFS = 16


class Proxied(Subject):
    """A submission as checks take it: what it does is asked once, and once more in the end."""

    times = 1
    seconds: float | None = None
    """A busy machine ends no search: what the judge computes is limited, and the states are."""

    def __init__(self, exercise: Exercise, tree: Tree, title: str) -> None:
        super().__init__(exercise, None, title)
        self.tree = tree

    def known(self, situation: str) -> Known | None:
        """What another submission, which does the same at every point, came to there."""
        for nodes, found in PROVED.get((self.exercise.name, situation), []):
            if self.tree.behaves_like(nodes):
                return found
        self.tree.walked = {}
        return None

    def proved(self, situation: str, found: Known) -> None:
        """Remember what became of this submission there, and nothing else of it.

        A BUG_ON of its own names its line: in another submission that is another.
        """
        own = f" {self.exercise.asked}, line "
        if any(own in failure.message for failure in found.result.failures):
            return
        failures = [replace(failure, program=None) for failure in found.result.failures]
        found.result = replace(found.result, failures=failures, programs=())
        proofs = PROVED.setdefault((self.exercise.name, situation), [])
        proofs.append((list(self.tree.walked), found))
        del proofs[:-MOST_PROOFS]

    def _call(self, args: tuple[Any, ...]) -> Running:
        return Conversation(self, args)


class Conversation(Running):
    """A call that runs in the child: does what it asks for, and tells it the result."""

    def __init__(self, subject: Proxied, args: tuple[Any, ...]) -> None:
        super().__init__(subject.exercise.asked, self._run(args))
        self.exercise = subject.exercise
        self.tree = subject.tree
        self.printed = subject.printed
        self.cr_frame = SimpleNamespace(f_code=subject.code, f_lineno=0)
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}
        wire: Any = Wire
        wire = wire(pte_t, self._named, self._thing)
        self.encode: Callable[[Any], Any] = wire.encoded
        self.decode: Callable[[Any], Any] = wire.decoded

    @property
    def line(self) -> int:
        """The line that the child asks in."""
        return int(self.cr_frame.f_lineno)

    async def _run(self, args: tuple[Any, ...]) -> Any:
        """From the arguments to what is returned."""
        node = self.tree.root([self.encode(each) for each in args])
        for _ in range(QUESTIONS):
            question = node.question
            if question[0] == "ret":
                value = self.decode(question[1])
                refuse_returned(self.exercise, value)
                return value
            if question[0] == "exc":
                raise self._ended_by(question)
            line = self.cr_frame.f_lineno = question[1]
            try:
                reply = await self._answer(question)
            except Finding:
                raise
            except Exception as error:
                raise fail("exception", exception_in_words(error, line)) from None
            node = self.tree.next(node, reply)
        raise fail("endless", f"line {self.cr_frame.f_lineno}: {QUESTIONS:,} questions in one call")

    async def _answer(self, question: list[Any]) -> Any:
        match question:
            case ["op", line, "call", [function, *args], dict()]:
                callee = self.decode(function)
                if not is_function(callee):
                    raise TypeError("what is called here is not a function of the kernel's")
                return self._value(await self._made(callee, args, {}, line))
            case ["op" | "plain", line, "function", [str(name)], dict()]:
                raise fail("value", not_ones_own(name[:100], line))
            case ["op", _, "walk on", [walk], dict()]:
                return await self._walk_on(self.decode(walk))
            case ["op", line, str(name), list(args), dict(kwargs)] if (
                name in VOCABULARY["operations"]
            ):
                made = self._made(getattr(kernel, name), args, kwargs, line)
                return self._value(await made)
            case ["get", _, int(number), str(name)]:
                return self._get(self._object(number), name)
            case ["set", line, int(number), str(name)]:
                kind = type(self._object(number)).__name__
                raise fail("assignment", assignment_in_words(kind, name[:100], line))
            case ["forgot", line, str(name)]:
                raise fail("never awaited", f"line {line}: await is missing before {name[:100]}(…)")
            case ["word", _, int(number), bool(is_repr)]:
                return self._value((repr if is_repr else str)(self._object(number)))
            case ["iter", _, int(number), bool(backwards)]:
                head = self._object(number)
                if not isinstance(head, list_head):
                    raise TypeError(f"{an(type(head).__name__)} is no list")
                return self._value(reversed(head) if backwards else iter(head))
            case ["next", _, int(number)]:
                walk = self._object(number)
                if not isinstance(walk, GeneratorType):
                    raise TypeError("this is no walk")
                return self._value(tuple(islice(walk, 1)))
            case ["print", _, str(text)]:
                self.printed.write(f"{text}\n")
                return self._value(None)
            case ["plain", _, "BUG_ON", _]:
                kernel.BUG_ON(True, at=f"{self.cr_frame.f_code.co_name}, line {question[1]}")
            case ["method", _, int(number), str(name), list(args)]:
                method: Any = getattr(self._object(number), name, None)
                if name.startswith("_") or not is_method(method):
                    raise TypeError("this is no method")
                return self._value(method(*map(self.decode, args)))
            case ["plain", _, str(name), list(args), dict(kwargs)] if name in (
                *PLAIN,
                *VOCABULARY["predicates"],
            ):
                values = {str(word): self.decode(each) for word, each in kwargs.items()}
                return self._value(getattr(kernel, name)(*map(self.decode, args), **values))
        raise TypeError("this is no question that the kernel could answer")

    def _made(self, function: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        values = {name: self.decode(each) for name, each in kwargs.items()}
        awaitable = function(*map(self.decode, args), **values)
        if isinstance(awaitable, Operation | Call):
            awaitable.code, awaitable.lineno = self.cr_frame.f_code, line
            refuse_odd(awaitable)
        return awaitable

    async def _walk_on(self, walk: Any) -> Any:
        if not isinstance(walk, list_for_each_entry):
            raise TypeError("this is no walk")
        try:
            return self._value([await walk.__anext__()])  # anext() unpacks what is a tuple
        except StopAsyncIteration:
            return self._value([])

    def _get(self, owner: Any, name: str) -> Any:
        value = None if name.startswith("_") else getattr(owner, name, self)
        if name.startswith("_") or value is self or not encodable(value):
            said = advice_for("AttributeError", "", name, public(owner))
            return {"e": ["AttributeError", f"{no_field(owner, name)}{said}"]}
        return self._value(value)

    # -- values

    def _value(self, value: Any) -> Any:
        return {"v": self.encode(value)}

    def _named(self, value: Any) -> tuple[str, Any]:
        """An object as its number in this call and its type; a function with its name, too."""
        if is_method(value):
            return "m", [self._number(value.__self__), value.__name__]
        if is_function(value):
            return "h", [self._number(value), "function", value.__name__]
        if isinstance(value, Named | CPU | GeneratorType | list_for_each_entry):
            return "h", [self._number(value), type(value).__name__.removeprefix("freed_")]
        raise TypeError(f"{an(type(value).__name__)} is nothing that an answer could use")

    def _number(self, value: Any) -> int:
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return self.numbers[id(value)]

    def _thing(self, tag: str, inner: Any) -> Any:
        if tag == "h" and isinstance(inner, int):
            return self._object(inner)
        return odd(tag, inner)

    def _ended_by(self, question: list[Any]) -> Finding:
        """An exception that the learner's code let through."""
        match question:
            case ["exc", str(kind), str(message), int(line), name, list(names)]:
                known = [each for each in names if isinstance(each, str)]
                return fail(kind_of(kind), raised(kind[:100], message[:500], line, name, known))
        return fail("exception", "an exception that cannot be read")

    def _object(self, number: int) -> Any:
        if not 0 <= number < len(self.objects):
            raise TypeError("an object of another call")
        return self.objects[number]


# ---------------------------------------------------------------------------------- one submission


def judge(exercise: Exercise, submission: Submission, seconds: float) -> Verdict:
    """Judge one submission.

    Args:
        seconds: how long its own code is waited for, in all; the exploring is not counted.
    """
    started = time.perf_counter()
    report = exercise.verdict(submission.outcome, submission.error)
    if not submission.error:
        try:
            child = Child(exercise, submission, seconds)
        except (Ended, OutOfTime) as error:
            report.outcome, report.sentence = _not_loaded(error)
        else:
            try:
                report = _judge(exercise, submission, child, seconds)
            finally:
                child.kill()
    report.submission = submission.name
    report.seconds = time.perf_counter() - started
    return report


def _not_loaded(error: Ended | OutOfTime) -> tuple[str, str]:
    """What comes of a submission whose own cells did not run, and why."""
    if isinstance(error, OutOfTime):
        blame, why = error.busy, "running the submission's own cells does not come to an end"
    else:
        blame, why = error.blame, f"while its own cells ran, {error}"
    return FAILED if blame else UNFINISHED, why


def _judge(exercise: Exercise, submission: Submission, child: Child, seconds: float) -> Verdict:
    about = child.about
    notes = [*lacking_walls(child.walls), *submission.notes, *_notes(exercise, about)]
    if child.walls.get("bare") and any(_lacks_the_library(one) for one in about["skipped"]):
        notes.append(BARE)
    outcome, why = _objection(exercise, about, submission.notebook)
    if exercise.judge is not None:
        report = check_value(exercise, received(about["value"]))
        if about["kind"] in ("missing", *UNWRITTEN):
            report.outcome, report.sentence = UNFINISHED if outcome == UNFINISHED else FAILED, why
            for check in report.checks:
                check.message = "there is no answer"
    elif why:
        report = exercise.verdict(outcome, why)
    else:
        tree = Tree(child)
        report = check_all(Proxied(exercise, tree, about["title"] or submission.name))
        findings = [check.finding for check in report.checks if check.finding is not None]
        ends = all(finding.failure.kind != "endless" for finding in findings)
        if tree.roots and ends and (report.outcome == PASSED or findings):
            _look_again(report, tree, submission, exercise, seconds)
    report.warnings[:0] = notes
    return report


def _lacks_the_library(skipped: Any) -> bool:
    """Whether a cell was ended by the import of something that comes with Python."""
    _, kind, message, *_ = skipped
    named = re.search(r"No module named '([^'.]+)", message)
    missing = named[1] if kind == "ModuleNotFoundError" and named else ""
    return missing in sys.stdlib_module_names


def _look_again(
    report: Verdict, tree: Tree, submission: Submission, exercise: Exercise, seconds: float
) -> None:
    """Ask a fresh child the same; what depends on the calls before has passed nothing."""
    try:
        again = Child(exercise, submission, seconds, other=True)
    except (Ended, OutOfTime):
        return depends(report)
    try:
        if tree.differs(again, SAMPLE.start if report.outcome == PASSED else 1):
            depends(report)
    except OutOfTime as late:
        if report.outcome == PASSED and not late.busy:
            report.outcome, report.proof = UNFINISHED, ""
            report.sentence = "the judge waited for it in vain"
        elif report.outcome == PASSED:
            depends(report)
    finally:
        again.kill()


def _notes(exercise: Exercise, about: dict[str, Any]) -> list[str]:
    notes = []
    definitions = about["definitions"]
    if len(definitions) > 1:
        notes.append(f"{exercise.asked} is defined {len(definitions)} times; the last one counts")
    for title, kind, message, line, *_ in about["skipped"]:
        place = f", line {line}" if line else ""
        how = f"{message} and was stopped" if kind == STOPPED else f"raised {kind}: {message}"
        notes.append(f"{title}{place} {how}; the rest of it was skipped")
    return notes


def _objection(exercise: Exercise, about: dict[str, Any], notebook: bool) -> tuple[str, str]:
    """Why there is nothing to judge, in words, and what comes of that; "" if there is."""
    asked, kind, functions, skipped = (
        exercise.asked, about["kind"], about["functions"], about["skipped"]
    )  # fmt: skip
    if kind == "missing" or (kind == "kernel" and (functions or skipped)):
        for title, name, message, line, column, text in skipped:
            place = f"{title}, line {line}"
            if name == "SyntaxError":
                caret = " " * min(max(column - 1, 0), len(text)) + "^"
                return ERROR, f"{place}: {message}\n    {text}\n    {caret}"
            if not notebook or title in about["definitions"]:
                missed = f"what follows it, {asked} too, was not reached"
                if name != STOPPED:
                    return ERROR, f"{place}: {name}: {message}; {missed}"
                return FAILED if message == COMPUTES else UNFINISHED, f"{place} {message}; {missed}"
        noun = "function" if exercise.parameters else "value"
        found = f"found: {', '.join(functions)}" if functions else f"no {noun} was found"
        return ERROR, f"{asked} is not defined{nearest(asked, functions)}; {found}"
    why = no_answer(exercise, kind, about)
    return FAILED if kind in UNWRITTEN else ERROR, why
