"""The engine decides for a service that it has never heard of."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest

from rollout.code_meaning import parsed
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.metrics import MetricKind
from rollout.plan import load_plan
from rollout.sources.installed import installed as installed_sources
from tests.foreign.busy import held_back_by_more
from tests.foreign.lent import lend
from tests.foreign.projects import GREETER, greeter

ROOT = Path(__file__).resolve().parents[2]
NAMES = re.compile(
    r"xcodereviewer|xcr_|/api/v1/(?!metadata|query|rules|targets)|\b(projects|audit|reviewers|frontend|issues|monitoring/database)\b",
    re.IGNORECASE,
)
GATE = ("gate", "open", "--target", "live")


def decision(root: Path) -> dict[str, Any]:
    """The stored decision of the greeter's phase."""
    text = (root / "reports" / "out" / "live" / "open" / "decision.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def expect_go_or_a_busy_machine(root: Path, gate: subprocess.CompletedProcess[str]) -> None:
    """Fail unless a gate was GO, or HOLD only since the machine left load, monitor or service too little time."""
    if gate.returncode == EXIT_CODES[Outcome.HOLD]:
        assert held_back_by_more(decision(root)["findings"]) == [], gate.stdout + gate.stderr
    else:
        assert gate.returncode == EXIT_CODES[Outcome.GO], gate.stdout + gate.stderr


@pytest.mark.stack
def test_a_polite_greeter_is_go(tmp_path: Path) -> None:
    """
    Its checks, its load users and its own source of samples bring the evidence; its suite tells the release.

    On a machine that is too busy for a load in time it is HOLD, and nothing else may be the reason.
    """
    with greeter(tmp_path) as project:
        gate = project.run(Path(sys.executable), *GATE)
    expect_go_or_a_busy_machine(project.root, gate)
    assert decision(project.root)["release"] == "7"


@pytest.mark.stack
def test_a_rude_greeter_is_no_go(tmp_path: Path) -> None:
    """
    One failed check decides; the load runs all the same, so that no ROLLBACK hides behind it.
    """
    with greeter(tmp_path, RUDE="1") as project:
        gate = project.run(Path(sys.executable), *GATE)
    assert gate.returncode == EXIT_CODES[Outcome.NO_GO], gate.stdout + gate.stderr
    assert "load done in" in gate.stdout


@pytest.mark.stack
def test_the_doctor_finds_the_plan_of_another_service_decidable(tmp_path: Path) -> None:
    """
    Nothing hard-wired is missing in it: no criterion, no stand-in, no proof.
    """
    with greeter(tmp_path) as project:
        doctor = project.run(Path(sys.executable), "doctor", "--target", "live")
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert "4 criteria, 0 cannot be met as configured" in doctor.stdout


@pytest.mark.stack
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("gate", "open"), "suite 'greeter' has no embedded target; name a file in targets/ with --target"),
        (("prove",), "suite 'greeter' names no expectations: say which fault breaks which criterion"),
    ],
)
def test_what_a_suite_does_not_have_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    """
    A suite without a stand-in needs a target, and has nothing to prove on.
    """
    with greeter(tmp_path) as project:
        said = project.run(Path(sys.executable), *words)
    assert (said.returncode, said.stderr) == (64, f"rollout: {complaint}\n")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A Python with the built wheel and what it asks for: nothing else is there, and nothing is downloaded."""
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (site,) = (tmp_path / "venv").glob("lib/python3.*/site-packages")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    (metadata,) = site.glob("*.dist-info")
    lend(Distribution.at(metadata), site)
    return tmp_path / "venv" / "bin" / "python"


@pytest.mark.stack
def test_the_wheel_gates_a_folder_with_a_plan_and_writes_only_there(tmp_path: Path, installed: Path) -> None:
    """
    The engine, its reports and its sources are in the wheel; no file is added below the installed packages.

    Tests install nothing: the environment is empty but for the wheel and links to what its metadata asks for, directly or
    not, so a dependency that nobody declared is missing there as it is after `pip install`. Every kind of evidence was taken and speaks against nothing; whether the load left in time is said by the machine.
    """
    (site,) = (tmp_path / "venv").glob("lib/python3.*/site-packages")

    def files() -> set[Path]:
        return {path for path in site.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    before = files()
    with greeter(tmp_path) as project:
        gate = project.run(installed, *GATE)
    expect_go_or_a_busy_machine(project.root, gate)
    decided = decision(project.root)
    assert [each["id"] for each in decided["findings"] if not each["n"]] == []
    assert {each["verdict"] for each in decided["findings"] if each["source"] != "load"} == {"MET"}
    assert {path.relative_to(site).parts[0] for path in before} > {"rollout", "reports", "xcodereviewer", "standin"}
    assert files() == before


def test_no_file_of_the_engine_names_xcodereviewer_or_its_api() -> None:
    """
    What the engine says and asks for is true of any service.
    """
    files = [file for file in (ROOT / "rollout").rglob("*") if file.suffix in (".py", ".toml", ".html", ".json")]
    named = [f"{file.relative_to(ROOT)}: {match[0]}" for file in files for match in NAMES.finditer(file.read_text())]
    assert len(files) > 100
    assert named == []


def code_texts(file: Path) -> Iterator[str]:
    """The texts in the code of a file, without its docstrings."""
    nodes = list(ast.walk(parsed(file)))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in alone)
    yield from (node.value for node in texts if isinstance(node.value, str))


def test_no_code_of_the_engine_names_a_criterion_or_a_phase_of_a_plan() -> None:
    """
    Single words such as `exposure`, and the words of its own kinds and sources, are no names of one plan.
    """
    plan = load_plan(ROOT / "plan.toml")
    ids = {phase.id for phase in plan.phases} | {item.id for item in plan.criteria if "-" in item.id}
    own = {kind.value for kind in MetricKind} | {source.name for source in installed_sources()}
    names = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, ids - own)))})(?![\w-])")
    files = list((ROOT / "rollout").rglob("*.py"))
    named = [
        (str(file.relative_to(ROOT)), match[0])
        for file in files
        for text in code_texts(file)
        for match in names.finditer(text)
    ]
    assert len(ids) > 60
    assert named == []


def test_the_other_service_does_not_name_xcodereviewer_either() -> None:
    """
    Else it would show nothing.
    """
    files = [file for file in GREETER.rglob("*") if file.suffix in (".py", ".toml", ".ini")]
    assert [file.name for file in files if NAMES.search(file.read_text(encoding="utf-8"))] == []
