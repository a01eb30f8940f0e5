"""How long a source whose credentials were refused is not sampled: longer each time, up to a bound."""

from dataclasses import dataclass

from rollout.watch.clock import Clock

FIRST_S = 60.0
MOST_S = 900.0


@dataclass(frozen=True)
class Rest:
    """No sample before *until* (seconds since the epoch): a wait of *for_s* seconds, for the refusal *why*."""

    until: float
    for_s: float
    why: str


class BackOff:
    """The waits of sources by name, on the *clock* of the watch; a wait doubles with each refusal in a row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests: dict[str, Rest] = {}

    def refused(self, name: str, why: str) -> None:
        """Start a wait, twice as long as the one before."""
        before = self._rests.get(name)
        for_s = min(MOST_S, before.for_s * 2) if before else FIRST_S
        self._rests[name] = Rest(self._clock.now() + for_s, for_s, why)

    def let_in(self, name: str) -> None:
        """Reset the wait after a sample."""
        self._rests.pop(name, None)

    def reason(self, name: str) -> str:
        """Why the source is not sampled now; empty if it may be."""
        rest = self._rests.get(name)
        return f"{rest.why}; not asked again yet" if rest and self._clock.now() < rest.until else ""
