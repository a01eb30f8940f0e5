"""Digests of what code does: comments, docstrings, line breaks and names of modules do not change them."""

import ast
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

NOTHING = "[]"
NOT_MEANT = {
    "ctx",
    "kind",
    "type_comment",
    "type_ignores",
    "type_params",
}  # fields without meaning, or that differ between versions of Python


@cache
def parsed(file: Path) -> ast.Module:
    """The tree of a file, read once in a process."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def file_of(module: str, root: Path) -> Path | None:
    """The file of a module below *root*; None for a name within one."""
    path = root.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def meaning_of_file(file: Path) -> str:
    """The digest of what a file does."""
    return digest([meaning(parsed(file))])


@cache
def meaning_of_statement(statement: ast.stmt) -> str:
    """The digest of what one parsed statement does."""
    return digest([meaning(statement)])


def meaning(node: object) -> str:
    """
    A syntax tree as text, without positions, docstrings, and fields that only newer versions of Python have.

    Of imports only the aliases stay (`import a as b`).
    """
    if isinstance(node, list):
        return f"[{','.join([*aliases(node), *(meaning(each) for each in node if not unmeant(each))])}]"
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if name not in NOT_MEANT]
        said = [(name, meaning(value)) for name, value in fields if value is not None]
        return f"{type(node).__name__}({','.join(f'{name}={text}' for name, text in said if text != NOTHING)})"
    return repr(node)


def aliases(statements: list[object]) -> list[str]:
    """The aliases in the imports among *statements*, sorted, each as `alias is name`."""
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    return sorted(alias_of(each) for one in imports for each in one.names if each.asname not in (None, each.name))


def alias_of(imported: ast.alias) -> str:
    """One alias of an import as text: `alias is name`."""
    return f"{imported.asname} is {imported.name}"


def unmeant(each: object) -> bool:
    """Whether a node is left out of the meaning: an import, a docstring, or a promise (the reason for a check, not its code)."""
    alone = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
    return alone or isinstance(each, ast.Import | ast.ImportFrom) or (isinstance(each, ast.Call) and is_promise(each))


def is_promise(call: ast.Call) -> bool:
    """Whether a call is the mark of a promise."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "promise"


def digest(texts: Iterable[str]) -> str:
    """A hash of *texts* in 16 hex digits, independent of their order: a renamed or moved file does not change it."""
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def reached(start: Iterable[ast.stmt], needed_by: Callable[[ast.stmt], Iterable[ast.stmt]]) -> list[ast.stmt]:
    """The statements of *start* and all that they need, each once."""
    found: dict[ast.stmt, None] = {}
    waiting = list(start)
    while waiting:
        statement = waiting.pop()
        if statement not in found:
            found[statement] = None
            waiting += needed_by(statement)
    return list(found)


def names_of(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    return names_assigned(statement)


def names_assigned(statement: ast.stmt) -> list[str]:
    """The names that an assignment sets, annotated or not, several targets included; empty for other statements."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return []
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]
