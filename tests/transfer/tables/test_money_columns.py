"""The columns of money: what was paid, the price of one, and what is left out."""

from __future__ import annotations

import pytest

from tally.transfer.rows.questions import ASK_CURRENCIES
from tally.transfer.tables.columns import Column
from tests.transfer.guessed import below, columns, roles
from tests.transfer.parsed import parsed


def names_left_out(guessed: list[Column]) -> list[str]:
    """The headings of the columns of money that are not read."""
    return [column.heading.text for column in guessed if column.money_left_out]


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
        ("Date;kWh;Pris øre/kWh", "2026-10-05;3;80.5", "date value -", "Pris øre/kWh"),
        ("Date;kWh;Preis Rp./kWh", "2026-10-05;3;27.3", "date value -", "Preis Rp./kWh"),
        ("Date;kWh;Rate (c/kWh)", "2026-10-05;3;28.5", "date value -", "Rate (c/kWh)"),
        ("Date;kWh;Kostnad öre", "2026-10-05;3;90", "date value -", "Kostnad öre"),
        ("Date;kWh;Kosten (Rp.)", "2026-10-05;3;90", "date value -", "Kosten (Rp.)"),
        ("Date;kWh;Cena gr", "2026-10-05;3;90", "date value -", "Cena gr"),
        # A price and what was paid are told by their numbers, whatever they are called.
        ("Date;Litres;Price;Total", "2026-10-05;40.5;1.70;68.85", "date value - cost", ""),
        ("Date;Litres;Total;Price", "2026-10-05;40,5;68,85;1,70", "date value cost -", ""),
        ("Date;Litres;Cost;Amount due", "2026-10-05;40;1.7;68", "date value - cost", ""),
        # A base fee, a part of several or what is left beside is not what was paid.
        ("Date;kWh;Grundpreis (€)", "2026-10-05;3;9.90", "date value -", "Grundpreis (€)"),
        (
            "Date;kWh;Energy charge (€);Standing charge (€)",
            "2026-10-05;3;0.90;9.90",
            "date value - -",
            "Energy charge (€) Standing charge (€)",
        ),
        (
            "Date;kWh;Arbeitspreis;Grundpreis",
            "2026-10-05;3;0.90;9.90",
            "date value - -",
            "Arbeitspreis Grundpreis",
        ),
        ("Date;kWh;Cost;Balance (€)", "2026-10-05;3;0.90;40", "date value cost -", "Balance (€)"),
        # What is for one says nothing of a base fee.
        (
            "Date;kWh;Arbeitspreis (€/kWh);Grundpreis (€)",
            "2026-10-05;3;0.30;9.90",
            "date value price -",
            "Grundpreis (€)",
        ),
        ("Date;kWh;Price per kWh", "2026-10-05;3;0.30", "date value price", ""),
        # A tax in it or not, what was paid is no column of a tax.
        ("Date;kWh;Cost inc. VAT (€)", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;VAT (€)", "2026-10-05;3;0.90", "date value -", "VAT (€)"),
        # What is charged in a unit is no money, unless that is plainly what was paid for it.
        ("Date;Charge (kWh);Cost (€)", "2026-10-05;25.3;8.10", "date value cost", ""),
        ("Date;Charge;Cost", "2026-10-05;25.3 kWh;8.10", "date value cost", ""),
        ("Date;Battery;Charge", "2026-10-05;80%;45%", "date value value", ""),
        ("Date;Battery charge;Battery discharge", "2026-10-05;8.1;4.5", "date value value", ""),
        ("Date;Import;Discharge", "2026-10-05;8.1;4.5", "date value value", ""),
        # A rate may be that of a heart.
        ("Date;Elapsed time;Max Heart Rate", "2026-10-05;1805;170", "date value -", ""),
        ("Date;Consumo (kWh);Valor (R$)", "2026-10-05;3;9.90", "date value -", "Valor (R$)"),
        ("Date;kWh;Montant HT;Montant TTC", "2026-10-05;3;8;9.90", "date value - cost", ""),
        # The end of a compound word says what it is.
        ("Date;Use;Energiepreis;Paid", "2026-10-05;3;0.30;0.90", "date value - cost", ""),
        ("Date;Forbruk;Energipris;Kostnad", "2026-10-05;3;0.30;0.90", "date value - cost", ""),
        ("Date;Energy;Energycost", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;kWh;Tariff rate", "2026-10-05;3;0.30", "date value price", ""),
        # A price of several units is not that of one.
        ("Datum;Liter;Preis/100l", "2026-10-05;2000;98.50", "date value -", "Preis/100l"),
        ("Datum;Liter;€/100 l", "2026-10-05;2000;98.50", "date value -", "€/100 l"),
        ("Date;kWh;Price per MWh (€)", "2026-10-05;2;98.50", "date value -", "Price per MWh (€)"),
        ("Date;MWh;Price per MWh (€)", "2026-10-05;2;98.50", "date value price", ""),
        (
            "Datum;Liter;Preis/100l;Kosten (€)",
            "2026-10-05;2000;98.50;1970",
            "date value - cost",
            "Preis/100l",
        ),
        ("Date;Water m³;Cost m³", "2026-10-05;3;6.30", "date value cost", ""),
        # What was earned or saved is no cost, alone or beside the cost, nor is its price.
        ("Date;Yield (kWh);Revenue (€)", "2026-10-05;12.1;3.40", "date value -", "Revenue (€)"),
        ("Date;kWh;Income;Cost", "2026-10-05;3;0.30;0.90", "date value - cost", ""),
        (
            "Date;kWh;€/kWh;Einspeisevergütung",
            "2026-10-05;30;0.08;2.40",
            "date value - -",
            "€/kWh",
        ),
        ("Date;kWh;Ersparnis €", "2026-10-05;3;0.90", "date value -", "Ersparnis €"),
        ("Date;kWh;Ertrag €", "2026-10-05;3;0.90", "date value -", "Ertrag €"),
        ("Date;kWh;Vertrag €", "2026-10-05;3;0.90", "date value cost", ""),
        ("Date;Client;Revenue (€)", "2026-10-05;Shop;12.50", "date - value", ""),
        # Thousands are no costs, as hundredths are none.
        ("Date;kWh;Cost (k€)", "2026-10-05;3;0.90", "date value -", "Cost (k€)"),
        ("Date;kWh;Kosten TEUR", "2026-10-05;3;0.90", "date value -", "Kosten TEUR"),
        ("Date;kWh;Kosten (Tsd. €)", "2026-10-05;3;0.90", "date value -", "Kosten (Tsd. €)"),
        # Alone, money is what is recorded.
        ("Date;Payee;Amount (EUR)", "2026-10-05;Shop;12.50", "date - value", ""),
    ],
)
def test_money_is_a_cost_only_in_the_currency_of_the_account(
    header: str, row: str, right: str, left_out: str
) -> None:
    guessed = columns(below(header, row))
    assert " ".join(column.role for column in guessed) == right
    assert " ".join(names_left_out(guessed)) == left_out


@pytest.mark.parametrize(
    ("header", "row", "paid"),
    [
        ("Arbeitspreis (€);Grundpreis (€);Summe (€)", "93,00;9,90;102,90", "Summe (€)"),
        ("Arbeitspreis;Grundpreis;Summe", "93,00;9,90;102,90", "Summe"),
        ("Total (€);Energy charge (€);Standing charge (€)", "102.90;93;9.90", "Total (€)"),
        ("Net €;VAT €;Gross €", "100;19;119", "Gross €"),
        ("Energy €;Base €;Net €;VAT €;Gross €", "90;10;100;19;119", "Gross €"),
        ("Cost (€);Standing charge (€);Total cost (€)", "93;9.90;102.90", "Total cost (€)"),
        # The word says it, where a part of the sum is in no column.
        ("Energy charge (€);Standing charge (€);Total (€)", "93;9.90;122.45", "Total (€)"),
        ("Cost (€);Total (€)", "93;110", "Total (€)"),
        # A sum in which the cost is one part is another.
        ("Cost (€);Left (€);Budget (€)", "30;70;100", "Cost (€)"),
        # No sum tells which of them was paid.
        ("Net €;VAT €;Gross €", "100;19;130", None),
        ("Total (€);Paid (€)", "93;110", None),
    ],
)
def test_what_was_paid_is_the_sum_of_its_parts(header: str, row: str, paid: str | None) -> None:
    guessed = columns(below(f"Date;kWh;{header}", f"2026-10-05;310;{row}"))[2:]
    costs = [column.heading.text for column in guessed if column.role == "cost"]
    assert costs == ([] if paid is None else [paid])
    # What is left out is named.
    assert all(column.money_left_out for column in guessed if column.role != "cost")


def test_the_energy_part_of_bills_is_no_price_of_one() -> None:
    rows = "2026-09-05;310;93,00", "2026-10-05;280;84,00"
    *_, part = columns(below("Datum;Verbrauch (kWh);Arbeitspreis (€)", *rows))
    assert (part.role, part.money_left_out) == ("-", "ours")


def test_an_account_without_a_currency_gets_that_of_the_file() -> None:
    *_, cost = columns(below("Date;kWh;Cost (USD)", "2026-10-05;3;0.90"), currency="")
    assert (cost.role, cost.currency) == ("cost", "USD")
    *_, pence = columns(below("Date;kWh;Cost (p)", "2026-10-05;3;90"), currency="")
    assert (pence.role, pence.money_left_out) == ("-", "foreign")


@pytest.mark.parametrize(
    ("header", "rows", "right"),
    [
        (
            "Date;Litres;Price",
            "2026-10-05;42.5;1.75 2026-10-19;40;1.80 2026-11-02;35;1.79",
            "price",
        ),
        (
            "Datum;kWh;Preis (€)",
            "2026-08-05;250;0,32 2026-09-05;190;0,32 2026-10-05;210;0,32",
            "price",
        ),
        ("Datum;kWh;Preis (€)", "2026-09-05;250;80,00 2026-10-05;190;60,80", "cost"),
        ("Date;Litres;Prix (€)", "2026-10-05;42,5;70 2026-10-19;40;71", "-"),
        ("Date;Litres;Price", "2026-10-05;42.5;1.75", "-"),
        # The heading says that it was paid, whatever the numbers are.
        ("Date;Litres;Total price", "2026-10-05;42.5;1.75", "cost"),
        ("Date;kWh;Price;Price per kWh", "2026-10-05;42.5;15;0.26", "cost -"),
        ("Date;Litres;Price paid", "2026-10-05;42.5;1.75", "cost"),
        # Figures of a meter are no amounts that it could follow.
        ("Date;Reading (kWh);Price", "2026-09-05;1250;30 2026-10-05;1300;30", "-"),
    ],
)
def test_a_price_of_one_or_of_all_is_told_by_its_numbers_or_asked(
    header: str, rows: str, right: str
) -> None:
    guessed = columns(below(header, *rows.split()))[2:]
    assert " ".join(column.role for column in guessed) == right
    assert names_left_out(guessed) == []


def test_the_types_of_a_file_are_compared_each_with_itself() -> None:
    rows = (
        "2026-10-05;fuel;40;l;1.75", "2026-10-05;coffee;2;cup;3.50",
        "2026-10-19;fuel;30;l;1.75", "2026-10-19;Coffee;1;cup;3.50",
    )  # fmt: skip
    *_, money = columns(below("date;type;value;unit;price", *rows))
    assert money.role == "price"


def test_what_was_paid_up_to_a_row_is_not_what_the_row_cost() -> None:
    rows = ("2026-09-01;20;30;30", "2026-09-08;21;31;61", "2026-09-15;26;40;101")
    for header in ("Date;Litres;Cost;Total cost", "Date;Litres;Cost;Sum"):
        *_, cost, running = columns(below(header, *rows))
        assert (cost.role, running.role) == ("cost", "-")


def test_the_amount_in_another_currency_is_not_the_one_that_was_paid() -> None:
    rows = (
        "2026-11-02;Presentment;-23.45;-23.45;EUR;1",
        "2026-11-05;Presentment;-45.9;-50;USD;1.09",
    )
    header = "Booking Date;Type;Amount (EUR);Original Amount;Original Currency;Exchange Rate"
    assert roles(below(header, *rows)) == "date type value - - -"
    # Where nothing else was paid it is what was.
    assert roles(below("Date;Local Amount", "2026-11-02;5", "2026-11-05;7")) == "date value"


@pytest.mark.parametrize(
    ("heading", "figures", "is_asked"),
    [
        ("Value", ["2", "900.50"], True),
        ("Quantity", ["2", "900.50"], True),
        ("Antal", ["2", "1.5"], True),
        ("Value", ["2.00", "900.50"], False),
        ("Value", ["-2", "-900.5"], False),
        ("Amount", ["2", "900"], False),
        ("Betrag", ["2", "900,50"], False),
        ("Total spent", ["2", "900"], False),
        ("Total", ["2", "900"], False),
    ],
)
def test_counts_beside_currencies_are_asked_about(
    heading: str, figures: list[str], is_asked: bool
) -> None:
    rows = [
        f"2026-10-01;{kind};{at};EUR" for kind, at in zip(("tea", "rent"), figures, strict=True)
    ]
    text = below(f"Date;Type;{heading};Currency", *rows)
    assert roles(text) == f"date type value {'-' if is_asked else 'unit'}"
    told = {(problem.asks, problem.message) for problem in parsed(text)[1]}
    assert told == ({("columns", ASK_CURRENCIES.format("Currency"))} if is_asked else set())
    for role, unit in (("unit", "€"), ("-", "")):
        negative = "flip" if "-2" in figures else ""
        kept, problems, _ = parsed(text, columns=f",,,{role}", negative=negative)
        assert not problems
        assert {entry.unit for entry in kept} == {unit}


def test_amounts_beside_a_price_that_may_be_a_cost_have_no_currency() -> None:
    rows = ("2026-10-01;tea;2.50;EUR;1", "2026-10-02;tea;2.50;EUR;3", "2026-10-03;cake;4.50;EUR;2")
    text = below("Date;Item;Price;Currency;Quantity", *rows)
    assert roles(text) == "date type - - value"
    # Alone the amounts are what was spent, in their currency.
    spent = [row.rpartition(";")[0] for row in rows]
    assert roles(below("Date;Item;Amount;Currency", *spent)) == "date type value unit"
