"""Periods against the calendar itself: every definition is counted out day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import (
    DAY,
    USUAL_STARTS,
    CalendarUnit,
    Span,
    Starts,
    containing,
    year_earlier,
)
from tally.domain.period_query import read_day, read_period, read_range
from tally.domain.periods import Period, calendar_name
from tests.domain.calendars import days, each, every_start

TODAY = date(2026, 11, 22)  # a Sunday

names = st.one_of(
    st.sampled_from(["today", "yesterday", "week", "month", "quarter", "year"]),
    st.sampled_from(["last-week", "last-month", "last-year"]),
    st.integers(1, 3660).map(lambda n: f"last-{n}"),
    days.map(lambda d: f"{d:%Y}"),
    days.map(lambda d: f"{d:%Y-%m}"),
    days.map(lambda d: f"{d:%Y}-q{(d.month + 2) // 3}"),
    days.map(lambda d: "{}-w{:02}".format(*d.isocalendar())),
    days.map(date.isoformat),
)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    today = draw(days)
    starts = draw(st.one_of(st.just(USUAL_STARTS), every_start))
    if draw(st.booleans()):
        return read_period(draw(names), today, starts)
    start, end = sorted((draw(days), draw(days)))
    return read_range(start, end, today, starts)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("year", "2026-01-01", "2026-12-31"),
        ("last-1", "2026-11-22", "2026-11-22"),
        ("last-7", "2026-11-16", "2026-11-22"),
        ("last-30", "2026-10-24", "2026-11-22"),
        ("last-365", "2025-11-23", "2026-11-22"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("2026-q3", "2026-07-01", "2026-09-30"),
        ("2026-w45", "2026-11-02", "2026-11-08"),
        ("2020-w53", "2020-12-28", "2021-01-03"),
    ],
)
def test_a_named_period_has_these_days(text: str, start: str, end: str) -> None:
    period = read_period(text, TODAY)
    assert period.span == Span(date.fromisoformat(start), date.fromisoformat(end))
    assert period.name == text


@pytest.mark.parametrize(
    "text",
    ["", "Month", "last-0", "last-3661", "last-07", "last--1", "last-", "2026-13", "2026-2", "0",
     "2026-02-30", "1899", "2200", "9999-12-31", "0001-01-01", "1700006400", "2024-W05-3", "now",
     "infinity", "\uff12024-02-03", "2024-02-03 ", "2024-02-03\n", "month\n", "-0044-03-15",
     "10000-01-01", "٢٠٢٤", "2026-q0", "2026-q5", "2026-Q3", "2026-w54", "2025-w53", "2026-w0",
     "1899-w40", "2200-q1", "last-quarter", "2026-w", "0000-w01"],
)  # fmt: skip
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        read_period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("month", "2026-11-15", "2026-12-14"),
        ("2026-10", "2026-10-15", "2026-11-14"),
        ("last-month", "2026-10-15", "2026-11-14"),
        ("quarter", "2026-10-15", "2027-01-14"),
        ("2026-q1", "2026-01-15", "2026-04-14"),
        ("year", "2026-01-15", "2027-01-14"),
        ("2025", "2025-01-15", "2026-01-14"),
        ("week", "2026-11-22", "2026-11-28"),
        ("last-week", "2026-11-15", "2026-11-21"),
        ("2026-w45", "2026-11-01", "2026-11-07"),
        ("last-7", "2026-11-16", "2026-11-22"),
    ],
)
def test_months_and_weeks_begin_where_the_account_says(text: str, start: str, end: str) -> None:
    period = read_period(text, TODAY, Starts(15, 6))  # 15th of the month, Sunday
    assert period.span == Span(date.fromisoformat(start), date.fromisoformat(end))


def test_the_last_month_is_the_one_before_the_accounts_own() -> None:
    """On the 10th the account's month is the one that began on the 15th of the month before."""
    period = read_period("last-month", date(2026, 11, 10), Starts(15, 0))
    assert period.span == Span(date(2026, 9, 15), date(2026, 10, 14))
    assert read_period("last-3660", TODAY).days == 3660


def test_a_week_has_one_spelling() -> None:
    assert read_period("2026-w5", TODAY).name == "2026-w05"


@given(days, days, every_start, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_a_name_leads_back_to_its_days(
    day: date, today: date, starts: Starts, unit: CalendarUnit
) -> None:
    span = containing(unit, day, starts)
    name = calendar_name(unit, span, today, starts)
    read = read_period(name, today, starts)
    assert (read.span, read.name, read.kind) == (span, name, unit)


def test_a_range_may_lack_its_start_or_its_end() -> None:
    start, end = date(2026, 10, 5), date(2026, 10, 9)
    assert read_range(start, end, TODAY).span == Span(start, end)
    assert read_range(start, None, TODAY).span == Span(start, TODAY)
    open_start = read_range(None, end, TODAY)
    assert open_start.span is None and open_start.end == end
    assert open_start.since(date(2026, 10, 1)).days == 9
    with pytest.raises(ValueError, match="before the first"):
        read_range(end, start, TODAY)
    with pytest.raises(ValueError, match="after today"):
        read_range(TODAY + DAY, None, TODAY)


def test_all_begins_with_the_first_record() -> None:
    period = read_period("all", TODAY)
    assert (period.days, period.elapsed_days, period.buckets) == (0, 0, [])
    assert period.running
    known = period.since(date(2026, 11, 1))
    assert (known.days, known.elapsed_days, known.running) == (22, 22, True)
    assert known.previous() is None and known.last_year() is None
    assert known.earlier() is None and known.later() is None
    assert period.since(None) is period
    assert period.since(TODAY).days == 1
    assert period.since(TODAY + DAY) is period
    begun = read_period("month", TODAY)
    assert begun.since(TODAY) is begun


@pytest.mark.parametrize(
    ("text", "previous", "whole", "last_year"),
    [
        ("today", ("2026-11-21",) * 2, ("2026-11-21",) * 2, ("2025-11-22",) * 2),
        ("week", ("2026-11-09", "2026-11-15"), ("2026-11-09", "2026-11-15"),
         ("2025-11-17", "2025-11-23")),
        ("month", ("2026-10-01", "2026-10-22"), ("2026-10-01", "2026-10-31"),
         ("2025-11-01", "2025-11-22")),
        ("year", ("2025-01-01", "2025-11-22"), ("2025-01-01", "2025-12-31"),
         ("2025-01-01", "2025-11-22")),
        ("last-30", ("2026-09-24", "2026-10-23"), ("2026-09-24", "2026-10-23"),
         ("2025-10-24", "2025-11-22")),
        ("2024-02", ("2024-01-01", "2024-01-31"), ("2024-01-01", "2024-01-31"),
         ("2023-02-01", "2023-02-28")),
        ("2025-02", ("2025-01-01", "2025-01-31"), ("2025-01-01", "2025-01-31"),
         ("2024-02-01", "2024-02-28")),
        ("2024-02-29", ("2024-02-28",) * 2, ("2024-02-28",) * 2, ("2023-02-28",) * 2),
        ("2026-q2", ("2026-01-01", "2026-03-31"), ("2026-01-01", "2026-03-31"),
         ("2025-04-01", "2025-06-30")),
        ("2025", ("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31"),
         ("2024-01-01", "2024-12-31")),
    ],
)  # fmt: skip
def test_what_it_is_compared_with(
    text: str, previous: tuple[str, str], whole: tuple[str, str], last_year: tuple[str, str]
) -> None:
    period = read_period(text, TODAY)
    for span, (start, end) in [
        (period.previous(), previous),
        (period.previous_whole(), whole),
        (period.last_year(), last_year),
    ]:
        assert span == Span(date.fromisoformat(start), date.fromisoformat(end))


def test_the_31st_of_march_meets_all_of_february_and_no_more() -> None:
    period = read_period("month", date(2026, 3, 31))
    assert period.previous() == Span(date(2026, 2, 1), date(2026, 2, 28))


def test_running_over_a_leap_day_counts_days_not_dates() -> None:
    assert read_period("year", date(2025, 3, 10)).last_year() == Span(
        date(2024, 1, 1), date(2024, 3, 9)
    )


@given(periods())
def test_days_are_counted_out(period: Period) -> None:
    inside = each(period.span)
    elapsed = [day for day in inside if day <= period.today]
    assert period.days == len(inside)
    assert period.elapsed_days == len(elapsed) and each(period.elapsed) == elapsed
    assert period.running == (period.today in inside)
    assert period.future == (not elapsed)


@given(periods())
def test_previous_stands_just_before_and_counts_the_same_elapsed_days(period: Period) -> None:
    whole, previous = period.previous_whole(), period.previous()
    if period.future:
        assert whole is None and previous is None and period.last_year() is None
        return
    assert whole and previous and period.start
    assert whole.end + DAY == period.start
    assert previous.start == whole.start
    wanted = min(period.elapsed_days, whole.days) if period.running else whole.days
    assert previous.days == wanted
    if period.kind not in ("month", "quarter", "year"):
        assert whole.days == period.days
    last_year = period.last_year()
    assert last_year
    if period.kind == "week":
        assert period.start - last_year.start == timedelta(weeks=52)
    else:
        assert last_year.start == year_earlier(period.start)
    assert last_year.days <= period.days + 1  # a 29 February may lie in it


@given(periods())
def test_buckets_cover_the_elapsed_days_once_and_in_order(period: Period) -> None:
    starts = period.buckets
    if not period.elapsed:
        assert starts == []
        return
    assert starts[0] == period.start and starts[-1] <= period.elapsed.end
    for start in starts[1:]:
        assert containing(period.bucket, start, period.starts).start == start
    expected = sorted({max(containing(period.bucket, day, period.starts).start, starts[0])
                       for day in each(period.elapsed)})  # fmt: skip
    assert starts == expected


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(1, "day"), (62, "day"), (63, "week"), (400, "week"), (401, "month"), (14640, "month"),
     (14641, "year")],
)  # fmt: skip
def test_how_fine_the_buckets_are(days: int, bucket: str) -> None:
    assert read_range(TODAY - (days - 1) * DAY, TODAY, TODAY).bucket == bucket


@given(periods())
def test_arrows_lead_to_the_neighbours_and_back(period: Period) -> None:
    earlier = period.earlier()
    assert period.start
    if earlier is None:
        return
    before = follow(earlier, period)
    assert before.end + DAY == period.start
    if period.start <= period.today:
        back = before.later()
        assert back
        assert follow(back, period).span == period.span


@given(periods())
def test_no_arrow_leads_into_the_future(period: Period) -> None:
    later = period.later()
    assert (later is None) == (period.end >= period.today)
    if later:
        after = follow(later, period)
        assert after.start == period.end + DAY and not after.future


def follow(query: dict[str, str], beside: Period) -> Period:
    if "period" in query:
        return read_period(query["period"], beside.today, beside.starts)
    return read_range(read_day(query["from"]), read_day(query["to"]), beside.today, beside.starts)


def test_back_in_the_present_the_running_name_returns() -> None:
    for name in ("today", "week", "month", "quarter", "year", "last-30"):
        period = read_period(name, TODAY)
        earlier = period.earlier()
        assert earlier
        assert follow(earlier, period).later() == {"period": name}


@pytest.mark.parametrize(
    ("text", "today", "starts", "name"),
    [
        ("2026-02", date(2026, 3, 30), USUAL_STARTS, "month"),
        ("2026-q1", date(2026, 6, 30), USUAL_STARTS, "quarter"),
        ("2027", date(2028, 12, 31), USUAL_STARTS, "year"),
        ("2026-w46", TODAY, USUAL_STARTS, "week"),
        ("2026-01", date(2026, 3, 14), Starts(15, 0), "month"),
        ("2026-11-21", TODAY, USUAL_STARTS, "today"),
    ],
)
def test_the_running_name_returns_on_its_last_day(
    text: str, today: date, starts: Starts, name: str
) -> None:
    """Also where the period before is shorter than the running one."""
    assert read_period(text, today, starts).later() == {"period": name}


def test_a_range_that_ends_today_is_the_last_days_up_to_ten_years() -> None:
    def after(days: int) -> dict[str, str] | None:
        end = TODAY - days * DAY
        return read_range(end - (days - 1) * DAY, end, TODAY).later()

    assert after(10) == {"period": "last-10"}
    assert after(3660) == {"period": "last-3660"}
    assert after(3661) == {"from": "2016-11-14", "to": "2026-11-22"}


def test_days_without_a_beginning_have_no_neighbours() -> None:
    until = read_range(None, date(2026, 10, 9), TODAY)
    assert until.earlier() is None and until.later() is None
    assert until.previous() is None and until.last_year() is None


def test_the_first_year_has_nothing_before_it() -> None:
    assert read_period("1900", TODAY).earlier() is None
    assert read_period("1901", TODAY).earlier() == {"period": "1900"}
