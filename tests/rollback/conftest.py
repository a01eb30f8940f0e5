"""The real kubectl and a simulated cluster for it; without kubectl on PATH its tests are skipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.target.kubectl import Kubectl
from tests.cli.project import PLAN, TARGET, Project
from tests.drill.live_database import database, drill, running
from tests.rollback.kubernetes_api import CONTEXT, NAMESPACE, Cluster, serving
from tests.watch.service import Service
from tests.watch.service import serving as answering

__all__ = ["database", "drill", "running"]

PROCEDURES = Path(__file__).with_name("procedures.toml")


@pytest.fixture
def cluster() -> Cluster:
    """A cluster with one rolled-out deployment of three pods."""
    return Cluster()


@pytest.fixture
def kubectl(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kubectl]:
    """The real kubectl, configured for the cluster, with a time limit of a second per answer."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not on PATH")
    with serving(cluster, tmp_path) as config:
        monkeypatch.setenv("KUBECONFIG", str(config))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield Kubectl(program, CONTEXT, NAMESPACE, answer_s=1)


@pytest.fixture
def project(
    tmp_path: Path, kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Project]:
    """A project whose target is in the cluster and may be rolled back."""
    plan = tmp_path / "plan.toml"
    plan.write_text(f"{PLAN.read_text(encoding='utf-8')}\n{PROCEDURES.read_text(encoding='utf-8')}", encoding="utf-8")
    with answering(Service()) as service:
        found = Project(tmp_path / "project", service, monkeypatch, capsys, plan)
        file = found.root / "targets" / f"{TARGET}.toml"
        settings = f'kubernetes_context = "{CONTEXT}"\nkubernetes_namespace = "{NAMESPACE}"\n'
        text = file.read_text(encoding="utf-8").replace('"drill"]', '"drill", "rollback"]')
        file.write_text(f"{settings}{text}", encoding="utf-8")
        yield found
