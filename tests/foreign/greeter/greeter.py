"""The suite of the greeter for the engine: its target, its release, its checks, and a source of its own."""

from typing import ClassVar

import httpx
from pydantic import Field

from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from rollout.suite import Suite
from rollout.target import Target

SEATS = "seats.taken_percent"


class GreeterTarget(Target):
    """One greeter."""

    prefix: ClassVar[str] = "GREETER_"

    language: str = Field("en", description="in which language it greets")


class Seats:
    """The number of taken seats, as reported by the greeter."""

    name = "seats"
    metrics = (Metric(SEATS, "seats taken", "%", MetricKind.GAUGE, "seats", highest=100),)
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, target: Target) -> None:
        self._url = target.url("/status")

    def sample(self) -> dict[str, Sample]:
        """A sample from its status."""
        taken = httpx.get(self._url, timeout=3).json()["taken_percent"]
        return {SEATS: Sample(value=taken, text=f"{taken} %")}


def release(target: Target) -> str | None:
    """The build in the status; None if there is none."""
    return str(httpx.get(target.url("/status"), timeout=3).json()["build"])


SUITE = Suite(
    name="greeter",
    target=GreeterTarget,
    release=release,
    tests=("checks",),
    locustfile="load/guests.py",
    sources=(Seats,),
)
