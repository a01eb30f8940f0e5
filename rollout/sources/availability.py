"""Probe whether the service is ready: one HTTP request to its ready path."""

from typing import TYPE_CHECKING

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.source import Answered, SourceError
from rollout.values import KIB

if TYPE_CHECKING:
    from rollout.target import Target

TIMEOUT_S = 3.0
MOST_BYTES = 100 * KIB
READ_CHARACTERS = 1000
SHOWN_CHARACTERS = 120
PROBE = "service.available"


class Availability:
    """
    1 where the target answers that it is ready, else 0; without an answer 0 too, unless the own link is down.

    A certificate that this machine never trusted says nothing about the target; one that replaced a trusted one is 0.
    """

    name = "http"
    metrics = (
        Metric(
            *("service.available_percent", "probes answered", "%", MetricKind.AVAILABILITY, "http"),
            highest=100,
            sample=PROBE,
        ),
    )
    needs: tuple[str, ...] = ("ready_path",)

    def __init__(self, target: "Target") -> None:
        from rollout.target.deadline import each
        from rollout.target.http import client_to
        from rollout.target.own_link import OwnLink

        self._path = target.ready_path
        self._ready = target.ready_text
        self._link = OwnLink(target)
        self._client = client_to(target, each(TIMEOUT_S))
        self._was_trusted = False

    def sample(self) -> dict[str, Sample]:
        """One probe: the time it took in ms, or why the target is not ready; SourceError if the own link is down, or for a 429."""
        return {PROBE: self._probe()}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _probe(self) -> Sample:
        from rollout.target.http import UntrustedHere, at_most
        from rollout.target.message import one_line
        from rollout.target.obstacle import Obstacle
        from rollout.target.rate_limit import TOO_MANY

        try:
            answer = self._client.get(self._path, extensions=at_most(MOST_BYTES))
        except UntrustedHere as error:
            if self._was_trusted:
                return Sample(value=0, text=f"no answer: {error}")
            raise SourceError(str(error)) from None
        except Obstacle as error:
            raise SourceError(str(error)) from None
        except AssertionError as error:
            if not self._link.up():
                raise SourceError(f"this machine's own link is down: {self._link.why}") from None
            return Sample(value=0, text=f"no answer: {error}")
        self._was_trusted = True
        if answer.status_code == TOO_MANY:
            raise Answered(f"the rate limiter is in the way: GET {self._path}: got {TOO_MANY}")
        took = f"{answer.status_code} in {answer.elapsed.total_seconds() * 1000:.0f} ms"
        said = answer.text[:READ_CHARACTERS]
        if answer.status_code == 200 and self._ready in said:
            return Sample(value=1, text=took)
        return Sample(value=0, text=f"not ready: {took}: {one_line(said, SHOWN_CHARACTERS) or 'an empty answer'}")
