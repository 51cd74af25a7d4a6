"""Amounts that a form or a program sends in another unit than their type is kept in. Pure."""

from decimal import Decimal
from typing import NamedTuple

from tally.domain.formatting import Words
from tally.domain.units import asks_measures, convert, is_convertible


class Conversion(NamedTuple):
    """The same amount in the unit of its type, and the sentence that offers it."""

    value: Decimal
    unit: str
    sentence: str


def without_unit(name: str, value: Decimal, last_unit: str) -> Conversion | None:
    """The same amount with the unit of its type, where a form left it out."""
    if not last_unit:
        return None
    return Conversion(value, last_unit, f"{name} is kept in {last_unit}, and this has no unit")


def conversion(
    name: str, value: Decimal, unit: str, last_unit: str, measures: str, say: Words
) -> Conversion | None:
    """The amount in the unit last used for its type; None where no conversion is possible.

    Only a line converts by itself. Gallons wait until the account has said which they are.
    """
    if not is_convertible(unit, last_unit):
        return None
    if asks_measures(unit, last_unit) and not measures:
        return None
    converted = convert(value, unit, last_unit, measures)
    sentence = (
        f"{name} is kept in {last_unit}: {say.number(value)} {unit} would be"
        f" {say.number(converted)} {last_unit}"
    )
    return Conversion(converted, last_unit, sentence)
