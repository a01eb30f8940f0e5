"""Counters of HTTP requests on a /metrics page, and how much they grew since the page before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rollout.evidence.records import Requests

REQUESTS = "http_requests_total"
BUCKETS = "http_request_duration_seconds_bucket"
MEASURED = "http_request_duration_seconds_count"
STARTED = "process_start_time_seconds"
STATUS = ("status", "status_code", "code")
MOST = 10**9  # counts of a page: their sums over series and replicas stay within what a record holds
Labels = frozenset[tuple[str, str]]
Counters = dict[tuple[str, Labels], float]


@dataclass(frozen=True)
class ScrapedPage:
    """The counters of one process by name and labels, and when it *started* (seconds since the epoch), if exported."""

    counters: Counters
    started: float | None = None


def page(text: str) -> ScrapedPage:
    """The counters in a *text* of the Prometheus format; ValueError where it is none, or does not count requests as numbers."""
    from prometheus_client.parser import text_string_to_metric_families

    families = list(text_string_to_metric_families(text))
    if REQUESTS not in {name for family in families for name in (family.name, f"{family.name}_total")}:
        raise ValueError(f"no {REQUESTS}")
    samples = [sample for family in families for sample in family.samples]
    wanted = (REQUESTS, BUCKETS, MEASURED)
    counters = {(each.name, frozenset(each.labels.items())): each.value for each in samples if each.name in wanted}
    for (name, labels), value in counters.items():
        if not 0 <= value <= MOST or (name == BUCKETS and not float(dict(labels).get("le", "nan")) > 0):
            raise ValueError(f"{name} counts {value!r} with {dict(labels)!r}")
    return ScrapedPage(counters, next((each.value for each in samples if each.name == STARTED), None))


def grown(now: ScrapedPage, before: ScrapedPage | None, looked_at: float | None) -> Counters:
    """
    How much each counter grew since the page *before*, that of *looked_at* (seconds since the epoch).

    A counter that is new, or lower than before, began at 0. Without a page before, everything counts if the process
    started after *looked_at*, else nothing: the age of its counts is unknown.
    """
    if before is None:
        young = now.started is not None and looked_at is not None and now.started > looked_at
        return now.counters if young else dict.fromkeys(now.counters, 0.0)
    old = before.counters if now.started == before.started else {}
    return {
        key: value - old.get(key, 0.0) if value >= old.get(key, 0.0) else value for key, value in now.counters.items()
    }


def requests(grew: Counters, ignored: frozenset[str]) -> Requests:
    """The requests among counters that *grew*; those with one of the *ignored* routes in a label are left out."""
    mine = {key: value for key, value in grew.items() if not ignored & {text for _, text in key[1]}}
    counted = [(dict(labels), value) for (name, labels), value in mine.items() if name == REQUESTS]
    n = round(sum(value for _, value in counted))
    failed = round(sum(value for labels, value in counted if status(labels).startswith("5")))
    return Requests(n=n, failed=failed, over={edge: min(n, slow) for edge, slow in over(mine)})


def status(labels: Mapping[str, str]) -> str:
    """The HTTP status in the labels of a counter, empty if there is none."""
    return next((labels[name] for name in STATUS if name in labels), "")


def over(grew: Counters) -> Iterator[tuple[str, int]]:
    """Each edge of the histogram in ms, and how many requests took longer."""
    measured = sum(value for (name, _), value in grew.items() if name == MEASURED)
    within: dict[float, float] = {}
    for (name, labels), value in grew.items():
        if name == BUCKETS and (edge := float(dict(labels)["le"])) != float("inf"):
            within[edge] = within.get(edge, 0.0) + value
    for edge in sorted(within):
        yield f"{edge * 1000:g}", max(0, round(measured - within[edge]))
