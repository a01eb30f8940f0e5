"""Migrating users: check the export of their browser's store and import it."""

from datetime import UTC, datetime
from typing import Any

from load.member import Member
from rollout.locust_plugin.generator.user import arrival
from xcodereviewer.import_counts import counted


class Migrating(Member):
    """A user that moves data from the browser's store to the backend."""

    scenario = "migrating"
    usual_items = 3  # projects in an export
    came = 0

    @arrival("migration.validate")
    def move(self) -> None:
        """Send the export to the check, then import it."""
        self.came += 1
        body = {"data": export(f"{self.mark}-{self.came}", self.items), "skip_existing": False}
        valid = False
        with self.ask("POST", "/migration/validate", "migration.validate", json=body) as answer:
            assert answer.js, "no answer,"
            assert answer.js["valid"] is True, "the export is refused,"
            valid = True
        if valid:
            with self.ask("POST", "/migration/import", "migration.import", json=body) as answer:
                assert answer.js, "no answer,"
                stored = counted(answer.js, "projects")
                assert stored in (self.items, None), f"stored {stored} of {self.items} projects,"


def export(name: str, size: int) -> dict[str, Any]:
    """An export document with *size* projects, as the browser writes it."""
    now = datetime.now(UTC).isoformat()
    projects = [
        {"id": number, "name": f"{name}-{number}", "source_type": "local", "created_at": now, "updated_at": now}
        for number in range(1, size + 1)
    ]
    return {
        "schema_version": "2.0.0",
        "export_timestamp": now,
        "user_id": 1,
        "data": {"user": {"id": 1}, "projects": projects, "audit_tasks": [], "audit_issues": [], "settings": {}},
        "statistics": {"total_projects": size, "total_tasks": 0, "total_issues": 0},
    }
