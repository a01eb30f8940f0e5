"""Tables and columns that the API's answers come from; others may come and go."""

TABLES = {
    "users": ("id", "email", "username", "full_name", "role", "is_active"),
    "projects": (
        "id", "owner_id", "name", "description", "source_type", "source_url", "branch", "status", "created_at", "updated_at",
    ),
    "audit_tasks": (
        "id", "project_id", "status", "progress", "current_step", "total_issues", "overall_score", "error_message",
    ),
    "audit_issues": (
        "id", "task_id", "title", "description", "severity", "category", "status", "file_path", "line_start", "line_end",
        "suggestion",
    ),
    "reports": ("id", "task_id", "format", "status"),
}  # fmt: skip
