"""A day such as `7.5.` at the end of a line, where a value and a full stop are as likely. Pure."""

import re
from collections.abc import Sequence

from tally.quick_add.calendar.calendar_dates import VALUE_OR_DAY, as_written
from tally.quick_add.dates import WrittenDays
from tally.quick_add.lines.line import Line

# A value has no zero in front; behind the dot it may have one: `12.05`.
_VALUE_AND_STOP = re.compile("[1-9][0-9]?[.][0-9]{1,2}[.]")


def check_full_stop(line: Line, dates: Sequence[WrittenDays]) -> None:
    """Report `sleep 7.5.` of a line without a value: phones end a line with a full stop.

    `on 7.5.` is a day.
    """
    for own in dates:
        word = own.words[0]
        before = line.text[: word.start].lower().split()
        is_last = line.ends_at(word) and ";" not in line.text[word.end :]
        is_last = is_last and before[-1:] not in ([], ["on"])
        if is_last and _VALUE_AND_STOP.fullmatch(word.text):
            value = word.text.removesuffix(".")
            line.report([word], VALUE_OR_DAY.format(value=value, day=as_written(value)))
