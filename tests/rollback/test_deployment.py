"""Whether a change has reached every pod is read from what the API server tells, not from `kubectl rollout status`."""

from typing import Any, ClassVar

import pytest

from rollout.rollback.deployment import HASH, REVISION, Aim, Deployment, deployment_named, revision_of
from rollout.target.kubectl import Kubectl, Unconfirmed


def pod(template: str, name: str = "p", phase: str = "Running", ending: bool = False) -> dict[str, Any]:
    """A pod of a template."""
    metadata = {"name": name, "labels": {HASH: template}} | ({"deletionTimestamp": "2026-01-01"} if ending else {})
    return {"kind": "Pod", "metadata": metadata, "status": {"phase": phase}}


def kept(template: str, number: int) -> dict[str, Any]:
    """A replica set of a template, which has been the revision of a number."""
    return {"kind": "ReplicaSet", "metadata": {"labels": {HASH: template}, "annotations": {REVISION: str(number)}}}


def deployment(*pods: dict[str, Any], wanted: int = 2, environment: Any = (), **status: int) -> Deployment:
    """A deployment at revision 3, generation 7, that has come through unless *status* says otherwise."""
    there = {"observedGeneration": 7, **dict.fromkeys(counts(), wanted), **status}
    spec = {"replicas": wanted, "template": {"spec": {"containers": [{"name": "c", "env": list(environment)}]}}}
    metadata = {"name": "backend", "uid": "d", "generation": 7, "annotations": {REVISION: "3"}}
    document = {"metadata": metadata, "spec": spec, "status": there}
    return Deployment(document, (kept("old", 2), kept("new", 3)), pods)


def counts() -> tuple[str, ...]:
    """The counts of a status that have to be equal."""
    return ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")


NEW = (pod("new", "a"), pod("new", "b"))


def test_a_change_that_reached_every_pod_is_through() -> None:
    """
    Pods that have ended serve nobody, whatever template they are of.
    """
    assert deployment(*NEW).under_way() == ""
    assert deployment(*NEW, pod("old", phase="Failed"), pod("old", phase="Succeeded")).under_way() == ""
    assert deployment(wanted=0).under_way() == ""


@pytest.mark.parametrize("noted", ["", "x", "-3", "3.0", "٣", "9" * 5000])
def test_a_revision_that_is_no_number_is_none(noted: str) -> None:
    """
    Nor one of so many digits that reading it is refused.
    """
    assert revision_of({"metadata": {"annotations": {REVISION: noted}}}) == 0


@pytest.mark.parametrize("count", counts())
@pytest.mark.parametrize("number", [0, 1, 3])
def test_every_count_has_to_be_the_wanted_one(count: str, number: int) -> None:
    """
    One that is not told is 0.
    """
    assert "of 2 replicas" in deployment(*NEW, **{count: number}).under_way()


def test_counts_of_before_the_change_are_not_believed() -> None:
    """
    As long as the controller has not seen it, they tell of the generation before.
    """
    assert deployment(*NEW, observedGeneration=6).under_way() == "the controller has seen generation 6 of 7"


def test_a_pod_that_does_not_end_is_named() -> None:
    """
    One of the template before, or any where none is wanted; that it is ending does not count as gone.
    """
    assert deployment(*NEW, pod("old", "x", ending=True)).under_way() == "1 pod has not ended: x (ending)"
    assert deployment(pod("new", "a"), wanted=0).under_way() == "1 pod has not ended: a"


def test_what_is_asked_for_is_compared_with_the_aim() -> None:
    """
    Every container has each variable; one that comes from elsewhere has no value of its own.
    """
    off = ({"name": "FLAG", "value": "false"},)
    assert deployment(environment=off).misses(Aim({"FLAG": "false"})) == ""
    assert deployment(environment=off).misses(Aim({"FLAG": "true"})) == "FLAG is false, want true"
    assert deployment(environment=({"name": "FLAG", "valueFrom": {}},)).misses(Aim({"FLAG": "x"})) != ""
    assert deployment().misses(Aim({"FLAG": "false"})) == "FLAG is not set, want false"
    assert deployment().misses(Aim(replicas=0)) == "2 replicas are asked for, want 0"
    assert deployment().misses(Aim(template="new")) == ""
    assert deployment().misses(Aim(template="old")) == "the template is new, want old"


class Telling(Kubectl):
    """A kubectl that tells these documents, one after the other."""

    documents: ClassVar[list[Any]] = []

    def read(self, *words: str) -> Any:
        return self.documents.pop(0)


def told(document: Any, items: Any) -> Deployment:
    """The deployment that is read from these documents."""
    Telling.documents = [document, items]
    return deployment_named(Telling("kubectl", "west", "shop"), "backend")


WHOLE: dict[str, Any] = {
    "metadata": {"name": "backend", "uid": "d", "generation": 1},
    "spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "c"}]}}},
}


def test_a_pod_whose_replica_set_was_removed_is_waited_for() -> None:
    """
    Where no old set is kept, the pods of the version before may still end; those of another owner are nobody's business.
    """
    template = {"spec": {"containers": [{"name": "c"}]}}
    counted = {"observedGeneration": 1, **dict.fromkeys(counts(), 1)}
    document = {
        "metadata": WHOLE["metadata"] | {"annotations": {REVISION: "3"}},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "b"}}, "template": template},
        "status": counted,
    }
    mine = kept("new", 3) | {"spec": {"template": template}}
    mine["metadata"] |= {"name": "b-new", "uid": "new", "ownerReferences": [{"uid": "d", "kind": "Deployment"}]}
    every = [mine, *(pod(each, each) for each in ("new", "old", "other"))]
    for each in every[1:]:
        kind = "StatefulSet" if each["metadata"]["name"] == "other" else "ReplicaSet"
        each["metadata"]["ownerReferences"] = [{"uid": each["metadata"]["name"], "kind": kind}]
    assert told(document, {"items": every}).under_way() == "1 pod has not ended: old"


@pytest.mark.parametrize(
    ("document", "items", "place"),
    [
        *((document, {"items": []}, "deployment: the whole") for document in (None, 5, "text")),
        ({**WHOLE, "metadata": {"name": "backend", "uid": "d"}}, {"items": []}, "deployment: metadata.generation"),
        ({**WHOLE, "spec": {**WHOLE["spec"], "replicas": "two"}}, {"items": []}, "deployment: spec.replicas"),
        ({**WHOLE, "spec": {**WHOLE["spec"], "template": {}}}, {"items": []}, "deployment: spec.template.spec"),
        ({**WHOLE, "status": None}, {"items": []}, "deployment: status"),
        (WHOLE, {}, "list of replica sets and pods: items"),
        (WHOLE, {"items": [5]}, "list of replica sets and pods: items.0"),
        (
            WHOLE,
            {"items": [{"kind": "Pod", "metadata": {"name": "p", "labels": []}}]},
            "pods: items.0.Pod.metadata.labels",
        ),
        (
            WHOLE,
            {"items": [{"kind": "ReplicaSet", "metadata": {"name": "s"}}]},
            "pods: items.0.ReplicaSet.metadata.uid",
        ),
    ],
)
def test_an_answer_of_another_shape_is_no_answer(document: Any, items: Any, place: str) -> None:
    """
    In one line with the place, whatever reads it later.
    """
    assert told(WHOLE, {"items": []}).replicas == 1
    with pytest.raises(Unconfirmed, match=rf"^kubectl get: the answer is no .*{place}: "):
        told(document, items)


def test_the_revision_before_is_the_highest_one_below() -> None:
    """
    None where only that of now is kept.
    """
    assert deployment().earlier == 2
    there = deployment()
    assert Deployment(there.document, there.sets[1:], ()).earlier is None
