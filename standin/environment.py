"""The environment of the stand-in's processes, short and explicit; the launcher reads its own environment only here."""

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from standin.errors import USAGE, StandinError
from standin.paths import PACKAGE_ROOT

# Settings of the application that a caller may set. The launcher decides all others.
PASSED_ON = (
    "CORS_ORIGINS",
    "DATABASE_MAX_OVERFLOW",
    "DATABASE_POOL_SIZE",
    "RATE_LIMIT_ENABLED",
    "RATE_LIMIT_PER_MINUTE",
    "STANDIN_BCRYPT_ROUNDS",
    "STANDIN_INTERNAL_USERS",
    "STANDIN_LOCKOUT_SECONDS",
    "STANDIN_ROLLOUT_PERCENTAGE",
    "STANDIN_STEP_SECONDS",
    "USE_BACKEND_API",
)
COPY = ("DATABASE_URL", "PORT")
SYSTEM = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")


def base() -> dict[str, str]:
    """The variables that every program needs."""
    found = {name: os.environ[name] for name in SYSTEM if name in os.environ}
    return {"PATH": os.defpath, "HOME": tempfile.gettempdir(), **found, "TZ": "UTC"}


def python() -> dict[str, str]:
    """Further variables for the stand-in's Python processes: the path of this package, and unbuffered output."""
    search = [str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**base(), "PYTHONPATH": os.pathsep.join(search), "PYTHONUNBUFFERED": "1"}


def passed_on() -> dict[str, str]:
    """The application's settings that the caller has set."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def server(private: Path) -> dict[str, str]:
    """The environment of the database servers, with a fixed locale and without a user's home directory."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": str(private)}


def libpq(dsn: str) -> dict[str, str]:
    """A connection string as the variables that PostgreSQL's own programs read."""
    parts = urlsplit(dsn)
    return {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }


def copy_to_serve() -> tuple[str, int]:
    """The database and the port for a backend on a copy; StandinError names a missing variable."""
    missing = [name for name in COPY if not os.environ.get(name)]
    if missing:
        raise StandinError(
            f"set {' and '.join(missing)}: where the copy of the database is, and where to serve it", USAGE
        )
    return os.environ[COPY[0]], int(os.environ[COPY[1]])


def internal_users() -> list[str]:
    """The users that the caller puts on the new backend at any share: a JSON list, or names separated by commas."""
    text = os.environ.get("STANDIN_INTERNAL_USERS", "").strip()
    if text.startswith("["):
        return [str(user) for user in json.loads(text)]
    return [user.strip() for user in text.split(",") if user.strip()]
