"""The profiles of the stand-in: the complete backend, or a partly built one."""

from dataclasses import dataclass

from standin.errors import USAGE, StandinError


@dataclass(frozen=True)
class Profile:
    """
    The parts and the behaviour of a backend as built; faults are added to it.

    *frontend*: the frontend with what its process serves beside it (DNS, Grafana, Sentry), and Prometheus. *lacks*:
    beginnings of paths that no operation answers and the OpenAPI document does not name. *refusal*: the status of
    every refusal that should be 401 or 403. *network*: whether workers reach repositories. *readiness*: whether
    `/ready` can say anything but 503. *sign_in_s*: seconds that a sign-in takes longer.
    """

    name: str
    frontend: bool = True
    lacks: tuple[str, ...] = ()
    refusal: int | None = None
    network: bool = True
    readiness: bool = True
    sign_in_s: float = 0.0


COMPLETE = Profile("complete")
HALF_BUILT = Profile(
    "half-built",
    frontend=False,
    lacks=(
        "/metrics",
        "/api/v1/feature-flags",
        "/api/v1/reports",
        "/api/v1/monitoring/configuration",
        "/api/v1/monitoring/errors",
    ),
    refusal=400,
    network=False,
    readiness=False,
    sign_in_s=1.5,
)
PROFILES = {profile.name: profile for profile in (COMPLETE, HALF_BUILT)}


def named(name: str) -> Profile:
    """The profile *name*; StandinError with the existing names for an unknown one."""
    if name not in PROFILES:
        raise StandinError(f"no profile {name!r}; there are {', '.join(PROFILES)}", USAGE)
    return PROFILES[name]
