"""The frontend's certificates, and what a careful client makes of each."""

import ssl
from pathlib import Path

import pytest

from standin.frontend import tls


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, ssl.SSLContext]]:
    """One certificate authority and its contexts by fault."""
    directory = tmp_path_factory.mktemp("tls")
    return directory / "ca.pem", tls.contexts(directory, directory / "ca.pem")


def shake_hands(ca_file: Path, server_context: ssl.SSLContext) -> str | None:
    """A handshake in memory; the protocol version agreed on."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    context = ssl.create_default_context(cafile=ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    client = context.wrap_bio(to_client, to_server, server_hostname="localhost")
    waiting = {client, server}
    while waiting:
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.discard(side)
            except ssl.SSLWantReadError:
                continue
    return client.version()


def test_the_good_certificate_satisfies_a_strict_client(authority: tuple[Path, dict[str, ssl.SSLContext]]) -> None:
    """
    The frontend is sound until a fault says otherwise.
    """
    ca_file, contexts = authority
    assert shake_hands(ca_file, contexts[""]) == "TLSv1.3"


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        pytest.param("expired-certificate", "certificate has expired", id="an expired certificate"),
        pytest.param("wrong-hostname-certificate", "Hostname mismatch", id="a certificate for another host"),
        pytest.param("self-signed-certificate", "self-signed certificate", id="a certificate that vouches for itself"),
        pytest.param("old-tls", "protocol", id="a protocol of yesterday"),
    ],
)
def test_a_careful_client_refuses(
    authority: tuple[Path, dict[str, ssl.SSLContext]], fault: str, complaint: str
) -> None:
    """
    Each fault is refused for its own reason.
    """
    ca_file, contexts = authority
    with pytest.raises(ssl.SSLError, match=complaint):
        shake_hands(ca_file, contexts[fault])


def test_each_connection_gets_the_context_that_is_right_at_that_moment(
    authority: tuple[Path, dict[str, ssl.SSLContext]],
) -> None:
    """
    A fault comes and goes without a restart.
    """
    ca_file, contexts = authority
    now = ["expired-certificate"]
    choosing = tls.choosing(lambda: contexts[now[0]])
    with pytest.raises(ssl.SSLError, match="expired"):
        shake_hands(ca_file, choosing)
    now[0] = ""
    assert shake_hands(ca_file, choosing) == "TLSv1.3"
