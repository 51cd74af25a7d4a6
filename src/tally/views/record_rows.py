"""Records as the list and the printed page show them. Pure.

A page has fifty rows and a document twenty thousand, so everything is written here in one pass and
the template only puts it in its place.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup, escape

from tally.db.queries import DayTotals
from tally.domain.calendar_names import short_month
from tally.domain.cursor import Cursor
from tally.domain.filters import MAX_SEARCH, TAG_SPACE, TAG_TRAIL, Filter
from tally.domain.formatting import Formatter
from tally.domain.records import ListRow, StoredRecord
from tally.domain.text import one_line

_TAG = re.compile(f"(?:(?<=[{TAG_SPACE}])|^)#[^{TAG_SPACE}]*[^{TAG_SPACE}{re.escape(TAG_TRAIL)}]")
# The most sums at the head of a day.
MAX_SUBTOTALS = 20
# The sum of each type and unit on one day, and the number of its records.
Sums = dict[tuple[str, str], tuple[Decimal, int]]
_NOTHING = (Decimal(0), 0)
# Both kinds of records begin with the columns that a row of the list is made of.
AnyRecords = Sequence[ListRow | StoredRecord]


class Subtotal(NamedTuple):
    """A (type, unit) noted more than once on one day."""

    type: str
    figure: str
    unit: str


class DayHead(NamedTuple):
    """The head of a day: its name, today or yesterday, its subtotals, its number of records."""

    date: date
    name: str
    relative: str
    subtotals: list[Subtotal]
    entries: str
    more: int = 0  # sums that are not shown


class RecordLine(NamedTuple):
    """A record as a row. `head`: the head of the day that begins with it, else None.

    `day`: its date, if the rows have no heads. `cost`: in words; "" without a cost, None if the
    account has no currency.
    """

    id: str
    colour: str
    type: str
    whole: str
    fraction: str
    unit: str
    cost: str | None
    notes: Markup
    day: str
    head: DayHead | None


def cut_day(records: Sequence[ListRow], wanted: Filter) -> date | None:
    """The day that begins on this page and has more records than were read; None without one."""
    if not wanted.by_day or len(records) < wanted.rows_to_read:
        return None
    last = records[wanted.limit - 1].consumption_date
    if records[-1].consumption_date != last or (wanted.after and wanted.after.day == last):
        return None
    return last


def lines(
    records: AnyRecords,
    wanted: Filter,
    formatter: Formatter,
    cut: DayTotals | None = None,
    *,
    headed: date | None = None,
    on_paper: bool = False,
) -> list[RecordLine]:
    """The rows of a page. `cut`: the totals of the day that `cut_day` names.

    `headed`: the day whose head is on the page already. On paper tags are no links.
    """
    write = escape if on_paper else notes
    shown, by_day = records[: wanted.limit], wanted.by_day
    colours: dict[str, str] = {}
    days = _sums(records) if by_day else {}
    if cut:
        _, last, *_ = shown[-1]
        days[last] = cut.kinds
    counts = {last: cut.entries} if cut else {}
    begun = wanted.after.day if wanted.after else headed
    nothing_paid = "" if formatter.currency else None
    drawn: list[RecordLine] = []
    for record_id, day, value, name, unit, text, _, _, span, reading, _, cost, *_ in shown:
        colour = colours.get(name) or colours.setdefault(name, formatter.colour(name))
        head, own_date = None, ""
        if not by_day:
            own_date = f"{day.day} {short_month(day)} {day.year}"
        elif day != begun:
            head, begun = day_head(day, days[day], formatter, counts.get(day)), day
        words = write(text)
        if span != 1 or reading is not None:
            words = _measured(span, reading, formatter) + words
        paid = nothing_paid if cost is None else formatter.money(cost)
        drawn.append(
            RecordLine(
                str(record_id),
                colour,
                name,
                *formatter.split(value),
                unit,
                paid,
                words,
                own_date,
                head,
            )
        )
    return drawn


def line(record: ListRow | StoredRecord, wanted: Filter, formatter: Formatter) -> RecordLine:
    """One row by itself, without the head of its day."""
    return lines([record], wanted, formatter, headed=record.consumption_date)[0]


def cursor(records: Sequence[ListRow], sort: str, shown: int) -> Cursor | None:
    """The position after the first `shown` of these records; None if no other follows."""
    if len(records) <= shown:
        return None
    last = records[shown - 1]
    return Cursor(
        sort,
        last.consumption_date,
        last.created_at,
        UUID(last.id),
        last.consumption_value,
        last.consumption_type,
        last.unit,
    )


def day_head(day: date, sums: Sums, formatter: Formatter, count: int | None) -> DayHead:
    """The head of a day. `count`: the number of all its records, if `sums` leaves some out."""
    subtotals = [
        Subtotal(name, formatter.number(total), unit)
        for (name, unit), (total, entries) in sums.items()
        if entries > 1
    ]
    entries = sum(entries for _, entries in sums.values()) if count is None else count
    return DayHead(
        date=day,
        name=formatter.day(day),
        relative=formatter.relative_day(day),
        subtotals=subtotals[:MAX_SUBTOTALS],
        entries=formatter.count(entries, "record"),
        more=max(0, len(subtotals) - MAX_SUBTOTALS),
    )


def _measured(days: int, reading: Decimal | None, formatter: Formatter) -> Markup:
    """The words in front of the notes for how a value was measured: `reads 122.926 · 11 days`."""
    parts = [] if reading is None else [f"reads {formatter.number(reading)}"]
    if days != 1 or reading is not None:
        parts.append(formatter.count(days, "day") if days else "start")
    words = " · ".join(parts)
    return Markup('<span class="measure">{}</span> ').format(words)


def notes(text: str) -> Markup:
    """Notes with each tag, unless it is too long to search, as a link to the records with it."""
    if "#" not in text:
        return escape(text)
    parts: list[str] = []
    place = 0
    for tag in _TAG.finditer(text):
        parts += (escape(text[place : tag.start()]), _link(tag[0]))
        place = tag.end()
    parts.append(escape(text[place:]))
    return Markup("".join(parts))  # noqa: S704 - what is written is escaped above.


@lru_cache(maxsize=1024)
def _link(tag: str) -> Markup:
    if len(one_line(tag)) > MAX_SEARCH:
        return escape(tag)
    return Markup('<a href="/list?q={}">{}</a>').format(quote(tag), tag)


def _sums(records: AnyRecords) -> dict[date, Sums]:
    days: dict[date, Sums] = defaultdict(dict)
    for _, day, value, name, unit, *_ in records:
        sums, kind = days[day], (name, unit)
        total, entries = sums.get(kind, _NOTHING)
        sums[kind] = (total + value, entries + 1)
    return days
