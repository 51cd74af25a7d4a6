"""The two tables.

Plain SQL rather than operations: what runs is what a reader sees. Later migrations add to it; this
one stays as it is once released.
"""

from alembic import op

revision = "0001"
down_revision = None

USERS = """
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    password_hash text NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL DEFAULT 'UTC',
    sessions jsonb NOT NULL DEFAULT '{}'::jsonb,
    sign_in_failures jsonb NOT NULL DEFAULT '{}'::jsonb,
    preferences jsonb NOT NULL DEFAULT '{}'::jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_lower_case CHECK (email = lower(email)),
    CONSTRAINT users_name_length CHECK (length(name) BETWEEN 1 AND 80)
)
"""

RECORDS = """
CREATE TABLE consumption_records (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    consumption_date date NOT NULL,
    consumption_value numeric NOT NULL,
    consumption_type text COLLATE pg_c_utf8 NOT NULL,
    unit text COLLATE pg_c_utf8 NOT NULL DEFAULT '',
    notes text COLLATE pg_c_utf8 NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    change_id uuid NOT NULL DEFAULT gen_random_uuid(),
    before jsonb,
    PRIMARY KEY (user_id, id),
    CONSTRAINT consumption_value_finite CHECK (
        consumption_value >= 0 AND consumption_value < 1000000000000
        AND consumption_value <> 'NaN'::numeric AND scale(consumption_value) <= 6
    ),
    CONSTRAINT consumption_date_range CHECK (
        consumption_date BETWEEN DATE '1900-01-01' AND DATE '9998-12-31'
    ),
    CONSTRAINT consumption_type_length CHECK (length(consumption_type) BETWEEN 1 AND 64),
    CONSTRAINT unit_length CHECK (length(unit) <= 24),
    CONSTRAINT notes_length CHECK (length(notes) <= 2000)
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX idx_users_email ON users (email)",
    """
    CREATE INDEX idx_consumption_user_date ON consumption_records
        (user_id, consumption_date DESC, created_at DESC, id DESC)
        INCLUDE (consumption_value, consumption_type, unit) WHERE deleted_at IS NULL
    """,
    """
    CREATE INDEX idx_consumption_user_type ON consumption_records
        (user_id, consumption_type, unit, consumption_date DESC, created_at DESC, id DESC)
        INCLUDE (consumption_value) WHERE deleted_at IS NULL
    """,
    """
    CREATE INDEX idx_consumption_user_value ON consumption_records
        (user_id, consumption_value, consumption_date, created_at, id) WHERE deleted_at IS NULL
    """,
    "CREATE INDEX idx_consumption_user_changed ON consumption_records (user_id, updated_at)",
    """
    CREATE INDEX idx_consumption_user_deleted ON consumption_records
        (user_id, deleted_at) WHERE deleted_at IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in (USERS, RECORDS, *INDEXES):
        op.execute(statement)
