"""Our generator with everything on: one question over and over."""

from rollout.load.person import Person, arrival
from rollout.load.plugin import install


class Prober(Person):
    """Reads one document and looks into it."""

    scenario = "prober"

    @arrival("probe")
    def ask(self) -> None:
        """The document says ok."""
        with self.rest("GET", "/", name="probe") as answer:
            assert answer.js, "no document,"
            assert answer.js["ok"] is True, "not ok,"


install()
