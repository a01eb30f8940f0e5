"""Reports, personal settings, prompts and LLM providers."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE reports (
    id serial PRIMARY KEY,
    task_id integer NOT NULL REFERENCES audit_tasks ON DELETE CASCADE,
    created_by integer REFERENCES users ON DELETE SET NULL,
    format text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    content bytea,
    file_size integer,
    error_message text,
    attempt integer NOT NULL DEFAULT 0,
    dispatched_at timestamptz,
    heartbeat_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX reports_task ON reports (task_id, id);
CREATE INDEX reports_unfinished ON reports (status) WHERE status IN ('pending', 'generating');
CREATE TABLE user_settings (
    user_id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    settings jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE prompts (
    id serial PRIMARY KEY,
    name text NOT NULL,
    category text NOT NULL DEFAULT 'general',
    content text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE llm_providers (
    id serial PRIMARY KEY,
    name text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    base_url text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE llm_providers, prompts, user_settings, reports")
