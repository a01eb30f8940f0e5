"""The API's own description, against what the target promises."""

from typing import Any

import pytest
from pydantic import SecretStr

from standin.app.factory import create_app
from standin.settings import Settings

PROMISED = """
GET /health
GET /ready
GET /metrics
POST /api/v1/auth/register
POST /api/v1/auth/login
POST /api/v1/auth/refresh
POST /api/v1/auth/logout
GET /api/v1/auth/me
POST /api/v1/projects
GET /api/v1/projects
GET /api/v1/projects/{project_id}
PUT /api/v1/projects/{project_id}
DELETE /api/v1/projects/{project_id}
GET /api/v1/projects/deleted/list
POST /api/v1/projects/{project_id}/restore
POST /api/v1/tasks
GET /api/v1/tasks
GET /api/v1/tasks/{task_id}
GET /api/v1/tasks/{task_id}/results
PUT /api/v1/tasks/{task_id}/cancel
GET /api/v1/issues
GET /api/v1/issues/{issue_id}
PUT /api/v1/issues/{issue_id}
GET /api/v1/issues/statistics
POST /api/v1/issues/bulk-update
POST /api/v1/issues/{issue_id}/comments
POST /api/v1/reports
GET /api/v1/reports
GET /api/v1/reports/{report_id}
GET /api/v1/reports/{report_id}/download
DELETE /api/v1/reports/{report_id}
GET /api/v1/statistics/overview
GET /api/v1/statistics/trends
GET /api/v1/statistics/quality
GET /api/v1/statistics/projects/{project_id}
POST /api/v1/migration/export
GET /api/v1/migration/export/download
POST /api/v1/migration/validate
POST /api/v1/migration/import
POST /api/v1/migration/import/upload
GET /api/v1/monitoring/health
GET /api/v1/monitoring/database/pool
GET /api/v1/monitoring/redis/pool
GET /api/v1/monitoring/redis/cache
GET /api/v1/monitoring/celery/workers
GET /api/v1/monitoring/celery/tasks/active
GET /api/v1/monitoring/celery/queues
GET /api/v1/prompts
GET /api/v1/llm-providers
POST /api/v1/agents/analyze
GET /api/v1/agents/available
POST /api/v1/instant-analysis/analyze
GET /api/v1/instant-analysis/supported-languages
"""


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    """Every operation of the document by method and path; nothing is connected to."""
    nowhere = SecretStr("redis://nowhere/0")
    config = Settings(
        database_url=SecretStr("postgresql://nowhere/none"),
        redis_url=nowhere,
        celery_broker_url=nowhere,
        celery_result_backend=nowhere,
        secret_key=SecretStr("a-key-for-tests-of-at-least-32-bytes"),
        standin_bcrypt_rounds=4,
    )
    paths = create_app(config).openapi()["paths"]
    return {f"{method.upper()} {path}": told for path, by in paths.items() for method, told in by.items()}


def test_every_promised_operation_is_there(operations: dict[str, Any]) -> None:
    """
    Under its promised method and path.
    """
    assert set(PROMISED.split("\n")[1:-1]) - operations.keys() == set()


def test_every_operation_with_an_owner_documents_401(operations: dict[str, Any]) -> None:
    """
    A route that forgot its token shows here too.
    """
    public = {"auth/register", "auth/logout", "auth/forgot-password", "auth/reset-password", "/feature-flags"}
    for name, told in operations.items():
        open_to_all = not name.partition(" ")[2].startswith("/api/") or (
            any(name.endswith(part) for part in public) and "security" not in told
        )
        assert open_to_all or "401" in told["responses"], name


def test_administrators_operations_document_403(operations: dict[str, Any]) -> None:
    """
    Everybody else is refused there.
    """
    for name, told in operations.items():
        assert "/monitoring/" not in name or "403" in told["responses"], name


def test_every_operation_of_the_api_documents_the_limits(operations: dict[str, Any]) -> None:
    """
    Too many requests, and a database that is away, can happen anywhere.
    """
    for name, told in operations.items():
        assert "/api/" not in name or {"422", "429", "503"} <= told["responses"].keys(), name
