"""Find the bad samples of one round: an error for a value, a limit that does not hold, or a liveness sample of 0."""

from collections.abc import Mapping

from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from rollout.plan import Plan
from rollout.sources.registry import metric
from rollout.values import as_number


def bad_samples(plan: Plan, samples: Mapping[str, Sample]) -> dict[str, str]:
    """Name of each bad sample → what is wrong with it; a sample that no criterion of *plan* limits is bad only where it is an error."""
    found = {name: sample.error for name, sample in samples.items() if sample.error}
    for criterion in (each for each in plan.criteria if each.metric and each.limit):
        measured, limit = criterion.measured, criterion.limit
        number = level(measured, samples.get(measured.sampled))
        if number is not None and limit is not None and not limit.holds(number):
            found.setdefault(measured.sampled, f"{as_number(number)} {measured.unit}, want {limit}")
    for name in {metric(each.liveness).sampled for each in plan.criteria if each.liveness}:
        if name in samples and samples[name].value == 0:
            found.setdefault(name, samples[name].text)
    return found


def level(measured: Metric, sample: Sample | None) -> float | None:
    """The number of one sample in the unit of the metric's limits; None where a single sample has none."""
    if sample is None or sample.value is None:
        return None
    if measured.kind is MetricKind.GAUGE:
        return sample.value
    if measured.kind is MetricKind.AVAILABILITY:
        return sample.value * 100
    if measured.kind is MetricKind.USERS_FAILED and sample.requests and sample.requests.n:
        return sample.requests.failed * 100 / sample.requests.n
    return None
