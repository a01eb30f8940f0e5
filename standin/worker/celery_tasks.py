"""The worker's Celery tasks."""

from importlib import import_module
from threading import Thread
from typing import Any

from celery.signals import worker_ready  # type: ignore[import-untyped,unused-ignore]
from kombu.transport.redis import QoS  # type: ignore[import-untyped,unused-ignore]

from standin import faults
from standin.messages import ANALYSE, REPORT
from standin.settings import settings
from standin.worker import analysis, celery_app, reporting
from standin.worker.deafness import Deafness
from standin.worker.runs import run

faults.configure(settings().standin_faults_file)
celery_app.steps["consumer"].add(Deafness)
QoS.restore_at_shutdown = (
    False  # on a broken connection it would raise and end the worker; the sweep sends the task again
)


@worker_ready.connect  # type: ignore[untyped-decorator,unused-ignore]
def warm_up(**_: Any) -> None:
    """Import the PDF library, which takes a second, before the first report needs it."""
    Thread(target=import_module, args=("fpdf",), daemon=True).start()


@celery_app.task(name=ANALYSE)  # type: ignore[untyped-decorator,unused-ignore]
def analyse(task_id: int) -> str:
    return run("analyse", task_id, analysis.work, analysis.RELEASE)


@celery_app.task(name=REPORT)  # type: ignore[untyped-decorator,unused-ignore]
def report(report_id: int) -> str:
    return run("report", report_id, reporting.work, reporting.RELEASE)
