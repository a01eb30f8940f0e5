"""The shapes of what the API server tells of a deployment, as far as it is read: anything else is no answer."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollout.target.kubectl import Unconfirmed


class Told(BaseModel):
    """A part of an answer; what nothing reads is ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Owner(Told):
    uid: str


class Metadata(Told):
    name: str
    annotations: dict[str, str] = {}
    labels: dict[str, str] = {}
    owners: list[Owner] = Field([], alias="ownerReferences")


class OwnerMetadata(Metadata):
    uid: str


class DeploymentMetadata(OwnerMetadata):
    generation: int


class Variable(Told):
    name: str
    value: str | None = None


class Container(Told):
    image: str | None = None
    env: list[Variable] = []


class Pods(Told):
    containers: list[Container] = []


class Template(Told):
    spec: Pods


class Selector(Told):
    labels: dict[str, str] = Field({}, alias="matchLabels")


class DeploymentSpec(Told):
    replicas: int = 1
    selector: Selector
    template: Template


class DeploymentStatus(Told):
    observed: int = Field(0, alias="observedGeneration")
    replicas: int = 0
    updated: int = Field(0, alias="updatedReplicas")
    ready: int = Field(0, alias="readyReplicas")
    available: int = Field(0, alias="availableReplicas")


class DeploymentShape(Told):
    metadata: DeploymentMetadata
    spec: DeploymentSpec
    status: DeploymentStatus = Field(default_factory=DeploymentStatus)


class ReplicaSetSpec(Told):
    template: Template


class ReplicaSetShape(Told):
    kind: Literal["ReplicaSet"]
    metadata: OwnerMetadata
    spec: ReplicaSetSpec


class PodStatus(Told):
    phase: str | None = None


class PodShape(Told):
    kind: Literal["Pod"]
    metadata: Metadata
    status: PodStatus = Field(default_factory=PodStatus)


class ListShape(Told):
    items: list[Annotated[ReplicaSetShape | PodShape, Field(discriminator="kind")]]


def expect_shape(shape: type[Told], answer: Any, what: str) -> None:
    """Unconfirmed, in one line, for an *answer* of another *shape*; *what* is its name in words."""
    try:
        shape.model_validate(answer)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the whole"
        raise Unconfirmed(f"kubectl get: the answer is no {what}: {place}: {fault['msg']}") from None
