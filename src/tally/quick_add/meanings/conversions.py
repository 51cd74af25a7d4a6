"""Amounts in another unit than that of their type: on lines, in forms, from programs. Pure.

Amounts of money that have a cost as well are here, too.
"""

from collections.abc import Container, Sequence
from decimal import Decimal
from typing import NamedTuple

from tally.domain import currencies
from tally.domain.amounts import MAX_VALUE
from tally.domain.formatting import Formatter, kept_in_unit
from tally.domain.records import NewRecord
from tally.domain.units import KNOWN, asks_measures, convert, is_convertible
from tally.quick_add.vocabulary import Vocabulary


class AmountInUnit(NamedTuple):
    """A value in a unit."""

    value: Decimal
    unit: str


class Doubt(NamedTuple):
    """The sentence on a record's unit, and the amount in the unit of its type if that converts."""

    sentence: str
    offer: AmountInUnit | None = None


def unit_of_type(unit: str, own: Sequence[str]) -> str:
    """The unit that an amount of a type is kept in, by the type's units, the last used first.

    It is the last used one of the same dimension, or the unit as written without one.
    """
    return next(
        (own_unit for own_unit in own if own_unit == unit or is_convertible(unit, own_unit)), unit
    )


def doubt(record: NewRecord, known: Vocabulary, formatter: Formatter) -> Doubt | None:
    """The doubt about the unit of a record that came as fields; None if it is the type's own.

    Only a line converts by itself. Readings are never converted: the caller asks whether a meter in
    their unit exists already.
    """
    name, unit, own = record.consumption_type, record.unit, known.own_units(record.consumption_type)
    if not unit:
        return _without_unit(record, own)
    kept_in = unit_of_type(unit, own)
    if record.reading is not None and kept_in != unit:
        return Doubt(
            f"Readings are never converted, and {name} is kept in {kept_in}:"
            f" this is a reading of another meter, in {unit}"
        )
    if record.reading is None and (sentence := money_twice(record, known.currency, formatter)):
        return Doubt(sentence)
    value = record.consumption_value
    offer = _converted(value, unit, kept_in, known.measures)
    if offer is not None:
        sentence = (
            f"{name} is kept in {offer.unit}: {formatter.number(value)} {unit} would be"
            f" {formatter.number(offer.value)} {offer.unit}"
        )
        return Doubt(sentence, offer)
    is_money = currencies.is_money(unit, known.currency)
    sentence = another_unit(name, unit, own, known.units, is_money=is_money)
    return Doubt(sentence) if sentence else None


def money_twice(record: NewRecord, currency: str, formatter: Formatter) -> str:
    """The sentence on an amount of money that has a cost as well; "" for any other record."""
    if record.cost is None or not currencies.is_money(record.unit, currency):
        return ""
    amount, cost = formatter.number(record.consumption_value), formatter.money(record.cost)
    return (
        f"The amount is money, {amount} {record.unit}, and there is a cost of {cost} besides:"
        " keep one of them"
    )


def _converted(value: Decimal, unit: str, kept_in: str, measures: str) -> AmountInUnit | None:
    """The same amount in the unit of its type; None if it is in that already, or has no value left.

    Gallons wait until the account has said which ones they are.
    """
    if kept_in == unit or (asks_measures(unit, kept_in) and not measures):
        return None
    converted = convert(value, unit, kept_in, measures)
    is_lost = converted >= MAX_VALUE or (converted == 0 and value != 0)
    return None if is_lost else AmountInUnit(converted, kept_in)


def _without_unit(record: NewRecord, own: Sequence[str]) -> Doubt | None:
    """The doubt about a record without a unit, of a type that was last used in one."""
    if not own or not own[0]:
        return None
    sentence = f"{record.consumption_type} is kept in {own[0]}, and this has no unit"
    return Doubt(sentence, AmountInUnit(record.consumption_value, own[0]))


def another_unit(
    name: str, unit: str, own: Sequence[str], used: Container[str], *, is_money: bool
) -> str:
    """The sentence on a unit that the type was never kept in; "" for any other, or a new type.

    It is for amounts that are saved in that unit without a conversion. `own` are the units of the
    type, the one used last first; `used` are those of all types.
    """
    if not own or not unit or unit in own:
        return ""
    kept = kept_in_unit(own)
    if is_money:
        return f"{name} {kept}: this saves {unit} as its amount, not as a cost"
    if not any(own):
        return f"{name} {kept}: amounts in {unit} are counted apart"
    if unit not in used and unit not in KNOWN:
        return f"{unit} is a new unit: {name} {kept}"
    return f"{name} {kept}: this gives it another unit, {unit}"
