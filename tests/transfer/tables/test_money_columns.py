"""The columns of money: what was paid, the price of one, and what is left out."""

from __future__ import annotations

import pytest

from tests.transfer.guessed import below, columns


@pytest.mark.parametrize(
    ("header", "row", "right", "left_out"),
    [
        ("Date;kWh;Cost", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;Cost (EUR)", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;Cost", "2026-10-05;3;€0.90", "date value cost", ""),
        ("Date;kWh;Price (EUR/kWh)", "2026-10-05;3;0.30", "date value price", ""),
        # Where both are there, what was paid counts.
        ("Date;kWh;Unit price;Cost", "2026-10-05;3;0.30;0.90", "date value - cost", ""),
        # Another currency, parts of one, or several that may be meant.
        ("Date;kWh;Cost (USD)", "2026-10-05;3;0.90", "date value -", "Cost (USD)"),
        ("Date;kWh;Cost", "2026-10-05;3;£0.90", "date value -", "Cost"),
        ("Date;kWh;Cost (p)", "2026-10-05;3;90", "date value -", "Cost (p)"),
        ("Date;kWh;Currency;Cost", "2026-10-05;3;USD;0.90", "date value - -", "Cost"),
        ("Date;kWh;Cost;Cost", "2026-10-05;3;0.90;1.10", "date value - -", "Cost Cost"),
        ("Date;kWh;Price (øre/kWh)", "2026-10-05;3;80.5", "date value -", "Price (øre/kWh)"),
        ("Date;kWh;Price (Ft/kWh)", "2026-10-05;3;80.5", "date value -", "Price (Ft/kWh)"),
        # A price and what was paid are told by their numbers, whatever they are called.
        ("Date;Litres;Price;Total", "2026-10-05;40.5;1.70;68.85", "date value - cost", ""),
        ("Date;Litres;Total;Price", "2026-10-05;40,5;68,85;1,70", "date value cost -", ""),
        ("Date;Litres;Cost;Amount due", "2026-10-05;40;1.7;68", "date value - cost", ""),
        # Alone, money is what is recorded.
        ("Date;Payee;Amount (EUR)", "2026-10-05;Shop;12.50", "date - value", ""),
    ],
)
def test_money_is_a_cost_only_in_the_currency_of_the_account(
    header: str, row: str, right: str, left_out: str
) -> None:
    guessed = columns(below(header, row))
    assert " ".join(column.role for column in guessed) == right
    assert " ".join(filter(None, (column.money for column in guessed))) == left_out


def test_an_account_without_a_currency_gets_that_of_the_file() -> None:
    *_, cost = columns(below("Date;kWh;Cost (USD)", "2026-10-05;3;0.90"), currency="")
    assert (cost.role, cost.currency) == ("cost", "USD")
    *_, pence = columns(below("Date;kWh;Cost (p)", "2026-10-05;3;90"), currency="")
    assert (pence.role, pence.money) == ("-", "Cost (p)")
