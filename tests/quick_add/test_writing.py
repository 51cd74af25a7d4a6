"""Records as lines: what is written for a record reads back as it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tally.domain.calendar import EARLIEST
from tally.domain.fields import MAX_TYPE, MAX_UNIT
from tally.domain.units import KNOWN
from tally.quick_add.grammar import read
from tally.quick_add.results import Draft
from tally.quick_add.vocabulary import KnownType, Vocabulary
from tally.quick_add.writing import line_for, line_to_read, line_to_repeat
from tests.quick_add.kept_types import kept

TODAY = date(2026, 11, 22)


def one(line: str, known: Vocabulary) -> Draft:
    """The only record of a line that is read."""
    reading = read(line, TODAY, known)
    assert not reading.unread, reading.unread
    (draft,) = reading.records
    return draft


@dataclass(frozen=True)
class Record:
    consumption_date: date
    consumption_value: Decimal
    consumption_type: str
    unit: str
    notes: str
    days: int = 1
    reading: Decimal | None = None
    cost: Decimal | None = None


def one_line(text: str) -> str:
    return " ".join(text.split())


# Types and units as the form keeps them: composed, single spaces.
texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet='ab1 "";#-.,x', max_size=12),
    st.sampled_from(["may", "last friday", "2x", "5 oct", "x", "cups", "m3", "Cup", "tomorrow"]),
)
composed = texts.map(lambda text: one_line(unicodedata.normalize("NFC", text))).filter(
    lambda text: not any(unicodedata.category(character) == "Cc" for character in text)
)
records = st.builds(
    Record,
    consumption_date=st.dates(EARLIEST, TODAY + timedelta(days=1)),
    consumption_value=st.decimals(0, 10**12 - 1, places=6, allow_nan=False, allow_infinity=False),
    consumption_type=composed.filter(lambda text: 0 < len(text) <= MAX_TYPE),
    unit=st.one_of(
        composed.filter(lambda text: len(text) <= MAX_UNIT and text != "-"),
        st.sampled_from(list(KNOWN)),
    ),
    notes=st.text(max_size=60).filter(lambda text: not re.search(r"[\r\n]", text)).map(str.strip),
)


@pytest.mark.slow
@given(records)
@example(Record(TODAY, Decimal(2), "may", "", ""))
@example(Record(TODAY, Decimal("2.50"), 'the "big" one; #1', "big cup", 'with ; and "quotes'))
def test_the_line_made_from_a_record_reads_back_as_it(record: Record) -> None:
    known = Vocabulary(kept(record.consumption_type, "other"))
    for user in (known, Vocabulary(known.types, frozenset({record.unit}))):
        draft = one(line_for(record), user)
        assert draft.consumption_date == record.consumption_date
        assert draft.consumption_value == record.consumption_value
        assert draft.consumption_type == record.consumption_type
        assert draft.unit == record.unit
        assert draft.notes == record.notes
        assert not draft.filled


def test_the_line_made_from_a_record_is_one_that_people_would_write() -> None:
    record = Record(date(2026, 10, 5), Decimal("42.50"), "fuel", "l", "motorway #car")
    assert line_for(record) == "2026-10-05 fuel 42.5l ; motorway #car"
    assert line_for(Record(TODAY, Decimal(3), "may", "", "")) == '2026-11-22 "may" 3 ""'


def test_a_line_to_repeat_has_no_day_and_an_open_one_no_amount() -> None:
    assert line_to_repeat(TODAY, "coffee", Decimal("1.50"), "cup", None) == "coffee 1.5cup"
    assert line_to_repeat(TODAY, "may", Decimal(3), "", None) == '"may" 3 ""'
    assert line_to_repeat(TODAY, "gas", Decimal(3), "m³", "@") == "gas @"
    assert line_to_repeat(TODAY, "gas", Decimal(3), "m³", "over") == "gas over "


@pytest.mark.parametrize(
    ("unit", "others", "line"),
    [
        ("kWh", ("MJ",), 'solar 20"kWh"'),
        ("kWh", ("cup",), "solar 20kWh"),
        ("oz", ("ton", "l"), 'solar 20"oz"'),
        ("m", ("min",), 'solar 20"m"'),
    ],
)
def test_a_line_to_repeat_is_not_converted_to_another_unit_of_its_type(
    unit: str, others: tuple[str, ...], line: str
) -> None:
    assert line_to_repeat(TODAY, "solar", Decimal(20), unit, None, others) == line
    draft = one(line, Vocabulary({"solar": KnownType("solar", (*others, unit))}))
    assert (draft.consumption_value, draft.unit) == (Decimal(20), unit)


@pytest.mark.parametrize(
    ("type_name", "unit", "line"),
    [
        ("gas", "m³", "gas @12.5m³"),
        ("heat 2", "kWh", '"heat 2" @12.5kWh'),
        ("may", "", 'may @12.5 ""'),
        ("rain", "2 @ x", 'rain @12.5"2 @ x"'),
    ],
)
def test_a_line_reads_a_meter_with_the_figure_between_its_parts(
    type_name: str, unit: str, line: str
) -> None:
    before, behind = line_to_read(TODAY, type_name, unit)
    assert f"{before}12.5{behind}" == line
    draft = one(line, Vocabulary())
    assert (draft.consumption_type, draft.unit) == (type_name, unit)
    assert draft.reading == Decimal("12.5")
