"""The form of a price: what is read from it, and the sentence at each fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tally.domain.keys import Key
from tally.domain.period_query import NO_SUCH_DAY
from tally.domain.price_form import read_money, read_price, read_start
from tally.domain.prices import Price

TODAY = date(2026, 11, 22)
SENT = {"type": "gas", "unit": "m³", "from": "2026-10-01", "per_unit": "1.2", "base": "9"}


def read(**fields: str) -> tuple[Price | None, dict[str, str]]:
    return read_price(SENT | fields, "auto", (), TODAY, "new")


def test_a_price_as_the_form_sends_it() -> None:
    one, faults = read(id=" 7 ", base_per="year")
    assert not faults
    assert one == Price("7", "gas", "m³", date(2026, 10, 1), Decimal("1.2"), Decimal(9), "year")
    bare, faults = read_price({"type": " gas ", "base": "9"}, "auto", (), TODAY, "new")
    assert not faults and bare is not None
    assert (bare.unit, bare.start, bare.per_unit, bare.base_per) == ("", TODAY, None, "month")
    assert bare.price_id == "new"


def test_a_price_is_for_the_type_as_the_account_spells_it() -> None:
    known = [Key("GAS", "kWh"), Key("Gas", "m³")]
    one, _ = read_price(SENT | {"unit": "m3"}, "auto", known, TODAY, "new")
    assert one is not None and one.key == Key("Gas", "m³")
    known.append(Key("tea", "shot"))
    other, _ = read_price(SENT | {"type": "coffee", "unit": "SHOT"}, "auto", known, TODAY, "new")
    assert other is not None and other.key == Key("coffee", "shot")


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"type": " "}, {"type": "Write what the price is for, such as electricity."}),
        ({"type": "x" * 65}, {"type": "Type can have 64 characters; this has 65."}),
        ({"unit": "-"}, {"unit": "Leave the unit empty where there is none."}),
        ({"from": "1899-12-31"}, {"from": NO_SUCH_DAY}),
        ({"per_unit": "much"}, {"per_unit": "Write the value as a number, such as 12.5."}),
        ({"base": "1.1234567"}, {"base": "Write at most 6 decimals."}),
        ({"per_unit": "1.123456789"}, {"per_unit": "Write at most 8 decimals."}),
        ({"base_per": "week"}, {"base_per": "Choose month or year."}),
        ({"per_unit": "", "base": " "}, {"per_unit": "Write what a unit costs, or a base fee."}),
        (
            {"type": "", "unit": "-", "per_unit": ""},
            {
                "type": "Write what the price is for, such as electricity.",
                "unit": "Leave the unit empty where there is none.",
            },
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_field(fields: dict[str, str], faults: dict[str, str]) -> None:
    assert read(**fields) == (None, faults)


def test_amounts_are_read_as_the_account_writes_them() -> None:
    sent = SENT | {"per_unit": "1,234", "base": "2,345"}
    one, _ = read_price(sent, "1,234.5", (), TODAY, "new")
    assert one is not None and [one.per_unit, one.base] == [1234, 2345]
    assert set(read_price(sent, "auto", (), TODAY, "new")[1]) == {"per_unit", "base"}


def test_one_of_the_two_amounts_is_enough() -> None:
    for name in ("per_unit", "base"):
        one, faults = read(**{name: ""})
        assert one is not None and not faults
    free, faults = read(per_unit="0", base="")
    assert free is not None and free.per_unit == 0 and not faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("12", "12"),
        ("12,5", "12.5"),
        ("0.00032145", "0.00032145"),
        ("0,00032145", "0.00032145"),
        (".00032145", "0.00032145"),
        ("123456789012.0000001", "123456789012.0000001"),
    ],
)
def test_money_has_as_many_decimals_as_its_field(text: str, value: str | None) -> None:
    assert read_money(text, "auto", 8) == (None if value is None else Decimal(value))


def test_a_price_begins_today_or_on_a_day_that_exists() -> None:
    assert read_start("", TODAY) == TODAY
    assert read_start("1900-01-01", TODAY) == date(1900, 1, 1)
    assert read_start("2027-01-01", TODAY) == date(2027, 1, 1)
    with pytest.raises(ValueError, match="day that exists"):
        read_start("2026-02-30", TODAY)
