"""The shapes of what the API server tells of a deployment, as far as it is read: anything else is no answer."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollout.target.kubectl import Unconfirmed


class ClusterPart(BaseModel):
    """A part of an answer; what nothing reads is ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


class OwnerReference(ClusterPart):
    uid: str


class Metadata(ClusterPart):
    name: str
    annotations: dict[str, str] = {}
    labels: dict[str, str] = {}
    owners: list[OwnerReference] = Field([], alias="ownerReferences")


class OwnerMetadata(Metadata):
    uid: str


class DeploymentMetadata(OwnerMetadata):
    generation: int


class Variable(ClusterPart):
    name: str
    value: str | None = None


class Container(ClusterPart):
    image: str | None = None
    env: list[Variable] = []


class Pods(ClusterPart):
    containers: list[Container] = []


class Template(ClusterPart):
    spec: Pods


class Selector(ClusterPart):
    labels: dict[str, str] = Field({}, alias="matchLabels")


class DeploymentSpec(ClusterPart):
    replicas: int = 1
    selector: Selector
    template: Template


class DeploymentStatus(ClusterPart):
    observed: int = Field(0, alias="observedGeneration")
    replicas: int = 0
    updated: int = Field(0, alias="updatedReplicas")
    ready: int = Field(0, alias="readyReplicas")
    available: int = Field(0, alias="availableReplicas")


class DeploymentShape(ClusterPart):
    metadata: DeploymentMetadata
    spec: DeploymentSpec
    status: DeploymentStatus = Field(default_factory=DeploymentStatus)


class ReplicaSetSpec(ClusterPart):
    template: Template


class ReplicaSetShape(ClusterPart):
    kind: Literal["ReplicaSet"]
    metadata: OwnerMetadata
    spec: ReplicaSetSpec


class PodStatus(ClusterPart):
    phase: str | None = None


class PodShape(ClusterPart):
    kind: Literal["Pod"]
    metadata: Metadata
    status: PodStatus = Field(default_factory=PodStatus)


class ListShape(ClusterPart):
    items: list[Annotated[ReplicaSetShape | PodShape, Field(discriminator="kind")]]


def expect_shape(shape: type[ClusterPart], answer: Any, what: str) -> None:
    """Unconfirmed, in one line, for an *answer* of another *shape*; *what* is its name in words."""
    try:
        shape.model_validate(answer)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the whole"
        raise Unconfirmed(f"kubectl get: the answer is no {what}: {place}: {fault['msg']}") from None
