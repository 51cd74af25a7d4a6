"""`tally import`: the same file and choices as in the dialog, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from tally.cli.main import app
from tally.db.engine import Database, take_exchange_turn
from tests.conftest import Account

Run = Callable[..., tuple[int, str]]
FILE = "Timestamp,Import (kWh)\n2026-09-01 00:00,0.5\n2026-09-01 00:15,0.25\n"


@pytest.fixture
def run(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TALLY_SECRET_KEY", "a key of at least thirty-two bytes for tests")
    path = tmp_path / "meter.csv"
    path.write_text(FILE)

    def invoke(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["import", str(path), *arguments])
        return result.exit_code, result.output

    return invoke


def test_a_file_is_saved_with_its_choices(run: Run, ada: Account, database: Database) -> None:
    code, output = run("--email", ada.email, "--type", "electricity", "--set", "daily=1")
    assert code == 0, output
    assert "1 new" in output
    with database.reading() as db:
        rows = db.execute(
            text("SELECT consumption_type, consumption_value FROM consumption_records")
        )
        assert [(row[0], str(row[1])) for row in rows] == [("electricity", "0.75")]
    assert "1 unchanged" in run("--email", ada.email, "--type", "electricity", "--daily")[1]


def test_changed_rows_take_the_content_of_the_file_on_request(
    run: Run, ada: Account, database: Database, tmp_path: Path
) -> None:
    row = "0190a4f0-0000-4000-8000-000000000001,2026-09-01,{},tea,cup,\r\n"
    header = "id,consumption_date,consumption_value,consumption_type,unit,notes\r\n"
    for value, options, kept in ((1, (), "1"), (2, (), "1"), (2, ("--update",), "2")):
        (tmp_path / "meter.csv").write_text(header + row.format(value))
        run("--email", ada.email, *options)
        with database.reading() as db:
            values = db.execute(text("SELECT consumption_value FROM consumption_records"))
            assert [f"{value.normalize():f}" for value in values.scalars()] == [kept]


def test_a_wrong_folder_is_refused_and_no_database_made_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    code, output = run("--email", "ada@example.org", "--data-dir", str(tmp_path / "wrong"))
    assert (code, "There is no database in" in output) == (1, True)
    assert not (tmp_path / "wrong").exists()


def test_the_first_costs_set_the_currency(
    run: Run, ada: Account, database: Database, tmp_path: Path
) -> None:
    costs = "date,type,value,unit,cost\n2026-09-01,fuel,40,l,$70\n"
    (tmp_path / "meter.csv").write_text(costs)
    code, output = run("--email", ada.email)
    assert (code, "Costs are in USD." in output) == (0, True)
    with database.reading() as db:
        kept = db.execute(text("SELECT preferences ->> 'currency' FROM users"))
        assert kept.scalar_one() == "USD"


def test_days_are_those_of_utc_where_the_time_zone_is_not_known(
    run: Run, ada: Account, database: Database
) -> None:
    with database.changing() as db:
        db.execute(text("UPDATE users SET timezone = 'Mars/Base'"))
    code, output = run("--email", ada.email, "--type", "electricity")
    assert (code, "does not know your time zone, Mars/Base: days" in output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "daily"), "Write a value behind daily"),
        (("--set", "order=day-first", "--set", "order=year-first"), "order is given twice"),
        (("--unit", "kWh", "--set", "unit=MWh"), "unit is given twice"),
        (("--daily", "--set", "daily=0"), "daily is given twice"),
    ],
)
def test_a_choice_that_could_mean_two_things_is_refused(
    arguments: tuple[str, ...], sentence: str, run: Run, ada: Account, database: Database
) -> None:
    code, output = run("--email", ada.email, "--type", "electricity", *arguments)
    assert (code, sentence in output) == (2, True), output
    with database.reading() as db:
        assert db.execute(text("SELECT COUNT(*) FROM consumption_records")).scalar_one() == 0


def test_a_choice_that_is_given_twice_alike_is_taken(run: Run, ada: Account) -> None:
    code, output = run("--email", ada.email, "--type", "kettle", "--daily", "--set", "daily=1")
    assert (code, "1 new" in output) == (0, True), output


def test_another_export_or_import_of_the_account_goes_first(
    run: Run, ada: Account, bob: Account, database: Database
) -> None:
    with database.changing() as db:
        assert take_exchange_turn(db, ada.id)
        code, output = run("--email", ada.email, "--type", "electricity")
        assert (code, "of this account is still running" in output) == (1, True)
        assert run("--email", bob.email, "--type", "electricity")[0] == 0
    assert run("--email", ada.email, "--type", "electricity")[0] == 0


def test_a_file_that_asks_names_the_choice_and_saves_nothing(
    run: Run, ada: Account, database: Database
) -> None:
    code, output = run("--email", ada.email)
    assert code == 1
    assert "Say: type" in output
    assert run("--email", ada.email, "--set", "what=1")[0] != 0
    assert run("--email", "nobody@example.org")[0] == 1
    with database.reading() as db:
        assert db.execute(text("SELECT COUNT(*) FROM consumption_records")).scalar_one() == 0
