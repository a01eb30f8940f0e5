"""JSON out: rows as they come from PostgreSQL, times with their zone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response


def encode(value: Any) -> bytes:
    """ASCII JSON, so that every string can be encoded."""
    return json.dumps(value, default=_other, separators=(",", ":")).encode()


def _other(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return raw(encode(value), status, headers)


def raw(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that is JSON already."""
    return Response(body, status, headers, media_type="application/json")


def page_of(items: list[Any], total: int, page: int, page_size: int) -> dict[str, Any]:
    return {"items": items, "total": total, "page": page, "page_size": page_size}
