"""The order of dates, the marks, signs and steps that all rows of a file show together. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from tally.domain.calendar import containing
from tally.domain.text import fold
from tally.transfer.cells.clocks import DAY_SECONDS, read_clock
from tally.transfer.cells.dates import DateReader, Moment
from tally.transfer.cells.split_dates import period_named
from tally.transfer.cells.values import ValueReader
from tally.transfer.plans.evidence import (
    DateOrders,
    DecimalMarks,
    Notation,
    RowEvidence,
    Signs,
)
from tally.transfer.plans.plan import Plan
from tally.transfer.tables.heading_roles import AMOUNTS
from tally.transfer.tables.headings import excludes_end
from tally.transfer.tables.period_sums import NO_SUMS, PeriodAmounts, PeriodSums, sums_of_periods
from tally.transfer.tables.sums import NamedAmounts, is_sum, sum_names
from tally.transfer.tables.table_rows import Cells, cell_at

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|$)", re.ASCII)
# The number of first rows that decide the steps, the sums and the months.
_FIRST_ROWS = 2_000
# The most rows of a file with periods of several lengths that are compared.
MAX_PERIODS = 20_000


class _Seen(NamedTuple):
    """The evidence of the dates and numbers in all rows, and the number of rows."""

    orders: DateOrders
    marks: DecimalMarks
    signs: Signs
    rows: int


def with_evidence(plan: Plan) -> Plan:
    """The plan with the decisions that need all rows: the order of dates, the decimal mark …"""
    seen = _seen(plan)
    plan = replace(
        plan,
        notation=_notation(plan, seen),
        negative=plan.choices.negative or seen.signs.decided(),
        rows=RowEvidence(seen.rows),
    )
    first = list(islice(plan.lines(), _FIRST_ROWS))
    rows = replace(_with_steps(plan, first), sums=_sums(plan, first), whole=_whole(plan, first))
    return replace(plan, rows=replace(rows, periods=_periods(plan, first, meets=rows.meets)))


def _notation(plan: Plan, seen: _Seen) -> Notation:
    """The notation of the dates and numbers: as it is chosen, or as the rows show it."""
    delimiter = plan.table.source.delimiter
    has_dots = seen.orders.has_dots
    return Notation(
        order=plan.choices.order or seen.orders.decided(plan.reader.order),
        mark=plan.choices.mark or seen.marks.decided(delimiter),
        asks_dots=seen.marks.asks_dots(delimiter, has_dotted_dates=has_dots),
        dated=seen.orders.example,
        marked=seen.marks.example,
        unclear=seen.marks.unclear,
    )


def _seen(plan: Plan) -> _Seen:
    columns = plan.columns
    signed = columns.places("value") if plan.choices.guess_negative else []
    dates, ends = columns.places("date", "start"), columns.places("end")
    numbers = columns.places(*AMOUNTS, "cost", "price")
    beside = [place for place in columns.places("-") if columns[place].facts.has_numbers]
    dates_beside = [place for place in columns.places("-") if columns[place].facts.has_dates]
    orders, marks, signs = DateOrders(plan.reader.today), DecimalMarks(), Signs()
    for column in columns:
        if column.day:
            orders.see(column.day)
    rows = 0
    for row in plan.lines():
        rows += 1
        _see_dates(orders, [*_cells_at(dates, row), row.above])
        _see_dates(orders, _cells_at(ends, row), are_ends=True)
        for text in _cells_at(dates_beside, row):
            orders.see_beside(text.strip())
        for text in _cells_at(numbers, row):
            if "," in text or "." in text:
                marks.see(text)
        for text in _cells_at(beside, row):
            marks.see_beside(text)
        for place in signed:
            signs.see(cell_at(row.cells, place), is_reversed=plan.is_reversed(row.cells, place))
    return _Seen(orders, marks, signs, rows)


def _see_dates(orders: DateOrders, texts: list[str], *, are_ends: bool = False) -> None:
    for text in texts:
        written = text.strip()
        if written and not _ISO_DAY.match(written):
            orders.see(written, is_end=are_ends)


def _cells_at(places: list[int], row: Cells) -> list[str]:
    """The cells at these places, as far as the row has them."""
    width = len(row.cells)
    return [row.cells[place] for place in places if place < width]


def _sums(plan: Plan, rows: Sequence[Cells]) -> frozenset[str]:
    """The types that are sums of the others, as they are written; none that the account has."""
    place, day = plan.columns.place("type"), plan.columns.place("date")
    if place is None or plan.table.named:
        return frozenset()
    if not any(is_sum([cell_at(row.cells, place)]) for row in rows):
        return frozenset()
    reader = plan.values()
    named = [
        NamedAmounts(
            cell_at(row.cells, place),
            row.above or cell_at(row.cells, day),
            [_number(reader, cell_at(row.cells, amount)) for amount in plan.columns.amount_places],
        )
        for row in rows
    ]
    return frozenset(name for name in sum_names(named) if fold(name) not in plan.reader.types)


def _periods(plan: Plan, rows: Sequence[Cells], *, meets: bool) -> PeriodSums:
    """The rows of longer periods that are sums of the others, or hold their days.

    All rows are looked at where the first are of periods of several lengths. `meets`: the end of a
    row is the start of the next.
    """
    is_series = plan.table.layout != "rows" or plan.choices.since
    if plan.table.named or plan.has_readings or is_series:
        return NO_SUMS
    if len({row.days for row in _period_amounts(plan, rows, meets=meets)}) < 2:
        return NO_SUMS
    every = list(islice(_period_amounts(plan, plan.lines(), meets=meets), MAX_PERIODS + 1))
    return sums_of_periods(every) if len(every) <= MAX_PERIODS else NO_SUMS


def _period_amounts(plan: Plan, rows: Iterable[Cells], *, meets: bool) -> Iterator[PeriodAmounts]:
    """The amounts of the rows of whole days, each with its days and its type."""
    place, end, ends_alone = plan.columns.dates
    if place is None or ends_alone or plan.columns[place].split:
        return
    kind, amounts = plan.columns.place("type"), plan.columns.amount_places
    reader = plan.dates(plan.columns[place])
    until = None if end is None else plan.dates(plan.columns[end])
    values = plan.values()
    for row in rows:
        first, last = _ends(reader, row.cells, place)
        if until is not None and end is not None:
            last = _moment(until, row.cells, end)
        if first is not None and last is not None and not (first.second or last.second):
            is_next = last.last > first.first and (last.second == 0 or meets)
            yield PeriodAmounts(
                row.number,
                fold(cell_at(row.cells, kind)),
                first.first,
                last.last - timedelta(days=is_next),
                [_number(values, cell_at(row.cells, amount)) for amount in amounts],
            )


def _whole(plan: Plan, rows: Sequence[Cells]) -> Literal["month", "year"] | None:
    """The period that a heading names over first days of such periods alone, each once for a type.

    A reading stands on its day, as does an amount under a line with its day; with `since` the rows
    themselves say which days they cover.
    """
    if any(column.part and column.part.kind == "day of month" for column in plan.columns):
        return None
    place, kind = plan.columns.place("date"), plan.columns.place("type")
    period = None if place is None else period_named(plan.columns[place].heading.name)
    if place is None or period is None or plan.has_readings or plan.choices.since:
        return None
    reader = plan.dates(plan.columns[place])
    moments = [
        (moment, cell_at(row.cells, kind))
        for row in rows
        if (moment := _moment(reader, row.cells, place)) and moment.first == moment.last
    ]
    are_first = all(
        containing(period, moment.first).start == moment.first and not moment.second
        for moment, _ in moments
    )
    return period if are_first and len(set(moments)) == len(moments) > 1 else None


def _number(reader: ValueReader, text: str) -> Decimal | None:
    try:
        amount = reader.read(text)
    except ValueError:
        return None
    return None if amount is None else amount.value


def _with_steps(plan: Plan, rows: Sequence[Cells]) -> RowEvidence:
    """The evidence with the step between the first rows, their order, and whether they meet."""
    place, end, _ = plan.columns.dates
    if place is None or not plan.rows.count:
        return plan.rows
    reader = plan.dates(plan.columns[place])
    dated = [(row, begin) for row in rows if (begin := _moment(reader, row.cells, place))]
    clock = plan.columns.place("time")
    starts = [_second(begin, row.cells, clock) for row, begin in dated]
    falls = sum(later < earlier for earlier, later in pairwise(starts))
    rises = sum(later > earlier for earlier, later in pairwise(starts))
    meets = False if end is None else _meet(plan, dated, end)
    return replace(
        plan.rows, step=_step(sorted(set(starts))), meets=meets, descending=falls > rises
    )


def _second(moment: Moment, cells: Sequence[str], clock: int | None) -> int:
    """Seconds since 1970 or, without a zone, some other day, by a date and the time beside it."""
    if moment.instant is not None:
        return moment.instant
    second = moment.second
    if second is None and clock is not None:
        second = _clock(cells, clock)
    return moment.first.toordinal() * DAY_SECONDS + (second or 0)


def _meet(plan: Plan, rows: Sequence[tuple[Cells, Moment]], end: int) -> bool:
    """Whether the end of a row, in the column at that place, is the start of the next.

    The heading may say so; else a third of the rows of several days show it.
    """
    told = excludes_end(plan.columns[end].heading.text)
    if told is not None:
        return told
    reader = plan.dates(plan.columns[end])
    ends = [(begin.first, _moment(reader, row.cells, end)) for row, begin in rows]
    days = [(first, last.first) for first, last in ends if last is not None and last.second != 0]
    first_days = {first for first, _ in days}
    longer = [last for first, last in days if last > first]
    meeting = sum(last in first_days for last in longer)
    return meeting > 0 and meeting * 3 >= len(longer)


def _moment(reader: DateReader, cells: Sequence[str], place: int) -> Moment | None:
    return _ends(reader, cells, place)[0]


def _ends(
    reader: DateReader, cells: Sequence[str], place: int
) -> tuple[Moment | None, Moment | None]:
    """The moment in a cell, and the end of its range, which is the same without one."""
    try:
        moment, end = reader.read(cells[place].strip()) if place < len(cells) else (None, None)
    except ValueError:
        return None, None
    return moment, end or moment


def _clock(cells: Sequence[str], place: int) -> int | None:
    try:
        return read_clock(cells[place])[0] if place < len(cells) else None
    except ValueError:
        return None


def _step(starts: list[int]) -> int | None:
    """Seconds between most of the rows, where they stand within a day."""
    steps = Counter(later - earlier for earlier, later in pairwise(starts))
    if not steps:
        return None
    step, times = steps.most_common(1)[0]
    return step if times * 5 >= sum(steps.values()) * 4 and step <= DAY_SECONDS else None
