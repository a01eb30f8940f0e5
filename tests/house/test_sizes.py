"""No file is longer than a reader keeps in mind, and no function either."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.code_meaning import parsed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rollout", "xcodereviewer", "reports", "standin", "benchmarks", "smoke", "integration", "load")
LINES_OF_A_FILE = 250
LINES_OF_A_BODY = 40  # of a function, from its first statement to its last


def bodies(file: Path) -> Iterator[tuple[str, int]]:
    """The functions of a *file*, and how many lines the statements of each take; a docstring is none."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[ast.get_docstring(node) is not None and len(node.body) > 1]
            yield node.name, (node.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_long(package: str) -> None:
    """
    One that grows past the limit has a seam.
    """
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / package).rglob("*.py")}
    assert lines
    assert [str(file.relative_to(ROOT)) for file, n in lines.items() if n > LINES_OF_A_FILE] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_long(package: str) -> None:
    """
    Arguments and docstring apart, which only list and tell.
    """
    found = [(file, name, n) for file in (ROOT / package).rglob("*.py") for name, n in bodies(file)]
    assert found
    assert [f"{file.relative_to(ROOT)}: {name}: {n}" for file, name, n in found if n > LINES_OF_A_BODY] == []


def test_the_lines_of_a_body_are_counted_without_its_docstring(tmp_path: Path) -> None:
    """
    A function of nothing but a docstring has that one line.
    """
    file = tmp_path / "some.py"
    file.write_text(
        'def f():\n    """Say."""\n    a = 1\n    return a\n\n\ndef g():\n    """Say."""\n', encoding="utf-8"
    )
    assert list(bodies(file)) == [("f", 2), ("g", 1)]
