"""What operations needs: the rollout's switches, the error log and the record of worker runs."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE rollout_flags (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    use_backend_api boolean NOT NULL DEFAULT true,
    percentage integer NOT NULL CHECK (percentage BETWEEN 0 AND 100),
    internal_users jsonb NOT NULL DEFAULT '[]',
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE error_log (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    level text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    message text NOT NULL,
    correlation_id text
);
CREATE INDEX error_log_at ON error_log (at);
CREATE TABLE task_runs (
    id bigserial PRIMARY KEY,
    task_name text NOT NULL,
    subject_id integer NOT NULL,
    status text NOT NULL,
    seconds double precision NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE task_runs, error_log, rollout_flags")
