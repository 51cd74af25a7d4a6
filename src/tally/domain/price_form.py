"""The form of a price read as a price, with a sentence at each field that is wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from tally.domain.amounts import read_number
from tally.domain.currencies import without_sign
from tally.domain.fields import MAX_TYPE, FieldReader, read_choice, read_text, read_unit_text
from tally.domain.keys import Key, missing_unit
from tally.domain.period_query import read_day
from tally.domain.prices import (
    BASE_INTERVALS,
    MONEY_DECIMALS,
    PRICE_DECIMALS,
    BaseInterval,
    Price,
)
from tally.domain.text import fold
from tally.domain.units import read_unit

T = TypeVar("T")

_MANY_DECIMALS = re.compile(r"([0-9]{0,12})[.,]([0-9]{7,24})", re.ASCII)


def read_price(
    fields: Mapping[str, str],
    number_format: str,
    known: Sequence[Key],
    today: date,
    new_id: str,
    currency: str = "",
) -> tuple[Price | None, dict[str, str]]:
    """A price as the form sends it, or a sentence for each field that is wrong.

    fields: `type`, `unit`, `from` (today where empty), `per_unit`, `base`, `base_per`, and `id`
    where one is edited; a new price gets `new_id`. known: the account's own keys; of two spellings
    the later one is taken. currency: the account's, whose sign or code may stand at the money.
    """
    reader = FieldReader()

    def read(field: str, convert: Callable[[str], T], fallback: T) -> T:
        return reader.read(field, convert, fields.get(field, "").strip(), fallback)

    def money(decimals: int) -> Callable[[str], Decimal | None]:
        return lambda text: read_money(
            without_sign(text, currency) or text, number_format, decimals
        )

    name = read("type", _read_type, "")
    unit = read("unit", read_unit_text, "")
    start = read("from", lambda text: read_start(text, today), today)
    per_unit = read("per_unit", money(PRICE_DECIMALS), None)
    base = read("base", money(MONEY_DECIMALS), None)
    if missing := missing_unit(fields, known):
        reader.faults["unit"] = missing
    base_per: BaseInterval = read("base_per", _read_base_interval, "month")
    if not reader.faults and per_unit is None and base is None:
        reader.faults["per_unit"] = "Write what a unit costs, or a base fee."
    if reader.faults:
        return None, reader.faults
    own = {fold(key.type): key.type for key in known}
    price_id = fields.get("id", "").strip() or new_id
    unit = read_unit(unit, (key.unit for key in known))
    return Price(price_id, own.get(fold(name), name), unit, start, per_unit, base, base_per), {}


def read_start(text: str, today: date) -> date:
    """The day from which a price counts, today where none is written. Raises ValueError."""
    return read_day(text) if text else today


def read_money(text: str, number_format: str, decimals: int) -> Decimal | None:
    """An amount of money without its currency, None where none is written. Raises ValueError."""
    if not text:
        return None
    # A price a unit has more decimals than a value: 0.00032145 a Wh.
    if written := _MANY_DECIMALS.fullmatch(text):
        if len(written[2]) > decimals:
            raise ValueError(f"Write at most {decimals} decimals.")
        return Decimal(f"{written[1] or 0}.{written[2]}")
    return read_number(text, number_format)


def _read_type(text: str) -> str:
    return read_text(text, "Type", MAX_TYPE, "Write what the price is for, such as electricity.")


def _read_base_interval(text: str) -> BaseInterval:
    return read_choice(text or "month", BASE_INTERVALS, "Choose month or year.")
