"""A day such as `7.5.` at the end of a line, where a value and a full stop are as likely. Pure."""

import re
from collections.abc import Sequence

from tally.quick_add.calendar_dates import VALUE_OR_DAY, as_written
from tally.quick_add.dates import WrittenDays
from tally.quick_add.line import Line

# Values have no zero in front.
_VALUE_AND_STOP = re.compile("[1-9][0-9]?[.][1-9][0-9]?[.]")


def check_full_stop(line: Line, dates: Sequence[WrittenDays]) -> None:
    """Report `sleep 7.5.` of a line without a value: phones end a line with a full stop."""
    end = len(line.text.rstrip())
    for own in dates:
        word = own.words[0]
        is_last = word.start > 0 and word.end == end
        if is_last and _VALUE_AND_STOP.fullmatch(word.text):
            value = word.text.removesuffix(".")
            line.trouble([word], VALUE_OR_DAY.format(value=value, day=as_written(value)))
