"""When a cached database may be used again."""

from pathlib import Path

import pytest

from standin import cluster_template


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one migration."""
    versions = tmp_path / "standin" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_users.py").write_text("CREATE TABLE users ()")
    (tmp_path / "standin" / "migrate.py").touch()
    monkeypatch.setattr(cluster_template, "PACKAGE_ROOT", tmp_path)
    return tmp_path


def test_the_same_migrations_give_the_same_key(project: Path) -> None:
    """
    Otherwise every boot would be a cold one.
    """
    assert cluster_template.key() == cluster_template.key()


def test_a_changed_migration_gives_another_key(project: Path) -> None:
    """
    A stand-in never runs on yesterday's schema.
    """
    before = cluster_template.key()
    (project / "standin" / "migrations" / "versions" / "0001_users.py").write_text("CREATE TABLE users (id int)")
    assert cluster_template.key() != before


def test_a_new_migration_gives_another_key(project: Path) -> None:
    """
    Nor without tomorrow's.
    """
    before = cluster_template.key()
    (project / "standin" / "migrations" / "versions" / "0002_more.py").touch()
    assert cluster_template.key() != before
