"""Bytecode of what a tab imports until a first answer has been checked, from its own Python.

Run in Pyodide by tools/pyodide.mjs; prints a line of JSON for each module.
Without it a tab compiles these modules at each visit, most of the time until it is ready.
"""

import base64
import json
import marshal
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from zipimport import zipimporter

SITE = "/lib/python3.14/site-packages/"
out = sys.stdout  # the kernel puts another in its place

import anywidget  # noqa: E402, F401
import piplite.piplite  # noqa: E402, F401
import pyodide_kernel  # noqa: E402, F401

import vmlesson.learn  # noqa: E402, F401
from vmlesson.grade import check  # noqa: E402
from vmlesson.show import Drive, Stepper, chains  # noqa: E402, F401


async def nothing(dst):
    """An answer that is wrong, so that its failure is drawn."""


def made(path: str) -> tuple[str, str, str]:
    """Of a module: its file, its .pyc (both as its archive has them), and that one's content.

    The .pyc of vmlesson stands beside the source, which learners read; another takes its place.
    It holds for the text without another look at it (PEP 552: unchecked), since what is unpacked
    in a tab has no times.
    """
    archive, zipped, name = path.partition(".zip/")
    if zipped:
        text = zipimporter(f"{archive}.zip").get_data(path)
    else:
        text, name = Path(path).read_bytes(), path.removeprefix(SITE)
    cached = cache_from_source(name) if name.startswith("vmlesson/") else f"{name}c"
    code = compile(text, path, "exec", dont_inherit=True)
    content = MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(text) + marshal.dumps(code)
    return name, cached, base64.b64encode(content).decode()


check.moveto_tail(nothing)._repr_html_()
files = {getattr(module, "__file__", None) or "" for module in [*sys.modules.values()]}
for path in sorted(files):
    if path.endswith(".py"):
        print(json.dumps(made(path)), file=out)
