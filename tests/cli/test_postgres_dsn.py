"""A DSN of PostgreSQL that libpq cannot read as it was meant is refused before its messages quote the password."""

import pytest

from tests.cli.project import Project

TELLING = ("S3cr", "t@p", "w0rd")
UNREADABLE = [
    "postgresql://app:S3cr@t@127.0.0.1:9/x",
    "postgresql://app:S3cr@t@p/w0rd@127.0.0.1:9/x",
    "postgresql://app:S3cr/t@127.0.0.1:9/x",
    "postgres://app:1234/S3cr@127.0.0.1:9/x",
    "postgresql://app:1234/5?S3cr@127.0.0.1:9/x",
    "postgresql://app:S3cr/t?p@127.0.0.1:9/x",
    "postgresql://app:S3cr%t@127.0.0.1:9/x",
    "postgresql+asyncpg://app:S3cr@127.0.0.1:9/x",
    "host=127.0.0.1 password=S3cr t",
    "host=127.0.0.1 password='S3cr",
    "postgresql://app:S3cr@127.0.0.1:9/x?no_such_option=1",
    "S3cr",
]


@pytest.mark.parametrize("variable", ["XCR_POSTGRES_DSN", "XCR_DRILL_DSN"])
@pytest.mark.parametrize("dsn", UNREADABLE)
def test_a_password_that_is_not_spelt_for_a_dsn_is_in_no_output(project: Project, variable: str, dsn: str) -> None:
    """
    One line that names the variable and the way out, exit 64; no part of it is taken for a host, a port or a database.
    """
    project.monkeypatch.setenv(variable, dsn)
    said = project.run_bare("target", "check", "staging")
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert f"{variable}: cannot be read as a " in said.err
    assert "write `@`, `/`, `:` and `%` of its password as %40" in said.err
    assert not any(part in said.out + said.err for part in TELLING)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://app:S3cr%40t%2Fp@127.0.0.1:9/x",
        "postgresql://app:S3cr#t?p:w@127.0.0.1:9/x",
        "postgresql://app:p@[::1]:9,127.0.0.1:9/x?sslmode=require",
        "postgresql://app:p@%2Frun%2Fpostgresql/x",
        "postgresql:///x?host=/run/postgresql&password=a@b",
        "host=127.0.0.1 port=9 user=app password='a@b/c' dbname=x",
        "dbname=x",
    ],
)
def test_a_dsn_that_libpq_reads_is_taken(project: Project, dsn: str) -> None:
    """
    As a URL or by keywords, with more than one host, on a socket.
    """
    project.monkeypatch.setenv("XCR_POSTGRES_DSN", dsn)
    assert "XCR_POSTGRES_DSN: " not in project.run("target", "check", "staging").err
