"""Check a Redis URL before its clients parse it: their error messages would quote its password."""

from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("redis", "rediss", "unix")
OPTIONS = frozenset(
    {
        *("client_name", "db", "health_check_interval", "max_connections", "password", "protocol", "retry_on_timeout"),
        *("socket_connect_timeout", "socket_keepalive", "socket_timeout", "username", "virtual_host"),
        *("ssl_ca_certs", "ssl_ca_path", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"),
    }
)
SPELLING = "write `/`, `@`, `:`, `#`, `?` and `%` of its password as %2F, %40, %3A, %23, %3F and %25"


def refuse_unreadable(url: str) -> None:
    """Raise ValueError, without any part of *url*, if Redis clients cannot parse it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises
        wrong = parts.scheme != "unix" and "@" in f"{parts.path}{parts.query}{parts.fragment}"
    except ValueError:
        wrong = True
    if wrong:
        raise ValueError(f"cannot be read as a URL; {SPELLING}")
    if parts.scheme not in SCHEMES:
        raise ValueError(
            f"is no URL of a Redis; write for example redis://:PASSWORD@host:6379/0 ({', '.join(SCHEMES)})"
        )
    named = [value for name, value in parse_qsl(parts.query, keep_blank_values=True) if name == "db"]
    if not all(each.isdecimal() for each in (*named, parts.path.strip("/") if parts.scheme != "unix" else "") if each):
        raise ValueError("names its database by something else than a number; write for example redis://host:6379/0")
    if not {name for name, _ in parse_qsl(parts.query)} <= OPTIONS:
        raise ValueError(f"has an option that no client of Redis knows; permitted: {', '.join(sorted(OPTIONS))}")
