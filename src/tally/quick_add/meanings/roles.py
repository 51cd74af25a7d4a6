"""The role of each amount of a line: its value, a meter's reading, a cost or a price. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tally.domain.amounts import TIMES, plain
from tally.domain.currencies import sign
from tally.domain.fields import TOO_LATE
from tally.domain.units import TIME, rounded
from tally.quick_add.amounts import number_words
from tally.quick_add.amounts.amount import Amount, in_money, price_of_one
from tally.quick_add.amounts.amount_reader import AmountReader
from tally.quick_add.amounts.durations import HOUR, TIME_OF_DAY, read_duration
from tally.quick_add.amounts.number_reader import TWO_OR_DAY, possible_day
from tally.quick_add.calendar.calendar_dates import NEAR_YEARS, YEAR, is_month, month_named
from tally.quick_add.lines.line import TWO_VALUES, Line
from tally.quick_add.meanings import readings
from tally.quick_add.words import foreign_words
from tally.quick_add.words.separators import without_separators
from tally.quick_add.words.tokens import Word, leave_out

_YEAR = re.compile(YEAR)

EACH_OR_ALL = "For the price of one write {number} @{money}; for what all cost, {number} {money}."
NO_COST = "Leave for out; a cost has its currency, such as {money}. Or put the words in quotes."
MONTH_OF_YEAR = f"{TWO_VALUES} For the whole month write over {{month}} {{year}}."
LEAD_OF_COST = "Write for, or leave the word out."
NO_TIME = "What a meter shows is written @{figure}. Leave {lead} out, or put the words in quotes."
IN_DAYS = f"{TOO_LATE} Or put the words in quotes."
# Words before what was paid, before a price of a unit, and before a time of day.
_FOR = foreign_words.FOR | {"for"}
_AT_PRICE = foreign_words.AT_PRICE | {"at", "price"}
_ALWAYS_PRICE = frozenset({"at", "à", "je"})
_AT = foreign_words.AT_TIME | {"at"}
# Words that name a cost; beside another amount they are no part of a type.
_COST = frozenset({"cost", "costs", "costing", "total", "kostet", "gesamt"})


class Roles(NamedTuple):
    """The amounts of a line by their roles.

    main: the value or, where `is_reading`, the figure of a meter; prices: of one unit.
    """

    main: Amount | None
    costs: list[Amount]
    prices: list[Amount]
    is_reading: bool

    @property
    def money(self) -> list[Amount]:
        """The amounts that may have `for` before them."""
        return [*self.costs, *([self.main] if self.main and self.main.is_money else [])]


def take_amounts(line: Line) -> list[Amount]:
    """Take all numbers with their units; the remaining words are those of the type."""
    words, problems = number_words.with_numbers(
        without_separators(line.words), line.is_type, line.is_unit
    )
    line.report_all(problems)
    scanner = AmountReader(
        line.text, line.units, line.vocabulary.number_format, line.vocabulary.currency
    )
    amounts, line.words = scanner.scan(words)
    line.report_all(scanner.problems)
    return amounts


def tell_apart(line: Line, amounts: Sequence[Amount]) -> Roles:
    """The roles of amounts: the value (or the reading), costs, and prices."""
    prices = [amount for amount in amounts if amount.mark and amount.is_money]
    meters = [amount for amount in amounts if amount.mark and not amount.is_money]
    values = [amount for amount in amounts if not amount.mark and not amount.is_money]
    costs = [amount for amount in amounts if not amount.mark and amount.is_money]
    if meters:
        for value in values:
            line.report(meters[0].words, _price_meant(line, meters[0]))
            line.report(value.words, readings.READING_AND_VALUE)
        values = meters
    if not values:
        values, costs = costs, []
    if values and costs and _is_product(values[0], costs[0]):
        money = in_money(costs[0].value, costs[0].unit or "")
        message = EACH_OR_ALL.format(number=plain(rounded(values[0].value)), money=money)
        line.report([*values[0].words, *costs[0].words], message)
    for other in values[1:]:
        duration, month = _as_duration(values[0], other), _month_in_front(line, other)
        day = next((one for one in (other, values[0]) if possible_day(one)), None)
        if duration:
            message = f"{TWO_VALUES} For a duration write {duration}."
            line.report([*values[0].words, *other.words], message)
        elif month is not None:
            message = MONTH_OF_YEAR.format(month=month_named(month.lower), year=other.words[0].text)
            line.report([month, *other.words], message)
        elif day is not None:
            line.report(day.words, TWO_OR_DAY.format(day=possible_day(day)))
        else:
            line.report(other.words, _two_values(line, values[0], other))
    return Roles(values[0] if values else None, costs, prices, bool(meters))


def _is_product(value: Amount, cost: Amount) -> bool:
    """Whether `2x` and the `3.20€` after it may be the price of each."""
    is_times = value.attached.lower() in TIMES and bool(value.attached)
    return is_times and cost.words[0].index == value.words[-1].index + 1


def _month_in_front(line: Line, year: Amount) -> Word | None:
    """The `octobre` of `octobre 2025`."""
    word = next((word for word in line.words if word.index == year.words[0].index - 1), None)
    is_year = year.unit is None and _YEAR.fullmatch(year.number_words[0].text)
    return word if word is not None and is_year and month_named(word.lower) else None


def _price_meant(line: Line, meter: Amount) -> str:
    """`fuel 42.5l @1.659` may be a price without its currency."""
    if meter.unit is not None or meter.value.denominator == 1:
        return readings.READING_AND_VALUE
    return f"{readings.READING_AND_VALUE} For a price write @{_as_money(line, meter)}."


def _as_money(line: Line, amount: Amount) -> str:
    """A bare number with the sign of the account's currency."""
    return in_money(amount.value, sign(line.vocabulary.currency or "EUR"))


def _two_values(line: Line, first: Amount, other: Amount) -> str:
    """The sentence on a second value: `may 2026 … 300 kWh` may name a month, `at 8` an hour."""
    lead = next((word for word in line.words if word.index == other.words[0].index - 1), None)
    if lead is not None and other.unit is None:
        if lead.lower in _AT and HOUR.fullmatch(other.words[0].text):
            return TIME_OF_DAY
        if lead.lower in _AT_PRICE:
            return f"{TWO_VALUES} {price_of_one(_as_money(line, other))}"
        if lead.lower in _FOR:
            return f"{TWO_VALUES} A cost has its currency, such as {_as_money(line, other)}."
    year = other.number_words[0].text
    is_year = _YEAR.fullmatch(year) and abs(int(year) - line.today.year) <= NEAR_YEARS
    if other.unit is None and is_year:
        return f"{TWO_VALUES} For the whole year write over {year}."
    month = next((word for word in line.words if is_month(word.lower)), None)
    written = first.number_words[0]
    if month is not None and month.end < written.start and _YEAR.fullmatch(written.text):
        period = f"over {month.lower} {written.text}"
        return f"{TWO_VALUES} For the whole month write {period}."
    return TWO_VALUES


def _as_duration(first: Amount, other: Amount) -> str:
    """Two adjacent values as one word that is a duration: `1h30` for `1h 30`; else ""."""
    if first.unit not in TIME or other.words[0].index != first.words[-1].index + 1:
        return ""
    text = "".join(
        f"{plain(rounded(amount.value))}{amount.unit or ''}" for amount in (first, other)
    )
    return text if read_duration(text) else ""


def take_new(line: Line, roles: Roles) -> bool:
    """Take `new` after a reading, which begins a meter; after a value it has no meaning."""
    main = roles.main
    words = [word for word in line.words if word.lower == "new"]
    if not words or main is None:
        behind = None if main else _last_of_several(line, words)
    else:
        behind = next((word for word in words if word.start >= main.end), None)
    if behind is None:
        return False
    if roles.is_reading:
        line.take([behind, *_meant_by_new(line, behind)])
        return True
    if line.is_directly_behind(main, behind) or behind is line.words[-1]:
        line.report([behind], readings.NEW_WITHOUT_READING)
        line.take([behind])
    return False


def _meant_by_new(line: Line, new: Word) -> list[Word]:
    """`meter` or `one` directly after `new`, which add nothing."""
    meant = (word for word in line.words if word.index == new.index + 1 and not word.is_quoted)
    return [word for word in meant if word.lower.rstrip(".") in ("meter", "one")]


def _last_of_several(line: Line, words: Sequence[Word]) -> Word | None:
    """The last word of the type if it is one of these and not the only one."""
    is_last = bool(words) and words[-1] is line.words[-1] and len(line.words) > 1
    return words[-1] if is_last else None


def take_leads(line: Line, roles: Roles) -> None:
    """Drop the `for` before a cost; report other words there, which would change the meaning."""
    by_index = {word.index: word for word in line.words if not word.is_quoted}
    for amount in roles.money:
        lead = by_index.get(amount.words[0].index - 1)
        if lead is None:
            continue
        is_cost = amount in roles.costs
        if lead.lower in _FOR:
            if lead.lower != "for":
                line.report([lead], LEAD_OF_COST)
            line.take([lead])
        elif lead.lower in _ALWAYS_PRICE or (is_cost and lead.lower in _AT_PRICE):
            price = in_money(amount.value, amount.unit or "")
            line.report([lead, *amount.words], price_of_one(price))
            line.take([lead])
        elif is_cost and lead.lower in _COST:
            line.report([lead], leave_out(lead.text))
    for amount in roles.costs:
        behind = by_index.get(amount.words[-1].index + 1)
        if behind is not None and behind.lower in _COST:
            line.report([behind], leave_out(behind.text))
    _check_value(line, roles, by_index)


def _check_value(line: Line, roles: Roles, by_index: Mapping[int, Word]) -> None:
    """Report `coffee at 8` (a time of day), `fuel for 70` (a cost), `coffee in 2 days` (later)."""
    main = roles.main
    if main is None or roles.is_reading or main.is_money:
        return
    lead = by_index.get(main.words[0].index - 1)
    if lead is None:
        return
    message, own = "", [lead, *main.words]
    if lead.lower in _AT and (main.unit is None or (lead.lower != "at" and main.unit == "h")):
        hour = by_index.get(main.words[-1].index + 1)
        own += [hour] if hour and hour.lower in foreign_words.HOURS else []
        is_time = main.unit == "h" or HOUR.fullmatch(main.words[0].text)
        figure = plain(rounded(main.value))
        message = TIME_OF_DAY if is_time else NO_TIME.format(lead=lead.text, figure=figure)
    elif lead.lower == "for":
        message = NO_COST.format(money=_as_money(line, main))
    elif lead.lower == "in" and main.unit == "d":
        message = IN_DAYS
    if message:
        line.report(own, message)
        line.take([word for word in own if word not in main.words])
