"""The suite XCodeReviewer for the engine: its targets, its stand-in, its folders, and the source of its release."""

from pathlib import Path
from typing import TYPE_CHECKING

from rollout.suite import Embedded, Suite
from xcodereviewer.health_check import release_by_health
from xcodereviewer.standin_facts import standin_facts
from xcodereviewer.target import XcrTarget

if TYPE_CHECKING:
    from rollout.target.probe import Probe


def doctors_probes() -> "tuple[Probe, ...]":
    """The probes of the doctor; imported late, since their clients are slow to import and not needed to read the plan."""
    from xcodereviewer.probes import PROBES

    return PROBES


SUITE = Suite(
    name="xcodereviewer",
    target=XcrTarget,
    release=release_by_health,
    embedded=Embedded("standin", standin_facts),
    tests=("smoke", "integration"),
    locustfile="load/locustfile.py",
    expectations=Path(__file__).with_name("expectations.toml"),
    fixtures="xcodereviewer.fixtures",
    probes=doctors_probes,
    preload=(
        *("xcodereviewer.api", "websockets", "pypdf", "sentry_sdk", "schemathesis", "hypothesis"),
        *("cryptography.x509", "dns.resolver"),
    ),
)
