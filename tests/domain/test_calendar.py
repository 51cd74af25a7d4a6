"""The calendar of an account: its weeks, months and buckets are counted out day by day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import (
    DAY,
    EARLIEST,
    LATEST,
    Span,
    Starts,
    bucket_ends,
    bucket_starts,
    calendar_span,
    containing,
    read_starts,
    week_of,
    weekday_counts,
)
from tests.domain.calendars import days, each, every_start

TODAY = date(2026, 11, 22)


@given(days, every_start)
def test_calendars_are_counted_out(day: date, starts: Starts) -> None:
    """Every day is in one month, its quarter, its year and its week, and they meet."""
    month = containing("month", day, starts)
    assert month.start.day == starts.month_day and month.start <= day <= month.end
    assert not any(other.day == starts.month_day for other in list(month)[1:])
    assert (month.end + DAY).day == starts.month_day
    week = containing("week", day, starts)
    assert week.start.weekday() == starts.weekday and week.days == 7
    assert week.start <= day <= week.end
    for calendar, months in (("quarter", 3), ("year", 12)):
        span = containing(calendar, day, starts)  # type: ignore[arg-type]
        assert span.start.month % months == 1 and span.start.day == starts.month_day
        assert span.start <= month.start and month.end <= span.end
        firsts = [each_day for each_day in span if each_day.day == starts.month_day]
        assert len(firsts) == months
    year, number = week_of(day, starts)
    assert date.fromisocalendar(year, number, 4) in list(week)


@given(st.dates(EARLIEST, LATEST), st.dates(EARLIEST, LATEST))
def test_weekdays_are_counted(one: date, other: date) -> None:
    span = Span(min(one, other), min(max(one, other), min(one, other) + 500 * DAY))
    counted = [sum(day.weekday() == weekday for day in each(span)) for weekday in range(7)]
    assert weekday_counts(span) == counted
    assert weekday_counts(None) == [0] * 7


@given(days)
def test_calendars_have_53_weeks(day: date) -> None:
    assert calendar_span(day).days == 371 and calendar_span(day).end == day


def test_year_ends_and_week_53() -> None:
    assert containing("week", date(2021, 1, 1)) == Span(date(2020, 12, 28), date(2021, 1, 3))
    assert bucket_starts(Span(date(2020, 12, 30), date(2021, 1, 12)), "week") == [
        date(2020, 12, 30), date(2021, 1, 4), date(2021, 1, 11),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("preferences", "starts"),
    [
        ({}, Starts(1, 0)),
        ({"month_starts": "15", "week_starts": "sunday"}, Starts(15, 6)),
        ({"month_starts": 28, "week_starts": "saturday"}, Starts(28, 5)),
        ({"week_starts": "monday"}, Starts(1, 0)),
        ({"week_starts": "someday"}, Starts(1, 0)),
    ],
)
def test_an_account_chooses_its_starts(preferences: dict[str, object], starts: Starts) -> None:
    assert read_starts(preferences) == starts


def test_a_bucket_ends_before_the_next() -> None:
    starts = [date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 9)]
    assert bucket_ends(starts, date(2026, 11, 11)) == [
        date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 11),
    ]  # fmt: skip
    assert bucket_ends([], TODAY) == [TODAY]
