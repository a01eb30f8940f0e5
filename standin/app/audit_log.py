"""The backend's log lines about accounts: the account and its action, never a secret."""

import logging
import sys

from standin import faults

LOGGER = logging.getLogger("standin.accounts")


def install() -> None:
    """Attach the logger to the log of the process, independent of the server's configuration."""
    if not LOGGER.handlers:
        LOGGER.addHandler(logging.StreamHandler(sys.stderr))
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def note(what: str, account: str, **secrets: str) -> None:
    """Write one line; *secrets* are added under a fault only."""
    careless = "".join(f" {name}={value}" for name, value in secrets.items()) if faults.active("secrets-logged") else ""
    LOGGER.info("%s: %r%s", what, account, careless)
