"""Currencies as files write them."""

from __future__ import annotations

import pytest

from tally.domain.currencies import CURRENCIES, sign
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
    assert same_currency("CA$", "CAD") and same_currency("US$", "USD")
    assert same_currency("Rs.", "INR") and not same_currency("Rs", "EUR")
    assert not same_currency("CA$", "USD") and not same_currency("R$", "USD")


@pytest.mark.parametrize("code", CURRENCIES)
def test_every_currency_is_known_by_the_sign_that_is_shown_for_it(code: str) -> None:
    assert same_currency(sign(code), code) and same_currency(code, code)
    assert not same_currency("", code)
