"""TLS of the server; a fault changes it for every new connection without a restart."""

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
    """Uses for each new connection the context that the active fault selects."""

    choose: Chosen

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Called by event loops once per connection."""
        return self.choose().wrap_bio(*args, **kwargs)


def choosing(choose: Chosen) -> ChoosingContext:
    """A context without a certificate, which selects another one by *choose*."""
    context = ChoosingContext(ssl.PROTOCOL_TLS_SERVER)
    context.choose = choose
    return context


def contexts(directory: Path, ca_file: Path) -> dict[str, ssl.SSLContext]:
    """One context per fault, the good one under the empty name; the root for clients is written to *ca_file*."""
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
    """A context with TLS 1.1 at most, which current OpenSSL permits at its lowest security level only."""
    context = _context(pem)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old protocol is intended
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
