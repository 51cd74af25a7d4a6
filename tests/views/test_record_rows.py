"""Rows of records as the list and the printed page show them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from tally.domain.filters import Filter
from tally.domain.formatting import Words
from tally.views import record_rows

TODAY = date(2026, 11, 22)
SAY = Words("auto", TODAY)


class Plain(NamedTuple):
    """A row as the statements of the list return it."""

    id: str
    consumption_date: date
    consumption_value: Decimal
    consumption_type: str
    unit: str = ""
    notes: str = ""
    version: int = 1
    created_at: datetime = datetime(2026, 11, 22, tzinfo=UTC)
    days: int = 1
    reading: Decimal | None = None
    meter: int | None = None
    cost: Decimal | None = None


def test_a_day_adds_up_what_was_noted_more_than_once() -> None:
    records = [
        Plain("1", TODAY, Decimal(2), "coffee", "cup"),
        Plain("2", TODAY, Decimal("1.5"), "coffee", "cup"),
        Plain("3", TODAY, Decimal(7), "tea", "cup"),
        Plain("4", TODAY, Decimal(1), "coffee", "pot"),
        Plain("5", date(2026, 11, 21), Decimal(1), "coffee", "cup"),
    ]
    first, _, _, _, last = record_rows.lines(records, Filter(today=TODAY), SAY)
    assert first.head and last.head
    assert first.head.subtotals == [record_rows.Subtotal("coffee", "3.5", "cup")]
    assert (first.head.entries, last.head.entries) == ("4 records", "1 record")
    assert last.head.subtotals == []


def test_how_it_was_measured_stands_before_the_notes() -> None:
    read = Plain("1", TODAY, Decimal("1.46"), "water", "m³", "cellar")
    start = read._replace(consumption_value=Decimal(0), days=0, reading=Decimal("121.5"))
    records = [start, read._replace(days=11, reading=Decimal("122.926")), read._replace(days=30)]
    shown = record_rows.lines(records, Filter(today=TODAY), SAY)
    assert [line.notes.striptags() for line in shown] == [
        "reads 121.5 · start cellar",
        "reads 122.926 · 11 days cellar",
        "30 days cellar",
    ]


def test_a_cost_has_a_cell_of_its_own_in_the_currency_of_the_account() -> None:
    paid = Plain("1", TODAY, Decimal(40), "fuel", "l", "motorway", cost=Decimal("70.5"))
    for currency, shown in (("EUR", "70.50\u00a0€"), ("JPY", "71\u00a0¥"), ("", "70.5")):
        say = Words("auto", TODAY, currency=currency)
        records = [paid, paid._replace(id="2", cost=None)]
        first, second = record_rows.lines(records, Filter(today=TODAY), say)
        assert (first.cost, first.notes) == (shown, "motorway")
        assert second.cost == ("" if currency else None)


def test_a_tag_that_no_search_takes_is_no_link() -> None:
    long = "#" + "x" * 300
    assert record_rows.notes(f"late {long} #ok") == f'late {long} <a href="/list?q=%23ok">#ok</a>'
