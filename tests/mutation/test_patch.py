"""The functions of an imported module change into those of a mutant."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutant import Mutant
from tests.mutation.patch import NotInFunctions, patched

CODE = """
from contextlib import contextmanager
from functools import cache, cached_property

LIMIT = 1

def plain(n):
    return [n + 1 for _ in range(2)]

@cache
def kept():
    return 1

@contextmanager
def opened():
    yield 1

def twice(function):
    def doubled():
        return 2 * function()
    return doubled

@twice
def made_at_import():
    return 7

class Thing:
    size = 5

    def method(self):
        return 1

    @property
    def here(self):
        return 1

    @cached_property
    def once(self):
        return 1

    @classmethod
    def made(cls):
        return 1

    class Inner:
        @staticmethod
        def deep():
            return 1

def with_default(n=1):
    return n
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An imported module of its own."""
    (tmp_path / "mutated_thing.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mutated_thing", raising=False)
    return importlib.import_module("mutated_thing")


def mutant(before: str, after: str) -> Mutant:
    """The mutant with *after* in place of *before*, which stands there once."""
    assert CODE.count(before) == 1
    return Mutant("id", "mutated_thing.py", 1, CODE.replace(before, after), "")


def test_functions_below_their_decorators_are_changed(module: ModuleType) -> None:
    """
    Whoever holds the function, the property or the class sees the mutant.
    """
    plain, thing = module.plain, module.Thing()
    patched(Mutant("id", "mutated_thing.py", 1, CODE.replace("return 1", "return 2"), ""), CODE)
    assert (thing.method(), thing.here, thing.once, thing.made(), thing.Inner.deep(), module.kept()) == (2,) * 6
    patched(mutant("n + 1", "n - 1"), CODE)
    assert plain(1) == [0, 0]
    patched(mutant("yield 1", "yield 2"), CODE)
    with module.opened() as opened:
        assert opened == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("LIMIT = 1", "LIMIT = 2", id="a constant"),
        pytest.param("size = 5", "size = 6", id="a body of a class"),
        pytest.param("n=1", "n=2", id="a default"),
        pytest.param("@cache\n", "", id="a decorator"),
        pytest.param("2 * function()", "3 * function()", id="a function that a decorator made"),
    ],
)
def test_what_stands_outside_of_functions_needs_a_fresh_import(module: ModuleType, before: str, after: str) -> None:
    """
    It ran already, so it is not tried here.
    """
    with pytest.raises(NotInFunctions):
        patched(mutant(before, after), CODE)


def test_what_is_no_change_needs_a_fresh_import(module: ModuleType) -> None:
    """
    A comment changes no function.
    """
    with pytest.raises(NotInFunctions):
        patched(Mutant("id", "mutated_thing.py", 1, CODE + "# nothing", ""), CODE)
