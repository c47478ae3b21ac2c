"""Merging, case by case: what a recent kernel was measured to do, and what 3.1's source says.

Results are vmas in page numbers, of the process that is named last in the script.  Where 3.1 does
something else, `rule` names the difference as docs/differences.md does.
"""

from typing import NamedTuple


class Case(NamedTuple):
    script: str
    today: str
    before: str = ""
    rule: str = ""


CASES = {
    "1": Case("A.mmap(0); A.mmap(1)", "0-2 rw"),
    "2": Case("A.mmap(0); A.write(0); A.mmap(1)", "0-2 rw"),
    "3": Case("A.mmap(0); A.write(0); A.mmap(2); A.write(2); A.mmap(1)", "0-2 rw, 2-3 rw"),
    "4": Case("A.mmap(0); A.write(0); A.mmap(2); A.mmap(1)", "0-3 rw"),
    "5": Case("A.mmap(0); A.write(0); B = A.fork(); B.mmap(1)", "0-1 rw, 1-2 rw"),
    "6": Case("A.mmap(0); A.write(0); B = A.fork(); A.mmap(1)", "0-2 rw"),
    "7": Case(
        "A.mmap(0, 2); A.mprotect(0, 2, 'r'); A.mmap(2, 1, 'r')", "0-3 r", "0-2 r, 2-3 r", "D2"
    ),
    "8": Case("A.mmap(0, 2); A.write(0); A.mprotect(0, 2, 'r'); A.mmap(2, 1, 'r')", "0-2 r, 2-3 r"),
    "9": Case("A.mmap(0); A.mmap(3); A.mremap(0, 1, 3)", "0-4 rw", "0-3 rw, 3-4 rw", "D3"),
    "10": Case("A.mmap(0); A.write(0); A.mmap(3); A.write(3); A.mremap(0, 1, 3)", "0-3 rw, 3-4 rw"),
    "11": Case("A.mmap(0); A.mmap(30); A.mremap(30, 1, to=1)", "0-2 rw"),
    "12": Case(
        "A.mmap(10, 2); A.write(10); A.write(11); A.mremap(10, 2, to=30); A.mmap(9);"
        "A.mremap(30, 2, to=10)",
        "9-12 rw",
        "9-10 rw, 10-12 rw",
        "D1",
    ),
    "13": Case(
        "A.mmap(0); A.mmap(1, 1, 'rwx'); A.write(1); A.mprotect(1, 1, 'rw')",
        "0-2 rw",
        "0-1 rw, 1-2 rw",
        "D1",
    ),
    "14": Case("A.mmap(0, 3); A.write(0); A.write(2); A.munmap(1); A.mmap(1)", "0-3 rw"),
    "15": Case(
        "A.mmap(0, 3); A.write(0); A.write(2); B = A.fork(); B.munmap(1); B.mmap(1)",
        "0-1 rw, 1-2 rw, 2-3 rw",
    ),
    "16": Case(
        "A.mmap(0, 3); A.write(0); A.write(1); A.write(2); B = A.fork();"
        "B.mprotect(1, 1, 'r'); B.mprotect(1, 1, 'rw')",
        "0-3 rw",
    ),
    "17, child": Case(
        "A.mmap(0, 2); A.write(0); A.write(1); A.mprotect(1, 1, 'rwx'); B = A.fork();"
        "B.mprotect(1, 1, 'rw')",
        "0-1 rw, 1-2 rw",
    ),
    "17, parent": Case(
        "A.mmap(0, 2); A.write(0); A.write(1); A.mprotect(1, 1, 'rwx'); B = A.fork();"
        "A.mprotect(1, 1, 'rw')",
        "0-2 rw",
    ),
    "18": Case(
        "A.mmap(0, 2); A.write(0); A.write(1); A.mremap(1, 1, to=30); A.mremap(30, 1, to=1)",
        "0-2 rw",
    ),
    "18, child": Case(
        "A.mmap(0, 2); A.write(0); A.write(1); B = A.fork(); B.mremap(1, 1, to=30);"
        "B.mremap(30, 1, to=1)",
        "0-2 rw",
    ),
    "19": Case(
        "A.mmap(0); A.write(0); A.mmap(2); A.write(2); A.mmap(1, 1, 'r'); A.mprotect(1, 1, 'rw')",
        "0-2 rw, 2-3 rw",
    ),
    "20": Case(
        "A.mmap(0); A.mmap(1, 1, 'rwx'); A.write(1); A.mmap(2); A.mprotect(1, 1, 'rw')",
        "0-3 rw",
        "0-1 rw, 1-2 rw, 2-3 rw",
        "D1",
    ),
    "21": Case(
        "A.mmap(0, 2); A.write(0); A.write(1); A.mprotect(1, 1, 'rwx'); A.mmap(2);"
        "A.mprotect(1, 1, 'rw')",
        "0-3 rw",
        "0-2 rw, 2-3 rw",
        "D1",
    ),
    "22": Case(
        "A.mmap(0); A.mmap(1, 1, 'rwx'); A.mmap(2); A.write(2); A.mprotect(1, 1, 'rw')", "0-3 rw"
    ),
    "23": Case(
        "A.mmap(0); A.write(0); A.mmap(1, 1, 'rwx'); A.write(1); A.mprotect(1, 1, 'rw')", "0-2 rw"
    ),
    "24": Case(
        "A.mmap(10, 2); A.write(10); A.write(11); B = A.fork(); B.mremap(10, 2, to=30);"
        "B.mmap(9); B.mremap(30, 2, to=10)",
        "9-10 rw, 10-12 rw",
    ),
    "25": Case(
        "A.mmap(1, 2, 'rwx'); A.mprotect(2, 1, 'r'); A.mmap(1, 1, 'r')",
        "1-3 r",
        "1-2 r, 2-3 r",
        "D2",
    ),
    "26": Case("A.mmap(3, 2); A.mmap(6, 4); A.mremap(4, 1, 2)", "3-10 rw", "3-6 rw, 6-10 rw", "D3"),
    "27": Case("A.mmap(3); A.mmap(5); A.mremap(5, 1, to=4)", "3-5 rw"),
    "28": Case(
        "A.mmap(0, 5);"
        "[A.write(page) for page in range(5)];"
        "A.mprotect(3, 2, 'r'); A.mremap(1, 2, to=20); A.mprotect(3, 2, 'rw');"
        "A.mremap(21, 1, to=2)",
        "0-1 rw, 2-5 rw, 20-21 rw",
    ),
    "29": Case(
        "A.mmap(0, 6);"
        "[A.write(page) for page in range(6)];"
        "A.mremap(2, 2, to=20); A.munmap(0, 2); A.mremap(20, 2, to=2)",
        "2-6 rw",
    ),
}
