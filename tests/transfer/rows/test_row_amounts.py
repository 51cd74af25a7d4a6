"""Amounts, their signs and factors, and what was paid for them."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest

from tally.domain.amounts import plain
from tally.domain.currencies import CURRENCIES
from tally.transfer.plans.reader import Reader
from tests.transfer.parsed import TODAY, entries, only, parsed
from tests.transfer.planned import plan_of


@pytest.mark.parametrize(
    ("negative", "kept", "left_out"),
    [
        ("omit", ["sun 5", "sun 0"], 1),
        ("split", ["sun 5", "sun 0", "sun returned 3"], 0),
        ("flip", ["sun 0", "sun 3"], 1),
    ],
)
def test_amounts_below_zero_are_what_somebody_says(
    negative: str, kept: list[str], left_out: int
) -> None:
    text = "date;type;value\n2026-10-05;sun;5\n2026-10-05;sun;0\n2026-10-05;sun;-3\n"
    rows, _, counts = parsed(text, negative=negative)
    assert [f"{row.consumption_type} {plain(row.value)}" for row in rows] == kept
    assert (counts.left_out, counts.negative, counts.first_negative) == (left_out, 1, Decimal(-3))


def test_what_was_returned_may_have_a_name_of_its_own() -> None:
    text = "date;type;value\n2026-10-05;sun;-3\n"
    for name, right in (("feed-in", "feed-in"), ("… back", "sun back")):
        assert only(text, negative="split", returned=name).consumption_type == right


def test_a_factor_counts_for_amounts_and_not_for_costs() -> None:
    text = "date;type;value;cost\n2026-10-05;water;1500;3.20\n"
    entry = only(text, factor="0.001")
    assert (entry.value, entry.cost) == (Decimal("1.5"), Decimal("3.2"))


def test_a_meter_shows_no_less_than_nothing() -> None:
    _, [problem], _ = parsed("date;type;reading\n2026-10-05;gas;-1\n")
    assert problem.message == "A meter shows 0 or more."


# Costs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cells", "cost"),
    [
        ("cost", "2.50", "2.5"),
        ("cost", "€ 2.50", "2.5"),
        ("cost", "", None),
        ("price/l", "1.75", "70"),
        ("price/l;cost", "1.75;68", "68"),
        ("cost;currency", "2.50;EUR", "2.5"),
    ],
)
def test_a_cost_is_what_was_paid_else_the_price_times_the_amount(
    header: str, cells: str, cost: str | None
) -> None:
    entry = only(f"date;type;value;unit;{header}\n2026-10-05;fuel;40;l;{cells}\n")
    assert entry.cost == (None if cost is None else Decimal(cost))


def test_a_price_of_one_or_of_all_asks_where_its_numbers_do_not_tell() -> None:
    text = "Date;Litres;Price\n2026-10-05;40;1.75\n"
    kept, [problem], _ = parsed(text, type="fuel")
    assert (kept, problem.asks) == ([], "columns")
    assert problem.message.startswith("Is “Price” the price of one, or what was paid?")
    assert only(text, type="fuel", columns=",,cost").cost == Decimal("1.75")
    assert only(text, type="fuel", columns=",,price").cost == 70
    assert only(text, type="fuel", columns=",,-").cost is None


def test_a_price_of_one_is_no_cost_of_a_reading() -> None:
    text = "Date;Reading (kWh);Price (€/kWh)\n2026-10-05;12000;0.32\n"
    assert only(text, type="power").cost is None
    paid = only("Date;Reading (kWh);Cost (€)\n2026-10-05;12000;32\n", type="power")
    assert paid.cost == 32


def test_a_cost_in_another_currency_is_left_out_and_counted() -> None:
    costs = "2;EUR", "3;USD", "£4;EUR"
    text = "date;type;value;cost;currency\n" + "".join(f"2026-10-05;a;1;{cost}\n" for cost in costs)
    kept, _, counts = parsed(text)
    assert [entry.cost for entry in kept] == [2, None, None]
    assert (counts.costs, counts.foreign) == (1, 2)


@pytest.mark.parametrize(("currency", "sign"), CURRENCIES.items())
def test_a_cost_may_have_the_sign_that_tally_shows_for_the_currency(
    currency: str, sign: str
) -> None:
    for cost in (f"70 {sign}", *([] if sign.isalpha() else [f"{sign}70", f"{sign} 70"])):
        text = f"date;type;value;unit;cost\n2026-10-05;fuel;42.5;l;{cost}\n"
        assert only(text, currency=currency).cost == 70


def test_an_account_gets_the_currency_of_its_first_costs_by_their_own_sign() -> None:
    for cost, currency in (("R$ 70", "BRL"), ("₱70", "PHP"), ("$70", "USD"), ("70 zł", "PLN")):
        reader = Reader(TODAY, UTC)
        plan = plan_of(f"date;type;value;cost\n2026-10-05;fuel;42.5;{cost}\n", reader)
        assert plan.money.currency == currency


def test_the_cost_of_a_row_is_that_of_its_first_amount() -> None:
    text = "date;gas kWh;power kWh;cost\n2026-10-05;1;2;3\n2026-10-06;;2;4\n"
    assert [(plain(entry.value), entry.cost) for entry in entries(text)] == [
        ("1", 3), ("2", None), ("2", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("negative", "costs", "paid_back", "refused"),
    [
        ("omit", ["fuel 40: 65"], 0, [3, 5]),
        ("split", ["fuel 40: 65", "fuel returned 3: None"], 1, [3, 5]),
        ("flip", ["fuel 3: 5"], 0, [5]),
    ],
)
def test_what_is_paid_back_is_no_cost(
    negative: str, costs: list[str], paid_back: int, refused: list[int]
) -> None:
    text = "date;type;value;cost\n" + "".join(
        f"2026-10-0{day};fuel;{cells}\n"
        for day, cells in enumerate(("40;65", "30;-5.50", "-3;-5", "0;-7"), 1)
    )
    rows, problems, counts = parsed(text, negative=negative)
    assert [f"{row.consumption_type} {plain(row.value)}: {row.cost}" for row in rows] == costs
    assert [problem.line for problem in problems] == refused
    assert {problem.message for problem in problems} == {"A cost is 0 or more."}
    assert counts.paid_back == paid_back


def test_what_was_returned_for_nothing_cost_nothing() -> None:
    text = "date;type;value;cost\n2026-10-05;sun;-3;0.00\n"
    assert only(text, negative="split").cost == 0


def test_a_price_of_one_makes_no_cost_of_what_was_returned() -> None:
    text = "date;type;value;price/kWh\n2026-10-05;sun;-3;0.30\n"
    assert only(text, negative="split").cost is None
    assert only(text, negative="flip").cost == Decimal("0.9")


@pytest.mark.parametrize("minutes", [0, 15])
@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Time;Power", "{};400 W"),
        ("Time;Power (W)", "{};400 W"),
        ("Time;Unit;Value", "{};W;400"),
        ("Time;Unit;Power (W)", "{};W;400"),
        ("Time;Unit;Power (kW)", "{};W;400"),
        ("Time;Type;Unit;Value", "{};sun;W;400"),
    ],
)
def test_power_is_energy_also_where_each_row_has_its_unit(
    header: str, row: str, minutes: int
) -> None:
    """Means of watts at regular times; elsewhere they stay, and never one for the other."""
    times = (f"2026-10-05 10:{minute:02}" for minute in (0, minutes))
    text = "\n".join((header, *map(row.format, times), ""))
    right = ("0.1", "kWh") if minutes else ("400", "W")
    assert {(plain(one.value), one.unit) for one in entries(text, type="sun")} == {right}
    kept = entries(text, type="sun", unit="W")
    assert {(plain(one.value), one.unit) for one in kept} == {("400", "W")}


def test_power_of_each_day_stays_where_each_row_has_its_unit() -> None:
    text = "Date;Type;Unit;Value\n2026-10-05;ride;W;200\n2026-10-06;ride;W;210\n"
    assert [(plain(one.value), one.unit) for one in entries(text)] == [("200", "W"), ("210", "W")]


def test_a_row_in_another_unit_than_the_power_of_its_heading_is_as_it_is_written() -> None:
    text = "Time;Power (W)\n2026-10-05 10:00;400\n2026-10-05 10:15;3 kVAh\n"
    kept = [(plain(one.value), one.unit) for one in entries(text, type="sun")]
    assert kept == [("0.1", "kWh"), ("3", "kVAh")]


def test_a_reading_in_a_unit_of_power_is_no_mean() -> None:
    text = "Time;Reading (kW)\n2026-10-05 10:00;4000\n2026-10-05 10:15;4001\n"
    read = [(one.reading, one.unit) for one in entries(text, type="sun")]
    assert read == [(Decimal(4000), "kW"), (Decimal(4001), "kW")]


def test_what_is_paid_back_for_the_other_amount_of_a_row_is_no_cost_of_the_first() -> None:
    rows, problems, counts = parsed(
        "Date;Import kWh;Export kWh;Cost\n2026-10-05;0.4;0;0.14\n2026-10-06;0.3;1.4;-0.44\n"
    )
    assert problems == []
    assert [(row.consumption_type, plain(row.value), row.cost) for row in rows] == [
        ("Import", "0.4", Decimal("0.14")),
        ("Export", "0", None),
        ("Import", "0.3", None),
        ("Export", "1.4", None),
    ]
    assert counts.paid_back == 1


def test_a_cost_below_zero_beside_a_single_amount_is_a_problem() -> None:
    _, [problem], counts = parsed("Date;kWh;Cost\n2026-10-06;0.3;-0.44\n", type="power")
    assert problem.message == "A cost is 0 or more." and counts.paid_back == 0
