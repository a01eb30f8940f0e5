"""The rollback drill in a cluster: the real kubectl changes a deployment, whose backend is a stand-in that does what its pods are told."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.plan import Plan, load_plan
from rollout.plan.procedure import Procedure, ProcedureStep
from rollout.target.deadline import each
from rollout.target.http import client_to
from rollout.target.settings import Action
from tests.rollback.kubernetes_api import CONTEXT, NAMESPACE, Cluster, Refusal, serving
from tests.standin.test_boot import State, booted, standin
from xcodereviewer.api import Api
from xcodereviewer.drills.rollback import rollback_drill
from xcodereviewer.drills.standin_switches import INTERNAL, StandinSwitches
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.stack
SHARE = "BACKEND_ROLLOUT_PERCENTAGE"


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
    facts = {"name": "staging", "environment": "staging", "allow": frozenset({Action.DRILL, Action.WRITE})}
    facts |= {"kubernetes_context": CONTEXT, "kubernetes_namespace": NAMESPACE, "internal_users": (INTERNAL,)}
    facts |= {"kubernetes_percentage_variable": SHARE}
    with serving(cluster, tmp_path) as config:
        monkeypatch.setenv("KUBECONFIG", str(config))
        monkeypatch.setenv("HOME", str(tmp_path))
        found = SUITE.target_of(running).model_copy(update=facts)
        assert isinstance(found, XcrTarget)
        yield found


def plan_within(seconds: float) -> Plan:
    """The plan that ships, with another time for each step."""

    def other(step: ProcedureStep | str) -> ProcedureStep | str:
        if isinstance(step, str) or step.action is None:
            return step
        return step.model_copy(update={"within": seconds})

    def hurried(item: Procedure) -> Procedure:
        return item.model_copy(update={"steps": tuple(map(other, item.steps))})

    plan = load_plan()
    return plan.model_copy(update={"procedures": tuple(map(hurried, plan.procedures))})


def test_the_procedures_take_effect_in_a_cluster(target: XcrTarget, cluster: Cluster) -> None:
    """
    The same steps and checks as on the stand-in; an undo puts the revision back that was found.
    """
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


def test_a_pod_that_never_ends_fails_the_drill(target: XcrTarget, cluster: Cluster) -> None:
    """
    With the step of the plan and the name of the pod.
    """
    cluster.kept = 1
    with pytest.raises(Failed, match=r"step lower: .* 1 pod has not ended: xcodereviewer-backend-"):
        rollback_drill(target, plan_within(3), Course())


def test_a_cluster_that_does_not_let_it_accuses_nobody(target: XcrTarget, cluster: Cluster) -> None:
    """
    The role may read and not change.
    """
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden: not yours")
    with pytest.raises(CannotTell, match=r"step lower: kubectl set: .*forbidden"):
        rollback_drill(target, plan_within(3), Course())
