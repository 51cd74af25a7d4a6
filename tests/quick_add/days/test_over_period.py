"""Periods behind `over`, against days counted by hand and by a slow walk over the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import Starts
from tally.domain.period_query import read_period
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import kept

# A Sunday, the 46th ISO week's last day but none of the 47th.
TODAY = date(2026, 11, 22)


def days_over(period: str, today: date = TODAY, starts: Starts | None = None) -> tuple[date, date]:
    """The first and the last day of `gas 250 over …`."""
    known = Vocabulary(types=kept("gas", "m³"), starts=starts or Starts())
    [draft] = read(f"gas 250 over {period}", today, known).records
    last = draft.consumption_date
    return last - timedelta(days=draft.days - 1), last


def days(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("oct", "2026-10-01", "2026-10-31"),
        ("November", "2026-11-01", "2026-11-22"),
        ("dec", "2025-12-01", "2025-12-31"),
        ("feb 2024", "2024-02-01", "2024-02-29"),
        ("dec 2025", "2025-12-01", "2025-12-31"),
        ("2026-1", "2026-01-01", "2026-01-31"),
        ("q1", "2026-01-01", "2026-03-31"),
        ("q4", "2026-10-01", "2026-11-22"),
        ("q3 2025", "2025-07-01", "2025-09-30"),
        ("2025 w46", "2025-11-10", "2025-11-16"),
        ("w46 2025", "2025-11-10", "2025-11-16"),
        ("2025 oct", "2025-10-01", "2025-10-31"),
        ("2025 q4", "2025-10-01", "2025-12-31"),
        ("2025-q2", "2025-04-01", "2025-06-30"),
        ("w1", "2025-12-29", "2026-01-04"),
        ("w47", "2026-11-16", "2026-11-22"),
        ("w48", "2025-11-24", "2025-11-30"),
        ("2020-w53", "2020-12-28", "2021-01-03"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2026", "2026-01-01", "2026-11-22"),
        ("this week", "2026-11-16", "2026-11-22"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("this month", "2026-11-01", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this year", "2026-01-01", "2026-11-22"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("today", "2026-11-22", "2026-11-22"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("30 days", "2026-10-24", "2026-11-22"),
        ("a week", "2026-11-16", "2026-11-22"),
        ("the last two weeks", "2026-11-09", "2026-11-22"),
        ("the past 3 months", "2026-08-23", "2026-11-22"),
        ("a year", "2025-11-23", "2026-11-22"),
        ("mon..fri", "2026-11-16", "2026-11-20"),
        ("30 days yesterday", "2026-10-23", "2026-11-21"),
    ],
)
def test_a_period_has_these_days(period: str, first: str, last: str) -> None:
    assert days_over(period) == days(first, last)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this week", "2026-11-22", "2026-11-22"),
        ("last week", "2026-11-15", "2026-11-21"),
        ("w47", "2026-11-15", "2026-11-21"),
        ("this month", "2026-11-15", "2026-11-22"),
        ("last month", "2026-10-15", "2026-11-14"),
        ("this year", "2026-01-15", "2026-11-22"),
        ("last year", "2025-01-15", "2026-01-14"),
        ("2026", "2026-01-15", "2026-11-22"),
        ("2025", "2025-01-15", "2026-01-14"),
        ("q3", "2026-07-15", "2026-10-14"),
        ("2026-q3", "2026-07-15", "2026-10-14"),
        ("q4", "2026-10-15", "2026-11-22"),
        ("q4 2025", "2025-10-15", "2026-01-14"),
        ("this quarter", "2026-10-15", "2026-11-22"),
        ("last quarter", "2026-07-15", "2026-10-14"),
        ("2026-10", "2026-10-15", "2026-11-14"),
        ("2026-11", "2026-11-15", "2026-11-22"),
        # A month that is named is the calendar's.
        ("oct", "2026-10-01", "2026-10-31"),
    ],
)
def test_the_weeks_months_and_years_of_an_account_may_begin_on_other_days(
    period: str, first: str, last: str
) -> None:
    assert days_over(period, starts=Starts(month_day=15, weekday=6)) == days(first, last)


todays = st.dates(date(2000, 1, 1), date(2098, 12, 31))
all_starts = st.builds(Starts, st.integers(1, 28), st.integers(0, 6))


@given(todays, all_starts, st.sampled_from(["week", "month", "quarter", "year"]))
def test_this_and_last_lie_between_the_days_on_which_periods_begin(
    today: date, starts: Starts, unit: str
) -> None:
    def begins(day: date) -> bool:
        if unit == "week":
            return day.weekday() == starts.weekday
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        return day.day == starts.month_day and (day.month - 1) % months == 0

    def begin(day: date) -> date:
        while not begins(day):
            day -= timedelta(days=1)
        return day

    first = begin(today)
    before = first - timedelta(days=1)
    assert days_over(f"this {unit}", today, starts) == (first, today)
    assert days_over(f"last {unit}", today, starts) == (begin(before), before)


@given(todays, st.integers(1, 12))
def test_a_month_without_a_year_is_the_latest_that_has_begun(today: date, month: int) -> None:
    last = today
    while last.month != month:
        last -= timedelta(days=1)
    first, name = last.replace(day=1), f"{last:%b}".lower()
    assert days_over(name, today) == (first, last)


def test_a_week_53_is_the_latest_that_there_is() -> None:
    for today in (date(2026, 12, 31), date(2027, 1, 3), date(2027, 12, 31)):
        last = min(today, date(2027, 1, 3))
        assert days_over("w53", today) == (date(2026, 12, 28), last)
    [problem] = read("gas 250 over w53", date(2028, 11, 22)).unread
    assert "There is no such day" in problem.message


@given(todays, all_starts, st.integers(1, 4))
def test_years_and_quarters_are_those_of_every_page(
    today: date, starts: Starts, number: int
) -> None:
    for name in (f"{today.year - 1}", f"{today.year - 2}-q{number}"):
        period = read_period(name, today, starts)
        last = min(period.end, today)
        assert days_over(name, today, starts) == (period.start, last)


def test_a_quarter_that_begins_later_than_the_calendars_is_that_of_the_year_before() -> None:
    starts = Starts(month_day=15)
    assert days_over("q1", date(2026, 1, 10), starts) == days("2025-01-15", "2025-04-14")
    assert days_over("q1", date(2026, 1, 15), starts) == days("2026-01-15", "2026-01-15")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gas 250 over", "Write a period behind over"),
        ("gas 250 over oct over nov", "Two periods. Keep one of them."),
        ("gas 250 over 2026-w54", "There is no such day"),
        ("gas 250 in october", "Write over october"),
        ("gas 250 for q3", "Write over q3"),
        ("gas 250 this month", "Write over this month"),
        ("gas 250 last quarter", "Write over last quarter"),
        ("gas 250 over 2027", "tomorrow at the latest"),
        ("gas 250 over 0 days", "A period has one day at least"),
        ("gas 250 over 00 weeks", "A period has one day at least"),
        ("gas 250 from oct 1 to oct 31", "over 2026-10-01..2026-10-31 for all of it, or 2026-"),
        ("gas 250 from sep 30 to oct 31", "Write one period, such as over 2026-09-30..2026-10-31"),
        ("gas 250 vom 1.10. bis 31.10.", "over 2026-10-01..2026-10-31 for all of it"),
        ("gas 250 dec 28 - jan 3", "over 2025-12-28..2026-01-03 for all of it"),
        ("gas 250 mon to fri", "2026-11-16..2026-11-20 for each day"),
        ("gas 250 2026-10-01 .. 2026-10-05", "2026-10-01..2026-10-05 for each day"),
        ("gas 250 between 1 oct and 5 oct", "2026-10-01..2026-10-05 for each day"),
        ("gas 250 over oct 1 to oct 15", "such as over 2026-10-01..2026-10-15,"),
        ("gas 250 over oct to w99", "There is no such day"),
        ("gas 250 over oct to 0 days", "A period has one day at least"),
        ("gas 250 over oct sept 1850", "Dates begin at 1900-01-01"),
        ("gas 250 over from 1.10. to 15.10.", "such as over 2026-10-01..2026-10-15,"),
        ("gas 250 over mon – fri", "such as over 2026-11-16..2026-11-20,"),
        ("gas 250 2026-10-01 and 2026-10-05", "Two dates"),
        ("gas 250 oct 5 to oct 1", "Write the date alone"),
        ("gas 250 over 2025 q3 2024", "Two values"),
    ],
)
def test_what_is_no_period_says_what_to_write(line: str, words: str) -> None:
    [problem] = read(line, TODAY, Vocabulary(types=kept("gas", "m³"))).unread
    assert words in problem.message
