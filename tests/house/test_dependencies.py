"""What the packages in the wheel import is what pyproject.toml asks for: no test environment lends them anything."""

import ast
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SHIPPED: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
DECLARED: list[str] = PROJECT["project"]["dependencies"]


def undeclared(dependencies: Sequence[str]) -> set[str]:
    """The modules imported by what is shipped that neither *dependencies* nor what these ask for bring."""
    brought = {name for line in dependencies for name in with_its_own(line)}
    owners = packages_distributions()
    return {module for module in imported() if not brought & {canonicalize_name(it) for it in owners.get(module, ())}}


@cache
def imported() -> frozenset[str]:
    """The top modules of others that any file of the shipped packages imports, wherever in the file."""
    ours = (*SHIPPED, *sys.stdlib_module_names)
    files = [file for package in SHIPPED for file in (ROOT / package).rglob("*.py")]
    return frozenset(name for file in files for name in imports_of(file) if name not in ours)


def imports_of(file: Path) -> Iterator[str]:
    """The top modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@cache
def with_its_own(line: str, extra: str = "") -> frozenset[str]:
    """The distribution of a requirement, and all that it and the extras asked of it require, by their metadata."""
    wanted = Requirement(line)
    if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
        return frozenset()
    required = distribution(wanted.name).requires or []
    below = (with_its_own(each, asked) for each in required for asked in ("", *wanted.extras))
    return frozenset({canonicalize_name(wanted.name)}).union(*below)


def test_what_is_shipped_imports_only_what_is_declared() -> None:
    """
    An empty environment gets all that the wheel needs: of the dependencies for tests and tools it has none.
    """
    assert len(imported()) > 20
    assert undeclared(DECLARED) == set()


@pytest.mark.parametrize(
    ("name", "module"), [("msgspec", "msgspec"), ("dnspython", "dns"), ("psycopg", "psycopg_pool")]
)
def test_a_dependency_that_is_declared_no_more_is_missed(name: str, module: str) -> None:
    """
    Else the test before would show nothing.
    """
    assert module in undeclared([line for line in DECLARED if Requirement(line).name != name])
