"""Amounts to draw, and the numbers beside a drawing."""

from decimal import Decimal

from hypothesis import strategies as st

amounts = st.decimals(0, Decimal(10) ** 15, places=6, allow_nan=False, allow_infinity=False)


def formatter(value: Decimal) -> str:
    return f"{value.normalize():f}"
