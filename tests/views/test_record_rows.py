"""Rows of records as the list and the printed page show them."""

from __future__ import annotations

from datetime import date
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


def test_a_tag_that_no_search_takes_is_no_link() -> None:
    long = "#" + "x" * 300
    assert record_rows.notes(f"late {long} #ok") == f'late {long} <a href="/list?q=%23ok">#ok</a>'
