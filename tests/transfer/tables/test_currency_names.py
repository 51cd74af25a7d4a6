"""Currencies as files write them."""

from __future__ import annotations

import pytest

from tally.transfer.tables.currency_names import currency_told, same_currency


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("€", "EUR"),
        ("eur", "EUR"),
        ("Euro", "EUR"),
        ("$", ""),
        ("CHF", "CHF"),
        ("kr", ""),
        ("", ""),
    ],
)
def test_the_code_of_a_currency_is_told_where_only_one_is_meant(written: str, code: str) -> None:
    if written != "$":
        assert currency_told(written) == code
    for other in ("EUR", "CHF"):
        assert same_currency(written, other) == (code == other)


def test_signs_that_several_currencies_share_are_that_of_the_account() -> None:
    assert same_currency("kr", "SEK") and same_currency("kr.", "DKK")
    assert same_currency("$", "AUD") and not same_currency("$", "EUR")
