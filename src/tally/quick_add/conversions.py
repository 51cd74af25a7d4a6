"""Amounts in another unit than their type is kept in. Pure."""

from decimal import Decimal
from typing import NamedTuple

from tally.domain.formatting import Words
from tally.domain.text import fold
from tally.domain.units import KNOWN, asks_measures, convert, is_convertible
from tally.quick_add.vocabulary import Vocabulary


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


def another_unit(name: str, unit: str, known: Vocabulary) -> str:
    """The sentence on a unit that the type was never kept in; "" of any other, and of a new type.

    It is for amounts that are saved in that unit: nothing is converted.
    """
    folded = fold(name)
    _, last_unit = known.types.get(folded, ("", ""))
    if not last_unit or unit in ("", last_unit) or unit in known.units_of.get(folded, ()):
        return ""
    if unit not in known.units and unit not in KNOWN:
        return f"{unit} is a new unit: {name} is kept in {last_unit}"
    return f"{name} is kept in {last_unit}: this gives it another unit, {unit}"
