"""Limits in words, and their moods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tally.dashboard.words import limit_words
from tally.domain.calendar import DAY, Span, containing
from tally.domain.currencies import sign
from tally.domain.formatting import Formatter
from tally.domain.period_query import read_period
from tally.statistics.figures import LimitPace
from tests.dashboard.periods import MONTH, formatter, period
from tests.plain_statistics import SUNDAY

NARROW = "\u202f"


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
    assert limit_words.state(pace, period("month"), formatter) == (words, mood)


@pytest.mark.parametrize(
    ("known_to", "shown", "words"),
    [
        (22, "month", "none used, none allowed"),
        (20, "month", "none used by the 20th, none allowed"),
        (20, "week", "none used this month by the 20th, none allowed"),
        (0, "month", "nothing read yet of 0"),
        (0, "week", "nothing read yet of 0 this month"),
    ],
)
def test_nothing_is_none_used_only_as_far_as_it_is_known(
    known_to: int, shown: str, words: str
) -> None:
    last = MONTH.start + (known_to - 1) * DAY
    nothing = Decimal(0)
    pace = LimitPace(
        nothing, "month", MONTH, last, nothing, nothing, None, Decimal(known_to) / 30, known_to
    )
    assert limit_words.state(pace, period(shown), formatter) == (words, "good")


@pytest.mark.parametrize(
    ("used", "limit", "span", "shown", "words", "mood"),
    [
        ("63", "70", MONTH, "month", f"90{NARROW}% of 70, ahead of pace", "warn"),
        ("230.8", "320", MONTH, "month", f"72{NARROW}% of 320, 89.2 left", "good"),
        ("0", "320", MONTH, "month", f"0{NARROW}% of 320, 320 left", "good"),
        ("0.9", "320", MONTH, "month", f"under 1{NARROW}% of 320, 319.1 left", "good"),
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
    assert limit_words.state(pace, period(shown), formatter) == (words, mood)


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
    assert limit_words.state(pace, period("month"), formatter, "€") == (words, mood)


@pytest.mark.parametrize(
    ("used", "limit", "currency", "words"),
    [
        ("0.766667", "9", "EUR", f"9{NARROW}% of 9 €, 8.23 left"),
        ("5", "12.5", "EUR", f"40{NARROW}% of 12.50 €, 7.50 left"),
        ("5", "12", "EUR", f"42{NARROW}% of 12 €, 7 left"),
        ("1234.567", "1000", "EUR", f"123{NARROW}% of 1000 €, 234.57 over"),
        ("30.004", "30", "EUR", f"over 100{NARROW}% of 30 €, 0.004 over"),
        ("766.6667", "9000", "JPY", f"9{NARROW}% of 9000 ¥, 8233 left"),
        ("2000000.5", "1000000", "EUR", f"200{NARROW}% of 1M €, 1M over"),
    ],
)
def test_a_limit_in_money_is_written_as_money_is(
    used: str, limit: str, currency: str, words: str
) -> None:
    value, so_far = Decimal(limit), Decimal(used)
    pace = LimitPace(
        value, "month", MONTH, SUNDAY, so_far, value - so_far, so_far / value, Decimal("0.7"), 22,
        in_cost=True,
    )  # fmt: skip
    reader = Formatter("auto", SUNDAY, currency=currency)
    state = limit_words.state(pace, period("month"), reader, sign(currency))
    assert state.words == words


def test_the_limit_in_a_table_is_written_as_money_is() -> None:
    pace = LimitPace(
        Decimal("12.5"), "month", MONTH, SUNDAY, Decimal(0), Decimal("12.5"), Decimal(0),
        Decimal("0.7"), 22, in_cost=True,
    )  # fmt: skip
    reader = Formatter("auto", SUNDAY, currency="EUR")
    assert limit_words.at_most(pace, "€", reader) == "at most 12.50 € a month"
    of_amounts = replace(pace, in_cost=False)
    assert limit_words.at_most(of_amounts, "kWh", reader) == "at most 12.5 kWh a month"


def test_a_limit_is_not_kept_before_its_last_day_is_over() -> None:
    today = date(2026, 11, 30)
    pace = LimitPace(
        Decimal(70), "month", MONTH, today, Decimal(69), Decimal(1), Decimal(69) / 70, Decimal(1),
        MONTH.days,
    )  # fmt: skip
    words, _ = limit_words.state(pace, read_period("month", today), Formatter("auto", today))
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
    assert limit_words.state(pace, period("2026-10"), formatter) == (words, mood)
