"""A load user without requests, as a scenario with a mistake."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Idler(LoadUser):
    """A user whose action sends no request."""

    scenario = "prober"

    @arrival("probe")
    def idle(self) -> None:
        """Send nothing."""


install()
