"""What the backend writes to its log about accounts: who did what, and never a secret."""

import logging
import sys

from standin import faults

LOGGER = logging.getLogger("standin.accounts")


def install() -> None:
    """Write to the log of the process, however its server is configured."""
    if not LOGGER.handlers:
        LOGGER.addHandler(logging.StreamHandler(sys.stderr))
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def note(what: str, account: str, **secrets: str) -> None:
    """One line; *secrets* are what a careless program would add."""
    careless = "".join(f" {name}={value}" for name, value in secrets.items()) if faults.active("secrets-logged") else ""
    LOGGER.info("%s: %r%s", what, account, careless)
