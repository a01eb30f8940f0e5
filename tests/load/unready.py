"""Users that never get ready: a scenario that cannot start."""

import gevent

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Unready(LoadUser):
    """Waits for an account that does not come."""

    scenario = "prober"

    def prepare(self) -> bool:
        """Say why it did not work; while it is tried, another step goes wrong on the way."""
        self.trouble = "GET /me answered 401"
        gevent.sleep(0.5)
        self.trouble = "POST /login answered 503"
        return False

    @arrival("probe")
    def ask(self) -> None:
        """Nothing: nobody ever gets here."""


install()
