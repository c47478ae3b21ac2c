"""Wrong answers by the dozen: a solution with one statement, one test or one name changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

from other_answers import solution

OPPOSITES = {
    "list_add": "list_add_tail",
    "list_add_tail": "list_add",
    "list_del": "list_empty",
    "anon_vma_lock": "anon_vma_unlock",
    "anon_vma_unlock": "anon_vma_lock",
    "vma": "new_vma",
    "new_vma": "vma",
    "old_addr": "new_addr",
    "new_addr": "old_addr",
    "new": "old",
    "old": "new",
    "start": "end",
    "end": "start",
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
}


def mutants(exercise: str) -> dict[str, str]:
    """The mutants of a solution that are Python, by what was done to them."""
    source = solution(exercise)
    tree = ast.parse(source)
    found: dict[str, str] = {}
    for what, mutant in (*_of_statements(tree), *_of_expressions(tree)):
        text = ast.unparse(ast.fix_missing_locations(mutant))
        if text != ast.unparse(tree):
            found.setdefault(what, text)
    return found


def _function(tree: ast.Module) -> ast.AsyncFunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.AsyncFunctionDef))


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    """Every list of statements in the function, in the order of the text."""
    return [
        block
        for node in ast.walk(_function(tree))
        for name in ("body", "orelse")
        if isinstance(block := getattr(node, name, None), list) and block
    ]


def _of_statements(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    for number, block in enumerate(_blocks(tree)):
        for place, statement in enumerate(block):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # the docstring
            said = ast.unparse(statement).split("\n")[0]
            copy = deepcopy(tree)
            _blocks(copy)[number][place] = ast.Pass()
            yield f"without: {said}", copy
            copy = deepcopy(tree)
            here = _blocks(copy)[number]
            here.insert(place, deepcopy(here[place]))
            yield f"twice: {said}", copy
            if place + 1 < len(block):
                copy = deepcopy(tree)
                here = _blocks(copy)[number]
                here[place], here[place + 1] = here[place + 1], here[place]
                yield f"after the next: {said}", copy


def _of_expressions(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    for number, node in enumerate(ast.walk(tree)):
        copy = deepcopy(tree)
        twin = list(ast.walk(copy))[number]
        line = f"line {getattr(node, 'lineno', 0)}, {getattr(node, 'col_offset', 0)}"
        if isinstance(twin, ast.If):
            twin.test = ast.UnaryOp(ast.Not(), twin.test)
            yield f"not: {ast.unparse(node).split(chr(10))[0]}", copy
        elif isinstance(twin, ast.Compare):
            for place, operator in enumerate(twin.ops):
                if type(operator) in COMPARISONS:
                    other = deepcopy(copy)
                    changed = list(ast.walk(other))[number]
                    assert isinstance(changed, ast.Compare)
                    changed.ops[place] = COMPARISONS[type(operator)]()
                    yield f"{line}: {ast.unparse(changed)}", other
        elif isinstance(twin, ast.Name) and twin.id in OPPOSITES:
            twin.id = OPPOSITES[twin.id]
            yield f"{line}: {twin.id}", copy
        elif isinstance(twin, ast.BinOp) and isinstance(twin.op, ast.Add | ast.Sub):
            twin.op = ast.Sub() if isinstance(twin.op, ast.Add) else ast.Add()
            yield f"{line}: {ast.unparse(twin)}", copy
