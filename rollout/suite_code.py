"""Static reading of a suite's code: the functions, classes and values that a test depends on, in whichever file they are."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rollout.code_meaning import alias_of, file_of, names_of, parsed

ENGINE = "rollout"
FIXTURES = "fixtures"
Function = ast.FunctionDef | ast.AsyncFunctionDef
MARKS = ("usefixtures",)
BY_CODE = "getfixturevalue"
DECLARATION = "SUITE"  # its statement names all parts of a suite; code that reads SUITE does not use them


class SuiteCode:
    """
    The tests below *root*, their module of *fixtures*, and the packages of both.

    A name stands for what its file defines or imports. A parameter of a function may also be a fixture: of the same
    file, of a conftest.py in a folder above, or of the module of fixtures. The code of the engine and of other packages
    is not read, except the packages *followed*.
    """

    def __init__(self, root: Path, fixtures: str = "", followed: tuple[str, ...] = ()) -> None:
        self.root = root
        self.followed = (*followed, (fixtures or FIXTURES).partition(".")[0])
        self.home: dict[ast.stmt, Path] = {}  # the file of each statement that was met
        self.unasked: dict[Path, list[ast.stmt]] = {}
        self.trees: dict[Path, ast.Module] = {}
        self.there: dict[Path, dict[str, list[ast.stmt]]] = {}
        self.uses: dict[ast.stmt, list[ast.stmt]] = {}
        self.shared = fixture_files(fixtures or FIXTURES, root, self.followed)

    def test(self, node: str) -> list[ast.stmt]:
        """The test function of a pytest id, or its class, with the `pytestmark` of its file and the autouse fixtures."""
        place, name = self.root / node.partition("::")[0], node.partition("[")[0].rpartition("::")[2]
        self.statements(place)
        unasked = [each for near in self.near(place) for each in self.autouse(near)]
        return [*homes_of_tests(self.trees[place]).get(name, ()), *self.named("pytestmark", place), *unasked]

    def needed_by(self, statement: ast.stmt) -> list[ast.stmt]:
        """The functions and classes of the suite that a statement needs in any case."""
        found = self.met(names_read(statement), fixtures_asked(statement, MARKS), self.home[statement])
        return [each for each in found if isinstance(each, Function | ast.ClassDef)]

    def used_by(self, statement: ast.stmt) -> list[ast.stmt]:
        """All that a statement uses of the suite: also values, and fixtures requested by `getfixturevalue`."""
        if statement not in self.uses:
            read = frozenset() if DECLARATION in names_of(statement) else names_read(statement)
            asked = fixtures_asked(statement, (*MARKS, BY_CODE))
            self.uses[statement] = self.met(read, asked, self.home[statement])
        return self.uses[statement]

    def met(self, read: Iterable[str], asked: Iterable[str], file: Path) -> list[ast.stmt]:
        """The definitions of the names *read* in *file* and of the fixtures *asked* for there."""
        return [
            *(each for name in read for each in self.meant(name, file)),
            *(each for name in asked for each in self.fixture(name, file)),
        ]

    def aliases(self, statement: ast.stmt) -> list[str]:
        """The names that a statement reads and that its file imports under another name, each as `alias is name`."""
        renamed = aliases(self.home[statement])
        return [renamed[name] for name in renamed.keys() & names_read(statement)]

    def meant(self, name: str, file: Path) -> list[ast.stmt]:
        """The definitions of a *name* in *file*, there or in the module it is imported from; for a module, all of its statements."""
        own = self.named(name, file)
        if own or name not in imports(file):
            return own
        module, there = imports(file)[name]
        if whole := self.file(f"{module}.{there}" if there else module):
            return self.statements(whole)
        source = self.file(module)
        return self.meant(there, source) if source and source != file else []

    def file(self, module: str) -> Path | None:
        """The file of a *module* of the suite; None for modules that are not read."""
        return module_file(module, self.root, self.followed)

    def fixture(self, name: str, file: Path) -> list[ast.stmt]:
        """The fixture that a test in *file* gets by *name*: the nearest one."""
        return next(filter(None, (self.named(name, each) for each in self.near(file))), [])

    def autouse(self, file: Path) -> list[ast.stmt]:
        """The autouse fixtures in *file*."""
        if file not in self.unasked:
            self.unasked[file] = [each for each in self.statements(file) if is_autouse(each)]
        return self.unasked[file]

    def near(self, file: Path) -> list[Path]:
        """The files that can define fixtures for *file*, the nearest first."""
        above = [folder / "conftest.py" for folder in file.parents if folder.is_relative_to(self.root)]
        return [file, *(each for each in above if each.is_file()), *self.shared]

    def named(self, name: str, file: Path) -> list[ast.stmt]:
        """The definitions of *name* in *file*."""
        if file not in self.there:
            found: dict[str, list[ast.stmt]] = {}
            for statement in self.statements(file):
                for defined in names_of(statement):
                    found.setdefault(defined, []).append(statement)
            self.there[file] = found
        return self.there[file].get(name, [])

    def statements(self, file: Path) -> list[ast.stmt]:
        """The statements of *file*, parsed once."""
        if file not in self.trees:
            self.trees[file] = parsed(file)
            self.home |= dict.fromkeys(self.trees[file].body, file)
        return self.trees[file].body


@cache
def homes_of_tests(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Name of a test → its function, or the class that contains it."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for node in ast.walk(statement):
            if isinstance(node, Function) and node.name.startswith("test_"):
                found.setdefault(node.name, []).append(statement)
    return found


def is_autouse(statement: ast.stmt) -> bool:
    """Whether a statement is an autouse fixture."""
    marks = statement.decorator_list if isinstance(statement, Function) else []
    return any(keyword.arg == "autouse" for mark in marks if isinstance(mark, ast.Call) for keyword in mark.keywords)


@cache
def imports(file: Path) -> dict[str, tuple[str, str]]:
    """Name in *file* → the module it is imported from, and its name there (empty if the name is the module itself)."""
    nodes = list(ast.walk(parsed(file)))
    plain = [each for node in nodes if isinstance(node, ast.Import) for each in node.names]
    taken = [(str(n.module), each) for n in nodes if isinstance(n, ast.ImportFrom) and n.module for each in n.names]
    return {
        **{each.asname or each.name.partition(".")[0]: (each.name, "") for each in plain},
        **{each.asname or each.name: (module, each.name) for module, each in taken},
    }


@cache
def aliases(file: Path) -> dict[str, str]:
    """Each alias that *file* imports → `alias is name`."""
    known = imports(file).items()
    return {
        name: alias_of(ast.alias(there or module, name))
        for name, (module, there) in known
        if renames(name, module, there)
    }


def renames(name: str, module: str, there: str) -> bool:
    """Whether an import binds *name* and not the imported object's own name."""
    return name != there if there else name != module.partition(".")[0]


@cache
def module_file(module: str, root: Path, followed: tuple[str, ...]) -> Path | None:
    """The file of a module of the project or of one of the packages *followed*; None for any other package."""
    top = module.partition(".")[0]
    if top != ENGINE and (here := file_of(module, root)):
        return here
    if not any(f"{module}.".startswith(f"{each}.") for each in followed):
        return None
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        return None
    return file_of(module, Path(spec.origin).parents[1 if spec.submodule_search_locations else 0])


def fixture_files(fixtures: str, root: Path, followed: tuple[str, ...]) -> list[Path]:
    """The files of the module of fixtures, in the project or installed; none if there is no such module."""
    file = module_file(fixtures, root, followed)
    if file is None:
        return []
    return sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


@cache
def names_read(node: ast.AST) -> frozenset[str]:
    """The names that code reads from its surroundings: without parameters and the types in signatures."""
    if isinstance(node, ast.arg):
        return frozenset()
    if isinstance(node, ast.Name):
        return frozenset({node.id})
    own = {each.arg for each in every_parameter(node.args)} if isinstance(node, Function | ast.Lambda) else set()
    return frozenset().union(*(names_read(child) for child in children(node))) - own


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The child nodes of a node, without the return annotation of a function."""
    unread = node.returns if isinstance(node, Function) else None
    return (child for child in ast.iter_child_nodes(node) if child is not unread)


def every_parameter(args: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, positional, keyword-only and starred."""
    return [node for node in ast.walk(args) if isinstance(node, ast.arg)]


@cache
def fixtures_asked(statement: ast.stmt, by: tuple[str, ...]) -> set[str]:
    """
    The fixtures that a statement may request: parameters of the function, or of the tests in the class, and text literals.

    Text literals count only if the statement uses an attribute named in *by*, such as `usefixtures`.
    """
    nodes = list(ast.walk(statement))
    functions = [node for node in nodes if isinstance(node, Function)]
    tests = [each for each in functions if each is statement or each.name.startswith("test_")]
    asks = any(isinstance(node, ast.Attribute) and node.attr in by for node in nodes)
    texts = {node.value for node in nodes if asks and isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {argument.arg for function in tests for argument in every_parameter(function.args)}
