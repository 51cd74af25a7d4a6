"""The two ways that money goes are never added up as one."""

from __future__ import annotations

import pytest

from tally.transfer.rows.row_parser import ASK_WAY
from tests.transfer.guessed import below, columns, roles
from tests.transfer.parsed import entries, parsed


@pytest.mark.parametrize(
    ("header", "rows", "right"),
    [
        ("Datum;Af Bij;Bedrag (EUR);Mutatiesoort",
         ("2026-10-05;Af;89;Overschrijving", "2026-10-06;Bij;2500;Overschrijving"),
         "date type value -"),
        ("Datum;Soll/Haben;Betrag", ("2026-10-05;S;89", "2026-10-06;H;2500"), "date type value"),
        ("Date;Category;Amount;Transaction Type",
         ("2026-10-05;Food;89;debit", "2026-10-06;Food;2500;credit"), "date type value direction"),
        # A heading that names both says it of one, too; short cells say nothing by themselves.
        ("Date;Category;Amount;D/C", ("2026-10-05;Food;89;D", "2026-10-06;Food;25;D"),
         "date type value direction"),
        # Without categories the ways are the types, and so they are of what may be no money.
        ("Date;Meter type;kWh;Direction",
         ("2026-10-05;roof;89;in", "2026-10-06;roof;25;out"), "date - value type"),
        ("Date;Category;Description;Debit;Credit",
         ("2026-10-05;Food;Shop;89;", "2026-10-06;Wages;Work;;2500"),
         "date type notes value value"),
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
        # Those of a stock: a delivery is no use of what it fills up.
        ("Datum;Verwendungszweck;Zugang;Abgang;Saldo",
         ("2026-10-05;Lohn;2000;;2100", "2026-10-06;Miete;;700;1400"), "date notes value value -"),
        ("Datum;Artikel;Zugang;Abgang;Bestand",
         ("2026-10-05;Heizöl;2000;;2100", "2026-10-06;Pellets;;40;90"), "date type value value -"),
        ("Datum;Bewegung;Menge;Einheit",
         ("2026-10-05;Zugang;2000;l", "2026-10-06;Abgang;40;l"), "date type value unit"),
        ("Datum;Artikel;Bewegung;Menge;Einheit",
         ("2026-10-05;Heizöl;Zugang;2000;l", "2026-10-06;Pellets;Abgang;40;kg"),
         "date type meter value unit"),
        ("Datum;Kategorie;Richtung;Betrag",
         ("2026-10-05;Lohn;Zugang;2000", "2026-10-06;Miete;Abgang;700"),
         "date type direction value"),
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
    assert (balance.role, balance.money_left_out) == ("-", "ours")


BANK = below(
    "Date;Description;Category;Type;Amount",
    "2026-10-01;Shop;Food;Debit;12.50", "2026-10-02;Work;Salary;Credit;2000",
    "2026-10-03;Shop;Food;credit;2.50", "2026-10-04;Bakery;Food;Debit;3",
)  # fmt: skip
COLUMNS_OF_WAYS = below(
    "Date;Description;Category;Debit;Credit",
    "2026-10-01;Shop;Food;12.50;", "2026-10-02;Work;Salary;;2000",
    "2026-10-03;Shop;Food;;2.50", "2026-10-04;Bakery;Food;3;", "2026-10-05;Bakery;Food;;",
)  # fmt: skip


def zeros(text: str) -> str:
    """The columns of ways with a zero where nothing went."""
    return text.replace("50;\n", "50;0.00\n").replace("3;\n", "3;0\n").replace(";;2", ";0.00;2")


OUTFLOWS = COLUMNS_OF_WAYS.replace("Debit;Credit", "Outflow;Inflow")
NEGATED = COLUMNS_OF_WAYS.replace(";12.50", ";-12.50").replace(";3;", ";-3;")


@pytest.mark.parametrize(
    "text",
    [BANK, COLUMNS_OF_WAYS, zeros(COLUMNS_OF_WAYS), OUTFLOWS, NEGATED, zeros(NEGATED)],
)
def test_categories_are_the_types_and_what_came_in_is_below_zero(text: str) -> None:
    def told(**fields: str) -> list[tuple[str, str]]:
        return [
            (entry.consumption_type, f"{entry.value.normalize():f}")
            for entry in entries(text, **fields)
        ]

    _, _, counts = parsed(text)
    assert told() == [("Food", "12.5"), ("Food", "3")]
    assert (counts.left_out, counts.nothing) == (2, int(text != BANK))
    assert told(negative="split", returned="… back") == [
        ("Food", "12.5"), ("Salary back", "2000"), ("Food back", "2.5"), ("Food", "3"),
    ]  # fmt: skip
    assert told(negative="flip") == [("Salary", "2000"), ("Food", "2.5")]


def test_what_went_out_may_stand_below_zero_in_a_column_of_its_own() -> None:
    text = below("Datum;Soll;Haben", "05.10.2026;-89,10;", "06.10.2026;;2.500,00")
    kept, problems, counts = parsed(text)
    assert [(entry.consumption_type, f"{entry.value:f}") for entry in kept] == [
        ("Soll", "89.10"), ("Haben", "2500.00"),
    ]  # fmt: skip
    assert (problems, counts.left_out, counts.negative) == ([], 0, 0)
    # Where one of them is above zero the signs say more than the column.
    text = text.replace("05.10.2026;-89,10;", "05.10.2026;-89,10;\n05.10.2026;3,00;")
    assert [f"{entry.value:f}" for entry in entries(text)] == ["3.00", "2500.00"]


def test_a_row_that_says_neither_way_is_a_problem() -> None:
    _, problems, _ = parsed(BANK.replace("credit;2.50", "Pending;2.50"))
    assert problems == []  # The ways are no ways then, but types.
    _, problems, _ = parsed(
        BANK.replace("credit;2.50", "Pending;2.50"), columns="date,notes,type,direction,value"
    )
    assert [(problem.line, problem.message) for problem in problems] == [(4, ASK_WAY)]


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


def test_what_came_into_a_stock_is_never_added_to_what_was_taken() -> None:
    rows = ("2026-10-05;Heizöl;2000;", "2026-10-06;Heizöl;;40", "2026-10-07;Pellets;500;15")
    text = below("Datum;Artikel;Zugang;Abgang", *rows)
    kept, problems, counts = parsed(text)
    assert [(row.consumption_type, int(row.value)) for row in kept] == [
        ("Heizöl", 40), ("Pellets", 15)
    ]  # fmt: skip
    assert (problems, counts.left_out) == ([], 2)
    split = entries(text, negative="split", returned="… geliefert")
    assert [(row.consumption_type, int(row.value)) for row in split] == [
        ("Heizöl geliefert", 2000), ("Heizöl", 40), ("Pellets geliefert", 500), ("Pellets", 15)
    ]  # fmt: skip
