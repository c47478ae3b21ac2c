"""What `check` says of an answer, as plain data: in this Python, or in that of a browser's tab.

As a program it reads lines of JSON, (exercise, source), and writes one for each.
"""

from __future__ import annotations

import json
import linecache
import sys
import types
from typing import Any

from vmlesson.grade import check
from vmlesson.grade.exercises import find_exercise
from vmlesson.grade.verdict import Verdict


def checked(exercise: str, source: str) -> Verdict:
    """What a notebook says of an answer that is the text of a file."""
    space = types.ModuleType("answer").__dict__
    linecache.cache["answer.py"] = len(source), None, source.splitlines(keepends=True), "answer.py"
    exec(compile(source, "answer.py", "exec"), space)
    report: Verdict = getattr(check, exercise)(space[find_exercise(exercise).asked])
    return report


def facts(report: Verdict) -> dict[str, Any]:
    """What must be the same wherever an answer is tried."""
    return {
        "outcome": report.outcome,
        "points": report.points,
        "sentence": report.sentence,
        "checks": [[one.name, one.passed, one.message] for one in report.checks],
        "printed": report.finding and report.finding.printed,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(facts(checked(*json.loads(line)))), flush=True)
