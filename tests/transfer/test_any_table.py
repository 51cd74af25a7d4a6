"""Any small table is read or refused with a sentence, whatever stands in its cells."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from tally.domain.amounts import MAX_VALUE
from tally.domain.calendar import EARLIEST
from tally.transfer.faults import UnreadableFile
from tests.transfer.parsed import parsed

HEADINGS = (
    *("date", "Datum", "value", "Wert", "type", "unit", "Einheit", "notes", "reading", "meter"),
    *("Zählerstand", "cost", "currency", "from", "to", "Fra", "Til", "year", "month", "day"),
    *(
        "week",
        "KW",
        "time",
        "debit",
        "credit",
        "total",
        "Jan",
        "Feb",
        "kWh HT",
        "Amount (EUR)",
        "%",
        "Interval ending",
        "price/kWh",
    ),
)
WORDS = (
    *("", "-", "n/a", "x", "TRUE", "coffee", "gas", "kWh", "EUR", "12 kWh", "5%", "Total", "#tag"),
    *(
        "08:30",
        "2026",
        "KW 40",
        "Oct",
        "Q1",
        "2026-10",
        "2026-W40",
        "3.4.2026",
        "4/13/26",
        "1.234,5",
        "2026-10-25 24:15",
        "2026-10-25T02:30:00+15:00",
        "1900-01-01 00:00",
        "999999999999.9999999",
        "1e9",
    ),
)
DAYS = st.dates().map(str)
CELLS = st.integers(0, 40).map(str) | st.sampled_from(WORDS) | DAYS | st.text(max_size=6)
NAMES = st.sampled_from(HEADINGS) | CELLS


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table as CSV: a few columns or a month of them, rows of any length."""
    width = draw(st.sampled_from([1, 2, 3, 4, 6, 33]))
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=width), max_size=6))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=draw(st.sampled_from(",;\t")))
    writer.writerows([draw(st.lists(NAMES, min_size=1, max_size=width)), *rows])
    return written.getvalue()


@given(tables())
@example("date,1,31\n2026-10-31,2,3\n")
@example("date;value\n2026-10-25 24:15;1\n2026-10-26;2\n")
@example("Interval ending;kWh;type\n1900-01-01 00:00;1;gas\n")
@example("date;value;type;price/kWh\n2026-10-25;1e9;gas;12345678\n")
def test_any_table_is_read_or_refused_with_a_sentence(table: str) -> None:
    try:
        entries, problems, _ = parsed(table)
    except UnreadableFile as error:
        assert str(error).endswith((".", "?"))
        return
    assert all(problem.message for problem in problems)
    for entry in entries:
        assert entry.day >= EARLIEST
        numbers = (entry.value, entry.reading or Decimal(0), entry.cost or Decimal(0))
        assert all(0 <= number < MAX_VALUE for number in numbers)
