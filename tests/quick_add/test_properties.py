"""Properties that hold for every line, whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.domain.fields import MAX_DAYS
from tally.domain.meters import Neighbours, Reading
from tally.domain.records import first_day
from tally.domain.units import KNOWN
from tally.quick_add.grammar import read
from tally.quick_add.results import Draft
from tally.quick_add.vocabulary import MeterDay, Vocabulary
from tally.quick_add.writing import line_for
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
# Types whose units would convert, or give a letter another meaning.
USED = {"coffee": "cup", "water": "l", "run": "h", "electricity": "kWh", "walk": "m", "may": ""}
VOCABULARY = Vocabulary(
    types=all_kept(USED),
    units=frozenset(filter(None, USED.values())),
    measures="us",
    currency="EUR",
)

names = st.sampled_from([*USED, "tea", "green tea", "new shoes", "over", "5k", "mon", "half"])
units = st.sampled_from(["", "cup", "K", "k", "m", "pound", "mWh", "big cup", *KNOWN])
values = st.decimals(0, 10**9, places=6, allow_nan=False, allow_infinity=False)
days = st.dates(date(2000, 1, 1), TODAY)


@dataclass(frozen=True)
class Record:
    """The content of a record."""

    consumption_date: date
    consumption_value: Decimal
    consumption_type: str
    unit: str
    notes: str = ""
    days: int = 1
    reading: Decimal | None = None
    cost: Decimal | None = None


def one(line: str, vocabulary: Vocabulary) -> Draft:
    result = read(line, TODAY, vocabulary)
    assert not result.unread, (line, result.unread)
    [draft] = result.records
    return draft


@given(days, values, names, units, st.integers(1, MAX_DAYS))
def test_the_line_of_a_record_reads_back_as_it(
    day: date, value: Decimal, name: str, unit: str, covered: int
) -> None:
    covered = min(covered, (day - date(1900, 1, 1)).days)
    record = Record(day, value, name, unit, "with milk", covered)
    draft = one(line_for(record), Vocabulary())
    assert (draft.consumption_date, draft.consumption_value) == (day, value)
    assert (draft.consumption_type, draft.unit) == (name, unit)
    assert (draft.days, draft.notes) == (covered, "with milk")
    assert not draft.converted_from


@given(days, values, values, names, units)
def test_the_line_of_a_reading_reads_back_as_what_the_meter_showed(
    day: date, before: Decimal, used: Decimal, name: str, unit: str
) -> None:
    around = Neighbours(1, Reading(day - timedelta(days=7), before), None, before)
    known = Vocabulary(meters={MeterDay(name, unit, day): around})
    record = Record(day, used, name, unit, days=7, reading=before + used)
    draft = one(line_for(record), known)
    assert (draft.reading, draft.unit) == (before + used, unit)
    assert (draft.consumption_value, draft.days) == (used, 7)


pieces = st.sampled_from(
    [
        *("coffee", "water", "electricity", "2", "2,5", "½", "10k", "1/2", "@48213", "300ml"),
        *("kWh", "cups", "MJ", "fri", "5 oct", "10/5", "over oct", "new", "rolled over", "70€"),
        *("x2", "(2)", "=3", ":", "–", "two", "half a", "1h30", "8:30", "#tag", "; note", '"a b"'),
        *(
            "to w99",
            "and oct",
            "over 0 days",
            "sept 1850",
            "2026-13",
            "from oct 1 to",
            "last month",
        ),
        *("\u200b", "20261005", "mon..fri", "of", "for", "since oct 1", "gestern", "st", "K", "m"),
    ]
)
lines = st.lists(pieces, min_size=1, max_size=7).map(" ".join)


@given(lines)
def test_a_line_is_read_the_same_each_time(line: str) -> None:
    assert read(line, TODAY, VOCABULARY) == read(line, TODAY, VOCABULARY)


@given(lines)
def test_a_record_is_read_back_by_its_own_line_and_places_are_of_the_line(line: str) -> None:
    result = read(line, TODAY, VOCABULARY)
    assert result.records or result.unread
    for problem in result.unread:
        assert line[problem.start : problem.end] == problem.text and problem.message
    for draft in result.records:
        if draft.reading is None and draft.cost is None:
            again = one(line_for(draft), Vocabulary())
            assert again.consumption_value == draft.consumption_value
            assert (again.unit, again.days) == (draft.unit, draft.days)
            assert first_day(again.consumption_date, again.days) <= again.consumption_date


innocent = st.sampled_from(["coffee", "tea", "green tea", "salt & vinegar", "xbox", "c++"])
numbers = st.decimals(0, 999, places=2, allow_nan=False, allow_infinity=False).map(plain)


@given(
    innocent,
    numbers,
    st.sampled_from(["", " cups", " kWh", "l"]),
    st.sampled_from(["{}: {}", "{} = {}", "{}={}", "{}, {}", "{} ({})", "{} – {}", "{}\u200b {}"]),
)
def test_dropping_the_marks_of_an_innocent_line_never_changes_its_value(
    name: str, number: str, unit: str, marked: str
) -> None:
    plain_line = one(f"{name} {number}{unit}", VOCABULARY)
    assert one(marked.format(name, f"{number}{unit}"), VOCABULARY) == plain_line
    assert plain_line.consumption_type == name
    assert plain(plain_line.consumption_value) == number
