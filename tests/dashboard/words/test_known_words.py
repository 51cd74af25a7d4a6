"""The known days of a type in words, and those that nobody has read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tally.dashboard.chart_parts import chart_names
from tally.dashboard.words import known_words
from tally.domain.calendar import DAY, Span
from tally.statistics.known_days import Known, KnownDays
from tally.statistics.type_statistics import TypeStatistics
from tests.dashboard.periods import MONTH, formatter, period
from tests.plain_statistics import SUNDAY, type_statistics


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
    assert known_words.noted(one, period(name), formatter) == words


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
    assert known_words.noted(replace(one, active_days=20), month, formatter) == words
    assert known_words.unread(one, month) == missing
    assert missing in chart_names.chart_name(one, month, formatter)


@pytest.mark.parametrize(
    ("name", "unknown", "days"),
    [
        ("2025-01-01:2026-11-22", ("2025-11-20", "2026-01-03"), "20 Nov 2025 – 3 Jan 2026"),
        ("2025-01-01:2026-11-22", ("2025-11-20", "2025-12-03"), "20 Nov – 3 Dec 2025"),
        ("2025-01-01:2026-11-22", ("2025-11-20", "2025-11-23"), "20–23 Nov 2025"),
        ("2025-01-01:2026-11-22", ("2025-11-20", "2025-11-20"), "20 Nov 2025"),
        ("2025-11-22:2026-11-22", ("2025-12-20", "2026-01-03"), "20 Dec – 3 Jan"),
    ],
)
def test_a_stretch_that_is_not_known_has_its_years_where_dates_come_twice(
    name: str, unknown: tuple[str, str], days: str
) -> None:
    shown, gap = period(name), Span(*map(date.fromisoformat, unknown))
    assert shown.start
    one = replace(_read(1, 22), known_days=KnownDays(shown.start, SUNDAY, (gap,)))
    assert known_words.unread(one, shown) == f"{days} not read"


def test_nothing_is_read_yet() -> None:
    one = _read(1, 1, known=Known(None, None, 0), active_days=0, entries=0, total=Decimal(0))
    assert known_words.noted(one, period("month"), formatter) == "not read yet"
    assert (
        known_words.noted(replace(one, is_read=False), period("month"), formatter)
        == "not known yet"
    )
    assert known_words.nothing_known(one, period("month")) == "not read yet"
    assert known_words.nothing_known(replace(one, measured=False), period("month")) == ""
    assert known_words.nothing_known(_read(1, 1, active_days=0), period("month")) == ""
    # In October it had not begun; between two meters nobody reads what is past.
    assert known_words.nothing_known(one, period("2026-10")) == "before its first reading"
    gap = replace(one, known_days=_read(1, 22, 2).known_days)
    assert known_words.nothing_known(gap, period("2026-11-05")) == "not read"
