"""Rows of records as the list and the printed page show them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.records import ListRow
from tally.views import record_rows

TODAY = date(2026, 11, 22)
SAY = Formatter("auto", TODAY)


COFFEE = ListRow(
    id="1",
    consumption_date=TODAY,
    consumption_value=Decimal(2),
    consumption_type="coffee",
    unit="cup",
    notes="",
    version=1,
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
    days=1,
    reading=None,
    meter=None,
    cost=None,
)


def row(name: str, value: str, unit: str, notes: str = "") -> ListRow:
    return COFFEE._replace(
        consumption_type=name, consumption_value=Decimal(value), unit=unit, notes=notes
    )


def test_a_day_adds_up_what_was_noted_more_than_once() -> None:
    records = [
        COFFEE,
        row("coffee", "1.5", "cup"),
        row("tea", "7", "cup"),
        row("coffee", "1", "pot"),
        COFFEE._replace(consumption_date=date(2026, 11, 21)),
    ]
    first, _, _, _, last = record_rows.lines(records, Filter(today=TODAY), SAY)
    assert first.head and last.head
    assert first.head.subtotals == [record_rows.Subtotal("coffee", "3.5", "cup")]
    assert (first.head.entries, last.head.entries) == ("4 records", "1 record")
    assert last.head.subtotals == []


def test_how_it_was_measured_stands_before_the_notes() -> None:
    read = row("water", "1.46", "m³", "cellar")
    start = read._replace(consumption_value=Decimal(0), days=0, reading=Decimal("121.5"))
    records = [start, read._replace(days=11, reading=Decimal("122.926")), read._replace(days=30)]
    shown = record_rows.lines(records, Filter(today=TODAY), SAY)
    assert [line.notes.striptags() for line in shown] == [
        "reads 121.5 · start cellar",
        "reads 122.926 · 11 days cellar",
        "30 days cellar",
    ]


def test_a_cost_has_a_cell_of_its_own_in_the_currency_of_the_account() -> None:
    paid = row("fuel", "40", "l", "motorway")._replace(cost=Decimal("70.5"))
    for currency, shown in (("EUR", "70.50\u00a0€"), ("JPY", "71\u00a0¥"), ("", "70.5")):
        formatter = Formatter("auto", TODAY, currency=currency)
        records = [paid, paid._replace(cost=None)]
        first, second = record_rows.lines(records, Filter(today=TODAY), formatter)
        assert (first.cost, first.notes) == (shown, "motorway")
        assert second.cost == ("" if currency else None)


def test_a_tag_that_no_search_takes_is_no_link() -> None:
    long = "#" + "x" * 300
    assert record_rows.notes(f"late {long} #ok") == f'late {long} <a href="/list?q=%23ok">#ok</a>'
