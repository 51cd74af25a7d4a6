"""The remarks on how a file was read, each held to its sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import changes
from tally.db.models import Account
from tally.domain.amounts import plain
from tally.domain.formatting import Formatter
from tally.domain.records import NewRecord
from tally.transfer.remarks import remarks_of
from tally.transfer.writers import COLUMNS
from tests.transfer.imported import NOW, account, book, bring

# The choices for a file of hourly amounts below `Time,electricity (kWh)`.
HOURLY: dict[str, Any] = {"type": "electricity", "columns": "date,value"}


def remarks(
    db: Connection, file: str | bytes, owner: Account | None = None, **fields: Any
) -> list[str]:
    words = Formatter("auto", NOW.date())
    return remarks_of(bring(db, owner or account(db), file, **fields), words)


@pytest.mark.parametrize(
    ("file", "fields", "remark"),
    [
        ("date,type,value\n", {}, "There is no row below the heading: there is nothing to import."),
        ("date,type,value\n2026-10-05,tea,0.1234567\n", {}, "1 value rounded to 6 decimals."),
        ("date,type,value\n2026-10-05,tea,1\nBy hand\n", {},
         "1 line of text without a record left out."),
        ("2026-10-05;tea;2;3.50\n2026-10-06;tea;1;1.75\n", {}, "Numbers left out: “3.50”."),
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
        ("Datum;Stand;TerugleveringNormaal;TerugleveringDal\n2026-10-05;881;640;725\n", {},
         "Numbers left out: TerugleveringNormaal, TerugleveringDal."),
        ("Monat;2024;;2025;\nJanuar;300;90;290;88\nFebruar;280;84;270;82\n",
         {"type": "power"}, "Numbers left out: “90”, “88”."),
        (",Date,kWh\n1,2026-10-05,3\n2,2026-10-06,4\n", {"type": "power"}, ""),
        ("Date,City water,Rain water\n2026-10-05,3,1\n2026-10-06,4,2\n", {"type": "water"},
         "Numbers left out: City water."),
        ("Date,Odometer,Rain water\n2026-10-05,300,1\n2026-10-06,400,2\n", {"type": "water"}, ""),
        ("Date,Water (l),A1,A2,A3,A4,A5,A6,A7\n2026-10-05,2,4,5,6,7,8,9,10\n",
         {"type": "water"}, "Numbers left out: A1, A2, A3, A4, A5 and 2 more."),
        ("Date coffee,Coffee,Date tea,Tea\n2026-10-01,2,2026-10-01,1\n2026-10-02,3,2026-10-05,2\n",
         {}, "“Date tea” is left out: all amounts of a row count on its day in “Date coffee”."),
        ("Date,Activity Type,Duration,Distance\n2026-10-05,Run,00:30:00,5.2\n", {},
         "Numbers left out: Distance."),
        ("Date,Value\n" + "".join(f"2026-10-0{day},{1000 + day}\n" for day in range(1, 9)),
         {"type": "power"},
         "“Value” moves one way only, as a meter does. Where it is what a meter shows, say that it"
         " is Reading."),
        ("Date,Type,Value\n2026-10-01,tea,3\n2026-10-02,tea,2\n"
         + "".join(f"2026-10-0{day},odometer,{1000 + day}\n" for day in range(1, 9)),
         {},
         "“Value” moves one way only within a type, as a meter does. Where it is what a meter"
         " shows, say that it is Reading."),
        ("Date,Type,State\n"
         + "".join(f"2026-10-0{day},sensor.gas_meter,45{day}.2\n" for day in range(1, 4)),
         {},
         "“State” moves one way only within a type, as a meter does. Where it is what a meter"
         " shows, say that it is Reading."),
        ("KW;Jahr;m³\n40;2026;2,4\n41;2026;2,6\n", {"type": "water"}, ""),
        ("Date,Steps,Manual\n2026-10-05,4000,0\n2026-10-06,4200,1\n", {},
         "“Manual” is read as amounts of 0 and 1. Leave it out if it marks the others."),
        ("Date,Gas (kWh),Power (kWh),Cost\n2026-10-05,2,3,9\n", {},
         "“Cost” is of the first amount in each row."),
        ("time,Power (W)\n2026-10-05 00:00,4\n2026-10-05 00:15,8\n", {"type": "sun"},
         "“Power (W)” is power; its means over 15 minutes are read as kWh."),
        ("time,unit,value\n2026-10-05 00:00,W,4\n2026-10-05 00:15,W,8\n", {"type": "sun"},
         "Amounts in W are power; their means over 15 minutes are read as kWh."),
    ],
)  # fmt: skip
def test_how_a_file_was_read_is_said_once(
    db: Connection, file: str, fields: dict[str, Any], remark: str
) -> None:
    assert remarks(db, file, **fields) == ([remark] if remark else [])


def test_a_file_that_is_as_it_seems_has_no_remark(db: Connection) -> None:
    assert remarks(db, "date,type,value,unit,cost\n2026-10-05,tea,1,cup,2.50\n") == []


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


def test_readings_beside_the_amounts_of_a_type_are_said_to_be_added(db: Connection) -> None:
    owner = account(db)
    added = "electricity has amounts already: what the readings show is added to them."
    days = "Date,electricity (kWh)\n2026-10-01,5\n2026-10-02,6\n"
    assert remarks(db, days, owner, type="electricity") == []
    readings = "Date,Reading (kWh)\n2026-10-01,1000\n2026-10-05,1030\n"
    assert remarks(db, readings, owner, head=True, type="electricity") == [added]
    assert remarks(db, readings, owner, type="electricity") == [added]
    assert remarks(db, readings, owner, type="heating") == []
    # From then on it is read from a meter.
    assert remarks(db, readings, owner, type="electricity") == []


def test_meters_that_a_column_tells_apart_are_said(db: Connection) -> None:
    file = "Date,Serial,Reading\n2026-10-01,A1,1000\n2026-10-01,B2,500\n"
    told = "“Serial” tells meters apart: each is a type with its number."
    assert told in remarks(db, file, type="electricity", unit="kWh")
    assert told not in remarks(db, file, type="electricity", unit="kWh", columns=",-,")


def test_directions_that_stand_behind_their_types_are_said(db: Connection) -> None:
    rows = "2026-10-01,power,Import,3\n2026-10-01,power,Export,2\n2026-10-02,gas,Import,1\n"
    told = "“Way” tells the amounts of a type apart: each is a type with its word."
    assert told in remarks(db, f"Date,Type,Way,kWh\n{rows}")
    kinds = ("power,A1,Import", "power,A1,Export", "power,A2,Import", "gas,B1,Import")
    rows = "".join(f"2026-10-0{day},{kind},3\n" for day in (1, 2) for kind in kinds)
    meters = "“Meter ID” tells meters apart: each is a type with its number."
    assert remarks(db, f"Date,Type,Meter ID,Way,kWh\n{rows}") == [meters, told]


def test_rows_of_longer_periods_that_are_no_sums_are_said(db: Connection) -> None:
    file = "Month,kWh\n2026-01,100\n2026-02,90\n2026,300\n"
    told = "1 row of longer periods: rows within their days count as well."
    assert told in remarks(db, file, type="power")
    assert told not in remarks(db, file.replace("300", "190"), type="power")


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


def test_other_days_are_named_only_where_amounts_follow_them(db: Connection) -> None:
    rows = "2026-10-01,2,2026-10-01,1\n2026-10-02,3,2026-10-05,2\n"
    assert remarks(db, f"Date coffee,Coffee,Date tea,Tea\n{rows}", columns=",,-,") == []
    same = "2026-10-01,2,2026-10-01,1\n2026-10-02,3,2026-10-02,2\n"
    assert remarks(db, f"Date coffee,Coffee,Date tea,Tea\n{same}") == []
    booked = "2026-10-01,2026-10-03,2\n2026-10-02,2026-10-05,3\n"
    assert remarks(db, f"Booked,Value date,Coffee\n{booked}") == []


def test_a_unit_that_is_told_or_said_has_no_remark(db: Connection) -> None:
    assert remarks(db, "Date,Usage (CCF)\n2026-10-05,3\n", type="water") == []
    assert remarks(db, "Date,Usage (bags)\n2026-10-05,3\n", type="pellets", unit="bag") == []
    said = "Date,Usage (bags),Unit\n2026-10-05,3,bag\n"
    assert remarks(db, said, type="pellets") == []


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
         "Left out, since it is in parts or multiples of a currency: Cost (p), Tax (p)."),
        ("Cost (k€),Tax (k€)", "",
         "Left out, since it is in parts or multiples of a currency: Cost (k€), Tax (k€)."),
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


def test_a_multiple_in_a_heading_is_that_of_its_amounts_and_named(db: Connection) -> None:
    owner = account(db)
    file = "Jahr;Verbrauch in Tsd. kWh;Kosten (Tsd. €)\n2024;3,1;1,2\n2025;2,9;1,1\n"
    imported = bring(db, owner, file, type="power")
    values = [seen.record.consumption_value for seen in imported.report.shown["new"]]
    assert ([*map(plain, values)], imported.counts.costs) == (["3100", "2900"], 0)
    assert remarks_of(imported, Formatter("auto", NOW.date())) == [
        "“Verbrauch in Tsd. kWh”: each amount is 1000 times the figure.",
        "Left out, since no cost in your currency is in it: Kosten (Tsd. €).",
    ]
    sent_back = bring(db, owner, file, columns=",value:power:kWh")
    assert sent_back.report.counts["unchanged"] == 2
    in_other = bring(db, account(db), file, columns=",value:power:MWh")
    assert in_other.report.shown["new"][0].record.consumption_value == Decimal("3.1")


def test_the_first_costs_of_an_account_name_their_currency(db: Connection) -> None:
    owner = account(db, currency="")
    file = "date,type,value,cost (USD)\n2026-10-05,tea,1,3\n"
    imported = bring(db, owner, file)
    assert imported.new_currency == "USD"
    assert remarks_of(imported, Formatter("auto", NOW.date())) == [
        "Costs are in $: it becomes the currency of the account."
    ]
    assert bring(db, owner, "date,type,value\n2026-10-05,tea,1\n").new_currency == ""
    assert bring(db, account(db), file).new_currency == ""


def test_what_came_in_singly_counts_beside_the_sums_of_its_days(db: Connection) -> None:
    owner = account(db)
    hours = "".join(
        f"2026-10-{day:02} {hour:02}:00,{hour % 5}.5\n" for day in (5, 6) for hour in range(4)
    )
    file = f"Time,electricity (kWh)\n{hours}"
    assert bring(db, owner, file, **HOURLY).report.written == 8
    # An amount that a person wrote down on that day was meant.
    bring(db, owner, "date,type,value,unit\n2026-10-07,electricity,9,kWh\n")
    more = f"{file}2026-10-07 00:00,2\n2026-10-08 00:00,2\n"
    sums = bring(db, owner, more, head=True, daily="1", **HOURLY)
    assert (sums.report.counts["new"], sums.report.beside) == (4, 9)
    [remark] = remarks(db, more, owner, head=True, daily="1", **HOURLY)
    assert remark == (
        "9 records of an earlier file are of the types and days of these sums, and both would"
        " count. “One value for a type and day: the file wins” replaces what was there."
    )
    assert remarks(db, more, owner, head=True, daily="1", replace="1", **HOURLY) == []
    assert remarks(db, more, owner, daily="1", replace="1", **HOURLY) == []
    later = f"{more}2026-10-09 00:00,2\n"
    assert remarks(db, later, owner, daily="1", **HOURLY) == []


def test_a_month_and_its_days_are_said_to_count_both_whichever_comes_first(db: Connection) -> None:
    days = "Date,electricity (kWh)\n2026-09-30,9\n2026-10-01,10\n2026-10-31,12\n2026-11-01,9\n"
    hours = "Time,electricity (kWh)\n2026-10-01 00:00,1\n2026-10-01 01:00,1\n2026-11-01 00:00,1\n"
    month = "Month,electricity (kWh)\n2026-08,300\n2026-10,310\n"
    holds = (
        "1 record holds the days of others that are there already, from an earlier file,"
        " and both count."
    )
    within = (
        "2 records lie within the days of others that are there already, from an earlier file,"
        " and both count."
    )
    for parts in (days, hours):
        owner = account(db)
        assert remarks(db, parts, owner, type="electricity") == []
        tried = bring(db, owner, month, type="electricity", head=True)
        assert remarks_of(tried, Formatter("auto", NOW.date())) == [holds]
        assert remarks(db, month, owner, type="electricity") == [holds]
        # What is there already was said when it came in.
        assert remarks(db, month, owner, type="electricity") == []
        owner = account(db)
        assert remarks(db, month, owner, type="electricity") == []
        assert remarks(db, parts, owner, head=True, type="electricity") == [within]
        assert remarks(db, parts, owner, type="electricity") == [within]
        assert remarks(db, parts, owner, type="heating") == []


def test_days_noted_by_hand_are_told_from_those_of_files(db: Connection) -> None:
    owner = account(db)
    record = NewRecord(uuid4(), date(2026, 10, 31), "power", Decimal(310), "kWh", days=31)
    changes.add(db, owner.id, [record])
    file = "Date,power (kWh)\n2026-10-01,10\n"
    [remark] = remarks(db, file, owner, type="power")
    assert remark == (
        "1 record lies within the days of others that are there already, noted by hand,"
        " and both count."
    )
    [remark] = remarks(db, "Quarter,power (kWh)\nQ4 2026,900\n", owner, type="power")
    assert remark == (
        "1 record holds the days of others that are there already, from an earlier file or noted"
        " by hand, and both count."
    )


def test_bills_that_meet_or_cross_lie_in_none_and_the_same_days_twice_do(db: Connection) -> None:
    owner = account(db)
    bills = "From,To (inclusive),Water (m³)\n2026-01-01,2026-01-31,9\n2026-01-31,2026-02-28,8\n"
    first, second = bills.splitlines(keepends=True)[:2], bills.splitlines(keepends=True)[2]
    assert remarks(db, "".join(first), owner, type="water") == []
    assert remarks(db, bills, owner, type="water") == []
    corrected = (first[0] + second).replace(",8", ",8.5")
    [remark] = remarks(db, corrected, owner, type="water")
    assert remark.startswith("1 record holds the days of others")


def test_where_the_file_wins_only_what_stays_counts_beside_it(db: Connection) -> None:
    days = "Date,power (kWh)\n" + "".join(f"2026-10-{day:02},10\n" for day in (1, 2, 31))
    month = "Month,power (kWh)\n2026-10,310\n"
    wins: dict[str, Any] = {"type": "power", "replace": "1"}
    holds = "1 record holds the days of others that are there already, from an earlier file,"
    owner = account(db)
    bring(db, owner, days, **wins)
    # It takes the place of its last day only.
    [remark] = remarks(db, month, owner, **wins)
    assert remark.startswith(holds)
    owner = account(db)
    bring(db, owner, days.replace("2026-10-01,10\n2026-10-02,10\n", ""), **wins)
    assert remarks(db, month, owner, **wins) == []
    # Days that hold the last one replace the month, others stay beside it.
    assert remarks(db, days, owner, head=True, **wins) == []
    assert remarks(db, days, owner, **wins) == []
    owner = account(db)
    bring(db, owner, month, **wins)
    [remark] = remarks(db, days.replace("2026-10-31,10\n", ""), owner, **wins)
    assert remark.startswith("2 records lie within the days of others that are there already")


def test_sums_of_days_count_beside_what_comes_in_singly_later(db: Connection) -> None:
    owner = account(db)
    hours = "".join(
        f"2026-10-{day:02} {hour:02}:00,{hour % 5}.5\n" for day in (5, 6, 7) for hour in range(4)
    )
    file = f"Time,electricity (kWh)\n{hours}"
    assert bring(db, owner, file, daily="1", **HOURLY).report.written == 3
    # Neither another type nor another day counts beside them.
    assert remarks(db, file, owner, head=True, columns="date,value", type="heating") == []
    assert remarks(db, "date,type,value,unit\n2026-10-09,electricity,9,kWh\n", owner) == []
    gone = "UPDATE consumption_records SET deleted_at = now() WHERE consumption_date = '2026-10-07'"
    db.execute(text(gone))
    [remark] = remarks(db, file, owner, head=True, **HOURLY)
    assert remark == (
        "2 records of an earlier file are of the types and days of these rows, and both would"
        " count. “One value for a type and day: the file wins” replaces what was there."
    )
    assert remarks(db, file, owner, head=True, replace="1", **HOURLY) == []
    singly = bring(db, owner, file, **HOURLY)
    assert (singly.report.written, singly.report.beside) == (12, 2)
    # What is there already was said when it came in.
    assert remarks(db, file, owner, **HOURLY) == []
    assert remarks(db, f"{file}2026-10-09 05:00,2\n", owner, **HOURLY) == []


@pytest.mark.parametrize("first", ["", "1"])
def test_what_comes_back_counts_beside_as_what_is_new_does(db: Connection, first: str) -> None:
    """An import that was taken back and is tried again had no remark, and replaced unsaid."""
    owner = account(db)
    hours = "".join(f"2026-10-05 {hour:02}:00,{hour}.5\n" for hour in range(4))
    file = f"Time,electricity (kWh)\n{hours}"
    second = "" if first else "1"
    bring(db, owner, file, daily=first, **HOURLY)
    tried = bring(db, owner, file, daily=second, **HOURLY).report
    assert tried.change is not None
    changes.undo(db, owner.id, tried.change)
    again = bring(db, owner, file, daily=second, **HOURLY).report
    assert again.beside == tried.beside > 0


def test_records_of_an_account_are_no_parts_of_daily_sums(db: Connection) -> None:
    """The sum had the id of its first row, which it replaced while the others counted on."""
    owner = account(db)
    rows = "".join(
        f"7a11f11e-0000-5000-8000-00000000000{number},2026-10-05,{number},coffee,cup,,\n"
        for number in (1, 2)
    )
    names = "id,consumption_date,consumption_value,consumption_type,unit,notes,created_at\n"
    assert bring(db, owner, names + rows).report.written == 2
    more = f"{names}{rows},2026-10-06,3,coffee,cup,,\n,2026-10-06,4,coffee,cup,,\n"
    imported = bring(db, owner, more, daily="1")
    counts = imported.report.counts
    assert (counts["unchanged"], counts["changed"], counts["new"]) == (2, 0, 1)
    assert imported.report.shown["new"][0].record.consumption_value == 7
    [remark] = remarks_of(imported, Formatter("auto", NOW.date()))
    assert remark == "Rows that have an id stay records of their own: they are not summed."
    assert remarks(db, names + rows, owner) == []
    assert remarks(db, "id,date,type,value\n1,2026-10-05,tea,1\n", owner, daily="1") == []


def test_a_copy_of_an_account_has_no_sums_beside_its_own_rows(db: Connection) -> None:
    owner, other = account(db), account(db)
    file = "Time,electricity (kWh)\n2026-10-05 01:00,1\n2026-10-05 02:00,2\n"
    bring(db, owner, file, daily="1", **HOURLY)
    bring(db, owner, file, **HOURLY)
    rows = db.execute(
        text("SELECT * FROM consumption_records WHERE user_id = :user"), {"user": owner.id}
    ).all()
    copy = (
        "id,consumption_date,consumption_value,consumption_type,unit,notes,created_at\n"
        + "".join(
            f"{row.id},{row.consumption_date},{row.consumption_value},electricity,kWh,,\n"
            for row in rows
        )
    )
    assert remarks(db, copy, other, head=True) == []
    assert bring(db, other, copy).report.written == 3
    assert bring(db, other, copy).report.beside == 0
