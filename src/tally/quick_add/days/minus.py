"""A day such as `-12` where an amount below zero is as likely. Pure."""

import re
from collections.abc import Sequence

from tally.domain.calendar_names import month_name
from tally.domain.currencies import is_money
from tally.domain.units import dimension
from tally.quick_add.calendar.calendar_dates import MAX_LINE_DAYS
from tally.quick_add.dates import WrittenDays
from tally.quick_add.lines.line import Line, Named

UNREAD = "{day}, or {written}? Write {date} for the day; values are never below 0."
WITH_UNIT = "{written}, or a day? Write {date} for the day; values are never below 0."
ASKED = "{day}, or {written}? Values are never below 0"

_DAYS_BACK = re.compile("-[1-9][0-9]*")


def check_minus(line: Line, dates: Sequence[WrittenDays], named: Named) -> None:
    """Ask about `temp -12` on a line without a value: twelve days ago, or below zero?

    A new type after its date is read; one before it takes a second Enter.
    """
    for own in dates:
        word = own.words[0]
        if len(own.words) > 1 or not _DAYS_BACK.fullmatch(word.text):
            continue
        year = "" if own.last.year == line.today.year else f" {own.last.year}"
        day = f"{own.last.day} {month_name(own.last)}{year}"
        texts = {"day": day, "written": word.text, "date": own.last}
        if (line.today - own.last).days > MAX_LINE_DAYS or _may_fall(line, named):
            line.report([word], UNREAD.format(**texts))
        elif not named.is_known and named.words and named.words[0].index < word.index:
            line.asks.append(ASKED.format(**texts))


def check_unit_behind(line: Line, dates: Sequence[WrittenDays]) -> None:
    """Report `electricity -12 kWh` on a line without another value, with the unit."""
    for own in dates:
        word = own.words[0]
        behind = line.words.index(word) + 1
        is_minus = len(own.words) == 1 and _DAYS_BACK.fullmatch(word.text)
        if is_minus and line.unit_follows(behind) and not line.has_value(own.words):
            unit = line.words[behind]
            line.report([word, unit], WITH_UNIT.format(written=word.text, date=own.last))
            line.take([unit])


def _may_fall(line: Line, named: Named) -> bool:
    """Whether a type may be below zero: it is kept in degrees or in money."""
    unit = named.last_unit
    return dimension(unit) == "temperature" or is_money(unit, line.vocabulary.currency)
