"""A proof holds as long as what it proves stays: another comment changes nothing, another statistic does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.checks import scan
from rollout.code_meaning import digest, file_of, meaning, meaning_of_file, meaning_of_statement, names_of, parsed
from rollout.judge.decide import JUDGES, WITHOUT_METRIC
from rollout.plan import Plan, load_plan
from rollout.project import current_project
from rollout.prove.binding import (
    DECIDING,
    ENGINE,
    OF_EVERY,
    closure,
    closure_digest,
    fault_digest,
    imported,
    imported_by,
    package_of,
    sources_in,
)
from rollout.prove.evidence_code import check_digest, code_of, done_by
from rollout.prove.expectations import expectations_of
from rollout.prove.proof import bindings
from rollout.suite import suite_of
from rollout.suite_code import SuiteCode, aliases, fixtures_asked, homes_of_tests, imports, module_file, names_read

DECIDES_NOTHING = {
    "rollout.arrays": "names for types of arrays",
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
from ours.asking import asked, least as floor, most as ceiling

pytestmark = [pytest.mark.criterion("services-healthy"), pytest.mark.promise("plan: it answers")]
PATHS: tuple[str, ...] = ("/", "/health")


@pytest.fixture
def healthy(client):
    return asked(client, PATHS)


@pytest.mark.parametrize("most", [1, 2])
def test_it_answers(healthy: "Answer", most: int, request):
    """
    It does.
    """
    assert healthy.status == 200
    assert floor(healthy) < ceiling(healthy)
    request.getfixturevalue("late")
'''
ASKING = '''
from ours.limits import LIMIT_S


def asked(client, paths):
    """One answer."""
    return client.get(paths, within=LIMIT_S)


def least(answer):
    return answer.least


def most(answer):
    return answer.most


def unused():
    return 1
'''
FIXTURES = """
import pytest
from ours.asking import asked


@pytest.fixture
def client():
    return connected(3)


def connected(times):
    return times


@pytest.fixture
def late():
    return "late"


@pytest.fixture(autouse=True)
def tidy():
    return "tidy"
"""
PROJECT = {
    "test_sample.py": CHECK,
    "ours/__init__.py": "",
    "ours/asking.py": ASKING,
    "ours/fixtures.py": FIXTURES,
    "ours/limits.py": "LIMIT_S: float = 5\n",
}
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


def test_which_name_is_imported_under_which_changes_the_binding() -> None:
    """
    The order of imports does not.
    """
    text = "from pack import least as a, most as b\nimport one as x\nassert a < b < x.y"
    assert not same(text, text.replace("least as a, most as b", "most as a, least as b"))
    assert same(text, text.replace("least as a, most as b", "most as b, least as a"))


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


def done_in(root: Path, files: dict[str, str]) -> str:
    """The digest of the one check of a project with these *files*."""
    forget()
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    code = SuiteCode(root, "ours.fixtures")
    return done_by(code.test("test_sample.py::test_it_answers[1]"), code)


@pytest.mark.parametrize(
    ("file", "old", "new", "equal"),
    [
        pytest.param("test_sample.py", "It does.", "It answers.", True, id="its docstring"),
        pytest.param("test_sample.py", "plan: it answers", "plan: it is up", True, id="what it rests on"),
        pytest.param("test_sample.py", "== 200", "< 500", False, id="its assertion"),
        pytest.param("test_sample.py", '("/", "/health")', '("/",)', False, id="a value with a type"),
        pytest.param("test_sample.py", "asked(client, PATHS)", "None", False, id="a fixture of its module"),
        pytest.param(
            "test_sample.py",
            "least as floor, most as ceiling",
            "most as floor, least as ceiling",
            False,
            id="two names swapped where they are imported",
        ),
        pytest.param("ours/asking.py", "client.get(", "client.head(", False, id="a helper in a module of the suite"),
        pytest.param("ours/asking.py", "One answer.", "The answer.", True, id="the docstring of a helper"),
        pytest.param("ours/asking.py", "return 1", "return 2", True, id="a helper of nobody"),
        pytest.param("ours/limits.py", "5", "50", False, id="a value that a helper imports"),
        pytest.param("ours/fixtures.py", "connected(3)", "connected(4)", False, id="a fixture of the suite"),
        pytest.param("ours/fixtures.py", "return times", "return 0", False, id="a helper of a fixture"),
        pytest.param("ours/fixtures.py", '"late"', '"later"', False, id="a fixture asked for by a text"),
        pytest.param("ours/fixtures.py", '"tidy"', '"untidy"', False, id="a fixture nobody asks for"),
    ],
)
def test_a_check_is_bound_with_what_it_builds_on(tmp_path: Path, file: str, old: str, new: str, equal: bool) -> None:
    """
    Fixtures, helpers and values belong to it wherever the suite keeps them; how they are written does not.
    """
    assert old in PROJECT[file]
    before = done_in(tmp_path, PROJECT)
    after = done_in(tmp_path, {**PROJECT, file: PROJECT[file].replace(old, new)})
    forget()
    assert (before == after) is equal


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """The code of a small stand-in; what was read of it is forgotten afterwards."""
    (tmp_path / "catalogue.py").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "redis.py").write_text("def fill():\n    return 85\n", encoding="utf-8")
    yield tmp_path
    forget()


def forget() -> None:
    """Read every file again."""
    judged = (parsed, meaning_of_file, fault_digest, sources_in, closure_digest, imported_by)
    for cached in (*judged, aliases, fixtures_asked, imports, module_file, names_read, homes_of_tests):
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


def bindings_after_a_change_in(file: Path, name: str, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each criterion would be bound to if what *file* calls by a *name* did something else."""
    code_of.cache_clear()  # it keeps what it read, and another test may have let files be read again
    check_digest.cache_clear()
    (altered,) = [each for each in parsed(file).body if name in names_of(each)]
    monkeypatch.setattr(
        "rollout.prove.evidence_code.meaning_of_statement",
        lambda each: f"{meaning_of_statement(each)}{'altered' if each is altered else ''}",
    )
    after = bindings(plan)
    check_digest.cache_clear()
    return after


@pytest.mark.parametrize(
    ("file", "name", "changed", "kept"),
    [
        ("xcodereviewer/export_comparison.py", "differences", "imports-lossless", "dns-configured"),
        ("xcodereviewer/canary.py", "CanaryWrites", "workflows-functional", "dns-configured"),
        ("xcodereviewer/fixtures/reviews.py", "attempted", "features-functional", "dns-configured"),
        ("integration/test_reports.py", "FORMATS", "features-functional", "workflows-functional"),
        ("rollout/target/answer.py", "expect", "features-functional", "redis-memory"),
        ("rollout/sources/redis_client.py", "answering", "redis-memory", "database-connections"),
        ("rollout/watch/back_off.py", "BackOff", "redis-memory", "dns-configured"),
        ("rollout/watch/back_off.py", "BackOff", "monitored", "dns-configured"),
        ("rollout/target/queue_lists.py", "lists_of", "celery-queue", "redis-memory"),
        ("xcodereviewer/sources/admin_client.py", "AdminClient", "database-connections", "redis-memory"),
        ("xcodereviewer/import_counts.py", "counted", "load-tested", "dns-configured"),
        ("rollout/drill/fingerprint.py", "fingerprints", "restore-drilled", "dns-configured"),
    ],
)
def test_a_changed_helper_unproves_what_it_measures(
    plan: Plan, file: str, name: str, changed: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Of a check, of a fixture, of the load users, of a drill and of a source, in the suite or in the engine; nothing else.
    """
    before, after = bindings(plan), bindings_after_a_change_in(ENGINE / file, name, plan, monkeypatch)
    assert after[changed] != before[changed]
    assert after[kept] == before[kept]


def test_no_check_is_bound_to_nothing(plan: Plan) -> None:
    """
    The code of each check of the suite is found.
    """
    suite = suite_of(plan)
    code = code_of(current_project().root, suite.fixtures)
    assert [check.node for check in scan(plan) if not code.test(check.node)] == []


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


def test_of_the_engine_a_source_is_bound_with_what_meets_a_target() -> None:
    """
    A source of the engine brings the same packages as any other one, not words for errors.
    """
    code = code_of(current_project().root, "", "rollout")
    assert code.file("rollout.sources.promql") is not None
    assert code.file("rollout.nearest") is None
