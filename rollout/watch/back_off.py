"""How long a source whose credentials were refused is left alone: longer each time, up to a bound."""

from dataclasses import dataclass

from rollout.watch.clock import Clock

FIRST_S = 60.0
MOST_S = 900.0


@dataclass(frozen=True)
class Rest:
    """No question before *until* (seconds since the epoch); it took *for_s*, and *why* is what was answered last."""

    until: float
    for_s: float
    why: str


class BackOff:
    """Of each source by its name, on the *clock* of the watch; the wait doubles with each refusal in a row."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests: dict[str, Rest] = {}

    def refused(self, name: str, why: str) -> None:
        """Leave the source alone, twice as long as the time before."""
        before = self._rests.get(name)
        for_s = min(MOST_S, before.for_s * 2) if before else FIRST_S
        self._rests[name] = Rest(self._clock.now() + for_s, for_s, why)

    def let_in(self, name: str) -> None:
        """Begin anew with the next refusal."""
        self._rests.pop(name, None)

    def reason(self, name: str) -> str:
        """Why the source is not asked now, empty where it may be."""
        rest = self._rests.get(name)
        return f"{rest.why}; not asked again yet" if rest and self._clock.now() < rest.until else ""
