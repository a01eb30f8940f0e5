"""A key of the plan that nothing reads would promise what nobody does."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import rollout.plan
from rollout.code_meaning import parsed
from rollout.values import Part

ROOT = Path(__file__).resolve().parents[2]
READERS = ("rollout", "reports")  # a name that a suite uses is its own, such as `overview` of its API
IN_TEMPLATE = re.compile(r"\{[{%][^}]*?\.(\w+)")
NO_READER = {"Plan.schema_version": "that it has its one value is the reading"}
MODULES = [import_module(f"rollout.plan.{module.name}") for module in iter_modules(rollout.plan.__path__)]


def models() -> list[type[Part]]:
    """Every table of plan.toml."""
    found = (value for module in MODULES for value in vars(module).values() if isinstance(value, type))
    return sorted(
        {each for each in found if issubclass(each, Part) and each is not Part}, key=lambda each: each.__name__
    )


def read_in(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, str]]:
    """Each attribute that code reads, with the class whose own `self` it is read of; empty elsewhere."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Attribute):
            of_itself = isinstance(node.value, ast.Name) and node.value.id == "self"
            yield node.attr, owner if of_itself else ""
        yield from read_in(node, node.name if isinstance(node, ast.ClassDef) else owner)


@cache
def read() -> frozenset[tuple[str, str]]:
    """What all code reads."""
    code = (file for folder in READERS for file in (ROOT / folder).rglob("*.py"))
    shown = (match for file in (ROOT / "reports").rglob("*.html") for match in IN_TEMPLATE.findall(file.read_text()))
    return frozenset([*(found for file in code for found in read_in(parsed(file))), *((name, "") for name in shown)])


def readers(model: type[Part]) -> dict[str, bool]:
    """The fields of a model and whether something beside its own class reads one of that name."""
    return {
        field: any(name == field and owner != model.__name__ for name, owner in read()) for field in model.model_fields
    }


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_each_key_of_the_plan_has_a_reader(model: type[Part]) -> None:
    """
    Code or a template outside of the model asks for it, be it for a verdict, a report or `rollout trace`.
    """
    unread = {f"{model.__name__}.{field}" for field, found in readers(model).items() if not found}
    assert unread - NO_READER.keys() == set()


def test_a_model_that_reads_only_itself_has_no_reader() -> None:
    """
    A validator that looks at a key is no use of it; another class that has one is.
    """
    code = "class Step:\n    def check(self):\n        return self.every\n\nclass Other:\n    def ask(self, step):\n        return step.when\n"
    assert set(read_in(ast.parse(code))) == {("every", "Step"), ("when", "")}


def test_the_tables_of_the_plan_are_found() -> None:
    """
    Those that hold the promises are among them.
    """
    assert {"Criterion", "Message", "Phase", "Plan", "Step"} <= {model.__name__ for model in models()}
