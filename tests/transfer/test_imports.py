"""The remarks on an imported file, and its results for the page, the address and the command."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import changes, queries
from tally.db.models import Account
from tally.domain.formatting import Words
from tally.domain.records import NewRecord
from tally.transfer import imports
from tally.transfer.imports import Imported, import_file, problems_of, reader_of, remarks_of
from tally.transfer.merging.merge import Policy, Report
from tally.transfer.plans.choices import BadChoice, read_choices
from tally.transfer.rows.entries import Counts
from tally.transfer.writers import COLUMNS
from tests import hostile_files
from tests.conftest import new_user

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
LOOK = Policy(save=False)


def account(db: Connection, timezone: str = "Europe/Berlin", **preferences: str) -> Account:
    user_id = new_user(db)
    db.execute(
        text("UPDATE users SET timezone = :timezone WHERE id = :id"),
        {"timezone": timezone, "id": user_id},
    )
    return Account(user_id, "", "", "n", timezone, {}, {}, {"currency": "EUR", **preferences}, NOW)


def bring(
    db: Connection, owner: Account, file: str | bytes, /, head: bool = False, **fields: Any
) -> Imported:
    content = io.BytesIO(file.encode() if isinstance(file, str) else file)
    choices = read_choices(fields)
    policy = Policy(save=not head, skip_problems=True, falls=choices.falls)
    return import_file(db, owner, content, choices, policy, NOW, head=head)


def remarks(
    db: Connection, file: str | bytes, owner: Account | None = None, **fields: Any
) -> list[str]:
    words = Words("auto", NOW.date())
    return remarks_of(bring(db, owner or account(db), file, **fields), words)


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
    assert "“dozen” is read as “Dozen”." in remarks_of(imported, Words("auto", NOW.date()))


def test_amounts_beside_the_readings_of_a_meter_are_said_to_be_added(db: Connection) -> None:
    owner = account(db)
    added = "electricity is read from a meter: the amounts beside its readings are added to it."
    both = "Date,Value,Reading\n2026-10-01,,1000\n2026-10-05,20,\n2026-10-07,,1050\n"
    chosen = {"type": "electricity", "unit": "kWh"}
    assert added in remarks(db, both, owner, **chosen)
    later = "Date,kWh\n2026-10-09,5\n"
    assert added in remarks(db, later, owner, type="electricity")
    assert added not in remarks(db, later, owner, type="solar")
    assert added not in remarks(db, "Date,Reading\n2026-10-20,1060\n", owner, **chosen)


def test_meters_that_a_column_tells_apart_are_said(db: Connection) -> None:
    file = "Date,Serial,Reading\n2026-10-01,A1,1000\n2026-10-01,B2,500\n"
    told = "“Serial” tells meters apart: each is a type with its number."
    assert told in remarks(db, file, type="electricity", unit="kWh")
    assert told not in remarks(db, file, type="electricity", unit="kWh", columns=",-,")


def test_rows_of_longer_periods_that_are_no_sums_are_said(db: Connection) -> None:
    file = "Month,kWh\n2026-01,100\n2026-02,90\n2026,300\n"
    told = "1 row of longer periods: rows within their days count as well."
    assert told in remarks(db, file, type="power")
    assert told not in remarks(db, file.replace("300", "190"), type="power")


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
    assert remarks_of(imported, Words("auto", NOW.date())) == []


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


def test_what_plan_and_rows_ask_is_asked_once(db: Connection) -> None:
    file = "date,kWh\n5/10/2026,1\n6/10/2026,2\n"
    assert bring(db, account(db), file).asks == ["order", "type"]
    assert bring(db, account(db), file, type="power").asks == ["order"]
    assert bring(db, account(db), file, type="power", order="day-first").asks == []


def test_left_out_is_what_was_left_out_of_cells_and_of_readings(db: Connection) -> None:
    falling = "date,type,reading\n2026-10-05,water,9\n2026-10-06,water,2\nTotal,,11\n"
    imported = bring(db, account(db), falling, falls="omit")
    assert (imported.report.good, imported.left_out) == (1, 2)


def test_how_many_will_be_written(db: Connection) -> None:
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


# Remarks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "fields", "remark"),
    [
        ("date,type,value\n", {}, "There is no row below the heading: there is nothing to import."),
        ("date,type,value\n2026-10-05,tea,0.1234567\n", {}, "1 value rounded to 6 decimals."),
        ("date,type,value\n2026-10-05,tea,1\nBy hand\n", {},
         "1 line of text without a record left out."),
        ("date,type,value\n2026-10-05,Tea,1\n2026-10-05,tea,1\n", {}, "“tea” is your type “Tea”."),
        ("date,type,value,unit\n2026-10-05,tea,1,litres\n", {}, "“litres” is read as “l”."),
        ("Date,Usage (bags)\n2026-10-05,3\n", {"type": "pellets"},
         "“bags” in “Usage (bags)” is not read as a unit."),
        ("date,type,value,cost (USD)\n2026-10-05,tea,1,3\n", {},
         "Left out, since no cost in your currency is in it: cost (USD)."),
        ("date,type,value,cost\n2026-10-05,tea,1,3\n2026-10-05,tea,1,4\n2026-10-05,tea,1,$5\n", {},
         "1 cost in another currency left out."),
        ("date,type,value,cost\n2026-10-05,tea,3,3\n2026-10-05,tea,-3,-3\n",
         {"negative": "split"},
         "1 cost of what was returned left out: what is paid back is no cost."),
        ("Date,Name,Kind,Amount,D/C\n2026-10-05,Rent,giro,5,D\n2026-10-06,Pay,wire,9,C\n", {},
         "Left out, since the type is told by “D/C”: Name."),
        ("Date,Type,Debit,Credit\n2026-10-05,giro,5,\n2026-10-06,wire,,9\n", {},
         "Left out, since the type is told by “Debit” and “Credit”: Type."),
        ("Date,Water (l),Steps,Odometer,Total\n2026-10-05,2,4000,46000,9\n", {"type": "water"},
         "Numbers left out: Steps, Total."),
        ("Date,Steps,Manual\n2026-10-05,4000,0\n2026-10-06,4200,1\n", {},
         "“Manual” is read as amounts of 0 and 1. Leave it out if it marks the others."),
        ("Date,Gas (kWh),Power (kWh),Cost\n2026-10-05,2,3,9\n", {},
         "“Cost” is of the first amount in each row."),
        ("time,Power (W)\n2026-10-05 00:00,4\n2026-10-05 00:15,8\n", {"type": "sun"},
         "“Power (W)” is power; its means over 15 minutes are read as kWh."),
    ],
)  # fmt: skip
def test_how_a_file_was_read_is_said_once(
    db: Connection, file: str, fields: dict[str, Any], remark: str
) -> None:
    assert remarks(db, file, **fields) == [remark]


def test_a_file_that_is_as_it_seems_has_no_remark(db: Connection) -> None:
    assert remarks(db, "date,type,value,unit,cost\n2026-10-05,tea,1,cup,2.50\n") == []


def test_further_tables_are_named_where_nobody_chose_one(db: Connection) -> None:
    log = "## Log\nDate,Tea\n2026-10-05,1\n2026-10-06,1\n## Costs\nDate,Cost\n2026-10-05,3\n"
    assert remarks(db, log, type="tea") == ["Only “Log” is read, not Costs."]
    assert remarks(db, log, type="tea", table="Log") == []


def test_numbers_that_somebody_left_out_have_no_remark(db: Connection) -> None:
    text = "Date,Water (l),Steps\n2026-10-05,2,4000\n"
    assert remarks(db, text, type="water", columns=",,-") == []
    assert remarks(db, text, columns=",,value") == []
    marked = "Date,Steps,Manual\n2026-10-05,4000,0\n2026-10-06,4200,1\n"
    assert remarks(db, marked, columns=",,-", type="steps") == []
    assert remarks(db, marked, columns=",,value") == []
    # Where all are so, they are what was counted.
    assert remarks(db, "Date,Run,Read\n2026-10-05,1,0\n2026-10-06,0,1\n") == []


def test_a_unit_that_is_told_or_said_has_no_remark(db: Connection) -> None:
    assert remarks(db, "Date,Usage (CCF)\n2026-10-05,3\n", type="water") == []
    assert remarks(db, "Date,Usage (bags)\n2026-10-05,3\n", type="pellets", unit="bag") == []
    said = "Date,Usage (bags),Unit\n2026-10-05,3,bag\n"
    assert remarks(db, said, type="pellets") == []


def book(heads: str, *rows: str) -> bytes:
    """A workbook of a day and numbers in each row."""
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in heads.split())
    lines = "".join(
        f'<row><c t="inlineStr"><is><t>2026-10-0{day}</t></is></c>'
        + "".join(f"<c><v>{number}</v></c>" for number in row.split())
        + "</row>"
        for day, row in enumerate(rows, 1)
    )
    return hostile_files.workbook(f"<row>{names}</row>{lines}".encode())


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


def test_percentages_beside_other_amounts_are_named(db: Connection) -> None:
    both = book("Day Charge Used", "0.55 3", "1 5")
    columns = "date,value:battery:%,value:power:kWh"
    remark = "0.55 is read as 0.55 %. Where the sheet shows 55 %, save it as CSV."
    assert remarks(db, both, columns=columns) == [remark]


def test_tallys_own_columns_among_others_are_named(db: Connection) -> None:
    head = "consumption_date,consumption_value,consumption_type,unit,days"
    row = "2026-10-31,250,gas,m³,31"
    kept = "Read as in Tally's own files: days."
    assert remarks(db, f"{head}\n{row}\n") == [kept]
    assert remarks(db, f"{head},mood\n{row},good\n") == [
        kept,
        "Left out, since Tally has no such column: mood.",
    ]
    assert remarks(db, f"{head},mood\n{row},\n") == [kept]
    assert remarks(db, f"{','.join(COLUMNS)}\n,2026-10-31,250,gas,m³,,,31,,,\n") == []


def test_another_unit_than_a_type_has_is_told_with_both(db: Connection) -> None:
    owner = account(db)
    bring(db, owner, "Date,Reading (kWh)\n2026-10-10,48100\n", type="electricity")
    in_mwh = "Date,Reading (MWh)\n2026-11-10,48.1\n"
    assert remarks(db, in_mwh, owner, type="Electricity") == [
        "“Electricity” is your type “electricity”.",
        "electricity is kept in kWh: readings in MWh are those of a meter of their own.",
    ]
    # From now on it is a unit that the type has.
    assert remarks(db, in_mwh, owner, type="electricity") == []
    assert remarks(db, "Date,Usage\n2026-11-10,48\n", owner, type="electricity") == [
        "electricity is kept in MWh: amounts without a unit are counted apart."
    ]
    bring(db, owner, "Date,Tea\n2026-10-10,2\n", type="tea")
    assert remarks(db, "Date,Tea (l)\n2026-11-10,1\n", owner, type="tea") == [
        "tea was kept without a unit so far: amounts in l are counted apart."
    ]
    assert remarks(db, "Date,Tea (l)\n2026-11-10,1\n", owner, type="milk") == []


@pytest.mark.parametrize(
    ("header", "currency", "remark"),
    [
        ("Energy charge (€),Standing charge (€)", "EUR",
         "Left out, since it is not plainly a cost: Energy charge (€), Standing charge (€)."),
        ("Total (€),Tax (€)", "EUR", "Left out beside “Total (€)”: Tax (€)."),
        ("Cost (p),Tax (p)", "",
         "Left out, since it is in parts of a currency: Cost (p), Tax (p)."),
        ("Cost ($),Tax ($)", "EUR",
         "Left out, since no cost in your currency is in it: Cost ($), Tax ($)."),
    ],
)  # fmt: skip
def test_money_that_is_left_out_is_named_with_the_reason(
    db: Connection, header: str, currency: str, remark: str
) -> None:
    file = f"Date,Usage (kWh),{header}\n2026-10-05,310,102.90,16.43\n"
    assert remarks(db, file, account(db, currency=currency), type="power") == [remark]


def test_money_beside_an_amount_of_money_is_named(db: Connection) -> None:
    file = "Date,Payee,Amount (€),Balance (€)\n2026-10-05,Shop,12.50,100\n"
    assert remarks(db, file, account(db, currency=""), type="spending") == [
        "Left out beside “Amount (€)”: Balance (€)."
    ]


def test_a_price_of_one_is_named(db: Connection) -> None:
    rows = "2026-08-05,40,1.75\n2026-09-05,35,1.79\n2026-10-05,42,1.80\n"
    file = f"Date,Litres,Price\n{rows}"
    assert remarks(db, file, type="fuel") == [
        "“Litres” is read as “l”.",
        "“Price” is read as the price of one: each cost is that times the amount.",
    ]
    assert remarks(db, file, type="fuel", columns=",,price") == ["“Litres” is read as “l”."]
    readings = "Date,Reading (kWh),Price (€/kWh)\n2026-10-05,12000,0.32\n"
    assert remarks(db, readings, type="power") == [
        "“Price (€/kWh)” is left out beside readings: a price needs an amount used."
    ]


def test_the_first_costs_of_an_account_name_their_currency(db: Connection) -> None:
    owner = account(db, currency="")
    file = "date,type,value,cost (USD)\n2026-10-05,tea,1,3\n"
    imported = bring(db, owner, file)
    assert imported.new_currency == "USD"
    assert remarks_of(imported, Words("auto", NOW.date())) == [
        "Costs are in $: it becomes the currency of the account."
    ]
    assert bring(db, owner, "date,type,value\n2026-10-05,tea,1\n").new_currency == ""
    assert bring(db, account(db), file).new_currency == ""


def test_a_beginning_is_known_as_one(db: Connection) -> None:
    assert bring(db, account(db), "date,type,value\n2026-10-05,tea,1\n", head=True).is_head
    assert imports.Imported(Report()).is_head is False
