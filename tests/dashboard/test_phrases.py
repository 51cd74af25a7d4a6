"""The dashboard's sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tally.dashboard import chart_names, comparisons, known_days, limit_words, phrases
from tally.domain.formatting import Words
from tally.domain.period_query import read_period
from tally.domain.periods import DAY, Span, containing
from tally.statistics.compute import TypeStatistics
from tally.statistics.figures import Comparison, LimitPace
from tally.statistics.known_days import Known, KnownDays
from tests.dashboard.periods import MONTH, period, say
from tests.plain_statistics import SUNDAY, type_statistics

NARROW = "\u202f"


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
    assert (
        comparisons.comparison(one, _before(total, base), "October", period("month"), say) == words
    )


def test_a_day_that_has_just_begun_is_not_yet_less_than_yesterday() -> None:
    one = type_statistics(total=Decimal(0), entries=0)
    words = comparisons.comparison(one, _before("0", "8.5"), "yesterday", period("today"), say)
    assert words == "nothing yet, yesterday 8.5"


def test_noted_zeros_are_not_nothing() -> None:
    one = type_statistics(total=Decimal(0), entries=3)
    assert (
        comparisons.comparison(one, _before("0", "0"), "October", period("month"), say)
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
    assert comparisons.signed_percent(_before(total, base), say) == text


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
    assert known_days.noted(one, period(name), say) == words


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
    assert known_days.noted(replace(one, active_days=20), month, say) == words
    assert known_days.unread(one, month) == missing
    assert missing in chart_names.chart_name(one, month, say)


def test_nothing_is_read_yet() -> None:
    one = _read(1, 1, known=Known(None, None, 0), active_days=0, entries=0, total=Decimal(0))
    assert known_days.noted(one, period("month"), say) == "not read yet"
    assert known_days.noted(replace(one, is_read=False), period("month"), say) == "not known yet"
    assert known_days.nothing_known(one, period("month")) == "not read yet"
    assert known_days.nothing_known(replace(one, measured=False), period("month")) == ""
    assert known_days.nothing_known(_read(1, 1, active_days=0), period("month")) == ""
    # In October it had not begun; between two meters nobody reads what is past.
    assert known_days.nothing_known(one, period("2026-10")) == "before its first reading"
    gap = replace(one, known_days=_read(1, 22, 2).known_days)
    assert known_days.nothing_known(gap, period("2026-11-05")) == "not read"


def test_unequal_days_are_compared_day_by_day() -> None:
    before = Comparison(Span(MONTH.start, SUNDAY), 7, Decimal("51.8"), None, None)
    one = type_statistics(per_day=Decimal("7.135"))
    words = comparisons.comparison(one, before, "October", period("month"), say)
    assert words == "7.1 a day; 7.4 in the 7 days known of October"
    assert comparisons.signed_percent(before, say) == ""
    unknown = replace(before, known_days=0, total=Decimal(0))
    words = comparisons.comparison(
        one, unknown, "the first 22 days of October", period("month"), say
    )
    assert words == "nothing known of October"


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
    assert limit_words.state(pace, period("month"), say) == (words, mood)


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
def test_the_state_of_a_limit_in_words(
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
    assert limit_words.state(pace, period(shown), say) == (words, mood)


@pytest.mark.parametrize(
    ("used", "words", "mood"),
    [
        ("0", "nothing known of 30 €", "good"),
        ("20", "20 of 30 €, not all costs known", "good"),
        ("29", "29 of 30 €, not all costs known", "warn"),
        ("33", f"110{NARROW}% of 30 €, 3 over", "bad"),
    ],
)
def test_a_limit_in_money_says_that_some_amounts_have_no_cost(
    used: str, words: str, mood: str
) -> None:
    share = Decimal(used) / 30
    pace = LimitPace(
        Decimal(30), "month", MONTH, SUNDAY, Decimal(used), 30 - Decimal(used), share,
        Decimal("0.7"), 22, in_cost=True, uncovered=Decimal(250),
    )  # fmt: skip
    assert limit_words.state(pace, period("month"), say, "€") == (words, mood)


def test_a_limit_is_not_kept_before_its_last_day_is_over() -> None:
    today = date(2026, 11, 30)
    pace = LimitPace(
        Decimal(70), "month", MONTH, today, Decimal(69), Decimal(1), Decimal(69) / 70, Decimal(1),
        MONTH.days,
    )  # fmt: skip
    words, _ = limit_words.state(pace, read_period("month", today), Words("auto", today))
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
    assert limit_words.state(pace, period("2026-10"), say) == (words, mood)
