"""One look at each thing the budgets are about; every look reads its own denominator."""

from collections.abc import Callable
from typing import Any

import celery
import httpx
import redis
from kombu.exceptions import OperationalError
from pydantic import SecretStr

from rollout.target import Target
from rollout.target.redact import Redactor
from rollout.target.release import tls

Sample = dict[str, Any]
TIMEOUT_S = 3.0
PING_S = 1.0
PRIORITY_SEPARATOR = "\x06\x16"  # how Celery names the lists of lower priorities
PRIORITIES = ("3", "6", "9")


class ProbeError(Exception):
    """The probe could not look; this says nothing good or bad about what it looks at."""


class Probes:
    """The probes of one target; connections are opened on first use and again after an error."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._redact = Redactor(target)
        self._http = httpx.Client(timeout=TIMEOUT_S, verify=tls(target))
        self._token: str | None = None

    def look(self) -> dict[str, Sample]:
        """Every sample at this moment; what could not be looked at carries its error in place of a value."""
        looks: dict[str, Callable[[], Sample]] = {
            "service.available": self.service,
            "database.connections_percent": self.database,
            "redis.memory_percent": self.redis_memory,
            "celery.queue_tasks": self.queue,
            "celery.workers_count": self.workers,
        }
        return {name: self._safely(look) for name, look in looks.items()}

    def _safely(self, look: Callable[[], Sample]) -> Sample:
        try:
            return look()
        except (ProbeError, httpx.HTTPError, redis.RedisError, OSError, ValueError, KeyError, TypeError) as error:
            return {"error": self._redact(f"{type(error).__name__}: {error}")[:200]}

    def service(self) -> Sample:
        """1 if the service says that it is ready, 0 if it does not; a service that does not answer is down."""
        try:
            answer = self._http.get(self._target.url("/ready"))
        except httpx.HTTPError as error:
            return {"value": 0, "text": self._redact(f"no answer: {type(error).__name__}: {error}")[:200]}
        ready = answer.status_code == 200 and '"ready"' in answer.text[:1000]
        took = answer.elapsed.total_seconds() * 1000
        return {"value": int(ready), "text": f"{answer.status_code} in {took:.0f} ms"}

    def database(self) -> Sample:
        """Connections in use of the pool's capacity, overflow included, in percent."""
        pool = self._admin("/api/v1/monitoring/database/pool")
        capacity = int(pool["pool_size"]) + int(pool["max_overflow"])
        used = int(pool["checked_out_connections"])
        if capacity <= 0:
            raise ProbeError(f"the pool says its capacity is {capacity}")
        return {"value": used * 100 / capacity, "text": f"{used} of {capacity}", "used": used, "capacity": capacity}

    def redis_memory(self) -> Sample:
        """Memory in use of maxmemory, in percent; without maxmemory there is no denominator."""
        with opened(self._target.redis_url, "XCR_REDIS_URL") as client:
            memory: dict[str, Any] = client.info("memory")
        used, most = int(memory["used_memory"]), int(memory["maxmemory"])
        if most == 0:
            raise ProbeError("maxmemory is 0: Redis has no limit, so no share of it can be told; set maxmemory")
        return {"value": used * 100 / most, "text": f"{used >> 20} of {most >> 20} MiB", "used": used, "capacity": most}

    def queue(self) -> Sample:
        """Tasks that wait in every declared queue of every priority, and those handed out but not acknowledged."""
        with opened(self._target.broker_url, "XCR_BROKER_URL") as client:
            names = [f"{queue}{suffix}" for queue in self._target.queues for suffix in suffixes()]
            waiting = sum(int(client.llen(name)) for name in names)
            unacked = int(client.hlen("unacked"))
        return {"value": waiting + unacked, "text": f"{waiting} waiting, {unacked} handed out"}

    def workers(self) -> Sample:
        """How many Celery workers answer; one answer is enough to know that somebody is there."""
        if self._target.broker_url is None:
            raise ProbeError("XCR_BROKER_URL is not set")
        app = celery.Celery(broker=self._target.broker_url.get_secret_value())
        app.conf.broker_connection_timeout = TIMEOUT_S
        app.conf.broker_transport_options = {"max_retries": 0}  # else it tries for 6 s, which misses looks
        try:
            answers = app.control.ping(timeout=PING_S, limit=1)
        except (*app.connection().connection_errors, OperationalError) as error:
            raise ProbeError(f"the broker does not answer: {error}") from error
        finally:
            app.close()
        return {"value": len(answers), "text": f"{len(answers)} answered"}

    def release(self) -> str | None:
        """The release that answers now, None if it does not say."""
        try:
            version = self._http.get(self._target.url("/health")).json().get("version")
        except (httpx.HTTPError, ValueError, AttributeError):
            return None
        return str(version) if version else None

    def _admin(self, path: str) -> dict[str, Any]:
        """A JSON answer to the administrator; logs in when there is no token or it has run out."""
        for attempt in (1, 2):
            if self._token is None:
                self._token = self._login()
            answer = self._http.get(self._target.url(path), headers={"Authorization": f"Bearer {self._token}"})
            if answer.status_code in (401, 403) and attempt == 1:
                self._token = None
                continue
            break
        if answer.status_code != 200:
            raise ProbeError(f"GET {path}: got {answer.status_code}, want 200")
        found: dict[str, Any] = answer.json()
        return found

    def _login(self) -> str:
        if self._target.admin_email is None or self._target.admin_password is None:
            raise ProbeError("admin_email or XCR_ADMIN_PASSWORD is not set")
        form = {"username": self._target.admin_email, "password": self._target.admin_password.get_secret_value()}
        answer = self._http.post(self._target.url("/api/v1/auth/login"), data=form)
        if answer.status_code != 200:
            raise ProbeError(f"POST /api/v1/auth/login as administrator: got {answer.status_code}, want 200")
        return str(answer.json()["access_token"])


def opened(url: SecretStr | None, variable: str) -> redis.Redis:
    """A client of the Redis whose address stands in *variable*; ProbeError if none stands there."""
    if url is None:
        raise ProbeError(f"{variable} is not set")
    return redis.Redis.from_url(url.get_secret_value(), socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)


def suffixes() -> tuple[str, ...]:
    """What Celery appends to a queue's name for each priority."""
    return ("", *(f"{PRIORITY_SEPARATOR}{priority}" for priority in PRIORITIES))
