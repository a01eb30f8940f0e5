"""Find keys of a criterion that no component reads: they would show in a finding without any effect."""

from rollout.metrics import MetricKind
from rollout.metrics.kinds import DEPENDENT, WITHOUT_METRIC
from rollout.plan.criterion import Criterion, Support

WAYS_OUT = {
    "limit": "no number is judged there; take it out, or name the metric that it limits",
    "trigger": "no number calls for a rollback there; take it out, or name a metric that may",
    "support": "it is judged by exact values; take it out",
    "least": "no samples, requests or answers are counted there beside a limit; take it out",
    "slice": "only probes, users' traffic and comparisons are cut by it, load requests by phases.<id>.load.slice; take it out",
    "longest_interval": "nothing is sampled there; take it out",
    "step": "only what a monitor samples belongs to one exposure step; take it out",
    "zero_is_valid": "only a sampled level may be absent; take it out",
    "liveness": "only an absent level and the silence of users need a sign of life; take it out",
    "roles": "only signatures have roles; take it out",
}
UNUSED = {  # read, but only beside another key
    "slice": 'probes are cut into slices only where support is "required"; write that, or take it out',
    "liveness": "an absent level is an error without zero_is_valid = true; write that, or take it out",
}


def unread(criterion: Criterion) -> list[str]:
    """A line for each key of a *criterion* that no component reads: its name, its metric or source, and the way out."""
    said = [key for key in DEPENDENT if key in criterion.model_fields_set and getattr(criterion, key) is not None]
    ways = {key: WAYS_OUT[key] for key in said if key not in keys_read(criterion)}
    ways |= {key: UNUSED[key] for key in said if key not in ways and is_unused(criterion, key)}
    about = (
        f"about {criterion.metric!r}" if criterion.metric else f"of source {criterion.source.value!r} without metric"
    )
    return [f"criteria.{criterion.id}.{key}: nothing reads it {about}: {way}" for key, way in ways.items()]


def keys_read(criterion: Criterion) -> tuple[str, ...]:
    """The dependent keys that are read for its kind of metric, or for its source where it has none."""
    return criterion.measured.rules.keys if criterion.metric else WITHOUT_METRIC[criterion.source.value]


def is_unused(criterion: Criterion, key: str) -> bool:
    """Whether a *key* that its kind reads has no effect, because the key that it belongs to is not set."""
    kind = criterion.measured.kind if criterion.metric else None
    if key == "slice":
        return kind is MetricKind.AVAILABILITY and criterion.support is not Support.REQUIRED
    return key == "liveness" and kind is MetricKind.GAUGE and not criterion.zero_is_valid
