"""The doctor asks kubectl what it finds in the namespace, and changes nothing."""

import shlex
from pathlib import Path

import pytest

from rollout.target.probe import Look, looks
from rollout.target.probes import PROBES
from rollout.target.settings import Target

DEPLOYMENTS = next(probe for probe in PROBES if probe.name == "deployments")
ASKED = "--context=west --namespace=shop --request-timeout=10s get deployments -o name"


def look(**settings: object) -> Look:
    """What the look finds on a target with these settings."""
    facts = {"name": "staging", "environment": "staging", "base_url": "http://127.0.0.1:9", **settings}
    return next(looks([DEPLOYMENTS], Target.model_validate(facts)))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def kubectl(path: Path, said: str, code: int = 0) -> Path:
    """A kubectl that records what it is asked; the file of its record."""
    asked, program = path / "asked", path / "kubectl"
    stream = ">&2" if code else ""
    program.write_text(
        f'#!/bin/sh\necho "$*" > {shlex.quote(str(asked))}\necho {shlex.quote(said)} {stream}\nexit {code}\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return asked


def test_the_deployments_of_the_namespace_are_counted(path: Path) -> None:
    """
    One read of their names, with a time limit.
    """
    asked = kubectl(path, "deployment.apps/backend deployment.apps/worker")
    found = look(kubernetes_context="west", kubernetes_namespace="shop")
    assert (found.state, found.said) == ("ok", "2 deployments in shop")
    assert asked.read_text(encoding="utf-8").strip() == ASKED


def test_a_deployment_that_a_rollback_would_not_find_is_told(path: Path) -> None:
    """
    A name of before is worth knowing on a quiet day.
    """
    kubectl(path, "deployment.apps/backend-v1 deployment.apps/worker")
    found = look(
        kubernetes_context="west",
        kubernetes_namespace="shop",
        kubernetes_deployments={"backend": "backend-v2", "worker": "worker"},
    )
    assert found.state == "failed"
    assert "got no deployment backend-v2 in shop" in found.said


def test_what_kubectl_complains_about_is_told(path: Path) -> None:
    """
    A context that there is not, or a cluster that does not answer.
    """
    kubectl(path, 'error: context "west" does not exist', code=1)
    found = look(kubernetes_context="west", kubernetes_namespace="shop")
    assert (found.state, found.said) == ("failed", 'kubectl get: error: context "west" does not exist')


def test_an_empty_namespace_is_told(path: Path) -> None:
    """
    A misspelt one has no deployment either.
    """
    kubectl(path, "")
    found = look(kubernetes_context="west", kubernetes_namespace="shp")
    assert found.state == "failed"
    assert "got no deployment in shp" in found.said


def test_without_kubectl_nothing_is_said_of_the_cluster(path: Path) -> None:
    """
    It is said that nobody looked.
    """
    found = look(kubernetes_context="west", kubernetes_namespace="shop")
    assert (found.state, found.said) == ("not reached", "not looked at: kubectl is not on PATH")


def test_without_a_context_and_a_namespace_no_cluster_is_asked(path: Path) -> None:
    """
    Those that happen to be current may be another system's.
    """
    asked = kubectl(path, "deployment.apps/backend")
    assert look(kubernetes_namespace="shop").state == "not configured"
    assert look(kubernetes_context="west").state == "not configured"
    assert not asked.exists()
