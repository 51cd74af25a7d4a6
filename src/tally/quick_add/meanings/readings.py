"""Readings of meters on the line: `electricity @48213`, `new`, `rolled over`. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from tally.domain.amounts import plain
from tally.domain.currencies import sign
from tally.domain.formatting import Formatter, in_unit
from tally.domain.meter_words import why
from tally.domain.meters import (
    NO_NEIGHBOURS,
    START,
    BrokenChain,
    Consumption,
    Neighbours,
    Reading,
    consumption,
)
from tally.domain.units import rounded
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.lines.line import Days, Line, Named, Value
from tally.quick_add.lines.lines_before import meter_of, with_lines
from tally.quick_add.meanings.conversions import unit_of_type
from tally.quick_add.meanings.line_value import draft_of
from tally.quick_add.results import Draft, WantedReading
from tally.quick_add.vocabulary import MeterDay
from tally.quick_add.words.tokens import Word

NEW, ROLLED_OVER = "new", "rolled over"
ADD_NEW = f"A new meter: add `{NEW}`"
# The sentences that offer a word for a reading that is lower than the one before.
OFFERS = {NEW: f"{ADD_NEW}.", ROLLED_OVER: f"Past its last digit: add `{ROLLED_OVER}`."}
# The most units of a type in which a meter is looked for, the last used first.
MAX_UNITS = 5

NEW_WITHOUT_READING = "Write new behind a reading such as @48213, or the word in quotes."
ROLLED_WITHOUT_READING = "Write rolled over behind a reading such as @12, or the words in quotes."
UNIT_OF_METER = "Write the unit of the meter as well, such as @48213 kWh."
READING_AND_VALUE = "A reading and a value: keep one of them."
NEW_AND_ROLLED = "A new meter, or one that rolled over? Keep new, or rolled over."
NEVER_CONVERTED = (
    "Readings are never converted, and {type} is kept in {unit}: write the reading in this unit."
)
ONE_DAY = "A reading is of one day. Leave the period out."
ANOTHER_METER = "{type} is read {own}: this starts another meter {unit}"


class _FirstReading(NamedTuple):
    """The first reading of a meter.

    read_in: the unit in which its type is read already, None without one. around: its neighbours,
    stored or of the lines before.
    """

    figure: Decimal
    unit: str
    read_in: str | None
    around: Neighbours


class Misfit(NamedTuple):
    """The reason why a reading does not fit between its neighbours, and words to make it fit."""

    sentence: str
    adds: tuple[str, ...] = ()


def rolled_over_in(words: Sequence[Word]) -> tuple[Word, ...]:
    """The two words `rolled over`, wherever they stand; none without them."""
    for one, other in pairwise(words):
        if one.lower == "rolled" and other.lower == "over":
            return one, other
    return ()


def misfit(
    error: BrokenChain, own: Reading, formatter: Formatter, around: Neighbours = NO_NEIGHBOURS
) -> Misfit:
    """Why a reading does not fit, with the words among `new` and `rolled over` that would help."""
    sentence = why(error, formatter, own)
    if error.kind == "unturned":
        return Misfit(f"{sentence} Leave {ROLLED_OVER} out.")
    if error.kind != "falls" or error.later != own:
        return Misfit(sentence)
    around = replace(around, before=error.earlier)
    fitting = tuple(word for word in OFFERS if _fits(own, around, word))
    return Misfit(" ".join([sentence, *(OFFERS[word] for word in fitting)]), fitting)


def _fits(own: Reading, around: Neighbours, word: str) -> bool:
    """Whether a reading fits between its neighbours with one of these words."""
    try:
        consumption(own, around, new=word == NEW, rolled_over=word == ROLLED_OVER)
    except BrokenChain:
        return False
    return True


def is_sent_again(error: BrokenChain, around: Neighbours = NO_NEIGHBOURS) -> bool:
    """Whether a reading that rolled over is saved already: its line was sent twice.

    Then it stands before itself; or its meter is known, and no reading around it is looked for.
    """
    if error.kind == "first":
        return around.meter is not None and around.after is None
    return error.kind == "unturned" and error.earlier == error.later


def read_meter(
    line: Line,
    main: Amount,
    named: Named,
    days: Days,
    rolled: Sequence[Word],
    *,
    is_new: bool,
) -> Draft:
    """The record of a reading, counted from the one before; `main` is the meter's figure."""
    figure = rounded(main.value)
    metered = [MeterDay(named.text, unit, days.last) for unit in _units_of(main, named)]
    others = [
        MeterDay(named.text, unit, days.last)
        for unit in named.units[:MAX_UNITS]
        if all(unit != meter.unit for meter in metered)
    ]
    line.readings += [WantedReading(meter, figure) for meter in (*metered, *others)]
    day = next((meter for meter in metered if _is_read(meter, line)), metered[0])
    unit = day.unit
    own, stored = Reading(days.last, figure), line.vocabulary.meters.get(day, NO_NEIGHBOURS)
    noted = line.noted.readings_of(named.text, unit)
    around = with_lines(stored, own, noted)
    if days.is_span or days.count > 1:
        line.report(days.words, ONE_DAY)
    if rolled and is_new:
        line.report(rolled, NEW_AND_ROLLED)
    _check_unit(line, main, named, unit, has_meter=around.meter is not None)
    if stored.meter is None:
        read_in = next((meter.unit for meter in others if _is_read(meter, line)), None)
        _ask_first_reading(line, named, _FirstReading(figure, unit, read_in, around))
    used = _consumption(line, main, own, around, rolled, is_new=is_new)
    draft = draft_of(line, named, days, Value(used.value, unit), main)
    return replace(
        draft,
        days=used.days,
        reading=figure,
        meter=meter_of(around, noted, is_new=is_new),
        new_meter=is_new,
        rolled_over=bool(rolled),
        before=around.before if used != START else None,
        followed=around.after is not None,
    )


def _consumption(
    line: Line,
    main: Amount,
    own: Reading,
    around: Neighbours,
    rolled: Sequence[Word],
    *,
    is_new: bool,
) -> Consumption:
    """The consumption of a reading; where it does not fit, the line says why."""
    try:
        return consumption(own, around, new=is_new, rolled_over=bool(rolled))
    except BrokenChain as error:
        if not is_sent_again(error, around):
            formatter = Formatter(line.vocabulary.number_format, line.today, line.vocabulary.starts)
            why_not = misfit(error, own, formatter, around)
            message = " ".join(filter(None, (main.remark, why_not.sentence)))
            words = rolled if error.kind in ("first", "unturned") else main.words
            line.report(words, message, why_not.adds)
        return START


def _units_of(main: Amount, named: Named) -> Sequence[str]:
    """The units in which a meter may be read: the written one, else those of the type."""
    return named.units[:MAX_UNITS] or ("",) if main.unit is None else (main.unit,)


def _check_unit(line: Line, main: Amount, named: Named, unit: str, *, has_meter: bool) -> None:
    """Report the first reading of a type without a unit, or in a unit that would be converted."""
    if main.unit is None and not named.is_known and not named.units and not line.problems:
        line.report(main.words, UNIT_OF_METER)
    kept_in = unit_of_type(unit, named.units)
    if not has_meter and kept_in != unit:
        line.report(main.words, NEVER_CONVERTED.format(type=named.text, unit=kept_in))


def _is_read(day: MeterDay, line: Line) -> bool:
    if line.noted.readings_of(day.type, day.unit):
        return True
    meter = line.vocabulary.meters.get(day)
    return meter is not None and meter.meter is not None


def _ask_first_reading(line: Line, named: Named, first: _FirstReading) -> None:
    """Ask about a meter's first reading: another type, or a price, may be meant."""
    is_followed = first.around.meter is not None
    if first.read_in is not None:
        own, unit = in_unit(first.read_in), in_unit(first.unit)
        line.asks.append(ANOTHER_METER.format(type=named.text, own=own, unit=unit))
    elif first.figure != first.figure.to_integral_value():
        shown = f"{plain(first.figure)}{sign(line.vocabulary.currency or 'EUR')}"
        line.asks.append(f"A reading of {plain(first.figure)}, or a price? Write `@{shown}`")
    elif named.is_known and is_followed:
        line.asks.append(f"{named.text} has had no reading before these lines")
    elif named.is_known:
        line.asks.append(f"{named.text} has had no reading yet: this starts its meter")
