"""The use of the backend's pool of database connections, as the backend reports it to administrators."""

from typing import TYPE_CHECKING

from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from rollout.sources.source import SourceError
from xcodereviewer.sources.admin_client import AdminClient, read

if TYPE_CHECKING:
    from rollout.target import Target

NAME = "database.connections_percent"
PATH = "/api/v1/monitoring/database/pool"


class DatabasePool:
    """Connections in use of the pool's capacity, overflow included, in percent."""

    name = "database-pool"
    metrics = (Metric(NAME, "database connections of the pool", "%", MetricKind.GAUGE, "database-pool", highest=100),)
    needs = ("admin_email", "admin_password")

    def __init__(self, target: "Target") -> None:
        self._admin = AdminClient(target)

    def close(self) -> None:
        """Close the connections."""
        self._admin.close()

    def sample(self) -> dict[str, Sample]:
        """The share in percent, with used connections and capacity."""
        pool = self._admin.document(PATH)
        capacity = read(pool, "pool_size", int) + read(pool, "max_overflow", int)
        used = read(pool, "checked_out_connections", int)
        if capacity <= 0:
            raise SourceError(f"the pool says its capacity is {capacity}")
        text = f"{used} of {capacity}"
        return {NAME: Sample(value=used * 100 / capacity, text=text, used=used, capacity=capacity)}
