"""
What a proof is bound to: the criterion, its judge, its checks or its source of samples, and the faults that break it.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rollout.checks import Check, full_ids
from rollout.code_meaning import digest, file_of, meaning, meaning_of_file, parsed
from rollout.judge.decide import judge_of
from rollout.plan import Plan
from rollout.prove.evidence_code import check_digest, producer_digest
from rollout.prove.expectations import expectations_of
from rollout.suite import Suite, suite_of

ENGINE = Path(__file__).resolve().parents[2]
DECIDING = (
    *("rollout.judge", "rollout.statistics", "rollout.evidence", "rollout.plan", "rollout.metrics", "rollout.values"),
    *("rollout.sources.registry", "rollout.clean_text"),
)
OF_EVERY = "rollout.judge.worst_place"  # the rules for every judge, the choice of evidence included
UNBOUND = {
    "max_age",
    "next",
    "next_unproven",
    "next_broken",
    "states",
}  # words, and an age that does not matter for fresh evidence


def binding(plan: Plan, name: str, checks: list[tuple[Check, set[str]]]) -> str:
    """The hash of one criterion, in all its phases, and of the code that decides about it."""
    stated = [criterion for criterion in plan.criteria if criterion.id == name]
    ids = {f"{phase}.{name}" for criterion in stated for phase in criterion.phases}
    suite = suite_of(plan)
    return digest(
        [
            *(criterion.model_dump_json(exclude=UNBOUND, exclude_defaults=True) for criterion in stated),
            *(closure_digest(judge_of(criterion).__module__) for criterion in stated),
            closure_digest(OF_EVERY),
            *(check_digest(check, suite) for check, borne in checks if ids & borne),
            *(producer_digest(criterion, suite) for criterion in stated),
            *(fault_digest(package_of(suite), fault) for fault in faults_shown(suite, name, checks, ids)),
        ]
    )


def bears(plan: Plan, check: Check) -> set[str]:
    """The full ids of the criteria that a check is evidence for."""
    return {full for mark in check.marks for full in full_ids(plan, mark)}


@cache
def closure_digest(module: str) -> str:
    """The digest of a module of the engine and of all that it imports."""
    return digest(meaning_of_file(file) for file in closure(module, ENGINE, DECIDING))


def closure(module: str, root: Path, within: tuple[str, ...]) -> set[Path]:
    """The file of *module* below *root*, and the files that it imports from the packages *within*, directly or not."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        file = file_of(waiting.pop(), root)
        if file is not None and file not in found:
            found.add(file)
            waiting += [name for name in imported_by(file) if name.startswith(within)]
    return found


@cache
def imported_by(file: Path) -> tuple[str, ...]:
    """The modules that a file may import, read once in a process."""
    return tuple(imported(parsed(file)))


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a file may import; of `from a import b` both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults_of(suite: Suite, criterion: str) -> list[str]:
    """The faults of the embedded target that are expected to break a criterion."""
    return [fault for fault, breaks in expectations_of(suite).breaks.items() if criterion in breaks]


def faults_shown(suite: Suite, criterion: str, checks: list[tuple[Check, set[str]]], ids: set[str]) -> list[str]:
    """Those faults, and the faults that are expected to turn a single one of its tests red."""
    mine = [check.node for check, borne in checks if ids & borne]
    named = expectations_of(suite).checks
    return list(dict.fromkeys([*faults_of(suite, criterion), *(name for node in mine for name in named.get(node, ()))]))


def package_of(suite: Suite) -> Path | None:
    """The folder of the embedded target's code."""
    spec = find_spec(suite.embedded.module) if suite.embedded else None
    return Path(spec.origin).parent if spec and spec.origin else None


@cache
def fault_digest(package: Path | None, fault: str) -> str:
    """The digest of the code of a fault: what contains its name, and the actions listed under it."""
    files = [file for file, text in sources_in(package) if f'"{fault}"' in text] if package else []
    return digest(text for file in files for text in naming(file, fault))


@cache
def sources_in(package: Path) -> tuple[tuple[Path, str], ...]:
    """The files of a package with their text, read once in a process."""
    return tuple((file, file.read_text(encoding="utf-8")) for file in sorted(package.rglob("*.py")))


def naming(file: Path, fault: str) -> Iterator[str]:
    """The functions of a file that contain the name of *fault*; outside of functions, the table entries that do."""
    for statement in parsed(file).body:
        for node in outermost(statement):
            if (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and names(ast.walk(node), fault)) or (
                isinstance(node, ast.Call) and names(node.args, fault)
            ):
                yield meaning(node)
            elif isinstance(node, ast.Dict):
                yield from entries(node, fault, file)


def outermost(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below *node* that are not within a function; functions and methods themselves included."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for child in ast.iter_child_nodes(node):
            yield from outermost(child)


def names(nodes: Iterable[ast.AST], fault: str) -> bool:
    """Whether one of the nodes is the name of the fault."""
    return any(isinstance(node, ast.Constant) and node.value == fault for node in nodes)


def entries(table: ast.Dict, fault: str, file: Path) -> Iterator[str]:
    """The value of a table under the fault's name, and the modules of the same package that it mentions."""
    for key, value in zip(table.keys, table.values, strict=True):
        if key is not None and names([key], fault):
            yield meaning(value)
            mentioned = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            beside = (file.parent / f"{name}.py" for name in sorted(mentioned))
            yield from (meaning_of_file(module) for module in beside if module.is_file())
