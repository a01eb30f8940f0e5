"""Somebody who asks one question over and over, and expects a good answer."""

from rollout.load.person import Person, arrival
from rollout.load.plugin import install


class Prober(Person):
    """Reads one document."""

    scenario = "prober"

    @arrival("probe")
    def ask(self) -> None:
        """The document says ok."""
        with self.rest("GET", "/", name="probe") as answer:
            assert answer.js, "no document,"
            assert answer.js["ok"] is True, "not ok,"


install()
