"""The metrics of users' own traffic: one sample counts the requests of a time slice for all of them."""

from rollout.metrics.kinds import Metric, MetricKind

SOURCE = "users"
SAMPLE = "users.requests"
USERS = (
    Metric(
        "users.failed_percent",
        "failed requests of users",
        "%",
        MetricKind.USERS_FAILED,
        SOURCE,
        highest=100,
        sample=SAMPLE,
    ),
    Metric("users.p95_ms", "95th percentile of users' latency", "ms", MetricKind.USERS_SLOW, SOURCE, sample=SAMPLE),
    Metric("users.p99_ms", "99th percentile of users' latency", "ms", MetricKind.USERS_SLOW, SOURCE, sample=SAMPLE),
    Metric(
        "users.served_percent",
        "time slices in which users were served",
        "%",
        MetricKind.USERS_SERVED,
        SOURCE,
        highest=100,
        sample=SAMPLE,
    ),
)
