"""/metrics, for Prometheus."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse, Response

from standin import faults
from standin.app.collectors import collect

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    await collect(request.app.state)
    text = generate_latest(request.app.state.metrics.registry)
    if faults.active("metrics-missing"):
        text = b""
    if faults.active("metrics-renamed"):
        text = text.replace(b"http_requests_total", b"requests_total").replace(b"celery_queue_length", b"queue_length")
    return Response(text, media_type=CONTENT_TYPE_LATEST)
