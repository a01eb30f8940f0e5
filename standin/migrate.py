"""Migrate the database to the newest revision and insert the initial data."""

from pathlib import Path
from typing import Any

import psycopg

from standin.migrations import HEAD
from standin.settings import Settings, settings

SEED_USER = """
INSERT INTO users (email, username, password_hash, full_name, role) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (lower(email)) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role
"""
SEED_PROMPT = """
INSERT INTO prompts (name, category, content) SELECT %s, %s, %s WHERE NOT EXISTS (SELECT FROM prompts)
"""
SEED_PROVIDER = """
INSERT INTO llm_providers (name, provider, model) SELECT %s, %s, %s WHERE NOT EXISTS (SELECT FROM llm_providers)
"""


def main() -> None:
    config = settings()
    if current_revision(config) != HEAD:
        upgrade(config)
    seed(config)


def current_revision(config: Settings) -> str | None:
    """The recorded revision, read without Alembic, whose import takes longer than all the rest here."""
    with psycopg.connect(config.database_url.get_secret_value()) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else None


def upgrade(config: Settings) -> None:
    from alembic import command
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    url = config.database_url.get_secret_value().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        alembic = alembic_config()
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")


def alembic_config() -> Any:
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def seed(config: Settings) -> None:
    with psycopg.connect(config.database_url.get_secret_value()) as connection:
        for row in seeded_users(config):
            connection.execute(SEED_USER, row)
        connection.execute(SEED_PROMPT, ("General review", "general", "Review this code for defects and risks."))
        connection.execute(SEED_PROVIDER, ("Deterministic analyser", "standin", "deterministic"))


def seeded_users(config: Settings) -> list[tuple[str, str, str, str, str]]:
    """The administrator and the demo user, each if the environment has its password."""
    import bcrypt

    wanted = (
        (config.standin_admin_email, "admin", config.standin_admin_password, "Administrator", "admin"),
        (config.standin_user_email, "demo", config.standin_user_password, "Demo User", "developer"),
    )
    salt = bcrypt.gensalt(config.standin_bcrypt_rounds)
    return [
        (email, username, bcrypt.hashpw(secret.get_secret_value().encode(), salt).decode(), full_name, role)
        for email, username, secret, full_name, role in wanted
        if secret is not None
    ]


if __name__ == "__main__":
    main()
