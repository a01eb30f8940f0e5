"""
One deployment with its replica sets and pods, and whether a change has reached every pod.

`kubectl rollout status` is not used: after an undo it may report the deadline of an earlier change. A change is
complete when the controller has seen it (observedGeneration), all replicas are updated, ready and available, and no
pod of another template is left.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rollout.rollback.cluster_shapes import DeploymentShape, ListShape, expect_shape
from rollout.rollback.pod_variables import (
    Document,
    share_raised,
    shares_of,
    told_by,
    turned_on,
    turned_on_since,
    variables_of,
)
from rollout.target.kubectl import Kubectl
from rollout.values import numbered, some

REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"
NUMBER = re.compile(r"[0-9]{1,18}")
ENDED = ("Succeeded", "Failed")  # pods that serve no more and may stay listed


@dataclass(frozen=True)
class Aim:
    """
    The aim of a step: *values* of variables of the containers, number of *replicas*, hash of the *template*.

    *lowered* is the variable with a share of users that the step may lower and never raise; None where there is none.
    *off* are values of variables that keep users off, which an undo may reach and never leave.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    replicas: int | None = None
    template: str | None = None
    lowered: str | None = None
    off: Mapping[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of users to go down to, in percent; 0, which never raises one, for any other step."""
        return float(self.values.get(self.lowered or "", 0))


@dataclass(frozen=True)
class Deployment:
    """A deployment as it was read, with its replica sets and the pods of these."""

    document: Document
    sets: tuple[Document, ...]
    pods: tuple[Document, ...]

    @property
    def name(self) -> str:
        return str(self.document["metadata"]["name"])

    @property
    def replicas(self) -> int:
        """The wanted number of pods."""
        return int(self.document["spec"].get("replicas", 1))

    @property
    def revision(self) -> int:
        """The number of the current revision; 0 where it has none."""
        return revision_of(self.document)

    @property
    def revisions(self) -> dict[int, str]:
        """The revisions that are kept, oldest first, each with the hash of its template."""
        return dict(sorted((revision_of(each), hash_of(each)) for each in self.sets if revision_of(each)))

    @property
    def earlier(self) -> int | None:
        """The number of the revision before the current one; None where none is kept."""
        return max((number for number in self.revisions if number < self.revision), default=None)

    @property
    def template(self) -> str:
        """The hash of the current template; empty while no replica set has it."""
        return self.revisions.get(self.revision, "")

    def images(self, template: str) -> str:
        """The images of the pods of a template."""
        kept = self.kept(template)
        containers = kept["spec"]["template"]["spec"].get("containers", []) if kept else []
        return ", ".join(str(each.get("image")) for each in containers) or "no image told"

    def variables(self) -> list[dict[str, str | None]]:
        """The variables of each container; None for a value from a reference."""
        return variables_of(self.document)

    def value(self, name: str) -> str:
        """The value of a variable in words."""
        found = sorted({variables.get(name) or "not set" for variables in self.variables()})
        return " or ".join(found) or "not set"

    def misses(self, aim: Aim) -> str:
        """What the specification of the deployment lacks of an *aim*, in words; empty where it has all of it."""
        if aim.replicas is not None and self.replicas != aim.replicas:
            return f"{self.replicas} replicas are asked for, want {aim.replicas}"
        for name, value in aim.values.items():
            if any(variables.get(name) != value for variables in self.variables()):
                return f"{name} is {self.value(name)}, want {value}"
        if aim.template is not None and self.template != aim.template:
            return f"the template is {self.template or 'not told yet'}, want {aim.template}"
        return ""

    def raised(self, aim: Aim) -> str:
        """Why an *aim* could raise the share of users, in words with the way out; empty where it cannot."""
        if aim.template is not None:
            return self.raised_by(aim.template, aim.lowered, aim.off)
        if not aim.lowered or not aim.share:
            return ""
        shares = shares_of(self.document, aim.lowered)
        if not shares:
            return f"nobody knows whether {aim.share:g} % is less: {self.name} has {aim.lowered} {self.value(aim.lowered)}; 0 % always is"
        if min(shares) < aim.share:
            return f"{self.name} is at {min(shares):g} % ({aim.lowered}), and a rollback never raises that: {min(shares):g} % at most"
        return ""

    def raised_by(self, template: str, variable: str | None, off: Mapping[str, str]) -> str:
        """
        Why going back to a *template* raises the share of users in a *variable*, or turns one on that is *off*, in words.

        Empty where it does not; a share that is not told twice is not compared, a flag that nobody tells is on.
        """
        kept = self.kept(template)
        if kept is None:
            return ""
        both = self.document, kept, revision_of(kept)
        why = (share_raised(*both, variable) if variable else "") or turned_on(*both, off)
        return f"{self.name}: {why}" if why else ""

    def turned_on(self, off: Mapping[str, str]) -> dict[str, str]:
        """The variables of *off* that are on now and were off in the revision before, each with its value of off."""
        before = self.kept(self.revisions.get(self.earlier or 0, ""))
        return turned_on_since(before, self.document, off) if before else {}

    def safe_revisions(self, variable: str | None, off: Mapping[str, str]) -> list[int]:
        """The earlier revisions that an undo may go back to: they raise no share of users and turn nothing on."""
        earlier = {number: each for number, each in self.revisions.items() if number != self.revision}
        return [number for number, each in earlier.items() if not self.raised_by(each, variable, off)]

    def kept(self, template: str) -> Document | None:
        """The replica set of a *template*; None where none is kept."""
        return next((each for each in self.sets if hash_of(each) == template), None)

    def variables_to(self, template: str) -> list[str]:
        """Each variable that going back to a *template* changes, as `NAME: value → value`."""
        kept = self.kept(template)
        now, then = told_by(self.document), told_by(kept) if kept else {}
        return [
            f"{name}: {now.get(name, 'not set')} → {then.get(name, 'not set')}"
            for name in sorted({*now, *then})
            if kept and now.get(name) != then.get(name)
        ]

    def under_way(self) -> str:
        """What of the last change is not complete yet, in words; empty where all is."""
        status = self.document.get("status", {})
        generation, observed = self.document["metadata"]["generation"], status.get("observedGeneration", 0)
        if observed < generation:
            return f"the controller has seen generation {observed} of {generation}"
        counts = {name: int(status.get(f"{name}Replicas", 0)) for name in ("updated", "ready", "available")}
        counts["in all"] = int(status.get("replicas", 0))
        state = []
        if any(count != self.replicas for count in counts.values()):
            told = ", ".join(f"{count} {name}" for name, count in counts.items())
            state.append(f"of {self.replicas} replicas {told}")
        if old := self.old_pods():
            state.append(f"{numbered(len(old), 'pod has', 'pods have')} not ended: {some(old)}")
        return "; ".join(state)

    def live_pods(self) -> list[str]:
        """The names of the pods that have not ended."""
        return [said_of(pod) for pod in self.pods if has_not_ended(pod)]

    def old_pods(self) -> list[str]:
        """
        The names of pods that should be gone: those of another template than the current one, or all at 0 replicas.
        """
        live = [pod for pod in self.pods if has_not_ended(pod)]
        return [said_of(pod) for pod in live if self.replicas == 0 or hash_of(pod) != self.template]


def has_not_ended(pod: Document) -> bool:
    """Whether a pod still runs, begins, or is ending."""
    return pod.get("status", {}).get("phase") not in ENDED


def revision_of(document: Document) -> int:
    """The revision number in the annotations of an object; 0 without one."""
    noted = str(document["metadata"].get("annotations", {}).get(REVISION, ""))
    return int(noted) if NUMBER.fullmatch(noted) else 0


def hash_of(document: Document) -> str:
    """The hash of the template that a pod or a replica set is made from."""
    return str(document["metadata"].get("labels", {}).get(HASH, ""))


def said_of(pod: Document) -> str:
    """The name of a pod, with a note if it is ending."""
    ending = " (ending)" if pod["metadata"].get("deletionTimestamp") else ""
    return f"{pod['metadata']['name']}{ending}"


def owned_by(owners: Collection[str], every: Iterable[Document], kind: str) -> tuple[Document, ...]:
    """The objects of a *kind* whose owner is one of the uids *owners*."""
    mine = (each for each in every if each["kind"] == kind)
    return tuple(
        each for each in mine if any(by.get("uid") in owners for by in each["metadata"].get("ownerReferences", ()))
    )


def left_alone(items: Iterable[Document]) -> list[Document]:
    """The pods among *items* whose replica set is not there: it was removed while they still end."""
    every = list(items)
    there = {each["metadata"]["uid"] for each in every if each["kind"] == "ReplicaSet"}
    pods = [each for each in every if each["kind"] == "Pod"]
    return [pod for pod in pods if any(by not in there for by in replica_sets_of(pod))]


def replica_sets_of(pod: Document) -> list[str | None]:
    """The uids of the replica sets that own a pod."""
    owners = pod["metadata"].get("ownerReferences", ())
    return [by.get("uid") for by in owners if by.get("kind") == "ReplicaSet"]


def deployment_named(kubectl: Kubectl, name: str) -> Deployment:
    """The current state of a deployment; KubectlRefused or Unconfirmed where it cannot be read."""
    document = kubectl.read("deployment", name)
    expect_shape(DeploymentShape, document, "deployment")
    labels = document["spec"]["selector"].get("matchLabels", {})
    selector = ("-l", ",".join(f"{key}={value}" for key, value in labels.items())) if labels else ()
    every = kubectl.read("replicasets,pods", *selector)
    expect_shape(ListShape, every, "list of replica sets and pods")
    items = every["items"]
    sets = owned_by({document["metadata"]["uid"]}, items, "ReplicaSet")
    pods = owned_by({each["metadata"]["uid"] for each in sets}, items, "Pod")
    return Deployment(document, sets, (*pods, *(left_alone(items) if labels else ())))
