"""Several who ask at the same moment."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Crowding(LoadUser):
    """Three questions at each moment."""

    scenario = "prober"
    together = 3

    @arrival("probe")
    def ask(self) -> None:
        """One of the three."""
        with self.rest("GET", "/", name="probe"):
            pass


install()
