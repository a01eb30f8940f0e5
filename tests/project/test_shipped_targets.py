"""The targets that ship name every setting that a criterion on them needs."""

from pathlib import Path

import pytest

from rollout.plan import load_plan
from rollout.readiness import Order, lacks
from rollout.target.loading import named_target
from rollout.target.secret_fields import secret_fields, variable
from xcodereviewer.target import XcrTarget

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["staging", "production"])
def test_a_shipped_target_lacks_secrets_and_permissions_at_most(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With the secrets in the environment nothing is "not configured"; what production does not allow it does on purpose.
    """
    for field in secret_fields(XcrTarget):
        scheme = {"postgres_dsn": "postgresql", "drill_dsn": "postgresql", "sentry_dsn": "https"}.get(field, "redis")
        monkeypatch.setenv(variable(XcrTarget, field), f"{scheme}://key:s3cret-word@127.0.0.1:9/0")
    found = lacks(load_plan(), named_target(XcrTarget, name, ROOT / "targets"))
    assert {lack.way_out for lack in found if lack.order is not Order.NOT_ALLOWED} == set()
    assert [lack.way_out for lack in found if name == "staging"] == []
