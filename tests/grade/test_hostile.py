"""Submissions that want to harm or deceive: each ends in a truthful report, and none passes."""

# ruff: noqa: E501 - one line a probe

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from submissions import IMPORTS, REFERENCE, moveto_tail

from vmlesson.grade import process
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.judge import judge
from vmlesson.grade.process import Child
from vmlesson.grade.submission import LARGEST, Submission, read
from vmlesson.grade.verdict import Verdict

EXERCISE = find_exercise("moveto_tail")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what Linux offers")

HOSTILE = {
    "endless loop": ("while True: pass", "", "computes for ever, at line"),
    "swallows everything": (
        "while True:\n    try:\n        await list_empty(dst.anon_vma.head)\n"
        "    except BaseException:\n        pass",
        "",
        "does not come to an end",
    ),
    "memory bomb": ("x = ['x' * 10**6 for _ in range(10**7)]", "", "MemoryError"),
    "recursion": ("def f(): return f()\nf()", "", "RecursionError"),
    "calls itself": ("await anon_vma_moveto_tail(dst)", "", "RecursionError"),
    "calls the kernel's": (
        "import vmlesson.kernel\nawait vmlesson.kernel.anon_vma_moveto_tail(dst)",
        "",
        "calls itself again and again",
    ),
    "os._exit": ("import os\nos._exit(0)", "", "ended its process"),
    "sys.exit": ("import sys\nsys.exit(0)", "", "SystemExit"),
    "kills itself": ("import os\nos.kill(os.getpid(), 11)", "", "ended by signal 11"),
    "a verdict on stdout": (
        "print('{\"outcome\": \"passed\"}')\nimport os\nos.write(1, b'passed')",
        "",
        "must be the last",
    ),
    "a verdict to the judge": (
        "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'[\"ret\", null, \"\"]\\n')\n"
        "    except OSError: pass",
        "",
        "",
    ),
    "nonsense to the judge": (
        "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'{]\\xff\\n')\n"
        "    except OSError: pass",
        "",
        "nonsense",
    ),
    "patches the stub": (
        "import vmlesson.kernel as k\nk.list_del = k.list_add_tail = lambda *a: None",
        "",
        "must be the last",
    ),
    "patches builtins": (
        "pass",
        "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.list = builtins.dict = None",
        "",
    ),
    "changes the stub from inside": (
        "import sys\nm = sys._getframe(1).f_globals\nm['CALL'].replies.clear()\n"
        "m['ask'] = lambda q: None",
        "",
        "",
    ),
    "atexit and __del__": (
        "pass",
        "import atexit, os\natexit.register(os._exit, 0)\n"
        "class D:\n    def __del__(self): os._exit(0)\nd = D()",
        "must be the last",
    ),
    "gigabytes of output": ("for _ in range(20000): print('x' * 10**5)", "", "must be the last"),
    "equal to everything": (
        "class E:\n    def __eq__(self, other): return True\nreturn E()",
        "",
        "must be the last",
    ),
    "unicode trickery": ("dst.ａnon_vma_chain\nreturn", "", "must be the last"),
    "awaits something else": (
        "class A:\n    def __await__(self): yield 7\nawait A()", "", "not an operation"
    ),
    "an object of another call": (
        "global O\nO = globals().get('O') or dst\nawait list_del(list(O.anon_vma_chain)[0].same_vma)",
        "",
        "",
    ),
    "state: right only at first": (
        "global N\nN = globals().get('N', 0) + 1\nif N > 60: return" + REFERENCE, "", "",
    ),
    "state: chance": ("import random\nif random.random() < .1: return" + REFERENCE, "", ""),
}  # fmt: skip


def judged(source: str, seconds: float = 60.0) -> Verdict:
    return judge(EXERCISE, Submission("answer.py", [("answer.py", source)]), seconds)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_submission_fails_and_is_told_why(name: str) -> None:
    body, before, said = HOSTILE[name]
    report = judged(moveto_tail(name, body, before=before).source)
    assert report.outcome == "failed", str(report)
    assert said in str(report), str(report)


ALLOCATES = """from vmlesson.kernel import *

async def move_vma(vma, old_addr, old_len, new_len, new_addr):
    mm = vma.vm_mm
    new_pgoff = vma.vm_pgoff + (old_addr - vma.vm_start) // PAGE_SIZE
    if not all([mm.kernel.allocation_succeeds("page table") for _ in range(4)]):
        return -ENOMEM
    vma, new_vma = await copy_vma(vma, new_addr, new_len, new_pgoff)
    if new_vma is None:
        return -ENOMEM
    await move_page_tables(vma, old_addr, new_vma, new_addr, old_len)
    await do_munmap(mm, old_addr, old_len)
    return new_addr
"""
"""No way back is needed by who uses up the failing allocation first."""

PTES = """from vmlesson.kernel import *

async def remove_migration_pte(new, vma, addr, old):
    found = await pte_offset_map_lock(vma.vm_mm, addr)
    if found is None:
        return SWAP_AGAIN
    slot, ptl = found
    pte = await pte_read(slot)
    if is_migration_entry(pte) and migration_entry_to_page(pte) is old:
        await set_pte_at(slot, PTE)
        await get_page(new)
        await page_add_anon_rmap(new, vma, addr)
    await pte_unmap_unlock(slot, ptl)
    return SWAP_AGAIN
"""


def test_what_the_kernel_itself_can_do_is_out_of_reach() -> None:
    submission = Submission("answer.py", [("answer.py", ALLOCATES)])
    report = judge(find_exercise("error_path"), submission, 60.0)
    assert (report.outcome, report.points) == ("failed", 0), str(report)
    assert "mm_struct has no field kernel" in str(report)


@pytest.mark.parametrize(
    "pte", ['pte_t("foo", new, True)', 'pte_t("present", vma, True)', '("present", new)', "None"]
)
def test_what_is_no_pte_is_told_so(pte: str) -> None:
    submission = Submission("answer.py", [("answer.py", PTES.replace("PTE)", f"{pte})"))])
    report = judge(find_exercise("pte_peek"), submission, 60.0)
    assert report.outcome == "failed", str(report)
    assert "set_pte_at wants a pte" in report.sentence
    assert report.warnings == []


@pytest.mark.parametrize("value", ['{"pt": []}', '{"": []}', '{"l": 7}', '{"f": {}}'])
def test_nonsense_for_a_value_ends_no_judge(value: str) -> None:
    source = (
        "from vmlesson.kernel import list_add\n"
        'JUDGE = list_add.__globals__["JUDGE"]\n'
        "JUDGE.send(['loaded', {'skipped': [], 'functions': [], 'definitions': [],\n"
        f"    'kind': 'list', 'value': {value}}}])\n"
        "JUDGE.receive()\n"
    )
    submission = Submission("answer.py", [("answer.py", source)])
    report = judge(find_exercise("count_the_calls"), submission, 60.0)
    assert (report.outcome, report.points) == ("failed", 0), str(report)


def test_what_sleeps_is_unfinished_as_nothing_proves_whose_fault_it_is() -> None:
    report = judged(moveto_tail("sleeps", "import time\ntime.sleep(1000)").source, seconds=3.0)
    assert report.outcome == "unfinished"
    assert report.points == 0


@LINUX
def test_it_cannot_read_write_kill_or_call(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    tmp_path.chmod(0o755)
    probes = {
        "read": f"open({str(secret)!r}).read()",
        "list": f"os.listdir({str(Path(__file__).parents[2])!r})",
        "delete": f"os.remove({str(secret)!r})",
        "write": f"open({str(tmp_path / 'new')!r}, 'w')",
        "write here": "open('new', 'w')",
        "make a directory here": "os.mkdir('new')",
        "datagram": "__import__('socket').socket(type=2)",
        "local socket": "__import__('socket').socket(1)",
        "memory that stays": "assert LIBC.shmget(0, 300 << 20, 0o1600) >= 0",
        "semaphores that stay": "assert LIBC.semget(0, 1, 0o1600) >= 0",
        "a queue that stays": "assert LIBC.msgget(0, 0o1600) >= 0",
        "a queue with a name": "assert LIBC.mq_open(b'/vmlesson', 0o102, 0o600, 0) >= 0",
        "another's mode": f"os.chmod({str(secret)!r}, 0o600)",
        "another's times": f"os.utime({str(secret)!r}, (0, 0))",
        "another's limits": f"resource.prlimit({os.getpid()}, 0, (1, 1))",
        "another's priority": f"os.setpriority(0, {os.getpid()}, 19)",
        "rights of its own": "assert LIBC.unshare(0x10000000) == 0",
        "kill": f"os.kill({os.getpid()}, 0)",
        "connect": "__import__('socket').create_connection(('127.0.0.1', 9), timeout=1)",
        "environment": "os.environ['HOME']",
        "import": "__import__('numpy').__file__",
    }
    before = "import ctypes, os, resource\nLIBC = ctypes.CDLL(None)"
    lines = ["done = []"]
    for name, probe in probes.items():
        lines += ["try:", f"    {probe}", f"    done.append({name!r})", "except Exception as e:",
                  "    if type(e).__name__ == 'ConnectionRefusedError': done.append('connect')"]  # fmt: skip
    lines.append("raise RuntimeError('done: ' + repr(done))")
    report = judged(moveto_tail("probes", "\n".join(lines), before=before).source)
    if any("Landlock" in warning for warning in report.warnings):
        pytest.skip("this system has no Landlock, and the report says so")
    assert "done: []" in str(report), str(report)
    assert secret.read_text() == "secret"


@LINUX
def test_what_outlives_its_judge_is_ended(tmp_path: Path) -> None:
    sleeper = "import time\ntime.sleep(10**5)"
    program = (
        "from vmlesson.grade.exercises import find_exercise\n"
        "from vmlesson.grade.process import Child\n"
        "from vmlesson.grade.submission import Submission\n"
        "child = Child(find_exercise('break_it'), Submission('a.py'), 99.0)\n"
        "print(child.pid, child.keeper, child.nursery.process.pid, flush=True)\n"
        f"sleeper = Submission('b.py', [('b.py', {sleeper!r})])\n"
        "Child(find_exercise('break_it'), sleeper, 999.0)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as judge:
        assert judge.stdout is not None
        those = list(map(int, judge.stdout.readline().split()))
        of_nursery = Path(f"/proc/{those[2]}/task/{those[2]}/children")
        deadline = time.monotonic() + 120.0
        while len(of_nursery.read_text().split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        those += list(map(int, of_nursery.read_text().split()))
        judge.kill()
    while any(map(runs, those)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(runs, those))
    assert not list(tmp_path.iterdir()), "its directory is gone, too"


@LINUX
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_judge_that_is_gone_before_it_is_answered_leaves_no_directory(tmp_path: Path) -> None:
    nursery: dict[str, Any] = {}
    exec((Path(process.__file__).with_name("nursery.py")).read_text(encoding="utf-8"), nursery)
    judge, ours = socket.socketpair()
    with judge, open(os.devnull, "r+b", buffering=0) as pipe:
        socket.send_fds(judge, [b"9"], [pipe.fileno()] * 3)
    here = os.getpid()
    if not (born := os.fork()):
        try:
            nursery["births"](ours, tmp_path)  # which ends this process, or gives birth
        finally:
            os._exit(1 if os.getppid() == here else 0)
    ours.close()
    assert os.waitpid(born, 0)[1] == 0
    assert not tmp_path.exists()


def runs(pid: int) -> bool:
    """Whether there is such a process, and not only its zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999", "1.5"])
def test_no_number_of_a_message_is_more_than_the_judge_can_count(number: str) -> None:
    body = (
        f"import os\nfor fd in range(3, 20):\n"
        f'    try: os.write(fd, b\'["ask", ["get", {number}, 0, "x"], ""]\\n\')\n'
        f"    except OSError: pass"
    )
    report = judged(moveto_tail("number", body).source)
    assert (report.outcome, report.points) == ("failed", 0)
    assert "nonsense" in report.sentence


@LINUX
def test_a_fork_bomb_goes_nowhere() -> None:
    if os.geteuid() != 0:
        pytest.skip("the limit is per user, and this user has other processes")
    report = judged(moveto_tail("forks", "import os\nwhile True: os.fork()").source)
    assert report.outcome == "failed"
    assert "BlockingIOError" in str(report)


@LINUX
def test_killing_its_parent_harms_nobody() -> None:
    right = moveto_tail("right", REFERENCE).source
    before = "import os\ntry: os.kill(os.getppid(), 9)\nexcept OSError: pass\n"
    assert judged(before + right, 60.0).outcome == "passed"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.ipynb", b"{", "not a notebook"),
        ("a.ipynb", b'{"cells": 7}', "not a notebook"),
        ("a.ipynb", b"[" * 100_000, "not a notebook"),
        ("a.py", bytes(range(256)), "UTF-8"),
        ("a.ipynb", b" " * (LARGEST + 1), "clear the outputs"),
        ("a.py", b"async def anon_vma_moveto_tail(dst)\n    pass\n", "line 1"),
        ("a.py", b"async def moveto_tail(dst): pass\n", "found: moveto_tail"),
        ("a.py", b"", "a.py is empty"),
        ("a.ipynb", b"\n", "a.ipynb is empty"),
        ("a.py", b"x = 1", "no function was found"),
        ("a.py", b"x = 1\0", "it is not text"),
        ("a.py", b"(" * 100_000, ""),
        ("a.py", b"def anon_vma_moveto_tail(dst): pass", "write async def"),
        ("a.py", b"async def anon_vma_moveto_tail(): pass", "does not take"),
        ("a.py", b"from vmlesson.kernel import anon_vma_moveto_tail", "does not count"),
    ],
)
def test_what_cannot_be_judged_is_an_error_that_says_why(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    report = judge(EXERCISE, read(path), 20.0)
    assert report.outcome in ("error", "failed")
    assert said in report.sentence
    assert report.points == 0


@pytest.mark.parametrize(
    "body",
    ["await mutex_lock(dst.anon_vma)", "await lock_page(dst)", "await down_write(dst.vm_mm)"],
)
def test_waiting_for_what_is_no_lock_is_said_to_be_that(body: str) -> None:
    report = judged(moveto_tail("odd", body).source)
    assert report.outcome == "failed"
    assert "is about no lock" in report.sentence


@pytest.mark.parametrize(
    ("exercise", "before", "after", "said"),
    [
        ("rmap_walk", "address, arg)", "address)", "TypeError: rmap_one() missing 1 required"),
        ("rmap_walk", "(page, avc.vma)", "(page, avc)", "wanted here is a vma, such as avc.vma."),
        (
            "pte_peek",
            "(vma.vm_mm, addr)",
            "(vma, addr)",
            "wanted here is an mm, such as vma.vm_mm.",
        ),
        ("error_path", "tail(vma)", "tail(vma.anon_vma)", "anon_vma has no field anon_vma_chain."),
        ("call_site", "    else:\n", "    else:\n        await list_del()\n", "missing 1 required"),
        ("call_site", "    else:\n    ", "", "dst is None here: there was no memory for one, or"),
    ],
)
def test_a_slip_is_told_with_what_was_wanted(
    exercise: str, before: str, after: str, said: str
) -> None:
    cells = read(Path(__file__).parents[2] / f"solutions/{exercise}/{exercise}.ipynb").cells
    (answer,) = (text for _, text in cells if "BEGIN SOLUTION" in text)
    assert before in answer
    report = judge(
        find_exercise(exercise),
        Submission("a.py", [("a.py", IMPORTS + answer.replace(before, after))]),
        60.0,
    )
    assert said in report.sentence


def test_what_is_no_function_is_told_by_its_kind() -> None:
    report = judged("anon_vma_moveto_tail = 5")
    assert "anon_vma_moveto_tail is an int, but must be an async def" in report.sentence


def test_of_two_definitions_the_last_counts_and_it_is_said() -> None:
    right = moveto_tail("right", REFERENCE).source
    report = judged(f"{IMPORTS}async def anon_vma_moveto_tail(dst): pass\n{right}", 60.0)
    assert report.outcome == "passed"
    assert any("defined 2 times; the last one counts" in note for note in report.warnings)


@pytest.mark.parametrize("within", ["class Mine:\n    @staticmethod\n", "def made():\n"])
def test_a_function_that_is_given_its_name_outside_is_defined_once(within: str) -> None:
    inside = moveto_tail("right", REFERENCE, before="#").source.partition("#")[2].strip()
    inside = inside.replace("\n", "\n    ")
    given = "Mine.anon_vma_moveto_tail" if "class" in within else "made()"
    end = "" if "class" in within else "    return anon_vma_moveto_tail\n"
    report = judged(f"{IMPORTS}{within}    {inside}\n{end}anon_vma_moveto_tail = {given}\n", 60.0)
    assert (report.outcome, report.warnings) == ("passed", [])


def forged(monkeypatch, **parts: object) -> Verdict:
    """What is said if a child sends this about the code that it has loaded."""
    about = {"skipped": [], "functions": [], "definitions": [], "kind": "missing"} | parts
    receive = Child.receive

    def forge(child: Child, *busy: float) -> list:
        message = receive(child, *busy)
        return ["loaded", about] if message[0] == "loaded" else message

    monkeypatch.setattr(Child, "receive", forge)
    return judge(EXERCISE, moveto_tail_as_submission(), 20.0)


def moveto_tail_as_submission() -> Submission:
    return Submission("answer.py", [("answer.py", moveto_tail("", REFERENCE).source)])


@pytest.mark.parametrize(
    "parts",
    [
        {"definitions": 5},
        {"skipped": 7},
        {"skipped": [[1]]},
        {"functions": 3},
        {"skipped": [["cell", "SyntaxError", "?", 1, "x", ""]]},
    ],
    ids=str,
)
def test_what_a_child_says_of_itself_may_be_anything(monkeypatch, parts: dict) -> None:
    report = forged(monkeypatch, **parts)
    assert (report.outcome, report.points) == ("failed", 0)
    assert "nonsense" in report.sentence


def test_a_caret_stays_in_its_line(monkeypatch) -> None:
    report = forged(monkeypatch, skipped=[["cell", "SyntaxError", "?", 1, 10**9, "x = ("]])
    assert report.outcome == "error"
    assert len(report.sentence) < 200


@pytest.mark.parametrize("bounds", ["0, 1 << 60", "'a', 'b'", "None, 1", "-(1 << 50), 1 << 50"])
def test_bounds_that_are_none_end_the_answer_and_not_the_judge(bounds: str) -> None:
    answer = moveto_tail("", f"await set_vma_bounds(dst, {bounds}, 0)")
    report = judge(EXERCISE, Submission("answer.py", [("answer.py", answer.source)]), 20.0)
    assert report.outcome == "failed"


@pytest.mark.parametrize(
    ("body", "before", "said"),
    [
        ("helper(dst)", "async def helper(dst):\n    pass\n", "await is missing before helper"),
        ("r = list_empty(dst)\nawait list_del(r)", "", "await is missing before list_empty"),
        ("for avc in dst.anon_vma_chain:\n    await list_del(avc)", "", "line 6: AttributeError"),
    ],
)
def test_ordinary_slips_name_the_line(body: str, before: str, said: str) -> None:
    answer = moveto_tail("", body, before=before)
    report = judge(EXERCISE, Submission("answer.py", [("answer.py", answer.source)]), 20.0)
    assert report.outcome == "failed"
    assert said in report.sentence
    assert "line " in report.sentence
