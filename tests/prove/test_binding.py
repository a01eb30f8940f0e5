"""A proof holds as long as what it proves stays: another comment changes nothing, another statistic does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.checks import checks_of
from rollout.code_meaning import digest, file_of, meaning, meaning_of_file, parsed
from rollout.judge.decide import JUDGES, WITHOUT_METRIC
from rollout.plan import Plan, load_plan
from rollout.prove.binding import (
    DECIDING,
    ENGINE,
    OF_EVERY,
    closure,
    closure_digest,
    drill_files,
    fault_digest,
    imported,
    package_of,
    sources_in,
)
from rollout.prove.expectations import expectations_of
from rollout.prove.proof import bindings
from rollout.suite import suite_of

DECIDES_NOTHING = {
    "rollout.bounded_text": "how much of a file is read",
    "rollout.error_words": "words of a failure",
    "rollout.executed_asserts": "refuses to write evidence at all",
    "rollout.misspelt": "words of an error",
    "rollout.nearest": "words of an error",
    "rollout.parent_death": "how a second process ends",
    "rollout.project": "where files lie",
    "rollout.sources.source": "what a source must be",
    "rollout.sources.installed": "which packages bring sources; the source of a criterion is bound by itself",
}
JUDGE = '''
"""Share of failures."""

from pack.numbers import LEAST


def judge(n: int, failed: int) -> bool:
    """Whether it holds."""
    # strict
    return failed * 100 < n and n >= LEAST
'''
CHECK = '''
import pytest

LIMIT_S = 5


def asked(api):
    """One answer."""
    return api.get("/health", within=LIMIT_S)


@pytest.fixture
def healthy(api):
    return asked(api)


@pytest.mark.criterion("services-healthy")
def test_it_answers(healthy):
    """
    It does.
    """
    assert healthy.status == 200
'''
CATALOGUE = """
from faults.actions import redis

FAULTS = (Fault("redis-full", "No memory."), Fault("other", "Something else."))
ACTIONS = {"redis-full": Action(redis.fill), "other": Action(None)}


def answer(request):
    return broken() if active("errors") else good()
"""


def same(old: str, new: str) -> bool:
    """Whether two texts of a file do the same."""
    return meaning(ast.parse(old)) == meaning(ast.parse(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("# strict", "# equality is not met", id="a comment"),
        pytest.param("Whether it holds.", "Whether the share is small.", id="a docstring"),
        pytest.param("from pack.numbers import LEAST", "from pack.limits import LEAST", id="a module renamed"),
        pytest.param(
            "return failed * 100 < n and n >= LEAST",
            "return (\n        failed * 100 < n and n >= LEAST\n    )",
            id="a line broken",
        ),
    ],
)
def test_how_code_is_written_changes_nothing(old: str, new: str) -> None:
    """
    Comments, docstrings, line breaks and names of modules are no reason to prove anything again.
    """
    assert old in JUDGE
    assert same(JUDGE, JUDGE.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [("* 100 <", "* 100 <="), ("* 100", "* 50"), (" and n >= LEAST", "")])
def test_what_code_does_changes_the_binding(old: str, new: str) -> None:
    """
    Another comparison, another number, a condition less.
    """
    assert old in JUDGE
    assert not same(JUDGE, JUDGE.replace(old, new))


def test_the_judge_is_bound_with_what_it_imports(tmp_path: Path) -> None:
    """
    Directly or not, from the packages that decide, whatever the files are called; what it does not import stays out.
    """
    pack, other = tmp_path / "pack", tmp_path / "other"
    for folder in (pack, other):
        folder.mkdir()
        (folder / "__init__.py").touch()
    (pack / "judge.py").write_text(JUDGE, encoding="utf-8")
    (pack / "numbers.py").write_text(
        "import other.words\nfrom pack import deep\nLEAST = deep.LEAST\n", encoding="utf-8"
    )
    (pack / "deep.py").write_text("LEAST = 20\n", encoding="utf-8")
    (pack / "unused.py").write_text("LEAST = 0\n", encoding="utf-8")
    (other / "words.py").write_text("TEXT = ''\n", encoding="utf-8")
    found = closure("pack.judge", tmp_path, ("pack",))
    assert {file.name for file in found} == {"judge.py", "numbers.py", "deep.py", "__init__.py"}


def checks(tmp_path: Path, text: str) -> str:
    """The digest of the one check in *text*."""
    file = tmp_path / "test_sample.py"
    file.write_text(text, encoding="utf-8")
    return next(checks_of(file, tmp_path)).digest


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        pytest.param("It does.", "It answers.", True, id="its docstring"),
        pytest.param("== 200", "< 500", False, id="its assertion"),
        pytest.param("LIMIT_S = 5", "LIMIT_S = 50", False, id="a value of its module"),
        pytest.param("return asked(api)", "return api.get('/ready')", False, id="a fixture of its module"),
        pytest.param('"/health"', '"/"', False, id="a helper of its fixture"),
    ],
)
def test_a_check_is_bound_with_its_helpers(tmp_path: Path, old: str, new: str, equal: bool) -> None:
    """
    What a test calls and takes from its own module belongs to it.
    """
    assert old in CHECK
    assert (checks(tmp_path, CHECK) == checks(tmp_path, CHECK.replace(old, new))) is equal


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """The code of a small stand-in; what was read of it is forgotten afterwards."""
    (tmp_path / "catalogue.py").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "redis.py").write_text("def fill():\n    return 85\n", encoding="utf-8")
    yield tmp_path
    forget()


def forget() -> None:
    """Read every file again."""
    for cached in (parsed, meaning_of_file, fault_digest, sources_in, closure_digest):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        pytest.param("redis.py", "85", "70", {"redis-full"}, id="its action"),
        pytest.param("redis.py", "def fill", "# until full\ndef fill", set(), id="a comment in its action"),
        pytest.param("catalogue.py", "broken()", "slow()", {"errors"}, id="the function that shows it"),
        pytest.param("catalogue.py", "Action(None)", "Action(1)", {"other"}, id="another fault's action"),
    ],
)
def test_a_fault_is_bound_with_what_makes_it(package: Path, name: str, old: str, new: str, changed: set[str]) -> None:
    """
    Its entry in the catalogue, its action, and each function that asks for it; no other fault.
    """
    faults = ("redis-full", "other", "errors")
    before = {fault: fault_digest(package, fault) for fault in faults}
    text = (package / name).read_text(encoding="utf-8")
    assert old in text
    (package / name).write_text(text.replace(old, new), encoding="utf-8")
    forget()
    assert {fault for fault in faults if fault_digest(package, fault) != before[fault]} == changed


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


def bindings_after_a_change_of(file: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each criterion would be bound to if the code of one *file* did something else."""
    closure_digest.cache_clear()
    monkeypatch.setattr(
        "rollout.prove.binding.meaning_of_file",
        lambda path: f"{meaning_of_file(path)}{'altered' if path == file else ''}",
    )
    after = bindings(plan)
    closure_digest.cache_clear()
    return after


@pytest.mark.parametrize(
    ("file", "changed", "kept"),
    [
        ("rollout/statistics/binomial.py", "error-rate", "services-healthy"),
        ("rollout/judge/tests.py", "services-healthy", "error-rate"),
        ("rollout/judge/metric.py", "redis-memory", "services-healthy"),
    ],
)
def test_a_changed_statistic_unproves_what_it_decides(
    plan: Plan, file: str, changed: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The criteria of that judge have to be proven again, those of another one need not.
    """
    before, after = bindings(plan), bindings_after_a_change_of(ENGINE / file, plan, monkeypatch)
    assert after[changed] != before[changed]
    assert after[kept] == before[kept]


@pytest.mark.parametrize(
    "file", ["metrics/builtin.py", "metrics/kinds.py", "values.py", "judge/worst_place.py", "judge/selection.py"]
)
def test_what_holds_for_every_judge_unproves_everything(plan: Plan, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Units and directions of metrics, the worst place and the choice of evidence decide about each criterion.
    """
    before, after = bindings(plan), bindings_after_a_change_of(ENGINE / "rollout" / file, plan, monkeypatch)
    assert [name for name in before if after[name] == before[name]] == []


def test_a_judge_imports_nothing_that_decides_and_is_not_bound() -> None:
    """
    What its files import of the engine is bound with them, or stands here with the reason why it decides nothing.
    """
    modules = {judge.__module__ for judge in (*JUDGES.values(), *WITHOUT_METRIC.values())} | {OF_EVERY}
    files = {file for module in modules for file in closure(module, ENGINE, DECIDING)}
    imports = {name for file in files for name in imported(parsed(file)) if name.startswith("rollout.")}
    unbound = {name for name in imports if not name.startswith(DECIDING) and file_of(name, ENGINE)}
    assert unbound == set(DECIDES_NOTHING)


def test_every_fault_of_the_suite_is_made_by_code_that_is_found(plan: Plan) -> None:
    """
    No fault that breaks a criterion is bound to nothing.
    """
    suite = suite_of(plan)
    nothing = digest([])
    breaks = expectations_of(suite).breaks
    assert breaks
    assert [name for name in breaks if fault_digest(package_of(suite), name) == nothing] == []


def test_a_drill_is_bound_by_its_own_code() -> None:
    """
    Another fingerprint, or another revision of the schema, has to be seen to fail anew.
    """
    plan = load_plan()
    (shown,) = [criterion for criterion in plan.criteria if criterion.id == "restore-drilled"]
    files = {str(file.relative_to(ENGINE)) for file in drill_files(shown)}
    assert {"xcodereviewer/drills/restore.py", "rollout/drill/fingerprint.py", "rollout/drill/archive.py"} <= files
    assert not any(file.startswith("rollout/cli") for file in files)
