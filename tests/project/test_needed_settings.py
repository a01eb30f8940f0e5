"""Which settings a criterion needs is read from the source of its checks, and stands in docs/settings.md."""

from pathlib import Path

import pytest

from rollout.code_meaning import reached
from rollout.needed_settings import actions_in, needed_permissions, needed_settings, settings_in
from rollout.plan import load_plan
from rollout.settings_page import settings_page
from rollout.suite_code import SuiteCode
from rollout.target.settings import Action

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    """
    docs/settings.md is what the checks say now.
    """
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(load_plan())


def test_settings_are_found_behind_fixtures_and_helpers() -> None:
    """
    In the body, in a fixture of the module, in a fixture of the suite, and in the source of a metric.
    """
    found = needed_settings(load_plan())
    assert found["phase1.migrations-at-head"] == {"postgres_dsn", "schema_revision"}
    assert found["predeploy.cdn-configured"] == {"cdn_headers", "cdn_paths", "frontend_url"}
    assert "review" in found["phase1.features-functional"]
    assert "admin_password" in found["phase1.no-critical-errors"]
    assert found["phase1.celery-queue"] == {"broker_url", "queues"}
    assert {"public_operations", "reset_token"} <= found["predeploy.access-controlled"]
    assert "internal_users" in found["phase2.exposure"]
    assert {"redis_url", "broker_url", "postgres_dsn"} <= found["phase1.readiness-notices-dependencies"]
    assert "frontend_url" in found["predeploy.input-handled"]


def test_what_the_users_of_a_load_insist_on_is_found() -> None:
    """
    A load in which one scenario cannot start is none; the comparison with the release before has readers of its own.
    """
    found = needed_settings(load_plan())
    assert found["phase1.error-rate"] == found["phase3.no-data-loss"] == {"review"}
    assert found["phase3.not-slower"] == {"baseline_url", "user_password"}


def test_permissions_are_found_but_not_where_code_only_asks() -> None:
    """
    Whoever signs up new users needs `write`; whoever asks first whether that is allowed does not.
    """
    found = needed_permissions(load_plan())
    assert Action.WRITE in found["phase2.workflows-functional"]
    assert found["phase3.exposure"] == set()
    assert found["phase1.services-healthy"] == set()
    assert found["predeploy.input-handled"] == {Action.PROBE, Action.WRITE}
    assert found["predeploy.error-tracking-configured"] == {Action.WRITE}
    assert found["predeploy.log-without-secrets"] == {Action.WRITE}
    assert found["predeploy.headers-set"] == set()
    assert Action.FUZZ in found["phase1.features-functional"], (
        "the purpose of a request is named in a module of its own"
    )


def test_what_code_needs_only_where_an_action_is_not_allowed_is_told_apart() -> None:
    """
    Whoever may sign up somebody new needs no known user to ask about exposure; who may not does.
    """
    anywhere, writing = needed_settings(load_plan()), needed_settings(load_plan(), [Action.WRITE])
    assert "user_email" in anywhere["phase2.exposure"]
    assert anywhere["phase2.exposure"] - writing["phase2.exposure"] == {"user_email", "user_password"}
    assert "user_email" in writing["predeploy.access-controlled"]


HELPER = """
class Asking:
    def look(self, target):
        return needed(target, "redis_url")
"""
FIXTURES = """
from ours.helpers import Asking as Looking

@pytest.fixture
def seen(target):
    return Looking().look(target), Action.FUZZ

@pytest.fixture
def near(target):
    return needed(target, "postgres_dsn")
"""
CHECK = """
from ours.helpers import Asking
from rollout.target.obstacle import needed

def test_one(seen, near):
    assert seen

def test_two(target):
    assert Asking().look(target)
"""


@pytest.mark.parametrize("place", ["in the project", "installed"])
def test_the_code_of_a_suite_is_read_wherever_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """
    Fixtures and helpers of a package beside the tests, or among the installed packages; conftest.py is nearer than both.
    """
    root, installed = tmp_path / "project", tmp_path / "packages"
    package = (root if place == "in the project" else installed) / "ours"
    package.mkdir(parents=True)
    for name, text in {"__init__": "", "helpers": HELPER, "fixtures": FIXTURES}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    (root / "smoke").mkdir(parents=True)
    (root / "smoke" / "test_it.py").write_text(CHECK, encoding="utf-8")
    (root / "conftest.py").write_text("def near(target): return needed(target, 'broker_url')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(installed))
    code = SuiteCode(root, "ours.fixtures")
    read = {
        name: reached(code.test(f"smoke/test_it.py::{name}[x]"), code.needed_by) for name in ("test_one", "test_two")
    }
    assert settings_in(read["test_one"]) == {"redis_url", "broker_url"}
    assert actions_in(read["test_one"]) == {Action.FUZZ}
    assert settings_in(read["test_two"]) == {"redis_url"}
