"""Our generator with everything on: one question over and over."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Prober(LoadUser):
    """Reads one document and looks into it."""

    scenario = "prober"

    @arrival("probe")
    def ask(self) -> None:
        """The document says ok."""
        with self.rest("GET", "/", name="probe") as answer:
            assert answer.js, "no document,"
            assert answer.js["ok"] is True, "not ok,"


install()
