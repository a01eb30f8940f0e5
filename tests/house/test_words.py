"""The field's standard words stand in names, not pictures that only this project understands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rollout.code_meaning import parsed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rollout", "xcodereviewer", "reports", "standin", "benchmarks", "load", "smoke", "integration", "tests")
PICTURES = {
    *("pilot", "station", "timetable", "conductor", "casting", "joint", "joints", "presence", "foresight", "ladder"),
    *("rung", "sidecar", "careful", "lane", "lanes", "curfew", "patience", "lasts", "stranger", "twin", "residence"),
    *("breakage", "breakages", "announcement", "disturb", "bettor", "bettors", "capital", "doubt", "doubts"),
    *("flight", "pace", "things", "turns"),
}
ON_THE_WIRE = {
    ("rollout/evidence/records/run_records.py", "pace"),
    ("tests/judge/loads.py", "pace"),
}  # a field of stored journals
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def defined(file: Path) -> Iterator[str]:
    """The names that a file gives: its own, and of classes, functions, arguments, variables and attributes; a test's is a sentence."""
    yield file.stem
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def test_no_name_is_a_picture() -> None:
    """
    A file, class, function, argument, variable or attribute is called what an engineer who is new here would call it.
    """
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    named = {(str(file.relative_to(ROOT)), name) for file in files for name in defined(file) if pictures(name)}
    assert len(files) > 300
    assert {(file, name) for file, name in named if not name.startswith("test_")} == ON_THE_WIRE


def pictures(name: str) -> set[str]:
    """The words of a name that are pictures."""
    return {word.lower() for word in WORD.findall(name)} & PICTURES


def test_the_words_of_a_name_are_told_apart() -> None:
    """
    However they are joined.
    """
    assert [pictures(name) for name in ("FakeLane", "PATIENCE_S", "lane_of", "plane", "Curfew")] == [
        {"lane"},
        {"patience"},
        {"lane"},
        set(),
        {"curfew"},
    ]
