"""Sources on the real servers: PostgreSQL of a stand-in, and Prometheus with samples of known ages."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from rollout.embedded import booted, standin
from rollout.evidence.records import Sample
from rollout.sources.postgres import NAME, Postgres
from rollout.sources.registry import metric
from rollout.sources.source import SourceError
from rollout.target import Target
from rollout.target.obstacle import Obstacle
from rollout.target.services import Sql
from rollout.target.wait import eventually
from rollout.watch.sampler import Sampler
from standin.ports import free_port
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack
PROGRAMS = ("prometheus", "promtool")
CHANGES = "CREATE TABLE public.written_by_the_source (a int)"


def target(**more: Any) -> Target:
    """A target that answers nothing itself."""
    return Target.model_validate({"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9", **more})


@pytest.fixture(scope="module")
def state() -> Iterator[dict[str, Any]]:
    """A stand-in of our own."""
    with booted(SUITE, os.getpid()) as state:
        yield state


@pytest.fixture
def source(state: dict[str, Any]) -> Iterator[Postgres]:
    """The source, as a role that can only read."""
    source = Postgres(target(postgres_dsn=SecretStr(state["postgres_dsn"])))
    yield source
    source.close()


@pytest.fixture
def alone(source: Postgres, state: dict[str, Any]) -> Iterator[None]:
    """A time in which nobody else is connected: backend and worker open and close connections as they like."""
    users = ("backend", "worker")
    for service in users:
        standin(SUITE, "kill", service, "--dir", state["dir"])

    def empty() -> None:
        assert source.sample()[NAME].used == 1

    eventually(empty, within=10)
    yield
    for service in users:
        standin(SUITE, "start", service, "--dir", state["dir"])


@pytest.mark.usefixtures("alone")
def test_connections_are_counted_against_those_for_everybody(source: Postgres, state: dict[str, Any]) -> None:
    """
    Five connections more are five more of the 97 that remain of 100 without those for superusers.
    """
    before = source.sample()[NAME]
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(psycopg.connect(state["postgres_dsn"]))
        after = source.sample()[NAME]
    assert before.capacity == 97
    assert before.used is not None
    assert after.used is not None
    assert after.used - before.used >= 5
    assert after.value == after.used * 100 / 97


def test_a_server_that_is_full_still_tells(source: Postgres, state: dict[str, Any]) -> None:
    """
    The connection that asks is kept; a source that has none yet says why it gets none.
    """
    source.sample()
    with ExitStack() as stack:
        for _ in range(100):
            try:
                stack.enter_context(psycopg.connect(state["postgres_dsn"]))
            except psycopg.OperationalError:
                break
        full = source.sample()[NAME].value
        assert full is not None
        assert full >= 100  # the superuser may look in meanwhile, over a connection that is kept for it
        with pytest.raises(SourceError, match=r"connection slots|too many clients"):
            Postgres(target(postgres_dsn=SecretStr(state["postgres_dsn"]))).sample()


def test_the_source_cannot_change_anything(source: Postgres) -> None:
    """
    Its connection is read-only, whatever its role may do.
    """
    source.sample()
    assert source._connection is not None
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        source._connection.execute(CHANGES)


def test_a_wrong_password_is_an_error_without_it(state: dict[str, Any]) -> None:
    """
    PostgreSQL names the role; the password stands nowhere.
    """
    wrong = psycopg.conninfo.make_conninfo(state["postgres_dsn"], password="s3cret-word")
    with pytest.raises(SourceError, match="password authentication failed") as error:
        Postgres(target(postgres_dsn=SecretStr(wrong))).sample()
    assert "s3cret-word" not in str(error.value)


def test_a_connection_that_was_cut_is_opened_again(source: Postgres, state: dict[str, Any]) -> None:
    """
    One sample is an error, the next one has a value.
    """
    source.sample()
    assert source._connection is not None
    with psycopg.connect(state["postgres_dsn"]) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [source._connection.info.backend_pid])
    with pytest.raises(SourceError, match=r"terminating connection|closed"):
        source.sample()
    assert source.sample()[NAME].value


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that scrapes nothing and knows series whose newest samples are 20 s and 200 s old."""
    if not all(map(shutil.which, PROGRAMS)):
        pytest.skip(f"{' and '.join(PROGRAMS)} are not installed here")
    folder, now = tmp_path_factory.mktemp("prometheus"), time.time()
    lines = [
        "# TYPE pool gauge",
        *(f'pool{{pod="{pod}"}} {value} {now - 20:.3f}' for pod, value in (("a", 3), ("b", 4))),
    ]
    lines += ["# TYPE fresh gauge", f"fresh 5 {now - 20:.3f}", "# TYPE old gauge", f"old 6 {now - 200:.3f}", "# EOF"]
    (folder / "samples.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "prometheus.yml").write_text("global: {}\n", encoding="utf-8")
    backfill = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data"]
    subprocess.run(backfill, cwd=folder, check=True, capture_output=True)
    with serving(folder) as url:
        yield url


def serving(folder: Path) -> Any:
    """The server on what *folder* holds, for as long as the block lasts."""
    return Server(folder, free_port())


class Server:
    """Prometheus as a process of this test."""

    def __init__(self, folder: Path, port: int) -> None:
        address = f"127.0.0.1:{port}"
        self.url = f"http://{address}"
        self._command = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data"]
        self._command += [f"--web.listen-address={address}", "--log.level=error"]
        self._folder = folder

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, cwd=self._folder, stderr=subprocess.DEVNULL)

        def ready() -> None:
            assert httpx.get(f"{self.url}/-/ready", timeout=2).status_code == 200

        eventually(ready, within=30)
        return self.url

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


def asked(url: str, query: str) -> Sample:
    """What the source makes of a query."""
    name = "prometheus.any_count"
    watched = target(prometheus_url=url, prometheus_queries={name: query})
    with closing(Sampler(watched, [metric(name)], lambda _: None)) as sampler:
        (sample,) = sampler.look().values()
    return sample


@pytest.mark.parametrize(
    ("query", "value", "says"),
    [
        pytest.param("sum(pool)", 7, "7 by sum(pool)", id="one value"),
        pytest.param("max_over_time(fresh[4m])", 5, "5 by", id="over a range"),
        pytest.param("scalar(fresh) + 1", 6, "6 by", id="a scalar"),
        pytest.param("pool", None, "2 series", id="several series"),
        pytest.param("nothing", None, "no series", id="no series"),
        pytest.param("sum(nothing) or vector(0)", None, "no series", id="a zero that nobody counted"),
        pytest.param("fresh * 0 / 0", None, "the value is nan", id="not a number"),
        pytest.param("old", None, "stale: a sample is 2", id="stale"),
        pytest.param("sum(pool) + sum(old)", None, "stale: a sample is 2", id="partly stale"),
        pytest.param("pool[1m]", None, "got a matrix", id="a range"),
        pytest.param("sum(pool", None, "bad_data", id="a wrong query"),
    ],
)
def test_the_real_prometheus_is_read_the_same_way(prometheus: str, query: str, value: float | None, says: str) -> None:
    """
    A fresh single value, or an error that tells which of these it was.
    """
    sample = asked(prometheus, query)
    assert (sample.value, says in sample.text + sample.error) == (value, True)


def test_the_stand_in_is_watched_by_prometheus(state: dict[str, Any]) -> None:
    """
    Counters of the backend come through the scrape of its own Prometheus.
    """
    if state["prometheus_url"] is None:
        pytest.skip("prometheus is not installed here")

    def scraped() -> None:
        assert asked(state["prometheus_url"], 'min(up{job="xcodereviewer-backend"})').value == 1

    eventually(scraped, within=20)


@pytest.mark.parametrize("table", ["public.not_there", "pg_ls_dir('.')"], ids=["there is none", "it may not be read"])
def test_a_table_that_is_asked_in_vain_accuses_nobody(state: dict[str, Any], table: str) -> None:
    """
    PostgreSQL answers, and what was asked for is not published.
    """
    with pytest.raises(Obstacle, match="nothing to read there"):
        Sql(SecretStr(state["postgres_dsn"])).rows(f"SELECT * FROM {table}")
