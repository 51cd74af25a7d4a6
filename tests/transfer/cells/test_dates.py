"""Dates and times as people and programs write them, each read by itself."""

# ruff: noqa: E501
from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.cells.calendar_days import Order
from tally.transfer.cells.clocks import MAX_LENGTH
from tally.transfer.cells.dates import DateReader, orders_of, shape_of
from tally.transfer.faults import Ambiguous

TODAY = date(2026, 11, 22)
BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = {
    "English": "January February March April May June July August September October November December",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Russian": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "short English": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "short German": "Jan. Feb. Mär. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
    "short French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "short Spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "short Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
}  # fmt: skip


def days(text: str, **options: object) -> tuple[date, date]:
    moment, end = DateReader(TODAY, BERLIN, **options).read(text)  # type: ignore[arg-type]
    return moment.first, (end or moment).last


def day(text: str, **options: object) -> date:
    first, last = days(text, **options)
    assert first == last
    return first


@pytest.mark.parametrize(("language", "month"), list(product(MONTHS, range(1, 13))), ids=str)
def test_every_name_of_a_month(language: str, month: int) -> None:
    name = MONTHS[language].split()[month - 1]
    year = 2025
    assert day(f"5 {name} {year}") == date(year, month, 5)
    assert day(f"{name} 5, {year}") == date(year, month, 5)
    assert day(f"{name} 5, {year} 10:30") == date(year, month, 5)
    assert days(f"{name} {year}")[0] == date(year, month, 1)
    assert (days(f"{name} {year}")[1] + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    "text",
    [
        "Mon 05.10.2026", "Montag, 5. Oktober 2026", "lundi 5 octobre 2026", "mar 2026-10-05",
        "mar. 05/10/2026", "martes 5 oct 2026", "mar 5 oct 2026", "Mon Oct  5 08:30:00 CEST 2026",
    ],
)  # fmt: skip
def test_a_weekday_is_no_month(text: str) -> None:
    assert day(text, order="day-first") == date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("20260805", date(2026, 8, 5), date(2026, 8, 5)),
        ("2026-08", date(2026, 8, 1), date(2026, 8, 31)),
        ("08/2026", date(2026, 8, 1), date(2026, 8, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-W40", date(2026, 9, 28), date(2026, 10, 4)),
        ("KW 40 2026", date(2026, 9, 28), date(2026, 10, 4)),
        ("KW40/2026", date(2026, 9, 28), date(2026, 10, 4)),
        ("40. KW 2026", date(2026, 9, 28), date(2026, 10, 4)),
        ("2026 week 40", date(2026, 9, 28), date(2026, 10, 4)),
        ("Semaine 5, 2026", date(2026, 1, 26), date(2026, 2, 1)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-09-01 - 2026-09-30", date(2026, 9, 1), date(2026, 9, 30)),
        ("1.9.2026 bis 30.9.2026", date(2026, 9, 1), date(2026, 9, 30)),
    ],
)
def test_what_covers_days(text: str, first: date, last: date) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("2026-06-30T23:30:00Z", date(2026, 7, 1)),
        ("2026-06-30 23:30 UTC", date(2026, 7, 1)),
        ("2026-06-30T23:30:00+02:00", date(2026, 6, 30)),
        ("2026-07-01T00:30:00+05:00", date(2026, 6, 30)),
        ("2026-06-30T23:30:00", date(2026, 6, 30)),
        # As Java writes moments: an offset goes before the name of the zone.
        ("2026-06-30T23:30+02:00[Europe/Oslo]", date(2026, 6, 30)),
        ("2026-06-30T23:30:00Z[UTC]", date(2026, 7, 1)),
        ("2026-06-30T23:30[Europe/London]", date(2026, 7, 1)),
        ("2026-06-30 23:30:15 [Europe/Oslo]", date(2026, 6, 30)),
        ("2026-06-30[Europe/London]", date(2026, 6, 30)),
        ("1782862200", date(2026, 7, 1)),
        ("1782862200000", date(2026, 7, 1)),
    ],
)
def test_an_instant_belongs_to_the_day_where_the_account_is(text: str, here: date) -> None:
    assert day(text) == here


def test_a_zone_of_the_heading_counts_for_times_only() -> None:
    assert day("2026-06-30 23:30", written_in=UTC) == date(2026, 7, 1)
    assert day("2026-06-30", written_in=UTC) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("5/10/2026", {"day-first", "month-first"}),
        ("13/10/2026", {"day-first"}),
        ("10/13/2026", {"month-first"}),
        # The other order would be a day that has not been yet.
        ("12/11/2026", {"day-first"}),
        ("5/5/2026", None),
        ("05.10.2026", None),
        ("2026-10-05", None),
        ("tea", None),
    ],
)
def test_the_orders_that_a_text_leaves_open(text: str, orders: set[str] | None) -> None:
    assert orders_of(text, TODAY) == orders


def test_what_could_be_two_days_asks() -> None:
    with pytest.raises(Ambiguous) as asked:
        day("5/10/2026")
    assert asked.value.asks == "order"
    assert "5 October 2026 or 10 May 2026" in str(asked.value)


@given(st.dates(date(1947, 1, 1), TODAY), st.sampled_from(["/", "-", ".", " "]))
def test_a_day_is_read_in_the_order_that_was_told(written: date, mark: str) -> None:
    parts = [f"{written.day:02}", f"{written.month:02}", str(written.year)]
    assert day(mark.join(parts), order="day-first") == written
    assert (
        day(mark.join(parts).replace(str(written.year), f"{written:%y}"), order="day-first")
        == written
    )
    if mark != ".":
        month_first = [parts[1], parts[0], parts[2]]
        assert day(mark.join(month_first), order="month-first") == written


@pytest.mark.parametrize(
    ("text", "is_end", "orders"),
    [
        ("11/12/2026", False, ["month-first"]),
        ("11/12/2026", True, ["day-first", "month-first"]),
        ("01/12/2026 - 11/12/2026", False, ["day-first", "month-first"]),
        ("11/12/2026 - 11/12/2026", False, ["month-first"]),
    ],
)
def test_the_day_after_tomorrow_counts_as_an_end_only(
    text: str, is_end: bool, orders: list[Order]
) -> None:
    assert orders_of(text, date(2026, 12, 9), is_end=is_end) == frozenset(orders)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31.04.2026", "There is no day"),
        ("2026-02-30", "There is no day"),
        ("1899-12-31", "Dates begin"),
        ("2026-11-25", "Records are for tomorrow at the latest"),
        ("2026-10-05T10:00:00+99:00", "no date|no zone|There is no"),
        ("2026-10-05T10:00[Europe/Nowhere]", "There is no zone “Europe/Nowhere”"),
        ("soon", "is no date"),
        ("5 " * MAX_LENGTH, "is no date"),
    ],
)
def test_why_a_text_is_no_day(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        day(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2026-10-05", "day"),
        ("2026-10", "month"),
        ("46300", "day number"),
        ("1782862200", "since 1970"),
        # The number of an inverter of SMA would be a moment in 2036.
        ("2110012345", None),
        ("2026-10-01 - 2026-10-05", "range"),
        ("12.5", None),
        ("tea 5", None),
        ("9" * MAX_LENGTH * 2, None),
    ],
)
def test_what_kind_of_date_a_text_is(text: str, shape: str | None) -> None:
    assert shape_of(text, TODAY) == shape


def test_day_numbers_of_spreadsheets_count_only_where_the_column_has_them() -> None:
    assert day("46300", day_numbers=True) == date(2026, 10, 5)
    assert day("46300.75", day_numbers=True) == date(2026, 10, 5)
    with pytest.raises(ValueError, match="is no date"):
        day("46300")


@pytest.mark.parametrize(
    "text", ["10/14/2026 - 07:15", "10/14/2026 - 7:15 AM", "2026-10-14 - 07:15"]
)
def test_a_dash_may_stand_between_a_day_and_its_time(text: str) -> None:
    moment = DateReader(TODAY, BERLIN, "month-first").read(text).start
    assert (moment.first, moment.second) == (date(2026, 10, 14), 26_100)
