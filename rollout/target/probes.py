"""The probes of any service: name, address, clock, stores, workers, Prometheus, backups, permissions."""

import socket
import time
from email.utils import parsedate_to_datetime

from rollout.target.answer import expect
from rollout.target.backups import newest
from rollout.target.http import Client, client_to
from rollout.target.obstacle import needed
from rollout.target.probe import Probe
from rollout.target.services import Sql, redis_at, workers
from rollout.target.settings import Target

MOST_SKEW_S = 30.0
PONG_S = 1.0


def resolves(target: Target) -> str:
    """The name of the base URL leads somewhere."""
    host = target.base_url.host or ""
    try:
        found = {str(address[0]) for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise AssertionError(f"{host}: got {error.strerror or error}, want an address") from None
    return f"{host} is {', '.join(sorted(found))}"


def answers(target: Target) -> str:
    """Something answers, whatever it says: a service need not have a page about its readiness."""
    with client_to(target) as client:
        return f"{client.get(target.ready_path).status_code} for {target.ready_path}"


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
    return f"PostgreSQL {Sql(needed(target, 'postgres_dsn')).value('SHOW server_version')}"


def cache(target: Target) -> str:
    """Redis answers and has a limit, without which no share of its memory can be told."""
    with redis_at(needed(target, "redis_url"), "cache") as client:
        most = int(client.info("memory").get("maxmemory", 0))
    assert most > 0, "Redis: got maxmemory 0, want a limit: set maxmemory"
    return f"maxmemory {most / 1e6:.0f} MB"


def broker(target: Target) -> str:
    """A Celery worker answers over the broker."""
    answering = workers(needed(target, "broker_url"), within=PONG_S)
    assert answering, f"broker: got no pong of a worker within {PONG_S:g} s, want one at least"
    return f"{len(answering)} workers answer"


def prometheus(target: Target) -> str:
    """Prometheus answers a query."""
    with Client(str(needed(target, "prometheus_url")), target.ca_file) as client:
        expect(client.get("/api/v1/query", params={"query": "up"}))
    return "answers a query"


def backups(target: Target) -> str:
    """The catalogue of backups can be read."""
    found = newest(needed(target, "backups"))
    return f"{found.file}, {found.age_hours:.1f} h old"


def permissions(target: Target) -> str:
    """What may be done."""
    if target.environment == "standin":
        return "everything: it is the embedded stand-in"
    return ", ".join(sorted(target.allow)) or "nothing but reads"


PROBES = (
    Probe("name", ("base_url",), resolves),
    Probe("answer", ("base_url",), answers),
    Probe("ready", ("ready_path",), ready),
    Probe("clock", (), clock),
    Probe("PostgreSQL", ("postgres_dsn",), postgres),
    Probe("Redis", ("redis_url",), cache),
    Probe("workers", ("broker_url",), broker),
    Probe("Prometheus", ("prometheus_url",), prometheus),
    Probe("backups", ("backups",), backups),
    Probe("permissions", (), permissions),
)
