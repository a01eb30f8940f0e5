"""What the packages in the wheel and the suites import is what pyproject.toml asks for by name: nothing is there by chance."""

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
SUITES = ("smoke", "integration", "load")


def undeclared(dependencies: Sequence[str]) -> set[str]:
    """The modules imported by what is shipped that *dependencies* do not name, by themselves or by an extra."""
    brought = {name for line in dependencies for name in named_by(line)}
    owners = packages_distributions()
    return {module for module in imported() if not brought & {canonicalize_name(it) for it in owners.get(module, ())}}


@cache
def imported() -> frozenset[str]:
    """The top modules of others that any file of the shipped packages and of the suites imports, wherever in the file."""
    ours = (*SHIPPED, *SUITES, *sys.stdlib_module_names)
    files = [file for package in (*SHIPPED, *SUITES) for file in (ROOT / package).rglob("*.py")]
    return frozenset(name for file in files for name in imports_of(file) if name not in ours)


def imports_of(file: Path) -> Iterator[str]:
    """The top modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@cache
def named_by(line: str) -> frozenset[str]:
    """The distribution of a requirement, and those that the extras asked of it add; not what it needs for itself."""
    wanted = Requirement(line)
    if wanted.marker and not wanted.marker.evaluate():
        return frozenset()
    required = [Requirement(each) for each in distribution(wanted.name).requires or []]
    added = [each for each in required if any(added_by(extra, each) for extra in wanted.extras)]
    return frozenset(canonicalize_name(each.name) for each in (wanted, *added))


def added_by(extra: str, required: Requirement) -> bool:
    """Whether something is required because of an *extra*, on this machine."""
    marker = required.marker
    return marker is not None and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""})


def test_what_is_shipped_imports_only_what_is_declared() -> None:
    """
    An empty environment gets all that the wheel needs, and goes on to when a dependency no longer brings another one.
    """
    assert len(imported()) > 20
    assert undeclared(DECLARED) == set()


@pytest.mark.parametrize(
    ("name", "module"),
    [("msgspec", "msgspec"), ("dnspython", "dns"), ("psycopg", "psycopg_pool"), ("gevent", "gevent"), ("pyzmq", "zmq")],
)
def test_a_dependency_that_is_declared_no_more_is_missed(name: str, module: str) -> None:
    """
    Else the test before would show nothing.
    """
    assert module in undeclared([line for line in DECLARED if Requirement(line).name != name])


def test_the_lock_of_a_gate_pins_what_is_declared() -> None:
    """
    Each dependency in a version that it allows; if not, scripts/lock makes the locks anew.
    """
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split()[0].split("==") for line in lines if "==" in line.partition(" ")[0])
    wanted = [Requirement(line) for line in DECLARED]
    assert [
        str(each) for each in wanted if not each.specifier.contains(pins.get(each.name, "0"), prereleases=True)
    ] == []
