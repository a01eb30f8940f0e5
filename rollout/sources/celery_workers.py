"""Whether a Celery worker answers a ping: the first answer is enough."""

from typing import TYPE_CHECKING

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.redis_client import answering
from rollout.sources.source import SourceError, given

if TYPE_CHECKING:
    from rollout.target import Target

NAME = "celery.workers_count"
TIMEOUT_S = 3.0
PING_S = 1.0


class CeleryWorkers:
    """The first answer to a ping, or none."""

    name = "celery-workers"
    metrics = (
        Metric(
            NAME, "Celery workers that answer", "workers", MetricKind.GAUGE, "celery-workers", highest=1, better="more"
        ),
    )
    needs = ("broker_url",)

    def __init__(self, target: "Target") -> None:
        self._url = given(target.broker_url)

    def sample(self) -> dict[str, Sample]:
        """0 or 1 workers; SourceError where the broker does not answer."""
        import celery
        from kombu.exceptions import OperationalError

        with answering(self._url) as client:
            client.ping()  # Celery cannot distinguish a broker that refuses a password from one without workers
        app = celery.Celery(broker=self._url.get_secret_value(), set_as_current=False)
        app.conf.broker_connection_timeout = TIMEOUT_S
        app.conf.broker_transport_options = {"max_retries": 0}  # else it tries for 6 s, which misses samples
        try:
            answers = app.control.ping(timeout=PING_S, limit=1)
        except (*app.connection().connection_errors, OperationalError) as error:
            raise SourceError(f"the broker does not answer: {error}") from error
        finally:
            app.close()
        return {NAME: Sample(value=len(answers), text=f"{len(answers)} answered")}
