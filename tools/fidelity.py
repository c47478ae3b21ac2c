"""docs/fidelity.md, from the docstrings of the model.

    python tools/fidelity.py            # write it anew
    python tools/fidelity.py --check    # say whether it is in step

A row is a function of the model and a body that it has in some release.  "Explored" are those that
a CPU runs in a scenario of the catalogue, "measured" those that the release "running" runs in the
cases that a real kernel is held against: both are found by running them here.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "live")]

from merging_cases import CASES  # noqa: E402

from vmlesson.explore import explore  # noqa: E402
from vmlesson.kernel import RELEASES, SYMBOLS, Kernel  # noqa: E402
from vmlesson.kernel.atomic import Spec  # noqa: E402
from vmlesson.live import play  # noqa: E402
from vmlesson.scenarios import CATALOGUE, scenarios  # noqa: E402

DOCUMENT = ROOT / "docs" / "fidelity.md"
FILES = ("rmap", "mmap", "mremap", "mprotect", "migrate", "memory", "fork", "pgtable")
FILES += ("releases", "tree", "today")
SOURCE = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/{file}?h={tag}"
KERNEL_FILE = re.compile(r"\b((?:mm|kernel|arch|include|linux|asm-generic)/[\w/]+\.[ch])\b")
OUT = re.compile(r"\b(?:Left out|Not modelled)[^:]*:\s*(.*?)(?=\.\s|\.$|$)", re.S)
LISTS_ALONE = ("anon_vma_merge", "need_rmap_locks", "unlink_anon_vmas")
"""Nothing that a program sees of its kernel depends on what these do, so no comparison tells."""
HEAD = Path(__file__).with_suffix(".md")


class Row(NamedTuple):
    """A function and one of its bodies."""

    name: str
    file: str
    releases: str
    what: str
    out: str
    known: str


def main() -> int:
    """Write the document, or say whether it is in step."""
    text = document()
    if "--check" not in sys.argv:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif DOCUMENT.read_text(encoding="utf-8") != text:
        print("docs/fidelity.md is out of step: python tools/fidelity.py", file=sys.stderr)
        return 1
    return 0


def document() -> str:
    """The whole of docs/fidelity.md."""
    explored, measured = hits_of_scenarios(), hits_of_cases()
    parts = [HEAD.read_text(encoding="utf-8")]
    for file in FILES:
        module = importlib.import_module(f"vmlesson.kernel.{file}")
        rows = [_row(each, module, explored, measured) for each in _functions(module)]
        parts.append(_section(f"{file}.py", module, rows))
    return "\n".join(parts)


def hits_of_scenarios() -> Counter[tuple[str, str]]:
    """How often each function of a release is called by a CPU of a scenario, in a few orders.

    In one alone, a CPU may be stuck before it comes to its end.
    """
    hits: Counter[tuple[str, str]] = Counter()
    for release in ("v3.0", "v3.3", "v3.7", "v6.16", "today"):
        for name in CATALOGUE:
            for scenario in scenarios(name).values():
                program = scenario.program(release)
                before = Counter(program.text.hits)
                explore(program, executions=10)
                for function, count in (program.text.hits - before).items():
                    hits[function, release] += count
    return hits


def hits_of_cases() -> Counter[str]:
    """How often each function is called in the cases that a real kernel is held against."""
    hits: Counter[str] = Counter()
    for case in CASES.values():
        kernel = Kernel("today")
        play(case.script, kernel.spawn("A"))
        hits += kernel.hits
    return hits


def _functions(module: Any) -> Iterator[Callable[..., Any]]:
    """The functions of a module that stand for the kernel's, in the order of the file."""
    found = []
    for each in vars(module).values():
        function = getattr(each, "function", each)
        spec = getattr(function, "spec", None)
        function = spec.function if isinstance(spec, Spec) else function
        if inspect.isfunction(function) and function.__module__ == module.__name__:
            hidden = re.match("_[^_]", function.__name__)
            if function.__doc__ and not hidden:
                found.append(function)
    return iter(sorted(set(found), key=lambda each: each.__code__.co_firstlineno))


def _row(
    function: Callable[..., Any],
    module: Any,
    explored: Counter[tuple[str, str]],
    measured: Counter[str],
) -> Row:
    doc, name = inspect.getdoc(function) or "", function.__name__
    there = [each for each in RELEASES if _body(name, each) is function]
    of_3_x = [each for each in there if each != "running"]
    if there:
        span = of_3_x[:1] if len(of_3_x) < 2 else [f"{of_3_x[0]} to {of_3_x[-1]}"]
        releases = ", ".join([*span, *there[len(of_3_x) :]])
    elif name in SYMBOLS:
        releases = "none"
    else:
        releases = "v3.7 to today, running" if module.__name__.endswith(".tree") else "all"
    symbol = SYMBOLS.get(name)
    cited = KERNEL_FILE.search(doc) or KERNEL_FILE.search(module.__doc__ or "")
    if module.__name__.endswith((".releases", ".tree", ".today")):
        file = cited[1] if cited else symbol.file if symbol else ""
    else:
        file = symbol.file if symbol else cited[1] if cited else ""
    out = "; ".join(" ".join(each.split()) for each in OUT.findall(doc))
    what = " ".join(doc.split("\n\n")[0].split())
    if doc.startswith("Ours"):
        return Row(name, "", releases, what, out, "ours")
    known = ["source"]
    if any(explored[name, release] for release in there):
        known.append("explored")
    if measured[name] and "running" in there and name not in LISTS_ALONE:
        known.append("measured")
    return Row(name, file, releases, what, out, ", ".join(known))


def _body(name: str, release: str) -> Any:
    return Kernel(release).text.get(name)


def _section(title: str, module: Any, rows: list[Row]) -> str:
    out = OUT.search(" ".join((module.__doc__ or "").split()))
    lines = [f"\n## vmlesson/kernel/{title}\n"]
    if out:
        lines.append(f"Left out everywhere: {out[1].strip()}.\n")
    lines += [
        "| function | kernel file | releases | what it does | left out besides | known by |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = (f"`{row.name}`", _link(row), row.releases, row.what, row.out, row.known)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _link(row: Row) -> str:
    if not row.file:
        return ""
    tags = re.findall(r"v\d\.\d+", row.releases)
    tag = tags[-1] if tags else "v6.19" if "today" in row.releases else "v3.1"
    return f"[{row.file}]({SOURCE.format(file=_path(row.file), tag=tag)})"


def _path(file: str) -> str:
    return f"include/{file}" if file.startswith(("linux/", "asm-generic/")) else file


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    raise SystemExit(main())
