"""Somebody who comes and asks nothing: a scenario with a mistake in it."""

from rollout.load.person import Person, arrival
from rollout.load.plugin import install


class Idler(Person):
    """Acts without any request."""

    scenario = "prober"

    @arrival("probe")
    def idle(self) -> None:
        """Nothing."""


install()
