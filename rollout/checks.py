"""The tests that prove each criterion, read from their source without importing it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rollout.code_meaning import names_assigned
from rollout.plan import Plan
from rollout.project import current_project
from rollout.suite import suite_of


@dataclass(frozen=True)
class Check:
    """
    One test function that bears criterion marks.

    *node* is its pytest id without parameters. *promise* is what it rests on: `plan: …` or
    `api: …` with a sentence of the plan or of the published API, or `advisory: …` with the reason why neither has one.
    """

    node: str
    marks: tuple[str, ...]
    promise: str = ""


def scan(plan: Plan) -> list[Check]:
    """Every marked test function of the plan's suite, in the order of files and lines."""
    return list(scanned(current_project().root, suite_of(plan).tests))


@cache
def scanned(root: Path, folders: tuple[str, ...]) -> tuple[Check, ...]:
    """The marked test functions of *folders* below *root*, read once in a process."""
    files = [file for folder in folders for file in sorted((root / folder).rglob("test_*.py"))]
    return tuple(check for file in files for check in checks_of(file, root))


def checks_of(file: Path, root: Path) -> Iterator[Check]:
    """The marked functions of one file; a mark on the module counts for each of them."""
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    named = {name: list(marks_in([statement], {})) for statement in tree.body for name in names_assigned(statement)}
    everywhere = named.pop("pytestmark", [])
    promised = promises_in(statement for statement in tree.body if "pytestmark" in names_assigned(statement))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
            marks = tuple(dict.fromkeys([*everywhere, *marks_in(function.decorator_list, named)]))
            if marks:
                promise = next(iter([*promises_in(function.decorator_list), *promised]), "")
                yield Check(f"{file.relative_to(root).as_posix()}::{function.name}", marks, promise)


def marks_in(nodes: Iterable[ast.AST], named: dict[str, list[str]]) -> Iterator[str]:
    """The ids in every `criterion("…")` call below *nodes*, also inside pytest.param and in a mark kept in a variable (*named*)."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            yield from named.get(node.id, ())
        yield from texts_of(node, "criterion")


def promises_in(nodes: Iterable[ast.AST]) -> list[str]:
    """The texts in every `promise("…")` call below *nodes*."""
    return [text for outer in nodes for node in ast.walk(outer) for text in texts_of(node, "promise")]


def texts_of(node: ast.AST, mark: str) -> Iterator[str]:
    """The text arguments of a call of *mark*; none if the node is another one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == mark:
        yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def full_ids(plan: Plan, mark: str) -> list[str]:
    """The full criterion ids a mark stands for: itself, or every phase of an id without one; empty if unknown."""
    if "." in mark:
        return [mark] if mark in plan.criterion_ids() else []
    return [
        f"{phase}.{criterion.id}" for criterion in plan.criteria if criterion.id == mark for phase in criterion.phases
    ]


def checks_by_criterion(plan: Plan, checks: Iterable[Check] | None = None) -> dict[str, list[str]]:
    """Full criterion id → the tests that must all pass for it."""
    found: dict[str, list[str]] = {}
    for check in scan(plan) if checks is None else checks:
        for mark in check.marks:
            for criterion in full_ids(plan, mark):
                found.setdefault(criterion, []).append(check.node)
    return found
