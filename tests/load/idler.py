"""Somebody who comes and asks nothing: a scenario with a mistake in it."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Idler(LoadUser):
    """Acts without any request."""

    scenario = "prober"

    @arrival("probe")
    def idle(self) -> None:
        """Nothing."""


install()
