"""What keeps a check from its subject, and the one place that says how to remove it."""

import pytest
from pydantic import SecretStr

from rollout.target import Action
from rollout.target.obstacle import NotConfigured, NotPermitted, Obstacle, needed
from rollout.target.wait import eventually
from xcodereviewer.target import XcrTarget


def target(**more: object) -> XcrTarget:
    """A staging target with as little as possible."""
    facts = {"name": "x", "environment": "staging", "base_url": "http://127.0.0.1:9", **more}
    return XcrTarget.model_validate(facts)


def test_a_setting_that_is_missing_is_named_with_its_file() -> None:
    """
    The way out of a missing setting is the key and the file.
    """
    with pytest.raises(NotConfigured, match=r"not configured: set `frontend_url` in targets/x\.toml") as caught:
        needed(target(), "frontend_url")
    assert (caught.value.kind, caught.value.way_out) == ("not-configured", "set `frontend_url` in targets/x.toml")


def test_a_missing_secret_is_named_by_its_variable() -> None:
    """
    A secret never stands in a file; the way out is the variable.
    """
    with pytest.raises(NotConfigured) as caught:
        needed(target(), "admin_email", "admin_password")
    assert caught.value.way_out == "set `admin_email` in targets/x.toml and XCR_ADMIN_PASSWORD in the environment"


def test_a_setting_that_is_there_is_handed_over() -> None:
    """
    What is configured is the value.
    """
    assert needed(target(sentry_dsn=SecretStr("https://k@s/1")), "sentry_dsn").get_secret_value() == "https://k@s/1"


def test_an_action_that_is_not_allowed_is_an_obstacle() -> None:
    """
    A permission that is missing names the action and the file.
    """
    assert NotPermitted(target(), Action.WRITE).way_out == "add 'write' to `allow` in targets/x.toml"


def test_waiting_does_not_turn_an_obstacle_into_an_accusation() -> None:
    """
    An obstacle met while waiting is raised as it is.
    """

    def blocked() -> None:
        raise Obstacle("sign-in failed")

    with pytest.raises(Obstacle, match=r"^sign-in failed$"):
        eventually(blocked, within=0)
