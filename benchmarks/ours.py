"""The locustfile of our generator with all features on: the same read repeatedly."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Prober(LoadUser):
    """A user that reads one document and checks its content."""

    scenario = "prober"

    @arrival("probe")
    def ask(self) -> None:
        """Read the document, and check that it says ok."""
        with self.rest("GET", "/", name="probe") as answer:
            assert answer.js, "no document,"
            assert answer.js["ok"] is True, "not ok,"


install()
