"""The code of a suite, read and not run: which functions and classes a test builds on, wherever the suite keeps them."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rollout.code_meaning import file_of, parsed

ENGINE = "rollout"
FIXTURES = "fixtures"
Definitions = dict[str, list[ast.stmt]]


class SuiteCode:
    """
    The tests below *root*, the module *fixtures* of what they ask for by name, and the packages of both.

    A name means what its file defines or imports. A parameter of a function may be a fixture besides: of the same file,
    of the conftest.py of a folder above it, or of the package of fixtures. What the engine and other packages do is not
    read.
    """

    def __init__(self, root: Path, fixtures: str = "") -> None:
        self.root = root
        self.fixtures = fixtures or FIXTURES
        self.home: dict[int, Path] = {}  # the file of each statement that was met
        self.shared = [each for file in fixture_files(root, self.fixtures) for each in self.defined_in(file)]

    def test(self, node: str) -> list[ast.stmt]:
        """The function of a test, by its pytest id."""
        file, _, name = node.partition("::")
        return self.named(name.partition("[")[0], self.root / file)

    def needed_by(self, statement: ast.stmt) -> list[ast.stmt]:
        """What a statement uses of the suite."""
        file = self.home[id(statement)]
        read = [each for name in names_read(statement) for each in self.meant(name, file)]
        return [*read, *(each for name in fixtures_asked(statement) for each in self.fixture(name, file))]

    def meant(self, name: str, file: Path) -> list[ast.stmt]:
        """The definitions that a *name* in *file* stands for, there or where it is imported from."""
        own = self.named(name, file)
        if own or name not in imports(file):
            return own
        module, there = imports(file)[name]
        source = module_file(module, self.root, self.fixtures)
        return self.meant(there, source) if source and source != file else []

    def fixture(self, name: str, file: Path) -> list[ast.stmt]:
        """The fixture that a test in *file* gets by *name*: the nearest one."""
        above = [folder / "conftest.py" for folder in file.parents if folder.is_relative_to(self.root)]
        near = (self.named(name, each) for each in (file, *above) if each.is_file())
        return next(filter(None, near), [each for each in self.shared if named_so(each, name)])

    def named(self, name: str, file: Path) -> list[ast.stmt]:
        """The definitions of *name* in *file*."""
        return [each for each in self.defined_in(file) if named_so(each, name)]

    def defined_in(self, file: Path) -> list[ast.stmt]:
        """The functions and classes of *file*."""
        found = [each for each in parsed(file).body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
        self.home |= dict.fromkeys(map(id, found), file)
        return list(found)


def named_so(statement: ast.stmt, name: str) -> bool:
    """Whether a statement defines *name*."""
    return isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name


@cache
def imports(file: Path) -> dict[str, tuple[str, str]]:
    """Name in *file* → the module it is imported from, and its name there."""
    nodes = [node for node in ast.walk(parsed(file)) if isinstance(node, ast.ImportFrom) and node.module]
    return {each.asname or each.name: (str(node.module), each.name) for node in nodes for each in node.names}


@cache
def module_file(module: str, root: Path, fixtures: str) -> Path | None:
    """The file of a module of the project, or of the package that the fixtures are in; None for one of anybody else."""
    top = module.partition(".")[0]
    if top == ENGINE:
        return None
    if (here := file_of(module, root)) or top != fixtures.partition(".")[0]:
        return here
    spec = find_spec(top)
    return file_of(module, Path(spec.origin).parents[1]) if spec and spec.origin else None


def fixture_files(root: Path, fixtures: str) -> Iterator[Path]:
    """The files of the module of fixtures, in whichever place it is installed; none where there is no such module."""
    file = module_file(fixtures, root, fixtures)
    if file is not None:
        yield from sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


def names_read(statement: ast.stmt) -> set[str]:
    """The names that a statement reads, parameters apart."""
    nodes = list(ast.walk(statement))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {node.id for node in nodes if isinstance(node, ast.Name)} - own


def fixtures_asked(statement: ast.stmt) -> set[str]:
    """The parameters of a function, and the fixtures that its marks ask for; of a class, nothing is a fixture."""
    if not isinstance(statement, ast.FunctionDef):
        return set()
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    marks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "usefixtures"]
    texts = {str(each.value) for call in marks for each in call.args if isinstance(each, ast.Constant)}
    return texts | {argument.arg for argument in statement.args.args}
