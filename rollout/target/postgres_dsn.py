"""Check a connection string of PostgreSQL before its clients read it: their error messages would quote its password."""

SPELLING = "write `@`, `/`, `:` and `%` of its password as %40, %2F, %3A and %25"
SCHEMES = ("postgresql://", "postgres://")


def refuse_unreadable(dsn: str) -> None:
    """Raise ValueError, without any part of *dsn*, if libpq cannot read it, or takes a part of its password for an address."""
    import psycopg  # slow, and not needed without a DSN
    from psycopg.conninfo import conninfo_to_dict

    try:
        read = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise ValueError(f"cannot be read as a connection string; {SPELLING}") from None
    if misread(dsn) or not all(port.isdigit() for port in str(read.get("port", "0")).split(",") if port):
        raise ValueError(f"cannot be read as a URL; {SPELLING}")


def misread(dsn: str) -> bool:
    """Whether a URL has an `@` behind the one that ends its password for libpq: the first one, if no `/` comes before."""
    scheme = next((each for each in SCHEMES if dsn.startswith(each)), None)
    if scheme is None:
        return False
    authority, _, rest = dsn.removeprefix(scheme).partition("/")
    return authority.count("@") > 1 or "@" in rest.partition("?")[0]
