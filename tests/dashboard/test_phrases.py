"""The amounts of the dashboard as they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tally.dashboard import phrases
from tests.dashboard.periods import formatter, period


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
    assert phrases.projection(Decimal(value), Decimal(0), period(name), formatter) == words


@pytest.mark.parametrize(
    ("value", "so_far", "words"),
    [
        ("17.31", "17.18", "18"),
        ("17.31", "17", "17"),
        ("1732", "1731.63", "1740"),
        ("1736", "1731.63", "1740"),
        ("1.04", "1.03", "1.1"),
        ("9.94", "9.93", "10"),
        ("0.0312", "0.0311", "0.032"),
        ("0.0312", "0.03", "0.031"),
        ("1234000", "1233000", "1.24M"),
        ("0", "0", "0"),
    ],
)
def test_an_estimate_is_no_less_than_what_there_is(value: str, so_far: str, words: str) -> None:
    assert phrases.estimate(Decimal(value), Decimal(so_far), formatter) == words
