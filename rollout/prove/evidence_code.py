"""
The code that produces the evidence for a criterion: checks, load users, drill or source of samples, and what they use.
"""

import ast
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rollout.checks import Check
from rollout.code_meaning import digest, meaning_of_statement, reached
from rollout.drill.exercise import entry_for
from rollout.plan import Criterion, EvidenceSource
from rollout.project import current_project
from rollout.sources.registry import source_of
from rollout.suite import Suite
from rollout.suite_code import ENGINE, SuiteCode
from rollout.watch import sampler

FOLLOWED = tuple(f"rollout.{name}" for name in ("drill", "locust_plugin", "sources", "target", "watch"))  # they measure


@cache
def check_digest(check: Check, suite: Suite) -> str:
    """The digest of the code of a check, with its fixtures, helpers and values in any file."""
    code = code_of(current_project().root, suite.fixtures)
    return digest([*check.marks, done_by(code.test(check.node), code)])


def producer_digest(criterion: Criterion, suite: Suite) -> str:
    """The digest of what measures without a test: the load users, a drill, or the source of samples of a metric."""
    file, name = producer(criterion, suite)
    code = code_of(current_project().root, suite.fixtures, name.partition(".")[0])
    start = [each for one in files_of(criterion, file) for each in code.statements(one)]
    return done_by(start, code)


def producer(criterion: Criterion, suite: Suite) -> tuple[Path | None, str]:
    """The file that measures without a test, and its module where it has one; None where there is no such file."""
    if criterion.source is EvidenceSource.LOAD:
        return current_project().root / suite.locustfile, ""
    if (entry := entry_for(criterion)) is not None:
        return file_of_loaded(entry.module), entry.module
    source = source_of(criterion.metric or "") if criterion.source is EvidenceSource.METRIC else None
    module = str(getattr(source, "__module__", ""))
    return (file_of_loaded(module), module) if source else (None, "")  # the engine itself counts it


def files_of(criterion: Criterion, file: Path | None) -> list[Path]:
    """The files that count as a whole: those beside the load users, and the sampler of all sources."""
    if criterion.source is EvidenceSource.LOAD and file:
        return sorted(file.parent.glob("*.py"))
    taking = [Path(sampler.__file__)] if criterion.source is EvidenceSource.METRIC else []
    return [file, *taking] if file else taking


def file_of_loaded(module: str) -> Path | None:
    """The file of a module that was imported."""
    place = sys.modules[module].__file__
    return Path(place) if place else None


@cache
def code_of(root: Path, fixtures: str, package: str = "") -> SuiteCode:
    """The code of a suite and of another *package*, with the code of the engine through which they reach a target."""
    return SuiteCode(root, fixtures, FOLLOWED if package in ("", ENGINE) else (*FOLLOWED, package))


def done_by(start: Iterable[ast.stmt], code: SuiteCode) -> str:
    """The digest of *start* and of all statements that it uses, with the names of their imports."""
    statements = reached(start, code.used_by)
    names = {alias for each in statements for alias in code.aliases(each)}
    return digest([*names, *(meaning_of_statement(each) for each in statements)])
