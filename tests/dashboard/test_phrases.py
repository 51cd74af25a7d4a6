"""The dashboard's sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tally.dashboard import axis_labels, cards, chart_names, period_names, phrases
from tally.domain.filters import Filter
from tally.domain.formatting import Words
from tally.domain.periods import (
    DAY,
    Period,
    Span,
    Starts,
    bucket_starts,
    containing,
    read_period,
    read_range,
)
from tally.statistics.compute import Comparison, LimitPace, TypeStatistics
from tally.statistics.known_days import Known, KnownDays
from tests.plain_statistics import type_statistics

SUNDAY = date(2026, 11, 22)
say = Words("auto", SUNDAY)
NARROW = "\u202f"
MONTH = containing("month", SUNDAY)


def period(name: str, today: date = SUNDAY) -> Period:
    if ":" in name:
        start, end = map(date.fromisoformat, name.split(":"))
        return read_range(start, end, today)
    return read_period(name, today)


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
    assert period_names.heading(period(name), say) == (title, subtitle)


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
    words = Words("auto", SUNDAY, starts)
    given = read_period(name, SUNDAY, starts)
    assert period_names.heading(given, words)[0] == title
    assert period_names.short_name(given, words) == now
    assert period_names.name_before(given, words) == before
    assert period_names.name_at_line(given, words) == at_line


def test_the_days_of_a_year_that_begins_later_are_said() -> None:
    words = Words("auto", SUNDAY, Starts(15))
    year = read_period("2025", SUNDAY, words.starts)
    wanted = ("2025", "15 January 2025 to 14 January 2026, 365 days")
    assert period_names.heading(year, words) == wanted


def test_buckets_of_an_account_are_named_by_their_days() -> None:
    words = Words("auto", SUNDAY, Starts(15, 5))
    months = [date(2025, 12, 15), date(2026, 1, 15)]
    assert axis_labels.buckets(months, "month", words) == [
        "15 Dec to 14 Jan 2026",
        "15 Jan to 14 Feb 2026",
    ]
    assert axis_labels.buckets([date(2026, 11, 14)], "week", words) == ["Week 47"]
    assert axis_labels.buckets([date(2026, 1, 1), date(2026, 1, 15)], "year", words) == [
        "2025",
        "2026",
    ]
    assert axis_labels.axis([date(1999, 1, 1), date(2000, 1, 1)], "year", 1) == [
        ("1999", 2),
        ("2000", 0),
    ]


def test_all_records_are_counted_in_days() -> None:
    everything = period("all").since(date(2026, 11, 1))
    assert period_names.heading(everything, say)[1] == "1 to 22 November 2026, 22 days"


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
def test_names(name: str, now: str, before: str, at_line: str) -> None:
    given = period(name)
    assert period_names.short_name(given, say) == now
    assert period_names.name_before(given, say) == before
    assert period_names.name_at_line(given, say) == at_line


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
    assert period_names.span_before(given, span, say) == words


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
    assert period_names.name_last_year(given, span, say) == words
    if "week" in words:
        assert (given.start - span.start).days == 364  # type: ignore[operator]
    elif "dates" in words:
        assert (span.start.month, span.start.day) == (given.start.month, given.start.day)  # type: ignore[union-attr]


def test_weeks_of_one_number_are_told_apart_by_their_first_days() -> None:
    starts = bucket_starts(Span(date(2025, 10, 20), date(2026, 11, 22)), "week")
    names = axis_labels.buckets(starts, "week", say)
    assert names[0] == "Week 43, 20 Oct 2025"
    assert names[52] == "Week 43, 19 Oct"
    assert names[20] == "Week 11"
    assert len(set(names)) == len(names)


def test_a_running_march_is_compared_with_all_of_february_at_most() -> None:
    today = date(2026, 3, 30)
    march = read_period("month", today)
    span = march.previous()
    assert span
    assert period_names.span_before(march, span, Words("auto", today)) == "February"


@pytest.mark.parametrize(
    ("total", "base", "words"),
    [
        ("88", "100", f"12{NARROW}% less than October"),
        ("107", "100", f"7{NARROW}% more than October"),
        ("100", "100", "as much as October"),
        ("100.4", "100", "about as much as October"),
        ("300", "100", "3 times as much as October"),
        ("123456", "1", "120k times as much as October"),
        ("1", "1000", f"over 99{NARROW}% less than October"),
        ("0", "1000", f"100{NARROW}% less than October"),
        ("3", "0", "no records in October to compare with"),
        ("0", "0", "no records in October either"),
    ],
)
def test_comparisons(total: str, base: str, words: str) -> None:
    one = type_statistics(total=Decimal(total), entries=int(total != "0"))
    assert phrases.comparison(one, _before(total, base), "October", period("month"), say) == words


def test_a_day_that_has_just_begun_is_not_yet_less_than_yesterday() -> None:
    one = type_statistics(total=Decimal(0), entries=0)
    words = phrases.comparison(one, _before("0", "8.5"), "yesterday", period("today"), say)
    assert words == "nothing yet, yesterday 8.5"


def test_noted_zeros_are_not_nothing() -> None:
    one = type_statistics(total=Decimal(0), entries=3)
    assert (
        phrases.comparison(one, _before("0", "0"), "October", period("month"), say)
        == "as much as October"
    )


@pytest.mark.parametrize(
    ("total", "base", "text"),
    [
        ("88", "100", f"\u221212{NARROW}%"),
        ("107", "100", f"+7{NARROW}%"),
        ("100.2", "100", f"+0.2{NARROW}%"),
        ("100", "100", f"0{NARROW}%"),
        ("0.3", "100", f"\u221299.7{NARROW}%"),
        ("0.001", "100", f"\u221299.9{NARROW}%"),
        ("0", "100", f"\u2212100{NARROW}%"),
        ("3.5", "0", "+3.5"),
        ("30000", "100", f"+30{NARROW}000{NARROW}%"),
    ],
)
def test_signed_percent(total: str, base: str, text: str) -> None:
    assert phrases.signed_percent(_before(total, base), say) == text


def _before(total: str, base: str) -> Comparison:
    difference = Decimal(total) - Decimal(base)
    percent = difference * 100 / Decimal(base) if Decimal(base) else None
    return Comparison(Span(SUNDAY, SUNDAY), 1, Decimal(base), difference, percent)


@pytest.mark.parametrize(
    ("active", "name", "words"),
    [
        (0, "month", "no records yet"),
        (0, "2025", "no records"),
        (1, "month", "recorded on 1 of 22 days"),
        (15, "month", "recorded on 15 of 22 days"),
        (22, "month", "recorded every day"),
        (1, "today", "22 records"),
    ],
)
def test_how_often_it_was_noted(active: int, name: str, words: str) -> None:
    known = Known(SUNDAY, SUNDAY, 1) if name == "today" else Known(MONTH.start, SUNDAY, 22)
    one = type_statistics(active_days=active, known=known)
    assert phrases.noted(one, period(name), say) == words


def _read(first: int, last: int, count: int = 0, **changes: object) -> TypeStatistics:
    """Electricity of a meter, known from one day of November to another."""
    days = [MONTH.start.replace(day=day) for day in (first, last)]
    known = Known(days[0], days[1], count or last - first + 1)
    gaps = (Span(days[0] + DAY, days[1] - DAY),) if count else ()
    return type_statistics(
        known_days=KnownDays(days[0], days[1], gaps),
        **{"known": known, "measured": True, "is_read": True, "spread_entries": 3, **changes},
    )


@pytest.mark.parametrize(
    ("one", "words", "missing"),
    [
        (_read(1, 20), "to 20 November", "21–22 not read yet"),
        (_read(1, 20, is_read=False), "to 20 November", "21–22 not known yet"),
        (_read(10, 22), "since 10 November", "1–9 before its first reading"),
        (_read(10, 20), "10 to 20 November", "21–22 not read yet"),
        (_read(1, 22), "all days known", ""),
        (_read(1, 22, 2), "2 of 22 days known", "2–21 not read"),
        (_read(22, 22, active_days=0), "since 22 November", "1–21 before its first reading"),
    ],
)
def test_what_is_known_and_what_is_not_read_yet(
    one: TypeStatistics, words: str, missing: str
) -> None:
    month = period("month")
    assert phrases.noted(replace(one, active_days=20), month, say) == words
    assert phrases.unread(one, month) == missing
    assert missing in chart_names.chart_name(one, month, say)


def test_nothing_is_read_yet() -> None:
    one = _read(1, 1, known=Known(None, None, 0), active_days=0, entries=0, total=Decimal(0))
    assert phrases.noted(one, period("month"), say) == "not read yet"
    assert phrases.noted(replace(one, is_read=False), period("month"), say) == "not known yet"
    assert phrases.nothing_known(one, period("month")) == "not read yet"
    assert phrases.nothing_known(replace(one, measured=False), period("month")) == ""
    assert phrases.nothing_known(_read(1, 1, active_days=0), period("month")) == ""


def test_unequal_days_are_compared_day_by_day() -> None:
    before = Comparison(Span(MONTH.start, SUNDAY), 7, Decimal("51.8"), None, None)
    one = type_statistics(per_day=Decimal("7.135"))
    words = phrases.comparison(one, before, "October", period("month"), say)
    assert words == "7.1 a day; 7.4 in the 7 days known of October"
    assert phrases.signed_percent(before, say) == ""
    unknown = replace(before, known_days=0, total=Decimal(0))
    words = phrases.comparison(one, unknown, "the first 22 days of October", period("month"), say)
    assert words == "nothing known of October"


def test_days_at_the_same_place_of_an_earlier_period_are_named() -> None:
    span = Span(date(2026, 10, 10), date(2026, 10, 27))
    assert period_names.span_before(period("month"), span, say) == "10 to 27 October"


@pytest.mark.parametrize(
    ("used", "known_to", "words", "mood"),
    [
        ("142.7", 20, f"59{NARROW}% of 240 by the 20th", "good"),
        ("200", 20, f"83{NARROW}% of 240 by the 20th, ahead of pace", "warn"),
        ("250", 20, f"104{NARROW}% of 240, 10 over", "bad"),
        ("0", 0, "nothing read yet of 240", "good"),
    ],
)
def test_a_limit_stands_at_the_last_known_day(
    used: str, known_to: int, words: str, mood: str
) -> None:
    last = MONTH.start + (known_to - 1) * DAY
    pace = LimitPace(
        Decimal(240), "month", MONTH, last, Decimal(used), 240 - Decimal(used),
        Decimal(used) / 240, Decimal(known_to) / 30, known_to,
    )  # fmt: skip
    assert phrases.pace(pace, period("month"), say) == (words, mood)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("month", "314.7", "about 315 by the 30th"),
        ("month", "3.97", "about 4 by the 30th"),
        ("month", "85.9", "about 86 by the 30th"),
        ("month", "12345678", "about 12.3M by the 30th"),
        ("year", "831.2", "about 831 by 31 December"),
        ("week", "0.0312", "about 0.031 by Sunday"),
        ("2026-11-20:2026-11-24", "7", "about 7 by 24 November"),
    ],
)
def test_projections(name: str, value: str, words: str) -> None:
    assert phrases.projection(Decimal(value), period(name), say) == words


@pytest.mark.parametrize(
    ("used", "limit", "span", "shown", "words", "mood"),
    [
        ("63", "70", MONTH, "month", f"90{NARROW}% of 70, ahead of pace", "warn"),
        ("230.8", "320", MONTH, "month", f"72{NARROW}% of 320, 89.2 left", "good"),
        ("84", "70", MONTH, "month", f"120{NARROW}% of 70, 14 over", "bad"),
        ("319", "320", MONTH, "month", f"over 99{NARROW}% of 320, ahead of pace", "warn"),
        ("320", "320", MONTH, "month", f"100{NARROW}% of 320, ahead of pace", "warn"),
        ("321", "320", MONTH, "month", f"over 100{NARROW}% of 320, 1 over", "bad"),
        ("0", "0", MONTH, "month", "none used, none allowed", "good"),
        ("0", "0", MONTH, "week", "none used this month, none allowed", "good"),
        ("3", "0", MONTH, "month", "3 over 0", "bad"),
        ("120", "10", MONTH, "month", "12 times 10, 110 over", "bad"),
        ("63", "70", MONTH, "week", f"90{NARROW}% of 70 this month, ahead of pace", "warn"),
        (
            "1",
            "2",
            containing("day", SUNDAY),
            "month",
            f"50{NARROW}% of 2 today, 1 left",
            "good",
        ),
        (
            "60",
            "70",
            containing("month", date(2026, 10, 1)),
            "2026-10",
            "60 of 70, kept",
            "good",
        ),
        (
            "80",
            "70",
            containing("month", date(2026, 10, 1)),
            "2026-10",
            f"114{NARROW}% of 70, 10 over",
            "bad",
        ),
        (
            "60",
            "70",
            containing("year", date(2025, 1, 1)),
            "2025-12",
            "60 of 70 in 2025, kept",
            "good",
        ),
        (
            "6",
            "7",
            containing("week", date(2026, 10, 31)),
            "2026-10",
            "6 of 7 in week 44, kept",
            "good",
        ),
        (
            "6",
            "7",
            containing("day", date(2026, 10, 31)),
            "2026-10",
            "6 of 7 on Sat 31 Oct, kept",
            "good",
        ),
    ],
)
def test_where_a_limit_stands(
    used: str, limit: str, span: Span, shown: str, words: str, mood: str
) -> None:
    pers = {1: "day", 7: "week", 30: "month", 31: "month", 365: "year"}
    elapsed = min((SUNDAY - span.start).days + 1, span.days)
    pace = LimitPace(
        value=Decimal(limit),
        per=pers[span.days],  # type: ignore[arg-type]
        span=span,
        known_to=min(SUNDAY, span.end),
        used=Decimal(used),
        left=Decimal(limit) - Decimal(used),
        share_used=Decimal(used) / Decimal(limit) if Decimal(limit) else None,
        share_elapsed=Decimal(elapsed) / span.days,
        known_days=elapsed,
    )
    assert phrases.pace(pace, period(shown), say) == (words, mood)


def test_a_limit_is_not_kept_before_its_last_day_is_over() -> None:
    today = date(2026, 11, 30)
    pace = LimitPace(
        Decimal(70), "month", MONTH, today, Decimal(69), Decimal(1), Decimal(69) / 70, Decimal(1),
        MONTH.days,
    )  # fmt: skip
    words, _ = phrases.pace(pace, read_period("month", today), Words("auto", today))
    assert words == f"99{NARROW}% of 70, 1 left"


@pytest.mark.parametrize(
    ("used", "limit", "known_days", "words", "mood"),
    [
        ("10", "300", 1, "10 of 300 in the day known", "good"),
        ("10", "300", 30, "10 of 300 in the 30 days known", "good"),
        ("10", "300", 31, "10 of 300, kept", "good"),
        ("0", "300", 0, "nothing known of 300", "good"),
        ("0", "0", 0, "nothing known of 0", "good"),
        ("0", "0", 3, "0 of 0 in the 3 days known", "good"),
        ("0", "0", 31, "none used, none allowed", "good"),
        # Beyond it is beyond it, whatever else is not known.
        ("310", "300", 1, f"103{NARROW}% of 300, 10 over", "bad"),
    ],
)
def test_a_limit_is_kept_only_where_all_of_its_days_are_known(
    used: str, limit: str, known_days: int, words: str, mood: str
) -> None:
    october = containing("month", date(2026, 10, 1))
    value = Decimal(limit)
    share = Decimal(used) / value if value else None
    pace = LimitPace(
        value, "month", october, october.end, Decimal(used), value - Decimal(used), share,
        Decimal(1), known_days,
    )  # fmt: skip
    assert phrases.pace(pace, period("2026-10"), say) == (words, mood)


def test_charts_are_named_by_a_sentence() -> None:
    one = type_statistics(
        projection=Decimal("314.7"), weekdays=(Decimal(1), None, *[Decimal(3)] * 5)
    )
    month = period("month")
    assert chart_names.chart_name(one, month, say) == (
        "electricity, November: 230.8 kWh in 22 days, highest Saturday 14 with 17.8"
    )
    assert chart_names.running_name(one, month, say) == (
        "electricity, running total: 230.8 kWh by Sunday 22 November, about 315 by the 30th"
    )
    assert chart_names.weekday_name(one, say) == (
        "electricity by weekday: most on Wednesdays with 3 kWh on average"
    )


def test_axis_texts() -> None:
    def axis(first: date, last: date, size: str, today: int = -1) -> dict[str, list[str]]:
        starts = bucket_starts(Span(first, last), size)  # type: ignore[arg-type]
        ranks: dict[str, list[str]] = {}
        for text, rank in axis_labels.axis(starts, size, today):  # type: ignore[arg-type]
            if text:
                ranks.setdefault(str(rank), []).append(text)
        return ranks

    month = axis(date(2026, 11, 1), date(2026, 11, 30), "day", 21)
    assert (month["0"], month["1"], len(month["2"])) == (["22"], ["1", "30"], 27)
    across = axis(date(2026, 10, 24), date(2026, 11, 22), "day", 29)
    assert (across["0"], across["1"]) == (["22"], ["24 Oct", "1 Nov"])
    week = axis(date(2026, 11, 16), date(2026, 11, 22), "day", 6)
    assert (week["0"], week["1"][0]) == (["Sun 22"], "Mon 16")
    year = axis(date(2026, 1, 1), date(2026, 12, 31), "week", 46)
    assert year == {
        "0": ["16 Nov"],
        "2": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    }
    years = axis(date(2020, 3, 1), date(2026, 11, 22), "month", 80)
    assert years == {"0": ["Nov"], "1": ["2021", "2022", "2023", "2024", "2025", "2026"]}


@pytest.mark.parametrize(
    ("name", "beyond"),
    [("month", False), ("quarter", True), ("last-30", True), ("all", True), ("yesterday", False)],
)
def test_what_a_narrow_switch_has_no_room_for_is_known_by_name(
    name: str, beyond: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "PRESETS", dict.fromkeys(cards.PRESETS, "in other words"))
    switch = cards.switch(Filter(today=SUNDAY), period(name), say)
    assert switch.beyond == beyond
    links = (*switch.presets, *switch.further)
    assert [link.name for link in links if link.current] == [name]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("month", ("1", "30")),
        ("week", ("Mon", "Sun")),
        ("year", ("Jan", "Dec")),
        ("today", ("", "")),
        ("last-30", ("24 Oct", "22 Nov")),
        ("last-3660", ("Nov 2016", "Nov 2026")),
        ("all", ("", "")),
    ],
)
def test_ends_of_a_small_chart(name: str, ends: tuple[str, str]) -> None:
    given = period(name)
    assert axis_labels.ends(given) == ends
    if given.start:
        assert given.end - given.start < timedelta(days=3700)
