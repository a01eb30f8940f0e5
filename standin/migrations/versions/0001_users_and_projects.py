"""People, their sign-ins and their projects."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UP = """
CREATE TABLE users (
    id serial PRIMARY KEY,
    email text NOT NULL,
    username text NOT NULL,
    password_hash text NOT NULL,
    full_name text,
    role text NOT NULL DEFAULT 'developer',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE UNIQUE INDEX users_username ON users (lower(username));
CREATE TABLE sessions (
    id serial PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    refresh_id text NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE login_failures (
    account text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now(),
    locked_until timestamptz
);
CREATE TABLE projects (
    id serial PRIMARY KEY,
    owner_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    description text,
    source_type text NOT NULL,
    source_url text,
    repository_name text,
    branch text NOT NULL DEFAULT 'main',
    programming_languages jsonb NOT NULL DEFAULT '[]',
    status text NOT NULL DEFAULT 'active',
    total_files integer NOT NULL DEFAULT 0,
    total_lines integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_scanned_at timestamptz,
    deleted_at timestamptz,
    extra jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX projects_owner ON projects (owner_id, id);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE projects, login_failures, sessions, users")
