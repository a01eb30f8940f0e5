"""PostgreSQL is asked read-only and within seconds; where there is no way in, the error says so without the password."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from rollout.evidence.records import Sample
from rollout.sources import postgres
from rollout.sources.registry import metric
from rollout.target import Target, services
from rollout.values import MIB
from rollout.watch.sampler import Sampler
from standin.ports import free_port

SECRET = "s3cret-word"
AUTHENTICATED, READY = b"R\0\0\0\x08\0\0\0\0", b"Z\0\0\0\x05I"  # of PostgreSQL's protocol


def looked(dsn: str) -> Sample:
    """One sample of the connections behind a DSN."""
    target = Target(name="t", environment="staging", base_url="http://127.0.0.1:9", postgres_dsn=SecretStr(dsn))
    (sample,) = Sampler(target, [metric(postgres.NAME)], lambda _: None).look().values()
    return sample


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("dsn", "says"),
    [
        pytest.param("postgresql://u:{secret}@127.0.0.1:{port}/d", "PostgreSQL: OperationalError", id="refused"),
        pytest.param("host=nowhere.invalid password={secret}", "nowhere.invalid", id="unknown host"),
    ],
)
def test_no_way_in_is_an_error_without_the_password(dsn: str, says: str) -> None:
    """
    The sample carries the cause in place of a value, and nobody reads the secret in it.
    """
    sample = looked(dsn.format(secret=SECRET, port=free_port()))
    assert sample.value is None
    assert says in sample.error
    assert SECRET not in sample.error


def test_a_server_that_says_nothing_is_left_alone_in_time(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The wait for a connection has an end.
    """
    monkeypatch.setattr(postgres, "CONNECT_S", 2)  # psycopg takes no less
    assert "timeout" in looked(f"postgresql://u:{SECRET}@127.0.0.1:{silent}/d").error


@pytest.fixture
def frozen() -> Iterator[str]:
    """The DSN of a server that lets everybody in and then answers no question."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(let_in, server)
        yield f"postgresql://u:{SECRET}@127.0.0.1:{server.getsockname()[1]}/d?sslmode=disable&gssencmode=disable"


def let_in(server: socket.socket) -> None:
    """Say yes to one who comes, and nothing more until they leave."""
    line, _ = server.accept()
    with line:
        line.recv(MIB)
        line.sendall(AUTHENTICATED + READY)
        while line.recv(MIB):
            pass


def test_a_server_that_freezes_is_left_alone_in_time(frozen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A question that nobody answers has an end, whatever the server made of its own time limit.
    """
    monkeypatch.setattr(postgres, "ANSWER_S", 0.1)
    assert "PostgreSQL: OperationalError" in looked(frozen).error


def test_a_check_does_not_wait_for_a_server_that_freezes(frozen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is a failure of the check.
    """
    monkeypatch.setattr(services, "ANSWER_S", 0.1)
    with pytest.raises(AssertionError, match="PostgreSQL: got OperationalError"):
        services.Sql(SecretStr(frozen)).value("SELECT 1")


def test_without_a_dsn_nothing_is_asked() -> None:
    """
    What is missing is named by its variable.
    """
    target = Target(name="t", environment="staging", base_url="http://127.0.0.1:9")
    (sample,) = Sampler(target, [metric(postgres.NAME)], lambda _: None).look().values()
    assert sample.error == "not configured: set ROLLOUT_POSTGRES_DSN in the environment"
