"""Send unhandled errors to Sentry, if it is configured."""

import asyncio
from threading import Lock
from types import ModuleType

from standin.settings import Settings


class Tracking:
    """The connection to Sentry; without a DSN every call does nothing, with one the library is imported after the start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.dsn = settings.sentry_dsn
        self.started: ModuleType | None = None
        self.starting = Lock()

    def start(self) -> ModuleType | None:
        with self.starting:
            if self.dsn is not None and self.started is None:
                import sentry_sdk

                sentry_sdk.init(
                    self.dsn.get_secret_value(),
                    release=self.settings.version,
                    environment=self.settings.environment,
                    default_integrations=False,
                    shutdown_timeout=0,
                )
                self.started = sentry_sdk
            return self.started

    def capture(self, error: BaseException) -> None:
        if sentry := self.start():
            sentry.capture_exception(error)

    async def send_test(self) -> str | None:
        """Send a harmless event; gives its id, None without a DSN."""
        sentry = await asyncio.to_thread(self.start)
        if sentry is None:
            return None
        event_id: str | None = sentry.capture_message("test event from the monitoring page", level="info")
        await asyncio.to_thread(sentry.flush, 2.0)
        return event_id
