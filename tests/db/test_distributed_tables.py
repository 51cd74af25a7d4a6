"""Every statement would run on a distributed table, too, and on one shard of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tally.accounts import store
from tally.db.engine import Database
from tally.db.sql import source
from tally.paths import folder
from tests.conftest import PASSWORD, Account
from tests.distributed import objections
from tests.statements import statements_of

NAMES = sorted(
    f"{file.parent.name}/{file.stem}"
    for part in ("reads", "writes")
    for file in (folder("sql") / part).glob("*.sql")
)


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_runs_on_a_distributed_table(database: Database, name: str) -> None:
    with database.engine.connect() as db:
        assert objections(db, source(name)) == []


@contextmanager
def written(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The changing statements that are sent meanwhile, with their parameters."""
    changing: list[tuple[str, Any]] = []
    with statements_of(database.engine) as statements:
        yield changing
    for statement, parameters, _ in statements:
        if not re.match(r"(SELECT|SET)\b", statement.lstrip("- \n")):
            changing.append((statement, parameters))


def test_what_is_written_to_an_account(database: Database, ada: Account) -> None:
    """`users` is a reference table, for which the same holds."""
    with written(database) as sent:
        account = {"name": "Ada", "timezone": "Europe/Berlin", "number_format": "1.234,5"}
        assert ada.client.post("/account", data=account).status_code == 303
        ada.client.post("/auth/invitations")
        ada.client.post("/auth/sessions/end-others")
        wrong = {"email": ada.email, "password": "something else altogether"}
        assert ada.client.post("/auth/login", data=wrong).status_code == 422
        assert (
            ada.client.post("/auth/login", data=wrong | {"password": PASSWORD}).status_code == 303
        )
        with database.changing() as db:
            user = store.by_id(db, ada.id)
            assert user is not None
            store.disable(db, user)
            store.enable(db, user)
        assert ada.client.post("/account/delete", data={"password": PASSWORD}).status_code == 303
    assert len({statement for statement, _ in sent}) > 5
    with database.engine.connect() as db:
        cursor = db.connection.cursor()
        for statement, parameters in sent:
            literally = cursor.mogrify(statement, parameters).decode()
            assert objections(db, literally) == [], literally


BOUND = "WHERE user_id = :user_id AND id = :id"
OUTSIDE = "over a column, outside a subselect"


@pytest.mark.parametrize(
    ("setting", "objection"),
    [
        # What Citus says "STABLE functions … cannot be called with column references" to.
        ("before = jsonb_build_object('u', unit)", f"STABLE jsonb_build_object {OUTSIDE}"),
        ("notes = concat(notes, :tag)", f"STABLE concat {OUTSIDE}"),
        (
            "consumption_date = CAST(before ->> 'd' AS date)",
            f"STABLE a cast (coerceviaio) {OUTSIDE}",
        ),
        (
            "updated_at = updated_at - INTERVAL '1 day'",
            f"STABLE timestamptz_mi_interval {OUTSIDE}",
        ),
        # "non-IMMUTABLE functions are not allowed in CASE or COALESCE statements"
        ("deleted_at = CASE WHEN :gone THEN now() END", "now in CASE or COALESCE"),
        ("deleted_at = COALESCE(deleted_at, now())", "now in CASE or COALESCE"),
        # "functions used in UPDATE queries on distributed tables must not be VOLATILE"
        ("change_id = gen_random_uuid()", "VOLATILE gen_random_uuid in a change"),
        ("change_id = (SELECT gen_random_uuid())", "VOLATILE gen_random_uuid in a change"),
    ],
)
def test_functions_that_citus_refuses_in_a_set_list(
    database: Database, setting: str, objection: str
) -> None:
    with database.engine.connect() as db:
        update = f"UPDATE consumption_records SET {setting} {BOUND}"
        assert objections(db, update) == [objection]


@pytest.mark.parametrize(
    ("statement", "objection"),
    [
        (
            f"DELETE FROM consumption_records {BOUND} AND updated_at + INTERVAL '1 day' < now()",
            f"STABLE timestamptz_pl_interval {OUTSIDE}",
        ),
        (
            "INSERT INTO consumption_records (user_id) VALUES (:user_id)"
            " ON CONFLICT (user_id, id) DO UPDATE SET updated_at = now()",
            "now in ON CONFLICT",
        ),
        # More than one shard.
        ("UPDATE consumption_records SET notes = '' WHERE id = :id", "table 1 without user_id"),
        (
            "DELETE FROM consumption_records WHERE user_id = :user_id OR id = :id",
            "table 1 without user_id",
        ),
        (
            "SELECT * FROM consumption_records WHERE id = :id FOR UPDATE",
            "FOR UPDATE 1 without user_id",
        ),
        (
            "SELECT * FROM consumption_records WHERE user_id = (SELECT id FROM users LIMIT 1)",
            "table 1 without user_id",
        ),
        (
            "SELECT * FROM consumption_records AS a JOIN consumption_records AS b ON b.id = a.id"
            " WHERE a.user_id = :user_id",
            "table 2 without user_id",
        ),
        (
            f"DELETE FROM consumption_records {BOUND}"
            " AND id IN (SELECT id FROM consumption_records FOR UPDATE)",
            "FOR UPDATE 1 without user_id",
        ),
    ],
)
def test_what_a_distributed_table_refuses(
    database: Database, statement: str, objection: str
) -> None:
    with database.engine.connect() as db:
        assert objections(db, statement) == [objection]


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE consumption_records SET before = (SELECT jsonb_build_object('u', unit)) {BOUND}",
        f"UPDATE consumption_records SET updated_at = now(), notes = notes || :tag {BOUND}",
        "UPDATE consumption_records"
        f" SET deleted_at = (SELECT CASE WHEN :gone THEN now() END) {BOUND}",
        f"DELETE FROM consumption_records {BOUND} AND updated_at < now() - INTERVAL '1 day'",
        "INSERT INTO consumption_records (user_id, created_at)"
        " VALUES (:user_id, clock_timestamp())",
        "SELECT * FROM consumption_records AS a JOIN consumption_records AS b USING (user_id)"
        " WHERE a.user_id = :user_id",
        "UPDATE users SET name = :name WHERE id = :id",
        "SET LOCAL statement_timeout = 0",
    ],
)
def test_a_statement_for_a_cluster_has_no_objection(database: Database, statement: str) -> None:
    with database.engine.connect() as db:
        assert objections(db, statement) == []


def test_a_statement_that_postgresql_cannot_read_raises(database: Database) -> None:
    with database.engine.connect() as db, pytest.raises(ProgrammingError, match="nothing"):
        objections(db, "SELECT nothing FROM users")


def test_two_dashes_in_a_value_are_no_comment(database: Database) -> None:
    with database.engine.connect() as db:
        assert objections(db, "UPDATE users SET name = 'a--b;' -- a comment\nWHERE id = :id") == []


def test_what_distributes_the_tables_is_one_transaction(database: Database) -> None:
    """With functions that only note how they are called in place of those of Citus."""
    script = (folder("sql") / "citus.sql").read_text()
    statements = [one.strip() for one in re.sub(r"--.*", "", script).split(";") if one.strip()]
    assert (statements[0], statements[-1]) == ("BEGIN", "COMMIT")
    with database.engine.connect() as db, db.begin():
        db.execute(text("CREATE TEMPORARY TABLE called (number serial, name text, argument text)"))
        for name in re.findall(r"SELECT (\w+)\(", script):
            db.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION pg_temp.{name}(VARIADIC given text[]) RETURNS void"
                f" LANGUAGE sql AS $$ INSERT INTO called (name, argument)"
                f" SELECT '{name}', array_to_string(given, ' ')"
                " WHERE current_setting('statement_timeout') = '0'"
                " AND current_setting('citus.propagate_set_commands') = 'local' $$"
            )
        for statement in statements[1:-1]:
            db.exec_driver_sql(re.sub(r"SELECT (\w+)\(", r"SELECT pg_temp.\1(", statement))
        called = db.execute(text("SELECT name, argument FROM called ORDER BY number")).all()
        db.rollback()
    assert [tuple(call) for call in called] == [
        ("create_reference_table", "users"),
        ("create_distributed_table", "consumption_records user_id"),
        ("truncate_local_data_after_distributing_table", "consumption_records"),
        ("truncate_local_data_after_distributing_table", "users"),
    ]
