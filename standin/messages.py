"""The messages between backend and worker: their names, their queue, and Celery's configuration."""

from celery import Celery  # type: ignore[import-untyped,unused-ignore]

from standin.settings import Settings

ANALYSE = "standin.analyse"
REPORT = "standin.report"
QUEUE = "celery"


def build(config: Settings, *, keeps_results: bool) -> Celery:
    """
    A task is acknowledged when it is done: one that dies with its worker is delivered again.

    The worker keeps results; a sender that knew of them would subscribe to each, and wait for Redis while it is away.
    """
    app = Celery("standin", include=["standin.worker.celery_tasks"])
    if not keeps_results:
        app.backend_cls = "disabled"  # CELERY_RESULT_BACKEND in the environment would override a setting
    app.conf.update(
        broker_url=config.celery_broker_url.get_secret_value(),
        result_backend=config.celery_result_backend.get_secret_value(),
        broker_transport_options={
            "visibility_timeout": 30,
            "socket_timeout": 2,
            "socket_connect_timeout": 1,
            "max_retries": 0,  # a sender gets an error at once in an outage; the worker has a retry setting of its own
        },
        redis_socket_timeout=2,
        redis_socket_connect_timeout=1,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        result_expires=3600,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        timezone="UTC",
    )
    return app
