"""The number of critical errors that the backend logged in the last hour, as it reports it to administrators."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from xcodereviewer.sources.admin_client import AdminClient, read

if TYPE_CHECKING:
    from rollout.target import Target

NAME = "errors.critical_count"
PATH = "/api/v1/monitoring/errors"
WINDOW = timedelta(hours=1)


class ErrorLog:
    """Critical entries of the error log."""

    name = "error-log"
    metrics = (Metric(NAME, "critical errors logged in an hour", "errors", MetricKind.GAUGE, "error-log"),)
    needs = ("admin_email", "admin_password")

    def __init__(self, target: "Target") -> None:
        self._admin = AdminClient(target)

    def close(self) -> None:
        """Close the connections."""
        self._admin.close()

    def sample(self) -> dict[str, Sample]:
        """The count; SourceError for a backend without an error log."""
        since = (datetime.now(UTC) - WINDOW).isoformat()
        found = read(self._admin.document(f"{PATH}?{urlencode({'since': since})}"), "critical", int)
        return {NAME: Sample(value=found, text=f"{found} in an hour")}
