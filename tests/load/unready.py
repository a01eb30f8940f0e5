"""Users that never get ready: a scenario that cannot start."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Unready(LoadUser):
    """Waits for an account that does not come."""

    scenario = "prober"

    def prepare(self) -> bool:
        """Say why it did not work."""
        self.trouble = "POST /login answered 503"
        return False

    @arrival("probe")
    def ask(self) -> None:
        """Nothing: nobody ever gets here."""


install()
