"""The load users of the greeter."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Guest(LoadUser):
    """A user that requests a greeting."""

    scenario = "guest"

    @arrival("greeting")
    def enter(self) -> None:
        """Request a greeting."""
        with self.rest("GET", "/greeting/Kim", name="greeting") as answer:
            assert answer.js, "no greeting,"


install()
