"""The server's side of TLS, which a fault can spoil for every new connection while it runs."""

import ssl
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from standin.frontend import certificates

Chosen = Callable[[], ssl.SSLContext]


class ChoosingContext(ssl.SSLContext):
    """Hands each new connection to the context that is right at that moment."""

    choose: Chosen

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """What event loops call once per connection."""
        return self.choose().wrap_bio(*args, **kwargs)


def choosing(choose: Chosen) -> ChoosingContext:
    """A context without a certificate of its own."""
    context = ChoosingContext(ssl.PROTOCOL_TLS_SERVER)
    context.choose = choose
    return context


def contexts(directory: Path, ca_file: Path) -> dict[str, ssl.SSLContext]:
    """One context per fault, the good one under the empty name; *ca_file* gets what clients should trust."""
    authority = certificates.authority()
    ca_file.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    pairs = {
        "": certificates.leaf(authority, certificates.NAMES),
        "expired-certificate": certificates.leaf(authority, certificates.NAMES, ends_in=-timedelta(days=1)),
        "certificate-expires-soon": certificates.leaf(authority, certificates.NAMES, ends_in=timedelta(days=10)),
        "wrong-hostname-certificate": certificates.leaf(authority, certificates.ELSEWHERE),
        "self-signed-certificate": certificates.leaf(None, certificates.NAMES),
    }
    made = {name: _context(pair.write(directory / f"{name or 'good'}.pem")) for name, pair in pairs.items()}
    return {**made, "old-tls": _old(directory / "good.pem")}


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(pem)
    return context


def _old(pem: Path) -> ssl.SSLContext:
    """Speaks TLS 1.1 and nothing newer; today's OpenSSL does so at its lowest security level only."""
    context = _context(pem)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of protocols this old: they are the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
