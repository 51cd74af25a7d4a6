"""Readings that the tests of meters have in common."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tally.domain.meters import Reading

DAY = date(2026, 10, 28)

FIGURES = st.decimals(0, 10**6, places=3, allow_nan=False)
CHAINS = st.lists(st.tuples(st.integers(0, 900), FIGURES), min_size=1, max_size=12).map(
    lambda readings: [
        Reading(DAY + timedelta(days=offset), figure)
        for offset, figure in zip(
            sorted(offset for offset, _ in readings),
            sorted(figure for _, figure in readings),
            strict=True,
        )
    ]
)


def at(figure: str, ago: int = 0) -> Reading:
    return Reading(DAY - timedelta(days=ago), Decimal(figure))
