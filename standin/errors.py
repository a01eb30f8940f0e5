"""The one exception the command line turns into one line and an exit code."""

USAGE = 64  # sysexits: the caller asked for something that does not exist
FAILED = 1


class StandinError(Exception):
    """What went wrong, in one line a person can act on."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class StartError(StandinError):
    """A service that did not come up."""
