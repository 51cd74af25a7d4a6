"""Currencies: their signs, their decimals, and what counts as money beside a number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tally.domain.calendar import DAY
from tally.domain.currencies import (
    CURRENCIES,
    currency_of,
    decimals,
    is_money,
    name,
    sign,
    usual_currency,
    without_sign,
)
from tally.domain.iso4217 import ISO_4217
from tally.domain.records import UsedType

TODAY = date(2026, 11, 22)


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


def test_the_usual_currency_is_the_newest_that_was_written() -> None:
    def used(unit: str, day: date, hour: int = 0) -> UsedType:
        return UsedType("rent", unit, day, datetime(2026, 1, 1, hour, tzinfo=UTC))

    assert usual_currency([]) == "EUR"
    assert usual_currency([used("kWh", TODAY), used("", TODAY)]) == "EUR"
    newest = [used("$", TODAY - timedelta(days=1)), used("£", TODAY), used("kWh", TODAY, 5)]
    assert usual_currency(newest) == "GBP"
    same_day = [used("PLN", TODAY, 2), used("$", TODAY, 3), used("£", TODAY, 1)]
    assert usual_currency(same_day) == "USD"
    # A sign of two currencies tells none.
    assert usual_currency([used("¥", TODAY), used("$", TODAY - DAY)]) == "USD"
