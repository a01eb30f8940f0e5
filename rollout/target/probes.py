"""The probes of any service: name, address, clock, link, stores, workers, Prometheus, deployments, backups, permissions."""

import socket
import time
from email.utils import parsedate_to_datetime

from rollout.target.answer import expect
from rollout.target.backups import newest
from rollout.target.http import client_at, client_to
from rollout.target.kubernetes import deployments
from rollout.target.obstacle import Obstacle, needed, place
from rollout.target.own_link import OwnLink
from rollout.target.probe import Probe
from rollout.target.services import Sql, redis_at, said_by_workers, service_url, workers
from rollout.target.settings import Target
from rollout.target.token_client import TokenClient
from rollout.values import MIB, STANDIN, numbered

MOST_SKEW_S = 30.0
PONG_S = 1.0
IN_THE_CLUSTER = (
    *("kubernetes_namespace", "kubernetes_deployments"),
    *("kubernetes_percentage_variable", "kubernetes_database_variable"),
)


def resolves(target: Target) -> str:
    """The name of the base URL leads somewhere."""
    return found_at(target.base_url.host or "")


def found_at(host: str) -> str:
    """The addresses of *host* in words, as this machine finds them; AssertionError where it finds none."""
    try:
        found = {str(address[0]) for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise AssertionError(f"{host}: got {getattr(error, 'strerror', None) or error}, want an address") from None
    return f"{host} is {', '.join(sorted(found))}"


def answers(target: Target) -> str:
    """Something answers, whatever it says: a service need not have a page about its readiness."""
    with client_to(target) as client:
        return f"{client.get(target.ready_path).status_code} for {target.ready_path}"


def baseline(target: Target) -> str:
    """The release before answers too, whatever it says."""
    with client_at(target, str(needed(target, "baseline_url"))) as client:
        return f"{client.get(target.ready_path).status_code} for {target.ready_path}"


def own_link(target: Target) -> str:
    """Who shows that this machine's own link is up answers."""
    link = OwnLink(target)
    assert link.up(), f"link_reference: {link.why}, so that load and watch would accuse nobody"
    return f"{needed(target, 'link_reference')} answers"


def ready(target: Target) -> str:
    """The service says that it is ready."""
    with client_to(target) as client:
        answer = expect(client.get(target.ready_path))
    assert target.ready_text in answer.text, f"{target.ready_path}: got {answer.text!r}, want {target.ready_text!r}"
    return f"{target.ready_path}: 200 in {answer.elapsed.total_seconds() * 1000:.0f} ms"


def clock(target: Target) -> str:
    """The clocks of the target and of this machine agree."""
    with client_to(target) as client:
        said = client.get(target.ready_path).headers.get("date", "")
    try:
        skew_s = time.time() - parsedate_to_datetime(said).timestamp()
    except (TypeError, ValueError):
        return "the target does not tell the time"
    assert abs(skew_s) <= MOST_SKEW_S, f"clocks: got a difference of {skew_s:.0f} s, want {MOST_SKEW_S:g} s at most"
    return f"{skew_s:.0f} s apart"


def postgres(target: Target) -> str:
    """PostgreSQL lets the role in."""
    return f"PostgreSQL {Sql(service_url(target, 'postgres_dsn')).value('SHOW server_version')}"


def cache(target: Target) -> str:
    """Redis answers and has a limit, without which no share of its memory can be told."""
    with redis_at(service_url(target, "redis_url"), "cache") as client:
        most = int(client.info("memory").get("maxmemory", 0))
    assert most > 0, "Redis: got maxmemory 0, want a limit: set maxmemory"
    return f"maxmemory {round(most / MIB)} MiB"


def broker(target: Target) -> str:
    """A Celery worker answers over the broker."""
    answering = workers(service_url(target, "broker_url"), within=PONG_S)
    assert answering, f"broker: got no pong of a worker within {PONG_S:g} s, want one at least"
    return numbered(len(answering), "worker answers", "workers answer")


def queues(target: Target) -> str:
    """Some worker takes work from each queue of the target: a misspelt one would be empty for ever."""
    said = said_by_workers(service_url(target, "broker_url"), "active_queues", PONG_S)
    taken = {str(queue.get("name")) for each in said.values() if isinstance(each, list) for queue in each}
    named = needed(target, "queues")
    if idle := sorted(set(named) - taken):
        cause = f"queues: got no worker that takes from {', '.join(idle)}; they take from {', '.join(sorted(taken))}"
        raise Obstacle(cause, f"set {place(target, 'queues')} to those of the workers, or start workers for them")
    return f"workers take from {', '.join(named)}"


def prometheus(target: Target) -> str:
    """Prometheus answers a query."""
    with TokenClient(target, needed(target, "prometheus_url"), "prometheus_token") as client:
        expect(client.get("/api/v1/query", params={"query": "up"}))
    return "answers a query"


def backups(target: Target) -> str:
    """The catalogue of backups can be read."""
    found = newest(needed(target, "backups"))
    return f"{found.file}, {found.age_hours:.1f} h old"


def permissions(target: Target) -> str:
    """What may be done."""
    if target.environment == STANDIN:
        return "everything: it is the embedded stand-in"
    return ", ".join(sorted(target.allow)) or "nothing but reads"


PROBES = (
    Probe("name", ("base_url",), resolves),
    Probe("answer", ("base_url",), answers, after="name", also=("ca_file",)),
    Probe("ready", ("ready_path",), ready, after="answer", also=("ready_text",)),
    Probe("clock", (), clock, after="answer"),
    Probe("baseline", ("baseline_url",), baseline),
    Probe("own link", ("link_reference",), own_link),
    Probe("PostgreSQL", ("postgres_dsn",), postgres),
    Probe("Redis", ("redis_url",), cache),
    Probe("workers", ("broker_url",), broker),
    Probe("queues", ("broker_url", "queues"), queues, after="workers"),
    Probe("Prometheus", ("prometheus_url",), prometheus, also=("prometheus_token",)),
    Probe("deployments", ("kubernetes_context",), deployments, also=IN_THE_CLUSTER),
    Probe("backups", ("backups",), backups),
    Probe("permissions", (), permissions, also=("allow",)),
)
