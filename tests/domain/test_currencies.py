"""Currencies: their signs, their decimals, and what counts as money beside a number."""

from __future__ import annotations

import pytest

from tally.domain.currencies import (
    CURRENCIES,
    currency_of,
    decimals,
    is_money,
    name,
    sign,
    without_sign,
)
from tally.domain.iso4217 import ISO_4217


def test_every_currency_of_iso_4217_can_be_chosen() -> None:
    assert set(CURRENCIES) >= set(ISO_4217)
    # Those with a sign of their own stand first, the others by their code.
    assert list(CURRENCIES)[:3] == ["EUR", "USD", "GBP"]
    others = [code for code, shown in CURRENCIES.items() if shown == code and code != "CHF"]
    assert others == sorted(others)


@pytest.mark.parametrize(
    ("code", "shown", "places", "english"),
    [
        ("EUR", "€", 2, "Euro"),
        ("SEK", "kr", 2, "Swedish Krona"),
        ("JPY", "¥", 0, "Japanese Yen"),
        ("KWD", "KWD", 3, "Kuwaiti Dinar"),
        ("XYZ", "XYZ", 2, "XYZ"),
    ],
)
def test_a_currency_is_shown(code: str, shown: str, places: int, english: str) -> None:
    assert (sign(code), decimals(code), name(code)) == (shown, places, english)


@pytest.mark.parametrize(
    ("text", "own", "money", "code"),
    [
        ("€", "", True, "EUR"),
        ("€", "USD", True, "EUR"),
        ("$", "", True, "USD"),
        ("$", "CAD", True, "CAD"),
        ("£", "", True, "GBP"),
        ("zł", "PLN", True, "PLN"),
        # Letters are a sign where they are the account's own: `kr` is three currencies.
        ("zł", "", False, ""),
        ("kr", "SEK", True, "SEK"),
        ("kr", "", False, ""),
        ("kr", "EUR", False, ""),
        ("₹", "", True, "INR"),
        # Two currencies have this sign.
        ("¥", "", True, ""),
        ("¥", "JPY", True, "JPY"),
        ("PLN", "", True, "PLN"),
        ("PLN", "EUR", True, "PLN"),
        ("KWD", "KWD", True, "KWD"),
        ("KWD", "", False, ""),
        ("kWh", "EUR", False, ""),
        ("", "", False, ""),
        ("", "EUR", False, ""),
    ],
)
def test_what_is_money_beside_a_number(text: str, own: str, money: bool, code: str) -> None:
    assert is_money(text, own) is money
    assert currency_of(text, own) == code


@pytest.mark.parametrize(
    ("text", "currency", "bare"),
    [
        ("9,50 €", "EUR", "9,50"),
        ("9,50\u00a0€", "EUR", "9,50"),
        ("€9.50", "EUR", "9.50"),
        ("9.50 eur", "EUR", "9.50"),
        ("EUR 9.50", "EUR", "9.50"),
        ("9.50", "EUR", "9.50"),
        ("9.50 $", "EUR", "9.50 $"),
        ("9.50 €", "", "9.50 €"),
        ("", "EUR", ""),
    ],
)
def test_money_without_the_sign_of_its_currency(text: str, currency: str, bare: str) -> None:
    assert without_sign(text, currency) == bare
