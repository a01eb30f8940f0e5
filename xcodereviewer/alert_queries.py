"""How Prometheus tells the metrics of the plan's alerts, by the names that the API publishes."""

from rollout.alert_rules import MINUTES, AlertExpression, Facts

ERRORS = 'http_requests_total{status=~"5.."}'
SECONDS = "http_request_duration_seconds_bucket"


def failing(percent: float, _: Facts) -> dict[str, str]:
    """Requests of which *percent* fail."""
    return {
        'http_requests_total{status="500"}': f"0+{percent:.12g}x{MINUTES}",
        'http_requests_total{status="200"}': f"0+{100 - percent:.12g}x{MINUTES}",
    }


def slow(ms: float, _: Facts) -> dict[str, str]:
    """Requests of which 95 % take *ms* at most, and the others twice as long."""
    edges = {f"{ms / 1000:.12g}": 95, f"{ms / 500:.12g}": 100, "+Inf": 100}
    return {f'{SECONDS}{{le="{edge}"}}': f"0+{count}x{MINUTES}" for edge, count in edges.items()}


def appeared(errors: float, _: Facts) -> dict[str, str]:
    """A counter that appears with its first errors and stays; none appears where there are none."""
    appears = f"_x{MINUTES - 2} {errors:.12g}+0x2"
    return {'http_requests_total{status="503"}': appears} if errors else {}


EXPRESSIONS = {
    "all.fail_percent": AlertExpression(
        f"100 * sum(rate({ERRORS}[5m])) / sum(rate(http_requests_total[5m]))", failing, is_exact=False
    ),
    "all.p95_ms": AlertExpression(
        f"1000 * histogram_quantile(0.95, sum by (le) (rate({SECONDS}[5m])))", slow, is_exact=False
    ),
    "database.connections_percent": AlertExpression(
        "100 * sum(db_connections_active) / $pool",
        lambda percent, facts: {"db_connections_active": f"{percent * float(facts['pool']) / 100:.12g}x{MINUTES}"},
        is_exact=False,
    ),
    "redis.memory_percent": AlertExpression(
        "100 * max(redis_memory_used_bytes / redis_memory_max_bytes)",
        lambda percent, _: {
            "redis_memory_used_bytes": f"{percent * 1e6:.12g}x{MINUTES}",
            "redis_memory_max_bytes": f"100000000x{MINUTES}",
        },
        is_exact=False,
    ),
    "celery.queue_tasks": AlertExpression(
        "sum(celery_queue_length)",
        lambda tasks, _: {'celery_queue_length{queue_name="celery"}': f"{tasks:.12g}x{MINUTES}"},
    ),
    # a counter that appears counts from its first value on, which increase() does not see
    "errors.critical_count": AlertExpression(
        f"(sum(increase({ERRORS}[5m])) or vector(0)) + (sum({ERRORS} unless {ERRORS} offset 5m) or vector(0))", appeared
    ),
}
