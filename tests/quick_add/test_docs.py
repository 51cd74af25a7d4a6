"""The examples and counts in docs/quick-add.md, held to the code."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tally.domain.amounts import plain
from tally.domain.meters import Neighbours, Reading
from tally.domain.records import UsedType
from tally.domain.units import KNOWN
from tally.quick_add.grammar import read
from tally.quick_add.results import Draft
from tally.quick_add.suggestions import for_line
from tally.quick_add.vocabulary import MeterDay, vocabulary_of

DOCS = Path(__file__).parents[2] / "docs" / "quick-add.md"
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
USED = [
    UsedType(name, unit, TODAY, NOON) for name, unit in [("coffee", "cup"), ("electricity", "kWh")]
]
MORE = [
    UsedType(name, unit, TODAY, NOON)
    for name, unit in [("fuel", "l"), ("gas", "m³"), ("tea", "cup")]
]


def table(first_heading: str) -> list[list[str]]:
    """The cells of the tables whose first heading this is, code marks taken off."""
    found = re.search(
        rf"^\| {first_heading} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)",
        DOCS.read_text("utf-8"),
        re.MULTILINE,
    )
    assert found
    return [
        [cell.strip().strip("`") for cell in row.strip("|").split(" |")]
        for row in found[1].splitlines()
    ]


def rows(first_heading: str) -> list[pytest.ParameterSet]:
    """The rows of these tables, each named by its first cell.

    As `ids` the names would have their signs escaped once more when mutmut collects a second time.
    """
    return [pytest.param(row, id=row[0]) for row in table(first_heading)]


@pytest.mark.parametrize("row", rows(r"line \| date"))
def test_every_example_reads_as_told(row: list[str]) -> None:
    line, day, name, value, unit, notes = row
    reading = read(line, TODAY, vocabulary_of(USED))
    assert not reading.unread
    days = [str(draft.consumption_date) for draft in reading.records]
    assert days[:: max(len(days) - 1, 1)] == day.split(" … ")
    draft = reading.records[0]
    assert (draft.consumption_type, plain(draft.consumption_value)) == (name, value)
    assert (draft.unit, draft.notes) == (unit, notes)


@pytest.mark.parametrize("row", rows(r"line \| why"))
def test_every_counterexample_is_unread(row: list[str]) -> None:
    assert read(row[0], TODAY, vocabulary_of(USED)).unread


@pytest.mark.parametrize("row", rows("entry"))
def test_the_keys_are_counted_and_save_what_is_told(row: list[str]) -> None:
    _, keys, count, saved = row
    pressed = keys.split(" ")
    assert len(pressed) == int(count)
    if not saved:
        return
    line = ""
    for key in pressed[:-1]:
        if key == "Tab":
            line = for_line(line, [*USED, *MORE], TODAY)[0].text
        else:
            line += " " if key == "Space" else key
    assert pressed[-1] == "Enter"
    reading = read(line, TODAY, vocabulary_of([*USED, *MORE]))
    assert not reading.unread
    assert in_words(reading.records[0]) == saved


def test_there_are_ten_everyday_entries() -> None:
    assert len(table("entry")) == 10


def test_the_known_units_are_those_of_the_code() -> None:
    listed = re.search(r"Known units: (.*?);", DOCS.read_text("utf-8"), re.DOTALL)
    assert listed
    assert set(re.sub(r"(?<!т)·(?!ч)", " ", listed[1]).split()) == KNOWN


LAST_READING = Reading(date(2026, 10, 28), Decimal(48001))
METERED = replace(
    vocabulary_of([*USED, *MORE]),
    currency="EUR",
    meters={
        MeterDay("electricity", "kWh", TODAY): Neighbours(
            1, LAST_READING, None, LAST_READING.figure
        )
    },
)


@pytest.mark.parametrize("row", rows(r"line \| saved"))
def test_readings_spans_and_costs_are_saved_as_told(row: list[str]) -> None:
    line, saved = row
    result = read(line, TODAY, METERED)
    assert not result.unread
    [draft] = result.records
    words = f"{draft.consumption_date} {draft.consumption_type} {plain(draft.consumption_value)}"
    words += f" {draft.unit}"
    if draft.days != 1:
        words += f" in {draft.days} days"
    if draft.reading is not None:
        words += f", reads {plain(draft.reading)}"
    if draft.cost is not None:
        words += f" for {plain(draft.cost)}"
    assert words == saved


def in_words(draft: Draft) -> str:
    amount = f"{plain(draft.consumption_value)} {draft.unit}"
    return f"{draft.consumption_date} {draft.consumption_type} {amount} {draft.notes}".strip()


def test_the_examples_on_the_page_are_read_too() -> None:
    page = DOCS.parent.parent / "templates" / "fragments" / "grammar.html"
    lines = re.findall(r'^    \("((?:[^"\\]|\\.)*)", "', page.read_text("utf-8"), re.MULTILINE)
    assert len(lines) > 5
    for line in lines:
        assert not read(line.replace('\\"', '"'), TODAY, vocabulary_of(USED)).unread
