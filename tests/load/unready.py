"""Users that never get ready: a scenario that cannot start."""

import gevent

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Unready(LoadUser):
    """A user whose `prepare` always fails."""

    scenario = "prober"

    def prepare(self) -> bool:
        """Fail with a reason; meanwhile *trouble* is that of another step."""
        self.trouble = "GET /me answered 401"
        gevent.sleep(0.5)
        self.trouble = "POST /login answered 503"
        return False

    def leave(self) -> None:
        """Say that the data of a user who was never ready is removed too."""
        print("an unready user leaves", flush=True)

    @arrival("probe")
    def ask(self) -> None:
        """Never called."""


install()
