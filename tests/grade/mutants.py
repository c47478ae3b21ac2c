"""Wrong answers by the thousand: a solution with one thing changed, in all the usual ways.

Each kind of change is a function of one node, or of one place in a block of statements; it gives
what may stand there instead.  Given lines are changed like the learner's own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise

from other_answers import solution

Block = list[ast.stmt]
FUNCTIONS = {
    "list_add": ("list_add_tail", "list_move"),
    "list_add_tail": ("list_add", "list_move_tail"),
    "list_del": ("list_empty",),
    "anon_vma_lock": ("anon_vma_unlock",),
    "anon_vma_unlock": ("anon_vma_lock",),
    "get_page": ("put_page",),
    "reversed": ("list",),
}
ATTRIBUTES = {
    "vm_start": ("vm_end", "vm_pgoff"),
    "vm_pgoff": ("vm_start", "vm_end"),
    "same_anon_vma": ("same_vma",),
    "head": ("root.head",),
    "index": ("pfn", "mapcount"),
    "mapping": ("mapping.root",),
    "anon_vma": ("anon_vma_chain",),
}
COMPARISONS = {
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Eq: (ast.NotEq, ast.Lt, ast.Gt),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Lt: (ast.LtE, ast.Gt, ast.NotEq),
    ast.LtE: (ast.Lt, ast.GtE, ast.Eq),
}
OPERATORS = {
    ast.Add: (ast.Sub, ast.BitOr),
    ast.Sub: (ast.Add, ast.BitXor),
    ast.Mult: (ast.FloorDiv, ast.Add, ast.LShift),
    ast.FloorDiv: (ast.Mult, ast.Mod, ast.Div),
}


# ------------------------------------------------------------------------------------- of a block


def left_out(block: Block, place: int) -> Iterator[Block]:
    yield [*block[:place], ast.Pass(), *block[place + 1 :]]


def done_twice(block: Block, place: int) -> Iterator[Block]:
    yield [*block[: place + 1], deepcopy(block[place]), *block[place + 1 :]]


def after_the_next(block: Block, place: int) -> Iterator[Block]:
    if place + 1 < len(block):
        yield [*block[:place], block[place + 1], block[place], *block[place + 2 :]]


def returned_before(block: Block, place: int) -> Iterator[Block]:
    yield [*block[:place], ast.Return(None), *block[place:]]


def out_of_its_block(block: Block, place: int) -> Iterator[Block]:
    body = getattr(block[place], "body", [])
    if len(body) > 1:
        yield [*block[:place], _without_end(block[place]), body[-1], *block[place + 1 :]]


def into_the_block_above(block: Block, place: int) -> Iterator[Block]:
    if place + 1 < len(block) and hasattr(block[place], "body"):
        longer = deepcopy(block[place])
        longer.body.append(block[place + 1])
        yield [*block[:place], longer, *block[place + 2 :]]


def ended_early(block: Block, place: int) -> Iterator[Block]:
    for jump in (ast.Break(), ast.Continue()):
        yield [*block[:place], jump, *block[place:]]


def _without_end(statement: ast.stmt) -> ast.stmt:
    shorter = deepcopy(statement)
    shorter.body.pop()  # type: ignore[attr-defined]
    return shorter


# ---------------------------------------------------------------------------------- of a node


def compared_otherwise(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS.get(type(operator), ()):
                changed = deepcopy(node)
                changed.ops[place] = other()
                yield changed


def computed_otherwise(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        for other in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)
        yield node.left
        yield node.right
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def not_awaited(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Await):
        yield node.value
    if isinstance(node, ast.AsyncFor):
        yield ast.For(node.target, node.iter, node.body, node.orelse)
    if isinstance(node, ast.For):
        yield ast.AsyncFor(node.target, node.iter, node.body, node.orelse)


def another_constant(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and node.value is None:
        yield ast.Constant(0)
    if isinstance(node, ast.Name) and node.id.isupper():
        yield ast.Constant(0)
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))


def another_name(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in names if node.id in names else FUNCTIONS.get(node.id, ()):
            if other != node.id:
                yield ast.Name(other, node.ctx)


def another_attribute(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        for other in ATTRIBUTES.get(node.attr, ()):
            yield ast.Attribute(node.value, other, node.ctx)


def other_arguments(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        for place, (one, two) in enumerate(pairwise(node.args)):
            args = [*node.args[:place], two, one, *node.args[place + 2 :]]
            yield ast.Call(node.func, args, node.keywords)
        if len(node.args) > 1:
            yield ast.Call(node.func, node.args[:-1], node.keywords)
        for keyword in node.keywords:
            yield ast.Call(node.func, node.args, [k for k in node.keywords if k is not keyword])


def decided_otherwise(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(other, node.values)
        yield from node.values
    if isinstance(node, ast.If | ast.IfExp):
        for test in (ast.Constant(True), ast.Constant(False), ast.UnaryOp(ast.Not(), node.test)):
            yield type(node)(test, node.body, node.orelse)
    if isinstance(node, ast.If) and not node.orelse:
        yield ast.While(node.test, node.body, [])
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield ast.Compare(node.left, node.ops[:1], node.comparators[:1])
        yield ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


OF_A_BLOCK: tuple[Callable[[Block, int], Iterator[Block]], ...] = (
    left_out,
    done_twice,
    after_the_next,
    returned_before,
    out_of_its_block,
    into_the_block_above,
    ended_early,
)
OF_A_NODE: tuple[Callable[[ast.AST, list[str]], Iterator[ast.AST]], ...] = (
    compared_otherwise,
    computed_otherwise,
    not_awaited,
    another_constant,
    another_name,
    another_attribute,
    other_arguments,
    decided_otherwise,
)
WITHHELD = (
    "out_of_its_block",
    "into_the_block_above",
    "ended_early",
    "another_attribute",
    "other_arguments",
    "decided_otherwise",
)
"""Kinds that nobody looked at while the situations were made."""


def mutants(exercise: str) -> dict[str, str]:
    """The mutants of a solution that are Python, by their kind, line and new text."""
    tree = ast.parse(solution(exercise))
    original, found = ast.unparse(tree), {}
    for kind, line, mutant in (*_of_blocks(tree), *_of_nodes(tree)):
        text = ast.unparse(ast.fix_missing_locations(mutant))
        try:
            compile(text, "answer.py", "exec")
        except SyntaxError:
            continue
        if text != original and text not in found:
            new = _new_line(original, text)
            found[text] = f"{kind}, line {line}: {new}"
    named: dict[str, str] = {}
    for text, name in found.items():
        again = sum(each.partition(" #")[0] == name for each in named)
        named[f"{name} #{again + 1}" if again else name] = text
    return named


def _new_line(old: str, new: str) -> str:
    lines = old.split("\n"), new.split("\n")
    place = next((i for i, (a, b) in enumerate(zip(*lines, strict=False)) if a != b), -1)
    return lines[1][place].strip()


def _function(tree: ast.AST) -> ast.AsyncFunctionDef:
    either = ast.AsyncFunctionDef, ast.FunctionDef
    return next(node for node in ast.walk(tree) if isinstance(node, either))


def _blocks(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Where a list of statements hangs, for every one in the function."""
    return [
        (node, name)
        for node in ast.walk(_function(tree))
        for name in ("body", "orelse")
        if isinstance(getattr(node, name, None), list) and getattr(node, name)
    ]


def _of_blocks(tree: ast.Module) -> Iterator[tuple[str, int, ast.Module]]:
    for number, (owner, name) in enumerate(_blocks(tree)):
        for place, statement in enumerate(getattr(owner, name)):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # the docstring
            for change in OF_A_BLOCK:
                for block in change(deepcopy(getattr(owner, name)), place):
                    copy = deepcopy(tree)
                    setattr(_blocks(copy)[number][0], name, block)
                    yield change.__name__, statement.lineno - 2, copy


def _of_nodes(tree: ast.Module) -> Iterator[tuple[str, int, ast.Module]]:
    function = _function(tree)
    used = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    made = {node.id for node in used if isinstance(node.ctx, ast.Store)}
    names = sorted(made | {argument.arg for argument in function.args.args})
    for number, node in enumerate(ast.walk(function)):
        for change in OF_A_NODE:
            for new in change(deepcopy(node), names):
                copy = deepcopy(tree)
                old = list(ast.walk(_function(copy)))[number]
                copy = _Replacing(old, new).visit(copy)
                yield change.__name__, getattr(node, "lineno", 2) - 2, copy


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)
