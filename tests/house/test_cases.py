"""Every known way to fool the judge has a test in tests/hostile that bears its number, and a row in docs/security.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = range(1, 35)
SECURITY = ROOT / "docs" / "security.md"


def numbers(text: str) -> set[int]:
    """The cases that a docstring begins with: `Case 4: …`, `Cases 2 and 23: …`, `Cases 9 to 12: …`."""
    head = re.match(r"\s*Cases? ([\d, andto]+)[,:]", text)
    if head is None:
        return set()
    found = [int(word) for word in re.findall(r"\d+", head[1])]
    return set(range(found[0], found[-1] + 1)) if " to " in head[1] else set(found)


def seen_cases() -> Iterator[tuple[int, str]]:
    """Each case with a test function in tests/hostile whose docstring begins with it."""
    for file in sorted((ROOT / "tests" / "hostile").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield from ((number, node.name) for number in numbers(ast.get_docstring(node) or ""))


def test_every_case_has_a_test_of_its_own() -> None:
    """
    A test function says in its first sentence which way it closes, and stands where whoever looks for it finds it.
    """
    assert sorted(set(CASES) - {number for number, _ in seen_cases()}) == []


def test_every_case_is_told_in_the_page_about_attacks() -> None:
    """
    Attack, what is seen, why: a row with the number in brackets.
    """
    rows = [line for line in SECURITY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    told = {int(number) for row in rows for group in re.findall(r"\((\d[\d, ]*)\)", row) for number in group.split(",")}
    assert sorted(set(CASES) - told) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Case 4: x", {4}), ("Cases 2 and 23: x", {2, 23}), ("Cases 9 to 11: x", {9, 10, 11}), ("In case 4: x", set())],
)
def test_the_numbers_of_a_docstring_are_read(text: str, expected: set[int]) -> None:
    """
    One, some, or a row of them, at its beginning.
    """
    assert numbers(text) == expected
