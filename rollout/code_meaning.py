"""What code does, apart from how it is written: the same for another comment, docstring, line break or import."""

import ast
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

UNWRITTEN: tuple[object, ...] = (None, [])
NOT_MEANT = {
    "ctx",
    "kind",
    "type_comment",
    "type_ignores",
    "type_params",
}  # they say nothing, or differ between Pythons


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


def meaning(node: object) -> str:
    """A tree as text, without positions, imports, texts that stand alone, and fields that only newer Pythons have."""
    if isinstance(node, list):
        return f"[{','.join(meaning(each) for each in node if not unmeant(each))}]"
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if name not in NOT_MEANT]
        fields = [(name, marks_meant(value) if name == "decorator_list" else value) for name, value in fields]
        written = [f"{name}={meaning(value)}" for name, value in fields if value not in UNWRITTEN]
        return f"{type(node).__name__}({','.join(written)})"
    return repr(node)


def unmeant(statement: object) -> bool:
    """Whether a statement is an import or a docstring."""
    alone = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return alone or isinstance(statement, ast.Import | ast.ImportFrom)


def marks_meant(decorators: list[ast.expr]) -> list[ast.expr]:
    """The decorators but for the mark of a promise, which says why there is a check and nothing of what it does."""
    return [each for each in decorators if not (isinstance(each, ast.Call) and is_promise(each))]


def is_promise(call: ast.Call) -> bool:
    """Whether a call is the mark of a promise."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "promise"


def digest(texts: Iterable[str]) -> str:
    """A short hash of *texts*, in whatever order they come: a file that was renamed or moved changes nothing."""
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def helpers(function: ast.FunctionDef | ast.AsyncFunctionDef, tree: ast.Module) -> list[ast.stmt]:
    """*function* and what of its module it needs: functions, classes and values, by name, fixtures included."""
    there = {name: statement for statement in tree.body for name in names_of(statement)}
    return reached([function], lambda statement: [there[name] for name in names_used(statement) if name in there])


def reached(start: Iterable[ast.stmt], needed_by: Callable[[ast.stmt], Iterable[ast.stmt]]) -> list[ast.stmt]:
    """The statements of *start* and all that they need, each once."""
    found: dict[int, ast.stmt] = {}
    waiting = list(start)
    while waiting:
        statement = waiting.pop()
        if id(statement) not in found:
            found[id(statement)] = statement
            waiting += needed_by(statement)
    return list(found.values())


def names_of(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def names_used(statement: ast.stmt) -> set[str]:
    """The names that a statement reads; a parameter of a test may be a fixture of its module."""
    nodes = list(ast.walk(statement))
    fixtures = {f"{text.value}" for text in nodes if isinstance(text, ast.Constant) and isinstance(text.value, str)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.arg for node in nodes if isinstance(node, ast.arg)} | fixtures
