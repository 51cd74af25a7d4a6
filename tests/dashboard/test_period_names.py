"""Periods in words: headings, short names, the days before and a year ago."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tally.dashboard import period_names
from tally.domain.calendar import Interval, Span, Starts
from tally.domain.formatting import Formatter
from tally.domain.period_query import read_period
from tests.dashboard.periods import formatter, period
from tests.plain_statistics import SUNDAY


@pytest.mark.parametrize(
    ("name", "title", "subtitle"),
    [
        ("month", "November 2026", "Sunday 22 November, day 22 of 30"),
        ("2026-10", "October 2026", "31 days"),
        ("2024-02", "February 2024", "29 days"),
        ("week", "Week 47", "16 to 22 November 2026, day 7 of 7"),
        ("2026-11-09:2026-11-15", "Week 46", "9 to 15 November 2026"),
        ("2020-12-28:2021-01-03", "Week 53", "28 December 2020 to 3 January 2021"),
        ("year", "2026", "Sunday 22 November, day 326 of 365"),
        ("2025", "2025", "365 days"),
        ("quarter", "Q4 2026", "1 October to 31 December, Sunday 22 November, day 53 of 92"),
        ("2026-q2", "Q2 2026", "1 April to 30 June, 91 days"),
        ("last-month", "October 2026", "31 days"),
        ("yesterday", "Saturday 21 November", "Week 47"),
        ("2026-w45", "Week 45", "2 to 8 November 2026"),
        ("today", "Today", "Sunday 22 November"),
        ("2026-11-14", "Saturday 14 November", "Week 46"),
        ("last-30", "Last 30 days", "24 October to 22 November 2026"),
        ("last-1", "Last 1 day", "22 November 2026"),
        ("2026-11-20:2026-11-24", "20 to 24 November 2026", "day 3 of 5"),
        ("2026-01-05:2026-01-09", "5 to 9 January 2026", "5 days"),
        ("all", "All records", "No records yet"),
    ],
)
def test_headings(name: str, title: str, subtitle: str) -> None:
    subtitle = re.sub(r"day (\d+) of (\d+)", "day\u00a0\\1\u00a0of\u00a0\\2", subtitle)
    assert period_names.heading(period(name), formatter) == (title, subtitle)


@pytest.mark.parametrize(
    ("name", "title", "now", "before", "at_line"),
    [
        ("month", "15 November to 14 December 2026", "15 November to 14 December",
         "15 October to 14 November", "From 15 Oct"),
        ("2025-12", "15 December 2025 to 14 January 2026", "15 December to 14 January",
         "15 November to 14 December 2025", "From 15 Nov 2025"),
        ("year", "2026", "2026", "2025", "2025"),
        ("week", "Week 48", "week 48", "week 47", "Week 47"),
    ],
)  # fmt: skip
def test_months_and_weeks_of_an_account_are_named_by_their_days(
    name: str, title: str, now: str, before: str, at_line: str
) -> None:
    starts = Starts(15, 6)  # 15th of the month, Sunday
    words = Formatter("auto", SUNDAY, starts)
    given = read_period(name, SUNDAY, starts)
    assert period_names.heading(given, words)[0] == title
    assert period_names.short_name(given, words) == now
    assert str(period_names.name_before(given, words)) == before
    assert period_names.name_at_line(given, words) == at_line


def test_the_days_of_a_year_that_begins_later_are_said() -> None:
    words = Formatter("auto", SUNDAY, Starts(15))
    year = read_period("2025", SUNDAY, words.starts)
    wanted = ("2025", "15 January 2025 to 14 January 2026, 365 days")
    assert period_names.heading(year, words) == wanted


def test_all_records_are_counted_in_days() -> None:
    everything = period("all").since(date(2026, 11, 1))
    assert period_names.heading(everything, formatter)[1] == "1 to 22 November 2026, 22 days"


@pytest.mark.parametrize(
    ("name", "now", "before", "at_line"),
    [
        ("month", "November", "October", "October"),
        ("2026-01", "January", "December 2025", "December"),
        ("2025-03", "March 2025", "February 2025", "February"),
        ("quarter", "Q4 2026", "Q3 2026", "Q3"),
        ("2026-w46", "week 46", "week 45", "Week 45"),
        ("year", "2026", "2025", "2025"),
        ("week", "week 47", "week 46", "Week 46"),
        ("2021-01-04:2021-01-10", "week 1 of 2021", "week 53 of 2020", "Week 53"),
        ("today", "today", "yesterday", "Yesterday"),
        ("2026-11-14", "Sat 14", "the day before", "Day before"),
        ("last-30", "these 30 days", "the 30 days before", "Before"),
        ("2026-01-05:2026-01-09", "these 5 days", "the 5 days before", "Before"),
        ("all", "all days", "", "Before"),
        ("2027", "2027", "", "Before"),
    ],
)
def test_a_period_and_the_one_before_are_named(
    name: str, now: str, before: str, at_line: str
) -> None:
    given = period(name)
    assert period_names.short_name(given, formatter) == now
    assert str(period_names.name_before(given, formatter)) == before
    assert period_names.name_at_line(given, formatter) == at_line


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("month", "the first 22 days of October"),
        ("2026-10", "September"),
        ("year", "the first 326 days of 2025"),
        ("week", "week 46"),
        ("today", "yesterday"),
        ("last-30", "the 30 days before"),
        ("2026-11-20:2026-11-24", "the first 3 days of the 5 days before"),
    ],
)
def test_what_a_total_is_compared_with(name: str, words: str) -> None:
    given = period(name)
    span = given.previous()
    assert span
    assert str(period_names.span_before(given, span, formatter)) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("month", "Nov 2025"),
        ("2025", "2024"),
        ("week", "week 47 of 2025"),
        ("2026-11-09:2026-11-15", "the same dates in 2025"),
        ("2026-11-20:2026-11-24", "the same dates in 2025"),
        ("2020-12-28:2021-01-03", "a year earlier"),
        ("2026-11-14", "a year earlier"),
    ],
)
def test_only_the_running_week_is_compared_with_a_week_a_year_earlier(
    name: str, words: str
) -> None:
    given = period(name)
    span = given.last_year()
    assert span
    assert period_names.name_last_year(given, span, formatter) == words
    if "week" in words:
        assert (given.start - span.start).days == 364  # type: ignore[operator]
    elif "dates" in words:
        assert (span.start.month, span.start.day) == (given.start.month, given.start.day)  # type: ignore[union-attr]


def test_a_running_march_is_compared_with_all_of_february_at_most() -> None:
    today = date(2026, 3, 30)
    march = read_period("month", today)
    span = march.previous()
    assert span
    assert str(period_names.span_before(march, span, Formatter("auto", today))) == "February"


def test_days_at_the_same_place_of_an_earlier_period_are_named() -> None:
    span = Span(date(2026, 10, 10), date(2026, 10, 27))
    assert str(period_names.span_before(period("month"), span, formatter)) == "10 to 27 October"


@pytest.mark.parametrize(
    ("name", "first", "last", "when", "is_plural"),
    [
        ("month", date(2026, 10, 1), date(2026, 10, 31), "in October", False),
        ("month", date(2026, 10, 1), date(2026, 10, 22), "in the first 22 days of October", True),
        ("month", date(2026, 10, 1), date(2026, 10, 1), "on the first day of October", False),
        ("month", date(2026, 10, 20), date(2026, 10, 20), "on 20 October", False),
        ("month", date(2026, 10, 10), date(2026, 10, 27), "from 10 to 27 October", True),
        ("quarter", date(2026, 8, 1), date(2026, 8, 31), "in August", False),
        ("quarter", date(2026, 7, 1), date(2026, 9, 30), "in Q3 2026", False),
        ("year", date(2025, 1, 1), date(2025, 12, 31), "in 2025", False),
        ("week", date(2026, 11, 9), date(2026, 11, 15), "in week 46", False),
        ("today", date(2026, 11, 21), date(2026, 11, 21), "yesterday", False),
        ("yesterday", date(2026, 11, 20), date(2026, 11, 20), "on the day before", False),
        ("last-30", date(2026, 9, 24), date(2026, 10, 23), "in the 30 days before", True),
    ],
)
def test_sentences_say_when(name: str, first: date, last: date, when: str, is_plural: bool) -> None:
    before = period_names.span_before(period(name), Span(first, last), formatter)
    assert (before.when, before.is_plural) == (when, is_plural)


def test_sentences_say_when_in_an_account_with_months_of_its_own() -> None:
    words = Formatter("auto", SUNDAY, Starts(15))
    month = read_period("month", SUNDAY, words.starts)
    whole, span = month.previous_whole(), month.previous()
    assert whole and span
    before = period_names.span_before(month, whole, words)
    assert (before.when, before.is_plural) == ("from 15 October to 14 November", True)
    before = period_names.span_before(month, span, words)
    first_days = "in the first 8 days of 15 October to 14 November"
    assert (before.when, before.is_plural) == (first_days, True)
    before = period_names.span_before(month, whole.first(1), words)
    first_day = "on the first day of 15 October to 14 November"
    assert (before.when, before.is_plural) == (first_day, False)
    assert period_names.of_month(whole.start, words) == period_names.name_before(month, words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("month", "in November"),
        ("quarter", "in Q4 2026"),
        ("2025", "in 2025"),
        ("2026-w46", "in week 46"),
        ("2026-11-09:2026-11-15", "in week 46"),
        ("today", "today"),
        ("2026-11-14", "on Sat 14"),
        ("last-30", "in the last 30 days"),
        ("2026-11-03:2026-11-10", "from 3 to 10 November 2026"),
        ("2026-11-03:2026-11-03", "on 3 November 2026"),
        ("2026-10-01:2026-10-31", "in October 2026"),
        ("all", "in all"),
    ],
)
def test_a_sum_says_when(name: str, words: str) -> None:
    assert period_names.when(period(name), formatter) == words


@pytest.mark.parametrize(
    ("label", "size", "month_day", "when"),
    [
        ("Sat 14", "day", 1, "on Sat 14"),
        ("Week 46", "week", 1, "in week 46"),
        ("March 2026", "month", 1, "in March 2026"),
        ("15 Mar to 14 Apr 2026", "month", 15, "from 15 Mar to 14 Apr 2026"),
        ("2026", "year", 15, "in 2026"),
    ],
)
def test_buckets_in_sentences(label: str, size: Interval, month_day: int, when: str) -> None:
    words = Formatter("auto", SUNDAY, Starts(month_day))
    assert period_names.of_bucket(label, size, words).when == when
