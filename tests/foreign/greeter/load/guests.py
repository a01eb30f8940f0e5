"""Guests who want to be greeted."""

from rollout.locust_plugin.generator.user import LoadUser, arrival
from rollout.locust_plugin.plugin import install


class Guest(LoadUser):
    """Somebody at the door."""

    scenario = "guest"

    @arrival("greeting")
    def enter(self) -> None:
        """Be greeted."""
        with self.rest("GET", "/greeting/Kim", name="greeting") as answer:
            assert answer.js, "no greeting,"


install()
