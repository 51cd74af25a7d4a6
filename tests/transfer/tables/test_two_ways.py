"""The two ways that money goes are never added up as one."""

from __future__ import annotations

import pytest

from tests.transfer.guessed import below, columns, roles
from tests.transfer.parsed import entries


@pytest.mark.parametrize(
    ("header", "rows", "right"),
    [
        ("Datum;Af Bij;Bedrag (EUR);Mutatiesoort",
         ("2026-10-05;Af;89;Overschrijving", "2026-10-06;Bij;2500;Overschrijving"),
         "date type value -"),
        ("Datum;Soll/Haben;Betrag", ("2026-10-05;S;89", "2026-10-06;H;2500"), "date type value"),
        ("Date;Category;Amount;Transaction Type",
         ("2026-10-05;Food;89;debit", "2026-10-06;Food;2500;credit"), "date - value type"),
        # A heading that names both says it of one, too; short cells say nothing by themselves.
        ("Date;Category;Amount;D/C", ("2026-10-05;Food;89;D", "2026-10-06;Food;25;D"),
         "date - value type"),
        ("Date;Category;Amount;Class", ("2026-10-05;Food;89;D", "2026-10-06;Food;25;C"),
         "date type value -"),
        # The signs say it already.
        ("Date;Category;Amount;Transaction Type",
         ("2026-10-05;Food;-89;debit", "2026-10-06;Food;2500;credit"), "date type value -"),
        # A column for each way.
        ("Date;Description;Debit;Credit;Balance",
         ("2026-10-05;Shop;89;;100", "2026-10-06;Wages;;2500;2600"), "date notes value value -"),
        ("Date;Description;Debit (€);Credit (€);Balance (€)",
         ("2026-10-05;Shop;89;;100", "2026-10-06;Wages;;2500;2600"), "date notes value value -"),
        ("Date;Description;Paid out;Paid in;Balance",
         ("2026-10-05;Shop;89;;100", "2026-10-06;Wages;;2500;2600"), "date notes value value -"),
        ("Date;Type;kWh in;kWh out;Cost",
         ("2026-10-05;sun;3;2;0.90", "2026-10-06;sun;4;1;1.20"), "date type value - cost"),
        ("Date;Description;Debit;Balance",
         ("2026-10-05;Shop;89;100", "2026-10-06;Rent;70;30"), "date type value -"),
    ],
)  # fmt: skip
def test_which_way_an_amount_went_is_its_type(
    header: str, rows: tuple[str, str], right: str
) -> None:
    assert roles(below(header, *rows)) == right


def test_a_balance_beside_them_is_named() -> None:
    *_, balance = columns(
        below("Date;Debit;Credit;Balance", "2026-10-05;89;;100", "2026-10-06;;2500;2600")
    )
    assert (balance.role, balance.money) == ("-", "Balance")


def test_income_and_spending_are_never_one_sum() -> None:
    text = below(
        "Datum;Naam / Omschrijving;Code;Af Bij;Bedrag (EUR);Mutatiesoort",
        "20261005;Huur;OV;Af;89,00;Overschrijving",
        "20261005;Werkgever;OV;Bij;2500,00;Overschrijving",
    )
    assert [(entry.consumption_type, int(entry.value), entry.notes) for entry in entries(text)] == [
        ("Af", 89, "Huur"),
        ("Bij", 2500, "Werkgever"),
    ]
