"""Lines that follow each other: the units of new types, the readings of meters among them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.meters import Neighbours, Reading
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import MeterDay, Vocabulary
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
STORED = Reading(date(2026, 10, 28), Decimal(48001))
KNOWN = Vocabulary(
    types=all_kept({"electricity": "kWh", "water": "l"}),
    units=frozenset({"kWh", "l"}),
    meters={
        MeterDay("electricity", "kWh", TODAY - timedelta(days=ago)): Neighbours(
            1, STORED, None, STORED.figure
        )
        for ago in range(4)
    },
)


def counted(lines: str) -> list[tuple[str, str, int]]:
    """Value, unit and days of each record of lines that are all read."""
    result = read(lines, TODAY, KNOWN)
    assert not result.unread, result.unread
    return [(f"{draft.consumption_value:f}", draft.unit, draft.days) for draft in result.records]


def test_a_new_type_is_one_however_later_lines_spell_it() -> None:
    drafts = read("Gas @100 m3 yesterday\ngas @110\nGAS 2 kWh\nWater 2", TODAY, KNOWN).records
    assert [draft.consumption_type for draft in drafts] == ["Gas", "Gas", "Gas", "water"]


def test_a_reading_names_the_one_that_it_is_counted_from() -> None:
    late, early = read("gas @15 m3\ngas @10 -3", TODAY, KNOWN).records
    assert (late.before, early.before) == (Reading(date(2026, 11, 19), Decimal(10)), None)


@pytest.mark.parametrize(
    ("lines", "records"),
    [
        ("gas @10 m3 yesterday\ngas @15", [("0", "m³", 0), ("5", "m³", 1)]),
        ("gas @10 m3 yesterday\nGas @15 m3", [("0", "m³", 0), ("5", "m³", 1)]),
        ("gas @15 m3\ngas @10 -3", [("5", "m³", 3), ("0", "m³", 0)]),
        (
            "gas @10 m3 yesterday\ngas 3 kWh\ngas @15",
            [("0", "m³", 0), ("3", "kWh", 1), ("5", "m³", 1)],
        ),
        (
            "gas @10 m3 -3\ngas @30\ngas @20 -1\ngas @12 -2",
            [("0", "m³", 0), ("10", "m³", 1), ("8", "m³", 1), ("2", "m³", 1)],
        ),
        ("gas @10 m3\ngas @12", [("0", "m³", 0), ("2", "m³", 1)]),
        ("gas 10\ngas @12", [("10", "", 1), ("0", "", 0)]),
        (
            "electricity @48100 yesterday\nelectricity @48200",
            [("99", "kWh", 24), ("100", "kWh", 1)],
        ),
        (
            "electricity @48200\nelectricity @48100 yesterday",
            [("100", "kWh", 1), ("99", "kWh", 24)],
        ),
        ("electricity @5 new yesterday\nelectricity @15", [("0", "kWh", 0), ("10", "kWh", 1)]),
        (
            "electricity @48100 -2\nelectricity @5 new -1\nelectricity @7",
            [("99", "kWh", 23), ("0", "kWh", 0), ("2", "kWh", 1)],
        ),
        (
            "electricity @5 new\nelectricity @48100 yesterday",
            [("0", "kWh", 0), ("99", "kWh", 24)],
        ),
        (
            "electricity @48100 yesterday\nelectricity @3 rolled over",
            [("99", "kWh", 24), ("51903", "kWh", 1)],
        ),
        (
            "electricity @5 new -1\nelectricity @3 rolled over",
            [("0", "kWh", 0), ("8", "kWh", 1)],
        ),
        (
            "electricity @3 rolled over\nelectricity @48100 yesterday",
            [("51903", "kWh", 1), ("99", "kWh", 24)],
        ),
    ],
)
def test_a_reading_is_counted_from_the_one_before_it_among_the_lines(
    lines: str, records: list[tuple[str, str, int]]
) -> None:
    assert counted(lines) == records


@pytest.mark.parametrize(
    ("lines", "number", "sentence"),
    [
        ("gas @10 m3 yesterday\ngas @9", 2, "Lower than 10 on 21 November."),
        ("gas @10 m3\ngas @11 yesterday", 2, "Higher than the next reading, 10 on 22 November."),
        ("electricity @48100 yesterday\nelectricity @48050", 2, "Lower than 48 100"),
        ("electricity @48100\nelectricity @5 new yesterday", 2, "a new one begins later"),
        ("electricity @15 yesterday\nelectricity @48100", 1, "Lower than 48 001"),
        ("gas @10 m3 2 3\ngas @15", 2, "Write the unit of the meter"),
    ],
)
def test_a_reading_that_does_not_fit_among_the_lines_says_why(
    lines: str, number: int, sentence: str
) -> None:
    problems = [problem for problem in read(lines, TODAY, KNOWN).unread if problem.line == number]
    assert [sentence in problem.message.replace("\u202f", " ") for problem in problems] == [True]


def test_all_first_readings_of_a_type_with_plain_records_ask() -> None:
    first, second = read("water @100 yesterday\nwater @120", TODAY, KNOWN).records
    assert first.asks == ("water has had no reading yet: this starts its meter",)
    assert second.asks == ("water has had no reading before these lines",)
    assert (second.consumption_value, second.before) == (
        Decimal(20),
        Reading(TODAY - timedelta(days=1), Decimal(100)),
    )


@given(st.permutations(range(4)), st.lists(st.integers(0, 99), min_size=4, max_size=4))
def test_readings_come_to_the_same_in_any_order_of_their_lines(
    order: list[int], used: list[int]
) -> None:
    figures = [48001 + sum(used[: 4 - ago]) for ago in range(4)]
    lines = "\n".join(f"electricity @{figures[ago]} {ago} days ago" for ago in order)
    values = {
        draft.consumption_date: draft.consumption_value
        for draft in read(lines, TODAY, KNOWN).records
    }
    assert values == {TODAY - timedelta(days=ago): used[3 - ago] for ago in range(4)}
