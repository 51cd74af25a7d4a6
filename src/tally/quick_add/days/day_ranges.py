"""The days from one to another: `from oct 1 to oct 31`, `mon to fri`, `10/1-10/31`. Pure."""

import re
from collections.abc import Sequence

from tally.domain.amounts import Unreadable
from tally.quick_add.calendar.calendar_dates import ISO
from tally.quick_add.calendar.date_place import Surroundings
from tally.quick_add.dates import MAX_DATE_WORDS, WrittenDays, days_at, may_begin_date
from tally.quick_add.words.separators import DASHES
from tally.quick_add.words.tokens import Word, phrases_at

# The words of two days in which a dash is looked for: `from oct 15-nov 14`.
_MAX_APART = 5
# Words in front of the first of several days, and between it and the last.
_BETWEEN = frozenset({"between", "zwischen"})
_FROM = frozenset({"from", "von", "vom", "du", "del", "van", "od"}) | _BETWEEN
AND = frozenset({"and", "und"})
UP_TO = DASHES | {"to", "until", "till", "through", "thru", "bis", "au", "al", "tot", "t/m", "do"}
_TO_DAY = UP_TO | {"-", "..", "...", "…"}
_TWO_DAYS = re.compile(rf"{ISO}(?P<dash>[-–—/…]){ISO}")
_DASHED = re.compile(
    r"(?=.*[0-9])(?:[0-9./]+|[a-z]+)(?P<dash>[-–—…]|\.{2,3})(?:[0-9/][0-9./]*|[a-z]+)"
)


def from_to(words: Sequence[Word], index: int, around: Surroundings) -> WrittenDays | None:
    """The days of `from oct 1 to oct 31`, `mon to fri` or `10/1-10/31`; None for anything else."""
    joined = _joined(_apart(words[index : index + _MAX_APART]), 0, around)
    if joined is None:
        return _joined(words, index, around)
    own = {word.index for word in joined.words}
    whole = tuple(word for word in words[index:] if word.index in own)
    return WrittenDays(whole, joined.first, joined.last)


def _apart(words: Sequence[Word]) -> list[Word]:
    """The words, those around a dash within a word apart; none where no word has such a dash."""
    parts: list[Word] = []
    for word in words:
        match = _DASHED.fullmatch(word.lower) or _TWO_DAYS.fullmatch(word.lower)
        if match is None:
            parts.append(word)
        else:
            first, last = match.span("dash")
            parts += [word.part(0, first), word.part(first, last), word.part(last)]
    return parts if len(parts) > len(words) else []


def _joined(words: Sequence[Word], index: int, around: Surroundings) -> WrittenDays | None:
    lead = words[index].lower if index < len(words) else ""
    start = index + (lead in _FROM)
    first = single_day_at(words, start, around)
    place = start + len(first.words) if first else len(words)
    joins = _TO_DAY | AND if lead in _BETWEEN else _TO_DAY
    if first is None or place >= len(words) or words[place].lower not in joins:
        return None
    last = single_day_at(words, place + 1, around)
    if last is None or last.last <= first.first:
        return None
    return WrittenDays((*words[index : place + 1], *last.words), first.first, last.last)


def single_day_at(words: Sequence[Word], index: int, around: Surroundings) -> WrittenDays | None:
    """The single day that begins at this word; None without one, or if it has to ask."""
    if index >= len(words) or not may_begin_date(words[index]):
        return None
    for own in phrases_at(words, index, MAX_DATE_WORDS):
        try:
            days = days_at(words, index, len(own), around)
        except Unreadable:
            return None
        if days is not None:
            return WrittenDays(own, *days) if days.first == days.last else None
    return None
