"""The operations of the published API, docs/api.md: each must exist, even if the backend's own document lacks it."""

from rollout.target.openapi import Operation, plain

OPERATIONS = tuple(
    Operation(method, path)
    for methods, path in (
        ("GET", "/health"),
        ("GET", "/ready"),
        ("GET", "/metrics"),
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/login"),
        ("POST", "/api/v1/auth/refresh"),
        ("POST", "/api/v1/auth/logout"),
        ("GET", "/api/v1/auth/me"),
        ("POST GET", "/api/v1/projects"),
        ("GET PUT DELETE", "/api/v1/projects/{id}"),
        ("GET", "/api/v1/projects/deleted/list"),
        ("POST", "/api/v1/projects/{id}/restore"),
        ("POST GET", "/api/v1/tasks"),
        ("GET", "/api/v1/tasks/{id}"),
        ("GET", "/api/v1/tasks/{id}/results"),
        ("PUT", "/api/v1/tasks/{id}/cancel"),
        ("GET", "/api/v1/issues"),
        ("GET PUT", "/api/v1/issues/{id}"),
        ("GET", "/api/v1/issues/statistics"),
        ("POST", "/api/v1/issues/bulk-update"),
        ("POST", "/api/v1/issues/{id}/comments"),
        ("POST GET", "/api/v1/reports"),
        ("GET DELETE", "/api/v1/reports/{id}"),
        ("GET", "/api/v1/reports/{id}/download"),
        ("GET", "/api/v1/statistics/overview"),
        ("GET", "/api/v1/statistics/trends"),
        ("GET", "/api/v1/statistics/quality"),
        ("GET", "/api/v1/statistics/projects/{id}"),
        ("POST", "/api/v1/migration/export"),
        ("GET", "/api/v1/migration/export/download"),
        ("POST", "/api/v1/migration/validate"),
        ("POST", "/api/v1/migration/import"),
        ("POST", "/api/v1/migration/import/upload"),
        ("GET", "/api/v1/monitoring/health"),
        ("GET", "/api/v1/monitoring/database/pool"),
        ("GET", "/api/v1/monitoring/redis/pool"),
        ("GET", "/api/v1/monitoring/redis/cache"),
        ("GET", "/api/v1/monitoring/celery/workers"),
        ("GET", "/api/v1/monitoring/celery/tasks/active"),
        ("GET", "/api/v1/monitoring/celery/queues"),
        ("GET", "/api/v1/prompts"),
        ("GET", "/api/v1/llm-providers"),
        ("POST", "/api/v1/agents/analyze"),
        ("GET", "/api/v1/agents/available"),
        ("POST", "/api/v1/instant-analysis/analyze"),
        ("GET", "/api/v1/instant-analysis/supported-languages"),
    )
    for method in methods.split()
)


def undescribed(described: list[Operation]) -> list[Operation]:
    """The published operations that are missing in *described*; the names of parameters do not matter."""
    known = {plain(str(operation)) for operation in described}
    return [operation for operation in OPERATIONS if plain(str(operation)) not in known]
