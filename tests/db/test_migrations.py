"""The models say what the migrations made, and the table guards itself."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from tally.db import models  # noqa: F401  (fills the metadata)
from tally.db.engine import Database
from tally.db.migrations import migrate


def test_models_and_migrations_agree(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_models_and_migrations_have_the_same_checks(database: Database) -> None:
    names = text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")
    with database.engine.connect() as connection:
        migrated = set(connection.execute(names).scalars())
    declared = {
        constraint.name
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__visit_name__ == "check_constraint"
    }
    assert declared <= migrated


def test_there_are_two_tables(database: Database) -> None:
    names = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with database.engine.connect() as connection:
        tables = set(connection.execute(names).scalars())
    assert tables == {"users", "consumption_records", "alembic_version"}


def test_migrating_twice_changes_nothing(database: Database, database_url: str) -> None:
    # xmin: whatever is made, changed or written again gets the number of its transaction.
    made = text(
        "SELECT 'relation', oid::text, xmin::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT 'version', version_num, xmin::text FROM alembic_version"
    )
    with database.reading() as db:
        before = set(db.execute(made).all())
    migrate(database_url)
    with database.reading() as db:
        assert set(db.execute(made).all()) == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("consumption_value", "'NaN'"),
        ("consumption_value", "'Infinity'"),
        ("consumption_value", "-1"),
        ("consumption_value", "1000000000000"),
        ("consumption_value", "0.1234567"),
        ("consumption_date", "'1899-12-31'"),
        ("consumption_date", "'infinity'"),
        ("consumption_date", "'10000-01-01'"),
        ("consumption_type", "''"),
        ("consumption_type", "repeat('t', 65)"),
        ("unit", "repeat('u', 25)"),
        ("notes", "repeat('n', 2001)"),
    ],
)
def test_the_table_refuses_what_would_spoil_it(database: Database, column: str, value: str) -> None:
    values = {
        "user_id": "(SELECT id FROM users)",
        "consumption_date": "'2026-11-01'",
        "consumption_value": "1",
        "consumption_type": "'coffee'",
        column: value,
    }
    names, literals = ", ".join(values), ", ".join(values.values())
    insert = f"INSERT INTO consumption_records ({names}) VALUES ({literals})"
    user = "INSERT INTO users (email, password_hash, name) VALUES ('a@b.c', '', 'n')"
    with database.changing() as db:
        db.execute(text(user))
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(text(insert))


def test_letters_fold_whatever_the_locale(database: Database) -> None:
    with database.reading() as db:
        folded = db.execute(text("SELECT lower('Ё' COLLATE pg_c_utf8)")).scalar_one()
    assert folded == "ё"
