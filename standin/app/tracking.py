"""Sends unhandled errors to Sentry, where one is configured."""

import asyncio

from standin.settings import Settings


class Tracking:
    """Without a DSN every call does nothing, and the library is not even imported."""

    def __init__(self, settings: Settings) -> None:
        self.on = settings.sentry_dsn is not None
        if settings.sentry_dsn is not None:
            import sentry_sdk

            sentry_sdk.init(
                settings.sentry_dsn.get_secret_value(),
                release=settings.version,
                environment=settings.environment,
                default_integrations=False,
                shutdown_timeout=0,
            )

    def capture(self, error: BaseException) -> None:
        if self.on:
            import sentry_sdk

            sentry_sdk.capture_exception(error)

    async def send_test(self) -> str | None:
        """The id of a harmless event that is on its way; None without a DSN."""
        if not self.on:
            return None
        import sentry_sdk

        event_id = sentry_sdk.capture_message("test event from the monitoring page", level="info")
        await asyncio.to_thread(sentry_sdk.flush, 2.0)
        return event_id
