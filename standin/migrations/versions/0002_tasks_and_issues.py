"""Audit tasks, what they found and what people said about it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE audit_tasks (
    id serial PRIMARY KEY,
    project_id integer NOT NULL REFERENCES projects ON DELETE CASCADE,
    created_by integer REFERENCES users ON DELETE SET NULL,
    name text NOT NULL,
    description text,
    task_type text NOT NULL DEFAULT 'repository',
    branch_name text,
    priority text NOT NULL DEFAULT 'normal',
    agents_used jsonb,
    scan_config jsonb,
    llm_provider_id integer,
    status text NOT NULL DEFAULT 'pending',
    progress integer NOT NULL DEFAULT 0,
    current_step text,
    total_files integer NOT NULL DEFAULT 0,
    total_lines integer NOT NULL DEFAULT 0,
    total_issues integer NOT NULL DEFAULT 0,
    critical_issues integer NOT NULL DEFAULT 0,
    high_issues integer NOT NULL DEFAULT 0,
    medium_issues integer NOT NULL DEFAULT 0,
    low_issues integer NOT NULL DEFAULT 0,
    overall_score double precision,
    error_message text,
    attempt integer NOT NULL DEFAULT 0,
    origin text NOT NULL DEFAULT 'api',
    dispatched_at timestamptz,
    heartbeat_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    extra jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_tasks_project ON audit_tasks (project_id, id);
CREATE INDEX audit_tasks_unfinished ON audit_tasks (status) WHERE status IN ('pending', 'running') AND origin = 'api';
CREATE TABLE task_events (
    id bigserial PRIMARY KEY,
    task_id integer NOT NULL REFERENCES audit_tasks ON DELETE CASCADE,
    kind text NOT NULL,
    progress integer NOT NULL,
    current_step text,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_events_task ON task_events (task_id, id);
CREATE TABLE audit_issues (
    id serial PRIMARY KEY,
    task_id integer NOT NULL REFERENCES audit_tasks ON DELETE CASCADE,
    title text NOT NULL,
    description text,
    severity text NOT NULL,
    category text NOT NULL,
    status text NOT NULL DEFAULT 'open',
    file_path text,
    line_start integer,
    line_end integer,
    code_snippet text,
    suggestion text,
    rule_id text,
    agent_name text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    extra jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_issues_task ON audit_issues (task_id, id);
CREATE TABLE issue_comments (
    id serial PRIMARY KEY,
    issue_id integer NOT NULL REFERENCES audit_issues ON DELETE CASCADE,
    author_id integer REFERENCES users ON DELETE SET NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX issue_comments_issue ON issue_comments (issue_id, id);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE issue_comments, audit_issues, task_events, audit_tasks")
