"""A load user with several requests at the same moment."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Crowding(LoadUser):
    """A user with three requests at each moment."""

    scenario = "prober"
    together = 3

    @arrival("probe")
    def ask(self) -> None:
        """Send one of the three requests."""
        with self.rest("GET", "/", name="probe"):
            pass


install()
