"""The role of each amount of a line: its value, a meter's reading, a cost or a price. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tally.domain.amounts import TIMES, plain
from tally.domain.fields import TOO_LATE
from tally.domain.units import TIME, rounded
from tally.quick_add import number_words, readings
from tally.quick_add.dates import is_month
from tally.quick_add.durations import TIME_OF_DAY, read_duration
from tally.quick_add.line import TWO_VALUES, Line
from tally.quick_add.separators import without_separators
from tally.quick_add.tokens import Word
from tally.quick_add.values import PRICE_OF_ONE, Amount, AmountReader

_YEAR = re.compile("(?:19|20)[0-9]{2}")

EACH_OR_ALL = "For the price of one write 2 @3.20€; for what all cost, 2 3.20€."
NO_COST = "Leave for out; a cost has its currency, such as 70.52€. Or put the words in quotes."
LEAVE_OUT = "Leave {word} out, or put it in quotes."
IN_DAYS = f"{TOO_LATE} Or put the words in quotes."
# Words in front of a cost, each with its replacement.
_LEADS_OF_COST = {
    "for": "",
    "für": "Write for, or leave the word out.",
    **dict.fromkeys(("à", "at", "je"), PRICE_OF_ONE),
}
# Words in front of a time of day.
_AT = frozenset({"at", "um", "kl", "kl."})
# Words that name a cost, beside another amount no part of a type.
_COST = frozenset({"cost", "costs", "costing", "total", "kostet", "gesamt"})


class Roles(NamedTuple):
    """main: the value, or a meter's figure (is_reading); costs; prices per unit."""

    main: Amount | None
    costs: list[Amount]
    prices: list[Amount]
    is_reading: bool

    @property
    def money(self) -> list[Amount]:
        """The amounts that may have a `for` in front."""
        return [*self.costs, *([self.main] if self.main and self.main.is_money else [])]


def take_amounts(line: Line) -> list[Amount]:
    """Take all numbers with their units; the remaining words are those of the type."""
    words, troubles = number_words.with_numbers(
        without_separators(line.words), line.is_type, line.is_unit
    )
    for trouble in troubles:
        line.trouble(trouble.words, trouble.message)
    scanner = AmountReader(
        line.text, line.units, line.vocabulary.number_format, line.vocabulary.currency
    )
    amounts, line.words = scanner.scan(words)
    for trouble in scanner.troubles:
        line.trouble(trouble.words, trouble.message)
    return amounts


def tell_apart(line: Line, amounts: Sequence[Amount]) -> Roles:
    """The amount that is the value (or the reading), and those that are costs and prices."""
    prices = [amount for amount in amounts if amount.mark and amount.is_money]
    meters = [amount for amount in amounts if amount.mark and not amount.is_money]
    values = [amount for amount in amounts if not amount.mark and not amount.is_money]
    costs = [amount for amount in amounts if not amount.mark and amount.is_money]
    if meters:
        for value in values:
            line.trouble(meters[0].words, readings.READING_AND_VALUE)
            line.trouble(value.words, readings.READING_AND_VALUE)
        values = meters
    if not values:
        values, costs = costs, []
    if values and costs and _is_product(values[0], costs[0]):
        line.trouble([*values[0].words, *costs[0].words], EACH_OR_ALL)
    for other in values[1:]:
        line.trouble(other.words, _two_values(line, values[0], other))
    return Roles(values[0] if values else None, costs, prices, bool(meters))


def _is_product(value: Amount, cost: Amount) -> bool:
    """Whether `2x` and the `3.20€` behind it may be the price of each."""
    is_times = value.attached.lower() in TIMES and bool(value.attached)
    return is_times and cost.words[0].index == value.words[-1].index + 1


def _two_values(line: Line, first: Amount, other: Amount) -> str:
    """`1h 30` may mean a duration, `may 2026 … 300 kWh` the month."""
    duration = _as_duration(first, other)
    if duration:
        return f"{TWO_VALUES} For a duration write {duration}."
    month = next((word for word in line.words if is_month(word.lower)), None)
    written = first.number_words[0]
    if month is not None and month.end < written.start and _YEAR.fullmatch(written.text):
        period = f"over {month.lower} {written.text}"
        return f"{TWO_VALUES} For the whole month write {period}."
    return TWO_VALUES


def _as_duration(first: Amount, other: Amount) -> str:
    """Two values side by side as one word that is a duration: `1h 30` as `1h30`; else ""."""
    if first.unit not in TIME or other.words[0].index != first.words[-1].index + 1:
        return ""
    text = "".join(
        f"{plain(rounded(amount.value))}{amount.unit or ''}" for amount in (first, other)
    )
    return text if read_duration(text) else ""


def take_new(line: Line, roles: Roles) -> bool:
    """`new` behind a reading begins a meter; behind a value it has no meaning."""
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
        line.trouble([behind], readings.NEW_WITHOUT_READING)
        line.take([behind])
    return False


def _meant_by_new(line: Line, new: Word) -> list[Word]:
    """`meter` or `one` directly behind `new`, which say no more than that."""
    meant = (word for word in line.words if word.index == new.index + 1 and not word.is_quoted)
    return [word for word in meant if word.lower.rstrip(".") in ("meter", "one")]


def _last_of_several(line: Line, words: Sequence[Word]) -> Word | None:
    """The last word of the type, where it is one of these and not the only one."""
    is_last = bool(words) and words[-1] is line.words[-1] and len(line.words) > 1
    return words[-1] if is_last else None


def take_leads(line: Line, roles: Roles) -> None:
    """Drop the `for` in front of a cost; other words there would change the line's meaning."""
    by_index = {word.index: word for word in line.words if not word.is_quoted}
    for amount in roles.money:
        lead = by_index.get(amount.words[0].index - 1)
        if lead is None:
            continue
        if lead.lower != "for" and lead.lower in _LEADS_OF_COST:
            line.trouble([lead, *amount.words], _LEADS_OF_COST[lead.lower])
        if lead.lower in _LEADS_OF_COST:
            line.take([lead])
        elif amount in roles.costs and lead.lower in _COST:
            line.trouble([lead], LEAVE_OUT.format(word=lead.text))
        elif amount in roles.costs and lead.lower == "price":
            line.trouble([lead, *amount.words], PRICE_OF_ONE)
    _check_value(line, roles, by_index)


def _check_value(line: Line, roles: Roles, by_index: Mapping[int, Word]) -> None:
    """`coffee at 8` is a time of day, `fuel for 70` a cost, `coffee in 2 days` is not there yet."""
    main = roles.main
    if main is None or roles.is_reading or main.is_money:
        return
    lead = by_index.get(main.words[0].index - 1)
    if lead is None:
        return
    message = ""
    if lead.lower in _AT and main.unit is None:
        message = TIME_OF_DAY
    elif lead.lower == "for":
        message = NO_COST
    elif lead.lower == "in" and main.unit == "d":
        message = IN_DAYS
    if message:
        line.trouble([lead, *main.words], message)
        line.take([lead])
