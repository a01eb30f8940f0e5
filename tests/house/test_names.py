"""One name, one meaning: of files, of constants and of classes."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePath

import pytest

from rollout.code_meaning import parsed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rollout", "xcodereviewer", "reports", "standin", "benchmarks", "smoke", "integration", "load")
NO_NAMES = {"__init__.py", "__main__.py", "conftest.py"}
SAME_MEANING = {  # folders whose files are named after what another file of the package is about
    "rollout/cli": "a command's file bears the name of the command",
    "standin/app/schemas": "the schemas of the routes of that name",
    "xcodereviewer/fixtures": "hands over what the module of that name makes",
}
EACH_HOST = {"options.py"}  # what each host (Locust, pytest, the command line) calls the same
ACROSS = ("rollout", "reports", "xcodereviewer", "standin", "load", "benchmarks")
ALIKE = {  # files of different packages that share a name, and why it is one meaning
    ("rollout/alerts.py", "standin/fault_actions/alerts.py"): "the alerts that one reads and the other spoils",
    ("rollout/cli/target.py", "xcodereviewer/target.py"): "the command about targets, and what one of the suite is",
    ("rollout/drill/restore.py", "xcodereviewer/drills/restore.py"): "the exercise, and what is this suite's in it",
    ("rollout/cli/rollback.py", "xcodereviewer/drills/rollback.py"): "the command, and the exercise of what it does",
    ("rollout/cli/gameday.py", "benchmarks/gameday.py"): "the command, and a series of its rounds",
    ("rollout/drill/fingerprint.py", "benchmarks/fingerprint.py"): "the fingerprint, and how fast it is taken",
    ("rollout/cli/watch.py", "reports/charts/watch.py"): "the command, and the pictures of what it saw",
    ("rollout/evidence/ledger.py", "benchmarks/ledger.py"): "the ledger, and how fast it is read",
    (
        "rollout/judge/exposure.py",
        "xcodereviewer/fixtures/exposure.py",
    ): "the exposure that one judges and the other counts",
    ("rollout/prove/proof.py", "reports/proof.py"): "the proof, and its page",
    ("rollout/sources/postgres.py", "standin/postgres.py"): "the server that one samples and the other starts",
    ("rollout/suite.py", "xcodereviewer/suite.py"): "what a suite is, and the suite",
    (
        "rollout/target/backups.py",
        "standin/fault_actions/backups.py",
    ): "the backups that one reads and the other spoils",
    ("rollout/target/probe.py", "standin/probe.py"): "each asks whether something answers",
    ("rollout/target/probes.py", "xcodereviewer/probes.py"): "the doctor's looks at any service, and at this one",
    ("rollout/target/prometheus.py", "standin/prometheus.py"): "the server that one asks and the other starts",
    (
        "rollout/target/services.py",
        "standin/fault_actions/services.py",
        "xcodereviewer/fixtures/services.py",
    ): "the services behind an API: asked, ended, handed to tests",
    ("rollout/target/settings.py", "standin/settings.py"): "the settings of a target, and of the stand-in",
    ("rollout/target/tls.py", "standin/frontend/tls.py"): "the TLS that one looks at and the other offers",
    ("reports/allure/report.py", "benchmarks/report.py"): "each writes the report of its package",
    ("standin/app/error_log.py", "xcodereviewer/sources/error_log.py"): "the log that one writes and the other reads",
    ("standin/app/routes/live.py", "xcodereviewer/live.py"): "both ends of the live progress",
    (
        "standin/app/routes/migration.py",
        "standin/app/schemas/migration.py",
        "xcodereviewer/migration.py",
    ): "both ends of the operations about a migration",
    ("standin/processes.py", "benchmarks/processes.py"): "each starts the processes of its package",
}
BOTH_ENDS = {  # classes of the suite that read what classes of that name in the stand-in answer
    *("Agent", "Agents", "Analysis", "Comment", "Component", "Configuration", "Contents", "DatabasePool", "ErrorLog"),
    *("Errors", "Export", "Health", "Imported", "Issue", "Overview", "Person", "Project", "Readiness", "Report"),
    *("Switches", "SystemHealth", "Task", "Validation"),
}
ENDS = ["standin", "xcodereviewer"]
ALIKE_CLASSES = {"Account": {"load/account.py", "standin/credentials.py"}}  # somebody who can log in


def shared(files: Iterable[PurePath]) -> dict[str, list[str]]:
    """The names that stand for more than one thing within a package, with their files."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in files:
        if file.name not in NO_NAMES | EACH_HOST and file.parent.as_posix() not in SAME_MEANING:
            found[f"{file.parts[0]}: {file.name}"].append(file.as_posix())
    return {name: sorted(paths) for name, paths in found.items() if len(paths) > 1}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_files_of_a_package_share_a_name(package: str) -> None:
    """
    A name met in a search, a traceback or a talk means one file.
    """
    files = [file.relative_to(ROOT) for file in (ROOT / package).rglob("*.py")]
    assert files
    assert shared(files) == {}


def test_files_of_two_packages_share_a_name_for_one_meaning_only() -> None:
    """
    Each of them stands in the list, with the reason; what is in the list is there.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in (path.relative_to(ROOT) for package in ACROSS for path in (ROOT / package).rglob("*.py")):
        if file.name not in NO_NAMES | EACH_HOST:
            found[file.name].add(file.as_posix())
    several = [files for files in found.values() if len({PurePath(file).parts[0] for file in files}) > 1]
    assert sorted(map(sorted, several)) == sorted(map(sorted, ALIKE))


def test_every_size_is_in_one_unit() -> None:
    """
    What is shown is in MiB or KiB of 1024, as Redis and the kernel count; tables of the benchmarks apart.
    """
    packages = [name for name in PACKAGES if name != "benchmarks"]
    files = [file for package in packages for file in (ROOT / package).rglob("*.py")]
    other = re.compile(r"\b(?:[KMG]B|kB)\b")
    assert [file.name for file in files if other.search(file.read_text(encoding="utf-8"))] == []


def test_a_shared_name_is_found() -> None:
    """
    Two files of one name in one package are told, two packages may use the same one.
    """
    files = map(PurePath, ("rollout/plan/load.py", "rollout/judge/load.py", "reports/load.py", "rollout/cli/load.py"))
    assert shared(files) == {"rollout: load.py": ["rollout/judge/load.py", "rollout/plan/load.py"]}


def test_no_constant_is_given_twice() -> None:
    """
    The second of two values under one name is the one that counts, and whoever wrote the first does not see it.
    """
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    twice = [(str(file.relative_to(ROOT)), name) for file in files for name, n in constants(file).items() if n > 1]
    assert len(files) > 300
    assert twice == []


def constants(file: Path) -> Counter[str]:
    """How often a module gives a value to each of its constants."""
    targets = [target for node in parsed(file).body if isinstance(node, ast.Assign) for target in node.targets]
    return Counter(target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper())


def test_no_two_classes_share_a_name() -> None:
    """
    Whoever reads the name of a class knows which one it is; only both ends of the API call the same thing the same.
    """
    several = {name: files for name, files in classes().items() if len(files) > 1}
    ends = {name for name, files in several.items() if sorted(package(file) for file in files) == ENDS}
    assert len(classes()) > 300
    assert ends == BOTH_ENDS
    assert {name: set(files) for name, files in several.items() if name not in ends} == ALIKE_CLASSES


def classes() -> dict[str, list[str]]:
    """The public classes of every package by name, with the file of each."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in (path for each in PACKAGES for path in sorted((ROOT / each).rglob("*.py"))):
        for node in parsed(file).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(file.relative_to(ROOT).as_posix())
    return found


def package(file: str) -> str:
    """The package of a *file*."""
    return PurePath(file).parts[0]


def test_the_name_of_the_embedded_target_stands_once() -> None:
    """
    Where the engine reserves it; the suite says besides which module is started.
    """
    ours = [each for each in PACKAGES if each not in ("standin", "benchmarks")]
    files = [file for each in ours for file in sorted((ROOT / each).rglob("*.py"))]
    assert [str(file.relative_to(ROOT)) for file in files for _ in range(said(file, "standin"))] == [
        *["rollout/values.py"] * 2,  # the constant, and the type that repeats it
        "xcodereviewer/suite.py",
    ]


def said(file: Path, word: str) -> int:
    """How often a string of a *file* is just that *word*."""
    return sum(isinstance(node, ast.Constant) and node.value == word for node in ast.walk(parsed(file)))
