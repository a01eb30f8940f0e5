"""What is left over in a shell leads no request to another system, and allows none."""

from pathlib import Path

import pytest

from rollout.target import Target, TargetError
from rollout.target.loading import named_target
from rollout.target.settings import Action
from tests.cli.conftest import project as project  # the fixture
from tests.cli.project import Project
from tests.hostile.suite import facts
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

WHOLE = 'environment = "production"\nbase_url = "http://127.0.0.1:9"\n'
LEFT_OVER = [
    pytest.param("XCR_BASE_URL", "http://127.0.0.2:8", "base_url", id="another address"),
    pytest.param("XCR_ALLOW", '["write", "load"]', "allow", id="more permissions"),
    pytest.param("XCR_ENVIRONMENT", "standin", "environment", id="another environment"),
    pytest.param("XCR_FRONTEND_URL", "http://127.0.0.2:8", "frontend_url", id="another frontend"),
    pytest.param("XCR_RELEASE", "1.0", "release", id="another release"),
    pytest.param("XCR_NOT_APPLICABLE", '{"phase1.x": "y"}', "not_applicable", id="a waiver"),
]


def staging(folder: Path) -> Target:
    """A target on production where nothing is allowed."""
    (folder / "live.toml").write_text(WHOLE, encoding="utf-8")
    return named_target(XcrTarget, "live", folder)


def standin(folder: Path) -> XcrTarget:
    """The embedded target as a stand-in in *folder* tells it."""
    target = SUITE.target_of(facts(9, folder) | {"version": "2.0"})
    assert isinstance(target, XcrTarget)
    return target


@pytest.mark.parametrize(("variable", "value", "setting"), LEFT_OVER)
def test_a_fact_of_a_target_is_refused_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, setting: str
) -> None:
    """
    One line says where it belongs, for a named target and for the stand-in.
    """
    monkeypatch.setenv(variable, value)
    wanted = f"^{variable} is set, but the environment gives secrets only: set {setting} in "
    with pytest.raises(TargetError, match=rf"{wanted}targets/live\.toml, unset {variable}$"):
        staging(tmp_path)
    with pytest.raises(TargetError, match=rf"{wanted}the target's file in targets/, unset {variable}$"):
        standin(tmp_path)


@pytest.mark.parametrize("command", ["gate", "watch", "doctor", "attest"])
def test_every_command_ends_with_64_before_the_first_request(project: Project, command: str) -> None:
    """
    Nobody is asked for anything, wherever the variable leads.
    """
    project.monkeypatch.setenv("XCR_BASE_URL", "http://127.0.0.2:8")
    words = {
        "watch": ("stage", "--for", "1s"),
        "doctor": (),
        "attest": ("before.in-charge", "--by", "Kim", "--statement", "so"),
    }
    said = project.run(command, *words.get(command, ("stage",)))
    assert (said.code, said.err.count("\n"), project.service.asked) == (64, 1, [])
    assert said.err.startswith("rollout: XCR_BASE_URL is set, but")


def test_secrets_of_a_named_target_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An empty variable is none.
    """
    monkeypatch.setenv("XCR_POSTGRES_DSN", "postgresql://reader:pw@db/x")
    monkeypatch.setenv("XCR_REDIS_URL", "")
    target = staging(tmp_path)
    assert target.postgres_dsn is not None
    assert target.postgres_dsn.get_secret_value() == "postgresql://reader:pw@db/x"
    assert target.redis_url is None


def test_no_secret_in_the_environment_replaces_one_of_the_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    DSNs and passwords exported for a real system stay with that one.
    """
    before = standin(tmp_path)
    for name in ("POSTGRES_DSN", "REDIS_URL", "BROKER_URL", "ADMIN_PASSWORD", "USER_PASSWORD", "SENTRY_DSN"):
        monkeypatch.setenv(f"XCR_{name}", "postgresql://real.example/production")
    assert standin(tmp_path) == before


def test_a_target_that_is_made_reads_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Only `rollout.target.loading` looks at the environment.
    """
    monkeypatch.setenv("XCR_ALLOW", '["write"]')
    made = XcrTarget.model_validate({"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9"})
    assert not made.may(Action.WRITE)
