"""The results of an import, for the page, the address and the command."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import changes, queries
from tally.domain.formatting import Formatter
from tally.domain.records import NewRecord
from tally.transfer import imports
from tally.transfer.imports import Imported, import_file, problems_of, reader_of
from tally.transfer.merging.merge import Policy
from tally.transfer.merging.report import Report
from tally.transfer.plans.choices import BadChoice, read_choices
from tally.transfer.remarks import remarks_of
from tally.transfer.rows.entries import Counts
from tests.transfer.imported import NOW, account, book, bring

LOOK = Policy(save=False)


def days(db: Connection, user_id: UUID) -> list[str]:
    rows = db.execute(
        text("SELECT consumption_date FROM consumption_records WHERE user_id = :id"),
        {"id": user_id},
    )
    return sorted(row[0].isoformat() for row in rows)


# The account -------------------------------------------------------------------------------------


def test_today_is_the_day_where_the_account_is(db: Connection) -> None:
    # It is 22 November in UTC and already the 23rd in Berlin: there tomorrow is the 24th.
    berlin, utc = account(db), account(db, "UTC")
    file = "date,type,value\n2026-11-24,tea,1\n"
    assert bring(db, berlin, file).report.good == 1
    assert bring(db, utc, file).report.bad == 1
    assert days(db, berlin.id) == ["2026-11-24"]


@pytest.mark.parametrize(
    ("header", "bad", "good", "fields", "message"),
    [
        (
            "date,type,value,price/l",
            "2026-10-05,fuel,999999999,8888888", "2026-10-06,fuel,40,1.75", {"columns": ",,,price"},
            "Costs stay below 1 000 000 000 000.",
        ),
        (
            "date,type,value",
            "2026-10-05,tea,999999999999", "2026-10-06,tea,40", {"factor": "1000"},
            "Values stay below 1 000 000 000 000.",
        ),
        (
            "date,reading",
            "2026-10-06,999999999999", "2026-10-05,40", {"factor": "1000", "type": "gas"},
            "Values stay below 1 000 000 000 000.",
        ),
        (
            "date,type,value,cost",
            "2026-10-05,tea,1,999999999999\n2026-10-05,tea,1,999999999999", "2026-10-06,tea,1,2",
            {"daily": "1"},
            "The costs of this day are 1 000 000 000 000 or more.",
        ),
        (
            "date,type,value",
            "2026-10-05,tea,999999999999.9999999", "2026-10-06,tea,40", {},
            "Values stay below 1 000 000 000 000.",
        ),
        (
            "interval ending,kWh",
            "1900-01-01 00:00,3", "1900-01-01 01:00,3", {"type": "power"},
            "Dates begin at 1900-01-01.",
        ),
    ],
)  # fmt: skip
def test_a_row_beyond_the_bounds_of_a_record_costs_only_itself(
    db: Connection, header: str, bad: str, good: str, fields: dict[str, Any], message: str
) -> None:
    owner = account(db)
    imported = bring(db, owner, f"{header}\n{bad}\n{good}\n", **fields)
    assert [problem.message for problem in imported.report.problems] == [message]
    assert (imported.report.saved, len(days(db, owner.id))) == (True, 1)


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        ("2026-10-25 24:15", "There is no time 24:15."),
        ("2026-10-25T10:61:00Z", "There is no time 10:61."),
        ("20261025T2415", "There is no time 24:15."),
        ("25.10.2026 24:15", "There is no time 24:15."),
        ("2026-10-25T10:00:00+15:00", "There is no zone +15:00."),
    ],
)
def test_a_time_that_does_not_exist_costs_only_its_row(
    db: Connection, moment: str, message: str
) -> None:
    rows = [f"{moment};5", "2026-10-26 10:00;2", "2026-10-27 10:00;2"]
    for ordered in (rows, rows[::-1]):
        owner = account(db)
        file = "\n".join(["date;kWh", *ordered, ""])
        imported = bring(db, owner, file, type="power")
        assert [problem.message for problem in imported.report.problems] == [message]
        assert days(db, owner.id) == ["2026-10-26", "2026-10-27"]


@pytest.mark.parametrize(
    ("preferences", "order", "number_format"),
    [
        ({}, None, "auto"),
        ({"date_order": "month-first", "number_format": "1.234,5"}, "month-first", "1.234,5"),
        ({"date_order": "sideways"}, None, "auto"),
    ],
)
def test_what_an_account_prefers_helps_to_read(
    db: Connection, preferences: dict[str, str], order: str | None, number_format: str
) -> None:
    reader = reader_of(account(db, **preferences), date(2026, 11, 23), [])
    assert (reader.order, reader.number_format, reader.currency) == (order, number_format, "EUR")
    assert str(reader.zone) == "Europe/Berlin"


def test_types_and_units_are_spelled_as_the_account_has_them_and_the_newest_spelling_counts(
    db: Connection,
) -> None:
    owner = account(db)
    for name, unit in (("Cold brew", "Dozen"), ("COLD BREW", "Dozen")):
        record = NewRecord(uuid4(), date(2026, 10, 1), name, Decimal(1), unit)
        changes.add(db, owner.id, [record])
    imported = bring(db, owner, "date,type,value,unit\n2026-10-05,cold Brew,1,dozen\n")
    [seen] = imported.report.shown["new"]
    assert seen.record.consumption_type in ("Cold brew", "COLD BREW")
    assert seen.record.unit == "Dozen"
    assert "“dozen” is read as “Dozen”." in remarks_of(imported, Formatter("auto", NOW.date()))


@pytest.mark.parametrize("currency", ["EUR", ""])
def test_amounts_of_a_type_without_a_unit_are_found_again_in_the_usual_currency(
    db: Connection, currency: str
) -> None:
    owner = account(db, currency=currency)
    amounts = "2026-10-01,Food,12.34{}\n2026-10-02,Food,2.34{}\n"
    bring(db, owner, f"Date,Category,Amount\n{amounts.format('', '')}")
    again = bring(db, owner, f"Date,Category,Amount,Currency\n{amounts.format(',EUR', ',EUR')}")
    assert (again.report.counts["new"], again.report.counts["unchanged"]) == (0, 2)
    # What is in another currency is no part of their sum, and a new type has its currency.
    dollars = "2026-10-03,Food,5,USD\n" if currency else ""
    more = bring(db, owner, f"Date,Category,Amount,Currency\n{dollars}2026-10-03,Fun,5,EUR\n")
    own = {(use.type, use.unit) for use in queries.used(db, owner.id)}
    assert own == {("Food", ""), ("Fun", "€")} | ({("Food", "$")} if currency else set())
    assert more.report.counts["new"] == len(own) - 1


# What became of it -------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_one_problem_and_has_no_plan(db: Connection) -> None:
    imported = bring(db, account(db), "%PDF-1.7")
    [problem] = imported.report.problems
    assert "PDF" in problem.message
    assert (imported.plan, imported.understood, imported.asks) == (None, {}, [])
    assert remarks_of(imported, Formatter("auto", NOW.date())) == []


def test_a_file_that_turns_out_unreadable_in_the_middle_saves_nothing(
    db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tally.transfer.merging.merge.ROWS_A_STATEMENT", 2)
    monkeypatch.setattr("tally.transfer.rows.row_parser.MAX_ROWS", 5)
    owner = account(db)
    imported = bring(db, owner, "date,type,value\n" + "2026-10-05,tea,1\n" * 6)
    assert (imported.report.saved, imported.report.good, days(db, owner.id)) == (False, 0, [])


def test_a_choice_that_cannot_be_is_for_the_caller_to_say(db: Connection) -> None:
    with pytest.raises(BadChoice):
        bring(db, account(db), "date,type,value\n2026-10-05,tea,1\n", table="August")


def test_a_choice_that_plan_and_rows_need_is_asked_once(db: Connection) -> None:
    file = "date,kWh\n5/10/2026,1\n6/10/2026,2\n"
    assert bring(db, account(db), file).asks == ["order", "type"]
    assert bring(db, account(db), file, type="power").asks == ["order"]
    assert bring(db, account(db), file, type="power", order="day-first").asks == []


def test_percentages_of_a_workbook_that_may_be_shares_of_one_are_asked_about(
    db: Connection,
) -> None:
    charges, columns = book("Day Charge", "1", "0.55"), "date,value:battery:%"
    asked = bring(db, account(db), charges, columns=columns)
    assert (asked.asks, asked.report.good) == (["factor"], 0)
    assert {problem.message for problem in asked.report.problems} == {
        "Is 0.55 here 55 %, as a sheet shows it, or 0.55 %?"
    }
    for factor, value in (("100", "55"), ("1", "0.55")):
        told = bring(db, account(db), charges, columns=columns, factor=factor)
        assert told.asks == []
        records = [seen.record for seen in told.report.shown["new"]]
        assert str(records[1].consumption_value.normalize()) == value
    for other, chosen in (
        (book("Day Charge", "0.55", "55"), columns),
        (book("Day Charge", "0", "1"), columns),
        (charges, "date,value:tea:l"),
        ("Day;Charge\n2026-10-01;0.55\n", columns),
    ):
        assert bring(db, account(db), other, columns=chosen).asks == []


def test_left_out_is_what_was_left_out_of_cells_and_of_readings(db: Connection) -> None:
    falling = "date,type,reading\n2026-10-05,water,9\n2026-10-06,water,2\nTotal,,11\n"
    imported = bring(db, account(db), falling, falls="omit")
    assert (imported.report.good, imported.left_out) == (1, 2)


def test_an_import_knows_how_many_records_it_will_write(db: Connection) -> None:
    report = Report()
    report.counts = {"new": 5, "changed": 3, "unchanged": 2, "alike": 4}
    report.updated = 1
    imported = Imported(report)
    assert imported.will_write(updates=False, omits_alike=False) == 5 + 1 + 4
    assert imported.will_write(updates=True, omits_alike=True) == 5 + 3


@pytest.mark.parametrize(("rows", "proposed"), [(3, False), (4, True)])
def test_daily_sums_are_proposed_above_three_rows_a_day(
    db: Connection, rows: int, proposed: bool
) -> None:
    file = "time,type,value\n" + "".join(f"2026-10-05 0{hour}:00,gas,1\n" for hour in range(rows))
    imported = bring(db, account(db), file)
    assert imported.proposes_daily is proposed
    assert (imported.days.entries, imported.days.days) == (rows, 1)


def test_the_name_of_what_was_returned_is_proposed_where_it_is_one() -> None:
    assert Imported(Report(), counts=Counts(negative_types={"sun"})).returned_type == "sun returned"
    assert (
        Imported(Report(), counts=Counts(negative_types={"a", "b"})).returned_type == "… returned"
    )


def test_the_bad_rows_come_with_the_header_they_stood_under(db: Connection) -> None:
    file = io.BytesIO(b"date,type,value\n2026-10-05,tea,1\nsoon,tea,2\n")
    header, problems = problems_of(db, account(db), file, read_choices({}), LOOK, NOW)
    assert header == ("date", "type", "value")
    assert [(problem.line, problem.cells) for problem in problems] == [(3, ["soon", "tea", "2"])]


def test_readings_that_cannot_stand_come_with_their_cells_and_each_line_once(
    db: Connection,
) -> None:
    content = (
        b"date,water @m3,gas @m3\n2026-10-01,100,x\n2026-10-02,3,y\n2026-10-03,101,\n"
        b"2026-10-04,z,5\n"
    )
    choices = read_choices({"columns": "date,reading:water:m3,reading:gas:m3"})
    imported = import_file(db, account(db), io.BytesIO(content), choices, LOOK, NOW)
    [fallen] = [problem for problem in imported.report.problems if "lower" in problem.message]
    assert (fallen.line, fallen.cells) == (3, ["2026-10-02", "3", "y"])
    _, problems = problems_of(db, account(db), io.BytesIO(content), choices, LOOK, NOW)
    assert [(problem.line, problem.cells[1:]) for problem in problems] == [
        (2, ["100", "x"]), (3, ["3", "y"]), (4, ["101", ""]), (5, ["z", "5"]),
    ]  # fmt: skip
    assert "lower than 100" in problems[1].message


def test_an_import_knows_whether_it_read_only_the_beginning(db: Connection) -> None:
    assert bring(db, account(db), "date,type,value\n2026-10-05,tea,1\n", head=True).is_head
    assert imports.Imported(Report()).is_head is False


def test_a_row_of_an_instant_is_the_same_one_in_another_time_zone(db: Connection) -> None:
    """Whoever mends the time zone of the account and sends the file again has no row twice."""
    owner = account(db, "UTC")
    file = (
        "time,type,value,unit\n2026-10-05T12:00:00Z,power,1,kWh\n2026-10-05T23:00:00Z,power,2,kWh\n"
    )
    assert bring(db, owner, file).report.written == 2
    moved = owner._replace(timezone="Europe/Berlin")
    counts = bring(db, moved, file).report.counts
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 1, 1)
    # The sum of a day is told by its day.
    assert bring(db, owner, file, daily="1").report.written == 1
    assert bring(db, owner, file, daily="1").report.written == 0


def test_the_first_row_since_the_one_before_keeps_the_days_that_an_earlier_file_told(
    db: Connection,
) -> None:
    owner = account(db)
    rows = ["2026-08-01,water,10,m³", "2026-09-01,water,12,m³", "2026-10-01,water,15,m³"]
    head = "date,type,value,unit"
    assert bring(db, owner, "\n".join([head, *rows[:2]]), since="1").report.written == 2
    choices = read_choices({"since": "1"})
    policy = Policy.of(choices, save=True, update=True, skip_problems=False)
    later = io.BytesIO("\n".join([head, *rows[1:]]).encode())
    report = import_file(db, owner, later, choices, policy, NOW).report
    assert (report.counts["new"], report.counts["changed"], report.counts["unchanged"]) == (1, 0, 1)
    days = text(
        "SELECT days FROM consumption_records WHERE user_id = :user ORDER BY consumption_date"
    )
    assert [row.days for row in db.execute(days, {"user": owner.id})] == [1, 31, 30]


def test_equal_amounts_of_several_phases_are_all_kept(db: Connection) -> None:
    owner = account(db)
    for phase in "ABC":
        header = f"Date/time UTC,Active energy Wh ({phase}),Returned energy Wh ({phase})\n"
        file = f"{header}2026-10-05 00:00,4.2,0\n2026-10-05 00:01,0.3,0\n"
        assert bring(db, owner, file).report.counts["new"] == 4
        assert bring(db, owner, file).report.counts["unchanged"] == 4
