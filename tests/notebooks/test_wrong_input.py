"""What a notebook calls with a wrong thing answers in one sentence, and shows no frame of ours."""

import ast
import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from vmlesson.errors import Spoken
from vmlesson.files import course_root

WRONG = (5, None, "x", [])
SIGNATURE = ("required positional argument", "positional arguments but", "positional argument but")
"""What Python itself says, by the name of the function, of how many arguments it takes."""
LEFT = ("vmlesson.kernel", "vmlesson.live")
"""The kernel's functions are called by its own code a million times; live ones take seconds."""


def code_of(path: Path) -> str:
    """A notebook's code, without magics."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = (line for c in cells if c["cell_type"] == "code" for line in [*c["source"], "\n"])
    return "".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def called() -> Iterator[tuple[str, str]]:
    """The module and name of each function and class that a notebook has from vmlesson."""
    for path in [
        *course_root().glob("notebooks/*.ipynb"),
        *course_root().glob("exercises/*/*.ipynb"),
    ]:
        tree = ast.parse(code_of(path))
        modules = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vmlesson"):
                for name in (each.name for each in node.names if each.name != "*"):
                    yield node.module, name
                    modules[name] = f"{node.module}.{name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id in modules:
                    yield modules[node.value.id], node.attr


def functions() -> Iterator[tuple[str, object]]:
    for module, name in sorted(set(called())):
        try:
            found = getattr(import_module(module), name, None)
        except ImportError:  # an attribute of a function or a class
            continue
        if callable(found) and not module.startswith(LEFT):
            yield f"{module}.{name}", found


def answer(function, wrong: object) -> str:
    """What is said to it; nothing, where it is taken or Python counts the arguments."""
    try:
        made = function(wrong)
    except Spoken as spoken:
        return str(spoken)
    except TypeError as error:
        if not any(said in str(error) for said in SIGNATURE):
            raise
        return ""
    if inspect.iscoroutine(made):
        made.close()
    return ""


@pytest.mark.parametrize(("name", "function"), list(functions()))
def test_a_wrong_thing_is_answered_in_a_sentence(
    name: str, function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VMLESSON_PROGRESS", str(tmp_path / "progress.json"))
    for wrong in WRONG:
        said = answer(function, wrong)
        assert "\n" not in said
        if said and wrong not in (None, []):
            assert str(wrong) in said, f"{name}({wrong!r})"
