"""A URL of Redis that its clients cannot read is refused before they quote its password."""

import pytest

from tests.cli.project import Project

PASSWORD = "S3cr/t@p#w?x%41z"
TELLING = ("S3cr", "t@p#w")


@pytest.mark.parametrize("variable", ["XCR_REDIS_URL", "XCR_BROKER_URL"])
@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        (f"redis://:{PASSWORD}@127.0.0.1:9/0", "cannot be read as a URL; write `/`, `@`, `:`"),
        ("redis://:S3cr?t@127.0.0.1:9/0", "cannot be read as a URL"),
        ("redis://:S3cr#t@127.0.0.1:9/0", "cannot be read as a URL"),
        ("redis://:S3cr/t@p#w@127.0.0.1:9/0", "cannot be read as a URL"),
        ("redis://127.0.0.1:S3cr/0", "cannot be read as a URL"),
        ("redis://127.0.0.1:99999/0", "cannot be read as a URL"),
        (f"amqp://u:{PASSWORD}@127.0.0.1:9//", "cannot be read as a URL"),
        ("amqp://u:S3cr@127.0.0.1:9//", "is no URL of a Redis; write for example redis://:PASSWORD@host:6379/0"),
        ("S3cr", "is no URL of a Redis"),
        ("redis://127.0.0.1:9/S3cr", "names its database by something else than a number; write for example redis://"),
        ("redis://127.0.0.1:9/?db=S3cr", "names its database by something else than a number"),
        ("redis://127.0.0.1:9/0?S3cr=1", "has an option that no client of Redis knows; permitted: client_name, db"),
    ],
)
@pytest.mark.parametrize(
    "words", [("doctor",), ("doctor", "--json"), ("watch", "stage", "--for", "0.02s"), ("target", "check", "staging")]
)
def test_a_password_that_is_not_spelt_for_urls_is_in_no_output(
    project: Project, words: tuple[str, ...], variable: str, url: str, complaint: str
) -> None:
    """
    One line that names the variable and the way out, exit 64; what is between the signs is not taken for a port.
    """
    project.monkeypatch.setenv(variable, url)
    said = project.run_bare(*words) if words[0] == "target" else project.run(*words)
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert f"{variable}: {complaint}" in said.err
    assert not any(part in said.out + said.err for part in TELLING)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:S3cr%2Ft%40p@127.0.0.1:9/0",
        "rediss://u:p@[::1]:9/0?ssl_cert_reqs=none",
        "unix:///run/redis.sock?db=1&password=a@b",
        "redis://127.0.0.1",
    ],
)
def test_a_url_that_clients_read_is_taken(project: Project, url: str) -> None:
    """
    With and without a password, over TLS, on a socket.
    """
    project.monkeypatch.setenv("XCR_REDIS_URL", url)
    assert "XCR_REDIS_URL: " not in project.run("target", "check", "staging").err
