"""The rollback drill in a cluster: the real kubectl changes a deployment, whose backend is a stand-in that does what its pods are told."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from rollout.drill.course import Course
from rollout.drill.found_before import FoundBefore, earlier_drills
from rollout.drill.outcome import CannotTell, Failed
from rollout.target import TargetError
from rollout.target.deadline import each
from rollout.target.http import client_to
from tests.rollback.killed_rollback_drill import SHARE, plan_within, staging
from tests.rollback.kubernetes_api import Cluster, Refusal, serving
from tests.standin.test_boot import State, booted, standin
from xcodereviewer.api import Api
from xcodereviewer.drills.cluster import ClusterSwitches, refuse_unprepared
from xcodereviewer.drills.drill_accounts import password_of
from xcodereviewer.drills.rollback import rollback_drill
from xcodereviewer.drills.standin_switches import INTERNAL, StandinSwitches
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]
KILLED_AT = (
    "put 50 % on the new backend begins",
    "lower the percentage to 25 % ends",
    "disable the flag ends",
    "scale down begins",
    "scale down ends",
    "scale up again ends",
)


class Backend:
    """What the pods of a cluster are told, done by a stand-in; one that is *stubborn* leaves everybody on when the flag goes off."""

    def __init__(self, state: State, switches: StandinSwitches) -> None:
        self.state, self.switches = state, switches
        self.stubborn = self.down = False

    def follow(self, cluster: Cluster) -> None:
        """Do what the deployment says now."""
        if (cluster.replicas == 0) != self.down:
            self.down = cluster.replicas == 0
            standin("kill" if self.down else "start", "backend", "--dir", self.state["dir"])
        if not self.down:
            told = {one["name"]: one["value"] for one in cluster.template["spec"]["containers"][0]["env"]}
            on = told["USE_BACKEND_API"] == "true" or self.stubborn
            self.switches.change(use_backend_api=on, percentage=int(told.get(SHARE, 0)), internal_users=[INTERNAL])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """One stand-in for all of them."""
    with booted(tmp_path_factory.mktemp("cluster-drill")) as state:
        yield state


@pytest.fixture
def backend(running: State, cluster: Cluster) -> Iterator[Backend]:
    """The stand-in behind the cluster."""
    embedded = SUITE.target_of(running)
    assert isinstance(embedded, XcrTarget)
    assert embedded.admin_email
    assert embedded.admin_password
    with client_to(embedded, each(5)) as client:
        admin = Api(client, embedded.admin_email, embedded.admin_password, who="the administrator")
        found = Backend(running, StandinSwitches(admin))
        cluster.changed = found.follow
        yield found


@pytest.fixture
def target(
    running: State, backend: Backend, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[XcrTarget]:
    """The same as a staging in a cluster, which allows a drill."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH")
    with serving(cluster, tmp_path) as config:
        monkeypatch.setenv("KUBECONFIG", str(config))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield staging(running)


def test_the_procedures_take_effect_in_a_cluster(target: XcrTarget, cluster: Cluster) -> None:
    """
    The same steps and checks as on the stand-in; an undo puts the revision back that was found, with its higher share.
    """
    cluster.change(lambda spec: spec.update(template=cluster.template_with({"USE_BACKEND_API": "true", SHARE: "75"})))
    cluster.settle()
    before = cluster.template
    course = Course()
    passed = rollback_drill(target, plan_within(60), course)
    nobody = {"users_at_work": 0, "requests": 0, "failed_requests": 0}  # they are the stand-in's
    assert passed.counts == {"users": 21, "written": 1, "readable": 1, **nobody}
    assert list(course.times)[-4:] == [
        *("disable the flag", "scale down", "scale up again", "read what was written meanwhile"),
    ]
    assert (cluster.template, cluster.replicas) == (before, 3)


def test_users_who_stay_on_the_new_backend_fail_the_drill(
    target: XcrTarget, cluster: Cluster, backend: Backend
) -> None:
    """
    The deployment is as the plan wants it, and users are not.
    """
    backend.stubborn = True
    with pytest.raises(Failed, match="after the flag was disabled: 11 of 21 users are still on the new backend"):
        rollback_drill(target, plan_within(60), Course())
    assert cluster.template["spec"]["containers"][0]["env"] == [{"name": "USE_BACKEND_API", "value": "true"}]


def test_a_pod_that_never_ends_fails_the_drill(target: XcrTarget, cluster: Cluster, backend: Backend) -> None:
    """
    With the step of the plan and the name of the pod.
    """

    def keep_later(there: Cluster) -> None:
        backend.follow(there)
        there.kept = int(there.environment_now().get(SHARE) == "25")

    cluster.changed = keep_later
    with pytest.raises(Failed, match=r"step lower: .* 1 pod has not ended: xcodereviewer-backend-"):
        rollback_drill(target, plan_within(3), Course())


def test_a_share_that_was_never_reached_accuses_nobody(target: XcrTarget, cluster: Cluster) -> None:
    """
    Nothing was rolled back yet.
    """
    cluster.kept = 1
    with pytest.raises(CannotTell, match=r"was not there to begin with: step lower: .* 1 pod has not ended"):
        rollback_drill(target, plan_within(3), Course())


def test_what_could_not_be_put_back_is_told_with_the_commands(
    target: XcrTarget, cluster: Cluster, backend: Backend
) -> None:
    """
    The cluster lets it begin and then nothing more.
    """

    def forbid(there: Cluster) -> None:
        backend.follow(there)
        there.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden: not yours")

    cluster.changed, course = forbid, Course()
    with pytest.raises(CannotTell, match="step lower: kubectl set: "):
        rollback_drill(target, plan_within(60), course)
    assert course.not_put_back.startswith("not put back: deployment xcodereviewer-backend in shop of west: step undo: ")
    assert course.not_put_back.endswith(
        "; rollout drill rollback --target staging puts it back, or kubectl --context=west --namespace=shop rollout undo"
        " deployment/xcodereviewer-backend --to-revision=1 and kubectl --context=west --namespace=shop scale"
        " deployment/xcodereviewer-backend --replicas=3"
    )


def test_a_cluster_that_does_not_let_it_accuses_nobody(target: XcrTarget, cluster: Cluster) -> None:
    """
    The role may read and not change.
    """
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden: not yours")
    with pytest.raises(CannotTell, match=r"step lower: kubectl set: .*forbidden"):
        rollback_drill(target, plan_within(3), Course())


def test_a_drill_without_kubectl_or_the_name_of_a_deployment_does_not_begin(
    target: XcrTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Both are known before a journal is opened.
    """
    unnamed = target.model_copy(update={"kubernetes_deployments": {"worker": "w"}})
    with pytest.raises(TargetError, match="no deployment 'backend'"):
        refuse_unprepared(unnamed, plan_within(3))
    refuse_unprepared(target, plan_within(3))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TargetError, match="kubectl is not on PATH"):
        refuse_unprepared(target, plan_within(3))


def killed(running: State, folder: Path, point: str) -> FoundBefore:
    """What a drill that is killed at a *point* leaves for the next one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.rollback.killed_rollback_drill", point],
        cwd=ROOT,
        env=dict(os.environ),
        input=json.dumps({"state": running, "journals": str(folder)}),
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return FoundBefore((), earlier_drills([folder]))


@pytest.mark.slow
@pytest.mark.parametrize("point", KILLED_AT)
def test_the_next_drill_puts_back_what_a_killed_one_had_found(
    target: XcrTarget, running: State, cluster: Cluster, tmp_path: Path, point: str
) -> None:
    """
    The revision and the number of pods, wherever it was killed; then it is exercised as ever.
    """
    before = cluster.template
    left = killed(running, tmp_path / "journals", point)
    switches = ClusterSwitches(target, plan_within(60), Course(None, left))
    assert switches.is_left()
    switches.end_killed()
    assert (cluster.template, cluster.replicas) == (before, 3)


def test_a_drill_ends_a_killed_one_before_it_begins(
    target: XcrTarget, running: State, cluster: Cluster, tmp_path: Path
) -> None:
    """
    Even where the backend was left scaled to nothing.
    """
    before = cluster.template
    left = killed(running, tmp_path / "journals", "scale down ends")
    (name,) = (found["account"] for found in left.earlier.left.values() if "account" in found)
    course = Course(None, left)
    assert cluster.replicas == 0
    rollback_drill(target, plan_within(60), course)
    assert next(iter(course.times)) == "put back what a killed drill left"
    with client_to(target, each(5)) as client:
        assert Api(client, name, password_of(target, name)).projects().items == ()
    assert (cluster.template, cluster.replicas) == (before, 3)


def test_what_somebody_deployed_since_then_stays(
    target: XcrTarget, running: State, cluster: Cluster, tmp_path: Path
) -> None:
    """
    Another image is no state of a drill's.
    """
    left = killed(running, tmp_path / "journals", "disable the flag ends")
    with cluster.lock:
        template = deepcopy(cluster.template)
        template["spec"]["containers"][0]["image"] = "xcodereviewer:2.0.1"
        cluster.change(lambda spec: spec.update(template=template))
        cluster.settle()
    ClusterSwitches(target, plan_within(60), Course(None, left)).end_killed()
    assert cluster.template == template
