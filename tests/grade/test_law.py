"""What check passes in a notebook, grade passes, and the other way round; and both say the same."""

# ruff: noqa: E501 - one line an answer

from __future__ import annotations

import pickle
import sys
from typing import Any

import pytest
from other_answers import BACK, READS, RETURN, changed, solution
from other_answers import RIGHT as OTHER_RIGHT
from other_answers import WRONG as OTHER_WRONG
from practice import checked, facts
from submissions import IMPORTS, RIGHT, WRONG

from vmlesson.explore import Failure, Shared
from vmlesson.grade.checks import replayed
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.process import Abort
from vmlesson.grade.submission import Submission
from vmlesson.grade.verdict import Verdict

SLIPS = [
    "x",
    "return",
    "pass",
    "raise NotImplementedError",
    "await nosuch(dst)",
    "list_del(dst)",
    "await list_del(dst)",
    "await list_del(5)",
    "for a in 5: pass",
    "dst.nosuch",
    "dst.anon_vma.nosuch",
    "await list_move_tail(dst.anon_vma_chain)",
    "r = list_empty(dst)\nr.x",
    "r = list_empty(dst)\nawait list_del(r)",
    "a, b = list_empty(dst.anon_vma_chain)",
    "op = list_empty(dst.anon_vma_chain)\nreturn op",
    "if list_empty(dst.anon_vma_chain): return",
    "root = lock_anon_vma_root(None, dst.anon_vma)\nawait unlock_anon_vma_root(root)",
    "for avc in dst.anon_vma_chain:\n    await anon_vma_lock(avc)",
    "for avc in dst.anon_vma_chain:\n    await list_move_tail(avc, avc.anon_vma.head)",
    "for avc in dst.anon_vma_chain:\n    list_move_tail(avc.same_anon_vma, avc.anon_vma.head)",
    "for avc in list_for_each_entry(dst.anon_vma.head): pass",
    "async for avc in dst.anon_vma_chain: pass",
    "dst.vm_start = 5",
    "for avc in dst.anon_vma_chain:\n    avc.vma = None",
    "await 5",
    "await None",
    "x = yield",
    "helper(dst)",
    "x = helper(dst)\nraise ValueError(x)",
    "assert 0",
    "BUG_ON(True)",
    "VM_BUG_ON(dst)",
    "await anon_vma_moveto_tail(dst)",
    "await mutex_lock(dst.anon_vma.root.root.mutex)",
    "await mutex_unlock(dst.anon_vma.root.mutex)",
    "dst.anon_vma_chain[0]",
    "len(dst.anon_vma_chain)",
    "dst.anon_vma_chain.head",
    "dst = None\ndst.anon_vma_chain",
    "list(dst.anon_vma_chain)[9]",
    "{}['x']",
    "await lock_anon_vma_root(dst.anon_vma)",
    "print(dst.vm_start)\nraise ValueError",
]
"""What beginners write as the body of anon_vma_moveto_tail."""


def slip(body: str) -> str:
    lines = body.replace("\n", "\n    ")
    helper = "async def helper(x):\n    pass\n"
    return f"{IMPORTS}{helper}async def anon_vma_moveto_tail(dst):\n    {lines}\n"


def both(exercise: str, source: str) -> tuple[Verdict, Verdict]:
    """What a notebook says, and what `vmlesson grade` says."""
    submission = Submission("answer.py", [("answer.py", source)])
    return checked(exercise, source), judge(find_exercise(exercise), submission, 60.0)


def agree(exercise: str, source: str) -> Verdict:
    here, there = both(exercise, source)
    assert facts(here) == facts(there)
    return there


@pytest.mark.sample(4)
@pytest.mark.parametrize("body", SLIPS)
def test_of_a_beginners_mistake_both_say_the_same(body: str) -> None:
    agree("moveto_tail", slip(body))


@pytest.mark.parametrize(
    ("exercise", "old", "new"),
    [
        ("vma_address", "* PAGE_SIZE", "* PAGE_SIZE / 1"),
        ("vma_address", "return address", "return str(address)"),
        ("vma_address", "return address", "return [address]"),
        ("call_site", "return vma, new_vma", "return new_vma"),
        ("rmap_walk", "return result", "return {}"),
    ],
)
def test_of_a_value_of_another_type_both_say_the_same(exercise: str, old: str, new: str) -> None:
    source = solution(exercise)
    assert old in source
    agree(exercise, source.replace(old, new))


def test_what_is_still_to_be_written_is_at_the_line_that_raises() -> None:
    report = agree(
        "moveto_tail", slip("await list_empty(dst.anon_vma.head)\n\nraise NotImplementedError")
    )
    line = slip("raise").count("\n") + 2
    said = (
        f"not yet: the body is still to be written (line {line} still raises NotImplementedError)."
    )
    assert [one.message for one in report.checks if said == one.message]


@pytest.mark.parametrize(
    ("exercise", "call"),
    [
        ("rmap_walk", "anon_vma_lock"),
        ("rmap_walk", "anon_vma_unlock"),
        ("rmap_walk", "rmap_one"),
        ("pte_peek", "pte_offset_map_lock"),
        ("pte_peek", "pte_unmap_unlock"),
        ("pte_peek", "set_pte_at"),
        ("call_site", "anon_vma_moveto_tail"),
    ],
)
def test_a_forgotten_await_is_before_the_call_as_it_is_written(exercise: str, call: str) -> None:
    source = solution(exercise)
    assert f"await {call}(" in source
    report = agree(exercise, source.replace(f"await {call}(", f"{call}("))
    wrong = [one.message for one in report.checks if not one.passed]
    assert f"await is missing before {call}(…)" in wrong[0]
    assert len(set(wrong)) == 1


@pytest.mark.parametrize(
    ("exercise", "old", "new"),
    [
        ("vma_address", "page.index", "page.__dict__['index']"),
        ("vma_address", "page.index", "getattr(page, '__dict__')['index']"),
        ("vma_address", "page.index", "vars(page)['index']"),
        ("vma_address", "page.index", "(lambda: vars(page))()['index']"),
        ("vma_address", "page.index", "object.__getattribute__(page, 'index')"),
        ("vma_address", "page.index", "type(page).index.peek(page)"),
        ("vma_address", "page.index", "getattr(type(page).index, 'peek')(page)"),
        ("vma_address", "page.index", "attrgetter('index.peek')(type(page))(page)"),
        ("vma_address", "page.index", "eval('1 and page.__dict__')['index']"),
        ("vma_address", "(page.index", "(index_of(page)"),
        ("vma_address", "await vma_bounds(vma)", "vma_bounds.__wrapped__(vma)"),
        ("vma_address", "await vma_bounds(vma)", "vma_bounds.spec.function(vma)"),
        ("vma_address", "page.index", "(walk_order(page.mapping) and page.index)"),
        ("moveto_tail", "reversed(dst.anon_vma_chain)", "dst.anon_vma_chain.peek()[::-1]"),
    ],
)
def test_both_refuse_what_reads_behind_the_kernels_back(exercise: str, old: str, new: str) -> None:
    source = solution(exercise)
    assert old in source
    helper = (
        "from operator import attrgetter\n\ndef index_of(page):\n    return vars(page)['index']\n"
    )
    report = agree(exercise, f"{helper}{source.replace(old, new)}")
    assert report.outcome == "error"
    assert "which goes around the kernel" in report.sentence


CLASS = "class Entries:\n    {}def of(self, head=None):\n        return {}.peek()\n\n\n"


@pytest.mark.parametrize(
    ("before", "loop"),
    [
        (CLASS.format("", "head"), "Entries().of(dst.anon_vma_chain)"),
        (CLASS.format("", "head") + "entries = Entries()\n", "entries.of(dst.anon_vma_chain)"),
        (CLASS.format("", "head") + "of = Entries().of\n", "of(dst.anon_vma_chain)"),
        (CLASS.format("@property\n    ", "self.head"), "Entries().of"),
        (CLASS.format("@classmethod\n    ", "head"), "Entries.of(dst.anon_vma_chain)"),
        (
            "import functools\n\n\ndef of(n, head):\n    return head.peek()\n\n\n"
            "first = functools.partial(of, 1)\n",
            "first(dst.anon_vma_chain)",
        ),
        (
            "import functools\n\n\n@functools.cache\ndef of(head):\n    return head.peek()\n\n\n",
            "of(dst.anon_vma_chain)",
        ),
        (
            CLASS.format("", "head")
            + "class More(Entries):\n    all = lambda self, head: self.of(head)\n\n\n"
            "of = More().all\n",
            "of(dst.anon_vma_chain)",
        ),
        (
            "import functools\n\n\n"
            + CLASS.format("@functools.cached_property\n    ", "self.head"),
            "Entries().of",
        ),
    ],
)
def test_nor_may_a_method_of_ones_own_read_behind_its_back(before: str, loop: str) -> None:
    source = changed("moveto_tail", ("reversed(dst.anon_vma_chain)", loop))
    source = source.replace("async def", f"{before}async def", 1)
    assert "uses peek" in agree("moveto_tail", source).sentence


PEEK = "peek = lambda head: head.peek()\n"
DECORATOR = "def as_it_is(function):\n    async def same(dst):\n        await function(dst)\n\n    return same\n\n\n"


@pytest.mark.parametrize(
    ("before", "loop", "after"),
    [
        (PEEK + "looks = {'peek': peek}\n", "looks['peek'](dst.anon_vma_chain)", ""),
        (PEEK + "looks = [(1, peek)]\n", "looks[0][1](dst.anon_vma_chain)", ""),
        ("class Look: pass\n\n\n" + PEEK + "Look.at = staticmethod(peek)\nlook = Look()\n", "look.at(dst.anon_vma_chain)", ""),
        ("class Look: pass\n\n\nlook = Look()\nlook.at = lambda head: head.peek()\n", "look.at(dst.anon_vma_chain)", ""),
        ("", "anon_vma_moveto_tail.look(dst.anon_vma_chain)", "anon_vma_moveto_tail.look = lambda head: head.peek()\n"),
        ("def made(look=lambda head: head.peek()):\n    return look\n\n\n", "made()(dst.anon_vma_chain)", ""),
        ("def made(*, look=lambda head: head.peek()):\n    return look\n\n\n", "made()(dst.anon_vma_chain)", ""),
        (DECORATOR + "@as_it_is\n", "dst.anon_vma_chain.peek()", ""),
    ],
)  # fmt: skip
def test_nor_what_is_kept_for_later(before: str, loop: str, after: str) -> None:
    source = changed("moveto_tail", ("reversed(dst.anon_vma_chain)", loop))
    source = source.replace("async def", f"{before}async def", 1) + after
    assert "uses peek" in agree("moveto_tail", source).sentence


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("", '"""A __dict__ is not read here, and nobody can peek at vars."""'),
        ("", 'assert getattr(dst, "anon_vma_chain"), "no peek: there must be a list"'),
        ("notes = [1, {'vars': print}]\nnotes.append(notes)\n", "assert notes[1]['vars'] is print"),
        (DECORATOR + "@as_it_is\n", 'assert "peek" != "vars"'),
        (
            "import functools\n\n\nnote = functools.partial(max, functools.reduce)\n",
            "assert note.args",
        ),
    ],
)
def test_what_only_speaks_of_it_passes(before: str, line: str) -> None:
    source = changed("moveto_tail", ("    root = None\n", f"    {line}\n    root = None\n"))
    source = source.replace("async def anon", f"{before}async def anon", 1)
    assert agree("moveto_tail", source).outcome == "passed"


@pytest.mark.parametrize(
    "made",
    [
        "Answer()",
        "functools.partial(Answer(), ())",
        "Answer().by",
        "functools.cache(moved)",
        "functools.update_wrapper(Held(), moved)",
    ],
)
def test_nor_may_an_answer_that_is_an_object(made: str) -> None:
    source = changed("moveto_tail", ("reversed(dst.anon_vma_chain)", "dst.anon_vma_chain.peek()"))
    name = "anon_vma_moveto_tail"
    kind = "\n\nclass Answer:\n    by = __call__ = lambda self, *args: moved(args[-1])\n\n\n"
    kind += "class Held:\n    __call__ = lambda self, *args: self.__wrapped__(*args)\n\n\n"
    source = source.replace(f"def {name}(", "def moved(") + kind + f"{name} = {made}\n"
    assert "uses peek" in agree("moveto_tail", f"import functools\n{source}").sentence


@pytest.mark.parametrize(
    ("before", "signature"),
    [
        ("@wraps(linux)\n", "page, vma"),
        ("@with_error\n", "page, vma, *, error"),
    ],
)
def test_what_stands_around_an_answer_says_what_it_takes(before: str, signature: str) -> None:
    head = (
        "from functools import wraps\nfrom vmlesson.kernel import EFAULT, vma_address as linux\n\n\n"
        "def with_error(function):\n    @wraps(function)\n    async def same(page, vma):\n"
        "        return await function(page, vma, error=-EFAULT)\n\n    return same\n\n\n"
    )
    source = solution("vma_address").replace("(page, vma)", f"({signature})", 1)
    source = source.replace("async def vma_address", f"{before}async def vma_address")
    assert agree("vma_address", head + source).outcome == "passed"


@pytest.mark.parametrize(
    "made",
    [
        "class vma_address:\n    def __init__(self, *args):\n        self.args = args\n\n    def __await__(self):\n        return mine(*self.args).__await__()\n",
        "class Meta(type):\n    def __call__(cls, *args):\n        return mine(*args)\n\n\nclass vma_address(metaclass=Meta):\n    pass\n",
        "exec('async def vma_address(page, vma):\\n    return await mine(page, vma)\\n')\n",
    ],
)
def test_whatever_gives_an_awaitable_is_an_answer(made: str) -> None:
    source = solution("vma_address").replace("def vma_address(", "def mine(") + f"\n\n{made}"
    assert agree("vma_address", source).outcome == "passed"


def test_what_a_library_does_inside_is_not_the_answers() -> None:
    """typing reads a class's __dict__."""
    source = solution("moveto_tail").replace("def anon_vma_moveto_tail(", "def moved(")
    kind = "\n\nclass Answer(typing.Generic[typing.AnyStr]):\n    __call__ = lambda self, *args: moved(*args)\n\n\n"
    source = f"import typing\n{source}{kind}anon_vma_moveto_tail = Answer()\n"
    assert agree("moveto_tail", source).outcome == "passed"


BODY = "Linux's own vma_address, but an answer must be your own"


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("", "kernel.vma_address.function"),
        ("linux = kernel.vma_address.function", "linux"),
        ("linux = getattr(kernel.vma_address, 'function')", "(lambda *args: linux(*args))"),
    ],
)
def test_linuxs_own_body_is_no_answer_in_either(before: str, body: str) -> None:
    signature = find_exercise("vma_address").signature
    head = f"import vmlesson.kernel as kernel\n{before}\n"
    report = agree("vma_address", f"{head}{signature}:\n    return await {body}(page, vma)\n")
    assert (report.outcome, report.points) == ("failed", 0)
    assert f"line 4: this runs the body of {BODY}" in report.sentence


def test_what_linux_has_done_since_is_no_answer_in_either() -> None:
    signature = find_exercise("pte_peek").signature
    head = f"from vmlesson.kernel import releases\n{signature}:\n"
    body = "    return await releases.remove_migration_pte(new, vma, addr, old)\n"
    for source in (head + body, head + body.replace("pte(", "pte.function(")):
        for report in both("pte_peek", source):
            assert (report.outcome, report.points) == ("failed", 0)


@pytest.mark.parametrize(
    ("before", "rule", "said"),
    [
        ("", "return kernel.need_rmap_locks.function(vma, new_vma)", "line 4: this runs the body"),
        ("linux = kernel.need_rmap_locks.function", "return bool(linux(vma, new_vma))", "line 4: "),
        ("", "try: kernel.need_rmap_locks.function(vma, new_vma)\n    except BaseException: pass\n    return True", "line 4: "),
        ("", "return kernel.need_rmap_locks(vma, new_vma)", "need_rmap_locks calls itself: in the"),
        ("", "try: kernel.need_rmap_locks(vma, new_vma)\n    except BaseException: pass\n    return True", "need_rmap_locks calls itself: "),
    ],
)  # fmt: skip
def test_nor_is_linuxs_own_rule_called_in_a_plain_answer(before: str, rule: str, said: str) -> None:
    signature = find_exercise("rmap_locks").signature
    head = f"import vmlesson.kernel as kernel\n{before}\n{signature}:\n    "
    report = agree("rmap_locks", f"{head}{rule}\n")
    assert (report.outcome, report.points) == ("failed", 0)
    assert report.sentence.startswith(said), report.sentence


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("kernel.need_rmap_locks", "this is the course's own need_rmap_locks, not yours"),
        ("kernel.need_rmap_locks.function", "this is the course's own need_rmap_locks, not yours"),
        ("functools.partial(kernel.need_rmap_locks.function)", "this runs the body of Linux's own"),
    ],
)
def test_nor_is_it_handed_in(given: str, said: str) -> None:
    head = "import functools\nimport vmlesson.kernel as kernel\n"
    report = agree("rmap_locks", f"{head}need_rmap_locks = {given}\n")
    assert report.points == 0
    assert report.sentence.startswith(said), report.sentence


def test_nor_is_the_body_of_what_it_calls() -> None:
    source = solution("call_site").replace("moveto_tail(new", "moveto_tail.function(new")
    for report in both("call_site", source):
        assert report.outcome == "failed"
        assert "of Linux's own anon_vma_moveto_tail" in report.sentence


def test_a_body_that_is_not_awaited_is_told_so_in_both() -> None:
    source = solution("call_site").replace(
        "await anon_vma_moveto_tail", "anon_vma_moveto_tail.function"
    )
    said = "await is missing before anon_vma_moveto_tail(…)"
    assert said in agree("call_site", source).sentence


def test_a_vma_cannot_be_copied_in_either() -> None:
    source = solution("vma_address").replace("vma_bounds(vma)", "vma_bounds(copy(vma))")
    report = agree("vma_address", f"from copy import copy\n{source}")
    assert "vm_area_struct is the kernel's, and there is one of each" in report.sentence


def test_of_what_a_cpu_has_not_both_say_the_same() -> None:
    body = "for avc in dst.anon_vma_chain:\n    await anon_vma_lock(avc.anon_vma)\n    avc.anon_vma.root.mutex.owner.pid"
    assert "AttributeError: CPU has no field pid" in agree("moveto_tail", slip(body)).sentence


@pytest.mark.parametrize("call", ["address=address, arg=arg", "address, arg=arg"])
def test_of_a_function_that_is_called_by_names_both_say_the_same(call: str) -> None:
    source = solution("rmap_walk").replace("vma, address, arg)", f"vma, {call})")
    assert "it takes its arguments in order, not by name: " in agree("rmap_walk", source).sentence


SHOWS = """print(dst)
print(repr(dst), [str(avc) for avc in dst.anon_vma_chain], dst.anon_vma, dst.vm_mm.mmap_sem)
slot = dst.vm_mm.slot_at(dst.vm_start)
print(f"{slot} {slot.pte} {slot.pte!r}")
raise ValueError(dst, slot.pte)"""


def test_an_object_that_is_printed_looks_the_same_in_both() -> None:
    here, there = both("moveto_tail", slip(SHOWS))
    assert facts(here) == facts(there)
    shown = [report.checks[0].finding for report in (here, there)]
    assert all(each is not None and "P:100000-101000" in each.printed for each in shown)
    assert len({each.printed for each in shown if each is not None}) == 1


@pytest.mark.parametrize("words", ["str(dst)", "repr([dst])", "f'{dst}'"])
def test_who_decides_by_what_an_object_is_called_does_the_same_in_both(words: str) -> None:
    source = solution("moveto_tail").replace(
        "    root = None\n", f"    if 'T:' in {words}:\n        return\n    root = None\n"
    )
    assert agree("moveto_tail", source).outcome == "failed"


NAMED = "import enum\nE = enum.IntEnum('E', {'FAULT': -EFAULT})\n"


def test_a_number_that_has_a_name_is_a_number() -> None:
    source = solution("vma_address").replace("-EFAULT\n", "E.FAULT\n")
    here, there = both("vma_address", source.replace("async def", f"{NAMED}async def"))
    assert (here.outcome, there.outcome) == ("passed", "passed")


def test_true_is_no_number_though_another_has_returned_1_there() -> None:
    assert agree("rmap_walk", solution("rmap_walk")).outcome == "passed"
    source = solution("rmap_walk").replace("return result\n", "return result == SWAP_AGAIN\n")
    assert "it returns True, but must return a whole number" in agree("rmap_walk", source).sentence


LEFT_OPEN = """
async def places(page, anon_vma):
    await anon_vma_lock(anon_vma)
    try:
        async for avc in list_for_each_entry(anon_vma.head):
            if (address := await vma_address(page, avc.vma)) != -EFAULT:
                yield avc.vma, address
    finally:
        await anon_vma_unlock(anon_vma)

async def rmap_walk_anon(page, rmap_one, arg):
    result = SWAP_AGAIN
    if (anon_vma := page.mapping) is not None:
        async for vma, address in places(page, anon_vma):
            if (result := await rmap_one(page, vma, address, arg)) != SWAP_AGAIN:
                break
    return result
"""


def test_what_is_sent_on_by_hand_is_done_in_neither() -> None:
    work = solution("moveto_tail").replace("anon_vma_moveto_tail(dst)", "work(dst)")
    hand = "for _ in range(100):\n        made.send(None)"
    source = f"{work}\nasync def anon_vma_moveto_tail(dst):\n    made = work(dst)\n    {hand}\n"
    assert agree("moveto_tail", source).outcome == "failed"


def test_what_the_kernel_has_raised_ends_an_answer_whatever_it_catches() -> None:
    call = "    try:\n        await anon_vma_moveto_tail(new_vma)\n    except AttributeError:\n        pass\n"
    report = agree("call_site", solution("call_site").replace(RETURN, call + RETURN))
    assert "AttributeError: dst is None here: there was no memory for one" in report.sentence


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_generator_that_is_left_open_keeps_its_lock_in_both() -> None:
    assert "a lock is left taken" in agree("rmap_walk", IMPORTS + LEFT_OPEN).sentence


KEEPS = [
    ("vma_address", "    start, end", "    calls.append(1)\n    if len(calls) % 100 == 0:\n        return -EFAULT\n    start, end"),
    ("vma_address", "    start, end", "    calls.append(1)\n    if len(calls) % 150 == 0:\n        return -EFAULT\n    start, end"),
    ("moveto_tail", "    root = None\n", "    root = None\n    calls.append(1)\n    if len(calls) % 2 == 0:\n        return\n"),
]  # fmt: skip
"""What keeps something, so that a search sees a CPU do what it did not do before.

Or so that it fails where it is confirmed, too, by chance; and not where its schedule is recorded.
"""


@pytest.mark.parametrize(("exercise", "old", "new"), KEEPS)
def test_of_what_is_seen_to_depend_on_the_calls_before_both_say_so(
    exercise: str, old: str, new: str
) -> None:
    source = solution(exercise)
    assert old in source
    report = agree(exercise, f"calls = []\n{source.replace(old, new)}")
    assert report.outcome == "failed"
    assert "depends on earlier calls" in report.sentence


def test_a_failure_that_does_not_come_back_depends_on_the_calls_before() -> None:
    """Its schedule can be executed, and ends well: it proves nothing."""

    async def writes(x: Shared) -> None:
        await x.write(1)

    def program() -> Any:
        return {"a": writes(Shared("x", 0))}, None

    failure = Failure("promise", "x is lost", ("a",), 0, program=program)
    with pytest.raises(Abort, match="depends on earlier calls"):
        replayed(failure, False)


def test_what_keeps_an_object_of_a_call_before_passes_nowhere() -> None:
    source = solution("pte_peek").replace("= found\n", "= known.setdefault(addr, found)\n")
    for report in both("pte_peek", f"known = {{}}\n{source}"):
        assert report.outcome == "failed"
        assert report.points == 0


@pytest.mark.parametrize("them", ["set(dst.anon_vma_chain)", "{a: 1 for a in chain}.keys() - {0}"])
def test_a_set_of_the_kernels_objects_is_no_chance(them: str) -> None:
    source = solution("moveto_tail").replace("reversed(dst.anon_vma_chain)", them)
    source = source.replace("    root = None\n", "    root, chain = None, dst.anon_vma_chain\n")
    assert agree("moveto_tail", source).outcome == "passed"


def test_what_is_made_first_and_awaited_later_was_not_forgotten(recwarn) -> None:
    body = (
        "if dst.anon_vma is None:\n    return\nsteps = [anon_vma_lock(dst.anon_vma)]\n"
        "for avc in dst.anon_vma_chain:\n"
        "    steps.append(list_move_tail(avc.same_anon_vma, avc.anon_vma.head))\n"
        "for step in [*steps, anon_vma_unlock(dst.anon_vma)]:\n    await step"
    )
    assert agree("moveto_tail", slip(body)).outcome == "passed"
    assert not [each for each in recwarn if "never awaited" in str(each.message)]


def test_of_a_rule_that_is_a_generator_both_say_the_same() -> None:
    source = solution("rmap_locks").replace("return new", "yield new")
    assert "returns a generator, but must" in agree("rmap_locks", source).sentence


@pytest.mark.parametrize(
    ("helper", "call"),
    [
        ("def vars(vma):\n    return vma_bounds(vma)\n", "vars(vma)"),
        ("import vmlesson.kernel\n", "vmlesson.kernel.vma_bounds(vma)"),
        ("from vmlesson import kernel\n", "kernel.vma_bounds(vma)"),
    ],
)
def test_a_name_of_ones_own_goes_round_nothing(helper: str, call: str) -> None:
    source = solution("vma_address").replace("vma_bounds(vma)", call)
    assert agree("vma_address", helper + source).outcome == "passed"


SAID = [
    ("import asyncio; await asyncio.sleep(0)", "line 9: TypeError: NoneType is awaited, which is"),
    ("import asyncio; asyncio.sleep(1).send(None)", "line 9: RuntimeError: no running event loop."),
    ("raise SystemExit", "an exception ends it, line 9: SystemExit."),
    ("raise GeneratorExit", "an exception ends it, line 9: GeneratorExit."),
    ("raise BaseException('x')", "an exception ends it, line 9: BaseException: x."),
    ("assert 0", "an exception ends it, line 9: AssertionError."),
    ("return vma_bounds(vma)", "line 9: await is missing before vma_bounds(…); without"),
    ("return linear()", "line 9: await is missing before linear(…); without it nothing"),
    ("yield address", "with yield in it, a call of it gives a generator: write return."),
    ("return {address}", "it returns a set, but must return a whole number."),
    ("return object", "it returns a type, but must return a whole number."),
    ("return None", "it returns None, but must return a whole number."),
    ("return 1", "it returns 1; expected"),
    ("BUG_ON(True)", "kernel BUG at vma_address, line 9!"),
    ("raise type('E', (Exception,), {'__str__': lambda e: 1})", "an exception ends it, line 9: E."),
    ("raise ValueError('x' * 900)", "line 9: ValueError: " + 500 * "x" + "."),
    (
        "b = vma_bounds(vma); await b; await b",
        "RuntimeError: cannot reuse already awaited coroutine.",
    ),
    ("x = mac", "name 'mac' is not defined."),
    ("prnt(vma)", "name 'prnt' is not defined; did you mean print?"),
]
"""What is written in the last line but one of vma_address, and what is said of it."""


@pytest.mark.parametrize(("line", "said"), SAID)
def test_the_line_and_the_fault_are_the_answers_own(line: str, said: str) -> None:
    source = solution("vma_address").replace(
        "async def vma", "async def linear(): ...\nasync def vma"
    )
    last = next(each for each in source.splitlines(True) if each.startswith("    return"))
    kept = "" if "yield" in line else last
    report = agree("vma_address", source.replace(last, f"    {line}\n{kept}"))
    assert said in report.sentence
    assert "process" not in str(report)


@pytest.mark.parametrize(
    ("exercise", "old", "new", "said"),
    [
        ("vma_address", "start, end", "await spin_lock(vma)\n    start, end", "line 5: spin_lock("),
        ("rmap_locks", "return ", "return 1 #", "need_rmap_locks returns 1, but must"),
    ],
)
def test_what_raises_no_exception_is_not_called_one(
    exercise: str, old: str, new: str, said: str
) -> None:
    sentence = agree(exercise, solution(exercise).replace(old, new, 1)).sentence
    assert sentence.startswith(said), sentence


@pytest.mark.parametrize(
    ("exercise", "old", "new", "said"),
    [
        ("rmap_walk", "if anon_vma is None", "if False", "nor has a page that was never mapped"),
        (
            "call_site",
            "    if new_vma is None",
            "    new_vma.vm_end\n    if False",
            "or nothing to merge with",
        ),
    ],
)
def test_why_something_is_none_is_told_as_it_may_be_there(
    exercise: str, old: str, new: str, said: str
) -> None:
    assert said in agree(exercise, solution(exercise).replace(old, new)).sentence


AGAIN = "await up_write({0}.mmap_sem); await down_write({0}.mmap_sem)\n"


@pytest.mark.parametrize(
    ("exercise", "old", "new", "said"),
    [
        ("moveto_tail", "    root = None\n", f"    {AGAIN.format('dst.vm_mm')}    root = None\n", "line 6: this unlocks P's mmap_sem"),
        ("call_site", RETURN, f"    {AGAIN.format('mm')}{RETURN}", "line 18: this unlocks P's mmap_sem"),
        ("error_path", BACK, f"        {AGAIN.format('mm')}{BACK}", "line 13: this unlocks P's mmap_sem"),
        ("rmap_walk", "    await anon_vma_lock(", "    await unlock_page(page); await lock_page(page)\n    await anon_vma_lock(", "line 10: this unlocks page 0x2"),
        ("pte_peek", "    found =", "    await anon_vma_unlock(vma.anon_vma); await anon_vma_lock(vma.anon_vma)\n    found =", "line 6: this unlocks anon_vma A's mutex"),
    ],
)  # fmt: skip
def test_what_the_caller_has_locked_stays_locked(
    exercise: str, old: str, new: str, said: str
) -> None:
    source = solution(exercise)
    assert old in source
    report = agree(exercise, source.replace(old, new))
    why = f", which the caller of {find_exercise(exercise).asked} has locked"
    assert report.outcome == "failed"
    assert report.sentence.startswith(f"{said}{why}"), report.sentence


def test_that_linux_looks_without_a_lock_is_not_what_an_answer_is_told() -> None:
    source = solution("rmap_walk").replace(
        "            if result",
        "            if not await page_mapped(page):\n                break\n            if result",
    )
    said = next(one.message for one in agree("rmap_walk", source).checks if not one.passed)
    assert said == "call 5 of rmap_one is for none; expected K0: Y7 at 0x101000."


def test_whom_a_walk_has_met_too_often_is_said_in_order() -> None:
    assert "met G: X 2 times." in str(
        agree("moveto_tail", next(answer.source for answer in WRONG if answer.name == "W5 no lock"))
    )


@pytest.mark.slow
def test_a_list_does_what_a_tuple_does() -> None:
    source = solution("call_site").replace("return vma, new_vma", "return [vma, new_vma]")
    assert agree("call_site", source).outcome == "passed"


EVERY_WRONG = [
    *(("moveto_tail", answer.name, answer.source, answer.caught) for answer in WRONG),
    *((name, what, changed(name, changes), caught) for name, what, changes, caught in OTHER_WRONG),
]
EVERY_RIGHT = [
    *(("moveto_tail", answer.name, answer.source) for answer in RIGHT),
    *((name, what, changed(name, changes)) for name, what, changes in OTHER_RIGHT),
]


@pytest.mark.sample(6)
@pytest.mark.parametrize(
    ("exercise", "source", "caught"),
    [(name, source, caught) for name, _, source, caught in EVERY_WRONG],
    ids=[f"{name}: {what}" for name, what, *_ in EVERY_WRONG],
)
def test_of_a_wrong_answer_both_say_what_one_expects(
    exercise: str, source: str, caught: str
) -> None:
    report = agree(exercise, source)
    assert report.outcome == "failed", str(report)
    assert next(one.name for one in report.checks if not one.passed) == caught, str(report)
    assert report.points < report.max_points
    if exercise == "moveto_tail":
        shown = [one for one in report.checks if not one.passed and one.finding]
        assert shown, "every wrong answer is shown how it goes wrong"
        assert shown[0].question


@pytest.mark.sample(8)
@pytest.mark.parametrize(
    ("exercise", "source"),
    [(name, source) for name, _, source in EVERY_RIGHT],
    ids=[f"{name}: {what}" for name, what, _ in EVERY_RIGHT],
)
def test_of_a_right_answer_both_say_that_it_is_proved(exercise: str, source: str) -> None:
    report = agree(exercise, source)
    assert (report.outcome, report.points) == ("passed", report.max_points), str(report)
    if exercise == "moveto_tail":
        assert "executions" in report.proof
    else:
        assert report.warnings == []


@pytest.mark.parametrize(
    ("exercise", "changes"),
    [(exercise, changes) for exercise, _, changes in READS],
    ids=[f"{exercise}: {what}" for exercise, what, _ in READS],
)
def test_of_one_that_reads_more_both_say_that_it_is_proved(
    exercise: str, changes: tuple[str, ...]
) -> None:
    report = agree(exercise, changed(exercise, changes))
    assert (report.outcome, report.points) == ("passed", report.max_points), str(report)
    assert all("is read in" in note for note in report.warnings)


def test_of_what_a_helper_reads_both_make_the_same_remark() -> None:
    source = changed("rmap_walk", next(c for name, _, c in READS if name == "rmap_walk"))
    source = source.replace("async def rmap_walk_anon(", "async def helper(")
    call = "async def rmap_walk_anon(page, rmap_one, arg):\n    return await helper(page, rmap_one, arg)"
    here, there = both("rmap_walk", f"{source}\n\n{call}\n")
    assert here.warnings == there.warnings
    assert any("is read in rmap_walk_anon" in note for note in here.warnings)


def test_a_lock_that_is_not_taken_gets_one_remark_from_both_whatever_lists_there_are() -> None:
    source = solution("moveto_tail").replace("await lock_anon_vma_root", "lock_anon_vma_root")
    for report in both("moveto_tail", source):
        (note,) = report.warnings
        assert (
            "is read in list_for_each_entry.__anext__ and written in anon_vma_moveto_tail" in note
        )


def test_what_is_merely_costly_gets_a_remark_from_both() -> None:
    body = (
        "for avc in dst.anon_vma_chain:\n    await anon_vma_lock(avc.anon_vma)\n"
        "    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)\n"
        "    await anon_vma_unlock(avc.anon_vma)"
    )
    for report in both("moveto_tail", slip(body)):
        assert report.outcome == "passed"
        assert any("it takes a lock 3 times per call" in note for note in report.warnings)


def test_a_report_is_plain_data_that_another_process_may_have() -> None:
    for report in both(
        "moveto_tail", slip("for avc in dst.anon_vma_chain: await list_del(avc.same_anon_vma)")
    ):
        again = pickle.loads(pickle.dumps(report))
        assert str(again) == str(report)
        assert again.to_html() == report.to_html()
        assert again.to_dict() == report.to_dict()


def test_a_schedule_that_cannot_be_replayed_costs_no_verdict(monkeypatch) -> None:
    def broken(failure: object) -> None:
        raise KeyError("replayed")

    monkeypatch.setattr("vmlesson.explore.Failure.trace", broken)
    for report in both("moveto_tail", slip("pass")):
        assert (report.outcome, report.points) == ("failed", 1)
        assert any("the schedule could not be made" in note for note in report.warnings)


def test_prints_are_shown_beside_the_run_that_fails_and_nowhere_else(capsys, monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # which shows a line of its own
    body = (
        "for avc in dst.anon_vma_chain:\n    print('an avc', avc is None)\n"
        "    await list_move_tail(avc.same_anon_vma, avc.anon_vma.head)"
    )
    here, there = both("moveto_tail", slip(body))
    assert capsys.readouterr().out == ""
    for report in (here, there):
        assert report.finding is not None
        assert report.finding.printed == "an avc False\n" * 3
        assert "    an avc False" in str(report)


def test_of_a_rule_that_keeps_what_it_answered_nobody_says_what_it_costs() -> None:
    source = f"import functools\n{solution('rmap_locks')}".replace(
        "def need_rmap_locks", "@functools.cache\ndef need_rmap_locks"
    )
    for report in both("rmap_locks", source):
        assert report.outcome == "failed"
        assert not any("it takes the lock" in note for note in report.warnings), report.warnings
