"""Which settings a criterion needs is read from the source of its checks, and stands in docs/settings.md."""

from pathlib import Path

from rollout.needed_settings import needed_permissions, needed_settings
from rollout.plan import load_plan
from rollout.settings_page import settings_page
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
    assert found["predeploy.cdn-configured"] == {"cdn_paths", "frontend_url"}
    assert "review" in found["phase1.features-functional"]
    assert "admin_password" in found["phase1.no-critical-errors"]
    assert found["phase1.celery-queue"] == {"broker_url", "queues"}


def test_permissions_are_found_but_not_where_code_only_asks() -> None:
    """
    Whoever signs up new users needs `write`; whoever asks first whether that is allowed does not.
    """
    found = needed_permissions(load_plan())
    assert Action.WRITE in found["phase2.workflows-functional"]
    assert found["phase3.exposure"] == set()
    assert found["phase1.services-healthy"] == set()
