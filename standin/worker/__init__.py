"""The stand-in's Celery worker: `celery -A standin.worker worker`."""

from standin.messages import build
from standin.settings import settings

celery_app = build(settings(), keeps_results=True)
