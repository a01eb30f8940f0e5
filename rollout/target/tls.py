"""TLS of a server: its certificate, whether that is trusted, and the accepted protocol versions."""

import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from pydantic import AnyHttpUrl

from rollout.target.obstacle import Obstacle

TIMEOUT_S = 5.0
DAY_S = 86400
OTHER_MACHINE = "run this check on a machine whose OpenSSL may still propose old protocols"
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


@dataclass(frozen=True)
class Endpoint:
    """Host and port of a TLS server."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def endpoint(url: AnyHttpUrl) -> Endpoint:
    """The endpoint of *url*."""
    return Endpoint(url.host or "", url.port or 443)


def certificate(at: Endpoint) -> x509.Certificate:
    """The certificate *at* the endpoint, trusted or not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with handshake(at, context, "a TLS handshake") as connection:
        shown = connection.getpeercert(binary_form=True)
    assert shown, f"{at}: got no certificate, want one"
    try:
        return x509.load_der_x509_certificate(shown)
    except ValueError:
        raise AssertionError(f"{at}: got a certificate that cannot be read, want one that can") from None


def days_left(shown: x509.Certificate) -> float:
    """The days until a certificate expires."""
    return (shown.not_valid_after_utc - datetime.now(UTC)).total_seconds() / DAY_S


def trusted_protocol(at: Endpoint, ca_file: Path | None) -> str:
    """The negotiated protocol version, after a check of chain, host name and dates; AssertionError if that fails."""
    context = ssl.create_default_context(cafile=ca_file)
    with handshake(at, context, f"a trusted chain for {at.host!r}") as connection:
        return connection.version() or "unknown"


def handshake(at: Endpoint, context: ssl.SSLContext, want: str) -> ssl.SSLSocket:
    """An open connection; AssertionError with the reason of its failure."""
    try:
        plain = socket.create_connection((at.host, at.port), TIMEOUT_S)
    except OSError as error:
        raise AssertionError(f"{at}: got {error.strerror or type(error).__name__}, want {want}") from None
    try:
        return context.wrap_socket(plain, server_hostname=at.host)
    except OSError as error:
        plain.close()
        raise AssertionError(f"{at}: got {reason(error)}, want {want}") from None


def reason(error: OSError) -> str:
    """Why a handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return error.strerror or type(error).__name__


def speaks(at: Endpoint, version: ssl.TLSVersion) -> bool:
    """
    Whether the endpoint accepts an old protocol *version*.

    Obstacle if this machine cannot propose it, since then the endpoint was not tested.
    """
    context = only(version)
    try:
        with socket.create_connection((at.host, at.port), TIMEOUT_S) as plain:
            context.wrap_socket(plain, server_hostname=at.host).close()
    except OSError as error:
        if isinstance(error, ssl.SSLError) and error.reason in ("NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE"):
            raise Obstacle(f"this machine cannot propose {version.name}: {reason(error)}", OTHER_MACHINE) from None
        return False
    return True


def only(version: ssl.TLSVersion) -> ssl.SSLContext:
    """A context that proposes one old *version* and does not verify certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old version is intended
        context.minimum_version = version
        context.maximum_version = version
    return context
